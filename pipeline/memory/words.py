"""What a person added to a workbook that a run wrote, read out of the workbook as it stands (contract §8).

Rows are known by what identifies them, wherever they and their columns have been moved to. What stands under a
column that people write in is said of its row; under a column of their own or in a comment it is said as
“标题：文字” in 其他批注; a lone line below a table is a saying by itself. A word changed in a cell of ours, and a text
above a table, are not told from what the run wrote.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING

from pipeline.judge.remarks import Said, as_circulated, remark_key, remark_label
from pipeline.memory.readback import find_header, plain_title
from schemas.columns import Table
from schemas.tables import (
    DECISIONS,
    DECISIONS_LOST,
    LEDGER_BOOK,
    MATTER_LEDGER,
    PROBLEM_LEDGER,
    RED_LIST,
    REMARKS,
    REMARKS_LOST,
    SCORE_BOOK,
    TASK_LEDGER,
    WORD_NAMES,
    YELLOW_LIST,
    unit_column,
)

if TYPE_CHECKING:
    from pipeline.intake.own import OwnBook

_ROWS_OF = {
    table.name: table for table in (RED_LIST, YELLOW_LIST, TASK_LEDGER, PROBLEM_LEDGER, MATTER_LEDGER, DECISIONS)
}
_LOST = {LEDGER_BOOK: REMARKS_LOST, SCORE_BOOK: DECISIONS_LOST}
_MEANT_ANYWAY = ("unit", *WORD_NAMES)  # also under a title that only holds theirs
_LEAST_OF_TITLES = 0.6  # by so many of its titles a renamed sheet is known
_BRACKETED = re.compile(r"[（(【\[].*?[）)】\]]")

Row = Sequence[object]


@cache
def _board() -> Table:
    """单位 and the columns to write in, on any other sheet."""
    return Table("board", "", (unit_column(), *REMARKS))


@dataclass(frozen=True)
class Reader:
    """Reads the sheets of one book. label: of its period.

    standing: (sheet, key) of the rows beside which words stood when it was written; these are said even where blank.
    """

    label: str
    standing: frozenset[tuple[str, str]] = frozenset()
    book: str = LEDGER_BOOK

    def sheet(self, sheet: "_Sheet") -> Iterator[Said]:
        """What is said on one sheet."""
        table = _table_of(sheet, self.book)
        found = _columns(sheet, table)
        if found is None:
            yield from self._free(sheet, range(len(sheet.rows)))
            return
        yield from self._free(sheet, range(found.header))
        if table is _LOST[self.book]:
            yield from _apart(sheet, found, self.label, self.book)
        else:
            yield from self._rows(sheet, table, found)

    def _rows(self, sheet: "_Sheet", table: Table, columns: "_Columns") -> Iterator[Said]:
        name = sheet.name if table is _board() else table.name
        above: dict[str, str | None] = {}
        for number in range(columns.header + 1, len(sheet.rows)):
            row = {column: text for column, text in enumerate(map(words, sheet.rows[number])) if text}
            cells = {key: row.get(place) for key, place in columns.places.items()}
            _fill_down(cells, above, table)
            if not cells.get("unit"):  # words below or beside the table, or nothing at all
                yield from self._free(sheet, [number], columns)
                continue
            above = cells
            more = [*self._more(row, columns, table), *_notes(sheet, number, columns)]
            said = {key: cells[key] for key in columns.places if key in WORD_NAMES}
            key = remark_key(name, cells)
            if more or any(said.values()) or (name, key) in self.standing:
                label = remark_label(name, cells)
                yield Said(self.book, name, key, label, self.label, said, "；".join(more), sheet.counter)

    def _more(self, row: Mapping[int, str], columns: "_Columns", table: Table) -> Iterator[str]:
        """Under columns of their own; on a board there is no telling which these are."""
        for place, text in row.items() if table is not _board() else ():
            if place not in columns.ours:
                title = columns.titles.get(place, "")
                yield f"{title}：{text}" if title else text

    def _free(self, sheet: "_Sheet", rows: Sequence[int], columns: "_Columns | None" = None) -> Iterator[Said]:
        """Texts that belong to no row, each once, and comments."""
        for number in rows:
            alone: list[str] = []
            if columns and number > columns.header + 1:  # the row before says “没有……” where none follows
                alone = list(filter(None, map(words, sheet.rows[number])))
            text = "；".join([*(alone if len(alone) == 1 else ()), *_notes(sheet, number, None)])
            if text and text not in sheet.free:
                sheet.free.add(text)
                label = f"{sheet.name}第 {number + 1} 行"
                yield Said(self.book, sheet.name, as_circulated(text), label, self.label, {}, text, sheet.counter)


@dataclass(frozen=True)
class _Sheet:
    """A sheet as read; counter: rows alike are counted over the sheets of ours together, over a copy by itself."""

    name: str
    rows: Sequence[Row]
    comments: Mapping[tuple[int, int], str]
    counter: str
    free: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class _Columns:
    """Where the columns stand. header: index of its row; places: name → column; titles: column → what stands above."""

    header: int
    places: Mapping[str, int]
    titles: Mapping[int, str]

    @cached_property
    def ours(self) -> frozenset[int]:
        """The columns that the table has."""
        return frozenset(self.places.values())


def words(cell: object) -> str | None:
    """What a person reads in a cell; None for a blank."""
    if cell is None:
        return None
    if isinstance(cell, datetime):
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip() or None


def words_in(book: "OwnBook", label: str, standing: Mapping[tuple[str, str, str], bool]) -> list[Said]:
    """Everything that people wrote into one workbook: every row beside which words stand, or stood.

    label: of its period; standing: (book, sheet, key) of the rows with words as the run wrote them → whether it
    stood in 历史批示.
    Raises Unreadable.
    """
    kind = SCORE_BOOK if _SCORE_SHEETS & set(book.names) else LEDGER_BOOK
    own = frozenset((sheet, key) for where, sheet, key in standing if where == kind)
    reader = Reader(label, own, kind)
    found: list[Said] = []
    for name in book.names:
        ours_named = name in _ROWS_OF or name == REMARKS_LOST.name
        sheet = _Sheet(name, book.filled(name), book.comments(name), "" if ours_named else name)
        found += reader.sheet(sheet)
    if REMARKS_LOST.name in book.names:
        there = {(said.sheet, said.key) for said in found}
        for (where, sheet_name, key), apart in standing.items():
            if apart and where == kind and (sheet_name, key) not in there:  # its row was deleted
                found.append(Said(kind, sheet_name, key, "", label, dict.fromkeys(WORD_NAMES), "", ""))
    return found


_SCORE_SHEETS = {DECISIONS.name, "评分排名", "得分明细", "评分办法"}


def is_book(book: "OwnBook") -> bool:
    """Whether a workbook is one of ours or a copy, not something else that lies beside it."""
    if len({*_ROWS_OF, REMARKS_LOST.name, *_SCORE_SHEETS} & set(book.names)) > 1:
        return True
    sheets = (_Sheet(name, book.rows(name) or [], {}, "") for name in book.names)
    return any(_table_of(sheet, LEDGER_BOOK) is not _board() for sheet in sheets)


def _table_of(sheet: _Sheet, book: str) -> Table:
    if sheet.name == REMARKS_LOST.name:
        return _LOST[book]
    if sheet.name in _ROWS_OF:
        return _ROWS_OF[sheet.name]
    for table in _ROWS_OF.values():
        if find_header(sheet.rows, table.titles, at_least=int(len(table.columns) * _LEAST_OF_TITLES))[0] >= 0:
            return table
    return _board()


def _columns(sheet: _Sheet, table: Table) -> _Columns | None:
    """Where the columns of the table stand; None where there is no header with 单位 (or with 标识)."""
    header, places = find_header(sheet.rows, table.titles, at_least=1 if table is _board() else 2)
    if header < 0:
        return None
    titles = {place: text for place, text in enumerate(map(words, sheet.rows[header])) if text}
    places = dict(places)
    for loose in (_without_brackets, _holding):
        for name, title in table.titles.items():
            taken = set(places.values())
            meant = (p for p, text in titles.items() if p not in taken and loose(text, title, name))
            if name not in places and (place := next(meant, None)) is not None:
                places[name] = place
    needed = "key" if "key" in table.names else "unit"
    return _Columns(header, places, titles) if needed in places and len(titles) > 1 else None


def _without_brackets(text: str, title: str, _name: str) -> bool:
    return _BRACKETED.sub("", plain_title(text)) == title


def _holding(text: str, title: str, name: str) -> bool:
    return name in _MEANT_ANYWAY and name != "decided_note" and title in plain_title(text)


def _fill_down(cells: dict[str, str | None], above: Mapping[str, str | None], table: Table) -> None:
    """A blank 单位, and a wholly blank name, are those of the row above, as where cells were merged."""
    identity = table.identity
    own = [name for name in (*identity.columns, *identity.also) if cells.get(name)]
    if not above or not own or table is DECISIONS:
        return
    if not cells.get("unit"):
        cells["unit"] = above.get("unit")
    if cells.get("unit") == above.get("unit") and not any(cells.get(name) for name in identity.columns):
        cells.update({name: above.get(name) for name in identity.columns})


def _notes(sheet: _Sheet, number: int, columns: _Columns | None) -> list[str]:
    """The comments on the cells of a row, each with the title of its column."""
    found = []
    for (row, column), text in sheet.comments.items():
        if row == number + 1:
            title = columns.titles.get(column - 1, "") if columns else ""
            found.append(f"批注（{title}）：{text}" if title else f"批注：{text}")
    return found


def _apart(sheet: _Sheet, columns: _Columns, label: str, book: str) -> Iterator[Said]:
    """The rows of 历史批示; one that a person added there is about what it says."""
    for number in range(columns.header + 1, len(sheet.rows)):
        row = {place: text for place, text in enumerate(map(words, sheet.rows[number])) if text}
        cells = {name: row.get(place) for name, place in columns.places.items()}
        said = {name: cells[name] for name in columns.places if name in WORD_NAMES}
        own = [
            f"{columns.titles.get(place, '')}：{text}".lstrip("：")
            for place, text in row.items()
            if place not in columns.ours
        ]
        more = "；".join([*own, *_notes(sheet, number, columns)])
        about = cells.get("label") or ""
        key = cells.get("key") or about or next(filter(None, said.values()), None) or more
        if key and (cells.get("key") or more or any(said.values())):
            where = cells.get("sheet") or sheet.name
            yield Said(book, where, key, about, cells.get("written_in") or label, said, more, sheet.counter)
