"""A workbook as it was read: values with their places, nothing interpreted yet.

Plain picklable values, no pandas: they are made in worker processes (`workers.py`).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time

Cell = None | str | bool | int | float | datetime | date | time

#: What `RawSheet.faults` says of a formula that was saved without its result, and of a picture in a cell.
NO_RESULT = "公式没有结果"
PICTURE = "图片"


@dataclass(frozen=True, slots=True)
class Comment:
    """One note that somebody put beside a cell; `author` is "" when the file does not say."""

    text: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One tab. Rows, columns and merges count from 1 as in Excel, save for the indexes of `rows`.

    rows: rows[0] is Excel row 1 and row[0] column A; all rows are equally long; blanks are None; it
        ends with the last row and column that hold a value or a fault. A number or date whose format
        shows other words ("RW-"00, a month alone) is the text that is seen.
    merges: (first_row, first_col, last_row, last_col).
    faults: (row, col) → the error text ("#N/A" …), `NO_RESULT` or `PICTURE`; the cell itself is None.
    strays: (row, col) → value of cells that stand far outside everything else and hence not in `rows`
        (one typed into XFD1048576 by accident); they must be reported, not read as part of a table.
    struck, greyed: (row, col) of filled cells with a line through all their words; of those whose words or
        ground somebody made grey (the template's own greys do not count).
    comments: (row, col) → the notes at that cell, an old note or a thread, first one first.
    """

    name: str
    visible: bool
    rows: list[list[Cell]]
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    faults: dict[tuple[int, int], str] = field(default_factory=dict)
    strays: dict[tuple[int, int], Cell] = field(default_factory=dict)
    struck: frozenset[tuple[int, int]] = frozenset()
    greyed: frozenset[tuple[int, int]] = frozenset()
    comments: dict[tuple[int, int], tuple[Comment, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawBook:
    """One workbook; `kind` by content: xlsx xlsm xlsb ods fods xls csv html xml (the last: Excel 2003 XML)."""

    kind: str
    sheets: list[RawSheet]
    date1904: bool = False
