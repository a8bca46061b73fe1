"""What the notice asks of the office beside lights and scores: 检查验收, 四电, 四种环节模式, what became of 移交线索.

Source: notice 二（二）–（五） (goals and deadlines), 二（三） (without legal basis 审核合一), 四（三） (移交区纪委监委).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.judge.merge import never_reported
from pipeline.judge.proposals import HOLLOW, TRANSFER
from schemas.dimensions import DIMENSIONS_OF_GOAL, QUESTIONS_OF_GOAL, Dimension
from schemas.figures import as_day, is_blank
from schemas.returns.items import NAMES_NO_LAW, NEEDS_BASIS
from schemas.tables import ACCEPTANCE, E_KINDS, ELECTRONIC, LEADS, STEP_MODES, TO_MERGE, state_name
from schemas.words import INSPECTION_OVER, STEP_MODE, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

TOTAL = "合计"
REACHED, LACKING, NOT_APPLICABLE, UNREPORTED = "到位", "未到位", "不适用", "未报"
_NAMED = 3  # items that 缺什么 names, a dimension


# ── 检查验收


def acceptance(meeting: Meeting) -> pd.DataFrame:
    """One row = one unit × goal whose deadline has passed, goal by goal; columns of ACCEPTANCE."""
    deadlines = meeting.plan.goal_deadline
    due = [goal for goal in DIMENSIONS_OF_GOAL if goal in deadlines and deadlines[goal] < meeting.period.meeting]
    wanting = {d: _wanting(meeting, d) for goal in due for d in DIMENSIONS_OF_GOAL[goal]}
    never = never_reported(meeting.receipts)
    rows = [
        {"goal": goal, "deadline": deadlines[goal], **_reached(meeting, unit.name, goal, wanting, unit.name in never)}
        for goal in due
        for unit in meeting.plan.units
    ]
    return pd.DataFrame(rows, columns=list(ACCEPTANCE.names), dtype=object)


@dataclass
class _Open:
    """The items of a unit that are not 到位 in a dimension: their names, and how many have a delay still running."""

    names: list[str] = field(default_factory=list)
    delayed: int = 0


def _wanting(meeting: Meeting, dimension: Dimension) -> dict[str, _Open]:
    """Unit → its items that are not 到位."""
    states, own = meeting.states[state_name(dimension)], meeting.deadlines[dimension]
    common = {entry.dimension: entry.deadline for entry in meeting.plan.dimensions}[dimension]
    items = meeting.in_force[~states.isin((State.DONE, State.EXEMPT))]
    found: dict[str, _Open] = {}
    for label, unit, name in zip(items.index, items["unit"], items["item_name"], strict=True):
        until, entry = as_day(own[label]), found.setdefault(unit, _Open())
        if until and until != common and until >= meeting.period.meeting:
            entry.delayed += 1
        else:
            entry.names.append("（无名称）" if is_blank(name) else str(name))
    return found


def _reached(
    meeting: Meeting, unit: str, goal: str, wanting: Mapping[Dimension, Mapping[str, _Open]], never: bool
) -> dict[str, object]:
    """How one unit stands at one goal: what must be in place, what is, and what is missing."""
    dimensions = DIMENSIONS_OF_GOAL[goal]
    tallies = [meeting.tallies[unit, d] for d in dimensions]
    unlisted = meeting.unlisted.get(unit, 0)
    counted = sum(tally.applicable for tally in tallies) + unlisted * len(tallies)
    found = {d: wanting[d].get(unit, _Open()) for d in dimensions}
    lacking = [_missing_words(d, entry.names) for d, entry in found.items() if entry.names]
    lacking += [f"未列事项 {unlisted} 项"] if unlisted else []
    lacking += _against(meeting, unit, goal)
    row = {"unit": unit, "applicable": counted, "done": sum(tally.done for tally in tallies)}
    if never:
        return row | {"verdict": UNREPORTED, "lacking": "从未报送"}
    verdict = LACKING if lacking else REACHED if counted else NOT_APPLICABLE
    delayed = sum(entry.delayed for entry in found.values())
    said = [*lacking, *([f"另有 {delayed} 项次经批准延期"] if delayed else [])]
    return row | {"verdict": verdict, "lacking": "；".join(said) or None}


def _missing_words(dimension: Dimension, names: list[str]) -> str:
    shown = "、".join(names[:_NAMED]) + ("等" if len(names) > _NAMED else "")
    return f"{dimension} {len(names)} 项未到位（{shown}）"


def _against(meeting: Meeting, unit: str, goal: str) -> list[str]:
    """Open inspections of the goal's kinds, and answers of the self-check that say no themselves."""
    dimensions = DIMENSIONS_OF_GOAL[goal]
    kinds = {kind for d in dimensions for kind in d.record.inspections}
    rows = meeting.open_inspections
    found = Counter(rows.loc[(rows["unit"] == unit) & rows["kind"].isin(kinds), "kind"])
    asked = (*QUESTIONS_OF_GOAL.get(goal, ()), *(d.record.question for d in dimensions))
    denied = [str(number) for number in asked if number and meeting.answers.get((unit, number)) is False]
    said = [f"督查{kind} {number} 条未销号" for kind, number in found.items()]
    return said + ([f"自查第 {'、'.join(denied)} 题自报未达到"] if denied else [])


# ── 四电, 四种环节模式


def _counted(meeting: Meeting) -> pd.DataFrame:
    """The items in force that are not exempt."""
    return meeting.in_force[meeting.states[state_name(Dimension.ITEM)] != State.EXEMPT]


def _by_unit(meeting: Meeting) -> Iterator[tuple[str, pd.DataFrame]]:
    """Every unit with its items that count, and at last all of them."""
    items = _counted(meeting)
    groups = dict(iter(items.groupby("unit", sort=False)))
    for unit in meeting.plan.units:
        yield unit.name, groups.get(unit.name, items.iloc[:0])
    yield TOTAL, items


def electronic(meeting: Meeting) -> pd.DataFrame:
    """四电; one row = one unit, the last one all of them; columns of ELECTRONIC."""
    rows = []
    for unit, items in _by_unit(meeting):
        row: dict[str, object] = {"unit": unit, "unsaid": sum(int(items[name].isna().sum()) for name in E_KINDS)}
        for name in E_KINDS:
            used, unused = (int((items[name] == word).sum()) for word in ("已应用", "未应用"))
            rate = used / (used + unused) if used + unused else None
            row |= {f"{name}_used": used, f"{name}_unused": unused, f"{name}_rate": rate}
        rows.append(row)
    return pd.DataFrame(rows, columns=list(ELECTRONIC.names), dtype=object)


def step_modes(meeting: Meeting) -> pd.DataFrame:
    """四种环节模式; one row = one unit, the last one all of them; columns of STEP_MODES."""
    merging = Counter(meeting.to_merge["unit"])
    rows = []
    for unit, items in _by_unit(meeting):
        modes = [int((items["step_mode"] == mode).sum()) for mode in STEP_MODE.values]
        row: dict[str, object] = {"unit": unit, "items": len(items), "unsaid": len(items) - sum(modes)}
        row |= {f"mode_{number}": count for number, count in enumerate(modes)}
        rows.append(row | {"to_merge": merging.total() if unit == TOTAL else merging[unit]})
    return pd.DataFrame(rows, columns=list(STEP_MODES.names), dtype=object)


def to_merge(meeting: Meeting) -> pd.DataFrame:
    """应改审核合一; one row = one item that has more steps than a law bears out; columns of TO_MERGE."""
    items = _counted(meeting)
    more = NEEDS_BASIS.mask(items)
    blank = more & items["step_basis"].isna()
    rows = items[blank | (more & NAMES_NO_LAW.mask(items))]
    unnamed = "环节依据没有写明法律、法规或文件"
    reasons = ["没有环节依据" if bare else unnamed for bare in blank[rows.index]]
    rows = rows.assign(reason=pd.Series(reasons, index=rows.index, dtype=object))
    return rows.reindex(columns=list(TO_MERGE.names)).astype(object)


# ── 移交线索

_LEAD = ("unit", "found_on", "item_code", "item_name", "description")


def leads(meeting: Meeting) -> pd.DataFrame:
    """移交线索; one row = one 明进暗不进 that is or was listed for 移交, with what became of it; columns of LEADS."""
    before = meeting.previous.tables.get(LEADS.key) if meeting.previous else None
    known = {} if before is None else {_lead(row): row for row in _rows(before)}
    hollow = meeting.inspections[meeting.inspections["kind"] == HOLLOW]
    now = {_lead(row): row for row in _rows(hollow)}
    listed = {_lead(row) for row in _rows(meeting.open_inspections) if row["kind"] == HOLLOW}
    rows = [
        _followed(meeting, {**known.get(key, {}), **_kept(now.get(key, {}))}, open_now=key in listed)
        for key in dict.fromkeys([*known, *now])
        if key in listed or key in known
    ]
    return pd.DataFrame(rows, columns=list(LEADS.names), dtype=object)


def _rows(frame: pd.DataFrame) -> list[dict[str, object]]:
    cells = frame.itertuples(index=False, name=None)
    return [dict(zip(map(str, frame.columns), row, strict=True)) for row in cells]


def _lead(row: dict[str, object]) -> tuple[object, ...]:
    """What tells one lead from another, before and after it was closed: its number, else what it is about."""
    numbered = not is_blank(row.get("number"))
    cells = ((name, row.get(name)) for name in (("unit", "number") if numbered else _LEAD))
    return tuple((name, "" if is_blank(cell) else str(as_day(cell) or cell).strip()) for name, cell in cells)


def _kept(row: dict[str, object]) -> dict[str, object]:
    return {
        name: row[name] for name in (*_LEAD, "number", "state", "closed_on") if name in row and not is_blank(row[name])
    }


def _followed(meeting: Meeting, row: dict[str, object], *, open_now: bool) -> dict[str, object]:
    meeting_day = meeting.period.meeting
    since = as_day(row.get("listed_on")) or meeting_day
    said = _decided(meeting, str(row["unit"]))
    decision = said or row.get("decision")
    outcome = _outcome(row, since, open_now=open_now)
    return {**row, "listed_on": since, "decision": None if is_blank(decision) else decision, "outcome": outcome}


def _decided(meeting: Meeting, unit: str) -> str:
    """What the meeting said to the leads of a unit: its decision and the note beside it."""
    rows = meeting.decisions
    own = rows[(rows["unit"] == unit) & (rows["kind"] == TRANSFER)]
    cells = (cell for row in zip(own["decision"], own["decided_note"], strict=True) for cell in row)
    return "，".join(dict.fromkeys(str(cell) for cell in cells if not is_blank(cell)))


def _outcome(row: dict[str, object], since: date, *, open_now: bool) -> str:
    if open_now:
        return f"尚未销号，自 {since} 列入，是否移交由会议研究"
    if row.get("state") in INSPECTION_OVER:
        closed = as_day(row.get("closed_on"))
        return f"{row['state']}" + (f"（{closed}）" if closed else "") + "，不再列入"
    return "督查核查表中已没有这一条，请办公室核实"
