"""The long lists of the ledger: one table a sheet, rows traced to the return's copy in 来件/.

Columns for people to write in stay open when someone protects the sheet; print stops after them,
what follows (来源文件 …) is for tracing on the screen. Source: contract §8, 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import sheet_link, source_link
from pipeline.write.kit.limits import fitting
from pipeline.write.kit.table import Options, TableArea, write_table
from schemas.columns import Table
from schemas.tables import REMARK_NAMES

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.meeting import Meeting


#: Which rows of a frame a workbook holds: all of them, or, in a part of a long matrix, those of some units.
Keep = Callable[["pd.DataFrame"], "pd.DataFrame"]


def all_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """Every row."""
    return frame


@dataclass(frozen=True)
class Written:
    """One sheet that we write: its table, where its rows come from, and what stands there when it has none.

    Everything about a sheet is said here once: a workbook's tabs and their order, 说明, links and the state
    that is read back (`Table.read_back`) follow from the list of its records.
    """

    table: Table
    rows: Callable[[Meeting], pd.DataFrame]
    nothing: str = ""
    meaning: str = ""  # in 说明: what a row is
    options: Options = field(default_factory=Options)
    widths: Mapping[str, float] = field(default_factory=dict)  # of columns that differ from their declaration
    finish: Callable[[Page, Meeting, TableArea], None] | None = None  # adds below or over it once it stands
    #: Writes the sheet itself: (page, meeting, note, copies, keep); None where there is no row to lead to.
    own: Callable[[Page, Meeting, str, Mapping[str, str], Keep], Listed | None] | None = None


@dataclass(frozen=True)
class Listed:
    """A list that stands in the workbook: its area, and the frame whose rows it holds in order."""

    area: TableArea
    rows: pd.DataFrame

    @cached_property
    def _first_rows(self) -> dict[tuple[str, str], int]:
        """(unit, dimension) and (unit, "") → Excel row of the first such row."""
        dimensions = self.rows["dimension"] if "dimension" in self.rows else [""] * len(self.rows)
        found: dict[tuple[str, str], int] = {}
        units = self.rows["unit"] if "unit" in self.rows else [""] * len(self.rows)
        for number, key in enumerate(zip(units, dimensions, strict=True), self.area.first_row):
            found.setdefault(key, number)
            found.setdefault((key[0], ""), number)
        return found

    def link_to(self, unit: str, dimension: str = "") -> str | None:
        """The address of the first row of a unit (in a dimension, where given); None where it has none."""
        row = self._first_rows.get((unit, dimension))
        return sheet_link(self.area.sheet, f"A{row}") if row else None


def archives(meeting: Meeting) -> dict[str, str]:
    """Received file → name of its copy in 来件/; one entry an adopted file."""
    files = meeting.files
    if "archive" not in files:
        return {}
    return {str(file): str(name) for file, name in zip(files["file"], files["archive"], strict=True) if name}


def source_links(rows: pd.DataFrame, copies: Mapping[str, str], shown: Callable[[str], str] = str) -> list[str | None]:
    """For each row the address of its source row in 来件/; None for rows of an earlier period."""
    return place_links(zip(rows["file"], rows["sheet"], rows["row"], strict=True), copies, shown)


def place_links(
    cells: Iterable[tuple[Any, Any, Any]], copies: Mapping[str, str], shown: Callable[[str], str] = str, above: str = ""
) -> list[str | None]:
    """The same of (file, tab, row).

    shown: a text as it may stand in the workbook; a tab whose name may not is not led to, its file is; above: the
    way to the period's folder from that of the workbook.
    """
    return [
        source_link(copies[file], sheet if sheet and shown(sheet) == sheet else "", int(row or 0), above)
        if file in copies
        else None
        for file, sheet, row in cells
    ]


def narrowed(table: Table, widths: Mapping[str, float]) -> Table:
    """The table with other column widths than it was declared with."""
    return replace(table, columns=tuple(replace(c, width=widths.get(c.name, c.width)) for c in table.columns))


def write_list(
    page: Page,
    table: Table,
    frame: pd.DataFrame,
    *,
    note: str,
    nothing: str,
    copies: Mapping[str, str] | None = None,
    options: Options | None = None,
) -> Listed:
    """Write one list; `nothing` is the line that stands where there is no row.

    A list too long for a sheet is cut, with a line that says where the rest stands.
    """
    options = options or Options()
    rows, left_out = fitting(frame)
    if copies is not None and "file" in table.names:
        options = replace(options, links={**options.links, "file": source_links(rows, copies, page.shown)})
    options = replace(options, unlocked=[*options.unlocked, *(n for n in REMARK_NAMES if n in table.names)])
    area = write_table(page, table, rows, note=note, options=options)
    if not len(rows):
        page.put(area.first_row, 0, nothing, page.theme.style("note"))
    if left_out:
        page.put(area.last_row + 1, 0, left_out, page.theme.style("note"))
    return Listed(area, rows)
