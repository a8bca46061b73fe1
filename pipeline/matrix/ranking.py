"""Scores and ranks of units, from their scoring parts (contract §7)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.matrix.figures import half_up
from pipeline.matrix.scores import PROGRESS, Shares
from schemas.ledger import RANKING_HEAD, RANKING_TAIL
from schemas.plan import Plan
from schemas.vocabulary import Dimension, Receipt

if TYPE_CHECKING:
    import pandas as pd

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
    plan: Plan, receipts: "pd.DataFrame", unit_dimensions: "pd.DataFrame", zero: frozenset[str]
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


def ranking_frame(plan: Plan, found: list[Standing], shares: Shares, ranks_before: Mapping[str, int]) -> "pd.DataFrame":
    """评分排名; one row = one unit in the order of `found`; 名次变化 is positive when a unit rose.

    ranks_before: unit → its rank at the meeting before, where it had one (`ranks`).
    """
    import pandas as pd

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


def ranks(ranking: "pd.DataFrame") -> dict[str, int]:
    """Unit → rank; ranking: one row = one unit, or several with the same rank; who has none is left out."""
    pairs = zip(ranking["unit"], ranking["rank"], strict=True)
    return {unit: rank for unit, rank in pairs if isinstance(rank, int)}
