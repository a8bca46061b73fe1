"""报送情况: what each unit sent, whether in time, and whether every row is accounted for (contract §8)."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.matrix.figures import as_day
from pipeline.records import CARRIED, Intake, Merged
from schemas.ledger import RECEIPTS
from schemas.plan import Period, Plan
from schemas.vocabulary import Receipt, Severity, Verdict

if TYPE_CHECKING:
    import pandas as pd

_COUNTED = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}


def receipts(plan: Plan, period: Period, intake: Intake, merged: Merged, findings: Iterable[Finding]) -> "pd.DataFrame":
    """One row = one unit of the plan, in its order; columns of RECEIPTS.

    intake: after `set_aside_duplicates`, so that its rows set aside are all of them. A unit whose
    rows are 沿用上期 names last period's file and read no row. Findings count after waivers.
    """
    import pandas as pd

    cells = (merged.covers[name] for name in ("unit", "file", "filled_on", "carried"))
    covers = {unit: (file, filled_on, carried) for unit, file, filled_on, carried in zip(*cells, strict=True)}
    zero = zero_returns(merged)
    counts = Counter((finding.place.unit, finding.severity) for finding in findings)
    used, aside = used_rows(merged), Counter(intake.set_aside["file"])
    rows = []
    for unit in plan.units:
        file, filled_on, carried = covers.get(unit.name, ("", None, ""))
        receipt = _receipt(unit.name in covers, bool(carried), unit.name in zero, in_time(filled_on, period.cutoff))
        fresh = unit.name in covers and not carried
        rows.append(
            {
                "unit": unit.name,
                "receipt": receipt.value,
                "file": file or None,
                "filled_on": as_day(filled_on),
                **{name: counts[unit.name, severity] for name, severity in _COUNTED.items()},
                "rows_read": intake.rows_read.get(file, 0) if fresh else 0,
                "rows_used": used[file] if fresh else 0,
                "rows_set_aside": aside[file] if fresh else 0,
            }
        )
    return pd.DataFrame(rows, columns=list(RECEIPTS.names), dtype=object)


def _receipt(known: bool, carried: bool, zero: bool, punctual: bool) -> Receipt:
    if not known:
        return Receipt.NEVER
    if carried:
        return Receipt.CARRIED
    if zero:
        return Receipt.ZERO
    return Receipt.ON_TIME if punctual else Receipt.LATE


def in_time(filled_on: object, cutoff: date) -> bool:
    """Whether 填报日期 is on or before the cut-off; one that cannot be read is not shown to be."""
    day = as_day(filled_on)
    return day is not None and day <= cutoff


def timeliness(receipt: str, filled_on: object, cutoff: date) -> Fraction:
    """1 for a return of this period in time, ½ for a later one, 0 for none (contract §7).

    A zero return is 零报告 whether in time or not; it is its date that counts here.
    """
    if receipt in (Receipt.CARRIED, Receipt.NEVER):
        return Fraction(0)
    return Fraction(1) if in_time(filled_on, cutoff) else Fraction(1, 2)


def zero_returns(merged: Merged) -> frozenset[str]:
    """Units whose return in force confirms that they have no item: 事项总数 0 and no item row."""
    covers = merged.covers
    confirmed = covers.loc[[_is_zero(total) for total in covers["item_total"]], "unit"]
    return frozenset(confirmed) - frozenset(merged.tables["items"]["unit"])


def _is_zero(total: object) -> bool:
    return isinstance(total, int) and not isinstance(total, bool) and total == 0


def used_rows(merged: Merged) -> "Counter[str]":
    """File → its rows in all tables together; carried rows are of no file of this period."""
    used: Counter[str] = Counter()
    for table in merged.tables.values():
        used.update(table.loc[table["carried"] != CARRIED, "file"])
    return used


def unreconciled(intake: Intake, merged: Merged) -> list[str]:
    """The adopted files whose rows do not add up, as one Chinese sentence each; [] when all is well.

    Rows read must equal rows used (in the tables, or as entries of the office's own workbooks) plus
    rows set aside with a reason (contract §8).
    """
    used, aside = used_rows(merged), Counter(intake.set_aside["file"])
    for office in (intake.inspections, intake.waivers):
        used.update(office["file"])
    adopted = intake.files.loc[intake.files["verdict"] == Verdict.ADOPTED, "file"]
    broken = []
    for file in adopted:
        read = intake.rows_read.get(file, 0)
        if read != used[file] + aside[file]:
            broken.append(f"{file}：读取 {read} 行，采用 {used[file]} 行，未采用 {aside[file]} 行，对不上")
    return broken
