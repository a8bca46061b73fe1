"""The hidden sheet 图表数据 that the first page's charts and figures draw from.

Counts of lights are formulas over 单位红黄绿: a light changed by hand moves the charts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.workbooks.board import board_name
from pipeline.workbooks.book import Book
from pipeline.workbooks.cells import Page
from pipeline.workbooks.headline import Standing, is_blank
from pipeline.workbooks.table import TableArea, letter
from schemas.vocabulary import Dimension, Light

DATA = "图表数据"
LIGHT_ORDER = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)
_FIRST_ROW = 3  # of every block on the data sheet: block title, header, data


@dataclass(frozen=True)
class ChartData:
    """Where each block of the data sheet stands: its first column (from 0) and its number of rows."""

    dimensions: tuple[int, int]
    ranking: tuple[int, int]
    periods: tuple[int, int]
    lights: tuple[int, int]

    def column(self, block: tuple[int, int], offset: int, at_most: int = 10_000) -> str:
        """The data cells of a block's column (its first `at_most`), for a chart or formula."""
        name = letter(block[0] + offset)
        rows = min(max(block[1], 1), at_most)
        return f"='{DATA}'!${name}${_FIRST_ROW}:${name}${_FIRST_ROW + rows - 1}"


def layout(book: Book, standings: Sequence[Standing]) -> ChartData:
    """Where the blocks stand."""
    return ChartData(
        dimensions=(0, len(Dimension)),
        ranking=(8, len(book.judgement.ranking)),
        periods=(11, len(standings)),
        lights=(17, len(book.plan.units)),
    )


def write_data(
    page: Page,
    book: Book,
    standings: Sequence[Standing],
    data: ChartData,
    board: TableArea,
) -> None:
    """Fill the hidden sheet; counts of lights are formulas over the board."""
    now, before = standings[-1], standings[-2] if len(standings) > 1 else None
    _block(page, data.dimensions[0], "各维度", _dimension_rows(book, now, before))
    _rates(page, data, now)
    _block(page, data.ranking[0], "评分排名", [("单位", "得分"), *_ranked(book)])
    periods = [(f"第{s.number}期", s.rate, s.red_cells, s.yellow_cells, s.mean_score) for s in standings]
    _block(page, data.periods[0], "各期", [("期次", "到位率", "红灯", "黄灯", "平均得分"), *periods])
    _light_counts(page, book, data, board)
    page.raw.hide()


def _ranked(book: Book) -> list[tuple[object, object]]:
    """Unit and score in order of rank; a unit that is not ranked (不参评) has no bar."""
    columns = (book.judgement.ranking[name] for name in ("unit", "rank", "score"))
    return [(unit, None if is_blank(rank) else score) for unit, rank, score in zip(*columns, strict=True)]


def _block(page: Page, col: int, title: str, rows: Sequence[Sequence[object]]) -> None:
    page.put(1, col, title, page.theme.style("body", bold=True))
    for row, record in enumerate(rows, _FIRST_ROW - 1):
        for offset, value in enumerate(record):
            shown = page.theme.style("body", num_format="0.0%") if _is_share(value) else page.theme.style("body")
            page.put(row, col + offset, value, shown)


def _is_share(value: object) -> bool:
    return isinstance(value, float) and 0 <= value <= 1


def _dimension_rows(book: Book, now: Standing, before: Standing | None) -> list[tuple[object, ...]]:
    expected = book.judgement.unit_dimensions.drop_duplicates("dimension").set_index("dimension")["expected"]
    rows: list[tuple[object, ...]] = [("维度", "适用", "到位", "到位率", "序时进度", "上期到位率", "计分")]
    scored = {str(entry.dimension): int(entry.scored) for entry in book.plan.dimensions}
    for dimension, (done, applicable) in now.by_dimension.items():
        earlier = before.by_dimension[dimension] if before else (0, 0)
        rate_before = earlier[0] / earlier[1] if earlier[1] else None
        rows.append((dimension, applicable, done, None, expected.get(dimension), rate_before, scored[dimension]))
    return rows


def _rates(page: Page, data: ChartData, now: Standing) -> None:
    first = data.dimensions[0]
    style = page.theme.style("body", num_format="0.0%")
    for row, (done, applicable) in enumerate(now.by_dimension.values(), _FIRST_ROW):
        whole, part = f"{letter(first + 1)}{row}", f"{letter(first + 2)}{row}"
        cached = done / applicable if applicable else None
        page.formula(row, first + 3, f'=IF({whole}=0,"",{part}/{whole})', style, cached)


def _light_counts(page: Page, book: Book, data: ChartData, board: TableArea) -> None:
    col = data.lights[0]
    _block(page, col, "各单位亮灯", [("单位", *LIGHT_ORDER), *((unit.name,) for unit in book.plan.units)])
    names = [board_name(dimension) for dimension in Dimension]
    first, last = board.letters[names[0]], board.letters[names[-1]]
    counts = book.judgement.unit_dimensions.groupby(["unit", "light"]).size()
    for row, unit in enumerate(book.plan.units):
        cells = f"'{board.sheet}'!{first}{board.first_row + row}:{last}{board.first_row + row}"
        for offset, light in enumerate(LIGHT_ORDER, 1):
            formula = f'=COUNTIF({cells},"{light}*")'
            cached = int(counts.get((unit.name, str(light)), 0))
            page.formula(_FIRST_ROW + row, col + offset, formula, page.theme.style("body"), cached)
