"""Whose file is it, is it a return at all, and which version counts (contract §7, §8).

A return holds one of our tables with a data row, or confirms that there is nothing to report; a note,
a budget sheet or a page that merely bears the unit's name is none, nor is the template as it was sent
out. Neither ever takes the place of what the unit reported.

Whose: the name on the cover, else the unit of the hidden sheet, else the file name. Which: the newest
usable file of this period, by its 填报日期, else by what the files say of themselves, which is always said;
what it replaces is listed with what differs. Nothing is guessed: where
names contradict each other, or fit two units, a person decides (待认领).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from pathlib import PurePosixPath

from pipeline.findings import DATE_DOUBTED, ERROR, NOTE, SEVERAL_VERSIONS, WARNING, Finding, Place, Rule, finding, rule
from pipeline.intake.find import Received, meant_office_file
from pipeline.intake.reading import Reading
from pipeline.intake.roster import Resolved, Roster
from pipeline.intake.saved import number_of_name, standing_of_name, word_of_name
from pipeline.records import meeting_date
from schemas.plan import Period, Unit
from schemas.returns import BY_KEY, COVER
from schemas.words import Verdict

_PERIOD = re.compile("[0-9]{1,4}")
BEIJING = timedelta(hours=8)
ITEMS = BY_KEY["items"]
#: Of an item, what the plan knows and the first template is filled in with (contract §4).
PLANNED = frozenset(("item_code", "item_name", "item_type", "handling"))
#: Of the cover we write who fills it in as well, from the second period on: that alone shows no hand of the unit.
_ANSWERED_ANEW = [
    column.name for column in COVER.columns if not column.prefilled and column.name not in ("filled_by", "phone")
]
_FEWEST_ANSWERS = 2  # on a cover; a lone 单位 or 日期 stands over any page
_HEADERS_SHARE = 3  # a table of ours has a third of the columns that it must have


@dataclass(frozen=True)
class Claim:
    """One file received, and what became of it. `reason` is printed beside the verdict."""

    received: Received
    reading: Reading | None
    unit: str
    verdict: Verdict
    reason: str
    findings: tuple[Finding, ...] = ()
    of_another_period: bool = False
    late: bool = False  # sent for the meeting before, which was closed without it

    @property
    def filled_on(self) -> date | None:
        """填报日期 on the cover, where it can be read."""
        value = self.reading.cover.get("filled_on") if self.reading else None
        return value if isinstance(value, date) else None

    @property
    def period(self) -> int | None:
        """期次 on the cover, else on the hidden sheet, where it can be read."""
        return _period_of(self.reading) if self.reading else None

    @property
    def meeting(self) -> date | None:
        """会议日期 on the cover, else on the hidden sheet, where it can be read."""
        return _meeting_of(self.reading) if self.reading else None


@dataclass(frozen=True)
class Closed:
    """The meeting before, which takes no return any more: what was never sent to it in time counts now (contract §7).

    received: sha256 of every file that lay in inputs then, whatever became of it.
    """

    number: int
    meeting: date
    received: frozenset[str]

    def missed(self, entry: "_Candidate") -> bool:
        """Whether the file was made for that meeting and came too late for it."""
        number, meeting = _period_of(entry.reading), _meeting_of(entry.reading)
        of_it = number == self.number or (number is None and meeting == self.meeting)
        return of_it and entry.received.sha256 not in self.received


@dataclass(frozen=True)
class _When:
    """By what a file is told to be of this period; fields as in `claim_all`."""

    period: Period | None
    seen_before: Mapping[str, str]
    closed: Closed | None = None

    def is_current(self, entry: "_Candidate") -> bool:
        """Whether the file counts at this meeting."""
        return self.is_late(entry) or _is_current(entry, self.period, self.seen_before)

    def is_late(self, entry: "_Candidate") -> bool:
        """Whether it counts only because the meeting before was closed without it."""
        if self.closed is None or not self.closed.missed(entry):
            return False
        return not _is_current(entry, self.period, self.seen_before)


@dataclass(frozen=True)
class _Candidate:
    """A readable file whose unit is known."""

    received: Received
    reading: Reading
    unit: str
    findings: tuple[Finding, ...] = field(default=())

    @property
    def filled_on(self) -> date | None:
        value = self.reading.cover.get("filled_on")
        return value if isinstance(value, date) else None

    @property
    def item_rows(self) -> int:
        return _rows_in(self.reading, "items")

    @property
    def usable(self) -> bool:
        """Whether it reports on items: some, or that there is none."""
        return self.item_rows > 0 or _is_zero_return(self.reading)


def claim_all(
    files: Sequence[tuple[Received, Reading]],
    roster: Roster,
    units: Mapping[str, Unit],
    period: Period | None,
    seen_before: Mapping[str, str],
    closed: Closed | None = None,
) -> list[Claim]:
    """Decide on every readable file, in the order given.

    units: unit id → unit; period: None takes a file of any period for a current one; seen_before: sha256 →
    label of the period in which these very bytes were used; closed: the meeting before, where it is closed.
    A file that an earlier run for this meeting kept is left out where inputs holds a return of its unit.
    """
    when = _When(period, seen_before, closed)
    claims: dict[str, Claim] = {}
    candidates: dict[str, list[_Candidate]] = {}
    for received, reading in files:
        decided = _no_return(_identify(received, reading, roster, units))
        if isinstance(decided, Claim):
            claims[received.name] = decided
        else:
            candidates.setdefault(decided.unit, []).append(decided)
    for versions in candidates.values():
        for claim in _choose(_before_kept(versions, when), when):
            claims[claim.received.name] = claim
    return [claims[received.name] for received, _ in files if received.name in claims]


def _before_kept(versions: list[_Candidate], when: _When) -> list[_Candidate]:
    """What lies in inputs alone, where that is of use: a person may have taken the newer one away on purpose."""
    lying = [entry for entry in versions if not entry.received.kept]
    return lying if any(entry.usable and when.is_current(entry) for entry in lying) else versions


OWN_OUTPUT = rule(
    "WJ-056",
    NOTE,
    title="本程序写出的工作簿",
    problem="这是本程序写出的“{what}”，不是来件",
    remedy="不用处理；请从 inputs 移走",
    example="3-红黄绿督办台账_第03期.xlsx",
)
NO_RETURN = rule(
    "WJ-060",
    WARNING,
    title="不是填报表",
    problem="{what}，也没有确认零报告（事项总数填 0），不作为来件",
    remedy="请把内容填入专班办公室下发的填报表后报送；只是随附的材料，不用处理",
    example="区司法局经费预算表.xlsx",
)
BLANK_TEMPLATE = rule(
    "WJ-061",
    WARNING,
    title="空白填报表",
    problem="空白填报表：封面的填报日期、事项总数等由单位填写的内容都没有填，不作为来件",
    remedy="请填好封面和各表后重新报送；内容与上期相同的，也请填写封面",
    example="刚下发的填报表.xlsx",
)


def _no_return(decided: Claim | _Candidate) -> Claim | _Candidate:
    """The file as it was decided on, or 拒收 where nothing of a return is in it, whoever sent it."""
    reading = decided.reading
    if isinstance(decided, Claim) and decided.verdict is not Verdict.UNCLAIMED:
        return decided
    if reading is None or (reports_anything(reading) and not _is_as_sent_out(reading)):
        return decided
    if _is_as_sent_out(reading):
        return _set_aside(decided.received, reading, BLANK_TEMPLATE, Verdict.REJECTED, unit=decided.unit)
    what = "没有填写一行内容" if reading.tables or reading.hidden else "里面没有填报表的任何一张表"
    return _set_aside(decided.received, reading, NO_RETURN, Verdict.REJECTED, unit=decided.unit, what=what)


def reports_anything(reading: Reading) -> bool:
    """Whether it is a return: rows of items, rows of any table beside a cover, or a zero return that says so.

    A list of telephones or of powers shares a few headers with a table of ours and is none; what we
    wrote into the template ourselves (the nine questions) is no row of the unit's.
    """
    if _is_zero_return(reading) or _has_entries(reading, ITEMS.key):
        return True
    is_ours = bool(reading.hidden) or sum(value is not None for value in reading.cover.values()) >= _FEWEST_ANSWERS
    return is_ours and any(_has_entries(reading, key) for key in reading.tables)


def _is_zero_return(reading: Reading) -> bool:
    total = reading.cover.get("item_total")
    return total == 0 and not isinstance(total, bool)


def _has_entries(reading: Reading, key: str) -> bool:
    sheet = BY_KEY[key]
    required = {column.name for column in sheet.columns if column.required}
    own = [at for at, column in enumerate(sheet.columns) if not column.prefilled]
    for block in reading.tables.get(key, ()):
        found = len(required & set(block.layout.letters))
        if found * _HEADERS_SHARE >= len(required) and any(
            row[at] is not None for row in block.rows for at in own if at < len(row)
        ):
            return True
    return False


def _is_as_sent_out(reading: Reading) -> bool:
    """Our own template of which the unit has answered nothing, whatever we had written into it beforehand.

    From the second period on its tables hold what the unit last reported, so that the cover alone tells; a cover
    that is not there tells nothing.
    """
    if (
        not reading.hidden
        or reading.cover_layout is None
        or any(reading.cover.get(name) is not None for name in _ANSWERED_ANEW)
    ):
        return False
    number = _period_of(reading) or 1
    return number > 1 or not any(_beyond_what_is_planned(reading, key) for key in reading.tables)


def _beyond_what_is_planned(reading: Reading, key: str) -> bool:
    sheet = BY_KEY[key]
    ours = {column.name for column in sheet.columns if column.prefilled} | (PLANNED if key == ITEMS.key else set())
    own = [at for at, name in enumerate(sheet.names) if name not in ours]
    return any(row[at] is not None for block in reading.tables[key] for row in block.rows for at in own)


def _identify(received: Received, reading: Reading, roster: Roster, units: Mapping[str, Unit]) -> Claim | _Candidate:
    if reading.own_output:
        if meant_office_file(received.name):  # somebody's copy of the plan: perhaps the one that was edited
            return _renamed(received, reading)
        return _set_aside(received, reading, OWN_OUTPUT, Verdict.REJECTED, what=reading.own_output)
    hidden = units.get(reading.hidden.get("单位编号", ""))
    on_file = roster.find_in(PurePosixPath(received.name).stem)
    typed = str(reading.cover.get("unit") or "")
    if typed:
        return _by_cover(received, reading, typed, roster.resolve(typed), hidden.name if hidden else "", on_file)
    if hidden:
        return _Candidate(received, reading, hidden.name)
    if on_file.unit:
        return _Candidate(received, reading, on_file.unit)
    return _unclaimed(received, reading, received.name, on_file)


TWO_UNITS_NAMED = rule(
    "WJ-050",
    ERROR,
    title="单位不一致",
    problem="封面填的是{inside}，文件名却是{outside}，不能确定是哪家的来件",
    remedy="请核实后把封面和文件名改成同一单位，再放进 inputs 重新运行",
    example="区司法局.xlsx 里填着区财政局",
)
FORM_OF_ANOTHER = rule(
    "WJ-057",
    WARNING,
    title="用了别家的填报表",
    problem="封面填的是{unit}，但这份填报表原是发给{value}的",
    remedy="请核实确是{unit}的情况；今后请用发给本单位的填报表",
    example="在区财政局的表上改成区司法局",
)
MISSPELT_UNIT = rule(
    "WJ-058",
    WARNING,
    title="单位名称写错",
    problem="封面填的“{value}”不是成员单位的名称；填报表和文件名都是{unit}的，已按{unit}处理",
    remedy="请在封面写明单位规范简称",
    example="区司法据",
)


def _by_cover(
    received: Received, reading: Reading, typed: str, named: Resolved, hidden: str, on_file: Resolved
) -> Claim | _Candidate:
    """The cover names someone: it decides, unless the file name names another."""
    if named.unit and on_file.unit and named.unit != on_file.unit:
        words = {"inside": named.unit, "outside": on_file.unit}
        return _set_aside(received, reading, TWO_UNITS_NAMED, Verdict.UNCLAIMED, value=typed, **words)
    if named.unit:
        borrowed = bool(hidden) and hidden != named.unit
        said = finding(FORM_OF_ANOTHER, Place(named.unit, received.name), hidden, unit=named.unit) if borrowed else None
        return _Candidate(received, reading, named.unit, (said,) if said else ())
    others = {hidden, on_file.unit} - {""}
    if len(others) == 1 and others <= set(named.suggestions):  # misspelled, and all else says the same
        (certain,) = others
        said = finding(MISSPELT_UNIT, Place(certain, received.name), typed, unit=certain)
        return _Candidate(received, reading, certain, (said,))
    return _unclaimed(received, reading, typed, named)


RENAMED_OFFICE_BOOK = rule(
    "WJ-059",
    ERROR,
    title="办公室的工作簿改了名字",
    problem="这像是专班办公室的“{what}”，但文件名不对，没有采用",
    remedy="确要采用的，请把文件名改为“{what}”后重新运行；不用的请从 inputs 移走",
    example="督查核查表(1).xlsx",
)


def _renamed(received: Received, reading: Reading) -> Claim:
    return _set_aside(received, reading, RENAMED_OFFICE_BOOK, Verdict.REJECTED, what=meant_office_file(received.name))


AMBIGUOUS_UNIT = rule(
    "WJ-051",
    ERROR,
    title="单位简称有歧义",
    problem="“{value}”可能是{candidates}，不能确定是哪家的来件",
    remedy="请在封面写明单位规范简称，再放进 inputs 重新运行",
    example="石龙分局",
)
UNKNOWN_UNIT = rule(
    "WJ-052",
    ERROR,
    title="认不出单位",
    problem="认不出是哪家单位的来件（{value}）{suggestion}",
    remedy="请在封面写明单位规范简称；确是成员单位的别名，请补进《工作方案.xlsx》的“别名”表",
    example="封面空白.xlsx",
)


def _unclaimed(received: Received, reading: Reading, value: str, named: Resolved) -> Claim:
    if meant_office_file(received.name):
        return _renamed(received, reading)
    if named.candidates:
        between = "、".join(named.candidates)
        return _set_aside(received, reading, AMBIGUOUS_UNIT, Verdict.UNCLAIMED, value=value, candidates=between)
    near = f"，像是{'、'.join(named.suggestions)}" if named.suggestions else ""
    return _set_aside(received, reading, UNKNOWN_UNIT, Verdict.UNCLAIMED, value=value, suggestion=near)


def _choose(versions: list[_Candidate], when: _When) -> list[Claim]:
    current, other = _split_by_period(_without_copies(versions), when)
    copies = _copies(versions)
    if not current:
        verdict = Verdict.REJECTED
        return [*copies, *(_not_of_period(entry, when.period, verdict) for entry in other)]
    best = max(current, key=_rank)
    said = _by_less_than_its_date(best, current)
    doubted = _saved_too_late(best, when.period)
    findings = (*best.findings, *filter(None, (said, doubted)))
    why = said.problem if said else ""
    late = when.is_late(best)
    claims = [Claim(best.received, best.reading, best.unit, Verdict.ADOPTED, why, findings, late=late)]
    for entry in current:
        if entry is not best:
            claims.append(_superseded(entry, best))
    claims.extend(_not_of_period(entry, when.period, Verdict.SUPERSEDED) for entry in other)
    return [*copies, *claims]


def _rank(entry: _Candidate) -> tuple[object, ...]:
    """The greatest counts: by 填报日期 (contract §7), then by what the files say of themselves.

    Neither the order of the files nor when they were copied plays a part.
    """
    return (entry.usable, entry.filled_on or date.min, *_weak_rank(entry))


def _weak_rank(entry: _Candidate) -> tuple[object, ...]:
    """What decides between versions of one 填报日期; every choice by it is said."""
    name = entry.received.name
    return (
        standing_of_name(name),
        entry.reading.saved,
        number_of_name(name),
        _period_of(entry.reading) or 0,
        entry.item_rows,
        entry.received.sha256,
    )


def _by_less_than_its_date(best: _Candidate, current: Sequence[_Candidate]) -> Finding | None:
    """A 警示 where another version has the same 填报日期 as the one that was chosen."""
    rivals = [
        entry
        for entry in current
        if entry is not best and (entry.usable, entry.filled_on) == (best.usable, best.filled_on)
    ]
    if not rivals:
        return None
    second = max(rivals, key=_rank)
    return finding(
        SEVERAL_VERSIONS,
        Place(best.unit, best.received.name),
        best.received.name,
        filled_on=best.filled_on or "未写",
        count=len(rivals) + 1,
        others="、".join(sorted(PurePosixPath(entry.received.name).name for entry in rivals)),
        ground=_ground(best, second),
    )


def _saved_too_late(entry: _Candidate, period: Period | None) -> Finding | None:
    """A 提示 where a return is on time by its 填报日期 and was last saved after the cut-off (contract §6).

    What our own template was stamped with, midnight of its meeting, says nothing.
    """
    saved = entry.reading.saved
    if not saved or period is None or entry.filled_on is None or entry.filled_on > period.cutoff:
        return None
    moment = datetime.fromisoformat(saved)
    if moment == datetime.combine(period.meeting, time()) or (moment + BEIJING).date() <= period.cutoff:
        return None
    place = Place(entry.unit, entry.received.name)
    if entry.reading.cover_layout is not None:
        place = replace(entry.reading.cover_layout.place(entry.unit, "filled_on", 0), file=entry.received.name)
    return finding(DATE_DOUBTED, place, str(entry.filled_on), cutoff=period.cutoff, saved=_in_beijing(saved))


def _ground(best: _Candidate, second: _Candidate) -> str:
    """Why the one and not the other, in words."""
    names = (best.received.name, second.received.name)
    standings = [standing_of_name(name) for name in names]
    if standings[0] != standings[1]:
        at = 0 if standings[0] > 0 else 1
        return f"“{PurePosixPath(names[at]).name}”文件名有“{word_of_name(names[at])}”"
    if best.reading.saved != second.reading.saved:
        return f"最后保存时间较晚（{_in_beijing(best.reading.saved)}）"
    numbers = [number_of_name(name) for name in names]
    return "文件名的编号较大" if numbers[0] != numbers[1] else "看不出先后"


def _in_beijing(saved: str) -> str:
    return f"{datetime.fromisoformat(saved) + BEIJING:%Y-%m-%d %H:%M}" if saved else "没有记载"


def _without_copies(versions: Sequence[_Candidate]) -> list[_Candidate]:
    return list(_kept_of_copies(versions).values())


def _kept_of_copies(versions: Sequence[_Candidate]) -> dict[str, _Candidate]:
    """sha256 → of files that are the same byte for byte, the one that stands for all."""
    kept: dict[str, _Candidate] = {}
    for entry in sorted(versions, key=lambda entry: (-standing_of_name(entry.received.name), entry.received.name)):
        kept.setdefault(entry.received.sha256, entry)
    return kept


REPLACED = rule(
    "WJ-053",
    NOTE,
    title="已被替代",
    problem="由“{winner}”替代（{differs}）",
    remedy="不用处理；如应采用本文件，请从 inputs 移走另一份后重新运行",
    example="区司法局(1).xlsx",
)


def _copies(versions: Sequence[_Candidate]) -> list[Claim]:
    kept = _kept_of_copies(versions)
    return [
        _set_aside(
            entry.received, entry.reading, REPLACED, Verdict.SUPERSEDED, unit=entry.unit,
            winner=kept[entry.received.sha256].received.name, differs="内容完全相同",
        )
        for entry in versions
        if kept[entry.received.sha256] is not entry
    ]  # fmt: skip


def _split_by_period(versions: Iterable[_Candidate], when: _When) -> tuple[list[_Candidate], list[_Candidate]]:
    current: list[_Candidate] = []
    other: list[_Candidate] = []
    for entry in versions:
        (current if when.is_current(entry) else other).append(entry)
    return current, other


def _is_current(entry: _Candidate, period: Period | None, seen_before: Mapping[str, str]) -> bool:
    if period is None:
        return True
    number, filled_on = _period_of(entry.reading), entry.filled_on
    if number == period.number:
        return True
    if filled_on is None:
        # Neither on the cover: new unless the very same bytes were used in an earlier period.
        return number is None and entry.received.sha256 not in seen_before
    if number is not None and number > period.number and filled_on > period.meeting:
        return False  # an earlier meeting is run again, and this file was sent for a later one
    return period.previous_meeting is None or filled_on > period.previous_meeting


OTHER_PERIOD = rule(
    "WJ-054",
    NOTE,
    title="不是本期来件",
    problem="不是{period}的来件（期次{stated}，填报日期{filled_on}）",
    remedy="不用处理；如确是本期来件，请改正封面的期次和填报日期后重报",
    example="上一期的填报表",
)


def _not_of_period(entry: _Candidate, period: Period | None, verdict: Verdict) -> Claim:
    number, filled_on = _period_of(entry.reading), entry.filled_on
    claim = _set_aside(
        entry.received,
        entry.reading,
        OTHER_PERIOD,
        verdict,
        unit=entry.unit,
        stated=f"第{number:02d}期" if number else "未写",
        filled_on=filled_on or "未写",
        period=period.label if period else "",
    )
    return replace(claim, of_another_period=True)


FEWER_ITEMS = rule(
    "WJ-055",
    WARNING,
    title="后报的比先报的少",
    problem="后报的“{value}”只有 {after_rows} 个事项，先报的“{older}”有 {before} 个；已采用后报的",
    remedy="请核实事项是否漏填；如应采用先报的，请从 inputs 移走后报的一份后重新运行",
    example="40 个事项变成 3 个",
)


def _superseded(entry: _Candidate, best: _Candidate) -> Claim:
    claim = _set_aside(
        entry.received, entry.reading, REPLACED, Verdict.SUPERSEDED, unit=entry.unit,
        winner=best.received.name, differs=_differences(entry, best),
    )  # fmt: skip
    if entry.item_rows <= best.item_rows or _rank(entry) > _rank(best):
        return claim
    worse = finding(
        FEWER_ITEMS, Place(best.unit, best.received.name), best.received.name,
        older=entry.received.name, before=entry.item_rows, after_rows=best.item_rows,
    )  # fmt: skip
    return Claim(**{**vars(claim), "findings": (*claim.findings, worse)})


def _differences(older: _Candidate, newer: _Candidate) -> str:
    parts = []
    if older.filled_on != newer.filled_on:
        parts.append(f"填报日期 {older.filled_on or '未写'}→{newer.filled_on or '未写'}")
    for key, sheet in BY_KEY.items():
        before, after = _row_counts(older.reading, key), _row_counts(newer.reading, key)
        changed = sum((before - after).values()), sum((after - before).values())
        if any(changed):
            parts.append(f"“{sheet.name}”{before.total()}→{after.total()} 行，其中 {max(changed)} 行不同")
    return "；".join(parts) or "各表内容相同"


def _row_counts(reading: Reading, key: str) -> Counter[str]:
    return Counter(repr(row) for block in reading.tables.get(key, ()) for row in block.rows)


def _rows_in(reading: Reading, key: str) -> int:
    return sum(len(block.rows) for block in reading.tables.get(key, ()))


def _period_of(reading: Reading) -> int | None:
    value = reading.cover.get("period")
    if isinstance(value, int):
        return value
    hidden = reading.hidden.get("期次", "")
    return int(hidden) if _PERIOD.fullmatch(hidden) else None


def _meeting_of(reading: Reading) -> date | None:
    value = reading.cover.get("meeting")
    return value if isinstance(value, date) else meeting_date(reading.hidden.get("会议日期", ""))


def _set_aside(
    received: Received,
    reading: Reading,
    rule: Rule,
    verdict: Verdict,
    *,
    unit: str = "",
    value: str = "",
    **words: object,
) -> Claim:
    said = finding(rule, Place(unit, received.name), value or received.name, **words)
    # What a replaced version said is of no further use to its unit; the file list tells it all.
    told = () if verdict is Verdict.SUPERSEDED or rule.severity is NOTE else (said,)
    return Claim(received, reading, unit, verdict, said.problem, told)
