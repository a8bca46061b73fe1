"""States: how far each item has come in each dimension, from the cleaned cells (contract §5)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from schemas.plan import Plan
from schemas.returns.items import COLUMNS_OF_DIMENSION, EXEMPT, STEPS
from schemas.tables import state_name
from schemas.words import (
    STATE_OF_AUTHORITY,
    STATE_OF_ITEM,
    STATE_OF_ONE_ID,
    STATE_OF_STAFF,
    STATE_OF_SYSTEM,
    STATE_OF_WINDOW,
    STEP_PLACE,
    Dimension,
    State,
)

_STATE_OF: dict[Dimension, Mapping[str, State]] = {
    Dimension.ITEM: STATE_OF_ITEM,
    Dimension.WINDOW: STATE_OF_WINDOW,
    Dimension.STAFF: STATE_OF_STAFF,
    Dimension.AUTHORITY: STATE_OF_AUTHORITY,
    Dimension.SYSTEM: STATE_OF_SYSTEM,
    Dimension.ONE_ID: STATE_OF_ONE_ID,
}


def item_states(items: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The state of every item in every dimension.

    items: one row = one item, columns of the sheet 事项 plus `unit`, cleaned; a blank is None and
    what could not be read keeps its raw text, which is why anything unknown is 待核.
    Out: same index, one column a dimension named by `schemas.tables.state_name`, plain text of State.
    """
    exempt = exempt_items(items, plan)
    states = {}
    for dimension in Dimension:
        if dimension is Dimension.STEP:
            state = _step_states(items)
        else:
            words = {value: state.value for value, state in _STATE_OF[dimension].items()}
            (name,) = COLUMNS_OF_DIMENSION[dimension]
            state = items[name].map(words).astype(object)
            state = state.where(state.notna(), State.PENDING.value)
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


def _step_states(items: pd.DataFrame) -> pd.Series[str]:
    """环节, from where 受理 审核 决定 送达 take place."""
    steps = items[list(STEPS)]
    known = steps.isin(STEP_PLACE.values).all(axis=1)
    existing = (steps != "无此环节").sum(axis=1)
    outside = (steps == "厅外").sum(axis=1)
    state = np.select(
        [~known | (existing == 0), outside == 0, outside == existing],
        [State.PENDING.value, State.DONE.value, State.NOT_DONE.value],
        State.MOVING.value,
    )
    return pd.Series(state, index=items.index, dtype=object)
