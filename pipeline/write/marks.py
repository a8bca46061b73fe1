"""Marks on the cells of a unit's own return, and taking them off again when it comes back.

Our marks are a fill in one of three colours, comment lines that begin with 【级别 编号】 or 改法：,
and the sheet 退回清单, which keeps in a hidden column how each marked cell looked before. Nothing
else of the workbook is touched; what a person wrote into the same comment stays. Source:
contract §8, 4.

Dropdowns that Excel keeps in an extension, which openpyxl drops: put back as ordinary ones.

When a return is saved by Excel, a list that stands on another sheet moves into the extension x14.
As an ordinary validation it works alike in Excel 2010 and later, WPS and LibreOffice.
"""

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.findings import OUR_COMMENT_LINE
from pipeline.write.kit.measure import line_count
from schemas.words import Severity

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet


AUTHOR = "应进必进校验"
#: Colours that no palette offers by itself, so that a fill of ours is known again.
FILL_COLOUR = {Severity.ERROR: "FFFFC9C6", Severity.WARNING: "FFFFF0A5", Severity.NOTE: "FFD9E1EC"}
_COMMENT_WIDTH = 46  # half-width characters a line
_PIXELS_PER_CHARACTER = 6.6
_PIXELS_PER_LINE = 18
_GRAVITY = tuple(Severity)


@dataclass(frozen=True)
class Mark:
    """One finding as it is written onto a cell."""

    severity: Severity
    code: str
    problem: str
    remedy: str

    def lines(self) -> list[str]:
        """The two lines of the comment; white space is evened out, so that our lines can be told again."""
        return [f"【{self.severity} {self.code}】{_one_line(self.problem)}", f"改法：{_one_line(self.remedy)}"]


def _one_line(text: str) -> str:
    return " ".join(text.split())


def put_marks(sheet: "Worksheet", marks: Mapping[str, Sequence[Mark]]) -> "dict[str, StyleArray]":
    """Fill, comment and unlock the cells; `marks`: address → its findings, in order.

    Out: marked address → the style that the cell had, for the hidden column of 退回清单.
    """
    by_cell: dict[str, list[Mark]] = {}
    for address, found in marks.items():
        by_cell.setdefault(anchor(sheet, address), []).extend(found)
    styles = {}
    marked: dict[tuple[tuple[int, ...], Severity], StyleArray] = {}  # openpyxl takes its time to make a style
    for address, found in by_cell.items():
        cell = sheet[address]
        styles[address] = copy(cell._style)
        gravest = min((mark.severity for mark in found), key=_GRAVITY.index)
        look = tuple(cell._style or ()), gravest
        if look not in marked:
            cell.fill = PatternFill("solid", fgColor=FILL_COLOUR[gravest])
            cell.protection = Protection(locked=False, hidden=cell.protection.hidden)
            marked[look] = cell._style
        cell._style = copy(marked[look])
        _comment(cell, [line for mark in found for line in mark.lines()])
    return styles


def anchor(sheet: "Worksheet", address: str) -> str:
    """The address itself, or that of the upper left cell of the merged range it stands in."""
    if not isinstance(sheet[address], MergedCell):
        return address
    area = next(area for area in sheet.merged_cells.ranges if address in area)
    return f"{get_column_letter(area.min_col)}{area.min_row}"


def _comment(cell: "Cell", lines: list[str]) -> None:
    before = cell.comment
    theirs = before.text.splitlines() if before else []
    author = before.author if before and theirs else AUTHOR
    cell.comment = _fitted("\n".join([*theirs, *lines]), author)


def fit_comments(book: "Workbook") -> None:
    """Make every comment as large as its text needs: openpyxl forgets the sizes of those it read."""
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            if cell.comment:
                cell.comment = _fitted(cell.comment.text, cell.comment.author or "")


def _fitted(text: str, author: str) -> Comment:
    height = line_count(text, _COMMENT_WIDTH) * _PIXELS_PER_LINE + 12
    return Comment(text, author, height=height, width=int(_COMMENT_WIDTH * _PIXELS_PER_CHARACTER))


def take_off(book: "Workbook", looks: "Mapping[tuple[str, str], Cell]") -> None:
    """Remove our marks from every sheet; `looks`: (tab, address) → how the cell looked before."""
    ours = {
        number
        for number, fill in enumerate(book._fills)  # type: ignore[attr-defined]
        if fill.fill_type == "solid" and fill.fgColor.rgb in FILL_COLOUR.values()
    }
    for sheet in book.worksheets:
        for cell in _cells(sheet):
            if cell.comment:
                _uncomment(cell)
            if cell.has_style and cell._style.fillId in ours:  # type: ignore[attr-defined]  # a fifth of the time that the cell's own `fill` takes
                _unfill(cell, looks.get((sheet.title, cell.coordinate)))


def _cells(sheet: "Worksheet") -> "Iterable[Cell]":
    # Only the cells that exist: a stray one at XFD1048576 makes the sheet's own iterators go through them all.
    return [cell for cell in sheet._cells.values() if not isinstance(cell, MergedCell)]


def _uncomment(cell: "Cell") -> None:
    assert cell.comment is not None
    theirs = [line for line in cell.comment.text.splitlines() if not OUR_COMMENT_LINE.match(line)]
    kept = "\n".join(theirs).strip("\n")
    cell.comment = _fitted(kept, cell.comment.author or "") if kept else None


def _unfill(cell: "Cell", look: "Cell | None") -> None:
    if look is None:
        cell.fill = PatternFill()
        return
    cell.fill = copy(look.fill)  # type: ignore[assignment]  # the copy of a style proxy is the style itself
    cell.protection = copy(look.protection)  # type: ignore[assignment]


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
