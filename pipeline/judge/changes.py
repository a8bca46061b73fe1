"""What moved since the period before: 本期变化, 首次到位 and the list 变化情况 (contract §8).

Definitions. 新增到位: 到位 now, not 到位 before. 倒退: 到位 before and neither 到位 nor 不适用 now, or
推进中 before and 未到位 now. Any other move of a state is 其他变化. 首次到位 is the meeting at which the
item was first 到位 in a dimension; a later 倒退 does not take it away. In the first period of an
office there is nothing to compare with: 首期.

What a unit changed in its return since last time, cell by cell: the receipt in its slip.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from pipeline.judge.identity import Matching, match_items, match_rows
from pipeline.records import MISSING, Merged, Previous
from schemas.columns import Column, Kind, Sheet
from schemas.dimensions import Dimension
from schemas.figures import is_blank
from schemas.returns import TABLES
from schemas.tables import CELL_CHANGES, CHANGES, first_done_name, state_name
from schemas.words import Change, State

FIRST_PERIOD = "首期"
ALL_ITEMS = "（全部事项）"
_LISTED, _UNLISTED = "在列", "不在列"
#: In the order in which 本期变化 names them.
_MOVES = (Change.NEWLY_DONE, Change.BACKWARD, Change.OTHER)


@dataclass(frozen=True)
class ItemChanges:
    """change: 本期变化 of each item; first_done: one `first_done_name` column a dimension.

    Both have the index of the items. changes: CHANGES, one row = one change. matching: rows of now
    against the rows of `previous.matrix` (None in the first period).
    """

    change: pd.Series[Any]
    first_done: pd.DataFrame
    changes: pd.DataFrame
    matching: Matching | None


def item_changes(items: pd.DataFrame, states: pd.DataFrame, previous: Previous | None, meeting: date) -> ItemChanges:
    """Compare this meeting's items with the previous matrix.

    items: one row = one item in force (unit, item_code, item_name, remark); states: same index, one
    column a dimension; meeting: the date that becomes 首次到位 where an item is 到位 for the first time.
    """
    matching = match_items(items, previous.matrix) if previous else None
    first_done = _first_done(states, previous, matching, meeting)
    if previous is None or matching is None:
        change = pd.Series([FIRST_PERIOD] * len(items), index=items.index, dtype=object)
        return ItemChanges(change, first_done, _changes_frame([], items), None)
    details = _details(items, states, previous, matching)
    words = [_words(moves) for moves in details]
    change = pd.Series(words, index=items.index, dtype=object).mask(items["carried"] == MISSING, MISSING)
    rows = [*_changed_rows(items, details, previous), *_gone_rows(items, previous, matching)]
    return ItemChanges(change, first_done, _changes_frame(rows, items), matching)


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that differs between an item now and the same item before."""

    change: Change
    where: str  # dimension, 事项名称 or 事项编码; "" for the item as a whole
    before: str
    after: str


def move_of(before: str, after: str) -> Change:
    """How a state moved; `Change.NONE` when it did not."""
    if before == after:
        return Change.NONE
    if after == State.DONE:
        return Change.NEWLY_DONE
    lost = before == State.DONE and after != State.EXEMPT
    return Change.BACKWARD if lost or (before, after) == (State.MOVING, State.NOT_DONE) else Change.OTHER


def _details(
    items: pd.DataFrame, states: pd.DataFrame, previous: Previous, matching: Matching
) -> list[tuple[Move, ...]]:
    """Every item's moves, in the order of the items."""
    found: list[list[Move]] = [[] for _ in matching.before]
    pairs = [(now, before) for now, before in enumerate(matching.before) if before >= 0]
    for now, before in enumerate(matching.before):
        if before < 0:
            found[now].append(Move(Change.NEW_ITEM, "", _UNLISTED, _LISTED))
    left_out, was_left_out = items["carried"].eq(MISSING).tolist(), previous.matrix["carried"].eq(MISSING).tolist()
    for now, before in pairs:
        if left_out[now] and not was_left_out[before]:
            found[now].append(Move(Change.GONE, "", _LISTED, MISSING))
    pairs = [(now, before) for now, before in pairs if not left_out[now]]
    for name, title, change in (
        ("item_name", "事项名称", Change.RENAMED),
        ("item_code", "事项编码", Change.OTHER),
    ):
        old, new = _texts(previous.matrix[name]), _texts(items[name])
        for now, before in pairs:
            if old[before] != new[now]:
                found[now].append(Move(change, title, old[before], new[now]))
    for dimension in Dimension:
        old, new = _texts(previous.matrix[state_name(dimension)]), _texts(states[state_name(dimension)])
        for now, before in pairs:
            if old[before] != new[now]:
                found[now].append(Move(move_of(old[before], new[now]), dimension.value, old[before], new[now]))
    return [tuple(moves) for moves in found]


def _texts(values: pd.Series[Any]) -> list[str]:
    return ["" if missing else str(value) for value, missing in zip(values, values.isna(), strict=True)]


def _words(moves: tuple[Move, ...]) -> str:
    """本期变化 of one item: 改名（原名“…”）；新增到位：事项、窗口；倒退：系统."""
    if not moves:
        return Change.NONE.value
    if moves[0].change is Change.NEW_ITEM:
        return Change.NEW_ITEM.value
    parts = [f"{Change.RENAMED}（原名“{move.before}”）" for move in moves if move.change is Change.RENAMED]
    for change in _MOVES:
        where = "、".join(move.where for move in moves if move.change is change)
        if where:
            parts.append(f"{change}：{where}")
    return "；".join(parts)


def _first_done(
    states: pd.DataFrame, previous: Previous | None, matching: Matching | None, meeting: date
) -> pd.DataFrame:
    columns: dict[str, list[object]] = {}
    for dimension in Dimension:
        name = first_done_name(dimension)
        today = [meeting if done else None for done in states[state_name(dimension)] == State.DONE]
        if previous is not None and matching is not None:
            dates = previous.matrix[name]
            known = [None if missing else value for value, missing in zip(dates, dates.isna(), strict=True)]
            earlier = [known[position] if position >= 0 else None for position in matching.before]
            columns[name] = [before or now for before, now in zip(earlier, today, strict=True)]
        else:
            columns[name] = list(today)
    return pd.DataFrame(columns, index=states.index, dtype=object)


def units_known(previous: Previous) -> frozenset[str]:
    """Units whose return was in force at the previous meeting; any other is in its own first period."""
    return frozenset(previous.covers["unit"].dropna()) | frozenset(previous.matrix["unit"].dropna())


def _changed_rows(
    items: pd.DataFrame, details: Iterable[tuple[Move, ...]], previous: Previous
) -> Iterator[dict[str, object]]:
    known, counted = units_known(previous), items["unit"].value_counts()
    announced: set[str] = set()
    facts = zip(items["unit"], items["item_code"], items["item_name"], items["remark"], details, strict=True)
    for unit, code, name, remark, moves in facts:
        if unit in known:
            for move in moves:
                yield _row(unit, code, name, move, remark)
        elif unit not in announced:
            announced.add(unit)
            whole = Move(Change.NEW_ITEM, "", "", f"{counted[unit]} 项")
            yield _row(unit, None, ALL_ITEMS, whole, "该单位首次报送")


def _gone_rows(items: pd.DataFrame, previous: Previous, matching: Matching) -> Iterator[dict[str, object]]:
    elsewhere = dict(zip(items["item_code"], items["unit"], strict=True))
    gone = previous.matrix.iloc[matching.gone]
    for unit, code, name in zip(gone["unit"], gone["item_code"], gone["item_name"], strict=True):
        taken_by = elsewhere.get(code) if isinstance(code, str) else None
        remark = f"同一编码本期由{taken_by}填报" if taken_by and taken_by != unit else None
        yield _row(unit, code, name, Move(Change.GONE, "", _LISTED, _UNLISTED), remark)


def _row(unit: object, code: object, name: object, move: Move, remark: object) -> dict[str, object]:
    return {
        "unit": unit,
        "item_code": code,
        "item_name": name,
        "dimension": move.where or None,
        "change": move.change.value,
        "before": move.before or None,
        "after": move.after or None,
        "remark": remark,
    }


def _changes_frame(rows: list[dict[str, object]], items: pd.DataFrame) -> pd.DataFrame:
    """Rows by unit in the order of the items (units that are gone last), else as they come."""
    order = {unit: number for number, unit in enumerate(dict.fromkeys(items["unit"]))}
    rows.sort(key=lambda row: order.get(row["unit"], len(order)))
    return pd.DataFrame(rows, columns=list(CHANGES.names), dtype=object)


NEW_ROW, GONE_ROW, UPDATED = "（新增一行）", "（减少一行）", "已更新"


def cell_changes(merged: Merged, previous: Previous | None) -> pd.DataFrame:
    """CELL_CHANGES of every unit that returned this period and had a return in force before.

    Rows by unit as in `merged`, then by sheet and row. Telephone numbers are said to have changed, not
    printed.
    """
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
    sheet: Sheet, now: pd.DataFrame, before: pd.DataFrame, units: dict[str, int]
) -> Iterator[dict[str, Any]]:
    now, before = (
        rows.loc[rows["unit"].isin(units) & (rows["carried"] != MISSING)].reset_index(drop=True)
        for rows in (now, before)
    )
    matching = match_rows(now, before, sheet.identity)
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
        yield from (_changed_cell(unit, sheet, subject, *cell) for cell in cells)
    gone = before.iloc[matching.gone]
    for unit, subject in zip(gone["unit"], _subjects(sheet, gone), strict=True):
        yield _changed_cell(unit, sheet, subject, GONE_ROW, subject, "")


def _differences(
    now: pd.Series[Any], before: pd.Series[Any], pairs: list[tuple[int, int]]
) -> Iterator[tuple[int, object, object]]:
    """(row now, cell before, cell now) where the two cells are not the same object value."""
    new, old = now.tolist(), before.tolist()
    for position, found in pairs:
        if new[position] != old[found]:
            yield position, old[found], new[position]


def _subjects(sheet: Sheet, rows: pd.DataFrame) -> list[str]:
    columns = [_shown(rows, sheet.by_name[name]) for name in sheet.identity.label]
    return [" ".join(filter(None, cells)) for cells in zip(*columns, strict=True)]


def _shown(rows: pd.DataFrame, column: Column) -> list[str]:
    return [_text(cell, column.kind) for cell in rows[column.name]]


def _text(cell: object, kind: Kind) -> str:
    if is_blank(cell):
        return ""
    if kind is Kind.PERCENT and isinstance(cell, int | float):
        return f"{cell:.0%}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _printed(column: Column, old: str, new: str) -> tuple[str, str]:
    return ("", UPDATED) if column.kind is Kind.PHONE else (old, new)


def _changed_cell(unit: str, sheet: Sheet, subject: str, title: str, before: str, after: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "sheet": sheet.name,
        "subject": subject,
        "title": title,
        "before": before or None,
        "after": after or None,
    }
