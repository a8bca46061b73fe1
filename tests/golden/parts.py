"""The parts of a workbook's archive that openpyxl drops: cached values, charts, set-up as it stands, sizes of comments."""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_ANCHOR = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_EXCEL = "{urn:schemas-microsoft-com:office:excel}"
_MERGES = re.compile(rb"<(?:\w+:)?mergeCells\b.*?</(?:\w+:)?mergeCells>", re.DOTALL)
#: Attributes that only tie parts together, or that readers count for themselves.
_INTERNAL = {"id", "uid", "dxfId", "count", "workbookViewId", "activePane", "manualBreakCount", "calcId"}
#: Where the cursor stood.
_LEFT_OUT = ("selection",)
#: What an absent attribute means, for those that some writers spell out.
_DEFAULTS = {
    "brk": {"max": "16383", "min": "0"},
    "dataValidation": {"allowBlank": "0", "errorStyle": "stop", "operator": "between", "showDropDown": "0"}
    | dict.fromkeys(("showErrorMessage", "showInputMessage"), "0"),
    "outlinePr": {"summaryBelow": "1", "summaryRight": "1"},
    "pageSetup": {"orientation": "portrait", "scale": "100", "pageOrder": "downThenOver"}
    | dict.fromkeys(("fitToWidth", "fitToHeight"), "1"),
    "pane": {"state": "split", "xSplit": "0", "ySplit": "0"},
    "printOptions": dict.fromkeys(("horizontalCentered", "verticalCentered", "gridLines", "headings"), "0"),
    "sheetFormatPr": {"defaultRowHeight": "15", "baseColWidth": "8"},
    "sheetProtection": dict.fromkeys(("sheet", "objects", "scenarios", "selectLockedCells", "selectUnlockedCells"), "0")
    | dict.fromkeys(("formatCells", "formatColumns", "formatRows", "insertColumns", "insertRows"), "1")
    | dict.fromkeys(("insertHyperlinks", "deleteColumns", "deleteRows", "sort", "autoFilter", "pivotTables"), "1"),
    "sheetView": {"showGridLines": "1", "zoomScale": "100", "zoomScaleNormal": "100", "view": "normal"}
    | {"tabSelected": "0"},
}


class Parts:
    """The XML of one workbook, by the names of its sheets."""

    def __init__(self, path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            self._data = {name: archive.read(name) for name in archive.namelist()}
        self.book = self._xml("xl/workbook.xml")
        targets = self._relations("xl/workbook.xml")
        self._sheets = {sheet.get("name"): targets[sheet.get(_REL)][1] for sheet in self.book.iter(f"{MAIN}sheet")}
        self.states = {sheet.get("name"): sheet.get("state", "visible") for sheet in self.book.iter(f"{MAIN}sheet")}

    def without_merges(self) -> BytesIO:
        """The workbook for openpyxl, which would put looks of its own in place of those under merged areas."""
        packed = BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            for name, data in self._data.items():
                archive.writestr(name, _MERGES.sub(b"", data) if name in self._sheets.values() else data)
        return packed

    def sheet(self, name: str) -> Element:
        """The XML of a sheet."""
        return self._xml(self._sheets[name])

    def drawings(self, name: str) -> Iterator[str]:
        """Every chart, image or shape of a sheet: where it stands and what it shows."""
        for kind, part in self._relations(self._sheets[name]).values():
            if kind == "drawing":
                targets = self._relations(part)
                for anchor in self._xml(part):
                    yield from self._drawn(anchor, targets)

    def _drawn(self, anchor: Element, targets: dict[str | None, tuple[str, str]]) -> Iterator[str]:
        ends = [_corner(anchor.find(f"{_ANCHOR}{end}")) for end in ("from", "to")]
        where = "..".join(end for end in ends if end)
        for thing in anchor.iter():
            word = _local(thing.tag)
            if word == "cNvPr" and thing.get("descr"):
                yield f"{where} described as {thing.get('descr')}"
            if word == "chart":
                yield from (f"{where} {line}" for line in _chart(self._xml(targets[thing.get(_REL)][1])))
            if word in ("pic", "sp"):
                yield f"{where} {'image' if word == 'pic' else 'shape ' + _texts(thing)}"

    def comment_sizes(self, name: str) -> dict[tuple[int, int], str]:
        """(row, column) from 0 → width and height of the comment's box."""
        sizes = {}
        for kind, part in self._relations(self._sheets[name]).values():
            if kind == "vmlDrawing":
                for shape in self._xml(part).iter("{urn:schemas-microsoft-com:vml}shape"):
                    place = [shape.find(f".//{_EXCEL}{word}") for word in ("Row", "Column")]
                    size = re.findall(r"(?:^|;)\s*(?:width|height):([\d.]+\w+)", shape.get("style", ""))
                    if None not in place:
                        row, column = (int(entry.text) for entry in place)  # type: ignore[union-attr,arg-type]
                        sizes[row, column] = "×".join(size)
        return sizes

    def _xml(self, part: str) -> Element:
        return ElementTree.fromstring(self._data[part])

    def _relations(self, part: str) -> dict[str | None, tuple[str, str]]:
        """Relation → (kind, part)."""
        folder, name = posixpath.split(part)
        rels = f"{folder}/_rels/{name}.rels"
        if rels not in self._data:
            return {}
        return {
            entry.get("Id"): (
                posixpath.basename(entry.get("Type", "")),
                posixpath.normpath(posixpath.join("/" + folder, entry.get("Target", ""))).lstrip("/"),
            )
            for entry in self._xml(rels)
        }


def cached_values(sheet: Element) -> dict[str, str]:
    """Address → what its formula last gave, as it stands there."""
    values = {}
    for cell in sheet.iter(f"{MAIN}c"):
        if cell.find(f"{MAIN}f") is not None:
            value = cell.find(f"{MAIN}v")
            text = "" if value is None or value.text is None else value.text
            bare = text and cell.get("t", "n") in ("n", "b", "e")
            values[cell.get("r", "")] = "nothing" if value is None else text if bare else f'"{text}"'
    return values


def heights(sheet: Element) -> dict[int, str]:
    """Excel row → the height that was set, whether it is hidden, folded."""
    found = {}
    for row in sheet.iter(f"{MAIN}row"):
        words = [f"{float(row.get('ht', '0')):g}"] if row.get("customHeight") in ("1", "true") else []
        words += ["hidden"] if row.get("hidden") in ("1", "true") else []
        words += [f"level {row.get('outlineLevel')}"] if row.get("outlineLevel") else []
        if words:
            found[int(row.get("r", "0"))] = " ".join(words)
    return found


def as_it_stands(element: Element) -> Iterator[str]:
    """An element and those inside it, a line each, attributes in order; without what only ties parts together."""
    word = _local(element.tag)
    if word in _LEFT_OUT:
        return
    attributes = {_local(name): _value(value) for name, value in element.attrib.items()}
    kept = {
        name: value
        for name, value in sorted(attributes.items())
        if (name not in _INTERNAL or word == "brk") and _DEFAULTS.get(word, {}).get(name) != value
    }
    text = (element.text or "").strip()
    if kept or text:
        yield " ".join([word, *(f"{name}={value}" for name, value in kept.items()), *([repr(text)] if text else [])])
    for child in element:
        yield from as_it_stands(child)


def _value(text: str) -> str:
    """One spelling for a number and for yes and no."""
    if re.fullmatch(r"-?\d+\.\d+", text):
        return f"{float(text):g}"
    return {"true": "1", "false": "0"}.get(text, text)


def _corner(end: Element | None) -> str:
    if end is None:
        return ""
    column, across, row, down = (int(entry.text or 0) for entry in end)
    return f"column {column + 1}+{across} row {row + 1}+{down}"


def _chart(space: Element) -> Iterator[str]:
    title = space.find(f"{_CHART}chart/{_CHART}title")
    yield f"chart “{_texts(title) if title is not None else ''}”"
    for plot in space.find(f"{_CHART}chart/{_CHART}plotArea") or ():
        series = plot.findall(f"{_CHART}ser")
        options = [f"{_local(entry.tag)}={entry.get('val')}" for entry in plot if _local(entry.tag) in _CHART_OPTIONS]
        if series:
            yield " ".join(["plot", _local(plot.tag), *options])
        for entry in series:
            yield f"series {_series(entry)}"
        if _local(plot.tag).endswith("Ax"):
            yield " ".join(["axis", _local(plot.tag), *_axis(plot)])
    legend = space.find(f"{_CHART}chart/{_CHART}legend/{_CHART}legendPos")
    yield f"legend {'none' if legend is None else legend.get('val')}"


_CHART_OPTIONS = ("barDir", "grouping", "overlap", "gapWidth")


def _series(entry: Element) -> str:
    words = []
    for part in ("tx", "cat", "val", "xVal", "yVal"):
        found = entry.find(f"{_CHART}{part}")
        if found is not None:
            formula = found.find(f".//{_CHART}f")
            words.append(f"{part}={formula.text if formula is not None else _literal(found)}")
    colours = [fill.get("val") for fill in entry.iter(f"{_DRAWN}srgbClr")]
    labelled = [fmt.get("formatCode") for fmt in entry.iter(f"{_CHART}numFmt")]
    return " ".join([*words, f"colours={colours}", f"labels={labelled}"])


def _axis(axis: Element) -> Iterator[str]:
    for name in ("delete", "axPos", "numFmt", "scaling/max", "scaling/min", "scaling/orientation"):
        found = axis.find("/".join(f"{_CHART}{word}" for word in name.split("/")))
        if found is not None:
            yield f"{name}={found.get('val') or found.get('formatCode')}"
    title = axis.find(f"{_CHART}title")
    if title is not None:
        yield f"“{_texts(title)}”"


def _literal(element: Element) -> str:
    return "".join(value.text or "" for value in element.iter(f"{_CHART}v"))


def _texts(element: Element) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_DRAWN}t"))


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
