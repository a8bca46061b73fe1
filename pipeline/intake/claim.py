"""Whose file is it, and which version counts (contract §7, §8).

Whose: the name on the cover, else the unit of the hidden sheet, else the file name. Which: the newest
usable file of this period; what it replaces is listed with what differs. Nothing is guessed: where
names contradict each other, or fit two units, a person decides (待认领).
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePosixPath

from pipeline.catalogue import RULES, finding
from pipeline.findings import Finding, Place
from pipeline.intake.find import Received, meant_office_file
from pipeline.intake.reading import Reading
from pipeline.intake.roster import Resolved, Roster
from pipeline.settings import meeting_date
from schemas.plan import Period, Unit
from schemas.returns import BY_KEY
from schemas.words import Verdict

_PERIOD = re.compile("[0-9]{1,4}")


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
        """Whether it reports anything: items, or a zero return that says so."""
        return self.item_rows > 0 or self.reading.cover.get("item_total") == 0


def claim_all(
    files: Sequence[tuple[Received, Reading]],
    roster: Roster,
    units: Mapping[str, Unit],
    period: Period | None,
    seen_before: Mapping[str, str],
) -> list[Claim]:
    """Decide on every readable file, in the order given.

    units: unit id → unit; period: None takes a file of any period for a current one;
    seen_before: sha256 → label of the period in which these very bytes were used.
    """
    claims: dict[str, Claim] = {}
    candidates: dict[str, list[_Candidate]] = {}
    for received, reading in files:
        decided = _identify(received, reading, roster, units)
        if isinstance(decided, Claim):
            claims[received.name] = decided
        else:
            candidates.setdefault(decided.unit, []).append(decided)
    for versions in candidates.values():
        for claim in _choose(versions, period, seen_before):
            claims[claim.received.name] = claim
    return [claims[received.name] for received, _ in files]


def _identify(received: Received, reading: Reading, roster: Roster, units: Mapping[str, Unit]) -> Claim | _Candidate:
    if reading.own_output:
        if meant_office_file(received.name):  # somebody's copy of the plan: perhaps the one that was edited
            return _renamed(received, reading)
        return _set_aside(received, reading, "WJ-056", Verdict.REJECTED, what=reading.own_output)
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


def _by_cover(
    received: Received, reading: Reading, typed: str, named: Resolved, hidden: str, on_file: Resolved
) -> Claim | _Candidate:
    """The cover names someone: it decides, unless the file name names another."""
    if named.unit and on_file.unit and named.unit != on_file.unit:
        words = {"inside": named.unit, "outside": on_file.unit}
        return _set_aside(received, reading, "WJ-050", Verdict.UNCLAIMED, value=typed, **words)
    if named.unit:
        borrowed = bool(hidden) and hidden != named.unit
        said = finding("WJ-057", Place(named.unit, received.name), hidden, unit=named.unit) if borrowed else None
        return _Candidate(received, reading, named.unit, (said,) if said else ())
    others = {hidden, on_file.unit} - {""}
    if len(others) == 1 and others <= set(named.suggestions):  # misspelled, and all else says the same
        (certain,) = others
        said = finding("WJ-058", Place(certain, received.name), typed, unit=certain)
        return _Candidate(received, reading, certain, (said,))
    return _unclaimed(received, reading, typed, named)


def _renamed(received: Received, reading: Reading) -> Claim:
    return _set_aside(received, reading, "WJ-059", Verdict.REJECTED, what=meant_office_file(received.name))


def _unclaimed(received: Received, reading: Reading, value: str, named: Resolved) -> Claim:
    if meant_office_file(received.name):
        return _renamed(received, reading)
    if named.candidates:
        between = "、".join(named.candidates)
        return _set_aside(received, reading, "WJ-051", Verdict.UNCLAIMED, value=value, candidates=between)
    near = f"，像是{'、'.join(named.suggestions)}" if named.suggestions else ""
    return _set_aside(received, reading, "WJ-052", Verdict.UNCLAIMED, value=value, suggestion=near)


def _choose(versions: list[_Candidate], period: Period | None, seen_before: Mapping[str, str]) -> list[Claim]:
    current, other = _split_by_period(_without_copies(versions), period, seen_before)
    copies = _copies(versions)
    if not current:
        verdict = Verdict.REJECTED
        return [*copies, *(_not_of_period(entry, period, verdict) for entry in other)]
    best = max(current, key=lambda entry: (entry.usable, *_age(entry)))
    claims = [Claim(best.received, best.reading, best.unit, Verdict.ADOPTED, "", best.findings)]
    for entry in current:
        if entry is not best:
            claims.append(_superseded(entry, best))
    claims.extend(_not_of_period(entry, period, Verdict.SUPERSEDED) for entry in other)
    return [*copies, *claims]


def _age(entry: _Candidate) -> tuple[date, int, str, str]:
    """填报日期, then period, then the time received: the later, the newer (contract §7)."""
    return (
        entry.filled_on or date.min,
        _period_of(entry.reading) or 0,
        entry.received.received_at,
        entry.received.name,
    )


def _without_copies(versions: Sequence[_Candidate]) -> list[_Candidate]:
    first: dict[str, _Candidate] = {}
    for entry in versions:
        first.setdefault(entry.received.sha256, entry)
    return list(first.values())


def _copies(versions: Sequence[_Candidate]) -> list[Claim]:
    kept = {entry.received.sha256: entry for entry in reversed(versions)}
    return [
        _set_aside(
            entry.received, entry.reading, "WJ-053", Verdict.SUPERSEDED, unit=entry.unit,
            winner=kept[entry.received.sha256].received.name, differs="内容完全相同",
        )
        for entry in versions
        if kept[entry.received.sha256] is not entry
    ]  # fmt: skip


def _split_by_period(
    versions: Iterable[_Candidate], period: Period | None, seen_before: Mapping[str, str]
) -> tuple[list[_Candidate], list[_Candidate]]:
    current: list[_Candidate] = []
    other: list[_Candidate] = []
    for entry in versions:
        (current if _is_current(entry, period, seen_before) else other).append(entry)
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


def _not_of_period(entry: _Candidate, period: Period | None, verdict: Verdict) -> Claim:
    number, filled_on = _period_of(entry.reading), entry.filled_on
    claim = _set_aside(
        entry.received,
        entry.reading,
        "WJ-054",
        verdict,
        unit=entry.unit,
        stated=f"第{number:02d}期" if number else "未写",
        filled_on=filled_on or "未写",
        period=period.label if period else "",
    )
    return replace(claim, of_another_period=True)


def _superseded(entry: _Candidate, best: _Candidate) -> Claim:
    claim = _set_aside(
        entry.received, entry.reading, "WJ-053", Verdict.SUPERSEDED, unit=entry.unit,
        winner=best.received.name, differs=_differences(entry, best),
    )  # fmt: skip
    if entry.item_rows <= best.item_rows or _age(entry) > _age(best):
        return claim
    worse = finding(
        "WJ-055", Place(best.unit, best.received.name), best.received.name,
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
    code: str,
    verdict: Verdict,
    *,
    unit: str = "",
    value: str = "",
    **words: object,
) -> Claim:
    said = finding(code, Place(unit, received.name), value or received.name, **words)
    reason = f"{said.problem}{received.arrival}"
    # What a replaced version said is of no further use to its unit; the file list tells it all.
    told = () if verdict is Verdict.SUPERSEDED or RULES[code].severity == "提示" else (said,)
    return Claim(received, reading, unit, verdict, reason, told)
