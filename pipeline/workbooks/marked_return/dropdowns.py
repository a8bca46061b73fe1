"""Dropdowns that Excel keeps in an extension, which openpyxl drops: put back as ordinary ones.

When a return is saved by Excel, a list that stands on another sheet moves into the extension x14.
As an ordinary validation it works alike in Excel 2010 and later, WPS and LibreOffice.
"""

import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from openpyxl.worksheet.datavalidation import DataValidation

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_AREA_ELEMENT = b"sqref>"  # in an extension the cells are an element, elsewhere an attribute
_ATTRIBUTES = (
    *("type", "errorStyle", "imeMode", "operator", "allowBlank", "showDropDown"),
    *("showInputMessage", "showErrorMessage", "errorTitle", "error", "promptTitle", "prompt"),
)


def restore_dropdowns(book: "Workbook", original: bytes) -> None:
    """Add to the sheets of `book`, read from `original`, the validations that the reading lost."""
    with zipfile.ZipFile(BytesIO(original)) as archive:
        for title, part in _sheet_parts(archive):
            content = archive.read(part)
            if b"dataValidation" in content and _AREA_ELEMENT in content and title in book.sheetnames:
                for validation in _extended(content):
                    book[title].add_data_validation(validation)


def _sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's title and the name of its part."""
    relations = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    target = {entry.get("Id"): entry.get("Target", "") for entry in relations}
    names = set(archive.namelist())
    for sheet in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
        path = target.get(sheet.get(_LINK), "")
        part = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
        if part in names:
            yield sheet.get("name", ""), part


def _extended(content: bytes) -> Iterator[DataValidation]:
    for entry in ElementTree.fromstring(content).iter(f"{_X14}dataValidation"):
        ranges = entry.findtext(f"{_XM}sqref")
        if ranges:
            options = {name: entry.get(name) for name in _ATTRIBUTES if entry.get(name) is not None}
            formulas = {n: entry.findtext(f"{_X14}{n}/{_XM}f") for n in ("formula1", "formula2")}
            yield DataValidation(sqref=ranges, **options, **formulas)  # type: ignore[arg-type]  # as Excel wrote them
