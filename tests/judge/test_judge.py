"""A whole meeting judged, against figures worked out by hand.

The meeting of 2023-04-14 is day 42 since the start: 42 of 150 days to 2023-07-31 have passed (28 %), and
42 of 242 to 2023-10-31 (17.4 %).
"""

from datetime import date
from math import isnan

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matrix_rows import (
    MEETING,
    NOTHING,
    PERIOD,
    cover,
    covers_of,
    inspections_of,
    intake_of,
    item,
    items_of,
    merged_of,
    plan_of,
    previous_of,
    self_check,
    table,
    wrong_row,
)

from pipeline.judge.merge import merge, receipts
from pipeline.judge.states import item_states
from pipeline.meeting import Meeting, worked_out
from pipeline.records import Merged
from pipeline.write.ledger import LISTS
from pipeline.write.matrix import PARTS
from schemas.dimensions import Dimension
from schemas.returns import TABLES
from schemas.tables import HISTORY, MATRIX, light_name

PLAN = plan_of("甲局", "乙局", "丙局", "丁局")
DAY = date(2023, 4, 7)


def last_period(**frames):
    """At 2023-03-31 甲局 had half of everything, 乙局 its one item complete."""
    counts = {"甲局": (4, 2), "乙局": (1, 1)}
    rows = [
        {"period": 2, "meeting": date(2023, 3, 31), "unit": unit, "dimension": str(d), "applicable": n, "done": done}
        for unit, (n, done) in counts.items()
        for d in Dimension
    ]
    history = pd.DataFrame(
        [{"light": "绿", "score": 50.0} | row for row in rows], columns=list(HISTORY.names), dtype=object
    )
    history = history.where(history.notna(), None)
    ranking = pd.DataFrame({"unit": ["甲局", "乙局"], "rank": [1, 2], "score": [60.0, 50.0]}, dtype=object)
    tables = {sheet.key: table(sheet.key) for sheet in TABLES} | {"items": items_of(item("乙局", "乙一"))}
    covers = covers_of(cover("甲局"), cover("乙局"))
    # what both meetings know: 甲局's 一 and 二, of which 二 was not begun, and 乙局's one item
    known = items_of(item("甲局", "一"), item("甲局", "二", **NOTHING), item("乙局", "乙一"))
    tables |= {"items": known}
    lights = {light_name(d): "绿" for d in Dimension}
    matrix = pd.concat([known, item_states(known, PLAN)], axis=1).assign(**lights)
    frames = {"matrix": matrix.reindex(columns=list(MATRIX.names))} | frames
    return previous_of(**({"history": history, "ranking": ranking, "tables": tables, "covers": covers} | frames))


def this_period():
    """甲局: two items complete, one not begun, one that needs neither 授权 nor 系统; 丙局: a zero return."""
    begun = {**NOTHING, "planned_on": date(2023, 7, 1), "reason_open": "等装修"}
    items = [
        item("甲局", "一"),
        item("甲局", "二"),
        item("甲局", "三", **begun),
        item("甲局", "四", authority="无需授权", system_state="无系统"),
    ]
    due = {"unit": "甲局", "planned_on": DAY, "progress": 1.0, "done_on": DAY, "task_number": "1", "task_name": "做"}
    tasks = [due, due | {"task_number": "2", "task_name": "改", "progress": 0.5, "done_on": None}]
    covers = covers_of(cover("甲局", item_total=4), cover("丙局", item_total=0))
    return merged_of(covers, items=items, tasks=tasks, self_check=self_check("甲局"))


def judged(merged=None, findings=(), found=(), previous=None, plan=PLAN):
    intake = intake_of(merged if merged is not None else this_period())
    in_force = merge(intake, previous, plan)
    sent = receipts(plan, PERIOD, intake, in_force, findings)
    return worked_out(Meeting(plan, PERIOD, in_force, sent, list(findings), inspections_of(*found), previous))


def test_scores_and_ranks_of_a_whole_meeting():
    result = judged(
        findings=[wrong_row("甲局", "items", 4)], found=[{"unit": "甲局", "kind": "其他"}], previous=last_period()
    )
    parts = result.score_parts[result.score_parts["unit"] == "甲局"].set_index("part")["points"]
    # 15 data rows, one with an error; the good answers 3–8 are contradicted by the item not begun
    by_hand = {
        "事项": 20 * 3 / 4,
        "窗口": 5 * 3 / 4,
        "环节": 15 * 3 / 4,
        "人员": 10 * 3 / 4,
        "授权": 10 * 2 / 3,
        "系统": 10 * 2 / 3,
        "自查": 5 * 3 / 9,
        "任务": 10 * 1 / 2,
        "报送": 10 * (0.4 + 0.6 * 14 / 15),
        # of the two items known at both meetings half was in place, and now both are: no gap left
        "进步": 5.0,
    }
    assert parts.to_dict() == pytest.approx(by_hand)
    columns = ["rank", "unit", "score", "rank_before", "rank_change", "deduction", "marks"]
    assert result.ranking[columns].values.tolist() == [
        [1, "甲局", 70.1, 1, 0, 2, None],  # 72.1 − 2
        [2, "乙局", 70.0, 2, 0, 0, "沿用上期、小样本"],  # carried over: 70 for what is in place, nothing else
        [None, "丙局", None, None, None, 0, "不参评"],
        [3, "丁局", 0.0, None, None, 0, "未报送"],
    ]


def test_lights_clearances_and_proposals_of_a_whole_meeting():
    result = judged(previous=last_period())
    own = result.unit_dimensions[result.unit_dimensions["unit"] == "甲局"].set_index("dimension")
    assert own.loc["事项", ["applicable", "done", "light", "reason", "rate_before"]].tolist() == [
        *(4, 3, "绿", "到位率 3/4，序时进度 28%", 0.5)
    ]
    assert own.loc["授权", ["applicable", "done", "reason"]].tolist() == [3, 2, "到位率 2/3，序时进度 17.4%"]
    assert result.overall[["unit", "light"]].values.tolist() == [
        *(["甲局", "绿"], ["乙局", "绿"], ["丙局", "灰"], ["丁局", "灰"])
    ]
    assert result.clearances.drop(columns="reason").values.tolist() == [
        ["甲局", "达标", "存疑", "存疑"],
        ["乙局", "未报", "未报", "未报"],
        ["丙局", "未报", "未报", "未报"],
        ["丁局", "未报", "未报", "未报"],
    ]
    assert result.proposals[["kind", "unit"]].values.tolist() == [
        *(["表扬建议", "甲局"], ["表扬建议", None], ["通报建议", "乙局"], ["通报建议", "丁局"])
    ]
    assert result.tasks[["task_number", "light", "reason"]].values.tolist() == [
        *(["1", "绿", "已完成"], ["2", "红", "逾期 7 天"])
    ]


def test_the_matrix_is_aligned_with_the_items_and_says_where_each_row_came_from():
    result = judged(previous=last_period())
    assert list(result.matrix["item_name"]) == ["一", "二", "三", "四", "乙一"]
    assert list(result.matrix["carried"]) == ["", "", "", "", "沿用上期"]
    assert result.matrix.loc[2, ["file", "sheet", "row"]].tolist() == ["甲局.xlsx", "事项", 6]
    third = result.matrix.loc[2]
    assert (third["state_step"], third["light_step"], third["reason_step"]) == ("未到位", "绿", "计划 2023-07-01 完成")
    assert third["first_done_item"] is None
    assert result.matrix.at[0, "first_done_item"] == MEETING


def test_red_and_yellow_rows_are_listed_by_item_then_dimension_with_what_they_need():
    merged = merged_of(
        covers_of(cover("甲局"), cover("乙局")),
        items=[
            item("乙局", "乙一", outside_loop="是", double_acceptance="是"),
            item("甲局", "甲一", staff_presence="部分进驻", reason_open="缺人", planned_on=date(2023, 4, 1)),
            item("甲局", "甲二"),
        ],
    )
    result = judged(merged, found=[{"item_name": "甲二", "kind": "明进暗不进"}])
    names = ["unit", "item_name", "dimension", "state", "light", "reason", "deadline"]
    assert result.red_list[names].values.tolist() == [
        ["甲局", "甲二", "事项", "到位", "红", "督查发现明进暗不进（2023-04-10）", date(2023, 7, 31)],
        ["乙局", "乙一", "窗口", "到位", "红", "自报两头受理", date(2023, 7, 31)],
        ["乙局", "乙一", "环节", "到位", "红", "自报体外循环", date(2023, 10, 31)],
    ]
    assert result.yellow_list[[*names, "planned_on", "reason_open"]].values.tolist() == [
        [
            *("甲局", "甲一", "人员", "推进中", "黄", "计划日期已过 13 天", date(2023, 10, 31)),
            *(date(2023, 4, 1), "缺人"),
        ]
    ]
    assert result.yellow_list.at[0, "suspicions"].startswith("疑似明进暗不进")
    assert result.yellow_list.at[0, "row"] == 4


def test_history_keeps_earlier_meetings_and_adds_this_one():
    result = judged(previous=last_period())
    assert list(result.history.columns) == list(HISTORY.names)
    assert len(result.history) == 2 * 7 + 4 * 7
    now = result.history[result.history["meeting"] == MEETING]
    row = now[(now["unit"] == "甲局") & (now["dimension"] == "事项")].iloc[0]
    assert row[["period", "applicable", "done", "light", "score", "rank", "receipt"]].tolist() == [
        *(3, 4, 3, "绿", 72.5, 1, "按时")  # 0.4 more than above: no row is wrong
    ]
    assert now[now["unit"] == "丙局"]["rank"].tolist() == [None] * 7


def test_rows_of_a_later_meeting_are_no_history():
    before = last_period()
    later = before.history.replace({"meeting": {before.meeting: MEETING}})
    result = judged(previous=last_period(history=pd.concat([before.history, later], ignore_index=True)))
    assert len(result.history) == 2 * 7 + 4 * 7


def test_reds_running_are_escalated():
    red = last_period().history.replace({"light": {"绿": "红"}})
    merged = merged_of(covers_of(cover("甲局")), items=[item("甲局", "一", outside_loop="是"), item("甲局", "二")])
    result = judged(merged, previous=last_period(history=red))
    own = result.unit_dimensions[result.unit_dimensions["unit"] == "甲局"].set_index("dimension")
    assert own.loc["环节", ["light", "red_streak", "escalation"]].tolist() == ["红", 2, "督办单"]
    assert own.loc["事项", ["light", "red_streak", "escalation"]].tolist() == ["绿", 0, None]


def test_remarks_come_back_beside_their_row():
    remark = {
        "book": "台账",
        "sheet": "任务台账",
        "label": "甲局｜2｜改",
        "key": "甲局｜2｜改",
        "leader_note": "抓紧",
        "written_in": "第02期",
    }
    empty = last_period().remarks
    remarks = pd.DataFrame([remark], columns=list(empty.columns), dtype=object)
    result = judged(previous=last_period(remarks=remarks.where(remarks.notna(), None)))
    assert result.tasks["leader_note"].tolist() == [None, "抓紧"]
    assert len(result.remarks_lost) == 0


#: Every sheet that is written, and the frames that only other frames are made of.
RECORDS = (*PARTS, *LISTS)
OTHERS = ("overall", "ranking", "score_parts", "proposals", "contradictions", "cell_changes", "unit_lights")


def frames_of(result):
    """Name → frame, of everything that is written and of what it follows from."""
    written = {f"{number} {entry.table.name}": entry.rows(result) for number, entry in enumerate(RECORDS)}
    return written | {name: getattr(result, name) for name in OTHERS}


@pytest.mark.parametrize("previous", [None, last_period()], ids=["first period", "third period"])
@pytest.mark.parametrize("merged", [merged_of(covers_of()), this_period()], ids=["nobody returned", "some returned"])
def test_every_frame_has_the_declared_columns_whatever_came_in(merged, previous):
    result = judged(merged, previous=previous)
    for entry in RECORDS:
        assert set(entry.table.names) <= set(entry.rows(result).columns), entry.table.name
    for name, frame in frames_of(result).items():
        assert {str(dtype) for dtype in frame.dtypes} <= {"object"}, name
        assert not frame.map(lambda cell: isinstance(cell, float) and isnan(cell)).any(axis=None), name
    assert len(result.unit_dimensions) == len(PLAN.units) * 7
    assert sorted(result.ranking["unit"]) == sorted(unit.name for unit in PLAN.units)


def test_the_same_rows_give_the_same_frames_and_nothing_given_is_changed():
    merged = this_period()
    first = judged(merged, previous=last_period())
    assert merged.tables["items"].equals(this_period().tables["items"])
    second = judged(merged, previous=last_period())
    again = frames_of(second)
    for name, frame in frames_of(first).items():
        pd.testing.assert_frame_equal(frame, again[name])


def test_the_order_in_which_units_came_in_changes_nothing():
    turned = this_period()
    tables = {key: rows.iloc[::-1].sort_values("row", kind="stable") for key, rows in turned.tables.items()}
    turned = Merged(
        turned.covers.iloc[::-1].reset_index(drop=True), {k: t.reset_index(drop=True) for k, t in tables.items()}
    )
    first, second = judged(this_period(), previous=last_period()), judged(turned, previous=last_period())
    again = frames_of(second)
    for name, frame in frames_of(first).items():
        pd.testing.assert_frame_equal(frame, again[name])


#: Column of 事项 → its values from the worst to the best. A blank is no worse than an honest 未进驻: it
#: contradicts no self-check, which is why filling it in may cost a unit that answered too well.
BETTER = {
    "item_presence": ("未进驻", "推进中", "已进驻"),
    "window_presence": ("未设窗口", "专业窗口"),
    "step_accept": ("厅外", "大厅"),
    "step_review": ("厅外", "线上"),
    "staff_presence": ("未进驻", "部分进驻", "已进驻"),
    "authority": ("未授权", "部分授权", "已授权"),
    "system_state": ("未对接", "对接中", "统一平台"),
    "outside_loop": ("是", "否"),
    "double_acceptance": ("是", "否"),
    "planned_on": (None, date(2023, 7, 1)),
}
WORST_FIRST = "红黄绿"


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_making_one_cell_better_never_lowers_a_score_nor_worsens_a_light(data):
    rows = [
        item("甲局", name, **{column: data.draw(st.sampled_from(values)) for column, values in BETTER.items()})
        for name in ("一", "二", "三")
    ]
    column = data.draw(st.sampled_from(list(BETTER)))
    values = BETTER[column]
    start = values.index(rows[0][column])
    better = [rows[0] | {column: data.draw(st.sampled_from(values[start:]))}, *rows[1:]]
    before, after = (
        judged(merged_of(covers_of(cover("甲局")), items=own, self_check=self_check()), previous=last_period())
        for own in (rows, better)
    )
    assert _score(after) >= _score(before)
    for old, new in zip(_lights(before), _lights(after), strict=True):
        assert WORST_FIRST.index(new) >= WORST_FIRST.index(old)


def _score(result):
    return result.ranking.set_index("unit").at["甲局", "score"]


def _lights(result):
    own = result.unit_dimensions[result.unit_dimensions["unit"] == "甲局"]
    return [*own["light"], *(light for d in Dimension for light in result.matrix[light_name(d)][:3])]
