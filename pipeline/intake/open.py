"""Bytes to a workbook, safely: the only way into a file that somebody else made (contract §4).

Runs in a worker process (`workers.py`), which bounds what no check can foresee.
"""

from collections.abc import Callable

from pipeline.intake.formats.csv_text import read_csv
from pipeline.intake.formats.excel2003 import read_excel2003
from pipeline.intake.formats.html import read_html
from pipeline.intake.formats.locked import unlocked
from pipeline.intake.formats.ods import read_flat_ods, read_ods
from pipeline.intake.formats.xls import read_xls
from pipeline.intake.formats.xlsb import read_xlsb
from pipeline.intake.formats.xlsx import read_xlsx
from pipeline.intake.guard import Checked, check
from pipeline.intake.raw import NO_RESULT, PICTURE, Cell, RawBook, RawSheet
from pipeline.intake.unreadable import ARCHIVE_IN_ARCHIVE, NO_TAB, Unreadable, damaged

__all__ = ["NO_RESULT", "PICTURE", "Cell", "RawBook", "RawSheet", "Unreadable", "open_book"]

_READERS: dict[str, Callable[[Checked], RawBook]] = {
    "xlsx": read_xlsx,
    "xlsm": read_xlsx,
    "xlsb": read_xlsb,
    "ods": read_ods,
    "fods": read_flat_ods,
    "xls": read_xls,
    "csv": read_csv,
    "html": read_html,
    "xml": read_excel2003,
}

#: Kinds that are read but are no proper workbook → what POOR_FORMAT calls them.
POOR_KINDS = {"csv": "文本（CSV）", "html": "网页", "xml": " XML 文本"}


def open_book(data: bytes) -> RawBook:
    """Every sheet of the workbook `data`, hidden ones too; what it is goes by content, not by name.

    Raises Unreadable (a rule with its words) for anything else, for a book without sheets,
    and for one of which any sheet cannot be read: a part is never passed off as the whole.
    """
    checked = check(data)
    try:
        return _read(check(unlocked(data)) if checked.kind == "locked" else checked)
    except (Unreadable, MemoryError):
        raise
    except BaseException as error:
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":  # calamine's, no Exception
            raise damaged("内容读不通") from error
        raise


def _read(checked: Checked) -> RawBook:
    if checked.kind not in _READERS:
        raise Unreadable(ARCHIVE_IN_ARCHIVE)
    book = _READERS[checked.kind](checked)
    if not book.sheets:
        raise Unreadable(NO_TAB)
    return book
