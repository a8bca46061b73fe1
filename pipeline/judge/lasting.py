"""What the office has entered in its own workbooks, and for how long it counts (contract §4).

An entry lasts: what an earlier meeting knew, or the run that this one replaces, counts on without being
given again. Of one entry told twice, the newest book's word holds; within one run its most advanced state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

import pandas as pd

from pipeline.findings import NOTE, catalogue, finding, rule
from pipeline.records import CARRIED, PROVENANCE, Intake, Kept
from schemas.columns import Column, Kind, Sheet
from schemas.figures import as_day, is_blank, records
from schemas.plan import Period, Plan
from schemas.returns import OFFICE, OFFICE_BOOKS, inspection, matters, waivers
from schemas.returns.matters import arose
from schemas.tables import GIVEN_AT, KEPT, SET_ASIDE
from schemas.words import INSPECTION_OVER, INSPECTION_STATE, MATTER_OVER, MATTER_STATE

Entry = dict[str, object]
Token = tuple[Hashable, ...]

#: 来源文件 of a matter that arose by itself: the workbook that people wrote in.
ARISEN = (LEDGER, SCORES) = ("红黄绿督办台账", "评分表")
_OVER = {inspection.SHEET.key: INSPECTION_OVER, matters.SHEET.key: MATTER_OVER}
_STATES = {inspection.SHEET.key: INSPECTION_STATE.values, matters.SHEET.key: MATTER_STATE.values}
#: Until when an entry counts that has no state of its own.
_UNTIL = {waivers.SHEET.key: "expires_on", waivers.DELAYS.key: "until", inspection.BONUS.key: "meeting"}
#: What is still open of a book, as the line on the screen says it.
_OPEN_WORDS = {
    inspection.SHEET.key: "尚未销号的督查问题",
    inspection.BONUS.key: "加减分",
    waivers.SHEET.key: "尚未到期的豁免",
    waivers.DELAYS.key: "尚未到期的延期",
    matters.SHEET.key: "尚未办结的议定事项",
}


# ── which entries can be relied on


def sound(rows: pd.DataFrame, sheet: Sheet, plan: Plan) -> pd.Series[bool]:
    """True for the entries of `sheet` in which every required cell is filled with what belongs there."""
    units = plan.all_names
    fits = pd.Series(data=True, index=rows.index, dtype=bool)
    for column in sheet.columns:
        if column.required:
            fits &= pd.Series([_fits(cell, column, units) for cell in rows[column.name]], index=rows.index, dtype=bool)
    return fits


def _fits(cell: object, column: Column, units: frozenset[str]) -> bool:
    if is_blank(cell):
        return False
    if column.kind is Kind.UNIT:
        return cell in units
    if column.kind is Kind.CHOICE:
        return cell in column.values
    if column.kind is Kind.DATE:
        return isinstance(cell, date)
    if column.kind is Kind.NUMBER:
        return _is_number(cell) and (column.minimum or 0) <= cell <= (column.maximum or 0)  # type: ignore[operator]
    return True


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def _can_last(rows: pd.DataFrame, sheet: Sheet, plan: Plan) -> pd.Series[bool]:
    """True for the entries that may be known again at the next meeting.

    An inspection finding needs no more than its unit and its day: with any other cell blank it is open all the same.
    """
    if sheet is inspection.SHEET:
        known = rows["unit"].isin(list(plan.all_names))
        return known & pd.Series([isinstance(day, date) for day in rows["found_on"]], index=rows.index, dtype=bool)
    lasting = sound(rows, sheet, plan)
    return lasting & rows["rule_code"].isin(list(catalogue())) if sheet is waivers.SHEET else lasting


# ── which entry is which


def _squeezed(cell: object) -> str:
    return "" if is_blank(cell) else "".join(str(cell).split())


def _told_apart(key: str, row: Entry) -> tuple[Hashable, ...]:
    """What an entry without a number is known by, beside its item."""
    if key == inspection.SHEET.key:
        return (as_day(row["found_on"]), row["unit"], row["kind"], _squeezed(row["description"]))
    if key == inspection.BONUS.key:
        return (as_day(row["meeting"]), row["unit"], _squeezed(row["reason"]))
    if key == waivers.SHEET.key:
        return (row["unit"], row["rule_code"], _squeezed(row["scope"]))
    return (row["unit"], row["dimension"])


def _items(row: Entry, *, asked: bool) -> list[tuple[str, str]]:
    """What the item of an entry is filed, or looked up, under; an entry about no item is about no item alone."""
    code, name = _squeezed(row.get("item_code")), _squeezed(row.get("item_name"))
    by_name = [("name", name)] if name or not code else []
    if not code:
        return by_name if asked else [*by_name, ("codeless", name)]
    if asked:
        by_name = [("codeless", name)] if name else []
    return [("code", code), *by_name]


def _tokens(key: str, row: Entry, *, asked: bool) -> Iterator[Token]:
    """The names under which an entry is filed, or (`asked`) looked up, best first (contract §4).

    A number tells it; where one of two entries has none, their contents do. Items are the same by code, or by
    name where one of the two has no code.
    """
    number = _squeezed(row.get("number"))
    if number:
        yield ("编号", number)
    if key == matters.SHEET.key:
        return
    among: tuple[str, ...] = ("any", "free")
    if number:
        among = ("free",) if asked else ("any",)
    elif asked:
        among = ("any",)
    for kind in among:
        for item in _items(row, asked=asked):
            yield (kind, *_told_apart(key, row), *item)


class _Register:
    """The entries of one sheet, each once, findable by what they are known by."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.entries: list[Entry] = []
        self._place: dict[Token, int] = {}

    def find(self, row: Entry) -> int | None:
        """Where the same entry stands already."""
        return next((self._place[t] for t in _tokens(self.key, row, asked=True) if t in self._place), None)

    def add(self, row: Entry) -> None:
        """File a new entry."""
        self.entries.append(row)
        self._file(row, len(self.entries) - 1)

    def put(self, place: int, row: Entry) -> None:
        """Let `row` stand for the entry at `place`."""
        self.entries[place] = row
        self._file(row, place)

    def _file(self, row: Entry, place: int) -> None:
        for token in _tokens(self.key, row, asked=False):
            self._place.setdefault(token, place)


def _advance(key: str, row: Entry) -> tuple[object, ...]:
    """How far an entry has come; of the same one told twice within a run the greater holds."""
    if key in _STATES:
        states = _STATES[key]
        return (states.index(str(row["state"])) if row["state"] in states else -1, not is_blank(row["closed_on"]))
    return (as_day(row[_UNTIL[key]]) or date.min,)


# ── what holds at a meeting


@dataclass(frozen=True)
class Standing:
    """The office's entries that hold at a meeting.

    rows: Sheet.key → one row = one entry, those of this run first, columns of the sheet with provenance and
    `given_at`, the meeting for which it was given. taken_over: Sheet.key → how many open ones this run did not
    give. notices: what is to be said of it, a line each.
    """

    rows: Mapping[str, pd.DataFrame]
    taken_over: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()


GIVEN_TWICE = rule(
    "DC-035",
    NOTE,
    title="同一条督查给了两次",
    problem="与“{twin}”第 {line} 行是同一条督查，只计一次，按进展最新的“{state}”计",
    remedy="不用改；多余的一份可以从 inputs 移走",
    example="督查核查表.xlsx 和备份里的旧表",
)


def stand(
    intake: Intake, kept: Kept, plan: Plan, period: Period, arising: Sequence[Entry] = ()
) -> tuple[Intake, Standing]:
    """The entries of this run and those that last from before; the intake comes back with each entry once.

    An entry that was given twice is moved to 未采用 and said. arising: matters that follow from what people wrote
    into our workbooks; each stands where neither this run nor an earlier one knows it.
    """
    rows, taken_over, reopened, arisen_now = {}, {}, 0, 0
    aside: list[tuple[str, Entry, Entry]] = []
    office = dict(intake.office)
    for sheet in OFFICE:
        given = office[sheet.key].assign(**{GIVEN_AT.name: period.meeting}).astype(object)
        lasting = _can_last(given, sheet, plan)
        register, repeated = _folded(sheet.key, records(given[lasting]))
        aside += [(sheet.key, row, twin) for row, twin in repeated]
        gone = {(row["file"], row["sheet"], row["row"]) for row, _ in repeated}
        places = zip(given["file"], given["sheet"], given["row"], strict=True)
        stays = pd.Series([place not in gone for place in places], index=given.index, dtype=bool)
        office[sheet.key] = office[sheet.key][stays].reset_index(drop=True)
        arisen = arising if sheet is matters.SHEET else ()
        older = [row for row in _older(sheet.key, kept, period) if not _taken_back(row, arisen, period)]
        reopened += _reopened(sheet.key, register, older)
        from_before = _from_before(register, older, kept, period)
        from_before = _with_arising(register, from_before, older, arisen)
        open_ones = [row for row in from_before if still_open(sheet.key, row, period.meeting)]
        fresh = [row for row in open_ones if row["file"] in ARISEN and row[GIVEN_AT.name] == period.meeting]
        arisen_now += len(fresh)
        taken_over[sheet.key] = len(open_ones) - len(fresh)
        columns = [*PROVENANCE[1:], *sheet.names, GIVEN_AT.name]
        both = [*records(given[stays]), *from_before]
        rows[sheet.key] = pd.DataFrame(both, columns=columns, dtype=object)
    notices = (
        *_said_taken_over(taken_over),
        *_said_arisen(arisen_now),
        *_said_reopened(reopened),
        *_said_repeated(aside),
    )
    return _without(replace(intake, office=office), aside), Standing(rows, taken_over, notices)


def _folded(key: str, given: Sequence[Entry]) -> tuple[_Register, list[tuple[Entry, Entry]]]:
    """The entries of one run, each once, and those that say the same as another, with that one."""
    register = _Register(key)
    repeated: list[tuple[Entry, Entry]] = []
    copies: Counter[Token] = Counter()
    seen: dict[Token, Entry] = {}
    for row in given:
        if key == inspection.BONUS.key:  # several rows of one unit add up; only a copy of the book repeats one
            cells = tuple(_squeezed(row[name]) for name in inspection.BONUS.names)
            copies[(row["file"], *cells)] += 1
            token = (*cells, copies[row["file"], *cells])
            if token in seen:
                repeated.append((row, seen[token]))
                continue
            seen[token] = row
            register.add(row)
            continue
        place = register.find(row)
        if place is None:
            register.add(row)
            continue
        known = register.entries[place]
        first = _advance(key, row) <= _advance(key, known)
        winner, loser = (known, row) if first else (row, known)
        register.put(place, winner)
        repeated.append((loser, winner))
    return register, repeated


def _older(key: str, kept: Kept, period: Period) -> Iterator[Entry]:
    """What is known from before, the newest word first: of the replaced run's own inputs, of the meeting before, the rest."""
    replaced = records(kept.replaced[key]) if key in kept.replaced else []
    yield from (row for row in replaced if row[GIVEN_AT.name] == period.meeting)
    yield from records(kept.earlier[key]) if key in kept.earlier else []
    yield from (row for row in replaced if row[GIVEN_AT.name] != period.meeting)


def _from_before(register: _Register, older: Iterable[Entry], kept: Kept, period: Period) -> list[Entry]:
    """The older entries that nobody gave anew and that last until now."""
    key, found = register.key, []
    filed = _Register(key)
    for row in older:
        if register.find(row) is not None:
            continue
        if key != inspection.BONUS.key and filed.find(row) is not None:
            continue
        filed.add(row)
        fresh = row[GIVEN_AT.name] == period.meeting
        if fresh or _lasts(key, row, period.meeting, kept.since):
            found.append({**row, "layout": -1, "carried": CARRIED})
    return found


def _taken_back(row: Entry, arising: Sequence[Entry], period: Period) -> bool:
    """Whether a matter arose in the run that this one replaces, from words that have been taken back since."""
    number = row.get("number")
    fresh = arose(number) and row["file"] in ARISEN and row[GIVEN_AT.name] == period.meeting
    return fresh and number not in {entry["number"] for entry in arising}


def _with_arising(
    register: _Register, from_before: list[Entry], older: Sequence[Entry], arising: Sequence[Entry]
) -> list[Entry]:
    """The entries from before in the words that people last wrote, and those that arise now for the first time."""
    now = {str(entry["number"]): entry for entry in arising}
    known = {str(row.get("number")) for row in older}
    renewed = [_renewed(row, now.get(str(row.get("number")))) for row in from_before]
    new = [entry for number, entry in now.items() if number not in known and register.find(entry) is None]
    return [*renewed, *new]


def _renewed(row: Entry, now: Entry | None) -> Entry:
    """A matter that nobody but we entered, open, with the remark as it reads now."""
    if now is None or row["file"] not in ARISEN or row["state"] in MATTER_OVER or row["content"] == now["content"]:
        return row
    return {**row, "content": now["content"], "due": now["due"]}


def _lasts(key: str, row: Entry, meeting: date, since: date | None) -> bool:
    """Whether an entry of an earlier meeting still matters: open, closed since then, or a delay, lapsed or not.

    A delay that has lapsed stays the deadline (contract §6).
    """
    if key == waivers.DELAYS.key or still_open(key, row, meeting):
        return True
    if key == matters.SHEET.key and arose(row["number"]):
        return True  # what it arose from may still be carried along
    closed = as_day(row.get("closed_on"))
    return closed is not None and since is not None and closed > since


def still_open(key: str, row: Mapping[str, object], meeting: date) -> bool:
    """Whether an entry still counts at `meeting`: not closed, its date not past."""
    if key in _OVER:
        return row["state"] not in _OVER[key]
    day = as_day(row[_UNTIL[key]])
    return day is not None and day >= meeting


def _reopened(key: str, register: _Register, older: Iterable[Entry]) -> int:
    """How many entries this run gives as open that were closed before."""
    if key not in _OVER:
        return 0
    places = {register.find(row) for row in older if row["state"] in _OVER[key]} - {None}
    return sum(register.entries[place]["state"] not in _OVER[key] for place in places if place is not None)


# ── what is said


def _said_taken_over(taken_over: Mapping[str, int]) -> Iterator[str]:
    for book in OFFICE_BOOKS:
        counts = [(sheet.key, taken_over[sheet.key]) for sheet in book.sheets if taken_over[sheet.key]]
        if counts:
            named = "、".join(f"{_OPEN_WORDS[key]} {count} 条" for key, count in counts)
            yield f"{book.title}：沿用以前登记的{named}，本次没有重新给出。"


def _said_arisen(count: int) -> Iterator[str]:
    if count:
        yield f"议定事项：由领导批示和会议决定新形成 {count} 条，在各有关单位的“督办回复”里。"


def _said_reopened(count: int) -> Iterator[str]:
    if count:
        yield f"以前已销号或已办结的有 {count} 条这次又报为没有办完，按这次的计；如果用的是旧表，请换成最新的再运行。"


def _said_repeated(aside: Sequence[tuple[str, Entry, Entry]]) -> Iterator[str]:
    if aside:
        yield f"办公室的工作簿里同一条登记了两次的有 {len(aside)} 条，各只计一次（取进展最新的），见“未采用”。"


def _without(intake: Intake, aside: Sequence[tuple[str, Entry, Entry]]) -> Intake:
    """The intake with the repeated entries in 未采用, and those of 督查核查表 said."""
    if not aside:
        return intake
    lines = [_set_aside(key, row, twin) for key, row, twin in aside]
    frame = pd.DataFrame(lines, columns=list(SET_ASIDE.names), dtype=object)
    parts = [part for part in (intake.set_aside, frame) if len(part)]
    said = tuple(
        finding(
            GIVEN_TWICE,
            intake.layouts[int(str(row["layout"]))].place("", "found_on", int(str(row["row"]))),
            str(row["description"] or ""),
            twin=twin["file"],
            line=twin["row"],
            state=twin["state"] or "未整改",
        )
        for key, row, twin in aside
        if key == inspection.SHEET.key
    )
    together = pd.concat(parts, ignore_index=True).astype(object)
    return replace(intake, set_aside=together, findings=(*intake.findings, *said))


def _set_aside(key: str, row: Entry, twin: Entry) -> Entry:
    titles = {column.name: column.title for column in KEPT[key].columns}
    cells = [f"{titles[name]}：{row[name]}" for name in titles if name in row and not is_blank(row[name])]
    return {
        **{name: row[name] for name in ("unit", "file", "sheet", "row")},
        "reason": f"与“{twin['file']}”第 {twin['row']} 行是同一条，只计一次",
        "text": "；".join(cells[: -len((*PROVENANCE[1:4], GIVEN_AT.name))]),
    }


# ── what it means at the meeting


def to_keep(standing: Standing, plan: Plan) -> dict[str, pd.DataFrame]:
    """Sheet.key → what workbook 1 keeps of the entries, columns of `schemas.tables.KEPT`."""
    return {
        sheet.key: rows[_can_last(rows, sheet, plan)]
        .reindex(columns=list(KEPT[sheet.key].names))
        .reset_index(drop=True)
        for sheet in OFFICE
        for rows in (standing.rows[sheet.key],)
    }


def delays_in_force(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The entries of 延期事项 that count: each the own deadline (`until`) of its items in its dimension.

    One row = one unit × item, or × all its items where code and name are blank, × dimension. A delay that
    has lapsed stays the deadline (contract §6).
    """
    return rows[sound(rows, waivers.DELAYS, plan)].reset_index(drop=True)


def bonus_at(rows: pd.DataFrame, meeting: date, plan: Plan) -> Mapping[str, Fraction]:
    """Unit → its 加减分 at this meeting: the sum of its entries of that date (contract §4, §7)."""
    counted = rows[sound(rows, inspection.BONUS, plan) & (rows["meeting"] == meeting)]
    points: dict[str, Fraction] = {}
    for unit, value in zip(counted["unit"], counted["points"], strict=True):
        points[unit] = points.get(unit, Fraction(0)) + Fraction(str(value))
    return points
