"""The cells of one worksheet: looked at, given another look, made where there is none; values are never touched."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from pipeline.write.edit.package import Element, OddPackageError, Package, number_in

#: What stands before `legacyDrawing` in a worksheet (ECMA-376 18.3.1.99).
_BEFORE_NOTES = frozenset(
    [
        "sheetPr",
        "dimension",
        "sheetViews",
        "sheetFormatPr",
        "cols",
        "sheetData",
        "sheetCalcPr",
        "sheetProtection",
        "protectedRanges",
        "scenarios",
        "autoFilter",
        "sortState",
        "dataConsolidate",
        "customSheetViews",
        "mergeCells",
        "phoneticPr",
        "conditionalFormatting",
        "dataValidations",
        "hyperlinks",
        "printOptions",
        "pageMargins",
        "pageSetup",
        "headerFooter",
        "rowBreaks",
        "colBreaks",
        "customProperties",
        "cellWatches",
        "ignoredErrors",
        "smartTags",
        "drawing",
    ]
)
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")


def place_of(address: str) -> tuple[int, int]:
    """B5 → (5, 2)."""
    match = _ADDRESS.fullmatch(address)
    if match is None:
        raise OddPackageError(f"{address} is no address")
    column = 0
    for letter in match[1]:
        column = column * 26 + ord(letter) - 64
    return int(match[2]), column


def address_of(row: int, column: int) -> str:
    """(5, 2) → B5."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


@dataclass
class _Row:
    element: Element
    columns: list[int] = field(default_factory=list)
    cells: list[Element] = field(default_factory=list)


class Cells:
    """The cells of one worksheet by address; raises OddPackageError where rows or cells are not in order."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        self.root = package.tree(part)
        self.ns = etree.QName(self.root).namespace or ""
        data = self.root.find(f"{{{self.ns}}}sheetData")
        if data is None:
            raise OddPackageError("a sheet without cells")
        self._data = data
        self._numbers: list[int] = []
        self._elements: list[Element] = []
        for element in data.iterchildren(f"{{{self.ns}}}row"):
            number = number_in(element, "r", self._numbers[-1] + 1 if self._numbers else 1)
            if self._numbers and number <= self._numbers[-1]:
                raise OddPackageError("rows in disorder")
            if element.get("r") is None:
                element.set("r", str(number))
            self._numbers.append(number)
            self._elements.append(element)
        self._rows: dict[int, _Row] = {}
        self._merges = [
            tuple(place_of(corner) for corner in area.get("ref", "").replace("$", "").split(":"))
            for area in self.root.iterfind(f"{{{self.ns}}}mergeCells/{{{self.ns}}}mergeCell")
        ]

    def touched(self) -> None:
        """The sheet was changed."""
        self._package.changed(self._part)

    def anchor(self, address: str) -> str:
        """The address itself, or that of the upper left cell of the merged range it stands in."""
        row, column = place_of(address)
        for area in self._merges:
            (top, left), (bottom, right) = area[0], area[-1]
            if top <= row <= bottom and left <= column <= right:
                return address_of(top, left)
        return address

    def look(self, address: str) -> int:
        """The number of the look of a cell: its own, else that of its row or column."""
        row, column = place_of(address)
        known = self._row(row)
        if known is None:
            return self._look_of_column(column)
        at = bisect_left(known.columns, column)
        if at < len(known.columns) and known.columns[at] == column:
            return number_in(known.cells[at], "s")
        if known.element.get("customFormat") in ("1", "true"):
            return number_in(known.element, "s")
        return self._look_of_column(column)

    def _look_of_column(self, column: int) -> int:
        for entry in self.root.iterfind(f"{{{self.ns}}}cols/{{{self.ns}}}col"):
            if number_in(entry, "min") <= column <= number_in(entry, "max"):
                return number_in(entry, "style")
        return 0

    def set_look(self, address: str, look: int) -> None:
        """Give a cell a look; it is made where there is none."""
        number, column = place_of(address)
        row = self._row(number) or self._new_row(number)
        at = bisect_left(row.columns, column)
        if at == len(row.columns) or row.columns[at] != column:
            made = row.element.makeelement(f"{{{self.ns}}}c", r=address)
            if at < len(row.cells):
                row.cells[at].addprevious(made)
            elif row.cells:
                row.cells[-1].addnext(made)
            else:
                row.element.insert(0, made)
            row.columns.insert(at, column)
            row.cells.insert(at, made)
            row.element.attrib.pop("spans", None)  # a mere hint, and not true any more
        row.cells[at].set("s", str(look))
        self.touched()

    def _row(self, number: int) -> _Row | None:
        if number not in self._rows:
            at = bisect_left(self._numbers, number)
            if at == len(self._numbers) or self._numbers[at] != number:
                return None
            row = _Row(self._elements[at])
            for cell in row.element.iterchildren(f"{{{self.ns}}}c"):
                column = place_of(cell.get("r"))[1] if cell.get("r") else (row.columns[-1] + 1 if row.columns else 1)
                if row.columns and column <= row.columns[-1]:
                    raise OddPackageError("cells in disorder")
                cell.set("r", address_of(number, column))
                row.columns.append(column)
                row.cells.append(cell)
            self._rows[number] = row
        return self._rows[number]

    def _new_row(self, number: int) -> _Row:
        element = self._data.makeelement(f"{{{self.ns}}}row", r=str(number))
        at = bisect_left(self._numbers, number)
        if at < len(self._elements):
            self._elements[at].addprevious(element)
        else:
            self._data.append(element)
        self._numbers.insert(at, number)
        self._elements.insert(at, element)
        self._rows[number] = _Row(element)
        return self._rows[number]

    def looks(self) -> Iterator[tuple[str, int]]:
        """(address, look) of every cell that has one."""
        for number in self._numbers:
            row = self._row(number)
            for column, cell in zip(row.columns, row.cells, strict=True) if row else ():
                if cell.get("s"):
                    yield address_of(number, column), number_in(cell, "s")

    def relate_notes(self, relation: str, relations_ns: str) -> None:
        """Say that the shapes of this sheet's notes are what the relation leads to."""
        made = self.root.makeelement(f"{{{self.ns}}}legacyDrawing", nsmap={"r": relations_ns})
        made.set(f"{{{relations_ns}}}id", relation)
        elements = self.root.iterchildren(tag=etree.Element)
        children = [child for child in elements if etree.QName(child).localname in _BEFORE_NOTES]
        children[-1].addnext(made)
        self.touched()
