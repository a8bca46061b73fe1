"""Whole runs one after another: what a rerun, a skipped meeting and one put in later leave under outputs.

The rule: a folder depends on its inputs, its date and the folders before it, and on nothing else. So a
meeting put in late renumbers those after it as soon as they are run again, and until then they stand
under their old number; the run says so.
"""

import shutil
from datetime import date

import openpyxl
import pytest

from pipeline.records import MisuseError
from pipeline.sample import mess
from schemas.plan import period_of
from tests.office import (
    PLAN,
    UNITS,
    Form,
    Office,
    Results,
    apart_from_rerun,
    content_of,
    different,
    fill_in,
    folder_bytes,
    folder_of,
    steady,
)

MEETINGS = date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14)
PERIODS = [period_of(PLAN, meeting, MEETINGS) for meeting in MEETINGS]
FIRST, SECOND, THIRD = MEETINGS
SILENT = UNITS[3]


@pytest.fixture(scope="module")
def offices(tmp_path_factory):
    """Returns of three meetings; one unit is silent at the second one, and comes back with an item less."""
    top = tmp_path_factory.mktemp("inputs")
    offices = {period.meeting: Office(top / str(period.meeting), period) for period in PERIODS}
    for meeting, office in offices.items():
        office.return_all(but=[SILENT] if meeting == SECOND else ())
    offices[THIRD].send(mess.vanished(offices[THIRD].content(SILENT)))
    return offices


@pytest.fixture(scope="module")
def straight(offices, tmp_path_factory):
    """The outputs of the three meetings, each run once."""
    outputs = tmp_path_factory.mktemp("straight")
    hold(offices, outputs, *MEETINGS)
    return outputs


def hold(offices, outputs, *meetings, anyway=False):
    """Run the meetings in this order; returns what the last run said."""
    return [offices[meeting].hold(outputs, anyway=anyway) for meeting in meetings][-1].lines


def standing(outputs):
    return {name: data for name, data in folder_bytes(outputs).items() if not name.startswith(".replaced/")}


def results(outputs, meeting):
    return Results(folder_of(outputs, meeting))


@pytest.fixture
def second_held(straight, tmp_path):
    """Outputs as they stood after the second meeting."""
    for meeting in (FIRST, SECOND):
        folder = folder_of(straight, meeting)
        shutil.copytree(folder, tmp_path / "outputs" / folder.name)
    return tmp_path / "outputs"


# ── the same bytes, whatever was run in between


def test_reruns_in_between_change_no_byte(offices, straight, tmp_path):
    hold(offices, tmp_path, FIRST, SECOND, FIRST, THIRD, SECOND, THIRD)
    assert different(standing(tmp_path), standing(straight)) == []


@pytest.fixture(scope="module")
def skipped(offices, tmp_path_factory):
    """Outputs of the first and the third meeting, without the second: the returns say 第3期, which is asked back."""
    outputs = tmp_path_factory.mktemp("skipped")
    hold(offices, outputs, FIRST)
    with pytest.raises(MisuseError, match="以前各期的结果大概不在这个 outputs 里"):
        hold(offices, outputs, THIRD)
    hold(offices, outputs, THIRD, anyway=True)
    return outputs


def test_a_skipped_meeting_leaves_no_gap_in_number_and_history(skipped):
    history = results(skipped, THIRD).matrix("历史")
    assert {(row["期次"], row["会议日期"]) for row in history} == {(1, FIRST), (2, THIRD)}
    # the returns say 第3期 and were filled in after the meeting before: they are of this period
    assert {row["报送状态"] for row in results(skipped, THIRD).matrix("报送情况")[: len(UNITS)]} == {"按时"}


def test_a_meeting_put_in_later_renumbers_what_is_run_after_it(offices, straight, skipped, tmp_path):
    shutil.copytree(skipped, tmp_path, dirs_exist_ok=True)
    assert sorted(path.name for path in tmp_path.glob("第*")) == ["第01期_2023-03-17", "第02期_2023-04-14"]
    said = hold(offices, tmp_path, SECOND)
    assert "后面的会议（2023-04-14）是接着本次会议原来的情况算的，请按日期先后逐次重新运行。" in said
    assert sorted(path.name for path in tmp_path.glob("第*")) == [
        "第01期_2023-03-17",
        "第02期_2023-03-31",
        "第02期_2023-04-14",
    ]
    said = hold(offices, tmp_path, THIRD)
    assert not any(line.startswith("后面的会议") for line in said)
    assert different(apart_from_rerun(standing(tmp_path)), apart_from_rerun(standing(straight))) == []
    assert {row["项目"] for row in results(tmp_path, THIRD).matrix("重跑差异")} >= {"得分"}


def test_a_first_run_in_the_middle_of_the_year(offices, tmp_path):
    hold(offices, tmp_path, THIRD, anyway=True)
    assert {row["本期变化"] for row in results(tmp_path, THIRD).matrix("总矩阵")} == {"首期"}
    assert results(tmp_path, THIRD).ledger("变化情况") == []


# ── a unit that was silent for a period


def test_a_unit_that_comes_back_is_compared_with_what_was_carried_over(straight):
    assert not any(row["编号"].startswith("KQ") for row in results(straight, SECOND).findings())
    assert [row["单位"] for row in results(straight, SECOND).ledger("需核实")] == []
    gone = [row for row in results(straight, THIRD).findings() if row["编号"] == "KQ-001"]
    assert [row["单位"] for row in gone] == [SILENT]
    assert [row["单位"] for row in results(straight, THIRD).ledger("需核实") if row["编号"] == "XS-001"] == [SILENT]
    sent = [row for row in results(straight, THIRD).ledger("变化情况") if row["变化"] == "减少事项"]
    assert [row["单位"] for row in sent] == [SILENT]


# ── the next period's templates


def test_the_next_template_says_what_waits_and_sent_back_as_it_is_changes_nothing(tmp_path):
    office = Office(tmp_path)
    for unit in UNITS[:2]:
        office.send(steady(unit, PERIODS[0]))
    office.send(mess.cell(steady(UNITS[0], PERIODS[0]), "items", 0, item_type="行政许克"))
    office.hold()
    for path in office.next(SECOND).templates(*UNITS[:2]):
        unit = path.name.split("_")[0]
        shown = [str(cell.value) for row in openpyxl.load_workbook(path)["封面"].iter_rows() for cell in row]
        assert any("行政许克" in text for text in shown) == (unit == UNITS[0])
        fill_in(Form(path), content_of(unit, PERIODS[1], items=14).cover, {}).save(office.inputs)
    held = office.hold()
    for unit in UNITS[:2]:
        assert "变化情况" not in openpyxl.load_workbook(held.path(f"5-督办单/{unit}")).sheetnames


# ── a state that was changed by hand or damaged


def test_a_matrix_saved_by_hand_is_used_and_said_so(offices, second_held):
    path = next(second_held.glob("第02期*/1-总矩阵*.xlsx"))
    book = openpyxl.load_workbook(path)
    sheet = book["总矩阵"]
    header = next(row for row in sheet.iter_rows() if any(cell.value == "事项名称" for cell in row))
    at = {cell.value: cell.column for cell in header}
    row = header[0].row + 1
    name = sheet.cell(row, at["事项名称"]).value
    sheet.cell(row, at["事项首次到位"]).value = date(2023, 3, 5)
    book.save(path)
    said = hold(offices, second_held, THIRD)
    notice = f"第02期的“{path.name}”写出以后内容有变化（校验码不符），已按现在的内容沿用，请核对。"
    assert notice in said
    kept = next(row for row in results(second_held, THIRD).matrix("总矩阵") if row["事项名称"] == name)
    assert kept["事项首次到位"] == date(2023, 3, 5)


def test_a_damaged_matrix_is_named_and_the_one_before_it_counts(offices, second_held):
    path = next(second_held.glob("第02期*/1-总矩阵*.xlsx"))
    path.write_bytes(path.read_bytes()[:-5000])
    said = hold(offices, second_held, THIRD)
    assert any(line.startswith(f"第02期的“{path.name}”读不出来（") for line in said)
    history = results(second_held, THIRD).matrix("历史")
    assert {row["会议日期"] for row in history} == {FIRST, THIRD}
