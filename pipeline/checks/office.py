"""The office's own workbooks, checked like a return (contract §4).

督查核查表 (DC) with 加减分 (JF), 豁免事项 (HM) with 延期事项 (YQ), 议定事项 (YD).
"""

from __future__ import annotations

import re

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.required import check_required_when
from pipeline.checks.rows import Rows
from pipeline.checks.sheets import SUSPICIONS
from pipeline.findings import ERROR, NOTE, WARNING, Finding, Rule, catalogue, rule, suggestion
from pipeline.judge.suspicions import keys
from schemas.returns import OFFICE
from schemas.words import INSPECTION_OVER

#: Found beside the list of items by definition: it need not match an item.
_BEYOND_LIST = "清单外审批"
_CELL = re.compile("[A-Z]{1,3}[0-9]+")


def check_office(desk: Desk) -> list[Finding]:
    """Everything beyond shape; findings of the office's sheets belong to no unit."""
    return [
        *(said for sheet in OFFICE for said in check_required_when(desk.rows[sheet.key], desk.plan)),
        *_unmatched(desk),
        *_inspection_dates(desk),
        *_no_meeting(desk),
        *_unknown_rules(desk.rows["waivers"]),
        *_unbounded(desk),
        *_no_later(desk),
    ]


INSPECTION_UNMATCHED = rule(
    "DC-031",
    WARNING,
    title="督查的事项对不上",
    problem="{unit}填报的事项里没有“{value}”，这条督查不能使任何事项亮红灯",
    remedy="请核对事项编码和名称，使其与该单位填报的一致",
    example="企业开办",
)


DELAY_UNMATCHED = rule(
    "YQ-030",
    WARNING,
    title="延期的事项对不上",
    problem="{unit}填报的事项里没有“{value}”，这条延期没有用处",
    remedy="请核对事项编码和名称，使其与该单位填报的一致",
    example="企业开办",
)
MATTER_UNMATCHED = rule(
    "YD-030",
    WARNING,
    title="议定的事项对不上",
    problem="{unit}填报的事项里没有“{value}”，这件议定事项不能与任何事项对应",
    remedy="请核对事项编码和名称，使其与责任单位填报的一致",
    example="企业开办",
)


def _unmatched(desk: Desk) -> list[Finding]:
    """An entry about an item that its unit's items, of now or carried, do not have."""
    beyond_list = desk.known("inspections")["kind"] == _BEYOND_LIST
    return [
        *_without_item(desk, "inspections", INSPECTION_UNMATCHED, beyond_list),
        *_without_item(desk, "delays", DELAY_UNMATCHED),
        *_without_item(desk, "matters", MATTER_UNMATCHED),
    ]


def _without_item(desk: Desk, key: str, said: Rule, excused: pd.Series[bool] | None = None) -> list[Finding]:
    rows = desk.rows[key]
    items = _items_in_force(desk)
    known = rows.known
    found = keys(known, "item_code").isin(keys(items, "item_code").dropna())
    found |= keys(known, "item_name").isin(keys(items, "item_name").dropna())
    silent = set(desk.file_of_unit) - desk.all_known("items", "item_name")
    lost = known["unit"].isin(set(items["unit"]) - silent) & ~found
    lost = lost if excused is None else lost & ~excused
    by_name = lost & known["item_name"].notna()
    by_code = lost & ~by_name & known["item_code"].notna()
    return [
        *rows.mark(by_name, "item_name", said, unit=known["unit"]),
        *rows.mark(by_code, "item_code", said, unit=known["unit"]),
    ]


def _items_in_force(desk: Desk) -> pd.DataFrame:
    names = ["unit", "item_code", "item_name"]
    items = desk.known("items")[names]
    if desk.previous is None:
        return items
    before = desk.previous.tables["items"]
    return pd.concat([items, before.loc[~before["unit"].isin(list(desk.file_of_unit)), names]])


INSPECTED_LATER = rule(
    "DC-032",
    NOTE,
    title="核查日期在会议之后",
    problem="“核查日期”{value} 晚于会议日期 {meeting}，本期不计",
    remedy="不用改；填错的请改正",
    example="2024-01-01",
)
CLOSED_YET_OPEN = rule(
    "DC-033",
    WARNING,
    title="没销号却有销号日期",
    problem="填了“销号日期”{value}，但“整改状态”是“{state}”，仍按未销号计",
    remedy="已经销号的把“整改状态”改为“已销号”；没有的把“销号日期”清空",
    example="2023-04-01",
)
CLOSED_BEFORE_FOUND = rule(
    "DC-034",
    WARNING,
    title="销号早于核查",
    problem="“销号日期”{value} 早于“核查日期”{found_on}",
    remedy="请核对这两个日期",
    example="2023-03-01",
)


def _inspection_dates(desk: Desk) -> list[Finding]:
    rows, state = desk.rows["inspections"], desk.known("inspections")["state"]
    found_on, closed_on = desk.days("inspections", "found_on"), desk.days("inspections", "closed_on")
    open_ = state.notna() & ~state.isin(INSPECTION_OVER) & closed_on.notna()
    return [
        *rows.mark(
            found_on > pd.Timestamp(desk.period.meeting), "found_on", INSPECTED_LATER, meeting=desk.period.meeting
        ),
        *rows.mark(open_, "closed_on", CLOSED_YET_OPEN, state=state),
        *rows.mark(~open_ & (closed_on < found_on), "closed_on", CLOSED_BEFORE_FOUND, found_on=rows.known["found_on"]),
    ]


NO_MEETING = rule(
    "JF-030",
    WARNING,
    title="那天没有会议",
    problem="“会议日期”{value} 不是双周推进会的日期，这一行没有计入得分",
    remedy="请写加减分所在那次双周推进会的日期，本次是 {meeting}",
    example="2023-04-13",
)


def _no_meeting(desk: Desk) -> list[Finding]:
    """加减分 of a day on which there was no meeting, as far as those held are known."""
    days = desk.known("bonus")["meeting"]
    held = {desk.period.meeting, desk.period.previous_meeting}
    if desk.previous is not None:
        held |= {desk.previous.meeting, *desk.previous.history["meeting"]}
    return desk.rows["bonus"].mark(
        days.notna() & ~days.isin(list(held)), "meeting", NO_MEETING, meeting=desk.period.meeting
    )


UNKNOWN_RULE = rule(
    "HM-031",
    ERROR,
    title="没有这个规则编号",
    problem="“规则编号”填的“{value}”不是校验规则的编号{suggestion}，这条豁免没有生效",
    remedy="请照抄退回清单上的编号，如 SX-001",
    example="SX001",
)


def _unknown_rules(rows: Rows) -> list[Finding]:
    code = rows.known["rule_code"]
    known = list(catalogue()) if code.notna().any() else []
    unknown = code.notna() & ~code.isin(known)
    meant = code.where(unknown).map(lambda text: suggestion(text, known) if isinstance(text, str) else "")
    return rows.mark(unknown, "rule_code", UNKNOWN_RULE, suggestion=meant)


UNBOUNDED = rule(
    "HM-032",
    ERROR,
    title="疑点的豁免没有写明事项",
    problem="{code} 是疑点，豁免只能针对一个事项，“范围”{said}，这条豁免没有生效",
    remedy="请在“范围”写明该单位的事项编码或事项名称；自查矛盾的写明是哪一题",
    example="（空白）",
)


def _unbounded(desk: Desk) -> list[Finding]:
    """A waiver of a suspicion that names no item: it would hide what is not yet there."""
    rows = desk.rows["waivers"]
    code, scope = rows.known["rule_code"], rows.known["scope"]
    doubtful = code.isin(SUSPICIONS)
    at_cell = scope.map(lambda text: isinstance(text, str) and bool(_CELL.fullmatch(text))).astype(bool)
    said = scope.map(lambda text: f"写的是“{text}”" if isinstance(text, str) else "没有填")
    return rows.mark(doubtful & (scope.isna() | at_cell), "scope", UNBOUNDED, code=code, said=said)


NO_LATER = rule(
    "YQ-031",
    WARNING,
    title="延期不晚于原时限",
    problem="“延至日期”{value} 不晚于{dimension}维度的时限 {deadline}，时限没有延后",
    remedy="请核对“延至日期”和“维度”",
    example="2023-07-01",
)


def _no_later(desk: Desk) -> list[Finding]:
    rows, until = desk.rows["delays"], desk.days("delays", "until")
    deadlines = {str(entry.dimension): entry.deadline for entry in desk.plan.dimensions if entry.deadline}
    deadline = rows.known["dimension"].map(deadlines)
    early = until <= pd.to_datetime(deadline, errors="coerce")
    return rows.mark(early, "until", NO_LATER, dimension=rows.known["dimension"], deadline=deadline)
