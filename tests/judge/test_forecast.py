"""The pace by hand: (rate now − rate of the oldest of three meetings) ÷ days between."""

from datetime import date

import pandas as pd
from matrix_rows import plan_of

from pipeline.judge.history import DONE, NEVER, TOO_EARLY, forecast
from schemas.tables import HISTORY

PLAN = plan_of("甲局")
DAYS = [date(2023, 3, 3), date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14)]


def told(*counts, dimension="事项"):
    """counts: (applicable, done) of one unit at the last meetings, the newest on 2023-04-14."""
    rows = [
        {"meeting": day, "unit": "甲局", "dimension": dimension, "applicable": applicable, "done": done}
        for day, (applicable, done) in zip(DAYS[-len(counts) :], counts, strict=True)
    ]
    frame = forecast(pd.DataFrame(rows, columns=list(HISTORY.names), dtype=object), PLAN, DAYS[-1])
    assert frame[["unit", "dimension"]].to_numpy().tolist() == [["甲局", dimension]]
    return frame["forecast_on"].iloc[0], frame["forecast"].iloc[0]


def test_the_pace_of_the_last_three_meetings():
    # 10 % → 50 % in 28 days: 50 points more take 35 days; the deadline is 2023-07-31
    assert told((10, 1), (10, 3), (10, 5)) == (date(2023, 5, 19), "预计 2023-05-19 到位，早于时限 73 天")


def test_older_meetings_do_not_count():
    assert told((10, 10), (10, 1), (10, 3), (10, 5))[0] == date(2023, 5, 19)


def test_two_meetings_are_enough():
    # 20 % → 50 % in 14 days: 50 points more take 23⅓ days, a day begun counts
    assert told((10, 2), (10, 5))[0] == date(2023, 5, 8)


def test_one_meeting_is_not():
    assert told((10, 5)) == (None, TOO_EARLY)


def test_past_the_deadline_it_is_a_yellow_reason():
    # 10 % → 20 % in 14 days: 80 points more take 112 days, four after 2023-07-31
    assert told((10, 1), (10, 2)) == (date(2023, 8, 4), "黄：预计 2023-08-04 到位，晚于时限 4 天")


def test_on_the_deadline_itself():
    # 0 → 14 of 122 in 14 days: one a day, 108 more days from 2023-04-14
    assert told((122, 0), (122, 14)) == (date(2023, 7, 31), "预计 2023-07-31 到位，恰在时限当日")


def test_no_progress_never_arrives():
    assert told((10, 5), (10, 5), (10, 5)) == (None, NEVER)
    assert told((10, 5), (10, 4)) == (None, NEVER)
    assert told((10**6, 0), (10**6, 1)) == (None, NEVER)


def test_done_and_not_applicable():
    assert told((10, 5), (10, 10)) == (None, DONE)
    assert told((10, 5), (0, 0)) == (None, "")


def test_meetings_without_applicable_items_are_passed_over():
    assert told((10, 1), (0, 0), (10, 5))[0] == date(2023, 5, 19)


def test_without_a_deadline_only_the_date_is_said():
    assert told((10, 2), (10, 5), dimension="一证通办") == (date(2023, 5, 8), "预计 2023-05-08 到位")
