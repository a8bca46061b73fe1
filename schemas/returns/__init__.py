"""The sheets of a return, in the order of the template, and the office's own workbooks."""

from dataclasses import dataclass

from schemas.columns import Sheet
from schemas.returns import (
    authorisations,
    contacts,
    cover,
    inspection,
    items,
    matters,
    problems,
    replies,
    self_check,
    staff,
    systems,
    tasks,
    waivers,
)

COVER = cover.SHEET
#: The tables of a return, in the order of the template; the cover stands before them.
TABLES: tuple[Sheet, ...] = (
    contacts.SHEET,
    self_check.SHEET,
    items.SHEET,
    staff.SHEET,
    authorisations.SHEET,
    systems.SHEET,
    tasks.SHEET,
    problems.SHEET,
    replies.SHEET,
)
TEMPLATE: tuple[Sheet, ...] = (COVER, *TABLES)


@dataclass(frozen=True)
class OfficeBook:
    """One of the office's own workbooks: its file name, and its sheets in their order."""

    file_name: str
    sheets: tuple[Sheet, ...]

    @property
    def title(self) -> str:
        """What people call it: the file's name without its ending."""
        return self.file_name.removesuffix(".xlsx")


#: The workbooks that the office itself fills in, beside the plan; what stands in them lasts (contract §4).
OFFICE_BOOKS: tuple[OfficeBook, ...] = (
    OfficeBook(inspection.FILE_NAME, (inspection.SHEET, inspection.BONUS)),
    OfficeBook(waivers.FILE_NAME, (waivers.SHEET, waivers.DELAYS)),
    OfficeBook(matters.FILE_NAME, (matters.SHEET,)),
)
OFFICE: tuple[Sheet, ...] = tuple(sheet for book in OFFICE_BOOKS for sheet in book.sheets)
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in (*TEMPLATE, *OFFICE)}

#: The very hidden sheet that tells our own template again when it comes back.
HIDDEN_SHEET = "_模板"
TEMPLATE_EDITION = "1"
#: Title of the last column of every table in the template: a formula of ours, never an entry.
ROW_HINT = "填报提示"
