"""A Word document as text: its pages, paragraphs with style and looks, tables cell by cell, in their order."""

import json
from collections.abc import Iterator
from pathlib import Path

from docx import Document
from docx.oxml.ns import qn
from docx.table import Table
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def dump_document(path: Path) -> str:
    """The text of one document."""
    document = Document(str(path))
    kept = document.core_properties
    lines = [f"title: {kept.title}", f"author: {kept.author}", f"created: {kept.created}", f"modified: {kept.modified}"]
    for section in document.sections:
        size = f"{section.page_width.mm:.1f}×{section.page_height.mm:.1f} mm"
        edges = (section.top_margin, section.right_margin, section.bottom_margin, section.left_margin)
        lines.append(f"page {size}, margins {' '.join(f'{edge.mm:.1f}' for edge in edges)}")
        for word, part in (("header", section.header), ("footer", section.footer)):
            lines += [f"{word} {_paragraph(paragraph)}" for paragraph in part.paragraphs]
    for block in document.iter_inner_content():
        lines += [_paragraph(block)] if isinstance(block, Paragraph) else _table(block)
    return "\n".join([*lines, ""])


def _paragraph(paragraph: Paragraph) -> str:
    """One line: how it is set, then its runs."""
    shape = paragraph.paragraph_format
    words = [
        paragraph.style.name,
        str(paragraph.alignment).partition(" ")[0] if paragraph.alignment is not None else "",
    ]
    for word in ("first_line_indent", "left_indent", "space_before", "space_after"):
        length = getattr(shape, word)
        words.append(f"{word} {length.pt:g}" if length else "")
    spacing = shape.line_spacing
    words += ["" if spacing is None else f"lines {getattr(spacing, 'pt', spacing):g}"]
    words += ["page break before" if shape.page_break_before else "", "kept with next" if shape.keep_with_next else ""]
    fields = paragraph._p.iter(qn("w:instrText"), qn("w:fldSimple"))
    said = [*map(_run, paragraph.runs), *(f"field {field.text or field.get(qn('w:instr'))}" for field in fields)]
    return " ".join([f"({', '.join(word for word in words if word)})", *said])


def _run(run: Run) -> str:
    fonts = run._r.find(f".//{qn('w:rFonts')}")
    east = fonts.get(qn("w:eastAsia")) if fonts is not None else None
    words = [run.font.name, east if east != run.font.name else ""]
    words += [f"{run.font.size.pt:g}" if run.font.size else "", "bold" if run.font.bold else ""]
    words += [str(run.font.color.rgb) if run.font.color.rgb else "", "underline" if run.font.underline else ""]
    return f"[{' '.join(word for word in words if word)}] {json.dumps(run.text, ensure_ascii=False)}"


def _table(table: Table) -> Iterator[str]:
    widths = [f"{column.width.mm:.1f}" if column.width else "?" for column in table.columns]
    yield f"table [{table.style.name if table.style is not None else ''}] {' '.join(widths)} mm"
    for number, row in enumerate(table.rows, 1):
        for place, cell in enumerate(row.cells, 1):
            yield from (f"  {number},{place} {_paragraph(paragraph)}" for paragraph in cell.paragraphs)
