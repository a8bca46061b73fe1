"""What looks like progress because it is called otherwise: items out of a dimension, steps that are said not to exist.

For proposals and the briefing (contract §7); no light and no score depends on it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipeline.judge.missing import is_missing
from schemas.dimensions import ABSENT, STEPS, Dimension
from schemas.tables import state_name
from schemas.words import State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_OPEN = (State.MOVING, State.NOT_DONE, State.PENDING)


def relabelled(meeting: Meeting) -> dict[str, str]:
    """Unit → in words, what it took out of the reckoning since the last meeting; units without are absent.

    Items not 到位 that are now 不适用 in a dimension, steps 厅外 that are now 无此环节, items left out.
    """
    counts: dict[str, Counter[str]] = {}
    if meeting.previous is not None:
        _states(meeting, counts)
        _steps(meeting, counts)
    for unit in meeting.in_force.loc[is_missing(meeting.in_force), "unit"]:
        counts.setdefault(unit, Counter())["漏报事项"] += 1
    return {unit: "、".join(f"{what} {number} 项" for what, number in found.items()) for unit, found in counts.items()}


def _states(meeting: Meeting, counts: dict[str, Counter[str]]) -> None:
    matching = meeting.moved.matching
    if matching is None:
        return
    units = meeting.in_force["unit"].tolist()
    for d in Dimension:
        now, before = meeting.states[state_name(d)].tolist(), meeting.before.matrix[state_name(d)].tolist()
        for at, was in matching.pairs:
            if now[at] == State.EXEMPT and before[was] in _OPEN:
                counts.setdefault(units[at], Counter())[f"{d}改为不适用"] += 1


def _steps(meeting: Meeting, counts: dict[str, Counter[str]]) -> None:
    now, before = meeting.in_force, meeting.before.tables["items"]
    units = now["unit"].tolist()
    for step in STEPS:
        cells, cells_before = now[step].tolist(), before[step].tolist()
        for at, was in meeting.matching.pairs:
            if cells[at] == ABSENT and cells_before[was] != ABSENT:
                counts.setdefault(units[at], Counter())[f"环节改为“{ABSENT}”"] += 1
