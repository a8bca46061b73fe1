"""Counting periods: problems by meetings, texts by returns in which they were copied."""

from datetime import date

import pandas as pd
from matrix_rows import NOTHING, cover, covers_of, item, merged_of, plan_of, previous_of

from pipeline.judge.states import item_states
from pipeline.judge.tracking import follow, periods_open
from pipeline.records import CARRIED
from schemas.tables import TRACKING

PLAN = plan_of()


def problem(number="1", **cells):
    return {"unit": "甲局", "problem_number": number, "description": f"问题{number}", "state": "办理中", **cells}


def known(*rows):
    return pd.DataFrame(rows, columns=list(TRACKING.names), dtype=object)


def tracked(now, before=None, tracking=None, carried=""):
    """TRACKING of a meeting; now, before: table key → rows."""
    merged = merged_of(covers_of(cover(carried=carried)), **now)
    previous = None
    if before is not None:
        earlier = merged_of(covers_of(cover()), **before)
        previous = previous_of(tables=earlier.tables, tracking=known(*(tracking or ())))
    frame = follow(merged, item_states(merged.tables["items"], PLAN), PLAN, previous)
    return [tuple(row) for row in frame.itertuples(index=False)]


def stuck(text="等上级答复", **cells):
    return {"items": [item(**NOTHING, reason_open=text, **cells)]}


def test_the_first_period_follows_nothing():
    assert tracked({"problems": [problem()]}) == []


def test_a_problem_counts_every_meeting():
    now = {"problems": [problem("1"), problem("2"), problem("3", state="已解决")]}
    before = {"problems": [problem("2"), problem("3")]}
    assert tracked(now, before, [("甲局", "问题", "2", 4)]) == [("甲局", "问题", "2", 5), ("甲局", "问题", "3", 2)]


def test_a_renumbered_problem_is_told_by_its_description():
    now = {"problems": [problem("9", description="网络不通")]}
    before = {"problems": [problem("1", description="网络不通")]}
    assert tracked(now, before, [("甲局", "问题", "1", 2)]) == [("甲局", "问题", "9", 3)]


def test_periods_open_beside_each_problem():
    merged = merged_of(covers_of(cover()), problems=[problem("1"), problem("2")])
    previous = previous_of(tables=merged_of(covers_of(), problems=[problem("2")]).tables)
    assert periods_open(merged.tables["problems"], previous).tolist() == [1, 2]
    assert periods_open(merged.tables["problems"], None).tolist() == [1, 1]


def test_a_copied_reason_counts_from_the_second_return_on():
    assert tracked(stuck(), stuck()) == [("甲局", "未到位原因", "事项一", 2)]
    assert tracked(stuck(), stuck(), [("甲局", "未到位原因", "事项一", 2)]) == [("甲局", "未到位原因", "事项一", 3)]


def test_a_new_text_a_blank_and_a_done_item_start_anew():
    on_time = {"planned_on": date(2023, 7, 1)}
    assert tracked(stuck("已报市局", **on_time), stuck(**on_time), [("甲局", "未到位原因", "事项一", 5)]) == []
    assert tracked(stuck(None), stuck(None)) == []
    assert tracked({"items": [item(reason_open="无")]}, {"items": [item(reason_open="无")]}) == []


CHANGED = ("甲局", "未到位原因更换", "事项一")


def test_another_text_each_time_counts_while_nothing_moves_and_no_date_holds():
    assert tracked(stuck("已报市局"), stuck(), [(*CHANGED, 4)]) == [(*CHANGED, 5)]
    assert tracked(stuck("已报市局"), stuck()) == [(*CHANGED, 2)]
    moved = {"items": [item(**NOTHING | {"authority": "已授权"}, reason_open="已报市局")]}
    assert tracked(moved, stuck(), [(*CHANGED, 4)]) == []
    silent = tracked(stuck("已报市局", carried=CARRIED), stuck(), [(*CHANGED, 4)], carried=CARRIED)
    assert silent == [(*CHANGED, 4)]  # it said nothing


def test_a_meeting_at_which_the_unit_sent_nothing_copies_nothing():
    carried = tracked(stuck(carried=CARRIED), stuck(), [("甲局", "未到位原因", "事项一", 2)], carried=CARRIED)
    assert carried == [("甲局", "未到位原因", "事项一", 2)]
    assert tracked(stuck(carried=CARRIED), stuck(), carried=CARRIED) == []


def test_the_count_follows_a_renamed_and_recoded_item():
    now = {"items": [item(name="新名", item_code="A1", **NOTHING, reason_open="等")]}
    before = {"items": [item(name="旧名", item_code="A1", **NOTHING, reason_open="等")]}
    assert tracked(now, before, [("甲局", "未到位原因", "A1", 2)]) == [("甲局", "未到位原因", "A1", 3)]


def test_remarks_of_items_and_tasks_too():
    task = {"unit": "甲局", "task_number": "7", "task_name": "清单", "progress": 0.5, "remark": "推进中"}
    rows = {"items": [item(**NOTHING, remark="同上")], "tasks": [task, {**task, "task_number": "8", "progress": 1}]}
    assert tracked(rows, rows) == [("甲局", "事项备注", "事项一", 2), ("甲局", "任务备注", "7", 2)]


def test_dates_play_no_part():
    later = {"items": [item(**NOTHING, reason_open="等", planned_on=date(2023, 6, 1))]}
    assert tracked(later, stuck("等")) == [("甲局", "未到位原因", "事项一", 2)]
