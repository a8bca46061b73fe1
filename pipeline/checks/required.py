"""Required by another cell of the row: every column's `required_when` (005, contract §4)."""

import pandas as pd

from pipeline.checks.rows import Rows
from pipeline.findings import Common, Finding
from schemas.plan import Plan


def check_required_when(rows: Rows, plan: Plan, basis: pd.DataFrame | None = None) -> list[Finding]:
    """Findings 005 of one sheet; where it has no such column at all, 010 once.

    basis: what the conditions are read from, aligned with the rows; by default what could be read,
    so that a condition on a blank or unreadable cell never holds.
    """
    basis = rows.known if basis is None else basis
    titles = rows.sheet.titles
    found: list[Finding] = []
    for column in rows.sheet.columns:
        needed = column.needed_when(plan)
        if column.required_when is None or needed is None:
            continue
        wanting = needed.mask(basis) & rows.sent[column.name].isna()
        found += rows.lacking(wanting, column.name)
        found += rows.mark(
            wanting,
            column.name,
            Common.MISSING_IN_ROW.of(rows.sheet),
            condition=column.required_when.words(titles),
            describe=column.describe(),
        )
    return found
