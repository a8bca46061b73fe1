"""The plan in force: what was in force before, and over it the office's own 工作方案.xlsx (contract §3).

Before is the plan of the run that this one replaces, else of the latest earlier meeting, as workbook 1
keeps it, else the shipped default. 工作方案.xlsx is read and checked like a return; a plan that is half
right is not run on at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import pandas as pd

from pipeline.checks.rows import reported
from pipeline.checks.shape import check_shape
from pipeline.findings import Finding, Place, finding
from pipeline.intake.find import Received, find_files
from pipeline.intake.open import RawBook, open_book
from pipeline.intake.read import read_office
from pipeline.intake.reading import Reading
from pipeline.intake.roster import Roster
from pipeline.intake.unreadable import ARCHIVE_IN_ARCHIVE, Unreadable
from pipeline.judge.item_changes import confirmed_changes
from pipeline.judge.plan_changes import PlanBefore
from pipeline.memory.folders import latest_first, periods_in
from pipeline.memory.kept_plan import KeptPlan, kept_plan, matrix_of
from pipeline.memory.lineage import lineage
from pipeline.records import MISSING, PROVENANCE, MisuseError
from pipeline.write.office import write_plan_book
from schemas.columns import Sheet
from schemas.plan import ItemChange, Plan, PlanError, load_plan
from schemas.plan_sheets import FILE_NAME, SHEETS, plan_tables
from schemas.unit_changes import plan_at
from schemas.words import ItemChangeKind, Severity


@dataclass(frozen=True)
class PlanInForce:
    """The plan of one meeting.

    plan: as it applies on the day. book: as the office wrote it, whatever the day: what is kept, and edited.
    reading: the units whose files may come, those that were merged beside the one that they became.
    last: what the latest earlier meeting went by; None for a first one. kept: that and the run that is replaced.
    """

    plan: Plan
    book: Plan
    reading: Plan
    last: KeptPlan | None
    day: date
    notices: tuple[str, ...] = ()
    kept: tuple[KeptPlan, ...] = ()

    @property
    def before(self) -> PlanBefore | None:
        """What 口径变化 compares with."""
        last = self.last
        return PlanBefore(last.label, last.meeting, last.plan, last.yardstick) if last else None

    @cached_property
    def named(self) -> Callable[[object], object]:
        """What a unit of the latest earlier meeting is called now."""
        return lineage(self.last, self.book, self.plan, self.day).named


def plan_in_force(received: Sequence[Received], outputs: Path, meeting: date) -> PlanInForce:
    """The plan for a meeting with the files `received`, on top of what lies under `outputs`.

    Raises PlanError when there are two 工作方案.xlsx, when it cannot be opened, when a cell is wrong
    (each named with sheet and cell), or when its parts contradict each other.
    """
    notices: list[str] = []
    replaced = kept_plan(periods_in(outputs).of(meeting), notices)
    last = kept_plan(latest_first(outputs, meeting), notices)
    kept = [found for found in (replaced, last) if found]
    before = next((found for found in kept if found.plan), kept[0] if kept else None)
    book = _on_top(received, before, meeting)
    return PlanInForce(
        plan_at(book, meeting), book, plan_at(book, meeting, apart=True), last, meeting, tuple(notices), tuple(kept)
    )


def read_plan(received: Sequence[Received]) -> Plan:
    """The shipped plan with the 工作方案.xlsx among the files over it, as for an office without a past."""
    return _on_top(received, None, date.min)


def _on_top(received: Sequence[Received], before: KeptPlan | None, meeting: date) -> Plan:
    base = before.plan if before and before.plan else load_plan()
    found = [file for file in received if file.office == FILE_NAME]
    if not found:
        return base
    if len(found) > 1:
        raise PlanError(f"来件文件夹里有 {len(found)} 份工作方案（{'、'.join(f.name for f in found)}），请只留一份。")
    rows = _rows(_opened(found[0]), base)
    if before is None:
        return load_plan(plan_tables(rows, base))
    day = before.meeting if meeting == date.max else meeting  # `yjbj plan` is of no meeting
    return load_plan(plan_tables(rows, base, day, None if before.plan else before.units))


def _opened(file: Received) -> RawBook:
    try:
        if file.content is None:
            rule, words = file.finding or (ARCHIVE_IN_ARCHIVE, {})
            raise Unreadable(rule, **words)
        return open_book(file.content.read())
    except Unreadable as error:
        said = finding(error.rule, Place(file=file.name), file.name, **error.words)
        raise PlanError(f"{file.name} 不能采用：{said.problem}。{said.remedy}。") from error


def _rows(book: RawBook, defaults: Plan) -> dict[str, list[dict[str, object]]]:
    """Sheet.key → its rows by Column.name; PlanError when any cell is wrong, or a tab is none of the plan's."""
    _refuse_strange_tabs(book)
    rows: dict[str, list[dict[str, object]]] = {}
    wrong: list[Finding] = []
    for sheet in SHEETS:
        tabs = [raw for raw in book.sheets if raw.name.strip() == sheet.name]
        if not tabs:
            continue  # left out: the defaults stand
        reading = read_office(replace(book, sheets=tabs), (sheet,), Roster.of(defaults), defaults.start.year)
        rows[sheet.key], found = _checked(sheet, reading)
        wrong += [entry for entry in found if entry.severity is Severity.ERROR]
    if wrong:
        raise PlanError("\n".join(_line(entry) for entry in wrong))
    return rows


def _refuse_strange_tabs(book: RawBook) -> None:
    """A table under another name would be passed over, and the defaults would stand without a word."""
    known = {sheet.name for sheet in SHEETS}
    names = [raw.name.strip() for raw in book.sheets if raw.visible and any(map(any, raw.rows))]
    strange = [name for name in names if name not in known]
    if strange or not names:
        found = f"有认不出的表“{'”“'.join(strange)}”" if strange else "是空的"
        raise PlanError(
            f"{FILE_NAME} {found}；表名只能是：{'、'.join(sheet.name for sheet in SHEETS)}，请改正后再运行。"
        )


def _checked(sheet: Sheet, reading: Reading) -> tuple[list[dict[str, object]], list[Finding]]:
    blocks = reading.tables.get(sheet.key, [])
    sender = () if "unit" in sheet.by_name else ("",)  # no unit sent this; some sheets have a column 单位
    lines = [
        (*sender, FILE_NAME, block.layout.sheet, row, number, "", *values)
        for number, block in enumerate(blocks)
        for row, values in zip(block.row_numbers, block.rows, strict=True)
    ]
    frame = pd.DataFrame(lines, columns=[*PROVENANCE[1 - len(sender) :], *sheet.names], dtype=object)
    layouts = [block.layout for block in blocks]
    _, found = check_shape(sheet, frame, layouts, reported(reading.findings))
    rows = frame[list(sheet.names)].to_dict("records")
    return rows, [*reading.findings, *found]  # type: ignore[return-value]


def _line(entry: Finding) -> str:
    where = f"“{entry.place.sheet}”表 {entry.place.cell}".rstrip()
    return f"{FILE_NAME}{where}：{entry.problem}。{entry.remedy}。"


def plan_for(inputs: Path, outputs: Path, meeting: date) -> PlanInForce:
    """The plan of a meeting where there is perhaps no inputs folder; raises PlanError."""
    return plan_in_force(find_files(inputs) if inputs.is_dir() else [], outputs, meeting)


def plan_in(inputs: Path) -> Plan:
    """The plan of an office without a past, where there is perhaps no inputs folder; raises PlanError."""
    return read_plan(find_files(inputs) if inputs.is_dir() else [])


def _missing_items(plan: Plan, outputs: Path) -> list[ItemChange]:
    """What is 漏报 at the latest meeting, as rows of 事项变动 that change nothing until 依据 is filled in."""
    for folder in latest_first(outputs, date.max):
        rows = matrix_of(folder)
        if rows is not None:
            gone = rows[rows["carried"].fillna("").eq(MISSING)]
            confirmed = confirmed_changes(plan, folder.meeting)
            return [
                ItemChange(unit, name or "", code or "", ItemChangeKind.CANCELLED, effective_on=folder.meeting)
                for unit, name, code in zip(gone["unit"], gone["item_name"], gone["item_code"], strict=True)
                if not confirmed.of(unit, code, name)
            ]
    return []


def copy_plan(inputs: Path, outputs: Path, folder: Path) -> tuple[str, ...]:
    """Write the plan in force as 工作方案.xlsx into `folder`; returns the closing lines.

    Raises MisuseError when a file of that name stands there: it may hold an hour of someone's work.
    """
    path = folder / FILE_NAME
    if path.exists():
        raise MisuseError(f"当前文件夹里已有“{FILE_NAME}”，没有覆盖；请先移走或改名。")
    held = plan_for(inputs, outputs, date.max)
    missing = _missing_items(held.book, outputs)
    write_plan_book(path, replace(held.book, item_changes=(*held.book.item_changes, *missing)))
    what = f"漏报的 {len(missing)} 个事项列在“事项变动”里：确已取消或变动的，改好方式、填上依据即可，其余不用管。"
    told = (*held.notices, *([what] if missing else []))
    return (*told, f"现行工作方案已写成：{path}", "改好后放进 inputs 文件夹，下次运行即按它计算。")
