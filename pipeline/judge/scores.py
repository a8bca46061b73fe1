"""Scoring parts: what share of each weight a unit has earned, exactly (contract §7).

Scores and ranks of units, from their scoring parts (contract §7).

Steps forward and back: how far each unit moved since the period before, for 会前一页 and 工作简报.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import pandas as pd

from pipeline.findings import Finding
from pipeline.judge.dated import task_done_on
from pipeline.judge.merge import timeliness
from pipeline.records import Merged
from schemas.dimensions import Dimension
from schemas.figures import as_day, half_up, percent
from schemas.plan import Period, Plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import RANKING_HEAD, RANKING_TAIL, SCORE_PARTS
from schemas.words import Change, Receipt

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


def dimension_shares(unit_dimensions: pd.DataFrame) -> Shares:
    """到位 ÷ 适用 of every unit in every dimension; unit_dimensions: one row = unit × dimension."""
    names = ("unit", "dimension", "applicable", "done")
    return {
        (unit, dimension): Share(f"适用 {applicable} 项，到位 {done} 项", int(done), int(applicable))
        if applicable
        else not_applicable("没有适用事项")
        for unit, dimension, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True)
    }


def self_check_shares(plan: Plan, answers: Mapping[tuple[str, int], bool], contradictions: pd.DataFrame) -> Shares:
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


@dataclass
class TaskCount:
    """A unit's tasks: all that it lists, those due by the meeting, and of these the ones done by then."""

    listed: int = 0
    due: int = 0
    done: int = 0


def task_counts(tasks: pd.DataFrame, as_of: date) -> dict[str, TaskCount]:
    """Unit → its tasks; a unit without any is absent. tasks: one row = one task."""
    counts: dict[str, TaskCount] = {}
    names = ("unit", "planned_on", "progress", "done_on")
    for unit, planned_on, progress, done_on in zip(*(tasks[name] for name in names), strict=True):
        count = counts.setdefault(unit, TaskCount())
        count.listed += 1
        day, finished = as_day(planned_on), task_done_on(progress, done_on)
        if day and day <= as_of:
            count.due += 1
            count.done += bool(finished and finished <= as_of)
    return counts


def task_share(count: TaskCount) -> Share:
    """Tasks done ÷ tasks due; none due: does not apply; no task list at all: 0 points."""
    if not count.listed:
        return Share("没有任务清单", 0, 1)
    if not count.due:
        return not_applicable("没有到期的任务")
    return Share(f"到期 {count.due} 项，完成 {count.done} 项", count.done, count.due)


def task_shares(plan: Plan, tasks: pd.DataFrame, as_of: date) -> Shares:
    """任务 of every unit at the meeting `as_of`."""
    counts = task_counts(tasks, as_of)
    return {(unit.name, TASKS): task_share(counts.get(unit.name, TaskCount())) for unit in plan.units}


def reporting_points(timely: Fraction, rows: int, wrong: int) -> Fraction:
    """Points of 100 in 报送: for timeliness (1, ½ or 0), and for the share of data rows without an 错误; no return: 0."""
    if not timely:
        return Fraction(0)
    total = max(rows, 1)  # a return without a row has none that is wrong
    return _TIMELY * timely + Fraction(_CORRECT * max(total - wrong, 0), total)


def reporting_shares(receipts: pd.DataFrame, merged: Merged, findings: Iterable[Finding], period: Period) -> Shares:
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
        words = f"{'按时' if timely == 1 else '迟报'}；数据 {rows[unit]} 行，有错误的 {wrong[unit]} 行"
        points = reporting_points(timely, rows[unit], wrong[unit])
        shares[unit, REPORTING] = _in_hundredths(words, points, max(rows[unit], 1))
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
        (found.place.unit, found.place.table, found.place.sheet, row) for found in findings for row in found.wrong_rows
    }
    used = {
        (unit, key, sheet, row)
        for key, table in merged.tables.items()
        for unit, sheet, row in zip(table["unit"], table["sheet"], table["row"], strict=True)
    }
    return places & used


def progress_shares(plan: Plan, unit_dimensions: pd.DataFrame, before: pd.DataFrame) -> Shares:
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


def weighted_rates(unit_dimensions: pd.DataFrame, plan: Plan) -> dict[str, Fraction]:
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


def score_parts(plan: Plan, shares: Shares) -> pd.DataFrame:
    """得分明细; one row = one unit × part, plan order; columns of SCORE_PARTS.

    权重 × 分子 ÷ 分母 = 得分; a part that does not apply has neither.
    """
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


NOT_RANKED, SMALL_SAMPLE = "不参评", "小样本"


@dataclass(frozen=True)
class Standing:
    """One unit in the ranking. score: of 100, rounded half up to 2 decimals; rank: None for 不参评."""

    unit: str
    score: float
    deduction: int
    progress: Fraction | None  # share of last period's gap closed, None where that is not known
    marks: tuple[str, ...]
    rank: int | None = None
    open_findings: int = 0

    @property
    def never(self) -> bool:
        """Whether the unit never reported; such a unit is ranked last."""
        return Receipt.NEVER in self.marks

    @property
    def ranked(self) -> bool:
        """Whether the unit takes part."""
        return NOT_RANKED not in self.marks


def unit_score(points: Fraction, weights: int, deduction: int) -> Fraction:
    """100 × points ÷ applicable weights − deduction, floored at 0; exact."""
    return max(100 * points / weights - deduction, Fraction(0)) if weights else Fraction(0)


def standings(
    plan: Plan,
    shares: Shares,
    open_counts: Mapping[str, int],
    marks: Mapping[str, tuple[str, ...]],
) -> list[Standing]:
    """Every unit with its score and rank, in order of rank, 不参评 after them, 未报送 last.

    shares: (unit, part) → share of every part in the plan; open_counts: unit → open inspection
    findings; marks: `unit_marks`.
    """
    found = []
    for unit in plan.units:
        earned = [(shares[unit.name, part].points(weight), weight) for part, weight in plan.part_weights.items()]
        applying = [(points, weight) for points, weight in earned if points is not None]
        total = sum((points for points, _ in applying), Fraction(0))
        count = open_counts.get(unit.name, 0)
        deduction = min(plan.deductions.points_each * count, plan.deductions.points_max)
        score = half_up(unit_score(total, sum(weight for _, weight in applying), deduction))
        own = marks[unit.name]
        never = Receipt.NEVER in own
        progress = shares[unit.name, PROGRESS].value
        found.append(Standing(unit.name, 0.0 if never else score, deduction, progress, own, open_findings=count))
    return _ranked(found)


def _ranked(found: list[Standing]) -> list[Standing]:
    """Ranks 1, 2, 2, 4 by score; ties stand in plan order, units that never reported after all others."""
    order = sorted((s for s in found if s.ranked), key=lambda standing: (standing.never, -standing.score))
    result: list[Standing] = []
    for place, standing in enumerate(order):
        ahead = result[-1] if result else None
        tied = ahead is not None and (ahead.never, ahead.score) == (standing.never, standing.score)
        rank = ahead.rank if ahead is not None and tied else place + 1
        result.append(replace(standing, rank=rank))
    reported = [standing for standing in result if not standing.never]
    return [
        *reported,
        *(standing for standing in found if not standing.ranked),
        *(standing for standing in result if standing.never),
    ]


def unit_marks(
    plan: Plan, receipts: pd.DataFrame, unit_dimensions: pd.DataFrame, zero: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    """标记 of every unit: 未报送; or 沿用上期 and 不参评 or 小样本.

    zero: units whose return in force confirms that they have no item. An item that is not exempt is
    applicable in the dimension 事项, so that its count there is the count of applicable items.
    """
    rows = unit_dimensions[unit_dimensions["dimension"] == Dimension.ITEM]
    applicable = dict(zip(rows["unit"], rows["applicable"], strict=True))
    marks: dict[str, tuple[str, ...]] = {}
    for unit, receipt in zip(receipts["unit"], receipts["receipt"], strict=True):
        if receipt == Receipt.NEVER:
            marks[unit] = (Receipt.NEVER.value,)
            continue
        own = [Receipt.CARRIED.value] if receipt == Receipt.CARRIED else []
        if unit in zero and not applicable[unit]:
            own.append(NOT_RANKED)
        elif applicable[unit] < plan.thresholds.small_sample:
            own.append(SMALL_SAMPLE)
        marks[unit] = tuple(own)
    return marks


def ranking_frame(plan: Plan, found: list[Standing], shares: Shares, ranks_before: Mapping[str, int]) -> pd.DataFrame:
    """评分排名; one row = one unit in the order of `found`; 名次变化 is positive when a unit rose.

    ranks_before: unit → its rank at the meeting before, where it had one (`ranks`).
    """
    parts = list(plan.part_weights)
    rows = []
    for standing in found:
        earned = {part: shares[standing.unit, part].points(plan.part_weights[part]) for part in parts}
        rank_before = ranks_before.get(standing.unit)
        known = rank_before is not None and standing.rank is not None
        rows.append(
            {
                "rank": standing.rank,
                "unit": standing.unit,
                "score": standing.score,
                "rank_before": rank_before,
                "rank_change": rank_before - standing.rank if known else None,  # type: ignore[operator]
                **{part: None if points is None else float(points) for part, points in earned.items()},
                "deduction": standing.deduction,
                "marks": "、".join(standing.marks) or None,
                "open_findings": standing.open_findings,
            }
        )
    names = [*(entry.name for entry in RANKING_HEAD), *parts, *(entry.name for entry in RANKING_TAIL)]
    return pd.DataFrame(rows, columns=names, dtype=object)


def ranks(ranking: pd.DataFrame | None) -> dict[str, int]:
    """Unit → rank; ranking: one row = one unit, or several with the same rank; who has none is left out."""
    if ranking is None:
        return {}
    pairs = zip(ranking["unit"], ranking["rank"], strict=True)
    return {unit: rank for unit, rank in pairs if isinstance(rank, int)}


@dataclass(frozen=True)
class Step:
    """One unit's way between two meetings; rates are weighted over its applicable scored dimensions."""

    unit: str
    before: Fraction
    now: Fraction
    newly_done: int  # item × dimension
    backward: int

    @property
    def points(self) -> Fraction:
        """Percentage points gained (or lost)."""
        return (self.now - self.before) * 100


def steps(plan: Plan, unit_dimensions: pd.DataFrame, changes: pd.DataFrame, before: pd.DataFrame | None) -> list[Step]:
    """Every unit that can be compared with the period before, in the order of the board.

    unit_dimensions, before: one row = unit × dimension now and at the meeting before; changes: CHANGES.
    """
    if before is None:
        return []
    now, then = weighted_rates(unit_dimensions, plan), weighted_rates(before, plan)
    moves = Counter(zip(changes["unit"], changes["change"], strict=True))
    return [
        Step(unit, then[unit], rate, moves[unit, Change.NEWLY_DONE.value], moves[unit, Change.BACKWARD.value])
        for unit, rate in now.items()
        if unit in then
    ]
