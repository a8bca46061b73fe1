"""Leaving out, relabelling and dropping never pay; 整改待核; what lies with no single item (contract §5–§7)."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
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
)

from pipeline.judge.merge import merge, receipts
from pipeline.judge.states import item_states
from pipeline.meeting import Meeting
from schemas.dimensions import Dimension
from schemas.returns import TABLES
from schemas.tables import MATRIX, light_name

PLAN = plan_of("甲局")
LATER = {"planned_on": date(2023, 7, 1), "reason_open": "等装修"}
ITEMS = [item(name="一"), item(name="二", **NOTHING, **LATER), item(name="三", authority="未授权", **LATER)]


def before(*rows, red=None):
    """The meeting before: these items, all lights 绿 but that of item 一 in the dimension `red`."""
    known = items_of(*rows)
    tables = {sheet.key: table(sheet.key) for sheet in TABLES} | {"items": known}
    lights = {light_name(d): ["红" if d is red and at == 0 else "绿" for at in range(len(known))] for d in Dimension}
    matrix = pd.concat([known, item_states(known, PLAN), pd.DataFrame(lights, dtype=object)], axis=1)
    return previous_of(
        covers=covers_of(cover("甲局", item_total=len(known))),
        tables=tables,
        matrix=matrix.reindex(columns=list(MATRIX.names)).astype(object),
    )


def meeting(*rows, total=None, previous=None, found=(), matters=(), delays=(), **answers):
    sent = merged_of(
        covers_of(cover("甲局", item_total=len(rows) if total is None else total)),
        items=list(rows),
        self_check=self_check(**answers),
    )
    taken = intake_of(sent)
    in_force = merge(taken, previous, PLAN)
    received = receipts(PLAN, PERIOD, taken, in_force, [])
    own = {"matters": table("matters", *matters), "delays": table("delays", *delays)}
    return Meeting(PLAN, PERIOD, in_force, received, [], inspections_of(*found), previous, **own)


def score(judged):
    return judged.standings[0].score


def test_leaving_an_item_out_never_raises_the_score():
    whole = score(meeting(*ITEMS, previous=before(*ITEMS)))
    for left_out in range(len(ITEMS)):
        rest = [row for at, row in enumerate(ITEMS) if at != left_out]
        for total in (2, 3):
            assert score(meeting(*rest, total=total, previous=before(*ITEMS))) <= whole


def test_an_item_counted_on_the_cover_and_never_listed_costs_more_than_an_item_not_begun():
    """But for question 8: steps 厅外 of an item that is never listed contradict nothing (contract §6)."""
    listed = score(meeting(*ITEMS, q8="是"))
    assert score(meeting(ITEMS[0], ITEMS[2], total=3, q8="是")) <= listed
    assert meeting(total=2).standings[0].score < listed


@pytest.mark.parametrize("mode", ["一审一核", "一审两核", "特别程序", "审核合一"])
def test_a_needed_step_called_absent_never_raises_the_score(mode):
    """But for question 8, which a step 厅外 contradicts and one 无此环节 does not; SX-047 costs more in 报送."""
    honest = item(name="一", step_mode=mode, step_review="厅外", step_decide="厅外", **LATER)
    gamed = honest | {"step_review": "无此环节", "step_decide": "无此环节"}
    assert score(meeting(gamed, q8="是")) <= score(meeting(honest, q8="是"))


def light(judged, dimension=Dimension.STEP):
    return judged.matrix.at[0, light_name(dimension)]


def test_red_at_the_last_meeting_and_green_by_its_own_word_is_yellow_once():
    was = before(item(name="一", outside_loop="是"), red=Dimension.STEP)
    judged = meeting(item(name="一"), previous=was)
    assert (light(judged), judged.matrix.at[0, "reason_step"]) == ("黄", "上期红灯，整改待核")
    assert light(judged, Dimension.ITEM) == "绿"
    step = judged.unit_lights[judged.unit_lights["dimension"] == "环节"].iloc[0]
    assert step["light"] == "绿"
    assert score(judged) == score(meeting(item(name="一"), previous=before(item(name="一", outside_loop="是"))))


@pytest.mark.parametrize(
    ("closed_on", "expected"),
    [
        (date(2023, 3, 31), "黄"),  # the day of the last meeting
        (date(2023, 4, 1), "绿"),
        (MEETING, "绿"),
        (date(2023, 4, 15), "黄"),
        (None, "黄"),
    ],
)
def test_what_the_office_closed_since_is_green(closed_on, expected):
    was = before(item(name="一"), red=Dimension.STEP)
    closed = {"kind": "体外循环", "item_name": "一", "state": "已销号", "closed_on": closed_on}
    assert light(meeting(item(name="一"), previous=was, found=[closed])) == expected


MATTER = {"number": "1", "item_name": "一", "dimension": "环节", "state": "已办结", "closed_on": date(2023, 4, 1)}


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({}, "绿"),
        ({"closed_on": date(2023, 3, 31)}, "黄"),  # the day of the last meeting
        ({"closed_on": MEETING}, "绿"),
        ({"closed_on": date(2023, 4, 15)}, "黄"),
        ({"state": "办理中"}, "黄"),
        ({"state": "已撤销"}, "黄"),
        ({"dimension": "人员"}, "黄"),  # another dimension
        ({"dimension": None}, "黄"),  # about the item, and no dimension of it
        ({"item_name": "二"}, "黄"),
        ({"unit": "乙局"}, "黄"),
    ],
)
def test_a_matter_closed_since_about_that_item_and_dimension_ends_it(cells, expected):
    was = before(item(name="一"), red=Dimension.STEP)
    assert light(meeting(item(name="一"), previous=was, matters=[MATTER | cells])) == expected


DELAY = {"item_name": "一", "dimension": "环节", "until": date(2023, 12, 1), "reason": "等", "approved_by": "主任"}


@pytest.mark.parametrize(
    ("then", "now", "expected"),
    [
        ([], [], "黄"),
        ([DELAY], [DELAY], "黄"),  # it stood at the last meeting: nothing has changed since
        ([], [DELAY], "绿"),
        ([DELAY], [], "绿"),
        ([DELAY], [DELAY | {"until": date(2023, 12, 2)}], "绿"),
        ([], [DELAY | {"dimension": "人员"}], "黄"),
    ],
)
def test_a_deadline_ends_it_only_when_it_was_changed_since(then, now, expected):
    was = before(item(name="一"), red=Dimension.STEP)
    was = replace(was, office={"delays": table("delays", *then)})
    assert light(meeting(item(name="一"), previous=was, delays=now)) == expected


@pytest.mark.parametrize(("deadline", "expected"), [(date(2023, 10, 31), "黄"), (date(2023, 9, 30), "绿")])
def test_a_deadline_of_the_plan_that_was_changed_since_ends_it(deadline, expected):
    rows = [{"unit": "甲局", "dimension": str(d), "deadline": date(2023, 7, 31)} for d in list(Dimension)[:2]]
    rows.append({"unit": "甲局", "dimension": "环节", "deadline": deadline})
    was = replace(before(item(name="一"), red=Dimension.STEP), unit_dimensions=pd.DataFrame(rows, dtype=object))
    assert light(meeting(item(name="一"), previous=was)) == expected


def test_an_inspection_that_fits_no_applicable_item_has_a_row_of_the_whole_unit():
    stray = {"kind": "明进暗不进", "item_name": "没有这一项"}
    judged = meeting(item(name="一"), found=[stray])
    assert judged.red_list[["item_name", "dimension", "light"]].values.tolist() == [["（单位整体）", "事项", "红"]]


def test_pace_alone_has_a_row_of_the_whole_unit_whatever_its_items_are():
    judged = meeting(*(item(name=str(n), item_presence="推进中", **LATER) for n in range(5)))
    # 42 of 150 days: 28 points behind
    rows = judged.yellow_list[judged.yellow_list["dimension"] == "事项"]
    assert rows[["item_name", "reason"]].values.tolist() == [["（单位整体）", "落后序时 28 个百分点"]]


def test_missing_items_contradict_three_to_seven_and_an_absent_step_six():
    left_out = meeting(ITEMS[0], previous=before(ITEMS[0], item(name="四")))
    assert sorted(left_out.contradicted["number"]) == ["3", "4", "5", "6", "7"]
    absent = meeting(item(name="一", step_mode="一审一核", step_decide="无此环节"))
    assert list(absent.contradicted["number"]) == ["6"]
    exempt = item(name="四", negative_list="是", approval_number="文〔2023〕1号")
    assert len(meeting(ITEMS[0], previous=before(ITEMS[0], exempt)).contradicted) == 0
