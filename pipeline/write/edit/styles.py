"""The looks of cells in styles.xml: new ones are added behind those that are there, none is changed."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from lxml import etree

from pipeline.write.edit.package import Element, OddPackageError, Package, number_in

_TABLES_OF_A_LOOK = (
    ("fonts", "fontId", "applyFont"),
    ("fills", "fillId", "applyFill"),
    ("borders", "borderId", "applyBorder"),
)
#: In the order of ECMA-376 18.8.22.
_PARTS_OF_A_FONT = (
    *("b", "i", "strike", "condense", "extend", "outline", "shadow", "u", "vertAlign"),
    *("sz", "color", "name", "family", "charset", "scheme"),
)


class Styles:
    """styles.xml of a workbook; a look is its number, as a cell's `s` gives it."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        self._root = package.tree(part)
        self._ns = etree.QName(self._root).namespace or ""
        looks, fills = self._find("cellXfs"), self._find("fills")
        if looks is None or fills is None or len(looks) == 0 or self._find("fonts") is None:
            raise OddPackageError("styles without looks")
        self._looks, self._fills = looks, fills
        self._known: dict[bytes, int] = {}  # an entry as bytes → its number
        self._counted: dict[str, dict[bytes, int]] = {}

    def _find(self, name: str) -> Element:
        return self._root.find(f"{{{self._ns}}}{name}")

    def __len__(self) -> int:
        return len(self._looks)

    def colour(self, look: int) -> str:
        """The colour (AARRGGBB) of a look that is filled with one colour, else ""."""
        number = number_in(self._look(look), "fillId")
        fill = self._fills[number] if number < len(self._fills) else None
        pattern = fill[0] if fill is not None and len(fill) else None
        if pattern is None or pattern.get("patternType") != "solid":
            return ""
        front = pattern.find(f"{{{self._ns}}}fgColor")
        return str(front.get("rgb", "")).upper() if front is not None else ""

    def filled(self, look: int, colour: str) -> int:
        """The look with this fill (AARRGGBB), open to typing in a protected sheet, all else as it is."""
        made = deepcopy(self._look(look))
        pattern = self._new("patternFill", {"patternType": "solid"}, self._new("fgColor", {"rgb": colour}))
        made.set("fillId", str(self._entry("fills", self._new("fill", {}, pattern))))
        made.set("applyFill", "1")
        protection = made.find(f"{{{self._ns}}}protection")
        hidden = protection.get("hidden") if protection is not None else None
        self._protect(made, self._new("protection", {"locked": "0", **({"hidden": hidden} if hidden else {})}))
        return self._entry("cellXfs", made)

    def unfilled(self, look: int, before: int | None) -> int:
        """The look with the fill and the lock of another; without a fill where there is none (None)."""
        made = deepcopy(self._look(look))
        model = self._look(before) if before is not None else None
        made.set("fillId", model.get("fillId", "0") if model is not None else "0")
        self._apply(made, model, "applyFill")
        if model is not None:
            protection = model.find(f"{{{self._ns}}}protection")
            self._protect(made, deepcopy(protection) if protection is not None else None)
            self._apply(made, model, "applyProtection")
        return self._entry("cellXfs", made)

    @staticmethod
    def _apply(made: Element, model: Element, name: str) -> None:
        value = model.get(name) if model is not None else None
        made.attrib.pop(name, None)
        if value is not None:
            made.set(name, value)

    def _protect(self, look: Element, protection: Element) -> None:
        for old in look.findall(f"{{{self._ns}}}protection"):
            look.remove(old)
        look.attrib.pop("applyProtection", None)
        if protection is not None:
            after = look.find(f"{{{self._ns}}}alignment")
            look.insert(0 if after is None else look.index(after) + 1, protection)
            look.set("applyProtection", "1")

    def _look(self, number: int) -> Element:
        if not 0 <= number < len(self._looks):
            raise OddPackageError("a cell with a look that is not there")
        return self._looks[number]

    def adopted(self, other: "Styles", look: int) -> int:
        """The look of another workbook, added to these; its number format must be one that every workbook has."""
        made = self._here(other._look(look))
        for table, number, applied in _TABLES_OF_A_LOOK:
            entry = other._find(table)[number_in(made, number)]
            made.set(number, str(self._entry(table, self._here(entry))))
            made.set(applied, "1")
        made.set("applyNumberFormat", "1")
        made.set("xfId", "0")
        return self._entry("cellXfs", made)

    def _here(self, foreign: Element) -> Element:
        """The element in the name space of this workbook, a font's parts in the order that Excel wants."""
        children = [self._here(child) for child in foreign]
        name = etree.QName(foreign).localname
        if name == "font":
            children.sort(key=lambda child: _PARTS_OF_A_FONT.index(etree.QName(child).localname))
        return self._new(name, foreign.attrib, *children)

    def _new(self, name: str, attributes: Mapping[str, str], *children: Element) -> Element:
        made: Any = self._root.makeelement(f"{{{self._ns}}}{name}", dict(attributes))
        made.extend(children)
        return made

    def _entry(self, table: str, entry: Element) -> int:
        """The number of an entry of a table of styles, added where none is the same."""
        entries = self._find(table)
        if entries is None:
            raise OddPackageError(f"styles without {table}")
        if table not in self._counted:
            known = self._counted[table] = {}
            for number, present in enumerate(entries):
                known.setdefault(_canonical(present), number)
        known = self._counted[table]
        key = _canonical(entry)
        if key not in known:
            known[key] = len(entries)
            entry.tail = None
            entries.append(entry)
            entries.set("count", str(len(entries)))
            self._package.changed(self._part)
        return known[key]


def _canonical(entry: Element) -> bytes:
    return bytes(etree.tostring(entry, method="c14n", exclusive=True, with_tail=False))
