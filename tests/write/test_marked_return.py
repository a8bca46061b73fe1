"""The marked copy of a return: what is wrong is marked, whether it is edited in place or saved anew.

What stays when it is edited in place: tests/write/test_marked_in_place.py.
"""

import zipfile
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill, Protection
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.findings import Finding, Place, findings_frame
from pipeline.write.edit.package import OddPackageError
from pipeline.write.marked import Heading, Refill, write_marked
from pipeline.write.marks import AUTHOR, FILL_COLOUR
from schemas.plan import Period, load_plan
from schemas.tables import FINDINGS
from schemas.words import Severity

IN_PLACE, ANEW = "in place", "saved anew"
PERIOD = Period(2, date(2023, 3, 31), date(2023, 3, 29))
HEADING = Heading("区民政局", PERIOD, load_plan().office)
NO_FILL = None


@pytest.fixture(autouse=True, params=[IN_PLACE, ANEW])
def way(request, monkeypatch) -> str:
    """Every test runs with a return that can be edited and with one that is too odd for it."""
    if request.param == ANEW:
        monkeypatch.setattr("pipeline.write.marked.Book", refuse)
    return request.param


def refuse(content: bytes) -> None:
    raise OddPackageError("odd")


def a_return() -> Workbook:
    book = Workbook()
    book.remove(book.active)
    cover = book.create_sheet("封面")
    cover["A1"], cover["B1"] = "填报单位", "区民政局"
    sheet = book.create_sheet("事项")
    sheet.append(["政务服务事项进驻情况"])
    sheet.append(["*事项名称", "*事项进驻", "计划完成日期", "备注"])
    for name in ("老年人福利补贴", "社会救助", "殡葬服务", "收养登记"):
        sheet.append([name, None, date(2023, 7, 1), "=1+1"])
    sheet["B3"].fill = PatternFill("solid", fgColor="FFFFFFE0")
    sheet["B3"].protection = Protection(locked=False)
    sheet["A4"].font = Font(bold=True)
    sheet["A4"].comment = Comment("科长：请核对", "王科")
    sheet.column_dimensions["A"].width = 41
    sheet.add_data_validation(DataValidation("list", formula1='"已进驻,推进中,未进驻"', sqref="B3:B50"))
    sheet.protection.sheet = True
    book.active = 1
    return book


def as_bytes(book: Workbook) -> bytes:
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def finding(cell, code="SX-001", severity=Severity.ERROR, *, sheet="事项", value="", problem="“事项进驻”没有填写"):
    row = int("".join(filter(str.isdigit, cell)) or 0)
    place = Place("区民政局", "民政.xlsx", sheet, cell, row, "items")
    return Finding(code, severity, place, value, problem, "请从下拉列表中选填：已进驻、推进中、未进驻")


def marked(tmp_path, original: bytes, *findings: Finding, refill=None) -> Workbook:
    path = tmp_path / "区民政局_退回.xlsx"
    write_marked(path, original, findings_frame(findings), HEADING, refill)
    return load_workbook(path)


def colour(cell) -> str | None:
    return cell.fill.fgColor.rgb if cell.fill.fill_type else NO_FILL


def rows_of_list(book: Workbook) -> list[tuple]:
    return [row[:9] for row in book["退回清单"].iter_rows(min_row=5, values_only=True) if row[7 - 1] is not None]


def test_a_wrong_cell_is_filled_commented_and_open_to_typing(tmp_path):
    book = marked(tmp_path, as_bytes(a_return()), finding("B4"))
    cell = book["事项"]["B4"]
    assert colour(cell) == FILL_COLOUR[Severity.ERROR]
    assert cell.comment.author == AUTHOR
    assert cell.comment.text == "【错误 SX-001】“事项进驻”没有填写\n改法：请从下拉列表中选填：已进驻、推进中、未进驻"
    assert cell.protection.locked is False


@pytest.mark.parametrize("severity", list(Severity))
def test_the_colour_tells_how_grave_it_is(tmp_path, severity):
    book = marked(tmp_path, as_bytes(a_return()), finding("B4", severity=severity))
    assert colour(book["事项"]["B4"]) == FILL_COLOUR[severity]


def test_the_gravest_of_two_findings_gives_the_colour_and_both_are_in_the_comment(tmp_path):
    found = finding("B4", code="SX-006", severity=Severity.NOTE), finding("B4", code="SX-002")
    cell = marked(tmp_path, as_bytes(a_return()), *found)["事项"]["B4"]
    assert colour(cell) == FILL_COLOUR[Severity.ERROR]
    assert [line[:11] for line in cell.comment.text.splitlines()[::2]] == ["【提示 SX-006】", "【错误 SX-002】"]


def test_everything_else_survives(tmp_path):
    sheet = marked(tmp_path, as_bytes(a_return()), finding("B4"))["事项"]
    assert sheet.column_dimensions["A"].width == 41
    assert sheet.protection.sheet
    assert [(str(rule.sqref), rule.formula1) for rule in sheet.data_validations.dataValidation] == [
        ("B3:B50", '"已进驻,推进中,未进驻"')
    ]
    assert sheet["A4"].font.bold
    assert sheet["A4"].comment.text == "科长：请核对"
    before = [[cell.value for cell in row] for row in a_return()["事项"].iter_rows()]
    after = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert [row[3] for row in after] == [row[3] for row in before]
    assert [row[0] for row in after] == [row[0] for row in before]


def test_the_list_stands_first_and_alone_is_selected(tmp_path):
    book = marked(tmp_path, as_bytes(a_return()), finding("B4"))
    assert book.sheetnames == ["退回清单", "封面", "事项"]
    assert [bool(sheet.sheet_view.tabSelected) for sheet in book.worksheets] == [True, False, False]
    sheet = book["退回清单"]
    assert [cell.value for cell in sheet[4]][:9] == [column.title for column in FINDINGS.columns]
    assert sheet["A2"].value == "区民政局　第02期（会议日期 2023-03-31）　错误 1 处、警示 0 处、提示 0 处"
    assert sheet.auto_filter.ref == "A4:I5"
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.print_title_rows == "$4:$4"


def test_equal_findings_of_a_column_make_one_line_that_links_to_the_first_cell(tmp_path):
    found = [finding(cell) for cell in ("B3", "B4", "B6")]
    sheet = marked(tmp_path, as_bytes(a_return()), *found)["退回清单"]
    assert sheet["D5"].value == "B3:B4、B6"
    assert sheet["D5"].hyperlink.location == "'事项'!B3"
    assert sheet["A6"].value is None


def test_lines_stand_gravest_first_then_as_in_the_book(tmp_path):
    found = [
        finding("D3", "SX-006", Severity.NOTE, problem="写法"),
        finding("B1", "FM-002", sheet="封面", problem="不认识"),
        finding("B6"),
        finding("A3", "SX-008", Severity.WARNING, problem="存疑"),
    ]
    lines = rows_of_list(marked(tmp_path, as_bytes(a_return()), *found))
    assert [(line[4], line[2], line[3]) for line in lines] == [
        ("错误", "封面", "B1"),
        ("错误", "事项", "B6"),
        ("警示", "事项", "A3"),
        ("提示", "事项", "D3"),
    ]


def test_a_finding_about_a_missing_sheet_is_listed_without_a_link(tmp_path):
    sheet = marked(tmp_path, as_bytes(a_return()), finding("", "RW-011", sheet="任务", problem="缺少"))["退回清单"]
    assert [sheet["C5"].value, sheet["D5"].value, sheet["C5"].hyperlink] == ["任务", None, None]


def test_text_that_looks_like_a_formula_or_an_error_stays_text(tmp_path):
    found = finding("B4", value="=HYPERLINK(1)"), finding("B5", value="#N/A")
    sheet = marked(tmp_path, as_bytes(a_return()), *found)["退回清单"]
    assert [(sheet[c].value, sheet[c].data_type) for c in ("H5", "H6")] == [("=HYPERLINK(1)", "s"), ("#N/A", "s")]


def test_a_waived_finding_says_so(tmp_path):
    waived = replace(finding("B4", severity=Severity.NOTE), status="豁免")
    book = marked(tmp_path, as_bytes(a_return()), waived)
    assert book["退回清单"]["G5"].value == "“事项进驻”没有填写（豁免）"
    assert book["事项"]["B4"].comment.text.startswith("【提示 SX-001】“事项进驻”没有填写（豁免）")


def test_a_mark_on_a_merged_cell_goes_to_its_upper_left_one(tmp_path):
    book = a_return()
    book["事项"].merge_cells("B3:B5")
    sheet = marked(tmp_path, as_bytes(book), finding("B5"))["事项"]
    assert colour(sheet["B3"]) == FILL_COLOUR[Severity.ERROR]
    assert sheet["B3"].comment is not None


def test_marks_of_the_last_time_are_gone_when_a_marked_copy_comes_back(tmp_path):
    first = tmp_path / "first.xlsx"
    write_marked(first, as_bytes(a_return()), findings_frame([finding("B3"), finding("A4")]), HEADING)
    book = marked(tmp_path, first.read_bytes(), finding("B6"))
    sheet = book["事项"]
    assert book.sheetnames == ["退回清单", "封面", "事项"]
    assert (colour(sheet["B3"]), sheet["B3"].comment, sheet["B3"].protection.locked) == ("FFFFFFE0", None, False)
    assert (colour(sheet["A4"]), sheet["A4"].comment.text, sheet["A4"].comment.author) == (
        NO_FILL,
        "科长：请核对",
        "王科",
    )
    assert sheet["A4"].protection.locked is True
    assert colour(sheet["B6"]) == FILL_COLOUR[Severity.ERROR]
    assert [line[3] for line in rows_of_list(book)] == ["B6"]


def test_what_a_person_answered_in_our_comment_stays(tmp_path):
    first = tmp_path / "first.xlsx"
    write_marked(first, as_bytes(a_return()), findings_frame([finding("B3")]), HEADING)
    back = load_workbook(first)
    text = back["事项"]["B3"].comment.text
    back["事项"]["B3"].comment = Comment(f"{text}\n单位：已与中心沟通", AUTHOR)
    assert marked(tmp_path, as_bytes(back), finding("B6"))["事项"]["B3"].comment.text == "单位：已与中心沟通"


def test_a_sheet_of_that_name_that_is_not_ours_stays(tmp_path):
    book = a_return()
    book.create_sheet("退回清单")["A1"] = "我们自己的"
    names = marked(tmp_path, as_bytes(book), finding("B3")).sheetnames
    assert names == ["退回清单1", "封面", "事项", "退回清单"]


@pytest.mark.parametrize("way", [ANEW], indirect=True)
def test_dropdowns_that_excel_moved_into_its_extension_are_put_back(tmp_path):
    extension = (
        '<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:dataValidation type="list" allowBlank="1" showErrorMessage="1"><x14:formula1><xm:f>封面!$A$1:$A$3</xm:f>'
        "</x14:formula1><xm:sqref>C3:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )
    original = with_part(as_bytes(a_return()), "xl/worksheets/sheet2.xml", b"</worksheet>", extension.encode())
    sheet = marked(tmp_path, original, finding("B3"))["事项"]
    rules = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules["C3:C9"] == "封面!$A$1:$A$3"


def with_part(package: bytes, part: str, before: bytes, inserted: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(target, "w") as result:
        for name in source.namelist():
            data = source.read(name)
            result.writestr(name, data.replace(before, inserted + before) if name == part else data)
    return target.getvalue()


def test_what_openpyxl_cannot_open_is_marked_in_a_fresh_template(tmp_path):
    refill = Refill(as_bytes(a_return()), {("Sheet1", "C9"): ("事项", "B4")})
    book = marked(tmp_path, b"\xd0\xcf\x11\xe0 not a zip", finding("C9", sheet="Sheet1"), refill=lambda: refill)
    assert colour(book["事项"]["B4"]) == FILL_COLOUR[Severity.ERROR]
    assert rows_of_list(book)[0][2:4] == ("事项", "B4")
    assert "原件不能直接标注" in book["退回清单"]["A3"].value


def test_without_a_template_the_list_stands_alone(tmp_path):
    book = marked(tmp_path, b"", finding("", "WJ-001", sheet="", problem="文件是空的"))
    assert book.sheetnames == ["退回清单"]
    assert "原件打不开" in book["退回清单"]["A3"].value


def test_the_same_input_gives_the_same_bytes(tmp_path, monkeypatch, way):
    original = as_bytes(a_return())
    for name in "ab":
        write_marked(tmp_path / name, original, findings_frame([finding("B3")]), HEADING)
        monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with zipfile.ZipFile(tmp_path / "a") as archive:
        if way == ANEW:
            assert b"dcterms:" not in archive.read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
        assert {entry.date_time[:3] for entry in archive.infolist()} == {(1980, 1, 1)}
