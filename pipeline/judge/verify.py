"""What the checks of 需核实 share: the two meetings side by side, and one sign before it is worded.

Rows of a return against the same rows of the period before: vanished, moved, antedated, copied.

Shares of 不适用 that stand out: against the other units, and against the unit's own last period.

One item split into many: new items of a unit that resemble one it listed before.

需核实: what looks as if a report had been made to look better than the work (contract §8, 3).

Each sign is a row for the office, worded in `pipeline/judge/signs.py`; nothing here touches a light or a
score. Only returns of this period are looked at: a unit that sent nothing has changed nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.findings import SUBJECT_JOINT, Finding
from pipeline.judge.changes import units_known
from pipeline.judge.identity import PASSES, Matching, item_key, match_items, match_rows
from pipeline.judge.signs import SIGNS
from pipeline.judge.states import on_negative_list
from pipeline.judge.tracking import SOLVED, TEXTS
from pipeline.records import Merged, Previous
from schemas.figures import as_day, is_blank, percent, plain
from schemas.plan import Plan
from schemas.returns import BY_KEY
from schemas.tables import TO_VERIFY, state_name
from schemas.words import PROBLEM_STATE, State

_NAMED = 5
_NOTE_OF_UNIT = "FM-023"


@dataclass(frozen=True)
class SignRow:
    """One sign: its code, whose it is, what it is about, and the words that fill its message."""

    code: str
    unit: str
    subject: str
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """A meeting beside the one before it."""

    plan: Plan
    merged: Merged
    matrix: pd.DataFrame
    tracking: pd.DataFrame
    previous: Previous

    @cached_property
    def items_before(self) -> pd.DataFrame:
        """The rows of 事项 that were in force at the previous meeting."""
        return self.previous.tables["items"]

    @cached_property
    def matching(self) -> Matching:
        """Items in force now against `items_before`."""
        return match_items(self.merged.tables["items"], self.items_before)

    @cached_property
    def units(self) -> frozenset[str]:
        """Units that can be compared: returned this period, and known at the previous meeting."""
        return returned(self.merged) & units_known(self.previous)


def returned(merged: Merged) -> frozenset[str]:
    """Units with a return of this period, as against 沿用上期 and 未报送."""
    covers = merged.covers
    return frozenset(covers.loc[~covers["carried"].fillna("").astype(bool), "unit"])


def some_of(names: Sequence[str]) -> str:
    """The first few of many names: A、B、C、D、E 等."""
    listed = "、".join(names[:_NAMED])
    return listed if len(names) <= _NAMED else f"{listed} 等"


SAME_TEXT_PERIODS = 3


def _records(rows: pd.DataFrame) -> list[dict[str, Any]]:
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


#: Percentage points; far from both, an honest unit with many 即办 items passes unnoticed.
ABOVE_OTHERS_POINTS = 30
RISE_POINTS = 10
_FEWEST_OTHERS = 3
_SUBJECT = "“不适用”占比"


def far_above_others(plan: Plan, merged: Merged, matrix: pd.DataFrame) -> Iterator[SignRow]:
    """Units whose share of 不适用 is more than 30 points above the median of the other units."""
    shares = _shares(plan, matrix, merged.tables["items"])
    looked_at, ascending = returned(merged), sorted(shares.values())
    if len(ascending) <= _FEWEST_OTHERS:
        return
    for unit, share in shares.items():
        if unit not in looked_at:
            continue
        usual = median_without(ascending, bisect_left(ascending, share))
        points = (share - usual) * 100
        if points > ABOVE_OTHERS_POINTS:
            words = {"share": percent(share), "usual": percent(usual), "points": plain(points)}
            yield SignRow("XS-003", unit, _SUBJECT, words)


def median_without(ascending: Sequence[Fraction], left_out: int) -> Fraction:
    """The median of all but one of the shares; of a province's units, each is compared with all the others."""
    count = len(ascending) - 1
    low, high = (middle + (middle >= left_out) for middle in ((count - 1) // 2, count // 2))
    return (ascending[low] + ascending[high]) / 2


def above_last_period(compared: Compared) -> Iterator[SignRow]:
    """Units whose share of 不适用 rose by more than 10 points since the period before."""
    shares = _shares(compared.plan, compared.matrix, compared.merged.tables["items"])
    before = _shares(compared.plan, compared.previous.matrix, compared.previous.matrix)
    for unit, share in shares.items():
        points = (share - before.get(unit, share)) * 100
        if unit in compared.units and points > RISE_POINTS:
            words = {"share": percent(share), "before": percent(before[unit]), "points": plain(points)}
            yield SignRow("XS-004", unit, _SUBJECT, words)


def _shares(plan: Plan, states: pd.DataFrame, items: pd.DataFrame) -> Mapping[str, Fraction]:
    """Unit → 不适用 ÷ all, over item × scored dimension; units too small to judge are left out.

    Items on the office's own 负面清单 are rightly 不适用 and count on neither side.
    states, items: one index, one row = one item.
    """
    rightly = on_negative_list(items, plan)
    scored = [state_name(entry.dimension) for entry in plan.dimensions if entry.scored]
    counted = states.loc[~rightly]
    exempt = (counted[scored] == State.EXEMPT).sum(axis=1).groupby(counted["unit"], sort=False).agg(["sum", "size"])
    return {
        str(unit): Fraction(int(cells), int(rows) * len(scored))
        for unit, cells, rows in exempt.itertuples(name=None)
        if rows >= plan.thresholds.small_sample
    }


#: A family counts as split when at least so many of its items are new, and more came than went.
FEWEST_NEW = 2
_SHORTEST_NAME = 4  # shorter beginnings are alike by chance
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BASIC_CODE = slice(19, 31)  # of 18 credit code + 1 level + 12 基本编码 (+ 2 业务办理项)
_CODED_LENGTHS = (31, 33)


@dataclass(frozen=True)
class _Family:
    """What a unit's item of the period before is recognised by."""

    unit: str
    mark: str  # basic code, or the name without what stands in brackets


def split_items(compared: Compared) -> Iterator[SignRow]:
    """Families of which at least two items are new, and more are new than vanished."""
    now, before = compared.merged.tables["items"], compared.items_before
    families = _families(before)
    new = _without_a_partner_of_its_own(compared.matching.before)
    came: dict[_Family, list[str]] = {}
    for unit, code, name in _cells(now.iloc[new]):
        closest = next(_families_of(unit, code, name, families), None)
        if closest and unit in compared.units:
            came.setdefault(closest, []).append(name)
    went: dict[_Family, int] = {}
    for unit, code, name in _cells(before.iloc[compared.matching.gone]):
        for family in _families_of(unit, code, name, families):
            went[family] = went.get(family, 0) + 1
    for family, names in came.items():
        if len(names) >= FEWEST_NEW and len(names) > went.get(family, 0):
            known_as = families[family]
            words = {"count": len(names), "family": known_as, "names": some_of(names)}
            yield SignRow("XS-005", family.unit, known_as, words)


def _without_a_partner_of_its_own(before: Sequence[int]) -> list[int]:
    """Positions of the items that are new, or one more row of an item that another row goes on from."""
    first_with = {found: at for at, found in reversed(list(enumerate(before)))}
    return [at for at, found in enumerate(before) if found < 0 or first_with[found] != at]


def _cells(items: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for unit, code, name in zip(items["unit"], items["item_code"], items["item_name"], strict=True):
        yield str(unit), "" if is_blank(code) else str(code), "" if is_blank(name) else str(name)


def _families(before: pd.DataFrame) -> dict[_Family, str]:
    """Family → the name of its first item; an item belongs to one by its code and one by its name."""
    families: dict[_Family, str] = {}
    for unit, code, name in _cells(before):
        for mark in (_basic_code(code), _base_name(name)):
            if mark:
                families.setdefault(_Family(unit, mark), name)
    return families


def _families_of(unit: str, code: str, name: str, families: dict[_Family, str]) -> Iterator[_Family]:
    """Families by ever shorter beginnings of the name, then the one of its basic code."""
    base = _base_name(name)
    marks = [*(base[:length] for length in range(len(base), _SHORTEST_NAME - 1, -1)), _basic_code(code)]
    for mark in marks:
        family = _Family(unit, mark)
        if family in families:
            yield family


def _basic_code(code: str) -> str:
    return code[_BASIC_CODE] if len(code) in _CODED_LENGTHS else ""


def _base_name(name: str) -> str:
    base = _BRACKETS.sub("", name).strip()
    return base if len(base) >= _SHORTEST_NAME else ""


def to_verify(
    plan: Plan,
    merged: Merged,
    matrix: pd.DataFrame,
    tracking: pd.DataFrame,
    previous: Previous | None,
    findings: Iterable[Finding] = (),
) -> pd.DataFrame:
    """TO_VERIFY: one row = one thing to verify, by unit in the plan's order, then by code.

    matrix: MATRIX, aligned with the merged items; tracking: `pipeline.judge.tracking.follow`; findings: all of this run.
    """
    rows = [*far_above_others(plan, merged, matrix), *noted_by_unit(findings)]
    if previous is not None:
        rows += _against(Compared(plan, merged, matrix, tracking, previous))
    order = {unit.name: place for place, unit in enumerate(plan.units)}
    rows.sort(key=lambda row: (order.get(row.unit, len(order)), row.code))
    return pd.DataFrame([_worded(row) for row in rows], columns=list(TO_VERIFY.names), dtype=object)


def noted_by_unit(findings: Iterable[Finding]) -> Iterator[SignRow]:
    """What units wrote in notes beside the cells of their returns."""
    for found in findings:
        if found.code == _NOTE_OF_UNIT and found.place.unit:
            about = found.place.subject.replace(SUBJECT_JOINT, " ")
            place = f"“{found.place.sheet}”{found.place.cell} {about}".strip()
            yield SignRow("XS-020", found.place.unit, place, {"words": found.value})


def _against(compared: Compared) -> Iterator[SignRow]:
    checks: Iterable[Iterator[SignRow]] = (
        vanished_items(compared),
        moved_to_negative_list(compared),
        above_last_period(compared),
        split_items(compared),
        done_before_reported_open(compared),
        copied_texts(compared),
        problems_gone_backwards(compared),
    )
    for check in checks:
        yield from check


def _worded(row: SignRow) -> dict[str, object]:
    sign = SIGNS[row.code]
    return {
        "unit": row.unit,
        "code": sign.code,
        "subject": row.subject,
        "finding": sign.finding.format(**row.words),
        "advice": sign.advice,
    }
