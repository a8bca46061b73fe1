"""How large a sheet comes out of the printer, and the paper on which it can be read.

Nothing is printed under 7 pt: where one page across would make it smaller, the next larger paper is
taken, then more pages side by side, each with the columns that tell the row. Lengths are points.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import floor

from pipeline.write.kit.theme import BODY_SIZE

SMALLEST_PRINT = 7.0
SIDE_MARGIN = 0.4  # inches
_POINTS_PER_INCH, _POINTS_PER_PIXEL = 72, 0.75
_UPRIGHT_SCALE = 0.75  # down to this a table stands upright, where more of its rows fit on a page
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Paper:
    """A size of paper; `code` is Excel's number of it."""

    code: int
    short: float
    long: float

    def room(self, *, lying: bool, margin: float = SIDE_MARGIN) -> float:
        """Points across between the margins (inches)."""
        return (self.long if lying else self.short) - 2 * margin * _POINTS_PER_INCH


A4, A3 = Paper(9, 595.3, 841.9), Paper(8, 841.9, 1190.6)


@dataclass(frozen=True)
class Layout:
    """How a sheet is laid on paper. `first`: how many columns stand on the first page across; keys: how many on each."""

    paper: Paper
    lying: bool
    across: int
    scale: float
    first: int
    keys: int


def column_points(width: float) -> float:
    """Width of a column of so many half-width characters as Excel draws it."""
    return (width * 7 + 5) * _POINTS_PER_PIXEL


def print_scale(columns: Sequence[float], room: float, *, across: int = 1, keys: int = 0) -> float:
    """The scale, at most 1, at which columns (points) fit on so many pages side by side, `room` points each.

    keys: how many of the first columns are repeated on every page. Whole per cents, as Excel prints.
    """
    return min(1.0, floor(100 * room / _page_width(columns, across, keys) + _ROUNDING) / 100)


def page_widths(columns: Sequence[float], room: float, keys: int = 0) -> list[tuple[int, float]]:
    """Each page across that `room` points make: (how many columns are new on it, its width)."""
    pages, repeated = [(0, 0.0)], sum(columns[:keys])
    for index, width in enumerate(columns):
        count, used = pages[-1]
        if count and used + width > room + _ROUNDING and index > keys:
            pages.append((1, repeated + width))
        else:
            pages[-1] = (count + 1, used + width)
    return pages


def _page_width(columns: Sequence[float], across: int, keys: int) -> float:
    """The narrowest room that needs no more pages than `across`."""
    ends, repeated = [0.0, *accumulate(columns)], sum(columns[:keys])
    if across == 1:
        return ends[-1]
    rooms = sorted(
        {ends[last] - ends[first] + (repeated if first else 0.0) for last in range(len(ends)) for first in range(last)}
    )

    def fits(room: float) -> bool:
        pages = page_widths(columns, room, keys)
        return len(pages) <= across and max(width for _, width in pages) <= room + _ROUNDING

    return rooms[bisect_left(rooms, True, key=fits)]


def lay_out(
    widths: Sequence[float],
    *,
    upright: bool | None = None,
    papers: Sequence[Paper] = (A4, A3),
    keys: int = 0,
    smallest: float = BODY_SIZE,
) -> Layout:
    """The first of: one page across on each of `papers`, then two, three … across on the last, that can be read.

    widths: of the printed columns, in half-width characters; upright: None leaves it to the width; smallest: the
    smallest size of their text; keys: columns repeated where there are more pages than one, where they leave room.
    """
    columns = [column_points(width) for width in widths]
    least = SMALLEST_PRINT / smallest
    ways = [
        (paper, lying, least) for paper in papers for lying in ((True, False) if upright is None else (not upright,))
    ]
    if upright is None:
        ways = [(papers[0], False, _UPRIGHT_SCALE), *((paper, lying, at) for paper, lying, at in ways if lying)]
    for across in range(1, len(columns) + 1):
        for paper, lying, at in ways if across == 1 else ways[-1:]:
            room = paper.room(lying=lying)
            repeated = keys if across > 1 and sum(columns[:keys]) * least <= room / 2 else 0
            scale = print_scale(columns, room, across=across, keys=repeated)
            if scale >= at:
                first = page_widths(columns, room / scale, repeated)[0][0]
                return Layout(paper, lying, across, scale, first, repeated)
    raise ValueError(f"a column is wider than the paper: {max(widths)}")
