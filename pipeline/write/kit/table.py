"""Writes one declared table to one sheet: title, note, header, data, and all that makes it usable.

Everything follows from the declaration (`schemas.columns.Table`): titles, widths, number formats,
alignment. Lights get their colour by conditional formats over the range, so that a light changed by
hand changes colour. Nothing is computed here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.write.kit.cells import Page, checked, letter
from pipeline.write.kit.document import set_up_page, sheet_link
from pipeline.write.kit.measure import line_count, text_width
from pipeline.write.kit.stream import Block, Field, write_rows
from pipeline.write.kit.theme import LIGHT_TINTS, LINE_POINTS, ROW_PADDING, WORD_TINTS, Format, Tint
from schemas.columns import Column, Kind, Table

if TYPE_CHECKING:
    import pandas as pd


#: Longer tables are neither ruled cell by cell nor measured row by row: Excel fits their rows as it opens them.
MEASURED_ROWS = 2_000
_MOST_LINKS = 60_000  # Excel allows 65,530 on a sheet
_MOST_LINKED_ROWS = 10_000  # long before that nobody clicks any more
_TITLE_SPAN = 220  # a title is centred over at most this width, so that it is seen without scrolling
_LINK_WIDTH = 13
_FILTER_ARROW = 3
ROW_POINTS = 20.0  # height of a row of one line
_ROOM = 1.04  # a column's unit is 7 pixels, half a Chinese character of the body font 6.7
_UNWRAPPED = (Kind.DATE, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT)


@dataclass(frozen=True)
class TableArea:
    """Where a table came to stand; rows are Excel's (from 1), `last_row` < `first_row` when it is empty."""

    sheet: str
    header_row: int
    first_row: int
    last_row: int
    letters: Mapping[str, str]  # column name → letter

    def cells(self, name: str) -> str:
        """The data cells of a column, absolute: $B$4:$B$36 (one row even when the table is empty)."""
        letter = self.letters[name]
        return f"${letter}${self.first_row}:${letter}${max(self.first_row, self.last_row)}"

    def elsewhere(self, name: str) -> str:
        """The same, for a formula on another sheet: '评分办法'!$B$4:$B$13."""
        return f"'{self.sheet}'!{self.cells(name)}"


@dataclass(frozen=True)
class Options:
    """What differs from table to table beside its declaration; all names are `Column.name`.

    lights: columns whose text begins with a light's word; words: with another word of `theme.WORD_TINTS`.
    links: column → one address a row (None: plain text), used as far as a sheet can have links; formulas: column → Excel row → formula, the
        frame holding the value to cache.
    number_formats, fills: column → what its cells have instead of the declared format, and of white.
    unlocked: columns left open when the sheet is protected (the writer protects it, if at all).
    frozen: columns that stay when scrolling sideways; printed: the last column that is printed.
    alone: the only or first table of its sheet, which sets widths, frozen panes, filter and page.
    """

    lights: Sequence[str] = ()
    words: Sequence[str] = ()
    links: Mapping[str, Sequence[str | None]] = field(default_factory=dict)
    formulas: Mapping[str, Callable[[int], str]] = field(default_factory=dict)
    number_formats: Mapping[str, str] = field(default_factory=dict)
    fills: Mapping[str, str] = field(default_factory=dict)
    unlocked: Sequence[str] = ()
    frozen: int = 1
    printed: str = ""
    landscape: bool | None = None
    alone: bool = True


def write_table(
    page: Page,
    table: Table,
    rows: "pd.DataFrame | Sequence[Mapping[str, object]]",
    *,
    top: int = 1,
    title: str = "",
    note: str = "",
    options: Options | None = None,
) -> TableArea:
    """Write `rows` (one row = one row of `table`; missing columns stay blank) from Excel row `top` on.

    Title at `top`, note (期次, 会议日期, 单位 …) with the way back to 首页 below it, then header and data.
    """
    options = options or Options()
    widths = [column_width(column) for column in table.columns]
    if options.alone:
        for index, width in enumerate(widths):
            page.raw.set_column(index, index, width)
        if len(rows) <= MEASURED_ROWS and not options.unlocked:  # where people write, rows must grow by themselves
            page.raw.set_default_row(ROW_POINTS)
    write_head(page, top, title or table.title or table.name, note, widths)
    _write_header(page, top + 2, table.columns, widths)
    area = area_of(table, page.name, len(rows), top)
    _write_rows(page, table, rows, options, area)
    _colour(page, area, options.lights, {str(light): tint for light, tint in LIGHT_TINTS.items()})
    _colour(page, area, options.words, WORD_TINTS)
    if options.alone:
        _dress(page, area, widths, options)
    return area


def area_of(table: Table, sheet: str, rows: int, top: int = 1) -> TableArea:
    """Where `write_table` will put a table of so many rows, for formulas that are written before it."""
    letters = {column.name: letter(index) for index, column in enumerate(table.columns)}
    return TableArea(sheet, top + 2, top + 3, top + 2 + rows, letters)


def column_width(column: Column) -> float:
    """The declared width, or that of a short title with its filter arrow."""
    return max(column.width, min(text_width(column.title), 12) + _FILTER_ARROW)


def write_head(page: Page, top: int, title: str, note: str, widths: Sequence[float]) -> None:
    """Title row and note row over columns of these widths, with the way back to 首页."""
    last = _columns_within(widths, _TITLE_SPAN) - 1
    page.height(top, 34)
    page.across(top, 0, last, title, page.theme.style("title"))
    page.height(top + 1, 20)
    first = 0
    if page.home:
        first = next((count for count in range(1, last + 1) if sum(widths[:count]) >= _LINK_WIDTH), last + 1)
        page.across(top + 1, 0, first - 1, "", page.theme.style("link"))
        page.link(top + 1, 0, sheet_link(page.home), f"← 返回{page.home}", page.theme.style("link"))
    if note and first <= last:
        page.across(top + 1, first, last, note, page.theme.style("note"))


def _columns_within(widths: Sequence[float], room: float) -> int:
    """How many columns fit side by side; at least 1."""
    total, count = 0.0, 0
    for width in widths:
        total += width
        if total > room:
            break
        count += 1
    return max(count, 1)


def _write_header(page: Page, row: int, columns: Sequence[Column], widths: Sequence[float]) -> None:
    lines = max(line_count(column.title, width - 2) for column, width in zip(columns, widths, strict=True))
    page.height(row, lines * (LINE_POINTS + 1) + 8)
    for index, column in enumerate(columns):
        page.put(row, index, column.title, page.theme.style("header"))


def _write_rows(
    page: Page,
    table: Table,
    rows: "pd.DataFrame | Sequence[Mapping[str, object]]",
    options: Options,
    area: TableArea,
) -> None:
    """Write the data rows; a long table without rules, and without blanks in them."""
    ruled = len(rows) <= MEASURED_ROWS
    fields = [_field(page, column, options, ruled=ruled) for column in table.columns]
    known = _columns(page, table, rows) if ruled else None  # a long one is laid out when the workbook is closed
    write_rows(
        Block(page, area.first_row, len(rows), fields, lambda: known or _columns(page, table, rows), blanks=ruled)
    )
    if known:
        wrapped = [(i, column_width(column)) for i, column in enumerate(table.columns) if column.kind not in _UNWRAPPED]
        for row, record in enumerate(zip(*known, strict=True), area.first_row):
            if (lines := row_lines(record, wrapped)) > 1:
                page.height(row, row_height(lines))


def _field(page: Page, column: Column, options: Options, *, ruled: bool) -> Field:
    """How a column is written; a figure that a formula gives leads on without looking like a link."""
    extra: dict[str, object] = {}
    if column.name in options.unlocked:
        extra["locked"] = False
    if column.name in options.number_formats:
        extra["num_format"] = options.number_formats[column.name]
    if column.name in options.fills:
        extra["bg_color"] = options.fills[column.name]
    if column.name in (*options.lights, *options.words):
        extra["align"] = "center"

    def style(**more: object) -> Format:
        return page.theme.cell(column, ruled=ruled, extra=extra | more)

    formula = options.formulas.get(column.name)
    if column.name not in options.links:
        return Field(style(), formula=formula)
    most = min(_MOST_LINKED_ROWS, _MOST_LINKS // len(options.links))
    linked = None if formula else style(**page.theme.link)
    return Field(style(), options.links[column.name][:most], linked, formula)


def _columns(page: Page, table: Table, rows: "pd.DataFrame | Sequence[Mapping[str, object]]") -> list[list[object]]:
    """The cells of each column of `table`, in its order, as they may stand on this page."""
    blank: list[object] = [None] * len(rows)
    if isinstance(rows, Sequence):
        columns = [[row.get(name) for row in rows] for name in table.names]
    else:
        columns = [rows[name].tolist() if name in rows.columns else blank for name in table.names]
    if page.guard is None:
        return columns
    show = page.guard.value
    return [
        [None if cell is None else show(cell, column.title) for cell in cells]
        for cells, column in zip(columns, table.columns, strict=True)
    ]


def row_lines(record: Sequence[object], wrapped: Sequence[tuple[int, float]]) -> int:
    """Lines that the longest text of a row needs; wrapped: (index of the column, its width)."""
    lines = 1
    for index, width in wrapped:
        value = record[index]
        if isinstance(value, str) and (2 * len(value) > width - 1 or "\n" in value):
            lines = max(lines, line_count(value, width * _ROOM))
    return lines


def row_height(lines: int) -> float:
    """Points for so many lines of body text; Excel allows 409."""
    return min(max(lines * LINE_POINTS + ROW_PADDING, ROW_POINTS), 409)


def text_height(text: str, width: float) -> float:
    """Points for wrapped body text in a cell, or merged cells, of this width in all."""
    return row_height(line_count(text, width * _ROOM))


def _colour(page: Page, area: TableArea, names: Sequence[str], tints: Mapping[str, Tint]) -> None:
    order = list(area.letters)
    for first, last in runs(sorted(order.index(name) for name in names)):
        colour_words(page, (area.first_row, first, max(area.first_row, area.last_row), last), tints)


def colour_words(page: Page, cells: tuple[int, int, int, int], tints: Mapping[str, Tint]) -> None:
    """Colour cells by the word they begin with; cells: first row, first column, last row, last column."""
    for word, tint in tints.items():
        rule = {"type": "text", "criteria": "begins with", "value": word, "format": page.theme.tint(tint)}
        page.conditional(cells, rule)


def runs(indices: Sequence[int]) -> list[tuple[int, int]]:
    """Ascending numbers as runs of neighbours: 1 2 3 7 → (1, 3) (7, 7)."""
    found: list[tuple[int, int]] = []
    for index in indices:
        if found and found[-1][1] == index - 1:
            found[-1] = (found[-1][0], index)
        else:
            found.append((index, index))
    return found


def _dress(page: Page, area: TableArea, widths: Sequence[float], options: Options) -> None:
    last_row, last = max(area.first_row, area.last_row), len(widths) - 1
    page.raw.freeze_panes(area.header_row, options.frozen)
    checked(page.raw.autofilter(area.header_row - 1, 0, last_row - 1, last), "筛选")
    printed = list(area.letters).index(options.printed) if options.printed else last
    set_up_page(page, width=sum(widths[: printed + 1]), landscape=options.landscape, header_row=area.header_row)
    if options.printed:
        checked(page.raw.print_area(0, 0, last_row - 1, printed), "打印区域")
