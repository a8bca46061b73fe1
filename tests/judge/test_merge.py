"""Merge: this period's returns, the carried rows of the silent, and exact duplicates."""

from datetime import date

import pandas as pd
import pytest
from matrix_rows import cover, covers_of, intake_of, item, items_of, merged_of, plan_of, previous_of, table

from pipeline.judge.merge import merge, set_aside_duplicates, zero_returns
from pipeline.judge.missing import unlisted_items
from schemas.returns import TABLES

PLAN = plan_of()


def test_a_silent_unit_keeps_last_periods_rows_marked_and_with_where_they_came_from():
    now = intake_of(
        merged_of(covers_of(cover("丙局"), cover("甲局")), items=[item("丙局"), item("甲局"), item("甲局", "事项二")])
    )
    last = {sheet.key: table(sheet.key) for sheet in TABLES}
    last["items"] = items_of(
        item("甲局", "上期的"), item("乙局", "乙一", planned_on=date(2023, 7, 1)), item("乙局", "乙二")
    )
    last["tasks"] = table("tasks", {"unit": "乙局", "task_name": "任务"})
    merged = merge(now, previous_of(covers=covers_of(cover("甲局"), cover("乙局")), tables=last), PLAN)

    items = merged.tables["items"]
    assert list(zip(items["unit"], items["item_name"], items["carried"], strict=True)) == [
        ("甲局", "事项一", ""),
        ("甲局", "事项二", ""),
        ("甲局", "上期的", "漏报"),
        ("乙局", "乙一", "沿用上期"),
        ("乙局", "乙二", "沿用上期"),
        ("丙局", "事项一", ""),
    ]
    assert list(items.index) == [0, 1, 2, 3, 4, 5]
    carried = items.loc[3]
    assert (carried["file"], carried["sheet"], carried["row"], carried["layout"]) == ("乙局.xlsx", "事项", 4, -1)
    assert carried["planned_on"] == date(2023, 7, 1)
    assert merged.covers[["unit", "carried"]].values.tolist() == [["甲局", ""], ["乙局", "沿用上期"], ["丙局", ""]]
    assert list(merged.tables["tasks"]["carried"]) == ["沿用上期"]


def test_what_a_return_leaves_out_stays_marked_with_its_cells():
    last = {sheet.key: table(sheet.key) for sheet in TABLES} | {"items": items_of(item("甲局", outside_loop="是"))}
    now = intake_of(merged_of(covers_of(cover("甲局", item_total=0))))
    merged = merge(now, previous_of(covers=covers_of(cover("甲局")), tables=last), PLAN)
    rows = merged.tables["items"]
    assert rows[["item_name", "carried", "outside_loop"]].values.tolist() == [["事项一", "漏报", "是"]]
    assert zero_returns(merged) == {"甲局"}
    again = merge(now, previous_of(covers=covers_of(cover("甲局")), tables=merged.tables), PLAN)
    assert list(again.tables["items"]["carried"]) == ["漏报"]
    silent = merge(intake_of(merged_of(covers_of())), previous_of(covers=merged.covers, tables=merged.tables), PLAN)
    assert list(silent.tables["items"]["carried"]) == ["漏报"]
    back = intake_of(merged_of(covers_of(cover("甲局")), items=[item("甲局")]))
    once = merge(back, previous_of(covers=merged.covers, tables=merged.tables), PLAN)
    assert list(once.tables["items"]["carried"]) == [""]


def test_what_the_office_agreed_to_is_gone():
    last = {sheet.key: table(sheet.key) for sheet in TABLES}
    last["items"] = items_of(item("甲局", "撤销的"), item("甲局", "漏填的"))
    now = intake_of(merged_of(covers_of(cover("甲局"))))
    previous = previous_of(covers=covers_of(cover("甲局")), tables=last)
    merged = merge(now, previous, PLAN, lambda unit, code, name: (unit, name) == ("甲局", "撤销的"))
    assert list(merged.tables["items"]["item_name"]) == ["漏填的"]


def test_known_items_that_were_never_reported_are_missing():
    plan = plan_of("甲局", items=[{"unit": "甲局", "item_name": "清单一"}, {"unit": "甲局", "item_name": "事项一"}])
    now = intake_of(merged_of(covers_of(cover("甲局")), items=[item("甲局")]))
    rows = merge(now, None, plan).tables["items"]
    assert rows[["item_name", "carried"]].values.tolist() == [["事项一", ""], ["清单一", "漏报"]]


def test_work_that_is_not_done_stays_and_work_that_is_done_may_go():
    day = date(2023, 3, 20)
    last = {sheet.key: table(sheet.key) for sheet in TABLES}
    last["tasks"] = table(
        "tasks",
        {"unit": "甲局", "task_number": "1", "progress": 0.5},
        {"unit": "甲局", "task_number": "2", "progress": 1.0, "done_on": day},
    )
    last["problems"] = table(
        "problems",
        {"unit": "甲局", "problem_number": "1", "state": "办理中"},
        {"unit": "甲局", "problem_number": "2", "state": "已解决", "solved_on": day},
    )
    now = intake_of(merged_of(covers_of(cover("甲局"))))
    tables = merge(now, previous_of(covers=covers_of(cover("甲局")), tables=last), PLAN).tables
    assert tables["tasks"][["task_number", "carried"]].values.tolist() == [["1", "漏报"]]
    assert tables["problems"][["problem_number", "carried"]].values.tolist() == [["1", "漏报"]]


PART = "11410404MB0A0001824000114108003"


@pytest.mark.parametrize(
    ("total", "rows", "unlisted"),
    [
        (3, [item(), item(name="二"), item(name="三")], 0),
        (5, [item(), item(name="二"), item(name="三")], 2),
        (2, [item(), item(name="二"), item(name="三")], 0),
        (5, [item(), item(name="二", carried="漏报"), item(name="三", carried="漏报")], 2),
        (None, [item()], 0),
        ("五", [item()], 0),
        (0, [], 0),
        (2, [], 2),
        (2, [item(name="甲", item_code=f"{PART}01"), item(name="乙", item_code=f"{PART}02")], 0),
        (3, [item(name="甲", item_code=f"{PART}01"), item(name="乙", item_code=f"{PART}02")], 2),
    ],
)
def test_items_that_the_cover_counts_and_no_row_shows(total, rows, unlisted):
    merged = merged_of(covers_of(cover("甲局", item_total=total)), items=rows)
    assert unlisted_items(merged).get("甲局", 0) == unlisted


def test_in_the_first_period_nothing_is_carried_and_the_input_is_left_alone():
    intake = intake_of(merged_of(covers_of(cover("乙局"), cover("甲局")), items=[item("乙局"), item("甲局")]))
    merged = merge(intake, None, PLAN)
    assert list(merged.tables["items"]["unit"]) == ["甲局", "乙局"]
    assert list(intake.tables["items"]["unit"]) == ["乙局", "甲局"]
    assert {str(dtype) for dtype in merged.tables["items"].dtypes} == {"object"}
    assert merged.tables["items"]["remark"].tolist() == [None, None]


def test_carrying_on_over_two_periods_keeps_the_mark():
    last = {sheet.key: table(sheet.key) for sheet in TABLES}
    last["items"] = items_of(item("乙局")).assign(carried="沿用上期", layout=-1)
    merged = merge(intake_of(merged_of(covers_of())), previous_of(covers=covers_of(cover("乙局")), tables=last), PLAN)
    assert list(merged.tables["items"]["carried"]) == ["沿用上期"]


def test_a_row_equal_in_every_entry_is_set_aside_with_its_reason():
    rows = [
        item("甲局", "一", item_code="A"),
        item("甲局", "二"),
        item("甲局", "一", item_code="A"),
        item("乙局", "一", item_code="A"),
        item("甲局", "一", item_code="A"),
        item("甲局", "一", item_code="A", remark="改过"),
    ]
    before = intake_of(merged_of(covers_of(cover("甲局"), cover("乙局")), items=rows))
    after = set_aside_duplicates(before)
    kept = after.tables["items"]
    assert list(zip(kept["unit"], kept["item_name"], kept["row"], strict=True)) == [
        ("甲局", "一", 4),
        ("甲局", "二", 5),
        ("乙局", "一", 4),
        ("甲局", "一", 8),
    ]
    aside = after.set_aside
    assert aside[["unit", "file", "sheet", "row", "reason"]].values.tolist() == [
        ["甲局", "甲局.xlsx", "事项", 6, "与第 4 行完全相同"],
        ["甲局", "甲局.xlsx", "事项", 7, "与第 4 行完全相同"],
    ]
    assert aside.at[0, "text"].startswith("事项编码：A；事项名称：一；事项类型：行政许可")
    assert len(before.tables["items"]) == len(rows)
    assert set_aside_duplicates(after) is after


def test_a_twin_on_another_tab_is_named_with_the_tab_and_earlier_rows_set_aside_stay():
    rows = [item("甲局", "一"), item("甲局", "一", sheet="事项续", row=9)]
    already = pd.DataFrame(
        [{"unit": "甲局", "reason": "合计行"}], columns=["unit", "file", "sheet", "row", "reason", "text"]
    )
    intake = intake_of(merged_of(covers_of(cover("甲局")), items=rows), set_aside=already)
    assert list(set_aside_duplicates(intake).set_aside["reason"]) == ["合计行", "与“事项”表第 4 行完全相同"]
