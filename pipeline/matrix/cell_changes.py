"""What a unit changed in its return since last time, cell by cell: the receipt in its slip."""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.identity import PASSES, match_rows
from pipeline.matrix.changes import units_known
from pipeline.matrix.figures import is_blank
from pipeline.records import Merged, Previous
from schemas.columns import Column, Kind, Sheet
from schemas.ledger import CELL_CHANGES
from schemas.returns import BY_KEY, TABLES

if TYPE_CHECKING:
    import pandas as pd

NEW_ROW, GONE_ROW, UPDATED = "（新增一行）", "（减少一行）", "已更新"
#: How a row is called to the person who filled it in.
_SUBJECT = {
    "contacts": ("role", "name"),
    "self_check": ("number", "question"),
    "items": ("item_name",),
    "staff": ("name", "post"),
    "authorisations": ("item_name",),
    "systems": ("system_name",),
    "tasks": ("task_number", "task_name"),
    "problems": ("problem_number", "description"),
}


def cell_changes(merged: Merged, previous: Previous | None) -> "pd.DataFrame":
    """CELL_CHANGES of every unit that returned this period and had a return in force before.

    Rows by unit as in `merged`, then by sheet and row. Telephone numbers are said to have changed, not
    printed.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    if previous is not None:
        covers = merged.covers
        returned = covers.loc[~covers["carried"].fillna("").astype(bool), "unit"].tolist()
        known = units_known(previous)
        order = {unit: place for place, unit in enumerate(returned) if unit in known}
        for sheet in TABLES:
            rows += _changes_in(sheet, merged.tables[sheet.key], previous.tables[sheet.key], order)
        rows.sort(key=lambda row: order[row["unit"]])
    return pd.DataFrame(rows, columns=list(CELL_CHANGES.names), dtype=object)


def _changes_in(
    sheet: Sheet, now: "pd.DataFrame", before: "pd.DataFrame", units: dict[str, int]
) -> Iterator[dict[str, Any]]:
    now = now.loc[now["unit"].isin(units)].reset_index(drop=True)
    before = before.loc[before["unit"].isin(units)].reset_index(drop=True)
    matching = match_rows(now, before, PASSES[sheet.key])
    subjects, units_now = _subjects(sheet, now), now["unit"].tolist()
    changed: list[list[tuple[str, str, str]]] = [[] for _ in units_now]
    for column in sheet.columns:
        for position, old, new in _differences(now[column.name], before[column.name], matching.pairs):
            shown = _text(old, column.kind), _text(new, column.kind)
            if shown[0] != shown[1]:
                changed[position].append((column.title, *_printed(column, *shown)))
    for position, found in enumerate(matching.before):
        if found < 0:
            changed[position].append((NEW_ROW, "", subjects[position]))
    for unit, subject, cells in zip(units_now, subjects, changed, strict=True):
        yield from (_row(unit, sheet, subject, *cell) for cell in cells)
    gone = before.iloc[matching.gone]
    for unit, subject in zip(gone["unit"], _subjects(sheet, gone), strict=True):
        yield _row(unit, sheet, subject, GONE_ROW, subject, "")


def _differences(
    now: "pd.Series[Any]", before: "pd.Series[Any]", pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, object, object]]:
    """(row now, cell before, cell now) where the two cells are not the same object value."""
    new, old = now.tolist(), before.tolist()
    for position, found in pairs:
        if new[position] != old[found]:
            yield position, old[found], new[position]


def _subjects(sheet: Sheet, rows: "pd.DataFrame") -> list[str]:
    columns = [_shown(rows, BY_KEY[sheet.key].by_name[name]) for name in _SUBJECT[sheet.key]]
    return [" ".join(filter(None, cells)) for cells in zip(*columns, strict=True)]


def _shown(rows: "pd.DataFrame", column: Column) -> list[str]:
    return [_text(cell, column.kind) for cell in rows[column.name]]


def _text(cell: object, kind: Kind) -> str:
    if is_blank(cell):
        return ""
    if kind is Kind.PERCENT and isinstance(cell, int | float):
        return f"{cell:.0%}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _printed(column: Column, old: str, new: str) -> tuple[str, str]:
    return ("", UPDATED) if column.kind is Kind.PHONE else (old, new)


def _row(unit: str, sheet: Sheet, subject: str, title: str, before: str, after: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "sheet": sheet.name,
        "subject": subject,
        "title": title,
        "before": before or None,
        "after": after or None,
    }
