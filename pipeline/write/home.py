"""首页: title block, big figures, 会前一页 and charts; every figure leads to the rows behind it.

Figures that count rows of a list are formulas over that list. Source: contract §8, 3.

The first page's native charts; they draw from the hidden sheet 图表数据.

The hidden sheet 图表数据 that the first page's charts and figures draw from.

Counts of lights are formulas over 单位红黄绿: a light changed by hand moves the charts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from pipeline.say.headline import RETURNED, Standing, forecast_late, is_blank, mean_score, overdue, reds, returned
from pipeline.write.board import NAME as BOARD_NAME
from pipeline.write.board import board_name
from pipeline.write.kit.cells import Page, letter
from pipeline.write.kit.document import A4, FOOTER, file_link, sheet_link
from pipeline.write.kit.flow import Flow
from pipeline.write.kit.table import TableArea
from pipeline.write.kit.theme import BODY_FONT, LIGHT_TINTS, LINK, RULE
from pipeline.write.lists import Listed
from schemas.dimensions import Dimension
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.meeting import Meeting
    from pipeline.records import FrontLine


DATA = "图表数据"
LIGHT_ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
_FIRST_ROW = 3  # of every block on the data sheet: block title, header, data


@dataclass(frozen=True)
class Block:
    """A block of the data sheet: its title, its first column (from 0), the titles of its columns, its rows."""

    title: str
    first: int
    titles: tuple[str, ...]
    rows: int

    def letter(self, title: str) -> str:
        """The letter of the column with that title."""
        return letter(self.first + self.titles.index(title))

    def cells(self, title: str, at_most: int = 10_000) -> str:
        """The data cells of a column (the first `at_most`), for a chart or formula."""
        name, rows = self.letter(title), min(max(self.rows, 1), at_most)
        return f"='{DATA}'!${name}${_FIRST_ROW}:${name}${_FIRST_ROW + rows - 1}"


@dataclass(frozen=True)
class ChartData:
    """The blocks of the data sheet, side by side with a free column between."""

    dimensions: Block
    ranking: Block
    periods: Block
    lights: Block


def layout(meeting: Meeting, standings: Sequence[Standing]) -> ChartData:
    """Where the blocks stand."""
    dimensions = Block(
        "各维度", 0, ("维度", "适用", "到位", "到位率", "序时进度", "上期到位率", "计分"), len(Dimension)
    )
    ranking = _beside(dimensions, "评分排名", ("单位", "得分"), len(meeting.ranking))
    periods = _beside(ranking, "各期", ("期次", "到位率", "红灯", "黄灯", "平均得分"), len(standings))
    units = len(meeting.plan.units)
    return ChartData(
        dimensions, ranking, periods, _beside(periods, "各单位亮灯", ("单位", *map(str, LIGHT_ORDER)), units)
    )


def _beside(left: Block, title: str, titles: tuple[str, ...], rows: int) -> Block:
    return Block(title, left.first + len(left.titles) + 1, titles, rows)


def write_data(
    page: Page,
    meeting: Meeting,
    standings: Sequence[Standing],
    data: ChartData,
    board: TableArea,
) -> None:
    """Fill the hidden sheet; counts of lights are formulas over the board."""
    now, before = standings[-1], standings[-2] if len(standings) > 1 else None
    _block(page, data.dimensions, _dimension_rows(meeting, now, before))
    _rates(page, data, now)
    _block(page, data.ranking, _ranked(meeting))
    periods = [(f"第{s.number}期", s.rate, s.red_cells, s.yellow_cells, s.mean_score) for s in standings]
    _block(page, data.periods, periods)
    _light_counts(page, meeting, data, board)
    page.raw.hide()


def _ranked(meeting: Meeting) -> list[tuple[object, object]]:
    """Unit and score in order of rank; a unit that is not ranked (不参评) has no bar."""
    columns = (meeting.ranking[name] for name in ("unit", "rank", "score"))
    return [(unit, None if is_blank(rank) else score) for unit, rank, score in zip(*columns, strict=True)]


def _block(page: Page, block: Block, rows: Sequence[Sequence[object]]) -> None:
    col = block.first
    page.put(1, col, block.title, page.theme.style("body", bold=True))
    for row, record in enumerate([block.titles, *rows], _FIRST_ROW - 1):
        for offset, value in enumerate(record):
            shown = page.theme.style("body", num_format="0.0%") if _is_share(value) else page.theme.style("body")
            page.put(row, col + offset, value, shown)


def _is_share(value: object) -> bool:
    return isinstance(value, float) and 0 <= value <= 1


def _dimension_rows(meeting: Meeting, now: Standing, before: Standing | None) -> list[tuple[object, ...]]:
    expected = meeting.unit_dimensions.drop_duplicates("dimension").set_index("dimension")["expected"]
    rows: list[tuple[object, ...]] = []
    scored = {str(entry.dimension): int(entry.scored) for entry in meeting.plan.dimensions}
    for dimension, (done, applicable) in now.by_dimension.items():
        earlier = before.by_dimension[dimension] if before else (0, 0)
        rate_before = earlier[0] / earlier[1] if earlier[1] else None
        rows.append((dimension, applicable, done, None, expected.get(dimension), rate_before, scored[dimension]))
    return rows


def _rates(page: Page, data: ChartData, now: Standing) -> None:
    block = data.dimensions
    style = page.theme.style("body", num_format="0.0%")
    for row, (done, applicable) in enumerate(now.by_dimension.values(), _FIRST_ROW):
        whole, part = f"{block.letter('适用')}{row}", f"{block.letter('到位')}{row}"
        cached = done / applicable if applicable else None
        page.formula(
            row, block.first + block.titles.index("到位率"), f'=IF({whole}=0,"",{part}/{whole})', style, cached
        )


def _light_counts(page: Page, meeting: Meeting, data: ChartData, board: TableArea) -> None:
    col = data.lights.first
    _block(page, data.lights, [(unit.name,) for unit in meeting.plan.units])
    names = [board_name(dimension) for dimension in Dimension]
    first, last = board.letters[names[0]], board.letters[names[-1]]
    counts = meeting.unit_dimensions.groupby(["unit", "light"]).size()
    for row, unit in enumerate(meeting.plan.units):
        cells = f"'{board.sheet}'!{first}{board.first_row + row}:{last}{board.first_row + row}"
        for offset, light in enumerate(LIGHT_ORDER, 1):
            formula = f'=COUNTIF({cells},"{light}*")'
            cached = int(counts.get((unit.name, str(light)), 0))
            page.formula(_FIRST_ROW + row, col + offset, formula, page.theme.style("body"), cached)


_BLUE, _PALE, _RED = "#1F4E79", "#9DB8D9", "#C00000"
_WHOLE = '[=0]0;[<1]"";0'  # where there is no red, an axis runs from 0 to 1 by halves
_MOST_BARS = 45  # more units than that cannot be read in one chart
_BAR_COLOUR: Mapping[Light, str] = {light: LIGHT_TINTS[light].fill for light in Light} | {
    Light.GREEN: "#70AD47",
    Light.GREY: "#BFBFBF",
}


def dimension_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401 - xlsxwriter ships no types
    """Rate of each dimension in columns, the expected pace as a mark over them."""
    chart = workbook.add_chart({"type": "column"})
    names = data.dimensions.cells("维度")
    for title, name, colour in (("上期到位率", "上期到位率", _PALE), ("到位率", "本期到位率", _BLUE)):
        series = {"name": name, "categories": names, "values": data.dimensions.cells(title)}
        labels = _labels("outside_end") if title == "到位率" else {}
        chart.add_series({**series, "fill": {"color": colour}, "gap": 60, **labels})
    pace = workbook.add_chart({"type": "line"})
    marker = {"type": "diamond", "size": 9, "fill": {"color": _RED}, "border": {"none": True}}
    series = {"name": "序时进度", "categories": names, "values": data.dimensions.cells("序时进度")}
    pace.add_series({**series, "line": {"none": True}, "marker": marker})
    chart.combine(pace)
    chart.set_y_axis(_axis(num_format="0%", minimum=0, maximum=1))
    return _dressed(chart, "各维度到位率与序时进度")


def trend_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """Red unit × dimension cells by period in columns, the rate as a line on the axis at the right."""
    chart = workbook.add_chart({"type": "column"})
    names = data.periods.cells("期次")
    reds = {"name": "红灯（单位×维度，左轴）", "categories": names, "values": data.periods.cells("红灯")}
    chart.add_series({**reds, "fill": {"color": "#E6A5A0"}, "gap": 120})
    rate = workbook.add_chart({"type": "line"})
    series = {"name": "到位率（右轴）", "categories": names, "values": data.periods.cells("到位率"), "y2_axis": True}
    marker = {"type": "circle", "size": 6, "fill": {"color": _BLUE}, "border": {"color": _BLUE}}
    rate.add_series({**series, "line": {"color": _BLUE, "width": 2.25}, "marker": marker, **_labels("above")})
    chart.combine(rate)
    chart.set_y_axis(_axis(num_format=_WHOLE, minimum=0))
    rate.set_y2_axis(_axis(num_format="0%", minimum=0, maximum=1))
    return _dressed(chart, "各期到位率与红灯数")


def ranking_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """Scores of all units as bars, the first on top."""
    chart = workbook.add_chart({"type": "bar"})
    names, scores = (data.ranking.cells(title, _MOST_BARS) for title in ("单位", "得分"))
    series = {"name": "得分", "categories": names, "values": scores}
    chart.add_series({**series, "fill": {"color": _BLUE}, "gap": 35, **_labels("outside_end", "0.0")})
    chart.set_y_axis({**_axis(), "reverse": True, "interval_unit": 1})
    chart.set_x_axis({**_axis(num_format="0", minimum=0, maximum=110), "visible": False})
    return _dressed(chart, "评分排名", legend=False)


def lights_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """How many dimensions of each unit have which light, stacked."""
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    names = data.lights.cells("单位", _MOST_BARS)
    for light in LIGHT_ORDER:
        series = {"name": str(light), "categories": names, "values": data.lights.cells(str(light), _MOST_BARS)}
        chart.add_series({**series, "fill": {"color": _BAR_COLOUR[light]}, "gap": 35})
    chart.set_y_axis({**_axis(), "reverse": True, "interval_unit": 1})
    chart.set_x_axis({**_axis(num_format="0", minimum=0), "major_unit": 1, "label_position": "low"})
    return _dressed(chart, "各单位亮灯（维度数）")


def _labels(position: str, num_format: str = "0%") -> dict[str, object]:
    font = {"name": BODY_FONT, "size": 8}
    return {"data_labels": {"value": True, "position": position, "num_format": num_format, "font": font}}


def _axis(
    *, num_format: str | None = None, minimum: float | None = None, maximum: float | None = None
) -> dict[str, object]:
    axis: dict[str, object] = {
        "num_font": {"name": BODY_FONT, "size": 8},
        "major_gridlines": {"visible": num_format is not None, "line": {"color": "#E3E3E3"}},
        "line": {"color": "#BFBFBF"},
    }
    return axis | {
        key: value
        for key, value in (("num_format", num_format), ("min", minimum), ("max", maximum))
        if value is not None
    }


def _dressed(chart: Any, title: str, *, legend: bool = True) -> Any:  # noqa: ANN401
    font = {"name": BODY_FONT, "size": 11, "bold": True}
    chart.set_title({"name": title, "name_font": font, "overlay": False})
    chart.set_legend({"position": "bottom", "font": {"name": BODY_FONT, "size": 8}} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#D9D9D9"}})
    chart.show_hidden_data()  # the sheet it draws from is hidden
    chart.show_blanks_as("gap")
    return chart


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
    meeting: Meeting,
    *,
    standings: tuple[Standing, ...],
    data: ChartData,
    lists: Mapping[str, Listed],
    link_of: Callable[[FrontLine], str | None],
) -> None:
    """Write the first page. `lists`: sheet name → list; `link_of`: where a line of 会前一页 leads."""
    flow = Flow(page, columns=12, width=_WIDTH)
    _title(flow, meeting)
    _cards(flow, _figures(meeting, standings, data, lists))
    late = sum(map(forecast_late, meeting.unit_dimensions.to_dict("records")))  # type: ignore[arg-type]
    flow.text(f"绿灯中预计逾期 {late} 格（按近三期进度，到时限不能全部到位，见“预测”）", page.theme.style("note"))
    flow.gap()
    _charts(flow, workbook, (dimension_chart, trend_chart), data, pixels=280)
    bars = min(_BAR_PIXELS * max(len(meeting.plan.units), 8), _MOST_BAR_PIXELS)
    _charts(flow, workbook, (ranking_chart, lights_chart), data, pixels=60 + bars)
    page_break = flow.row - 1
    link = page.theme.style("link", align="right")
    page.link(_LINK_ROW, 10, sheet_link(NAME, f"A{flow.row}"), "会前一页 ↓", link)
    _front_page(flow, meeting, link_of)
    _set_up(page, flow.row - 1, page_break)


def _title(flow: Flow, meeting: Meeting) -> None:
    theme, period = flow.page.theme, meeting.period
    flow.text(
        f"{meeting.plan.office.district}政务服务“应进必进”红黄绿督办台账", theme.style("title", font_size=22), size=22
    )
    facts = f"{period.label}　　会议日期 {period.meeting}　　报送截止 {period.cutoff}"
    flow.text(facts, theme.style("body", align="center"))
    centred = theme.style("note", align="center")
    flow.parts(("", meeting.plan.office.name, ""), (2, 8, 2), centred, height=20)
    flow.gap(6)


def _figures(
    meeting: Meeting, standings: tuple[Standing, ...], data: ChartData, lists: Mapping[str, Listed]
) -> list[Card]:
    now, before = standings[-1], standings[-2] if len(standings) > 1 else None
    red, yellow = lists["红灯清单"], lists["黄灯清单"]
    applicable, done, scored = (data.dimensions.cells(title)[1:] for title in ("适用", "到位", "计分"))
    rate = f"=IFERROR(SUMPRODUCT({done},{scored})/SUMPRODUCT({applicable},{scored}),0)"
    scores = data.ranking.cells("得分")
    return [
        _receipts_card(meeting, lists["报送情况"]),
        Card("总到位率", now.rate or 0.0, _points(now, before), sheet_link(BOARD_NAME), rate, "0.0%"),
        _light_card("红灯（条）", red, Light.RED, now.red_cells, before.red_cells if before else None),
        _light_card("黄灯（条）", yellow, Light.YELLOW, now.yellow_cells, before.yellow_cells if before else None),
        _overdue_card(red, lists["任务台账"], lists["问题派发"]),
        Card(
            "平均得分",
            mean_score(meeting),
            _score_change(now, before),
            file_link(f"2-评分表_{meeting.period.label}.xlsx", "评分排名", 1),
            f"=IFERROR(AVERAGE({scores[1:]}),0)",
            "0.0",
        ),
    ]


def _receipts_card(meeting: Meeting, receipts: Listed) -> Card:
    cells, units = receipts.area.elsewhere("receipt"), receipts.area.elsewhere("unit")
    counted = "+".join(f'COUNTIF({cells},"{status}")' for status in RETURNED)
    missing = len(meeting.plan.units) - returned(meeting)
    below = f"未报送或沿用上期 {missing} 家" if missing else "全部报送"
    value = f"{returned(meeting)}/{len(meeting.plan.units)}"
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
    units = sum(rate is not None for rate in now.by_unit.values())
    if before is None or before.rate is None or now.rate is None:
        return f"{units} 家有适用事项的单位，计分维度合计"
    return f"{units} 家合计，较上期{_change(round((now.rate - before.rate) * 100, 1), '个百分点')}"


def _score_change(now: Standing, before: Standing | None) -> str:
    if before is None or before.mean_score is None or now.mean_score is None:
        return "各单位平均"
    return f"较上期{_change(round(now.mean_score - before.mean_score, 1), '分')}"


def _change(value: float, unit: str = "") -> str:
    return f"增加 {value:g} {unit}" if value > 0 else f"减少 {-value:g} {unit}" if value < 0 else "持平"


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


def _front_page(flow: Flow, meeting: Meeting, link_of: Callable[[FrontLine], str | None]) -> None:
    flow.text("会前一页", flow.page.theme.style("section"), size=14)
    rows: list[tuple[str, str, str]] = []
    links: dict[tuple[int, int], str] = {}
    for section, lines in groupby(meeting.front_page, key=lambda line: line.section):
        for number, line in enumerate(lines):
            if address := link_of(line):
                links[len(rows), 2] = address  # LibreOffice does not break a link over lines: it gets a short cell
            rows.append(("" if number else section, flow.page.shown(line.text), line.sheet))
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
