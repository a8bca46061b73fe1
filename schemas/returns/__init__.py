"""The sheets of a return, in the order of the template, and the office's own two workbooks."""

from schemas.columns import Sheet
from schemas.returns import (
    authorisations,
    contacts,
    cover,
    inspection,
    items,
    problems,
    self_check,
    staff,
    systems,
    tasks,
    waivers,
)

COVER = cover.SHEET
#: The eight tables of a return, in the order of the template; the cover stands before them.
TABLES: tuple[Sheet, ...] = (
    contacts.SHEET,
    self_check.SHEET,
    items.SHEET,
    staff.SHEET,
    authorisations.SHEET,
    systems.SHEET,
    tasks.SHEET,
    problems.SHEET,
)
TEMPLATE: tuple[Sheet, ...] = (COVER, *TABLES)
OFFICE: tuple[Sheet, ...] = (inspection.SHEET, waivers.SHEET)
BY_KEY: dict[str, Sheet] = {sheet.key: sheet for sheet in (*TEMPLATE, *OFFICE)}

#: The very hidden sheet that tells our own template again when it comes back.
HIDDEN_SHEET = "_模板"
TEMPLATE_EDITION = "1"
#: Title of the last column of every table in the template: a formula of ours, never an entry.
ROW_HINT = "填报提示"
