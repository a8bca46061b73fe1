"""Reader of .ods, our own: calamine has neither its merges nor its hidden rows, and drops error cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse

from pipeline.intake.formats.cells import duration, finished, moment, number, take_out_pictures
from pipeline.intake.formats.parts import Parts
from pipeline.intake.formats.sheet_xml import MAX_COLUMN, check_place, local_name
from pipeline.intake.formats.sparse import MAX_FILLED, TOO_MUCH, arranged
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.unreadable import ENCRYPTED, Unreadable

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_ERROR = re.compile(r"#[A-Z0-9/!?]+|Err:[0-9]+")
_SPAN = re.compile(r"(-?)PT(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9.]+)S)?")
_NOT_TEXT = frozenset({"annotation", "ruby-text"})


@dataclass
class _Table:
    """One sheet while it is read; places count from 1."""

    name: str
    visible: bool
    row: int = 0
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden: set[int] = field(default_factory=set)
    faults: dict[tuple[int, int], str] = field(default_factory=dict)


def read_ods(checked: Checked) -> RawBook:
    """All sheets of the document; raises Unreadable when it is encrypted or has more than a return can have."""
    parts = Parts(checked)
    if _MANIFEST in parts and b"encryption-data" in parts.content(_MANIFEST):
        raise Unreadable(ENCRYPTED, what="文件")
    parts.refuse_definitions(_CONTENT)
    return RawBook("ods", [_sheet(table) for table in _tables(parts.xml(_CONTENT))])


def _sheet(table: _Table) -> RawSheet:
    rows, strays = arranged(table.cells, table.name)
    take_out_pictures(rows, table.faults)
    return finished(
        table.name,
        table.visible,
        rows,
        faults=table.faults,
        merges=table.merges,
        hidden_rows=table.hidden,
        strays=strays,
    )


def _tables(xml: bytes) -> Iterator[_Table]:
    hidden_styles: set[str] = set()
    table: _Table | None = None
    for event, element in iterparse(BytesIO(xml), ("start", "end")):
        tag = local_name(element.tag)
        if tag == "style" and event == "end":
            if any(_of(part, "display") == "false" for part in element):
                hidden_styles.add(_of(element, "name"))
        elif tag == "table" and event == "start":
            table = _Table(_of(element, "name"), _of(element, "style-name") not in hidden_styles)
        elif tag == "table" and table:
            yield table
            table = None
            element.clear()
        elif tag == "table-row" and event == "end" and table:
            _add_row(table, element)
            element.clear()


def _add_row(table: _Table, row: Element) -> None:
    """Put the cells of a row, as often as it is repeated, into the table."""
    repeated = int(_of(row, "number-rows-repeated") or 1)
    first, table.row = table.row + 1, table.row + repeated
    filled, spans = _cells(row, table, first)
    hidden = _of(row, "visibility") in {"collapse", "filter"}
    if not filled and not hidden:
        return
    if len(table.cells) + len(filled) * repeated > MAX_FILLED or (hidden and repeated > MAX_FILLED):
        raise Unreadable(TOO_MUCH, sheet=table.name, what=f"超过 {MAX_FILLED // 10_000} 万个单元格")
    for number_ in range(first, table.row + 1 if filled else first):
        for column, value in filled.items():
            table.cells[number_, column] = value
    if hidden:
        table.hidden.update(range(first, table.row + 1))
    table.merges += spans


def _cells(row: Element, table: _Table, row_number: int) -> tuple[dict[int, Cell], list[tuple[int, int, int, int]]]:
    """Column → value of the filled cells of a row, and the merges that begin in it; notes the faults."""
    filled: dict[int, Cell] = {}
    merges = []
    column = 0
    for cell in row:
        if local_name(cell.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        first, column = column + 1, column + int(_of(cell, "number-columns-repeated") or 1)
        value, fault = _value(cell)
        if value is not None or fault:
            check_place(row_number, min(column, MAX_COLUMN + 1), table.name)
            filled.update(dict.fromkeys(range(first, column + 1), value))
        if fault:
            table.faults.update({(row_number, place): fault for place in range(first, column + 1)})
        down, right = int(_of(cell, "number-rows-spanned") or 1), int(_of(cell, "number-columns-spanned") or 1)
        if down > 1 or right > 1:
            merges.append((row_number, first, row_number + down - 1, first + right - 1))
    return filled, merges


def _value(cell: Element) -> tuple[Cell, str]:
    """The value of a cell, or the error that stands there."""
    kind = _of(cell, "value-type")
    text = "\n".join("".join(_text(part)) for part in cell if local_name(part.tag) in {"p", "h"})
    calculated = _of(cell, "formula")
    is_error = any(key.endswith("value-type") and value == "error" for key, value in cell.attrib.items())
    if is_error or (calculated and _ERROR.fullmatch(text)):
        return None, text or "#VALUE!"
    if kind in {"float", "percentage", "currency"}:
        return number(float(_of(cell, "value"))), ""
    if kind == "date":
        return moment(datetime.fromisoformat(_of(cell, "date-value").removesuffix("Z"))), ""
    if kind == "time":
        return _time(_of(cell, "time-value"), text), ""
    if kind == "boolean":
        return _of(cell, "boolean-value") == "true", ""
    return _of(cell, "string-value") or text or None, ""


def _time(value: str, text: str) -> Cell:
    match = _SPAN.fullmatch(value)
    if not match:
        return text or None
    sign, hours, minutes, seconds = match.groups()
    span = timedelta(hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    return duration(-span if sign else span)


def _text(element: Element) -> Iterator[str]:
    """The words of a paragraph, with its spaces, tabs and line breaks."""
    yield element.text or ""
    for part in element:
        tag = local_name(part.tag)
        if tag == "s":
            yield " " * min(int(_of(part, "c") or 1), 1000)
        elif tag in {"tab", "line-break"}:
            yield "\t" if tag == "tab" else "\n"
        elif tag not in _NOT_TEXT:
            yield from _text(part)
        yield part.tail or ""


def _of(element: Element, name: str) -> str:
    """The attribute `name`, of whichever namespace; calcext comes after office, as its extension."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")
