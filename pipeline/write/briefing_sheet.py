"""工作简报 as a sheet of the ledger: finished prose on upright A4, in the official layout."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipeline.records import Paper, PaperSection
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import A4, sheet_link
from pipeline.write.kit.flow import Flow
from pipeline.write.kit.measure import text_width
from schemas.columns import Table

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

TABLE = Table("briefing", "工作简报", ())  # prose: a page without columns
_RED = "#C00000"
_SIZE = 16  # 3号
_MILLIMETRES = 25.4
_MARGINS_MM = {"top": 37, "left": 28, "bottom": 35, "right": 26}
_NONE = "本期没有生成工作简报。"
_FANG_SONG = {"font_name": "仿宋_GB2312", "font_size": _SIZE, "text_wrap": True, "align": "left"}


def write_briefing_sheet(page: Page, meeting: Meeting, *_: object) -> None:
    """Set the briefing on the sheet; without one, a single line says so."""
    briefing = meeting.briefing
    flow = Flow(page, columns=12, width=6.6)
    _set_up(page)
    if briefing is None:
        flow.text(_NONE, page.theme.style("note"))
        return
    _head(flow, briefing)
    for section in briefing.sections:
        _section(flow, section)
    _tail(flow, briefing.tail)
    if page.home:  # beside what is printed
        page.raw.set_column(flow.columns + 1, flow.columns + 1, 14)
        page.link(1, flow.columns + 1, sheet_link(page.home), f"← 返回{page.home}", page.theme.style("link"))
    page.raw.print_area(0, 0, flow.row - 2, flow.columns - 1)


def _head(flow: Flow, briefing: Paper) -> None:
    style = flow.page.theme.style
    flow.text(briefing.masthead, style("title", font_size=22, font_color=_RED, text_wrap=True), size=22)
    flow.text(briefing.issue, style("body", **{**_FANG_SONG, "align": "center"}), size=_SIZE)
    look = {**_FANG_SONG, "font_size": 12, "bottom": 5, "bottom_color": _RED}
    left, right = style("body", **look), style("body", **{**look, "align": "right"})
    flow.page.across(flow.row, 0, 8, briefing.office, left)
    flow.page.across(flow.row, 9, 11, briefing.issued_on, right)
    flow.page.height(flow.row, 30)
    flow.row += 1
    flow.gap(10)
    if briefing.subtitle:
        flow.text(briefing.subtitle, style("body", **{**_FANG_SONG, "align": "center"}), size=_SIZE)


def _section(flow: Flow, section: PaperSection) -> None:
    style = flow.page.theme.style
    if section.heading:
        flow.text(section.heading, style("body", **{**_FANG_SONG, "font_name": "黑体"}), size=_SIZE, indent=True)
    for paragraph in section.paragraphs:
        flow.text(paragraph, style("body", **_FANG_SONG), size=_SIZE, indent=True)
    if section.table:
        title = style("body", font_name="黑体", font_size=12, align="center")
        flow.text(section.table.title, title, size=12)
        rows = [[flow.page.shown(cell) for cell in row] for row in section.table.rows]
        spans = column_spans([section.table.header, *rows], flow.columns)
        flow.table(section.table.header, spans, rows, centred=range(len(spans)), size=11)
        flow.gap(8)


def column_spans(rows: Sequence[Sequence[str]], columns: int) -> tuple[int, ...]:
    """Share the columns of the grid among those of a table: one each, the others where text needs most."""
    needed = [max(text_width(row[index]) for row in rows) for index in range(len(rows[0]))]
    spans = [1] * len(needed)
    for _ in range(columns - len(needed)):
        tightest = max(range(len(needed)), key=lambda index: needed[index] / spans[index])
        spans[tightest] += 1
    return tuple(spans)


def _tail(flow: Flow, lines: tuple[str, ...]) -> None:
    flow.gap(20)
    for number, line in enumerate(lines):
        look = {
            **_FANG_SONG,
            "font_size": 14,
            "top": 0 if number else 1,
            "bottom": 1 if number == len(lines) - 1 else 0,
        }
        if number == len(lines) - 1:
            look["align"] = "right"
        flow.text(line, flow.page.theme.style("body", **look), size=14)


def _set_up(page: Page) -> None:
    page.raw.set_paper(A4)
    page.raw.set_portrait()
    page.raw.fit_to_pages(1, 0)
    page.raw.set_margins(**{side: value / _MILLIMETRES for side, value in _MARGINS_MM.items()})
    page.raw.set_start_page(1)
    page.raw.set_footer('&C&"宋体"&14— &P —')
