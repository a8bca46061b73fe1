"""Scoring parts: what share of each weight a unit has earned, exactly (contract §7)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.matrix.dated_lights import task_done_on
from pipeline.matrix.figures import as_day, percent
from pipeline.matrix.receipts import timeliness
from pipeline.records import Merged
from schemas.ledger import SCORE_PARTS
from schemas.plan import Period, Plan
from schemas.returns.self_check import GOOD_ANSWER

if TYPE_CHECKING:
    import pandas as pd

SELF_CHECK, TASKS, REPORTING, PROGRESS = "自查", "任务", "报送", "进步"
#: Whole numbers up to here are exact in a workbook; beyond it a share is written as a decimal.
_EXACT_IN_EXCEL = 10**15
#: Of 报送: points of 100 for timeliness, the rest for rows without an 错误.
_TIMELY, _CORRECT = 40, 60


@dataclass(frozen=True)
class Share:
    """What part of a weight was earned, numerator ÷ denominator; without them it does not apply."""

    explanation: str
    numerator: int | None = None
    denominator: int | None = None

    @property
    def value(self) -> Fraction | None:
        """The exact share, None where the part does not apply."""
        if self.numerator is None or self.denominator is None:
            return None
        return Fraction(self.numerator, self.denominator)

    def points(self, weight: int) -> Fraction | None:
        """Points out of `weight`."""
        return None if self.value is None else weight * self.value


Shares = dict[tuple[str, str], Share]  # (unit, part) → share


def not_applicable(why: str) -> Share:
    """A part that leaves both sums."""
    return Share(f"不适用：{why}")


def dimension_shares(unit_dimensions: "pd.DataFrame") -> Shares:
    """到位 ÷ 适用 of every unit in every dimension; unit_dimensions: one row = unit × dimension."""
    names = ("unit", "dimension", "applicable", "done")
    return {
        (unit, dimension): Share(f"适用 {applicable} 项，到位 {done} 项", int(done), int(applicable))
        if applicable
        else not_applicable("没有适用事项")
        for unit, dimension, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True)
    }


def self_check_shares(plan: Plan, answers: Mapping[tuple[str, int], bool], contradictions: "pd.DataFrame") -> Shares:
    """Good and uncontradicted answers ÷ 9; a question without an answer is not good.

    answers: `clearances.self_check_answers`; contradictions: unit, number, why.
    """
    against = {
        (unit, str(number)) for unit, number in zip(contradictions["unit"], contradictions["number"], strict=True)
    }
    shares = {}
    for unit in plan.units:
        good = [number for number in GOOD_ANSWER if answers.get((unit.name, number))]
        doubtful = sum((unit.name, str(number)) in against for number in good)
        words = f"{len(GOOD_ANSWER)} 题中 {len(good)} 题为好"
        words += f"，其中 {doubtful} 题与填报或督查矛盾" if doubtful else ""
        shares[unit.name, SELF_CHECK] = Share(words, len(good) - doubtful, len(GOOD_ANSWER))
    return shares


def task_shares(plan: Plan, tasks: "pd.DataFrame", as_of: date) -> Shares:
    """Tasks done ÷ tasks due by `as_of`; none due: does not apply; no task list at all: 0 points."""
    listed, due, done = Counter[str](), Counter[str](), Counter[str]()
    names = ("unit", "planned_on", "progress", "done_on")
    for unit, planned_on, progress, done_on in zip(*(tasks[name] for name in names), strict=True):
        listed[unit] += 1
        day, finished = as_day(planned_on), task_done_on(progress, done_on)
        if day and day <= as_of:
            due[unit] += 1
            done[unit] += bool(finished and finished <= as_of)
    shares = {}
    for unit in (entry.name for entry in plan.units):
        share = Share(f"到期 {due[unit]} 项，完成 {done[unit]} 项", done[unit], due[unit])
        if not listed[unit]:
            share = Share("没有任务清单", 0, 1)
        elif not due[unit]:
            share = not_applicable("没有到期的任务")
        shares[unit, TASKS] = share
    return shares


def reporting_shares(receipts: "pd.DataFrame", merged: Merged, findings: Iterable[Finding], period: Period) -> Shares:
    """40 % for timeliness and 60 % for the share of data rows without an 错误; no return: 0.

    receipts: one row = one unit; findings: after waivers and trial rules.
    """
    rows, wrong = _data_rows(merged), Counter[str]()
    wrong.update(unit for unit, *_ in _wrong_rows(merged, findings))
    shares = {}
    for unit, receipt, filled_on in zip(receipts["unit"], receipts["receipt"], receipts["filled_on"], strict=True):
        timely = timeliness(receipt, filled_on, period.cutoff)
        if not timely:
            shares[unit, REPORTING] = Share(f"{receipt}，不得分", 0, 1)
            continue
        total = rows[unit] or 1  # a return without a row has none that is wrong
        right = total - wrong[unit]
        words = f"{'按时' if timely == 1 else '迟报'}；数据 {rows[unit]} 行，有错误的 {wrong[unit]} 行"
        shares[unit, REPORTING] = _in_hundredths(words, _TIMELY * timely + Fraction(_CORRECT * right, total), total)
    return shares


def _in_hundredths(words: str, points: Fraction, rows: int) -> Share:
    """`points` of 100 in whole numbers: over 100 where that is exact, else over 100 for each row."""
    scale = 1 if points.denominator == 1 else rows
    return Share(words, int(points * scale), 100 * scale)


def _data_rows(merged: Merged) -> "Counter[str]":
    """Unit → its data rows of this period, all tables together."""
    rows: Counter[str] = Counter()
    for table in merged.tables.values():
        rows.update(table["unit"])
    return rows


def _wrong_rows(merged: Merged, findings: Iterable[Finding]) -> set[tuple[str, str, str, int]]:
    """The data rows with an 错误: unit, table, tab, Excel row; each once, and only rows in use."""
    places = {
        (found.place.unit, found.place.table, found.place.sheet, found.place.row)
        for found in findings
        if found.counts_against_row
    }
    used = {
        (unit, key, sheet, row)
        for key, table in merged.tables.items()
        for unit, sheet, row in zip(table["unit"], table["sheet"], table["row"], strict=True)
    }
    return places & used


def progress_shares(plan: Plan, unit_dimensions: "pd.DataFrame", before: "pd.DataFrame") -> Shares:
    """The share of last period's gap that was closed; before: last period's unit × dimension rows, perhaps none."""
    rates, rates_then = weighted_rates(unit_dimensions, plan), weighted_rates(before, plan)
    return {(unit.name, PROGRESS): _progress(rates.get(unit.name), rates_then.get(unit.name)) for unit in plan.units}


def _progress(rate: Fraction | None, rate_then: Fraction | None) -> Share:
    if rate is None:
        return not_applicable("没有适用事项")
    if rate_then is None:
        return not_applicable("该单位第一期，没有上期可比")
    now, then = 1 - rate, 1 - rate_then  # the gaps
    words = f"差距由 {percent(then)} 变为 {percent(now)}"
    if not now:
        return Share(f"{words}，已没有差距", 1, 1)
    closed = max((then - now) / then, Fraction(0)) if then > 0 else Fraction(0)
    return Share(words, closed.numerator, closed.denominator)


def weighted_rates(unit_dimensions: "pd.DataFrame", plan: Plan) -> dict[str, Fraction]:
    """Unit → Σ weight × rate ÷ Σ weight over its applicable scored dimensions; without any it is absent."""
    weights = {str(entry.dimension): entry.weight for entry in plan.dimensions if entry.scored}
    earned: dict[str, Fraction] = {}
    possible: Counter[str] = Counter()
    names = ("unit", "dimension", "applicable", "done")
    for unit, dimension, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True):
        if applicable and dimension in weights:
            rate = Fraction(int(done), int(applicable))
            earned[unit] = earned.get(unit, Fraction(0)) + weights[dimension] * rate
            possible[unit] += weights[dimension]
    return {unit: points / possible[unit] for unit, points in earned.items()}


def score_parts(plan: Plan, shares: Shares) -> "pd.DataFrame":
    """得分明细; one row = one unit × part, plan order; columns of SCORE_PARTS.

    权重 × 分子 ÷ 分母 = 得分; a part that does not apply has neither.
    """
    import pandas as pd

    rows = []
    for unit in plan.units:
        for part, weight in plan.part_weights.items():
            share = shares[unit.name, part]
            points = share.points(weight)
            rows.append(
                {
                    "unit": unit.name,
                    "part": part,
                    **_written(share),
                    "weight": weight,
                    "points": None if points is None else float(points),
                    "explanation": share.explanation,
                }
            )
    return pd.DataFrame(rows, columns=list(SCORE_PARTS.names), dtype=object)


def _written(share: Share) -> dict[str, int | float | None]:
    """Numerator and denominator as a workbook can hold them."""
    if share.value is not None and (share.denominator or 0) > _EXACT_IN_EXCEL:
        return {"numerator": float(share.value), "denominator": 1}
    return {"numerator": share.numerator, "denominator": share.denominator}
