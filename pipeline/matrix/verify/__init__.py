"""需核实: what looks as if a report had been made to look better than the work (contract §8, 3).

Each sign is a row for the office, worded in `pipeline/signs.py`; nothing here touches a light or a
score. Only returns of this period are looked at: a unit that sent nothing has changed nothing.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pipeline.matrix.verify import rows as row_checks
from pipeline.matrix.verify import shares, splits
from pipeline.matrix.verify.compared import Compared, SignRow
from pipeline.records import Merged, Previous
from pipeline.signs import SIGNS
from schemas.ledger import TO_VERIFY
from schemas.plan import Plan

if TYPE_CHECKING:
    import pandas as pd


def to_verify(
    plan: Plan, merged: Merged, matrix: "pd.DataFrame", tracking: "pd.DataFrame", previous: Previous | None
) -> "pd.DataFrame":
    """TO_VERIFY: one row = one thing to verify, by unit in the plan's order, then by code.

    matrix: MATRIX, aligned with the merged items; tracking: `pipeline.matrix.tracking.follow`.
    """
    import pandas as pd

    rows = list(shares.far_above_others(plan, merged, matrix))
    if previous is not None:
        rows += _against(Compared(plan, merged, matrix, tracking, previous))
    order = {unit.name: place for place, unit in enumerate(plan.units)}
    rows.sort(key=lambda row: (order.get(row.unit, len(order)), row.code))
    return pd.DataFrame([_worded(row) for row in rows], columns=list(TO_VERIFY.names), dtype=object)


def _against(compared: Compared) -> Iterator[SignRow]:
    checks: Iterable[Iterator[SignRow]] = (
        row_checks.vanished_items(compared),
        row_checks.moved_to_negative_list(compared),
        shares.above_last_period(compared),
        splits.split_items(compared),
        row_checks.done_before_reported_open(compared),
        row_checks.copied_texts(compared),
        row_checks.problems_gone_backwards(compared),
    )
    for check in checks:
        yield from check


def _worded(row: SignRow) -> dict[str, object]:
    sign = SIGNS[row.code]
    return {
        "unit": row.unit,
        "code": sign.code,
        "subject": row.subject,
        "finding": sign.finding.format(**row.words),
        "advice": sign.advice,
    }
