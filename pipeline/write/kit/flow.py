"""A page of headings, prose and small tables on one sheet, as slips and the briefing are.

The sheet is a grid of equal narrow columns; whatever is written takes some of them, merged, and
makes its row as high as its text needs. The cursor `row` is the next free Excel row.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.write.kit.cells import Page
from pipeline.write.kit.measure import line_count
from pipeline.write.kit.table import colour_words
from pipeline.write.kit.theme import LIGHT_TINTS, LINE_POINTS, ROW_PADDING, Format

_HIGHEST_POINTS = 409
_POINTS_PER_SIZE = 1.55  # line height of a font, as a multiple of its size


@dataclass
class Flow:
    """Where the page stands; `width` is that of one column, in half-width characters of the body font."""

    page: Page
    columns: int = 12
    width: float = 7.6
    row: int = 1
    #: Excel rows of the tables written so far, first and last data row.
    areas: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.raw.set_column(0, self.columns - 1, self.width)
        self.page.raw.hide_gridlines(2)

    def text(self, text: str, style: Format, *, size: float = 10, indent: bool = False) -> None:
        """One paragraph over the whole width; what is too long for one row of Excel goes on in the next."""
        for piece in self._pieces(("　　" if indent else "") + self.page.shown(text), size):
            self.page.across(self.row, 0, self.columns - 1, piece, style)
            self._height(self._lines(piece, self.columns, size), size)
            self.row += 1

    def parts(self, texts: Sequence[str], spans: Sequence[int], style: Format, *, height: float) -> None:
        """Several texts side by side in one row, each over its span of columns."""
        for text, first, last in self._places(texts, spans):
            self.page.across(self.row, first, last, text, style)
        self.page.height(self.row, height)
        self.row += 1

    def gap(self, points: float = 8) -> None:
        """An empty row of that height."""
        self.page.height(self.row, points)
        self.row += 1

    def table(
        self,
        header: Sequence[str],
        spans: Sequence[int],
        rows: Sequence[Sequence[str]],
        *,
        lights: Sequence[int] = (),
        centred: Sequence[int] = (),
        links: Mapping[tuple[int, int], str] | None = None,
        styles: tuple[str, str] = ("header", "cell"),
        size: float = 10,
    ) -> None:
        """A small table; lights: columns whose words are coloured; links: (row, column) from 0 → address."""
        head_style = self.page.theme.style(styles[0])
        height = max(self._lines(title, span, size) for title, span in zip(header, spans, strict=True))
        self.parts(header, spans, head_style, height=height * size * _POINTS_PER_SIZE + 7)
        first_row = self.row
        for number, row in enumerate(rows):
            self._table_row(
                number, row, spans, centred=(*centred, *lights), links=links or {}, style=styles[1], size=size
            )
        self.areas.append((first_row, self.row - 1))
        for column in lights if rows else ():
            first = sum(spans[:column])
            tints = {str(light): tint for light, tint in LIGHT_TINTS.items()}
            colour_words(self.page, (first_row, first, self.row - 1, first + spans[column] - 1), tints)

    def _table_row(
        self,
        number: int,
        row: Sequence[str],
        spans: Sequence[int],
        *,
        centred: Sequence[int],
        links: Mapping[tuple[int, int], str],
        style: str,
        size: float,
    ) -> None:
        lines = 1
        for column, (text, first, last) in enumerate(self._places(row, spans)):
            look: dict[str, object] = {"text_wrap": True, "align": "center" if column in centred else "left"}
            address = links.get((number, column))
            if address and text:
                look |= self.page.theme.link
            self.page.across(self.row, first, last, text, self.page.theme.style(style, **look))
            if address and text:
                self.page.link(self.row, first, address, text, self.page.theme.style(style, **look))
            lines = max(lines, self._lines(text, spans[column], size))
        self._height(lines, size)
        self.row += 1

    def _places(self, texts: Sequence[str], spans: Sequence[int]) -> list[tuple[str, int, int]]:
        firsts = [sum(spans[:index]) for index in range(len(spans))]
        return [(text, first, first + span - 1) for text, first, span in zip(texts, firsts, spans, strict=True)]

    def _lines(self, text: str, span: int, size: float) -> int:
        return line_count(text, self._room(span, size))

    def _room(self, span: int, size: float) -> float:
        """Half-width characters of that font size that fit across `span` columns."""
        pixels = span * (self.width * 7 + 5)  # as Excel draws a column
        return pixels * 72 / 96 / (size / 2)

    def _height(self, lines: int, size: float) -> None:
        points = lines * LINE_POINTS + ROW_PADDING if size <= 10 else lines * size * _POINTS_PER_SIZE + ROW_PADDING
        self.page.height(self.row, min(points, _HIGHEST_POINTS))

    def _pieces(self, text: str, size: float) -> list[str]:
        """The text in pieces, each low enough for one row."""
        most = int((_HIGHEST_POINTS - ROW_PADDING) / (size * _POINTS_PER_SIZE)) * int(
            self._room(self.columns, size) / 2
        )
        return [text[start : start + most] for start in range(0, len(text), most)] or [""]
