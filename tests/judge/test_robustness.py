"""名次区间: weights a fifth less or more, by hand; and what a proposal hangs on (contract §7)."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
from matrix_rows import plan_of

from pipeline.judge.proposals import CRITICISE, PRAISE, Pools, chosen
from pipeline.judge.robustness import Doubt, doubts, rank_ranges, trials, tried
from pipeline.judge.scores import Share, Standing, not_applicable, standings
from tests.judge import test_proposals as proposing

PLAN = plan_of("甲局", "乙局", "丙局", "丁局")
PARTS = list(PLAN.part_weights)


@pytest.mark.parametrize(
    ("weights", "ratios"),
    [
        # a: 72 to 28 of 10, then 100 at most to nothing; b: 8 to 92 of 90, 12 to 88 of 90
        ({"a": 90, "b": 10}, [(Fraction(72, 90), Fraction(28, 10)), (1, 0), (Fraction(8, 10), Fraction(92, 90)), (Fraction(12, 10), Fraction(88, 90))]),
        ({"a": 100, "b": 0}, [(1, 1), (1, 1)]),  # there are no others to scale, and a part without weight is not tried
    ],
)  # fmt: skip
def test_the_weights_of_a_trial(weights, ratios):
    found = trials(weights)
    assert len(found) == len(ratios)
    for trial, (own, others) in zip(found, ratios, strict=True):
        assert trial.own * others == trial.others * own and (trial.own, trial.others) != (0, 0)


def halves(**full):
    """Half of every part, but for `full`: part → share."""
    return {part: Share("", *full.get(part, (1, 2))) for part in PARTS}


def judged(by_unit, marks=None, plan=PLAN):
    """(standings, trials) of units with these shares of their parts."""
    shares = {(unit.name, part): by_unit[unit.name][part] for unit in plan.units for part in PARTS}
    own_marks = {unit.name: (marks or {}).get(unit.name, ()) for unit in plan.units}
    ranked = standings(plan, shares, {}, own_marks)
    return ranked, tried(plan, shares, ranked)


def test_a_tie_that_one_weight_breaks_either_way():
    """甲: 事项 whole, 50 + 20 ÷ 2 = 60. 乙: 窗口 and 环节 whole, 50 + 20 ÷ 2 = 60. 丙: half of all. 丁 never reported."""
    nothing = dict.fromkeys(PARTS, not_applicable("没有适用事项")) | {"报送": Share("", 0, 1)}
    by_unit = {"甲局": halves(事项=(1, 1)), "乙局": halves(窗口=(1, 1), 环节=(1, 1)), "丙局": halves(), "丁局": nothing}
    ranked, found = judged(by_unit, {"丁局": ("未报送",)})
    assert rank_ranges(ranked, found) == {"甲局": "1–2", "乙局": "1–2", "丙局": "3", "丁局": "4"}
    less, more = (each for each in found if each.trial.part == "事项")
    # 16 with 84 of 80 for the others: 50 + 16 ÷ 2 = 58 against 50 + 21 ÷ 2 = 60.5; 24 with 76 of 80: 62 against 59.5
    assert (less.scores["甲局"], less.scores["乙局"]) == (58.0, 60.5)
    assert (more.scores["甲局"], more.scores["乙局"]) == (62.0, 59.5)
    assert (less.ranks["甲局"], less.ranks["乙局"], more.ranks["甲局"]) == (2, 1, 1)


def test_a_part_that_does_not_apply_stays_out_of_both_sums():
    """丙 without 进步: 50 of 95 points in every part is 50 whatever the weights."""
    by_unit = dict.fromkeys(("甲局", "乙局", "丁局"), halves()) | {
        "丙局": halves() | {"进步": not_applicable("第一期")}
    }
    ranked, found = judged(by_unit)
    assert {score for each in found for score in each.scores.values()} == {50.0}
    assert set(rank_ranges(ranked, found).values()) == {"1"}


def test_not_ranked_has_no_range():
    by_unit = dict.fromkeys(("甲局", "乙局", "丙局", "丁局"), halves())
    ranked, found = judged(by_unit, {"丁局": ("不参评",)})
    assert "丁局" not in rank_ranges(ranked, found)


def test_scores_are_rounded_before_ranking():
    """甲 leads by 0.002 of 100 in 自查: both print 50.00 under every weight."""
    by_unit = dict.fromkeys(("乙局", "丙局", "丁局"), halves()) | {"甲局": halves(自查=(50_004, 100_000))}
    ranked, found = judged(by_unit)
    assert set(rank_ranges(ranked, found).values()) == {"1"}


def test_who_is_chosen_by_score_then_progress_then_order():
    entries = [
        Standing(unit, None, 0, progress, ()) for unit, progress in (("甲", None), ("乙", Fraction(1, 2)), ("丙", None))
    ]
    among = Pools(tuple(entries), tuple(entries), 2, 2)
    assert chosen(among, dict.fromkeys("甲乙丙", 60.0)) == {PRAISE: ["乙", "甲"], CRITICISE: ["丙"]}


def hanging(*entries, elsewhere=(), receipt="甲乙丙丁"):
    """The doubts of a meeting of these standings; elsewhere: the scores under each trial."""
    weights = trials({"人员": 50, "事项": 50})
    found = [SimpleNamespace(trial=trial, scores=scores) for trial, scores in zip(weights, elsewhere, strict=False)]
    meeting = proposing.meeting_of(*entries, receipt=dict.fromkeys(receipt, "按时"))
    meeting.trials = found
    return doubts(meeting)


def test_a_praise_that_hangs_on_one_weight_says_which_and_for_whom():
    four = [proposing.standing(unit, score) for unit, score in zip("甲乙丙丁", (90.0, 80.0, 70.0, 69.0), strict=True)]
    assert hanging(*four) == []
    assert hanging(*four, elsewhere=[{"丙": 60.0, "丁": 61.0}, {"甲": 81.0}]) == [
        Doubt("丙", PRAISE, "“人员”权重减两成即不列入，改列丁", tie=False)
    ]


def test_a_tie_is_named_and_who_was_left_out_for_it():
    four = [proposing.standing(unit, score) for unit, score in zip("甲乙丙丁", (90.0, 80.0, 70.0, 70.0), strict=True)]
    assert hanging(*four) == [Doubt("丙", PRAISE, "与丁同分并列第 1 名，后者只因进步或单位顺序在后没有列入", tie=True)]
    # 丁 came late and cannot be praised: the tie stands there, nobody is left out for it
    assert hanging(*four, receipt="甲乙丙") == [Doubt("丙", PRAISE, "与丁同分并列第 1 名", tie=True)]
