"""Reader of .xlsb: calamine for the values, the binary records themselves for what calamine drops.

Of the records only the few needed here are looked at: cells, errors, row heads, merges, sheet names.
"""

import struct
from collections.abc import Iterator
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.intake.formats.cells import finished, plain_rows, take_out_pictures
from pipeline.intake.formats.parts import Parts
from pipeline.intake.formats.sheet_xml import Facts, check_place
from pipeline.intake.formats.sparse import MAX_BOX, TOO_MUCH
from pipeline.intake.formats.xlsx import Link, links_in
from pipeline.intake.guard import Checked
from pipeline.intake.raw import RawBook, RawSheet
from pipeline.intake.unreadable import UNREADABLE_TAB, Unreadable, damaged

_BOOK = "xl/workbook.bin"
_BOOK_LINKS = "xl/_rels/workbook.bin.rels"

# Record numbers of [MS-XLSB] 2.3
_ROW, _BLANK, _ERROR, _LAST_CELL, _FORMULA_ERROR = 0, 1, 3, 11, 11
_BOOK_PROPERTIES, _SHEET, _MERGE = 153, 156, 176

_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def read_xlsb(checked: Checked) -> RawBook:
    """All worksheets of the book; raises Unreadable when any of them cannot be read in full."""
    parts = Parts(checked)
    parts.refuse_definitions()
    links = links_in(parts.tree(_BOOK_LINKS))
    records = list(_records(parts.content(_BOOK)))
    tabs = [_tab(body) for number, body in records if number == _SHEET]
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(checked.data))
    except CalamineError as error:
        raise damaged("工作簿的结构读不通") from error
    if book.sheet_names != [name for name, _, _ in tabs]:
        raise damaged("工作表的目录读不通")
    sheets = [_sheet(book, name, visible, links.get(link), parts) for name, visible, link in tabs]
    is_1904 = any(number == _BOOK_PROPERTIES and body[:1] and body[0] & 1 for number, body in records)
    return RawBook("xlsb", [sheet for sheet in sheets if sheet], is_1904)


def _sheet(book: CalamineWorkbook, name: str, visible: bool, link: Link | None, parts: Parts) -> RawSheet | None:
    if link is None or link.part not in parts:
        raise Unreadable(UNREADABLE_TAB, sheet=name)
    if link.kind != "worksheet":
        return None
    facts = _facts(parts.content(link.part), name)
    try:
        rows = plain_rows(book.get_sheet_by_name(name).to_python(skip_empty_area=False))
    except Exception as error:
        raise Unreadable(UNREADABLE_TAB, sheet=name) from error
    take_out_pictures(rows, facts.faults)
    return finished(name, visible, rows, faults=facts.faults, merges=facts.merges, hidden_rows=facts.hidden_rows)


def _facts(content: bytes, sheet: str) -> Facts:
    row, last_row, last_column = 0, 0, 0
    facts = Facts([], frozenset(), {})
    hidden = set()
    for number, body in _records(content):
        if number == _ROW and len(body) >= 12:
            row = int.from_bytes(body[:4], "little") + 1
            if body[11] & 0x10:
                hidden.add(row)
        elif _BLANK < number <= _LAST_CELL and len(body) > 8:
            column = int.from_bytes(body[:4], "little") + 1
            check_place(row, column, sheet)
            last_row, last_column = max(last_row, row), max(last_column, column)
            if number in {_ERROR, _FORMULA_ERROR}:
                facts.faults[row, column] = _ERRORS.get(body[8], "#VALUE!")
        elif number == _MERGE and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<4L", body)
            facts.merges.append((top + 1, left + 1, bottom + 1, right + 1))
    if last_row * last_column > MAX_BOX:
        raise Unreadable(TOO_MUCH, sheet=sheet, what=f"分散在 {last_row} 行、{last_column} 列之间")
    return Facts(facts.merges, frozenset(hidden), facts.faults)


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
