"""How every workbook of ours looks: fonts, palette, formats, page set-up; made once a workbook.

A restrained official look that survives a black-and-white printer: a light is always a word as
well as a colour. Fonts are named as Windows and WPS have them; family and character set tell
other machines what to take instead. Source: contract §2, §8.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schemas.columns import Column, Kind
from schemas.words import Light

#: On every Windows and in WPS; 仿宋_GB2312 is not, and reads worse in small table cells.
BODY_FONT = "微软雅黑"
HEADER_FONT = "黑体"
TITLE_FONT = "方正小标宋简体"
BODY_SIZE = 10
_GB2312, _ROMAN, _SWISS = 134, 1, 2
LINE_POINTS = 15.5  # height of one line of body text
ROW_PADDING = 5.0

INK = "#1F1F1F"
FAINT = "#6B6B6B"
LINK = "#1F4E79"
RULE = "#A6A6A6"
HEADER_FILL = "#DDE4EE"
REQUIRED_FILL = "#FCE4B8"
OURS_FILL = "#EDEDED"
ALARM = "#C00000"


@dataclass(frozen=True)
class Tint:
    """Colours of a word that signals something."""

    fill: str
    ink: str
    bold: bool = False


LIGHT_TINTS: dict[Light, Tint] = {
    Light.RED: Tint("#C00000", "#FFFFFF", bold=True),
    Light.YELLOW: Tint("#FFD966", "#4D3B00", bold=True),
    Light.GREEN: Tint("#E2EFDA", "#274E13"),
    Light.GREY: Tint("#EDEDED", "#7F7F7F"),
}
#: Words of other columns that deserve a colour too, by what they begin with.
WORD_TINTS: dict[str, Tint] = {
    "未达标": LIGHT_TINTS[Light.RED],
    "存疑": LIGHT_TINTS[Light.YELLOW],
    "达标": LIGHT_TINTS[Light.GREEN],
    "未报": LIGHT_TINTS[Light.GREY],
    "错误": LIGHT_TINTS[Light.RED],
    "警示": LIGHT_TINTS[Light.YELLOW],
}

_BODY_FONT = {"font_name": BODY_FONT, "font_size": BODY_SIZE, "font_family": _SWISS, "font_charset": _GB2312}
_HEADER_FONT = {"font_name": HEADER_FONT, "font_size": 10.5, "font_family": _SWISS, "font_charset": _GB2312}
_TITLE_FONT = {"font_name": TITLE_FONT, "font_size": 20, "font_family": _ROMAN, "font_charset": _GB2312}
_RULED = {"border": 1, "border_color": RULE}

#: Name → properties in xlsxwriter's words; `Theme.style(name, …)` adds to them.
STYLES: dict[str, dict[str, object]] = {
    "body": {**_BODY_FONT, "font_color": INK, "valign": "vcenter"},
    "cell": {**_BODY_FONT, "font_color": INK, "valign": "vcenter", **_RULED},
    "title": {**_TITLE_FONT, "align": "center", "valign": "vcenter"},
    "section": {**_HEADER_FONT, "font_size": 14, "align": "left", "valign": "vcenter"},
    "note": {**_BODY_FONT, "font_color": FAINT, "valign": "vcenter"},
    "header": {
        **_HEADER_FONT,
        "bg_color": HEADER_FILL,
        "align": "center",
        "valign": "vcenter",
        "text_wrap": True,
        **_RULED,
    },
    "link": {**_BODY_FONT, "font_color": LINK, "underline": 1, "valign": "vcenter"},
    "figure": {**_HEADER_FONT, "font_size": 24, "align": "center", "valign": "vcenter"},
    "label": {**_HEADER_FONT, "bg_color": HEADER_FILL, "align": "center", "valign": "vcenter", **_RULED},
}

_ONE_LINE = (Kind.DATE, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT)
_CENTRED = (Kind.CHOICE, Kind.DATE, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT, Kind.PHONE)


#: xlsxwriter ships no types; these names say at least what is meant.
Worksheet = Any
Format = Any


class Theme:
    """The formats of one workbook, each made once however often it is asked for."""

    link: Mapping[str, object] = {"font_color": LINK, "underline": 1}

    def __init__(self, workbook: Any) -> None:  # noqa: ANN401
        self._workbook = workbook
        self._formats: dict[tuple[object, ...], Format] = {}
        self._properties: dict[int, dict[str, object]] = {}

    def style(self, name: str, **extra: object) -> Format:
        """The format `name` of STYLES with further xlsxwriter properties on top."""
        return self._format(STYLES[name] | extra)

    def cell(self, column: Column, *, ruled: bool = True, extra: Mapping[str, object] | None = None) -> Format:
        """The format of a data cell of `column`: number format, alignment, wrapping; `extra` on top."""
        properties: dict[str, object] = {"num_format": column.number_format, "align": alignment(column)}
        if column.kind not in _ONE_LINE:
            properties["text_wrap"] = True
        return self._format(STYLES["cell" if ruled else "body"] | properties | dict(extra or {}))

    def quoted(self, style: Format) -> Format:
        """`style` for text that begins with = + - @: editing the cell must not make a formula of it."""
        return self._format(self._properties[id(style)] | {"quote_prefix": True})

    def tint(self, tint: Tint) -> Format:
        """The format that a conditional format lays over a cell: colours and weight only."""
        return self.raw({"bg_color": tint.fill, "font_color": tint.ink, "bold": tint.bold})

    def raw(self, properties: Mapping[str, object]) -> Format:
        """A format of these xlsxwriter properties alone, for conditional formats."""
        return self._format(properties)

    def _format(self, properties: Mapping[str, object]) -> Format:
        key = tuple(sorted(properties.items(), key=lambda entry: entry[0]))
        if key not in self._formats:
            self._formats[key] = self._workbook.add_format(dict(properties))
            self._properties[id(self._formats[key])] = dict(properties)
        return self._formats[key]


def alignment(column: Column) -> str:
    """Short values stand in the middle of their column, text at its left."""
    if column.kind in _CENTRED or (column.kind is Kind.NAME and column.width <= 12):
        return "center"
    return "left"
