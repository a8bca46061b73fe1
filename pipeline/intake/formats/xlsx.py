"""Reader of .xlsx and .xlsm: calamine for the values, the sheet's own XML for what calamine keeps to itself.

calamine is given a fresh zip of the checked worksheets alone, so that it parses exactly what was checked
and no tab without cells (a macro, a dialog) is in its way. It is not misled by a wrong dimension nor by
strict OOXML, but drops error cells, CDATA and UTF-16 without a word: `sheet_xml` and `parts` make up for that.
"""

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from python_calamine import CalamineError, CalamineWorkbook

from pipeline.intake.formats import notes, sheet_xml, sparse
from pipeline.intake.formats.cells import finished, iso_moment, plain_rows, refuse_many_sheets
from pipeline.intake.formats.looks import Look, telling
from pipeline.intake.formats.parts import Element, Link, Parts
from pipeline.intake.formats.sheet_xml import Facts, local_name
from pipeline.intake.formats.xlsx_styles import looks_in, struck_texts
from pipeline.intake.guard import Checked
from pipeline.intake.raw import Cell, Comment, RawBook, RawSheet
from pipeline.intake.unreadable import UNREADABLE_TAB, Unreadable, damaged

_BOOK = "xl/workbook.xml"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_KEPT = ("sharedStrings", "styles")


@dataclass(frozen=True, slots=True)
class Tab:
    """A worksheet as the workbook lists it, and its part in the zip."""

    name: str
    visible: bool
    part: str


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
    where = next((link.part for link in parts.links("").values() if link.kind == "officeDocument"), _BOOK)
    book = parts.tree(where)
    links = parts.links(where)
    tabs = list(_tabs(book, links, parts))
    beside = {link.kind: parts.xml(link.part) for link in links.values() if link.kind in _KEPT and link.part in parts}
    looks = telling(looks_in(beside["styles"])) if "styles" in beside else {}
    wanted = sheet_xml.Wanted(
        parts.any_with("xl/richdata/"), frozenset(looks), struck_texts(beside.get("sharedStrings", b""))
    )
    examined = [_examine(parts.xml(tab.part), tab.name, wanted) for tab in tabs]
    is_1904 = _is_1904(book)
    values = _values(tabs, beside, [sheet.xml for sheet in examined], is_1904=is_1904)
    comments = notes.comments_by_part(parts, [tab.part for tab in tabs])
    sheets = [
        _sheet(tab, rows, sheet, looks, comments.get(tab.part, {}))
        for tab, rows, sheet in zip(tabs, values, examined, strict=True)
    ]
    return RawBook(checked.kind, sheets, is_1904)


def _tabs(book: Element, links: Mapping[str, Link], parts: Parts) -> Iterator[Tab]:
    """The worksheets; tabs of other kinds hold no cells, and one that leads nowhere on purpose is a macro's."""
    entries = [element for element in book.iter() if local_name(element.tag) == "sheet"]
    refuse_many_sheets(len(entries))
    for element in entries:
        name = element.get("name", "")
        link_id = next((value for key, value in element.attrib.items() if local_name(key) == "id"), "")
        link = links.get(link_id)
        if link is None and not link_id:
            continue
        if link is None or (link.kind == "worksheet" and link.part not in parts):
            raise Unreadable(UNREADABLE_TAB, sheet=name)
        if link.kind == "worksheet":
            yield Tab(name, element.get("state", "visible") == "visible", link.part)


def _is_1904(book: Element) -> bool:
    properties = (element for element in book.iter() if local_name(element.tag) == "workbookPr")
    return any(element.get("date1904") in {"1", "true"} for element in properties)


def _examine(xml: bytes, sheet: str, wanted: sheet_xml.Wanted) -> _Examined:
    xml = sheet_xml.without_empties(xml)
    near = sheet_xml.is_near(xml)
    if not sheet_xml.is_regular(xml, near=near):
        xml = sheet_xml.rewritten(xml, sheet)
        near = sheet_xml.is_near(xml)
    facts = sheet_xml.facts(xml, wanted)
    if near:
        return _Examined(xml, facts, None)
    moved, far = sparse.gathered(xml, sheet)
    return _Examined(moved, facts, far)


def _values(
    tabs: Sequence[Tab], beside: Mapping[str, bytes], sheets: Sequence[bytes], *, is_1904: bool
) -> Iterator[list[list[Cell]]]:
    """Rows of values, sheet by sheet."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(_fresh(beside, sheets, is_1904=is_1904)))
    except CalamineError as error:
        raise damaged("工作簿的结构读不通") from error
    for index, tab in enumerate(tabs):
        try:
            values = book.get_sheet_by_index(index).to_python(skip_empty_area=False)
        except Exception as error:
            raise Unreadable(UNREADABLE_TAB, sheet=tab.name) from error
        yield plain_rows(values)


def _fresh(beside: Mapping[str, bytes], sheets: Sequence[bytes], *, is_1904: bool) -> bytes:
    """A workbook of these worksheets and nothing else, not packed: it is read once and thrown away."""
    numbered = dict(enumerate(sheets, 1))
    parts = {f"worksheets/sheet{number}.xml": ("worksheet", xml) for number, xml in numbered.items()}
    parts |= {f"{kind}.xml": (kind, xml) for kind, xml in beside.items()}
    listed = "".join(f'<sheet name="{number}" sheetId="{number}" r:id="r{number}"/>' for number in numbered)
    book = f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><workbookPr date1904="{is_1904:d}"/><sheets>{listed}</sheets></workbook>'
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for name, content in {
            "_rels/.rels": _relations([(_BOOK, "officeDocument")]),
            _BOOK: book.encode(),
            "xl/_rels/workbook.xml.rels": _relations([(name, kind) for name, (kind, _) in parts.items()]),
            **{f"xl/{name}": xml for name, (_, xml) in parts.items()},
        }.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return buffer.getvalue()


def _relations(parts: Sequence[tuple[str, str]]) -> bytes:
    """The relations r1, r2 … to these parts, each with its kind."""
    relations = "".join(
        f'<Relationship Id="r{number}" Type="{_LINKS}/{kind}" Target="{part}"/>'
        for number, (part, kind) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE_LINKS}">{relations}</Relationships>'.encode()


def _sheet(
    tab: Tab,
    rows: list[list[Cell]],
    examined: _Examined,
    looks: Mapping[int, Look],
    comments: Mapping[tuple[int, int], tuple[Comment, ...]],
) -> RawSheet:
    facts, far = examined.facts, examined.far
    strays: dict[tuple[int, int], Cell] = {}
    if far:
        rows, strays = sparse.spread(rows, far)
    for row, column in facts.faults:
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = None  # a picture or error leaves a text behind that nobody typed
    for row, column in facts.iso_dates:
        if row <= len(rows) and column <= len(rows[row - 1]):
            rows[row - 1][column - 1] = iso_moment(rows[row - 1][column - 1])
    return finished(
        tab.name,
        tab.visible,
        rows,
        faults=facts.faults,
        merges=facts.merges,
        hidden_rows=facts.hidden_rows,
        strays=strays,
        looks=_looks(facts, looks),
        comments=comments,
    )


def _looks(facts: Facts, looks: Mapping[int, Look]) -> dict[tuple[int, int], Look]:
    """Place → look, of the cells that have one of their own, in their style or in the letters of their text."""
    found = {place: looks[style] for place, style in facts.styles.items()}
    return found | {place: replace(found.get(place, Look()), struck=True) for place in facts.struck}
