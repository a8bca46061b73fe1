"""`yjbj explain`: what a unit's score is made of and what would raise it, on the screen (contract §9).

It reads what workbook 1 keeps of the meeting, and says it in the words of the unit's slip.
"""

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.intake.unreadable import Unreadable
from pipeline.memory.folders import PeriodFolder, folder_asked, matrix_books
from pipeline.memory.kept_plan import kept_plan
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.memory.readback import read_table
from pipeline.records import MisuseError
from pipeline.say.account import green_section, score_section, spoken, steps_section
from pipeline.write.kit.privacy import Guard
from schemas.columns import Table
from schemas.figures import records
from schemas.plan import Plan, load_plan
from schemas.tables import ACCOUNT, GAINS, TO_GREEN
from schemas.unit_changes import plan_at


def explain(name: str, meeting: date | None, outputs: Path) -> tuple[str, ...]:
    """得分构成, 提分清单 and what each light lacks, of the unit that is called `name`.

    meeting: whose finished folder under `outputs` is read, None for the latest. Raises MisuseError when there is
    none, when it was made by an earlier version of the program, and for a name that is no unit of its plan.
    """
    folder = folder_asked(meeting, outputs)
    plan = _plan_of(folder)
    unit = plan.unit_called(name)
    if unit is None:
        raise MisuseError(f"工作方案里没有“{name}”这个单位，请写规范简称或别名，如 {plan.units[0].name}。")
    account, steps, green = (_rows(folder, table, unit.name) for table in (ACCOUNT, GAINS, TO_GREEN))
    sections = (score_section(account), steps_section(steps), green_section(green))
    guard = Guard(plan)
    head = f"{unit.name}　{folder.label}（会议日期 {folder.meeting}）"
    return spoken(head, (guard.record(section) for section in sections))


def _plan_of(folder: PeriodFolder) -> Plan:
    """The plan that the meeting went by; the shipped one where its workbook kept none."""
    kept = kept_plan([folder], [])
    return plan_at(kept.plan if kept and kept.plan else load_plan(), folder.meeting)


def _rows(folder: PeriodFolder, table: Table, unit: str) -> list[dict[Any, Any]]:
    """The rows of a unit in a sheet of workbook 1, which may be several by groups of units."""
    frames = []
    try:
        for path in matrix_books(folder.path):
            found = read_table(open_own(path, f"{folder.label}的“{path.name}”"), table)
            frames += [found.rows] if found is not None else []
    except (PreviousUnreadable, Unreadable) as error:
        raise MisuseError(f"{folder.label}的总矩阵读不出来，请重新汇总这次会议（{folder.meeting}）。") from error
    if not frames:
        raise MisuseError(
            f"{folder.label}的总矩阵里没有“{table.name}”，可能是旧版程序写的，请重新汇总这次会议（{folder.meeting}）。"
        )
    rows = pd.concat(frames, ignore_index=True)
    return records(rows[rows["unit"] == unit])
