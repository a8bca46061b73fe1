"""Days and exact figures as people read them; every limit is compared before anything is rounded."""

from collections.abc import Iterable
from datetime import date, datetime
from fractions import Fraction
from math import floor, isnan
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def as_day(cell: object) -> date | None:
    """The date in a cell; None for a blank and for what could not be read as a date."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None


def records(rows: "pd.DataFrame") -> list[dict[str, Any]]:
    """Each row as its cells by column name, blanks None."""
    cells = rows.astype(object).where(rows.notna(), None)
    return [dict(zip(cells.columns, row, strict=True)) for row in cells.itertuples(index=False, name=None)]


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing; frames may hold None or NaN there."""
    return cell is None or (isinstance(cell, float) and isnan(cell))


def half_up(value: Fraction, digits: int = 2) -> float:
    """Rounded half up at the last digit: 0.005 → 0.01.

    >>> half_up(Fraction(12345, 1000))
    12.35
    """
    scale = 10**digits
    return float(Fraction(floor(value * scale + Fraction(1, 2)), scale))


def plain(value: Fraction, digits: int = 1) -> str:
    """A figure without needless zeros: 34, 12.5.

    >>> plain(Fraction(34)), plain(Fraction(100, 8)), plain(Fraction(100, 3))
    ('34', '12.5', '33.3')
    """
    return f"{half_up(value, digits):.{digits}f}".rstrip("0").rstrip(".")


def percent(share: Fraction) -> str:
    """A share of 1 as people read it.

    >>> percent(Fraction(2, 3))
    '66.7%'
    """
    return f"{plain(share * 100)}%"


def number_runs(numbers: Iterable[int]) -> str:
    """Row numbers as people read them.

    >>> number_runs([4, 5, 6, 9])
    '4–6、9'
    """
    runs: list[tuple[int, int]] = []
    for number in sorted(set(numbers)):
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return "、".join(str(first) if first == last else f"{first}–{last}" for first, last in runs)


_FEW = 5


def share_words(part: int, whole: int) -> str:
    """A share of counted things: a percentage, but of fewer than five the counts themselves.

    >>> share_words(2, 8), share_words(1, 4)
    ('25%', '1/4')
    """
    return percent(Fraction(part, whole)) if whole >= _FEW else f"{part}/{whole}"


def overdue(due: date, as_of: date) -> str:
    """How long a date has passed: 逾期 9 天."""
    return f"逾期 {(as_of - due).days} 天"


def ahead(due: date, as_of: date) -> str:
    """How far off a date is: 距时限 6 天; the day itself is still on time."""
    days = (due - as_of).days
    return f"距时限 {days} 天" if days else "今天是时限"


def is_near(due: date, as_of: date, warn_days: int) -> bool:
    """Whether a date that has not passed is at most `warn_days` days off."""
    return 0 <= (due - as_of).days <= warn_days
