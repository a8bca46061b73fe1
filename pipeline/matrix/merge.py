"""Merge: all units' rows in force at this meeting, each with where it came from (contract §7, §8)."""

from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.matrix.figures import is_blank
from pipeline.records import CARRIED, PROVENANCE, Intake, Merged, Previous
from schemas.ledger import SET_ASIDE
from schemas.plan import Plan
from schemas.returns import BY_KEY, TABLES

if TYPE_CHECKING:
    import pandas as pd

_ITEMS = BY_KEY["items"]


def merge(intake: Intake, previous: Previous | None, plan: Plan) -> Merged:
    """The returns of this period, and last period's rows of every unit that sent nothing.

    A unit sent nothing when it has no cover in `intake`. Its rows are marked 沿用上期 and keep the
    file, sheet and row they came from. Rows stand in the plan's order of units, then as sent.
    """
    silent = {unit.name for unit in plan.units} - set(intake.covers["unit"])
    order = {unit.name: place for place, unit in enumerate(plan.units)}
    tables = {
        sheet.key: _joined(
            intake.tables[sheet.key], previous.tables[sheet.key] if previous else None, sheet.names, silent, order
        )
        for sheet in TABLES
    }
    names = (*BY_KEY["cover"].names[1:], "sha256")
    covers = _joined(intake.covers, previous.covers if previous else None, names, silent, order)
    return Merged(covers, tables)


def _joined(
    now: "pd.DataFrame",
    before: "pd.DataFrame | None",
    names: tuple[str, ...],
    silent: set[str],
    order: dict[str, int],
) -> "pd.DataFrame":
    """The rows of this period and the carried ones of the silent units, columns `names` and provenance."""
    import pandas as pd

    columns = list(dict.fromkeys([*PROVENANCE, *names, *now.columns]))
    parts = [now.reindex(columns=columns)]
    if before is not None:
        parts.append(_carried(before[before["unit"].isin(silent)], columns))
    parts = [part for part in parts if len(part)]
    if not parts:
        return pd.DataFrame(columns=columns, dtype=object)
    rows = pd.concat(parts, ignore_index=True).astype(object)
    rows = rows.where(rows.notna(), None)
    return rows.sort_values("unit", key=lambda units: units.map(order), kind="stable", ignore_index=True)


def _carried(rows: "pd.DataFrame", columns: list[str]) -> "pd.DataFrame":
    return rows.reindex(columns=columns).assign(layout=-1, carried=CARRIED)


def set_aside_duplicates(intake: Intake) -> Intake:
    """Move every item row that equals an earlier one of its unit in all entry columns to 未采用.

    Nothing is lost: the row goes from the items to `set_aside` with the reason
    “与第 n 行完全相同” (n: the Excel row that stays). Same key but other content stays in both.
    """
    import pandas as pd

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


def _as_set_aside(row: "pd.Series", twin: "pd.Series") -> dict[str, object]:
    where = "" if twin["sheet"] == row["sheet"] else f"“{twin['sheet']}”表"
    cells = [f"{_ITEMS.titles[name]}：{row[name]}" for name in _ITEMS.names if not is_blank(row[name])]
    return {
        **{name: row[name] for name in ("unit", "file", "sheet", "row")},
        "reason": f"与{where}第 {twin['row']} 行完全相同",
        "text": "；".join(cells),
    }
