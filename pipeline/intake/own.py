"""Workbooks that we wrote ourselves, read back a sheet at a time.

What other people send goes through `open.py`. Ours may be far bigger than any return, and a part of
them is all that is wanted, so there is one check alone: that no sheet claims to be wider than a table
of ours, as one stray cell would make it. Anything that fails it goes the careful way after all.
"""

import re
import zipfile
from functools import cached_property
from io import BytesIO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from pipeline.intake.formats.cells import column_number, plain_rows
from pipeline.intake.open import open_book
from pipeline.intake.raw import Cell, RawBook
from pipeline.intake.unreadable import UNREADABLE_TAB, Unreadable

_WORKSHEET = "xl/worksheets/"
_DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+(?::([A-Z]+)([0-9]+))?"')
_HEAD_BYTES = 2048
_MOST_COLUMNS = 400
_MOST_CELLS = 100_000_000


class OwnBook:
    """One workbook; `names` are its sheets in order, hidden ones too."""

    def __init__(self, book: "CalamineWorkbook | RawBook", data: bytes = b"") -> None:
        self._book, self._data = book, data
        self.names: tuple[str, ...] = (
            tuple(sheet.name for sheet in book.sheets) if isinstance(book, RawBook) else tuple(book.sheet_names)
        )

    def rows(self, name: str) -> list[list[Cell]] | None:
        """The cells of a sheet, rows[0] being Excel row 1; None when there is no such sheet.

        Raises Unreadable when the sheet is damaged.
        """
        if name not in self.names:
            return None
        index = self.names.index(name)
        if isinstance(self._book, RawBook):
            return self._book.sheets[index].rows
        try:
            return _sharing(self._book.get_sheet_by_index(index))
        except Exception as error:
            raise Unreadable(UNREADABLE_TAB, sheet=name) from error

    def filled(self, name: str) -> list[list[Cell]]:
        """The same, in merged cells the value in each row that they reach over; [] when there is no such sheet."""
        rows = self.rows(name) or []
        for first, column, last in self._merged(name):
            value = rows[first][column] if first < len(rows) and column < len(rows[first]) else None
            for row in rows[first + 1 : last + 1] if value is not None else ():
                if column < len(row) and row[column] is None:
                    row[column] = value
        return rows

    def _merged(self, name: str) -> list[tuple[int, int, int]]:
        """First row, column, last row of what is merged over several rows; from 0."""
        index = self.names.index(name) if name in self.names else -1
        if index < 0:
            return []
        if isinstance(self._book, RawBook):
            areas = [(top - 1, left - 1, low - 1) for top, left, low, _ in self._book.sheets[index].merges]
        else:
            ranges = self._book.get_sheet_by_index(index).merged_cell_ranges or []
            areas = [(top, left, low) for (top, left), (low, _) in ranges]
        return [area for area in areas if area[2] > area[0]]

    def comments(self, name: str) -> dict[tuple[int, int], str]:
        """(row, column), from 1 → the comments on that cell; the careful way reads them, where there are any."""
        return self._comments.get(name, {})

    @cached_property
    def _comments(self) -> dict[str, dict[tuple[int, int], str]]:
        if not isinstance(self._book, RawBook) and not _has_comments(self._data):
            return {}
        book = self._book if isinstance(self._book, RawBook) else open_book(self._data)
        return {
            sheet.name: {at: "；".join(note.text for note in notes) for at, notes in sheet.comments.items()}
            for sheet in book.sheets
        }


def _has_comments(data: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return any("comment" in name.casefold() for name in archive.namelist())


def _sharing(sheet: CalamineSheet) -> list[list[Cell]]:
    """All rows from A1 on, equal texts as one object: a province's matrix would take gigabytes with one a cell."""
    known: dict[str, str] = {}
    left: list[Cell] = [None] * (sheet.start[1] if sheet.start else 0)
    rows = []
    for values in sheet.iter_rows():
        (row,) = plain_rows((values,))
        rows.append([*left, *(known.setdefault(cell, cell) if isinstance(cell, str) else cell for cell in row)])
    return rows


def open_own_book(data: bytes) -> OwnBook:
    """Open the bytes of a workbook of ours; raises Unreadable as `open_book` does."""
    if _is_ours(data):
        try:
            return OwnBook(CalamineWorkbook.from_filelike(BytesIO(data)), data)
        except CalamineError:
            pass  # the careful way knows how to say what is wrong
    return OwnBook(open_book(data))


def _is_ours(data: bytes) -> bool:
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            sheets = [name for name in archive.namelist() if name.startswith(_WORKSHEET) and name.endswith(".xml")]
            return bool(sheets) and all(_is_compact(archive, name) for name in sheets)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return False


def _is_compact(archive: zipfile.ZipFile, name: str) -> bool:
    with archive.open(name) as part:
        match = _DIMENSION.search(part.read(_HEAD_BYTES))
    if match is None:
        return False
    width, height = (column_number(match[1].decode()), int(match[2])) if match[1] else (1, 1)
    return width <= _MOST_COLUMNS and width * height <= _MOST_CELLS
