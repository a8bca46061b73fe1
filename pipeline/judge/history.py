"""历史: what is remembered of earlier meetings, and the rows that this one adds (contract §8).

督办升级: how many meetings running a unit has been 红 in a dimension, and what that calls for.

Contract §7: 红 1 period 提醒, 2 periods running 督办单, 3 or more 约谈建议. Periods run on by their
meetings as recorded in 历史, so that deleting old folders or skipping a fortnight breaks no streak;
a period that a unit merely carried over counts with the light it had.

预测: when the pace of the last three periods would reach 100 %, beside the deadline.

The pace is the straight line between the oldest and the newest of the last three meetings (this one
included) at which the unit had applicable items; two meetings are enough, one is not. Exact
fractions, rounded up to a whole day. It is a reason of its own and never changes a light.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pandas as pd

from pipeline.records import Previous
from schemas.plan import Period, Plan
from schemas.tables import HISTORY, UNIT_SUMMARY
from schemas.words import Escalation, Light, Receipt


def red_streaks(history_before: pd.DataFrame, unit_lights: pd.DataFrame) -> pd.Series[Any]:
    """Number of meetings running with a 红, this one included; 0 where the light now is not 红.

    history_before: HISTORY rows of earlier meetings (one row = unit × dimension × meeting), possibly
    none. unit_lights: one row = unit × dimension now, with unit, dimension, light. Out: its index.
    """
    meetings = sorted(history_before["meeting"].dropna().unique())
    known = zip(*(history_before[name] for name in ("meeting", "unit", "dimension", "light")), strict=True)
    red = {(meeting, unit, dimension) for meeting, unit, dimension, light in known if light == Light.RED}
    streaks = []
    for unit, dimension, light in zip(*(unit_lights[n] for n in ("unit", "dimension", "light")), strict=True):
        streak = 0
        if light == Light.RED:
            streak = 1
            for meeting in reversed(meetings):
                if (meeting, unit, dimension) not in red:
                    break
                streak += 1
        streaks.append(streak)
    return pd.Series(streaks, index=unit_lights.index, dtype=object)


@dataclass(frozen=True)
class Silence:
    """How many meetings running a unit has sent nothing, this one included, and the period whose rows stand for it."""

    meetings: int
    period: int | None = None  # None where it never reported

    @property
    def escalation(self) -> str:
        """What it calls for, for the unit as a whole (contract §7)."""
        return step(self.meetings)


_SILENT = (Receipt.CARRIED, Receipt.NEVER)


def silences(before: pd.DataFrame, receipts: pd.DataFrame) -> dict[str, Silence]:
    """Unit → its silence; units that returned are absent. before: HISTORY of the meetings before this one."""
    names = ("unit", "meeting", "period", "receipt")
    known: dict[str, dict[date, tuple[int, str]]] = {}
    for unit, meeting, period, receipt in zip(*(before[name] for name in names), strict=True):
        known.setdefault(unit, {})[meeting] = (period, receipt)
    found = {}
    for unit, receipt in zip(receipts["unit"], receipts["receipt"], strict=True):
        if receipt in _SILENT:
            count, last = 1, None
            for _, (period, then) in sorted(known.get(unit, {}).items(), reverse=True):
                if then not in _SILENT:
                    last = period
                    break
                count += 1
            found[unit] = Silence(count, last)
    return found


def step(streak: int) -> str:
    """What a streak of reds calls for; "" for none."""
    if streak <= 0:
        return ""
    return (Escalation.REMINDER, Escalation.SUPERVISION, Escalation.INTERVIEW)[min(streak, 3) - 1].value


PERIODS = 3
#: A date further away than this says nothing but that it will not happen at this pace.
_HORIZON_DAYS = 3650
DONE = "已到位"
NEVER = "按近三期进度无法到位"
TOO_EARLY = "只有一期数据，暂不预测"

Point = tuple[date, Fraction]


def forecast(history_incl_now: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """One row = one unit × dimension of the meeting `as_of`: unit, dimension, forecast_on, forecast.

    history_incl_now: HISTORY rows with meeting, unit, dimension, applicable, done, this meeting's
    included. forecast_on is None where no date can be named; a date past the deadline makes the text
    begin with 黄：.
    """
    deadlines = {entry.dimension.value: entry.deadline for entry in plan.dimensions}
    points = _points(history_incl_now)
    now = history_incl_now[history_incl_now["meeting"] == as_of]
    rows = []
    for unit, dimension in zip(now["unit"], now["dimension"], strict=True):
        reached_on, words = _judge(points.get((unit, dimension), []), deadlines.get(dimension), as_of)
        rows.append({"unit": unit, "dimension": dimension, "forecast_on": reached_on, "forecast": words})
    return pd.DataFrame(rows, columns=["unit", "dimension", "forecast_on", "forecast"], dtype=object)


def _points(history: pd.DataFrame) -> dict[tuple[str, str], list[Point]]:
    """(unit, dimension) → its last three (meeting, rate) with applicable items, oldest first."""
    points: dict[tuple[str, str], list[Point]] = {}
    columns = (history[name] for name in ("meeting", "unit", "dimension", "applicable", "done", "rate"))
    for meeting, unit, dimension, applicable, done, rate in sorted(zip(*columns, strict=True), key=lambda row: row[0]):
        if applicable:
            points.setdefault((unit, dimension), []).append((meeting, exact_rate(done, applicable, rate)))
    return {key: found[-PERIODS:] for key, found in points.items()}


#: Beyond it a rate that was written as a decimal is not told exactly; no unit has so many items.
_MOST_ITEMS = 1_000_000


def exact_rate(done: int, applicable: int, rate: object) -> Fraction:
    """The rate that 历史 tells: 到位 ÷ (适用 + 未列), where it is written; 到位 ÷ 适用 in older workbooks."""
    whole = Fraction(int(done), int(applicable))
    if isinstance(rate, int | float) and 0 <= rate < whole:
        return Fraction(rate).limit_denominator(_MOST_ITEMS)
    return whole


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


def history_before(previous: Previous | None, period: Period) -> pd.DataFrame:
    """HISTORY rows of the meetings before this one; one row = unit × dimension × meeting."""
    if previous is None:
        return pd.DataFrame(columns=list(HISTORY.names), dtype=object)
    rows = previous.history
    earlier = [meeting < period.meeting for meeting in rows["meeting"]]
    return rows.loc[earlier, list(HISTORY.names)].reset_index(drop=True)


def history_with_now(
    before: pd.DataFrame,
    unit_dimensions: pd.DataFrame,
    ranking: pd.DataFrame,
    receipts: pd.DataFrame,
    period: Period,
) -> pd.DataFrame:
    """HISTORY with this meeting's rows at the end.

    unit_dimensions: one row = unit × dimension; ranking, receipts: one row = one unit.
    """
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


def last_counts(previous: Previous | None) -> pd.DataFrame:
    """unit, dimension, applicable, done, rate at the meeting before; no rows when there was none.

    From 历史, whose rows were checked when they were read; from 单位汇总 where 历史 does not have them.
    """
    names = ["unit", "dimension", "applicable", "done", "rate"]
    if previous is None:
        return pd.DataFrame(columns=names, dtype=object)
    rows = previous.history[previous.history["meeting"] == previous.meeting]
    rows = rows if len(rows) else previous.unit_dimensions
    pairs = zip(rows["applicable"], rows["done"], strict=True)
    sound = [isinstance(applicable, int) and isinstance(done, int) for applicable, done in pairs]
    return rows.loc[sound, names]


def with_history(
    unit_dimensions: pd.DataFrame,
    before: pd.DataFrame,
    history: pd.DataFrame,
    last: pd.DataFrame,
    plan: Plan,
    period: Period,
) -> pd.DataFrame:
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


def _rates(unit_dimensions: pd.DataFrame, last: pd.DataFrame) -> pd.Series[float]:
    names = ("unit", "dimension", "applicable", "done", "rate")
    rates = {
        (unit, dimension): float(exact_rate(done, applicable, rate))
        for unit, dimension, applicable, done, rate in zip(*(last[name] for name in names), strict=True)
        if applicable
    }
    keys = zip(unit_dimensions["unit"], unit_dimensions["dimension"], strict=True)
    return pd.Series([rates.get(key) for key in keys], index=unit_dimensions.index, dtype=object)
