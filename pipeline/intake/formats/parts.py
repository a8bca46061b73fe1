"""The XML parts of an office zip: unpacked, free of definitions, in UTF-8."""

import re
from xml.etree import ElementTree

from pipeline.findings import ERROR, rule
from pipeline.intake.formats.text import UNKNOWN_ENCODING
from pipeline.intake.guard import Checked
from pipeline.intake.unreadable import Unreadable, damaged, odd
from pipeline.intake.zipped import unpack, unpack_head

_ROOT = re.compile(rb"<[A-Za-z_]")
_DECLARED = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_XML_SUFFIXES = (".xml", ".rels", ".vml")
_HEAD_BYTES = 4096


class Parts:
    """The members of one checked zip by name, upper and lower case alike (as the standard has it)."""

    def __init__(self, checked: Checked) -> None:
        self._data = checked.data
        self._entries = {entry.name.casefold(): entry for entry in checked.entries}

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._entries

    def any_under(self, prefix: str) -> bool:
        """Whether a part's name begins with `prefix` (lower case)."""
        return any(name.startswith(prefix) for name in self._entries)

    def content(self, name: str) -> bytes:
        """The content of a part; raises Unreadable when it is missing."""
        entry = self._entries.get(name.casefold())
        if entry is None:
            raise damaged(f"缺少部件 {name}")
        return unpack(self._data, entry)

    def xml(self, name: str) -> bytes:
        """The content of an XML part in UTF-8."""
        return in_utf8(self.content(name), name)

    def tree(self, name: str) -> ElementTree.Element:
        """An XML part as a tree."""
        try:
            return ElementTree.fromstring(self.xml(name))
        except ElementTree.ParseError as error:
            raise damaged(f"部件 {name} 读不通") from error

    def refuse_definitions(self, under: str = "") -> None:
        """Raise Unreadable when an XML part whose name begins so has a DOCTYPE: no workbook needs entities."""
        for name, entry in self._entries.items():
            if name.startswith(under) and name.endswith(_XML_SUFFIXES):
                head = unpack_head(self._data, entry, _HEAD_BYTES)
                refuse_definition(head.replace(b"\x00", b""), name, whole=entry.size <= _HEAD_BYTES)


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
    root = _ROOT.search(head)
    before_root = (head[: root.start()] if root else head).upper()
    if b"<!DOCTYPE" in before_root or b"<!ENTITY" in before_root:
        raise Unreadable(EXTERNAL_DEFINITIONS)
    if not root and not whole:
        raise odd(f"部件 {name} 的开头过长")


def in_utf8(xml: bytes, name: str) -> bytes:
    """The same XML in UTF-8: calamine reads a UTF-16 sheet as an empty one, and neither it nor expat knows GBK."""
    encoding = _encoding(xml)
    if encoding in {"utf-8", "utf8", "us-ascii", "ascii"}:
        return xml
    try:
        text = xml.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise Unreadable(UNKNOWN_ENCODING, what=f"部件 {name}") from error
    content = _DECLARATION.sub("", text.lstrip("\ufeff"), count=1).lstrip().encode()
    refuse_definition(content[:_HEAD_BYTES], name, whole=True)
    return content


def _encoding(xml: bytes) -> str:
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if xml.startswith(b"<\x00"):
        return "utf-16-le"
    if xml.startswith(b"\x00<"):
        return "utf-16-be"
    declared = _DECLARED.match(xml[:200].removeprefix(b"\xef\xbb\xbf"))
    return declared[1].decode().lower() if declared else "utf-8"
