"""Correct returns have no finding; one known fault gives exactly its own finding at exactly its cell.

YJBJ_FAULT_SEEDS=5000 tries more than the usual 700.
"""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from schemas.returns import COVER, OFFICE, TABLES
from tests.faults import Fault, families
from tests.own_faults import OFFICE_OWN, OWN
from tests.sent import FIRST_ROW, UNITS, OfficeBook, Sent, before, findings_of, sent, taken_in

SEEDS = int(os.environ.get("YJBJ_FAULT_SEEDS", "700"))
FAULTS: dict[str, Fault] = dict(families((COVER, *(sheet for sheet in TABLES if not sheet.optional)))) | OWN
NAMES = sorted(FAULTS)


@dataclass(frozen=True)
class Case:
    """One fault in one unit's return, and what must be found: unit, code, tab, cell."""

    seed: int
    name: str
    spoilt: Sent
    expected: frozenset[tuple[str, str, str, str]]


def test_correct_returns_have_no_finding_at_all():
    intake = taken_in([sent(unit) for unit in UNITS])
    assert findings_of(intake, before()) == []
    assert findings_of(intake) == []


def test_one_fault_one_finding():
    wrong = [line for batch in batches(range(SEEDS)) for line in differences(batch)]
    assert wrong == [], "\n".join(["", *wrong])


def test_every_fault_is_tried():
    assert len(NAMES) <= SEEDS


def test_one_fault_one_finding_in_the_offices_own_workbooks():
    """A workbook a fault, all in one run: they may lie in any number of folders."""
    books, expected = [OfficeBook(sheet, "没有错") for sheet in OFFICE], Counter()
    for sheet in OFFICE:
        for seed, (name, fault) in enumerate((*families((sheet,)), *_own_of(sheet.prefix))):
            book = OfficeBook(sheet, name.replace("/", ""))
            found = fault(book, Random(seed), book)
            books.append(book)
            expected.update((book.file, *entry) for entry in found or ())
    findings = findings_of(taken_in([sent(UNITS[0]), *books]))
    got = Counter((entry.place.file, entry.code, entry.place.sheet, entry.place.cell) for entry in findings)
    assert (got - expected, expected - got) == (Counter(), Counter())


def test_of_two_equal_rows_below_another_with_their_code_the_right_one_is_named():
    """And rows without code and name beside them harm nothing."""
    spoilt = sent(UNITS[0])
    first, *_ = spoilt.rows("items")
    last = len(spoilt.rows("items"))
    for row in (last, last + 1):
        for name, value in (first | {"item_name": "同一编码的另一行"}).items():
            spoilt.put("items", row, name, value)
    for row in (3, 4):
        spoilt.put("items", row, "item_code", None)
        spoilt.put("items", row, "item_name", None)
    said = {entry.code: (entry.place.cell, entry.problem) for entry in findings_of(taken_in([spoilt]))}
    assert said["SX-045"][0] == f"A{FIRST_ROW + last}"
    assert said["SX-044"] == (
        f"A{FIRST_ROW + last + 1}",
        f"这一行与第 {FIRST_ROW + last} 行完全相同，只采用第 {FIRST_ROW + last} 行",
    )


def _own_of(prefix: str) -> list[tuple[str, Fault]]:
    return [(name, fault) for name, fault in OFFICE_OWN.items() if name.startswith(prefix)]


def batches(seeds: Sequence[int]) -> Iterator[list[Case]]:
    """The faults of all seeds, at most one a unit, as many at a time as find a unit."""
    waiting = list(seeds)
    while waiting:
        free, batch, postponed = set(UNITS), [], []
        for seed in waiting:
            case = placed(seed, free)
            batch += [case] if case else []
            postponed += [] if case else [seed]
        assert batch, f"no return has a place for {[NAMES[seed % len(NAMES)] for seed in postponed]}"
        yield batch
        waiting = postponed


def placed(seed: int, free: set[str]) -> Case | None:
    """The fault of a seed in one of the returns that are still free, which it then is no more; None: not now."""
    luck, name = Random(seed), NAMES[seed % len(NAMES)]
    candidates = sorted(free)
    luck.shuffle(candidates)
    between_units = name in ("KD-001", "KD-002", "KD-003", "WJ-050")
    for unit, partner in zip(candidates, [*candidates[1:], *candidates[:1]], strict=True):
        if between_units and partner == unit:
            return None
        spoilt, other = sent(unit), sent(partner)
        found = FAULTS[name](spoilt, luck, other)
        if found is not None:
            free -= {unit, partner} if between_units else {unit}
            return Case(seed, name, spoilt, frozenset(_whose(unit, *entry) for entry in found))
    return None


def _whose(unit: str, code: str, tab: str, cell: str) -> tuple[str, str, str, str]:
    """What is found at another unit has its name in front of the tab."""
    other, _, own_tab = tab.rpartition("：")
    return other or unit, code, own_tab, cell


def differences(batch: Sequence[Case]) -> list[str]:
    """What was found and should not have been, or the other way round, one line a case."""
    spoilt = {case.spoilt.unit: case.spoilt for case in batch}
    returns = [spoilt.get(unit) or sent(unit) for unit in UNITS]
    unit_of_file = {entry.file: entry.unit for entry in returns}
    places = [(entry.code, entry.place) for entry in findings_of(taken_in(returns), before())]
    found = Counter((unit_of_file[place.file], code, place.sheet, place.cell) for code, place in places)
    lines = []
    for case in batch:
        mine = Counter({entry: times for entry, times in found.items() if entry[0] == case.spoilt.unit})
        mine += Counter({entry: found[entry] for entry in case.expected if entry not in mine})
        if mine != Counter(case.expected):
            extra, missing = mine - Counter(case.expected), Counter(case.expected) - mine
            lines.append(f"{case.seed} {case.name} {case.spoilt.unit}: found {dict(extra)}, not found {dict(missing)}")
    expected = {entry for case in batch for entry in case.expected}
    strangers = {entry for entry in found if entry not in expected and entry[0] not in spoilt}
    return [*lines, *(f"in a correct return: {entry}" for entry in sorted(strangers))]
