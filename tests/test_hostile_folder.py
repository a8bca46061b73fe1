"""33 good returns among what must not be opened: they are right all the same, and everything else is named with a reason."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from pipeline.sample import sample_returns
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import load_plan, period_of
from tests.hostile_files import HOSTILE, listed_as
from tests.measure import measured
from tests.office import MEETING, Results

PLAN = load_plan()
PERIOD = period_of(PLAN, MEETING, [])
OWN = f"3-红黄绿督办台账_{PERIOD.label}.xlsx"
GBK_NAME = "区委办公室抄送".encode("gbk") + b".pdf"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="fifos, links and /proc")


def run_on(top, inputs):
    """The main job in a process of its own; what it took, and what it wrote."""
    outputs = top / f"outputs_{inputs.name}"
    env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONUTF8": "1"}
    arguments = ["run", "--meeting", MEETING, "--inputs", inputs, "--outputs", outputs, "--workers", 2]
    return measured(arguments, env, top), Results(outputs / PERIOD.folder)


def put_returns(folder):
    folder.mkdir()
    for content in sample_returns(PLAN, PERIOD, items_per_unit=10):
        prefill = Prefill(content.cover, content.tables)
        write_template(folder / template_name(content.unit, PERIOD), PLAN, PERIOD, content.unit, prefill)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The 33 alone, and the 33 among the others."""
    top = tmp_path_factory.mktemp("hostile")
    put_returns(top / "alone")
    alone = run_on(top, top / "alone")
    shutil.copytree(top / "alone", top / "among")
    for name, (make, _, _) in HOSTILE.items():
        make(top / "among" / name)
    book = next(alone[1].folder.glob("3-*.xlsx"))
    (top / "among" / OWN).write_bytes(book.read_bytes())
    Path(os.fsdecode(os.fsencode(top / "among") + b"/" + GBK_NAME)).write_bytes(b"%PDF-1.4\n")
    (top / "among" / "~$区财政局.xlsx").write_bytes(b"\x05admin")
    (top / "among" / "Thumbs.db").write_bytes(b"x")
    return alone, run_on(top, top / "among")


@pytest.fixture(scope="module")
def alone(runs):
    return runs[0]


@pytest.fixture(scope="module")
def among(runs):
    return runs[1]


def test_both_runs_end_as_they_should(alone, among):
    assert (alone[0].code, among[0].code) == (0, 1), among[0].output
    assert "Traceback" not in among[0].output


@pytest.mark.parametrize(
    "sheet", ["总矩阵", "联系人", "自查", "事项", "人员", "授权", "系统", "任务", "问题", "单位汇总"]
)
def test_the_33_are_right(alone, among, sheet):
    rows = alone[1].matrix(sheet)
    assert among[1].matrix(sheet) == rows
    assert {row["单位"] for row in rows} == set(PLAN.unit_by_name) or sheet in ("授权", "问题")


def test_the_33_are_received_and_scored_alike(alone, among):
    for results in (alone[1], among[1]):
        receipts = results.matrix("报送情况")
        assert [(row["报送状态"], row["错误"], row["警示"]) for row in receipts] == [("按时", 0, 0)] * 33
    assert among[1].scores("评分排名") == alone[1].scores("评分排名")


@pytest.mark.parametrize("name", HOSTILE)
def test_each_of_the_others_is_named_with_its_reason(among, name):
    _, verdict, word = HOSTILE[name]
    line = among[1].files()[listed_as(name)]
    assert line["处理"] == verdict
    assert word in line["原因"]
    assert "收到时间" not in line["原因"]


def test_our_own_workbook_and_a_name_in_gbk(among):
    files = among[1].files()
    assert (files[OWN]["处理"], "本程序写出" in files[OWN]["原因"]) == ("拒收", True)
    assert files[GBK_NAME.decode("gbk")]["处理"] == "拒收"


def test_nothing_else_is_listed(among):
    received = {*map(listed_as, HOSTILE), OWN, GBK_NAME.decode("gbk"), "~$区财政局.xlsx"}
    adopted = {name for name, line in among[1].files().items() if line["处理"] == "采用"}
    assert len(adopted) == 33
    assert set(among[1].files()) == adopted | received
    assert len(received) > 20


def test_memory_and_time(alone, among):
    assert among[0].peak_mb < 1024
    assert among[0].seconds < 2 * alone[0].seconds + 10
