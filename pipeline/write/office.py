"""The office's own workbooks, 督查核查表 and 豁免事项, from the same declarations as the template.

工作方案.xlsx: the whole plan with explanations and dropdowns, for the office to edit (contract §3, §9).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from pipeline.write.entry import long_lists, write_entry_sheet, write_lists
from pipeline.write.kit.document import document
from schemas.columns import Sheet
from schemas.plan import Plan
from schemas.plan_sheets import SHEETS, plan_rows
from schemas.returns import inspection, waivers

_LISTS_SHEET = "_名单"
_BOOKS = ((inspection.FILE_NAME, inspection.SHEET), (waivers.FILE_NAME, waivers.SHEET))


Row = Mapping[str, object]


def write_office_books(
    folder: Path, plan: Plan, created: date, filled: Mapping[str, Sequence[Row]] | None = None
) -> list[Path]:
    """Write both workbooks into `folder` (which exists); `created` is the meeting's date.

    filled: Sheet.key → one mapping a row by Column.name; blank where nothing is given.
    """
    paths = []
    for name, sheet in _BOOKS:
        paths.append(folder / name)
        _write_book(paths[-1], sheet, plan, created, (filled or {}).get(sheet.key, ()))
    return paths


def _write_book(path: Path, sheet: Sheet, plan: Plan, created: date, rows: Sequence[Row]) -> None:
    with document(path, title=sheet.title, created=created, author=plan.office.name) as doc:
        page = doc.sheet(sheet.name)
        hidden = doc.sheet(_LISTS_SHEET)
        lists = write_lists(hidden, long_lists((sheet,), [unit.name for unit in plan.units]))
        hidden.raw.very_hidden()
        write_entry_sheet(page, sheet, rows, lists, plan)


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
