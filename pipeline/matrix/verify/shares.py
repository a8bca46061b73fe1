"""Shares of 不适用 that stand out: against the other units, and against the unit's own last period."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.matrix.figures import percent, plain
from pipeline.matrix.verify.compared import Compared, SignRow, returned
from pipeline.records import Merged
from pipeline.states import on_negative_list
from schemas.ledger import state_name
from schemas.plan import Plan
from schemas.vocabulary import State

if TYPE_CHECKING:
    import pandas as pd

#: Percentage points; far from both, an honest unit with many 即办 items passes unnoticed.
ABOVE_OTHERS_POINTS = 30
RISE_POINTS = 10
_FEWEST_OTHERS = 3
_SUBJECT = "“不适用”占比"


def far_above_others(plan: Plan, merged: Merged, matrix: "pd.DataFrame") -> Iterator[SignRow]:
    """Units whose share of 不适用 is more than 30 points above the median of the other units."""
    shares = _shares(plan, matrix, merged.tables["items"])
    looked_at, ascending = returned(merged), sorted(shares.values())
    if len(ascending) <= _FEWEST_OTHERS:
        return
    for unit, share in shares.items():
        if unit not in looked_at:
            continue
        usual = median_without(ascending, bisect_left(ascending, share))
        points = (share - usual) * 100
        if points > ABOVE_OTHERS_POINTS:
            words = {"share": percent(share), "usual": percent(usual), "points": plain(points)}
            yield SignRow("XS-003", unit, _SUBJECT, words)


def median_without(ascending: Sequence[Fraction], left_out: int) -> Fraction:
    """The median of all but one of the shares; of a province's units, each is compared with all the others."""
    count = len(ascending) - 1
    low, high = (middle + (middle >= left_out) for middle in ((count - 1) // 2, count // 2))
    return (ascending[low] + ascending[high]) / 2


def above_last_period(compared: Compared) -> Iterator[SignRow]:
    """Units whose share of 不适用 rose by more than 10 points since the period before."""
    shares = _shares(compared.plan, compared.matrix, compared.merged.tables["items"])
    before = _shares(compared.plan, compared.previous.matrix, compared.previous.matrix)
    for unit, share in shares.items():
        points = (share - before.get(unit, share)) * 100
        if unit in compared.units and points > RISE_POINTS:
            words = {"share": percent(share), "before": percent(before[unit]), "points": plain(points)}
            yield SignRow("XS-004", unit, _SUBJECT, words)


def _shares(plan: Plan, states: "pd.DataFrame", items: "pd.DataFrame") -> Mapping[str, Fraction]:
    """Unit → 不适用 ÷ all, over item × scored dimension; units too small to judge are left out.

    Items on the office's own 负面清单 are rightly 不适用 and count on neither side.
    states, items: one index, one row = one item.
    """
    rightly = on_negative_list(items, plan)
    scored = [state_name(entry.dimension) for entry in plan.dimensions if entry.scored]
    counted = states.loc[~rightly]
    exempt = (counted[scored] == State.EXEMPT).sum(axis=1).groupby(counted["unit"], sort=False).agg(["sum", "size"])
    return {
        str(unit): Fraction(int(cells), int(rows) * len(scored))
        for unit, cells, rows in exempt.itertuples(name=None)
        if rows >= plan.thresholds.small_sample
    }
