"""Hop 3, checks: what is wrong with the returns of a period, as findings; nothing is changed."""

from collections.abc import Iterable

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.items import check_item_codes, check_items
from pipeline.checks.office import check_office
from pipeline.checks.people import check_cover, check_people, excuse_zero_returns
from pipeline.checks.periods import check_across_periods
from pipeline.checks.replies import check_replies
from pipeline.checks.required import check_required_when
from pipeline.checks.rows import Rows, reported
from pipeline.checks.shape import check_shape
from pipeline.checks.sheets import check_across_sheets
from pipeline.checks.units import check_across_units
from pipeline.checks.work import check_work
from pipeline.findings import Finding, in_order
from pipeline.records import Intake, Previous
from schemas.plan import Period, Plan
from schemas.returns import BY_KEY, TABLES
from schemas.words import Severity

_RULES = (
    check_cover,
    check_people,
    check_item_codes,
    check_items,
    check_work,
    check_replies,
    check_across_sheets,
    check_across_units,
    check_across_periods,
    check_office,
)


def all_findings(
    plan: Plan,
    period: Period,
    intake: Intake,
    previous: Previous | None,
    inspections: pd.DataFrame | None = None,
    numbers: frozenset[str] | None = None,
) -> list[Finding]:
    """What reading found and what the checks find, in the order of `pipeline.findings.in_order`.

    A confirmed zero return is not blamed for the sheets it left empty. inspections, numbers: as in `check_returns`.
    """
    found = [*intake.findings, *check_returns(plan, period, intake, previous, inspections, numbers)]
    return in_order(excuse_zero_returns(found, intake), plan.unit_by_name)


def check_returns(
    plan: Plan,
    period: Period,
    intake: Intake,
    previous: Previous | None,
    inspections: pd.DataFrame | None = None,
    numbers: frozenset[str] | None = None,
) -> list[Finding]:
    """Everything contract §4 to §6 asks of the returns of this period, and of the office's own workbooks.

    intake: as it was read, repeated rows included. What reading itself found (`intake.findings`) is
    not repeated, and a cell that it could not read gives nothing more. inspections: the findings of the
    office's inspectors that hold, those from before included; None: those of the intake. numbers: `Desk.numbers`. Returns the findings in the
    order of `pipeline.findings.in_order`.
    """
    said = reported(intake.findings)
    rows: dict[str, Rows] = {}
    found: list[Finding] = []
    for key, frame in _frames(intake).items():
        rows[key], shape = check_shape(BY_KEY[key], frame, intake.layouts, said)
        found += shape
    standing = intake.office["inspections"] if inspections is None else inspections
    desk = Desk(plan, period, intake, previous, rows, standing, numbers)
    for sheet in TABLES:
        if sheet.key != "items":  # whose exemptions make more of it than the rows themselves
            found += check_required_when(rows[sheet.key], plan)
    for rule in _RULES:
        found += rule(desk)
    return in_order(_graver_first(found), plan.unit_by_name)


def _frames(intake: Intake) -> dict[str, pd.DataFrame]:
    tables = {sheet.key: intake.tables[sheet.key] for sheet in TABLES}
    return {"cover": intake.covers, **tables, **intake.office}


def _graver_first(findings: Iterable[Finding]) -> list[Finding]:
    """Without the 提示 at cells where an 错误 or 警示 stands: one fault, one finding."""
    found = list(findings)
    grave = {_spot(entry) for entry in found if entry.severity is not Severity.NOTE}
    return [entry for entry in found if entry.severity is not Severity.NOTE or _spot(entry) not in grave]


def _spot(entry: Finding) -> tuple[str, str, str, str]:
    place = entry.place
    return place.unit, place.file, place.sheet, place.cell or entry.problem
