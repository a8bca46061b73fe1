"""Official papers as .docx: the one place where they are set, in the layout of GB/T 9704.

A4 with margins of 37, 28, 35 and 26 mm, 22 lines of 28 characters (docGrid); red head, title 小标宋 2号,
headings 黑体 and 楷体, body 仿宋 3号, page number between dashes. The text is finished; here it is only set.

A run writes some seventy of them. The parts that all share are made once: 6 ms a paper, where python-docx takes
about 20 for one of the same size, and its template brings a thumbnail and styles of another layout.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.records import Paper, PaperSection, PaperTable
from pipeline.write.kit.measure import line_count, text_width
from pipeline.write.kit.official_parts import CORE, DOCUMENT, PAGE, SHARED
from pipeline.write.kit.repack import write_package

_CORE_TWIPS = 8844  # 156 mm
_NARROWEST = 100  # twips: a half-width character of 10 points
_CELL_EDGES = 3  # half-width characters
_LINES_TOGETHER = 12  # a table of so many lines is not broken over pages
_BLANK = re.compile(r"(【[^】]*】)")  # left for a person to fill in
_LEAD = re.compile(r"(（[一二三四五六七八九十]+）[^。：]*[。：]?)(.*)", re.DOTALL)
#: What no XML may hold.
_UNFIT = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")
_MARKED = '<w:highlight w:val="yellow"/>'
_FOUR_IN = '<w:ind w:rightChars="400" w:right="1280"/>'  # 成文日期右空四字
_NEW_PAGE = "<w:pageBreakBefore/>"


def write_papers(path: Path, papers: Sequence[Paper]) -> None:
    """Write the papers into one document, each from a new page on."""
    body = "".join(part for number, paper in enumerate(papers) for part in _paper(paper, number))
    first = papers[0]
    core = CORE.format(title=_text(first.name), author=_text(first.office))
    own = {"word/document.xml": DOCUMENT.format(body=body, page=PAGE), "docProps/core.xml": core}
    parts = ((name, [part.encode()]) for name, part in (SHARED | own).items())
    write_package(path, parts)


def _paper(paper: Paper, number: int) -> Iterator[str]:
    blocks = [block for part in (_head(paper), *map(_section, paper.sections), _end(paper)) for block in part]
    if number and blocks:
        blocks[0] = blocks[0].replace("<w:pPr>", f"<w:pPr>{_NEW_PAGE}", 1)
        blocks[0] = re.sub(rf"{_NEW_PAGE}(<w:pStyle [^>]*/>)", rf"\1{_NEW_PAGE}", blocks[0], count=1)
    yield from blocks


def _head(paper: Paper) -> Iterator[str]:
    if paper.masthead:
        yield _paragraph("Masthead", paper.masthead)
        yield _paragraph("Issue", paper.issue)
        yield _paragraph("RedLine", f"{paper.office}\t{paper.issued_on}" if paper.issued_on else "")
    if paper.title:
        yield _paragraph("Title", paper.title)
    if paper.subtitle:
        yield _paragraph("Issue", paper.subtitle)
    if paper.masthead or paper.title:
        yield _paragraph("Normal", "")
    if paper.addressed:
        yield _paragraph("Normal", paper.addressed)


def _section(section: PaperSection) -> Iterator[str]:
    if section.heading:
        yield _paragraph("Heading1", section.heading)
    yield from (_paragraph("BodyText", text, lead=True) for text in section.paragraphs)
    if section.table:
        yield from _table(section.table)
    yield from _together("ToSign", section.to_sign)


def _end(paper: Paper) -> Iterator[str]:
    if paper.signed:
        yield _paragraph("Normal", "", extra="<w:keepNext/>")
    yield from _together("Signed", paper.signed, _FOUR_IN)
    if paper.tail and paper.signed:
        yield _paragraph("Normal", "")
    last = len(paper.tail) - 1
    for number, text in enumerate(paper.tail):
        edges = [edge for edge, there in (("top", not number), ("bottom", number == last)) if there]
        lines = "".join(f'<w:{edge} w:val="single" w:sz="8" w:space="4" w:color="000000"/>' for edge in edges)
        extra = "" if number == last else "<w:keepNext/>"
        extra += f"<w:pBdr>{lines}</w:pBdr>" if lines else ""
        extra += '<w:jc w:val="right"/>' if number == last else ""
        yield _paragraph("Tail", text, extra=extra)


def _together(style: str, lines: Sequence[str], at_last: str = "") -> Iterator[str]:
    """Paragraphs that stand on one page; at_last: properties of the last one."""
    for number, text in enumerate(lines, 1):
        yield _paragraph(style, text, extra=at_last if number == len(lines) else "<w:keepNext/>")


# ── paragraphs


def _paragraph(style: str, text: str, *, extra: str = "", lead: bool = False) -> str:
    """One paragraph; extra: more of its properties, in Word's order; lead: （一） with its sentence stands out."""
    head = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>' if style != "Normal" or extra else "<w:pPr></w:pPr>"
    match = _LEAD.fullmatch(text) if lead else None
    pieces = ((match[1], "Lead"), (match[2], "")) if match else ((text, ""),)
    return f"<w:p>{head}{''.join(_runs(piece, look) for piece, look in pieces)}</w:p>"


def _runs(text: str, look: str) -> str:
    """The text as runs; what a person must fill in is marked."""
    style = f'<w:rStyle w:val="{look}"/>' if look else ""
    return "".join(
        _run(piece, style + _MARKED if _BLANK.fullmatch(piece) else style) for piece in filter(None, _BLANK.split(text))
    )


def _run(text: str, look: str) -> str:
    properties = f"<w:rPr>{look}</w:rPr>" if look else ""
    shown = "<w:tab/>".join(
        f'<w:t xml:space="preserve">{part}</w:t>' if part else "" for part in _text(text).split("\t")
    )
    return f"<w:r>{properties}{shown}</w:r>"


def _text(text: str) -> str:
    return escape(_UNFIT.sub("", text).replace("\r", "").replace("\n", " "))


# ── tables


def _table(table: PaperTable) -> Iterator[str]:
    """Caption, header repeated on every page, rows that are not broken; a short table stands on one page."""
    yield _paragraph("Caption", table.title)
    rows = (table.header, *table.rows)
    needed = [max(text_width(row[index]) for row in rows) + _CELL_EDGES for index in range(len(table.header))]
    style, twips = ("TableText", 120) if sum(needed) * 120 <= _CORE_TWIPS else ("TableSmall", 100)
    widths = _widths([width * twips for width in needed])
    room = [width / twips for width in widths]
    lines = sum(max(line_count(cell, space) for cell, space in zip(row, room, strict=True)) for row in rows)
    together = len(rows) - 1 if lines <= _LINES_TOGETHER else 2
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    body = "".join(_row(row, widths, style, number, kept=number < together) for number, row in enumerate(rows))
    yield (
        '<w:tbl><w:tblPr><w:tblStyle w:val="TableGrid"/>'
        f'<w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )
    yield _paragraph("TableText", "")


def _row(cells: Sequence[str], widths: Sequence[int], style: str, number: int, *, kept: bool) -> str:
    shape = "<w:cantSplit/>" if number else "<w:cantSplit/><w:tblHeader/>"
    extra = "<w:keepNext/>" if kept else ""
    shown = "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{_cell(text, style, width, extra, header=not number)}</w:tc>"
        for text, width in zip(cells, widths, strict=True)
    )
    return f"<w:tr><w:trPr>{shape}</w:trPr>{shown}</w:tr>"


def _cell(text: str, style: str, width: int, extra: str, *, header: bool) -> str:
    """A cell: short texts centred, what needs two lines or more from the left."""
    long = not header and text_width(text) * _NARROWEST > width
    aligned = '<w:jc w:val="left"/>' if long else ""
    head = f'<w:pPr><w:pStyle w:val="{style}"/>{extra}{aligned}</w:pPr>'
    return f"<w:p>{head}{_runs(text, 'TableHead' if header else '')}</w:p>"


def _widths(needed: Sequence[int]) -> list[int]:
    """Widths that fill the page: each column what it needs, and where that is too much, the long ones less."""
    if sum(needed) <= _CORE_TWIPS:
        return [_CORE_TWIPS * width // sum(needed) for width in needed]
    left, widths = _CORE_TWIPS, dict.fromkeys(range(len(needed)), 0)
    for count, index in zip(range(len(needed), 0, -1), sorted(widths, key=needed.__getitem__), strict=True):
        widths[index] = min(needed[index], left // count)
        left -= widths[index]
    return list(widths.values())
