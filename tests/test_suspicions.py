"""疑点: which items they fall on, and which self-check answers do not hold (contract §6)."""

from datetime import date, datetime

import pandas as pd
import pytest

from pipeline.judge.states import item_states
from pipeline.judge.suspicions import (
    counter_evidence,
    item_suspicions,
    open_inspections,
    open_kinds,
    self_check_contradictions,
)
from schemas.plan import load_plan
from schemas.returns import BY_KEY
from tests.office import Office, plan_with

PLAN = load_plan()
IN_PLACE = {
    "item_name": "甲事项",
    "negative_list": "否",
    "item_presence": "已进驻",
    "window_presence": "综合窗口",
    **dict.fromkeys(("step_accept", "step_review", "step_decide", "step_deliver"), "大厅"),
    "staff_presence": "已进驻",
    "authority": "已授权",
    "system_state": "已对接",
    "system_name": "省平台",
}


def rows(key, *cells):
    names = list(dict.fromkeys(["unit", *BY_KEY[key].names]))
    return pd.DataFrame([{"unit": "甲局", **row} for row in cells], columns=names, dtype=object)


def suspicions(item, letters=({"item_name": "甲事项"},), systems=({"system_name": "省平台"},)):
    items = rows("items", IN_PLACE | item)
    found = item_suspicions(
        items, rows("authorisations", *letters), rows("systems", *systems), item_states(items, PLAN)
    )
    return found.tolist()[0]


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ({}, ""),
        ({"staff_presence": "部分进驻"}, "疑似明进暗不进"),
        ({"authority": "未授权"}, "疑似明进暗不进"),
        ({"step_deliver": "厅外"}, "疑似明进暗不进"),
        ({"staff_presence": "未进驻", "item_presence": "推进中"}, ""),
        ({"staff_presence": None}, ""),  # 待核 is not 未到位
        ({"authority": "无需授权"}, ""),
        ({"step_decide": "厅外"}, "疑似明进暗不进、疑似体外循环"),
        ({"step_accept": "线上", "step_review": "厅外", "item_presence": "推进中"}, "疑似体外循环"),
        ({"step_accept": "厅外", "step_decide": "厅外", "item_presence": "推进中"}, ""),
        ({"item_name": "乙事项"}, "授权缺委托书"),
        ({"system_name": "市平台"}, "系统未登记"),
        ({"system_name": None}, ""),
        (
            {"negative_list": "是", "approval_number": "一号", "item_name": "乙事项", "system_name": "市平台"},
            "",
        ),
    ],
)
def test_suspicions_of_an_item(item, expected):
    assert suspicions(item) == expected


def test_a_letter_counts_by_code_or_by_name():
    by_code = {"item_code": "C1", "item_name": "别名"}
    assert suspicions({"item_code": "C1"}, letters=(by_code,)) == ""
    assert suspicions({"item_code": "C2"}, letters=({"item_code": "C1", "item_name": "甲事项"},)) == ""
    assert suspicions({"item_code": "C2"}, letters=(by_code,)) == "授权缺委托书"
    assert suspicions({}, letters=({"unit": "乙局", "item_name": "甲事项"},)) == "授权缺委托书"


def test_a_row_that_does_not_say_what_it_is_about_may_be_any():
    assert suspicions({}, letters=({"delegate": "张三"},)) == ""
    assert suspicions({}, systems=({"level": "省"},)) == ""


ANSWERS = [{"number": str(number), "answer": "否" if number >= 8 else "是"} for number in range(1, 10)]


def contradicted(item, staff=(), inspections=None, answers=ANSWERS):
    items = rows("items", IN_PLACE | item)
    evidence = counter_evidence(items, rows("staff", *staff), inspections or {}, item_states(items, PLAN), {})
    found = self_check_contradictions(rows("self_check", *answers), evidence)
    return dict(zip(found["number"], found["why"], strict=True))


@pytest.mark.parametrize(
    ("item", "numbers"),
    [
        ({}, ""),
        ({"item_presence": "推进中"}, "3"),
        ({"authority": "未授权"}, "4"),
        ({"system_state": "对接中"}, "5"),
        ({"step_deliver": "厅外"}, "68"),
        ({"staff_presence": "部分进驻"}, "7"),
        ({"item_presence": None}, ""),
        ({"negative_list": "是", "approval_number": "一号", "item_presence": "未进驻", "step_accept": "厅外"}, ""),
    ],
)
def test_rows_against_good_answers(item, numbers):
    assert "".join(contradicted(item)) == numbers


def test_staff_and_inspections_against_good_answers():
    assert contradicted({}, staff=({"present": "否"}, {"present": "否"})) == {"7": "“人员”表有 2 人未进驻"}
    assert contradicted({}, inspections={"甲局": {"清单外审批"}}) == {"9": "督查发现清单外审批，尚未销号"}
    assert contradicted({}, inspections={"乙局": {"清单外审批"}, "甲局": {"两头受理"}}) == {}


def test_a_bad_or_blank_answer_is_not_contradicted():
    bad = [{"number": "3", "answer": "部分"}, {"number": "4", "answer": None}, {"number": "8", "answer": "是"}]
    assert contradicted({"item_presence": "未进驻", "authority": "未授权", "step_decide": "厅外"}, answers=bad) == {}


def test_what_is_open_among_the_inspections():
    inspections = rows(
        "inspections",
        {"found_on": date(2023, 4, 14), "kind": "体外循环", "state": "未整改"},
        {"found_on": date(2023, 4, 15), "kind": "其他", "state": "未整改"},
        {"found_on": date(2023, 4, 1), "kind": "两头受理", "state": "已销号"},
        {"found_on": "上周", "kind": "其他", "state": "整改中"},
        {"found_on": date(2023, 4, 1), "kind": "其他", "state": None},
    )
    assert open_inspections(inspections, date(2023, 4, 14)).index.tolist() == [0, 4]
    assert open_kinds(inspections, date(2023, 4, 14)) == {"甲局": frozenset({"体外循环", "其他"})}


def test_a_date_that_the_file_does_not_bear_out_is_in_the_books_and_costs_nothing(tmp_path):
    """填报日期 before the cut-off, last saved the day after it: 提示 and 需核实, on time all the same (contract §6)."""
    office = Office(tmp_path, plan=plan_with(2)).return_all()
    honest = office.hold(tmp_path / "honest")
    first, second = office.units
    office.form(first).save(saved=datetime(2023, 3, 16, 2, 0))  # the cut-off is 2023-03-15
    office.form(second).save(saved=datetime(2023, 3, 15, 2, 0))
    held = office.hold()
    assert [(row["单位"], row["编号"]) for row in held.matrix("需核实")] == [(first, "XS-014")]
    (said,) = (row for row in held.matrix("校验问题") if row["编号"] == "WJ-063")
    assert (said["级别"], said["单元格"], said["处理"]) == ("提示", "B7", None)
    assert "最后保存于 2023-03-16 10:00" in said["问题"]
    assert [row["报送状态"] for row in held.matrix("报送情况")[:2]] == ["按时", "按时"]
    assert held.exit_code == honest.exit_code == 0
    scores = [{row["单位"]: row["得分"] for row in each.scores("评分排名")} for each in (honest, held)]
    assert scores[0] == scores[1]
