"""What passes from hop to hop: plain values and frames, no behaviour of their own.

Frames have object columns named as in `schemas`, blanks are None. Every frame that holds rows of a
return also has: `unit` (short name), `file`, `sheet` (tab as in the file), `row` (Excel row),
`layout` (index into `Intake.layouts`, −1 for carried rows) and `carried` ("" or "沿用上期").
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from pipeline.findings import Finding, Place

if TYPE_CHECKING:
    import pandas as pd

PROVENANCE = ("unit", "file", "sheet", "row", "layout", "carried")
CARRIED = "沿用上期"


@dataclass(frozen=True)
class Layout:
    """Where one table stands on one tab of one file: column name → letter, and its header row."""

    file: str
    sheet: str
    table: str  # Sheet.key
    header_row: int
    letters: Mapping[str, str]
    value_rows: Mapping[str, int] = field(default_factory=dict)  # vertical sheets: name → row of its value

    def place(self, unit: str, name: str, row: int, subject: str = "") -> Place:
        """The place of column `name` in Excel row `row`; without a letter, the row's place alone.

        A vertical sheet has no data rows: its places have a cell, and row 0.
        """
        cell_row = self.value_rows.get(name, row)
        letter = self.letters.get(name, "")
        cell = f"{letter}{cell_row}" if letter and cell_row else ""
        return Place(unit, self.file, self.sheet, cell, 0 if self.value_rows else row, self.table, subject)

    def header(self, unit: str, name: str, subject: str = "") -> Place:
        """The place of a column's header: where a finding stands that no single row is guilty of."""
        letter = self.letters.get(name, "")
        cell = f"{letter}{self.header_row}" if letter else ""
        return Place(unit, self.file, self.sheet, cell, 0, self.table, subject)


@dataclass(frozen=True)
class Intake:
    """What came in, cleaned and claimed: the result of the hops find and read.

    covers: one row = one adopted return, columns of COVER plus provenance and `sha256`.
    tables: Sheet.key → frame over all adopted returns of this period; one row = one data row.
    inspections, waivers: the office's own workbooks; one row = one entry (empty frames if absent).
    files: one row = one file received; `schemas.tables.FILES` columns plus sha256, size,
        received_at, filled_on, period, source (path, or zip path and member), archive (name in 来件/).
    set_aside: `schemas.tables.SET_ASIDE` columns.
    rows_read: file → non-empty data rows seen under a header.
    contents: file → its bytes, of adopted returns and of the office's own workbooks.
    """

    covers: "pd.DataFrame"
    tables: "Mapping[str, pd.DataFrame]"
    inspections: "pd.DataFrame"
    waivers: "pd.DataFrame"
    files: "pd.DataFrame"
    set_aside: "pd.DataFrame"
    rows_read: Mapping[str, int]
    layouts: tuple[Layout, ...]
    findings: tuple[Finding, ...]
    contents: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Previous:
    """What the latest earlier period left behind, read back from its own workbooks.

    covers, and of tables those of the returns: as last reported by every unit, carried rows included
        (provenance kept). tables: Table.key → every table that is read back, as it stood.
    matrix, unit_dimensions, history, findings, tracking: as declared in `schemas.tables`.
    ranking: one row = one unit; unit, rank (None: 不参评), score.
    remarks: one row = one remark of a person in the circulated ledger; sheet, key, label and the
        three columns of `schemas.tables.REMARK_NAMES`, and written_in (label of a period).
    notices: Chinese sentences about a damaged or hand-edited state, for 报送情况 and the summary.
    milestones: MILESTONES, when each unit had reached each 节点; None where that is not known.
    """

    period: int
    meeting: date
    covers: "pd.DataFrame"
    tables: "Mapping[str, pd.DataFrame]"
    matrix: "pd.DataFrame"
    unit_dimensions: "pd.DataFrame"
    history: "pd.DataFrame"
    ranking: "pd.DataFrame"
    findings: "pd.DataFrame"
    tracking: "pd.DataFrame"
    remarks: "pd.DataFrame"
    notices: tuple[str, ...] = ()
    milestones: "pd.DataFrame | None" = None


@dataclass(frozen=True)
class Merged:
    """All units' rows in force at this meeting: this period's returns, and 沿用上期 for the silent ones.

    covers: one row = one unit with a return in force; tables: Sheet.key → one row = one data row.
    Both with provenance; each frame has a fresh RangeIndex, ordered by unit (plan order), then as sent.
    """

    covers: "pd.DataFrame"
    tables: "Mapping[str, pd.DataFrame]"


@dataclass(frozen=True)
class FrontLine:
    """One line of 会前一页 and where it leads.

    It links to the first row of `sheet` (a sheet of the ledger workbook) whose 单位 is `unit` and,
    where given, whose 维度 is `dimension`; without a unit, to the top of that sheet.
    """

    section: str  # heading under which it stands, e.g. 新增红灯; lines come section by section
    text: str
    sheet: str = ""  # "": no link
    unit: str = ""
    dimension: str = ""


@dataclass(frozen=True)
class BriefingTable:
    """A small table inside the briefing; every cell is finished text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class BriefingSection:
    """One part of the briefing: its heading with number (一、总体情况), paragraphs, then a table."""

    heading: str
    paragraphs: tuple[str, ...]
    table: BriefingTable | None = None


@dataclass(frozen=True)
class Briefing:
    """工作简报 as finished Chinese text; a writer only sets it."""

    title: str  # name of the briefing, red and centred
    issue: str  # 第3期（总第3期）
    office: str  # left of the red line: who issues it
    issued_on: str  # right of it: 2023年4月14日
    sections: tuple[BriefingSection, ...]
    tail: tuple[str, ...]  # 报：… 送：… 发：… （共印…份）
