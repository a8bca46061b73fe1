"""漏报: what was in force and a return leaves out without the office having agreed; it stays (contract §5).

An item that was in force at the last meeting, or stands in 已知事项, stays in the matrix; a task or problem
that is not done stays, not done. 事项 that the cover counts and no row shows are unlisted (contract §7).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.judge.dated import problem_done_on, task_done_on
from pipeline.judge.identity import match_items, match_rows
from pipeline.records import MISSING, PROVENANCE, Previous
from schemas.codes import item_part
from schemas.plan import Plan
from schemas.returns import BY_KEY

if TYPE_CHECKING:
    from pipeline.records import Merged

#: (unit, 事项编码, 事项名称) → whether the office's 事项变动 names the item.
Agreed = Callable[[str, object, object], bool]


def nothing_agreed(unit: str, code: object, name: object) -> bool:
    """Without 事项变动 nothing is rightly gone."""
    return False


def missing_items(
    items: pd.DataFrame,
    returned: Collection[str],
    previous: Previous | None,
    plan: Plan,
    agreed: Agreed = nothing_agreed,
) -> pd.DataFrame:
    """The items that the returns of `returned` leave out; columns of `items`, marked 漏报, cells as last given.

    items: one row = one item of a return of this period. An item of 已知事项 that was never reported has
    no cells but its name, code and type.
    """
    known = _known_items(plan, returned)
    if previous is None:
        left_out = _gone_items(items, known)
    else:
        before = previous.tables["items"]
        left_out = _gone_items(items, before[before["unit"].isin(list(returned))])
        listed = pd.concat([part for part in (items, left_out) if len(part)] or [items], ignore_index=True)
        more = _gone_items(listed, known)
        left_out = pd.concat([part for part in (left_out, more) if len(part)] or [left_out], ignore_index=True)
    told = zip(left_out["unit"], left_out["item_code"], left_out["item_name"], strict=True)
    kept = left_out[[not agreed(*item) for item in told]]
    return _marked(kept, items.columns)


def _gone_items(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    return before.iloc[match_items(now, before).gone]


def _known_items(plan: Plan, units: Collection[str]) -> pd.DataFrame:
    """已知事项 of `units` as rows of 事项."""
    rows = [
        {
            "unit": entry.unit,
            "sheet": BY_KEY["items"].name,
            "item_code": entry.item_code or None,
            "item_name": entry.item_name,
            "item_type": entry.item_type or None,
            "handling": entry.handling or None,
        }
        for entry in plan.items
        if entry.unit in units
    ]
    return pd.DataFrame(rows, columns=[*PROVENANCE, *BY_KEY["items"].names], dtype=object)


def missing_work(key: str, rows: pd.DataFrame, returned: Collection[str], previous: Previous | None) -> pd.DataFrame:
    """The tasks or problems (`key`) not done at the last meeting that the returns leave out; marked 漏报."""
    if previous is None:
        return rows.iloc[:0]
    before = previous.tables[key]
    before = before[before["unit"].isin(list(returned)) & ~_done(key, before, previous.meeting)]
    return _marked(before.iloc[match_rows(rows, before, BY_KEY[key].identity).gone], rows.columns)


def _done(key: str, rows: pd.DataFrame, by: date) -> pd.Series[bool]:
    first, second, done_on = (
        ("progress", "done_on", task_done_on) if key == "tasks" else ("state", "solved_on", problem_done_on)
    )
    cells = zip(rows[first], rows[second], strict=True)
    days = [done_on(*pair) for pair in cells]
    return pd.Series([day is not None and day <= by for day in days], index=rows.index, dtype=bool)


def _marked(rows: pd.DataFrame, columns: pd.Index[str]) -> pd.DataFrame:
    marked = rows.reindex(columns=columns).assign(layout=-1, carried=MISSING).astype(object)
    return marked.where(marked.notna(), None).reset_index(drop=True)


def is_missing(rows: pd.DataFrame) -> pd.Series[bool]:
    """Which rows are 漏报; rows that do not say (those of a rollup) are not."""
    if "carried" not in rows:
        return pd.Series(False, index=rows.index, dtype=bool)
    return rows["carried"] == MISSING


def unlisted_items(merged: Merged) -> dict[str, int]:
    """Unit → items that its cover counts and no row shows; units without any are absent (contract §7).

    max(0, 事项总数 − rows of 事项 − 漏报). Where the total is not the number of rows, several rows of one
    31-digit code count once against it (contract §5).
    """
    items, covers = merged.tables["items"], merged.covers
    rows = items[~is_missing(items)]
    part = rows["item_code"].map(item_part)
    once = rows[part.isna() | ~rows.assign(part=part).duplicated(["unit", "part"])]
    counts = [frame["unit"].value_counts().to_dict() for frame in (rows, once, items[is_missing(items)])]
    found = {}
    for unit, total in zip(covers["unit"], covers["item_total"], strict=True):
        listed, told, missing = (int(count.get(unit, 0)) for count in counts)
        if isinstance(total, int) and not isinstance(total, bool) and total > listed:
            found[unit] = max(0, total - told - missing)
    return {unit: number for unit, number in found.items() if number}
