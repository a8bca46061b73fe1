"""The old notes (批注) of one worksheet: ours are added beneath those of people, and taken off again.

Threads (新式批注) are parts of their own and stay as they are; the old note that stands in for one is a note like any.
The shapes of notes are VML, which is often no well-formed XML: it is changed as text, a whole shape at a time.
"""

import re
from collections.abc import Callable, Sequence

from lxml import etree

from pipeline.write.edit.cells import Cells, address_of, place_of
from pipeline.write.edit.package import Element, OddPackageError, Package
from pipeline.write.kit.measure import line_count

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_SHAPES_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_WIDTH = 46  # half-width characters a line
_PIXELS_PER_CHARACTER, _PIXELS_PER_LINE = 6.6, 18

_SHAPE = re.compile(rb"<v:shape\b(?:(?!</v:shape>).)*</v:shape>\s*", re.DOTALL)
_PLACE = re.compile(rb"<x:(Row|Column)>\s*(\d+)\s*</x:\1>")
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_ANCHOR = re.compile(rb"<x:Anchor>.*?</x:Anchor>\s*", re.DOTALL)
_SIZE = re.compile(rb"\b(width|height):[^;\"']*")
_SHAPE_TYPE = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_NO_SHAPES = (
    "<xml "
    + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items())
    + '><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="1"/></o:shapelayout></xml>'
).encode()
_NEW_SHAPE = (
    '<v:shape id="_x0000_s{id}" type="#_x0000_t202" style="position:absolute;margin-left:59.25pt;margin-top:1.5pt;'
    'width:{width}px;height:{height}px;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto">'
    '<v:fill color2="#ffffe1"/><v:shadow color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:AutoFill>False</x:AutoFill>'
    "<x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


class Notes:
    """The notes of the worksheet `part`; what is changed is in the package once `finish` was called."""

    def __init__(self, package: Package, part: str, cells: Cells, relations_ns: str) -> None:
        self._package, self._part, self._cells, self._relations_ns = package, part, cells, relations_ns
        links = list(package.links(part))
        self._comments = next((goal for _, kind, goal in links if kind == "comments"), "")
        drawing = cells.root.find(f"{{{cells.ns}}}legacyDrawing")
        relation = drawing.get(f"{{{relations_ns}}}id", "") if drawing is not None else ""
        self._shapes = next((goal for name, _, goal in links if name == relation), "")
        if drawing is not None and not self._shapes:
            raise OddPackageError("notes without shapes")
        self._by_address = {note.get("ref", ""): note for note in self._listed()}
        self._sized: dict[str, str] = {}  # address → its whole text, of the notes that need another size
        self._removed: list[str] = []

    def _listed(self) -> list[Element]:
        root = self._root()
        return [] if root is None else list(root.iterfind("{*}commentList/{*}comment"))

    def _root(self) -> Element:
        return self._package.tree(self._comments) if self._comments else None

    def add(self, address: str, lines: Sequence[str], author: str) -> None:
        """A note with these lines; beneath the words of the note that is there already."""
        if not self._comments:
            self._new_comments()
        note = self._by_address.get(address)
        words = "\n".join(lines)
        if note is None:
            note = self._new_note(address, author)
        text = note.find("{*}text")
        if text is None:
            raise OddPackageError("a note without a text")
        before = _words(text)
        _append(text, f"\n{words}" if before else words)
        self._sized[address] = _words(text)
        self._package.changed(self._comments)

    def _new_comments(self) -> None:
        self._comments = self._package.free_name("xl/comments{}.xml")
        ns = self._cells.ns
        root = etree.Element(f"{{{ns}}}comments", nsmap={None: ns})
        etree.SubElement(root, f"{{{ns}}}authors")
        etree.SubElement(root, f"{{{ns}}}commentList")
        self._package.put_tree(self._comments, root)
        self._package.declare(self._comments, _COMMENTS_TYPE)
        self._package.link(self._part, f"{self._relations_ns}/comments", self._comments)

    def _new_note(self, address: str, author: str) -> Element:
        root = self._root()
        authors, notes = root.find("{*}authors"), root.find("{*}commentList")
        if authors is None or notes is None:
            raise OddPackageError("notes without authors")
        names = ["".join(entry.itertext()) for entry in authors]
        ns = etree.QName(root).namespace
        if author not in names:
            names.append(author)
            etree.SubElement(authors, f"{{{ns}}}author").text = author
        note = etree.SubElement(notes, f"{{{ns}}}comment", ref=address, authorId=str(names.index(author)))
        etree.SubElement(note, f"{{{ns}}}text")
        self._by_address[address] = note
        return note

    def take_off(self, is_ours: Callable[[str], bool]) -> None:
        """Remove the lines that are ours from every note, and the note where nothing else stands in it."""
        for address, note in list(self._by_address.items()):
            text = note.find("{*}text")
            if text is None or not any(map(is_ours, _words(text).splitlines())):
                continue
            _cut(text, is_ours)
            self._package.changed(self._comments)
            if _words(text).strip():
                self._sized[address] = _words(text)
            else:
                note.getparent().remove(note)
                del self._by_address[address]
                self._removed.append(address)

    def finish(self) -> None:
        """Give the new and longer notes their shapes, and take away those of notes that are gone."""
        if not self._sized and not self._removed:
            return
        content = self._package.content(self._shapes) if self._shapes else _NO_SHAPES
        if not all(f'xmlns:{prefix}="{uri}"'.encode() in content for prefix, uri in _PREFIXES.items()):
            content = _with_usual_prefixes(content)
        if b"</xml>" not in content:
            raise OddPackageError("shapes of another kind")
        content = self._fitted(content)
        if not self._shapes:
            self._shapes = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
            relation = self._package.link(self._part, f"{self._relations_ns}/vmlDrawing", self._shapes)
            self._cells.relate_notes(relation, self._relations_ns)
        self._package.put(self._shapes, content)
        if self._package.type_of(self._shapes) != _SHAPES_TYPE:
            self._package.declare(self._shapes, _SHAPES_TYPE)

    def _fitted(self, content: bytes) -> bytes:
        shaped: set[str] = set()

        def fitted(match: re.Match[bytes]) -> bytes:
            shape = match[0]
            place = dict(_PLACE.findall(shape))
            if b'ObjectType="Note"' not in shape or len(place) < len((b"Row", b"Column")):
                return shape
            address = address_of(int(place[b"Row"]) + 1, int(place[b"Column"]) + 1)
            if address in self._removed and address not in self._sized:
                return b""
            if address in self._sized:
                shaped.add(address)
                return _resized(shape, self._sized[address])
            return shape

        content = _SHAPE.sub(fitted, content)
        last = max([1024, *(int(number) for number in _SHAPE_NUMBER.findall(content))])
        new = [address for address in self._sized if address not in shaped]
        made = "".join(_shape(last + n, address, self._sized[address]) for n, address in enumerate(new, 1)).encode()
        kind = _SHAPE_TYPE if made and b'id="_x0000_t202"' not in content else b""
        at = content.rindex(b"</xml>")
        return content[:at] + kind + made + content[at:]


def _with_usual_prefixes(content: bytes) -> bytes:
    """Shapes as other programs write them, each with prefixes of its own, with those of Excel."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise OddPackageError("shapes of another kind") from error
    etree.cleanup_namespaces(root, top_nsmap=_PREFIXES, keep_ns_prefixes=list(_PREFIXES))
    return bytes(etree.tostring(root))


def _shape(number: int, address: str, text: str) -> str:
    (row, column), (width, height) = place_of(address), _size(text)
    return _NEW_SHAPE.format(id=number, width=width, height=height, row=row - 1, column=column - 1)


def _size(text: str) -> tuple[int, int]:
    """Width and height in pixels."""
    return int(_WIDTH * _PIXELS_PER_CHARACTER), line_count(text, _WIDTH) * _PIXELS_PER_LINE + 12


def _resized(shape: bytes, text: str) -> bytes:
    width, height = _size(text)
    sizes = {b"width": b"%dpx" % width, b"height": b"%dpx" % height}
    head, end, rest = shape.partition(b">")
    head = _SIZE.sub(lambda found: found[1] + b":" + sizes[found[1]], head)
    return head + end + _ANCHOR.sub(b"", rest)


def _runs(text: Element) -> list[Element]:
    """The elements that hold the words of a note, in order."""
    return [*text.iterfind("{*}t"), *text.iterfind("{*}r/{*}t")]


def _words(text: Element) -> str:
    return "".join(run.text or "" for run in _runs(text)).replace("\r\n", "\n")


def _append(text: Element, words: str) -> None:
    """Words as a run of their own behind the runs that are there."""
    ns = etree.QName(text).namespace
    runs = text.findall("{*}r")
    for plain in text.findall("{*}t") if words.startswith("\n") else ():
        run = text.makeelement(f"{{{ns}}}r")  # a plain text and runs cannot stand side by side
        text.replace(plain, run)
        run.append(plain)
        runs.append(run)
    if runs:
        run = text.makeelement(f"{{{ns}}}r")
        runs[-1].addnext(run)
        text = run
    _set(etree.SubElement(text, f"{{{ns}}}t"), words)


def _set(element: Element, words: str) -> None:
    element.text = words
    if words != words.strip() or "\n" in words:
        element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _cut(text: Element, is_ours: Callable[[str], bool]) -> None:
    """Cut our lines out of the runs; the letters of what stays keep their look."""
    runs = _runs(text)
    words = "".join(run.text or "" for run in runs)
    kept = [True] * len(words)
    start = 0
    for line in words.splitlines(keepends=True):
        if is_ours(line):
            kept[start : start + len(line)] = [False] * len(line)
        start += len(line)
    left = [place for place, keep in enumerate(kept) if keep and words[place] not in "\r\n"]
    first, last = (left[0], left[-1]) if left else (0, -1)
    start = 0
    for run in runs:
        old = run.text or ""
        new = "".join(c for n, c in enumerate(old, start) if kept[n] and first <= n <= last)
        start += len(old)
        if new != old:
            _set(run, new)
            holder = run.getparent()
            if not new and holder is not text:
                text.remove(holder)
