"""Lights of what has a date of its own: tasks, problems and milestones (contract §6).

Milestones: when each unit reached each 节点, as far as its returns show it (contract §3, §6).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipeline.judge.changes import units_known
from pipeline.records import Merged, Previous
from schemas.figures import ahead, as_day, is_blank, is_near, overdue
from schemas.plan import Milestone, Plan, Unit
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import MILESTONES, state_name
from schemas.words import CONTACT_ROLE, SELF_CHECK_ANSWER, Light, State

LATE = "逾期完成"


def dated_light(done_on: date | None, due: date | None, as_of: date, warn_days: int) -> tuple[Light, str]:
    """The light of one task, problem or milestone, and its reason.

    done_on: when it was done, None while it is not; a day after `as_of` counts as not done.
    due: the date by which it must be done, None when that cannot be read.
    """
    if done_on and done_on <= as_of:
        late = due is not None and done_on > due
        return Light.GREEN, f"{LATE}，晚 {(done_on - due).days} 天" if due and late else "已完成"
    if due is None:
        return Light.YELLOW, "没有可认的完成时限"
    if as_of > due:
        return Light.RED, overdue(due, as_of)
    if is_near(due, as_of, warn_days):
        return Light.YELLOW, ahead(due, as_of)
    return Light.GREEN, f"时限 {due}，未到期"


def task_done_on(progress: object, done_on: object) -> date | None:
    """When a task was done: 完成进度 100 % and an 实际完成日期; both are needed (contract §6)."""
    whole = isinstance(progress, int | float) and progress == 1
    return as_day(done_on) if whole else None


def problem_done_on(state: object, solved_on: object) -> date | None:
    """When a problem was solved: 状态 已解决 and a 解决日期; both are needed, as for a task."""
    return as_day(solved_on) if state == "已解决" else None


def task_lights(tasks: pd.DataFrame, as_of: date, warn_days: int) -> pd.DataFrame:
    """The tasks with light and reason; one row = one task, index kept."""
    cells = zip(tasks["progress"], tasks["done_on"], tasks["planned_on"], strict=True)
    pairs = []
    for progress, done_on, planned_on in cells:
        done = task_done_on(progress, done_on)
        light, reason = dated_light(done, as_day(planned_on), as_of, warn_days)
        doubt = _task_doubt(progress, done_on, as_of)
        pairs.append((light.value, f"{reason}（{doubt}）" if doubt else reason))
    return _with_lights(tasks, pairs)


def _task_doubt(progress: object, done_on: object, as_of: date) -> str:
    """Why a task that looks done does not count as done."""
    day = as_day(done_on)
    if progress == 1 and day is None:
        return "进度 100% 但没有实际完成日期"
    if day and day > as_of:
        return "实际完成日期在会议之后"
    return "有实际完成日期但进度不是 100%" if day and progress != 1 else ""


def problem_lights(problems: pd.DataFrame, as_of: date, warn_days: int) -> pd.DataFrame:
    """The problems with light and reason; one row = one problem, index kept."""
    cells = zip(problems["state"], problems["solved_on"], problems["solve_by"], strict=True)
    pairs = []
    for state, solved_on, solve_by in cells:
        done = problem_done_on(state, solved_on)
        light, reason = dated_light(done, as_day(solve_by), as_of, warn_days)
        doubt = _problem_doubt(state, solved_on, as_of)
        pairs.append((light.value, f"{reason}（{doubt}）" if doubt else reason))
    return _with_lights(problems, pairs)


def _problem_doubt(state: object, solved_on: object, as_of: date) -> str:
    """Why a problem that looks solved does not count as solved."""
    day = as_day(solved_on)
    if state == "已解决" and day is None:
        return "已解决但没有解决日期" if is_blank(solved_on) else "已解决但解决日期认不出"
    return "解决日期在会议之后" if day and day > as_of else ""


def _with_lights(rows: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    lights = pd.DataFrame(pairs, columns=["light", "reason"], index=rows.index, dtype=object)
    return rows.assign(light=lights["light"], reason=lights["reason"])


#: An item that still needs a measure: neither 到位 nor 不适用.
_OPEN = (State.MOVING, State.NOT_DONE, State.PENDING)
#: Said instead of 逾期完成 where a unit's first return ever shows the milestone: nobody knows when it was done.
_FIRST_SEEN = "首次来件"


def milestone_lights(
    merged: Merged, states: pd.DataFrame, previous: Previous | None, plan: Plan, as_of: date
) -> pd.DataFrame:
    """Light of every unit at every milestone; one row = one unit × milestone, columns of MILESTONES.

    A milestone that a return shows is reached on the 填报日期 of the first return that shows it
    (known from the period before, never forgotten). Where that is the unit's first return ever and
    comes after the deadline, the paper may have come in long before: the reason says what was seen
    and accuses nobody. A milestone that the office registers is reached on the date in the plan and
    stays 灰 until then. states: `item_states` of the merged items.
    """
    shown = {
        "contacts": _with_contacts(merged.tables["contacts"]),
        "self_check": _with_self_check(merged.tables["self_check"]),
        "measures": _with_measures(merged, states, plan),
    }
    filled_on = {
        unit: min(as_day(cell) or as_of, as_of)
        for unit, cell in zip(merged.covers["unit"], merged.covers["filled_on"], strict=True)
    }
    before, reported = _known(previous), units_known(previous) if previous else frozenset()
    rows = []
    for unit in plan.units:
        for stone in _expected(unit, plan):
            evident = filled_on.get(unit.name) if unit.name in shown.get(stone.evidence, frozenset()) else None
            reached = before.get((unit.name, stone.name)) or _Reached(evident, unit.name not in reported)
            if stone.evidence == "office":
                reached = _Reached(stone.done, first_seen=False)
            rows.append((unit.name, stone.name, stone.deadline, reached.day, *_light(stone, reached, plan, as_of)))
    return pd.DataFrame(rows, columns=list(MILESTONES.names), dtype=object)


def _expected(unit: Unit, plan: Plan) -> list[Milestone]:
    """The milestones of a unit: those that were due before it was founded are not its own (contract §3)."""
    founded = plan.founded_on.get(unit.name, date.min)
    return [stone for stone in plan.milestones if stone.deadline >= founded]


@dataclass(frozen=True)
class _Reached:
    """When a milestone was reached (None: not yet), and whether the unit's first return ever shows it."""

    day: date | None
    first_seen: bool


def _light(stone: Milestone, reached: _Reached, plan: Plan, as_of: date) -> tuple[str, str]:
    if stone.evidence == "office" and reached.day is None:
        return Light.GREY.value, "由办公室登记完成日期后亮灯"
    light, reason = dated_light(reached.day, stone.deadline, as_of, plan.thresholds.warn_days)
    if reached.first_seen and reason.startswith(LATE):
        reason = f"{_FIRST_SEEN} {reached.day} 已见"
    return light.value, reason


def _known(previous: Previous | None) -> Mapping[tuple[str, str], _Reached]:
    """(unit, milestone) → what is already known from the period before, as far as it was reached."""
    if previous is None or previous.milestones is None:
        return {}
    rows = previous.milestones
    cells = zip(*(rows[name] for name in ("unit", "milestone", "done_on", "reason")), strict=True)
    return {
        (unit, stone): _Reached(day, first_seen=str(reason).startswith(_FIRST_SEEN))
        for unit, stone, cell, reason in cells
        if (day := as_day(cell))
    }


def _with_contacts(contacts: pd.DataFrame) -> frozenset[str]:
    """Units that name a contact in every role of the《对接人员联系表》."""
    return _units_with_all(contacts[contacts["name"].notna()], "role", set(CONTACT_ROLE.values))


def _with_self_check(self_check: pd.DataFrame) -> frozenset[str]:
    """Units that answered all nine questions, whatever the answer."""
    answered = self_check[self_check["answer"].isin(SELF_CHECK_ANSWER.values)]
    return _units_with_all(answered, "number", {str(number) for number in GOOD_ANSWER})


def _units_with_all(rows: pd.DataFrame, name: str, wanted: set[str]) -> frozenset[str]:
    found: dict[str, set[str]] = {}
    for unit, cell in zip(rows["unit"], rows[name], strict=True):
        found.setdefault(unit, set()).add(str(cell))
    return frozenset(unit for unit, cells in found.items() if cells >= wanted)


def _with_measures(merged: Merged, states: pd.DataFrame, plan: Plan) -> frozenset[str]:
    """Units whose every item that is not in place has a plan date and says why it is not.

    A unit without any item has nothing to study, once it has confirmed that (零报告).
    """
    items = merged.tables["items"]
    scored = [state_name(entry.dimension) for entry in plan.dimensions if entry.scored]
    still_open = states[scored].isin(_OPEN).any(axis=1)
    planned = items["planned_on"].map(lambda cell: as_day(cell) is not None).astype(bool)
    without = set(items.loc[still_open & ~(planned & items["reason_open"].notna()), "unit"])
    covers = merged.covers
    zero = set(covers.loc[covers["item_total"].map(lambda total: total == 0).astype(bool), "unit"])
    return frozenset((set(items["unit"]) | zero) - without)
