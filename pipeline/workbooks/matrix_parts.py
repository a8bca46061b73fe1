"""1-总矩阵 in one workbook, or, where a sheet would pass Excel's rows, in several by groups of units.

Each part holds all sheets for its units and its own checksum, so that the next period reads the parts
as one. The workbook without a number then is the index: which unit stands in which part (contract §8, 1).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pipeline.workbooks.book import Book
from pipeline.workbooks.document import document
from pipeline.workbooks.limits import most_rows
from pipeline.workbooks.matrix_book import PARTS, write_matrix
from pipeline.workbooks.table import Options, write_table
from schemas.columns import Kind, Table, column
from schemas.ledger import unit_column

if TYPE_CHECKING:
    import pandas as pd

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
            found.setdefault(unit, f"external:{file}#'{sheet}'!A{_FIRST_DATA_ROW + counts[file]}")
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

    def keep(frame: "pd.DataFrame") -> "pd.DataFrame":
        if "unit" not in frame:
            return frame
        kept = frame["unit"].isin(wanted)
        return frame[kept | ~frame["unit"].isin(known)] if with_rest else frame[kept]

    merged = replace(_kept(book.merged, keep), tables={key: keep(rows) for key, rows in book.merged.tables.items()})
    return replace(_kept(book, keep), merged=merged, judgement=_kept(book.judgement, keep))


def _kept(record: Record, keep: "Callable[[pd.DataFrame], pd.DataFrame]") -> Record:
    """The record with `keep` of every frame in it."""
    import pandas as pd

    values: dict[str, Any] = {entry.name: getattr(record, entry.name) for entry in fields(record)}  # type: ignore[arg-type]
    frames = {name: keep(value) for name, value in values.items() if isinstance(value, pd.DataFrame)}
    return replace(record, **frames)  # type: ignore[type-var]


def _write_index(path: Path, book: Book, parts: tuple[MatrixPart, ...]) -> None:
    counts = Counter(book.judgement.items["unit"].tolist())
    rows = [{"unit": unit, "file": part.file, "items": counts[unit]} for part in parts for unit in part.units]
    links = [f"external:{row['file']}" for row in rows]
    note = f"{book.period.label}　会议日期 {book.period.meeting}　共 {len(parts)} 册；下期从各册接着计算，请一并保存"
    with document(path, title=INDEX.title, created=book.period.meeting, author=book.plan.office.name) as doc:
        write_table(doc.sheet(INDEX.name), INDEX, rows, note=note, options=Options(links={"file": links}))
