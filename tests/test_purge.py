"""`yjbj purge`: numbers of people, returns and old results go; figures, evidence and continuation stay."""

import json
import shutil
import zipfile
from copy import copy
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.commands.purge import purge
from pipeline.memory.evidence import evidence
from pipeline.memory.publish import publish
from pipeline.memory.state import recall
from pipeline.say.closing import next_steps
from pipeline.write.digest import DIGEST_LABEL, EDITION_LABEL
from tests.office import MEETING, NEXT_MEETING, Office, folder_bytes, plan_with
from tests.test_evidence import note, tables

THIRD = date(2023, 4, 14)


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Office:
    """Two meetings of two units, the first of them run twice; the third is being prepared, and one unit is silent."""
    office = Office(tmp_path_factory.mktemp("purge"), plan=plan_with(2)).return_all()
    office.hold()
    office.form(office.units[0]).change("联系人", "具体责任人", 手机="138000").save()
    office.hold()
    office.next(NEXT_MEETING).return_all().hold()
    office.templates()
    office.next(THIRD)
    office.templates()
    office.send(office.units[0])
    return office


@pytest.fixture
def office(held, tmp_path) -> Office:
    mine = copy(held)
    shutil.copytree(held.outputs, tmp_path / "outputs")
    mine.outputs = tmp_path / "outputs"
    return mine


def numbers_in(path: Path) -> set[str]:
    """The telephone numbers in any part of a workbook."""
    with zipfile.ZipFile(path) as archive:
        text = " ".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
    return {number for number in PHONES if number in text}


@pytest.fixture(scope="module", autouse=True)
def phones(held):
    rows = [*held.content(held.units[0]).tables["contacts"], *held.content(held.units[1]).tables["contacts"]]
    PHONES.update(str(row[name]) for row in rows for name in ("mobile", "office_phone") if row[name])
    PHONES.update(str(held.content(unit).cover["phone"]) for unit in held.units)


PHONES: set[str] = set()


def test_what_goes_is_said_first_and_nothing_goes_without_a_yes(office):
    before = folder_bytes(office.outputs)
    refused = CliRunner().invoke(main, ["purge", "--before", str(THIRD), "--outputs", str(office.outputs)], input="n\n")
    assert refused.exit_code == 2
    shown = refused.output.splitlines()
    assert shown[:4] == [
        f"将要删去 {THIRD} 以前的个人信息（不能恢复）：",
        f"第01期_{MEETING}：来件 3 个、标注好的退回件 1 个、事项委托书 1 个、1-总矩阵 里的电话号码",
        f"第02期_{NEXT_MEETING}：来件 3 个、事项委托书 1 个、1-总矩阵 里的电话号码",
        "填报表_第02期：发出的填报表 2 份",
    ]
    assert shown[4] == ".replaced：以前的结果 1 份（整个文件夹）"
    assert folder_bytes(office.outputs) == before


def test_after_a_purge_the_next_meeting_has_the_same_figures(office, tmp_path):
    kept = copy(office)
    kept.outputs = shutil.copytree(office.outputs, tmp_path / "kept")
    assert any(numbers_in(path) for path in office.outputs.rglob("*.xlsx"))
    outcome = purge(office.outputs, THIRD, lambda lines: True)
    assert outcome.exit_code == 0
    left = [path for path in office.outputs.rglob("*.xlsx") if "填报表_第03期" not in path.parts]
    assert len(left) > 8 and not any(numbers_in(path) for path in left)
    assert not [path for path in left if "来件" in path.parts or path.name.endswith("_退回.xlsx")]
    assert (*recall(office.outputs, THIRD).notices, *evidence(office.outputs, THIRD)) == ()
    ours, theirs = office.hold(), kept.hold()
    for sheet in ("评分排名", "得分明细", "表扬通报建议"):
        assert ours.scores(sheet) == theirs.scores(sheet)
    for sheet in ("总矩阵", "历史", "单位汇总", "节点", "校验问题", "人员"):
        assert ours.matrix(sheet) == theirs.matrix(sheet)
    assert ours.findings() == theirs.findings()
    shown = [{**row, "办公电话": None, "手机": None} for row in theirs.matrix("联系人")]
    assert [{**row, "办公电话": None, "手机": None} for row in ours.matrix("联系人")] == shown


def test_the_record_says_what_was_removed_and_a_purged_workbook_is_still_watched(office):
    purge(office.outputs, NEXT_MEETING, lambda lines: True)
    folder = office.results(MEETING).folder
    record = json.loads((folder / "运行记录.json").read_text(encoding="utf-8"))
    assert {path for path, now in record["purged"].items() if not now} == {
        path
        for path in record["outputs"]
        if path.startswith(("来件/", "6-文书/事项委托书/")) or path.endswith("_退回.xlsx")
    }
    assert purge(office.outputs, NEXT_MEETING, lambda lines: True).lines[0].endswith("没有留存个人信息，没有改动。")
    book = openpyxl.load_workbook(next(folder.glob("1-*")))
    book["历史"]["G5"].value = 0
    book.save(next(folder.glob("1-*")))
    assert any("内容有变化" in line and "第01期" in line for line in evidence(office.outputs, THIRD))


def test_a_workbook_of_the_first_edition_is_given_the_checksum_that_leaves_contacts_out(office):
    from pipeline.write.digest import content_digest

    path = next(office.results(NEXT_MEETING).folder.glob("1-*"))
    note(path, {EDITION_LABEL: None, DIGEST_LABEL: content_digest(tables(path), edition=1)})
    path.with_name("运行记录.json").unlink()
    assert recall(office.outputs, THIRD).notices == ()
    purge(office.outputs, THIRD, lambda lines: True)
    assert not numbers_in(path)
    assert recall(office.outputs, THIRD).notices == ()


def test_five_replaced_results_of_a_meeting_are_kept_and_what_goes_is_said(tmp_path):
    def write(text: str):
        return lambda folder: (folder / "结果.txt").write_text(text, encoding="utf-8")

    publish(tmp_path, f"第02期_{NEXT_MEETING}", write("别的会议"))
    publish(tmp_path, f"第02期_{NEXT_MEETING}", write("又一次"))
    name = f"第01期_{MEETING}"
    done = [publish(tmp_path, name, write(str(number))) for number in range(9)]
    assert [published.let_go for published in done] == [()] * 6 + [(name,), (f"{name}-2",), (f"{name}-3",)]
    kept = {path.name: (path / "结果.txt").read_text(encoding="utf-8") for path in (tmp_path / ".replaced").iterdir()}
    assert kept == {f"{name}-{number}": str(number - 1) for number in range(4, 9)} | {
        f"第02期_{NEXT_MEETING}": "别的会议"
    }
    assert f".replaced 里只留每次会议最近五次的旧结果，已删去 1 份更早的：{name}-3" in next_steps(done[-1], True)


def test_the_template_says_what_contacts_are_for(office):
    sheet = openpyxl.load_workbook(office.templates()[0])["联系人"]
    text = " ".join(str(cell.value) for row in sheet["A1:L2"] for cell in row)
    assert "只用于本次专项工作的联络和核实" in text and "清除" in text


def test_numbers_in_rows_that_were_set_aside_are_masked(office):
    path = next(office.results(MEETING).folder.glob("1-*"))
    book = openpyxl.load_workbook(path)
    titles = {cell.value: cell.column for cell in book["未采用"][3]}
    book["未采用"].cell(4, titles["原文"]).value = "填表人：王五｜13912345678"
    book.save(path)
    purge(office.outputs, NEXT_MEETING, lambda lines: True)
    assert openpyxl.load_workbook(path)["未采用"].cell(4, titles["原文"]).value == "填表人：王五｜139****5678"
    with zipfile.ZipFile(path) as archive:
        assert not any(b"13912345678" in archive.read(name) for name in archive.namelist())
