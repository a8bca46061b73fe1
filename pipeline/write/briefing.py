"""工作简报_第{NN}期.docx in the official layout, as it is sent to 区委、区政府 (extra `briefing`).

A4 with margins of 37, 28, 35 and 26 mm, 22 lines of 28 characters; red head, body in 仿宋 3号, page
number between dashes. The text is finished; here it is only set.
"""

import re
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.records import Briefing, BriefingSection, BriefingTable
from pipeline.write.kit.measure import text_width
from pipeline.write.kit.repack import repack
from schemas.plan import Period

if TYPE_CHECKING:
    from docx.document import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.text.paragraph import Paragraph


FANG_SONG, KAI, HEI, TITLE, SONG = "仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体"
_RED = "C00000"
_BODY, _TITLE_SIZE, _SMALL, _IN_TABLE, _IN_WIDE_TABLE = 16, 22, 14, 12, 10
_FEW_COLUMNS = 6
_LINE_POINTS, _TABLE_LINE_POINTS = 28.95, 18
_ROWS_TOGETHER = 12  # a table of so many rows is not broken over pages
_CORE_MM = 156
_MARGINS_MM = {"top_margin": 37, "left_margin": 28, "bottom_margin": 35, "right_margin": 26}
_GRID = {"type": "lines", "linePitch": "579"}  # twips
_TIGHTER = "-5"  # twentieths of a point: 28 characters of 16 points on a line of 156 mm
#: What may follow a run's spacing, a paragraph's snap to the grid, and its borders.
_AFTER_SPACING = ("w", "kern", "position", "sz", "szCs", "highlight", "u", "effect", "bdr", "shd", "lang")
_AFTER_SNAP = ("spacing", "ind", "contextualSpacing", "mirrorIndents", "jc", "textAlignment", "outlineLvl", "rPr")
_AFTER_BORDERS = ("shd", "tabs", "suppressAutoHyphens", "wordWrap", "snapToGrid", *_AFTER_SNAP)
_BLANK = re.compile(r"(【[^】]*】)")  # left for a person to fill in
_LEAD = re.compile(r"(（[一二三四五六七八九十]+）[^。：]*[。：]?)(.*)", re.DOTALL)


def write_briefing(path: Path, briefing: Briefing, period: Period) -> None:
    """Write the briefing; needs python-docx."""
    import docx

    document = docx.Document()
    _page(document)
    _head(document, briefing)
    for section in briefing.sections:
        _section(document, section)
    _tail(document, briefing.tail)
    document.core_properties.author = briefing.office
    document.core_properties.title = f"{briefing.title}{briefing.issue}"
    document.core_properties.comments = ""
    saved = BytesIO()
    document.save(saved)
    path.write_bytes(repack(saved.getvalue()))


def _page(document: "Document") -> None:
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for side, millimetres in _MARGINS_MM.items():
        setattr(section, side, Mm(millimetres))
    section.footer_distance = Mm(28)
    grid = _element("w:docGrid", _GRID)
    for old in section._sectPr.findall(grid.tag):
        section._sectPr.remove(old)
    section._sectPr.append(grid)
    normal = document.styles["Normal"]
    normal.font.size = Pt(_BODY)
    _name_font(normal.element.get_or_add_rPr(), FANG_SONG)
    _speak_chinese(document)
    document.settings.odd_and_even_pages_header_footer = True
    _page_number(section.footer.paragraphs[0], right=True)
    _page_number(section.even_page_footer.paragraphs[0], right=False)


def _speak_chinese(document: "Document") -> None:
    """Mark the text as simplified Chinese: punctuation is drawn by the language of its font."""
    from docx.oxml.ns import qn

    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")


def _page_number(paragraph: "Paragraph", *, right: bool) -> None:
    """— 1 —, a character in from the outer edge."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Pt

    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
    indent = "right_indent" if right else "left_indent"
    setattr(paragraph.paragraph_format, indent, Pt(_SMALL))
    _run(paragraph, "— ", SONG, _SMALL)
    field = _run(paragraph, "", SONG, _SMALL)
    for kind in ("begin", "", "end"):
        part = _element("w:fldChar", {"fldCharType": kind}) if kind else _element("w:instrText", {})
        part.text = None if kind else "PAGE"
        field._r.append(part)
    _run(paragraph, " —", SONG, _SMALL)


def _head(document: "Document", briefing: Briefing) -> None:
    from docx.enum.text import WD_TAB_ALIGNMENT
    from docx.shared import Mm

    _run(_paragraph(document, align="CENTER", exact=False), briefing.title, TITLE, _TITLE_SIZE, colour=_RED)
    _run(_paragraph(document, align="CENTER"), briefing.issue, FANG_SONG, _BODY)
    line = _paragraph(document)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(_CORE_MM), WD_TAB_ALIGNMENT.RIGHT)
    _run(line, f"{briefing.office}\t{briefing.issued_on}", FANG_SONG, _IN_TABLE)
    _border(line, {"bottom": (_RED, 16)})
    _paragraph(document)


def _section(document: "Document", section: BriefingSection) -> None:
    heading = _paragraph(document, indent=True)
    heading.paragraph_format.keep_with_next = True
    _run(heading, section.heading, HEI, _BODY)
    for text in section.paragraphs:
        _prose(_paragraph(document, indent=True, align="JUSTIFY"), text)
    if section.table:
        _table(document, section.table)


def _prose(paragraph: "Paragraph", text: str) -> None:
    """（一） with its lead sentence in 楷体, the rest in 仿宋; what a person must fill in is marked."""
    lead = _LEAD.fullmatch(text)
    for part, font in ((lead[1], KAI), (lead[2], FANG_SONG)) if lead else ((text, FANG_SONG),):
        for piece in filter(None, _BLANK.split(part)):
            _run(paragraph, piece, font, _BODY, marked=bool(_BLANK.fullmatch(piece)))


def _table(document: "Document", table: BriefingTable) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.shared import Mm, Pt

    caption = _paragraph(document, align="CENTER")
    caption.paragraph_format.keep_with_next = True
    _run(caption, table.title, HEI, _IN_TABLE)
    grid = document.add_table(rows=0, cols=len(table.header), style="Table Grid")
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    grid.autofit = False
    size = _IN_TABLE if len(table.header) <= _FEW_COLUMNS else _IN_WIDE_TABLE
    widths = [Mm(width) for width in _widths_mm((table.header, *table.rows))]
    for column, width in zip(grid.columns, widths, strict=True):
        column.width = width
    last = len(table.rows)
    for number, texts in enumerate((table.header, *table.rows)):
        row = grid.add_row()
        row._tr.get_or_add_trPr().append(_element("w:cantSplit", {}))
        if not number:
            row._tr.get_or_add_trPr().append(_element("w:tblHeader", {}))
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width = width
            paragraph = cell.paragraphs[0]
            paragraph.alignment = _alignment("CENTER")
            paragraph.paragraph_format.line_spacing = Pt(_TABLE_LINE_POINTS)
            paragraph.paragraph_format.keep_with_next = number < (last if last <= _ROWS_TOGETHER else 2)
            _insert(paragraph._p.get_or_add_pPr(), _element("w:snapToGrid", {"val": "0"}), _AFTER_SNAP)
            _run(paragraph, text, FANG_SONG if number else HEI, size)
    _paragraph(document)


def _widths_mm(rows: Sequence[Sequence[str]]) -> list[float]:
    """Share the width of the page among a table's columns by their longest texts."""
    needed = [max(text_width(row[index]) for row in rows) + 3 for index in range(len(rows[0]))]
    return [_CORE_MM * width / sum(needed) for width in needed]


def _tail(document: "Document", lines: Sequence[str]) -> None:
    for number, text in enumerate(lines):
        last = number == len(lines) - 1
        paragraph = _paragraph(document, align="RIGHT" if last else "LEFT")
        paragraph.paragraph_format.keep_with_next = not last
        for piece in filter(None, _BLANK.split(text)):
            _run(paragraph, piece, FANG_SONG, _SMALL, marked=bool(_BLANK.fullmatch(piece)))
        edges = {"top": ("000000", 8)} if not number else {}
        _border(paragraph, edges | ({"bottom": ("000000", 8)} if last else {}))


def _paragraph(document: "Document", *, align: str = "LEFT", indent: bool = False, exact: bool = True) -> "Paragraph":
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    paragraph.alignment = _alignment(align)
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    if exact:
        form.line_spacing = Pt(_LINE_POINTS)
    if indent:
        form.first_line_indent = Pt(2 * _BODY)
    return paragraph


def _alignment(name: str) -> "WD_ALIGN_PARAGRAPH":
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    return getattr(WD_ALIGN_PARAGRAPH, name)  # type: ignore[no-any-return]


def _run(paragraph: "Paragraph", text: str, font: str, size: float, *, colour: str = "", marked: bool = False) -> Any:  # noqa: ANN401
    from docx.enum.text import WD_COLOR_INDEX
    from docx.shared import Pt, RGBColor

    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    _name_font(run._r.get_or_add_rPr(), font)
    if size == _BODY:
        _insert(run._r.get_or_add_rPr(), _element("w:spacing", {"val": _TIGHTER}), _AFTER_SPACING)
    if colour:
        run.font.color.rgb = RGBColor.from_string(colour)
    if marked:
        run.font.highlight_color = WD_COLOR_INDEX.YELLOW
    return run


def _name_font(properties: Any, font: str) -> None:  # noqa: ANN401
    fonts = properties.get_or_add_rFonts()
    from docx.oxml.ns import qn

    for script in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        fonts.set(qn(script), font)


def _border(paragraph: "Paragraph", edges: dict[str, tuple[str, int]]) -> None:
    """Lines above or below; edges: side → colour and width in eighths of a point."""
    if edges:
        borders = _element("w:pBdr", {})
        for side, (colour, width) in edges.items():
            borders.append(_element(f"w:{side}", {"val": "single", "sz": str(width), "space": "4", "color": colour}))
        _insert(paragraph._p.get_or_add_pPr(), borders, _AFTER_BORDERS)


def _insert(properties: Any, element: Any, successors: Sequence[str]) -> None:  # noqa: ANN401
    """Put the element before those that the format wants after it: Word refuses another order."""
    properties.insert_element_before(element, *(f"w:{name}" for name in successors))


def _element(tag: str, attributes: dict[str, str]) -> Any:  # noqa: ANN401
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element
