"""What passes from hop to hop: plain values and frames, no behaviour of their own.

Frames have object columns named as in `schemas`, blanks are None. Every frame that holds rows of a
return also has: `unit` (short name), `file`, `sheet` (tab as in the file), `row` (Excel row),
`layout` (index into `Intake.layouts`, −1 for carried rows) and `carried` ("", "沿用上期" or "漏报").

What a command was asked to do.
"""

import os
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.findings import Finding, Place

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.intake.store import Content

PROVENANCE = ("unit", "file", "sheet", "row", "layout", "carried")
CARRIED = "沿用上期"
#: An item in force, or a task or problem not done, that a return leaves out (contract §5).
MISSING = "漏报"


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
    office: Sheet.key → the entries of the office's own workbooks; one row = one entry (empty frames if absent).
    files: one row = one file received; `schemas.tables.FILES` columns plus sha256, size,
        what it states (filled_on, period, meeting), of_another_period, late (sent for the meeting before,
        which was closed), kept (from 来件 of the run that is replaced), archive (name in 来件/).
    set_aside: `schemas.tables.SET_ASIDE` columns.
    rows_read: file → non-empty data rows seen under a header.
    contents: file → its bytes on disk, of adopted returns and of the office's own workbooks.
    faults: file → traceback, where a mistake of this program ended the reading.
    """

    covers: "pd.DataFrame"
    tables: "Mapping[str, pd.DataFrame]"
    office: "Mapping[str, pd.DataFrame]"
    files: "pd.DataFrame"
    set_aside: "pd.DataFrame"
    rows_read: Mapping[str, int]
    layouts: tuple[Layout, ...]
    findings: tuple[Finding, ...]
    contents: "Mapping[str, Content]" = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """The office's own entries that are known from before; Sheet.key → one row = one entry, columns of KEPT.

    replaced: those of the run that this one replaces; earlier: those of the latest earlier period; since: its meeting.
    """

    replaced: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    earlier: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    since: date | None = None


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
    office: Sheet.key → the office's own entries that it knew, columns of `schemas.tables.KEPT`.
    record: digest of its 运行记录.json, the link of the chain; "" where it has none.
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
    office: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    record: str = ""


@dataclass(frozen=True)
class Replaced:
    """What the run said whose folder this one replaces, for comparing.

    history: its HISTORY rows of this meeting; differences: its own RERUN, what it had changed itself; closed: the
    meeting is over (contract §9). doubt: why its workbook could not be read, the frames are empty then.
    """

    history: "pd.DataFrame"
    differences: "pd.DataFrame"
    closed: bool = False
    doubt: str = ""


@dataclass(frozen=True)
class Merged:
    """All units' rows in force at this meeting: this period's returns with what they leave out, and 沿用上期.

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
class Hint:
    """One step that raises the score, in words, and the row of a workbook where it is taken ("" and 0: none)."""

    text: str
    sheet: str = ""
    row: int = 0


@dataclass(frozen=True)
class PaperTable:
    """A table inside a paper; every cell is finished text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class PaperSection:
    """One part of a paper: its heading with number (一、总体情况; "" for none), paragraphs, a table, lines to sign on."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    table: PaperTable | None = None
    to_sign: tuple[str, ...] = ()


@dataclass(frozen=True)
class Paper:
    """An official paper as finished Chinese text; a writer only sets it. What is "" or () is left out."""

    sections: tuple[PaperSection, ...]
    masthead: str = ""  # red and centred above the red line
    issue: str = ""  # under it: 第3期（总第3期）, or the 文号
    office: str = ""  # who issues it: left of the red line, where `issued_on` stands right of it
    issued_on: str = ""
    title: str = ""  # under the red line
    subtitle: str = ""
    addressed: str = ""  # 主送：各成员单位：
    signed: tuple[str, ...] = ()  # at the right below the text: who, and when
    tail: tuple[str, ...] = ()  # 报：… 送：… 发：… （共印…份）

    @property
    def name(self) -> str:
        """What the file is called in its properties."""
        return self.title or f"{self.masthead}{self.issue}"


class MisuseError(Exception):
    """Asked for something that cannot be done; the message is one Chinese line. Exit code 2."""


#: Year, month and day with anything people put between them, or eight digits.
_DATE = re.compile(r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})|([0-9]{2})([0-9]{2}))[日号]?")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | {ord("。"): ".", ord("、"): ".", ord("·"): "."}


def meeting_date(text: str) -> date | None:
    """A day as people type it: 2023-04-14, 2023/4/14, 2023.4.14, 20230414, 2023年4月14日 (contract §9).

    Full-width characters and stray spaces are allowed, as is 日 or 号 at the end; None for anything else.
    """
    shown = unicodedata.normalize("NFKC", text).translate(_DASHES)
    match = _DATE.fullmatch("".join(sign for sign in shown if unicodedata.category(sign)[0] not in "ZC"))
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError:  # 2023-02-30
        return None


@dataclass(frozen=True)
class Settings:
    """One run: the meeting date, the two folders, how many processes read, and on which cluster ("": on none)."""

    meeting: date
    inputs: Path
    outputs: Path
    workers: int
    engine: str = ""  # dask://HOST:PORT
    verbose: bool = False  # leave the workers' own noise on the terminal
    anyway: bool = False  # run also when the returns are of another meeting

    @property
    def command(self) -> str:
        """The main job as it stands in 运行日志.txt."""
        return f"run --meeting {self.meeting}{' --anyway' if self.anyway else ''}"

    @classmethod
    def of(
        cls,
        meeting: date | None,
        inputs: Path,
        outputs: Path,
        workers: int | None = None,
        engine: str = "",
        verbose: bool = False,
        anyway: bool = False,
    ) -> "Settings":
        """Fill in the defaults: today, and one process a processor."""
        return cls(meeting or date.today(), inputs, outputs, workers or os.cpu_count() or 1, engine, verbose, anyway)


@dataclass(frozen=True)
class Published:
    """Where the folder is, whether that is not where it belongs (`beside`), whether it was left as it stood (`unchanged`).

    let_go: names of replaced results that are kept no longer.
    """

    folder: Path
    beside: bool = False
    unchanged: bool = False
    let_go: tuple[str, ...] = ()
