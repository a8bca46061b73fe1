"""总矩阵, 红灯清单 and 黄灯清单: what was judged about items, laid out as their tables (contract §8)."""

import pandas as pd

from schemas.plan import Plan
from schemas.tables import MATRIX, RED_LIST, light_name, reason_name, state_name
from schemas.words import Light


def matrix_frame(items: pd.DataFrame, *judged: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """总矩阵; one row = one item, index and order of `items`; columns of MATRIX.

    judged: states, lights with reasons, first_done dates, and the series `change` and `suspicions`,
    all with the index of `items`.
    """
    own = items[[name for name in MATRIX.names if name in items.columns]]
    return pd.concat([own, *judged], axis=1)[list(MATRIX.names)].astype(object)


def light_list(light: Light, items: pd.DataFrame, matrix: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """红灯清单 or 黄灯清单; one row = one item × dimension with that light, in the order of the matrix.

    The columns for people to write in are blank. items: one row = one item, with its plan date and
    reason; matrix: `matrix_frame` of the same items.
    """
    parts = []
    for place, entry in enumerate(plan.dimensions):
        d = entry.dimension
        rows = matrix[matrix[light_name(d)] == light]
        parts.append(
            rows.assign(
                dimension=str(d),
                state=rows[state_name(d)],
                light=light.value,
                reason=rows[reason_name(d)],
                deadline=entry.deadline,
                planned_on=items.loc[rows.index, "planned_on"],
                reason_open=items.loc[rows.index, "reason_open"],
                place=place,
            )
        )
    rows = pd.concat(parts)
    rows = rows.assign(item=rows.index).sort_values(["item", "place"], ignore_index=True)
    return rows.reindex(columns=list(RED_LIST.names)).astype(object).where(lambda cells: cells.notna(), None)
