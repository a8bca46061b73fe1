"""What the office has entered in its own workbooks, and for how long it counts (contract §4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pandas as pd

from schemas.columns import Column, Kind, Sheet
from schemas.figures import is_blank
from schemas.plan import Plan
from schemas.returns import inspection, waivers


def sound(rows: pd.DataFrame, sheet: Sheet, plan: Plan) -> pd.Series[bool]:
    """True for the entries of `sheet` in which every required cell is filled with what belongs there."""
    units = frozenset(unit.name for unit in plan.units)
    fits = pd.Series(data=True, index=rows.index, dtype=bool)
    for column in sheet.columns:
        if column.required:
            fits &= pd.Series([_fits(cell, column, units) for cell in rows[column.name]], index=rows.index, dtype=bool)
    return fits


def _fits(cell: object, column: Column, units: frozenset[str]) -> bool:
    if is_blank(cell):
        return False
    if column.kind is Kind.UNIT:
        return cell in units
    if column.kind is Kind.CHOICE:
        return cell in column.values
    if column.kind is Kind.DATE:
        return isinstance(cell, date)
    if column.kind is Kind.NUMBER:
        return _is_number(cell) and (column.minimum or 0) <= cell <= (column.maximum or 0)  # type: ignore[operator]
    return True


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def delays_in_force(rows: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """The entries of 延期事项 that count: each the own deadline (`until`) of its items in its dimension.

    One row = one unit × item, or × all its items where code and name are blank, × dimension. A delay that
    has lapsed stays the deadline (contract §6).
    """
    return rows[sound(rows, waivers.DELAYS, plan)].reset_index(drop=True)


def bonus_at(rows: pd.DataFrame, meeting: date, plan: Plan) -> Mapping[str, Fraction]:
    """Unit → its 加减分 at this meeting: the sum of its entries of that date (contract §4, §7)."""
    counted = rows[sound(rows, inspection.BONUS, plan) & (rows["meeting"] == meeting)]
    points: dict[str, Fraction] = {}
    for unit, value in zip(counted["unit"], counted["points"], strict=True):
        points[unit] = points.get(unit, Fraction(0)) + Fraction(str(value))
    return points
