"""督办单: what one unit must do, on a page or two."""

import re
from datetime import date

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.say import slip as slip_content
from pipeline.say.slip import UnitRows, due
from pipeline.write.slips import write_slip, write_slips
from schemas import tables as ledger
from tests.write.fakes import MOBILE, fake_book, frame, knowing

UNIT = "区公安局"  # the third of the plan: on time, red, two errors in its return


@pytest.fixture(scope="module")
def book():
    return fake_book()


@pytest.fixture(scope="module")
def frames(book):
    return UnitRows(book)


@pytest.fixture(scope="module")
def sheet(book, tmp_path_factory):
    path = tmp_path_factory.mktemp("slip") / f"{UNIT}.xlsx"
    write_slip(path, book, book.plan.unit_by_name[UNIT])
    return load_workbook(path)["督办单"]


def texts(sheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def test_the_head_says_who_when_and_how_grave(sheet):
    shown = texts(sheet)
    assert shown[0] == "“应进必进”工作督办单"
    for text in (UNIT, "第03期", "2023-04-14", "按时", "88.00 分，第 3 名"):
        assert text in shown
    assert any(text.startswith("约谈建议：窗口连续 3 期红灯") for text in shown)


def test_it_is_as_wide_as_a4_and_breaks_after_the_first_page(sheet):
    setup = sheet.page_setup
    assert (setup.paperSize, setup.fitToWidth or 1, setup.fitToHeight) == (9, 1, 0)
    (first,) = sheet.row_breaks.brk
    assert "领导批示和议定事项" in sheet.cell(first.id + 1, 1).value
    assert sheet.print_area
    assert sheet.oddFooter.center.text


def test_it_leaves_room_to_sign(sheet):
    shown = texts(sheet)
    assert [text for text in shown if text in ("领导批示", "单位整改措施", "单位主要负责人（签字、盖章）")]


def test_an_item_stands_once_with_all_its_lights(frames):
    section = slip_content.items(frames, UNIT)
    assert ("民办学校筹设审批", "红：系统；黄：事项、窗口、授权", "计划完成日期已过 9 天", "2023-04-05") in section.rows
    assert len({row[0] for row in section.rows}) == len(section.rows)


def test_equal_findings_of_a_column_are_one_line_and_notes_are_left_out(frames):
    assert slip_content.corrections(frames, UNIT).rows == (
        ("错误", "事项 H4:H5", "“事项进驻”没有填写", "请从下拉列表中选填：已进驻、推进中、未进驻"),
    )


def test_a_problem_that_another_unit_dispatches_stands_in_the_slip_of_who_must_solve_it(frames):
    rows = slip_content.problems(frames, "区教体局").rows  # 区发改委 reported it
    assert [(row[0], row[2]) for row in rows] == [("派本单位", "区发改委→区教体局")]
    assert slip_content.problems(frames, "区发改委").rows[0][0] == "本单位提"


def test_the_receipt_stands_whole_on_a_sheet_of_its_own(tmp_path):
    book = fake_book()
    cells = [(UNIT, "事项", f"事项{n}", "备注", None, f"联系 {MOBILE}") for n in range(12)]
    changed = pd.DataFrame(cells, columns=list(ledger.CELL_CHANGES.names), dtype=object)
    book = knowing(book, cell_changes=changed)
    write_slip(tmp_path / "a.xlsx", book, book.plan.unit_by_name[UNIT])
    written = load_workbook(tmp_path / "a.xlsx")
    assert written.sheetnames == ["督办单", "得分构成", "提分清单", "失分明细", "变化情况"]
    shown = texts(written["变化情况"])
    assert [text for text in shown if text.startswith("事项") and text != "事项"] == [f"事项{n}" for n in range(12)]
    assert MOBILE not in "".join(shown)


def test_what_is_due_ends_with_the_next_meeting_and_begins_with_what_is_overdue(frames):
    section = due(frames, "区发改委")
    days = [date.fromisoformat(row[0]) for row in section.rows]
    assert days == sorted(days)
    assert max(days) <= date(2023, 4, 28)
    assert section.rows[0] == ("2023-03-06", "节点", "报送《对接人员联系表》", "已逾期 39 天")
    assert ("2023-04-26", "报送", "报送第 4 期填报表", "还有 12 天") in section.rows
    assert ("2023-04-25", "任务", "RW-2 推动审批业务系统与一体化政务服务平台对接", "还有 11 天") in section.rows


def test_an_open_item_planned_before_the_next_meeting_is_due_and_a_later_one_is_not():
    book = fake_book()
    units, names = (book.matrix[name].tolist() for name in ("unit", "item_name"))
    planned = [date(2023, 4, 20) if name == "民办学校筹设审批" else date(2023, 6, 1) for name in names]
    items = frame(
        ledger.MATRIX.columns[:1], [{"unit": u, "planned_on": p} for u, p in zip(units, planned, strict=True)]
    )
    book.merged.tables["items"] = items
    rows = [row for row in due(UnitRows(book), UNIT).rows if row[1] == "事项"]
    assert [(row[0], row[2].split("：")[0]) for row in rows] == [("2023-04-20", "民办学校筹设审批")]


def test_a_long_list_is_cut_and_says_where_the_rest_stands():
    section = slip_content.items(UnitRows(fake_book(30)), UNIT)
    assert len(section.rows) <= 15
    rows = [(str(n),) for n in range(40)]
    cut = slip_content._cut("甲", ("乙",), (12,), rows, "无", rest="台账")
    assert (len(cut.rows), cut.left_out) == (10, "另有 30 条，见台账。")


def test_a_unit_that_never_reported_gets_a_slip_too(book, tmp_path):
    name = "区文化广电和旅游局"
    write_slip(tmp_path / "a.xlsx", book, book.plan.unit_by_name[name])
    shown = texts(load_workbook(tmp_path / "a.xlsx")["督办单"])
    assert "未报送" in shown
    assert "报送第 4 期填报表" in shown


def test_no_mobile_number_and_no_empty_slip_for_any_unit(book, tmp_path):
    write_slips(tmp_path, book)
    files = sorted(tmp_path.glob("*.xlsx"))
    assert [path.stem for path in files] == sorted(unit.name for unit in book.plan.units)
    for path in files[:5]:
        shown = "\n".join(texts(load_workbook(path)["督办单"]))
        assert MOBILE not in shown
        assert not re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", shown)


def test_the_same_run_gives_the_same_bytes(book, tmp_path):
    unit = book.plan.unit_by_name[UNIT]
    write_slip(tmp_path / "a.xlsx", book, unit)
    write_slip(tmp_path / "b.xlsx", book, unit)
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
