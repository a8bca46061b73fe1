"""Reads written workbooks back as a test wants them: cells, validations, recalculated values."""

import shutil
import subprocess
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


def columns_of(sheet: Worksheet, header_row: int = 3) -> dict[str, int]:
    """Title without its star → column number."""
    cells = sheet[header_row]
    return {str(cell.value).lstrip("*"): cell.column for cell in cells if cell.value is not None}


def column_values(sheet: Worksheet, title: str, header_row: int = 3) -> list[object]:
    column = columns_of(sheet, header_row)[title]
    return [sheet.cell(row, column).value for row in range(header_row + 1, sheet.max_row + 1)]


def validation_of(sheet: Worksheet, title: str, row: int = 4):
    """The data validation at a cell, None where there is none."""
    cell = sheet.cell(row, columns_of(sheet)[title]).coordinate
    return next((v for v in sheet.data_validations.dataValidation if cell in v.sqref), None)


def options_of(sheet: Worksheet, title: str) -> list[str]:
    """What a dropdown offers, whether spelled out or listed on another sheet."""
    formula = validation_of(sheet, title).formula1
    if formula.startswith('"'):
        return formula.strip('"').split(",")
    name, cells = formula.split("!")
    listed = sheet.parent[name.strip("'")]
    return [row[0].value for row in listed[cells.replace("$", "")]]


def formulas_of(book: Workbook) -> dict[tuple[str, str], str]:
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def recalculated(path: Path, folder: Path, changes: dict[tuple[str, str], object] | None = None) -> Workbook:
    """The values that LibreOffice works out, after cells (sheet, address) were changed.

    openpyxl keeps no cached value, so that LibreOffice has to calculate every formula.
    """
    book = load_workbook(path)
    for (sheet, cell), value in (changes or {}).items():
        book[sheet][cell] = value
    plain = folder / "plain.xlsx"
    book.save(plain)
    return load_workbook(saved_by_office(folder, plain)[0], data_only=True)


def saved_by_office(folder: Path, *paths: Path) -> list[Path]:
    """Copies of workbooks as LibreOffice saves them, in `folder`."""
    out = folder / "out"
    profile = (folder / "profile").as_uri()
    command = ["soffice", f"-env:UserInstallation={profile}", "--headless", "--convert-to", "xlsx", "--outdir"]
    subprocess.run([*command, str(out), *map(str, paths)], check=True, capture_output=True, timeout=120)
    return [out / path.name for path in paths]


def same_value(left: object, right: object) -> bool:
    if isinstance(left, int | float) and isinstance(right, int | float):
        return abs(left - right) < 1e-9
    return (left or None) == (right or None)
