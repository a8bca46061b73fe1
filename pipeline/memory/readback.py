"""Our own tables read back from a workbook we wrote, by their declarations (contract §8).

A person may have opened the workbook, moved columns, filtered or corrected cells: sheets go by
their names, columns by their titles, cells by what the column declares.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import pandas as pd

from schemas.columns import Kind, Table

if TYPE_CHECKING:
    from pipeline.intake.own import OwnBook


_HEADER_WITHIN_ROWS = 15


def find_header(
    rows: Sequence[Sequence[object]], titles: Mapping[str, str], at_least: int
) -> tuple[int, dict[str, int]]:
    """The row among the first 15 that holds most of `titles` (name → title), and name → column index.

    (−1, {}) when no row holds at least `at_least` of them.
    """
    best: tuple[int, dict[str, int]] = (-1, {})
    for number, row in enumerate(rows[:_HEADER_WITHIN_ROWS]):
        places: dict[str, int] = {}
        for position, cell in enumerate(row):
            places.setdefault(plain_title(cell), position)
        found = {name: places[title] for name, title in titles.items() if title in places}
        if len(found) >= at_least and len(found) > len(best[1]):
            best = number, found
    return best


def plain_title(cell: object) -> str:
    """A header cell without white space and the mark of a required column; "" for no text."""
    return "".join(cell.split()).lstrip("*") if isinstance(cell, str) else ""


@dataclass(frozen=True)
class ReadTable:
    """A table as read: its rows, and the columns (name → title) that its sheet lacks: deleted, or not there yet."""

    rows: pd.DataFrame
    missing: Mapping[str, str]


def read_table(book: "OwnBook", table: Table) -> ReadTable | None:
    """The rows of `table` in a workbook of ours; None when its sheet or its header row is not there.

    Out: one row = one data row, columns of the declaration, object dtype, blanks None; a column that
    is missing is blank. A row with a single filled cell is a note, not data. Raises Unreadable.
    """
    rows = book.rows(table.name)
    if rows is None:
        return None
    header, places = find_header(rows, table.titles, at_least=(len(table.columns) + 1) // 2)
    if header < 0:
        return None
    missing = {column.name: column.title for column in table.columns if column.name not in places}
    return ReadTable(_frame(rows, header, places, table), missing)


def _frame(cells: Sequence[Sequence[object]], header: int, places: Mapping[str, int], table: Table) -> pd.DataFrame:
    known = sorted(places.values())
    width = known[-1] + 1
    rows = [row if len(row) >= width else [*row, *[None] * (width - len(row))] for row in cells[header + 1 :]]
    rows = [row for row in rows if _is_data(row, known)]
    blank = [None] * len(rows)
    columns = {
        column.name: _column(rows, places[column.name], column.kind) if column.name in places else blank
        for column in table.columns
    }
    return pd.DataFrame(columns, dtype=object, columns=list(table.names))


def _is_data(row: Sequence[object], known: Sequence[int]) -> bool:
    """Whether at least two of the known cells are filled; most rows show it in the first ones."""
    filled = 0
    for position in known:
        filled += row[position] not in (None, "")
        if filled > 1:
            return True
    return False


def _column(rows: Sequence[Sequence[object]], position: int, kind: Kind) -> list[object]:
    convert = _CONVERTER.get(kind, _text)
    if convert is _text:  # nearly all cells are text already
        return [cell if type(cell := row[position]) is str and cell else convert(cell) for row in rows]
    return [None if (cell := row[position]) is None else convert(cell) for row in rows]


def empty(table: Table) -> pd.DataFrame:
    """No row of `table`."""
    return pd.DataFrame({name: [] for name in table.names}, dtype=object)


def _text(value: object) -> object:
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _date(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, str) and len(value) == len("2023-04-14"):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return None if value == "" else value


def _integer(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return None if value == "" else value


def _number(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return None if value == "" else value


_CONVERTER: dict[Kind, Callable[[object], object]] = {
    Kind.DATE: _date,
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.PERCENT: _number,
}
