"""存在问题 and 下步安排 of the 工作简报: what is red, stuck, contradicted or due, in figures."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pipeline.matrix.briefing_words import BLANK_CAUSE, day, listed, records, sublisted
from pipeline.matrix.proposals import TRANSFER
from pipeline.matrix.tracking import SOLVED
from pipeline.records import Judgement, Previous
from schemas.plan import Period, Plan
from schemas.vocabulary import Change, Escalation, Light, Receipt, Suspicion

if TYPE_CHECKING:
    import pandas as pd

_LONG_OPEN = 2  # periods
BLANK_STEPS = "【请办公室补充其他安排】"


def problems(plan: Plan, judgement: Judgement, previous: Previous | None) -> Iterator[str]:
    """The paragraphs of 存在问题, one a kind of problem that the figures show; causes are left blank."""
    found = [
        *_red_units(judgement),
        *_late_tasks(judgement),
        *_backward(judgement, previous),
        *_contradicted(judgement),
        *_suspicions(judgement),
        *_stuck_problems(judgement),
    ]
    if not found:
        yield "从本期数据看，没有红灯、逾期、倒退和久拖未决的问题。"
    yield from sublisted(found)


def _red_units(judgement: Judgement) -> Iterator[str]:
    board = judgement.unit_dimensions
    red = board[board["light"] == Light.RED]
    if len(red):
        by_dimension = [f"{dimension}{len(rows)}家" for dimension, rows in red.groupby("dimension", sort=False)]
        units = list(dict.fromkeys(red["unit"]))
        yield f"进驻滞后。{len(units)}家单位亮红灯（{'、'.join(by_dimension)}）：{listed(units)}。{BLANK_CAUSE}"
    long = list(dict.fromkeys(board.loc[board["escalation"] == Escalation.INTERVIEW, "unit"]))
    if long:
        yield f"久拖不改。{len(long)}家单位有维度连续三期以上红灯：{listed(long)}。{BLANK_CAUSE}"


def _late_tasks(judgement: Judgement) -> Iterator[str]:
    late = judgement.tasks[judgement.tasks["light"] == Light.RED]
    if len(late):
        units = list(dict.fromkeys(late["unit"]))
        yield f"任务逾期。{len(units)}家单位共{len(late)}项任务逾期未完成：{listed(units)}。{BLANK_CAUSE}"


def _backward(judgement: Judgement, previous: Previous | None) -> Iterator[str]:
    changes = judgement.changes
    backward = changes[changes["change"] == Change.BACKWARD]
    if len(backward):
        units = list(dict.fromkeys(backward["unit"]))
        yield f"出现倒退。{len(units)}家单位有{len(backward)}项次比上期倒退：{listed(units)}。{BLANK_CAUSE}"
    gone = changes[changes["change"] == Change.GONE]
    if previous is not None and len(gone):
        units = list(dict.fromkeys(gone["unit"]))
        yield f"事项减少。{len(units)}家单位减少事项{len(gone)}项：{listed(units)}。{BLANK_CAUSE}"


def _contradicted(judgement: Judgement) -> Iterator[str]:
    rows = judgement.contradictions[judgement.contradictions["contradictory"] > 0]
    if len(rows):
        count, units = int(rows["contradictory"].sum()), rows["unit"].tolist()
        yield f"自报不实。督查发现的问题中有{count}条与单位自报相互矛盾，涉及{listed(units)}。{BLANK_CAUSE}"
    clues = judgement.proposals[judgement.proposals["kind"] == TRANSFER]
    if len(clues):
        yield f"督查发现“明进暗不进”{len(clues)}条未销号，是否移交由会议研究。"


def _suspicions(judgement: Judgement) -> Iterator[str]:
    items = judgement.items
    for suspicion in (Suspicion.HOLLOW_PRESENCE, Suspicion.OUTSIDE_LOOP):
        doubtful = items[items["suspicions"].fillna("").str.contains(suspicion.value, regex=False)]
        if len(doubtful):
            units = list(dict.fromkeys(doubtful["unit"]))
            yield f"{suspicion}。{len(units)}家单位的{len(doubtful)}项事项填报前后不一，有待核实：{listed(units)}。"


def _stuck_problems(judgement: Judgement) -> Iterator[str]:
    stuck = _stuck(judgement)
    if stuck:
        owners = list(dict.fromkeys(str(row["owner_unit"] or row["unit"]) for row in stuck))
        yield f"问题久拖未决。{len(stuck)}个派发问题超过两期仍未解决，责任单位：{listed(owners)}。{BLANK_CAUSE}"


def _stuck(judgement: Judgement) -> list[dict[str, object]]:
    return [
        row
        for row in records(judgement.problems)
        if row["state"] != SOLVED and int(row["periods_open"] or 0) > _LONG_OPEN
    ]


def next_steps(plan: Plan, period: Period, receipts: "pd.DataFrame", judgement: Judgement) -> Iterator[str]:
    """The paragraphs of 下步安排: what the figures call for, then a blank for the office."""
    yield from sublisted([*_called_for(plan, period, receipts, judgement), BLANK_STEPS])


def _called_for(plan: Plan, period: Period, receipts: "pd.DataFrame", judgement: Judgement) -> Iterator[str]:
    silent = receipts.loc[receipts["receipt"].isin((Receipt.NEVER, Receipt.CARRIED)), "unit"].tolist()
    if silent:
        yield f"抓紧补报。{listed(silent)}尽快补报本期填报表。"
    wrong = receipts.loc[receipts["errors"].fillna(0).astype(int) > 0, "unit"].tolist()
    if wrong:
        yield f"改正填报。{listed(wrong)}按退回清单改正错误后重报。"
    yield from _deadlines(plan, period, judgement)
    stuck = _stuck(judgement)
    if stuck:
        owners = list(dict.fromkeys(str(row["owner_unit"] or row["unit"]) for row in stuck))
        yield f"销号问题。{listed(owners)}对超过两期未解决的{len(stuck)}个问题逐个明确办结日期。"


def _deadlines(plan: Plan, period: Period, judgement: Judgement) -> Iterator[str]:
    """One sentence a deadline that still lies open or has passed with items not 到位."""
    board = judgement.unit_dimensions
    deadlines = dict.fromkeys(entry.deadline for entry in plan.dimensions if entry.deadline and entry.scored)
    for deadline in sorted(filter(None, deadlines)):
        rows = board[board["deadline"] == deadline]
        missing = int(rows["applicable"].sum()) - int(rows["done"].sum())
        if not missing:
            continue
        dimensions = "、".join(dict.fromkeys(rows["dimension"]))
        days = (deadline - period.meeting).days
        when = f"距时限{day(deadline)}还有{days}天" if days >= 0 else f"已逾时限{day(deadline)}{-days}天"
        yield f"对照时限。{dimensions}{when}，尚有{missing}项次未到位，有关单位按计划完成日期逐项销号。"
