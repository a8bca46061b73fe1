"""预测: when the pace of the last three periods would reach 100 %, beside the deadline.

The pace is the straight line between the oldest and the newest of the last three meetings (this one
included) at which the unit had applicable items; two meetings are enough, one is not. Exact
fractions, rounded up to a whole day. It is a reason of its own and never changes a light.
"""

from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING

from schemas.plan import Plan
from schemas.vocabulary import Light

if TYPE_CHECKING:
    import pandas as pd

PERIODS = 3
#: A date further away than this says nothing but that it will not happen at this pace.
_HORIZON_DAYS = 3650
DONE = "已到位"
NEVER = "按近三期进度无法到位"
TOO_EARLY = "只有一期数据，暂不预测"

Point = tuple[date, Fraction]


def forecast(history_incl_now: "pd.DataFrame", plan: Plan, as_of: date) -> "pd.DataFrame":
    """One row = one unit × dimension of the meeting `as_of`: unit, dimension, forecast_on, forecast.

    history_incl_now: HISTORY rows with meeting, unit, dimension, applicable, done, this meeting's
    included. forecast_on is None where no date can be named; a date past the deadline makes the text
    begin with 黄：.
    """
    import pandas as pd

    deadlines = {entry.dimension.value: entry.deadline for entry in plan.dimensions}
    points = _points(history_incl_now)
    now = history_incl_now[history_incl_now["meeting"] == as_of]
    rows = []
    for unit, dimension in zip(now["unit"], now["dimension"], strict=True):
        reached_on, words = _judge(points.get((unit, dimension), []), deadlines.get(dimension), as_of)
        rows.append({"unit": unit, "dimension": dimension, "forecast_on": reached_on, "forecast": words})
    return pd.DataFrame(rows, columns=["unit", "dimension", "forecast_on", "forecast"], dtype=object)


def _points(history: "pd.DataFrame") -> dict[tuple[str, str], list[Point]]:
    """(unit, dimension) → its last three (meeting, rate) with applicable items, oldest first."""
    points: dict[tuple[str, str], list[Point]] = {}
    columns = (history[name] for name in ("meeting", "unit", "dimension", "applicable", "done"))
    for meeting, unit, dimension, applicable, done in sorted(zip(*columns, strict=True), key=lambda row: row[0]):
        if applicable:
            points.setdefault((unit, dimension), []).append((meeting, Fraction(int(done), int(applicable))))
    return {key: found[-PERIODS:] for key, found in points.items()}


def _judge(points: list[Point], deadline: date | None, as_of: date) -> tuple[date | None, str]:
    if not points or points[-1][0] != as_of:
        return None, ""  # nothing applicable now
    rate = points[-1][1]
    if rate == 1:
        return None, DONE
    if len(points) == 1:
        return None, TOO_EARLY
    pace = (rate - points[0][1]) / (as_of - points[0][0]).days
    days = ceil((1 - rate) / pace) if pace > 0 else _HORIZON_DAYS + 1
    if days > _HORIZON_DAYS:
        return None, NEVER
    reached_on = as_of + timedelta(days=days)
    return reached_on, _words(reached_on, deadline)


def _words(reached_on: date, deadline: date | None) -> str:
    said = f"预计 {reached_on} 到位"
    if deadline is None:
        return said
    late = (reached_on - deadline).days
    if late > 0:
        return f"{Light.YELLOW}：{said}，晚于时限 {late} 天"
    return f"{said}，早于时限 {-late} 天" if late else f"{said}，恰在时限当日"
