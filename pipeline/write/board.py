"""单位红黄绿: every unit × dimension on one page; word, count, rate and trend, linked to its rows.

A cell reads 红 3/5 60% ↑: 到位 ÷ 适用, and the arrow against the period before. It leads to the
rows of its light in 红灯清单 or 黄灯清单, else to the unit's first row in 总矩阵. Source: contract §8, 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipeline.say.headline import LATE, Standing, cell_text, receipt_text, trend
from pipeline.write.kit.cells import Page
from pipeline.write.kit.paper import SIDE_MARGIN
from pipeline.write.kit.table import Options, TableArea, colour_words, write_table
from pipeline.write.kit.theme import Tint
from pipeline.write.lists import Listed
from pipeline.write.matrix import unit_addresses
from schemas.columns import Kind, Table, column
from schemas.dimensions import Dimension
from schemas.tables import MATRIX, unit_column
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

NAME = "单位红黄绿"
OVERALL = "overall"
_TREND = "trend"
#: Paler than in the lists: here whole columns are coloured, and the cells are links.
_TINTS = {
    str(Light.RED): Tint("#F6BDB8", "#8E0000", bold=True),
    str(Light.YELLOW): Tint("#FFE699", "#5C4700", bold=True),
    str(Light.GREEN): Tint("#E2EFDA", "#274E13"),
    str(Light.GREY): Tint("#EDEDED", "#7F7F7F"),
}
_MOST_ON_ONE_PAGE = 45
_TREND_PERIODS = 3
_ROW_POINTS = 19.0
_LEGEND = (
    "格内依次为：灯、到位数/适用数（含未列）、到位率、与上期相比（↑升 ↓降 →平）；不足 5 项的不写百分比。"
    f"“{LATE}”：按近三期进度，到时限不能全部到位；“n期未报”：沿用旧数据，已连续 n 期没有报送。"
    "红、黄格点一下到清单中该单位的行，其他格点一下到总矩阵。整体灯取计分维度中最差的一盏。"
)


def board_name(dimension: Dimension) -> str:
    """Name of the board's column of a dimension."""
    return f"board_{dimension.name.lower()}"


BOARD = Table(
    "board",
    NAME,
    (
        unit_column(25),
        *(column(board_name(d), str(d), Kind.NAME, width=26) for d in Dimension),
        column(OVERALL, "整体", Kind.NAME, width=8),
        column("receipt", "报送状态", Kind.NAME, width=23),
        column(_TREND, "近三期到位率", width=22),
    ),
    title="各单位“应进必进”红黄绿灯一览",
)


def write_board(
    page: Page,
    meeting: Meeting,
    *,
    note: str,
    lists: Mapping[Light, Listed],
    past: Sequence[Standing],
) -> TableArea:
    """Write the board. `lists`: 红 and 黄 → their list; `past`: one standing a period, this one last."""
    rows = _rows(meeting, past[-_TREND_PERIODS:])
    dimensions = [board_name(dimension) for dimension in Dimension]
    options = Options(lights=[OVERALL], links=_links(meeting, rows, lists), landscape=True)
    area = write_table(page, BOARD, rows, note=note, options=options)
    colour_words(page, (area.first_row, 1, max(area.last_row, area.first_row), len(dimensions)), _TINTS)
    for row in range(area.first_row, area.last_row + 1):
        page.height(row, _ROW_POINTS)
    legend = area.last_row + 2  # apart from the units: whoever reads the table must not take it for one
    page.across(legend, 0, len(BOARD.columns) - 1, _LEGEND, page.theme.style("note"))
    _fit(page, legend)
    return area


def _rows(meeting: Meeting, past: Sequence[Standing]) -> list[dict[str, object]]:
    """One row = one unit, plan order; every value is finished text."""
    overall = dict(zip(meeting.overall["unit"], meeting.overall["light"], strict=True))
    receipts = dict(zip(meeting.receipts["unit"], meeting.receipts["receipt"], strict=True))
    rows: dict[str, dict[str, object]] = {
        unit.name: {
            "unit": unit.name,
            OVERALL: overall.get(unit.name),
            "receipt": receipt_text(receipts.get(unit.name, ""), meeting.silence.get(unit.name)),
            _TREND: trend([standing.by_unit[unit.name] for standing in past]),
        }
        for unit in meeting.plan.units
    }
    records: list[dict[str, Any]] = meeting.unit_dimensions.to_dict("records")  # type: ignore[assignment]
    for record in records:
        unit, silence = record["unit"], meeting.silence.get(record["unit"])
        text = cell_text(record, meeting.unlisted.get(unit, 0), silence.meetings if silence else 0)
        rows[unit][board_name(Dimension(record["dimension"]))] = text
    return list(rows.values())


def _links(
    meeting: Meeting, rows: Sequence[Mapping[str, object]], lists: Mapping[Light, Listed]
) -> dict[str, list[str | None]]:
    in_matrix = unit_addresses(meeting, [MATRIX.name])[MATRIX.name]
    links: dict[str, list[str | None]] = {}
    for dimension in Dimension:
        name = board_name(dimension)
        for row in rows:
            unit, text = str(row["unit"]), str(row.get(name) or "")
            found = [lists[light].link_to(unit, str(dimension)) for light in _lights_to_show(text)]
            links.setdefault(name, []).append(next(filter(None, found), in_matrix.get(unit)))
    return links


def _lights_to_show(text: str) -> tuple[Light, ...]:
    """Which lists a cell may lead to: the reds first, also of a unit that is 黄 over all."""
    return (Light.YELLOW, Light.RED) if text.startswith(Light.YELLOW) else (Light.RED, Light.YELLOW)


def _fit(page: Page, last_row: int) -> None:
    page.raw.fit_to_pages(1, 1 if last_row <= _MOST_ON_ONE_PAGE else 0)
    page.raw.set_margins(left=SIDE_MARGIN, right=SIDE_MARGIN, top=0.4, bottom=0.5)
