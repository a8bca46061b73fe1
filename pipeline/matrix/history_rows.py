"""历史: what is remembered of earlier meetings, and the rows that this one adds (contract §8)."""

from typing import TYPE_CHECKING

from pipeline.matrix.escalation import red_streaks, step
from pipeline.matrix.forecast import forecast
from pipeline.records import Previous
from schemas.ledger import HISTORY, UNIT_SUMMARY
from schemas.plan import Period, Plan

if TYPE_CHECKING:
    import pandas as pd


def history_before(previous: Previous | None, period: Period) -> "pd.DataFrame":
    """HISTORY rows of the meetings before this one; one row = unit × dimension × meeting."""
    import pandas as pd

    if previous is None:
        return pd.DataFrame(columns=list(HISTORY.names), dtype=object)
    rows = previous.history
    earlier = [meeting < period.meeting for meeting in rows["meeting"]]
    return rows.loc[earlier, list(HISTORY.names)].reset_index(drop=True)


def history_with_now(
    before: "pd.DataFrame",
    unit_dimensions: "pd.DataFrame",
    ranking: "pd.DataFrame",
    receipts: "pd.DataFrame",
    period: Period,
) -> "pd.DataFrame":
    """HISTORY with this meeting's rows at the end.

    unit_dimensions: one row = unit × dimension; ranking, receipts: one row = one unit.
    """
    import pandas as pd

    by_unit = ranking.set_index("unit")
    now = unit_dimensions.assign(
        period=period.number,
        meeting=period.meeting,
        score=unit_dimensions["unit"].map(by_unit["score"]),
        rank=unit_dimensions["unit"].map(by_unit["rank"]),
        receipt=unit_dimensions["unit"].map(receipts.set_index("unit")["receipt"]),
    )
    now = now[list(HISTORY.names)].astype(object)
    now = now.where(now.notna(), None)
    return pd.concat([before, now], ignore_index=True) if len(before) else now.reset_index(drop=True)


def last_counts(previous: Previous | None) -> "pd.DataFrame":
    """unit, dimension, applicable, done at the meeting before; no rows when there was none.

    From 历史, whose rows were checked when they were read; from 单位汇总 where 历史 does not have them.
    """
    import pandas as pd

    names = ["unit", "dimension", "applicable", "done"]
    if previous is None:
        return pd.DataFrame(columns=names, dtype=object)
    rows = previous.history[previous.history["meeting"] == previous.meeting]
    rows = rows if len(rows) else previous.unit_dimensions
    pairs = zip(rows["applicable"], rows["done"], strict=True)
    sound = [isinstance(applicable, int) and isinstance(done, int) for applicable, done in pairs]
    return rows.loc[sound, names]


def with_history(
    unit_dimensions: "pd.DataFrame",
    before: "pd.DataFrame",
    history: "pd.DataFrame",
    last: "pd.DataFrame",
    plan: Plan,
    period: Period,
) -> "pd.DataFrame":
    """单位汇总 complete: last period's rate, the streak of reds and what it calls for, the forecast.

    before, history: HISTORY without and with this meeting; last: `last_counts`.
    """
    keys = ["unit", "dimension"]
    streaks = red_streaks(before, unit_dimensions)
    rows = unit_dimensions.assign(
        rate_before=_rates(unit_dimensions, last),
        red_streak=streaks,
        escalation=streaks.map(lambda streak: step(streak) or None),
    )
    rows = rows.merge(forecast(history, plan, period.meeting), on=keys, how="left", validate="one_to_one")
    rows = rows[list(UNIT_SUMMARY.names)].astype(object)
    return rows.where(rows.notna(), None)


def _rates(unit_dimensions: "pd.DataFrame", last: "pd.DataFrame") -> "pd.Series[float]":
    import pandas as pd

    names = ("unit", "dimension", "applicable", "done")
    rates = {
        (unit, dimension): done / applicable
        for unit, dimension, applicable, done in zip(*(last[name] for name in names), strict=True)
        if applicable
    }
    keys = zip(unit_dimensions["unit"], unit_dimensions["dimension"], strict=True)
    return pd.Series([rates.get(key) for key in keys], index=unit_dimensions.index, dtype=object)
