"""One workbook being written: opened with fixed properties, closed only when all went well.

Also what every sheet shares: page set-up, links between sheets and to the copies in 来件/.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from pipeline.write.kit.cells import Page, checked
from pipeline.write.kit.paper import SIDE_MARGIN, Layout
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.stream import finish
from pipeline.write.kit.theme import BODY_FONT, BODY_SIZE, Theme

#: What no URI may hold; other characters stay readable.
_IN_URI = str.maketrans({sign: f"%{ord(sign):02x}" for sign in '%# "<>[]^`{}'})
FOOTER = "&C第 &P 页 共 &N 页"


@dataclass(frozen=True)
class Document:
    """The workbook, its formats, the sheet that 返回首页 leads to ("" where there is none), the guard of its texts."""

    workbook: Any  # xlsxwriter's, for charts and the like
    theme: Theme
    home: str = ""
    guard: Guard | None = None
    pages: list[Page] = field(default_factory=list)

    def sheet(self, name: str, *, tab: str = "", endless: bool = False) -> Page:
        """Add a sheet; `tab` colours its tab; endless: see `Page`."""
        raw = self.workbook.add_worksheet(name)
        if tab:
            raw.set_tab_color(tab)
        page = Page(raw, self.theme, self.home if self.home != name else "", guard=self.guard, endless=endless)
        self.pages.append(page)
        return page


@contextmanager
def document(
    path: Path, *, title: str, created: date, author: str = "", home: str = "", guard: Guard | None = None
) -> Iterator[Document]:
    """Open the workbook `path` for writing; it is written when the block ends without an exception.

    created: a day for xlsxwriter, which would else take the present one; packed, the properties name none.
    guard: given for what circulates; see `privacy`.
    """
    from xlsxwriter import Workbook

    options = {
        "in_memory": True,
        "default_format_properties": {"font_name": BODY_FONT, "font_size": BODY_SIZE, "font_scheme": "none"},
    }
    package = BytesIO()
    workbook = Workbook(package, options)
    workbook.set_properties({"title": title, "author": author, "created": datetime.combine(created, time())})
    made = Document(workbook, Theme(workbook), home, guard)
    yield made
    workbook.close()
    endless = {page.name for page in made.pages if page.endless}
    finish(package, path, {page.name: page.streamed for page in made.pages}, endless)


def set_up_page(page: Page, layout: Layout, *, header_row: int = 0, footer: str = FOOTER) -> None:
    """Prepare a sheet for paper as `layout` says; header_row: Excel row repeated on every page, 0 for none."""
    page.raw.set_paper(layout.paper.code)
    if layout.lying:
        page.raw.set_landscape()
    page.raw.fit_to_pages(layout.across, 0)
    page.raw.set_margins(left=SIDE_MARGIN, right=SIDE_MARGIN, top=0.6, bottom=0.7)
    page.raw.set_footer(footer)
    if header_row:
        checked(page.raw.repeat_rows(header_row - 1), "打印标题行")
    if layout.across == 1:
        page.raw.center_horizontally()
        return
    page.raw.print_across()  # what belongs to one row lies side by side in the pile
    if layout.keys:
        checked(page.raw.repeat_columns(0, layout.keys - 1), "打印标题列")


def sheet_link(sheet: str, cell: str = "A1") -> str:
    """The address of a cell of the same workbook."""
    quoted = sheet.replace("'", "''")
    return f"internal:'{quoted}'!{cell}"


def source_link(archive: str, sheet: str = "", row: int = 0, above: str = "") -> str:
    """The address of a return's copy in 来件/, at a row where given; above: the way to the period's folder."""
    return file_link(f"{above}来件/{archive}", sheet, row)


def file_link(path: str, sheet: str = "", row: int = 0) -> str:
    """The address of another workbook, relative to where this one lies; of a row of it where given."""
    quoted = sheet.replace("'", "''")
    anchor = f"#'{quoted}'!A{row}" if sheet and row else ""
    return f"external:{path.translate(_IN_URI)}{anchor}"
