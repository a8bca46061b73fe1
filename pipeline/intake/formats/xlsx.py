"""Reader of .xlsx and .xlsm: calamine for the values, the sheet's own XML for what calamine keeps to itself.

calamine is given a fresh zip of the checked parts alone, so that it parses exactly what was checked.
It is not misled by a wrong dimension nor by strict OOXML, but drops error cells, CDATA and UTF-16
without a word: `sheet_xml` and `parts` make up for that.
"""

import posixpath
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import Element

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.intake.formats import sheet_xml, sparse
from pipeline.intake.formats.cells import finished, plain_rows
from pipeline.intake.formats.parts import Parts
from pipeline.intake.formats.sheet_xml import Facts, local_name
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.unreadable import UNREADABLE_TAB, Unreadable, damaged

_BOOK = "xl/workbook.xml"
_BOOK_LINKS = "xl/_rels/workbook.xml.rels"
_ALWAYS = ("[Content_Types].xml", "_rels/.rels", _BOOK, _BOOK_LINKS)


@dataclass(frozen=True, slots=True)
class Link:
    """What another part of the workbook is (worksheet, styles …), and its name in the zip."""

    kind: str
    part: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet as the workbook lists it."""

    name: str
    visible: bool
    link: Link


@dataclass(frozen=True, slots=True)
class _Examined:
    """A worksheet's XML as the parser is to have it, and what it does not tell."""

    xml: bytes
    facts: Facts
    far: sparse.Far | None


def read_xlsx(checked: Checked) -> RawBook:
    """All worksheets of the book; raises Unreadable when any of them cannot be read in full."""
    parts = Parts(checked)
    parts.refuse_definitions()
    book = parts.tree(_BOOK)
    links = links_in(parts.tree(_BOOK_LINKS))
    tabs = _tabs(book, links, parts)
    rich_pictures = parts.any_under("xl/richdata/")
    examined = {
        tab.link.part: _examine(parts.xml(tab.link.part), tab.name, rich_pictures=rich_pictures)
        for tab in tabs
        if tab.link.kind == "worksheet"
    }
    content = {name: parts.xml(name) for name in (*_ALWAYS, *_supporting(links, tabs, parts))}
    content |= {part: sheet.xml for part, sheet in examined.items()}
    return RawBook(checked.kind, list(_sheets(content, tabs, examined)), _is_1904(book))


def links_in(relations: Element) -> dict[str, Link]:
    """Relation id → what it leads to, for the parts of xl/workbook.*."""
    links = {}
    for relation in relations:
        target = relation.get("Target", "").replace("\\", "/")
        part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
        links[relation.get("Id", "")] = Link(relation.get("Type", "").rpartition("/")[2], part)
    return links


def _tabs(book: Element, links: Mapping[str, Link], parts: Parts) -> list[Tab]:
    tabs = []
    for element in book.iter():
        if local_name(element.tag) == "sheet":
            name = element.get("name", "")
            ids = (value for key, value in element.attrib.items() if local_name(key) == "id")
            link = links.get(next(ids, ""))
            if link is None or link.part not in parts:
                raise Unreadable(UNREADABLE_TAB, sheet=name)
            tabs.append(Tab(name, element.get("state", "visible") == "visible", link))
    return tabs


def _supporting(links: Mapping[str, Link], tabs: Sequence[Tab], parts: Parts) -> Iterator[str]:
    """Parts beside the worksheets that calamine needs to read them, and to count the sheets right."""
    for link in links.values():
        if link.kind in {"sharedStrings", "styles"} and link.part in parts:
            yield link.part
    for tab in tabs:
        if tab.link.kind != "worksheet":
            yield tab.link.part


def _is_1904(book: Element) -> bool:
    properties = (element for element in book.iter() if local_name(element.tag) == "workbookPr")
    return any(element.get("date1904") in {"1", "true"} for element in properties)


def _examine(xml: bytes, sheet: str, *, rich_pictures: bool) -> _Examined:
    xml = sheet_xml.without_empties(xml)
    near = sheet_xml.is_near(xml)
    if not sheet_xml.is_regular(xml, near=near):
        xml = sheet_xml.rewritten(xml, sheet)
        near = sheet_xml.is_near(xml)
    facts = sheet_xml.facts(xml, rich_pictures=rich_pictures)
    if near:
        return _Examined(xml, facts, None)
    moved, far = sparse.gathered(xml, sheet)
    return _Examined(moved, facts, far)


def _sheets(content: Mapping[str, bytes], tabs: Sequence[Tab], examined: Mapping[str, _Examined]) -> Iterator[RawSheet]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_stored(content)))
    except CalamineError as error:
        raise damaged("工作簿的结构读不通") from error
    if book.sheet_names != [tab.name for tab in tabs]:
        raise damaged("工作表的目录读不通")
    for index, tab in enumerate(tabs):
        if tab.link.kind == "worksheet":
            try:
                values = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
            except Exception as error:
                raise Unreadable(UNREADABLE_TAB, sheet=tab.name) from error
            yield _sheet(tab, plain_rows(values), examined[tab.link.part])


def _stored(content: Mapping[str, bytes]) -> bytes:
    """A zip of these parts, not packed: it is read once and thrown away."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, part in content.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return buffer.getvalue()


def _sheet(tab: Tab, rows: list[list[Cell]], examined: _Examined) -> RawSheet:
    facts, far = examined.facts, examined.far
    strays: dict[tuple[int, int], Cell] = {}
    if far:
        rows, strays = sparse.spread(rows, far)
    for row, column in facts.faults:
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = None  # a picture or error leaves a text behind that nobody typed
    return finished(
        tab.name,
        tab.visible,
        rows,
        faults=facts.faults,
        merges=facts.merges,
        hidden_rows=facts.hidden_rows,
        strays=strays,
    )
