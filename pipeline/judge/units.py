"""Lights of units: one for each unit × dimension, and the 整体 of each unit (contract §6, §8).

三个无审批: whether a unit approves nothing beyond the list, the hall and the platform (contract §6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache

import pandas as pd

from schemas.dimensions import NO_APPROVALS, Dimension
from schemas.figures import ahead, is_near, overdue, percent, plain
from schemas.plan import DimensionPlan, Plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import CLEARANCES, light_name, state_name
from schemas.words import LIGHTS_WORST_FIRST, SELF_CHECK_ANSWER, Clearance, Light, State


@dataclass(frozen=True)
class Tally:
    """How the items of one unit stand in one dimension; all are counts of items."""

    applicable: int = 0
    done: int = 0
    pending: int = 0
    red: int = 0
    yellow: int = 0
    flagged: int = 0  # 红 for what an inspection found or the unit itself admits

    @property
    def rate(self) -> Fraction:
        """到位 ÷ applicable; only where an item is applicable."""
        return Fraction(self.done, self.applicable)


def tallies(
    items: pd.DataFrame, states: pd.DataFrame, lights: pd.DataFrame, flags: Mapping[Dimension, pd.Series[str]]
) -> dict[tuple[str, Dimension], Tally]:
    """Count the items of every unit in every dimension; the frames have one index, one row = one item."""
    result: dict[tuple[str, Dimension], Tally] = {}
    for d in Dimension:
        cells = zip(items["unit"], states[state_name(d)], lights[light_name(d)], flags[d].notna(), strict=True)
        counts: dict[str, Counter[str]] = {}
        for (unit, state, light, flagged), number in Counter(cells).items():
            count = counts.setdefault(unit, Counter())
            count[state] += number
            count[f"灯{light}"] += number
            count["标"] += number if flagged and state != State.EXEMPT else 0
        result |= {(unit, d): _tally(count) for unit, count in counts.items()}
    return result


def _tally(count: Counter[str]) -> Tally:
    applicable = sum(count[state] for state in State if state != State.EXEMPT)
    return Tally(
        applicable=applicable,
        done=count[State.DONE],
        pending=count[State.PENDING],
        red=count[f"灯{Light.RED}"],
        yellow=count[f"灯{Light.YELLOW}"],
        flagged=count["标"],
    )


@cache  # a date and a deadline are asked for every unit
def expected_share(start: date, deadline: date, as_of: date) -> Fraction:
    """The share of the time from start to deadline that has passed at `as_of`, 0 to 1."""
    return min(max(Fraction((as_of - start).days, (deadline - start).days), Fraction(0)), Fraction(1))


def unit_light(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> tuple[Light, str]:
    """The light of one unit in one dimension, and its reason."""
    if not tally.applicable:
        return Light.GREY, "没有适用事项"
    reds = _red_reasons(tally, entry, plan, as_of)
    if reds:
        return Light.RED, "；".join(reds)
    yellows = _yellow_reasons(tally, entry, plan, as_of)
    if yellows:
        return Light.YELLOW, "；".join(yellows)
    if tally.rate == 1:
        return Light.GREEN, "全部到位"
    if entry.deadline is None:
        return Light.GREEN, f"没有时限，到位率 {percent(tally.rate)}"
    pace = expected_share(plan.start, entry.deadline, as_of)
    return Light.GREEN, f"到位率 {percent(tally.rate)}，序时进度 {percent(pace)}"


def _red_reasons(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> list[str]:
    reasons = []
    if tally.flagged:
        reasons.append(f"{tally.flagged} 项督查发现或自报有问题")
    if entry.deadline and as_of > entry.deadline:
        if tally.done < tally.applicable:
            reasons.append(f"{overdue(entry.deadline, as_of)}，{tally.applicable - tally.done} 项未到位")
    elif _behind_points(tally, entry, plan, as_of) > plan.thresholds.behind_red_points:
        reasons.append(_behind_words(tally, entry, plan, as_of))
    return reasons


def _yellow_reasons(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> list[str]:
    reasons = []
    if entry.deadline:
        if _behind_points(tally, entry, plan, as_of) > plan.thresholds.behind_yellow_points:
            reasons.append(_behind_words(tally, entry, plan, as_of))
        if tally.rate < 1 and is_near(entry.deadline, as_of, plan.thresholds.warn_days):
            reasons.append(f"{ahead(entry.deadline, as_of)}，到位率 {percent(tally.rate)}")
    if tally.pending:
        reasons.append(f"{tally.pending} 项待核")
    return reasons


def _behind_points(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> Fraction:
    """Percentage points behind the expected pace; without a deadline there is no pace."""
    if entry.deadline is None:
        return Fraction(0)
    return 100 * (expected_share(plan.start, entry.deadline, as_of) - tally.rate)


def _behind_words(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> str:
    return f"落后序时 {plain(_behind_points(tally, entry, plan, as_of))} 个百分点"


def summary_rows(
    counted: Mapping[tuple[str, Dimension], Tally],
    unreported: frozenset[str],
    plan: Plan,
    as_of: date,
) -> pd.DataFrame:
    """One row = one unit × dimension, units in plan order: counts, rate, expected pace, light, reason.

    unreported: units that never sent a return; their light is 灰 with that reason. Columns as in
    `schemas.tables.UNIT_SUMMARY`, without what is known only from the periods before.
    """
    rows = []
    for unit in plan.units:
        for entry in plan.dimensions:
            tally = counted.get((unit.name, entry.dimension), Tally())
            light, reason = unit_light(tally, entry, plan, as_of)
            rows.append(
                {
                    "unit": unit.name,
                    "dimension": str(entry.dimension),
                    "applicable": tally.applicable,
                    "done": tally.done,
                    "rate": float(tally.rate) if tally.applicable else None,
                    "light": light.value,
                    "reason": "未报送" if unit.name in unreported else reason,
                    "expected": _expected(entry, plan, as_of),
                    "red_items": tally.red,
                    "yellow_items": tally.yellow,
                    "pending": tally.pending,
                    "deadline": entry.deadline,
                }
            )
    return pd.DataFrame(rows, dtype=object)


def _expected(entry: DimensionPlan, plan: Plan, as_of: date) -> float | None:
    return float(expected_share(plan.start, entry.deadline, as_of)) if entry.deadline else None


def overall_lights(unit_dimensions: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """整体: the worst light of the scored dimensions; one row = one unit: unit, light, reason."""
    scored = {str(entry.dimension) for entry in plan.dimensions if entry.scored}
    lights: dict[str, list[tuple[str, str, str]]] = {unit.name: [] for unit in plan.units}
    names = ("unit", "dimension", "light", "reason")
    for unit, dimension, light, reason in zip(*(unit_dimensions[name] for name in names), strict=True):
        if dimension in scored:
            lights[unit].append((dimension, light, reason))
    rows = [(unit, *_worst(of_unit)) for unit, of_unit in lights.items()]
    return pd.DataFrame(rows, columns=["unit", "light", "reason"], dtype=object)


def _worst(of_unit: list[tuple[str, str, str]]) -> tuple[str, str]:
    """The worst light and why: the dimensions that are 红 or 黄, or that none is."""
    for light in LIGHTS_WORST_FIRST:
        found = [(dimension, reason) for dimension, own, reason in of_unit if own == light]
        if found and light is Light.GREEN:
            return light.value, "没有红灯和黄灯"
        if found:
            return light.value, found[0][1] if light is Light.GREY else "、".join(dimension for dimension, _ in found)
    return Light.GREY.value, "没有计分的维度"


def self_check_answers(self_check: pd.DataFrame) -> dict[tuple[str, int], bool]:
    """(unit, question 1–9) → whether the answer is the good one; unanswered questions are absent.

    self_check: one row = one question of one unit. Where a question was answered twice, one bad
    answer is enough.
    """
    known = {str(number): number for number in GOOD_ANSWER}
    answers: dict[tuple[str, int], bool] = {}
    for unit, cell, answer in zip(self_check["unit"], self_check["number"], self_check["answer"], strict=True):
        number = known.get(str(cell))
        if number is None or answer not in SELF_CHECK_ANSWER.values:
            continue
        good = answer == GOOD_ANSWER[number]
        answers[unit, number] = answers.get((unit, number), True) and good
    return answers


def clearances(
    plan: Plan,
    answers: Mapping[tuple[str, int], bool],
    items: pd.DataFrame,
    states: pd.DataFrame,
    open_kinds: Mapping[str, Collection[str]],
) -> pd.DataFrame:
    """One row = one unit, in plan order; columns of CLEARANCES.

    answers: `self_check_answers`; items and states: one row = one item, one index; open_kinds: unit →
    kinds of its open inspection findings. A good answer beside items that are 待核 is 存疑: nothing
    contradicts it, and nothing bears it out.
    """
    lacking = {d: _not_in_place(items, states, d) for _, d in NO_APPROVALS if d}
    rows = []
    for unit in plan.units:
        verdicts = {}
        for rule, dimension in NO_APPROVALS:
            answer = answers.get((unit.name, rule.question))
            missing = lacking[dimension].get(unit.name, 0) if dimension else 0
            against = [f"{dimension} {missing} 项没有到位或待核"] if missing else []
            if rule.inspection in open_kinds.get(unit.name, ()):
                against.append(f"督查发现{rule.inspection}，尚未销号")
            verdicts[rule] = _verdict(rule.question, answer, against)
        reasons = [f"{rule.title}：{reason}" for rule, (_, reason) in verdicts.items() if reason]
        columns = {rule.name: verdict.value for rule, (verdict, _) in verdicts.items()}
        rows.append({"unit": unit.name, **columns, "reason": "；".join(reasons) or None})
    return pd.DataFrame(rows, columns=list(CLEARANCES.names), dtype=object)


def _verdict(question: int, answer: bool | None, against: list[str]) -> tuple[Clearance, str]:
    """answer: whether the unit claims it; against: what does not bear the claim out."""
    if answer is None:
        return Clearance.UNREPORTED, f"自查第 {question} 题没有结论"
    if not answer:
        return Clearance.FAILED, f"自查第 {question} 题自报未达到"
    return (Clearance.DOUBTFUL, "，".join(against)) if against else (Clearance.MET, "")


def _not_in_place(items: pd.DataFrame, states: pd.DataFrame, dimension: Dimension) -> dict[str, int]:
    """Unit → applicable items that are not 到位 in the dimension."""
    lacking = ~states[state_name(dimension)].isin((State.DONE, State.EXEMPT))
    return {str(unit): int(number) for unit, number in items.loc[lacking, "unit"].value_counts().items()}
