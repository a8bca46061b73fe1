"""The only code that writes cells: each value once, by the call for its type, and never as a formula by accident.

Text that begins with = + - @ stays text, also when someone edits the cell (contract §8).
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import lru_cache
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING

from pipeline.write.kit.theme import Format, Theme, Worksheet

if TYPE_CHECKING:
    from pipeline.write.kit.privacy import Guard
    from pipeline.write.kit.stream import Block


_LONGEST = 32_000  # a cell holds 32,767 UTF-16 units; what is longer came from a CSV and is cut visibly
_CUT = "…（过长，已截断）"
_FIRST_YEAR = 1900  # Excel knows no earlier date
_DAY_0 = datetime(1899, 12, 31)
_NO_SUCH_DAY = 60  # Excel believes in 1900-02-29
_FORMULA_SIGNS = ("=", "+", "-", "@")


class WriteError(Exception):
    """xlsxwriter refused to write something: a mistake of ours, never of a unit."""


def checked(status: int | None, what: str) -> None:
    """Raise WriteError unless xlsxwriter answered 0: it drops with a mere warning what Excel could not hold."""
    if status:
        raise WriteError(f"{what}: xlsxwriter answered {status}")


@dataclass(frozen=True)
class Page:
    """One sheet being written. Rows are Excel's, from 1; columns count from 0.

    raw: xlsxwriter's worksheet, for what is not a cell; home: the sheet that 返回首页 leads to, or "".
    streamed: rows that go in when the workbook is closed (`stream.write_rows`).
    guard: through which every text is shown in what circulates; None where all may stand as it is.
    endless: the look of the last column that was given one is that of all columns after it.
    """

    raw: Worksheet
    theme: Theme
    home: str = ""
    streamed: "list[Block]" = field(default_factory=list)
    guard: "Guard | None" = None
    endless: bool = False

    def shown(self, text: str) -> str:
        """The text as it may stand here; what cuts or measures texts asks first."""
        return self.guard.text(text) if self.guard else text

    @property
    def name(self) -> str:
        """The sheet's tab."""
        return str(self.raw.get_name())

    def put(self, row: int, col: int, value: object, style: Format) -> None:
        """Write one value; None, NaN and the empty text as a formatted blank."""
        content, quoted = settled(self.guard.value(value) if self.guard else value)
        style = self.theme.quoted(style) if quoted else style
        if isinstance(content, str):
            status = self.raw.write_string(row - 1, col, content, style)
        elif content is None:
            status = self.raw.write_blank(row - 1, col, None, style)
        else:
            status = self.raw.write_number(row - 1, col, content, style)
        if status:
            self._check(status, f"第 {row} 行第 {col + 1} 列")

    def formula(self, row: int, col: int, formula: str, style: Format, cached: object) -> None:
        """Write a formula with the value that the program computed for it (None: an empty text)."""
        value = "" if cached is None or cached != cached else cached  # noqa: PLR0124
        value = self.guard.value(value) if self.guard else value
        self._check(self.raw.write_formula(row - 1, col, formula, style, value), f"公式 {formula}")

    def link(self, row: int, col: int, address: str, text: str, style: Format) -> None:
        """Write `text` as a link to `address` (see `document.sheet_link`, `document.source_link`)."""
        content, quoted = settled(self.shown(text))
        style = self.theme.quoted(style) if quoted else style
        self._check(self.raw.write_url(row - 1, col, address, style, content or ""), f"链接 {address}")

    def across(self, row: int, first_col: int, last_col: int, text: str, style: Format) -> None:
        """Write `text` over the merged cells of one row; a single cell is not merged."""
        if last_col > first_col:
            self._check(self.raw.merge_range(row - 1, first_col, row - 1, last_col, "", style), f"合并第 {row} 行")
        self.put(row, first_col, text, style)

    def height(self, row: int, points: float) -> None:
        """Set a row's height."""
        self._check(self.raw.set_row(row - 1, points), f"行高 {row}")

    def conditional(self, cells: tuple[int, int, int, int], rule: dict[str, object]) -> None:
        """Lay a conditional format over cells: first row, first column, last row, last column."""
        first_row, first_col, last_row, last_col = cells
        status = self.raw.conditional_format(first_row - 1, first_col, last_row - 1, last_col, rule)
        self._check(status, f"条件格式 {rule}")

    def validation(self, cells: tuple[int, int, int, int], rule: dict[str, object]) -> None:
        """Lay a data validation (dropdown, range, prompt) over cells, given as for `conditional`."""
        first_row, first_col, last_row, last_col = cells
        status = self.raw.data_validation(first_row - 1, first_col, last_row - 1, last_col, rule)
        self._check(status, f"数据有效性 {rule}")

    def _check(self, status: int | None, what: str) -> None:
        if status:
            checked(status, f"{self.name} {what}")


def settled(value: object) -> tuple[str | float | None, bool]:
    """What goes into a cell, as text, number or nothing, and whether it must be kept from becoming a formula."""
    if isinstance(value, str):
        return _text(value)
    if value is None or value != value:  # noqa: PLR0124 - NaN and NaT alone differ from themselves
        return None, False
    if isinstance(value, bool):
        return "是" if value else "否", False
    if isinstance(value, date) and value.year >= _FIRST_YEAR:
        return _serial(value), False
    if isinstance(value, Real) and isfinite(value):
        return value if isinstance(value, int) else float(value) + 0.0, False  # −0.0 becomes 0
    return settled(str(value))


def letter(index: int) -> str:
    """Excel's letters of column `index` (from 0): 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@lru_cache(1 << 16)  # most cells hold one of a few words
def _text(text: str) -> tuple[str | None, bool]:
    """The text as a cell can hold it, and whether it must be kept from becoming a formula."""
    if len(text) > _LONGEST // 2:
        text = _shortened(text)
    if text.startswith("<r>") and text.endswith("</r>"):  # xlsxwriter would take it for markup of its own
        text += " "
    return text or None, text[:1] in _FORMULA_SIGNS


def _shortened(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    return units[: 2 * _LONGEST].decode("utf-16-le", errors="ignore") + _CUT


@lru_cache(4096)
def _serial(day: date) -> float:
    """The day as Excel counts it, with the time of day as a fraction."""
    moment = day.replace(tzinfo=None) if isinstance(day, datetime) else datetime.combine(day, time())
    passed = moment - _DAY_0
    return passed.days + (passed.days >= _NO_SUCH_DAY) + passed.seconds / 86400
