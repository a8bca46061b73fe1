"""What the office has entered once holds at every later meeting, until it says otherwise (contract §4)."""

from datetime import date, timedelta
from pathlib import Path
from shutil import copy

import pytest

from schemas.returns import OFFICE_BOOKS
from tests.office import MEETING, NEXT_MEETING, Form, Office, plan_with

ONE, TWO, THREE = (unit.name for unit in plan_with(3).units)
THIRD_MEETING = date(2023, 4, 14)
BOOKS = [book.file_name for book in OFFICE_BOOKS]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    made = Office(tmp_path, plan=plan_with(3))
    made.return_all(items=3)
    return made


def emptied(office: Office, meeting: date) -> Office:
    """The next meeting, everything in inputs thrown away but the plan."""
    office.next(meeting)
    office.forget()
    return office.return_all(items=3)


def inspections(held) -> list[tuple]:
    return [(row["单位"], row["整改状态"], row["登记于"]) for row in held.matrix("督查核查表")]


def deductions(held) -> dict[str, float]:
    return {row["单位"]: row["扣分"] for row in held.scores("评分排名")}


def said(held, word: str) -> list[str]:
    return [line for line in held.lines if word in line]


def test_an_emptied_inputs_folder_forgets_nothing(office):
    office.inspect(ONE)
    office.inspect(TWO, kind="两头受理")
    office.waive(ONE, "SX-006")
    office.delay(TWO, "系统", date(2023, 12, 31))
    office.agree(THREE, "Y1")
    first = office.hold()
    emptied(office, NEXT_MEETING)
    second = office.hold()
    assert [line for line in second.lines if "沿用以前登记的" in line] == [
        "督查核查表：沿用以前登记的尚未销号的督查问题 2 条，本次没有重新给出。",
        "豁免事项：沿用以前登记的尚未到期的豁免 1 条、尚未到期的延期 1 条，本次没有重新给出。",
        "议定事项：沿用以前登记的尚未办结的议定事项 1 条，本次没有重新给出。",
    ]
    assert not said(first, "沿用以前登记的")
    assert deductions(second) == deductions(first) == {ONE: 2, TWO: 2, THREE: 0}
    assert inspections(second) == inspections(first)
    assert [row["状态"] for row in second.ledger("豁免情况")] == ["生效"]
    assert [(row["单位"], row["维度"], row["延至日期"]) for row in second.matrix("延期事项")] == [
        (TWO, "系统", date(2023, 12, 31))
    ]
    assert [(row["编号"], row["来源文件"], row["来源行"]) for row in second.matrix("议定事项")] == [
        ("Y1", "议定事项.xlsx", 4)
    ]


def test_a_rerun_with_emptied_inputs_knows_what_it_replaces(office):
    office.inspect(ONE)
    office.award(TWO, -3)
    first = office.hold()
    office.forget()
    again = office.hold()
    assert inspections(again) == inspections(first) == [(ONE, "未整改", MEETING)]
    assert again.matrix("加减分") == first.matrix("加减分")
    (line,) = said(again, "沿用本次会议上一次汇总所用的")
    assert "督查核查表.xlsx" in line
    assert said(again, "结果与上次相同")


def test_closed_taken_back_and_withdrawn_by_the_newest_book(office):
    office.inspect(ONE, number="D1")
    office.hold()
    emptied(office, NEXT_MEETING)
    office.inspect(ONE, number="D1", state="已销号", closed_on=date(2023, 3, 28))
    second = office.hold()
    assert inspections(second) == [(ONE, "已销号", NEXT_MEETING)]
    assert deductions(second)[ONE] == 0
    emptied(office, THIRD_MEETING)
    office.inspect(ONE, number="D1", state="整改中")
    third = office.hold()
    assert deductions(third)[ONE] == 2
    assert said(third, "以前已销号")
    emptied(office, date(2023, 4, 28))
    office.inspect(ONE, number="D1", state="已撤销")
    fourth = office.hold()
    assert deductions(fourth)[ONE] == 0
    emptied(office, date(2023, 5, 12))
    assert inspections(office.hold()) == []


def test_the_same_entry_twice_counts_once_in_its_most_advanced_state(office):
    office.inspect(ONE, found_on=date(2023, 3, 14))
    (office.inputs / "备份").mkdir()
    copy(office.inputs / "督查核查表.xlsx", office.inputs / "备份")
    office.forget("督查核查表.xlsx")
    office.inspect(ONE, found_on=date(2023, 3, 14), state="已销号", closed_on=date(2023, 3, 16))
    office.inspect(ONE, found_on=date(2023, 3, 14), state="整改中")
    held = office.hold()
    assert inspections(held) == [(ONE, "已销号", MEETING)]
    assert deductions(held)[ONE] == 0
    assert said(held, "登记了两次的有 2 条")
    assert [row["编号"] for row in held.findings() if row["编号"] == "DC-035"] == ["DC-035"] * 2
    assert len([row for row in held.matrix("未采用") if "同一条" in row["原因"]]) == 2


def test_points_count_at_their_meeting_alone_and_add_up(office):
    office.award(ONE, 3)
    office.award(ONE, -1.5, reason="迟到")
    office.award(TWO, 2, meeting=date(2023, 3, 20))
    held = office.hold()
    assert [(row["编号"], row["原值"]) for row in held.findings() if row["编号"] == "JF-030"] == [
        ("JF-030", "2023-03-20")
    ]
    assert [row["分值"] for row in held.matrix("加减分")] == [3, -1.5, 2]
    emptied(office, NEXT_MEETING)
    assert [row["单位"] for row in office.hold().matrix("加减分")] == []


def test_a_waiver_ends_with_its_date_and_a_lapsed_delay_stays_the_deadline(office):
    office.waive(ONE, "SX-006", expires_on=date(2023, 3, 30))
    office.delay(TWO, "事项", date(2023, 3, 30))
    office.hold()
    emptied(office, NEXT_MEETING)
    held = office.hold()
    assert held.ledger("豁免情况") == []
    assert [row["延至日期"] for row in held.matrix("延期事项")] == [date(2023, 3, 30)]
    assert not said(held, "沿用以前登记的")


def test_the_three_books_come_prefilled_with_what_is_open(office):
    office.inspect(ONE, number="D1")
    office.inspect(TWO, state="已销号", closed_on=MEETING - timedelta(days=1))
    office.agree(THREE, "Y1", source="领导批示")
    office.hold()
    emptied(office, NEXT_MEETING)
    office.templates()
    folder = office.outputs / "填报表_第02期"
    book = Form(folder / "督查核查表.xlsx").book["督查核查"]
    assert [book.cell(row, 1).value for row in (4, 5)] == ["D1", None]
    assert [book.cell(row, 3).value for row in (4, 5)] == [ONE, None]
    assert Form(folder / "议定事项.xlsx").book["议定事项"]["C4"].value == "领导批示"
    for name in BOOKS:
        copy(folder / name, office.inputs)
    held = office.hold()
    assert inspections(held) == [(ONE, "未整改", NEXT_MEETING)]
    assert not said(held, "沿用以前登记的")


def test_a_book_that_somebody_filled_in_is_kept(office):
    office.inspect(ONE)
    office.hold()
    emptied(office, NEXT_MEETING)
    office.templates()
    folder = office.outputs / "填报表_第02期"
    untouched = (folder / "豁免事项.xlsx").read_bytes()
    Form(folder / "督查核查表.xlsx").change("督查核查", "未整改", 整改状态="整改中").save()
    filled_in = (folder / "督查核查表.xlsx").read_bytes()
    lines = office.template_lines()
    assert (folder / "督查核查表.xlsx").read_bytes() == filled_in
    assert (folder / "豁免事项.xlsx").read_bytes() == untouched
    assert [line for line in lines if "督查核查表.xlsx" in line] == [
        "填报表_第02期 里的“督查核查表.xlsx”已经有人填写，没有替换。"
    ]


def test_one_unit_is_renewed_and_the_others_stay(office):
    office.templates()
    folder = office.outputs / "填报表_第01期"
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    first = next(name for name in before if name.startswith(ONE))
    (folder / first).unlink()
    (folder / "便条.txt").write_text("留着", encoding="utf-8")
    office.templates(ONE)
    after = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert after == {**before, "便条.txt": "留着".encode()}
