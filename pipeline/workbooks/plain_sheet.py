"""xlsxwriter's worksheet with a shorter way for what nearly every cell of ours is.

The same file comes out. Figures (CHANGELOG): the matrix workbook takes a third of the time.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

_letter = cache(xl_col_to_name)

_PLAIN_KINDS = ("String", "Blank", "Number", "Datetime")
#: What must be escaped in XML or by Excel's own rules, or needs white space kept; all else goes out as it is.
_UNPLAIN = re.compile(r'[\x00-\x1f"&<>\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$')


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet of plain text, numbers and dates, with formulas that use nothing newer than Excel 2010.

    xlsxwriter runs some thirty regular expressions over each formula; over the long ones of 填报提示
    that was nine tenths of the time a template took (1.2 s of 1.3 s with 300 items). And it
    searches each attribute of each cell for characters to escape, where there can be none.
    """

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def write_cells(self, row: int, cells: Sequence[tuple[int, str | float | None, Any]]) -> int:
        """Write a row at once: column, text or number or None for a blank, format; columns ascending.

        Only in constant_memory mode. Returns 0, or what xlsxwriter answers beyond Excel's limits.
        """
        if not cells:
            return 0
        status = self._check_dimensions(row, cells[0][0]) or self._check_dimensions(row, cells[-1][0])
        if status:
            return int(status)
        if row > self.previous_row:
            self._write_single_row(row)
        self._write_row(row, None, self.row_info.pop(row, None))  # else it would be written again, empty
        number = row + 1
        texts = [
            f'<c r="{_letter(col)}{number}" s="{style.xf_index or style._get_xf_index()}"{_rest(value)}'
            for col, value, style in cells
        ]
        self.fh.write("".join(texts) + "</row>")
        return 0

    def write_link(self, row: int, col: int, url: Any) -> int:  # noqa: ANN401 - xlsxwriter's Url
        """Lay a link over a cell that stands already."""
        self.ignore_write_string = True
        status = self.write_url(row, col, url)
        self.ignore_write_string = False
        return int(status)

    def _write_cell(self, row: int, col: int, cell: Any) -> None:  # noqa: ANN401 - one of xlsxwriter's cell tuples
        kind, style = cell.__class__.__name__, cell.format
        if style is None or kind not in _PLAIN_KINDS:
            super()._write_cell(row, col, cell)
            return
        head = f'<c r="{_letter(col)}{row + 1}" s="{style._get_xf_index()}"'
        if kind == "String" and not self.constant_memory:
            self.fh.write(f'{head} t="s"><v>{cell.string}</v></c>')
        else:
            self.fh.write(head + _rest(None if kind == "Blank" else cell[0]))


@lru_cache(1 << 16)  # most cells hold one of a few words
def _rest(value: str | float | None) -> str:
    """The XML of a cell after its address and format: of a text that stands in it, a number, or a blank."""
    if isinstance(value, str):
        space = ""
        if _UNPLAIN.search(value):
            space = "" if value == value.strip() else ' xml:space="preserve"'
            value = _escaped(value)
        return f' t="inlineStr"><is><t{space}>{value}</t></is></c>'
    return "/>" if value is None else f"><v>{value:.16G}</v></c>"


def _escaped(text: str) -> str:
    text = XMLwriter._escape_control_characters(text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
