"""Rows of another unit in a unit's return (contract §4): never merged with its own, always said.

A workbook that sums up two units shows it by a column 单位 or by tabs named after units. Rows that
name another unit than the file's are set aside, so that nobody is charged with another's rows.
"""

from collections import Counter
from dataclasses import dataclass, replace

from pipeline.catalogue import finding
from pipeline.findings import Finding, Place
from pipeline.intake.clean import Context
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import Block
from pipeline.intake.raw import RawSheet
from pipeline.intake.reading import SetAside, TableReading
from pipeline.intake.rows import BlockReading
from pipeline.intake.sensitive import masked
from pipeline.intake.text import shown
from pipeline.intake.titles import forms_of

_UNIT_HEADERS = frozenset(("单位", "填报单位", "单位名称", "报送单位", "所属单位", "填报部门", "报送部门"))


@dataclass(frozen=True)
class Owned:
    """The block with the file's own rows only, and what is said of the others."""

    reading: BlockReading
    findings: list[Finding]


def without_other_units(raw: RawSheet, block: Block, found: BlockReading, context: Context) -> Owned:
    """Set aside the rows of other units; an unknown column 单位 that names only the file's own is of no interest."""
    column = next((at for at, header in found.strays.items() if not _UNIT_HEADERS.isdisjoint(forms_of(header))), None)
    by_tab = context.roster.find_in(raw.name).unit
    if column is None and not by_tab:
        return Owned(found, [])
    units = {row: by_tab if column is None else _unit_in(raw, row, column, context) for row in found.table.row_numbers}
    own = context.unit or _only(units.values())
    others = {row: unit for row, unit in units.items() if unit and unit != own}
    understood = column is not None and all(unit or raw.rows[row - 1][column] is None for row, unit in units.items())
    strays = {at: header for at, header in found.strays.items() if not (understood and at == column)}
    return Owned(_without(raw, replace(found, strays=strays), others), _say(raw, block, others, own, column))


def _unit_in(raw: RawSheet, row: int, column: int, context: Context) -> str:
    return context.roster.resolve(shown(raw.rows[row - 1][column]), context.unit).unit


def _only(units: object) -> str:
    distinct = {unit for unit in units if unit}  # type: ignore[attr-defined]
    return distinct.pop() if len(distinct) == 1 else ""


def _without(raw: RawSheet, found: BlockReading, others: dict[int, str]) -> BlockReading:
    if not others:
        return found
    table = found.table
    kept = [at for at, row in enumerate(table.row_numbers) if row not in others]
    aside = [
        SetAside(raw.name, row, f"是{unit}的内容", _line(raw, row), table.layout.table) for row, unit in others.items()
    ]
    own_rows = TableReading(
        table.layout, table.names, [table.row_numbers[at] for at in kept], [table.rows[at] for at in kept]
    )
    findings = [entry for entry in found.findings if entry.place.row not in others]
    return replace(
        found, table=own_rows, findings=findings, set_aside=sorted([*found.set_aside, *aside], key=lambda e: e.row)
    )


def _line(raw: RawSheet, row: int) -> str:
    return masked(" ".join(shown(value) for value in raw.rows[row - 1] if value is not None))


def _say(raw: RawSheet, block: Block, others: dict[int, str], own: str, column: int | None) -> list[Finding]:
    findings = []
    for unit, count in Counter(others.values()).items():
        first = next(row for row, other in others.items() if other == unit)
        cell = "" if column is None else f"{column_letters(column + 1)}{first}"
        place = Place(sheet=raw.name, cell=cell, table=block.sheet.key)
        findings.append(finding("FM-021", place, unit, sheet=raw.name, count=count, unit=own or "（没有写明）"))
    return findings
