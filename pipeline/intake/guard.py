"""What a file is by its bytes, decided and limited before any parser sees it (contract §4).

Names and extensions are not looked at: a .et is an old .xls inside, an .xls may be a web page.
"""

import re
import struct
from dataclasses import dataclass

from pipeline.findings import ERROR, Rule, rule
from pipeline.intake import ole
from pipeline.intake.unreadable import SAVE_AGAIN, Unreadable, damaged
from pipeline.intake.zipped import FOREIGN_ARCHIVE, Entry, directory, unpack, unpack_head

MAX_BYTES = 50 << 20

NO_WORKBOOK = rule(
    "WJ-005",
    ERROR,
    title="不是电子表格",
    problem="文件是{what}，不是电子表格，只登记收到，不计入有效报送",
    remedy="请把内容填入专班办公室下发的填报表（.xlsx）后报送；签字盖章的扫描件可另外报送",
    example="填报表扫描件.pdf",
)
UNKNOWN_FORMAT = rule(
    "WJ-007",
    ERROR,
    title="认不出格式",
    problem="认不出文件的格式，不是可以读取的电子表格",
    remedy="请用 WPS 或 Excel 打开，另存为 .xlsx 后重新报送；单位装有文档加密软件的，请先解密",
    example="填报表.dat",
)
#: First bytes → what people call it, and the verdict.
_FOREIGN: tuple[tuple[bytes, str, Rule], ...] = (
    (b"%PDF", "PDF 文件", NO_WORKBOOK),
    (b"\xff\xd8\xff", "图片", NO_WORKBOOK),
    (b"\x89PNG", "图片", NO_WORKBOOK),
    (b"GIF8", "图片", NO_WORKBOOK),
    (b"II*\x00", "图片", NO_WORKBOOK),
    (b"MM\x00*", "图片", NO_WORKBOOK),
    (b"{\\rtf", "Word 文档", NO_WORKBOOK),
    (b"Rar!", " rar 压缩包", FOREIGN_ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", " 7z 压缩包", FOREIGN_ARCHIVE),
    (b"\x1f\x8b", " gz 压缩包", FOREIGN_ARCHIVE),
    (b"BZh", " bz2 压缩包", FOREIGN_ARCHIVE),
    (b"\xfd7zXZ", " xz 压缩包", FOREIGN_ARCHIVE),
    (b"MSCF", " cab 压缩包", FOREIGN_ARCHIVE),
    (b"ID;PWXL", "SYLK 文件", NO_WORKBOOK),
    (b"ID;PSCALC", "SYLK 文件", NO_WORKBOOK),
    (b"TABLE\r\n0,1\r\n", "DIF 文件", NO_WORKBOOK),
    (b"TABLE\n0,1\n", "DIF 文件", NO_WORKBOOK),
    (b"socialcalc:", "SocialCalc 文件", NO_WORKBOOK),
    (b"PK\x07\x08", "分卷压缩包", FOREIGN_ARCHIVE),
)
_BIFF_STARTS = (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00", b"\x09\x08\x08\x00", b"\x09\x08\x10\x00")
_BOOK = "xl/workbook.xml"
_MAIN_TYPES = (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml")
_IN_OFFICE_ZIP = (("word/", "Word 文档"), ("ppt/", "演示文稿"), ("ofd.xml", "OFD 文件"), ("visio/", "Visio 图"))
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x19\x1b-\x1f]")  # \x1a ends a text file of old
_MARKUP = re.compile(
    r"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*+<(?:!doctype\s+html|html|head|body|table|meta|style|title|div|center)\b",
    re.IGNORECASE | re.DOTALL,
)
_EXCEL_XML = re.compile(r"urn:schemas-microsoft-com:office:spreadsheet")
_FLAT_ODS = re.compile(r"<office:document\s[^>]*opendocument:xmlns:office")
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Checked:
    """Bytes that a reader of `kind` may be given; `entries` is the directory of a zip.

    kind: xlsx xlsm xlsb ods fods xls csv html xml; "locked" for a workbook under a key, which may be
    Excel's own; "zip" for an archive of files.
    """

    kind: str
    data: bytes
    entries: tuple[Entry, ...] = ()


EMPTY_FILE = rule(
    "WJ-001",
    ERROR,
    title="空文件",
    problem="文件是空的（0 字节）",
    remedy=SAVE_AGAIN,
    example="（0 字节）",
)
TOO_BIG = rule(
    "WJ-002",
    ERROR,
    title="文件过大",
    problem="文件有 {size}，超过 {limit} 的上限，没有打开",
    remedy="请删去表里的图片、附件和大片空白格式，另存为 .xlsx 后重新报送；佐证材料请另外报送",
    example="填报表.xlsx（61 MB）",
)


def check(data: bytes) -> Checked:
    """What `data` is; raises Unreadable, and nothing else, for what is empty, too big, foreign or broken."""
    if not data:
        raise Unreadable(EMPTY_FILE)
    if len(data) > MAX_BYTES:
        raise Unreadable(TOO_BIG, size=megabytes(len(data)), limit=megabytes(MAX_BYTES))
    try:
        return _checked(data)
    except (struct.error, ValueError, IndexError, OverflowError) as error:
        raise damaged("内容读不通") from error


def _checked(data: bytes) -> Checked:
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _check_zip(data)
    if data.startswith(ole.SIGNATURE):
        return _check_ole(data)
    for start, what, verdict in _FOREIGN:
        if data.startswith(start):
            raise Unreadable(verdict, what=what)
    return _check_flat(data)


def megabytes(size: int) -> str:
    """A size as people read it: 52428800 → "50 MB"."""
    return f"{size / (1 << 20):.1f}".removesuffix(".0") + " MB"


def _check_zip(data: bytes) -> Checked:
    entries = tuple(directory(data))
    names = {entry.name.casefold(): entry for entry in entries}
    content_types, mimetype = names.get("[content_types].xml"), names.get("mimetype")
    if content_types or _BOOK in names:
        types = unpack(data, content_types) if content_types else b""
        return Checked(_office_kind(types, list(names)), data, entries)
    if mimetype:
        return Checked(_open_document_kind(unpack_head(data, mimetype, 200)), data, entries)
    if "ofd.xml" in names:
        raise Unreadable(NO_WORKBOOK, what="OFD 文件")
    if "index/document.iwa" in names:
        raise Unreadable(NO_WORKBOOK, what="苹果电脑的 Numbers 或 Pages 文件")
    return Checked("zip", data, entries)


def _office_kind(types: bytes, names: list[str]) -> str:
    """By the workbook that is there: SheetJS declares the type of a binary workbook in every file that it writes."""
    if "xl/workbook.bin" in names and _BOOK not in names:
        return "xlsb"
    if b"ms-excel.sheet.macroEnabled" in types or b"ms-excel.template.macroEnabled" in types:
        return "xlsm"
    if _BOOK in names or any(main in types for main in _MAIN_TYPES):
        return "xlsx"
    for start, what in _IN_OFFICE_ZIP:
        if any(name.startswith(start) for name in names):
            raise Unreadable(NO_WORKBOOK, what=what)
    raise Unreadable(UNKNOWN_FORMAT)


def _open_document_kind(mimetype: bytes) -> str:
    if mimetype.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return "ods"
    if mimetype.startswith(b"application/vnd.oasis.opendocument."):
        raise Unreadable(NO_WORKBOOK, what="文字或演示文档")
    raise Unreadable(UNKNOWN_FORMAT)


def _check_ole(data: bytes) -> Checked:
    names = {name.casefold() for name in ole.stream_names(data)}
    if names & {"workbook", "book"}:
        return Checked("xls", data)
    if "encryptedpackage" in names:
        return Checked("locked", data)
    if "worddocument" in names:
        raise Unreadable(NO_WORKBOOK, what="Word 文档")
    if "powerpoint document" in names:
        raise Unreadable(NO_WORKBOOK, what="演示文稿")
    raise Unreadable(UNKNOWN_FORMAT)


def _check_flat(data: bytes) -> Checked:
    """Text of any sort, a bare .xls stream, or nothing we know."""
    if data.startswith(_BIFF_STARTS):
        return Checked("xls", data)
    head = data[:_HEAD_BYTES]
    wide = head.startswith(_WIDE_MARKS)
    if not wide and _BINARY.search(data):
        is_picture = head.startswith((b"BM", b"RIFF")) or head[4:8] == b"ftyp"
        raise Unreadable(NO_WORKBOOK, what="图片") if is_picture else Unreadable(UNKNOWN_FORMAT)
    text = head.decode("utf-16" if wide else "utf-8-sig", "ignore").lstrip("\ufeff")
    if _FLAT_ODS.search(text):
        return Checked("fods", data)
    if _EXCEL_XML.search(text) and text.lstrip().startswith("<?xml"):
        return Checked("xml", data)
    if _MARKUP.match(text):
        return Checked("html", data)
    if text.lstrip().startswith("<") or text.startswith("MIME-Version:"):
        raise Unreadable(NO_WORKBOOK, what="网页或 XML 文件")
    return Checked("csv", data)
