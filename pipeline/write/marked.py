"""Making the marked copy: open, take old marks off, put new ones on, list them, save without a clock.

4-退回修改/{单位}_退回.xlsx: the unit's own return, its wrong cells marked, a list of them in front.

The return is opened with openpyxl, so that its content, widths, dropdowns and protection survive.
What openpyxl cannot open is written into a fresh template (`Refill`) and marked there. Source:
contract §8, 4.
"""

import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from openpyxl import Workbook, load_workbook
from openpyxl.writer.excel import ExcelWriter

from pipeline.findings import group_cells
from pipeline.records import Hint
from pipeline.write.kit.repack import repack
from pipeline.write.marks import Mark, fit_comments, put_marks, restore_dropdowns, take_off
from pipeline.write.returned_list import Line, add_list, find_list, remembered
from schemas.plan import Office, Period
from schemas.tables import FINDINGS
from schemas.words import Severity

if TYPE_CHECKING:
    import pandas as pd
    from openpyxl.styles.cell_style import StyleArray


#: (tab, address) in the return → (tab, address) in the template it was written into.
Moved = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Refill:
    """What was read of a return, written into a fresh template, and where its cells went."""

    template: bytes
    moved: Moved = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """Who gets the marked return, for which period, and whom to send it back to."""

    unit: str
    period: Period
    office: Office
    gains: tuple[Hint, ...] = ()  # what would raise its score most


def write_marked(
    path: Path,
    original: bytes,
    findings: "pd.DataFrame",
    heading: Heading,
    refill: Callable[[], Refill] | None = None,
) -> None:
    """Write the marked copy of a return.

    findings: one row = one finding of this return, as `pipeline.findings.findings_frame` gives them.
    refill: called only when openpyxl cannot open the original; without it the list stands alone.
    """
    path.write_bytes(marked_copy(original, findings.to_dict("records"), heading, refill))


#: One row of `pipeline.findings.findings_frame`.
Finding: TypeAlias = Mapping[Any, Any]

#: Beyond this, openpyxl would need more memory than a run may take; such a return is refilled instead.
_LARGEST_SHEETS_BYTES = 24 * 2**20
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_HOW = (
    "红底为错误，必须改正；黄底为警示，请核对；蓝灰底为提示，请知悉。点“单元格”可跳到该格，批注里写明怎么改。"
    "改好后不用删除本表，把整个文件重新报送专班办公室（邮箱 {email}，电话 {phone}）。"
)
_REFILLED = "原件不能直接标注，其内容已转入下发的填报表，工作表和单元格位置以本文件为准。"
_ALONE = "原件打不开，这里只列问题，请在原件上改正。"
_PICTURES = "原件中的图片、文本框等没有复制过来，以原件为准。"


def marked_copy(
    original: bytes, findings: Sequence[Finding], heading: "Heading", refill: "Callable[[], Refill] | None"
) -> bytes:
    """The marked copy as bytes; see `write_marked`. findings: the rows of its frame, so that a worker needs no pandas."""
    findings = [{**row, "problem": _with_status(row)} for row in findings]
    book, moved, notes = _open(original, refill)
    _take_off_earlier_marks(book)
    places = _places(findings, moved)
    styles = _mark(book, findings, places)
    fit_comments(book)
    tabs = [sheet.title for sheet in book.worksheets]
    lines = _lines(findings, places, tabs, heading.unit)
    how = _HOW.format(email=heading.office.email, phone=heading.office.phone)
    hints = [_placed(hint, moved, tabs) for hint in heading.gains]
    add_list(book, (_summary(findings, heading), how + "".join(notes)), lines, styles, hints)
    saved = BytesIO()
    ExcelWriter(book, zipfile.ZipFile(saved, "w")).save()  # `repack` compresses it
    return repack(saved.getvalue())


def _open(original: bytes, refill: "Callable[[], Refill] | None") -> "tuple[Workbook, Moved, list[str]]":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what openpyxl cannot keep is said in the list, not on the terminal
        book = _load(original)
        if book is not None:
            return book, {}, [_PICTURES] if _has_pictures(original) else []
        if refill is not None:
            fresh = refill()
            return load_workbook(BytesIO(fresh.template), rich_text=True), fresh.moved, [_REFILLED]
    book = Workbook()
    del book[book.sheetnames[0]]
    return book, {}, [_ALONE]


def _load(original: bytes) -> Workbook | None:
    """The workbook, or None where openpyxl cannot open it, or only in part."""
    try:
        with zipfile.ZipFile(BytesIO(original)) as archive:
            size = sum(part.file_size for part in archive.infolist() if part.filename.startswith("xl/worksheets/"))
        if size > _LARGEST_SHEETS_BYTES:
            return None
        book = load_workbook(BytesIO(original), rich_text=True)
        restore_dropdowns(book, original)
    except Exception:  # a file may be wrong in any way at all; what openpyxl raises then is not declared
        return None
    return book if book.worksheets else None  # strict OOXML opens as a book without sheets


def _has_pictures(original: bytes) -> bool:
    with zipfile.ZipFile(BytesIO(original)) as archive:
        return any(re.match(r"xl/(drawings/drawing|media/|cellimages)", name) for name in archive.namelist())


def _take_off_earlier_marks(book: Workbook) -> None:
    earlier = find_list(book)
    take_off(book, remembered(earlier) if earlier else {})
    while earlier:
        book.remove(earlier)
        earlier = find_list(book)


def _with_status(finding: Finding) -> str:
    """The problem in words, with 豁免 or 试行 where that made a mere 提示 of it."""
    return f"{finding['problem']}（{finding['status']}）" if finding["status"] else str(finding["problem"])


def _places(findings: Sequence[Finding], moved: "Moved") -> list[tuple[str, str]]:
    """Tab and address of each finding in the copy."""
    places = [(str(row["sheet"]), str(row["cell"])) for row in findings]
    return [moved.get(place, place) for place in places]


def _mark(
    book: Workbook, findings: Sequence[Finding], places: Sequence[tuple[str, str]]
) -> "dict[tuple[str, str], StyleArray]":
    tabs = {sheet.title: sheet for sheet in book.worksheets}
    by_tab: dict[str, dict[str, list[Mark]]] = {}
    for (tab, address), row in zip(places, findings, strict=True):
        if tab in tabs and _ADDRESS.fullmatch(address):
            mark = Mark(Severity(row["severity"]), str(row["code"]), str(row["problem"]), str(row["remedy"]))
            by_tab.setdefault(tab, {}).setdefault(address, []).append(mark)
    return {
        (tab, address): style for tab, marks in by_tab.items() for address, style in put_marks(tabs[tab], marks).items()
    }


def _placed(hint: Hint, moved: "Moved", tabs: Sequence[str]) -> Hint:
    """The hint with its row in the copy; without a row where that is not known."""
    places = {
        where for (tab, cell), where in moved.items() if tab == hint.sheet and cell.strip(_LETTERS) == str(hint.row)
    }
    if moved:
        tab, cell = min(places, default=("", ""))
        return replace(hint, sheet=tab, row=int(cell.strip(_LETTERS) or 0))
    return hint if hint.sheet in tabs else replace(hint, sheet="", row=0)


def _lines(
    findings: Sequence[Finding], places: Sequence[tuple[str, str]], tabs: Sequence[str], unit: str
) -> list[Line]:
    """Equal findings of one column as one line, gravest first, then as the cells stand in the book."""
    groups: dict[tuple[object, ...], list[str]] = {}
    for place, row in zip(places, findings, strict=True):
        tab, address = place
        match = _ADDRESS.fullmatch(address)
        texts = tuple(str(row[name] or "") for name in FINDINGS.names if name not in ("sheet", "cell"))
        groups.setdefault((tab, match[1] if match else "", *texts), []).append(address)
    lines = [_line(str(key[0]), cells, key[2:], tabs, unit) for key, cells in groups.items()]
    return sorted(lines, key=lambda line: _order(line, tabs))


def _line(tab: str, cells: list[str], texts: Sequence[object], tabs: Sequence[str], unit: str) -> Line:
    names = [name for name in FINDINGS.names if name not in ("sheet", "cell")]
    by_name: Mapping[str, str] = dict(zip(names, map(str, texts), strict=True))
    cell = group_cells(cells)
    target = re.split("[、:]", cell)[0] or "A1"
    quoted = tab.replace("'", "''")
    link = f"'{quoted}'!{target}" if tab in tabs else ""
    shown = {**by_name, "unit": by_name["unit"] or unit, "sheet": tab, "cell": cell}
    return Line(shown, Severity(by_name["severity"]), link)


def _order(line: Line, tabs: Sequence[str]) -> tuple[int, int, int, int, str]:
    tab = line.texts["sheet"]
    match = _ADDRESS.match(line.texts["cell"])
    letters, row = (match[1], int(match[2])) if match else ("", 0)
    gravity = list(Severity).index(line.severity)
    return gravity, tabs.index(tab) if tab in tabs else -1, row, len(letters), letters


def _summary(findings: Sequence[Finding], heading: "Heading") -> str:
    number: Counter[str] = Counter()
    for row in findings:
        number[str(row["severity"])] += int(str(row.get("count", 1)))
    counts = [f"{severity} {number[severity]} 处" for severity in Severity]
    period = heading.period
    return f"{heading.unit}　{period.label}（会议日期 {period.meeting.isoformat()}）　{'、'.join(counts)}"
