"""Reader of .csv and of tables in plain text: every value is text, as typed."""

import csv
import re
from collections import Counter
from io import StringIO

from pipeline.intake.formats.cells import finished, plain_rows
from pipeline.intake.formats.sheet_xml import MAX_COLUMN, MAX_ROW
from pipeline.intake.formats.sparse import MAX_BOX, TOO_MUCH, settled
from pipeline.intake.formats.text import decoded
from pipeline.intake.guard import Checked
from pipeline.intake.raw import RawBook
from pipeline.intake.unreadable import NO_TAB, Unreadable, damaged

_SHEET = "CSV"
_DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE_LINES = 20
_LONGEST_CELL = 32_767
#: How systems keep Excel from turning a code into a number: ="1141…".
_FORCED_TEXT = re.compile(r'="([^"]*)"')


def read_csv(checked: Checked) -> RawBook:
    """One sheet, all cells text; raises Unreadable when the characters or the quotes do not add up."""
    text = decoded(checked.data).removesuffix("\x1a")
    csv.field_size_limit(_LONGEST_CELL)
    try:
        delimiter = _delimiter(text)
        if text.count(delimiter) + text.count("\n") > MAX_BOX:
            raise Unreadable(TOO_MUCH, sheet=_SHEET, what=f"超过 {MAX_BOX // 10_000} 万个单元格")
        lines = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise damaged("引号不成对，或有一格过长") from error
    if len(lines) > MAX_ROW or max(map(len, lines), default=0) > MAX_COLUMN:
        raise Unreadable(TOO_MUCH, sheet=_SHEET, what=f"{len(lines)} 行")
    rows, strays = settled(plain_rows([[_unforced(cell) for cell in line] for line in lines]), _SHEET)
    sheet = finished(_SHEET, True, rows, faults={}, strays=strays)
    if not sheet.rows:
        raise Unreadable(NO_TAB)
    return RawBook("csv", [sheet])


def _unforced(cell: str) -> str:
    match = _FORCED_TEXT.fullmatch(cell)
    return match[1] if match else cell


def _delimiter(text: str) -> str:
    """The character that parts most of the first lines into equally many cells; a comma where none does."""
    sample = text.splitlines()[:_SAMPLE_LINES]

    def lines_alike(delimiter: str) -> int:
        widths = Counter(len(line) for line in csv.reader(sample, delimiter=delimiter))
        return max((count for width, count in widths.items() if width > 1), default=0)

    return max(_DELIMITERS, key=lines_alike)
