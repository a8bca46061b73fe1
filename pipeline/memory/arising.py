"""Matters that arise by themselves from what people wrote into our workbooks (contract §4, 督办回复).

A leader's remark beside a row of the ledger, and what a meeting decided about a unit. Their numbers follow from the
row and the meeting, so that a rerun finds the same ones and nothing arises twice; what the office says of one of
them in 议定事项.xlsx holds from then on.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

import pandas as pd

from pipeline.intake.dates import How, parse_date
from pipeline.judge.lasting import LEDGER, SCORES, Entry
from pipeline.judge.lists import WHOLE_UNIT
from pipeline.judge.remarks import SEPARATOR, scope_of
from pipeline.memory.state import Memory
from pipeline.records import Kept, Previous
from schemas.figures import is_blank
from schemas.plan import Period, Plan
from schemas.private import fit_to_circulate
from schemas.returns.matters import DECIDED_PREFIX, REMARK_PREFIX, SHEET
from schemas.tables import GIVEN_AT, PROBLEM_LEDGER, RED_LIST, SCORE_BOOK
from schemas.words import MATTER_OVER

#: What is decided or written at one meeting is due at the next (contract §4).
UNTIL_NEXT = timedelta(days=14)

_NUMERAL = "[0-9０-９一二三四五六七八九十〇○零]"
_DEADLINE = re.compile(
    rf"(?:(?:{_NUMERAL}{{4}}|{_NUMERAL}{{2}}|[今明本])年)?{_NUMERAL}{{1,3}}月"
    rf"(?:{_NUMERAL}{{1,3}}[日号]|[上中下]旬|[初中底末])"
    rf"|{_NUMERAL}{{4}}[-./年]{_NUMERAL}{{1,2}}[-./月]{_NUMERAL}{{1,2}}日?"
    r"|(?<![0-9.])[0-9]{1,2}\.[0-9]{1,2}(?=(?:之|以)?前)"
    r"|(?:今|本)?年底|(?:本|这个|当)?月底"
    r"|(?:本|这)(?:周|星期|礼拜)[一二三四五六日天]"
)
_BEFORE = re.compile("(之|以)?前|为限|截止")
_WEEKDAYS = "一二三四五六日"


_DECIDED = ("unit", "kind", "decision", "decided_note", "written_in")


@dataclass(frozen=True)
class Said:
    """What people wrote that matters arise from.

    remarks: rows of REMARKS_LOST, the ledger's. decisions: one row = one decided row of 表扬通报建议: unit, kind,
    decision, decided_note, written_in (label of the meeting's period).
    """

    remarks: pd.DataFrame
    decisions: pd.DataFrame


def deadline_in(text: str, agreed_on: date) -> date | None:
    """The day by which a remark wants something done, where it names one without a doubt; else None.

    A day without a year is the next one of that date after `agreed_on`; of several days the one before which
    (…前) something is wanted.

    >>> deadline_in("请于4月30日前办结", date(2023, 3, 31))
    datetime.date(2023, 4, 30)
    """
    found = [
        (day, bool(_BEFORE.match(text, at.end()))) for at in _DEADLINE.finditer(text) if (day := _day(at, agreed_on))
    ]
    wanted = {day for day, before in found if before} or {day for day, _ in found}
    return wanted.pop() if len(wanted) == 1 else None


def _day(found: re.Match[str], agreed_on: date) -> date | None:
    words = found[0]
    if words[-2] in "周期拜" and words[-1] in _WEEKDAYS + "天":
        return _in_this_week(words[-1], agreed_on)
    if words.endswith("月底") and not re.search(_NUMERAL, words):
        words = f"{agreed_on.year}年{agreed_on.month}月底"
    parsed = parse_date(words, year=agreed_on.year)
    day = parsed.value if parsed.how is not How.DOUBTFUL else None
    if day and day < agreed_on and "年" not in words and day.month + 9 <= agreed_on.month:
        day = parse_date(words, year=agreed_on.year + 1).value  # 1月10日 said in December
    return day if day and (day > agreed_on or (day == agreed_on and "月底" not in words)) else None


def _in_this_week(weekday: str, agreed_on: date) -> date | None:
    """That day of the meeting's week; None where it is not after the meeting, and so perhaps of the week of writing."""
    ahead = _WEEKDAYS.index("日" if weekday == "天" else weekday) - agreed_on.weekday()
    return agreed_on + timedelta(days=ahead) if ahead > 0 else None


def arising(memory: Memory, plan: Plan, period: Period) -> list[Entry]:
    """The matters that follow from what people wrote, columns of 议定事项; those known already among them.

    One that is closed arises again only where its row bears another remark since.
    """
    said, previous, known = _said(memory), memory.previous, _known(memory.kept)
    entries = [
        *_from_remarks(said.remarks, known, previous, plan, period),
        *_from_decisions(said, previous, plan, period),
    ]
    found: dict[str, Entry] = {}
    for entry in entries:
        found.setdefault(str(entry["number"]), entry)
    return list(found.values())


def _said(memory: Memory) -> Said:
    """What people wrote into the workbooks of earlier meetings, and into those that this run replaces."""
    words = memory.remarks
    of_scores = words["book"] == SCORE_BOOK
    decided = words[of_scores & words["decision"].notna()]
    keys = [[*str(key).split(SEPARATOR), "", ""][:2] for key in decided["key"]]
    named = decided.assign(unit=[unit for unit, _ in keys], kind=[kind for _, kind in keys])
    return Said(words[~of_scores], named[list(_DECIDED)])


def _known(kept: Kept) -> dict[str, Mapping[str, object]]:
    """Number → the matter as an earlier run kept it, the newest word."""
    frames = [frames[SHEET.key] for frames in (kept.earlier, kept.replaced) if SHEET.key in frames]
    records = [row for frame in frames for row in frame.to_dict("records")]
    return {str(row["number"]): {str(name): cell for name, cell in row.items()} for row in records}


# ── leaders' remarks


def _from_remarks(
    remarks: pd.DataFrame,
    known: Mapping[str, Mapping[str, object]],
    previous: Previous | None,
    plan: Plan,
    period: Period,
) -> Iterator[Entry]:
    owners = _owners(previous)
    rows = [row for row in remarks.to_dict("records") if not is_blank(row["leader_note"])]
    pending = []
    taken: set[str] = set()
    for row in rows:
        parts = _parts(str(row["sheet"]), str(row["key"]))
        unit = (
            owners.get((parts["unit"], parts.get("problem_number", "")))
            if row["sheet"] == PROBLEM_LEDGER.name
            else None
        )
        unit = unit if unit in plan.unit_by_name else parts["unit"]
        if unit in plan.unit_by_name:
            text = fit_to_circulate(str(row["leader_note"]).strip())
            number = _number_of(
                str(row["sheet"]),
                parts,
                plan.unit_by_name[parts["unit"]].id if parts["unit"] in plan.unit_by_name else "",
            )
            taken |= {name for name in known if name.split("#")[0] == number}
            pending.append((row, parts, unit, text, number))
    for row, parts, unit, text, number in pending:
        yield _remark(row, parts, unit, text, _settled(number, unit, text, known, taken), previous, period)


def _parts(sheet: str, key: str) -> dict[str, str]:
    columns = scope_of(sheet).columns
    return dict(zip(columns, (key.split(SEPARATOR) + [""] * len(columns))[: len(columns)], strict=True))


def _number_of(sheet: str, parts: Mapping[str, str], unit_id: str) -> str:
    key = SEPARATOR.join((scope_of(sheet).name, unit_id, *(text for name, text in parts.items() if name != "unit")))
    return f"{REMARK_PREFIX}{sha256(key.encode()).hexdigest()[:6].upper()}"


def _settled(number: str, unit: str, text: str, known: Mapping[str, Mapping[str, object]], taken: set[str]) -> str:
    """The number of the matter that a remark is: its row's, or, where that one is closed and said something else, the next.

    A row that has been renamed is told by its words.
    """
    if number not in known:
        moved = (
            name
            for name, row in known.items()
            if name.startswith(REMARK_PREFIX) and name not in taken and row["unit"] == unit and row["content"] == text
        )
        found = next(moved, None)
        if found:
            taken.add(found)
            return found
    candidate, turn = number, 1
    while candidate in known and known[candidate]["state"] in MATTER_OVER and known[candidate]["content"] != text:
        turn += 1
        candidate = f"{number}#{turn}"
    return candidate


def _remark(
    row: Mapping[object, object],
    parts: Mapping[str, str],
    unit: str,
    text: str,
    number: str,
    previous: Previous | None,
    period: Period,
) -> Entry:
    agreed_on = _meeting_of(str(row["written_in"]), previous, period)
    of_items = scope_of(str(row["sheet"])) == scope_of(RED_LIST.name)
    whole = not of_items or parts.get("item_name") == WHOLE_UNIT
    return _entry(
        number=number,
        agreed_on=agreed_on,
        source="领导批示",
        content=text,
        unit=unit,
        item_code=None if whole else parts.get("item_code") or None,
        item_name=None if whole else parts.get("item_name") or None,
        dimension=(parts.get("dimension") or None) if of_items else None,
        due=deadline_in(text, agreed_on) or agreed_on + UNTIL_NEXT,
        note=None if of_items else _about(str(row["label"] or "")),
        came_from=(LEDGER, str(row["sheet"])),
        period=period,
    )


def _about(label: str) -> str:
    return fit_to_circulate(label.replace(SEPARATOR, "　"))


def _owners(previous: Previous | None) -> dict[tuple[str, str], str]:
    """(who reported, 问题编号) → who must solve it."""
    if previous is None:
        return {}
    rows = previous.tables["problems"]
    cells = zip(rows["unit"], rows["problem_number"], rows["owner_unit"], strict=True)
    return {(unit, str(number)): owner for unit, number, owner in cells if not is_blank(owner)}


def _meeting_of(label: str, previous: Previous | None, period: Period) -> date:
    """The meeting in whose workbook something was written."""
    if label == period.label or previous is None:
        return period.meeting
    held: dict[str, date] = {
        f"第{number:02d}期": day
        for number, day in zip(previous.history["period"], previous.history["meeting"], strict=True)
        if isinstance(number, int)
    }
    return held.get(label, previous.meeting)


# ── what a meeting decided


@dataclass(frozen=True)
class _Consequence:
    """What follows when a meeting has decided so. source: of the matter; content: where nobody wrote a 备注."""

    prefix: str
    source: str
    content: str


_CONSEQUENCES = {
    "通报": _Consequence(DECIDED_PREFIX["通报"], "表态承诺", "就通报的问题作表态发言，并落实整改承诺"),
    "约谈": _Consequence(DECIDED_PREFIX["约谈"], "会议议定", "接受约谈，说明原因，明确整改措施和时限"),
    "督办": _Consequence(DECIDED_PREFIX["督办"], "督办任务", "按督办单逐项整改，并报告整改情况"),
}


def _from_decisions(said: Said, previous: Previous | None, plan: Plan, period: Period) -> Iterator[Entry]:
    for row in said.decisions.to_dict("records"):
        unit = plan.unit_by_name.get(str(row["unit"]))
        decided = [word for word in _CONSEQUENCES if word in str(row["decision"] or "")]
        for word in decided if unit else ():
            assert unit
            agreed_on = _meeting_of(str(row["written_in"]), previous, period)
            way = _CONSEQUENCES[word]
            note = "" if is_blank(row["decided_note"]) else fit_to_circulate(str(row["decided_note"]).strip())
            yield _entry(
                number=f"{way.prefix}{agreed_on:%y%m%d}-{unit.id}",
                agreed_on=agreed_on,
                source=way.source,
                content=f"{way.content}：{note}" if note else way.content,
                unit=unit.name,
                due=deadline_in(note, agreed_on) or agreed_on + UNTIL_NEXT,
                came_from=(SCORES, "表扬通报建议"),
                period=period,
            )


def _entry(*, came_from: Sequence[str], period: Period, **values: object) -> Entry:
    blank: Entry = dict.fromkeys(SHEET.names)
    file, sheet = came_from
    source: Entry = {"file": file, "sheet": sheet, "row": None, "layout": -1, "carried": ""}
    return {**source, **blank, "state": "办理中", **values, GIVEN_AT.name: period.meeting}
