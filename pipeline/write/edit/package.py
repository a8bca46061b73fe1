"""An .xlsx as a zip of parts: those that were changed are written anew, all others keep their bytes.

Only what is understood is changed. A package that is put together in an odd way raises OddPackageError: half an edit
would be worse than none.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, TypeAlias

from lxml import etree

from pipeline.write.kit.repack import EPOCH

Element: TypeAlias = Any  # lxml has no types

_TYPES = "[Content_Types].xml"
_TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
#: Beyond this a part takes more memory than one of several workers may use.
_LARGEST_PART_BYTES = 64 * 2**20
_LARGEST_PACKAGE_BYTES = 512 * 2**20
_SQUEEZED = 0.95  # a part that its maker could not make smaller than this is a picture, and packed already


class OddPackageError(Exception):
    """The package cannot be edited with safety."""


def number_in(element: Element, name: str, default: int = 0) -> int:
    """The whole number in an attribute."""
    text = element.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit()):
        raise OddPackageError(f"{name} is no number")
    return int(text)


class Package:
    """The parts of a workbook by name; raises OddPackageError for what is no whole zip of well-formed parts."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise OddPackageError("not a zip") from error
        self._infos = {info.filename: info for info in self._zip.infolist()}
        if sum(info.file_size for info in self._infos.values()) > _LARGEST_PACKAGE_BYTES:
            raise OddPackageError("too large")
        if len({name.casefold() for name in self._infos}) != len(self._zip.infolist()):
            raise OddPackageError("two parts of one name")
        self._trees: dict[str, Element] = {}
        self._raw: dict[str, bytes] = {}
        self._changed: dict[str, bytes | None] = {}  # None: an element tree that is put into bytes on saving
        self._gone: set[str] = set()

    def __contains__(self, name: str) -> bool:
        return name not in self._gone and (name in self._infos or name in self._changed)

    def names(self) -> list[str]:
        """The names of all parts, new ones last."""
        new = [name for name in self._changed if name not in self._infos]
        return [name for name in (*self._infos, *new) if name not in self._gone]

    def content(self, name: str) -> bytes:
        """The bytes of a part as it was read or put."""
        changed = self._changed.get(name)
        if changed is not None:
            return changed
        if name not in self._raw:
            self._raw[name] = self._read(name)
        return self._raw[name]

    def _read(self, name: str) -> bytes:
        info = self._infos.get(name)
        if info is None or name in self._gone:
            raise OddPackageError(f"no part {name}")
        try:
            return self._zip.read(info)
        except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as error:
            raise OddPackageError(f"{name} is damaged") from error

    def tree(self, name: str) -> Element:
        """A part as a tree; what is changed in it counts once `changed` is told."""
        if name not in self._trees:
            content = self.content(name)
            if len(content) > _LARGEST_PART_BYTES:
                raise OddPackageError(f"{name} is too large")
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, strip_cdata=False)
            try:
                root = etree.fromstring(content, parser)
                root.makeelement(root.tag)  # lxml reads name spaces in which it makes no element
            except (etree.XMLSyntaxError, ValueError) as error:
                raise OddPackageError(f"{name} cannot be parsed") from error
            self._trees[name] = root
            if self._trees[name].getroottree().docinfo.doctype:
                raise OddPackageError(f"{name} has definitions")
        return self._trees[name]

    def changed(self, name: str) -> None:
        """The tree of this part was changed."""
        self._changed[name] = None

    def put(self, name: str, content: bytes) -> None:
        """A part with this content, in the place of one that has the name."""
        self._trees.pop(name, None)
        self._changed[name] = content

    def put_tree(self, name: str, root: Element) -> None:
        """A new part with this tree."""
        self._trees[name] = root
        self._changed[name] = None

    def remove(self, name: str) -> None:
        """Leave out a part, its relations, and what the content types say of it."""
        relations = _relations_of(name)
        self._gone |= {name, relations} & set(self._infos)
        for gone in (name, relations):
            self._changed.pop(gone, None)
        types = self.tree(_TYPES)
        for override in types.findall(f"{{{_TYPES_NS}}}Override"):
            if override.get("PartName", "").lstrip("/").casefold() == name.casefold():
                types.remove(override)
                self.changed(_TYPES)

    def free_name(self, pattern: str) -> str:
        """The first of the names `pattern`.format(1), (2) … that no part has."""
        taken = {name.casefold() for name in (*self._infos, *self._changed)}
        return next(name for n in range(1, len(taken) + 2) if (name := pattern.format(n)).casefold() not in taken)

    # content types

    def declare(self, name: str, content_type: str) -> None:
        """Say of what type a part is, by an override of its own."""
        types = self.tree(_TYPES)
        for override in types.findall(f"{{{_TYPES_NS}}}Override"):
            if override.get("PartName", "").casefold() == f"/{name}".casefold():
                override.set("ContentType", content_type)
                break
        else:
            types.append(types.makeelement(f"{{{_TYPES_NS}}}Override", PartName=f"/{name}", ContentType=content_type))
        self.changed(_TYPES)

    def type_of(self, name: str) -> str:
        """The content type of a part, "" where nothing is said of it."""
        types = self.tree(_TYPES)
        for override in types.findall(f"{{{_TYPES_NS}}}Override"):
            if override.get("PartName", "").casefold() == f"/{name}".casefold():
                return str(override.get("ContentType", ""))
        extension = posixpath.splitext(name)[1].lstrip(".").casefold()
        defaults = types.findall(f"{{{_TYPES_NS}}}Default")
        return next((e.get("ContentType", "") for e in defaults if e.get("Extension", "").casefold() == extension), "")

    # relations

    def links(self, part: str) -> Iterator[tuple[str, str, str]]:
        """(id, kind, part) of the inner relations of a part ("" for the package itself)."""
        relations = _relations_of(part)
        if relations in self:
            for entry in self.tree(relations).iterfind(f"{{{_RELATIONS_NS}}}Relationship"):
                if entry.get("TargetMode") != "External":
                    yield entry.get("Id", ""), entry.get("Type", "").rpartition("/")[2], self._goal(part, entry)

    def _goal(self, part: str, entry: Element) -> str:
        target = entry.get("Target", "").replace("\\", "/")
        return posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")

    def link(self, part: str, kind: str, target: str) -> str:
        """Relate `part` to `target`; kind: the whole URI. Out: the id of the relation."""
        relations = _relations_of(part)
        if relations not in self:
            self.put_tree(relations, etree.Element(f"{{{_RELATIONS_NS}}}Relationships", nsmap={None: _RELATIONS_NS}))
            if self.type_of(relations) != _RELATIONS_TYPE:
                self.declare(relations, _RELATIONS_TYPE)
        root = self.tree(relations)
        taken = {entry.get("Id") for entry in root}
        name = next(name for n in range(1, len(taken) + 2) if (name := f"rIdMark{n}") not in taken)
        path = posixpath.relpath(target, posixpath.dirname(part))
        root.append(root.makeelement(f"{{{_RELATIONS_NS}}}Relationship", Id=name, Type=kind, Target=path))
        self.changed(relations)
        return name

    def unlink(self, part: str, target: str) -> None:
        """Take off every relation from `part` to `target`."""
        root = self.tree(_relations_of(part))
        for entry in list(root):
            if entry.get("TargetMode") != "External" and self._goal(part, entry) == target:
                root.remove(entry)
        self.changed(_relations_of(part))

    def saved(self) -> bytes:
        """The package in its order, new parts last, without a clock in it."""
        result = BytesIO()
        with zipfile.ZipFile(result, "w") as package:
            for name in self.names():
                content = self._bytes(name)
                info = self._infos.get(name)
                entry = zipfile.ZipInfo(name, EPOCH)
                entry.create_system = 0  # else it tells Windows from Linux
                is_squeezed = info is not None and info.compress_size >= _SQUEEZED * info.file_size
                entry.compress_type = zipfile.ZIP_STORED if is_squeezed else zipfile.ZIP_DEFLATED
                package.writestr(entry, content)
        return result.getvalue()

    def _bytes(self, name: str) -> bytes:
        if name in self._changed and self._changed[name] is None:
            tree = self._trees[name]
            return bytes(etree.tostring(tree.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True))
        return self.content(name)


def _relations_of(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")
