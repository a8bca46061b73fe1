"""Lights of units: one for each unit × dimension, and the 整体 of each unit (contract §6, §8).

三个无审批: whether a unit approves nothing beyond the list, the hall and the platform (contract §6).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pandas as pd

from schemas.dimensions import NO_APPROVALS, Dimension
from schemas.figures import ahead, is_near, overdue, percent, plain, share_words
from schemas.plan import DimensionPlan, Plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import CLEARANCES, light_name, state_name
from schemas.words import LIGHTS_WORST_FIRST, SELF_CHECK_ANSWER, Clearance, Light, State


@dataclass(frozen=True)
class Tally:
    """How the items of one unit stand in one dimension; all are counts of items.

    own_deadlines: deadline → applicable items that have it, the rest have the dimension's; unlisted: items that the cover counts and no row
    shows, whose deadline is the dimension's; stray: open inspections that fit no applicable item, in words;
    lacking: (own deadline, whether 待核) → applicable items that are not 到位.
    """

    applicable: int = 0
    done: int = 0
    pending: int = 0
    red: int = 0
    yellow: int = 0
    flagged: int = 0  # 红 for what an inspection found or the unit itself admits
    own_deadlines: tuple[tuple[date | None, int], ...] = ()
    unlisted: int = 0
    stray: tuple[str, ...] = ()
    lacking: tuple[tuple[date | None, bool, int], ...] = ()

    @property
    def counted(self) -> int:
        """Applicable and unlisted items: what the rate is of."""
        return self.applicable + self.unlisted

    @property
    def rate(self) -> Fraction:
        """到位 ÷ (applicable + unlisted); only where there is one."""
        return Fraction(self.done, self.counted)

    def deadlines(self, entry: DimensionPlan) -> tuple[tuple[date, int], ...]:
        """(deadline, items that have it), unlisted ones included; none in a dimension without a deadline."""
        return _deadlines(self.own_deadlines, self.counted, entry.deadline)


@cache  # asked again for every count of items that a light is tried with
def _deadlines(
    own: tuple[tuple[date | None, int], ...], counted: int, usual: date | None
) -> tuple[tuple[date, int], ...]:
    days = Counter({day: number for day, number in own if day})
    if usual:
        days[usual] += counted - sum(days.values())
    return tuple((day, number) for day, number in sorted(days.items()) if number)


def tallies(
    items: pd.DataFrame,
    states: pd.DataFrame,
    lights: pd.DataFrame,
    flags: Mapping[Dimension, pd.Series[str]],
    deadlines: Mapping[Dimension, pd.Series[Any]],
) -> dict[tuple[str, Dimension], Tally]:
    """Count the items of every unit in every dimension; the frames have one index, one row = one item."""
    result: dict[tuple[str, Dimension], Tally] = {}
    for d in Dimension:
        cells = zip(
            items["unit"], states[state_name(d)], lights[light_name(d)], flags[d].notna(), deadlines[d], strict=True
        )
        counts: dict[str, Counter[object]] = {}
        for (unit, state, light, flagged, deadline), number in Counter(cells).items():
            count = counts.setdefault(unit, Counter())
            count[state] += number
            count[f"灯{light}"] += number
            if state != State.EXEMPT:
                count["标"] += number if flagged else 0
                count["限", deadline] += number
            if state not in (State.EXEMPT, State.DONE):
                count["欠", deadline, state == State.PENDING] += number
        result |= {(unit, d): _tally(count) for unit, count in counts.items()}
    return result


def _tally(count: Counter[object]) -> Tally:
    applicable = sum(count[state] for state in State if state != State.EXEMPT)
    own = {key[1]: number for key, number in count.items() if isinstance(key, tuple) and key[0] == "限"}
    lacking = [(*key[1:], number) for key, number in count.items() if isinstance(key, tuple) and key[0] == "欠"]
    return Tally(
        applicable=applicable,
        done=count[State.DONE],
        pending=count[State.PENDING],
        red=count[f"灯{Light.RED}"],
        yellow=count[f"灯{Light.YELLOW}"],
        flagged=count["标"],
        own_deadlines=tuple(sorted(own.items(), key=lambda pair: pair[0] or date.max)),
        lacking=tuple(sorted(lacking, key=lambda entry: (entry[0] or date.max, entry[1]))),
    )


def with_whole(
    counted: Mapping[tuple[str, Dimension], Tally],
    unlisted: Mapping[str, int],
    stray: Mapping[tuple[str, Dimension], list[str]],
    plan: Plan,
) -> dict[tuple[str, Dimension], Tally]:
    """The tallies of every unit × dimension, with what concerns the unit as a whole and none of its items."""
    return {
        (unit.name, d): replace(
            counted.get((unit.name, d), Tally()),
            unlisted=unlisted.get(unit.name, 0),
            stray=tuple(stray.get((unit.name, d), ())),
        )
        for unit in plan.units
        for d in Dimension
    }


@cache  # a date and a deadline are asked for every unit
def expected_share(start: date, deadline: date, as_of: date) -> Fraction:
    """The share of the time from start to deadline that has passed at `as_of`, 0 to 1."""
    return min(max(Fraction((as_of - start).days, (deadline - start).days), Fraction(0)), Fraction(1))


def expected_of(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> Fraction | None:
    """The mean over the items (unlisted ones included) of the share that has passed to the own deadline of each."""
    return _mean_passed(tally.deadlines(entry), plan.start, as_of)


@cache
def _mean_passed(days: tuple[tuple[date, int], ...], start: date, as_of: date) -> Fraction | None:
    total = sum(number for _, number in days)
    if not total:
        return None
    return sum((number * expected_share(start, day, as_of) for day, number in days), Fraction(0)) / total


@dataclass(frozen=True)
class Reason:
    """One thing that makes a unit × dimension 红 or 黄; whole: it lies with no single item."""

    words: str
    whole: bool = False


def unit_light(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> tuple[Light, str]:
    """The light of one unit in one dimension, and its reasons in words (contract §6)."""
    light, reasons = unit_reasons(tally, entry, plan, as_of)
    return light, "；".join(reason.words for reason in reasons)


def unit_reasons(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> tuple[Light, tuple[Reason, ...]]:
    """The light of one unit in one dimension, and each of its reasons."""
    if not tally.counted and not tally.stray:
        return Light.GREY, (Reason("没有适用事项"),)
    reds = _red_reasons(tally, entry, plan, as_of)
    if reds:
        return Light.RED, tuple(reds)
    yellows = _yellow_reasons(tally, entry, plan, as_of)
    if yellows:
        return Light.YELLOW, tuple(yellows)
    return Light.GREEN, (Reason(_green_words(tally, entry, plan, as_of)),)


def _green_words(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> str:
    if tally.rate == 1:
        return "全部到位"
    pace = expected_of(tally, entry, plan, as_of)
    if pace is None:
        return f"没有时限，到位率 {share_words(tally.done, tally.counted)}"
    return f"到位率 {share_words(tally.done, tally.counted)}，序时进度 {percent(pace)}"


def _red_reasons(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> list[Reason]:
    reasons = [Reason(words, whole=True) for words in tally.stray]
    if tally.flagged:
        reasons.append(Reason(f"{tally.flagged} 项督查发现或自报有问题"))
    lapsed = [(day, number) for day, number in tally.deadlines(entry) if as_of > day]
    overdue_items = tally.red - tally.flagged
    if overdue_items and lapsed:
        reasons.append(Reason(f"{overdue(lapsed[0][0], as_of)}，{overdue_items} 项未到位"))
    if tally.unlisted and entry.deadline and as_of > entry.deadline:
        reasons.append(Reason(f"{overdue(entry.deadline, as_of)}，{tally.unlisted} 项未列", whole=True))
    if _behind_points(tally, entry, plan, as_of) > plan.thresholds.behind_red_points:
        reasons.append(Reason(_behind_words(tally, entry, plan, as_of), whole=True))
    return reasons


def _yellow_reasons(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> list[Reason]:
    reasons = []
    if _behind_points(tally, entry, plan, as_of) > plan.thresholds.behind_yellow_points:
        reasons.append(Reason(_behind_words(tally, entry, plan, as_of), whole=True))
    near = [day for day in _asked_by(tally, entry) if is_near(day, as_of, plan.thresholds.warn_days)]
    if near and tally.rate < 1:
        reasons.append(Reason(f"{ahead(near[0], as_of)}，到位率 {share_words(tally.done, tally.counted)}"))
    if tally.pending:
        reasons.append(Reason(f"{tally.pending} 项待核"))
    if tally.unlisted:
        reasons.append(Reason(f"{tally.unlisted} 项未列"))
    return reasons


def _asked_by(tally: Tally, entry: DimensionPlan) -> list[date]:
    """The dimension's deadline and the latest of the items'; none in a dimension without one."""
    latest = [day for day, _ in tally.deadlines(entry)[-1:]]
    return sorted({*latest, *([entry.deadline] if entry.deadline else [])})


def _behind_points(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> Fraction:
    """Percentage points behind the expected pace; after the latest deadline and without one there is no pace."""
    days = tally.deadlines(entry)
    expected = expected_of(tally, entry, plan, as_of)
    if expected is None or as_of > days[-1][0]:
        return Fraction(0)
    return 100 * (expected - tally.rate)


def _behind_words(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> str:
    return f"落后序时 {plain(_behind_points(tally, entry, plan, as_of))} 个百分点"


def summary_rows(
    counted: Mapping[tuple[str, Dimension], Tally],
    unreported: frozenset[str],
    plan: Plan,
    as_of: date,
) -> pd.DataFrame:
    """One row = one unit × dimension, units in plan order: counts, rate, expected pace, light, reason.

    unreported: units that never sent a return; where their light is 灰, that is its reason. Columns as in
    `schemas.tables.UNIT_SUMMARY`, without what is known only from the periods before, and `unlisted`.
    """
    rows = []
    for unit in plan.units:
        for entry in plan.dimensions:
            tally = counted.get((unit.name, entry.dimension), Tally())
            light, reason = unit_light(tally, entry, plan, as_of)
            never = light is Light.GREY and unit.name in unreported
            expected = expected_of(tally, entry, plan, as_of)
            rows.append(
                {
                    "unit": unit.name,
                    "dimension": str(entry.dimension),
                    "applicable": tally.applicable,
                    "done": tally.done,
                    "rate": float(tally.rate) if tally.counted else None,
                    "light": light.value,
                    "reason": "未报送" if never else reason,
                    "expected": _expected(entry, plan, as_of) if expected is None else float(expected),
                    "red_items": tally.red,
                    "yellow_items": tally.yellow,
                    "pending": tally.pending,
                    "deadline": entry.deadline,
                    "unlisted": tally.unlisted,
                }
            )
    return pd.DataFrame(rows, dtype=object)


def whole_reasons(
    counted: Mapping[tuple[str, Dimension], Tally], plan: Plan, as_of: date
) -> list[tuple[str, DimensionPlan, Light, str]]:
    """(unit, dimension, light, reason) of every 红 or 黄 that lies with no single item (contract §6).

    The pace alone, an inspection that fits no applicable item, or unlisted items make it so.
    """
    found: list[tuple[str, DimensionPlan, Light, str]] = []
    for unit in plan.units:
        for entry in plan.dimensions:
            tally = counted[unit.name, entry.dimension]
            light, reasons = unit_reasons(tally, entry, plan, as_of)
            shown = {Light.RED: tally.red, Light.YELLOW: tally.yellow}.get(light, 1)
            words = [reason.words for reason in reasons if reason.whole or not shown]
            if light in (Light.RED, Light.YELLOW) and words:
                found.append((unit.name, entry, light, "；".join(words)))
    return found


def items_to_green(tally: Tally, entry: DimensionPlan, plan: Plan, as_of: date) -> int:
    """How many more items must be 到位 for the light to be 绿 at `as_of`, unlisted ones listed among them.

    Those that are overdue or 待核 come first, as they must. What an inspection found or the unit itself admits is
    taken to be settled: `besides` names it. Improving never darkens a light, so that the number is found by halving.
    """
    lacking = [*tally.lacking, *([(entry.deadline, False, tally.unlisted)] if tally.unlisted else [])]
    urgent = sum(number for day, pending, number in lacking if pending or (day and as_of > day))
    least, most = urgent, sum(number for *_, number in lacking)
    bare = replace(tally, applicable=tally.counted, unlisted=0, stray=(), flagged=0, pending=0, red=0)
    while least < most:
        middle = (least + most) // 2
        tried = replace(bare, done=bare.done + middle)
        if not _red_reasons(tried, entry, plan, as_of) and not _yellow_reasons(tried, entry, plan, as_of):
            most = middle
        else:
            least = middle + 1
    return most


def besides(tally: Tally) -> str:
    """What else keeps a light from being 绿, however many items are 到位; "" for nothing."""
    flagged = [f"督查发现或自报的问题 {tally.flagged} 项须销号或改正"] if tally.flagged else []
    stray = [f"{words}，须销号" for words in tally.stray]
    unlisted = [f"未列的 {tally.unlisted} 项须补列"] if tally.unlisted else []
    return "；".join((*flagged, *stray, *unlisted))


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
    unlisted: Mapping[str, int],
    zero: Collection[str] = (),
) -> pd.DataFrame:
    """One row = one unit, in plan order; columns of CLEARANCES.

    answers: `self_check_answers`; items and states: one row = one item, one index; open_kinds: unit →
    kinds of its open inspection findings; unlisted: unit → items without a row; zero: units with a
    confirmed zero return. A good answer beside items that are 待核, 漏报 or unlisted, or of a unit without a
    single applicable item, is 存疑: nothing contradicts it, and nothing bears it out.
    """
    bound = set(items.loc[states[state_name(Dimension.ITEM)] != State.EXEMPT, "unit"])
    lacking = {d: _not_in_place(items, states, d) for _, d in NO_APPROVALS if d}
    rows = []
    for unit in plan.units:
        verdicts = {}
        for rule, dimension in NO_APPROVALS:
            answer = answers.get((unit.name, rule.question))
            missing = lacking[dimension].get(unit.name, 0) if dimension else 0
            against = [f"{dimension} {missing} 项没有到位或待核"] if missing else []
            if dimension and unlisted.get(unit.name):
                against.append(f"{unlisted[unit.name]} 项未列")
            if unit.name not in bound and unit.name not in zero:
                against.append("没有一个适用事项，又不是零报告")
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
