"""Workbooks made by hand, byte by byte where need be: what honest programs never write, or no longer do."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    LINKS: "http://purl.oclc.org/ooxml/officeDocument/relationships",
}
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SHEET = "xl/worksheets/sheet1.xml"


def parts(
    cells: str,
    *,
    before: str = "",
    after: str = "",
    properties: str = "",
    date_formats: Mapping[int, str] | None = None,
    sheets: str = '<sheet name="事项" sheetId="1" r:id="rId1"/>',
) -> dict[str, str]:
    """The parts of a workbook with one sheet of `cells` (rows of XML); style 0 is General, then one a format."""
    formats = "".join(
        f'<numFmt numFmtId="{key}" formatCode="{code}"/>' for key, code in (date_formats or {}).items() if key >= 164
    )
    styles = "".join(f'<xf numFmtId="{key}"/>' for key in (0, *(date_formats or {})))
    return {
        "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/></Types>',
        "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">{properties}'
        f"<sheets>{sheets}</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{LINKS}/styles" Target="styles.xml"/>'
        f'<Relationship Id="rId3" Type="{LINKS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
        "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{MAIN}"><numFmts>{formats}</numFmts>'
        f"<cellXfs>{styles}</cellXfs></styleSheet>",
        "xl/sharedStrings.xml": f'{_HEAD}<sst xmlns="{MAIN}"><si><t>取水许可</t></si></sst>',
        SHEET: f'{_HEAD}<worksheet xmlns="{MAIN}">{before}<sheetData>{cells}</sheetData>{after}</worksheet>',
    }


def zipped(content: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, member in content.items():
            archive.writestr(name, member)
    return buffer.getvalue()


def xlsx(cells: str = '<row r="1"><c r="A1"><v>1</v></c></row>', **options: object) -> bytes:
    """A workbook with one sheet; options as of `parts`."""
    return zipped(parts(cells, **options))  # type: ignore[arg-type]


def xlsx_with(change: Callable[[str, str], str | bytes | None], cells: str = "", **options: object) -> bytes:
    """A workbook of which `change` (name, content) alters a part, or leaves it out by None."""
    changed = {name: change(name, content) for name, content in parts(cells, **options).items()}  # type: ignore[arg-type]
    return zipped({name: content for name, content in changed.items() if content is not None})


Streams = Mapping[str, "bytes | Streams"]


def compound(streams: Streams) -> bytes:
    """An OLE2 compound file with these streams and storages (shorter ones padded to 4,096 bytes)."""
    entries = list(_in_order(streams, 1))
    contents = [content.ljust(4096, b"\x00") for _, content, *_ in entries if isinstance(content, bytes)]
    padded = [content.ljust(-(-len(content) // 512) * 512, b"\x00") for content in contents]
    table, starts = [], []
    for content in padded:
        starts.append(len(table))
        sectors = len(content) // 512
        table += [*range(len(table) + 1, len(table) + sectors), 0xFFFFFFFE]
    directory_at = len(table)
    directory = _entry("Root Entry", 5, child=1, start=0xFFFFFFFE, size=0)
    places = iter(zip(starts, contents, strict=True))
    for name, content, right, child in entries:
        if isinstance(content, bytes):
            start, kept = next(places)
            directory += _entry(name, 2, right=right, start=start, size=len(kept))
        else:
            directory += _entry(name, 1, right=right, child=child, start=0, size=0)
    directory = directory.ljust(-(-len(directory) // 512) * 512, b"\x00")
    sectors = len(directory) // 512
    table += [*range(len(table) + 1, len(table) + sectors), 0xFFFFFFFE, 0xFFFFFFFD]
    table_sectors = -(-len(table) // 128)
    assert table_sectors == 1, "small files only"
    table += [0xFFFFFFFF] * (128 - len(table))
    header = struct.pack(
        "<8s16s6H10L109L",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, 0,
        0, 0, 1, directory_at, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0,
        directory_at + sectors, *[0xFFFFFFFF] * 108,
    )  # fmt: skip
    return header + b"".join(padded) + directory + struct.pack("<128L", *table)


_NOBODY = 0xFFFFFFFF


def _in_order(streams: Streams, first: int) -> Iterator[tuple[str, "bytes | Streams", int, int]]:
    """Name, content, right neighbour and first child of every entry, numbered from `first` in this order."""
    number = first
    for place, (name, content) in enumerate(streams.items(), 1):
        inner = [] if isinstance(content, bytes) else list(_in_order(content, number + 1))
        following = number + 1 + len(inner)
        yield name, content, following if place < len(streams) else _NOBODY, number + 1 if inner else _NOBODY
        yield from inner
        number = following


def _entry(name: str, kind: int, *, start: int, size: int, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    raw = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBB3L16sL8s8sLLL",
        raw, len(raw) + 2, kind, 1, 0xFFFFFFFF, right, child, b"", 0, b"", b"", start, size, 0,
    )  # fmt: skip


def _record(number: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(body)) + body


def old_xls(texts: Mapping[tuple[int, int], str], *, code_page: int | None = 936, datemode: int = 0) -> bytes:
    """A BIFF5 .xls as Chinese programs of the nineties wrote it: text in GBK; row and column count from 0."""
    globals_ = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0, 0))
    if code_page:
        globals_ += _record(0x0042, struct.pack("<H", code_page))
    globals_ += _record(0x0022, struct.pack("<H", datemode))
    name = "事项".encode("gbk")
    sheet_at = len(globals_) + 4 + 7 + len(name) + 4
    globals_ += _record(0x0085, struct.pack("<LHB", sheet_at, 0, len(name)) + name) + _record(0x000A)
    sheet = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0))
    for (row, column), text in texts.items():
        if text.startswith("#"):
            sheet += _record(0x0205, struct.pack("<HHHBB", row, column, 0, 0x2A, 1))
        else:
            raw = text.encode("gbk")
            sheet += _record(0x0204, struct.pack("<HHHH", row, column, 0, len(raw)) + raw)
    return compound({"Book": globals_ + sheet + _record(0x000A)})


def bare_xls(count: int) -> bytes:
    """A BIFF5 stream, without an OLE file around it, of so many empty sheets."""
    start, end = struct.pack("<HHHH", 0x0500, 0x0005, 0, 0), _record(0x000A)
    sheet = _record(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0, 0)) + end
    names = [b"%d" % number for number in range(count)]
    at = 12 + sum(11 + len(name) for name in names) + len(end)
    tabs = b"".join(
        _record(0x0085, struct.pack("<LHB", at + number * len(sheet), 0, len(name)) + name)
        for number, name in enumerate(names)
    )
    return _record(0x0809, start) + tabs + end + sheet * count


def _binary(number: int, body: bytes = b"") -> bytes:
    head = bytes([number]) if number < 0x80 else bytes([number & 0x7F | 0x80, number >> 7])
    return head + bytes([len(body)]) + body


def _wide(text: str) -> bytes:
    return struct.pack("<L", len(text)) + text.encode("utf-16-le")


def xlsb(rows: Mapping[int, Mapping[int, float | str]], *, hidden: int | None = None) -> bytes:
    """A binary workbook with one sheet; row and column count from 0; "#N/A" is an error cell."""
    book = _binary(131) + _binary(143)
    book += _binary(156, struct.pack("<LL", 0, 1) + _wide("rId1") + _wide("事项")) + _binary(144) + _binary(132)
    last = (max(rows), max(max(cells) for cells in rows.values()))
    sheet = _binary(129) + _binary(148, struct.pack("<4L", 0, last[0], 0, last[1])) + _binary(145)
    for row, cells in rows.items():
        flags = 0x10 if row == hidden else 0
        sheet += _binary(0, struct.pack("<LLHBBBL", row, 0, 300, 0, flags, 0, 0))
        for column, value in cells.items():
            start = struct.pack("<LL", column, 0)
            if value == "#N/A":
                sheet += _binary(3, start + b"\x2a")
            elif isinstance(value, str):
                sheet += _binary(6, start + _wide(value))
            else:
                sheet += _binary(5, start + struct.pack("<d", value))
    sheet += _binary(146) + _binary(130)
    links = (
        f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{LINKS}/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
    )
    types = f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>'
    return zipped(
        {
            "[Content_Types].xml": types,
            "xl/workbook.bin": book,
            "xl/_rels/workbook.bin.rels": links,
            "xl/worksheets/sheet1.bin": sheet,
        }
    )


def ods(rows: str, *, styles: str = "", table_style: str = "") -> bytes:
    """An OpenDocument sheet named 事项 with these rows of XML."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
        for short, long in (("office", "office"), ("table", "table"), ("text", "text"), ("style", "style"))
    )
    content = (
        f'{_HEAD}<office:document-content {names} xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">'
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body><office:spreadsheet>"
        f'<table:table table:name="事项" table:style-name="{table_style}">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})
