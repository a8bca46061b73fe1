"""4-退回修改: which returns go back to whom, and what cannot be opened written into a template."""

from __future__ import annotations

import traceback
from collections.abc import Hashable
from functools import partial
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from pipeline.findings import to_return
from pipeline.intake.disk import is_full
from pipeline.intake.open import open_book
from pipeline.intake.read import read_return
from pipeline.intake.reading import Reading
from pipeline.intake.roster import Roster
from pipeline.intake.workers import Limits, map_files
from pipeline.records import Hint, Intake, Layout
from pipeline.write.marked import Heading, Moved, Refill, write_marked
from pipeline.write.returned_list import write_returned_list
from pipeline.write.template import Prefill, write_template
from schemas.figures import records
from schemas.plan import Period, Plan, Unit
from schemas.returns import COVER, TABLES
from schemas.returns.self_check import GOOD_ANSWER

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.meeting import Meeting

LIST = "退回清单.xlsx"
_PLACE_OF_QUESTION = {str(number): number - 1 for number in GOOD_ANSWER}
_WORTH_WORKERS = 1 << 20  # bytes of returns; below, marking takes no longer than workers take to start
_LIMITS = Limits(wall_seconds=300, cpu_seconds=200, memory_bytes=4 << 30)


def write_returned(folder: Path, meeting: Meeting, intake: Intake, workers: int) -> dict[str, str]:
    """A marked copy for every unit whose return has something to correct, check or know; one list for all.

    The copies are made in `workers` processes: a return of 300 items takes up to half a second.
    Returns file → traceback, where a mistake of ours left a return without its copy: the list says it all the same.
    """
    waiting = to_return(meeting.receipts, meeting.files, meeting.findings)
    worth = workers > 1 and sum(intake.contents[file].size for file in waiting) >= _WORTH_WORKERS
    hints = _hints(meeting.gains.steps)
    copies = _copies(meeting, intake, waiting, hints, workers) if worth else {}
    faults: dict[str, str] = {}
    for file, unit in waiting.items():
        path, copy = folder / f"{unit}_退回.xlsx", copies.get(file)
        if copy is not None:
            path.write_bytes(copy)
            continue
        try:
            _mark(path, meeting.plan, meeting.period, intake, meeting.findings, file, unit, hints.get(file, ()))
        except Exception as error:
            if isinstance(error, OSError) or is_full(error):
                raise
            path.unlink(missing_ok=True)
            faults[file] = traceback.format_exc()
    write_returned_list(folder / LIST, meeting)
    return faults


def _hints(steps: pd.DataFrame) -> dict[str, tuple[Hint, ...]]:
    """File → the best steps of its unit, each with its row in that return."""
    from pipeline.say.account import BEST, hint  # brings pandas, which the workers go without

    found: dict[str, list[Hint]] = {}
    for row in steps[steps["order"] <= BEST].to_dict("records"):
        found.setdefault(row["file"], []).append(Hint(hint(row), row["sheet"], row["row"] or 0))
    return {file: tuple(hints) for file, hints in found.items()}


def _copies(
    meeting: Meeting, intake: Intake, waiting: dict[str, str], hints: dict[str, tuple[Hint, ...]], workers: int
) -> dict[str, bytes]:
    """File → its marked copy, where the return itself can be marked."""
    tasks = [
        (
            intake.contents[file].path,
            _of_return(meeting.findings, file, unit).to_dict("records"),
            Heading(unit, meeting.period, meeting.plan.office, hints.get(file, ())),
        )
        for file, unit in waiting.items()
    ]
    made = map_files(_copy, tasks, workers, limits=_LIMITS)
    return {file: copy for file, copy in zip(waiting, made, strict=True) if isinstance(copy, bytes)}


class _CannotBeMarkedError(Exception):
    """The return can be neither edited nor opened; its content must be written into a template."""


def _copy(task: tuple[Path, list[dict[Hashable, Any]], Heading]) -> bytes | None:
    """In a worker: the marked copy of a return, None where it must be refilled."""
    from pipeline.write.marked import marked_copy

    path, findings, heading = task
    try:
        return marked_copy(path.read_bytes(), findings, heading, _refused)
    except _CannotBeMarkedError:
        return None


def _refused() -> Refill:
    raise _CannotBeMarkedError


def mark_one(folder: Path, plan: Plan, period: Period, intake: Intake, findings: pd.DataFrame) -> Path:
    """Write the marked copy of the one file in `intake` into `folder`; returns where it is."""
    ((file, unit),) = zip(intake.files["file"], intake.files["unit"], strict=True)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{unit or PurePosixPath(file).stem}_退回.xlsx"
    _mark(path, plan, period, intake, findings, file, unit)
    return path


def _mark(
    path: Path,
    plan: Plan,
    period: Period,
    intake: Intake,
    findings: pd.DataFrame,
    file: str,
    unit: str,
    hints: tuple[Hint, ...] = (),
) -> None:
    mine = _of_return(findings, file, unit)
    member = plan.unit_by_name.get(unit)
    refill = partial(_refill, plan, period, intake, member, file) if member else None
    write_marked(path, intake.contents[file].read(), mine, Heading(unit, period, plan.office, hints), refill)


def _of_return(findings: pd.DataFrame, file: str, unit: str) -> pd.DataFrame:
    return findings[(findings["file"] == file) & (findings["unit"] == unit)]


def _refill(plan: Plan, period: Period, intake: Intake, unit: Unit, file: str) -> Refill:
    """What was read of `file`, written into a fresh template, and where each of its cells went."""
    tables = {sheet.key: _of_file(intake.tables[sheet.key], file) for sheet in TABLES}
    covers = _of_file(intake.covers, file)
    prefill = Prefill(covers[0] if covers else {}, tables)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, plan, period, unit, prefill)
        template = path.read_bytes()
    fresh = read_return(open_book(template), Roster.of(plan), period.meeting.year)
    return Refill(template, _moved(fresh, intake.layouts, {COVER.key: covers, **tables}))


def _of_file(frame: pd.DataFrame, file: str) -> list[dict[str, object]]:
    return records(frame[frame["file"] == file])


def _moved(fresh: Reading, layouts: tuple[Layout, ...], sent: dict[str, list[dict[str, object]]]) -> Moved:
    """Each cell of the return → its cell in the template, which was read back to see where they stand."""
    moved: dict[tuple[str, str], tuple[str, str]] = {}
    for sheet in TABLES:
        blocks = fresh.tables.get(sheet.key, ())
        places = [(block.layout, row) for block in blocks for row in block.row_numbers]
        for number, row in enumerate(sent[sheet.key]):
            # The nine questions always stand in their own order; all other rows as they were sent.
            at = _PLACE_OF_QUESTION.get(str(row["number"]), number) if sheet.key == "self_check" else number
            if at < len(places):
                moved |= _pairs(layouts, row, *places[at])
    if fresh.cover_layout:
        for row in sent[COVER.key]:
            moved |= _pairs(layouts, row, fresh.cover_layout, 0)
    return moved


def _pairs(layouts: tuple[Layout, ...], row: dict[str, object], to: Layout, to_row: int) -> Moved:
    source, number = layouts[int(str(row["layout"]))], int(str(row["row"]))
    cells = ((source.place("", name, number).cell, to.place("", name, to_row).cell) for name in to.letters)
    return {(source.sheet, before): (to.sheet, after) for before, after in cells if before and after}
