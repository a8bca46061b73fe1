"""The only code that writes cells: each value once, by the call for its type, and never as a formula by accident.

Text that begins with = + - @ stays text, also when someone edits the cell (contract §8).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

from pipeline.write.kit.theme import Format, Theme, Worksheet

if TYPE_CHECKING:
    from pipeline.write.kit.privacy import Guard


_LONGEST = 32_000  # a cell holds 32,767 UTF-16 units; what is longer came from a CSV and is cut visibly
_CUT = "…（过长，已截断）"
_FIRST_YEAR = 1900  # Excel knows no earlier date
_DAY_0 = datetime(1899, 12, 31)
_NO_SUCH_DAY = 60  # Excel believes in 1900-02-29
#: Kinds of values of which a column repeats few, and none of which equals one of another kind (as 1 does 1.0 and True).
_REMEMBERED = frozenset((str, int, date, type(None)))
_MOST_KNOWN = 1 << 16  # values of a column that are remembered
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
    guard: through which every text is shown in what circulates; None where all may stand as it is.
    """

    raw: Worksheet
    theme: Theme
    home: str = ""
    guard: "Guard | None" = None

    def shown(self, text: str) -> str:
        """The text as it may stand here; what cuts or measures texts asks first."""
        return self.guard.text(text) if self.guard else text

    @property
    def name(self) -> str:
        """The sheet's tab."""
        return str(self.raw.get_name())

    @property
    def streams(self) -> bool:
        """Whether rows go to disk as they are written, so that `rows` may be used."""
        return bool(self.raw.constant_memory)

    def put(self, row: int, col: int, value: object, style: Format) -> None:
        """Write one value; None, NaN and the empty text as a formatted blank."""
        settled, style = self.settled(value, style)
        if isinstance(settled, str):
            status = self.raw.write_string(row - 1, col, settled, style)
        elif settled is None:
            status = self.raw.write_blank(row - 1, col, None, style)
        else:
            status = self.raw.write_number(row - 1, col, settled, style)
        if status:
            self._check(status, f"第 {row} 行第 {col + 1} 列")

    def rows(self, first_row: int, columns: Sequence[Sequence[bytes]]) -> None:
        """Write whole rows from `first_row` on, given by their columns as `Strip` makes them; only where it `streams`."""
        self._check(self.raw.write_columns(first_row - 1, columns), f"第 {first_row} 行起")

    def lay_link(self, row: int, col: int, address: str, text: str) -> None:
        """Lay a link over a cell that the next `rows` will write."""
        self._check(self.raw.write_link(row - 1, col, _url(address, self.shown(text))), f"链接 {address}")

    def formula(self, row: int, col: int, formula: str, style: Format, cached: object) -> None:
        """Write a formula with the value that the program computed for it (None: an empty text)."""
        value = "" if cached is None or cached != cached else cached  # noqa: PLR0124
        value = self.guard.value(value) if self.guard else value
        self._check(self.raw.write_formula(row - 1, col, formula, style, value), f"公式 {formula}")

    def link(self, row: int, col: int, address: str, text: str, style: Format) -> None:
        """Write `text` as a link to `address` (see `document.sheet_link`, `document.source_link`)."""
        self._check(self.raw.write_url(row - 1, col, _url(address, self.shown(text)), style), f"链接 {address}")

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

    def settled(self, value: object, style: Format) -> tuple[str | float | None, Format]:
        """What goes into the cell, as text, number or nothing, and its format."""
        if self.guard:
            value = self.guard.value(value)
        if isinstance(value, str):
            text, quoted = _text(value)
            return text, self.theme.quoted(style) if quoted else style
        if value is None or value != value:  # noqa: PLR0124 - NaN and NaT alone differ from themselves
            return None, style
        if isinstance(value, bool):
            return "是" if value else "否", style
        if isinstance(value, date) and value.year >= _FIRST_YEAR:
            return _serial(value), style
        if isinstance(value, Real) and isfinite(value):
            return value if isinstance(value, int) else float(value) + 0.0, style  # −0.0 becomes 0
        return self.settled(str(value), style)

    def _check(self, status: int | None, what: str) -> None:
        if status:
            checked(status, f"{self.name} {what}")


class Strip:
    """Puts the cells of one column into XML, as `Page.put` would write them, for `Page.rows`; equal ones once.

    blanks: whether None is a formatted blank, or no cell.
    """

    def __init__(self, page: Page, col: int, style: Format, *, blanks: bool) -> None:
        from pipeline.write.kit.plain_sheet import cell_xml

        self.page, self.col, self.style, self.blanks, self._xml = page, col, style, blanks, cell_xml
        self._known = _Known(self._cell)

    def cells(self, values: Sequence[object]) -> list[bytes]:
        """The cells of these values."""
        known, cell = self._known, self._cell
        if len(known) > _MOST_KNOWN:
            known.clear()
        return [known[value] if value.__class__ in _REMEMBERED else cell(value) for value in values]

    def _cell(self, value: object) -> bytes:
        settled, style = self.page.settled(value, self.style)
        return b"" if value is None and not self.blanks else self._xml(self.col, settled, style)


class _Known(dict[object, bytes]):
    """Cells by their value; a new one is made as it is asked for, so that formats are numbered in a fixed order."""

    def __init__(self, make: Callable[[object], bytes]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: object) -> bytes:
        made = self[value] = self._make(value)
        return made


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


def _url(address: str, text: str) -> Any:  # noqa: ANN401 - xlsxwriter ships no types
    from xlsxwriter.url import Url

    url = Url(address)
    url.text = text
    # xlsxwriter writes paths with Windows' backslash, which is no URI and leads nowhere elsewhere
    url._relationship_link = url._relationship_link.replace("\\", "/")
    return url
