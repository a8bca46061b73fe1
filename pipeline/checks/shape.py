"""Shape: every cell of a sheet against its column's declaration, all units' rows in one frame.

pandera finds the failures; this module turns them into findings, one a cell, and says which cells
count as unreadable. Source: contract §4.
"""

from collections.abc import Hashable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.checks.rows import Reported, Rows, split_cell
from pipeline.findings import Common, Finding, suggestion
from pipeline.records import Layout
from schemas.columns import Column, Sheet
from schemas.words import out_of_scope

if TYPE_CHECKING:
    import pandera.pandas as pa


#: pandera's check → the finding; the one that says most about a cell comes first.
_COMMON_OF_CHECK = {
    "type": Common.WRONG_TYPE,
    "choice": Common.NOT_IN_LIST,
    "range": Common.OUT_OF_RANGE,
    "not_nullable": Common.MISSING,
}
_COMMON_OF_NUMBER: dict[Hashable, Common] = {common.number: common for common in _COMMON_OF_CHECK.values()}


def check_shape(
    sheet: Sheet, frame: pd.DataFrame, layouts: Sequence[Layout], reported: Reported
) -> tuple[Rows, list[Finding]]:
    """The rows as the rules need them, and the findings about single cells (001 to 004).

    frame: one row = one data row of `sheet`, any unit, with provenance. A column that a return's
    sheet lacks gives no findings: that it is missing was said once, while reading.
    """
    names = dict.fromkeys([*frame.columns, *sheet.names])
    sent = frame.reset_index(drop=True).reindex(columns=list(names)).astype(object)
    failures = _failures(sheet, sent)
    known = sent.copy()
    for name, group in failures[failures["number"] != Common.MISSING.number].groupby("column"):
        known.loc[group.index, str(name)] = None
    for label, name in _reported_cells(sheet, sent, layouts, reported):
        known.loc[label, name] = None
    rows = Rows(sheet, sent, known, layouts, reported)
    return rows, list(_findings(rows, failures))


def _findings(rows: Rows, failures: pd.DataFrame) -> Iterator[Finding]:
    for (name, number), group in failures.groupby(["column", "number"]):
        column, labels, common = rows.sheet.by_name[str(name)], group.index, _COMMON_OF_NUMBER[number]
        if common is Common.NOT_IN_LIST and name == "item_type":
            labels = labels[~rows.sent.loc[labels, column.name].map(out_of_scope).to_numpy(dtype=bool)]
        yield from rows.mark_at(
            labels.to_numpy(),
            column.name,
            common.of(rows.sheet),
            describe=column.describe(),
            kind=str(column.kind),
            suggestion=[_suggestion(column, value) for value in rows.sent.loc[labels, column.name]],
        )


def _suggestion(column: Column, value: object) -> str:
    """For a list, the value that was probably meant; of several, of the first that does not fit."""
    if not column.values or not isinstance(value, str):
        return ""
    parts = [part for part in value.split("、") if part not in column.values]
    return suggestion(parts[0], column.values) if parts else ""


def _failures(sheet: Sheet, sent: pd.DataFrame) -> pd.DataFrame:
    """What pandera finds, collapsed: one row = one cell, labelled like its row; column, number of the finding."""
    import pandera.pandas as pa

    try:
        _schema(sheet).validate(sent, lazy=True)
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    else:
        return pd.DataFrame(columns=["column", "number"], dtype=object)
    strange = set(cases["check"]) - set(_COMMON_OF_CHECK)
    if strange:  # of the frame itself, not of what a unit wrote: our own fault
        raise AssertionError(f"{sheet.key}: {sorted(strange)}")
    importance = {common.number: rank for rank, common in enumerate(_COMMON_OF_CHECK.values())}
    numbers = cases["check"].map({check: common.number for check, common in _COMMON_OF_CHECK.items()})
    collapsed = (
        cases.assign(number=numbers, importance=numbers.map(importance))
        .sort_values(["index", "importance"], kind="stable")
        .drop_duplicates(["index", "column"])
    )
    return pd.DataFrame(collapsed.set_index(collapsed["index"].astype(int))[["column", "number"]])


@cache
def _schema(sheet: Sheet) -> "pa.DataFrameSchema":
    return sheet.to_pandera()


def _reported_cells(
    sheet: Sheet, sent: pd.DataFrame, layouts: Sequence[Layout], reported: Reported
) -> Iterator[tuple[int, str]]:
    """(row label, column) of the cells that reading could not make out."""
    spots: dict[tuple[str, str], list[str]] = {}
    for file, tab, cell in reported.unreadable:
        spots.setdefault((file, tab), []).append(cell)
    if not spots:
        return
    for index, positions in sent.groupby("layout").indices.items():
        layout = layouts[int(str(index))]
        cells = spots.get((layout.file, layout.sheet), ())
        if not cells or layout.table != sheet.key:
            continue
        names = {letter: name for name, letter in layout.letters.items()}
        vertical = {f"{layout.letters[name]}{row}": name for name, row in layout.value_rows.items()}
        label_of_row = {int(row): int(label) for label, row in zip(positions, sent["row"].iloc[positions], strict=True)}
        for cell in cells:
            letter, row = split_cell(cell)
            if vertical:
                if cell in vertical:
                    yield int(positions[0]), vertical[cell]
            elif letter in names and row in label_of_row:
                yield label_of_row[row], names[letter]
