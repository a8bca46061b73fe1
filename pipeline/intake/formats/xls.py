"""Reader of .xls and .et: xlrd, because calamine turns the GBK text of old (BIFF5) files into mojibake."""

from datetime import timedelta
from os import devnull
from pathlib import Path
from typing import Any

import xlrd

from pipeline.intake.formats.cells import duration, finished, moment, number, take_out_pictures
from pipeline.intake.formats.sparse import settled
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.unreadable import ENCRYPTED, Unreadable, damaged

_UNICODE_FROM = 80  # BIFF8; before it, text is in the code page that the file may fail to name
_CHINESE = "gb18030"
_OF_HOURS = ("[h", "[m", "[s")


def read_xls(checked: Checked) -> RawBook:
    """All worksheets of the book; raises Unreadable when it is encrypted or cannot be read in full."""
    book = _opened(checked.data)
    if book.biff_version < _UNICODE_FROM and book.encoding not in {"gbk", "cp936", "gb2312", _CHINESE}:
        book = _opened(checked.data, encoding=_CHINESE)
    return RawBook("xls", [_sheet(book, sheet) for sheet in book.sheets()], book.datemode == 1)


def _opened(data: bytes, encoding: str | None = None) -> Any:  # noqa: ANN401 - xlrd has no types
    with Path(devnull).open("w", encoding="utf-8") as quiet:
        try:
            return _parsed(data, encoding, quiet, with_formats=True)
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                raise Unreadable(ENCRYPTED, what="文件") from error
            raise damaged("内容读不通") from error
        except (AssertionError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
            try:  # fonts and colours of some programs trip xlrd where the values are sound
                return _parsed(data, encoding, quiet, with_formats=False)
            except Exception as error:
                raise damaged("内容读不通") from error


def _parsed(data: bytes, encoding: str | None, quiet: Any, *, with_formats: bool) -> Any:  # noqa: ANN401
    return xlrd.open_workbook(
        file_contents=data,
        logfile=quiet,
        formatting_info=with_formats,
        ragged_rows=True,
        encoding_override=encoding,
        on_demand=False,
    )


def _sheet(book: Any, sheet: Any) -> RawSheet:  # noqa: ANN401
    faults: dict[tuple[int, int], str] = {}
    rows = [
        [_value(book, cell, (row, column), faults) for column, cell in enumerate(sheet.row(row - 1), 1)]
        for row in range(1, sheet.nrows + 1)
    ]
    take_out_pictures(rows, faults)
    rows, strays = settled(rows, sheet.name)
    hidden = (row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden)
    merges = ((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells)
    return finished(
        sheet.name, sheet.visibility == 0, rows, faults=faults, merges=merges, hidden_rows=hidden, strays=strays
    )


def _value(book: Any, cell: Any, place: tuple[int, int], faults: dict[tuple[int, int], str]) -> Cell:  # noqa: ANN401
    kind, value = cell.ctype, cell.value
    if kind == xlrd.XL_CELL_TEXT:
        return value or None
    if kind == xlrd.XL_CELL_NUMBER:
        return number(value)
    if kind == xlrd.XL_CELL_DATE:
        return _date(book, cell, value)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        faults[place] = xlrd.error_text_from_code.get(value, "#VALUE!")
    return None


def _date(book: Any, cell: Any, value: float) -> Cell:  # noqa: ANN401
    if _counts_hours(book, cell):
        return duration(timedelta(days=value))
    try:
        if 0 <= value < 1:
            return duration(timedelta(days=round(value * 86_400) / 86_400))
        return moment(xlrd.xldate_as_datetime(value, book.datemode))
    except (ValueError, OverflowError):
        return number(value)


def _counts_hours(book: Any, cell: Any) -> bool:  # noqa: ANN401
    if cell.xf_index is None:
        return False
    key = book.xf_list[cell.xf_index].format_key
    return key in book.format_map and book.format_map[key].format_str.lower().startswith(_OF_HOURS)
