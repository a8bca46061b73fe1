"""Values as our readers hand them on: one set of types whatever the format, nothing guessed."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from math import isfinite
from typing import Any, TypeAlias, TypeVar

from pipeline.intake.formats.looks import Look, is_duration, seen
from pipeline.intake.raw import PICTURE, Cell, Comment, RawSheet
from pipeline.intake.unreadable import odd

#: From here on a binary fraction no longer holds every digit: such a number stays a float, so that a
#: code that lost its last digits can be told from one that did not.
EXACT_BELOW = 10**15
#: Bounding boxes from here on are looked at closely: is it a table, or a cell gone astray?
SPARSE_FROM = 1_000_000
#: More tabs than this no return and no archive of a system has.
MAX_SHEETS = 1_000
_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_PICTURE_TEXTS = ("=DISPIMG(", "=_xlfn.DISPIMG(")
Merge: TypeAlias = tuple[int, int, int, int]
_Value = TypeVar("_Value")
Places: TypeAlias = Mapping[tuple[int, int], _Value]
_LETTER = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 1)}


def column_number(letters: str) -> int:
    """A → 1, XFD → 16384."""
    number = 0
    for letter in letters:
        number = number * 26 + _LETTER[letter]
    return number


def column_letters(number: int) -> str:
    """1 → A, 16384 → XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def number(value: float) -> Cell:
    """A number cell: 5.0 → 5; an integer of 16 or more digits stays a float; not a number → text."""
    if not isfinite(value):
        return str(value)
    return int(value) if value.is_integer() and abs(value) < EXACT_BELOW else value


def duration(value: timedelta) -> Cell:
    """A span of hours: below a day it is a time of day, else text such as 36:00:00."""
    seconds = value // timedelta(seconds=1)
    if 0 <= seconds < 86_400:
        return (datetime.min + value).time()
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def moment(value: datetime) -> Cell:
    """A date cell: midnight is a plain date."""
    return value.date() if value.time() == time(0) else value


def iso_moment(value: Cell) -> Cell:
    """A text such as 2023-07-31T00:00:00.000Z as the day that it is, whatever its time zone; else as it was."""
    try:
        return moment(datetime.fromisoformat(value).replace(tzinfo=None)) if isinstance(value, str) else value
    except ValueError:
        return value


def from_serial(value: float, number_format: str, *, is_1904: bool) -> Cell:
    """A number cell whose format says that it is a day, a time of day or a span; out of range it stays a number."""
    try:
        span = timedelta(seconds=round(value * 86_400))
        if is_duration(number_format) or 0 <= value < 1:
            return duration(span)
        return moment((_EPOCH_1904 if is_1904 else _EPOCH) + span) if value >= 0 else number(value)
    except (OverflowError, ValueError):
        return number(value)


def _same(value: Cell) -> Cell:
    return value


_PLAIN: dict[type, Callable[[Any], Cell]] = {
    str: lambda text: text or None,
    float: number,
    int: _same,
    bool: _same,
    date: _same,
    datetime: moment,
    time: _same,
    timedelta: duration,
    type(None): _same,
}


def plain_rows(rows: Iterable[Sequence[Any]]) -> list[list[Cell]]:
    """A library's rows with its types made ours; "" is a blank."""
    plain = _PLAIN
    return [[value if (kind := type(value)) is str and value else plain[kind](value) for value in row] for row in rows]


def finished(
    name: str,
    visible: bool,
    rows: list[list[Cell]],
    *,
    faults: Places[str],
    merges: Iterable[Merge] = (),
    hidden_rows: Iterable[int] = (),
    strays: Places[Cell] | None = None,
    looks: Places[Look] | None = None,
    comments: Places[tuple[Comment, ...]] | None = None,
) -> RawSheet:
    """A sheet as `RawSheet` promises it: ends trimmed, all rows equally long, nothing reaching beyond them.

    looks: of the cells that must be looked at; their values become what is seen, in place.

    Faults far outside (past what `SPARSE_FROM` cells hold) are kept, but no rows are made up for them.
    """
    height = max((row for row, _ in faults), default=0)
    width = max((column for _, column in faults), default=0)
    if height * width > SPARSE_FROM:
        height = width = 0
    rows = _trimmed(rows, height, width)
    apart = {place: value for place, value in (strays or {}).items() if place not in faults}
    hidden = frozenset(row for row in hidden_rows if row <= len(rows))
    filled = dict(_looked_at(rows, looks or {}))
    return RawSheet(
        name,
        visible,
        rows,
        list(_clipped(merges, rows)),
        hidden,
        dict(faults),
        apart,
        frozenset(place for place, look in filled.items() if look.struck),
        frozenset(place for place, look in filled.items() if look.grey),
        dict(comments or {}),
    )


def _looked_at(rows: list[list[Cell]], looks: Places[Look]) -> Iterator[tuple[tuple[int, int], Look]]:
    """The filled cells among those with a look of their own; what they show is put in their place."""
    for (row, column), look in looks.items():
        if row <= len(rows) and column <= len(rows[row - 1]) and rows[row - 1][column - 1] is not None:
            rows[row - 1][column - 1] = seen(rows[row - 1][column - 1], look.number_format)
            yield (row, column), look


def limited(sheets: Iterable[RawSheet]) -> list[RawSheet]:
    """The sheets of a book; raises Unreadable as soon as there are more than any has."""
    kept: list[RawSheet] = []
    for sheet in sheets:
        refuse_many_sheets(len(kept) + 1)
        kept.append(sheet)
    return kept


def refuse_many_sheets(count: int) -> None:
    """Raise Unreadable for more tabs than any workbook has."""
    if count > MAX_SHEETS:
        raise odd(f"工作表超过 {MAX_SHEETS} 张")


def _trimmed(rows: list[list[Cell]], height: int, width: int) -> list[list[Cell]]:
    """`rows` without the empty rows and columns at the end, but at least so high and wide; all equally long."""
    kept = len(rows)
    while kept > height and rows[kept - 1].count(None) == len(rows[kept - 1]):
        kept -= 1
    rows = rows[:kept]
    longest = max(map(len, rows), default=0)
    while longest > width and all(len(row) < longest or row[longest - 1] is None for row in rows):
        longest -= 1
    width = max(width, longest)
    rows += [[] for _ in range(height - len(rows))]
    return [row if len(row) == width else (row + [None] * (width - len(row)))[:width] for row in rows]


def _clipped(merges: Iterable[Merge], rows: Sequence[Sequence[Cell]]) -> Iterator[Merge]:
    """Merges as far as the rows reach: nobody is to walk over a merge of a million empty rows."""
    height, width = len(rows), len(rows[0]) if rows else 0
    for top, left, bottom, right in merges:
        merge = top, left, min(bottom, height), min(right, width)
        if top <= height and left <= width and merge[:2] != merge[2:]:
            yield merge


def take_out_pictures(rows: list[list[Cell]], faults: dict[tuple[int, int], str]) -> None:
    """Turn the text that WPS leaves for a picture in a cell into a fault, in place."""
    for row_number, row in enumerate(rows, 1):
        for index, value in enumerate(row):
            if isinstance(value, str) and value.startswith(_PICTURE_TEXTS):
                faults[row_number, index + 1] = PICTURE
                row[index] = None
