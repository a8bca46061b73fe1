"""Marks on the cells of a unit's own return, and taking them off again when it comes back.

Our marks are a fill in one of three colours, comment lines that begin with 【级别 编号】 or 改法：,
and the sheet 退回清单, which keeps in a hidden column how each marked cell looked before. Nothing
else of the workbook is touched; what a person wrote into the same comment stays. Source:
contract §8, 4.
"""

from collections.abc import Mapping, Sequence

from pipeline.findings import OUR_COMMENT_LINE
from pipeline.write.edit.book import Book, Tab
from pipeline.write.marks import AUTHOR, FILL_COLOUR, Mark
from schemas.words import Severity

_GRAVITY = tuple(Severity)
_BRACKET = "【".encode()


def put_marks(book: Book, tab: Tab, marks: Mapping[str, Sequence[Mark]]) -> dict[str, int]:
    """Fill, comment and unlock the cells of a sheet; `marks`: address → its findings, in order.

    Out: marked address → the look that the cell had, for the hidden column of 退回清单.
    """
    cells, notes = book.cells(tab), book.notes(tab)
    by_cell: dict[str, list[Mark]] = {}
    for address, found in marks.items():
        by_cell.setdefault(cells.anchor(address), []).extend(found)
    looks: dict[str, int] = {}
    marked: dict[tuple[int, Severity], int] = {}
    for address, found in by_cell.items():
        before = looks[address] = cells.look(address)
        gravest = min((mark.severity for mark in found), key=_GRAVITY.index)
        if (before, gravest) not in marked:
            marked[before, gravest] = book.styles.filled(before, FILL_COLOUR[gravest])
        cells.set_look(address, marked[before, gravest])
        notes.add(address, [line for mark in found for line in mark.lines()], AUTHOR)
    notes.finish()
    return looks


def take_off(book: Book, before: Mapping[tuple[str, str], int]) -> None:
    """Remove our marks from every sheet; `before`: (tab, address) → the look that the cell had."""
    ours = {look for look in range(len(book.styles)) if book.styles.colour(look) in FILL_COLOUR.values()}
    for tab in book.worksheets:
        if _BRACKET in book.has_notes(tab):
            notes = book.notes(tab)
            notes.take_off(lambda line: OUR_COMMENT_LINE.match(line) is not None)
            notes.finish()
        if ours:
            cells = book.cells(tab)
            for address, look in [found for found in cells.looks() if found[1] in ours]:
                cells.set_look(address, book.styles.unfilled(look, before.get((tab.name, address))))
