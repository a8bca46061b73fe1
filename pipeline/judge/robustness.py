"""名次区间 and 稳健性: how ranks move when one weight is a fifth less or more (contract §7).

Which proposals of praise and criticism hang on a tie, or on one weight.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.judge.proposals import CRITICISE, PRAISE, Pools, chosen, pools
from pipeline.judge.scores import Shares, Standing, applying, unit_score
from schemas.figures import half_up, is_blank
from schemas.plan import Plan
from schemas.tables import trial_columns

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

LESS, MORE = Fraction(4, 5), Fraction(6, 5)
_TOTAL = 100


@dataclass(frozen=True)
class Trial:
    """Other weights: those of `part` times `own`, all others times `others`; whole numbers, only their ratio counts."""

    part: str
    factor: Fraction
    own: int
    others: int

    @property
    def words(self) -> str:
        """What is tried, as people read it."""
        return f"“{self.part}”权重{'减' if self.factor < 1 else '增'}两成"


def trials(weights: Mapping[str, int]) -> list[Trial]:
    """For each part with a weight in turn: 0.8 and 1.2 of it (at most 100), all others scaled so that the sum stays 100."""
    found = []
    for part, weight in weights.items():
        for factor in (LESS, MORE) if weight > 0 else ():
            rest, new = _TOTAL - weight, min(factor * weight, Fraction(_TOTAL))
            own, others = (new * rest, (_TOTAL - new) * weight) if rest else (Fraction(1), Fraction(1))
            scale = lcm(own.denominator, others.denominator)
            found.append(Trial(part, factor, int(own * scale), int(others * scale)))
    return found


@dataclass(frozen=True)
class Tried:
    """Scores and ranks under the weights of a trial, of the units that are ranked and have reported."""

    trial: Trial
    scores: Mapping[str, float]
    ranks: Mapping[str, int]


def tried(plan: Plan, shares: Shares, standings: Sequence[Standing]) -> list[Tried]:
    """Every trial of the plan's weights; the share of each part, 进步 included, stays as it is at the plan's own."""
    competing = [standing for standing in standings if standing.ranked and not standing.never]
    sums = [_Sums.of(plan, shares, standing) for standing in competing]
    found = []
    for trial in trials(plan.part_weights):
        scores = {each.standing.unit: each.score(trial) for each in sums}
        found.append(Tried(trial, scores, _ranks(scores)))
    return found


@dataclass(frozen=True)
class _Sums:
    """A unit's points in whole numbers, `scale` times too large, so that a trial costs a few products."""

    standing: Standing
    scale: int
    points: Mapping[str, int]
    weights: Mapping[str, int]
    all_points: int
    all_weights: int

    @classmethod
    def of(cls, plan: Plan, shares: Shares, standing: Standing) -> _Sums:
        earned = applying(plan, shares, standing.unit)
        scale = lcm(*(points.denominator for points in earned.values()))
        points = {part: int(value * scale) for part, value in earned.items()}
        weights = {part: plan.part_weights[part] for part in earned}
        return cls(standing, scale, points, weights, sum(points.values()), sum(weights.values()))

    def score(self, trial: Trial) -> float:
        more = trial.own - trial.others
        points = trial.others * self.all_points + more * self.points.get(trial.part, 0)
        weights = trial.others * self.all_weights + more * self.weights.get(trial.part, 0)
        own = self.standing
        return half_up(unit_score(Fraction(points, self.scale), weights, own.deduction, own.bonus))


def _ranks(scores: Mapping[str, float]) -> dict[str, int]:
    ascending = sorted(scores.values())
    return {unit: 1 + len(ascending) - bisect_right(ascending, score) for unit, score in scores.items()}


def rank_ranges(standings: Sequence[Standing], found: Sequence[Tried]) -> dict[str, str]:
    """名次区间 of every unit with a rank: 5–8, or 5 where the best and the worst are the same."""
    ranges = {}
    for standing in standings:
        if standing.rank is not None:
            reached = [standing.rank, *(each.ranks[standing.unit] for each in found if standing.unit in each.ranks)]
            best, worst = min(reached), max(reached)
            ranges[standing.unit] = f"{best}–{worst}" if best < worst else str(best)
    return ranges


@dataclass(frozen=True)
class Doubt:
    """That a proposal hangs on little: kind as in 表扬通报建议, `words` for the reason and 需核实; tie: not on a weight."""

    unit: str
    kind: str
    words: str
    tie: bool


def doubts(meeting: Meeting) -> list[Doubt]:
    """Proposals by score (praise, and criticism beyond what is required) that hang on a tie or on one weight."""
    among = pools(meeting)
    scores = {standing.unit: standing.score or 0.0 for standing in meeting.standings}
    now = chosen(among, scores)
    others = [chosen(among, {**scores, **each.scores}) for each in meeting.trials]
    found = []
    for kind in (PRAISE, CRITICISE):
        elsewhere = [(each.trial, set(result[kind])) for each, result in zip(meeting.trials, others, strict=True)]
        for unit in now[kind]:
            found += _tie(meeting, among, kind, unit, set(now[kind]))
            found += _on_one_weight(kind, unit, set(now[kind]), elsewhere)
    return found


def _tie(meeting: Meeting, among: Pools, kind: str, unit: str, picked: set[str]) -> list[Doubt]:
    """Units of the same score; of these the ones that might be proposed in its place are told from the others."""
    own = next(standing for standing in meeting.standings if standing.unit == unit)
    same = [s.unit for s in meeting.standings if s.ranked and not s.never and s.score == own.score and s.unit != unit]
    if not same:
        return []
    pool = {standing.unit for standing in among[kind]}
    rivals = [name for name in same if name in pool - picked]
    words = f"与{'、'.join(same)}同分并列第 {own.rank} 名"
    named = "后者" if rivals == same else "、".join(rivals)
    words += f"，{named}只因进步或单位顺序在后没有列入" if rivals else ""
    return [Doubt(unit, kind, words, tie=True)]


def _on_one_weight(kind: str, unit: str, picked: set[str], elsewhere: Sequence[tuple[Trial, set[str]]]) -> list[Doubt]:
    lost = [(trial, instead) for trial, instead in elsewhere if unit not in instead]
    if not lost:
        return []
    named = "、".join(trial.words for trial, _ in lost)
    rivals = "、".join(sorted({name for _, instead in lost for name in instead - picked}))
    return [Doubt(unit, kind, f"{named}即不列入" + (f"，改列{rivals}" if rivals else ""), tie=False)]


def trial_frame(plan: Plan, shares: Shares, standings: Sequence[Standing], found: Sequence[Tried]) -> pd.DataFrame:
    """权重试算; one row = one unit in order of rank: its sums, its best and worst rank, and `trial_columns` of each part."""
    rows = []
    for place, standing in enumerate(standings, 1):
        unit, earned = standing.unit, applying(plan, shares, standing.unit)
        own = [each for each in found if unit in each.ranks]
        reached = [standing.rank, *(each.ranks[unit] for each in own)] if standing.rank is not None else [None]
        row: dict[str, object] = {"unit": unit, "place": place, "weights": sum(plan.part_weights[p] for p in earned)}
        row |= {"best": min(reached), "worst": max(reached)}  # type: ignore[type-var]
        if standing.ranked and not standing.never:
            row["points"] = float(sum(earned.values()))
            row["extra"] = float(standing.bonus - standing.deduction)
        for each in own:
            more = each.trial.factor > 1
            row[trial_columns(each.trial.part)[more]] = each.scores[unit]
            row[trial_columns(each.trial.part)[2 + more]] = each.ranks[unit]
        rows.append(row)
    return pd.DataFrame(rows, dtype=object)


def robustness_frame(trials: pd.DataFrame, ranking: pd.DataFrame, parts: Iterable[str]) -> pd.DataFrame:
    """稳健性; one row = one unit: rank, 名次区间, and for each part its rank with less／more of that weight, where it moves.

    trials: `trial_frame`; ranking: 评分排名, in the same order.
    """
    columns: dict[str, list[object]] = {name: ranking[name].tolist() for name in ("unit", "rank", "rank_range")}
    for part in parts:
        less, more = (
            trials[name].tolist() if name in trials else [None] * len(trials) for name in trial_columns(part)[2:]
        )
        cells = zip(columns["rank"], less, more, strict=True)
        columns[part] = [_moves(rank, *pair) for rank, *pair in cells]
    return pd.DataFrame(columns, dtype=object)


def _moves(rank: object, less: object, more: object) -> str | None:
    return None if is_blank(less) or (less == rank and more == rank) else f"{less}／{more}"
