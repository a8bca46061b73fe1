"""The only code that writes cells: each value once, by the call for its type, and never as a formula by accident.

Text that begins with = + - @ stays text, also when someone edits the cell (contract: injection).
"""

from dataclasses import dataclass
from datetime import date, datetime
from numbers import Real

from pipeline.workbooks.theme import Format, Theme, Worksheet

_LONGEST = 32_000  # a cell holds 32,767 UTF-16 units; what is longer came from a CSV and is cut visibly
_CUT = "…（过长，已截断）"
_FIRST_YEAR = 1900  # Excel knows no earlier date
_FORMULA_SIGNS = "=+-@"


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
    """

    raw: Worksheet
    theme: Theme
    home: str = ""

    @property
    def name(self) -> str:
        """The sheet's tab."""
        return str(self.raw.get_name())

    def put(self, row: int, col: int, value: object, style: Format) -> None:
        """Write one value; None, NaN and the empty text as a formatted blank."""
        if isinstance(value, str):
            status = self._put_text(row, col, value, style)
        elif value is None or value != value:  # noqa: PLR0124 - NaN and NaT alone differ from themselves
            status = self.raw.write_blank(row - 1, col, None, style)
        elif isinstance(value, bool):
            status = self.raw.write_string(row - 1, col, "是" if value else "否", style)
        elif isinstance(value, date) and value.year >= _FIRST_YEAR:
            status = self.raw.write_datetime(row - 1, col, _naive(value), style)
        elif isinstance(value, Real):
            status = self.raw.write_number(row - 1, col, value if isinstance(value, int) else float(value), style)
        else:
            status = self._put_text(row, col, str(value), style)
        if status:
            self._check(status, f"第 {row} 行第 {col + 1} 列")

    def formula(self, row: int, col: int, formula: str, style: Format, cached: object) -> None:
        """Write a formula with the value that the program computed for it (None: an empty text)."""
        value = "" if cached is None or cached != cached else cached  # noqa: PLR0124
        self._check(self.raw.write_formula(row - 1, col, formula, style, value), f"公式 {formula}")

    def link(self, row: int, col: int, address: str, text: str, style: Format) -> None:
        """Write `text` as a link to `address` (see `document.sheet_link`, `document.source_link`)."""
        from xlsxwriter.url import Url

        url = Url(address)
        url.text = text
        # xlsxwriter writes paths with Windows' backslash, which is no URI and leads nowhere elsewhere
        url._relationship_link = url._relationship_link.replace("\\", "/")
        self._check(self.raw.write_url(row - 1, col, url, style), f"链接 {address}")

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

    def _put_text(self, row: int, col: int, text: str, style: Format) -> int:
        if not text:
            return int(self.raw.write_blank(row - 1, col, None, style))
        if len(text) > _LONGEST // 2:
            text = _shortened(text)
        if text[0] in _FORMULA_SIGNS:
            style = self.theme.quoted(style)
        return int(self.raw.write_string(row - 1, col, text, style))

    def _check(self, status: int | None, what: str) -> None:
        if status:
            checked(status, f"{self.name} {what}")


def _shortened(text: str) -> str:
    units = text.encode("utf-16-le")
    if len(units) <= 2 * _LONGEST:
        return text
    return units[: 2 * _LONGEST].decode("utf-16-le", errors="ignore") + _CUT


def _naive(value: date) -> date:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value
