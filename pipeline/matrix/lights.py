"""Lights of items: one for each item × dimension, with its reason in words (contract §6)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

from pipeline.matrix.figures import ahead, as_day, is_blank, is_near, overdue
from schemas.ledger import light_name, reason_name, state_name
from schemas.plan import DimensionPlan, Plan
from schemas.vocabulary import Dimension, Light, State

if TYPE_CHECKING:
    import pandas as pd


def item_lights(
    items: "pd.DataFrame",
    states: "pd.DataFrame",
    flags: "Mapping[Dimension, pd.Series[str]]",
    plan: Plan,
    as_of: date,
) -> "pd.DataFrame":
    """Light and reason of every item in every dimension.

    items: one row = one item, with 计划完成日期 (`planned_on`); states: `pipeline.states.item_states`;
    flags: `pipeline.matrix.inspections.red_flags`; all with one index. Out: the same index, the
    columns `light_name(d)` and `reason_name(d)`.
    """
    import pandas as pd

    planned = [None if is_blank(cell) else cell for cell in items["planned_on"]]
    columns: dict[str, list[str]] = {}
    for entry in plan.dimensions:
        d = entry.dimension
        pairs = _lights(zip(states[state_name(d)], flags[d], planned, strict=True), entry, plan, as_of)
        columns[light_name(d)] = [light for light, _ in pairs]
        columns[reason_name(d)] = [reason for _, reason in pairs]
    return pd.DataFrame(columns, index=items.index, dtype=object)


def _lights(
    cells: Iterable[tuple[str, str | None, object]], entry: DimensionPlan, plan: Plan, as_of: date
) -> list[tuple[str, str]]:
    """The light of each (state, flag, planned), each distinct one judged once."""
    warn_days = plan.thresholds.warn_days
    judged: dict[tuple[str, str | None, object], tuple[str, str]] = {}
    pairs = []
    for cell in cells:
        pair = judged.get(cell)
        if pair is None:
            light, reason = item_light(*cell, deadline=entry.deadline, as_of=as_of, warn_days=warn_days)
            judged[cell] = pair = (light.value, reason)
        pairs.append(pair)
    return pairs


def item_light(
    state: str, flag: str | None, planned: object, *, deadline: date | None, as_of: date, warn_days: int
) -> tuple[Light, str]:
    """The first rule of contract §6 that fits one item in one dimension, and its reason.

    flag: why it is 红 whatever its state; planned: the cell 计划完成日期 (None: blank, a text: what
    could not be read); deadline: None for a dimension without one.
    """
    if state == State.EXEMPT:
        return Light.GREY, "不适用"
    if flag:
        return Light.RED, flag
    if state == State.DONE:
        return Light.GREEN, "已到位"
    if deadline and as_of > deadline:
        return Light.RED, overdue(deadline, as_of)
    doubts = _doubts(state, planned, deadline, as_of, warn_days)
    if doubts:
        return Light.YELLOW, "；".join(doubts)
    return Light.GREEN, f"计划 {planned} 完成" if deadline else "没有时限，只作跟踪"


def _doubts(state: str, planned: object, deadline: date | None, as_of: date, warn_days: int) -> list[str]:
    """What makes an item that is not 到位 黄 before its deadline; without a deadline, 待核 alone does."""
    doubts = []
    if deadline and is_near(deadline, as_of, warn_days):
        doubts.append(ahead(deadline, as_of))
    if state == State.PENDING:
        doubts.append("待核，填报内容不明")
    elif deadline:
        doubts += _plan_doubts(planned, deadline, as_of)
    return doubts


def _plan_doubts(planned: object, deadline: date, as_of: date) -> list[str]:
    """What makes a plan date doubtful: blank, unreadable, after the deadline, or already past."""
    day = as_day(planned)
    if day is None:
        return ["没有计划完成日期" if planned is None else "计划完成日期认不出"]
    if day > deadline:
        return [f"计划日期 {day} 晚于时限 {(day - deadline).days} 天"]
    return [f"计划日期已过 {(as_of - day).days} 天"] if day < as_of else []
