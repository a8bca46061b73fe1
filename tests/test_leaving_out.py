"""Leaving out, relabelling and dropping: what never raises a score, and where it still does, what shows it.

The counterpart of tests/test_better.py: 120 units with spoilt returns that stood at the last meeting too, and each
of them with one row or cell less honest. Where a score still rises the contract wants it so (§5–§7); then the
office sees it, which is asserted here, and README names it.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random

import pytest

from pipeline.judge.changes import GONE_ROW
from tests.judge.matrix_rows import previous_of
from tests.test_better import PLAN, Rows, judged, spoilt

UNITS = replace(PLAN, units=PLAN.units[:120])
RANDOM = Random(5)
Move = Callable[[Rows], None]


def drop(key: str, *, told: bool = False) -> Move:
    """A row of a sheet left out; told: the cover counts one item less."""

    def move(rows: Rows) -> None:
        if rows[key]:
            rows[key].pop(RANDOM.randrange(len(rows[key])))
        if told:
            rows["cover"][0]["item_total"] = len(rows["items"])

    return move


def call(key: str = "items", **cells: object) -> Move:
    """A row called otherwise."""
    return lambda rows: RANDOM.choice(rows[key]).update(cells)


@pytest.fixture(scope="module")
def honest():
    """(returns, the last meeting, this one): the same returns twice, the cover counting every item."""
    returns = {unit.name: spoilt(RANDOM) for unit in UNITS.units}
    for rows in returns.values():
        rows["cover"][0]["item_total"] = len(rows["items"])
    first = judged(returns, None, UNITS)
    frames = {name: getattr(first, name) for name in ("matrix", "unit_dimensions", "history", "tables")}
    previous = previous_of(covers=first.merged.covers, **frames)
    return returns, previous, judged(returns, previous, UNITS)


def gamed(honest, move):
    """(the meeting with the move made by every unit, the units whose score rises, the parts through which)."""
    returns, previous, fair = honest
    made = deepcopy(returns)
    for rows in made.values():
        move(rows)
    result = judged(made, previous, UNITS)
    before = {s.unit: s.score for s in fair.standings}
    risen = [s.unit for s in result.standings if s.score > before[s.unit]]
    parts = {
        part
        for unit in risen
        for part in UNITS.part_weights
        if (result.shares[unit, part].value or 0) > (fair.shares[unit, part].value or 0)
    }
    return result, risen, parts


NEVER = {
    "an item": drop("items"),
    "an item, and the cover counts it no more": drop("items", told=True),
    "an authorisation": drop("authorisations"),
    "a system": drop("systems"),
    "a claim to the negative list without its number": call(negative_list="是", approval_number=None),
}


@pytest.mark.parametrize("move", NEVER.values(), ids=NEVER)
def test_never_raises_a_score(honest, move):
    _, risen, _ = gamed(honest, move)
    assert risen == []


@pytest.mark.parametrize("key", ["tasks", "problems", "contacts", "self_check"])
def test_a_row_with_an_error_left_out_raises_reporting_and_is_shown(honest, key):
    """报送 is of the rows that a return has (contract §7): a wrong row that is not there is none.

    What is not done stays 漏报 (KQ-006); any other row is on the slip as one that is gone.
    """
    result, risen, parts = gamed(honest, drop(key))
    assert parts <= {"报送"}
    assert set(risen) <= _gone(result) | {found.place.unit for found in result.found if found.code == "KQ-006"}


def _gone(result) -> set[str]:
    changed = result.cell_changes
    return set(changed.loc[changed["title"] == GONE_ROW, "unit"])


def test_a_person_not_moved_in_and_left_out_is_shown(honest):
    """No 漏报 of persons (contract §5): 自查 7 is no longer contradicted, and 报送 as above."""
    result, risen, parts = gamed(honest, drop("staff"))
    assert parts <= {"报送", "自查"}
    signs = result.to_verify
    contradicted = {u for u in risen if result.shares[u, "自查"].value > honest[2].shares[u, "自查"].value}
    assert contradicted <= set(signs.loc[signs["code"] == "XS-017", "unit"])
    assert set(risen) <= _gone(result)


RELABELLED = {
    "no authority needed": call(authority="无需授权"),
    "no system": call(system_state="无系统"),
    "no delivery": call(step_deliver="无此环节"),
    "no review and no decision": call(step_review="无此环节", step_decide="无此环节"),
    "exempt": call(negative_list="是", approval_number="平政〔2023〕1号"),
}


@pytest.mark.parametrize("move", RELABELLED.values(), ids=RELABELLED)
def test_what_is_called_otherwise_and_raises_a_score_is_shown(honest, move):
    """不适用 leaves both sums (contract §5, §7): it is said in the proposals, and a claim to the list in 需核实."""
    result, risen, _ = gamed(honest, move)
    assert set(risen) <= set(result.relabelled)


@pytest.mark.parametrize("cell", ["authority", "item_presence", "system_state"])
def test_a_cell_left_blank_contradicts_no_answer_and_is_an_error(honest, cell):
    """待核 does not contradict 自查 (contract §6); the blank cell itself is an 错误 and makes the light 黄."""
    result, risen, parts = gamed(honest, call(**{cell: None}))
    assert parts <= {"自查"}
    wrong = {found.place.unit for found in result.found if found.code == "SX-001"}
    assert set(risen) <= wrong
