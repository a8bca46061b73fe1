"""A confirmed zero return (事项总数 0, no item) may leave the other sheets empty: the template says so.

Zero, missing and not received are three different things (contract §4): what such a unit did not
fill in is not missing. A sheet that it did begin to fill in is checked like anybody's.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.records import Intake
from schemas.returns import BY_KEY, TABLES

if TYPE_CHECKING:
    import pandas as pd

#: What says that a sheet was left empty: the whole sheet absent, roles or questions or answers missing.
_EMPTY = frozenset({"LX-030", "ZC-001", "ZC-030", *(f"{sheet.prefix}-011" for sheet in TABLES)})


def excuse_zero_returns(findings: Iterable[Finding], intake: Intake) -> list[Finding]:
    """`findings` without those that blame a confirmed zero return for a sheet it left empty."""
    excused = _confirmed(intake)
    if not excused:
        return list(findings)
    prefixes = {sheet.prefix: sheet.key for sheet in TABLES}
    begun = {key: _begun(intake.tables[key], key) for key in prefixes.values()}
    return [
        entry
        for entry in findings
        if entry.code not in _EMPTY
        or entry.place.unit not in excused
        or entry.place.unit in begun[prefixes[entry.code.partition("-")[0]]]
    ]


def _confirmed(intake: Intake) -> set[str]:
    totals = zip(intake.covers["unit"], intake.covers["item_total"], strict=True)
    stated = {unit for unit, total in totals if isinstance(total, int) and total == 0}
    return stated - set(intake.tables["items"]["unit"])


def _begun(rows: "pd.DataFrame", key: str) -> set[str]:
    """Units that typed anything into the sheet, what we prefilled aside."""
    typed = [column.name for column in BY_KEY[key].columns if not column.prefilled]
    return set(rows.loc[rows[typed].notna().any(axis=1), "unit"])
