"""The styles of an .xlsx: how the cells of each look."""

from collections.abc import Sequence

from lxml import etree

from pipeline.intake.formats.looks import BUILT_IN, Look, is_grey
from pipeline.intake.formats.parts import SAFELY, Element

_INDEXED = {22: "C0C0C0", 23: "808080", 55: "969696"}  # the greys of the old palette
_THEME = {0: 0xFF, 1: 0x00, 2: 0xE7}  # white, black and the light grey of every theme since 2013
_GREY_PATTERNS = frozenset({"gray0625", "gray125", "lightGray", "mediumGray", "darkGray"})


def looks_in(styles: bytes) -> dict[int, Look]:
    """Style number → look; none where the part is no XML (some programs forget to escape a format's quotes)."""
    try:
        tree = etree.fromstring(styles, etree.XMLParser(**SAFELY))
    except etree.XMLSyntaxError:
        return {}  # the values are all there: only what cells look like is not known
    formats = dict(BUILT_IN) | {
        _number(each, "numFmtId"): each.get("formatCode", "") for each in tree.iterfind("{*}numFmts/{*}numFmt")
    }
    fonts = [(_is_struck(font), _is_grey(font.find("{*}color"))) for font in tree.iterfind("{*}fonts/{*}font")]
    fills = [_is_grey_fill(fill) for fill in tree.iterfind("{*}fills/{*}fill")]
    return {
        number: _look(style, formats, fonts, fills) for number, style in enumerate(tree.iterfind("{*}cellXfs/{*}xf"))
    }


def struck_texts(shared: bytes) -> frozenset[int]:
    """Numbers of the shared texts whose letters all have a line through them."""
    if b"strike" not in shared:
        return frozenset()
    try:
        tree = etree.fromstring(shared, etree.XMLParser(**SAFELY))
    except etree.XMLSyntaxError:
        return frozenset()  # the parser of the values says what is wrong
    return frozenset(number for number, text in enumerate(tree.iterfind("{*}si")) if _all_struck(text))


def _all_struck(text: Element) -> bool:
    runs = [run for run in text.iterfind("{*}r") if "".join(run.itertext()).strip()]
    fonts = [run.find("{*}rPr") for run in runs]
    return bool(fonts) and all(font is not None and _is_struck(font) for font in fonts)


def _look(style: Element, formats: dict[int, str], fonts: Sequence[tuple[bool, bool]], fills: Sequence[bool]) -> Look:
    font, fill = _number(style, "fontId"), _number(style, "fillId")
    struck, grey = fonts[font] if font < len(fonts) else (False, False)
    return Look(formats.get(_number(style, "numFmtId"), "General"), struck, grey or (fill < len(fills) and fills[fill]))


def _number(element: Element, name: str) -> int:
    value = element.get(name, "0")
    return int(value) if value.isascii() and value.isdigit() else 0


def _is_struck(font: Element) -> bool:
    return any(line.get("val", "1") in {"1", "true"} for line in font.iterchildren("{*}strike", "{*}dstrike"))


def _is_grey_fill(fill: Element) -> bool:
    pattern = fill.find("{*}patternFill")
    kind = "none" if pattern is None else pattern.get("patternType", "none")
    return kind in _GREY_PATTERNS or (kind == "solid" and _is_grey(pattern.find("{*}fgColor")))


def _is_grey(colour: Element | None) -> bool:
    if colour is None:
        return False
    if colour.get("rgb"):
        return is_grey(colour.get("rgb"))
    if colour.get("indexed"):
        return is_grey(_INDEXED.get(_number(colour, "indexed"), ""))
    base = _THEME.get(_number(colour, "theme")) if colour.get("theme") else None
    return base is not None and is_grey(f"{_tinted(base, colour.get('tint', '0')):02X}" * 3)


def _tinted(base: int, tint: str) -> int:
    """A shade of grey made lighter (tint above 0) or darker (below 0), as Excel does."""
    try:
        share = min(max(float(tint), -1), 1)
    except ValueError:
        return base
    return round(base * (1 + share) if share < 0 else base + (255 - base) * share)
