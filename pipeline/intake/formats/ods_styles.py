"""The styles of an OpenDocument sheet: how the cells of each look, which tables are hidden."""

from bisect import bisect_left
from collections.abc import Sequence
from xml.etree.ElementTree import Element

from pipeline.intake.formats.looks import Look, is_grey
from pipeline.intake.formats.sheet_xml import local_name

_NUMBERS = frozenset(
    {"number-style", "date-style", "time-style", "percentage-style", "currency-style", "boolean-style"}
)
_LETTERS = {"year": "yyyy", "month": "m", "day": "d", "hours": "h", "minutes": "m", "seconds": "s"}
_PLAIN = Look()


class Looks:
    """Collects the styles of a document while it is read; they come before the cells."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self._formats: dict[str, str] = {}
        self._looks: dict[str, Look] = {}

    def take(self, tag: str, element: Element) -> None:
        """Note a finished element, if it is a style."""
        if tag in _NUMBERS:
            self._formats[of(element, "name")] = _number_format(element)
        elif tag == "style":
            if any(of(part, "display") == "false" for part in element):
                self.hidden.add(of(element, "name"))
            look = _look(element, self._formats.get(of(element, "data-style-name"), "General"))
            self._looks[of(element, "name")] = look

    def of_cell(self, style: str, column: int, columns: Sequence[tuple[int, str]]) -> Look:
        """The look of a cell in a style of its own, or else in that of its column (last column, style)."""
        if not style and columns:
            position = bisect_left(columns, (column, ""))
            style = columns[position][1] if position < len(columns) else ""
        return self._looks.get(style, _PLAIN)


def of(element: Element, name: str) -> str:
    """The attribute `name`, of whichever namespace; calcext comes after office, as its extension."""
    return next((value for key, value in element.attrib.items() if local_name(key) == name), "")


def _look(style: Element, number_format: str) -> Look:
    struck = grey = False
    for part in style:
        line = of(part, "text-line-through-style")
        struck |= line not in {"", "none"}
        colours = (
            [of(part, "background-color")] if local_name(part.tag) == "table-cell-properties" else [of(part, "color")]
        )
        grey |= any(is_grey(colour.removeprefix("#")) for colour in colours)
    return Look(number_format, struck, grey)


def _number_format(style: Element) -> str:
    """The format as Excel would write it, as far as it matters here."""
    written = ""
    for part in style:
        tag = local_name(part.tag)
        if tag == "text":
            written += "".join(f"\\{letter}" for letter in part.text or "")
        elif tag == "number":
            digits = int(of(part, "min-integer-digits") or 0)
            written += "#," * (of(part, "grouping") == "true") + ("0" * min(digits, 20) or "#")
            written += ".0" * (of(part, "decimal-places") not in {"", "0"})
        elif tag in _LETTERS:
            written += _LETTERS[tag]
    return written or "General"
