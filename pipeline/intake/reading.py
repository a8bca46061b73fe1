"""What reading one workbook gives: cleaned rows with their addresses, and everything left out, with reasons.

Plain picklable values: made in worker processes. Findings and layouts do not know the file yet;
`collect` fills in file and unit once it is known whose file it is.
"""

from dataclasses import dataclass, field
from itertools import chain

from pipeline.findings import Finding
from pipeline.records import Layout

#: Reason of a row that says that there is nothing to report in its table.
NOTHING_TO_REPORT = "说明本表没有内容（零报告）"


@dataclass(frozen=True, slots=True)
class SetAside:
    """One non-empty row under a header that is in no table. sheet: the tab; row: in Excel."""

    sheet: str
    row: int
    reason: str
    text: str
    table: str = ""  # Sheet.key of the header above it


@dataclass(frozen=True, slots=True)
class TableReading:
    """One table found on one tab. names: all columns of its sheet; a column without a header is all None."""

    layout: Layout
    names: tuple[str, ...]
    row_numbers: list[int]  # Excel rows, as long as `rows`
    rows: list[tuple[object, ...]]


@dataclass(frozen=True)
class Reading:
    """One workbook, read.

    cover: Column.name → cleaned value, all columns of COVER. hidden: label → value of the sheet `_模板`.
    tables: Sheet.key → its tables, in the order found. own_output: which of the pipeline's own
    workbooks it is, None for a return. saved: when the file says that it was last saved (`saved.last_saved`).
    """

    cover: dict[str, object] = field(default_factory=dict)
    cover_layout: Layout | None = None
    hidden: dict[str, str] = field(default_factory=dict)
    tables: dict[str, list[TableReading]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    set_aside: list[SetAside] = field(default_factory=list)
    own_output: str | None = None
    saved: str = ""

    @property
    def rows_read(self) -> int:
        """Non-empty rows under a header: those in tables and those set aside."""
        return sum(len(table.rows) for table in chain(*self.tables.values())) + len(self.set_aside)
