"""三个无审批: 达标, 未达标, 存疑, 未报 (contract §6)."""

import pytest
from matrix_rows import item, items_of, plan_of, self_check, table

from pipeline.judge.states import item_states
from pipeline.judge.units import clearances, self_check_answers

PLAN = plan_of("甲局")
ALL_OUTSIDE = dict.fromkeys(("step_accept", "step_review", "step_decide", "step_deliver"), "厅外")


def verdicts(*items, kinds=(), unlisted=0, zero=(), **answers):
    rows = items_of(*items)
    given = self_check_answers(table("self_check", *self_check(**answers)))
    frame = clearances(PLAN, given, rows, item_states(rows, PLAN), {"甲局": frozenset(kinds)}, {"甲局": unlisted}, zero)
    return tuple(frame.loc[0, ["beyond_list", "beyond_hall", "beyond_platform"]]), frame.at[0, "reason"]


def test_all_good_and_borne_out():
    assert verdicts(item()) == (("达标", "达标", "达标"), None)
    assert verdicts(zero=["甲局"]) == (("达标", "达标", "达标"), None)


def test_what_nothing_bears_out_is_doubtful():
    assert verdicts()[0] == ("存疑", "存疑", "存疑")
    assert verdicts(item(negative_list="是", approval_number="文号"))[0] == ("存疑", "存疑", "存疑")
    assert verdicts(item(), item(carried="漏报"))[0] == ("达标", "存疑", "存疑")
    assert verdicts(item(), unlisted=1) == (
        ("达标", "存疑", "存疑"),
        "大厅之外：1 项未列；平台之外：1 项未列",
    )


@pytest.mark.parametrize(
    ("case", "wanted", "reason"),
    [
        ({"q9": "是"}, ("未达标", "达标", "达标"), "清单之外：自查第 9 题自报未达到"),
        ({"q8": "是"}, ("达标", "未达标", "达标"), "大厅之外：自查第 8 题自报未达到"),
        ({"q5": "部分"}, ("达标", "达标", "未达标"), "平台之外：自查第 5 题自报未达到"),
        ({"q5": ""}, ("达标", "达标", "未报"), "平台之外：自查第 5 题没有结论"),
        ({"q8": "没听说"}, ("达标", "未报", "达标"), "大厅之外：自查第 8 题没有结论"),
        ({"kinds": ["清单外审批"]}, ("存疑", "达标", "达标"), "清单之外：督查发现清单外审批，尚未销号"),
        ({"kinds": ["大厅外审批"]}, ("达标", "存疑", "达标"), "大厅之外：督查发现大厅外审批，尚未销号"),
        ({"kinds": ["平台外审批"]}, ("达标", "达标", "存疑"), "平台之外：督查发现平台外审批，尚未销号"),
        ({"kinds": ["体外循环", "其他"]}, ("达标", "达标", "达标"), None),
        ({"q9": "是", "kinds": ["清单外审批"]}, ("未达标", "达标", "达标"), "清单之外：自查第 9 题自报未达到"),
    ],
)
def test_answers_and_inspections(case, wanted, reason):
    assert verdicts(item(), **case) == (wanted, reason)


def test_rows_contradict_a_good_answer():
    assert verdicts(item(), item(**ALL_OUTSIDE)) == (
        ("达标", "存疑", "达标"),
        "大厅之外：环节 1 项没有到位或待核",
    )
    assert verdicts(item(step_review="厅外"), item(system_state="对接中"))[0] == ("达标", "存疑", "存疑")


def test_what_is_pending_bears_nothing_out_and_what_is_exempt_does_not_count():
    assert verdicts(item(step_accept=None))[0] == ("达标", "存疑", "达标")
    exempt = item(negative_list="是", approval_number="文号", **ALL_OUTSIDE)
    assert verdicts(exempt, item(system_state="无系统"))[0] == ("达标", "达标", "达标")


def test_a_question_answered_twice_is_good_only_if_both_answers_are():
    rows = [*self_check(), {"unit": "甲局", "number": "5", "answer": "否"}]
    assert self_check_answers(table("self_check", *rows))["甲局", 5] is False


def test_every_unit_has_a_row_and_one_that_never_reported_is_unreported():
    plan = plan_of("甲局", "乙局")
    frame = clearances(plan, {}, items_of(), item_states(items_of(), plan), {}, {})
    assert frame["unit"].tolist() == ["甲局", "乙局"]
    assert frame.loc[1, ["beyond_list", "beyond_hall", "beyond_platform"]].tolist() == ["未报"] * 3
