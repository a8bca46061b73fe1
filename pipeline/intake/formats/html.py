"""Reader of web pages saved as .xls, as business systems export them: their tables, one a sheet."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from pipeline.intake.formats.cells import SPARSE_FROM, finished, refuse_many_sheets, take_out_pictures
from pipeline.intake.formats.sheet_xml import check_place
from pipeline.intake.formats.sparse import TOO_MUCH, arranged
from pipeline.intake.formats.text import declared_encoding, decoded
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet
from pipeline.intake.unreadable import NO_TAB, Unreadable, odd

_PLACE = "网页表格"
_MOST_SPANNED = 1_000
_MOST_COVERED = 10_000
_PIECE = 1 << 16
_MOST_NESTED, _MOST_LOOKED_FOR = 5_000, 300_000_000  # a thousand rows may each leave a row, a cell and a font open
_BREAKS = frozenset({"br", "p", "div"})
_NOTE = "comment"
_NOT_SHOWN = frozenset({"style", "script", "title"})
_SPACE = re.compile(r"\s+")


@dataclass
class _Table:
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)  # places under a cell that spans several
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    words: list[str] | None = None  # of the cell that is open
    comments: dict[tuple[int, int], tuple[Comment, ...]] = field(default_factory=dict)


def read_html(checked: Checked) -> RawBook:
    """The tables of a page, all cells text; raises Unreadable when it has none (WJ-011)."""
    page = decoded(checked.data, declared_encoding(checked.data)).encode()
    parser = etree.HTMLParser(target=_Tables(page.count(b"</")), encoding="utf-8", no_network=True, huge_tree=True)
    for start in range(0, len(page), _PIECE):
        parser.feed(page[start : start + _PIECE])  # in pieces, because only between two does a verdict end the reading
    filled = [table for table in parser.close() if table.cells]
    if not filled:
        raise Unreadable(NO_TAB)
    return RawBook("html", [_sheet(table, f"{_PLACE}{number}") for number, table in enumerate(filled, 1)])


def _sheet(table: _Table, name: str) -> RawSheet:
    rows, strays = arranged(table.cells, name)
    faults: dict[tuple[int, int], str] = {}
    take_out_pictures(rows, faults)
    return finished(name, True, rows, faults=faults, merges=table.merges, strays=strays, comments=table.comments)


class _Tables:
    """Collects the tables of a page from the events of a lenient parser, which closes what was left open as browsers do."""

    def __init__(self, ends: int) -> None:
        """`ends`: how many end tags the page has; the parser looks for the start of each among all that is open."""
        self._ends = ends
        self._tables: list[_Table] = []
        self._open: list[_Table] = []
        self._note: list[str] | None = None  # the words of a note beside a cell, as LibreOffice writes it
        self._depth = self._unseen = 0

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        """Open a table, row or cell."""
        self._depth += 1
        if self._depth > _MOST_NESTED or self._depth * self._ends > _MOST_LOOKED_FOR:
            raise odd("网页的标记没有关闭，层层嵌套")
        if tag == _NOTE and self._open:
            self._note = []
        elif tag in _NOT_SHOWN:
            self._unseen += 1
        elif tag == "table":
            self._open.append(_Table())
            self._tables.append(self._open[-1])
            refuse_many_sheets(len(self._tables))
        elif self._open:
            table = self._open[-1]
            if tag == "tr":
                self._close_cell(table)
                table.row, table.column = table.row + 1, 0
                check_place(table.row, 1, _PLACE)
            elif tag in {"td", "th"}:
                self._close_cell(table)
                self._open_cell(table, attributes)
            elif tag in _BREAKS and table.words:
                table.words.append("\n")

    def end(self, tag: str) -> None:
        """Close a table, row or cell."""
        self._depth -= 1
        if tag == _NOTE and self._open and self._note:
            table = self._open[-1]
            table.comments[table.row, table.column] = (Comment(" ".join("".join(self._note).split())),)
        if tag == _NOTE:
            self._note = None
        elif tag in _NOT_SHOWN:
            self._unseen -= 1
        elif self._open and tag in {"td", "th", "tr", "table"}:
            self._close_cell(self._open[-1])
            if tag == "table":
                self._drop_if_empty(self._open.pop())

    def data(self, words: str) -> None:
        """Add words to the open cell; line breaks of the source are mere spaces."""
        if self._note is not None:
            self._note.append(words)
        elif self._open and self._open[-1].words is not None and not self._unseen:
            self._open[-1].words.append(_SPACE.sub(" ", words))

    def close(self) -> list[_Table]:
        """All tables of the page, in the order in which they begin."""
        return self._tables

    def _drop_if_empty(self, table: _Table) -> None:
        """Tables that lay out a page come in thousands, and are no sheets."""
        if not table.cells and self._tables[-1] is table:
            self._tables.pop()

    @staticmethod
    def _open_cell(table: _Table, attributes: Mapping[str, str]) -> None:
        table.row = max(table.row, 1)
        table.column += 1
        while (table.row, table.column) in table.taken:
            table.column += 1
        down, right = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        check_place(table.row, table.column, _PLACE)
        if 1 < down * right <= _MOST_COVERED:
            last_row, last_column = table.row + down - 1, table.column + right - 1
            table.merges.append((table.row, table.column, last_row, last_column))
            if len(table.taken) > SPARSE_FROM:
                raise Unreadable(TOO_MUCH, sheet=_PLACE, what="合并的单元格过多")
            table.taken |= {
                (row, column)
                for row in range(table.row, last_row + 1)
                for column in range(table.column, last_column + 1)
            }
        table.words = []

    @staticmethod
    def _close_cell(table: _Table) -> None:
        if table.words is not None:
            text = "\n".join(" ".join(line.split()) for line in "".join(table.words).split("\n")).strip()
            if text:
                table.cells[table.row, table.column] = text
            table.words = None


def _span(value: str | None) -> int:
    return (
        min(max(int(value), 1), _MOST_SPANNED) if value and value.strip().isascii() and value.strip().isdigit() else 1
    )
