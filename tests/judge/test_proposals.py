"""表扬、通报、拟移交线索: who is proposed, in which order, and why (contract §7)."""

from collections import Counter
from datetime import date
from fractions import Fraction
from types import SimpleNamespace

import pandas as pd
from matrix_rows import inspections_of, plan_of, table

from pipeline.judge.history import Silence
from pipeline.judge.proposals import overdue_reds, proposals
from pipeline.judge.robustness import Doubt
from pipeline.judge.scores import Standing

UNITS = tuple("甲乙丙丁戊己庚")
PLAN = plan_of(*UNITS)


def standing(unit, score, progress=None, marks=()):
    return Standing(unit, score, 0, progress, marks, None if "不参评" in marks else 1)


def meeting_of(*standings, receipt=None, found=(), red=(), overdue=None, **more):
    """more: long_red, unlisted, missing: units; relabelled: unit → words; silent: unit → meetings; doubts."""
    by_unit = {entry.unit: entry for entry in standings}
    everyone = [by_unit.get(unit, standing(unit, 1.0)) for unit in UNITS]
    receipts = pd.DataFrame({"unit": UNITS, "receipt": [(receipt or {}).get(u, "迟报") for u in UNITS]}, dtype=object)
    long_red = more.get("long_red", "")
    board = {
        "unit": UNITS,
        "dimension": "环节",
        "light": ["红" if u in red or u in long_red else "绿" for u in UNITS],
        "red_streak": [3 if u in long_red else 0 for u in UNITS],
        "escalation": ["约谈建议" if u in long_red else None for u in UNITS],
    }
    items = pd.DataFrame({"unit": list(more.get("missing", "")), "carried": "漏报"}, dtype=object)
    return SimpleNamespace(
        plan=PLAN,
        standings=everyone,
        receipts=receipts,
        open_inspections=inspections_of(*found),
        unit_dimensions=pd.DataFrame(board, dtype=object),
        in_force=items,
        matrix=items.assign(suspicions=None),
        open_counts=Counter(inspections_of(*found)["unit"]),
        leaving_out={*more.get("missing", ""), *more.get("unlisted", "")},
        relabelled=more.get("relabelled", {}),
        rates={},
        silence={u: Silence(more.get("silent", {}).get(u, 1)) for u in UNITS},
        overdue=overdue or {},
        doubts=more.get("doubts", []),
    )


def propose(*standings, **given):
    return [(row.kind, row.unit, row.reason) for row in proposals(meeting_of(*standings, **given)).itertuples()]


def names(rows, kind):
    return [unit for found, unit, _ in rows if found == kind]


def in_time(units):
    return dict.fromkeys(units, "按时")


def test_praise_by_score_then_progress_three_at_most():
    rows = propose(
        standing("甲", 80.0, Fraction(1, 10)),
        standing("乙", 90.0, Fraction(1, 10)),
        standing("丙", 80.0, Fraction(1, 4)),
        standing("丁", 80.0),
        standing("戊", 95.0),
        receipt=in_time("甲乙丙丁戊"),
    )
    assert names(rows, "表扬建议") == ["戊", "乙", "丙"]
    assert rows[1][2] == "按时报送，得分 90.00，无红灯，无未销号的督查问题，无漏报"
    assert rows[0][2] == "按时报送，得分 95.00，无红灯，无未销号的督查问题，无漏报"


def test_no_praise_for_the_late_the_red_the_inspected_and_those_not_ranked():
    rows = propose(
        *(standing(unit, 90.0) for unit in "甲乙丙丁"),
        standing("戊", 99.0, marks=("不参评",)),
        receipt={**in_time("甲乙丁戊"), "丙": "迟报", "己": "零报告"},
        found=[{"unit": "甲", "kind": "其他"}],
        red=("乙",),
    )
    assert rows == [
        ("表扬建议", "丁", "按时报送，得分 90.00，无红灯，无未销号的督查问题，无漏报"),
        ("表扬建议", None, "符合表扬条件的单位只有 1 个，不足 2 个，请会议研究"),
    ]


def test_two_are_enough_and_none_is_said():
    assert len(propose(standing("甲", 1.0), standing("乙", 1.0), receipt=in_time("甲乙"))) == 2
    assert propose()[0] == ("表扬建议", None, "符合表扬条件的单位只有 0 个，不足 2 个，请会议研究")


def test_no_praise_for_a_small_sample_a_missing_or_an_unlisted_item():
    rows = propose(standing("甲", 9.0, marks=("小样本",)), receipt=in_time("甲乙丙丁"), missing="乙", unlisted="丙")
    assert names(rows, "表扬建议") == ["丁", None]


def test_what_speaks_against_praise_stands_beside_it():
    rows = propose(standing("甲", 9.0), receipt=in_time("甲"), relabelled={"甲": "授权改为不适用 3 项"})
    assert rows[0][2].endswith("（须斟酌：授权改为不适用 3 项）")


def test_three_meetings_of_red_are_proposed_whatever_moved():
    rows = propose(standing("甲", 90.0, Fraction(1)), long_red="甲")
    assert ("通报建议", "甲", "环节连续 3 期红灯（约谈建议）") in rows


def test_silence_is_escalated():
    rows = propose(receipt={"乙": "未报送", "丙": "沿用上期"}, silent={"乙": 3, "丙": 2})
    assert [why for kind, unit, why in rows if kind == "通报建议"] == [
        "从未报送，连续 3 期（约谈建议）",
        "本期没有报送，连续 2 期（督办单）",
    ]


def test_every_unit_not_returned_or_inspected_for_hollow_presence_is_criticised():
    rows = propose(
        receipt={"乙": "未报送", "丁": "沿用上期"},
        found=[
            {"unit": "丁", "kind": "明进暗不进"},
            {"unit": "己", "kind": "明进暗不进"},
            {"unit": "己", "kind": "明进暗不进"},
            {"unit": "庚", "kind": "体外循环"},
        ],
    )
    assert [(unit, why) for kind, unit, why in rows if kind == "通报建议"] == [
        ("乙", "从未报送"),
        ("丁", "本期没有报送；督查发现明进暗不进 1 条，尚未销号"),
        ("己", "督查发现明进暗不进 2 条，尚未销号"),
    ]


def test_then_three_more_lowest_score_first_with_an_overdue_red_and_no_progress():
    none = Fraction(0)
    rows = propose(
        standing("甲", 20.0, none),
        standing("乙", 10.0, none),
        standing("丙", 10.0, none),
        standing("丁", 30.0, none),
        standing("戊", 5.0, Fraction(1, 100)),  # some progress
        standing("己", 4.0, None),  # first period: none can be shown
        standing("庚", 3.0, none),  # nothing overdue
        overdue={unit: ["环节逾期 9 天"] for unit in "甲乙丙丁戊己"},
    )
    assert names(rows, "通报建议") == ["乙", "丙", "甲"]
    assert rows[1][2] == "得分 10.00，环节逾期 9 天，比上期没有进展"


def test_a_unit_criticised_already_does_not_take_one_of_the_three_places():
    none = Fraction(0)
    rows = propose(
        *(standing(unit, float(place), none) for place, unit in enumerate("甲乙丙丁")),
        receipt={"甲": "沿用上期"},
        overdue={unit: ["任务逾期 1 项"] for unit in "甲乙丙丁"},
    )
    assert names(rows, "通报建议") == ["甲", "乙", "丙", "丁"]


def test_nobody_is_proposed_for_praise_and_for_criticism():
    none = Fraction(0)
    rows = propose(
        standing("甲", 90.0, none),
        standing("乙", 80.0, none),
        receipt=in_time("甲"),
        overdue={"甲": ["任务逾期 1 项"], "乙": ["任务逾期 1 项"]},
    )
    assert rows[0] == ("表扬建议", "甲", "按时报送，得分 90.00，无红灯，无未销号的督查问题，无漏报")
    assert names(rows, "通报建议") == ["乙"]


def test_each_open_hollow_presence_is_a_lead_for_a_person_to_decide():
    rows = propose(
        found=[
            {"unit": "己", "kind": "明进暗不进", "item_name": "事项一", "description": "窗口只收不办"},
            {"unit": "己", "kind": "明进暗不进", "item_code": "A1", "description": None},
            {"unit": "庚", "kind": "两头受理"},
        ]
    )
    assert [(unit, why) for kind, unit, why in rows if kind == "拟移交线索"] == [
        ("己", "2023-04-10 督查发现“事项一”明进暗不进：窗口只收不办。是否移交区纪委监委，请会议研究"),
        ("己", "2023-04-10 督查发现“A1”明进暗不进。是否移交区纪委监委，请会议研究"),
    ]


def test_overdue_reds_of_dimensions_tasks_milestones_and_problems_to_solve():
    as_of = date(2023, 8, 9)
    columns = ["unit", "dimension", "deadline", "applicable", "done"]
    rows = [
        ("甲", "事项", date(2023, 7, 31), 4, 3),
        ("乙", "事项", date(2023, 7, 31), 4, 4),  # 红 perhaps, but not for being overdue
        ("丙", "事项", date(2023, 8, 9), 4, 0),  # the day itself is on time
        ("丙", "一证通办", None, 4, 0),
    ]
    dimensions = pd.DataFrame(rows, columns=columns, dtype=object)
    tasks = table("tasks", {"unit": "甲"}, {"unit": "甲"}, {"unit": "乙"}).assign(light=["红", "红", "黄"])
    problems = table("problems", {"unit": "甲", "owner_unit": "丁"}).assign(light=["红"])
    milestones = pd.DataFrame({"unit": ["乙", "丙"], "light": ["红", "灰"]}, dtype=object)
    assert overdue_reds(dimensions, tasks, problems, milestones, as_of) == {
        "甲": ["事项逾期 9 天", "任务逾期 2 项"],
        "乙": ["节点逾期 1 项"],
        "丁": ["问题逾期 1 项"],
    }


def test_on_what_little_a_proposal_hangs_stands_beside_it():
    hangs = [
        Doubt("甲", "表扬建议", "与乙同分并列第 1 名", tie=True),
        Doubt("丙", "通报建议", "“人员”权重减两成即不列入", tie=False),
    ]
    rows = propose(
        standing("甲", 90.0),
        standing("丙", 60.0, Fraction(0)),
        receipt=in_time("甲"),
        overdue={"丙": ["环节逾期 9 天"]},
        doubts=hangs,
    )
    assert next(reason for _, unit, reason in rows if unit == "甲").endswith("（须斟酌：与乙同分并列第 1 名）")
    assert next(reason for _, unit, reason in rows if unit == "丙").endswith("（须斟酌：“人员”权重减两成即不列入）")
