"""Sheets whose cells lie far apart.

One typed into XFD1048576 by accident aborts the parser, which reserves room for all cells between. The filled cells are moved together, parsed as they are, and put back in their places. What stands far
outside everything else is kept apart as strays.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from operator import itemgetter
from typing import TypeAlias

from pipeline.findings import ERROR, rule
from pipeline.intake.formats.cells import SPARSE_FROM, Places, column_letters, column_number
from pipeline.intake.formats.sheet_xml import check_place
from pipeline.intake.raw import Cell
from pipeline.intake.unreadable import Unreadable

#: Neither the parser nor anybody after it is given a bounding box of more cells than this.
MAX_BOX = 5_000_000
MAX_FILLED = 2_000_000
#: This many empty rows or columns running end what belongs together.
_ROWS_APART, _COLUMNS_APART = 1_000, 200

#: Rows, and strays by (row, column).
Laid: TypeAlias = tuple[list[list[Cell]], dict[tuple[int, int], Cell]]

_FILLED_REFERENCE = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"[^<>/]*>')
_FILLED_CELL = re.compile(rb'<c r="([A-Z]{1,3})([0-9]{1,7})"([^<>/]*>(?:[^<]|<(?!/?c[ >]))*+</c>)')


@dataclass(frozen=True, slots=True)
class Far:
    """Where moved cells really stand: the i-th row read is Excel row rows[i], the j-th column columns[j]."""

    rows: list[int]
    columns: list[int]

    @property
    def last_row(self) -> int:
        """The last row of what belongs together."""
        return _last_together(self.rows, _ROWS_APART)

    @property
    def last_column(self) -> int:
        """The last column of what belongs together."""
        return _last_together(self.columns, _COLUMNS_APART)


def _last_together(numbers: Sequence[int], apart: int) -> int:
    together = takewhile(lambda pair: pair[1] - pair[0] <= apart, pairwise([0, *numbers]))
    return max((after for _, after in together), default=0)


def gathered(xml: bytes, sheet: str) -> tuple[bytes, Far | None]:
    """A regular sheet as the parser can bear it: itself, or with its filled cells moved together.

    Raises Unreadable past XFD1048576 and for more filled cells than any return has.
    """
    if xml.count(b"</c>") > MAX_FILLED:
        raise _too_much(sheet, f"超过 {MAX_FILLED // 10_000} 万个单元格")
    found = _FILLED_REFERENCE.findall(xml)
    rows = sorted(map(int, set(map(itemgetter(1), found))))
    columns = sorted(column_number(letters.decode()) for letters in set(map(itemgetter(0), found)))
    if not found:
        return xml, None
    check_place(rows[-1], columns[-1], sheet)
    check_place(rows[0], columns[0], sheet)
    if rows[-1] * columns[-1] <= SPARSE_FROM:
        return xml, None
    far = Far(rows, columns)
    if len(rows) * len(columns) > MAX_BOX or far.last_row * far.last_column > MAX_BOX:
        raise _too_much(sheet, f"分散在 {rows[-1]} 行、{columns[-1]} 列之间")
    return _moved(xml, far), far


TOO_MUCH = rule(
    "WJ-014",
    ERROR,
    title="内容过多",
    problem="“{sheet}”表的内容过多（{what}），不像填报表，没有读取",
    remedy="请删去无关的内容和格式，只留要填报的行，另存为 .xlsx 后重新报送",
    example="每格都有内容的整张表",
)


def _too_much(sheet: str, what: str) -> Unreadable:
    return Unreadable(TOO_MUCH, sheet=sheet, what=what)


def _moved(xml: bytes, far: Far) -> bytes:
    row_of = {str(row).encode(): index for index, row in enumerate(far.rows, 1)}
    letters_of = {
        column_letters(column).encode(): column_letters(index).encode() for index, column in enumerate(far.columns, 1)
    }
    cells_by_row: dict[int, list[bytes]] = {}
    for letters, row, rest in _FILLED_CELL.findall(xml):
        index = row_of[row]
        cells_by_row.setdefault(index, []).append(b'<c r="%s%d"%s' % (letters_of[letters], index, rest))
    lines = (b'<row r="%d">%s</row>' % (row, b"".join(cells_by_row[row])) for row in sorted(cells_by_row))
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return head + b"".join(lines) + b"</sheetData></worksheet>"


def spread(values: list[list[Cell]], far: Far) -> Laid:
    """Moved cells back in their places: the rows of what belongs together, and the strays by (row, column)."""
    cells = {
        (row, column): value
        for row, line in zip(far.rows, values, strict=False)
        for column, value in zip(far.columns, line, strict=False)
        if value is not None
    }
    return _laid_out(cells, far.last_row, far.last_column)


def settled(rows: list[list[Cell]], sheet: str) -> Laid:
    """Rows of any lengths: as they are, or with what stands far outside kept apart."""
    if len(rows) * max(map(len, rows), default=0) <= SPARSE_FROM:
        return rows, {}
    filled = (
        ((row_number, column), value)
        for row_number, row in enumerate(rows, 1)
        for column, value in enumerate(row, 1)
        if value is not None
    )
    return arranged(dict(filled), sheet)


def arranged(cells: Places[Cell], sheet: str) -> Laid:
    """Cells by (row, column) as rows, and the strays; raises Unreadable as `gathered` does."""
    if len(cells) > MAX_FILLED:
        raise _too_much(sheet, f"超过 {MAX_FILLED // 10_000} 万个单元格")
    far = Far(sorted({row for row, _ in cells}), sorted({column for _, column in cells}))
    if not cells:
        return [], {}
    check_place(far.rows[-1], far.columns[-1], sheet)
    if far.rows[-1] * far.columns[-1] <= SPARSE_FROM:
        return _laid_out(cells, far.rows[-1], far.columns[-1])
    if far.last_row * far.last_column > MAX_BOX:
        raise _too_much(sheet, f"分散在 {far.rows[-1]} 行、{far.columns[-1]} 列之间")
    return _laid_out(cells, far.last_row, far.last_column)


def _laid_out(cells: Places[Cell], height: int, width: int) -> Laid:
    rows: list[list[Cell]] = [[None] * width for _ in range(height)]
    strays: dict[tuple[int, int], Cell] = {}
    for (row, column), value in cells.items():
        if row <= height and column <= width:
            rows[row - 1][column - 1] = value
        else:
            strays[row, column] = value
    return rows, strays
