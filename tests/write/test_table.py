"""The table writer: typed cells, formats by range, and nothing that xlsxwriter drops in silence."""

from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.write.kit.cells import WriteError, letter
from pipeline.write.kit.document import document, sheet_link, source_link
from pipeline.write.kit.table import Options, TableArea, write_table
from schemas.columns import Kind, Table, column

DAY = date(2023, 4, 14)
TABLE = Table(
    "things",
    "事物",
    (
        column("name", "名称", Kind.NAME, width=20),
        column("code", "编码", Kind.CODE, width=20),
        column("due", "时限", Kind.DATE, width=12),
        column("rate", "到位率", Kind.PERCENT, width=9),
        column("light", "亮灯", Kind.NAME, width=7),
        column("remark", "备注", width=20),
    ),
    title="事物清单",
)


def written(folder: Path, rows, options: Options | None = None, home: str = ""):
    path = folder / "things.xlsx"
    with document(path, title="事物", created=DAY, home=home) as doc:
        if home:
            doc.sheet(home)
        area = write_table(doc.sheet("事物"), TABLE, rows, note="第03期", options=options)
    return load_workbook(path)["事物"], area


def test_title_note_header_and_data_stand_in_that_order(tmp_path):
    sheet, area = written(tmp_path, [{"name": "甲"}, {"name": "乙"}])
    assert [sheet["A1"].value, sheet["A2"].value, sheet["A3"].value] == ["事物清单", "第03期", "名称"]
    assert [sheet["A4"].value, sheet["A5"].value] == ["甲", "乙"]
    assert (area.header_row, area.first_row, area.last_row, area.letters["light"]) == (3, 4, 5, "E")
    assert area.elsewhere("light") == "'事物'!$E$4:$E$5"


def test_each_value_keeps_its_type(tmp_path):
    sheet, _ = written(tmp_path, [{"name": "甲", "code": "0012", "due": DAY, "rate": 0.5}])
    assert (sheet["B4"].value, sheet["B4"].data_type) == ("0012", "s")
    assert sheet["C4"].value.date() == DAY
    assert sheet["C4"].number_format == "yyyy-mm-dd"
    assert (sheet["D4"].value, sheet["D4"].number_format) == (0.5, "0%")
    assert sheet["F4"].value is None
    assert sheet["F4"].border.left.style == "thin"  # a blank is ruled like its neighbours


@pytest.mark.parametrize("text", ["=1+1", "+86", "-甲", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_that_looks_like_a_formula_stays_text(tmp_path, text):
    sheet, _ = written(tmp_path, [{"name": text}])
    assert (sheet["A4"].value, sheet["A4"].data_type, sheet["A4"].quotePrefix) == (text, "s", True)


def test_a_cell_that_could_not_be_read_keeps_its_raw_text(tmp_path):
    sheet, _ = written(tmp_path, [{"due": "七月底前", "rate": "大部分"}, {"due": date(202, 7, 31)}])
    assert (sheet["C4"].value, sheet["D4"].value, sheet["C5"].value) == ("七月底前", "大部分", "0202-07-31")


def test_text_too_long_for_a_cell_is_cut_visibly(tmp_path):
    sheet, _ = written(tmp_path, [{"remark": "长" * 40_000}])
    assert sheet["F4"].value.endswith("…（过长，已截断）")
    assert len(sheet["F4"].value) <= 32_767


def test_lights_are_coloured_by_range_and_not_by_cell(tmp_path):
    sheet, _ = written(tmp_path, [{"light": "红"}, {"light": "绿"}], Options(lights=["light"]))
    rules = {
        str(where.sqref): [rule.text for rule in found]
        for where, found in sheet.conditional_formatting._cf_rules.items()
    }
    assert rules == {"E4:E5": ["红", "黄", "绿", "灰"]}
    assert sheet["E4"].fill.fill_type is None  # the word alone is in the cell: changed by hand, it changes colour


def test_the_sheet_is_ready_for_screen_and_paper(tmp_path):
    sheet, _ = written(tmp_path, [{"name": "甲"}], Options(frozen=2))
    assert sheet.freeze_panes == "C4"
    assert sheet.auto_filter.ref == "A3:F4"
    assert sheet.print_title_rows == "$3:$3"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage) == (
        9,
        0,
        True,
    )
    assert sheet.oddFooter.center.text == "第 &P 页 共 &N 页"


def test_wrapped_text_gets_the_height_it_needs(tmp_path):
    rows = [{"remark": "短"}, {"remark": "很长的一段话" * 10}]
    sheet, _ = written(tmp_path, rows)
    heights = [sheet.row_dimensions[row].height for row in (4, 5)]
    assert heights == pytest.approx([20, 113], abs=1)  # 120 half characters in 20: 7 lines


def test_where_people_write_a_row_grows_by_itself(tmp_path):
    sheet, _ = written(tmp_path, [{"remark": "短"}], Options(unlocked=["remark"]))
    assert sheet.row_dimensions[4].height is None
    assert not sheet["F4"].protection.locked
    assert sheet["A4"].protection.locked


def test_links_lead_home_and_to_the_copy_of_the_return(tmp_path):
    options = Options(links={"name": [source_link("区发改委 100%#1.xlsx", "事项", 7), None]})
    sheet, _ = written(tmp_path, [{"name": "甲"}, {"name": "乙"}], options, home="首页")
    links = {link.ref: link for link in (cell.hyperlink for row in sheet.iter_rows() for cell in row) if link}
    assert links["A2"].location == "'首页'!A1"
    assert links["A4"].target == "来件/区发改委%20100%25%231.xlsx"
    assert links["A4"].location == "'事项'!A7"
    assert "A5" not in links


def test_a_sheet_has_no_more_links_than_excel_takes(tmp_path, monkeypatch):
    monkeypatch.setattr("pipeline.write.kit.table._MOST_LINKED_ROWS", 40_000)
    rows = [{"name": "甲", "remark": "乙"}] * 33_000  # two links a row would make 66,000
    options = Options(links={name: [source_link("甲.xlsx")] * len(rows) for name in ("name", "remark")})
    path = tmp_path / "many.xlsx"
    with document(path, title="事物", created=DAY) as doc:
        write_table(doc.sheet("事物"), TABLE, rows, options=options)
    sheet = load_workbook(path)["事物"]
    linked = [cell.coordinate for row in sheet.iter_rows(min_row=4) for cell in row if cell.hyperlink]
    assert (len(linked), linked[-1]) == (60_000, "F30003")
    assert sheet["A33003"].value == "甲"


def test_an_empty_table_still_has_a_place(tmp_path):
    sheet, area = written(tmp_path, [])
    assert (area.first_row, area.last_row, area.cells("name")) == (4, 3, "$A$4:$A$4")
    assert sheet.auto_filter.ref == "A3:F4"


def test_the_same_rows_give_the_same_bytes(tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        written(folder, [{"name": "甲", "light": "红", "due": DAY}], Options(lights=["light"]))
    assert (first / "things.xlsx").read_bytes() == (second / "things.xlsx").read_bytes()


@pytest.mark.filterwarnings("ignore:Length of list items")
def test_nothing_is_dropped_with_a_mere_warning(tmp_path):
    with pytest.raises(WriteError), document(tmp_path / "x.xlsx", title="", created=DAY) as doc:
        page = doc.sheet("甲")
        page.validation((1, 0, 1, 0), {"validate": "list", "source": ["很长的选项" * 30, "另一个选项" * 30]})


def test_a_workbook_that_failed_is_not_written(tmp_path):
    path = tmp_path / "x.xlsx"
    with pytest.raises(ZeroDivisionError), document(path, title="", created=DAY):
        raise ZeroDivisionError
    assert not path.exists()


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letters_of_columns(index, letters):
    assert letter(index) == letters


def test_sheet_names_with_a_quote_are_quoted():
    assert sheet_link("甲'乙", "B2") == "internal:'甲''乙'!B2"
    assert TableArea("甲", 3, 4, 9, {"x": "C"}).cells("x") == "$C$4:$C$9"
