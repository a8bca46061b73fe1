"""The marked return is the unit's own file plus marks: pictures, threads, charts, macros and results stay as they were."""

import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pytest
import xlsxwriter
from openpyxl import load_workbook

from pipeline.findings import Finding, Place, findings_frame
from pipeline.intake.open import open_book
from pipeline.write.marked import Heading, write_marked
from pipeline.write.marks import FILL_COLOUR
from schemas.plan import Period, load_plan
from schemas.words import Severity

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEADING = Heading("区民政局", Period(2, date(2023, 3, 31), date(2023, 3, 29)), load_plan().office)
GUID = "D8A7B0E2-5B5C-4C5E-9E57-0000000000"
THREAD = "[线程批注]\n你的 Excel 版本可读取此线程批注"
X14 = (
    b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:dataValidations count="1" '
    b'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:dataValidation type="list"><x14:formula1>'
    b"<xm:f>\xe7\xbb\x9f\xe8\xae\xa1!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>C3:C9</xm:sqref></x14:dataValidation>"
    b"</x14:dataValidations></ext></extLst>"
)
PLAIN, THREADED, RICH = "A5", "A6", "B4"
TOUCHED = {
    "[Content_Types].xml",
    "xl/styles.xml",
    "xl/workbook.xml",
    "xl/_rels/workbook.xml.rels",
    "xl/worksheets/sheet1.xml",  # only loses that it is selected
    "xl/worksheets/sheet2.xml",
    "xl/comments2.xml",
    "xl/drawings/vmlDrawing2.vml",
}


def a_picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress(b"\0\xff\0\0")
    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def a_return(tmp_path, macros: bool = False) -> bytes:
    """封面 and 统计 with notes, names, a chart; 事项 with pictures, threads, formulas whose results Excel kept."""
    path = tmp_path / ("original.xlsm" if macros else "original.xlsx")
    with xlsxwriter.Workbook(path) as book:
        cover, sheet, other = (book.add_worksheet(title) for title in ("封面", "事项", "统计"))
        cover.write_row("A1", ["填报单位", "区民政局"])
        cover.write_comment("B1", "局长：已阅", {"author": "张局"})
        sheet.write_row("A1", ["*事项名称", "*事项进驻", "系统", "份数"])
        for row in range(2, 9):
            sheet.write_row(f"A{row}", [f"事项{row}", "已进驻"])
            sheet.write_formula(f"D{row}", f"=1{row}+1", book.add_format({"num_format": "0.00"}), 400 + row)
        sheet.write_formula("C4", '=_xlfn.DISPIMG("ID_1",1)', None, '=DISPIMG("ID_1",1)')
        sheet.write_rich_string(RICH, "已", book.add_format({"bold": True}), "进", "驻")
        sheet.write_comment(PLAIN, "科长：请核对", {"author": "王科"})
        sheet.write_comment(THREADED, THREAD, {"author": f"tc={{{GUID}A1}}"})
        sheet.insert_image("F2", "章.png", {"image_data": BytesIO(a_picture())})
        sheet.print_area("A1:D8")
        sheet.repeat_rows(0)
        other.write_column("A1", ["已进驻", "推进中", "未进驻"])
        other.data_validation("B1:B9", {"validate": "list", "source": "=$A$1:$A$3"})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=事项!$D$2:$D$8"})
        other.insert_chart("D2", chart)
        book.define_name("统计!本表", "=统计!$A$1:$A$3")
        book.define_name("全部", "=事项!$A$2:$A$8")
        if macros:
            book.add_vba_project(BytesIO(b"macros, whatever they are"), is_stream=True)
    return edited(path.read_bytes(), _with_thread, _with_cell_picture, _with_extension)


Parts = dict[str, bytes]


def parts(package: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def edited(package: bytes, *edits: Callable[[Parts], None]) -> bytes:
    content, target = parts(package), BytesIO()
    for edit in edits:
        edit(content)
    with zipfile.ZipFile(target, "w") as result:
        for name, data in content.items():
            result.writestr(name, data)
    return target.getvalue()


def _put(content: Parts, part: str, before: bytes, inserted: bytes) -> None:
    assert before in content[part]
    content[part] = content[part].replace(before, inserted + before)


def _relate(content: Parts, of: str, kind: str, target: str) -> None:
    relation = f'<Relationship Id="rId{kind.rpartition("/")[2]}" Type="{kind}" Target="{target}"/>'
    _put(content, of, b"</Relationships>", relation.encode())


def _declare(content: Parts, part: str, kind: str) -> None:
    override = f'<Override PartName="/{part}" ContentType="application/vnd.{kind}+xml"/>'
    _put(content, "[Content_Types].xml", b"</Types>", override.encode())


def _with_thread(content: Parts) -> None:
    kind, ns = (
        f"http://schemas.microsoft.com/office/{end}" for end in ("2017/10/relationships", "spreadsheetml/2018/")
    )
    thread, people, who = "xl/threadedComments/threadedComment1.xml", "xl/persons/person.xml", "{" + GUID + "B1}"
    content[thread] = (
        f'<ThreadedComments xmlns="{ns}threadedcomments"><threadedComment ref="A6" dT="2023-03-20T08:00:00.00" '
        f'personId="{who}" id="{{{GUID}A1}}"><text>几时能办？</text></threadedComment></ThreadedComments>'
    ).encode()
    content[people] = (
        f'<personList xmlns="{ns}threadedcomments"><person displayName="王科" id="{who}" userId="1" providerId="None"/>'
        "</personList>"
    ).encode()
    _relate(content, "xl/worksheets/_rels/sheet2.xml.rels", f"{kind}/threadedComment", f"../{thread[3:]}")
    _relate(content, "xl/_rels/workbook.xml.rels", f"{kind}/person", people[3:])
    _declare(content, thread, "ms-excel.threadedcomments")
    _declare(content, people, "ms-excel.person")


def _with_cell_picture(content: Parts) -> None:
    kind = "http://www.wps.cn/officeDocument/2020/cellImage"
    content["xl/cellimages.xml"] = b'<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"/>'
    content["xl/media/image9.png"] = a_picture()
    content["xl/_rels/cellimages.xml.rels"] = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    )
    _relate(content, "xl/_rels/cellimages.xml.rels", f"{OFFICE}/image", "media/image9.png")
    _relate(content, "xl/_rels/workbook.xml.rels", kind, "cellimages.xml")
    _declare(content, "xl/cellimages.xml", "wps-officedocument.cellimage")


def _with_extension(content: Parts) -> None:
    _put(content, "xl/worksheets/sheet2.xml", b"</worksheet>", X14)


def finding(cell: str, severity: Severity = Severity.ERROR) -> Finding:
    place = Place("区民政局", "民政.xlsx", "事项", cell, int(cell[1:]), "items")
    return Finding("SX-001", severity, place, "", "没有填写", "请填写")


def marked(tmp_path, original: bytes, *cells: str) -> bytes:
    path = tmp_path / "区民政局_退回.xlsx"
    write_marked(path, original, findings_frame([finding(cell) for cell in cells]), HEADING)
    return path.read_bytes()


def values(part: bytes) -> dict[str, bytes]:
    """Address → all of a cell but its look: type, formula, result, as they are stored."""
    found = {}
    for cell in ElementTree.fromstring(part).iter(f"{MAIN}c"):
        cell.attrib.pop("s", None)
        cell.tail = None
        found[cell.get("r", "")] = ElementTree.tostring(cell)
    return found


def beside_cells(part: bytes) -> list[bytes]:
    root = ElementTree.fromstring(part)
    for view in root.iter(f"{MAIN}sheetView"):
        view.attrib.pop("tabSelected", None)
    return [ElementTree.tostring(child) for child in root if child.tag != f"{MAIN}sheetData"]


def note(package: bytes, cell: str) -> tuple[str, str]:
    comment = load_workbook(BytesIO(package))["事项"][cell].comment
    return (comment.author, comment.text) if comment else ("", "")


def colour(package: bytes, cell: str) -> str | None:
    fill = load_workbook(BytesIO(package))["事项"][cell].fill
    return fill.fgColor.rgb if fill.fill_type else None


def head_of_list(package: bytes) -> str:
    return str(load_workbook(BytesIO(package))["退回清单"]["A3"].value)


MARKS = ("B3", PLAIN, THREADED, RICH, "C4", "D5", "G20")
LINES = "【错误 SX-001】没有填写\n改法：请填写"


def test_every_part_that_the_marks_do_not_touch_stays_byte_for_byte(tmp_path):
    original = a_return(tmp_path)
    before, after = parts(original), parts(marked(tmp_path, original, *MARKS))
    assert {name for name in before if after.get(name) != before[name]} == TOUCHED
    assert set(after) - set(before) == {"xl/worksheets/sheet4.xml"}
    assert {"xl/cellimages.xml", "xl/charts/chart1.xml", "xl/media/image1.png", "xl/persons/person.xml"} <= set(before)


def test_every_cell_keeps_its_value_formula_and_result_and_its_sheet_all_beside_cells(tmp_path):
    original = a_return(tmp_path)
    before, after = parts(original), parts(marked(tmp_path, original, *MARKS))
    for name in ("xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml"):
        new = set(values(after[name])) - set(values(before[name]))
        assert values(before[name]).items() <= values(after[name]).items()
        assert new == ({"G20"} if "2" in name else set())
        assert beside_cells(before[name]) == beside_cells(after[name])
    assert b"<v>405</v>" in after["xl/worksheets/sheet2.xml"]
    assert "<xm:f>统计!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>C3:C9".encode() in after["xl/worksheets/sheet2.xml"]


def test_our_own_reading_finds_the_same_rows(tmp_path):
    original = a_return(tmp_path)
    copy = marked(tmp_path, original, *MARKS)
    rows = {sheet.name: sheet.rows for sheet in open_book(original).sheets}
    assert {sheet.name: sheet.rows for sheet in open_book(copy).sheets if sheet.name in rows} == rows
    assert len(rows) == 3


def test_what_people_wrote_into_notes_stays_and_ours_stands_beneath(tmp_path):
    copy = marked(tmp_path, a_return(tmp_path), PLAIN, "B3")
    assert note(copy, PLAIN) == ("王科", f"科长：请核对\n{LINES}")
    assert note(copy, THREADED) == (f"tc={{{GUID}A1}}", THREAD)
    assert note(copy, "B3")[1] == LINES
    assert load_workbook(BytesIO(copy))["封面"]["B1"].comment.text == "局长：已阅"


def test_names_of_one_sheet_still_belong_to_it(tmp_path):
    book = load_workbook(BytesIO(marked(tmp_path, a_return(tmp_path), "B3")))
    assert book.sheetnames == ["退回清单", "封面", "事项", "统计"]
    assert book["事项"].print_area == "'事项'!$A$1:$D$8"
    assert book["事项"].print_title_rows == "$1:$1"
    assert book["统计"].defined_names["本表"].attr_text == "统计!$A$1:$A$3"
    assert book.defined_names["全部"].attr_text == "事项!$A$2:$A$8"
    assert book["退回清单"].print_title_rows == "$4:$4"


def test_macros_stay_in_the_file_but_do_not_run_and_the_list_says_so(tmp_path):
    original = a_return(tmp_path, macros=True)
    copy = marked(tmp_path, original, "B3")
    after = parts(copy)
    assert after["xl/vbaProject.bin"] == b"macros, whatever they are"
    assert b"vbaProject" not in after["xl/_rels/workbook.xml.rels"]
    assert b"macroEnabled" not in after["[Content_Types].xml"]
    assert "原件中的宏在本文件里不能运行" in head_of_list(copy)
    assert "宏" not in head_of_list(marked(tmp_path, a_return(tmp_path), "B3"))


def test_marks_come_off_again_when_the_copy_comes_back(tmp_path):
    original = a_return(tmp_path)
    again = marked(tmp_path, marked(tmp_path, original, *MARKS), "B8")
    assert [colour(again, cell) for cell in MARKS] == [None] * len(MARKS)
    assert colour(again, "B8") == FILL_COLOUR[Severity.ERROR]
    assert [note(again, cell) for cell in MARKS] == [note(original, cell) for cell in MARKS]
    assert load_workbook(BytesIO(again))["事项"]["D5"].number_format == "0.00"
    before, after = parts(original), parts(again)
    assert {name for name in before if after.get(name) != before[name]} == TOUCHED
    assert load_workbook(BytesIO(again)).sheetnames == ["退回清单", "封面", "事项", "统计"]


def test_shapes_of_notes_stay_well_formed_whoever_wrote_them(tmp_path):
    by_openpyxl = BytesIO()
    load_workbook(BytesIO(a_return(tmp_path))).save(by_openpyxl)
    first = marked(tmp_path, by_openpyxl.getvalue(), "B3", PLAIN)
    for copy in (first, marked(tmp_path, first), marked(tmp_path, first, "B8")):
        shapes = [data for name, data in parts(copy).items() if name.endswith(".vml")]
        assert len(shapes) == 2
        drawn = sum(
            len(ElementTree.fromstring(part).findall("{urn:schemas-microsoft-com:vml}shape")) for part in shapes
        )
        book = load_workbook(BytesIO(copy))
        assert drawn == sum(cell.comment is not None for sheet in book for row in sheet.iter_rows() for cell in row)
        assert "另存" not in head_of_list(copy)


def test_one_that_is_put_together_oddly_is_saved_anew_and_the_list_says_so(tmp_path):
    def with_rows_in_disorder(content: Parts) -> None:
        sheet = "xl/worksheets/sheet2.xml"
        first, rows, end = content[sheet].partition(b"</row>")
        start = first.index(b"<row")
        content[sheet] = first[:start] + end.replace(b"</sheetData>", first[start:] + rows + b"</sheetData>", 1)

    odd = edited(a_return(tmp_path), with_rows_in_disorder)
    copy = marked(tmp_path, odd, "B3")
    assert "本文件是另存的副本" in head_of_list(copy)
    assert "图片" in head_of_list(copy)
    assert colour(copy, "B3") == FILL_COLOUR[Severity.ERROR]
    assert "另存" not in head_of_list(marked(tmp_path, a_return(tmp_path), "B3"))


def _without(element: bytes) -> Callable[[Parts], None]:
    def edit(content: Parts) -> None:
        for name in content:
            content[name] = content[name].replace(element, b"")

    return edit


def _nothing_in(part: str) -> Callable[[Parts], None]:
    return lambda content: content.update({part: b""})


@pytest.mark.parametrize(
    "damage",
    [_nothing_in(part) for part in sorted(TOUCHED)]
    + [
        _without(piece)
        for piece in (b"<fills", b"</xml>", b"<authors>", b"localSheetId", b'count="1"', b"r:id=", b' r="')
    ],
)
def test_a_damaged_package_ends_in_a_list_and_never_in_a_fault(tmp_path, damage):
    assert "退回清单" in load_workbook(BytesIO(marked(tmp_path, edited(a_return(tmp_path), damage), *MARKS))).sheetnames


@pytest.mark.parametrize("seed", range(8))
def test_nor_does_one_with_flipped_bytes(tmp_path, seed):
    chance = random.Random(seed)

    def flipped(content: Parts) -> None:
        name = chance.choice(sorted(TOUCHED))
        data = bytearray(content[name])
        for _ in range(4):
            data[chance.randrange(len(data))] = chance.choice(b'<>"/ 9z')
        content[name] = bytes(data)

    assert marked(tmp_path, edited(a_return(tmp_path), flipped), *MARKS)
