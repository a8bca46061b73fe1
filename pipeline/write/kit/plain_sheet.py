"""xlsxwriter's worksheet with a shorter way for what nearly every cell of ours is.

The same file comes out. Figures (CHANGELOG): the matrix workbook takes an eighth of the time.
"""

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from io import StringIO
from pathlib import Path
from shutil import copyfileobj
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

_letter = cache(xl_col_to_name)

_PLAIN_KINDS = ("String", "Blank", "Number", "Datetime")
#: Stands for the number of its row in a cell's XML, until the row is written; no XML may hold it.
ROW_MARK = b"\x00"
#: What must be escaped in XML or by Excel's own rules, or needs white space kept; all else goes out as it is.
_UNPLAIN = re.compile(r'[\x00-\x1f"&<>\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$')


class PlainWorksheet(Worksheet):  # type: ignore[misc]
    """A worksheet of plain text, numbers and dates, with formulas that use nothing newer than Excel 2010.

    xlsxwriter runs some thirty regular expressions over each formula; over the long ones of 填报提示
    that was nine tenths of the time a template took (1.2 s of 1.3 s with 300 items). And it
    searches each attribute of each cell for characters to escape, where there can be none.
    """

    fh: Any
    previous_row: int

    def __init__(self) -> None:
        super().__init__()
        self._row_heads: dict[float | None, bytes] = {}

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        return formula.removeprefix("=")

    def write_columns(self, row: int, columns: Sequence[Sequence[bytes]]) -> int:
        """Write whole rows from `row` on, given by their columns: every cell as `cell_xml` gives it.

        Only in constant_memory mode. Returns 0, or what xlsxwriter answers beyond Excel's limits.
        """
        count = len(columns[0])
        if not count:
            return 0
        last = row + count - 1
        status = self._check_dimensions(row, 0) or self._check_dimensions(last, len(columns) - 1)
        if status:
            return int(status)
        if row > self.previous_row:
            self._write_single_row(row)
        heads = [self._row_head(self.row_info.pop(number, None)) for number in range(row, last + 1)]
        lines = zip(heads, *columns, strict=True)
        self.fh.flush()
        self.fh.buffer.writelines(
            b"".join((*line, b"</row>")).replace(ROW_MARK, b"%d" % number) for number, line in enumerate(lines, row + 1)
        )
        self.previous_row = last
        return 0

    def _row_head(self, info: Any) -> bytes:  # noqa: ANN401 - xlsxwriter's RowInfo, or None
        height = info.height if info else None
        if height not in self._row_heads:
            kept, self.fh = self.fh, StringIO()
            self._write_row(0, None, info)
            self._row_heads[height] = self.fh.getvalue().replace('r="1"', f'r="{ROW_MARK.decode()}"', 1).encode()
            self.fh = kept
        return self._row_heads[height]

    def _write_optimized_sheet_data(self) -> None:
        """Copy the rows as bytes: they are UTF-8 already."""
        if self.dim_rowmin is None:
            super()._write_optimized_sheet_data()
            return
        self._xml_start_tag("sheetData")
        self.fh.flush()
        self.row_data_fh.seek(0)
        copyfileobj(self.row_data_fh.buffer, self.fh.buffer, 1 << 20)
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self._xml_end_tag("sheetData")

    def write_link(self, row: int, col: int, url: Any) -> int:  # noqa: ANN401 - xlsxwriter's Url
        """Lay a link over a cell that the next `write_columns` will write."""
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


def cell_xml(col: int, value: str | float | None, style: Any) -> bytes:  # noqa: ANN401 - xlsxwriter's Format
    """A cell for `write_columns`: text or number or None for a blank, with its format."""
    return f'<c r="{_letter(col)}{ROW_MARK.decode()}" s="{style._get_xf_index()}"{_rest(value)}'.encode()


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
