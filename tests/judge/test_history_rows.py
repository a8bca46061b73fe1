"""What is taken from the meeting before: counts, rates, and only what lies before this one."""

from datetime import date

import pandas as pd
from matrix_rows import MEETING, PERIOD, plan_of, previous_of

from pipeline.judge.history import history_before, history_with_now, last_counts, with_history
from schemas.tables import HISTORY, UNIT_SUMMARY

LAST = date(2023, 3, 31)


def history(*rows):
    return frame(HISTORY, *rows)


def frame(table, *rows):
    full = pd.DataFrame(list(rows), columns=list(table.names), dtype=object)
    return full.where(full.notna(), None)


def row(meeting=LAST, done: object = 1, **cells):
    return {"meeting": meeting, "unit": "甲局", "dimension": "事项", "applicable": 4, "done": done, **cells}


def test_counts_of_the_meeting_before_and_no_other():
    previous = previous_of(history=history(row(date(2023, 3, 17), 0), row(LAST, 3)))
    assert last_counts(previous).values.tolist() == [["甲局", "事项", 4, 3, None]]
    assert len(last_counts(None)) == 0


def test_where_history_is_gone_the_summary_still_knows():
    summary = frame(UNIT_SUMMARY, row(done=2), row(done="两项", dimension="窗口"))
    assert last_counts(previous_of(unit_dimensions=summary)).values.tolist() == [["甲局", "事项", 4, 2, None]]


def test_only_earlier_meetings_are_history():
    previous = previous_of(history=history(row(LAST), row(MEETING)))
    assert history_before(previous, PERIOD)["meeting"].tolist() == [LAST]
    assert list(history_before(None, PERIOD).columns) == list(HISTORY.names)


def test_the_summary_is_completed_from_history():
    now = pd.DataFrame([row(done=2, light="红", rate=0.5), row(dimension="窗口", light="绿")], dtype=object)
    now = now.drop(columns="meeting").reindex(columns=[name for name in UNIT_SUMMARY.names if "forecast" not in name])
    ranking = pd.DataFrame({"unit": ["甲局"], "score": [61.5], "rank": [None]}, dtype=object)
    receipts = pd.DataFrame({"unit": ["甲局"], "receipt": ["按时"]}, dtype=object)
    before = history(row(LAST, 1, light="红"))
    both = history_with_now(before, now, ranking, receipts, PERIOD)
    assert both[["meeting", "done", "score", "rank", "receipt"]].values.tolist() == [
        [LAST, 1, None, None, None],
        [MEETING, 2, 61.5, None, "按时"],
        [MEETING, 1, 61.5, None, "按时"],
    ]
    summary = with_history(now, before, both, before, plan_of("甲局"), PERIOD)
    names = ["dimension", "rate_before", "red_streak", "escalation"]
    assert summary[names].values.tolist() == [["事项", 0.25, 2, "督办单"], ["窗口", None, 0, None]]
    # a quarter gained in 14 days: the half that is left takes 28 more
    assert summary.at[0, "forecast_on"] == date(2023, 5, 12)
