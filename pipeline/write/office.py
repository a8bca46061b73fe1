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


#: A very hidden sheet of a book that went out: what stood in it then, so that it can be told whether anybody wrote in it.
SEAL_SHEET, SEAL_LABEL = "_写出", "写出时的内容"


def write_office_books(
    folder: Path,
    plan: Plan,
    created: date,
    filled: Mapping[str, Sequence[Row]] | None = None,
    seals: Mapping[str, str] | None = None,
) -> list[Path]:
    """Write the office's books into `folder` (which exists); `created` is the meeting's date.

    filled: Sheet.key → one mapping a row by Column.name; blank where nothing is given. seals: file name → what
    its hidden sheet says of its contents.
    """
    paths = []
    for book in OFFICE_BOOKS:
        paths.append(folder / book.file_name)
        _write_book(paths[-1], book, plan, created, filled or {}, (seals or {}).get(book.file_name, ""))
    return paths


def _write_book(
    path: Path, book: OfficeBook, plan: Plan, created: date, filled: Mapping[str, Sequence[Row]], seal: str
) -> None:
    with document(path, title=book.title, created=created, author=plan.office.name) as doc:
        pages = [doc.sheet(sheet.name, endless=True) for sheet in book.sheets]
        hidden = doc.sheet(_LISTS_SHEET)
        lists = write_lists(hidden, long_lists(book.sheets, [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        for page, sheet in zip(pages, book.sheets, strict=True):
            write_entry_sheet(page, sheet, filled.get(sheet.key, ()), lists, plan)
        if seal:
            sealed = doc.sheet(SEAL_SHEET)
            sealed.put(1, 0, SEAL_LABEL, sealed.theme.style("body"))
            sealed.put(1, 1, seal, sealed.theme.style("body"))
            sealed.raw.very_hidden()


_PLAN_LISTS_SHEET = "_名单"


def write_plan_book(path: Path, plan: Plan) -> None:
    """Write the plan; reading it back and writing it again changes nothing."""
    rows = plan_rows(plan)
    # The plan has no date of its own but the day its work begins.
    with document(path, title="工作方案", created=plan.start, author=plan.office.name) as doc:
        pages = [doc.sheet(sheet.name, endless=True) for sheet in SHEETS]
        hidden = doc.sheet(_PLAN_LISTS_SHEET)
        lists = write_lists(hidden, long_lists(SHEETS, [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        for page, sheet in zip(pages, SHEETS, strict=True):
            write_entry_sheet(page, sheet, rows[sheet.key], lists, plan)
