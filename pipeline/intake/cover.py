"""封面: labels with values beside them, wherever they stand within the first rows of a tab (contract §4).

Works for the template and for what people make of it: other columns, spacers, merged cells, several
labels in a row, 填报单位：区发改委 in one cell, values below their labels.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pipeline.findings import Common, Finding, finding
from pipeline.intake.clean import Cleaner
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import forms_of
from pipeline.intake.raw import Cell, RawSheet
from pipeline.intake.rows import cell_findings, faulty_cell
from pipeline.intake.text import is_blank
from pipeline.records import Layout
from schemas.returns import COVER

_ROWS = 40
_WHOSE = "unit"
#: That a name is nobody's, or two units', is said once it is known whose file it is.
_SAID_BY_CLAIM = (Common.DOUBTFUL, Common.REFUSED)
_FEWEST_LABELS = 3  # fewer than that is a heading over a table, not a cover
_NAME_OF_LABEL = {
    form: column.name
    for synonyms in (True, False)
    for column in COVER.columns
    for text in (column.synonyms if synonyms else (column.title,))
    for form in forms_of(text)[:1]
}
_LABEL_AND_VALUE = re.compile(r"\s*([^:：\s][^:：]{0,14}?)\s*[:：]\s*(.*)", re.S)
_HINTS = frozenset(text for column in COVER.columns for text in (column.help, column.describe()) if text)
_HINT_BEGINS = ("请", "（请", "(请", "注：", "注:", "填写", "说明：", "如：", "例：", "例如", "←")


@dataclass(frozen=True, slots=True)
class _Value:
    """A label's value. row, column: of the value's cell, row from 1, column from 0."""

    raw: Cell
    row: int
    column: int


@dataclass(frozen=True)
class CoverReading:
    """The cover as read: cleaned values by Column.name (those found), where they stand, findings."""

    values: dict[str, object] = field(default_factory=dict)
    layout: Layout | None = None
    findings: list[Finding] = field(default_factory=list)


def label_count(raw: RawSheet, last_row: int = _ROWS) -> int:
    """How many different labels of the cover stand on a tab."""
    return len(_Labels(raw, last_row).values)


def looks_like_cover(raw: RawSheet) -> bool:
    """Whether a tab whose name says nothing is a cover by its labels."""
    return label_count(raw) >= _FEWEST_LABELS


def read_cover(raw: RawSheet, cleaner: Cleaner, last_row: int = _ROWS) -> CoverReading:
    """Read the labels in the first rows of a tab; last_row: where to stop (a table's header follows)."""
    found = _Labels(raw, last_row).values
    letters = {name: column_letters(value.column + 1) for name, value in found.items()}
    layout = Layout("", raw.name, COVER.key, 0, letters, {name: value.row for name, value in found.items()})
    values: dict[str, object] = {}
    findings: list[Finding] = []
    for name, value in found.items():
        column = COVER.by_name[name]
        fault = raw.faults.get((value.row, value.column + 1))
        cell = faulty_cell(fault, column) if fault else cleaner.clean(COVER.key, column, [value.raw])[0]
        values[name] = cell.value
        if name == _WHOSE and cell.note and cell.note[0] in _SAID_BY_CLAIM:
            continue
        findings.extend(cell_findings(COVER, layout.place("", name, 0), column, value.raw, cell))
    return CoverReading(values, layout, findings)


def missing_labels(cover: CoverReading, tab: str) -> Iterable[Finding]:
    """A finding for each required label that the cover lacks, and for a blank 填报单位.

    The checks see the unit that the file was found to be from, not what the cover says of it.
    """
    layout = cover.layout or Layout("", tab, COVER.key, 0, {})
    for column in COVER.columns:
        if column.required and column.name not in cover.values:
            yield finding(Common.NO_COLUMN.of(COVER), layout.place("", "", 0), sheet=COVER.name, title=column.title)
    whose = COVER.by_name[_WHOSE]
    place = layout.place("", _WHOSE, 0)
    if cover.values.get(_WHOSE, "") is None and all(entry.place.cell != place.cell for entry in cover.findings):
        yield finding(Common.MISSING.of(COVER), place, title=whose.title, describe=whose.describe())


class _Labels:
    """The labels of a tab and their values; the first of two equal labels counts."""

    def __init__(self, raw: RawSheet, last_row: int) -> None:
        self.raw = raw
        self.rows = raw.rows[: min(last_row, _ROWS)]
        self.width = {(top, left - 1): right - left + 1 for top, left, _, right in raw.merges}
        self.labels = {
            (number, column): name
            for number, row in enumerate(self.rows, 1)
            for column, value in enumerate(row)
            if isinstance(value, str) and (name := _label(value))
        }
        self.values: dict[str, _Value] = {}
        for number, row in enumerate(self.rows, 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    self._take(number, column, value)

    def _take(self, row: int, column: int, text: str) -> None:
        name = self.labels.get((row, column))
        if name:
            self.values.setdefault(name, self._beside(row, column))
            return
        for name, value in _labels_within(text):
            found = _Value(value, row, column) if value else self._beside(row, column)
            self.values.setdefault(name, found)

    def _beside(self, row: int, column: int) -> _Value:
        """The value of a label: to its right, in the column where the labels of its column have theirs."""
        place = self._value_column(column, row)
        value = None if (row, place) in self.labels else self._cell(row, place)
        if value is None and (row, place + 1) not in self.raw.faults:
            return self._below(row, column) or _Value(None, row, place)
        return _Value(value, row, place)

    def _value_column(self, column: int, row: int) -> int:
        """The first column to the right that holds anything beside one of the labels below each other."""
        first = column + self.width.get((row, column), 1)
        rows = [number for number, label_column in self.labels if label_column == column] or [row]
        last = len(self.rows[0]) if self.rows else 0
        for place in range(first, last):
            if any((number, place) in self.labels for number in rows):
                return first
            if any(self._holds(number, place) for number in rows):
                return place
        return first

    def _holds(self, row: int, column: int) -> bool:
        return self._cell(row, column) is not None or (row, column + 1) in self.raw.faults

    def _below(self, row: int, column: int) -> _Value | None:
        """Where a row holds nothing but labels, their values stand in the row below."""
        filled = [at for at, value in enumerate(self.rows[row - 1]) if not is_blank(value)]
        only_labels = len(filled) >= 2 and all((row, at) in self.labels for at in filled)
        if not only_labels or row >= len(self.rows) or (row + 1, column) in self.labels:
            return None
        value = self._cell(row + 1, column)
        return None if value is None else _Value(value, row + 1, column)

    def _cell(self, row: int, column: int) -> Cell:
        """The cell's value, a hint of the form not being one."""
        value = self.rows[row - 1][column] if column < len(self.rows[row - 1]) else None
        if is_blank(value) or (isinstance(value, str) and _is_hint(value)):
            return None
        return value


def _label(text: str) -> str:
    return next((_NAME_OF_LABEL[form] for form in forms_of(text) if form in _NAME_OF_LABEL), "")


def _is_hint(text: str) -> bool:
    stripped = text.strip().strip("（）()")
    return stripped in _HINTS or text.strip().startswith(_HINT_BEGINS)


def _labels_within(text: str) -> list[tuple[str, str]]:
    """填报人：张三 联系电话：2536288 → [("filled_by", "张三"), ("phone", "2536288")]; a label alone at the end: ""."""
    found = []
    for part in re.split(r"\s{1,}(?=[^\s:：]{2,12}\s*[:：])|[；;\n]", text.strip()):
        pair = _LABEL_AND_VALUE.fullmatch(part)
        name = _label(pair[1]) if pair else ""
        if pair and name:
            found.append((name, pair[2].strip()))
    return found
