"""The XML parts of an office zip: unpacked, free of definitions, in UTF-8."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from lxml import etree

from pipeline.findings import ERROR, rule
from pipeline.intake.formats.text import UNKNOWN_ENCODING, as_superset
from pipeline.intake.guard import Checked
from pipeline.intake.unreadable import Unreadable, damaged, odd
from pipeline.intake.zipped import unpack, unpack_head

Element: TypeAlias = Any  # lxml has no types

#: How lxml reads what somebody else made: nothing is fetched, no entity is filled in, and its own limits
#: of depth and length stay on (`huge_tree` would take them off).
SAFELY = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
}

_BEFORE_ROOT = re.compile(rb"(?:\s|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\x00": "utf-16-le", b"\x00<": "utf-16-be"}
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_HEAD_BYTES = 4096


@dataclass(frozen=True, slots=True)
class Link:
    """What another part of the zip is (worksheet, styles …), and its name in the zip."""

    kind: str
    part: str


class Parts:
    """The members of one checked zip by name, upper and lower case alike (as the standard has it)."""

    def __init__(self, checked: Checked) -> None:
        self._data = checked.data
        self._entries = {entry.name.casefold(): entry for entry in checked.entries}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    def any_with(self, words: str) -> bool:
        """Whether any part's name holds `words` (lower case)."""
        return any(words in name for name in self._entries)

    def content(self, name: str) -> bytes:
        """The content of a part; raises Unreadable when it is missing."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise damaged(f"缺少部件 {name}")
        return unpack(self._data, entry)

    def xml(self, name: str) -> bytes:
        """The content of an XML part in UTF-8."""
        return in_utf8(self.content(name), name)

    def tree(self, name: str) -> Element:
        """An XML part as a tree of lxml."""
        try:
            return etree.fromstring(self.xml(name), etree.XMLParser(**SAFELY))
        except etree.XMLSyntaxError as error:
            raise damaged(f"部件 {name} 读不通") from error

    def links(self, part: str) -> dict[str, Link]:
        """Relation id → what it leads to, for one part of the zip ("" for the zip itself)."""
        folder, name = posixpath.split(part)
        relations = posixpath.join(folder, "_rels", f"{name}.rels")
        return dict(self._linked(folder, self.tree(relations))) if relations in self else {}

    @staticmethod
    def _linked(folder: str, relations: Element) -> Iterator[tuple[str, Link]]:
        for relation in relations:
            target = relation.get("Target", "").replace("\\", "/")
            goal = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield relation.get("Id", ""), Link(relation.get("Type", "").rpartition("/")[2], goal)

    def refuse_definitions(self, under: str = "") -> None:
        """Raise Unreadable when an XML part whose name begins so has a DOCTYPE: no workbook needs entities."""
        for name, entry in self._entries.items():
            if name.startswith(under) and name.endswith(_XML_SUFFIXES):
                head = unpack_head(self._data, entry, _HEAD_BYTES)
                refuse_definition(head, name, whole=entry.size <= _HEAD_BYTES)


EXTERNAL_DEFINITIONS = rule(
    "WJ-009",
    ERROR,
    title="含外部定义",
    problem="文件里含有外部定义（DOCTYPE），为安全起见没有打开",
    remedy="请用专班办公室下发的填报表另填一份（内容只粘贴数值）后重新报送",
    example="<!DOCTYPE …>",
)


def refuse_definition(head: bytes, name: str, *, whole: bool) -> None:
    """Raise Unreadable when a DOCTYPE stands before the root element; `whole`: there is no more than `head`."""
    text = head.replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf")
    following = _BEFORE_ROOT.sub(b"", text, count=1)
    unfinished = not following or following.startswith((b"<?", b"<!--"))
    if following.startswith(b"<!") and not unfinished:
        raise Unreadable(EXTERNAL_DEFINITIONS)
    if unfinished and not whole:
        raise odd(f"部件 {name} 的开头过长")


def in_utf8(xml: bytes, name: str) -> bytes:
    """The same XML in UTF-8: calamine reads a UTF-16 sheet as an empty one, and neither it nor expat knows GBK."""
    declared = _DECLARED.match(xml[:200].removeprefix(b"\xef\xbb\xbf"))
    encoding = _WIDE.get(xml[:2]) or (as_superset(declared[1].decode()) if declared else "utf-8")
    if encoding in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return xml
    try:
        text = xml.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(UNKNOWN_ENCODING, what=f"部件 {name}") from error
    content = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).lstrip().encode()
    refuse_definition(content[:_HEAD_BYTES], name, whole=len(content) <= _HEAD_BYTES)
    return content
