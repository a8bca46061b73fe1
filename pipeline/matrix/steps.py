"""Steps forward and back: how far each unit moved since the period before, for 会前一页 and 工作简报."""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from pipeline.matrix.scores import weighted_rates
from pipeline.records import Judgement, Previous
from schemas.plan import Plan
from schemas.vocabulary import Change


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
