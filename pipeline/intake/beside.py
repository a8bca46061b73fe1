"""What a cell means outside its value: a line through it, grey over it, a note of the unit beside it (contract §4).

None of these changes a value: 已划转 beside an item is for a person to read. Each is said at its cell.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.findings import OUR_COMMENT_LINE, UNIT_NOTE, WARNING, Finding, Place, finding, rule
from pipeline.intake.raw import RawSheet
from pipeline.intake.sensitive import withheld as masked
from pipeline.intake.text import is_blank, shown
from schemas.columns import Sheet

LOOKS = rule(
    "FM-022",
    WARNING,
    title="划线或涂灰",
    problem="“{title}”填的“{value}”{what}，仍照所填内容采用",
    remedy="已经取消、划转的请删去该行并在备注里写明；仍然有效的请去掉删除线或灰色后重报",
    example="划了删除线的一行",
)
_WHOLE_ROW_CELLS = 3
_FEWEST_ROWS = 4  # below, what is grey all over and what was greyed out cannot be told apart
#: Excel row and Column.name → where that cell stands.
PlaceOf = Callable[[int, str], Place]
Spot = tuple[int, int]
Key = TypeVar("Key")


def looks_of_rows(
    raw: RawSheet, sheet: Sheet, columns: Mapping[str, int], rows: Sequence[int], place: PlaceOf
) -> Iterator[Finding]:
    """A finding at each cell that is struck through or greyed out; one for a row as a whole.

    columns: Column.name → column from 0; rows: the Excel rows that are data.
    """
    grey = _without_design({spot for spot in raw.greyed if spot[0] in set(rows)}, len(rows))
    for spots, what in ((raw.struck, "划了删除线"), (grey, "被涂成灰色")):
        for row, names in _by_row(raw, spots, columns, rows).items():
            filled = sum(not is_blank(raw.rows[row - 1][column]) for column in columns.values())
            whole = len(names) >= _WHOLE_ROW_CELLS or len(names) * 2 >= filled
            chosen = (
                [next((name for name in sheet.identity.columns[::-1] if name in names), names[0])] if whole else names
            )
            for name in chosen:
                value = masked(shown(raw.rows[row - 1][columns[name]]))
                extent = f"第 {row} 行整行" if whole else ""
                yield finding(LOOKS, place(row, name), value, title=sheet.by_name[name].title, what=f"{extent}{what}")


def _by_row(
    raw: RawSheet, spots: Collection[Spot], columns: Mapping[str, int], rows: Sequence[int]
) -> dict[int, list[str]]:
    """Excel row → the columns, as declared, in which a filled cell of it is among `spots`."""
    if not spots:
        return {}
    found: dict[int, list[str]] = {}
    kept = set(rows) & {row for row, _ in spots}
    for row in sorted(kept):
        names = [name for name, column in columns.items() if (row, column + 1) in spots]
        names = [name for name in names if not is_blank(raw.rows[row - 1][columns[name]])]
        if names:
            found[row] = names
    return found


def _without_design(spots: set[Spot], rows: int) -> set[Spot]:
    """Without columns that are grey in four rows of ten and more: nobody greys out half of a table by hand."""
    if rows < _FEWEST_ROWS:
        return spots
    counts = Counter(column for _, column in spots)
    return {(row, column) for row, column in spots if counts[column] * 10 < rows * 4}


def notes_of_unit(raw: RawSheet, spots: Collection[Spot] | None, place: Callable[[Spot], Place]) -> Iterator[Finding]:
    """A finding for every note on the tab that is the unit's own; spots: only those, None for all.

    What the program wrote into a marked copy that comes back is none.
    """
    for spot, notes in sorted(raw.comments.items()):
        if spots is not None and spot not in spots:
            continue
        lines = [line for note in notes for line in note.text.splitlines() if not OUR_COMMENT_LINE.match(line)]
        words = masked(" ".join(" ".join(lines).split()))
        if words:
            yield finding(UNIT_NOTE, place(spot), words)
