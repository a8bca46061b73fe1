"""The workbook itself: its tabs in order, a sheet put first, a sheet taken out, and what counts tabs by number."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from pipeline.write.edit.cells import Cells
from pipeline.write.edit.notes import Notes
from pipeline.write.edit.package import Element, OddPackageError, Package, number_in
from pipeline.write.edit.styles import Styles

_STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MACROS = ("vbaProject", "wsSortMap")
#: What stands before `definedNames` in a workbook (ECMA-376 18.2.27).
_BEFORE_NAMES = frozenset(
    [
        "fileVersion",
        "fileSharing",
        "workbookPr",
        "workbookProtection",
        "bookViews",
        "sheets",
        "functionGroups",
        "externalReferences",
        "AlternateContent",
        "revisionPtr",
        "absPath",
    ]
)


@dataclass(frozen=True, eq=False)
class Tab:
    """One tab as the workbook lists it; kind: worksheet, chartsheet …; part: "" where it leads nowhere."""

    element: Element
    name: str
    kind: str
    part: str


@dataclass(frozen=True)
class Name:
    """A defined name of one sheet alone, such as its print area."""

    name: str
    refers_to: str
    hidden: bool = False


class Book:
    """A workbook whose parts are changed in place; raises OddPackageError where that is not safe."""

    def __init__(self, data: bytes) -> None:
        self.package = Package(data)
        self.part = next((goal for _, kind, goal in self.package.links("") if kind == "officeDocument"), "")
        self._root = self.package.tree(self.part)
        self.ns = etree.QName(self._root).namespace or ""
        self.relations_ns = _STRICT_RELATIONS if self.ns == _STRICT else _RELATIONS
        self._links = {name: (kind, goal) for name, kind, goal in self.package.links(self.part)}
        self.styles = Styles(self.package, self._only("styles"))
        self._cells: dict[str, Cells] = {}
        if not self.worksheets:
            raise OddPackageError("no worksheets")
        for part in self.package.names():
            if part.endswith((".xml", ".rels")):
                self.package.tree(part)  # else a part that no program can open would go back as it came

    def _only(self, kind: str) -> str:
        found = [goal for of, goal in self._links.values() if of == kind]
        if not found:
            raise OddPackageError(f"no {kind}")
        return found[0]

    def _child(self, name: str) -> Element:
        return self._root.find(f"{{{self.ns}}}{name}")

    @property
    def tabs(self) -> list[Tab]:
        """All tabs in order, hidden ones too."""
        sheets = self._child("sheets")
        found = []
        for element in sheets.iterchildren(f"{{{self.ns}}}sheet") if sheets is not None else ():
            kind, part = self._links.get(element.get(f"{{{self.relations_ns}}}id", ""), ("", ""))
            if kind == "worksheet" and part not in self.package:
                raise OddPackageError("a tab that leads nowhere")
            found.append(Tab(element, element.get("name", ""), kind, part))
        return found

    @property
    def worksheets(self) -> list[Tab]:
        """The tabs that hold cells."""
        return [tab for tab in self.tabs if tab.kind == "worksheet"]

    def cells(self, tab: Tab) -> Cells:
        """The cells of a worksheet."""
        if tab.part not in self._cells:
            self._cells[tab.part] = Cells(self.package, tab.part)
        return self._cells[tab.part]

    def notes(self, tab: Tab) -> Notes:
        """The notes of a worksheet."""
        return Notes(self.package, tab.part, self.cells(tab), self.relations_ns)

    def has_notes(self, tab: Tab) -> bytes:
        """The notes of a worksheet as they are stored, b"" without any."""
        part = next((goal for _, kind, goal in self.package.links(tab.part) if kind == "comments"), "")
        return self.package.content(part) if part else b""

    # texts

    @cached_property
    def _texts(self) -> list[str]:
        part = next((goal for kind, goal in self._links.values() if kind == "sharedStrings"), "")
        return [_text(entry) for entry in self.package.tree(part).iterfind("{*}si")] if part else []

    def texts(self, tab: Tab) -> dict[str, str]:
        """Address → text, of the cells of a worksheet that hold one."""
        found = {}
        for cell in self.cells(tab).root.iterfind("{*}sheetData/{*}row/{*}c"):
            value, inline = cell.findtext("{*}v", ""), cell.find("{*}is")
            if inline is not None:
                found[cell.get("r", "")] = _text(inline)
            elif cell.get("t") == "s" and value.isdigit() and int(value) < len(self._texts):
                found[cell.get("r", "")] = self._texts[int(value)]
            elif cell.get("t") == "str":
                found[cell.get("r", "")] = value
        return found

    # tabs

    def free_title(self, title: str) -> str:
        """The title, with a number behind it where a tab has it already."""
        taken = {tab.name.casefold() for tab in self.tabs}
        return next(name for n in range(len(taken) + 1) if (name := f"{title}{n or ''}").casefold() not in taken)

    def names(self, tab: Tab) -> list[Name]:
        """The names that belong to a worksheet alone."""
        place = str([other.element for other in self.tabs].index(tab.element))
        defined = self._child("definedNames")
        found = [] if defined is None else defined.findall(f"{{{self.ns}}}definedName[@localSheetId='{place}']")
        return [Name(name.get("name", ""), name.text or "", name.get("hidden") == "1") for name in found]

    def adopt_first(self, other: "Book", looks: Mapping[str, int]) -> None:
        """The first sheet of another workbook, whose texts stand in its cells, as the first of this one.

        looks: address → the look of this workbook that the cell gets instead of its own.
        """
        tab = other.worksheets[0]
        cells = other.cells(tab)
        known: dict[int, int] = {}
        for address, look in list(cells.looks()):
            if look not in known:
                known[look] = self.styles.adopted(other.styles, look)
            cells.set_look(address, known[look])
        for address, look in looks.items():
            cells.set_look(address, look)
        content = bytes(etree.tostring(cells.root, xml_declaration=True, encoding="UTF-8", standalone=True))
        content = content.replace(f'"{other.ns}"'.encode(), f'"{self.ns}"'.encode())
        self.put_first(tab.name, content, other.names(tab))

    def put_first(self, title: str, content: bytes, names: Sequence[Name]) -> None:
        """A new worksheet before all others; it alone is selected and shown when the workbook is opened."""
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        sheets = self._child("sheets")
        self.package.put(part, content)
        self.package.declare(part, _SHEET_TYPE)
        relation = self.package.link(self.part, f"{self.relations_ns}/worksheet", part)
        number = max([0, *(number_in(tab.element, "sheetId") for tab in self.tabs)]) + 1
        self._renumber({n: n + 1 for n in range(len(sheets))})
        for tab in self.tabs:
            self._unselect(tab)
        element = sheets.makeelement(f"{{{self.ns}}}sheet", nsmap={"r": self.relations_ns})
        element.attrib.update({"name": title, "sheetId": str(number), f"{{{self.relations_ns}}}id": relation})
        sheets.insert(0, element)
        self._add_names(names)
        for view in self._root.iterfind(f"{{{self.ns}}}bookViews/{{{self.ns}}}workbookView"):
            view.attrib.pop("activeTab", None)
            view.attrib.pop("firstSheet", None)
        self.package.changed(self.part)

    def _unselect(self, tab: Tab) -> None:
        if tab.part and b"tabSelected" in self.package.content(tab.part):
            root = self.package.tree(tab.part)
            for view in root.iterfind("{*}sheetViews/{*}sheetView"):
                if view.attrib.pop("tabSelected", None) is not None:
                    self.package.changed(tab.part)

    def _add_names(self, names: Sequence[Name]) -> None:
        defined = self._child("definedNames")
        if defined is None:
            defined = self._root.makeelement(f"{{{self.ns}}}definedNames")
            elements = self._root.iterchildren(tag=etree.Element)
            [child for child in elements if etree.QName(child).localname in _BEFORE_NAMES][-1].addnext(defined)
        for name in names:
            hidden = {"hidden": "1"} if name.hidden else {}
            made = etree.SubElement(defined, f"{{{self.ns}}}definedName", name=name.name, localSheetId="0", **hidden)
            made.text = name.refers_to

    def remove(self, tab: Tab) -> None:
        """Take a worksheet out, with the names that belong to it alone."""
        order = [other.element for other in self.tabs]
        gone = order.index(tab.element)
        with_formulas = self.cells(tab).root.find("{*}sheetData/{*}row/{*}c/{*}f") is not None
        self._renumber({n: n - (n > gone) for n in range(len(order)) if n != gone})
        tab.element.getparent().remove(tab.element)
        self.package.unlink(self.part, tab.part)
        self.package.remove(tab.part)
        if with_formulas:
            self._forget("calcChain")  # it names the cells that are gone
        self.package.changed(self.part)

    def _renumber(self, moved: dict[int, int]) -> None:
        """Names that belong to one sheet say which by its place."""
        defined = self._child("definedNames")
        for name in list(defined) if defined is not None else ():
            if isinstance(name.tag, str) and name.get("localSheetId") is not None:
                place = number_in(name, "localSheetId")
                if place in moved:
                    name.set("localSheetId", str(moved[place]))
                else:
                    defined.remove(name)
        if defined is not None and not len(defined):
            self._root.remove(defined)

    def _forget(self, kind: str) -> bool:
        parts = [goal for of, goal in self._links.values() if of == kind]
        for part in parts:
            self.package.unlink(self.part, part)
            self.package.remove(part)
        return bool(parts)

    # macros

    def put_to_rest(self) -> bool:
        """Make it a workbook as .xlsx may hold one; out: whether it had macros.

        Excel opens no workbook with macros under .xlsx. Their part stays, byte for byte, but nothing leads to it.
        """
        parts = [goal for of, goal in self._links.values() if of in _MACROS and goal in self.package]
        for part in parts:
            self.package.unlink(self.part, part)
            self.package.declare(part, "application/octet-stream")
        if self.package.type_of(self.part) != _WORKBOOK_TYPE:
            self.package.declare(self.part, _WORKBOOK_TYPE)
        return bool(parts)


def _text(entry: Element) -> str:
    """The words of a string, its runs joined; readings (注音) left out."""
    runs = [*entry.iterfind("{*}t"), *entry.iterfind("{*}r/{*}t")]
    return "".join(run.text or "" for run in runs)
