"""Reader of web pages saved as .xls, as business systems export them: their tables, one a sheet."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from pipeline.intake.formats.cells import SPARSE_FROM, finished, take_out_pictures
from pipeline.intake.formats.sheet_xml import check_place
from pipeline.intake.formats.sparse import TOO_MUCH, arranged
from pipeline.intake.formats.text import declared_encoding, decoded
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.unreadable import NO_TAB, Unreadable

_MOST_SPANNED = 1_000
_MOST_COVERED = 10_000
_BREAKS = frozenset({"br", "p", "div"})
_NOT_SHOWN = frozenset({"style", "script", "title"})


@dataclass
class _Table:
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    taken: set[tuple[int, int]] = field(default_factory=set)  # places under a cell that spans several
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    row: int = 0
    column: int = 0
    words: list[str] | None = None  # of the cell that is open


def read_html(checked: Checked) -> RawBook:
    """The tables of a page, all cells text; raises Unreadable when it has none."""
    pages = _Tables()
    pages.feed(decoded(checked.data, declared_encoding(checked.data)))
    pages.close()
    filled = [table for table in pages.tables if table.cells]
    if not filled:
        raise Unreadable(NO_TAB)
    return RawBook("html", [_sheet(table, f"网页表格{number}") for number, table in enumerate(filled, 1)])


def _sheet(table: _Table, name: str) -> RawSheet:
    rows, strays = arranged(table.cells, name)
    faults: dict[tuple[int, int], str] = {}
    take_out_pictures(rows, faults)
    return finished(name, True, rows, faults=faults, merges=table.merges, strays=strays)


class _Tables(HTMLParser):
    """Collects the tables of a page; what is not closed is closed by what follows, as browsers do."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[_Table] = []
        self._open: list[_Table] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a table, row or cell."""
        if tag in _NOT_SHOWN:
            self._unseen += 1
        elif tag == "table":
            table = _Table()
            self.tables.append(table)
            self._open.append(table)
        elif self._open:
            table = self._open[-1]
            if tag == "tr":
                self._close_cell(table)
                table.row, table.column = table.row + 1, 0
            elif tag in {"td", "th"}:
                self._close_cell(table)
                self._open_cell(table, dict(attrs))
            elif tag in _BREAKS and table.words:
                table.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Close a table, row or cell."""
        if tag in _NOT_SHOWN:
            self._unseen = max(0, self._unseen - 1)
        elif self._open and tag in {"td", "th", "tr", "table"}:
            self._close_cell(self._open[-1])
            if tag == "table":
                self._open.pop()

    def handle_data(self, data: str) -> None:
        """Add words to the open cell; line breaks of the source are mere spaces."""
        if self._open and self._open[-1].words is not None and not self._unseen:
            self._open[-1].words.append(" ".join(data.split()) if data.strip() else "")

    @staticmethod
    def _open_cell(table: _Table, attributes: dict[str, str | None]) -> None:
        table.row = max(table.row, 1)
        table.column += 1
        while (table.row, table.column) in table.taken:
            table.column += 1
        down, right = _span(attributes.get("rowspan")), _span(attributes.get("colspan"))
        check_place(table.row, table.column, "网页表格")
        if 1 < down * right <= _MOST_COVERED:
            last_row, last_column = table.row + down - 1, table.column + right - 1
            table.merges.append((table.row, table.column, last_row, last_column))
            if len(table.taken) > SPARSE_FROM:
                raise Unreadable(TOO_MUCH, sheet="网页表格", what="合并的单元格过多")
            table.taken |= {
                (row, column)
                for row in range(table.row, last_row + 1)
                for column in range(table.column, last_column + 1)
            }
        table.words = []

    @staticmethod
    def _close_cell(table: _Table) -> None:
        if table.words is not None:
            text = "".join(table.words).strip()
            if text:
                table.cells[table.row, table.column] = text
            table.words = None


def _span(value: str | None) -> int:
    return (
        min(max(int(value), 1), _MOST_SPANNED) if value and value.strip().isascii() and value.strip().isdigit() else 1
    )
