"""Lights of tasks, problems and milestones, by their own dates (contract §6)."""

from datetime import date, timedelta

import pandas as pd
import pytest
from matrix_rows import (
    NOTHING,
    cover,
    covers_of,
    item,
    merged_of,
    plan_of,
    previous_of,
    self_check,
    table,
)

from pipeline.judge.dated import dated_light, milestone_lights, problem_lights, task_lights
from pipeline.judge.states import item_states
from schemas.tables import MILESTONES

DUE = date(2023, 4, 14)


@pytest.mark.parametrize(
    ("done_in", "days_left", "wanted"),
    [
        (None, -9, ("红", "逾期 9 天")),
        (None, -1, ("红", "逾期 1 天")),
        (None, 0, ("黄", "今天是时限")),
        (None, 6, ("黄", "距时限 6 天")),
        (None, 14, ("黄", "距时限 14 天")),
        (None, 15, ("绿", "时限 2023-04-14，未到期")),
        (0, -1, ("绿", "已完成")),
        (1, -1, ("绿", "逾期完成，晚 1 天")),
        (2, -1, ("红", "逾期 1 天")),
        (-20, 15, ("绿", "已完成")),
        (-15, 15, ("绿", "已完成")),
        (-14, 15, ("绿", "时限 2023-04-14，未到期")),
    ],
)
def test_by_its_own_date(done_in, days_left, wanted):
    done_on = None if done_in is None else DUE + timedelta(days=done_in)
    assert dated_light(done_on, DUE, DUE - timedelta(days=days_left), 14) == wanted


def test_without_a_date_there_is_only_doubt():
    assert dated_light(None, None, DUE, 14) == ("黄", "没有可认的完成时限")
    assert dated_light(DUE, None, DUE, 14) == ("绿", "已完成")


def test_a_task_is_done_at_100_percent_and_with_a_date():
    late, meeting = date(2023, 4, 20), date(2023, 5, 1)
    tasks = table(
        "tasks",
        {"planned_on": DUE, "progress": 1.0, "done_on": DUE},
        {"planned_on": DUE, "progress": 1.0, "done_on": late},
        {"planned_on": DUE, "progress": 1.0},
        {"planned_on": DUE, "progress": 0.99, "done_on": DUE},
        {"planned_on": DUE, "progress": 1.0, "done_on": date(2023, 5, 2)},
        {"planned_on": DUE, "progress": "全部", "done_on": DUE},
        {"planned_on": "四月", "progress": 0.5},
    )
    lights = task_lights(tasks, meeting, 14)
    assert lights[["light", "reason"]].values.tolist() == [
        ["绿", "已完成"],
        ["绿", "逾期完成，晚 6 天"],
        ["红", "逾期 17 天（进度 100% 但没有实际完成日期）"],
        ["红", "逾期 17 天（有实际完成日期但进度不是 100%）"],
        ["红", "逾期 17 天（实际完成日期在会议之后）"],
        ["红", "逾期 17 天（有实际完成日期但进度不是 100%）"],
        ["黄", "没有可认的完成时限"],
    ]


def test_a_problem_is_solved_with_its_state_and_a_date():
    problems = table(
        "problems",
        {"solve_by": DUE, "state": "已解决", "solved_on": date(2023, 4, 15)},
        {"solve_by": DUE, "state": "已解决"},
        {"solve_by": DUE, "state": "已解决", "solved_on": "上周"},
        {"solve_by": DUE, "state": "办理中", "solved_on": DUE},
        {"solve_by": date(2023, 5, 15), "state": "待派发"},
    )
    assert problem_lights(problems, date(2023, 5, 1), 14)[["light", "reason"]].values.tolist() == [
        ["绿", "逾期完成，晚 1 天"],
        ["红", "逾期 17 天（已解决但没有解决日期）"],
        ["红", "逾期 17 天（已解决但解决日期认不出）"],
        ["红", "逾期 17 天"],
        ["黄", "距时限 14 天"],
    ]


def test_no_rows_give_no_lights():
    assert list(task_lights(table("tasks"), DUE, 14)["light"]) == []


CONTACTS = [{"role": "分管负责同志", "name": "甲"}, {"role": "具体责任人", "name": "乙"}]


def milestones(as_of, previous=None, filled_on=date(2023, 3, 4), plan=None, **rows):
    plan = plan or plan_of("甲局")
    merged = merged_of(covers_of(cover(filled_on=filled_on, item_total=rows.pop("item_total", 1))), **rows)
    lights = milestone_lights(merged, item_states(merged.tables["items"], plan), previous, plan, as_of)
    return {row.milestone: (row.done_on, row.light, row.reason) for row in lights.itertuples()}


def test_contacts_count_once_both_roles_are_named():
    name, day = "报送《对接人员联系表》", date(2023, 3, 17)
    assert milestones(day, contacts=CONTACTS)[name] == (date(2023, 3, 4), "绿", "已完成")
    assert milestones(day, contacts=CONTACTS[:1])[name] == (None, "红", "逾期 11 天")
    nameless = [CONTACTS[0], {"role": "具体责任人"}]
    assert milestones(day, contacts=nameless)[name][1] == "红"


def test_self_check_counts_once_all_nine_are_answered_well_or_not():
    name, day = "自查报告", date(2023, 3, 31)
    answers = self_check(q3="否", q4="部分")
    assert milestones(day, self_check=answers)[name] == (date(2023, 3, 4), "绿", "已完成")
    assert milestones(day, self_check=answers[:8])[name] == (None, "黄", "今天是时限")
    assert milestones(day, self_check=self_check(q9="说不清"))[name][1] == "黄"


def test_measures_count_once_every_open_item_has_a_plan_and_a_reason():
    name, day = "逐项研究进驻措施", date(2023, 5, 5)
    studied = item(name="有措施", **NOTHING, planned_on=date(2023, 7, 1), reason_open="等系统")
    assert milestones(day, items=[item(), studied])[name][1:] == ("绿", "已完成")
    assert milestones(day, items=[studied, studied | {"reason_open": None}])[name] == (None, "红", "逾期 5 天")
    assert milestones(day, items=[studied | {"planned_on": "下月"}])[name][1] == "红"
    tracked_only = item(one_id="未实现")
    assert milestones(day, items=[tracked_only])[name][1] == "绿"
    assert milestones(day, items=[])[name][1] == "红"
    assert milestones(day, items=[], item_total=0)[name][1] == "绿"


def test_the_office_registers_its_own_milestone():
    assert milestones(date(2023, 3, 17))["动员部署"] == (None, "灰", "由办公室登记完成日期后亮灯")
    stones = [{"name": "动员部署", "deadline": date(2023, 3, 3), "evidence": "office", "done": date(2023, 3, 6)}]
    plan = plan_of("甲局", milestones=stones)
    assert milestones(date(2023, 3, 17), plan=plan)["动员部署"] == (date(2023, 3, 6), "绿", "逾期完成，晚 3 天")


def test_a_milestone_once_reached_keeps_its_first_date():
    name, first = "报送《对接人员联系表》", date(2023, 3, 5)
    known = pd.DataFrame([("甲局", name, date(2023, 3, 6), first, "绿", "已完成")], columns=list(MILESTONES.names))
    previous = previous_of(milestones=known)
    assert milestones(date(2023, 4, 14), previous, date(2023, 4, 11), contacts=CONTACTS)[name][0] == first
    assert milestones(date(2023, 4, 14), previous, date(2023, 4, 11))[name] == (first, "绿", "已完成")


def test_what_a_units_first_return_shows_after_the_deadline_accuses_nobody():
    name, seen = "报送《对接人员联系表》", (date(2023, 3, 16), "绿", "首次来件 2023-03-16 已见")
    assert milestones(date(2023, 3, 17), filled_on=date(2023, 3, 16), contacts=CONTACTS)[name] == seen
    known = pd.DataFrame([("甲局", name, date(2023, 3, 6), *seen)], columns=list(MILESTONES.names))
    before = previous_of(milestones=known, covers=covers_of(cover()))
    assert milestones(date(2023, 3, 31), before, date(2023, 3, 28), contacts=CONTACTS)[name] == seen


def test_what_an_earlier_return_did_not_show_was_done_late():
    before = previous_of(covers=covers_of(cover()))
    found = milestones(date(2023, 3, 31), before, date(2023, 3, 16), contacts=CONTACTS)
    assert found["报送《对接人员联系表》"][1:] == ("绿", "逾期完成，晚 10 天")


def test_a_return_dated_after_the_meeting_or_unreadably_was_in_hand_at_the_meeting():
    name, day = "自查报告", date(2023, 3, 31)
    for filled_on in (date(2023, 4, 2), "三月底", None):
        assert milestones(day, filled_on=filled_on, self_check=self_check())[name] == (day, "绿", "已完成")
