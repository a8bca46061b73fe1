"""The hop read: files received in, `Intake` out; one frame a sheet over all units.

Decided files become frames: one a sheet over all units, each row with its file, tab, row and layout.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipeline.findings import WARNING, Finding, Place, finding, rule
from pipeline.intake.claim import Claim, Closed, claim_all
from pipeline.intake.find import Received
from pipeline.intake.open import POOR_KINDS, open_book
from pipeline.intake.read import read_office, read_return
from pipeline.intake.reading import Reading, TableReading
from pipeline.intake.roster import Roster
from pipeline.intake.saved import last_saved
from pipeline.intake.sensitive import findings_about_text
from pipeline.intake.store import Content
from pipeline.intake.workers import Failure, map_files
from pipeline.records import PROVENANCE, Intake, Layout
from schemas.plan import Period, Plan
from schemas.private import fit_to_circulate
from schemas.returns import COVER, OFFICE, OFFICE_BOOKS, TABLES
from schemas.tables import FILES, SET_ASIDE
from schemas.words import Verdict

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.intake.cluster import Cluster


Row = tuple[object, ...]

#: Columns of `Intake.files` beyond those that are printed.
_STATED = ("filled_on", "period", "meeting", "of_another_period", "late", "kept")
_FILE_FACTS = ("sha256", "size", *_STATED, "archive")
_OFFICE = frozenset(sheet.key for sheet in OFFICE)
#: What Windows does not take in a name, names that are devices there, and the longest name of most file systems.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICE = re.compile("con|prn|aux|nul|com[0-9]|lpt[0-9]", re.IGNORECASE)
_LONGEST_BYTES, _LONGEST_SUFFIX = 200, 8
_COVER_NAMES = COVER.names[1:]  # the unit is known better than the cover spells it


@dataclass
class Frames:
    """Rows as they gather, file by file; `intake()` makes the frames once."""

    period: Period
    tables: dict[str, list[Row]] = field(default_factory=lambda: {s.key: [] for s in (*TABLES, *OFFICE)})
    covers: list[Row] = field(default_factory=list)
    files: list[Row] = field(default_factory=list)
    aside: list[Row] = field(default_factory=list)
    layouts: list[Layout] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows_read: dict[str, int] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    archives: set[str] = field(default_factory=set)

    def add(self, claim: Claim) -> None:
        """Take in one decided file: its line in the list of files and, when adopted, all it holds."""
        file, adopted = claim.received, claim.verdict is Verdict.ADOPTED
        archive = self._archive_name(claim) if adopted and file.content is not None else ""
        stated = (claim.filled_on, claim.period, claim.meeting, claim.of_another_period, claim.late, file.kept)
        facts = (file.sha256, file.size, *stated, archive)
        self.files.append((file.name, claim.unit, claim.verdict.value, claim.reason, *facts))
        self.findings.extend(claim.findings)
        if archive and file.content is not None:
            self.contents[file.name] = file.content
        if adopted and claim.reading:
            self._add_reading(claim, claim.reading)

    def _add_reading(self, claim: Claim, reading: Reading) -> None:
        name, unit = claim.received.name, claim.unit
        for blocks in reading.tables.values():
            for block in blocks:
                self._add_table(block, name, unit)
        if unit:
            self._add_cover(claim, reading)
        for entry in reading.set_aside:
            self.aside.append((unit, name, entry.sheet, entry.row, entry.reason, entry.text))
        for found in reading.findings:
            self.findings.append(replace(found, place=replace(found.place, unit=unit, file=name)))
        self.rows_read[name] = reading.rows_read

    def _add_table(self, block: TableReading, file: str, unit: str) -> None:
        number = self._layout(block.layout, file)
        tab = block.layout.sheet
        rows = self.tables[block.layout.table]
        # An entry of the office names its unit in a column of its own.
        whose = () if block.layout.table in _OFFICE else (unit,)
        rows.extend(
            (*whose, file, tab, row, number, "", *values)
            for row, values in zip(block.row_numbers, block.rows, strict=True)
        )

    def _add_cover(self, claim: Claim, reading: Reading) -> None:
        file = claim.received
        layout = reading.cover_layout or Layout(file.name, COVER.name, COVER.key, 0, {})
        number = self._layout(layout, file.name)
        values = (reading.cover.get(name) for name in _COVER_NAMES)
        self.covers.append((claim.unit, file.name, layout.sheet, 0, number, "", *values, file.sha256))

    def _layout(self, layout: Layout, file: str) -> int:
        self.layouts.append(replace(layout, file=file))
        return len(self.layouts) - 1

    def _archive_name(self, claim: Claim) -> str:
        """The copy's name in 来件/: the file's own, told apart by the unit where two files share it.

        What is circulated links to it, so that it holds no number of a person.
        """
        path = PurePosixPath(claim.received.name)
        shown = fit_to_circulate(path.stem, sign="x")
        name = _file_name(f"{shown}{path.suffix}")
        if name.casefold() in self.archives:
            name = _file_name(f"{claim.unit or len(self.archives)}_{name}")
        self.archives.add(name.casefold())
        return name

    def intake(self) -> Intake:
        """Everything that came in, as frames with object columns, blanks None."""
        tables = {sheet.key: _frame(self.tables[sheet.key], (*PROVENANCE, *sheet.names)) for sheet in TABLES}
        office = {sheet.key: _frame(self.tables[sheet.key], (*PROVENANCE[1:], *sheet.names)) for sheet in OFFICE}
        return Intake(
            covers=_frame(self.covers, (*PROVENANCE, *_COVER_NAMES, "sha256")),
            tables=tables,
            office=office,
            files=_frame(self.files, (*FILES.names, *_FILE_FACTS)),
            set_aside=_frame(self.aside, SET_ASIDE.names),
            rows_read=self.rows_read,
            layouts=tuple(self.layouts),
            findings=tuple(self.findings),
            contents=self.contents,
        )


def _file_name(name: str) -> str:
    """The same name as far as every system takes it: a member of an archive may be called anything, at any length."""
    stem, dot, suffix = _FORBIDDEN.sub("_", name).rstrip(". ").rpartition(".")
    if not stem or len(suffix) > _LONGEST_SUFFIX:
        stem, dot, suffix = f"{stem}{dot}{suffix}", "", ""
    room = _LONGEST_BYTES - len(f"{dot}{suffix}".encode())
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(". ")
    return f"{'_' if _DEVICE.fullmatch(stem) else ''}{stem or '来件'}{dot}{suffix}"


def _frame(rows: list[Row], names: Iterable[str]) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(rows, columns=list(names), dtype=object)


Progress = Callable[[int, int], None]

_OFFICE_BOOK = {book.file_name: book for book in OFFICE_BOOKS}


def take_in(
    received: Sequence[Received],
    plan: Plan,
    period: Period,
    *,
    workers: int,
    seen_before: Mapping[str, str] | None,
    closed: Closed | None = None,
    progress: Progress | None = None,
    verbose: bool = False,
    cluster: "Cluster | None" = None,
) -> Intake:
    """Open, read, clean and claim everything that was received; a bad file is a verdict, never an error.

    received: `find_files` of the inputs folder; seen_before: sha256 → label of the period in which
    these very bytes were used, None to take files of any period; closed: the meeting before, where it
    is closed; progress(done, total): called as files are read; cluster: other machines to read on. Raises MisuseError when they do not answer.
    """
    roster = Roster.of(plan)
    openable = [file for file in received if file.content is not None and not file.finding]
    read_one = partial(_read_one, roster=roster, year=period.meeting.year)
    tasks = [(file.content.path, file.name, file.office) for file in openable if file.content]
    if cluster:
        from pipeline.intake.cluster import map_on_cluster

        results = map_on_cluster(read_one, tasks, cluster, workers, progress=progress, verbose=verbose)
    else:
        results = map_files(read_one, tasks, workers, progress=progress, verbose=verbose)
    outcome = {file.name: result for file, result in zip(openable, results, strict=True)}
    returns = [(f, r) for f in openable if isinstance(r := outcome[f.name], Reading) and not f.office]
    current = None if seen_before is None else period
    claims = claim_all(returns, roster, plan.unit_by_id, current, seen_before or {}, closed)
    claimed = {claim.received.name: claim for claim in claims}
    passed_over = {file.name for file, _ in returns} - claimed.keys()
    decided = [
        claimed.get(file.name) or _unclaimed(file, outcome.get(file.name))
        for file in received
        if file.name not in passed_over
    ]
    frames = Frames(period)
    for claim in decided:
        frames.add(claim)
    faults = {name: end.detail for name, end in outcome.items() if isinstance(end, Failure) and end.ours}
    return replace(frames.intake(), faults=faults)


POOR_FORMAT = rule(
    "WJ-030",
    WARNING,
    title="不是规范的电子表格",
    problem="文件是{what}，内容已经读出，但日期、数字和编码可能与原表不同",
    remedy="请核对，并用 WPS 或 Excel 另存为 .xlsx 后报送",
    example="业务系统导出的网页格式 .xls",
)


def _read_one(task: tuple[Path | bytes, str, str], roster: Roster, year: int) -> Reading:
    """In a worker: one file, opened and read. The file name only says who 我局 is."""
    where, name, office = task
    data = where.read_bytes() if isinstance(where, Path) else where
    book = open_book(data)
    own = _OFFICE_BOOK.get(office)
    if own:
        reading = read_office(book, own.sheets, roster, year)
    else:
        whole = read_return(book, roster, year, roster.find_in(PurePosixPath(name).stem).unit)
        reading = replace(whole, saved=last_saved(data))
    said = list(findings_about_text(COVER, Place(), "文件名", name))
    if book.kind in POOR_KINDS:
        said.append(finding(POOR_FORMAT, Place(), name, what=POOR_KINDS[book.kind]))
    return replace(reading, findings=[*said, *reading.findings]) if said else reading


def _unclaimed(file: Received, outcome: Reading | Failure | None) -> Claim:
    """A file that is no unit's return: the office's own workbook, or one that was not or could not be read.

    Where a mistake of ours ended the reading it is 待认领: of the four verdicts the one that blames nobody, and
    that a person has to see to; its unit goes on with last period's rows.
    """
    if isinstance(outcome, Reading):
        return Claim(file, outcome, "", Verdict.ADOPTED, "专班办公室的工作簿")
    if isinstance(outcome, Failure):
        rule, words = outcome.rule, outcome.words
    elif file.finding:
        rule, words = file.finding
    else:
        return Claim(file, None, "", Verdict.ADOPTED, "专班办公室的工作簿")
    said = finding(rule, Place(file=file.name), file.name, **words)
    ours = isinstance(outcome, Failure) and outcome.ours
    return Claim(file, None, "", Verdict.UNCLAIMED if ours else Verdict.REJECTED, said.problem, (said,))
