"""Lights of units: pace, limits in points, 整体 (contract §6).

From 2023-03-03 to 2023-10-29 are 240 days, so that a day is 5/12 of a point and 24 days are 10 points.
"""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from matrix_rows import NOTHING, inspections_of, item, items_of, plan_of

from pipeline.judge.lights import item_lights, own_deadlines, red_flags
from pipeline.judge.states import item_states
from pipeline.judge.units import Tally, expected_share, overall_lights, summary_rows, tallies, unit_light, with_whole
from pipeline.meeting import no_rows
from schemas.dimensions import Dimension
from schemas.plan import DimensionPlan
from schemas.returns.waivers import DELAYS

PLAN = plan_of()
START = date(2023, 3, 3)
DEADLINE = START + timedelta(days=240)
STEP = DimensionPlan(Dimension.STEP, DEADLINE, 15)


def light(tally: Tally, days: int, entry: DimensionPlan = STEP) -> tuple[str, str]:
    found, reason = unit_light(tally, entry, PLAN, START + timedelta(days=days))
    return found.value, reason


def rate(done: int, applicable: int = 100, **counts: int) -> Tally:
    return Tally(applicable=applicable, done=done, **counts)


@pytest.mark.parametrize(
    ("days", "wanted"), [(-10, 0), (0, 0), (24, Fraction(1, 10)), (120, Fraction(1, 2)), (240, 1), (241, 1), (900, 1)]
)
def test_expected_pace(days, wanted):
    assert expected_share(START, DEADLINE, START + timedelta(days=days)) == wanted


@pytest.mark.parametrize(
    ("tally", "days", "wanted"),
    [
        # 120 days: half of the time has passed
        (rate(20), 120, ("黄", "落后序时 30 个百分点")),
        (rate(199, 1000), 120, ("红", "落后序时 30.1 个百分点")),
        (rate(16), 120, ("红", "落后序时 34 个百分点")),
        (rate(40), 120, ("绿", "到位率 40%，序时进度 50%")),
        (rate(399, 1000), 120, ("黄", "落后序时 10.1 个百分点")),
        (rate(2, 3), 120, ("绿", "到位率 2/3，序时进度 50%")),
        (rate(100), 120, ("绿", "全部到位")),
        (rate(0), 0, ("绿", "到位率 0%，序时进度 0%")),
        # 14 and 15 days before the deadline
        (rate(99), 226, ("黄", "距时限 14 天，到位率 99%")),
        (rate(99), 225, ("绿", "到位率 99%，序时进度 93.8%")),
        (rate(100), 226, ("绿", "全部到位")),
        # the deadline day is still on time: the pace is then 100 %
        (rate(70), 240, ("黄", "落后序时 30 个百分点；今天是时限，到位率 70%")),
        (rate(69), 240, ("红", "落后序时 31 个百分点")),
        (rate(95), 240, ("黄", "今天是时限，到位率 95%")),
        # after it
        (rate(99, red=1), 249, ("红", "逾期 9 天，1 项未到位")),
        (rate(100), 249, ("绿", "全部到位")),
        # 待核 and 红 items
        (rate(90, pending=3), 120, ("黄", "3 项待核")),
        (rate(35, pending=3), 120, ("黄", "落后序时 15 个百分点；3 项待核")),
        (rate(100, red=2, flagged=2), 120, ("红", "2 项督查发现或自报有问题")),
        (rate(98, red=3, flagged=1), 249, ("红", "1 项督查发现或自报有问题；逾期 9 天，2 项未到位")),
        (Tally(), 249, ("灰", "没有适用事项")),
    ],
)
def test_unit_light(tally, days, wanted):
    assert light(tally, days) == wanted


@pytest.mark.parametrize(
    ("tally", "wanted"),
    [
        (rate(0), ("绿", "没有时限，到位率 0%")),
        (rate(0, pending=2), ("黄", "2 项待核")),
        (rate(0, red=1, flagged=1), ("红", "1 项督查发现或自报有问题")),
        (Tally(), ("灰", "没有适用事项")),
    ],
)
def test_without_a_deadline_there_is_no_pace(tally, wanted):
    assert light(tally, 500, DimensionPlan(Dimension.ONE_ID, None, 0)) == wanted


def summary(items, as_of, unreported=(), found=()):
    states = item_states(items, PLAN)
    flags = red_flags(items, inspections_of(*found))
    deadlines = own_deadlines(items, no_rows(DELAYS), PLAN)
    lights = item_lights(items, states, flags, PLAN, as_of, deadlines)
    counted = with_whole(tallies(items, states, lights, flags, deadlines), {}, {}, PLAN)
    return summary_rows(counted, frozenset(unreported), PLAN, as_of), lights


def test_summary_counts_items_of_every_unit_in_every_dimension():
    items = items_of(
        item(),
        item(name="事项二", **NOTHING),
        item(name="豁免", negative_list="是", approval_number="文号", outside_loop="是"),
        item("乙局", authority="无需授权", item_presence=None),
    )
    rows, _ = summary(items, date(2023, 8, 9), unreported=("丁局",))
    assert len(rows) == 4 * 7
    assert list(rows["unit"].unique()) == ["甲局", "乙局", "丙局", "丁局"]
    assert list(rows["dimension"][:7]) == ["事项", "窗口", "环节", "人员", "授权", "系统", "一证通办"]
    names = ["applicable", "done", "rate", "light", "reason", "red_items", "yellow_items", "pending"]
    by_cell = rows.set_index(["unit", "dimension"])[names]
    assert by_cell.loc[("甲局", "事项")].tolist() == [2, 1, 0.5, "红", "逾期 9 天，1 项未到位", 1, 0, 0]
    # 2023-08-09 is day 159 of 242: 65.7 %, and the second item has no plan date
    assert by_cell.loc[("甲局", "环节")].tolist() == [2, 1, 0.5, "黄", "落后序时 15.7 个百分点", 0, 1, 0]
    assert by_cell.loc[("乙局", "事项")].tolist() == [1, 0, 0.0, "红", "逾期 9 天，1 项未到位", 1, 0, 1]
    assert by_cell.loc[("乙局", "授权")].tolist() == [0, 0, None, "灰", "没有适用事项", 0, 0, 0]
    assert by_cell.loc[("丙局", "事项"), "reason"] == "没有适用事项"
    assert by_cell.loc[("丁局", "事项"), ["light", "reason"]].tolist() == ["灰", "未报送"]
    expected = rows.set_index(["unit", "dimension"])["expected"]
    assert expected["甲局", "事项"] == 1.0
    assert expected["甲局", "环节"] == pytest.approx(159 / 242)
    assert expected["甲局", "一证通办"] is None


def test_a_unit_is_red_exactly_where_an_item_is_or_the_pace_is_lost():
    found = [{"kind": "体外循环", "item_name": "事项一"}]
    rows, lights = summary(items_of(item(), item(name="事项二")), date(2023, 4, 14), found=found)
    red = rows[(rows["unit"] == "甲局") & (rows["light"] == "红")]
    assert list(red["dimension"]) == ["环节"]
    assert list(red["reason"]) == ["1 项督查发现或自报有问题"]
    assert list(lights["light_step"]) == ["红", "绿"]


def test_overall_is_the_worst_of_the_scored_dimensions():
    # 事项 and 窗口 overdue; 一证通办 待核 is 黄 but not scored
    items = items_of(
        item(item_presence="未进驻", window_presence="未设窗口"),
        item("乙局", one_id=None),
        item("丙局", authority=None),
    )
    rows, _ = summary(items, date(2023, 8, 9), unreported=("丁局",))
    overall = overall_lights(rows, PLAN)
    assert overall.values.tolist() == [
        ["甲局", "红", "事项、窗口"],
        ["乙局", "绿", "没有红灯和黄灯"],
        ["丙局", "红", "授权"],  # day 159 of 242 and nothing in place: 65.7 points behind
        ["丁局", "灰", "未报送"],
    ]


UNTIL = date(2023, 7, 31)
HALFWAY = date(2023, 5, 17)  # 75 of the 150 days to 2023-07-31


def light_of(as_of, **counts):
    entry = next(entry for entry in PLAN.dimensions if entry.dimension is Dimension.ITEM)
    return unit_light(Tally(**counts), entry, PLAN, as_of)


def test_unlisted_items_count_in_the_rate_and_are_red_after_the_deadline():
    assert light_of(HALFWAY, applicable=10, done=10, unlisted=0) == ("绿", "全部到位")
    assert light_of(HALFWAY, applicable=10, done=10, unlisted=2) == ("黄", "2 项未列")
    assert light_of(HALFWAY, applicable=4, done=4, unlisted=6) == ("黄", "6 项未列")  # 40 %, 10 points behind
    assert light_of(HALFWAY, applicable=4, done=4, unlisted=7)[1] == "落后序时 13.6 个百分点；7 项未列"
    assert light_of(HALFWAY, applicable=2, done=2, unlisted=8) == ("黄", "落后序时 30 个百分点；8 项未列")
    assert light_of(HALFWAY, applicable=2, done=2, unlisted=9)[0] == "红"
    assert light_of(UNTIL, applicable=10, done=10, unlisted=1)[0] == "黄"
    assert light_of(UNTIL + timedelta(days=1), applicable=10, done=10, unlisted=1) == ("红", "逾期 1 天，1 项未列")
    assert light_of(HALFWAY, unlisted=2)[0] == "红"


def test_expected_is_the_mean_over_the_own_deadlines():
    later = date(2023, 12, 28)  # 300 days
    # two items half due, two items a quarter due: 37.5 % expected
    delayed = ((UNTIL, 2), (later, 2))
    assert light_of(HALFWAY, applicable=4, done=1, own_deadlines=delayed)[1] == "落后序时 12.5 个百分点"
    # past the dimension's deadline, but not past the latest: all of the two, half of the others is 0.75 − 0.5
    as_of = date(2023, 7, 31) + timedelta(days=1)
    light, reason = light_of(as_of, applicable=4, done=2, own_deadlines=delayed)
    assert (light, reason.startswith("落后序时 25.")) == ("黄", True)
    assert light_of(later + timedelta(days=1), applicable=4, done=4, own_deadlines=delayed) == ("绿", "全部到位")


def test_an_inspection_that_fits_no_applicable_item_is_red_before_anything_else():
    assert light_of(HALFWAY, stray=("督查发现明进暗不进",)) == ("红", "督查发现明进暗不进")
    assert light_of(HALFWAY) == ("灰", "没有适用事项")
