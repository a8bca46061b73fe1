"""Lights of items: one for each item × dimension, with its reason in words (contract §6).

Which items the inspection findings are about, and what that makes 红 (contract §6, §7).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.identity import Matching
from pipeline.judge.lasting import delays_in_force
from schemas.dimensions import DIMENSION_OF_INSPECTION, Dimension
from schemas.figures import ahead, as_day, is_blank, is_near, overdue
from schemas.plan import Plan
from schemas.returns.items import SHEET as ITEMS
from schemas.returns.waivers import DELAYS
from schemas.tables import light_name, reason_name, state_name
from schemas.words import Light, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting


def item_lights(
    items: pd.DataFrame,
    states: pd.DataFrame,
    flags: Mapping[Dimension, pd.Series[str]],
    plan: Plan,
    as_of: date,
    deadlines: Mapping[Dimension, pd.Series[Any]],
) -> pd.DataFrame:
    """Light and reason of every item in every dimension.

    items: one row = one item, with 计划完成日期 (`planned_on`); states: `pipeline.judge.states.item_states`;
    flags: `red_flags`; deadlines: `own_deadlines`; all with one index. Out: the same index, the
    columns `light_name(d)` and `reason_name(d)`.
    """
    planned = [None if is_blank(cell) else cell for cell in items["planned_on"]]
    columns: dict[str, list[str]] = {}
    for entry in plan.dimensions:
        d = entry.dimension
        cells = zip(states[state_name(d)], flags[d], planned, deadlines[d], strict=True)
        pairs = _lights(cells, plan.thresholds.warn_days, as_of)
        columns[light_name(d)] = [light for light, _ in pairs]
        columns[reason_name(d)] = [reason for _, reason in pairs]
    return pd.DataFrame(columns, index=items.index, dtype=object)


def _lights(
    cells: Iterable[tuple[str, str | None, object, date | None]], warn_days: int, as_of: date
) -> list[tuple[str, str]]:
    """The light of each (state, flag, planned, deadline), each distinct one judged once."""
    judged: dict[tuple[str, str | None, object, date | None], tuple[str, str]] = {}
    pairs = []
    for cell in cells:
        pair = judged.get(cell)
        if pair is None:
            *given, deadline = cell
            light, reason = item_light(*given, deadline=deadline, as_of=as_of, warn_days=warn_days)  # type: ignore[arg-type]
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


def matched_items(inspections: pd.DataFrame, items: pd.DataFrame) -> dict[object, list[object]]:
    """Index label of each inspection finding → labels of the items it is about (perhaps none).

    Within the unit, by code; where there is no code, or no item has it, by name.
    """
    asked = list(zip(*(inspections[name] for name in ("unit", "item_code", "item_name")), strict=True))
    by_code: dict[tuple[object, object], list[object]] = {(unit, code): [] for unit, code, _ in asked}
    by_name: dict[tuple[object, object], list[object]] = {(unit, name): [] for unit, _, name in asked}
    for label, unit, code, name in zip(items.index, items["unit"], items["item_code"], items["item_name"], strict=True):
        if (unit, code) in by_code:
            by_code[unit, code].append(label)
        if (unit, name) in by_name:
            by_name[unit, name].append(label)
    matched: dict[object, list[object]] = {}
    for finding, (unit, code, name) in zip(inspections.index, asked, strict=True):
        same_code = [] if is_blank(code) else by_code[unit, code]
        same_name = [] if is_blank(name) else by_name[unit, name]
        matched[finding] = same_code or same_name
    return matched


def red_flags(items: pd.DataFrame, open_rows: pd.DataFrame) -> Mapping[Dimension, pd.Series[str]]:
    """Why an item is 红 in a dimension whatever its state, in words; None where nothing flags it.

    One series a dimension, index as `items`: what the unit itself admits (体外循环, 两头受理), then
    the open inspection findings about the item.
    """
    flags = {dimension: pd.Series([None] * len(items), index=items.index, dtype=object) for dimension in Dimension}
    for dimension in Dimension:
        if admitted := dimension.record.admitted:
            flags[dimension][items[admitted] == "是"] = f"自报{ITEMS.titles[admitted]}"
    matched = matched_items(open_rows, items)
    for finding, kind, found_on in zip(open_rows.index, open_rows["kind"], open_rows["found_on"], strict=True):
        concerned = DIMENSION_OF_INSPECTION.get(kind)
        if concerned is None:
            continue
        for label in matched[finding]:
            said = flags[concerned].at[label]
            words = f"督查发现{kind}（{as_day(found_on)}）"
            flags[concerned].at[label] = f"{said!s}；{words}" if said else words
    return flags


def own_deadlines(items: pd.DataFrame, delays: pd.DataFrame, plan: Plan) -> Mapping[Dimension, pd.Series[Any]]:
    """Dimension → the deadline of every item in it: the dimension's, or that of a delay, which stays it once lapsed.

    delays: rows of 延期事项 (unit, item_code, item_name, dimension, until); code and name both blank: all items
    of the unit. Of several about one item the latest date holds.
    """
    found = {
        entry.dimension: pd.Series([entry.deadline] * len(items), index=items.index, dtype=object)
        for entry in plan.dimensions
    }
    whole = delays["item_code"].isna() & delays["item_name"].isna()
    matched = matched_items(delays[~whole], items)
    matched |= {label: list(items.index[items["unit"] == delays.at[label, "unit"]]) for label in delays.index[whole]}
    by_day = sorted(zip(delays.index, delays["dimension"], delays["until"].map(as_day), strict=True), key=_by_day)
    for label, dimension, until in by_day:
        if until and dimension in tuple(Dimension):
            own = found[Dimension(dimension)]
            own[own.index.isin(matched[label])] = until
    return found


def _by_day(delay: tuple[object, object, date | None]) -> date:
    return delay[-1] or date.min


TO_CONFIRM = "上期红灯，整改待核"


def to_confirm(
    lights: pd.DataFrame,
    before: pd.DataFrame,
    matching: Matching,
    settled: Mapping[Dimension, Collection[object]],
    moved: Collection[tuple[object, Dimension]],
) -> pd.DataFrame:
    """`lights` with 整改待核: 红 at the last meeting and 绿 now by the unit's own word is 黄 at this one (contract §6).

    before: the last meeting's matrix; matching: rows of now against it. settled: dimension → items whose
    inspection or matter was closed since; moved: (item, dimension) whose deadline was changed since.
    """
    lights = lights.copy()
    labels = lights.index.tolist()
    for d in Dimension:
        was = before[light_name(d)].tolist()
        light, reason = lights[light_name(d)].tolist(), lights[reason_name(d)].tolist()
        for now, then in matching.pairs:
            again = was[then] == Light.RED and light[now] == Light.GREEN
            if again and labels[now] not in settled[d] and (labels[now], d) not in moved:
                light[now], reason[now] = Light.YELLOW.value, TO_CONFIRM
        lights[light_name(d)], lights[reason_name(d)] = light, reason
    return lights


def confirmed(meeting: Meeting) -> pd.DataFrame:
    """The lights of a meeting, with 整改待核 where the plan has it on and there was a meeting before."""
    own, matching = meeting.own_lights, meeting.moved.matching
    if meeting.previous is None or matching is None or not meeting.plan.thresholds.confirm_red:
        return own
    before, items = meeting.previous, meeting.in_force
    between = (before.meeting, meeting.period.meeting)
    settled = settled_items(meeting.inspections, meeting.matters, items, *between)
    moved = moved_deadlines(meeting.deadlines, own_deadlines_before(meeting), items)
    return to_confirm(own, before.matrix, matching, settled, moved)


def settled_items(
    inspections: pd.DataFrame, matters: pd.DataFrame, items: pd.DataFrame, after: date, by: date
) -> Mapping[Dimension, frozenset[object]]:
    """Dimension → the items about which an inspection was 已销号, or a matter 已办结, after the last meeting and by this one.

    A matter is about one item and one dimension: with either blank, or of 事项 that no item has, it settles nothing.
    """
    found: dict[Dimension, set[object]] = {d: set() for d in Dimension}
    for rows, over, concerned in (
        (inspections, "已销号", DIMENSION_OF_INSPECTION),
        (matters.rename(columns={"dimension": "kind"}), "已办结", {str(d): d for d in Dimension}),
    ):
        days = rows["closed_on"].map(as_day)
        since = pd.Series([day is not None and after < day <= by for day in days], index=rows.index, dtype=bool)
        closed = rows[(rows["state"] == over) & since]
        matched = matched_items(closed, items)
        for label, kind in zip(closed.index, closed["kind"], strict=True):
            if kind in concerned:
                found[concerned[kind]].update(matched[label])
    return {d: frozenset(labels) for d, labels in found.items()}


def moved_deadlines(
    deadlines: Mapping[Dimension, pd.Series[Any]], before: Mapping[Dimension, pd.Series[Any]], items: pd.DataFrame
) -> frozenset[tuple[object, Dimension]]:
    """(item, dimension) whose deadline is another than at the last meeting; the series are aligned with `items`."""
    return frozenset(
        (label, d)
        for d, days in deadlines.items()
        for label, day, was in zip(items.index, days, before[d], strict=True)
        if day != was
    )


def own_deadlines_before(meeting: Meeting) -> Mapping[Dimension, pd.Series[Any]]:
    """The deadlines that the items in force now had at the last meeting: its dimensions', its delays'."""
    before, items = meeting.before, meeting.in_force
    names = ("dimension", "deadline")
    then = {d: as_day(day) for d, day in zip(*(before.unit_dimensions[n] for n in names), strict=True)}
    dimensions = meeting.plan.dimensions
    if any(then.values()):  # a workbook of an earlier version may lack the column
        dimensions = tuple(replace(e, deadline=then.get(str(e.dimension), e.deadline)) for e in dimensions)
    delays = before.office.get(DELAYS.key)
    in_force = meeting.delays.iloc[:0] if delays is None else delays_in_force(delays, meeting.plan)
    return own_deadlines(items, in_force, replace(meeting.plan, dimensions=dimensions))


def stray_inspections(
    open_rows: pd.DataFrame, items: pd.DataFrame, states: pd.DataFrame
) -> Mapping[tuple[str, Dimension], list[str]]:
    """(unit, dimension) → in words, the open findings of its kinds that fit no applicable item of the unit."""
    matched = matched_items(open_rows, items)
    found: dict[tuple[str, Dimension], list[str]] = {}
    names = ("unit", "kind", "found_on")
    for label, unit, kind, day in zip(open_rows.index, *(open_rows[n] for n in names), strict=True):
        concerned = DIMENSION_OF_INSPECTION.get(kind)
        if concerned and (states.loc[matched[label], state_name(concerned)] == State.EXEMPT).all():
            found.setdefault((unit, concerned), []).append(f"督查发现{kind}（{as_day(day)}），对不上适用事项")
    return found
