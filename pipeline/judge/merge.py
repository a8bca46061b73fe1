"""Merge: all units' rows in force at this meeting, each with where it came from (contract §7, §8).

报送情况: what each unit sent, whether in time, and whether every row is accounted for (contract §8).
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd

from pipeline.findings import Finding
from pipeline.judge.identity import match_items, match_rows
from pipeline.judge.matters import earlier_answers
from pipeline.judge.missing import Agreed, is_missing, missing_items, missing_work, nothing_agreed
from pipeline.records import CARRIED, MISSING, PROVENANCE, Intake, Merged, Previous
from schemas.columns import Sheet
from schemas.figures import as_day, is_blank
from schemas.plan import Period, Plan
from schemas.returns import BY_KEY, TABLES
from schemas.tables import RECEIPTS, SET_ASIDE
from schemas.words import Receipt, Severity, Verdict

_ITEMS = BY_KEY["items"]


def merge(
    intake: Intake,
    previous: Previous | None,
    plan: Plan,
    agreed: Agreed = nothing_agreed,
    due: pd.DataFrame | None = None,
) -> Merged:
    """The returns of this period with what they leave out, and last period's rows of every unit that sent nothing.

    A unit sent nothing when it has no cover in `intake`. Its rows are marked 沿用上期 and keep the
    file, sheet and row they came from; what a return leaves out stays, marked 漏报, unless the office has
    `agreed`; so do earlier answers to what is still `due` (OWED) and is not answered anew. Of a silent unit to
    which another one's file supplies rows (合并), the others are carried.
    Rows stand in the plan's order of units, then as sent, then the missing ones.
    """
    sent = set(intake.covers["unit"])
    silent = {*(unit.name for unit in plan.units), *plan.revoked} - sent
    order = {unit.name: place for place, unit in enumerate(plan.units)}
    missing = {
        "items": missing_items(intake.tables["items"], sent, previous, plan, agreed),
        **{key: missing_work(key, intake.tables[key], sent, previous) for key in ("tasks", "problems")},
    }
    if due is not None:
        missing["replies"] = earlier_answers(intake.tables["replies"], sent, previous, due)
    tables = {
        sheet.key: _joined(
            [intake.tables[sheet.key], missing.get(sheet.key)],
            _not_supplied(sheet, intake.tables[sheet.key], previous.tables[sheet.key], silent) if previous else None,
            sheet.names,
            silent,
            order,
        )
        for sheet in TABLES
    }
    names = (*BY_KEY["cover"].names[1:], "sha256")
    covers = _joined([intake.covers], previous.covers if previous else None, names, silent, order)
    return Merged(covers, tables)


def _not_supplied(sheet: Sheet, now: pd.DataFrame, before: pd.DataFrame, silent: set[str]) -> pd.DataFrame:
    """The rows of before, without those of silent units that are among the rows of now."""
    supplied = now[now["unit"].isin(silent)]
    if not len(supplied):
        return before
    if sheet.key == _ITEMS.key:
        gone = match_items(supplied, before).gone
    else:  # two units may number alike: all that a row is called must agree
        gone = match_rows(supplied, before, replace(sheet.identity, alone=())).gone
    return before.iloc[gone]


def _joined(
    now: list[pd.DataFrame | None],
    before: pd.DataFrame | None,
    names: tuple[str, ...],
    silent: set[str],
    order: dict[str, int],
) -> pd.DataFrame:
    """The rows of this period and the carried ones of the silent units, columns `names` and provenance."""
    given = [frame for frame in now if frame is not None]
    columns = list(dict.fromkeys([*PROVENANCE, *names, *given[0].columns]))
    parts = [frame.reindex(columns=columns) for frame in given]
    if before is not None:
        parts.append(_carried(before[before["unit"].isin(silent)], columns))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=columns, dtype=object)
    rows = pd.concat(parts, ignore_index=True).astype(object)
    rows = rows.where(rows.notna(), None)
    return rows.sort_values("unit", key=lambda units: units.map(order), kind="stable", ignore_index=True)


def _carried(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Rows of a silent unit; what its last return left out stays 漏报."""
    rows = rows.reindex(columns=columns)
    return rows.assign(layout=-1, carried=rows["carried"].where(is_missing(rows), CARRIED))


def set_aside_duplicates(intake: Intake) -> Intake:
    """Move every item row that equals an earlier one of its unit in all entry columns to 未采用.

    Nothing is lost: the row goes from the items to `set_aside` with the reason
    “与第 n 行完全相同” (n: the Excel row that stays). Same key but other content stays in both.
    """
    items = intake.tables["items"]
    entries = ["unit", *_ITEMS.names]
    repeated = items.duplicated(entries)
    if not repeated.any():
        return intake
    alike = items[items.duplicated(entries, keep=False)]
    aside = [
        _as_set_aside(row, twins.iloc[0])
        for _, twins in alike.groupby(entries, dropna=False, sort=False)
        for _, row in twins.iloc[1:].iterrows()
    ]
    frame = pd.DataFrame(aside, columns=list(SET_ASIDE.names), dtype=object)
    frame = pd.concat([part for part in (intake.set_aside, frame) if len(part)], ignore_index=True)
    tables = dict(intake.tables) | {"items": items[~repeated].reset_index(drop=True)}
    return replace(intake, tables=tables, set_aside=frame.astype(object))


def _as_set_aside(row: pd.Series, twin: pd.Series) -> dict[str, object]:
    where = "" if twin["sheet"] == row["sheet"] else f"“{twin['sheet']}”表"
    cells = [f"{_ITEMS.titles[name]}：{row[name]}" for name in _ITEMS.names if not is_blank(row[name])]
    return {
        **{name: row[name] for name in ("unit", "file", "sheet", "row")},
        "reason": f"与{where}第 {twin['row']} 行完全相同",
        "text": "；".join(cells),
    }


_COUNTED = {"errors": Severity.ERROR, "warnings": Severity.WARNING, "notes": Severity.NOTE}


def receipts(plan: Plan, period: Period, intake: Intake, merged: Merged, findings: Iterable[Finding]) -> pd.DataFrame:
    """One row = one unit of the plan, in its order; columns of RECEIPTS.

    intake: after `set_aside_duplicates`, so that its rows set aside are all of them. A unit whose
    rows are 沿用上期 names last period's file and read no row. Findings count after waivers.
    """
    cells = (merged.covers[name] for name in ("unit", "file", "filled_on", "carried"))
    covers = {unit: (file, filled_on, carried) for unit, file, filled_on, carried in zip(*cells, strict=True)}
    zero = zero_returns(merged)
    counts: Counter[tuple[str, Severity]] = Counter()
    for finding in findings:
        counts[finding.place.unit, finding.severity] += finding.count
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


def never_reported(receipts: pd.DataFrame) -> frozenset[str]:
    """Units that never sent a return."""
    return frozenset(receipts.loc[receipts["receipt"] == Receipt.NEVER, "unit"])


def returned(merged: Merged) -> frozenset[str]:
    """Units with a return of this period, as against 沿用上期 and 未报送."""
    covers = merged.covers
    return frozenset(covers.loc[~covers["carried"].fillna("").astype(bool), "unit"])


def zero_returns(merged: Merged) -> frozenset[str]:
    """Units whose return in force confirms that they have no item: 事项总数 0 and no item row (漏报 is none)."""
    covers, items = merged.covers, merged.tables["items"]
    confirmed = covers.loc[[_is_zero(total) for total in covers["item_total"]], "unit"]
    return frozenset(confirmed) - frozenset(items.loc[~is_missing(items), "unit"])


def _is_zero(total: object) -> bool:
    return isinstance(total, int) and not isinstance(total, bool) and total == 0


def used_rows(merged: Merged) -> "Counter[str]":
    """File → its rows in all tables together; carried and missing rows are of no file of this period."""
    used: Counter[str] = Counter()
    for table in merged.tables.values():
        used.update(table.loc[~table["carried"].isin((CARRIED, MISSING)), "file"])
    return used


def unreconciled(intake: Intake, merged: Merged) -> list[str]:
    """The adopted files whose rows do not add up, as one Chinese sentence each; [] when all is well.

    Rows read must equal rows used (in the tables, or as entries of the office's own workbooks) plus
    rows set aside with a reason (contract §8).
    """
    used, aside = used_rows(merged), Counter(intake.set_aside["file"])
    for office in intake.office.values():
        used.update(office["file"])
    adopted = intake.files.loc[intake.files["verdict"] == Verdict.ADOPTED, "file"]
    broken = []
    for file in adopted:
        read = intake.rows_read.get(file, 0)
        if read != used[file] + aside[file]:
            broken.append(f"{file}：读取 {read} 行，采用 {used[file]} 行，未采用 {aside[file]} 行，对不上")
    return broken
