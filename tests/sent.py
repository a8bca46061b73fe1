"""Returns of all 33 units as they look once opened, in memory, to be spoilt cell by cell and taken in.

They are the program's own templates with correct content, for the meeting of 2023-04-14; what the
period before left behind is that of the same units two weeks earlier.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.checks.returns import check_returns
from pipeline.findings import Finding
from pipeline.intake import collect
from pipeline.intake.find import Received, office_file
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.open import open_book
from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.store import Store
from pipeline.judge.merge import merge
from pipeline.judge.states import item_states
from pipeline.records import Intake, Previous
from pipeline.sample import Nature, SampleReturn, sample_return
from pipeline.write.office import write_office_books
from pipeline.write.template import Prefill, template_name, write_template
from schemas.columns import Sheet
from schemas.plan import Period, load_plan, period_of
from schemas.returns import BY_KEY, COVER, OFFICE_BOOKS
from schemas.tables import MATRIX
from tests.judge.matrix_rows import previous_of

PLAN = load_plan()
UNITS = tuple(unit.name for unit in PLAN.units)
MEETINGS = (date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14))
BEFORE, PERIOD = (period_of(PLAN, meeting, MEETINGS) for meeting in MEETINGS[1:])
HEADER_ROW, FIRST_ROW, FIRST_COVER_ROW = 3, 4, 3
_ITEMS = 15
STORE = Store()

#: Tab and cell; a cell "" is the tab as a whole, a tab "" the file.
Spot = tuple[str, str]


class Sent:
    """One unit's return. Rows of a table count from 0, as in the content that it was made of."""

    def __init__(self, content: SampleReturn, book: RawBook, earlier: SampleReturn) -> None:
        self.content, self.earlier = content, earlier
        self.book = replace(book, sheets=[_copied(sheet) for sheet in book.sheets])
        self.unit = content.unit.name
        self.file = template_name(content.unit, PERIOD)

    @property
    def office(self) -> str:
        """Which of the office's own workbooks it is; "" for a return."""
        return office_file(self.file)

    def rows(self, key: str) -> list[dict[str, object]]:
        """The entries of one table, by Column.name."""
        return self.content.tables[key]

    def tab(self, key: str) -> RawSheet:
        """One tab."""
        return next(sheet for sheet in self.book.sheets if sheet.name == BY_KEY[key].name)

    def swap(self, key: str, **changes: object) -> None:
        """Replace a tab by one that differs in `changes`; visible rows, faults and the like."""
        at = self.book.sheets.index(self.tab(key))
        self.book.sheets[at] = replace(self.book.sheets[at], **changes)

    def place(self, key: str, row: int, name: str) -> tuple[int, int]:
        """Excel row and column (both from 1) of an entry's cell; row −1 is the header."""
        column = BY_KEY[key].names.index(name)
        if key == COVER.key:
            return FIRST_COVER_ROW + column, 2
        return FIRST_ROW + row, column + 1

    def spot(self, key: str, row: int, name: str) -> Spot:
        """The same as people read it."""
        number, column = self.place(key, row, name)
        return BY_KEY[key].name, f"{column_letters(column)}{number}"

    def put(self, key: str, row: int, name: str, value: Cell) -> Spot:
        """Write one cell."""
        number, column = self.place(key, row, name)
        self.tab(key).rows[number - 1][column - 1] = value
        return self.spot(key, row, name)

    def append(self, key: str, values: Mapping[str, Cell]) -> int:
        """Write an entry below the last one; returns its row."""
        row = len(self.rows(key))
        for name, value in values.items():
            self.put(key, row, name, value)
        return row

    def clear(self, key: str, row: int) -> None:
        """Take an entry out, leaving an empty row."""
        for name in BY_KEY[key].names:
            self.put(key, row, name, None)


class OfficeBook(Sent):
    """The one of the office's own workbooks that holds `sheet`, with three entries a sheet.

    They may lie in any folder below inputs.
    """

    def __init__(self, sheet: Sheet, folder: str) -> None:
        name = next(own.file_name for own in OFFICE_BOOKS if sheet in own.sheets)
        content, book = _office_books()[name]
        super().__init__(content, book, content)
        self.unit, self.file = "", f"{folder}/{name}"


_INSPECTION = {
    "found_on": date(2023, 4, 6),
    "kind": "两头受理",
    "description": "仍在原单位受理",
    "correct_by": date(2023, 5, 31),
    "state": "整改中",
}
_CLOSED = {"state": "已销号", "closed_on": date(2023, 4, 10)}
_WAIVER = {
    "rule_code": "SX-038",
    "scope": "全部",
    "reason": "上级系统未开通",
    "approved_by": "专班办公室主任",
    "expires_on": date(2023, 6, 30),
}
_DELAY = {
    "dimension": "系统",
    "until": date(2023, 12, 15),
    "reason": "上级系统未开通",
    "approved_by": "专班办公室主任",
}
_BONUS = {"meeting": date(2023, 4, 14), "points": 2, "reason": "经验交流", "approved_by": "专班办公室主任"}
_MATTER = {
    "agreed_on": date(2023, 3, 31),
    "source": "会议议定",
    "content": "开通统一受理",
    "due": date(2023, 5, 31),
    "state": "办理中",
}
_SETTLED = {"state": "已办结", "closed_on": date(2023, 4, 10)}


def _about(unit: str, row: int) -> dict[str, object]:
    item = clean()[unit][0].tables["items"][row]
    return {"unit": unit, "item_code": item["item_code"], "item_name": item["item_name"]}


def _inspected(unit: str, row: int) -> dict[str, object]:
    return {"number": f"D{row}", **_about(unit, row), **_INSPECTION}


@cache
def _office_books() -> dict[str, tuple[SampleReturn, RawBook]]:
    units = UNITS[:3]
    rows: dict[str, list[dict[str, object]]] = {
        "inspections": [_inspected(unit, row) | (_CLOSED if row == 2 else {}) for row, unit in enumerate(units)],
        "bonus": [{"unit": unit, **_BONUS} for unit in units],
        "waivers": [{"unit": unit, **_WAIVER} for unit in units],
        "delays": [{**_about(unit, row), **_DELAY} for row, unit in enumerate(units)],
        "matters": [
            {"number": f"Y{row}", **_about(unit, row), **_MATTER} | (_SETTLED if row == 2 else {})
            for row, unit in enumerate(units)
        ],
    }
    whole = {key: [dict.fromkeys(BY_KEY[key].names) | row for row in entries] for key, entries in rows.items()}
    with TemporaryDirectory() as folder:
        paths = write_office_books(Path(folder), PLAN, PERIOD.meeting, whole)
        books = [open_book(path.read_bytes()) for path in paths]
    return {
        own.file_name: (SampleReturn(PLAN.units[0], {}, {sheet.key: whole[sheet.key] for sheet in own.sheets}), book)
        for own, book in zip(OFFICE_BOOKS, books, strict=True)
    }


def _copied(sheet: RawSheet) -> RawSheet:
    width = max(len(row) for row in sheet.rows)
    rows = [[*row, *[None] * (width - len(row))] for row in sheet.rows]
    spare = [[None] * width for _ in range(max(0, FIRST_ROW + _ITEMS + 5 - len(rows)))]
    return replace(sheet, rows=[*rows, *spare], faults=dict(sheet.faults))


def nature_of(position: int) -> Nature:
    """Some units are nearly done, some have hardly begun."""
    return Nature(progress=0.35 + 0.05 * (position % 11), diligent=position % 3 > 0)


def _content(position: int, period: Period) -> SampleReturn:
    return sample_return(PLAN, period, PLAN.units[position], items=_ITEMS, nature=nature_of(position))


@cache
def clean() -> dict[str, tuple[SampleReturn, RawBook, SampleReturn]]:
    """Unit → its correct return, the same opened, and what it sent the period before."""
    with TemporaryDirectory() as folder:
        returns = {}
        for position, unit in enumerate(PLAN.units):
            now, earlier = _content(position, PERIOD), _content(position, BEFORE)
            path = Path(folder) / f"{position}.xlsx"
            write_template(path, PLAN, PERIOD, unit, Prefill(now.cover, now.tables))
            returns[unit.name] = (now, open_book(path.read_bytes()), earlier)
        return returns


def sent(unit: str) -> Sent:
    """A fresh copy of a unit's correct return."""
    content, book, earlier = clean()[unit]
    return Sent(content, book, earlier)


def taken_in(returns: Sequence[Sent], period: Period = PERIOD) -> Intake:
    """The returns taken in as a run does, save that the files are opened already and read in this process."""
    books = {entry.file.encode(): entry.book for entry in returns}
    received = [
        Received(entry.file, STORE.keep(entry.file.encode()), f"{number:064}", 1, office=entry.office)
        for number, entry in enumerate(returns)
    ]
    kept = collect.open_book, collect.map_files
    collect.open_book = books.__getitem__
    collect.map_files = lambda read, tasks, *_, **__: [read(task) for task in tasks]
    try:
        return collect.take_in(received, PLAN, period, workers=1, seen_before={})
    finally:
        collect.open_book, collect.map_files = kept


def findings_of(intake: Intake, previous: Previous | None = None) -> list[Finding]:
    """Everything that is said of them."""
    return [*intake.findings, *check_returns(PLAN, PERIOD, intake, previous)]


@cache
def before() -> Previous:
    """What the period before left behind, as far as the checks ask for it."""
    returns = [_opened_before(position) for position in range(len(UNITS))]
    merged = merge(taken_in(returns, BEFORE), None, PLAN)
    items = merged.tables["items"]
    matrix = items.join(item_states(items, PLAN)).reindex(columns=list(MATRIX.names))
    return previous_of(covers=merged.covers, tables=merged.tables, matrix=matrix)


def _opened_before(position: int) -> Sent:
    """The return of the period before: this one's workbook with that one's content written over it."""
    now, book, earlier = clean()[UNITS[position]]
    old = Sent(now, book, earlier)
    for name, value in earlier.cover.items():
        old.put(COVER.key, 0, name, value)
    for key, rows in earlier.tables.items():
        for row in range(max(len(rows), len(now.tables[key]))):
            for name in BY_KEY[key].names:
                old.put(key, row, name, rows[row][name] if row < len(rows) else None)
    return old
