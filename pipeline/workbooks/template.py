"""The template: one workbook for each unit, blank or prefilled with what it last reported (contract §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.workbooks.cells import Page
from pipeline.workbooks.cover_sheet import write_cover
from pipeline.workbooks.document import Document, document
from pipeline.workbooks.entry import Lists, long_lists, write_entry_sheet, write_lists
from schemas.plan import Period, Plan, Unit
from schemas.returns import COVER, HIDDEN_SHEET, TABLES, TEMPLATE_EDITION
from schemas.returns.self_check import QUESTIONS

Row = Mapping[str, object]
_LISTS_COLUMN = 3  # A and B of the hidden sheet hold its own labels and values


@dataclass(frozen=True)
class Prefill:
    """What is known of a unit before it fills in; all by `Column.name`, blanks None or left out.

    cover: values beside the labels (单位, 期次, 会议日期 and 报送截止 are always the plan's own).
    tables: Sheet.key → one mapping a row. open_findings: last period's, one mapping a finding with
    the names of `schemas.ledger.FINDINGS`.
    """

    cover: Row = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    open_findings: Sequence[Row] = ()


def template_name(unit: Unit, period: Period) -> str:
    """File name of a unit's template."""
    return f"{unit.name}_应进必进填报表_{period.label}.xlsx"


def write_template(path: Path, plan: Plan, period: Period, unit: Unit, prefill: Prefill | None = None) -> None:
    """Write the workbook that `unit` fills in for `period`: nine sheets, and the very hidden `_模板`."""
    prefill = prefill or Prefill()
    tables = {sheet.key: prefill.tables.get(sheet.key, ()) for sheet in TABLES}
    tables["self_check"] = self_check_rows(tables["self_check"])
    with document(path, title=COVER.title, created=period.meeting, author=plan.office.name, home=COVER.name) as doc:
        cover = doc.sheet(COVER.name)
        pages = [doc.sheet(sheet.name) for sheet in TABLES]
        lists = _write_hidden(doc, plan, period, unit)
        values = dict(prefill.cover) | {
            "unit": unit.name,
            "period": period.number,
            "meeting": period.meeting,
            "cutoff": period.cutoff,
        }
        items = sum(1 for row in tables["items"] if row.get("item_name") is not None)
        write_cover(cover, plan, period, values, items, prefill.open_findings, lists)
        for page, sheet in zip(pages, TABLES, strict=True):
            write_entry_sheet(page, sheet, tables[sheet.key], lists)


def self_check_rows(answers: Sequence[Row]) -> list[Row]:
    """The nine questions of the notice, each with the unit's answer where one is known."""
    known = {str(row.get("number")): row for row in answers}
    return [
        {**known.get(str(number), {}), "number": str(number), "question": question}
        for number, question in enumerate(QUESTIONS, 1)
    ]


def _write_hidden(doc: Document, plan: Plan, period: Period, unit: Unit) -> Lists:
    """What tells our template again when it comes back; beside it, the lists of long dropdowns."""
    page: Page = doc.sheet(HIDDEN_SHEET)
    facts = {
        "模板版本": TEMPLATE_EDITION,
        "单位编号": unit.id,
        "期次": str(period.number),
        "会议日期": period.meeting.isoformat(),
        "报送截止": period.cutoff.isoformat(),
    }
    plain = page.theme.style("body", num_format="@")
    for row, (label, value) in enumerate(facts.items(), 1):
        page.put(row, 0, label, plain)
        page.put(row, 1, value, plain)
    names = [member.name for member in plan.units]
    lists = write_lists(page, long_lists((COVER, *TABLES), names), _LISTS_COLUMN)
    page.raw.very_hidden()
    return lists
