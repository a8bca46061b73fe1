"""Whatever can be read is read in full, and nothing is lost without a word (contract §4)."""

import io
import pickle
from datetime import date, datetime, time

import odd_books
import openpyxl
import pytest
import xlsxwriter

from pipeline.intake.open import NO_RESULT, PICTURE, RawSheet, Unreadable, open_book

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
        [None, "取水许可", 5, 5.5, True, date(2023, 7, 31), time(6, 0), "36:00:00"],
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


@pytest.mark.parametrize("built_in", [14, 27, 31, 57, 58])
def test_chinese_built_in_date_formats_are_dates(built_in):
    content = odd_books.xlsx(row(1, cell("A1", 45138, style=1)), date_formats={built_in: "General"})
    assert only_sheet(content).rows == [[date(2023, 7, 31)]]


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
    assert verdict(odd_books.xlsb({0: {0: 1.0}, 1_048_575: {16_383: 1.0}})) == "WJ-014"


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
    assert verdict(sheet.replace("<?mso", "<!DOCTYPE x><?mso").encode("gbk")) == "WJ-009"


def test_what_openpyxl_saves_of_formulas_has_no_result():
    buffer = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["B2"] = "=1+1"
    book.active["C2"] = "无"
    book.save(buffer)
    sheet = only_sheet(buffer.getvalue())
    assert (sheet.rows, sheet.faults) == ([[None, None, None], [None, None, "无"]], {(2, 2): NO_RESULT})
