"""What an earlier meeting went by, read back from its workbook 1 (contract §3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipeline.intake.own import OwnBook
from pipeline.intake.unreadable import Unreadable
from pipeline.memory.folders import PeriodFolder, matrix_books
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.memory.readback import read_table
from pipeline.write.digest import DISTRICT_LABEL, NOTE_SHEET, YARDSTICK_LABEL
from schemas.plan import Plan, PlanError
from schemas.plan_sheets import plan_of_cells
from schemas.tables import MATRIX, PLAN_CELLS, RECEIPTS


@dataclass(frozen=True)
class KeptPlan:
    """What a meeting went by.

    plan: None where an earlier version of this program kept none. units: the names that its rows bear.
    yardstick: `Plan.yardstick`, district: 区划, as they stand in 说明; "" where they do not.
    """

    label: str
    meeting: date
    plan: Plan | None
    units: frozenset[str]
    yardstick: str
    district: str = ""


def kept_plan(folders: Iterable[PeriodFolder], notices: list[str]) -> KeptPlan | None:
    """That of the first of the periods whose workbook can be read; None when there is none.

    A plan that a hand has spoilt is named in `notices`; what else is wrong with a period, `read_previous` says.
    Raises MisuseError when another program holds the workbook.
    """
    for folder in folders:
        for path in matrix_books(folder.path):
            try:
                book = open_own(path, f"{folder.label}的“{path.name}”")
                cells, receipts = read_table(book, PLAN_CELLS), read_table(book, RECEIPTS)
                yardstick, district = (stored_fact(book, label) or "" for label in (YARDSTICK_LABEL, DISTRICT_LABEL))
            except (PreviousUnreadable, Unreadable):
                continue
            if cells or receipts:  # an index of several parts holds neither
                units = frozenset(str(unit) for unit in receipts.rows["unit"]) if receipts else frozenset()
                rows: list[dict[Any, Any]] = cells.rows.to_dict("records") if cells else []
                return KeptPlan(folder.label, folder.meeting, _plan(rows, folder, notices), units, yardstick, district)
    return None


def matrix_of(folder: PeriodFolder) -> pd.DataFrame | None:
    """MATRIX of a period, its parts together; None where it cannot be read."""
    parts = []
    for path in matrix_books(folder.path):
        try:
            found = read_table(open_own(path, f"{folder.label}的“{path.name}”"), MATRIX)
        except (PreviousUnreadable, Unreadable):
            continue
        parts += [found.rows] if found else []
    return pd.concat(parts, ignore_index=True) if parts else None


def _plan(rows: list[dict[Any, Any]], folder: PeriodFolder, notices: list[str]) -> Plan | None:
    if not rows:
        return None
    try:
        return plan_of_cells(rows)
    except PlanError as error:
        notices.append(f"{folder.label}总矩阵的“{PLAN_CELLS.name}”表读不懂，没有沿用（{str(error).rstrip('。')}）。")
        return None


def stored_fact(book: OwnBook, label: str) -> str | None:
    """What 说明 says beside a label; None where it does not stand there."""
    for row in book.rows(NOTE_SHEET) or ():
        cells = [str(cell).strip() for cell in row if cell is not None]
        if label in cells[:-1]:
            return cells[cells.index(label) + 1]
    return None
