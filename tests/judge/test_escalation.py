from datetime import date

import pandas as pd
import pytest

from pipeline.judge.history import red_streaks, step
from schemas.tables import HISTORY

DAYS = [date(2023, 3, 3), date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14)]


def history(lights, unit="甲局", dimension="事项"):
    """Lights of one unit, oldest meeting first; None: the unit was not there."""
    rows = [
        {"meeting": day, "unit": unit, "dimension": dimension, "light": light}
        for day, light in zip(DAYS, lights, strict=False)
        if light
    ]
    return pd.DataFrame(rows, columns=list(HISTORY.names), dtype=object)


def now(light, unit="甲局", dimension="事项"):
    return pd.DataFrame([{"unit": unit, "dimension": dimension, "light": light}], index=[7])


@pytest.mark.parametrize(
    ("before", "light", "streak"),
    [
        ([], "红", 1),
        ([], "绿", 0),
        (["红"], "红", 2),
        (["红", "红"], "红", 3),
        (["红", "黄", "红"], "红", 2),
        (["红", "红", "红"], "黄", 0),
        (["绿", "灰"], "红", 1),
    ],
)
def test_reds_running(before, light, streak):
    streaks = red_streaks(history(before), now(light))
    assert streaks.to_dict() == {7: streak}


def test_a_meeting_at_which_the_unit_was_not_there_breaks_the_streak():
    both = pd.concat([history(["红", None, "红"]), history(["绿", "绿", "绿"], unit="乙局")])
    assert red_streaks(both, now("红")).tolist() == [2]


def test_a_fortnight_without_a_meeting_breaks_nothing():
    two = history(["红", "红"]).assign(meeting=[DAYS[0], DAYS[2]])
    assert red_streaks(two, now("红")).tolist() == [3]


def test_what_a_streak_calls_for():
    assert [step(streak) for streak in range(6)] == ["", "提醒", "督办单", "约谈建议", "约谈建议", "约谈建议"]
