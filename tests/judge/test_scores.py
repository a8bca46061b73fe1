"""Scoring parts, scores and ranks, worked out by hand (contract §7)."""

from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from matrix_rows import (
    PERIOD,
    cover,
    covers_of,
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

from pipeline.judge.merge import receipts
from pipeline.judge.scores import (
    Rates,
    Share,
    dimension_shares,
    paired_items,
    progress_shares,
    ranking_frame,
    ranks,
    reporting_shares,
    score_parts,
    self_check_shares,
    standings,
    task_shares,
    unit_marks,
    unit_score,
    wrong_rows,
)
from pipeline.judge.states import item_states
from pipeline.judge.units import self_check_answers
from schemas.figures import half_up, plain
from schemas.words import Severity

ONE = plan_of("甲局")


def units_by_dimension(unlisted: int = 0, **rates: tuple[int, int]) -> pd.DataFrame:
    """甲局 with e.g. 事项=(done, applicable); the others not applicable."""
    names = ("事项", "窗口", "环节", "人员", "授权", "系统", "一证通办")
    rows = [("甲局", name, *rates.get(name, (0, 0))) for name in names]
    return pd.DataFrame(rows, columns=["unit", "dimension", "done", "applicable"], dtype=object).assign(
        unlisted=unlisted
    )


def test_a_dimension_earns_its_rate_or_does_not_apply():
    shares = dimension_shares(units_by_dimension(事项=(3, 4), 系统=(0, 2)))
    assert shares["甲局", "事项"].points(20) == 15
    assert shares["甲局", "系统"].points(10) == 0
    assert shares["甲局", "窗口"].points(5) is None


def test_items_that_the_cover_counts_and_no_row_shows_are_in_every_denominator():
    shares = dimension_shares(units_by_dimension(unlisted=4, 事项=(3, 4)))
    assert shares["甲局", "事项"].value == Fraction(3, 8)
    assert shares["甲局", "窗口"].value == 0


def test_self_check_counts_good_and_uncontradicted_answers_of_nine():
    rows = table("self_check", *self_check(q1="否", q2="部分", q3="", q8="是"))
    against = pd.DataFrame([("甲局", "6", "…"), ("甲局", "1", "…")], columns=["unit", "number", "why"])
    share = self_check_shares(ONE, self_check_answers(rows), against)["甲局", "自查"]
    # bad: 1, 2, 8; blank: 3; good: 4 5 6 7 9, of which 6 is contradicted
    assert (share.numerator, share.denominator) == (4, 9)
    assert share.explanation == "9 题中 5 题为好，其中 1 题与填报或督查矛盾"


def task(planned_on, progress=0.0, done_on=None):
    return {"unit": "甲局", "planned_on": planned_on, "progress": progress, "done_on": done_on}


BY, AFTER = date(2023, 4, 14), date(2023, 4, 15)


@pytest.mark.parametrize(
    ("tasks", "wanted"),
    [
        ([], (0, 1)),
        ([task(AFTER, 1.0, BY)], (None, None)),
        ([task("四月")], (None, None)),
        ([task(BY)], (0, 1)),
        ([task(BY, 1.0, BY)], (1, 1)),
        ([task(BY, 1.0, AFTER)], (0, 1)),
        ([task(BY, 1.0)], (0, 1)),
        ([task(BY, 0.9, BY)], (0, 1)),
        ([task(BY, 1.0, BY), task(BY), task(BY, 1.0, BY), task(AFTER, 1.0, BY)], (2, 3)),
    ],
)
def test_only_tasks_due_by_the_meeting_count(tasks, wanted):
    share = task_shares(ONE, table("tasks", *tasks), BY)["甲局", "任务"]
    assert (share.numerator, share.denominator) == wanted


def reporting(findings=(), items=(), tasks=(), **cells):
    merged = merged_of(covers_of(cover(**cells)), items=list(items), tasks=list(tasks))
    frame = receipts(ONE, PERIOD, intake_of(merged), merged, findings)
    return reporting_shares(frame, merged, wrong_rows(merged, findings), PERIOD)["甲局", "报送"]


def test_reporting_is_timeliness_and_rows_without_errors():
    rows = {"items": [item(), item(), item()], "tasks": [task(BY)]}
    two_errors_in_a_row = [wrong_row("甲局", "items", 4), wrong_row("甲局", "items", 4)]
    assert reporting(**rows).value == 1
    assert reporting(two_errors_in_a_row, **rows).value == Fraction(40 + 45, 100)
    both_tables = [wrong_row("甲局", "items", 4), wrong_row("甲局", "tasks", 4)]
    assert reporting(both_tables, **rows).value == Fraction(40 + 30, 100)
    assert reporting(filled_on=date(2023, 4, 13), **rows).value == Fraction(20 + 60, 100)
    share = reporting(two_errors_in_a_row, filled_on=date(2023, 4, 13), **rows)
    assert (share.numerator, share.denominator) == (20 + 45, 100)
    assert share.explanation == "迟报；数据 4 行，有错误的 1 行"
    one_of_seven = reporting([wrong_row("甲局", "items", 4)], items=[item()] * 7)
    assert (one_of_seven.numerator, one_of_seven.denominator) == (40 * 7 + 60 * 6, 700)


def test_what_is_no_error_in_a_row_in_use_costs_nothing():
    rows = {"items": [item()]}
    warning = wrong_row("甲局", "items", 4, Severity.WARNING)
    elsewhere = wrong_row("甲局", "items", 99)
    another_unit = wrong_row("乙局", "items", 4)
    on_the_cover = wrong_row("甲局", "cover", 4)
    assert reporting([warning, elsewhere, another_unit, on_the_cover], **rows).value == 1


def test_without_a_data_row_only_timeliness_counts_and_no_return_earns_nothing():
    assert reporting(item_total=0).value == Fraction(40, 100)
    assert reporting(item_total=0, filled_on=date(2023, 4, 13)).value == Fraction(20, 100)
    assert reporting(carried="沿用上期", items=[item(carried="沿用上期")]).value == 0
    assert reporting(items=[item(), item(carried="漏报")]).explanation == "按时；数据 1 行，有错误的 0 行"


def progress(now, before, receipt="按时"):
    rates = {"甲局": Rates(now, before)}
    receipts = pd.DataFrame({"unit": ["甲局"], "receipt": [receipt]}, dtype=object)
    return progress_shares(ONE, rates, receipts)["甲局", "进步"].value


def test_progress_is_the_share_of_the_gap_closed():
    assert progress(Fraction(4, 7), Fraction(2, 7)) == Fraction(2, 5)
    assert progress(Fraction(2, 7), Fraction(2, 7)) == 0
    assert progress(Fraction(0), Fraction(2, 7)) == 0
    assert progress(Fraction(1), Fraction(2, 7)) == 1


def test_no_gap_left_counts_one_and_losing_ground_from_the_top_nothing():
    assert progress(Fraction(1), Fraction(1)) == 1
    assert progress(Fraction(1, 2), Fraction(1)) == 0


def test_progress_does_not_apply_without_an_applicable_item_at_both_meetings():
    assert progress(Fraction(1), None) is None
    assert progress(None, Fraction(1)) is None
    nobody = pd.DataFrame({"unit": ["甲局"], "receipt": ["按时"]}, dtype=object)
    assert progress_shares(ONE, {}, nobody)["甲局", "进步"].value is None


def test_a_unit_that_sent_nothing_made_no_progress():
    assert progress(Fraction(1), Fraction(1), "沿用上期") == 0


def test_rates_are_over_the_items_at_both_meetings_with_this_plans_weights():
    # 事项 20, 窗口 5, 环节 15, 人员 10, 授权 10, 系统 10 of 70; the second item is new and does not count
    items = items_of(item(), item(name="新", item_presence="未进驻"))
    then = item_states(items_of(item(item_presence="未进驻", authority="无需授权")), ONE)
    rates = paired_items(items, item_states(items, ONE), then, [(0, 0)], ONE).rates(ONE)
    assert rates == {"甲局": Rates(Fraction(1), Fraction(40, 60))}


def test_a_missing_item_counts_against_progress():
    items = items_of(item(carried="漏报"), item(name="二"))
    then = item_states(items_of(item(), item(name="二")), ONE)
    rates = paired_items(items, item_states(items, ONE), then, [(0, 0), (1, 1)], ONE).rates(ONE)
    assert rates == {"甲局": Rates(Fraction(1, 2), Fraction(1))}


@pytest.mark.parametrize(
    ("points", "weights", "deduction", "wanted"),
    [
        (Fraction(50), 100, 0, 50.0),
        (Fraction(33), 65, 0, 50.77),
        (Fraction(87125, 1000), 100, 0, 87.13),
        (Fraction(87124999, 1000000), 100, 0, 87.12),
        (Fraction(1005, 1000), 100, 0, 1.01),  # 1.005 is 1.00 in binary arithmetic
        (Fraction(50), 100, 10, 40.0),
        (Fraction(5), 100, 10, 0.0),
        (Fraction(0), 0, 0, 0.0),
    ],
)
def test_score_of_the_weights_that_apply(points, weights, deduction, wanted):
    assert half_up(unit_score(points, weights, deduction)) == wanted


def test_figures_lose_needless_zeros_only():
    assert [plain(Fraction(n, 100)) for n in (0, 1000, 1005, 10004, 3333)] == ["0", "10", "10.1", "100", "33.3"]


FIVE = ("甲局", "乙局", "丙局", "丁局", "戊局")
PLAN = plan_of(*FIVE)


def ranked(rates: dict[str, Fraction], open_counts=None, marks=None, plan=PLAN, bonus=None):
    """Every part of a unit earned to the same share."""
    shares = {
        (unit, part): Share("", rate.numerator, rate.denominator)
        for unit, rate in rates.items()
        for part in plan.part_weights
    }
    marks = dict.fromkeys(rates, ()) | (marks or {})
    return standings(plan, shares, open_counts or {}, marks, bonus), shares


def places(found):
    return [(entry.rank, entry.unit, entry.score) for entry in found]


def test_ranks_with_ties():
    rates = dict(zip(FIVE, map(Fraction, ("0.7", "0.9", "0.7", "0.95", "0.1")), strict=True))
    found, _ = ranked(rates)
    assert places(found) == [
        (1, "丁局", 95.0),
        (2, "乙局", 90.0),
        (3, "甲局", 70.0),
        (3, "丙局", 70.0),
        (5, "戊局", 10.0),
    ]


def test_scores_equal_after_rounding_are_a_tie():
    found, _ = ranked(dict.fromkeys(FIVE, Fraction(1, 2)) | {"丙局": Fraction("0.50004")})
    assert {entry.rank for entry in found} == {1}


def test_who_does_not_take_part_and_who_never_reported():
    rates = dict.fromkeys(FIVE, Fraction(1, 2)) | {"戊局": Fraction(0)}
    marks = {"甲局": ("不参评",), "乙局": ("未报送",), "丁局": ("未报送",)}
    found, _ = ranked(rates, marks=marks)
    assert places(found) == [
        (1, "丙局", 50.0),
        (2, "戊局", 0.0),
        (None, "甲局", None),
        (3, "乙局", 0.0),
        (3, "丁局", 0.0),
    ]


@pytest.mark.parametrize(("number", "deduction"), [(0, 0), (1, 2), (4, 8), (5, 10), (6, 10), (40, 10)])
def test_open_inspections_cost_two_points_each_and_ten_at_most(number, deduction):
    found, _ = ranked(dict.fromkeys(FIVE, Fraction(1, 2)), {"甲局": number})
    own = next(entry for entry in found if entry.unit == "甲局")
    assert (own.deduction, own.score) == (deduction, 50 - deduction)


def test_bonus_moves_the_score_between_0_and_100_but_not_that_of_a_unit_that_never_reported():
    rates = dict(zip(FIVE, map(Fraction, ("0.5", "0.98", "0.01", "0.5", "0.5")), strict=True))
    bonus = {"甲局": Fraction(5, 2), "乙局": Fraction(10), "丙局": Fraction(-10), "丁局": Fraction(10)}
    found, _ = ranked(rates, marks={"丁局": ("未报送",), "戊局": ("不参评",)}, bonus=bonus)
    scores = {entry.unit: entry.score for entry in found}
    assert scores == {"甲局": 52.5, "乙局": 100.0, "丙局": 0.0, "丁局": 0.0, "戊局": None}


def test_the_score_has_a_floor_at_zero():
    found, _ = ranked(dict.fromkeys(FIVE, Fraction(1, 20)), {"甲局": 5})
    assert found[-1].unit == "甲局"
    assert found[-1].score == 0.0


def test_marks():
    units = [*FIVE, "己局"]
    frame = pd.DataFrame(
        {"unit": units, "receipt": ["按时", "零报告", "沿用上期", "未报送", "按时", "沿用上期"]}, dtype=object
    )
    applicable = pd.DataFrame({"unit": units, "dimension": "事项", "applicable": [3, 0, 2, 0, 0, 0]}, dtype=object)
    assert unit_marks(PLAN, frame, applicable, frozenset({"乙局", "己局"})) == {
        "甲局": (),
        "乙局": ("不参评",),
        "丙局": ("沿用上期", "小样本"),
        "丁局": ("未报送",),
        "戊局": ("小样本",),
        "己局": ("沿用上期", "不参评"),
    }


def test_ranking_shows_points_and_the_way_since_last_period():
    rates = dict(zip(FIVE, map(Fraction, ("0.7", "0.9", "0.6", "0.95", "0.1")), strict=True))
    found, shares = ranked(rates, marks={"戊局": ("不参评",)})
    shares["甲局", "任务"] = Share("不适用：没有到期的任务")
    before = previous_of(
        ranking=pd.DataFrame(
            {"unit": ["甲局", "乙局", "丁局", "戊局"], "rank": [1, 2, None, 4], "score": 0.0}, dtype=object
        )
    )
    frame = ranking_frame(PLAN, found, shares, ranks(before.ranking), {"丁局": "1–2"})
    assert list(frame.columns) == [
        *("rank", "unit", "score", "rank_before", "rank_change", "rank_range"),
        *("事项", "窗口", "环节", "人员", "授权", "系统", "自查", "任务", "报送", "进步"),
        *("deduction", "bonus", "marks", "open_findings"),
    ]
    assert frame[["rank", "unit", "rank_before", "rank_change", "marks"]].values.tolist() == [
        [1, "丁局", None, None, None],
        [2, "乙局", 2, 0, None],
        [3, "甲局", 1, -2, None],
        [4, "丙局", None, None, None],
        [None, "戊局", 4, None, "不参评"],
    ]
    assert frame["rank_range"].tolist() == ["1–2", None, None, None, None]
    assert frame.at[2, "事项"] == 14.0
    assert frame.at[2, "任务"] is None


def test_parts_multiply_out_and_what_does_not_apply_is_blank():
    shares = {("甲局", part): Share("三分之一", 1, 3) for part in ONE.part_weights}
    shares["甲局", "进步"] = Share("不适用：该单位第一期，没有上期可比")
    rows = score_parts(ONE, shares).set_index("part")
    assert list(rows.index) == list(ONE.part_weights)
    assert rows.loc["事项", ["numerator", "denominator", "weight"]].tolist() == [1, 3, 20]
    assert rows.at["事项", "points"] == pytest.approx(20 / 3)
    assert rows.loc["进步", ["numerator", "denominator", "points"]].tolist() == [None, None, None]
    assert rows.at["进步", "explanation"].startswith("不适用")


def test_a_share_too_fine_for_a_workbook_is_written_as_a_decimal():
    share = Share("", 10**16 + 1, 3 * 10**16)
    rows = score_parts(ONE, {("甲局", part): share for part in ONE.part_weights})
    assert rows.at[0, "denominator"] == 1
    assert rows.at[0, "numerator"] == pytest.approx(1 / 3)


def test_a_part_of_weight_zero_changes_nothing():
    light = plan_of(*FIVE, weights={"自查": 10, "任务": 10, "报送": 10, "进步": 0})
    shares = {(unit, part): Share("", 1, 2) for unit in FIVE for part in light.part_weights}
    shares |= {(unit, "进步"): Share("", 1, 1) for unit in FIVE}
    found = standings(light, shares, {}, dict.fromkeys(FIVE, ()))
    assert {entry.score for entry in found} == {50.0}
