"""Reader of .xls and .et: xlrd, because calamine turns the GBK text of old (BIFF5) files into mojibake."""

from collections.abc import Mapping
from os import devnull
from pathlib import Path
from typing import Any

import xlrd

from pipeline.intake import ole
from pipeline.intake.formats.cells import finished, from_serial, number, refuse_many_sheets, take_out_pictures
from pipeline.intake.formats.locked import unlocked
from pipeline.intake.formats.looks import BUILT_IN, Look, is_grey, telling
from pipeline.intake.formats.notes import without_author
from pipeline.intake.formats.sparse import settled
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet
from pipeline.intake.unreadable import damaged

_UNICODE_FROM = 80  # BIFF8; before it, text is in the code page that the file may fail to name
_CHINESE = "gb18030"
_STREAMS = ("workbook", "book")
_SOLID, _HALFTONES = 1, range(2, 5)


def read_xls(checked: Checked) -> RawBook:
    """All worksheets of the book; raises Unreadable when it is encrypted or cannot be read in full."""
    book = _opened(checked.data)
    if book.biff_version < _UNICODE_FROM and book.encoding not in {"gbk", "cp936", "gb2312", _CHINESE}:
        book = _opened(checked.data, encoding=_CHINESE)
    looks = {number_: _look(book, style) for number_, style in enumerate(book.xf_list)}
    return RawBook("xls", [_sheet(book, sheet, looks) for sheet in book.sheets()], book.datemode == 1)


def _opened(data: bytes, encoding: str | None = None) -> Any:  # noqa: ANN401 - xlrd has no types
    with Path(devnull).open("w", encoding="utf-8") as quiet:
        try:
            return _parsed(data, encoding, quiet, with_formats=True)
        except xlrd.XLRDError as error:
            if "encrypted" in str(error).lower():
                return _parsed(unlocked(data), encoding, quiet, with_formats=True)
            raise damaged("内容读不通") from error
        except (AssertionError, LookupError, ValueError, TypeError, AttributeError, ArithmeticError):
            try:  # fonts and colours of some programs trip xlrd where the values are sound
                return _parsed(data, encoding, quiet, with_formats=False)
            except Exception as error:
                raise damaged("内容读不通") from error


def _parsed(data: bytes, encoding: str | None, quiet: Any, *, with_formats: bool) -> Any:  # noqa: ANN401
    """The book with all its sheets; xlrd is given the bare stream, because some bent OLE2 files keep it in a circle."""
    book = xlrd.open_workbook(
        file_contents=ole.stream(data, _STREAMS) if data.startswith(ole.SIGNATURE) else data,
        logfile=quiet,
        formatting_info=with_formats,
        ragged_rows=True,
        encoding_override=encoding,
        on_demand=True,
    )
    refuse_many_sheets(book.nsheets)
    book.sheets()
    return book


def _sheet(book: Any, sheet: Any, looks: Mapping[int, Look]) -> RawSheet:  # noqa: ANN401
    faults: dict[tuple[int, int], str] = {}
    seen_so: dict[tuple[int, int], Look] = {}
    wanted = telling(looks)
    rows: list[list[Cell]] = []
    for row in range(1, sheet.nrows + 1):
        cells = list(enumerate(sheet.row(row - 1), 1))
        rows.append([_value(book, cell, looks, (row, column), faults) for column, cell in cells])
        if wanted:
            seen_so |= {(row, column): wanted[cell.xf_index] for column, cell in cells if cell.xf_index in wanted}
    take_out_pictures(rows, faults)
    rows, strays = settled(rows, sheet.name)
    return finished(
        sheet.name,
        sheet.visibility == 0,
        rows,
        faults=faults,
        merges=((top + 1, left + 1, bottom, right) for top, bottom, left, right in sheet.merged_cells),
        hidden_rows=(row + 1 for row, info in sheet.rowinfo_map.items() if info.hidden),
        strays=strays,
        looks=seen_so,
        comments=_comments(sheet),
    )


def _comments(sheet: Any) -> dict[tuple[int, int], tuple[Comment, ...]]:  # noqa: ANN401
    notes = {(row + 1, column + 1): note for (row, column), note in sheet.cell_note_map.items()}
    return {place: (without_author(note.text, note.author or ""),) for place, note in notes.items() if note.text}


def _value(
    book: Any,  # noqa: ANN401
    cell: Any,  # noqa: ANN401
    looks: Mapping[int, Look],
    place: tuple[int, int],
    faults: dict[tuple[int, int], str],
) -> Cell:
    kind, value = cell.ctype, cell.value
    if kind == xlrd.XL_CELL_TEXT:
        return value or None
    if kind == xlrd.XL_CELL_NUMBER:
        return number(value)
    if kind == xlrd.XL_CELL_DATE:
        return from_serial(value, looks.get(cell.xf_index, Look()).number_format, is_1904=book.datemode == 1)
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        faults[place] = xlrd.error_text_from_code.get(value, "#VALUE!")
    return None


def _look(book: Any, style: Any) -> Look:  # noqa: ANN401
    """How the cells of a style look; xlrd knows no words for the formats that Excel has built in."""
    named = book.format_map.get(style.format_key)
    number_format = (named.format_str if named else "") or BUILT_IN.get(style.format_key, "General")
    font = book.font_list[style.font_index] if style.font_index < len(book.font_list) else None
    ground = style.background
    grey = ground.fill_pattern in _HALFTONES or (
        ground.fill_pattern == _SOLID and _is_grey(book, ground.pattern_colour_index)
    )
    if font is None:
        return Look(number_format, grey=grey)
    return Look(number_format, bool(font.struck_out), grey or _is_grey(book, font.colour_index))


def _is_grey(book: Any, colour: int) -> bool:  # noqa: ANN401
    parts = book.colour_map.get(colour)
    return bool(parts) and is_grey(bytes(parts).hex())
