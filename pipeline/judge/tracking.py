"""跟踪: how long a problem has been known, and how long a text has stood unchanged.

The matrix workbook keeps no texts but last period's, so the count itself is stored with it
(`schemas.tables.TRACKING`), and only where it has passed 1. A problem counts every meeting since it
first appeared, carried ones included. A text counts the returns in which it stands word for word
beside something still open; a meeting at which the unit sent nothing copies nothing and adds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.identity import match_rows, short_keys
from pipeline.records import Merged, Previous
from schemas.dimensions import Dimension
from schemas.figures import as_day, is_blank
from schemas.plan import Plan
from schemas.returns import BY_KEY
from schemas.tables import TRACKING, state_name
from schemas.words import PROBLEM_STATE, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

PROBLEM = "问题"
SOLVED = PROBLEM_STATE.values[-1]
_OPEN = (State.MOVING, State.NOT_DONE, State.PENDING)


@dataclass(frozen=True)
class TrackedText:
    """A column whose text is watched beside what is still open."""

    kind: str
    table: str  # Sheet.key
    column: str


TEXTS = (
    TrackedText("未到位原因", "items", "reason_open"),
    TrackedText("事项备注", "items", "remark"),
    TrackedText("任务备注", "tasks", "remark"),
)
#: Texts of which it is also counted for how many returns running they were another one while nothing moved → kind.
CHANGED: Mapping[TrackedText, str] = {
    TEXTS[0]: "未到位原因更换",
    TrackedText("封面说明", "cover", "remark"): "封面说明更换",
}


def follow(merged: Merged, states: pd.DataFrame, plan: Plan, previous: Previous | None) -> pd.DataFrame:
    """TRACKING of this meeting; empty in the first period.

    merged: rows in force; states: aligned with its items, one column a dimension.
    """
    rows: list[dict[str, object]] = []
    if previous is not None:
        known = _known(previous)
        problems = merged.tables["problems"]
        rows += _rows(PROBLEM, "problems", problems, _problem_counts(problems, previous, known))
        still_open = {"items": open_items(states, plan), "tasks": _open_tasks(merged.tables["tasks"])}
        partners = {key: _partners(key, merged, previous) for key in still_open}
        for text in TEXTS:
            now = merged.tables[text.table]
            counts = _text_counts(text, now, still_open[text.table], partners[text.table], previous, known)
            rows += _rows(text.kind, text.table, now, counts)
        rows += _changed_texts(merged, still_open["items"], partners["items"], previous, known)
    return pd.DataFrame(rows, columns=list(TRACKING.names), dtype=object)


def _partners(key: str, merged: Merged, previous: Previous) -> list[int]:
    """Position of each row of a table at the last meeting, −1 for a new one."""
    return match_rows(merged.tables[key], previous.tables[key], BY_KEY[key].identity).before


def open_rows(meeting: Meeting, table: str) -> list[bool]:
    """Whether each row in force of 事项 or 任务 is still open."""
    return open_items(meeting.states, meeting.plan) if table == "items" else _open_tasks(meeting.tables["tasks"])


def _changed_texts(
    merged: Merged, still_open: Sequence[bool], partners: Sequence[int], previous: Previous, known: Counts
) -> list[dict[str, object]]:
    """Rows of the kinds of `CHANGED`: a text that is another one than at the last return, while nothing moved."""
    reasons, remarks = CHANGED
    now, before = merged.tables["items"], previous.tables["items"]
    identity = BY_KEY["items"].identity
    moved = _moved(now, before, partners)
    slips = _slipped(now, before, partners, previous.meeting)
    stays = [facts == (True, False, True) for facts in zip(still_open, moved, slips, strict=True)]
    earlier = [(text, key) for text, key in zip(texts_of(before, reasons), short_keys(before, identity), strict=True)]
    counts = _changes(reasons, now, stays, [earlier[at] if at >= 0 else ("", "") for at in partners], known)
    rows = _rows(CHANGED[reasons], "items", now, counts)
    units = now["unit"].tolist()
    stuck = {unit for unit, is_open in zip(units, still_open, strict=True) if is_open}
    stuck -= {unit for unit, has_moved in zip(units, moved, strict=True) if has_moved}
    covers, kind = merged.covers, remarks.kind
    told = dict(zip(previous.covers["unit"], texts_of(previous.covers, remarks), strict=True))
    said = [(told.get(unit, ""), kind) for unit in covers["unit"]]
    counts = _changes(remarks, covers, [unit in stuck for unit in covers["unit"]], said, known)
    return rows + [
        {"unit": unit, "kind": CHANGED[remarks], "key": kind, "periods": count}
        for unit, count in zip(covers["unit"], counts, strict=True)
        if count > 1
    ]


def _moved(now: pd.DataFrame, before: pd.DataFrame, partners: Sequence[int]) -> list[bool]:
    """Whether an item has another cell than at the last meeting that decides a state."""
    columns = [name for d in Dimension for name in d.record.columns]
    cells, cells_before = (list(zip(*(rows[name] for name in columns), strict=True)) for rows in (now, before))
    return [at >= 0 and cells[row] != cells_before[at] for row, at in enumerate(partners)]


def _slipped(now: pd.DataFrame, before: pd.DataFrame, partners: Sequence[int], last: date) -> list[bool]:
    """Whether an item has no 计划完成日期 to go by: blank, past by the last meeting, or later than it said then."""
    days, days_before = ([as_day(cell) for cell in rows["planned_on"]] for rows in (now, before))
    earlier = [days_before[at] if at >= 0 else None for at in partners]
    return [
        day is None or day < last or (was is not None and day > was) for day, was in zip(days, earlier, strict=True)
    ]


def _changes(
    text: TrackedText, now: pd.DataFrame, stays: Sequence[bool], before: Sequence[tuple[str, str]], known: Counts
) -> list[int]:
    """For how many returns running the text of each row is another one; before: its last text and key."""
    counts = []
    rows = zip(now["unit"], texts_of(now, text), now["carried"], stays, before, strict=True)
    for unit, words, carried, stay, (earlier, key) in rows:
        so_far = known.get((CHANGED[text], unit, key), 1)
        if carried:
            counts.append(so_far)
        else:
            counts.append(so_far + 1 if stay and words and earlier and words != earlier else 1)
    return counts


def periods_open(problems: pd.DataFrame, previous: Previous | None) -> pd.Series[Any]:
    """已历期数 of each problem in force: the number of meetings since it first appeared, this one included."""
    counts = [1] * len(problems) if previous is None else _problem_counts(problems, previous, _known(previous))
    return pd.Series(counts, index=problems.index, dtype=object)


def open_items(states: pd.DataFrame, plan: Plan) -> list[bool]:
    """Whether an item has a scored dimension that is neither 到位 nor 不适用."""
    scored = [state_name(entry.dimension) for entry in plan.dimensions if entry.scored]
    still_open: list[bool] = states[scored].isin(_OPEN).any(axis=1).tolist()
    return still_open


def _open_tasks(tasks: pd.DataFrame) -> list[bool]:
    return [not (isinstance(progress, int | float) and progress >= 1) for progress in tasks["progress"]]


Counts = Mapping[tuple[str, str, str], int]


def _known(previous: Previous) -> Counts:
    """(kind, unit, key) → count at the previous meeting; what is not there counted 1."""
    columns = (previous.tracking[name] for name in ("kind", "unit", "key", "periods"))
    return {
        (kind, unit, key): periods
        for kind, unit, key, periods in zip(*columns, strict=True)
        if isinstance(periods, int)
    }


def _problem_counts(problems: pd.DataFrame, previous: Previous, known: Counts) -> list[int]:
    before = previous.tables["problems"]
    matching = match_rows(problems, before, BY_KEY["problems"].identity)
    keys = short_keys(before, BY_KEY["problems"].identity)
    units = before["unit"].tolist()
    return [
        1 if position < 0 else known.get((PROBLEM, units[position], keys[position]), 1) + 1
        for position in matching.before
    ]


def _text_counts(
    text: TrackedText,
    now: pd.DataFrame,
    still_open: Sequence[bool],
    partners: Sequence[int],
    previous: Previous,
    known: Counts,
) -> list[int]:
    before = previous.tables[text.table]
    identity = BY_KEY[text.table].identity
    keys, units, texts_before = short_keys(before, identity), before["unit"].tolist(), texts_of(before, text)
    counts = [1] * len(now)
    facts = zip(partners, texts_of(now, text), still_open, now["carried"], strict=True)
    for row, (position, words, is_open, carried) in enumerate(facts):
        if is_open and position >= 0 and words and words == texts_before[position]:
            copied = 0 if carried else 1
            counts[row] = known.get((text.kind, units[position], keys[position]), 1) + copied
    return counts


def texts_of(rows: pd.DataFrame, text: TrackedText) -> list[str]:
    """The watched text of every row, "" where there is none."""
    return ["" if is_blank(cell) else str(cell).strip() for cell in rows[text.column]]


def _rows(kind: str, table: str, now: pd.DataFrame, counts: Sequence[int]) -> list[dict[str, object]]:
    keys, units = short_keys(now, BY_KEY[table].identity), now["unit"].tolist()
    return [
        {"unit": unit, "kind": kind, "key": key, "periods": count}
        for unit, key, count in zip(units, keys, counts, strict=True)
        if count > 1
    ]
