"""Reader of .ods and .fods, our own: calamine has neither their merges nor their hidden rows, and drops error cells."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse

from pipeline.intake.formats.cells import (
    duration,
    finished,
    from_serial,
    iso_moment,
    limited,
    number,
    take_out_pictures,
)
from pipeline.intake.formats.looks import Look, is_date
from pipeline.intake.formats.ods_styles import Looks, of
from pipeline.intake.formats.parts import Parts, in_utf8, refuse_definition
from pipeline.intake.formats.sheet_xml import MAX_COLUMN, check_place, local_name
from pipeline.intake.formats.sparse import MAX_FILLED, TOO_MUCH, arranged
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet
from pipeline.intake.unreadable import ENCRYPTED, Unreadable

_CONTENT, _STYLES = "content.xml", "styles.xml"
_MANIFEST = "META-INF/manifest.xml"
_HEAD_BYTES = 4096
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
    looks: dict[tuple[int, int], Look] = field(default_factory=dict)
    comments: dict[tuple[int, int], tuple[Comment, ...]] = field(default_factory=dict)
    columns: list[tuple[int, str]] = field(default_factory=list)  # last column, style of its cells


def read_ods(checked: Checked) -> RawBook:
    """All sheets of the document; raises Unreadable when it is encrypted or has more than a return can have."""
    parts = Parts(checked)
    if _MANIFEST in parts and b"encryption-data" in parts.content(_MANIFEST):
        raise Unreadable(ENCRYPTED, what="文件")
    looks = Looks()
    if _STYLES in parts:
        parts.refuse_definitions(_STYLES)
        for _, element in iterparse(BytesIO(parts.xml(_STYLES))):
            looks.take(local_name(element.tag), element)
    parts.refuse_definitions(_CONTENT)
    return RawBook("ods", limited(map(_sheet, _tables(parts.xml(_CONTENT), looks))))


def read_flat_ods(checked: Checked) -> RawBook:
    """The same of a document that is one XML file (.fods)."""
    xml = in_utf8(checked.data, "XML")
    refuse_definition(xml[:_HEAD_BYTES], "XML", whole=False)
    return RawBook("fods", limited(map(_sheet, _tables(xml, Looks()))))


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
        looks=table.looks,
        comments=table.comments,
    )


def _tables(xml: bytes, looks: Looks) -> Iterator[_Table]:
    table: _Table | None = None
    for event, element in iterparse(BytesIO(xml), ("start", "end")):
        tag = local_name(element.tag)
        if tag == "table" and event == "start":
            table = _Table(of(element, "name"), of(element, "style-name") not in looks.hidden)
        elif event == "start":
            continue
        elif tag == "table" and table:
            yield table
            table = None
            element.clear()
        elif tag == "table-row" and table:
            _add_row(table, element, looks)
            element.clear()
        elif tag == "table-column" and table:
            last = table.columns[-1][0] if table.columns else 0
            repeated = int(of(element, "number-columns-repeated") or 1)
            table.columns.append((last + repeated, of(element, "default-cell-style-name")))
        else:
            looks.take(tag, element)


def _add_row(table: _Table, row: Element, looks: Looks) -> None:
    """Put the cells of a row, as often as it is repeated, into the table."""
    repeated = int(of(row, "number-rows-repeated") or 1)
    first, table.row = table.row + 1, table.row + repeated
    filled, spans = _cells(row, table, first, looks)
    hidden = of(row, "visibility") in {"collapse", "filter"}
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


def _cells(
    row: Element, table: _Table, row_number: int, looks: Looks
) -> tuple[dict[int, Cell], list[tuple[int, int, int, int]]]:
    """Column → value of the filled cells of a row, and the merges that begin in it; notes what else there is."""
    filled: dict[int, Cell] = {}
    merges = []
    column = 0
    for cell in row:
        if local_name(cell.tag) not in {"table-cell", "covered-table-cell"}:
            continue
        first, column = column + 1, column + int(of(cell, "number-columns-repeated") or 1)
        look = looks.of_cell(of(cell, "style-name") or of(row, "default-cell-style-name"), first, table.columns)
        value, fault = _value(cell, look)
        if value is not None or fault:
            check_place(row_number, min(column, MAX_COLUMN + 1), table.name)
            filled.update(dict.fromkeys(range(first, column + 1), value))
            if look.tells:
                table.looks |= {(row_number, place): look for place in range(first, column + 1)}
        if fault:
            table.faults.update({(row_number, place): fault for place in range(first, column + 1)})
        if comment := _comment(cell):
            table.comments[row_number, first] = (comment,)
        down, right = int(of(cell, "number-rows-spanned") or 1), int(of(cell, "number-columns-spanned") or 1)
        if down > 1 or right > 1:
            merges.append((row_number, first, row_number + down - 1, first + right - 1))
    return filled, merges


def _comment(cell: Element) -> Comment | None:
    for note in (part for part in cell if local_name(part.tag) == "annotation"):
        author = "".join("".join(part.itertext()) for part in note if local_name(part.tag) == "creator")
        text = _paragraphs(note).strip()
        return Comment(text, author.strip()) if text else None
    return None


def _value(cell: Element, look: Look) -> tuple[Cell, str]:
    """The value of a cell, or the error that stands there; what its type says it is and cannot be stays text."""
    kind = of(cell, "value-type")
    text = _paragraphs(cell)
    calculated = of(cell, "formula")
    is_error = any(key.endswith("value-type") and value == "error" for key, value in cell.attrib.items())
    if is_error or (calculated and _ERROR.fullmatch(text)):
        return None, text or "#VALUE!"
    try:
        return _typed(cell, kind, text, look), ""
    except ValueError:
        return text or None, ""


def _typed(cell: Element, kind: str, text: str, look: Look) -> Cell:
    if kind in {"float", "percentage", "currency"}:
        value = float(of(cell, "value"))
        if is_date(look.number_format):
            return from_serial(value, look.number_format, is_1904=False)
        return number(value)
    if kind == "date":
        return iso_moment(of(cell, "date-value"))
    if kind == "time":
        return _time(of(cell, "time-value"), text)
    if kind == "boolean":
        return of(cell, "boolean-value") == "true"
    return of(cell, "string-value") or text or None


def _paragraphs(element: Element) -> str:
    return "\n".join("".join(_text(part)) for part in element if local_name(part.tag) in {"p", "h"})


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
            yield " " * min(int(of(part, "c") or 1), 1000)
        elif tag in {"tab", "line-break"}:
            yield "\t" if tag == "tab" else "\n"
        elif tag not in _NOT_TEXT:
            yield from _text(part)
        yield part.tail or ""
