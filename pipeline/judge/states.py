"""States: how far each item has come in each dimension, from the cleaned cells (contract §5)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.judge.missing import is_missing
from schemas.dimensions import EXEMPT, Dimension, Record
from schemas.plan import Plan
from schemas.tables import state_name
from schemas.words import State


def item_states(items: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The state of every item in every dimension.

    items: one row = one item, columns of the sheet 事项 plus `unit`, cleaned; a blank is None and
    what could not be read keeps its raw text, which is why anything unknown is 待核, as is all of a 漏报.
    Out: same index, one column a dimension named by `schemas.tables.state_name`, plain text of State.
    """
    exempt, missing = exempt_items(items, plan), is_missing(items)
    states = {}
    for dimension in Dimension:
        state = _states_of(items, dimension.record).mask(missing, State.PENDING.value)
        states[state_name(dimension)] = state.mask(exempt, State.EXEMPT.value)
    return pd.DataFrame(states, index=items.index, dtype=object)


def exempt_items(items: pd.DataFrame, plan: Plan) -> pd.Series[bool]:
    """Whether an item is exempt in every dimension: 负面清单 是 with a 批准文号.

    When the plan holds the office's approved list, the item must be on it too. items: as above.
    """
    claimed = EXEMPT.mask(items).astype(bool)
    return claimed & on_negative_list(items, plan) if plan.negative_list else claimed


def on_negative_list(items: pd.DataFrame, plan: Plan) -> pd.Series[bool]:
    """Whether an item is on the plan's approved 负面清单.

    Matched within the unit by code where both sides have one, else by name.
    """
    by_code = {(entry.unit, entry.item_code) for entry in plan.negative_list if entry.item_code}
    by_name = {(entry.unit, entry.item_name) for entry in plan.negative_list}
    by_name_only = {(entry.unit, entry.item_name) for entry in plan.negative_list if not entry.item_code}
    keys = zip(items["unit"], items["item_code"], items["item_code"].isna(), items["item_name"], strict=True)
    return pd.Series(
        [
            (unit, name) in by_name if codeless else (unit, code) in by_code or (unit, name) in by_name_only
            for unit, code, codeless, name in keys
        ],
        index=items.index,
        dtype=bool,
    )


def _states_of(items: pd.DataFrame, record: Record) -> pd.Series[str]:
    """The states in one dimension, exemptions apart."""
    if len(record.columns) > 1:
        return _joint_states(items, record)
    words = {value: state.value for value, state in record.state_of.items()}
    state = items[record.columns[0]].map(words).astype(object)
    return state.where(state.notna(), State.PENDING.value)


def _joint_states(items: pd.DataFrame, record: Record) -> pd.Series[str]:
    """The states that several cells decide together, such as 受理 审核 决定 送达."""
    cells = items[list(record.columns)]
    known = cells.isin([*record.state_of, record.absent]).all(axis=1)
    if record.void is not None:
        known &= ~record.void.mask(items)
    counted = (cells != record.absent).sum(axis=1)
    lacking = cells.isin(record.open_values).sum(axis=1)
    state = np.select(
        [~known, lacking == 0, lacking == counted],
        [State.PENDING.value, State.DONE.value, State.NOT_DONE.value],
        State.MOVING.value,
    )
    return pd.Series(state, index=items.index, dtype=object)
