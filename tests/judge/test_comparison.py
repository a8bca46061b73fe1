from datetime import date

import pytest
from matrix_rows import MEETING, NOTHING, inspections_of, item, items_of, plan_of, self_check, table

from pipeline.judge.comparison import compare, contradiction_rates
from pipeline.judge.states import item_states

PLAN = plan_of()


def compared(items, *findings, answers=()):
    rows = items_of(*items)
    return compare(inspections_of(*findings), rows, item_states(rows, PLAN), table("self_check", *answers), MEETING)


def verdict(items, *findings, answers=()):
    (row,) = compared(items, *findings, answers=answers).to_dict("records")
    return row["verdict"], row["reported"]


def test_a_good_state_contradicts_an_open_finding():
    found = {"kind": "明进暗不进", "item_name": "事项一"}
    assert verdict([item()], found) == ("相互矛盾", "事项：到位")
    assert verdict([item(**NOTHING)], found) == ("一致", "事项：未到位")


def test_a_good_answer_contradicts_even_where_the_item_is_not_done():
    found = {"kind": "明进暗不进", "item_name": "事项一"}
    assert verdict([item(**NOTHING)], found, answers=self_check()) == ("相互矛盾", "事项：未到位；自查第 3 题：是")
    assert verdict([item(**NOTHING)], found, answers=self_check(q3="部分")) == (
        "一致",
        "事项：未到位；自查第 3 题：部分",
    )


def test_questions_eight_and_nine_are_good_when_denied():
    assert verdict([], {"kind": "清单外审批"}, answers=self_check()) == ("相互矛盾", "自查第 9 题：否")
    assert verdict([], {"kind": "清单外审批"}, answers=self_check(q9="是")) == ("一致", "自查第 9 题：是")


def test_who_admits_the_wrong_contradicts_nothing():
    found = {"kind": "体外循环", "item_name": "事项一"}
    assert verdict([item(outside_loop="是")], found) == ("一致", "环节：到位；体外循环：是")
    assert verdict([item()], found) == ("相互矛盾", "环节：到位；体外循环：否")
    assert verdict([item()], {"kind": "两头受理", "item_name": "事项一"})[0] == "相互矛盾"


def test_without_item_and_answer_nothing_can_be_compared():
    assert verdict([], {"kind": "明进暗不进", "item_name": "没有的"}) == ("无法对照", "来件中没有这个事项")
    assert verdict([item()], {"kind": "其他", "item_name": "事项一"}) == ("无法对照", "来件中没有对应内容")
    assert verdict([item()], {"kind": "其他"}) == ("无法对照", "来件中没有对应内容")


def test_closed_findings_are_shown_and_later_ones_are_not():
    closed = {"kind": "明进暗不进", "item_name": "事项一", "state": "已销号"}
    later = {"kind": "明进暗不进", "item_name": "事项一", "found_on": date(2023, 4, 15)}
    assert compared([item()], closed, later)["verdict"].tolist() == ["已销号"]


def test_the_code_finds_the_item_and_lends_its_name():
    frame = compared([item(name="甲", item_code="A1")], {"kind": "平台外审批", "item_code": "A1"})
    assert frame[["item_name", "reported"]].to_numpy().tolist() == [["甲", "系统：到位"]]


def test_no_inspection_at_all():
    assert not len(compared([item()]))
    assert not len(contradiction_rates(compared([item()])))


def test_the_rate_counts_open_and_comparable_findings():
    frame = compared(
        [item(), item(name="事项二", **NOTHING), item("乙局")],
        {"kind": "明进暗不进", "item_name": "事项一"},
        {"kind": "明进暗不进", "item_name": "事项二"},
        {"kind": "明进暗不进", "item_name": "事项一", "state": "已销号"},
        {"kind": "其他"},
        {"kind": "明进暗不进", "item_name": "事项一", "unit": "乙局"},
    )
    rates = contradiction_rates(frame)
    assert rates.to_numpy().tolist() == [["甲局", 2, 1, pytest.approx(0.5)], ["乙局", 1, 1, 1.0]]
