"""Writes a leader's remarks into a circulated ledger, as a person would: nothing else in it changes.

The ledger's charts would not survive a library that reads and writes it anew, so the few cells are
put into the sheet's own XML, as xlsxwriter writes it.
"""

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape, unescape

from pipeline.sample.story import Note
from schemas.ledger import REMARKS

_ROW = re.compile(r'<row r="(\d+)".*?</row>', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(.*?)</c>)', re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_VALUE = re.compile(r"<v>(.*?)</v>")
_UNIT = "单位"


def write_notes(folder: Path, notes: Sequence[Note]) -> int:
    """Write each note beside its unit's n-th row in the ledger of a period's folder.

    Returns how many found their row: a unit that is on no list this time gets no remark.
    """
    if not notes:
        return 0
    path = next(folder.glob("3-*.xlsx"))
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    texts = {entry.filename: data for entry, data in parts.items()}
    strings = [unescape("".join(_TEXT.findall(entry))) for entry in _shared(texts)]
    written = 0
    for note in notes:
        name = _part_of(texts, note.sheet)
        changed = _annotated(texts[name].decode(), strings, note)
        written += changed is not None
        texts[name] = changed.encode() if changed is not None else texts[name]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in parts:
            archive.writestr(entry, texts[entry.filename], zipfile.ZIP_DEFLATED)
    return written


def _shared(texts: Mapping[str, bytes]) -> list[str]:
    return re.findall(r"<si>(.*?)</si>", texts["xl/sharedStrings.xml"].decode(), re.DOTALL)


def _part_of(texts: Mapping[str, bytes], sheet: str) -> str:
    book = texts["xl/workbook.xml"].decode()
    found = re.search(rf'<sheet name="{re.escape(sheet)}"[^>]*r:id="(\w+)"', book)
    assert found, f"台账里没有“{sheet}”"
    relations = texts["xl/_rels/workbook.xml.rels"].decode()
    target = re.search(rf'<Relationship Id="{found[1]}"[^>]*Target="([^"]+)"', relations)
    assert target
    return f"xl/{target[1].removeprefix('/xl/')}"


def _annotated(xml: str, strings: Sequence[str], note: Note) -> str | None:
    columns: dict[str, str] = {}
    seen = 0
    for row in _ROW.finditer(xml):
        cells = {letter: _shown(kind, inner, strings) for letter, _, kind, inner in _CELL.findall(row[0])}
        if not columns:
            titles = {value: letter for letter, value in cells.items()}
            columns = titles if {_UNIT, REMARKS[0].title} <= titles.keys() else {}
        elif cells.get(columns[_UNIT]) == note.unit and (seen := seen + 1) == note.row:
            return xml[: row.start()] + _with_notes(row[0], int(row[1]), columns, note) + xml[row.end() :]
    return None


def _shown(kind: str, inner: str, strings: Sequence[str]) -> str:
    value = _VALUE.search(inner or "")
    if not value:
        return ""
    return strings[int(value[1])] if kind == "s" else unescape(value[1])


def _with_notes(row: str, number: int, columns: Mapping[str, str], note: Note) -> str:
    for column in REMARKS:
        text = getattr(note, column.name)
        if text:
            place = f"{columns[column.title]}{number}"
            cell = re.compile(rf'<c r="{place}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
            row = cell.sub(rf'<c r="{place}"\g<1> t="inlineStr"><is><t>{escape(text)}</t></is></c>', row)
    return row
