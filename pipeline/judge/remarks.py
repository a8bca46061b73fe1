"""Remarks that people wrote into the circulated ledger, put back beside their rows (contract §8).

A row is recognised by what identifies it, not by where it stands: an item by unit, code and
dimension (or by name), a task or problem by unit and number (or by name), a board's row by its unit.
The red and the yellow list are one scope, so that a remark follows an item from one to the other.
A remark whose row is in no list is kept in 历史批示 and goes back as soon as the row returns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.judge.identity import match_rows
from schemas.columns import Identity
from schemas.figures import is_blank
from schemas.private import fit_to_circulate
from schemas.tables import MATTER_LEDGER, PROBLEM_LEDGER, RED_LIST, REMARK_NAMES, REMARKS_LOST, TASK_LEDGER, YELLOW_LIST

#: Between the parts of a key; full-width, so that no cell of ours holds it.
SEPARATOR = "｜"
LEADER = REMARK_NAMES[0]


@dataclass(frozen=True)
class Scope:
    """Sheets whose rows are told apart alike."""

    name: str
    identity: Identity

    @property
    def columns(self) -> tuple[str, ...]:
        """The parts of a key, in order."""
        return self.identity.passes[0]


_LIGHTS = Scope("亮灯清单", RED_LIST.identity)
_SCOPES: dict[str, Scope] = {
    RED_LIST.name: _LIGHTS,
    YELLOW_LIST.name: _LIGHTS,
    **{table.name: Scope(table.name, table.identity) for table in (TASK_LEDGER, PROBLEM_LEDGER, MATTER_LEDGER)},
}


def scope_of(sheet: str) -> Scope:
    """How the rows of a sheet of the ledger are told apart; unknown sheets are boards, by unit."""
    return _SCOPES.get(sheet) or Scope(sheet, Identity(()))


def remark_key(sheet: str, row: Mapping[str, object]) -> str:
    """The key of a row as stored in 历史批示; row: its cells by column name."""
    return SEPARATOR.join(_identifying(row.get(name)) for name in scope_of(sheet).columns)


def remark_label(sheet: str, row: Mapping[str, object]) -> str:
    """The same as a person reads it: a code says less than a name."""
    columns = ("unit", *scope_of(sheet).identity.label)
    return SEPARATOR.join(filter(None, (_cell(row.get(name)) for name in columns)))


def _cell(value: object) -> str:
    return "" if is_blank(value) else str(value).replace(SEPARATOR, " ").strip()


def _identifying(value: object) -> str:
    """A part of a key as the circulated ledger shows it, where numbers of persons are hidden."""
    return fit_to_circulate(_cell(value))


def attach(
    frames: Mapping[str, pd.DataFrame], remarks: pd.DataFrame | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Put the remarks beside their rows.

    frames: sheet name (红灯清单, 黄灯清单, 任务台账, 问题派发 …) → its rows; pass all sheets at once,
    since a row may have moved from one to another. remarks: REMARKS_LOST columns, one row = one
    remark (`Previous.remarks`); None or empty: nobody wrote anything.
    Out: the same frames with the three columns filled, and the remarks without a row.
    """
    result = {sheet: _with_blank_remarks(frame) for sheet, frame in frames.items()}
    if remarks is None or not len(remarks):
        return result, _none_lost()
    lost = remarks
    for scope in dict.fromkeys(scope_of(sheet) for sheet in result):
        sheets = [sheet for sheet in result if scope_of(sheet) == scope]
        lost = _attach_scope(scope, {sheet: result[sheet] for sheet in sheets}, lost)
    return result, lost.reset_index(drop=True)


def _with_blank_remarks(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(**dict.fromkeys(REMARK_NAMES)).astype(dict.fromkeys(REMARK_NAMES, object))


def _none_lost() -> pd.DataFrame:
    return pd.DataFrame(columns=list(REMARKS_LOST.names), dtype=object)


def _attach_scope(scope: Scope, frames: Mapping[str, pd.DataFrame], remarks: pd.DataFrame) -> pd.DataFrame:
    """Fill the frames of one scope; the remarks that found no row, and those of other scopes."""
    mine = [scope_of(str(sheet)) == scope for sheet in remarks["sheet"]]
    wanted = remarks.loc[mine].reset_index(drop=True)
    if not len(wanted):
        return remarks
    slots = [(sheet, row) for sheet, frame in frames.items() for row in range(len(frame))]
    matching = match_rows(_rows_of(scope, frames), _parts(scope, wanted), scope.identity)
    for sheet, frame in frames.items():
        places = {row: found for (at, row), found in zip(slots, matching.before, strict=True) if at == sheet}
        for name in REMARK_NAMES:
            texts = wanted[name].tolist()
            found = [texts[places[row]] if places[row] >= 0 else None for row in range(len(frame))]
            frame[name] = _objects(found, frame)
    others = remarks.loc[[not own for own in mine]]
    return _stacked(others, wanted.iloc[matching.gone])


def remarked_by_leader(sheet: str, rows: pd.DataFrame, remarks: pd.DataFrame | None) -> list[bool]:
    """Which rows, as `sheet` would hold them, a leader has written about (领导批示); remarks as in `attach`."""
    if remarks is None or not len(remarks) or not len(rows):
        return [False] * len(rows)
    scope = scope_of(sheet)
    mine = [
        scope_of(str(s)) == scope and bool(_cell(t)) for s, t in zip(remarks["sheet"], remarks[LEADER], strict=True)
    ]
    wanted = _parts(scope, remarks.loc[mine])
    return [found >= 0 for found in match_rows(_rows_of(scope, {sheet: rows}), wanted, scope.identity).before]


def combine(first: pd.DataFrame, second: pd.DataFrame, *, copies_of_one_ledger: bool = False) -> pd.DataFrame:
    """Two sets of remarks as one, each row named by the key it has in the first.

    Both have REMARKS_LOST columns, one row = one remark. Where both speak of one row the first is
    believed and its blank cells are filled from the second, so that running a meeting twice loses
    nobody's words; of two copies of one ledger that differ, both texts are kept.
    """
    scopes = dict.fromkeys(scope_of(str(sheet)) for frame in (first, second) for sheet in frame["sheet"])
    parts = []
    for scope in scopes:
        mine, theirs = (frame.loc[[scope_of(str(s)) == scope for s in frame["sheet"]]] for frame in (first, second))
        parts.append(_combined(scope, mine, theirs, _both if copies_of_one_ledger else _first))
    return pd.concat(parts, ignore_index=True) if parts else _none_lost()


def _combined(scope: Scope, first: pd.DataFrame, second: pd.DataFrame, join: Callable[[str, str], str]) -> pd.DataFrame:
    matching = match_rows(_parts(scope, first), _parts(scope, second), scope.identity)
    first = first.reset_index(drop=True)
    for name in REMARK_NAMES:
        texts = [_cell(text) for text in second[name]]
        others = [texts[found] if found >= 0 else "" for found in matching.before]
        joined = [join(_cell(own), other) or None for own, other in zip(first[name], others, strict=True)]
        first[name] = _objects(joined, first)
    return _stacked(first, second.iloc[matching.gone])


def _first(own: str, other: str) -> str:
    return own or other


def _both(own: str, other: str) -> str:
    """Both texts, unless one says all that the other says."""
    if other in own:
        return own
    return other if own in other else f"{own}；{other}"


def _rows_of(scope: Scope, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in scope.columns}
    for frame in frames.values():
        for name in scope.columns:
            columns[name] += [_identifying(value) or None for value in frame[name]]
    return pd.DataFrame(columns, dtype=object)


def _parts(scope: Scope, remarks: pd.DataFrame) -> pd.DataFrame:
    """The keys of remarks taken apart again; one row = one remark."""
    width = len(scope.columns)
    split = [(str(key).split(SEPARATOR) + [""] * width)[:width] for key in remarks["key"]]
    rows = [[_identifying(part) or None for part in parts] for parts in split]
    return pd.DataFrame(rows, columns=list(scope.columns), dtype=object)


def _objects(cells: list[str | None], frame: pd.DataFrame) -> pd.Series[Any]:
    """A column of `frame`; by itself pandas would turn it into text with NaN."""
    return pd.Series(cells, index=frame.index, dtype=object)


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else _none_lost()
