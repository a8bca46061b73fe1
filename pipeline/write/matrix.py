"""1-总矩阵_第{NN}期.xlsx: everything known at this meeting, and the state from which the next continues.

Rows go to disk as they are written, so that a province needs no more memory than a district. The
sheet 说明 says what each sheet is and carries the checksum by which a hand-edited workbook is
noticed. Source: contract §8, 1.

1-总矩阵 in one workbook, or, where a sheet would pass Excel's rows, in several by groups of units.

Each part holds all sheets for its units and its own checksum, so that the next period reads the parts
as one. The workbook without a number then is the index: which unit stands in which part (contract §8, 1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, TypeVar

import pandas as pd

from pipeline.checksum import CUTOFF_LABEL, DIGEST_LABEL, DISTRICT_LABEL, NOTE_SHEET, YARDSTICK_LABEL, content_digest
from pipeline.say.closing import program_version
from pipeline.write.book import Book
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document, file_link, set_up_page, sheet_link
from pipeline.write.kit.limits import most_rows
from pipeline.write.kit.table import MEASURED_ROWS, Options, text_height, write_head, write_table
from pipeline.write.lists import archives, source_links
from pipeline.write.receipts import write_receipts
from schemas import tables as ledger
from schemas.columns import Kind, Table, column
from schemas.returns import TABLES
from schemas.tables import light_name, unit_column
from schemas.words import Dimension

_PLAIN = Options()
_LIGHT = Options(lights=("light",))
#: A table with these names the row of the return; where it is short, it leads there too.
_TRACED = {"file", "sheet", "row"}
#: 校验问题 as read back next period, and what became of a finding that was waived or on trial.
_FINDINGS = Table(
    ledger.STATE_FINDINGS.key,
    ledger.STATE_FINDINGS.name,
    (*ledger.STATE_FINDINGS.columns, column("status", "处理", Kind.NAME, width=8)),
    title=ledger.STATE_FINDINGS.title,
)


@dataclass(frozen=True)
class Part:
    """One sheet: its table, its rows, what it is for, and what stands there when it has no row."""

    table: Table
    rows: Callable[[Book], pd.DataFrame]
    meaning: str
    nothing: str
    options: Options = _PLAIN


def _merged(key: str) -> Callable[[Book], pd.DataFrame]:
    return lambda book: book.merged.tables[key]


PARTS: tuple[Part, ...] = (
    Part(
        ledger.MATRIX,
        lambda book: book.judgement.items,
        "一行一个事项：各进驻维度的状态、亮灯、首次到位日期、本期变化、疑点，以及出自哪个来件的哪一行。",
        "各单位都没有报送事项。",
        Options(lights=[light_name(d) for d in Dimension], frozen=3, printed=light_name(Dimension.ONE_ID)),
    ),
    *(
        Part(
            ledger.MERGED[sheet.key],
            _merged(sheet.key),
            f"各单位来件“{sheet.name}”表的全部行，内容已按填报要求规范。",
            "各单位都没有填写这张表。",
        )
        for sheet in TABLES
    ),
    Part(
        ledger.COVERS,
        lambda book: book.merged.covers,
        "各单位来件封面所填内容；事项总数为 0 的是零报告。",
        "还没有单位报送。",
    ),
    Part(
        ledger.UNIT_SUMMARY,
        lambda book: book.judgement.unit_dimensions,
        "一行一个单位的一个维度：适用、到位、到位率、亮灯及理由、连续红灯期数、预测。",
        "没有可汇总的事项。",
        replace(_LIGHT, frozen=2),
    ),
    Part(
        ledger.RECEIPTS,
        lambda book: book.receipts,
        "每个单位本期报送了没有、是否按时、采用多少行；下面是收到的每个文件怎么处理。",
        "",
    ),
    Part(
        ledger.HISTORY,
        lambda book: book.judgement.history,
        "历期情况，一行一个单位的一个维度在一期的结果，下一期接着往下记。",
        "还没有历期情况。",
        replace(_LIGHT, frozen=4),
    ),
    Part(
        ledger.MILESTONES,
        lambda book: book.judgement.milestones,
        "工作方案的节点，各单位何时完成、亮什么灯。",
        "工作方案没有节点。",
        replace(_LIGHT, frozen=2),
    ),
    Part(
        _FINDINGS,
        lambda book: book.findings,
        "对来件的全部校验问题，含已豁免和试行的；下期填报表据此提示单位改正。",
        "没有校验问题。",
        Options(words=("severity",)),
    ),
    Part(
        ledger.SET_ASIDE,
        lambda book: book.set_aside,
        "来件中没有采用的行，逐行写明文件、表、行号、原因和原文。",
        "来件的每一行都已采用。",
    ),
    Part(
        ledger.WAIVERS,
        lambda book: book.waivers,
        "专班办公室登记的豁免事项及其效果；到期的自动失效。",
        "没有登记豁免事项。",
    ),
    Part(
        ledger.TO_VERIFY,
        lambda book: book.judgement.to_verify,
        "请专班办公室核实的情况，只作提醒，不自动扣分、不影响亮灯。",
        "本期没有需要核实的情况。",
    ),
    Part(
        ledger.COMPARISON,
        lambda book: book.judgement.comparison,
        "督查核查发现的问题与单位自报情况的对照。",
        "没有收到督查核查表，或其中没有问题。",
    ),
    Part(
        ledger.TRACKING,
        lambda book: book.judgement.tracking,
        "跨期跟踪的问题和原样未改的文字，供程序下一期接着计期数。",
        "没有需要跨期跟踪的内容。",
    ),
)


def state_tables(book: Book) -> dict[str, pd.DataFrame]:
    """Table key → frame of every table that the next period reads back."""
    state = {table.key for table in ledger.STATE_TABLES}
    return {part.table.key: part.rows(book) for part in PARTS if part.table.key in state}


def write_matrix(path: Path, book: Book) -> None:
    """Write the matrix workbook of one meeting."""
    title = f"总矩阵 {book.period.label}"
    author = book.plan.office.name
    with document(
        path,
        title=title,
        created=book.period.meeting,
        author=author,
        home=NOTE_SHEET,
    ) as doc:
        pages = [doc.sheet(part.table.name) for part in PARTS]
        notes = doc.sheet(NOTE_SHEET)
        copies = archives(book)
        for page, part in zip(pages, PARTS, strict=True):
            _write_part(page, part, book, copies)
        _write_notes(notes, book)


def _write_part(page: Page, part: Part, book: Book, copies: Mapping[str, str]) -> None:
    rows = part.rows(book)
    note = f"{book.period.label}　会议日期 {book.period.meeting}　共 {len(rows)} 行"
    if part.table is ledger.RECEIPTS:
        write_receipts(page, book, note=note, copies=copies)
        return
    options = part.options
    if part.table is ledger.MATRIX or (set(part.table.names) >= _TRACED and len(rows) <= MEASURED_ROWS):
        options = replace(options, links={"file": source_links(rows, copies)})
    area = write_table(page, part.table, rows, note=note, options=options)
    if not len(rows):
        page.put(area.first_row, 0, part.nothing, page.theme.style("note"))


_WIDTHS = (22, 10, 92)


def _write_notes(page: Page, book: Book) -> None:
    """What each sheet is, with a link to it; which plan and version made it; the checksum."""
    for index, width in enumerate(_WIDTHS):
        page.raw.set_column(index, index, width)
    write_head(page, 1, "说明", "本工作簿由程序写出，下一期据此接着计算；请不要改动，如已改动，下期会提示。", _WIDTHS)
    facts = {
        DISTRICT_LABEL: book.plan.office.district,
        "期次": book.period.label,
        "会议日期": book.period.meeting.isoformat(),
        CUTOFF_LABEL: book.period.cutoff.isoformat(),
        "程序版本": program_version(),
        "工作方案校验码": book.plan.digest,
        YARDSTICK_LABEL: book.plan.yardstick,
        DIGEST_LABEL: content_digest(state_tables(book)),
    }
    row = 3
    for label, value in facts.items():
        page.put(row, 0, label, page.theme.style("label"))
        page.across(row, 1, 2, value, page.theme.style("cell"))
        row += 1
    row += 1
    for index, text in enumerate(("工作表", "行数", "是什么")):
        page.put(row, index, text, page.theme.style("header"))
    link = page.theme.style("cell", **page.theme.link)
    for part in PARTS:
        row += 1
        page.height(row, text_height(part.meaning, _WIDTHS[2]))
        page.link(row, 0, sheet_link(part.table.name), part.table.name, link)
        page.put(row, 1, len(part.rows(book)), page.theme.style("cell", align="center"))
        page.put(row, 2, part.meaning, page.theme.style("cell", text_wrap=True))
    set_up_page(page, width=sum(_WIDTHS), landscape=False)


_FIRST_DATA_ROW = 4  # title, note, header: as `write_table` lays every sheet out
Record = TypeVar("Record")

#: 索引; one row = one unit.
INDEX = Table(
    "matrix_index",
    "索引",
    (
        unit_column(),
        column("file", "所在文件", width=34),
        column("items", "事项数", Kind.INTEGER, width=9),
    ),
    title="总矩阵分册索引",
)


@dataclass(frozen=True)
class MatrixPart:
    """One workbook of the matrix and whose rows it holds."""

    file: str
    units: tuple[str, ...]


def matrix_parts(book: Book) -> tuple[MatrixPart, ...]:
    """The workbooks that the matrix of this run takes: one, unless a sheet would be too long."""
    stem = f"1-总矩阵_{book.period.label}"
    groups = _groups([unit.name for unit in book.plan.units], _row_counts(book))
    if len(groups) == 1:
        return (MatrixPart(f"{stem}.xlsx", groups[0]),)
    return tuple(MatrixPart(f"{stem}_{number:03d}.xlsx", units) for number, units in enumerate(groups, 1))


def _row_counts(book: Book) -> list[Counter[str]]:
    """For each table of the matrix workbook: unit → its rows."""
    frames = (part.rows(book) for part in PARTS)
    return [Counter(frame["unit"].tolist()) for frame in frames if "unit" in frame]


def _groups(units: Iterable[str], counts: list[Counter[str]]) -> list[tuple[str, ...]]:
    """Units in plan order, as many together as fit on a sheet of every table; rows of no unit go with the first."""
    names = list(units)
    known = set(names)
    held = [sum(n for unit, n in rows.items() if unit not in known) for rows in counts]
    groups: list[list[str]] = [[]]
    for unit in names:
        added = [rows[unit] for rows in counts]
        if groups[-1] and any(a and h + a > most_rows() for h, a in zip(held, added, strict=True)):
            groups.append([])
            held = [0] * len(counts)
        groups[-1].append(unit)
        held = [h + a for h, a in zip(held, added, strict=True)]
    return [tuple(group) for group in groups]


def unit_addresses(book: Book, sheets: Iterable[str]) -> dict[str, dict[str, str]]:
    """Sheet of the matrix → unit → the address of its first row there, in whichever workbook it stands."""
    wanted = set(sheets)
    part_of = {unit: part.file for part in matrix_parts(book) for unit in part.units}
    units_on = {part.table.name: part.rows(book)["unit"] for part in PARTS if part.table.name in wanted}
    return {sheet: _first_addresses(sheet, units.tolist(), part_of) for sheet, units in units_on.items()}


def _first_addresses(sheet: str, units: Iterable[str], part_of: Mapping[str, str]) -> dict[str, str]:
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    for unit in units:
        if file := part_of.get(unit):
            found.setdefault(unit, file_link(file, sheet, _FIRST_DATA_ROW + counts[file]))
            counts[file] += 1
    return found


def write_matrices(folder: Path, book: Book) -> None:
    """Write the matrix of one meeting into `folder`: one workbook, or its parts and their index."""
    parts = matrix_parts(book)
    if len(parts) == 1:
        write_matrix(folder / parts[0].file, book)
        return
    for part in parts:
        write_matrix(folder / part.file, _of_units(book, part.units, with_rest=part is parts[0]))
    _write_index(folder / f"1-总矩阵_{book.period.label}.xlsx", book, parts)


def _of_units(book: Book, units: tuple[str, ...], *, with_rest: bool) -> Book:
    """The run with the rows of these units alone; with_rest: and those of no unit of the plan."""
    wanted, known = set(units), {unit.name for unit in book.plan.units}

    def keep(frame: pd.DataFrame) -> pd.DataFrame:
        if "unit" not in frame:
            return frame
        kept = frame["unit"].isin(wanted)
        return frame[kept | ~frame["unit"].isin(known)] if with_rest else frame[kept]

    merged = replace(_kept(book.merged, keep), tables={key: keep(rows) for key, rows in book.merged.tables.items()})
    return replace(_kept(book, keep), merged=merged, judgement=_kept(book.judgement, keep))


def _kept(record: Record, keep: Callable[[pd.DataFrame], pd.DataFrame]) -> Record:
    """The record with `keep` of every frame in it."""
    values: dict[str, Any] = {entry.name: getattr(record, entry.name) for entry in fields(record)}  # type: ignore[arg-type]
    frames = {name: keep(value) for name, value in values.items() if isinstance(value, pd.DataFrame)}
    return replace(record, **frames)  # type: ignore[type-var]


def _write_index(path: Path, book: Book, parts: tuple[MatrixPart, ...]) -> None:
    counts = Counter(book.judgement.items["unit"].tolist())
    rows = [{"unit": unit, "file": part.file, "items": counts[unit]} for part in parts for unit in part.units]
    links = [file_link(str(row["file"])) for row in rows]
    note = f"{book.period.label}　会议日期 {book.period.meeting}　共 {len(parts)} 册；下期从各册接着计算，请一并保存"
    with document(path, title=INDEX.title, created=book.period.meeting, author=book.plan.office.name) as doc:
        write_table(doc.sheet(INDEX.name), INDEX, rows, note=note, options=Options(links={"file": links}))
