"""Looks of cells: each has a name that follows from the look itself, so that a new one renames no other.

`10.5b-DDEBF7~3f` is a bold look of 10.5 points on DDEBF7; the two digits tell those apart that differ
in what the name does not say, and the legend says all of it.
"""

from hashlib import sha256

from openpyxl.styles import Alignment, Border, Color, Font, GradientFill, PatternFill
from openpyxl.styles.borders import Side
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.styles.styleable import StyleableObject

_SIDES = ("left", "right", "top", "bottom", "diagonal")


class Looks:
    """The looks of one workbook; `legend` grows as they are asked for."""

    def __init__(self) -> None:
        self.legend: dict[str, str] = {}
        self._plain: str | None = None
        self._known: dict[tuple[int, ...], str] = {}

    def plain_is(self, item: StyleableObject) -> None:
        """The look of a cell that nobody touched; it has the name ""."""
        self._plain = _description(item)

    def name(self, item: StyleableObject) -> str:
        """The name of a cell's, a row's or a column's look."""
        index = item._style
        if index is None:  # a column that has a width only
            return ""
        key = (index.fontId, index.fillId, index.borderId, index.alignmentId, index.protectionId, index.quotePrefix)
        if key not in self._known:
            self._known[key] = self._named(item)
        return self._known[key]

    def _named(self, item: StyleableObject) -> str:
        said = _description(item)
        if said == self._plain:
            return ""
        font, fill = item.font, _fill(item.fill)
        name = f"{font.sz:g}{'b' if font.b else ''}{'i' if font.i else ''}{f'-{fill}' if fill else ''}"
        name = f"{name}~{sha256(said.encode()).hexdigest()[:3]}"
        assert self.legend.get(name, said) == said, f"two looks are called {name}"
        self.legend[name] = said
        return name


def _description(item: StyleableObject) -> str:
    parts = [_font(item.font), _fill(item.fill) and f"fill {_fill(item.fill)}", _border(item.border)]
    parts += [_alignment(item.alignment), "" if item.protection.locked else "unlocked"]
    parts += ["formula hidden" if item.protection.hidden else "", "text by quote" if item.quotePrefix else ""]
    return ", ".join(part for part in parts if part)


def differential(look: DifferentialStyle | None) -> str:
    """What a conditional format changes."""
    if look is None:
        return "nothing"
    parts = [_font(look.font) if look.font else "", _fill(look.fill) and f"fill {_fill(look.fill)}"]
    parts += [_border(look.border), f"as {look.numFmt.formatCode}" if look.numFmt else ""]
    return ", ".join(part for part in parts if part)


def colour(given: Color | None) -> str:
    """RRGGBB, or which of the theme's or the palette's colours; "" for none."""
    if given is None or given.value is None:
        return ""
    tint = f"{given.tint:+g}" if given.tint else ""
    if given.type == "rgb":
        return f"{given.rgb[-6:]}{tint}"
    if given.type == "auto":
        return "auto"
    return f"{given.type}{given.value}{tint}"


def _font(font: Font) -> str:
    words = [font.name, f"{font.sz:g}" if font.sz else "", "bold" if font.b else "", "italic" if font.i else ""]
    words += [f"underline {font.u}" if font.u else "", "struck" if font.strike else "", font.vertAlign]
    said = colour(font.color)
    return " ".join(word for word in (*words, "" if said == "theme1" else said) if word)


def _fill(fill: PatternFill | GradientFill | None) -> str:
    if fill is None or fill.tagname == "gradientFill":
        return "" if fill is None else "gradient"
    if fill.fill_type is None:  # conditional formats put their colour behind and name no pattern
        return _behind(fill)
    return colour(fill.fgColor) if fill.fill_type == "solid" else f"{fill.fill_type} {colour(fill.fgColor)}"


def _behind(fill: PatternFill) -> str:
    said = colour(fill.bgColor)
    return "" if said == "000000" else said


def _border(border: Border | None) -> str:
    if border is None:
        return ""
    sides = {name: _side(getattr(border, name)) for name in _SIDES}
    drawn = {name: side for name, side in sides.items() if side}
    if len({*drawn.values()}) == 1 and set(drawn) == set(_SIDES[:4]):
        return f"boxed {drawn['left']}"
    return ", ".join(f"{name} {side}" for name, side in drawn.items())


def _side(side: Side | None) -> str:
    return f"{side.style} {colour(side.color)}".strip() if side is not None and side.style else ""


def _alignment(given: Alignment) -> str:
    words = [given.horizontal, f"v-{given.vertical}" if given.vertical not in (None, "bottom") else ""]
    words += ["wrapped" if given.wrap_text else "", "shrunk" if given.shrink_to_fit else ""]
    words += [
        f"indent {given.indent:g}" if given.indent else "",
        f"turned {given.textRotation}" if given.textRotation else "",
    ]
    return " ".join(word for word in words if word and word != "general")
