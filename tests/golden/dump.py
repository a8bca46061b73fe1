"""A workbook or a Word document as text, a line a cell: what people see and use, nothing of how it is packed.

`python -m tests.golden.dump FILE…` prints it. Nothing in it depends on the order of parts, ids or the
numbers of styles: two writers that make the same sheets give the same text. Neighbouring blank cells of
one look share a line, and so do the cells of a column whose formulas differ in their row alone (‹r›).
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from xml.etree.ElementTree import Element

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.rich_text import CellRichText
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.formula import ArrayFormula
from openpyxl.worksheet.worksheet import Worksheet

from tests.golden.parts import MAIN, Parts, as_it_stands, cached_values, heights
from tests.golden.styles import Looks, colour, differential
from tests.golden.word import dump_document

#: What a sheet says of itself besides its cells, as it stands there; the rest is told by the functions below.
_AS_IT_STANDS = (
    *("sheetPr", "sheetFormatPr", "sheetViews", "sheetProtection", "autoFilter", "printOptions", "pageMargins"),
    *("pageSetup", "headerFooter", "rowBreaks", "colBreaks", "ignoredErrors", "extLst"),
)
#: Between what a formula last gave and the formula.
_FROM = " ← "
_FORMULA = re.compile(rf'(?:"[^"]*"|[^" ]+){_FROM}[={{]')


def dump(path: Path) -> str:
    """The text of a workbook (.xlsx) or a document (.docx)."""
    return dump_document(path) if path.suffix == ".docx" else dump_workbook(path)


def dump_workbook(path: Path) -> str:
    """The text of a workbook: its own lines, the legend of the looks, then sheet after sheet."""
    parts, looks = Parts(path), Looks()
    book = load_workbook(parts.without_merges(), rich_text=True)
    looks.plain_is(_untouched(book))
    sheets = [line for sheet in book.worksheets for line in ("", *_sheet(sheet, parts, looks))]
    legend = [f"look {name} = {said}" for name, said in sorted(looks.legend.items(), key=_by_size)]
    return "\n".join([*_book(book, parts), *legend, *sheets, ""])


def _by_size(look: tuple[str, str]) -> tuple[float, str]:
    return float(re.match(r"[\d.]+", look[0])[0]), look[0]  # type: ignore[index]


def _untouched(book: Workbook) -> Cell:
    """A cell in the workbook's own default look."""
    return Cell(book.worksheets[0], row=1, column=1)


def _book(book: Workbook, parts: Parts) -> Iterator[str]:
    kept = book.properties
    for name in ("title", "subject", "creator", "description", "keywords", "category"):
        if getattr(kept, name):
            yield f"{name}: {getattr(kept, name)}"
    for entry in book.custom_doc_props.props:
        yield f"property {entry.name}: {entry.value}"
    yield f"opens at: {book.active.title}"
    yield f"sheets: {', '.join(parts.states)}"
    names = list(parts.states)
    yield from sorted(
        _defined(entry, names) for entry in parts.book.iter(f"{MAIN}definedName") if not _is_filter(entry)
    )
    for word in ("workbookProtection", "calcPr"):
        for element in parts.book.iter(f"{MAIN}{word}"):
            yield from as_it_stands(element)


def _is_filter(entry: Element) -> bool:
    """The sheet's own autoFilter says the same."""
    return entry.get("name") == "_xlnm._FilterDatabase"


def _defined(entry: Element, names: list[str]) -> str:
    place = entry.get("localSheetId")
    of_sheet = f" of {names[int(place)]}" if place else ""
    hidden = " (hidden)" if entry.get("hidden") else ""
    plainly = re.sub(r"'(\w+)'!", r"\1!", entry.text or "")  # the quotes are a writer's choice
    return f"name {entry.get('name')}{of_sheet}{hidden} = {plainly}"


def _sheet(sheet: Worksheet, parts: Parts, looks: Looks) -> Iterator[str]:
    xml = parts.sheet(sheet.title)
    yield f"## {sheet.title} ({sheet.sheet_state})"
    for word in _AS_IT_STANDS:
        yield from (line for element in xml.findall(f"{MAIN}{word}") for line in as_it_stands(element))
    yield from _validations(xml)
    yield from _columns(sheet, looks)
    yield from _runs("row", heights(xml))
    yield from (
        f"merged {area}"
        for area in sorted((entry.get("ref", "") for entry in xml.iter(f"{MAIN}mergeCell")), key=_place)
    )
    yield from (f"table {name} at {table.ref}" for name, table in sorted(sheet.tables.items()))
    yield from _conditional_formats(sheet)
    yield from (f"drawing {line}" for line in parts.drawings(sheet.title))
    yield from _links_of_areas(sheet)
    yield from _cells(sheet, cached_values(xml), parts.comment_sizes(sheet.title), looks)


def _validations(xml: Element) -> Iterator[str]:
    """Sorted by where they stand."""
    rules = []
    for rule in xml.iter(f"{MAIN}dataValidation"):
        area = " ".join(sorted(rule.attrib.pop("sqref").split(), key=_place))
        rules.append((_place(area), f"validation {area}: {' | '.join(as_it_stands(rule)).partition(' ')[2]}"))
    yield from (line for _, line in sorted(rules))


def _place(area: str) -> tuple[int, int]:
    """(row, column) of the first cell of an area."""
    row, column = coordinate_to_tuple(re.split("[: ]", area)[0])
    return row, column


def _columns(sheet: Worksheet, looks: Looks) -> Iterator[str]:
    for entry in sorted(sheet.column_dimensions.values(), key=lambda entry: entry.min or 0):
        area = f"{get_column_letter(entry.min)}:{get_column_letter(entry.max)}"
        words = [f"{entry.width:g}", "hidden" if entry.hidden else ""]
        words += [f"level {entry.outlineLevel}" if entry.outlineLevel else "", _bracketed(looks.name(entry))]
        yield f"column {area} = {' '.join(word for word in words if word)}"


def _runs(word: str, values: dict[int, str]) -> Iterator[str]:
    """Neighbouring rows of one height on one line."""
    first = last = 0
    for number in [*sorted(values), 0]:
        if first and (number != last + 1 or values[number] != values[first]):
            yield f"{word} {first}{f':{last}' if last > first else ''} = {values[first]}"
            first = 0
        first, last = first or number, number


def _conditional_formats(sheet: Worksheet) -> Iterator[str]:
    rules = [(rule.priority, str(area.sqref), rule) for area in sheet.conditional_formatting for rule in area.rules]
    for _, area, rule in sorted(rules, key=lambda entry: entry[:2]):
        words = [rule.type, rule.operator, rule.text and repr(rule.text), *(f"={formula}" for formula in rule.formula)]
        words += ["stop" if rule.stopIfTrue else "", _scale(rule)]
        yield f"format {area}: {' '.join(word for word in words if word)} → {differential(rule.dxf)}"


def _scale(rule) -> str:
    for kind in ("colorScale", "dataBar", "iconSet"):
        found = getattr(rule, kind)
        if found is not None:
            ends = [f"{end.type} {end.val or ''}".strip() for end in found.cfvo]
            colours = found.color if isinstance(found.color, list) else [found.color] if kind != "iconSet" else []
            return f"{kind} {ends} {[colour(entry) for entry in colours]}"
    return ""


def _links_of_areas(sheet: Worksheet) -> Iterator[str]:
    """Links that several cells share; a single cell's stands with the cell."""
    for link in sheet._hyperlinks:
        if ":" in link.ref:
            yield f"link {link.ref}{_link(link)}"


# ── cells


def _cells(sheet: Worksheet, cached: dict[str, str], sizes: dict[tuple[int, int], str], looks: Looks) -> Iterator[str]:
    blanks: dict[tuple[int, int], str] = {}
    lines: dict[tuple[int, int], tuple[str, str]] = {}
    for row in sheet.iter_rows():
        for cell in row:
            look = _bracketed(looks.name(cell)) + _number_format(cell)
            said = _value(cell, cached) + _attached(cell, sizes)
            if said:
                lines[cell.row, cell.column] = (look, said)
            elif look:
                blanks[cell.row, cell.column] = look
    found = [*_rectangles(blanks), *_formula_runs(lines)]
    yield from (line for _, line in sorted(found))


def _bracketed(name: str) -> str:
    return f"[{name}]" if name else ""


def _number_format(cell: Cell) -> str:
    given = cell.number_format
    return "" if given == "General" else f"{{{given}}}"


def _value(cell: Cell, cached: dict[str, str]) -> str:
    value = cell.value
    if cell.data_type == "f":
        formula = f"{{{value.text}}} over {value.ref}" if isinstance(value, ArrayFormula) else str(value)
        return f"{cached[cell.coordinate]}{_FROM}{formula}"
    if isinstance(value, CellRichText):
        return "rich " + json.dumps([str(run) for run in value], ensure_ascii=False)
    if isinstance(value, datetime | date | time):
        return str(value).removesuffix(" 00:00:00")
    if isinstance(value, str):
        return ("error " if cell.data_type == "e" else "") + json.dumps(value, ensure_ascii=False)
    return "" if value is None else str(value)


def _attached(cell: Cell, sizes: dict[tuple[int, int], str]) -> str:
    said = "" if cell.hyperlink is None or ":" in cell.hyperlink.ref else _link(cell.hyperlink)
    if cell.comment is not None:
        box = sizes.get((cell.row - 1, cell.column - 1), "")
        text = json.dumps(cell.comment.text, ensure_ascii=False)
        said += f" comment by {cell.comment.author} ({box}): {text}"
    return said


def _link(link) -> str:
    where = f"{link.target or ''}{f'#{link.location}' if link.location else ''}"
    return f" link {where}{f' tip {json.dumps(link.tooltip, ensure_ascii=False)}' if link.tooltip else ''}"


def _rectangles(blanks: dict[tuple[int, int], str]) -> Iterator[tuple[tuple[int, int], str]]:
    """Blank cells of one look: runs along the rows, then equal runs below each other."""
    runs: list[tuple[int, int, int, str]] = []
    for row, column in sorted(blanks):
        look = blanks[row, column]
        if runs and runs[-1][0] == row and runs[-1][2] == column - 1 and runs[-1][3] == look:
            runs[-1] = (row, runs[-1][1], column, look)
        else:
            runs.append((row, column, column, look))
    grown: dict[tuple[int, int, str], list[int]] = {}
    for row, first, last, look in runs:
        rows = grown.get((first, last, look))
        if rows and rows[1] == row - 1:
            rows[1] = row
            continue
        if rows:
            yield _blank(first, last, look, rows)
        grown[first, last, look] = [row, row]
    for (first, last, look), rows in grown.items():
        yield _blank(first, last, look, rows)


def _blank(first: int, last: int, look: str, rows: list[int]) -> tuple[tuple[int, int], str]:
    ends = f"{get_column_letter(first)}{rows[0]}", f"{get_column_letter(last)}{rows[1]}"
    return (rows[0], first), f"{ends[0] if ends[0] == ends[1] else ':'.join(ends)} {look}"


def _formula_runs(lines: dict[tuple[int, int], tuple[str, str]]) -> Iterator[tuple[tuple[int, int], str]]:
    """Cells with something in them; formulas that repeat down a column on one line."""
    open_runs: dict[int, tuple[int, int, str, str]] = {}
    for (row, column), (look, said) in sorted(lines.items()):
        alike = re.sub(rf"(?<=[A-Z]){row}\b", "‹r›", said) if _FORMULA.match(said) else ""
        first, last, kept_look, kept = open_runs.get(column, (0, 0, "", ""))
        if alike and (last, kept_look, kept) == (row - 1, look, alike):
            open_runs[column] = (first, row, look, alike)
            continue
        if kept:
            yield _run(column, first, last, kept_look, kept)
        open_runs.pop(column, None)
        if alike:
            open_runs[column] = (row, row, look, alike)
        else:
            yield (row, column), f"{get_column_letter(column)}{row} {look} {said}"
    for column, (first, last, look, alike) in open_runs.items():
        yield _run(column, first, last, look, alike)


def _run(column: int, first: int, last: int, look: str, alike: str) -> tuple[tuple[int, int], str]:
    letter = get_column_letter(column)
    if first == last:
        return (first, column), f"{letter}{first} {look} {alike.replace('‹r›', str(first))}"
    return (first, column), f"{letter}{first}:{letter}{last} {look} {alike}"


def main(arguments: Iterable[str], say: Callable[[str], object]) -> None:
    """Say the dump of each file."""
    for name in arguments:
        say(dump(Path(name)))


if __name__ == "__main__":
    main(sys.argv[1:], print)
