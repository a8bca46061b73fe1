"""首页: title block, big figures, 会前一页 and charts; every figure leads to the rows behind it.

Figures that count rows of a list are formulas over that list. Source: contract §8, 3.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.workbooks.board import NAME as BOARD_NAME
from pipeline.workbooks.book import Book
from pipeline.workbooks.cells import Page
from pipeline.workbooks.chart_data import ChartData
from pipeline.workbooks.charts import dimension_chart, lights_chart, ranking_chart, trend_chart
from pipeline.workbooks.document import A4, FOOTER, sheet_link
from pipeline.workbooks.flow import Flow
from pipeline.workbooks.headline import RETURNED, Standing, mean_score, overdue, reds, returned
from pipeline.workbooks.lists import Listed
from pipeline.workbooks.privacy import hide_numbers
from pipeline.workbooks.theme import LINK, RULE
from schemas.vocabulary import Light

if TYPE_CHECKING:
    from pipeline.records import FrontLine

NAME = "首页"
_SCALE = 76  # per cent of full size: twelve columns fit an upright A4 also where fonts are replaced by wider ones
_WIDTH = 8.0
_INK = {Light.RED: "#C00000", Light.YELLOW: "#9C6500"}
_COLUMN_PIXELS = 61
_ROW_PIXELS = 20
_BAR_PIXELS, _MOST_BAR_PIXELS = 19, 630  # one bar; all bars together, so that the charts share the first page
_LINK_ROW = 3  # beside the office's name


@dataclass(frozen=True)
class Card:
    """One big figure: its label, the value to cache, what stands below, where it leads, its formula."""

    label: str
    value: object
    below: str
    link: str
    formula: str
    num_format: str = "0"
    ink: str = LINK


def write_home(
    page: Page,
    workbook: Any,  # noqa: ANN401 - xlsxwriter ships no types
    book: Book,
    *,
    standings: tuple[Standing, ...],
    data: ChartData,
    lists: Mapping[str, Listed],
    link_of: "Callable[[FrontLine], str | None]",
) -> None:
    """Write the first page. `lists`: sheet name → list; `link_of`: where a line of 会前一页 leads."""
    flow = Flow(page, columns=12, width=_WIDTH)
    _title(flow, book)
    _cards(flow, _figures(book, standings, data, lists))
    flow.gap()
    _charts(flow, workbook, (dimension_chart, trend_chart), data, pixels=280)
    bars = min(_BAR_PIXELS * max(len(book.plan.units), 8), _MOST_BAR_PIXELS)
    _charts(flow, workbook, (ranking_chart, lights_chart), data, pixels=60 + bars)
    page_break = flow.row - 1
    link = page.theme.style("link", align="right")
    page.link(_LINK_ROW, 10, sheet_link(NAME, f"A{flow.row}"), "会前一页 ↓", link)
    _front_page(flow, book, link_of)
    _set_up(page, flow.row - 1, page_break)


def _title(flow: Flow, book: Book) -> None:
    theme, period = flow.page.theme, book.period
    flow.text(
        f"{book.plan.office.district}政务服务“应进必进”红黄绿督办台账", theme.style("title", font_size=22), size=22
    )
    facts = f"{period.label}　　会议日期 {period.meeting}　　报送截止 {period.cutoff}"
    flow.text(facts, theme.style("body", align="center"))
    centred = theme.style("note", align="center")
    flow.parts(("", book.plan.office.name, ""), (2, 8, 2), centred, height=20)
    flow.gap(6)


def _figures(book: Book, standings: tuple[Standing, ...], data: ChartData, lists: Mapping[str, Listed]) -> list[Card]:
    now, before = standings[-1], standings[-2] if len(standings) > 1 else None
    red, yellow = lists["红灯清单"], lists["黄灯清单"]
    applicable, done, scored = (data.column(data.dimensions, offset)[1:] for offset in (1, 2, 6))
    rate = f"=IFERROR(SUMPRODUCT({done},{scored})/SUMPRODUCT({applicable},{scored}),0)"
    scores = data.column(data.ranking, 1)
    return [
        _receipts_card(book, lists["报送情况"]),
        Card("总到位率", now.rate or 0.0, _points(now, before), sheet_link(BOARD_NAME), rate, "0.0%"),
        _light_card("红灯（条）", red, Light.RED, now.red_cells, before.red_cells if before else None),
        _light_card("黄灯（条）", yellow, Light.YELLOW, now.yellow_cells, before.yellow_cells if before else None),
        _overdue_card(red, lists["任务台账"], lists["问题派发"]),
        Card(
            "平均得分",
            mean_score(book),
            _score_change(now, before),
            f"external:2-评分表_{book.period.label}.xlsx#'评分排名'!A1",
            f"=IFERROR(AVERAGE({scores[1:]}),0)",
            "0.0",
        ),
    ]


def _receipts_card(book: Book, receipts: Listed) -> Card:
    cells, units = receipts.area.elsewhere("receipt"), receipts.area.elsewhere("unit")
    counted = "+".join(f'COUNTIF({cells},"{status}")' for status in RETURNED)
    missing = len(book.plan.units) - returned(book)
    below = f"未报送或沿用上期 {missing} 家" if missing else "全部报送"
    value = f"{returned(book)}/{len(book.plan.units)}"
    return Card("已报送/应报送", value, below, sheet_link("报送情况"), f'={counted}&"/"&COUNTA({units})')


def _light_card(label: str, listed: Listed, light: Light, now: int, before: int | None) -> Card:
    change = "" if before is None else f"，{_change(now - before)}"
    below, formula = f"单位×维度 {now} 格{change}", _count(listed, f"{light}*")
    return Card(label, len(listed.rows), below, _top(listed), formula, ink=_INK[light])


def _overdue_card(red: Listed, tasks: Listed, problems: Listed) -> Card:
    """A task or problem is 红 only when it is overdue; an item may be 红 for other reasons too."""
    counts = (overdue(red.rows), reds(tasks.rows), reds(problems.rows))
    parts = (_count(red, "*逾期*", "reason"), _count(tasks, f"{Light.RED}*"), _count(problems, f"{Light.RED}*"))
    below = "、".join(f"{what} {count}" for what, count in zip(("事项", "任务", "问题"), counts, strict=True))
    formula = "=" + "+".join(part.removeprefix("=") for part in parts)
    return Card("逾期（条）", sum(counts), below, _top(red), formula, ink=_INK[Light.RED])


def _top(listed: Listed) -> str:
    return sheet_link(listed.area.sheet)


def _count(listed: Listed, pattern: str, name: str = "light") -> str:
    return f'=COUNTIF({listed.area.elsewhere(name)},"{pattern}")'


def _points(now: Standing, before: Standing | None) -> str:
    if before is None or before.rate is None or now.rate is None:
        return "计分维度合计"
    return f"较上期{_change(round((now.rate - before.rate) * 100, 1))}个百分点"


def _score_change(now: Standing, before: Standing | None) -> str:
    if before is None or before.mean_score is None or now.mean_score is None:
        return "各单位平均"
    return f"较上期{_change(round(now.mean_score - before.mean_score, 1))}分"


def _change(value: float) -> str:
    return f"增加 {value:g} " if value > 0 else f"减少 {-value:g} " if value < 0 else "持平 "


def _cards(flow: Flow, cards: Sequence[Card]) -> None:
    theme, span = flow.page.theme, 12 // len(cards)
    for part, points in (("label", 22), ("figure", 44), ("note", 30)):
        flow.page.height(flow.row, points)
        for index, card in enumerate(cards):
            first = index * span
            style = theme.style(part, **_card_look(part, card))
            text = {"label": card.label, "figure": "", "note": card.below}[part]
            flow.page.across(flow.row, first, first + span - 1, text, style)
            if part == "figure":
                flow.page.link(flow.row, first, card.link, str(card.value), style)
                flow.page.formula(flow.row, first, card.formula, style, card.value)
        flow.row += 1


def _card_look(part: str, card: Card) -> dict[str, object]:
    look: dict[str, object] = {"align": "center", "border": 1, "border_color": RULE}
    if part == "figure":
        return look | {"num_format": card.num_format, "bottom": 0, "font_color": card.ink}
    return look | ({"text_wrap": True, "font_size": 9, "top": 0} if part == "note" else {})


def _charts(
    flow: Flow,
    workbook: Any,  # noqa: ANN401
    makers: Sequence[Callable[[Any, ChartData], Any]],
    data: ChartData,
    *,
    pixels: int,
) -> None:
    width = flow.columns * _COLUMN_PIXELS // len(makers)
    for index, maker in enumerate(makers):
        chart = maker(workbook, data)
        chart.set_size({"width": width, "height": pixels})
        column = index * flow.columns // len(makers)
        flow.page.raw.insert_chart(flow.row - 1, column, chart, {"object_position": 1})
    for _ in range(-(-pixels // _ROW_PIXELS) + 1):
        flow.gap(_ROW_PIXELS * 0.75)


def _front_page(flow: Flow, book: Book, link_of: "Callable[[FrontLine], str | None]") -> None:
    flow.text("会前一页", flow.page.theme.style("section"), size=14)
    if not book.front_page:
        flow.text("没有需要会前提示的事项。", flow.page.theme.style("note"))
        return
    rows: list[tuple[str, str, str]] = []
    links: dict[tuple[int, int], str] = {}
    for section, lines in groupby(book.front_page, key=lambda line: line.section):
        for number, line in enumerate(lines):
            if address := link_of(line):
                links[len(rows), 2] = address  # LibreOffice does not break a link over lines: it gets a short cell
            rows.append(("" if number else section, hide_numbers(line.text), line.sheet))
    flow.table(("类别", "内容", "依据（点一下）"), (2, 8, 2), rows, links=links, centred=(0, 2))
    flow.gap()


def _set_up(page: Page, last_row: int, page_break: int) -> None:
    page.raw.set_paper(A4)
    page.raw.set_portrait()
    page.raw.set_print_scale(_SCALE)  # not fitted: Excel would ignore the page break
    page.raw.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    page.raw.center_horizontally()
    page.raw.set_footer(FOOTER)
    page.raw.set_h_pagebreaks([page_break])
    page.raw.print_area(0, 0, last_row - 1, 11)
    page.raw.activate()
    page.raw.set_first_sheet()
