"""Lights of items: the first rule that fits, at its limits (contract §6)."""

from datetime import date, timedelta

import pytest
from matrix_rows import NOTHING, inspections_of, item, items_of, plan_of

from pipeline.judge.lights import item_light, item_lights, matched_items, own_deadlines, red_flags
from pipeline.judge.states import item_states
from pipeline.judge.suspicions import open_inspections
from pipeline.meeting import no_rows
from schemas.dimensions import Dimension
from schemas.returns.waivers import DELAYS
from schemas.tables import light_name, reason_name

DEADLINE = date(2023, 7, 31)


def light(state="推进中", planned=date(2023, 7, 20), days_left=60, flag=None, deadline=DEADLINE):
    as_of = DEADLINE - timedelta(days=days_left)
    return item_light(state, flag, planned, deadline=deadline, as_of=as_of, warn_days=14)


@pytest.mark.parametrize(
    ("case", "wanted"),
    [
        ({"state": "不适用", "days_left": -5, "flag": "自报体外循环"}, ("灰", "不适用")),
        ({"state": "到位", "flag": "自报体外循环"}, ("红", "自报体外循环")),
        ({"state": "待核", "flag": "自报体外循环"}, ("红", "自报体外循环")),
        ({"state": "到位", "days_left": -9}, ("绿", "已到位")),
        ({"days_left": -9}, ("红", "逾期 9 天")),
        ({"days_left": -1}, ("红", "逾期 1 天")),
        ({"state": "待核", "days_left": -1}, ("红", "逾期 1 天")),
        ({"days_left": 0, "planned": DEADLINE}, ("黄", "今天是时限")),
        ({"days_left": 6, "planned": DEADLINE}, ("黄", "距时限 6 天")),
        ({"days_left": 14, "planned": DEADLINE}, ("黄", "距时限 14 天")),
        ({"days_left": 15, "planned": DEADLINE}, ("绿", "计划 2023-07-31 完成")),
        ({"state": "待核", "planned": None}, ("黄", "待核，填报内容不明")),
        ({"planned": None}, ("黄", "没有计划完成日期")),
        ({"planned": "7月下旬"}, ("黄", "计划完成日期认不出")),
        ({"planned": date(2023, 8, 1)}, ("黄", "计划日期 2023-08-01 晚于时限 1 天")),
        ({"planned": DEADLINE}, ("绿", "计划 2023-07-31 完成")),
        ({"planned": DEADLINE - timedelta(days=61)}, ("黄", "计划日期已过 1 天")),
        ({"planned": DEADLINE - timedelta(days=60)}, ("绿", "计划 2023-06-01 完成")),
        ({"planned": None, "days_left": 3}, ("黄", "距时限 3 天；没有计划完成日期")),
        ({"deadline": None, "planned": None, "state": "未到位"}, ("绿", "没有时限，只作跟踪")),
        ({"deadline": None, "planned": None, "state": "待核"}, ("黄", "待核，填报内容不明")),
        ({"deadline": None, "state": "到位"}, ("绿", "已到位")),
        ({"deadline": None, "state": "未到位", "flag": "自报体外循环"}, ("红", "自报体外循环")),
    ],
)
def test_first_rule_that_fits(case, wanted):
    assert light(**case) == wanted


def test_open_is_found_by_the_meeting_and_not_closed():
    meeting = date(2023, 4, 14)
    rows = inspections_of(
        {"found_on": meeting, "description": "当日"},
        {"found_on": date(2023, 4, 15), "description": "会后"},
        {"state": "已销号", "description": "已销"},
        {"state": "整改中", "description": "整改"},
        {"state": None, "description": "状态空白"},
        {"found_on": "4月初", "description": "日期认不出"},
        {"found_on": None, "description": "没有日期"},
    )
    assert list(open_inspections(rows, meeting)["description"]) == ["当日", "整改", "状态空白"]


def test_an_inspection_finds_its_item_by_code_then_by_name_within_the_unit():
    items = items_of(
        item(name="重名", item_code="A1"),
        item(name="重名", item_code="A2"),
        item("乙局", "重名", item_code="A1"),
    )
    rows = inspections_of(
        {"item_code": "A2", "item_name": "别的"},
        {"item_name": "重名"},
        {"item_code": "没有这个编码", "item_name": "重名"},
        {"item_code": "没有", "item_name": "也没有"},
        {},
        {"unit": "乙局", "item_code": "A1"},
    )
    assert list(matched_items(rows, items).values()) == [[1], [0, 1], [0, 1], [], [], [2]]


@pytest.mark.parametrize(
    ("kind", "dimension"),
    [
        ("明进暗不进", Dimension.ITEM),
        ("体外循环", Dimension.STEP),
        ("大厅外审批", Dimension.STEP),
        ("两头受理", Dimension.WINDOW),
        ("平台外审批", Dimension.SYSTEM),
        ("清单外审批", None),
        ("其他", None),
        (None, None),
    ],
)
def test_an_open_inspection_flags_one_dimension(kind, dimension):
    flags = red_flags(items_of(item()), inspections_of({"kind": kind, "item_name": "事项一"}))
    flagged = {d: words[0] for d, words in flags.items() if words.notna()[0]}
    assert flagged == ({dimension: f"督查发现{kind}（2023-04-10）"} if dimension else {})


def test_what_the_unit_admits_and_what_was_found_are_both_said():
    items = items_of(item(outside_loop="是", double_acceptance="是"), item(name="事项二"))
    flags = red_flags(items, inspections_of({"kind": "体外循环", "item_name": "事项一"}))
    assert flags[Dimension.STEP][0] == "自报体外循环；督查发现体外循环（2023-04-10）"
    assert flags[Dimension.WINDOW][0] == "自报两头受理"
    assert not any(words.notna()[1] for words in flags.values())


def test_every_item_has_a_light_and_a_reason_in_every_dimension():
    plan, as_of = plan_of(), date(2023, 8, 9)
    items = items_of(item(), item(**NOTHING, planned_on=date(2023, 9, 1)), item(outside_loop="是"))
    states = item_states(items, plan)
    deadlines = own_deadlines(items, no_rows(DELAYS), plan)
    lights = item_lights(items, states, red_flags(items, inspections_of()), plan, as_of, deadlines)
    shown = {d.value: list(lights[light_name(d)]) for d in Dimension}
    assert shown == {
        "事项": ["绿", "红", "绿"],
        "窗口": ["绿", "红", "绿"],
        "环节": ["绿", "绿", "红"],
        "人员": ["绿", "绿", "绿"],
        "授权": ["绿", "绿", "绿"],
        "系统": ["绿", "绿", "绿"],
        "一证通办": ["绿", "绿", "绿"],
    }
    assert lights.at[1, reason_name(Dimension.ITEM)] == "逾期 9 天"
    assert all(reason for d in Dimension for reason in lights[reason_name(d)])
