"""What the parser of .xlsx does not say about a sheet, read off its XML.

That is: errors, formulas without a result, pictures, hidden rows, merges, cells in certain styles. Nearly every program writes cells as `<c r="B5" …>`; then a few searches over the bytes tell all there
is at a fraction of the parser's time. Anything else is first rewritten into that form (`rewritten`).
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from pipeline.findings import ERROR, rule
from pipeline.intake.formats.cells import column_letters, column_number
from pipeline.intake.raw import NO_RESULT, PICTURE
from pipeline.intake.unreadable import SAVE_AGAIN, Unreadable, damaged

#: A sheet formatted to its end has millions; below this, taking them out costs more than it saves.
_MANY_EMPTIES = 50_000
_EMPTIES = re.compile(rb"(?:<(?:c|row) [^<>/]*+/>)++")

#: How far back the start of a cell is looked for: a bound, so that no sheet takes time by its square.
_LONGEST_HEAD, _LONGEST_FORMULA = 1_000, 10_000

MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

#: A cell that stands beyond column ZZ or row 999, or is not written as expected.
_NOT_NEAR = re.compile(rb'<c(?! r="[A-Z]{1,2}+[0-9]{1,3}+")[\s/>]')
_IRREGULAR = re.compile(rb'<c(?! r="[A-Z]{1,3}+[0-9]{1,7}+")[\s/>]')
_REFERENCE = re.compile(r"([A-Za-z]{1,4})([0-9]{1,8})")
_CELL_START = re.compile(rb'<c r="([A-Z]+)([0-9]+)"')
_FIRST_CELL = re.compile(rb'\s*+<c r="[A-Z]+([0-9]+)"')
_FORMULA_ALONE = re.compile(rb"<f(?: [^<>]*)?(?:/>|>[^<]*</f>)(?:</c>|<v ?/>|<v></v>)")
_VALUE = re.compile(rb"<v(?: [^<>]*)?>([^<]*)<")
_ROW = re.compile(rb"<row ([^<>]*)>")
_HIDDEN = (b' hidden="1"', b' hidden="true"')
_ROW_NUMBER = re.compile(rb'\br="([0-9]+)"')
_MERGE = re.compile(rb'<mergeCell [^<>]*?ref="([A-Z]+)([0-9]+):([A-Z]+)([0-9]+)"')


@dataclass(frozen=True, slots=True)
class Facts:
    """Places of one sheet, counted from 1; see `RawSheet`."""

    merges: list[tuple[int, int, int, int]]
    hidden_rows: frozenset[int]
    faults: dict[tuple[int, int], str]
    styles: dict[tuple[int, int], int] = field(default_factory=dict)
    iso_dates: frozenset[tuple[int, int]] = frozenset()
    struck: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for in the sheets of a book.

    rich_pictures: it holds Excel's own pictures in cells; styles: those whose cells are wanted;
    struck_texts: shared texts whose letters have a line through them.
    """

    rich_pictures: bool = False
    styles: frozenset[int] = frozenset()
    struck_texts: frozenset[int] = frozenset()


def is_near(xml: bytes) -> bool:
    """Whether all cells stand within column ZZ and row 999, written as expected: the everyday case."""
    return _NOT_NEAR.search(xml) is None


def without_empties(xml: bytes) -> bytes:
    """The sheet without cells and rows that hold nothing but a format, where there are very many."""
    return _EMPTIES.sub(b"", xml) if xml.count(b"/>") > _MANY_EMPTIES else xml


def is_regular(xml: bytes, *, near: bool) -> bool:
    """Whether the searches of this module see every cell of the sheet; `near` as found by `is_near`."""
    return (
        (b"!" not in xml or b"<!" not in xml)  # a single byte is found many times faster
        and (b"'" not in xml or b" t='" not in xml)
        and xml.count(b"<sheetData") == 1
        and (near or _IRREGULAR.search(xml) is None)
    )


def facts(xml: bytes, wanted: Wanted) -> Facts:
    """What a regular sheet says beside its values."""
    end = xml.find(b"</sheetData>")
    end = len(xml) if end < 0 else end
    faults = dict(_without_result(xml, end)) | dict(_errors(xml, wanted.rich_pictures)) | dict(_pictures(xml, end))
    styled = dict(_styled(xml, wanted.styles)) if wanted.styles else {}
    iso_dates = _of_kind(xml, b"d", b"") if b' t="d"' in xml else frozenset()
    struck = (
        _of_kind(xml, b"s", b"<v>(?:%s)</v>" % _any_of(wanted.struck_texts)) if wanted.struck_texts else frozenset()
    )
    return Facts(_merges(xml, end), _hidden_rows(xml), faults, styled, iso_dates, struck)


def _of_kind(xml: bytes, kind: bytes, content: bytes) -> frozenset[tuple[int, int]]:
    """Cells of one type whose content matches a pattern."""
    found = re.finditer(rb'<c r="([A-Z]+)([0-9]+)"(?: [^<>]*?)? t="%s"[^<>/]*>%s' % (kind, content), xml)
    return frozenset((int(match[2]), column_number(match[1].decode())) for match in found)


def _any_of(numbers: Collection[int]) -> bytes:
    return b"|".join(b"%d" % number for number in sorted(numbers))


def _styled(xml: bytes, styles: Collection[int]) -> Iterator[tuple[tuple[int, int], int]]:
    """Filled cells in one of these styles."""
    for match in re.finditer(rb'<c r="([A-Z]+)([0-9]+)"(?: [^<>]*?)? s="(%s)"[^<>/]*>' % _any_of(styles), xml):
        yield (int(match[2]), column_number(match[1].decode())), int(match[3])


def _errors(xml: bytes, rich_pictures: bool) -> Iterator[tuple[tuple[int, int], str]]:
    if b' t="e"' not in xml:
        return
    for match in re.finditer(rb' t="e"', xml):
        start = xml.rfind(b"<c ", max(0, match.start() - _LONGEST_HEAD), match.start())
        head_end = xml.find(b">", start)
        if start < 0 or head_end < match.start():
            continue  # the words stand in a text
        picture = rich_pictures and b' vm="' in xml[start:head_end]
        value = _VALUE.search(xml, head_end, xml.find(b"</c>", start))
        text = value[1].decode("utf-8", "replace") if value else "#VALUE!"
        yield _place(xml, start), PICTURE if picture else text


def _without_result(xml: bytes, end: int) -> Iterator[tuple[tuple[int, int], str]]:
    for match in _FORMULA_ALONE.finditer(xml, 0, end):
        start = xml.rfind(b"<c ", max(0, match.start() - _LONGEST_HEAD), match.start())
        if b' t="str"' not in xml[start : match.start()]:  # there an empty value is the result ""
            yield _place(xml, start), NO_RESULT


def _pictures(xml: bytes, end: int) -> Iterator[tuple[tuple[int, int], str]]:
    if b"DISPIMG" not in xml:
        return
    for match in re.finditer(rb"DISPIMG\(", xml[:end]):
        start = xml.rfind(b"<c ", max(0, match.start() - _LONGEST_FORMULA), match.start())
        if start >= 0:
            yield _place(xml, start), PICTURE


def _place(xml: bytes, start: int) -> tuple[int, int]:
    match = _CELL_START.match(xml, start) if start >= 0 else None
    if not match:
        raise damaged("单元格的位置读不通")
    return int(match[2]), column_number(match[1].decode())


def _hidden_rows(xml: bytes) -> frozenset[int]:
    if b' hidden="1' not in xml and b' hidden="true' not in xml:
        return frozenset()
    hidden = set()
    for match in _ROW.finditer(xml):
        if _HIDDEN[0] not in match[0] and _HIDDEN[1] not in match[0]:
            continue
        row = _ROW_NUMBER.search(match[1])
        if row:
            hidden.add(int(row[1]))
        elif cell := _FIRST_CELL.match(xml, match.end()):
            hidden.add(int(cell[1]))
    return frozenset(hidden)


def _merges(xml: bytes, end: int) -> list[tuple[int, int, int, int]]:
    return [
        (int(top), column_number(left.decode()), int(bottom), column_number(right.decode()))
        for left, top, right, bottom in (match.groups() for match in _MERGE.finditer(xml, end))
    ]


def rewritten(xml: bytes, sheet: str) -> bytes:
    """The same cells, hidden rows and merges in the regular form; raises Unreadable past XFD1048576."""
    parts = [b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>']
    merges: list[str] = []
    row = column = 0
    try:
        for event, element in ElementTree.iterparse(BytesIO(xml), ("start", "end")):
            tag = local_name(element.tag)
            if tag == "row" and event == "start":
                row, column = int(element.get("r") or row + 1), 0
                hidden = b' hidden="1"' if element.get("hidden") in {"1", "true"} else b""
                parts.append(b'<row r="%d"%s>' % (row, hidden))
            elif tag == "row":
                parts.append(b"</row>")
                element.clear()
            elif tag == "c" and event == "end":
                row, column = _position(element.get("r"), row, column, sheet)
                parts.append(_regular_cell(element, row, column))
            elif tag == "mergeCell" and event == "end":
                merges.append(element.get("ref", ""))
    except (ElementTree.ParseError, ValueError) as error:
        raise damaged(f"“{sheet}”表的内容不完整") from error
    parts.append(b"</sheetData><mergeCells>")
    parts += [b'<mergeCell ref="%s"/>' % escape(merge, {'"': ""}).upper().encode() for merge in merges]
    return b"".join([*parts, b"</mergeCells></worksheet>"])


def local_name(tag: str) -> str:
    """The name of an element without its namespace."""
    return tag.rpartition("}")[2]


def _position(reference: str | None, row: int, column: int, sheet: str) -> tuple[int, int]:
    """Where a cell stands: as it says, else beside the one before it."""
    column += 1
    if reference:
        match = _REFERENCE.fullmatch(reference)
        if not match:
            raise damaged(f"“{sheet}”表的单元格位置读不通")
        row, column = int(match[2]), column_number(match[1].upper())
    check_place(row, column, sheet)
    return row, column


OUTSIDE_SHEET = rule(
    "WJ-010",
    ERROR,
    title="单元格超出范围",
    problem="“{sheet}”表里的单元格 {cell} 超出了电子表格的范围（最大 XFD1048576）",
    remedy=SAVE_AGAIN,
    example="XFE1",
)


def check_place(row: int, column: int, sheet: str) -> None:
    """Raise Unreadable when a cell stands past XFD1048576."""
    if not (1 <= row <= MAX_ROW and 1 <= column <= MAX_COLUMN):
        raise Unreadable(OUTSIDE_SHEET, sheet=sheet, cell=f"{column_letters(column)}{row}")


def _regular_cell(cell: ElementTree.Element, row: int, column: int) -> bytes:
    children = {local_name(child.tag): child for child in cell}
    attributes = "".join(f' {name}="{escape(cell.attrib[name])}"' for name in ("s", "t", "vm") if name in cell.attrib)
    content = ""
    if "f" in children:
        content += f"<f>{_text(children['f'])}</f>"
    if "v" in children:
        content += f"<v>{_text(children['v'])}</v>"
    if "is" in children:
        runs = (part for part in children["is"].iter() if local_name(part.tag) == "t")
        content += f'<is><t xml:space="preserve">{"".join(map(_text, runs))}</t></is>'
    cell.clear()
    return f'<c r="{column_letters(column)}{row}"{attributes}>{content}</c>'.encode() if content else b""


def _text(element: ElementTree.Element) -> str:
    return escape("".join(element.itertext()), {"\r": "&#13;"})
