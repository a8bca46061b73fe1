"""3-红黄绿督办台账_第{NN}期.xlsx, the workbook that is circulated. It holds no mobile number.

Source: contract §8, 3; titles of its lists are those of `schemas.ledger`.
"""

from collections.abc import Mapping
from pathlib import Path

from pipeline.records import FrontLine
from pipeline.workbooks import board, briefing_sheet, chart_data, home_page
from pipeline.workbooks.book import Book
from pipeline.workbooks.cells import Page
from pipeline.workbooks.document import document, sheet_link
from pipeline.workbooks.headline import Standing, standings
from pipeline.workbooks.ledger_lists import LISTS, List
from pipeline.workbooks.lists import Listed, archives, narrowed, write_list
from pipeline.workbooks.receipts_sheet import write_receipts
from schemas.ledger import RECEIPTS
from schemas.vocabulary import Light

_UNIT_WIDTH = 24.0  # the longest name of a unit on one line
_FIRST_LISTS = 6  # of LISTS stand before 报送情况 and 工作简报, the others after them
_NAMES = [entry.table.name for entry in LISTS]
SHEETS = (
    home_page.NAME,
    board.NAME,
    *_NAMES[:_FIRST_LISTS],
    RECEIPTS.name,
    briefing_sheet.NAME,
    *_NAMES[_FIRST_LISTS:],
    chart_data.DATA,
)
_TAB_COLOURS = {"红灯清单": "#C00000", "黄灯清单": "#FFC000", board.NAME: "#70AD47", home_page.NAME: "#1F4E79"}


def write_ledger(path: Path, book: Book) -> None:
    """Write the ledger of one meeting: first page, board, lists, 报送情况, briefing, and a hidden sheet for charts."""
    title = f"红黄绿督办台账 {book.period.label}"
    author = book.plan.office.name
    with document(path, title=title, created=book.period.meeting, author=author, home=home_page.NAME) as doc:
        pages = {name: doc.sheet(name, tab=_TAB_COLOURS.get(name, "")) for name in SHEETS}
        lists = _write_lists(pages, book)
        past = standings(book)
        lists[board.NAME] = _write_board(pages, book, lists, past)
        briefing_sheet.write_briefing_sheet(pages[briefing_sheet.NAME], book.briefing)
        home_page.write_home(
            pages[home_page.NAME],
            doc.workbook,
            book,
            standings=past,
            data=chart_data.layout(book, past),
            lists=lists,
            link_of=lambda line: _link_of(line, lists),
        )


def _note(book: Book, count: int) -> str:
    return f"{book.period.label}　会议日期 {book.period.meeting}　共 {count} 条"


def _write_lists(pages: Mapping[str, Page], book: Book) -> dict[str, Listed]:
    copies = archives(book)
    lists = {entry.table.name: _write_one(pages, book, entry, copies) for entry in LISTS}
    note = f"{book.period.label}　会议日期 {book.period.meeting}　报送截止 {book.period.cutoff}"
    lists[RECEIPTS.name] = write_receipts(pages[RECEIPTS.name], book, note=note, copies=copies)
    return lists


def _write_one(pages: Mapping[str, Page], book: Book, entry: List, copies: Mapping[str, str]) -> Listed:
    rows, page = entry.rows(book), pages[entry.table.name]
    listed = write_list(
        page,
        narrowed(entry.table, {"unit": _UNIT_WIDTH, **entry.widths}),
        rows,
        note=_note(book, len(rows)),
        nothing=entry.nothing,
        copies=copies,
        options=entry.options,
    )
    if entry.finish:
        entry.finish(page, book, listed.area)
    return listed


def _write_board(
    pages: Mapping[str, Page], book: Book, lists: Mapping[str, Listed], past: tuple[Standing, ...]
) -> Listed:
    area = board.write_board(
        pages[board.NAME],
        book,
        note=f"{book.period.label}　会议日期 {book.period.meeting}",
        lists={Light.RED: lists["红灯清单"], Light.YELLOW: lists["黄灯清单"]},
        past=past,
    )
    chart_data.write_data(pages[chart_data.DATA], book, past, chart_data.layout(book, past), area)
    return Listed(area, book.judgement.overall)


def _link_of(line: FrontLine, lists: Mapping[str, Listed]) -> str | None:
    """Where a line of 会前一页 leads: to its first row, else to the top of its sheet."""
    if line.sheet not in SHEETS:
        return None
    listed = lists.get(line.sheet)
    found = listed and (listed.link_to(line.unit, line.dimension) or listed.link_to(line.unit))
    return found or sheet_link(line.sheet)
