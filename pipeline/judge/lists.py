"""总矩阵, 红灯清单 and 黄灯清单: what was judged about items, laid out as their tables (contract §8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from schemas.dimensions import Dimension
from schemas.plan import DimensionPlan, Plan
from schemas.tables import MATRIX, RED_LIST, light_name, reason_name, state_name
from schemas.words import Light


def matrix_frame(items: pd.DataFrame, *judged: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """总矩阵; one row = one item, index and order of `items`; columns of MATRIX.

    judged: states, lights with reasons, first_done dates, and the series `change` and `suspicions`,
    all with the index of `items`.
    """
    own = items[[name for name in MATRIX.names if name in items.columns]]
    return pd.concat([own, *judged], axis=1)[list(MATRIX.names)].astype(object)


WHOLE_UNIT = "（单位整体）"


def whole_rows(found: Iterable[tuple[str, DimensionPlan, Light, str]]) -> pd.DataFrame:
    """（单位整体） rows of RED_LIST and YELLOW_LIST; found: (unit, dimension, light, reason) of `units.whole_reasons`."""
    rows = [
        {
            "unit": unit,
            "item_name": WHOLE_UNIT,
            "dimension": str(entry.dimension),
            "light": light.value,
            "reason": reason,
            "deadline": entry.deadline,
        }
        for unit, entry, light, reason in found
    ]
    return pd.DataFrame(rows, columns=list(RED_LIST.names), dtype=object)


def light_list(
    light: Light,
    items: pd.DataFrame,
    matrix: pd.DataFrame,
    plan: Plan,
    deadlines: Mapping[Dimension, pd.Series[Any]],
    whole: pd.DataFrame,
) -> pd.DataFrame:
    """红灯清单 or 黄灯清单; one row = one item × dimension with that light, in the order of the matrix.

    Before the items of a unit stand its rows of `whole` (`whole_rows`). The columns for people to write in are
    blank. items: one row = one item, with its plan date and reason; matrix: `matrix_frame` of the same items;
    deadlines: dimension → the own deadline of each.
    """
    units = {unit.name: place for place, unit in enumerate(plan.units)}
    places = {str(entry.dimension): place for place, entry in enumerate(plan.dimensions)}
    own = whole[whole["light"] == light]
    parts = [own.assign(item=-1)]
    for entry in plan.dimensions:
        d = entry.dimension
        rows = matrix[matrix[light_name(d)] == light]
        parts.append(
            rows.assign(
                dimension=str(d),
                state=rows[state_name(d)],
                light=light.value,
                reason=rows[reason_name(d)],
                deadline=deadlines[d].loc[rows.index],
                planned_on=items.loc[rows.index, "planned_on"],
                reason_open=items.loc[rows.index, "reason_open"],
                item=rows.index,
            )
        )
    rows = pd.concat(parts)
    rows = rows.assign(order=rows["unit"].map(units), place=rows["dimension"].map(places))
    rows = rows.sort_values(["order", "item", "place"], ignore_index=True)
    return rows.reindex(columns=list(RED_LIST.names)).astype(object).where(lambda cells: cells.notna(), None)
