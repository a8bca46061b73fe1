"""What people wrote into a circulated ledger, read back from it (contract §8).

Every sheet with 单位 and one of 领导批示, 督办意见, 下步措施 in its header row is read, wherever its
rows and columns have been moved to, and the sheet 历史批示 besides. Office staff save copies: all
workbooks of the period whose name begins like the ledger's count.

Decision: a blank never removes words. When a meeting is run again, what was cleared in its ledger but
still stands in the one before comes back, because it cannot be told from what was written there late;
who wants a remark gone before a rerun clears it in both.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.intake.unreadable import Unreadable
from pipeline.judge.remarks import combine, remark_key, remark_label, scope_of
from pipeline.memory.folders import PeriodFolder, folders_of, period_folders
from pipeline.memory.lineage import Lineage, renamed_remarks
from pipeline.memory.opening import PreviousUnreadable, open_own, unreadable
from pipeline.memory.readback import empty, find_header, read_table
from schemas.tables import (
    MATTER_LEDGER,
    PROBLEM_LEDGER,
    RED_LIST,
    REMARK_NAMES,
    REMARKS,
    REMARKS_LOST,
    TASK_LEDGER,
    unit_column,
)

if TYPE_CHECKING:
    from pipeline.intake.own import OwnBook


LEDGER_FILES = "3-红黄绿督办台账*"
_TITLES = {column.name: column.title for table in (RED_LIST, TASK_LEDGER, PROBLEM_LEDGER) for column in table.columns}
_UNIT = unit_column()


def remarks_for(
    outputs: Path, meeting: date, named: Callable[[PeriodFolder], Lineage] | None = None
) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """All remarks that a run for `meeting` must bring back, and notices about ledgers it could not read.

    Those in the ledger of this very meeting (which the run is about to replace) come first; those of
    the latest earlier ledger that can be read fill what is blank there. Columns of REMARKS_LOST. named: how
    the units of a period are called now.
    """
    notices: list[str] = []

    def found_in(folder: PeriodFolder) -> pd.DataFrame:
        remarks = remarks_in(folder, notices)
        return renamed_remarks(remarks, named(folder)) if named else remarks

    current = empty(REMARKS_LOST)
    for folder in folders_of(outputs, meeting):
        current = combine(current, found_in(folder), copies_of_one_ledger=True)
    for folder in reversed([f for f in period_folders(outputs) if f.meeting < meeting]):
        told = len(notices)
        current = combine(current, found_in(folder))
        if len(notices) == told:  # a whole ledger holds what the ones before it held
            break
    return current, tuple(notices)


def remarks_in(folder: PeriodFolder, notices: list[str]) -> pd.DataFrame:
    """The remarks in a period's ledger and in copies of it; one row = one row somebody wrote beside.

    A ledger that is missing or cannot be read is named in `notices`.
    """
    paths = sorted(path for path in folder.path.glob(LEDGER_FILES) if not path.name.startswith("~$"))
    if not paths:
        notices.append(f"{folder.label}的文件夹里没有红黄绿督办台账，其中的批示没有带过来。")
    found = empty(REMARKS_LOST)
    for path in sorted(paths, key=lambda path: (len(path.name), path.name)):  # the ledger before its copies
        what = f"{folder.label}的“{path.name}”"
        try:
            remarks = _remarks(open_own(path, what), folder)
        except PreviousUnreadable as error:
            notices += error.notices
        except Unreadable as error:
            notices += unreadable(what, error).notices
        else:
            found = combine(found, remarks, copies_of_one_ledger=True)
    return found


def _remarks(book: "OwnBook", folder: PeriodFolder) -> pd.DataFrame:
    """Every remark in one workbook, live rows first, then 历史批示."""
    names = [name for name in book.names if name != REMARKS_LOST.name]
    rows = [row for name in names for row in _live_rows(name, book.rows(name) or [], folder)]
    live = pd.DataFrame(rows, columns=list(REMARKS_LOST.names), dtype=object)
    lost = read_table(book, REMARKS_LOST)
    frames = [frame for frame in (live, lost.rows if lost else live.head(0)) if len(frame)]
    together = pd.concat(frames, ignore_index=True) if frames else live
    written = together[list(REMARK_NAMES)].notna().any(axis=1)
    return together[written & together["key"].notna()].reset_index(drop=True)


def _live_rows(sheet: str, cells: Sequence[Sequence[object]], folder: PeriodFolder) -> Iterator[dict[str, Any]]:
    titles = MATTER_LEDGER.titles if sheet == MATTER_LEDGER.name else _TITLES
    wanted = {c.name: c.title for c in REMARKS}
    wanted |= {name: titles[name] for name in (_UNIT.name, *scope_of(sheet).columns)}
    header, places = find_header(cells, wanted, at_least=2)
    if header < 0 or _UNIT.name not in places or not places.keys() & set(REMARK_NAMES):
        return
    for line in cells[header + 1 :]:
        row = {name: _words(line[place]) if place < len(line) else None for name, place in places.items()}
        if row[_UNIT.name] and any(row.get(name) for name in REMARK_NAMES):
            yield {
                "sheet": sheet,
                "label": remark_label(sheet, row),
                **{name: row.get(name) for name in REMARK_NAMES},
                "written_in": folder.label,
                "key": remark_key(sheet, row),
            }


def _words(cell: object) -> str | None:
    if isinstance(cell, datetime):
        cell = cell.date()
    return str(cell).strip() or None if cell is not None else None
