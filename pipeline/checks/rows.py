"""The rows of one sheet over all returns, as the rules see them: what was sent, what could be read.

A rule says on which rows something is wrong and names the column; `Rows.mark` turns that into
findings at the right cells.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from pipeline.findings import Common, Finding, Gathered, Place, Rule, finding, subject_of
from pipeline.records import Layout
from schemas.columns import Kind, Sheet
from schemas.returns import OFFICE
from schemas.words import Severity

Spot = tuple[str, str, str]  # file, tab, cell


@dataclass(frozen=True)
class Reported:
    """The cells that reading has already said something about, so that nothing is said twice.

    unreadable: an 错误 stands there, the cell counts as unreadable; doubtful: a 写法存疑 does.
    """

    unreadable: frozenset[Spot]
    doubtful: frozenset[Spot]


def reported(findings: Iterable[Finding]) -> Reported:
    """What the findings of the intake say about single cells."""
    unreadable: set[Spot] = set()
    doubtful: set[Spot] = set()
    for entry in findings:
        if not entry.place.cell:
            continue
        spots = ((entry.place.file, entry.place.sheet, cell) for cell in entry.cells)
        if entry.severity is Severity.ERROR:
            unreadable.update(spots)
        elif entry.common is Common.DOUBTFUL:
            doubtful.update(spots)
    return Reported(frozenset(unreadable), frozenset(doubtful))


@dataclass(frozen=True)
class Rows:
    """One sheet's rows; `sent` and `known` share one unique index.

    sent: as cleaned, an unreadable cell holding its raw text; one row = one data row, any unit.
    known: the same with every unreadable cell blank, so that rules never depend on such a cell.
    """

    sheet: Sheet
    sent: pd.DataFrame
    known: pd.DataFrame
    layouts: Sequence[Layout]
    reported: Reported

    def mark(self, where: pd.Series[bool], column: str, rule: Rule, /, **words: object) -> list[Finding]:
        """A finding at `column` of every row where the mask holds.

        words: what fills the message, each one value for all or a Series aligned with the rows. Rows
        whose sheet has no such column, and cells already reported by reading, are passed over.
        """
        return self.mark_at(np.flatnonzero(where.to_numpy(dtype=bool)), column, rule, **words)

    def mark_at(self, positions: np.ndarray[Any, Any], name: str, rule: Rule, /, **words: object) -> list[Finding]:
        """`mark` for rows given by their positions; a list among `words` has one value a position."""
        column = self.sheet.by_name[name]
        chosen = self.sent.iloc[positions]
        lists = {key: _listed(value, positions) for key, value in words.items()}
        found = Gathered()
        cells = zip(
            self._units(chosen),
            chosen["layout"].tolist(),
            chosen["row"].tolist(),
            self._subjects(chosen),
            chosen[name].tolist(),
            strict=True,
        )
        for turn, (unit, layout, row, subject, value) in enumerate(cells):
            place = self.layouts[layout].place(unit, name, row, subject)
            spot = (place.file, place.sheet, place.cell)
            if not place.cell or spot in self.reported.unreadable or spot in self.reported.doubtful:
                continue
            filled = {key: entry[turn] if isinstance(entry, list) else entry for key, entry in lists.items()}
            words = {"title": column.title, **filled}
            found.add(place.file, place.row, partial(_worded, rule, place, value, column.kind, words))
        return found.findings()

    def lacking(self, where: pd.Series[bool], name: str) -> list[Finding]:
        """缺少一列 once for each tab without column `name` of which a row, where the mask holds, needs it.

        A column that only some rows need may be left out, but not by those: leaving it out would pay.
        """
        chosen = self.sent[where]
        units = dict(zip(chosen["layout"].tolist(), self._units(chosen), strict=True))
        title = self.sheet.by_name[name].title
        lacking = [(self.layouts[number], unit) for number, unit in units.items()]
        return [
            finding(Common.NO_COLUMN.of(self.sheet), layout.place(unit, "", 0), sheet=layout.sheet, title=title)
            for layout, unit in lacking
            if name not in layout.letters
        ]

    def _units(self, chosen: pd.DataFrame) -> list[str]:
        """Whose findings they are; the office's own sheets are no unit's."""
        return [""] * len(chosen) if self.sheet in OFFICE else chosen["unit"].tolist()

    def _subjects(self, chosen: pd.DataFrame) -> list[str]:
        """What each row is about: the cells of its identity that are filled in."""
        if not self.sheet.identity.columns:
            return [""] * len(chosen)
        cells = chosen[list(self.sheet.identity.columns)].itertuples(index=False, name=None)
        return [subject_of(row) for row in cells]


def _worded(rule: Rule, place: Place, value: object, kind: Kind, words: dict[str, object]) -> Finding:
    return finding(rule, place, shown(value, kind), **words)


def _listed(value: object, positions: np.ndarray[Any, Any]) -> object:
    return value.iloc[positions].tolist() if isinstance(value, pd.Series) else value


def first_rows(keys: pd.Series[str], rows: pd.Series[int]) -> pd.Series[Any]:
    """For every key the Excel row that has it first; missing where the key is. Both have one index."""
    known = keys.notna()  # missing keys come as None and as NaN, which no lookup tells apart
    return keys.map(dict(zip(keys[known][::-1], rows[known][::-1], strict=True)))


def split_cell(cell: str) -> tuple[str, int]:
    """A1 address → letters and row.

    >>> split_cell("AB12")
    ('AB', 12)
    """
    letters = cell.rstrip("0123456789")
    return letters, int(cell[len(letters) :] or 0)


def shown(value: object, kind: Kind) -> str:
    """A cell's value as the person who typed it reads it."""
    if pd.isna(value):  # type: ignore[call-overload]
        return ""
    if kind is Kind.PERCENT and isinstance(value, int | float):
        return f"{value * 100:g}%"
    return str(value)
