"""Scoring parts: what share of each weight a unit has earned, exactly (contract §7).

Scores and ranks of units, from their scoring parts (contract §7).

Steps forward and back: how far each unit moved since the period before, for 会前一页 and 工作简报.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

import pandas as pd

from pipeline.findings import Finding
from pipeline.judge.dated import task_done_on
from pipeline.judge.merge import timeliness
from pipeline.judge.missing import is_missing
from pipeline.records import Merged
from schemas.dimensions import Dimension
from schemas.figures import as_day, half_up, percent
from schemas.plan import Period, Plan
from schemas.returns.replies import SHEET as REPLIES
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import RANKING_HEAD, RANKING_TAIL, SCORE_PARTS, state_name
from schemas.words import Change, Receipt, State

SELF_CHECK, TASKS, REPORTING, PROGRESS = "自查", "任务", "报送", "进步"
#: Whole numbers up to here are exact in a workbook; beyond it a share is written as a decimal.
_EXACT_IN_EXCEL = 10**15
_APPLICABLE = (State.DONE, State.MOVING, State.NOT_DONE, State.PENDING)
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
    """到位 ÷ (适用 + 未列) of every unit in every dimension; unit_dimensions: one row = unit × dimension."""
    names = ("unit", "dimension", "applicable", "done", "unlisted")
    shares = {}
    for unit, dimension, applicable, done, unlisted in zip(*(unit_dimensions[name] for name in names), strict=True):
        shares[unit, dimension] = dimension_share(int(applicable), int(done), int(unlisted))
    return shares


def dimension_share(applicable: int, done: int, unlisted: int) -> Share:
    """One unit in one dimension, in items."""
    words = f"适用 {applicable} 项，到位 {done} 项" + (f"，未列 {unlisted} 项" if unlisted else "")
    total = applicable + unlisted
    return Share(words, done, total) if total else not_applicable("没有适用事项")


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
        shares[unit.name, SELF_CHECK] = self_check_share(len(good), doubtful)
    return shares


def self_check_share(good: int, doubtful: int) -> Share:
    """One unit's answers: the good ones, and of these the ones that rows or an inspection contradict."""
    words = f"{len(GOOD_ANSWER)} 题中 {good} 题为好"
    words += f"，其中 {doubtful} 题与填报或督查矛盾" if doubtful else ""
    return Share(words, good - doubtful, len(GOOD_ANSWER))


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
    """Points of 100 in 报送: for timeliness (1, ½ or 0), and for the share of data rows without an 错误.

    Without a data row there is nothing for the second; without a return nothing at all.
    """
    if not timely:
        return Fraction(0)
    correct = Fraction(_CORRECT * max(rows - wrong, 0), rows) if rows else Fraction(0)
    return _TIMELY * timely + correct


def reporting_shares(
    receipts: pd.DataFrame, merged: Merged, wrong_places: Collection["WrongRow"], period: Period
) -> Shares:
    """40 % for timeliness and 60 % for the share of data rows without an 错误; no return: 0.

    receipts: one row = one unit; wrong_places: `wrong_rows`.
    """
    rows, wrong = data_rows(merged), Counter(unit for unit, *_ in wrong_places)
    cells = zip(receipts["unit"], receipts["receipt"], receipts["filled_on"], strict=True)
    return {
        (unit, REPORTING): reporting_share(
            receipt, timeliness(receipt, filled_on, period.cutoff), rows[unit], wrong[unit]
        )
        for unit, receipt, filled_on in cells
    }


def reporting_share(receipt: str, timely: Fraction, rows: int, wrong: int) -> Share:
    """One unit's return: how timely it is (`merge.timeliness`), its data rows and of these the ones with an 错误."""
    if not timely:
        return Share(f"{receipt}，不得分", 0, 1)
    words = f"{'按时' if timely == 1 else '迟报'}；数据 {rows} 行，有错误的 {wrong} 行"
    return _in_hundredths(words, reporting_points(timely, rows, wrong), max(rows, 1))


def _in_hundredths(words: str, points: Fraction, rows: int) -> Share:
    """`points` of 100 in whole numbers: over 100 where that is exact, else over 100 for each row."""
    scale = 1 if points.denominator == 1 else rows
    return Share(words, int(points * scale), 100 * scale)


def data_rows(merged: Merged) -> "Counter[str]":
    """Unit → its data rows of this period, all tables together; what a return leaves out is no row of it."""
    rows: Counter[str] = Counter()
    for table in _counted(merged).values():
        rows.update(table.loc[~is_missing(table), "unit"])
    return rows


def _counted(merged: Merged) -> dict[str, pd.DataFrame]:
    """The tables whose rows count in 报送: all but 督办回复 (contract §4)."""
    return {key: table for key, table in merged.tables.items() if key != REPLIES.key}


WrongRow = tuple[str, str, str, int]  # unit, table, tab, Excel row


def wrong_rows(merged: Merged, findings: Iterable[Finding]) -> set[WrongRow]:
    """The data rows with an 错误, each once, and only rows in use; findings: after waivers and trial rules."""
    places = {
        (found.place.unit, found.place.table, found.place.sheet, row) for found in findings for row in found.wrong_rows
    }
    used = {
        (unit, key, sheet, row)
        for key, table in _counted(merged).items()
        for unit, sheet, row in zip(table["unit"], table["sheet"], table["row"], strict=True)
    }
    return places & used


@dataclass(frozen=True)
class Rates:
    """Weighted rates of one unit over the items in the matrix at both meetings; None without an applicable one."""

    now: Fraction | None
    before: Fraction | None


Stood = Counter[tuple[str, str, bool]]  # (unit, dimension, whether 到位) → items


@dataclass(frozen=True)
class Paired:
    """The items in the matrix at both meetings, as they stand now and as they stood; units: that have any."""

    units: tuple[str, ...]
    now: Stood
    then: Stood

    def rates(self, plan: Plan) -> dict[str, Rates]:
        """Unit → its rates now and at the meeting before, both with this plan's weights."""
        return {unit: Rates(weighted(self.now, unit, plan), weighted(self.then, unit, plan)) for unit in self.units}


def paired_items(
    items: pd.DataFrame, states: pd.DataFrame, before: pd.DataFrame, pairs: Sequence[tuple[int, int]], plan: Plan
) -> Paired:
    """What 进步 is worked out from; a unit new to the matrix is absent.

    items, states: one row = one item in force; before: the last meeting's matrix; pairs: (row now, row before).
    """
    units = [items["unit"].iloc[now] for now, _ in pairs]
    then, now = Counter[tuple[str, str, bool]](), Counter[tuple[str, str, bool]]()
    for entry in plan.dimensions:
        name = state_name(entry.dimension)
        for count, frame, side in ((now, states, 0), (then, before, 1)):
            cells = frame[name].tolist()
            for unit, pair in zip(units, pairs, strict=True):
                state = cells[pair[side]]
                if state in _APPLICABLE:
                    count[unit, str(entry.dimension), state == State.DONE] += 1
    return Paired(tuple(dict.fromkeys(units)), now, then)


def weighted(counts: Stood, unit: str, plan: Plan) -> Fraction | None:
    """Σ weight × rate ÷ Σ weight over the scored dimensions with an applicable item."""
    earned, possible = Fraction(0), 0
    for entry in plan.dimensions:
        done, lacking = (counts[unit, str(entry.dimension), is_done] for is_done in (True, False))
        if entry.scored and done + lacking:
            earned += entry.weight * Fraction(done, done + lacking)
            possible += entry.weight
    return earned / possible if possible else None


def progress_shares(plan: Plan, rates: Mapping[str, Rates], receipts: pd.DataFrame) -> Shares:
    """The share of last period's gap that was closed; 0 for a unit that sent nothing this period."""
    receipt = dict(zip(receipts["unit"], receipts["receipt"], strict=True))
    return {
        (unit.name, PROGRESS): Share(f"{Receipt.CARRIED}，不得分", 0, 1)
        if receipt.get(unit.name) == Receipt.CARRIED
        else progress_share(rates.get(unit.name))
        for unit in plan.units
    }


def progress_share(rates: Rates | None) -> Share:
    """One unit's 进步; None: it was in no matrix before."""
    if rates is None:
        return not_applicable("该单位第一期，没有上期可比")
    if rates.now is None or rates.before is None:
        return not_applicable("没有前后两期都适用的事项")
    now, then = 1 - rates.now, 1 - rates.before  # the gaps
    words = f"前后两期都在册的事项，差距由 {percent(then)} 变为 {percent(now)}"
    if not now:
        return Share(f"{words}，已没有差距", 1, 1)
    closed = max((then - now) / then, Fraction(0)) if then > 0 else Fraction(0)
    return Share(words, closed.numerator, closed.denominator)


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
                    **written(share),
                    "weight": weight,
                    "points": None if points is None else float(points),
                    "explanation": share.explanation,
                }
            )
    return pd.DataFrame(rows, columns=list(SCORE_PARTS.names), dtype=object)


def written(share: Share) -> dict[str, int | float | None]:
    """Numerator and denominator as a workbook can hold them."""
    if share.value is not None and (share.denominator or 0) > _EXACT_IN_EXCEL:
        return {"numerator": float(share.value), "denominator": 1}
    return {"numerator": share.numerator, "denominator": share.denominator}


NOT_RANKED, SMALL_SAMPLE = "不参评", "小样本"


@dataclass(frozen=True)
class Standing:
    """One unit in the ranking. score: of 100, rounded half up to 2 decimals; 不参评 has neither it nor a rank."""

    unit: str
    score: float | None
    deduction: int
    progress: Fraction | None  # share of last period's gap closed, None where that is not known
    marks: tuple[str, ...]
    rank: int | None = None
    open_findings: int = 0
    bonus: Fraction = Fraction(0)

    @property
    def never(self) -> bool:
        """Whether the unit never reported; such a unit is ranked last."""
        return Receipt.NEVER in self.marks

    @property
    def ranked(self) -> bool:
        """Whether the unit takes part."""
        return NOT_RANKED not in self.marks


def unit_score(points: Fraction, weights: int, deduction: int, bonus: Fraction = Fraction(0)) -> Fraction:
    """100 × points ÷ applicable weights − deduction + bonus, between 0 and 100; exact."""
    earned = 100 * points / weights if weights else Fraction(0)
    return min(max(earned - deduction + bonus, Fraction(0)), Fraction(100))


def standings(
    plan: Plan,
    shares: Shares,
    open_counts: Mapping[str, int],
    marks: Mapping[str, tuple[str, ...]],
    bonus: Mapping[str, Fraction] | None = None,
    members: Mapping[str, int] | None = None,
) -> list[Standing]:
    """Every unit with its score and rank, in order of rank, 不参评 after them, 未报送 last.

    shares: (unit, part) → share of every part in the plan; open_counts: unit → open inspection
    findings; marks: `unit_marks`; bonus: unit → 加减分 at this meeting; members: district → its units, each of
    which may lose the most that a unit can lose.
    """
    found = []
    for unit in plan.units:
        own, count = marks[unit.name], open_counts.get(unit.name, 0)
        deduction = deduction_for(plan, count, (members or {}).get(unit.name, 1))
        extra = (bonus or {}).get(unit.name, Fraction(0))
        progress = shares[unit.name, PROGRESS].value
        score = score_of(plan, shares, unit.name, own, deduction, extra)
        found.append(Standing(unit.name, score, deduction, progress, own, open_findings=count, bonus=extra))
    return _ranked(found)


def deduction_for(plan: Plan, open_findings: int, members: int = 1) -> int:
    """扣分 for so many open inspections; members: units of which a district is."""
    return min(plan.deductions.points_each * open_findings, plan.deductions.points_max * members)


def score_of(
    plan: Plan, shares: Shares, unit: str, marks: tuple[str, ...], deduction: int, bonus: Fraction
) -> float | None:
    """One unit's score; None for 不参评; 0 for a unit that never reported, whatever 加减分 says."""
    if NOT_RANKED in marks:
        return None
    if Receipt.NEVER in marks:
        return 0.0
    earned = applying(plan, shares, unit)
    weights = sum(plan.part_weights[part] for part in earned)
    return half_up(unit_score(sum(earned.values(), Fraction(0)), weights, deduction, bonus))


def applying(plan: Plan, shares: Shares, unit: str) -> dict[str, Fraction]:
    """Part → points that `unit` earned in it, of the parts that apply to it."""
    earned = {part: shares[unit, part].points(weight) for part, weight in plan.part_weights.items()}
    return {part: points for part, points in earned.items() if points is not None}


def _ranked(found: list[Standing]) -> list[Standing]:
    """Ranks 1, 2, 2, 4 by score; ties stand in plan order, units that never reported after all others."""
    order = sorted((s for s in found if s.ranked), key=lambda standing: (standing.never, -(standing.score or 0)))
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


def ranking_frame(
    plan: Plan,
    found: list[Standing],
    shares: Shares,
    ranks_before: Mapping[str, int],
    ranges: Mapping[str, str],
) -> pd.DataFrame:
    """评分排名; one row = one unit in the order of `found`; 名次变化 is positive when a unit rose.

    ranks_before: unit → its rank at the meeting before, where it had one (`ranks`); ranges: unit → 名次区间.
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
                "rank_range": ranges.get(standing.unit),
                **{part: None if points is None else float(points) for part, points in earned.items()},
                "deduction": standing.deduction,
                "bonus": float(standing.bonus),
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


def steps(plan: Plan, rates: Mapping[str, Rates], changes: pd.DataFrame) -> list[Step]:
    """Every unit that can be compared with the period before, in the order of the board.

    rates: `paired_rates`; changes: CHANGES.
    """
    moves = Counter(zip(changes["unit"], changes["change"], strict=True))
    return [
        Step(name, own.before, own.now, moves[name, Change.NEWLY_DONE.value], moves[name, Change.BACKWARD.value])
        for name in (unit.name for unit in plan.units)
        if (own := rates.get(name)) and own.before is not None and own.now is not None
    ]
