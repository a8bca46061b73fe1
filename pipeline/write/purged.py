"""A workbook 1 without the telephone numbers of people, every other part and cell as it was (contract §8, 1, §9).

Only the sheets that hold such numbers are opened, so that a large matrix takes no longer than a small one. The
checksum of workbook 1 leaves these cells out (`digest.py`); one of the first edition, which covered them, is given
the checksum of this one.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO

from lxml import etree

from pipeline.write.digest import DIGEST_LABEL, NOTE_SHEET
from pipeline.write.kit.repack import write_package
from pipeline.write.kit.stream import sheet_parts
from schemas.columns import Kind, Table
from schemas.private import mask
from schemas.tables import COVERS, MERGED, SET_ASIDE

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRINGS = "xl/sharedStrings.xml"
_SHARED = re.compile(rb'<(?:\w+:)?c\b[^>]*\bt="s"[^>]*><(?:\w+:)?v>([0-9]+)<')
_HEADER_WITHIN_ROWS = 15
#: Whole columns of numbers go; in the text of rows that were set aside they are masked.
_NUMBERS: tuple[Table, ...] = (MERGED["contacts"], COVERS)
_ASIDE_TITLE = SET_ASIDE.titles["text"]


def without_numbers(data: bytes, facts: Mapping[str, str]) -> bytes | None:
    """The workbook without numbers; None where it holds none. facts: of 说明, label → what is to stand beside it."""
    package = _Package(data)
    for table in _NUMBERS:
        titles = {column.title for column in table.columns if column.kind is Kind.PHONE}
        package.change(table.name, titles, blank=True)
    package.change(SET_ASIDE.name, {_ASIDE_TITLE}, blank=False)
    if not package.changed:
        return None
    for label, fact in facts.items():
        package.note(label, fact)
    return package.packed()


class _Package:
    """The parts of the workbook; those that are changed as trees."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            self._parts = {name: archive.read(name) for name in archive.namelist()}
            self._sheets = sheet_parts(archive)
        self._strings = etree.fromstring(self._parts[_STRINGS]) if _STRINGS in self._parts else etree.Element("none")
        self._let_go: set[int] = set()
        self.changed = False

    def change(self, sheet: str, titles: set[str], *, blank: bool) -> None:
        """Blank the cells below these titles, or mask the numbers in them."""
        if sheet not in self._sheets:
            return
        tree = etree.fromstring(self._parts[self._sheets[sheet]])
        changed = [self._put(cell, "" if blank else mask(text)) for cell, text in self._below(tree, titles)]
        if any(changed):
            self.changed = True
            self._keep(sheet, tree)

    def note(self, label: str, fact: str) -> None:
        """Put a fact beside its label on 说明; a label that is not there joins the row of the checksum."""
        tree = etree.fromstring(self._parts[self._sheets[NOTE_SHEET]])
        rows = [(row, [self._text(cell) for cell in row]) for row in tree.iter(f"{_MAIN}row")]
        known = {texts[0]: row for row, texts in rows if texts}
        row = known.get(label)
        if row is not None:
            self._put(row[1], fact)
        else:
            row, last = known[DIGEST_LABEL], len(known[DIGEST_LABEL])
            for column, text in enumerate((label, fact), last):
                cell = etree.SubElement(row, f"{_MAIN}c", r=f"{'ABCDEFGH'[column]}{row.get('r')}")
                self._put(cell, text)
        self._keep(NOTE_SHEET, tree)

    def packed(self) -> bytes:
        """The workbook; texts that no cell shows any more are gone from it."""
        shown = {int(number) for part in self._sheets.values() for number in _SHARED.findall(self._parts[part])}
        for number in self._let_go - shown:
            entry = self._strings[number]
            entry[:] = [etree.SubElement(entry, f"{_MAIN}t")]
        if self._let_go:
            self._parts[_STRINGS] = _xml(self._strings)
        target = BytesIO()
        write_package(target, ((name, [part]) for name, part in self._parts.items()))
        return target.getvalue()

    def _keep(self, sheet: str, tree: etree._Element) -> None:
        self._parts[self._sheets[sheet]] = _xml(tree)

    def _below(self, tree: etree._Element, titles: set[str]) -> Iterator[tuple[etree._Element, str]]:
        columns: set[str] = set()
        for number, row in enumerate(tree.iter(f"{_MAIN}row")):
            cells = [(cell, self._text(cell)) for cell in row]
            if not columns and number < _HEADER_WITHIN_ROWS:
                found = {_letters(cell) for cell, text in cells if text in titles}
                columns = found if len(found) == len(titles) else set()
            else:
                yield from ((cell, text) for cell, text in cells if text and _letters(cell) in columns)

    def _text(self, cell: etree._Element) -> str:
        if cell.get("t") == "s":
            return "".join(self._strings[int(cell[0].text)].itertext())
        return "".join(cell.itertext()) if len(cell) else ""

    def _put(self, cell: etree._Element, text: str) -> bool:
        """Write a text into a cell; whether it was another one before."""
        if self._text(cell) == text:
            return False
        if cell.get("t") == "s":
            self._let_go.add(int(cell[0].text))
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", None)
        if text:
            cell.set("t", "inlineStr")
            etree.SubElement(etree.SubElement(cell, f"{_MAIN}is"), f"{_MAIN}t").text = text
        return True


def _letters(cell: etree._Element) -> str:
    return str(cell.get("r")).rstrip("0123456789")


def _xml(tree: etree._Element) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))
