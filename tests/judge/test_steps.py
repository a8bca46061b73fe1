"""What a step would bring, by hand (contract §8.5): every case is one unit, beside others where ranks matter."""

from dataclasses import replace

import pytest
from matrix_rows import (
    PERIOD,
    cover,
    covers_of,
    inspections_of,
    intake_of,
    item,
    merged_of,
    plan_of,
    self_check,
    wrong_row,
)

from pipeline.judge.gains import Ladder, bases, rescored
from pipeline.judge.merge import merge, receipts
from pipeline.judge.scores import Standing
from pipeline.meeting import Meeting

PLAN = plan_of("甲局")
#: No task list: 0 of 10. First period: 进步 does not apply, 95 of 100 remain.
APPLYING = 95


def meeting(*rows, found=(), inspections=(), total=None, **answers):
    sent = merged_of(
        covers_of(cover(item_total=len(rows) if total is None else total)),
        items=list(rows),
        self_check=self_check(**answers),
    )
    taken = intake_of(sent)
    in_force = merge(taken, None, PLAN)
    received = receipts(PLAN, PERIOD, taken, in_force, list(found))
    return Meeting(PLAN, PERIOD, in_force, received, list(found), inspections_of(*inspections), None)


def gains(judged):
    return {row["step"]: row["gain"] for row in judged.gains.steps.to_dict("records")}


def share(points):
    """Points of the score that so many of the applying weights are worth."""
    return pytest.approx(100 * points / APPLYING, abs=0.011)


def test_without_a_step_the_score_is_the_score():
    judged = meeting(item(), item(name="二", authority="未授权"), q3="否", inspections=[{"kind": "其他"}])
    assert rescored(bases(judged)["甲局"], [], PLAN) == judged.standings[0].score


def test_the_last_open_item_frees_its_question_too():
    one, two = (meeting(item(), *(item(name=f"授权{n}", authority="未授权") for n in range(count))) for count in (1, 2))
    assert gains(one)["授权到位"] == share(10 / 2 + 5 / 9)
    assert gains(two)["授权到位"] == share(10 / 3)
    steps = {row["step"]: row for row in two.gains.steps.to_dict("records")}
    assert (steps["授权到位"]["number"], steps["授权到位"]["gain_all"]) == (2, share(20 / 3 + 5 / 9))


def test_steps_outside_the_hall_stand_against_two_answers():
    judged = meeting(item(), item(name="二", step_review="厅外"))
    assert gains(judged)["环节到位"] == share(15 / 2 + 5 * 2 / 9)


def test_an_answer_is_put_right_only_where_nothing_contradicts_it():
    judged = meeting(item(), item(name="二", system_state="未对接"), q1="否", q5="否")
    said = gains(judged)
    assert said["自查第 1 题答“是”（已经做到的）"] == share(5 / 9)
    assert not [step for step in said if step.startswith("自查第 5 题")]


def test_an_error_corrected_and_an_unreadable_cell_filled_in():
    plain = meeting(item(), found=[wrong_row("甲局", "items", 4)])
    assert gains(plain)["更正有错误的行"] == share(10 * 0.6 / 10)
    blank = meeting(item(), item(name="二", authority=None), found=[wrong_row("甲局", "items", 5)])
    assert gains(blank)["授权到位，并更正这一行的错误"] == share(10 / 2 + 10 * 0.6 / 11)


def test_an_inspection_closed_is_two_points_and_nothing_beyond_the_cap():
    assert gains(meeting(item(), inspections=[{"kind": "其他"}]))["督查问题销号"] == 2
    many = meeting(item(), inspections=[{"kind": "其他", "description": str(n)} for n in range(7)])
    steps = {row["step"]: row for row in many.gains.steps.to_dict("records")}
    assert (steps["督查问题销号"]["gain"], steps["督查问题销号"]["gain_all"]) == (0, 10)


def test_an_unlisted_item_listed_counts_in_every_dimension():
    judged = meeting(item(), total=2)
    assert gains(judged)["补列未列的事项（各维度到位）"] == share(70 / 2 + 5 * 5 / 9)


def test_a_rank_is_that_among_the_others_as_they_are():
    standings = [
        Standing(unit, score, 0, None, ()) for unit, score in (("甲", 90.0), ("乙", 80.0), ("丙", 80.0), ("丁", 70.0))
    ]
    ladder = Ladder([*standings, replace(standings[0], unit="戊", score=0.0, marks=("未报送",))])
    assert [ladder.rank("丁", score) for score in (70.0, 79.99, 80.0, 85.0, 90.0, 95.0)] == [4, 4, 2, 2, 1, 1]
    assert ladder.rank("乙", 80.0) == 2


def test_steps_that_do_the_same_are_scored_once(monkeypatch):
    judged = meeting(item(), *(item(name=f"授权{n}", authority="未授权") for n in range(60)))
    asked = []
    monkeypatch.setattr("pipeline.judge.gains.rescored", lambda *given: asked.append(given) or 1.0)
    assert judged.gains
    assert len(asked) < 20
