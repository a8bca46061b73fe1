"""督办升级: how many meetings running a unit has been 红 in a dimension, and what that calls for.

Contract §7: 红 1 period 提醒, 2 periods running 督办单, 3 or more 约谈建议. Periods run on by their
meetings as recorded in 历史, so that deleting old folders or skipping a fortnight breaks no streak;
a period that a unit merely carried over counts with the light it had.
"""

from typing import TYPE_CHECKING, Any

from schemas.vocabulary import Escalation, Light

if TYPE_CHECKING:
    import pandas as pd


def red_streaks(history_before: "pd.DataFrame", unit_lights: "pd.DataFrame") -> "pd.Series[Any]":
    """Number of meetings running with a 红, this one included; 0 where the light now is not 红.

    history_before: HISTORY rows of earlier meetings (one row = unit × dimension × meeting), possibly
    none. unit_lights: one row = unit × dimension now, with unit, dimension, light. Out: its index.
    """
    import pandas as pd

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


def step(streak: int) -> str:
    """What a streak of reds calls for; "" for none."""
    if streak <= 0:
        return ""
    return (Escalation.REMINDER, Escalation.SUPERVISION, Escalation.INTERVIEW)[min(streak, 3) - 1].value
