"""Reader of .xlsb, our own: calamine skips the short cell records that some programs write, without a word.

Of the records of [MS-XLSB] 2.3 only those needed here are looked at: cells, row heads, merges, sheet names,
texts, styles, notes.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.intake.formats.cells import Places, finished, from_serial, number, refuse_many_sheets, take_out_pictures
from pipeline.intake.formats.looks import BUILT_IN, Look, is_date, is_grey, telling
from pipeline.intake.formats.notes import without_author
from pipeline.intake.formats.parts import Link, Parts
from pipeline.intake.formats.sheet_xml import check_place
from pipeline.intake.formats.sparse import arranged
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet
from pipeline.intake.unreadable import UNREADABLE_TAB, Unreadable, damaged

_BOOK = "xl/workbook.bin"

_ROW, _BLANK, _LAST_CELL = 0, 1, 18
_RK, _ERROR, _BOOL, _REAL, _TEXT, _SHARED = {2, 13}, {3, 11, 14}, {4, 10, 15}, {5, 9, 16}, {6, 8, 17}, {7, 18}
_SHORT_FROM, _RICH_TEXT = 12, 62
_SHARED_TEXT, _FONT, _FORMAT, _FILL, _STYLE, _STYLES_BEGIN, _STYLES_END = 19, 43, 44, 45, 47, 617, 618
_BOOK_PROPERTIES, _SHEET, _MERGE = 153, 156, 176
_AUTHOR, _NOTE, _NOTE_TEXT = 632, 635, 637
_STRUCK = 0x08

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


@dataclass(frozen=True, slots=True)
class _Book:
    """What the sheets of a book share."""

    parts: Parts
    texts: Sequence[str]
    looks: Mapping[int, Look]
    telling: Mapping[int, Look]
    is_1904: bool


@dataclass(slots=True)
class _Filled:
    """One sheet while it is read; places count from 1."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    looks: dict[tuple[int, int], Look] = field(default_factory=dict)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)


def read_xlsb(checked: Checked) -> RawBook:
    """All worksheets of the book; raises Unreadable when any of them cannot be read in full."""
    parts = Parts(checked)
    parts.refuse_definitions()
    links = {key: link for key, link in parts.links(_BOOK).items() if link.part in parts}
    records = list(_records(parts.content(_BOOK)))
    tabs = [_tab(body) for number_, body in records if number_ == _SHEET]
    refuse_many_sheets(len(tabs))
    beside = {
        link.kind: parts.content(link.part) for link in links.values() if link.kind in {"sharedStrings", "styles"}
    }
    texts = [_text(body, 1)[0] for kind, body in _records(beside.get("sharedStrings", b"")) if kind == _SHARED_TEXT]
    looks = _looks(beside.get("styles", b""))
    is_1904 = any(kind == _BOOK_PROPERTIES and body[:1] and body[0] & 1 for kind, body in records)
    book = _Book(parts, texts, looks, telling(looks), is_1904)
    sheets = [_sheet(book, name, visible, links.get(link), bool(link)) for name, visible, link in tabs]
    return RawBook("xlsb", [sheet for sheet in sheets if sheet], is_1904)


def _sheet(book: _Book, name: str, visible: bool, link: Link | None, linked: bool) -> RawSheet | None:
    if link is None and linked:
        raise Unreadable(UNREADABLE_TAB, sheet=name)
    if link is None or link.kind != "worksheet":
        return None
    try:
        filled = _read(book, book.parts.content(link.part), name)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise Unreadable(UNREADABLE_TAB, sheet=name) from error
    rows, strays = arranged(filled.cells, name)
    take_out_pictures(rows, filled.faults)
    return finished(
        name,
        visible,
        rows,
        faults=filled.faults,
        merges=filled.merges,
        hidden_rows=filled.hidden,
        strays=strays,
        looks=filled.looks,
        comments=_comments(book.parts, link.part),
    )


def _read(book: _Book, content: bytes, sheet: str) -> _Filled:
    filled = _Filled()
    row = column = 0
    for kind, body in _records(content):
        if kind == _ROW and len(body) >= 12:
            row, column = int.from_bytes(body[:4], "little") + 1, 0
            if body[11] & 0x10:
                filled.hidden.add(row)
        elif _BLANK <= kind <= _LAST_CELL or kind == _RICH_TEXT:
            short = _SHORT_FROM <= kind <= _LAST_CELL
            column = column + 1 if short else int.from_bytes(body[:4], "little") + 1
            check_place(row, column, sheet)
            _put(book, filled, (row, column), kind, body if short else body[4:])
        elif kind == _MERGE and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<4L", body)
            filled.merges.append((top + 1, left + 1, bottom + 1, right + 1))
    return filled


def _put(book: _Book, filled: _Filled, place: tuple[int, int], kind: int, body: bytes) -> None:
    """One cell into its place; `body` begins with its style."""
    style = int.from_bytes(body[:3], "little")
    if kind in _ERROR:
        filled.faults[place] = _ERRORS.get(body[4], "#VALUE!")
        return
    value = _value(book, kind, body, style)
    if value is not None:
        filled.cells[place] = value
        if style in book.telling:
            filled.looks[place] = book.telling[style]


def _value(book: _Book, kind: int, body: bytes, style: int) -> Cell:
    if kind in _TEXT or kind == _RICH_TEXT:
        return _text(body, 5 if kind == _RICH_TEXT else 4)[0] or None
    if kind in _SHARED:
        return book.texts[int.from_bytes(body[4:8], "little")] or None
    if kind in _BOOL:
        return body[4] != 0
    if kind not in _RK | _REAL:
        return None
    value = _packed_number(body[4:8]) if kind in _RK else struct.unpack_from("<d", body, 4)[0]
    look = book.looks.get(style)
    if look and is_date(look.number_format):
        return from_serial(value, look.number_format, is_1904=book.is_1904)
    return number(value)


def _packed_number(body: bytes) -> float:
    """A number in four bytes (RkNumber): the upper half of a float or an integer, perhaps a hundredfold."""
    packed = int.from_bytes(body, "little", signed=True)
    if packed & 2:
        value = float(packed >> 2)
    else:
        value = struct.unpack("<d", bytes(4) + (packed & 0xFFFFFFFC).to_bytes(4, "little"))[0]
    return value / 100 if packed & 1 else value


def _looks(styles: bytes) -> dict[int, Look]:
    formats, looks = dict(BUILT_IN), dict[int, Look]()
    fonts, fills = list[tuple[bool, bool]](), list[bool]()
    within = False
    for kind, body in _records(styles):
        if kind == _FORMAT:
            formats[int.from_bytes(body[:2], "little")] = _text(body, 2)[0]
        elif kind == _FONT:
            fonts.append((bool(body[2] & _STRUCK), _is_grey(body[12:20])))
        elif kind == _FILL:
            fills.append(body[:4] == b"\x01\x00\x00\x00" and _is_grey(body[4:12]))
        elif kind in {_STYLES_BEGIN, _STYLES_END}:
            within = kind == _STYLES_BEGIN
        elif kind == _STYLE and within:
            _, format_, font, fill = struct.unpack_from("<4H", body)
            struck, grey = fonts[font] if font < len(fonts) else (False, False)
            grey = grey or (fill < len(fills) and fills[fill])
            looks[len(looks)] = Look(formats.get(format_, "General"), struck, grey)
    return looks


def _is_grey(colour: bytes) -> bool:
    return len(colour) == 8 and bool(colour[0] & 1) and is_grey(colour[4:7].hex())


def _comments(parts: Parts, part: str) -> Places[tuple[Comment, ...]]:
    authors: list[str] = []
    comments: dict[tuple[int, int], tuple[Comment, ...]] = {}
    place, author = (0, 0), ""
    for link in parts.links(part).values():
        for kind, body in _records(parts.content(link.part)) if link.kind == "comments" else ():
            if kind == _AUTHOR:
                authors.append(_text(body, 0)[0])
            elif kind == _NOTE:
                writer, row, _, column = struct.unpack_from("<4L", body)
                place, author = (row + 1, column + 1), authors[writer] if writer < len(authors) else ""
            elif kind == _NOTE_TEXT:
                comments[place] = (without_author(_text(body, 1)[0], author),)
    return comments


def _tab(body: bytes) -> tuple[str, bool, str]:
    """Name, whether visible, and relation id of a sheet."""
    try:
        state = int.from_bytes(body[:4], "little")
        link, position = _text(body, 8)
        name, _ = _text(body, position)
    except (struct.error, UnicodeDecodeError) as error:
        raise damaged("工作表的目录读不通") from error
    return name, state == 0, link


def _text(body: bytes, position: int) -> tuple[str, int]:
    length = struct.unpack_from("<L", body, position)[0]
    end = position + 4 + 2 * length
    return body[position + 4 : end].decode("utf-16-le"), end


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Record number and body, one after the other; a record that is cut off ends the file as damaged."""
    position, end = 0, len(content)
    try:
        while position < end:
            number = content[position]
            position += 1
            if number & 0x80:
                number = number & 0x7F | content[position] << 7
                position += 1
            length = shift = 0
            while True:
                byte = content[position]
                position += 1
                length |= (byte & 0x7F) << shift
                shift += 7
                if not byte & 0x80 or shift > 21:
                    break
            if position + length > end:
                raise damaged("内容不完整")
            yield number, content[position : position + length]
            position += length
    except IndexError as error:
        raise damaged("内容不完整") from error
