"""The first sheet of a marked return: what is wrong, where, and how to put it right.

A row of it = equal findings of one column (F5:F19), gravest first; the row links to its cell.

4-退回修改/退回清单.xlsx: every finding of every unit, one a row, for the office.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from pipeline.findings import how_many
from pipeline.records import Hint
from pipeline.write.kit.document import document, file_link
from pipeline.write.kit.measure import line_count
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options
from pipeline.write.kit.theme import BODY_FONT, HEADER_FILL, HEADER_FONT, TITLE_FONT
from pipeline.write.lists import narrowed, write_list
from pipeline.write.marks import FILL_COLOUR
from schemas.tables import FINDINGS
from schemas.words import Severity

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.cell import Cell
    from openpyxl.styles.cell_style import StyleArray
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

    from pipeline.meeting import Meeting


HEADER_ROW = 4
_TITLES = tuple(column.title for column in FINDINGS.columns)
_WIDTHS = (17, 20, 9, 12, 7, 9, 38, 17, 38)  # narrower than in the list of all units: one page wide
_MEMORY = len(_TITLES) + 2  # the hidden column that keeps the styles of marked cells
_MEMORY_TITLE = "原样式"
_LINE_POINTS = 15.5
_THIN = Side("thin", color="FFB8B8B8")
_CENTRED = ("sheet", "cell", "severity", "code")
#: How a cell looks → its style, made once: openpyxl takes its time to make one.
Looks: TypeAlias = "dict[tuple[tuple[int, ...], bool, bool, str], StyleArray]"


@dataclass(frozen=True)
class Line:
    """One row of the list; `link` is the internal target, "" where there is nothing to jump to."""

    texts: Mapping[str, str]  # column name of FINDINGS → text
    severity: Severity
    link: str = ""


def find_list(meeting: Workbook) -> Worksheet | None:
    """Our own 退回清单 in a workbook that comes back, told by its header row; None where there is none."""
    for sheet in meeting.worksheets:
        if sheet.title.startswith(FINDINGS.name):
            header = tuple(sheet.cell(HEADER_ROW, index).value for index in range(1, len(_TITLES) + 1))
            if header == _TITLES:
                return sheet
    return None


def remembered(sheet: Worksheet) -> dict[tuple[str, str], Cell]:
    """(tab, address) → the cell of the hidden column that has the style which the marked cell had."""
    found = {}
    for row in range(HEADER_ROW + 1, sheet.max_row + 1):
        cell = sheet.cell(row, _MEMORY)
        if isinstance(cell.value, str) and "!" in cell.value:
            tab, _, address = cell.value.rpartition("!")
            found[tab, address] = cell
    return found


def add_list(
    meeting: Workbook,
    head: Sequence[str],
    lines: Sequence[Line],
    styles: Mapping[tuple[str, str], StyleArray],
    hints: Sequence[Hint] = (),
) -> None:
    """Put the list before all other sheets. `head`: the two lines under the title; `styles`: what was there before.

    hints: what raises the score most, below the list.
    """
    sheet = meeting.create_sheet(FINDINGS.name, 0)
    _write_head(sheet, head)
    looks: Looks = {}
    for row, line in enumerate(lines, HEADER_ROW + 1):
        _write_line(sheet, row, line, looks)
    _remember(sheet, styles)
    last_row = HEADER_ROW + max(len(lines), 1)
    _set_up(sheet, last_row)
    _write_hints(sheet, last_row + 2, hints)
    for other in meeting.worksheets:  # two selected sheets would both take what is typed into one
        other.sheet_view.tabSelected = other is sheet
    meeting.active = 0


def _write_head(sheet: Worksheet, head: Sequence[str]) -> None:
    last = get_column_letter(len(_TITLES))
    room = sum(_WIDTHS)
    for row, text in enumerate((FINDINGS.title, *head), 1):
        sheet.merge_cells(f"A{row}:{last}{row}")
        cell = _text(sheet, row, 1, text)
        cell.font = Font(name=TITLE_FONT, size=20) if row == 1 else Font(name=BODY_FONT, size=10)
        cell.alignment = Alignment("center" if row == 1 else "left", "center", wrap_text=row > 1)
        sheet.row_dimensions[row].height = 34 if row == 1 else line_count(text, room) * _LINE_POINTS + 4
    for index, title in enumerate(_TITLES, 1):
        cell = _text(sheet, HEADER_ROW, index, title)
        cell.font = Font(name=HEADER_FONT, size=10.5)
        cell.fill = PatternFill("solid", fgColor=HEADER_FILL.replace("#", "FF"))
        cell.alignment = Alignment("center", "center", wrap_text=True)
        cell.border = Border(_THIN, _THIN, _THIN, _THIN)
    sheet.row_dimensions[HEADER_ROW].height = 22


def _write_line(sheet: Worksheet, row: int, line: Line, looks: Looks) -> None:
    height = 1
    for index, (column, width) in enumerate(zip(FINDINGS.columns, _WIDTHS, strict=True), 1):
        text = line.texts[column.name]
        cell = _text(sheet, row, index, text)
        height = max(height, line_count(text, width))
        leads = bool(line.link) and column.name == ("cell" if line.texts["cell"] else "sheet")
        if leads:
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=line.link, tooltip="点这里跳到该格")
        colour = FILL_COLOUR[line.severity] if column.name == "severity" else ""
        look = tuple(cell._style), column.name in _CENTRED, leads, colour  # type: ignore[attr-defined]
        if look not in looks:
            _dress(cell, column.name in _CENTRED, leads, colour)
            looks[look] = cell._style  # type: ignore[attr-defined]
        cell._style = copy(looks[look])  # type: ignore[attr-defined]
    sheet.row_dimensions[row].height = min(height * _LINE_POINTS + 4, 400)


def _write_hints(sheet: Worksheet, row: int, hints: Sequence[Hint]) -> None:
    """Below the list and apart from it: what raises the score most, each line leading to its row."""
    last = get_column_letter(len(_TITLES))
    for at, hint in enumerate((Hint(_HINTS), *hints) if hints else (), row):
        sheet.merge_cells(f"A{at}:B{at}")
        sheet.merge_cells(f"C{at}:{last}{at}")
        where = f"{hint.sheet} 第 {hint.row} 行" if hint.sheet else ""
        place, words = _text(sheet, at, 1, hint.text if at == row else where), _text(sheet, at, 3, hint.text)
        if at == row:
            words.value = None
        if hint.sheet:
            quoted = hint.sheet.replace("'", "''")
            place.hyperlink = Hyperlink(
                ref=place.coordinate, location=f"'{quoted}'!A{hint.row}", tooltip="点这里跳到该行"
            )
        _dress(place, False, bool(hint.sheet), "")
        _dress(words, False, False, "")
        height = line_count(hint.text, sum(_WIDTHS[2:]))
        sheet.row_dimensions[at].height = min(height * _LINE_POINTS + 4, 400)
    if hints:
        sheet.print_area = f"A1:{last}{row + len(hints)}"


_HINTS = "做什么最能提分（其他单位不变）"


def _dress(cell: Cell, centred: bool, leads: bool, colour: str) -> None:
    plain, link = Font(name=BODY_FONT, size=10), Font(name=BODY_FONT, size=10, color="FF0563C1", underline="single")
    cell.font = link if leads else plain
    cell.alignment = Alignment("center" if centred else "left", "center", wrap_text=True)
    cell.border = Border(_THIN, _THIN, _THIN, _THIN)
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)


def _text(sheet: Worksheet, row: int, index: int, text: str) -> Cell:
    """Write text that stays text, also when it begins with = or reads #N/A."""
    cell: Cell = sheet.cell(row, index)  # type: ignore[assignment]  # nothing is merged where we write
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32_000]
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text[:1] in ("=", "+", "-", "@")
    return cell


def _remember(sheet: Worksheet, styles: Mapping[tuple[str, str], StyleArray]) -> None:
    _text(sheet, HEADER_ROW, _MEMORY, _MEMORY_TITLE)
    for row, ((tab, address), style) in enumerate(styles.items(), HEADER_ROW + 1):
        cell = _text(sheet, row, _MEMORY, f"{tab}!{address}")
        cell._style = copy(style)  # type: ignore[attr-defined]
    sheet.column_dimensions[get_column_letter(_MEMORY)].hidden = True


def _set_up(sheet: Worksheet, last_row: int) -> None:
    last = get_column_letter(len(_TITLES))
    for index, width in enumerate(_WIDTHS, 1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.auto_filter.ref = f"A{HEADER_ROW}:{last}{last_row}"
    sheet.freeze_panes = f"A{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.print_area = f"A1:{last}{last_row}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.75
    sheet.page_margins.header = sheet.page_margins.footer = 0.3
    sheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart("第 &P 页 共 &N 页"))
    sheet.sheet_properties.tabColor = "FFC00000"
    sheet.sheet_view.showGridLines = False


def write_returned_list(path: Path, meeting: Meeting) -> None:
    """Write the list beside the marked copies, which must stand there already: its 文件 links to them."""
    findings = meeting.findings
    counts = "、".join(f"{severity} {how_many(findings, severity)} 处" for severity in Severity)
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　{counts}　点“文件”打开标注过的来件"
    options = Options(words=("severity",), links={"file": _copies(path.parent, findings)}, landscape=True)
    author, day, guard = meeting.plan.office.name, meeting.period.meeting, Guard(meeting.plan)
    with document(path, title=FINDINGS.title, created=day, author=author, guard=guard) as doc:
        table = narrowed(FINDINGS, {"file": 48})  # LibreOffice does not break a link over lines
        write_list(doc.sheet(FINDINGS.name), table, findings, note=note, nothing="没有校验问题。", options=options)


def _copies(folder: Path, findings: pd.DataFrame) -> list[str | None]:
    """For each finding the address of its unit's marked copy, None where there is none."""
    copies = {unit: f"{unit}_退回.xlsx" for unit in dict.fromkeys(findings["unit"]) if unit}
    there = {unit: file_link(name) for unit, name in copies.items() if (folder / name).exists()}
    return [there.get(unit) for unit in findings["unit"]]
