"""联系人, 自查 and 人员: who is missing, what is unanswered (contract §4).

封面: period, dates, signature and seal (contract §4, §7).

A confirmed zero return (事项总数 0, no item) may leave the other sheets empty: the template says so.

Zero, missing and not received are three different things (contract §4): what such a unit did not
fill in is not missing. A sheet that it did begin to fill in is checked like anybody's.
"""

import re
from collections.abc import Iterable

import pandas as pd

from pipeline.catalogue import finding
from pipeline.checks.desk import Desk
from pipeline.findings import Finding
from pipeline.records import Intake
from schemas.returns import BY_KEY, TABLES
from schemas.returns.self_check import GOOD_ANSWER, NOT_GOOD
from schemas.words import CONTACT_ROLE

_MOBILE = re.compile(r"1\d{10}")
_CHIEF = "首席代表"


def check_people(desk: Desk) -> list[Finding]:
    """The three sheets about who answers for what."""
    return [*_contacts(desk), *_questions(desk), *_staff(desk)]


def _contacts(desk: Desk) -> list[Finding]:
    rows = desk.rows["contacts"]
    judged = desk.all_known("contacts", "role")
    present = set(zip(rows.known["unit"], rows.known["role"], strict=True))
    found = []
    for unit in desk.file_of_unit:
        absent = [f"“{role}”" for role in CONTACT_ROLE.values if (unit, role) not in present]
        if absent and unit in judged:
            found.append(finding("LX-030", desk.header(unit, "contacts", "role"), roles="、".join(absent)))
    strange = rows.known["mobile"].map(lambda text: isinstance(text, str) and not _has_mobile(text))
    return [*found, *rows.mark(strange.astype(bool), "mobile", "031")]


def _has_mobile(numbers: str) -> bool:
    return any(_MOBILE.fullmatch(number) for number in numbers.split("、"))


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
            missing.append(finding("ZC-030", place, numbers="、".join(absent)))
    overdue = NOT_GOOD.mask(rows.known) & desk.past("self_check", "correct_by")
    return [
        *missing,
        *rows.mark(strange, "number", "031"),
        *rows.mark(overdue, "correct_by", "032", meeting=desk.period.meeting),
    ]


def _staff(desk: Desk) -> list[Finding]:
    """A 首席代表 where there are items at all; nobody moved in in the future."""
    rows = desk.rows["staff"]
    with_items = set(desk.known("items")["unit"])
    with_chief = set(rows.known.loc[rows.known["post"] == _CHIEF, "unit"])
    judged = desk.all_known("staff", "post")
    missing = [
        finding("RY-030", desk.header(unit, "staff", "post"))
        for unit in desk.file_of_unit
        if unit in judged and unit in with_items and unit not in with_chief
    ]
    not_yet = (rows.known["present"] == "是") & desk.future("staff", "present_since")
    return [*missing, *rows.mark(not_yet, "present_since", "031")]


def check_cover(desk: Desk) -> list[Finding]:
    """The cover by itself; 事项总数 is checked against the rows in `across_sheets`."""
    rows, period = desk.rows["cover"], desk.period
    stated = pd.to_numeric(rows.known["period"], errors="coerce")
    other = stated.notna() & (stated != period.number)
    late = desk.days("cover", "filled_on") > pd.Timestamp(period.meeting)
    return [
        *rows.mark(other, "period", "030", period=period.number),
        *rows.mark(late, "filled_on", "031", meeting=period.meeting),
        *rows.mark(rows.known["signed"] == "否", "signed", "032"),
        *rows.mark(rows.known["sealed"] == "否", "sealed", "033"),
    ]


#: What says that a sheet was left empty: the whole sheet absent, roles or questions or answers missing.
_EMPTY = frozenset({"LX-030", "ZC-001", "ZC-030", *(f"{sheet.prefix}-011" for sheet in TABLES)})


def excuse_zero_returns(findings: Iterable[Finding], intake: Intake) -> list[Finding]:
    """`findings` without those that blame a confirmed zero return for a sheet it left empty."""
    excused = _confirmed(intake)
    if not excused:
        return list(findings)
    prefixes = {sheet.prefix: sheet.key for sheet in TABLES}
    begun = {key: _begun(intake.tables[key], key) for key in prefixes.values()}
    return [
        entry
        for entry in findings
        if entry.code not in _EMPTY
        or entry.place.unit not in excused
        or entry.place.unit in begun[prefixes[entry.code.partition("-")[0]]]
    ]


def _confirmed(intake: Intake) -> set[str]:
    totals = zip(intake.covers["unit"], intake.covers["item_total"], strict=True)
    stated = {unit for unit, total in totals if isinstance(total, int) and total == 0}
    return stated - set(intake.tables["items"]["unit"])


def _begun(rows: pd.DataFrame, key: str) -> set[str]:
    """Units that typed anything into the sheet, what we prefilled aside."""
    typed = [column.name for column in BY_KEY[key].columns if not column.prefilled]
    return set(rows.loc[rows[typed].notna().any(axis=1), "unit"])
