"""工作方案.xlsx: the whole plan with explanations and dropdowns, for the office to edit (contract §3, §9)."""

from pathlib import Path

from pipeline.workbooks.document import document
from pipeline.workbooks.entry import long_lists, write_entry_sheet, write_lists
from schemas.plan import Plan
from schemas.plan_sheets import SHEETS, plan_rows

_LISTS_SHEET = "_名单"


def write_plan_book(path: Path, plan: Plan) -> None:
    """Write the plan; reading it back and writing it again changes nothing."""
    rows = plan_rows(plan)
    # The plan has no date of its own but the day its work begins.
    with document(path, title="工作方案", created=plan.start, author=plan.office.name) as doc:
        pages = [doc.sheet(sheet.name) for sheet in SHEETS]
        hidden = doc.sheet(_LISTS_SHEET)
        lists = write_lists(hidden, long_lists(SHEETS, [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        for page, sheet in zip(pages, SHEETS, strict=True):
            write_entry_sheet(page, sheet, rows[sheet.key], lists)
