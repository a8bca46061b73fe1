"""Whatever can be read is read in full, and nothing is lost without a word (contract §4)."""

import io
import pickle
import time
from datetime import date, datetime
from datetime import time as time_of_day

import odd_books
import openpyxl
import pytest
import xlsxwriter
from msoffcrypto.format.ooxml import OOXMLFile

from pipeline.intake.open import NO_RESULT, PICTURE, RawSheet, Unreadable, open_book
from pipeline.intake.raw import Comment
from tests.intake.written import FOLDER

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def only_sheet(data: bytes) -> RawSheet:
    (sheet,) = open_book(data).sheets
    return sheet


def verdict(data: bytes) -> str:
    with pytest.raises(Unreadable) as caught:
        open_book(data)
    return caught.value.rule.code


def row(number: int, *cells: str) -> str:
    return f'<row r="{number}">{"".join(cells)}</row>'


def cell(place: str, value: object, kind: str = "", style: int = 0) -> str:
    return f'<c r="{place}" s="{style}"{f" t={chr(34)}{kind}{chr(34)}" if kind else ""}><v>{value}</v></c>'


# ── values and their places


def test_row_1_is_excel_row_1_and_every_type_stays_what_it_is():
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    day, clock, hours = (book.add_format({"num_format": code}) for code in ('m"月"d"日"', "h:mm", "[h]:mm"))
    sheet = book.add_worksheet("事项")
    sheet.merge_range("B2:C3", "标题")
    sheet.write_row("B5", ["取水许可", 5, 5.5, True])
    sheet.write_datetime("F5", datetime(2023, 7, 31), day)
    sheet.write("G5", 0.25, clock)
    sheet.write("H5", 1.5, hours)
    sheet.write("B6", "藏", None)
    sheet.set_row(5, None, None, {"hidden": True})
    book.add_worksheet("旧").hide()
    book.add_worksheet("_模板").very_hidden()
    book.close()
    items, old, template = open_book(buffer.getvalue()).sheets
    assert items.rows == [
        [None] * 8,
        [None, "标题", *[None] * 6],
        [None] * 8,
        [None] * 8,
        [None, "取水许可", 5, 5.5, True, date(2023, 7, 31), time_of_day(6, 0), "36:00:00"],
        [None, "藏", *[None] * 6],
    ]
    assert type(items.rows[4][2]) is int and items.rows[4][4] is True
    assert items.merges == [(2, 2, 3, 3)]
    assert items.hidden_rows == {6}
    assert (items.visible, old.visible, template.visible) == (True, False, False)
    assert pickle.loads(pickle.dumps(items)) == items


def test_a_code_that_lost_its_digits_stays_a_float():
    values = only_sheet(odd_books.xlsx(row(1, cell("A1", "1.14104E+30"), cell("B1", "13703750001")))).rows[0]
    assert values == [1.14104e30, 13703750001]
    assert [type(value) for value in values] == [float, int]


@pytest.mark.parametrize(
    ("built_in", "seen"),
    [(14, date(2023, 7, 31)), (31, date(2023, 7, 31)), (58, date(2023, 7, 31)), (27, "2023年7月"), (57, "2023年7月"), (17, "2023年7月")],
)  # fmt: skip
def test_built_in_date_formats_are_dates_or_months(built_in, seen):
    content = odd_books.xlsx(row(1, cell("A1", 45138, style=1)), date_formats={built_in: "General"})
    assert only_sheet(content).rows == [[seen]]


@pytest.mark.parametrize(
    ("code", "value", "seen"),
    [
        ('"RW-"00', 12, "RW-12"),
        ('"RW-"00', 3, "RW-03"),
        ('"B"00', 7, "B07"),
        (r"\B00", 7, "B07"),
        ('"第"0"期"', 5, "第5期"),
        ('[Red]"RW-"00_);[Blue]"-RW"00', 12, "RW-12"),
        ("[$-804]第General号", 5, "第5号"),
        ("000000", 12, "000012"),
        ("00", 12, 12),
        ("0", 12, 12),
        ("General", 12, 12),
        ("#,##0.00", 12, 12),
        ('"¥"#,##0', 12, 12),
        ('_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 12, 12),
        ("0%", 1, 1),
        ('"B"00', 0.5, 0.5),
        ('"B"00', -5, -5),
        ("@", 12, 12),
        ('yyyy"年"m"月"', 45138, "2023年7月"),
        ('[$-804]yyyy"年"m"月";@', 45138, "2023年7月"),
        ("yyyy-mm", 45138, "2023年7月"),
        ("yyyy/m", 45138, "2023年7月"),
        ("mmm-yy", 45138, "2023年7月"),
        ("yyyy", 45138, "2023年"),
        ("yyyy-mm-dd", 45138, date(2023, 7, 31)),
        ('m"月"d"日"', 45138, date(2023, 7, 31)),
    ],
)
def test_what_a_cell_shows_is_what_was_meant(code, value, seen):
    escaped = code.replace('"', "&quot;")
    content = odd_books.xlsx(row(1, cell("A1", value, style=1), cell("B1", value)), date_formats={200: escaped})
    sheet = only_sheet(content)
    assert sheet.rows == [[seen, value]]
    assert type(sheet.rows[0][0]) is type(seen)


def test_dates_written_as_text_are_dates_where_they_can_be():
    cells = row(1, cell("A1", "2023-07-31T00:00:00.000Z", "d"), cell("B1", "2023-02-30", "d"))
    assert only_sheet(odd_books.xlsx(cells)).rows == [[date(2023, 7, 31), "2023-02-30"]]


def test_dates_of_1904_are_right():
    content = odd_books.xlsx(
        row(1, cell("A1", 43676, style=1)), properties='<workbookPr date1904="1"/>', date_formats={14: "General"}
    )
    book = open_book(content)
    assert book.date1904
    assert book.sheets[0].rows == [[date(2023, 7, 31)]]


def test_the_wrong_dimension_that_wps_writes_loses_no_row():
    cells = row(1, cell("A1", 6)) + row(2, cell("B2", 7))
    content = odd_books.xlsx(cells, before='<dimension ref="A1:A1"/>')
    assert only_sheet(content).rows == [[6, None], [None, 7]]
    lazily = openpyxl.load_workbook(io.BytesIO(content), read_only=True)["事项"]
    assert list(lazily.iter_rows(values_only=True)) == [(6,)], "why openpyxl is not used"


def test_strict_ooxml_is_read_in_full():
    def strict(_: str, content: str) -> str:
        for loose, tight in odd_books.STRICT.items():
            content = content.replace(loose, tight)
        return content

    cells = row(1, cell("A1", 0, "s"), cell("B1", "2023-07-31", "d", style=1))
    content = odd_books.xlsx_with(strict, cells, date_formats={14: "General"})
    assert only_sheet(content).rows == [["取水许可", date(2023, 7, 31)]]
    assert openpyxl.load_workbook(io.BytesIO(content)).sheetnames == [], "why openpyxl is not used"


@pytest.mark.parametrize(
    ("written", "because"),
    [
        ('<row><c t="s"><v>0</v></c><c><v>2</v></c></row><row/><row><c><v>3</v></c></row>', "no references"),
        ("<row r='1'><c r='A1' t='s'><v>0</v></c><c r='B1'><v>2</v></c></row><row r='3'><c r='A3'><v>3</v></c></row>", "'"),
        ('<row r="1"><c t="s" r="A1"><v>0</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>', "order"),
        ('<row r="1"><c\nr="A1" t="s"><v>0</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>', "line breaks"),
        ('<row r="1"><c r="a1" t="s"><v>0</v></c><c r="b1"><v>2</v></c></row><row r="3"><c r="a3"><v>3</v></c></row>', "lower case"),
        ('<row r="1"><c r="A1" t="str"><v><![CDATA[取水]]>许可</v></c><c r="B1"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>', "CDATA"),
        ('<row r="1"><c r="A1" t="inlineStr"><is><r><t>取水</t></r><r><t>许可</t></r></is></c><!-- --><c r="B1"><v>2</v></c></row><row r="3"><c r="A3"><v>3</v></c></row>', "comment"),
    ],
)  # fmt: skip
def test_other_ways_to_write_the_same_sheet(written, because):
    error = '<row r="9" hidden="1"><c\nr="C9" t="e"><v>#REF!</v></c></row>'
    sheet = only_sheet(odd_books.xlsx(written + error))
    assert [line[:2] for line in sheet.rows[:3]] == [["取水许可", 2], [None, None], [3, None]], because
    assert (sheet.faults, sheet.hidden_rows) == ({(9, 3): "#REF!"}, {9})


def test_prefixed_and_utf_16_xml_is_read_too():
    def changed(name: str, content: str) -> str | bytes:
        if name != odd_books.SHEET:
            return content
        prefixed = (
            content.replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?").replace("xmlns=", "xmlns:x=")
        )
        return prefixed.replace("UTF-8", "UTF-16").encode("utf-16")

    cells = row(1, cell("A1", 0, "s"), '<c r="B1" t="e"><v>#N/A</v></c>')
    sheet = only_sheet(odd_books.xlsx_with(changed, cells))
    assert (sheet.rows, sheet.faults) == ([["取水许可", None]], {(1, 2): "#N/A"})


# ── what is said beside the values

_STYLES = """<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><fonts><font/>
  <font><strike/></font><font><strike val="0"/></font><font><color rgb="FF808080"/></font>
  <font><color theme="0" tint="-0.35"/></font><font><color theme="1" tint="0.5"/></font><font><color theme="1"/></font>
  <font><color rgb="FF6B6B6B"/></font></fonts><fills><fill/><fill><patternFill patternType="gray125"/></fill>
  <fill><patternFill patternType="solid"><fgColor rgb="FFBFBFBF"/></patternFill></fill>
  <fill><patternFill patternType="solid"><fgColor rgb="FFFFFF00"/></patternFill></fill>
  <fill><patternFill patternType="solid"><fgColor rgb="FFEDEDED"/></patternFill></fill></fills><cellXfs><xf/>{}</cellXfs></styleSheet>"""


def styled(cells: str, *styles: str) -> bytes:
    """A workbook of which style 1, 2 … are these attributes of xf."""
    text = _STYLES.format("".join(f"<xf {style}/>" for style in styles))
    return odd_books.xlsx_with(lambda name, content: text if name == "xl/styles.xml" else content, cells)


def test_cells_struck_through_or_greyed_are_handed_on():
    fonts = [cell(f"{letter}1", 1, style=number) for number, letter in enumerate("ABCDEFG", 1)]
    fills = [cell(f"{letter}2", 1, style=number) for number, letter in enumerate("ABC", 8)]
    empty = '<c r="H1" s="1"/>'
    content = styled(
        row(1, *fonts, empty) + row(2, *fills),
        *[f'fontId="{number}"' for number in range(1, 8)],
        *[f'fillId="{number}"' for number in (2, 3, 4)],
    )
    sheet = only_sheet(content)
    assert sheet.struck == {(1, 1)}
    assert sheet.greyed == {(1, 3), (1, 4), (1, 5), (2, 1)}, "black, yellow and the greys of our template are none"


def test_a_text_is_struck_when_all_its_letters_are():
    runs = "<sst><si><r><rPr><strike/></rPr><t>取水</t></r><r><t>许可</t></r></si><si><r><rPr><strike/></rPr><t>取水许可</t></r></si></sst>"
    cells = row(1, cell("A1", 0, "s"), cell("B1", 1, "s"))
    sheet = only_sheet(
        odd_books.xlsx_with(lambda name, text: runs.replace("<sst>", f'<sst xmlns="{odd_books.MAIN}">') if "shared" in name else text, cells)
    )  # fmt: skip
    assert (sheet.rows, sheet.struck) == ([["取水许可", "取水许可"]], {(1, 2)})


def test_notes_and_threads_with_their_authors():
    content = odd_books.parts(row(1, cell("A1", 1)))
    kind = odd_books.LINKS
    content["xl/worksheets/_rels/sheet1.xml.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="a" Type="{kind}/comments" Target="../comments1.xml"/>'
        '<Relationship Id="b" Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment" '
        'Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    content["xl/comments1.xml"] = (
        f'<comments xmlns="{odd_books.MAIN}"><authors><author>张三</author><author>tc=1</author></authors><commentList>'
        '<comment ref="A1" authorId="0"><text><r><t>张三:</t></r><r><t>\n其实没有进驻</t></r></text></comment>'
        '<comment ref="B2" authorId="1"><text><t>[线程批注] 您的Excel版本可读取此线程批注…</t></text></comment></commentList></comments>'
    )
    content["xl/threadedComments/threadedComment1.xml"] = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B2" personId="{1}"><text>已划转</text></threadedComment>'
        '<threadedComment ref="B2" personId="{2}"><text>何时？</text></threadedComment></ThreadedComments>'
    )
    content["xl/persons/person.xml"] = (
        '<personList xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<person displayName="李四" id="{1}"/><person displayName="王五" id="{2}"/></personList>'
    )
    assert only_sheet(odd_books.zipped(content)).comments == {
        (1, 1): (Comment("其实没有进驻", "张三"),),
        (2, 2): (Comment("已划转", "李四"), Comment("何时？", "王五")),
    }


# ── faults


def test_error_cells_formulas_without_result_and_pictures_are_named():
    cells = row(
        3,
        '<c r="A3" t="e"><f>NA()</f><v>#N/A</v></c>',
        '<c r="B3"><f>[1]Sheet1!A1</f></c>',
        '<c r="C3"><f>A1</f><v/></c>',
        '<c r="D3" t="str"><f>A1&amp;""</f><v></v></c>',
        '<c r="E3"><f>1+1</f><v>2</v></c>',
        '<c r="F3" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c>',
        '<c r="G3" t="str"><v> t="e" </v></c>',
        '<c r="H3"><f t="shared" si="0"/><v>7</v></c>',
    )
    sheet = only_sheet(odd_books.xlsx(cells))
    assert sheet.rows == [[None] * 8, [None] * 8, [None, None, None, None, 2, None, ' t="e" ', 7]]
    assert sheet.faults == {(3, 1): "#N/A", (3, 2): NO_RESULT, (3, 3): NO_RESULT, (3, 6): PICTURE}


def test_a_picture_put_into_a_cell_by_excel_is_no_error():
    content = odd_books.parts(row(1, '<c r="A1" t="e" vm="1"><v>#VALUE!</v></c>'))
    content["xl/richData/rdrichvalue.xml"] = "<rvData/>"
    assert only_sheet(odd_books.zipped(content)).faults == {(1, 1): PICTURE}


def test_rows_reach_as_far_as_their_faults():
    sheet = only_sheet(odd_books.xlsx(row(1, cell("A1", 1)) + row(4, '<c r="C4"><f>A1</f></c>')))
    assert sheet.rows == [[1, None, None], [None] * 3, [None] * 3, [None] * 3]


# ── size


def test_a_million_formatted_empty_rows_are_no_rows():
    empty = "".join(f'<row r="{number}"><c r="A{number}" s="0"/></row>' for number in range(2, 200_000))
    last = '<row r="1048576" s="1" customFormat="1"><c r="XFD1048576" s="0"/></row>'
    assert only_sheet(odd_books.xlsx(row(1, cell("A1", 1)) + empty + last)).rows == [[1]]


def test_one_stray_cell_in_the_last_corner_is_kept_apart():
    near = "".join(
        row(number, cell(f"A{number}", 0, "s"), cell(f"B{number}", 45138, style=1)) for number in (1, 2, 900)
    )
    far = row(1_048_576, cell("XFD1048576", 0, "s"), '<c r="XFC1048576" t="e"><v>#N/A</v></c>')
    merge = '<mergeCells><mergeCell ref="A1:A1048576"/></mergeCells>'
    sheet = only_sheet(odd_books.xlsx(near + far, after=merge, date_formats={14: "General"}))
    assert len(sheet.rows) == 900
    assert sheet.rows[0] == sheet.rows[1] == sheet.rows[899] == ["取水许可", date(2023, 7, 31)]
    assert set(map(tuple, sheet.rows[2:899])) == {(None, None)}
    assert sheet.strays == {(1_048_576, 16_384): "取水许可"}
    assert sheet.faults == {(1_048_576, 16_383): "#N/A"}
    assert sheet.merges == [(1, 1, 900, 1)]


def test_a_thousand_rows_and_more_are_one_table():
    cells = "".join(row(number, cell(f"A{number}", number), cell(f"AAB{number}", 1)) for number in range(1, 1200))
    sheet = only_sheet(odd_books.xlsx(cells))
    assert (len(sheet.rows), len(sheet.rows[0]), sheet.strays) == (1199, 704, {})
    assert sheet.rows[1198][0] == 1199


def test_cells_scattered_over_the_whole_sheet_are_refused():
    letters = ["A", "Z", *(f"{a}{b}" for a in "ABCDEFGHIJ" for b in "ABCDEFGHIJKLMNOPQRSTUVWXYZ")]
    cells = "".join(row(number * 900, cell(f"{letters[number % 260]}{number * 900}", 1)) for number in range(1, 1000))
    assert verdict(odd_books.xlsx(cells)) == "WJ-014"


@pytest.mark.parametrize("place", ["XFE1", "ZZZ3", "A1048577", "B9999999"])
def test_references_past_the_last_cell_are_refused(place):
    assert verdict(odd_books.xlsx(row(1, cell(place, 1)))) == "WJ-010"


# ── never a part for the whole


def without(part: str):
    return lambda name, content: None if name == part else content


def test_a_book_is_read_in_full_or_not_at_all():
    two = '<sheet name="事项" sheetId="1" r:id="rId1"/><sheet name="人员" sheetId="2" r:id="rId9"/>'
    assert verdict(odd_books.xlsx(sheets=two)) == "WJ-012"
    assert verdict(odd_books.xlsx_with(without(odd_books.SHEET))) == "WJ-012"
    assert verdict(odd_books.xlsx(sheets="")) == "WJ-011"
    assert verdict(odd_books.xlsx(row(1, cell("A1", 99, "s")))) == "WJ-012", "a text that is not there"
    assert verdict(odd_books.xlsx_with(without("xl/workbook.xml"))) == "WJ-004"
    cut = odd_books.xlsx_with(
        lambda name, content: content[:-40] if name == odd_books.SHEET else content, row(1, cell("A1", 1))
    )
    assert verdict(cut) in {"WJ-004", "WJ-012"}


def test_tabs_without_cells_are_passed_over():
    """Macro sheets of Excel 4, dialogs, modules of Visual Basic that lead nowhere, a workbook part of another name."""
    tabs = "".join(
        f'<sheet name="{name}" sheetId="{number}" state="veryHidden" r:id="{link}"/>'
        for number, (name, link) in enumerate({"宏": "rId8", "对话框": "rId9", "模块": "", "事项": "rId1"}.items(), 1)
    )
    content = odd_books.parts(row(1, cell("A1", 0, "s")), sheets=tabs)
    more = (
        '<Relationship Id="rId8" Type="http://schemas.microsoft.com/office/2006/relationships/xlMacrosheet" Target="macrosheets/sheet1.xml"/>'
        f'<Relationship Id="rId9" Type="{odd_books.LINKS}/dialogsheet" Target="dialogsheets/sheet1.xml"/></Relationships>'
    )
    links = content.pop("xl/_rels/workbook.xml.rels").replace("</Relationships>", more)
    content |= {"xl/macrosheets/sheet1.xml": "<xm:macrosheet/>", "xl/_rels/workbook22.xml.rels": links}
    content["xl/workbook22.xml"] = content.pop("xl/workbook.xml")
    for name in ("_rels/.rels", "[Content_Types].xml"):
        content[name] = content[name].replace("workbook.xml", "workbook22.xml")
    assert only_sheet(odd_books.zipped(content)).rows == [["取水许可"]]


def test_a_definition_in_any_part_is_refused():
    bomb = '<!DOCTYPE x [<!ENTITY a "哈"><!ENTITY b "&a;&a;">]>'
    for part in (odd_books.SHEET, "xl/sharedStrings.xml", "xl/styles.xml"):
        content = odd_books.xlsx_with(
            lambda name, text, part=part: text.replace("?>", f"?>{bomb}") if name == part else text
        )
        assert verdict(content) == "WJ-009"
    aside = odd_books.parts("")
    aside["xl/comments1.xml"] = f"{bomb}<comments/>"
    assert verdict(odd_books.zipped(aside)) == "WJ-009"


@pytest.mark.parametrize("before", ["<!-- x -->", "<!-- <a> -->", "<?x <a?>", "<!-- <a> --><?y?><!-- -->"])
def test_a_definition_behind_comments_is_refused_too(before):
    hidden = odd_books.xlsx_with(
        lambda name, text: text.replace("?>", f"?>{before}<!DOCTYPE x>") if name == odd_books.SHEET else text
    )
    assert verdict(hidden) == "WJ-009"
    longer = odd_books.xlsx_with(
        lambda name, text: text.replace("?>", f"?><!--{'x' * 5000}-->") if name == odd_books.SHEET else text
    )
    assert verdict(longer) == "WJ-008", "nobody looks further than the head for it"
    harmless = odd_books.xlsx_with(
        lambda name, text: text.replace("?>", f"?>{before}") if name == odd_books.SHEET else text, row(1, cell("A1", 1))
    )
    assert only_sheet(harmless).rows == [[1]]


# ── other formats


def test_old_xls_in_gbk_is_no_mojibake():
    texts = {(0, 0): "事项名称", (2, 1): "取水许可", (3, 1): "#N/A"}
    for code_page in (936, 1252, None):
        book = open_book(odd_books.old_xls(texts, code_page=code_page))
        assert book.kind == "xls"
        assert book.sheets[0].rows == [["事项名称", None], [None, None], [None, "取水许可"], [None, None]]
        assert book.sheets[0].faults == {(4, 2): "#N/A"}


def test_xlsb_with_its_error_cells_and_hidden_rows():
    book = open_book(odd_books.xlsb({1: {0: "取水许可", 1: 5.0}, 3: {1: "#N/A"}}, hidden=3))
    assert book.kind == "xlsb"
    assert book.sheets[0].rows == [[None, None], ["取水许可", 5], [None, None], [None, None]]
    assert (book.sheets[0].faults, book.sheets[0].hidden_rows) == ({(4, 2): "#N/A"}, {4})
    sheet = only_sheet(odd_books.xlsb({0: {0: 1.0}, 1_048_575: {16_383: 1.0}}))
    assert (sheet.rows, sheet.strays) == ([[1]], {(1_048_576, 16_384): 1})


def test_ods_with_its_merges_errors_and_repeated_rows():
    def text(words: str, attributes: str = "") -> str:
        return f'<table:table-cell office:value-type="string"{attributes}><text:p>{words}</text:p></table:table-cell>'

    rows = (
        "<table:table-row>"
        + text("标题", ' table:number-columns-spanned="2" table:number-rows-spanned="2"')
        + '<table:covered-table-cell/></table:table-row><table:table-row table:number-rows-repeated="2"/>'
        '<table:table-row table:visibility="collapse">'
        + text("取水<text:s text:c='2'/>许可")
        + '<table:table-cell office:value-type="date" office:date-value="2023-07-31"/>'
        '<table:table-cell office:value-type="percentage" office:value="0.45"/>'
        '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
        '<table:table-cell office:value-type="string" calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
        '</table:table-row><table:table-row table:number-rows-repeated="1048572">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    sheet = only_sheet(odd_books.ods(rows))
    assert sheet.rows[0] == ["标题", None, None, None, None]
    assert sheet.rows[3] == ["取水  许可", date(2023, 7, 31), 0.45, True, None]
    assert (len(sheet.rows), sheet.merges, sheet.hidden_rows) == (4, [(1, 1, 2, 2)], {4})
    assert sheet.faults == {(4, 5): "#N/A"}


def test_hidden_ods_sheet_and_far_cell():
    hidden = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    far = (
        '<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048574"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="2"/></table:table-row>'
    )
    sheet = only_sheet(odd_books.ods(far, styles=hidden, table_style="ta1"))
    assert (sheet.visible, sheet.rows, sheet.strays) == (False, [[1]], {(1_048_576, 16_384): 2})


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_csv_in_every_encoding(encoding, delimiter):
    lines = ["事项名称|编码|说明", '"取水，许可"|="0012"|已办，很好，很快', "教师资格|NULL|"]
    book = open_book("\r\n".join(lines).replace("|", delimiter).encode(encoding))
    assert book.kind == "csv"
    assert book.sheets[0].rows == [
        ["事项名称", "编码", "说明"],
        ["取水，许可", "0012", "已办，很好，很快"],
        ["教师资格", "NULL", None],
    ]


def test_csv_with_lost_characters_is_refused():
    with pytest.raises(Unreadable) as caught:
        open_book("事项,编码\n取\ufffd许可,1".encode())
    assert (caught.value.rule.code, caught.value.words) == ("WJ-013", {"what": "第 2 行有无法还原的字"})
    assert verdict("事项\n".encode() + b"\x81\xff\x81") == "WJ-013"


def test_a_web_page_saved_as_xls():
    page = """<html><head><meta charset="gb2312"><style>td {x}</style></head><body><table>
      <tr><th rowspan=2>事项<br>名称<th colspan="2">进驻环节</tr><tr><td>受理<td>审核</tr>
      <tr><td>取水 &amp; 许可</td><td> 大厅 </td><td>&nbsp;</td></tr></table></body></html>"""
    book = open_book(page.encode("gbk"))
    assert book.kind == "html"
    assert book.sheets[0].rows == [
        ["事项\n名称", "进驻环节", None],
        [None, "受理", "审核"],
        ["取水 & 许可", "大厅", None],
    ]
    assert book.sheets[0].merges == [(1, 1, 2, 1), (1, 2, 1, 3)]
    assert verdict(b"<html><body>hello</body></html>") == "WJ-011"


def test_the_words_of_a_web_page_stand_as_a_browser_shows_them():
    page = "<table><tr><td>Word <b>2</b>\n  改<script>x()</script>造<p>二段</p><!-- <td>x --><td><table><tr><td>内</table>外</table>"
    outer, inner = open_book(page.encode()).sheets
    assert outer.rows == [["Word 2 改造\n二段", "外"]]
    assert inner.rows == [["内"]]


def test_excel_2003_xml_saved_as_xls():
    sheet = """<?xml version="1.0" encoding="GB2312"?><?mso-application progid="Excel.Sheet"?>
      <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
      <Worksheet ss:Name="事项"><Table><Row><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell>
      <Cell><Data ss:Type="Number">5</Data></Cell></Row><Row ss:Index="3" ss:Hidden="1">
      <Cell ss:Index="2"><Data ss:Type="DateTime">2023-07-31T00:00:00.000</Data></Cell>
      <Cell><Data ss:Type="Error">#N/A</Data></Cell></Row></Table></Worksheet></Workbook>"""
    book = open_book(sheet.encode("gbk"))
    (read,) = book.sheets
    assert book.kind == "xml"
    assert read.rows == [["标题", None, 5], [None] * 3, [None, date(2023, 7, 31), None]]
    assert (read.merges, read.hidden_rows, read.faults) == ([(1, 1, 1, 2)], {3}, {(3, 3): "#N/A"})
    for definition in ("<!DOCTYPE x>", "<!-- <a> --><!DOCTYPE x>"):
        assert verdict(sheet.replace("<?mso", f"{definition}<?mso").encode("gbk")) == "WJ-009"
    assert open_book(sheet.replace("标题", "朱镕").encode("gbk")).sheets[0].rows[0][0] == "朱镕", "GB2312 has no 镕"


def test_one_impossible_date_is_left_as_it_stands():
    head = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
    cells = "".join(
        f'<Cell><Data ss:Type="{kind}">{text}</Data></Cell>'
        for kind, text in {"DateTime": "2023-02-30T00:00:00.000", "Number": "约 5", "Boolean": "1"}.items()
    )
    sheet = only_sheet(
        f'{head}<Worksheet ss:Name="事项"><Table><Row>{cells}</Row></Table></Worksheet></Workbook>'.encode()
    )
    assert sheet.rows == [["2023-02-30", "约 5", True]]
    bad = "".join(
        f'<table:table-cell office:value-type="{kind}" office:{name}="{value}"><text:p>2023年2月30日</text:p></table:table-cell>'
        for kind, name, value in (("date", "date-value", "2023-02-30"), ("float", "value", "x"))
    )
    assert only_sheet(odd_books.ods(f"<table:table-row>{bad}</table:table-row>")).rows == [
        ["2023-02-30", "2023年2月30日"]
    ]


def test_excel_2003_xml_says_by_its_styles_what_a_number_is():
    page = """<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
      <Styles><Style ss:ID="a"><NumberFormat ss:Format="Short Date"/></Style><Style ss:ID="b"><NumberFormat ss:Format="&quot;RW-&quot;00"/>
      <Font ss:StrikeThrough="1"/><Interior ss:Pattern="Solid" ss:Color="#C0C0C0"/></Style></Styles><Worksheet ss:Name="事项"><Table><Row>
      <Cell ss:StyleID="a"><Data ss:Type="Number">45138</Data></Cell><Cell ss:StyleID="b"><Data ss:Type="Number">3</Data>
      <Comment ss:Author="张三"><ss:Data><B>张三:</B>已划转</ss:Data></Comment></Cell></Row></Table></Worksheet></Workbook>"""
    sheet = only_sheet(page.encode())
    assert sheet.rows == [[date(2023, 7, 31), "RW-03"]]
    assert (sheet.struck, sheet.greyed, sheet.comments) == ({(1, 2)}, {(1, 2)}, {(1, 2): (Comment("已划转", "张三"),)})


# ── under a key


def locked(password: str) -> bytes:
    whole = io.BytesIO(odd_books.zipped(odd_books.parts(row(1, cell("A1", 0, "s"))) | {"x.bin": bytes(5000)}, 0))
    buffer = io.BytesIO()
    OOXMLFile(whole).encrypt(password, buffer)
    return buffer.getvalue()


def test_a_workbook_under_excels_own_key_is_read_and_any_other_is_not():
    book = open_book(locked("VelvetSweatshop"))
    assert (book.kind, book.sheets[0].rows) == ("xlsx", [["取水许可"]])
    assert verdict(locked("一个密码")) == "WJ-003"
    assert verdict(odd_books.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"})) == "WJ-003"


def test_an_old_xls_under_excels_own_key_is_read():
    sheets = open_book((FOLDER / "protected.xls").read_bytes()).sheets
    assert sheets[0].rows[1][:3] == ["取水许可", "0011410", 5]


# ── what would take long

_PAGE = b"<table><tr><td>x</table>"
_MANY = 300_000
_SHEETS = 50_000
_WORKBOOK = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'


@pytest.mark.parametrize(
    "made",
    [
        pytest.param(lambda flood=flood: _PAGE + flood * (_MANY * 4 // len(flood)), id=flood.decode())
        for flood in (b"<!--", b"<!", b"<", b"<table>", b"<td>", b"<b>", b"</p>", b"<b></p>", b"<a href='", b"<script>")
    ]
    + [
        pytest.param(lambda: _PAGE + b"<b>" * 4_000 + b"</p>" * _MANY, id="deep"),
        pytest.param(lambda: odd_books.xlsx('<row hidden="1"/>' * _MANY), id="hidden rows"),
        pytest.param(lambda: odd_books.xlsx('<row hidden="1"></row>' * _MANY), id="hidden rows open"),
        pytest.param(lambda: odd_books.xlsx(sheets='<sheet name="a" sheetId="1" r:id="rId1"/>' * _SHEETS), id="xlsx sheets"),
        pytest.param(lambda: odd_books.xlsx(sheets='<sheet name="a" sheetId="1" r:id=""/>' * _SHEETS), id="xlsx modules"),
        pytest.param(lambda: odd_books.ods('</table:table><table:table table:name="a">' * _SHEETS), id="ods sheets"),
        pytest.param(lambda: _WORKBOOK + b'<Worksheet ss:Name="a"/>' * _SHEETS + b"</Workbook>", id="xml sheets"),
        pytest.param(lambda: _PAGE * _SHEETS, id="html tables"),
        pytest.param(lambda: odd_books.bare_xls(_SHEETS), id="xls sheets"),
    ],
)  # fmt: skip
def test_floods_end_in_a_second_or_two(made):
    content = made()
    began = time.process_time()
    try:
        sheets = open_book(content).sheets
    except Unreadable as error:
        assert error.rule.code in {"WJ-008", "WJ-010"}
    else:
        assert len(sheets) == 1
    assert time.process_time() - began < 3


def test_what_openpyxl_saves_of_formulas_has_no_result():
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.active["C2"] = "无"
    book.save(buffer)
    sheet = only_sheet(buffer.getvalue())
    assert (sheet.rows, sheet.faults) == ([[None, None, None], [None, None, "无"]], {(2, 2): NO_RESULT})
