"""The first page's native charts; they draw from the hidden sheet 图表数据."""

from collections.abc import Mapping
from typing import Any

from pipeline.workbooks.chart_data import LIGHT_ORDER, ChartData
from pipeline.workbooks.theme import BODY_FONT, LIGHT_TINTS
from schemas.vocabulary import Light

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
    names = data.column(data.dimensions, 0)
    for offset, title, colour in ((5, "上期到位率", _PALE), (3, "本期到位率", _BLUE)):
        series = {"name": title, "categories": names, "values": data.column(data.dimensions, offset)}
        labels = _labels("outside_end") if offset == 3 else {}
        chart.add_series({**series, "fill": {"color": colour}, "gap": 60, **labels})
    pace = workbook.add_chart({"type": "line"})
    marker = {"type": "diamond", "size": 9, "fill": {"color": _RED}, "border": {"none": True}}
    series = {"name": "序时进度", "categories": names, "values": data.column(data.dimensions, 4)}
    pace.add_series({**series, "line": {"none": True}, "marker": marker})
    chart.combine(pace)
    chart.set_y_axis(_axis(num_format="0%", minimum=0, maximum=1))
    return _dressed(chart, "各维度到位率与序时进度")


def trend_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """Red unit × dimension cells by period in columns, the rate as a line on the axis at the right."""
    chart = workbook.add_chart({"type": "column"})
    names = data.column(data.periods, 0)
    reds = {"name": "红灯（单位×维度，左轴）", "categories": names, "values": data.column(data.periods, 2)}
    chart.add_series({**reds, "fill": {"color": "#E6A5A0"}, "gap": 120})
    rate = workbook.add_chart({"type": "line"})
    series = {"name": "到位率（右轴）", "categories": names, "values": data.column(data.periods, 1), "y2_axis": True}
    marker = {"type": "circle", "size": 6, "fill": {"color": _BLUE}, "border": {"color": _BLUE}}
    rate.add_series({**series, "line": {"color": _BLUE, "width": 2.25}, "marker": marker, **_labels("above")})
    chart.combine(rate)
    chart.set_y_axis(_axis(num_format=_WHOLE, minimum=0))
    rate.set_y2_axis(_axis(num_format="0%", minimum=0, maximum=1))
    return _dressed(chart, "各期到位率与红灯数")


def ranking_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """Scores of all units as bars, the first on top."""
    chart = workbook.add_chart({"type": "bar"})
    names, scores = (data.column(data.ranking, offset, _MOST_BARS) for offset in (0, 1))
    series = {"name": "得分", "categories": names, "values": scores}
    chart.add_series({**series, "fill": {"color": _BLUE}, "gap": 35, **_labels("outside_end", "0.0")})
    chart.set_y_axis({**_axis(), "reverse": True, "interval_unit": 1})
    chart.set_x_axis({**_axis(num_format="0", minimum=0, maximum=110), "visible": False})
    return _dressed(chart, "评分排名", legend=False)


def lights_chart(workbook: Any, data: ChartData) -> Any:  # noqa: ANN401
    """How many dimensions of each unit have which light, stacked."""
    chart = workbook.add_chart({"type": "bar", "subtype": "stacked"})
    names = data.column(data.lights, 0, _MOST_BARS)
    for offset, light in enumerate(LIGHT_ORDER, 1):
        series = {"name": str(light), "categories": names, "values": data.column(data.lights, offset, _MOST_BARS)}
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
