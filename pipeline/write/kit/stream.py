"""Rows that go into a workbook as XML of our own, after xlsxwriter has closed it: in an eighth of the time.

Where the rows will stand, xlsxwriter writes samples: a blank for each look that a cell of the column may have.
`finish` puts the rows in their place in the closed package and takes each format's number from its sample, so that
nothing of xlsxwriter is relied on but its documented calls and the file format. What xlsxwriter's calls say of
these rows beside their cells (heights, validations, colours …) holds.
"""

import re
import zipfile
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from pipeline.write.kit.cells import Page, WriteError, letter, settled
from pipeline.write.kit.repack import write_package
from pipeline.write.kit.theme import Format

_MOST_LOOKS = 4  # of one column's cells: plain or a link, of text that must be kept from becoming a formula or not
_ROWS_AT_ONCE = 1_024
#: Kinds of values of which a column repeats few, and none of which equals one of another kind (as 1 does 1.0 and True).
_REMEMBERED = frozenset((str, int, date, type(None)))
_MOST_KNOWN = 1 << 16  # values of a column that are remembered
#: Stands for the number of its row in a cell's XML, until the row is written; no XML may hold it.
_ROW_MARK = b"\x00"
#: What must be escaped in XML or by Excel's own rules, or needs white space kept; all else goes out as it is.
_UNPLAIN = re.compile(r"[\x00-\x1f&<>\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s$")
_LOOKS_ESCAPED = re.compile(r"(_x[0-9a-fA-F]{4}_)")
_NO_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_IN_ATTRIBUTES = {'"': "&quot;", "\n": "&#xA;", "\t": "&#x9;"}

_ROW = re.compile(rb'<row r="(\d+)"([^>]*?)(?:/>|>.*?</row>)', re.DOTALL)
_HEIGHT = re.compile(rb' ht="[^"]*"')
_USUAL_HEIGHT = re.compile(rb'<sheetFormatPr defaultRowHeight(="[^"]*") customHeight="1"')
_CELL = re.compile(rb'<c r="([A-Z]+\d+)"(?: s="(\d+)")?')

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NO_RELATIONS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
)


@dataclass(frozen=True)
class Field:
    """How one column of a block is written.

    links: one address a row (None: no link), none where the last rows have none; linked: the look of a text that
    leads somewhere. formula: Excel row → formula; the column's values are then what it gives, text or number.
    """

    style: Format
    links: Sequence[str | None] = ()
    linked: Format | None = None
    formula: Callable[[int], str] | None = None

    def link(self, place: int, value: object) -> str | None:
        """The address over the value in row `place` (from 0): of a text, or of anything that a formula gives."""
        if place >= len(self.links) or value is None or value == "" or value != value:  # noqa: PLR0124 - NaN is blank
            return None
        return self.links[place] if self.formula or isinstance(value, str) else None


@dataclass(frozen=True)
class Block:
    """Whole rows of a sheet, from Excel row `first_row` on.

    columns: gives the values of each field, asked for when the rows are written; blanks: whether None is a formatted
    blank, or no cell.
    """

    page: Page
    first_row: int
    count: int
    fields: Sequence[Field]
    columns: Callable[[], Sequence[Sequence[object]]]
    blanks: bool = True

    @property
    def last_row(self) -> int:
        """The last Excel row."""
        return self.first_row + self.count - 1

    @cached_property
    def looks(self) -> list[list[Format]]:
        """The formats of each field, in the order in which a cell is given them."""
        styles = [[field.style, *([field.linked] if field.linked else [])] for field in self.fields]
        return [[look for style in each for look in (style, self.page.theme.quoted(style))] for each in styles]

    @property
    def samples(self) -> dict[tuple[int, int], Format]:
        """(Excel row, column) → the format of the blank that stands there until the rows do; one in the last cell."""
        looks = {(row, col): look for col, of in enumerate(self.looks) for row, look in enumerate(of, self.first_row)}
        return {(self.last_row, len(self.fields) - 1): self.fields[-1].style, **looks}


def write_rows(block: Block) -> None:
    """Write the rows of a block: when the workbook is closed, or cell by cell where samples do not fit in."""
    if block.count < _MOST_LOOKS:
        _put(block)
        return
    for (row, col), style in block.samples.items():
        block.page.put(row, col, None, style)
    block.page.streamed.append(block)


def _put(block: Block) -> None:
    page = block.page
    for place, record in enumerate(zip(*block.columns(), strict=True)):
        row = block.first_row + place
        for col, (field, value) in enumerate(zip(block.fields, record, strict=True)):
            address = field.link(place, value)
            if address:
                page.link(row, col, address, str(value), field.linked or field.style)
            if field.formula:
                page.formula(row, col, field.formula(row), field.style, value)
            elif not address and (block.blanks or value is not None):
                page.put(row, col, value, field.style)


def finish(
    package: IO[bytes], path: Path, blocks: Mapping[str, Sequence[Block]], endless: Collection[str] = ()
) -> None:
    """Write the closed workbook `package` to `path`, the blocks (by sheet) in the place of their samples.

    endless: the sheets on which the look of the last column goes on to the end.
    """
    with zipfile.ZipFile(package) as closed:
        write_package(path, _finished(closed, blocks, endless))


def _finished(
    closed: zipfile.ZipFile, blocks: Mapping[str, Sequence[Block]], endless: Collection[str]
) -> Iterator[tuple[str, Iterable[bytes]]]:
    """The parts of the workbook; relations come last, for links are known when the rows are written."""
    parts = sheet_parts(closed)
    sheets = {part: blocks[name] for name, part in parts.items() if blocks[name]}
    reaching = {parts[name] for name in endless}
    links = {_relations_of(part): _Links() for part in sheets}
    names = closed.namelist()
    relations = [name for name in names if "/_rels/" in name]
    for name in names:
        if name in relations:
            continue
        part = closed.read(name)
        if name in reaching:
            part = _to_the_last_column(part)
        yield name, _spliced(part, sheets[name], links[_relations_of(name)]) if name in sheets else [part]
    for name in relations:
        # xlsxwriter writes paths with Windows' backslash, which is no URI and leads nowhere elsewhere
        part = closed.read(name).replace(b"\\", b"/")
        yield name, [links[name].related(part) if name in links else part]
    for name, laid in links.items():
        if laid.targets and name not in relations:
            yield name, [laid.related(_NO_RELATIONS)]


def _to_the_last_column(part: bytes) -> bytes:
    """The XML of a sheet, its last column look reaching on; xlsxwriter itself would note every column singly."""
    head, end, tail = part.partition(b"</cols>")
    start, _, rest = head.rpartition(b' max="')
    return start + b' max="16384"' + rest.partition(b'"')[2] + end + tail


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet → its part of the package."""
    relations = ElementTree.fromstring(package.read("xl/_rels/workbook.xml.rels"))
    targets = {relation.get("Id"): relation.get("Target") for relation in relations}
    sheets = ElementTree.fromstring(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    led = {sheet.get("name", ""): targets[sheet.get(f"{{{_OFFICE}}}id")] or "" for sheet in sheets}
    # openpyxl names them from the top of the package, the others from xl/
    return {name: target[1:] if target.startswith("/") else f"xl/{target}" for name, target in led.items()}


def _relations_of(part: str) -> str:
    folder, _, name = part.rpartition("/")
    return f"{folder}/_rels/{name}.rels"


class _Links:
    """The links over the streamed cells of one sheet, and the relations by which those lead out of the workbook."""

    def __init__(self) -> None:
        self.laid: list[str] = []
        self.targets: dict[str, str] = {}  # target → id, shared by all links to it

    def lay(self, cell: str, address: str, text: str, *, said: bool) -> None:
        """Lay a link over a cell; said: whether the link says the text itself, for a formula gives it."""
        kind, _, rest = address.partition(":")
        target, _, place = ("", "", rest) if kind == "internal" else rest.partition("#")
        attributes = {"ref": cell}
        if target:
            attributes["r:id"] = self.targets.setdefault(target, f"link{len(self.targets) + 1}")
        if place:
            attributes["location"] = place
        if said or not target:
            attributes["display"] = _without_controls(text)
        self.laid.append(f"<hyperlink{_attributes(attributes)}/>")

    def within(self, tail: bytes) -> bytes:
        """The XML of a sheet after its rows, with the links in their place."""
        laid = "".join(self.laid).encode()
        if not laid:
            return tail
        if (end := tail.find(b"</hyperlinks>")) >= 0:
            return tail[:end] + laid + tail[end:]
        place = min(at for at in (tail.find(b"<printOptions"), tail.find(b"<pageMargins")) if at >= 0)
        return tail[:place] + b"<hyperlinks>" + laid + b"</hyperlinks>" + tail[place:]

    def related(self, part: bytes) -> bytes:
        """The sheet's relations with those of the links."""
        made = (
            {"Id": name, "Type": f"{_OFFICE}/hyperlink", "Target": target, "TargetMode": "External"}
            for target, name in self.targets.items()
        )
        end = "".join(f"<Relationship{_attributes(relation)}/>" for relation in made) + "</Relationships>"
        return part.replace(b"</Relationships>", end.encode())


def _attributes(values: Mapping[str, str]) -> str:
    return "".join(f' {name}="{escape(value, _IN_ATTRIBUTES)}"' for name, value in values.items())


def _spliced(part: bytes, blocks: Sequence[Block], links: _Links) -> Iterator[bytes]:
    """The XML of a sheet with each block in the place of its samples."""
    head, start, rest = part.partition(b"<sheetData>")
    written, end, tail = rest.partition(b"</sheetData>")
    rows = list(_ROW.finditer(written))
    numbers = [int(row[1]) for row in rows]
    usual = _USUAL_HEIGHT.search(head)
    yield head + start
    done = 0
    for block in sorted(blocks, key=lambda block: block.first_row):
        first, last = bisect_left(numbers, block.first_row), bisect_right(numbers, block.last_row)
        yield b"".join(row[0] for row in rows[done:first])
        heights = {int(row[1]): height[0] for row in rows[first:last] if (height := _HEIGHT.search(row[2]))}
        formats = _formats(block, b"".join(row[0] for row in rows[first:last]))
        yield from _rows(block, formats, _Heads(heights, b" ht" + usual[1] if usual else b""), links)
        done = last
    yield b"".join(row[0] for row in rows[done:]) + end
    yield links.within(tail)


def _formats(block: Block, written: bytes) -> list[list[str]]:
    """The numbers of the looks of each field, read from the samples."""
    found = {cell.decode(): number.decode() for cell, number in _CELL.findall(written)}
    wanted = {f"{letter(col)}{row}" for row, col in block.samples}
    if found.keys() != wanted:
        raise WriteError(f"{block.page.name} 第 {block.first_row} 行起，另有写入：{sorted(found.keys() ^ wanted)}")
    return [
        [found[f"{letter(col)}{row}"] for row in range(block.first_row, block.first_row + len(looks))]
        for col, looks in enumerate(block.looks)
    ]


class _Heads:
    """The opening tags of rows, from the heights (as attributes) that some of them have."""

    def __init__(self, heights: Mapping[int, bytes], usual: bytes) -> None:
        self.heights, self.usual = heights, self._head(usual)

    def of(self, rows: range) -> list[bytes]:
        """Those of these Excel rows."""
        return [self._head(self.heights[row]) if row in self.heights else self.usual for row in rows]

    def _head(self, height: bytes) -> bytes:
        return b'<row r="' + _ROW_MARK + b'"' + height + (b' customHeight="1">' if height else b">")


def _rows(block: Block, formats: Sequence[Sequence[str]], heads: _Heads, links: _Links) -> Iterator[bytes]:
    """The rows, some at a time."""
    columns = block.columns()
    strips = [_Strip(block, col, numbers, links) for col, numbers in enumerate(formats)]
    for start in range(0, block.count, _ROWS_AT_ONCE):
        stop = min(start + _ROWS_AT_ONCE, block.count)
        rows = range(block.first_row + start, block.first_row + stop)
        cells = [strip.cells(column[start:stop], start) for strip, column in zip(strips, columns, strict=True)]
        lines = zip(heads.of(rows), *cells, strict=True)
        yield b"".join(
            b"".join((*line, b"</row>")).replace(_ROW_MARK, b"%d" % row) for row, line in zip(rows, lines, strict=True)
        )


class _Strip:
    """Puts the values of one field into XML."""

    def __init__(self, block: Block, col: int, formats: Sequence[str], links: _Links) -> None:
        self.block, self.field, self.letters, self.links = block, block.fields[col], letter(col), links
        heads = [f'<c r="{self.letters}{_ROW_MARK.decode()}" s="{number}"' for number in formats]
        self.head = heads[0]
        self.plain = _Known(heads[:2], blanks=block.blanks)
        self.linked = _Known(heads[2:], blanks=block.blanks) if self.field.linked else self.plain

    def cells(self, values: Sequence[object], start: int) -> list[bytes]:
        """The cells of these values, the first of which stands in row `start` (from 0) of the block."""
        addresses = {
            place: address
            for place in range(start, min(start + len(values), len(self.field.links)))
            if (address := self.field.link(place, values[place - start]))
        }
        for place, address in addresses.items():
            cell = f"{self.letters}{self.block.first_row + place}"
            value = values[place - start]
            said = self.field.formula is not None
            self.links.lay(cell, address, str(value if said else settled(value)[0]), said=said)
        if self.field.formula:
            rows = range(self.block.first_row + start, self.block.first_row + start + len(values))
            return [self._formula(self.field.formula(row), value) for row, value in zip(rows, values, strict=True)]
        found = self.plain.cells(values)
        for place in addresses:
            found[place - start] = self.linked.cell(values[place - start])
        return found

    def _formula(self, formula: str, value: object) -> bytes:
        blank = value is None or value != value  # noqa: PLR0124 - NaN
        given = "" if blank else _escaped(str(value))
        kind = ' t="str"' if given and isinstance(value, str) else ""
        return f"{self.head}{kind}><f>{_escaped(formula.removeprefix('='))}</f><v>{given}</v></c>".encode()


class _Known(dict[object, bytes]):
    """Cells by their value, equal ones made once; heads: of a cell as it is, of one kept from becoming a formula."""

    def __init__(self, heads: Sequence[str], *, blanks: bool) -> None:
        super().__init__()
        self._heads, self._blanks = heads, blanks

    def cells(self, values: Sequence[object]) -> list[bytes]:
        """The cells of these values."""
        if len(self) > _MOST_KNOWN:
            self.clear()
        return [self[value] if value.__class__ in _REMEMBERED else self.cell(value) for value in values]

    def cell(self, value: object) -> bytes:
        """The cell of one value."""
        content, quoted = settled(value)
        return b"" if value is None and not self._blanks else (self._heads[quoted] + _rest(content)).encode()

    def __missing__(self, value: object) -> bytes:
        made = self[value] = self.cell(value)
        return made


@lru_cache(1 << 16)  # most cells hold one of a few words
def _rest(value: str | float | None) -> str:
    """The XML of a cell after its address and format: of a text that stands in it, a number, or a blank."""
    if isinstance(value, str):
        space = ""
        if _UNPLAIN.search(value):
            space = "" if value == value.strip() else ' xml:space="preserve"'
            value = _escaped(value)
        return f' t="inlineStr"><is><t{space}>{value}</t></is></c>'
    return "/>" if value is None else f"><v>{value:.16G}</v></c>"


def _escaped(text: str) -> str:
    return escape(_without_controls(text))


def _without_controls(text: str) -> str:
    """Control characters as Excel writes them: _x0001_, and what looks like one already as _x005F_x0001_."""
    text = _LOOKS_ESCAPED.sub(r"_x005F\1", text)
    return _NO_CHARACTER.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
