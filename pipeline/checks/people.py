"""联系人, 自查 and 人员: who is missing, what is unanswered (contract §4).

封面: period, dates, signature and seal (contract §4, §7).

A confirmed zero return (事项总数 0, no item) may leave the other sheets empty: the template says so.

Zero, missing and not received are three different things (contract §4): what such a unit did not
fill in is not missing. A sheet that it did begin to fill in is checked like anybody's.
"""

import re
from collections.abc import Iterable

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.findings import ERROR, NOTE, WARNING, Common, Finding, finding, rule
from pipeline.records import Intake
from schemas.returns import BY_KEY, TABLES
from schemas.returns.cover import PRACTICE_LENGTH
from schemas.returns.self_check import GOOD_ANSWER, NOT_GOOD
from schemas.words import CONTACT_ROLE

_MOBILE = re.compile(r"1\d{10}")
_CHIEF = "首席代表"


def check_people(desk: Desk) -> list[Finding]:
    """The three sheets about who answers for what."""
    return [*_contacts(desk), *_questions(desk), *_staff(desk)]


NO_CONTACT = rule(
    "LX-030",
    ERROR,
    title="缺少联系人",
    problem="“联系人”表里没有{roles}",
    remedy="分管负责同志、具体责任人各至少填一人",
    example="（缺“分管负责同志”）",
)
NO_MOBILE = rule(
    "LX-031",
    WARNING,
    title="手机号码不对",
    problem="“手机”填的“{value}”不像手机号码",
    remedy="请填 11 位手机号；座机填在“办公电话”",
    example="1380375",
)


def _contacts(desk: Desk) -> list[Finding]:
    rows = desk.rows["contacts"]
    judged = desk.all_known("contacts", "role")
    present = set(zip(rows.known["unit"], rows.known["role"], strict=True))
    found = []
    for unit in desk.file_of_unit:
        absent = [f"“{role}”" for role in CONTACT_ROLE.values if (unit, role) not in present]
        if absent and unit in judged:
            found.append(finding(NO_CONTACT, desk.header(unit, "contacts", "role"), roles="、".join(absent)))
    strange = rows.known["mobile"].map(lambda text: isinstance(text, str) and not _has_mobile(text))
    return [*found, *rows.mark(strange.astype(bool), "mobile", NO_MOBILE)]


def _has_mobile(numbers: str) -> bool:
    return any(_MOBILE.fullmatch(number) for number in numbers.split("、"))


NO_QUESTION = rule(
    "ZC-030",
    ERROR,
    title="自查缺题",
    problem="“自查”表里没有第 {numbers} 题",
    remedy="请恢复被删的行，九个问题都要回答",
    example="（缺第 3 题）",
)
STRANGE_NUMBER = rule(
    "ZC-031",
    ERROR,
    title="序号不对",
    problem="“序号”填的“{value}”不是 1 到 9，或者与别的行重复",
    remedy="请照专班办公室下发的填报表恢复序号，1 到 9 各一行",
    example="11",
)
CORRECTION_OVERDUE = rule(
    "ZC-032",
    WARNING,
    title="整改时限已过",
    problem="“整改时限”{value} 早于本次会议日期 {meeting}，但自查结论仍不理想",
    remedy="已经整改的请改“自查结论”；没有的请重新确定整改时限",
    example="2023-03-10",
)


def _questions(desk: Desk) -> list[Finding]:
    """Each of the nine questions once, and a date for putting right that is still to come."""
    rows = desk.rows["self_check"]
    numbers = rows.known["number"]
    expected = [str(number) for number in GOOD_ANSWER]
    strange = ~numbers.isin(expected) | rows.known.duplicated(subset=["unit", "number"])
    doubtful = set(rows.known.loc[strange, "unit"])
    asked = rows.known.groupby("unit", sort=False)["number"].agg(set).to_dict()
    missing = []
    for unit in desk.file_of_unit:
        absent = [number for number in expected if number not in asked.get(unit, set())]
        if absent and unit in desk.complete("self_check", "number") - doubtful:
            place = desk.header(unit, "self_check", "number")
            missing.append(finding(NO_QUESTION, place, numbers="、".join(absent)))
    overdue = NOT_GOOD.mask(rows.known) & desk.past("self_check", "correct_by")
    return [
        *missing,
        *rows.mark(strange, "number", STRANGE_NUMBER),
        *rows.mark(overdue, "correct_by", CORRECTION_OVERDUE, meeting=desk.period.meeting),
    ]


NO_CHIEF = rule(
    "RY-030",
    NOTE,
    title="没有首席代表",
    problem="“人员”表里没有岗位为“首席代表”的人",
    remedy="请补上首席代表；还没有明确的请尽快明确",
    example="（缺首席代表）",
)
MOVED_IN_LATER = rule(
    "RY-031",
    ERROR,
    title="进驻日期在将来",
    problem="“是否进驻”填“是”，但“进驻日期”{value} 在填报日期或会议日期之后，还没有到",
    remedy="请填实际进驻的日期；还没有进驻的请改“是否进驻”",
    example="2024-01-01",
)


def _staff(desk: Desk) -> list[Finding]:
    """A 首席代表 where there are items at all; nobody moved in in the future."""
    rows = desk.rows["staff"]
    with_items = set(desk.known("items")["unit"])
    with_chief = set(rows.known.loc[rows.known["post"] == _CHIEF, "unit"])
    judged = desk.all_known("staff", "post")
    missing = [
        finding(NO_CHIEF, desk.header(unit, "staff", "post"))
        for unit in desk.file_of_unit
        if unit in judged and unit in with_items and unit not in with_chief
    ]
    not_yet = (rows.known["present"] == "是") & desk.future("staff", "present_since")
    return [*missing, *rows.mark(not_yet, "present_since", MOVED_IN_LATER)]


WRONG_PERIOD = rule(
    "FM-030",
    WARNING,
    title="期次不是本期",
    problem="“期次”填的是第 {value} 期，但从填报日期看是本期（第 {period} 期）的，按本期采用",
    remedy="请把“期次”改为 {period}；如果确是以前的填报表，请重报本期的",
    example="2",
)
LATE_FOR_CLOSED = rule(
    "FM-036",
    WARNING,
    title="上期会后才收到",
    problem="这是第 {value} 期的填报表，那次会议已经结束，没有用上；按本期（第 {period} 期）采用",
    remedy="请核对内容是否仍是现在的情况，有变化的请重报；今后请在报送截止前报送",
    example="1",
)
FILLED_AFTER_MEETING = rule(
    "FM-031",
    WARNING,
    title="填报日期晚于会议",
    problem="“填报日期”{value} 晚于会议日期 {meeting}",
    remedy="请填实际填完本表的日期",
    example="2024-04-12",
)
UNSIGNED = rule(
    "FM-032",
    WARNING,
    title="主要领导没有签字",
    problem="“主要领导签字”填“否”",
    remedy="请由主要领导签字后再报纸质版",
    example="否",
)
UNSEALED = rule(
    "FM-033",
    WARNING,
    title="没有加盖公章",
    problem="“加盖公章”填“否”",
    remedy="请加盖公章后再报纸质版",
    example="否",
)

LONG_PRACTICE = rule(
    "FM-037",
    WARNING,
    title="经验做法太长",
    problem="“经验做法”有 {length} 字，超过 {most} 字",
    remedy="请压缩到规定字数以内；简报只取前面的部分",
    example="（超过 300 字的一段）",
)


def check_cover(desk: Desk) -> list[Finding]:
    """The cover by itself; 事项总数 is checked against the rows in `across_sheets`."""
    rows, period = desk.rows["cover"], desk.period
    stated = pd.to_numeric(rows.known["period"], errors="coerce")
    other = stated.notna() & (stated != period.number)
    files = desk.intake.files
    missed = rows.known["file"].isin(files.loc[files["late"].eq(True), "file"])
    lengths = rows.known["practice"].map(lambda text: len(str(text)), na_action="ignore").fillna(0).astype(int)
    late = desk.days("cover", "filled_on") > pd.Timestamp(period.meeting)
    return [
        *rows.mark(other & ~missed, "period", WRONG_PERIOD, period=period.number),
        *rows.mark(other & missed, "period", LATE_FOR_CLOSED, period=period.number),
        *rows.mark(late, "filled_on", FILLED_AFTER_MEETING, meeting=period.meeting),
        *rows.mark(rows.known["signed"] == "否", "signed", UNSIGNED),
        *rows.mark(rows.known["sealed"] == "否", "sealed", UNSEALED),
        *rows.mark(lengths > PRACTICE_LENGTH, "practice", LONG_PRACTICE, length=lengths, most=PRACTICE_LENGTH),
    ]


#: What says that a sheet was left empty: the whole sheet absent, roles or questions or answers missing.
_EMPTY = frozenset(
    rule.code
    for rule in (
        NO_CONTACT,
        NO_QUESTION,
        Common.MISSING.of(BY_KEY["self_check"]),
        *(Common.NO_SHEET.of(sheet) for sheet in TABLES),
    )
)


def excuse_zero_returns(findings: Iterable[Finding], intake: Intake) -> list[Finding]:
    """`findings` without those that blame a confirmed zero return for a sheet it left empty."""
    excused = _confirmed(intake)
    if not excused:
        return list(findings)
    begun = {sheet.key: _begun(intake.tables[sheet.key], sheet.key) for sheet in TABLES}
    return [
        entry
        for entry in findings
        if entry.code not in _EMPTY or entry.place.unit not in excused or entry.place.unit in begun[entry.place.table]
    ]


def _confirmed(intake: Intake) -> set[str]:
    totals = zip(intake.covers["unit"], intake.covers["item_total"], strict=True)
    stated = {unit for unit, total in totals if isinstance(total, int) and total == 0}
    return stated - set(intake.tables["items"]["unit"])


def _begun(rows: pd.DataFrame, key: str) -> set[str]:
    """Units that typed anything into the sheet, what we prefilled aside."""
    typed = [column.name for column in BY_KEY[key].columns if not column.prefilled]
    return set(rows.loc[rows[typed].notna().any(axis=1), "unit"])
