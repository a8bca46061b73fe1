"""跟踪: how long a problem has been known, and how long a text has stood unchanged.

The matrix workbook keeps no texts but last period's, so the count itself is stored with it
(`schemas.tables.TRACKING`), and only where it has passed 1. A problem counts every meeting since it
first appeared, carried ones included. A text counts the returns in which it stands word for word
beside something still open; a meeting at which the unit sent nothing copies nothing and adds none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.judge.identity import match_rows, short_keys
from pipeline.records import Merged, Previous
from schemas.figures import is_blank
from schemas.plan import Plan
from schemas.returns import BY_KEY
from schemas.tables import TRACKING, state_name
from schemas.words import PROBLEM_STATE, State

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
        for text in TEXTS:
            now = merged.tables[text.table]
            counts = _text_counts(text, now, still_open[text.table], previous, known)
            rows += _rows(text.kind, text.table, now, counts)
    return pd.DataFrame(rows, columns=list(TRACKING.names), dtype=object)


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
    text: TrackedText, now: pd.DataFrame, still_open: Sequence[bool], previous: Previous, known: Counts
) -> list[int]:
    before = previous.tables[text.table]
    identity = BY_KEY[text.table].identity
    matching = match_rows(now, before, identity)
    keys, units, texts_before = short_keys(before, identity), before["unit"].tolist(), _words(before, text)
    counts = [1] * len(now)
    facts = zip(matching.before, _words(now, text), still_open, now["carried"], strict=True)
    for row, (position, words, is_open, carried) in enumerate(facts):
        if is_open and position >= 0 and words and words == texts_before[position]:
            copied = 0 if carried else 1
            counts[row] = known.get((text.kind, units[position], keys[position]), 1) + copied
    return counts


def _words(rows: pd.DataFrame, text: TrackedText) -> list[str]:
    return ["" if is_blank(cell) else str(cell).strip() for cell in rows[text.column]]


def _rows(kind: str, table: str, now: pd.DataFrame, counts: Sequence[int]) -> list[dict[str, object]]:
    keys, units = short_keys(now, BY_KEY[table].identity), now["unit"].tolist()
    return [
        {"unit": unit, "kind": kind, "key": key, "periods": count}
        for unit, key, count in zip(units, keys, counts, strict=True)
        if count > 1
    ]
