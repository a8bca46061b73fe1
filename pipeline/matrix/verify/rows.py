"""Rows of a return against the same rows of the period before: vanished, moved, antedated, copied."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.identity import PASSES, item_key, match_rows
from pipeline.matrix.figures import as_day, is_blank
from pipeline.matrix.tracking import SOLVED, TEXTS
from pipeline.matrix.verify.compared import Compared, SignRow, some_of
from pipeline.states import on_negative_list
from schemas.returns import BY_KEY
from schemas.vocabulary import PROBLEM_STATE

if TYPE_CHECKING:
    import pandas as pd

SAME_TEXT_PERIODS = 3


def _records(rows: "pd.DataFrame") -> list[dict[str, Any]]:
    cells = rows.astype(object).where(rows.notna(), None)
    return [dict(zip(cells.columns, row, strict=True)) for row in cells.itertuples(index=False, name=None)]


def _pairs(compared: Compared, table: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(row now, the same row before) of the units that can be compared."""
    now, before = compared.merged.tables[table], compared.previous.tables[table]
    rows_now, rows_before = _records(now), _records(before)
    for position, found in match_rows(now, before, PASSES[table]).pairs:
        if rows_now[position]["unit"] in compared.units:
            yield rows_now[position], rows_before[found]


def vanished_items(compared: Compared) -> Iterator[SignRow]:
    """Items of the period before that are in the list no more; what 备注 says about them is quoted."""
    said = _remarks(compared)
    for row in _records(compared.items_before.iloc[compared.matching.gone]):
        if row["unit"] not in compared.units:
            continue
        marks = [str(row[name]) for name in ("item_code", "item_name") if not is_blank(row[name])]
        quotes = [text for text in said.get(row["unit"], []) if any(mark in text for mark in marks)]
        mention = f"备注里说：“{quotes[0]}”" if quotes else "备注和封面说明里都没有提到"
        yield SignRow("XS-001", row["unit"], str(row["item_name"] or row["item_code"]), {"mention": mention})


def _remarks(compared: Compared) -> Mapping[str, list[str]]:
    """Unit → what it wrote in 备注 of 事项 and in 说明 of 封面."""
    said: dict[str, list[str]] = {}
    for rows in (compared.merged.tables["items"], compared.merged.covers):
        for unit, remark in zip(rows["unit"], rows["remark"], strict=True):
            if not is_blank(remark):
                said.setdefault(unit, []).append(str(remark))
    return said


def moved_to_negative_list(compared: Compared) -> Iterator[SignRow]:
    """Items that were not 负面清单 and are now, without being on the office's list."""
    items, before = compared.merged.tables["items"], compared.items_before
    approved = on_negative_list(items, compared.plan).tolist()
    was = before["negative_list"].tolist()
    columns = zip(items["unit"], items["item_name"], items["negative_list"], items["approval_number"], strict=True)
    facts = list(columns)
    for position, found in compared.matching.pairs:
        unit, name, claimed, number = facts[position]
        if claimed == "是" and was[found] != "是" and not approved[position] and unit in compared.units:
            words = {"number": "没有填写" if is_blank(number) else number}
            yield SignRow("XS-002", unit, str(name), words)


def done_before_reported_open(compared: Compared) -> Iterator[SignRow]:
    """Dates of completion before the day on which the unit itself still reported otherwise."""
    for table, column, subject, still_open in _DATED:
        title = BY_KEY[table].titles[column]
        for now, before in _pairs(compared, table):
            done_on, reported = as_day(now[column]), still_open(before)
            filled_on = _filled_on(compared, now["unit"])
            if done_on and reported and as_day(before[column]) != done_on and done_on < filled_on:
                words = {"what": title, "done_on": done_on, "filled_on": filled_on, "before": reported}
                yield SignRow("XS-006", now["unit"], f"{BY_KEY[table].name}：{now[subject]}", words)


def _filled_on(compared: Compared, unit: str) -> date:
    """填报日期 of the unit's last return; the previous meeting where it was not readable."""
    covers = compared.previous.covers
    days = [as_day(day) for day in covers.loc[covers["unit"] == unit, "filled_on"]]
    return next((day for day in days if day), compared.previous.meeting)


def _task_open(row: Mapping[str, Any]) -> str:
    progress = row["progress"]
    return f"完成 {progress:.0%}" if isinstance(progress, int | float) and progress < 1 else ""


def _problem_open(row: Mapping[str, Any]) -> str:
    return f"“{row['state']}”" if row["state"] in PROBLEM_STATE.values and row["state"] != SOLVED else ""


def _staff_absent(row: Mapping[str, Any]) -> str:
    return "未进驻" if row["present"] == "否" else ""


#: table, column of the date, column that names the row, what the earlier row still reported ("": done).
_DATED = (
    ("tasks", "done_on", "task_name", _task_open),
    ("problems", "solved_on", "description", _problem_open),
    ("staff", "present_since", "name", _staff_absent),
)


def copied_texts(compared: Compared) -> Iterator[SignRow]:
    """Texts beside something still open that stand unchanged for three returns or more.

    One sign a unit and column, since a unit that copies one text copies many.
    """
    columns = (compared.tracking[name] for name in ("unit", "kind", "key", "periods"))
    followed = {(unit, kind, key): periods for unit, kind, key, periods in zip(*columns, strict=True)}
    for text in TEXTS:
        rows = compared.merged.tables[text.table]
        found: dict[str, list[tuple[str, int]]] = {}
        for unit, code, name in zip(rows["unit"], rows[text.code], rows[text.name], strict=True):
            periods = followed.get((unit, text.kind, item_key(code, name)), 1)
            if periods >= SAME_TEXT_PERIODS and unit in compared.units:
                found.setdefault(unit, []).append((str(name), periods))
        for unit, copied in found.items():
            words = {
                "column": text.kind,
                "periods": max(periods for _, periods in copied),
                "count": len(copied),
                "names": some_of([name for name, _ in copied]),
            }
            yield SignRow("XS-007", unit, text.kind, words)


def problems_gone_backwards(compared: Compared) -> Iterator[SignRow]:
    """Problems whose state went back, and unsolved ones that are listed no more."""
    steps = {state: step for step, state in enumerate(PROBLEM_STATE.values)}
    for now, before in _pairs(compared, "problems"):
        if steps.get(now["state"], len(steps)) < steps.get(before["state"], 0):
            words = {"before": before["state"], "after": now["state"], "description": now["description"]}
            yield SignRow("XS-008", now["unit"], f"问题：{now['problem_number']}", words)
    listed, earlier = compared.merged.tables["problems"], compared.previous.tables["problems"]
    for row in _records(earlier.iloc[match_rows(listed, earlier, PASSES["problems"]).gone]):
        if row["unit"] in compared.units and row["state"] != SOLVED:
            words = {"before": row["state"] or "未解决", "description": row["description"]}
            yield SignRow("XS-009", row["unit"], f"问题：{row['problem_number']}", words)
