"""Template → filled in → run: nothing is lost, nothing is found wrong, and the same inputs give the same bytes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.records import Settings
from pipeline.run import run
from pipeline.sample import mess
from schemas.columns import Kind
from schemas.returns import TABLES
from tests.office import (
    MEETING,
    NEXT_MEETING,
    NEXT_PERIOD,
    PERIOD,
    UNITS,
    Form,
    Office,
    different,
    fill_in,
    folder_bytes,
    send,
    steady,
)


@pytest.fixture(scope="module")
def two_meetings(tmp_path_factory):
    """Blank templates filled in for the first meeting; for the second sent again as they came, the cover signed."""
    office, held = Office(tmp_path_factory.mktemp("round")), []
    for meeting in (MEETING, NEXT_MEETING):
        for path in office.next(meeting).templates():
            content = steady(path.name.split("_")[0], office.period)
            tables = content.tables if meeting == MEETING else {}
            fill_in(Form(path), content.cover, tables).save(office.inputs)
        held.append(office.hold())
    return held


def test_a_template_filled_in_by_hand_gives_no_finding(two_meetings):
    results = two_meetings[0]
    assert results.findings() == []
    assert results.exit_code == 0
    assert {row["报送状态"] for row in results.matrix("报送情况")} == {"按时"}


def test_every_cell_filled_in_is_in_the_matrix_workbook(two_meetings):
    results = two_meetings[0]
    for sheet in (sheet for sheet in TABLES if not sheet.optional):
        kept = results.matrix(sheet.name)
        sent = [(unit, row) for unit in UNITS for row in steady(unit, PERIOD).tables[sheet.key]]
        assert len(kept) == len(sent) > 0
        for (unit, row), found in zip(sent, kept, strict=True):
            assert found["单位"] == unit
            for column in sheet.columns:
                assert _same(column.kind, found[column.title], row[column.name]), (sheet.name, column.title, row)


def _same(kind, found, sent):
    return found == pytest.approx(sent) if kind is Kind.PERCENT else found == sent


def test_a_prefilled_template_sent_again_unchanged_gives_no_error_and_no_warning(two_meetings):
    results = two_meetings[1]
    assert [row for row in results.findings() if row["级别"] != "提示"] == []
    assert results.exit_code == 0
    assert {row["本期变化"] for row in results.matrix("总矩阵")} == {"无变化"}
    assert results.ledger("变化情况") == []


def test_what_is_prefilled_is_what_was_sent(two_meetings):
    first, second = two_meetings
    for sheet in TABLES:
        of_return = [column.title for column in sheet.columns]
        before, after = ([[row[t] for t in of_return] for row in r.matrix(sheet.name)] for r in (first, second))
        assert before == after


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_template_saved_by_another_program_reads_the_same(tmp_path):
    """LibreOffice stands for whatever program a unit has; also in the formats of old programs."""
    path = send(tmp_path, steady(UNITS[0], PERIOD))
    readings = {}
    for suffix in ("xlsx", "xls", "ods"):
        office = Office(tmp_path / suffix)
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = ["soffice", profile, "--headless", "--convert-to", suffix, "--outdir", office.inputs, path]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        results = office.hold()
        assert [row for row in results.findings() if row["编号"] != "WJ-063"] == []  # it was saved today
        readings[suffix] = [_without_source(row) for sheet in TABLES for row in results.matrix(sheet.name)]
    assert readings["xlsx"] == readings["xls"] == readings["ods"]
    assert len(readings["xlsx"]) > 14


def _without_source(row):
    return {title: value for title, value in row.items() if title != "来源文件"}


# ── the same inputs give the same bytes


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """An inputs folder with right and wrong returns and the office's own workbooks; and what a run makes of it."""
    office = Office(tmp_path_factory.mktemp("mixed")).return_all()
    spoilt = (mess.ticks, mess.loose_dates, mess.wrong_choices, mess.twice, mess.bad_codes)
    for unit, spoil in zip(UNITS, spoilt, strict=False):
        office.send(spoil(office.content(unit)))
    office.inspect(UNITS[1], item_code=None)
    office.waive(UNITS[2], "SX-002")
    office.hold(workers=2)
    return office.inputs, folder_bytes(office.outputs)


def hold(inputs, outputs, workers=2):
    """The first meeting on inputs that lie anywhere."""
    run(Settings(MEETING, inputs, outputs, workers))


def test_the_mixed_folder_tests_something(mixed):
    _, written = mixed
    names = {name.split("/", 1)[1] for name in written}
    assert {"1-总矩阵_第01期.xlsx", "2-评分表_第01期.xlsx", "3-红黄绿督办台账_第01期.xlsx", "运行记录.json"} <= names
    assert {f"4-退回修改/{unit}_退回.xlsx" for unit in UNITS[:5]} <= names
    assert {f"5-督办单/{unit}.xlsx" for unit in UNITS} <= names


@pytest.mark.parametrize("workers", [1, 3])
def test_other_folders_and_another_number_of_workers_change_nothing(mixed, tmp_path, workers):
    inputs, written = mixed
    elsewhere = shutil.copytree(inputs, tmp_path / "别处" / "来件")
    hold(elsewhere, tmp_path / "results", workers=workers)
    assert different(folder_bytes(tmp_path / "results"), written) == []


def test_the_order_and_the_time_of_copying_change_nothing(mixed, tmp_path):
    inputs, written = mixed
    copied = tmp_path / "inputs"
    copied.mkdir()
    for number, path in enumerate(sorted(inputs.iterdir(), reverse=True)):
        shutil.copyfile(path, copied / path.name)
        os.utime(copied / path.name, (1_500_000_000 + 7 * number, 1_600_000_000 - 86_400 * number))
    hold(copied, tmp_path / "outputs")
    assert different(folder_bytes(tmp_path / "outputs"), written) == []


def test_another_process_place_and_language_change_nothing(mixed, tmp_path):
    inputs, written = mixed
    strange = {"PYTHONHASHSEED": "77", "TZ": "America/New_York", "LC_ALL": "C"}
    command = [sys.executable, "-m", "pipeline", "run", "--meeting", str(MEETING)]
    command += ["--inputs", inputs, "--outputs", tmp_path / "outputs"]
    root = str(Path(__file__).resolve().parents[1])
    env = os.environ | strange | {"PYTHONPATH": root}
    done = subprocess.run(command, check=False, env=env, cwd=tmp_path, capture_output=True)
    assert done.returncode == 1, done.stderr.decode()
    assert different(folder_bytes(tmp_path / "outputs"), written) == []


def test_a_rerun_that_changes_nothing_leaves_the_folder_and_one_that_does_keeps_the_old_one(mixed, tmp_path):
    inputs, written = mixed
    outputs = tmp_path / "outputs"
    for _ in range(2):
        hold(inputs, outputs)
    assert different(folder_bytes(outputs), written) == []
    changed = Path(shutil.copytree(inputs, tmp_path / "changed"))
    Form(next(changed.glob(f"{UNITS[5]}_*.xlsx"))).cover(填报人="换人了").save()
    hold(changed, outputs)
    found = folder_bytes(outputs)
    old = {name.removeprefix(".replaced/"): data for name, data in found.items() if name.startswith(".replaced/")}
    assert different(old, written) == []


def test_an_earlier_meeting_run_again_says_the_same_and_so_does_the_later_one(mixed, tmp_path):
    inputs, written = mixed
    later = Office(tmp_path, NEXT_PERIOD).return_all()
    hold(inputs, later.outputs)
    later.hold()
    once = folder_bytes(later.outputs)
    hold(inputs, later.outputs)
    later.hold()
    again = {name: data for name, data in folder_bytes(later.outputs).items() if not name.startswith(".replaced/")}
    assert different(again, once) == []
    assert different({name: data for name, data in again.items() if name in written}, written) == []


def test_returns_are_kept_byte_for_byte_and_the_inputs_are_left_alone(tmp_path):
    office = Office(tmp_path).return_all()
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in office.inputs.iterdir()}
    results = office.hold()
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in office.inputs.iterdir()} == before
    kept = folder_bytes(results.folder / "来件")
    assert kept == {path.name: data for path, (data, _) in before.items()}
