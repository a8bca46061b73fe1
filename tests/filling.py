"""Fills in the program's own templates as a person would, cell by cell under the titles, and saves them by openpyxl.

openpyxl keeps no result of any formula: what comes back is like a workbook of a program that does not calculate.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from schemas.returns import BY_KEY, COVER, TABLES

_HEADER_ROW = 3
COVER_TITLES = COVER.titles
SHEET_NAMES = {sheet.key: sheet.name for sheet in TABLES}


class Form:
    """One workbook being filled in; sheets and columns go by what is printed on them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self._next_row: dict[str, int] = {}

    def cover(self, **values: object) -> "Form":
        """Write beside the labels of 封面; by title."""
        sheet = self.book["封面"]
        rows = {_plain(row[0].value): row[0].row for row in sheet.iter_rows(max_col=1, max_row=20)}
        for title, value in values.items():
            sheet.cell(rows[title], 2).value = value
        return self

    def add(self, sheet: str, **values: object) -> "Form":
        """Write one more entry below the last one of a sheet."""
        tab = self.book[sheet]
        row = self._next_row.get(sheet) or self._first_free_row(tab)
        self._write(tab, row, values)
        self._next_row[sheet] = row + 1
        return self

    def change(self, sheet: str, key: str, /, **values: object) -> "Form":
        """Overwrite cells of the one entry in which some cell reads `key`."""
        tab = self.book[sheet]
        rows = tab.iter_rows(min_row=_HEADER_ROW + 1)
        found = [row[0].row for row in rows if any(str(cell.value) == key for cell in row)]
        assert len(found) == 1, f"{sheet}: {key}: {found}"
        self._write(tab, found[0], values)
        return self

    def remove(self, sheet: str, key: str) -> "Form":
        """Clear the entry cells of the one entry in which some cell reads `key`."""
        titles = [title for title in _columns(self.book[sheet]) if title != "填报提示"]
        return self.change(sheet, key, **dict.fromkeys(titles))

    def save(self, folder: Path, name: str = "") -> Path:
        """Save as the unit sends it."""
        path = folder / (name or self.path.name)
        self.book.save(path)
        return path

    def _write(self, tab: Worksheet, row: int, values: Mapping[str, object]) -> None:
        columns = _columns(tab)
        for title, value in values.items():
            tab.cell(row, columns[title]).value = value

    def _first_free_row(self, tab: Worksheet) -> int:
        """The first row without an entry; the formulas of 填报提示 and the nine questions are none."""
        columns = [number for title, number in _columns(tab).items() if title not in ("填报提示", "序号", "自查内容")]
        row = _HEADER_ROW + 1
        while any(tab.cell(row, number).value is not None for number in columns):
            row += 1
        return row


def fill_in(form: Form, cover: Mapping[str, object], tables: Mapping[str, object]) -> Form:
    """Write the content of a sample return (by Column.name) into a blank template."""
    form.cover(**{COVER_TITLES[name]: value for name, value in cover.items() if not COVER.by_name[name].prefilled})
    for key, rows in tables.items():
        titles = BY_KEY[key].titles
        for row in rows:  # type: ignore[attr-defined]
            values = {titles[name]: value for name, value in row.items() if value is not None}
            if key == "self_check":
                values.pop(titles["question"])
                form.change(SHEET_NAMES[key], str(values.pop(titles["number"])), **values)
            else:
                form.add(SHEET_NAMES[key], **values)
    return form


def day(text: str) -> date:
    """A date: day("2023-07-18")."""
    return date.fromisoformat(text)


def _columns(tab: Worksheet) -> dict[str, int]:
    return {_plain(cell.value): cell.column for cell in tab[_HEADER_ROW] if cell.value is not None}


def _plain(title: object) -> str:
    return str(title or "").removeprefix("*")
