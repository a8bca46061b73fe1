"""Lights of items: one for each item × dimension, with its reason in words (contract §6).

Which items the inspection findings are about, and what that makes 红 (contract §6, §7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import pandas as pd

from schemas.dimensions import DIMENSION_OF_INSPECTION, Dimension
from schemas.figures import ahead, as_day, is_blank, is_near, overdue
from schemas.plan import DimensionPlan, Plan
from schemas.returns.items import SHEET as ITEMS
from schemas.tables import light_name, reason_name, state_name
from schemas.words import Light, State


def item_lights(
    items: pd.DataFrame,
    states: pd.DataFrame,
    flags: Mapping[Dimension, pd.Series[str]],
    plan: Plan,
    as_of: date,
) -> pd.DataFrame:
    """Light and reason of every item in every dimension.

    items: one row = one item, with 计划完成日期 (`planned_on`); states: `pipeline.judge.states.item_states`;
    flags: `pipeline.judge.lights.red_flags`; all with one index. Out: the same index, the
    columns `light_name(d)` and `reason_name(d)`.
    """
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
