"""Steps forward and back: how far each unit moved since the period before, for 会前一页 and 工作简报."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.records import Judgement, Previous
from schemas.plan import Plan
from schemas.vocabulary import Change

if TYPE_CHECKING:
    import pandas as pd


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


def weighted_rates(unit_dimensions: "pd.DataFrame", plan: Plan) -> dict[str, Fraction]:
    """Unit → Σ weight × rate ÷ Σ weight; units without an applicable item are absent."""
    weights = {str(entry.dimension): entry.weight for entry in plan.dimensions if entry.scored}
    earned: dict[str, Fraction] = {}
    possible: Counter[str] = Counter()
    names = ("unit", "dimension", "applicable", "done")
    for unit, dimension, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True):
        if applicable and dimension in weights:
            weight = weights[dimension]
            earned[unit] = earned.get(unit, Fraction(0)) + weight * Fraction(int(done), int(applicable))
            possible[unit] += weight
    return {unit: points / possible[unit] for unit, points in earned.items()}


def steps(plan: Plan, judgement: Judgement, previous: Previous | None) -> list[Step]:
    """Every unit that can be compared with the period before, in the order of the board."""
    if previous is None:
        return []
    now = weighted_rates(judgement.unit_dimensions, plan)
    before = weighted_rates(previous.unit_dimensions, plan)
    moves = Counter(zip(judgement.changes["unit"], judgement.changes["change"], strict=True))
    return [
        Step(unit, before[unit], rate, moves[unit, Change.NEWLY_DONE.value], moves[unit, Change.BACKWARD.value])
        for unit, rate in now.items()
        if unit in before
    ]
