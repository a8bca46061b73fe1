"""One workbook being written: opened with fixed properties, closed only when all went well.

Also what every sheet shares: page set-up for A4, links between sheets and to the copies in 来件/.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

from pipeline.write.kit.cells import Page, checked
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.stream import finish
from pipeline.write.kit.theme import BODY_FONT, BODY_SIZE, Theme

A4, A3 = 9, 8
#: Half-width characters that fit across the paper at full size.
_ACROSS_UPRIGHT, _ACROSS_LYING = 96, 146
_UPRIGHT_SCALE = 0.75  # down to this a table stands upright, where more of its rows fit on a page
_SMALLEST_SCALE = 0.6  # below this, A4 is too small to read and A3 is taken
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

    def sheet(self, name: str, *, tab: str = "") -> Page:
        """Add a sheet; `tab` colours its tab."""
        raw = self.workbook.add_worksheet(name)
        if tab:
            raw.set_tab_color(tab)
        page = Page(raw, self.theme, self.home if self.home != name else "", guard=self.guard)
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
    finish(package, path, {page.name: page.streamed for page in made.pages})


def set_up_page(
    page: Page, *, width: float, landscape: bool | None = None, header_row: int = 0, footer: str = FOOTER
) -> None:
    """Prepare a sheet for paper: A4 (A3 where A4 would be too small to read), fitted to one page across.

    width: of what is printed, in half-width characters; header_row: Excel row repeated on every page, 0 for none.
    """
    lying = width * _UPRIGHT_SCALE > _ACROSS_UPRIGHT if landscape is None else landscape
    across = _ACROSS_LYING if lying else _ACROSS_UPRIGHT
    page.raw.set_paper(A3 if width * _SMALLEST_SCALE > across else A4)
    if lying:
        page.raw.set_landscape()
    page.raw.fit_to_pages(1, 0)
    page.raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.raw.center_horizontally()
    page.raw.set_footer(footer)
    if header_row:
        checked(page.raw.repeat_rows(header_row - 1), "打印标题行")


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
