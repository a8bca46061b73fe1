"""自查与督查对照: what an inspection found beside what the unit itself reports (contract §6, §7).

An open finding is contradicted when the unit's own report says good in the dimension of the finding,
or when its self-check answers the matching question well; a unit that itself admits 体外循环 or
两头受理 contradicts nothing. Findings about items that the unit does not list can only be compared
with the self-check.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

import pandas as pd

from pipeline.judge.lights import matched_items
from schemas.dimensions import DIMENSION_OF_INSPECTION, QUESTION_OF_INSPECTION, Dimension
from schemas.figures import as_day, is_blank, records
from schemas.returns.items import SHEET as ITEMS
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import COMPARISON, CONTRADICTIONS, state_name
from schemas.words import INSPECTION_OVER, State

CONTRADICTED, AGREED, INCOMPARABLE = "相互矛盾", "一致", "无法对照"
#: Kind of finding → the cell of 事项, of the same title, in which the unit itself answers 是 or 否.
_OWN_CELL = {ITEMS.titles[cell]: cell for d in Dimension if (cell := d.record.admitted)}

Answers = Mapping[tuple[str, int], str]


def compare(
    inspections: pd.DataFrame,
    items: pd.DataFrame,
    states: pd.DataFrame,
    self_check: pd.DataFrame,
    as_of: date,
) -> pd.DataFrame:
    """One row = one inspection finding of `as_of` or earlier, closed ones included: COMPARISON.

    inspections: rows of 督查核查表; items, states: one index, one row = one item in force;
    self_check: rows of 自查 in force (unit, number, answer).
    """
    answers = _answers(self_check)
    in_time = [(as_day(day) or as_of) <= as_of for day in inspections["found_on"]]
    known = inspections.loc[pd.Series(in_time, index=inspections.index, dtype=bool)]
    matched = matched_items(known, items)
    reported = items.join(states)
    rows = []
    for label, finding in zip(known.index, records(known), strict=True):
        concerned = records(reported.loc[matched[label]])
        rows.append(finding | _named(finding, concerned) | _compared(finding, concerned, answers))
    return pd.DataFrame(rows, columns=list(COMPARISON.names), dtype=object)


def _named(finding: Mapping[str, Any], items: list[dict[str, Any]]) -> dict[str, Any]:
    """Code and name of the item, as far as the finding leaves them out and the unit's row has them."""
    names = ("item_code", "item_name")
    return {name: items[0][name] for name in names if items and is_blank(finding[name])}


def _answers(self_check: pd.DataFrame) -> Answers:
    asked = zip(self_check["unit"], self_check["number"], self_check["answer"], strict=True)
    known = {str(number): number for number in GOOD_ANSWER}
    return {
        (unit, known[str(number)]): answer
        for unit, number, answer in asked
        if str(number) in known and not is_blank(answer)
    }


def _compared(finding: Mapping[str, Any], items: list[dict[str, Any]], answers: Answers) -> dict[str, str]:
    """`reported` and `verdict` of one finding about `items` (none, when the unit does not list it)."""
    said, good, admitted = _own_words(finding["kind"], items)
    number = QUESTION_OF_INSPECTION.get(finding["kind"], 0)
    answer = answers.get((finding["unit"], number))
    if answer is not None:
        said.append(f"自查第 {number} 题：{answer}")
        good = good or answer == GOOD_ANSWER[number]
    if finding["state"] in INSPECTION_OVER:
        verdict = finding["state"]
    elif not said:
        verdict = INCOMPARABLE
    else:
        verdict = CONTRADICTED if good and not admitted else AGREED
    return {"reported": "；".join(said) or _nothing_said(finding, items), "verdict": verdict}


def _own_words(kind: str, items: list[dict[str, Any]]) -> tuple[list[str], bool, bool]:
    """What the unit's rows say about a kind of finding; whether that is good; whether it is admitted."""
    said: list[str] = []
    good = admitted = False
    dimension, cell = DIMENSION_OF_INSPECTION.get(kind), _OWN_CELL.get(kind)
    for item in items:
        if dimension is not None:
            state = item[state_name(dimension)]
            said.append(f"{dimension}：{state}")
            good = good or state == State.DONE
        if cell and not is_blank(item[cell]):
            said.append(f"{kind}：{item[cell]}")
            admitted = admitted or item[cell] == "是"
            good = good or item[cell] == "否"
    return list(dict.fromkeys(said)), good, admitted


def _nothing_said(finding: Mapping[str, Any], items: list[dict[str, Any]]) -> str:
    named = not (is_blank(finding["item_code"]) and is_blank(finding["item_name"]))
    return "来件中没有这个事项" if named and not items else "来件中没有对应内容"


def contradiction_rates(comparison: pd.DataFrame) -> pd.DataFrame:
    """One row = one unit with an open finding that can be compared: CONTRADICTIONS.

    rate = contradicted ÷ comparable findings that are open.
    """
    open_rows = comparison[comparison["verdict"].isin((CONTRADICTED, AGREED))]
    rows = []
    for unit, of_unit in open_rows.groupby("unit", sort=False):
        contradictory = int((of_unit["verdict"] == CONTRADICTED).sum())
        rate = float(Fraction(contradictory, len(of_unit)))
        rows.append({"unit": unit, "compared": len(of_unit), "contradictory": contradictory, "rate": rate})
    return pd.DataFrame(rows, columns=list(CONTRADICTIONS.names), dtype=object)
