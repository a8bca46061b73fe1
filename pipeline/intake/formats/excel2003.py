"""Reader of the XML that Excel 2003 wrote and business systems still export as .xls."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO

from lxml import etree

from pipeline.intake.formats.cells import finished, from_serial, iso_moment, limited, number, take_out_pictures
from pipeline.intake.formats.looks import Look, is_date, is_grey
from pipeline.intake.formats.notes import without_author
from pipeline.intake.formats.parts import SAFELY, Element, in_utf8, refuse_definition
from pipeline.intake.formats.sheet_xml import check_place
from pipeline.intake.formats.sparse import arranged
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet

_HEAD_BYTES = 4096
_PLAIN = Look()
#: Formats that this kind of file calls by a name, as far as they mean dates.
_NAMED_FORMATS = {
    **dict.fromkeys(("General Date", "Long Date", "Medium Date", "Short Date"), "yyyy-m-d"),
    **dict.fromkeys(("Long Time", "Medium Time", "Short Time"), "h:mm:ss"),
    **dict.fromkeys(
        ("General Number", "Fixed", "Standard", "Percent", "Scientific", "Yes/No", "True/False", "On/Off"), "0"
    ),
}
_OF_SHEETS = "{urn:schemas-microsoft-com:office:spreadsheet}"


def read_excel2003(checked: Checked) -> RawBook:
    """All worksheets; raises Unreadable for a DOCTYPE and for XML that is cut off."""
    xml = in_utf8(checked.data, "XML")
    refuse_definition(xml[:_HEAD_BYTES], "XML", whole=False)
    return RawBook("xml", limited(_sheets(xml)))


def _sheets(xml: bytes) -> Iterator[RawSheet]:
    looks: dict[str, Look] = {}
    for _, element in etree.iterparse(BytesIO(xml), tag=("{*}Style", "{*}Worksheet"), **SAFELY):
        if etree.QName(element).localname == "Style":
            looks[_of(element, "ID")] = _look(element)
        else:
            yield _Sheet(element, looks).read()
            element.clear()


def _look(style: Element) -> Look:
    """How the cells of a style look; what a style takes from its parent is not asked for."""
    found = {tag: style.find(f"{{*}}{tag}") for tag in ("NumberFormat", "Font", "Interior")}
    number_format, font, ground = ({} if each is None else each for each in found.values())
    words = _of(number_format, "Format") or "General"
    return Look(
        _NAMED_FORMATS.get(words, words),
        _of(font, "StrikeThrough") == "1",
        is_grey(_of(font, "Color").removeprefix("#"))
        or (
            _of(ground, "Pattern") in {"Solid", "Gray25", "Gray50"} and is_grey(_of(ground, "Color").removeprefix("#"))
        ),
    )


class _Sheet:
    """One worksheet on its way from XML to rows."""

    def __init__(self, element: Element, looks: Mapping[str, Look]) -> None:
        self._element, self._looks = element, looks
        self._cells: dict[tuple[int, int], Cell] = {}
        self._merges: list[tuple[int, int, int, int]] = []
        self._hidden: set[int] = set()
        self._faults: dict[tuple[int, int], str] = {}
        self._seen_so: dict[tuple[int, int], Look] = {}
        self._comments: dict[tuple[int, int], tuple[Comment, ...]] = {}

    def read(self) -> RawSheet:
        """The sheet with its cells in their places."""
        name = _of(self._element, "Name")
        row_number = 0
        for row in self._element.iter("{*}Row"):
            row_number = int(_of(row, "Index") or row_number + 1)
            self._read_row(row, row_number, name)
            row_number += int(_of(row, "Span") or 0)
        rows, strays = arranged(self._cells, name)
        take_out_pictures(rows, self._faults)
        visible = self._element.find(".//{*}Visible") is None
        return finished(
            name,
            visible,
            rows,
            faults=self._faults,
            merges=self._merges,
            hidden_rows=self._hidden,
            strays=strays,
            looks=self._seen_so,
            comments=self._comments,
        )

    def _read_row(self, row: Element, row_number: int, name: str) -> None:
        if _of(row, "Hidden") == "1":
            self._hidden.add(row_number)
        column = 0
        for cell in row.iterchildren("{*}Cell"):
            column = int(_of(cell, "Index") or column + 1)
            check_place(row_number, column, name)
            right, down = int(_of(cell, "MergeAcross") or 0), int(_of(cell, "MergeDown") or 0)
            if right or down:
                self._merges.append((row_number, column, row_number + down, column + right))
            self._read_value(cell, (row_number, column), self._looks.get(_of(cell, "StyleID"), _PLAIN))
            self._read_comment(cell, (row_number, column))
            column += right

    def _read_value(self, cell: Element, place: tuple[int, int], look: Look) -> None:
        for data in cell.iterchildren("{*}Data"):
            kind, text = _of(data, "Type"), "".join(data.itertext())
            if kind == "Error":
                self._faults[place] = text or "#VALUE!"
            value = _value(kind, text, look)
            if value is not None or kind == "Error":
                self._cells[place] = value
                if look.tells:
                    self._seen_so[place] = look

    def _read_comment(self, cell: Element, place: tuple[int, int]) -> None:
        for note in cell.iterchildren("{*}Comment"):
            comment = without_author("".join(note.itertext()), _of(note, "Author"))
            if comment.text:
                self._comments[place] = (comment,)


def _value(kind: str, text: str, look: Look) -> Cell:
    """The value of a cell; what its type says it is and cannot be (30 February) stays the text that it is."""
    if kind == "Error" or not text:
        return None
    try:
        if kind == "Number" and is_date(look.number_format):
            return from_serial(float(text), look.number_format, is_1904=False)
        if kind == "Number":
            return number(float(text))
        if kind == "DateTime":
            value = iso_moment(text.strip().removesuffix("T00:00:00.000"))
            return value.time() if isinstance(value, datetime) and value.year < 1900 else value
    except ValueError:
        return text
    return text.strip() == "1" if kind == "Boolean" else text


def _of(element: Element | Mapping[str, str], name: str) -> str:
    """The attribute `name`, with or without its namespace; "" when there is none."""
    value = element.get(_OF_SHEETS + name)
    return str(element.get(name, "") if value is None else value)
