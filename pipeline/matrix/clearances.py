"""三个无审批: whether a unit approves nothing beyond the list, the hall and the platform (contract §6)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.ledger import CLEARANCES, state_name
from schemas.plan import Plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.vocabulary import SELF_CHECK_ANSWER, Clearance, Dimension, State

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class _Rule:
    """One of the three: the question that claims it and what must bear the claim out."""

    column: str
    title: str
    question: int
    dimension: Dimension | None  # must be 到位 for every applicable item
    inspection: str  # no finding of this kind may be open


_RULES = (
    _Rule("beyond_list", "清单之外", 9, None, "清单外审批"),
    _Rule("beyond_hall", "大厅之外", 8, Dimension.STEP, "大厅外审批"),
    _Rule("beyond_platform", "平台之外", 5, Dimension.SYSTEM, "平台外审批"),
)


def self_check_answers(self_check: "pd.DataFrame") -> dict[tuple[str, int], bool]:
    """(unit, question 1–9) → whether the answer is the good one; unanswered questions are absent.

    self_check: one row = one question of one unit. Where a question was answered twice, one bad
    answer is enough.
    """
    known = {str(number): number for number in GOOD_ANSWER}
    answers: dict[tuple[str, int], bool] = {}
    for unit, cell, answer in zip(self_check["unit"], self_check["number"], self_check["answer"], strict=True):
        number = known.get(str(cell))
        if number is None or answer not in SELF_CHECK_ANSWER.values:
            continue
        good = answer == GOOD_ANSWER[number]
        answers[unit, number] = answers.get((unit, number), True) and good
    return answers


def clearances(
    plan: Plan,
    answers: Mapping[tuple[str, int], bool],
    items: "pd.DataFrame",
    states: "pd.DataFrame",
    open_kinds: Mapping[str, Collection[str]],
) -> "pd.DataFrame":
    """One row = one unit, in plan order; columns of CLEARANCES.

    answers: `self_check_answers`; items and states: one row = one item, one index; open_kinds: unit →
    kinds of its open inspection findings. A good answer beside items that are 待核 is 存疑: nothing
    contradicts it, and nothing bears it out.
    """
    import pandas as pd

    lacking = {rule.column: _not_in_place(items, states, rule.dimension) if rule.dimension else {} for rule in _RULES}
    rows = []
    for unit in plan.units:
        verdicts = {}
        for rule in _RULES:
            answer = answers.get((unit.name, rule.question))
            missing = lacking[rule.column].get(unit.name, 0)
            verdicts[rule] = _verdict(rule, answer, missing, rule.inspection in open_kinds.get(unit.name, ()))
        reasons = [f"{rule.title}：{reason}" for rule, (_, reason) in verdicts.items() if reason]
        columns = {rule.column: verdict.value for rule, (verdict, _) in verdicts.items()}
        rows.append({"unit": unit.name, **columns, "reason": "；".join(reasons) or None})
    return pd.DataFrame(rows, columns=list(CLEARANCES.names), dtype=object)


def _verdict(rule: _Rule, answer: bool | None, missing: int, inspected: bool) -> tuple[Clearance, str]:
    if answer is None:
        return Clearance.UNREPORTED, f"自查第 {rule.question} 题没有结论"
    if not answer:
        return Clearance.FAILED, f"自查第 {rule.question} 题自报未达到"
    against = [f"{rule.dimension} {missing} 项没有到位或待核"] if missing else []
    if inspected:
        against.append(f"督查发现{rule.inspection}，尚未销号")
    return (Clearance.DOUBTFUL, "，".join(against)) if against else (Clearance.MET, "")


def _not_in_place(items: "pd.DataFrame", states: "pd.DataFrame", dimension: Dimension) -> dict[str, int]:
    """Unit → applicable items that are not 到位 in the dimension."""
    lacking = ~states[state_name(dimension)].isin((State.DONE, State.EXEMPT))
    return {str(unit): int(number) for unit, number in items.loc[lacking, "unit"].value_counts().items()}
