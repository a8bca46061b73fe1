"""Reader of the XML that Excel 2003 wrote and business systems still export as .xls."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from xml.etree.ElementTree import Element, iterparse

from pipeline.intake.formats.cells import finished, moment, number, take_out_pictures
from pipeline.intake.formats.parts import in_utf8, refuse_definition
from pipeline.intake.formats.sheet_xml import check_place, local_name
from pipeline.intake.formats.sparse import arranged
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, RawBook, RawSheet

_HEAD_BYTES = 4096


def read_excel2003(checked: Checked) -> RawBook:
    """All worksheets; raises Unreadable for a DOCTYPE and for XML that is cut off."""
    xml = in_utf8(checked.data, "XML")
    refuse_definition(xml[:_HEAD_BYTES], "XML", whole=False)
    return RawBook("xml", list(_sheets(xml)))


def _sheets(xml: bytes) -> Iterator[RawSheet]:
    for _, element in iterparse(BytesIO(xml)):
        if local_name(element.tag) == "Worksheet":
            yield _Sheet(element).read()
            element.clear()


class _Sheet:
    """One worksheet on its way from XML to rows."""

    def __init__(self, element: Element) -> None:
        self._element = element
        self._cells: dict[tuple[int, int], Cell] = {}
        self._merges: list[tuple[int, int, int, int]] = []
        self._hidden: set[int] = set()
        self._faults: dict[tuple[int, int], str] = {}

    def read(self) -> RawSheet:
        """The sheet with its cells in their places."""
        name = _of(self._element, "Name")
        row_number = 0
        for row in (part for part in self._element.iter() if local_name(part.tag) == "Row"):
            row_number = int(_of(row, "Index") or row_number + 1)
            self._read_row(row, row_number, name)
            row_number += int(_of(row, "Span") or 0)
        rows, strays = arranged(self._cells, name)
        take_out_pictures(rows, self._faults)
        visible = not any(local_name(part.tag) == "Visible" for part in self._element.iter())
        return finished(
            name,
            visible,
            rows,
            faults=self._faults,
            merges=self._merges,
            hidden_rows=self._hidden,
            strays=strays,
        )

    def _read_row(self, row: Element, row_number: int, name: str) -> None:
        if _of(row, "Hidden") == "1":
            self._hidden.add(row_number)
        column = 0
        for cell in (part for part in row if local_name(part.tag) == "Cell"):
            column = int(_of(cell, "Index") or column + 1)
            check_place(row_number, column, name)
            right, down = int(_of(cell, "MergeAcross") or 0), int(_of(cell, "MergeDown") or 0)
            if right or down:
                self._merges.append((row_number, column, row_number + down, column + right))
            self._read_value(cell, (row_number, column))
            column += right

    def _read_value(self, cell: Element, place: tuple[int, int]) -> None:
        for data in (part for part in cell if local_name(part.tag) == "Data"):
            kind, text = _of(data, "Type"), "".join(data.itertext())
            if kind == "Error":
                self._faults[place] = text or "#VALUE!"
            value = _value(kind, text)
            if value is not None or kind == "Error":
                self._cells[place] = value


def _value(kind: str, text: str) -> Cell:
    if kind == "Error" or not text:
        return None
    if kind == "Number":
        return number(float(text))
    if kind == "Boolean":
        return text.strip() == "1"
    if kind == "DateTime":
        value = moment(datetime.fromisoformat(text.strip()))
        is_time_only = isinstance(value, datetime) and value.year < 1900
        return value.time() if is_time_only and isinstance(value, datetime) else value
    return text


def _of(element: Element, name: str) -> str:
    """The attribute `name`, of whichever namespace."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")
