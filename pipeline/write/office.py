"""The office's own workbooks (督查核查表, 豁免事项, 议定事项), from the same declarations as the template.

工作方案.xlsx: the whole plan with explanations and dropdowns, for the office to edit (contract §3, §9).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.write.entry import long_lists, write_entry_sheet, write_lists
from pipeline.write.kit.document import document
from schemas.plan import Plan
from schemas.plan_sheets import SHEETS, plan_rows
from schemas.returns import OFFICE_BOOKS, OfficeBook

_LISTS_SHEET = "_名单"


Row = Mapping[str, object]


def write_office_books(
    folder: Path, plan: Plan, created: date, filled: Mapping[str, Sequence[Row]] | None = None
) -> list[Path]:
    """Write the office's books into `folder` (which exists); `created` is the meeting's date.

    filled: Sheet.key → one mapping a row by Column.name; blank where nothing is given.
    """
    paths = []
    for book in OFFICE_BOOKS:
        paths.append(folder / book.file_name)
        _write_book(paths[-1], book, plan, created, filled or {})
    return paths


def _write_book(path: Path, book: OfficeBook, plan: Plan, created: date, filled: Mapping[str, Sequence[Row]]) -> None:
    with document(path, title=book.title, created=created, author=plan.office.name) as doc:
        pages = [doc.sheet(sheet.name) for sheet in book.sheets]
        hidden = doc.sheet(_LISTS_SHEET)
        lists = write_lists(hidden, long_lists(book.sheets, [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        for page, sheet in zip(pages, book.sheets, strict=True):
            write_entry_sheet(page, sheet, filled.get(sheet.key, ()), lists, plan)


_PLAN_LISTS_SHEET = "_名单"


def write_plan_book(path: Path, plan: Plan) -> None:
    """Write the plan; reading it back and writing it again changes nothing."""
    rows = plan_rows(plan)
    # The plan has no date of its own but the day its work begins.
    with document(path, title="工作方案", created=plan.start, author=plan.office.name) as doc:
        pages = [doc.sheet(sheet.name) for sheet in SHEETS]
        hidden = doc.sheet(_PLAN_LISTS_SHEET)
        lists = write_lists(hidden, long_lists(SHEETS, [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        for page, sheet in zip(pages, SHEETS, strict=True):
            write_entry_sheet(page, sheet, rows[sheet.key], lists, plan)
