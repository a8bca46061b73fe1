"""疑点: what a return's own rows give reason to doubt; shown beside the lights, never changing them.

Pure functions over frames, used by the checks (each suspicion is a 警示 for the unit) and by the
matrix (its column 疑点). Source: contract §6.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

import pandas as pd

from pipeline.judge.missing import is_missing
from schemas.codes import item_part
from schemas.dimensions import DIMENSION_OF_QUESTION, INNER, NEEDED_STEPS, OUTSIDE, STEPS, Dimension
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import state_name
from schemas.words import INSPECTION_OVER, State, Suspicion

_OPEN = (State.MOVING, State.NOT_DONE)
_IN_HALL = ("大厅", "线上")
BEYOND_LIST = "清单外审批"


def open_inspections(inspections: pd.DataFrame, meeting: date) -> pd.DataFrame:
    """The inspection rows that are open at `meeting`: found by then, neither 已销号 nor 已撤销 (contract §7).

    A state that is blank or unreadable counts as open, since nobody closed it; a date that is blank or
    unreadable cannot be placed before the meeting and does not count: it is a finding for the office.
    """
    found = inspections["found_on"].map(lambda day: isinstance(day, date) and day <= meeting).astype(bool)
    return inspections[found & ~inspections["state"].isin(INSPECTION_OVER)]


def open_kinds(inspections: pd.DataFrame, meeting: date) -> dict[str, frozenset[str]]:
    """Unit → the kinds of its open inspection findings."""
    open_rows = open_inspections(inspections, meeting)
    return {str(unit): frozenset(kinds.dropna()) for unit, kinds in open_rows.groupby("unit")["kind"]}


def suspicion_masks(
    items: pd.DataFrame, authorisations: pd.DataFrame, systems: pd.DataFrame, states: pd.DataFrame
) -> dict[Suspicion, pd.Series[bool]]:
    """Suspicion → the items it falls on; every mask is aligned with `items`.

    items, authorisations, systems: one row = one row of that sheet, any units, with `unit`.
    states: `pipeline.judge.states.item_states(items, plan)`, aligned with `items`. Exempt items (all
    dimensions 不适用) are never suspect. A row of 授权 or 系统 that does not say what it is about
    (blank or unreadable name) may be any: then nothing is said to be missing in that unit.
    """
    bound = _bound(states)
    half_open = states[[state_name(d) for d in INNER]].isin(_OPEN).any(axis=1)
    outside = (items["step_review"] == OUTSIDE) | (items["step_decide"] == OUTSIDE)
    return {
        Suspicion.HOLLOW_PRESENCE: (states[state_name(Dimension.ITEM)] == State.DONE) & half_open,
        Suspicion.OUTSIDE_LOOP: bound & ~is_missing(items) & items["step_accept"].isin(_IN_HALL) & outside,
        Suspicion.AUTHORITY_WITHOUT_LETTER: _without_letter(items, authorisations, states),
        Suspicion.SYSTEM_UNREGISTERED: bound & ~is_missing(items) & _unregistered(items, systems),
    }


def item_suspicions(
    items: pd.DataFrame, authorisations: pd.DataFrame, systems: pd.DataFrame, states: pd.DataFrame
) -> pd.Series[str]:
    """The suspicions of every item as text, joined by 、 ("" for none); aligned with `items`."""
    return joined(suspicion_masks(items, authorisations, systems, states))


def joined(masks: Mapping[Any, pd.Series[bool]]) -> pd.Series[str]:
    """For every row, the words whose mask holds there, joined by 、; "" for none. Masks are aligned."""
    words = pd.Series("", index=next(iter(masks.values())).index, dtype=object)
    for word, mask in masks.items():
        longer = [f"{text}、{word}" if text else str(word) for text in words[mask]]
        words[mask] = pd.Series(longer, index=words.index[mask], dtype=object)
    return words


def _bound(states: pd.DataFrame) -> pd.Series[bool]:
    """True for the items that are not exempt as a whole."""
    return states[state_name(Dimension.ITEM)] != State.EXEMPT


def keys(rows: pd.DataFrame, name: str) -> pd.Series[str]:
    """Unit and cell in one text, for looking up within the unit; missing where the cell is blank.

    A code stands for its item: with or without the number of the 业务办理项 behind (contract §5).
    """
    cells = rows[name].astype(object)
    if name == "item_code":
        cells = cells.map(item_part).astype(object).where(lambda part: part.notna(), cells)
    return rows["unit"].astype(object) + "\n" + cells


def _without_letter(items: pd.DataFrame, authorisations: pd.DataFrame, states: pd.DataFrame) -> pd.Series[bool]:
    anonymous = authorisations[authorisations["item_name"].isna() & authorisations["item_code"].isna()]
    has_key = items["item_name"].notna() | items["item_code"].notna()
    listed = _among(items, authorisations, "item_code") | _among(items, authorisations, "item_name")
    authorised = states[state_name(Dimension.AUTHORITY)] == State.DONE
    return authorised & has_key & ~listed & ~items["unit"].isin(anonymous["unit"])


def _unregistered(items: pd.DataFrame, systems: pd.DataFrame) -> pd.Series[bool]:
    anonymous = systems[systems["system_name"].isna()]
    named = items["system_name"].notna()
    return named & ~_among(items, systems, "system_name") & ~items["unit"].isin(anonymous["unit"])


def _among(items: pd.DataFrame, others: pd.DataFrame, name: str) -> pd.Series[bool]:
    """Where an item's cell also stands in column `name` of its unit's rows in `others`."""
    return keys(items, name).isin(keys(others, name).dropna())


def self_check_contradictions(self_check: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """The good self-check answers that the unit's own rows, or an open inspection, contradict.

    self_check: one row = one row of that sheet, any units, with `unit`; evidence: `counter_evidence`.
    Returns unit, number (序号 as text), why; the index labels are those of the `self_check` rows.
    """
    good_answers = {(str(number), answer) for number, answer in GOOD_ANSWER.items()}
    rows = self_check[["unit", "number", "answer"]]
    found = [
        (label, unit, number, "，".join(kind.format(n) for kind, n in evidence[unit, number].items()))
        for label, unit, number, answer in rows.itertuples(name=None)
        if (number, answer) in good_answers and (unit, number) in evidence
    ]
    return _contradictions(found)


def _contradictions(found: list[tuple[object, str, str, str]]) -> pd.DataFrame:
    rows = [row[1:] for row in found]
    return pd.DataFrame(rows, index=[row[0] for row in found], columns=["unit", "number", "why"], dtype=object)


MISSING_KIND, UNLISTED_KIND = "漏报 {} 项", "封面的事项总数比“事项”表多 {} 项"
STEP_KIND, OUTSIDE_KIND = "“事项”表有 {} 项把环节模式要有的环节填成“无此环节”", "“事项”表有 {} 项的环节在厅外"
STAFF_KIND, BEYOND_KIND = "“人员”表有 {} 人未进驻", f"督查发现{BEYOND_LIST}，尚未销号"


def open_kind(dimension: Dimension) -> str:
    """Evidence that items are open in a dimension."""
    return f"“事项”表有 {{}} 项的{dimension}尚未到位"


#: (unit, question) → kind of evidence against a good answer, in words with {} for how many → how many.
Evidence = dict[tuple[str, str], dict[str, int]]


def counter_evidence(
    items: pd.DataFrame,
    staff: pd.DataFrame,
    open_inspections_by_unit: Mapping[str, Collection[str]],
    states: pd.DataFrame,
    unlisted: Mapping[str, int],
) -> Evidence:
    """What stands against a good answer to each question, whatever the answer is; as `self_check_contradictions`."""
    against: Evidence = {}

    def add(numbers: Collection[object], kind: str, counts: Mapping[str, int]) -> None:
        for unit, count in counts.items():
            for number in numbers:
                against.setdefault((unit, str(number)), {})[kind] = count

    for number, dimension in DIMENSION_OF_QUESTION.items():
        add((number,), open_kind(dimension), _count(items, states[state_name(dimension)].isin(_OPEN)))
    every = tuple(DIMENSION_OF_QUESTION)
    add(every, MISSING_KIND, _count(items, is_missing(items) & _bound(states)))
    add(every, UNLISTED_KIND, unlisted)
    add((6,), STEP_KIND, _count(items, lacks_a_step(items, states)))
    add((7,), STAFF_KIND, _count(staff, staff["present"] == "否"))
    add((8,), OUTSIDE_KIND, _count(items, is_outside(items, states)))
    beyond = [unit for unit, kinds in open_inspections_by_unit.items() if BEYOND_LIST in kinds]
    add((9,), BEYOND_KIND, dict.fromkeys(beyond, 1))
    return against


def is_outside(items: pd.DataFrame, states: pd.DataFrame) -> pd.Series[bool]:
    """Items with a step 厅外."""
    return (items[list(STEPS)] == OUTSIDE).any(axis=1) & _bound(states)


def lacks_a_step(items: pd.DataFrame, states: pd.DataFrame) -> pd.Series[bool]:
    """Items that say that a step which their 环节模式 needs does not exist; a 漏报 says nothing."""
    lacking = pd.concat([condition.mask(items) for condition in NEEDED_STEPS.values()], axis=1).any(axis=1)
    return lacking & ~is_missing(items) & _bound(states)


def _count(rows: pd.DataFrame, mask: pd.Series[bool]) -> dict[str, int]:
    return {str(unit): int(count) for unit, count in rows.loc[mask, "unit"].value_counts(sort=False).items()}
