"""Cells that stand for the ones above them: merged cells, 同上 and its like (contract §4)."""

import re
from collections.abc import Mapping, Sequence

from pipeline.intake.raw import Cell, RawSheet
from pipeline.intake.text import fold, is_blank

_DITTO = frozenset(
    (
        "同上",
        "同前",
        "同上行",
        "同上条",
        "同上项",
        "同上一行",
        "〃",
        "〃〃",
        '"',
        "''",
        "´´",
        "”",
        "“",
        "‘‘",
        "’’",
        "′′",
        "″",
    )
)
_DITTO_OF_ROW = re.compile("同(第)?[0-9]+(行|项|条|号)?")
_FIRST = frozenset(mark[0] for mark in _DITTO) | {""}
_LONGEST = 6


def filled_down(
    raw: RawSheet, columns: Mapping[str, int], first_row: int, rows: Sequence[int]
) -> dict[str, dict[int, Cell]]:
    """What vertically merged cells say of the rows below their first: name → {Excel row → value}.

    Only where cells really are merged, and not where the merge runs over three columns and more:
    such a cell is a remark or a signature. rows: the Excel rows that are data.
    """
    names = {column: name for name, column in columns.items()}
    data = set(rows)
    filled: dict[str, dict[int, Cell]] = {}
    for top, left, bottom, right in raw.merges:
        if bottom == top or top < first_row or left - 1 not in names:
            continue
        if sum(column in names for column in range(left - 1, right)) > 2:
            continue
        value = raw.rows[top - 1][left - 1]
        below = [row for row in range(top + 1, bottom + 1) if row in data]
        if not is_blank(value) and below:
            filled.setdefault(names[left - 1], {}).update(dict.fromkeys(below, value))
    return filled


def is_ditto(value: object) -> bool:
    """Whether the cell only says that it is as the one above."""
    if not isinstance(value, str) or len(value) > _LONGEST or value.lstrip()[:1] not in _FIRST:
        return False
    return value.strip() in _DITTO or fold(value) in _DITTO


def is_ditto_of_row(value: object) -> bool:
    """Whether the cell says that it is as some numbered row (同1): which one, nobody can be sure."""
    return isinstance(value, str) and value[:1] == "同" and bool(_DITTO_OF_ROW.fullmatch(fold(value)))


def above(values: Sequence[Cell], at: int) -> Cell:
    """The nearest value above position `at` that says something itself; None at the top."""
    for value in reversed(values[:at]):
        if not is_blank(value) and not is_ditto(value) and not is_ditto_of_row(value):
            return value
    return None
