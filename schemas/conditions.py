"""Conditions on the other cells of a row: each knows its mask, its Excel formula and its words.

A column's `required_when` is one of these; the check, the template's 填报提示, the message and the
column guide all come from it. Source: contract §4 (required by another cell).
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from schemas.plan import Plan


@dataclass(frozen=True)
class When:
    """A condition on other cells of the same row; it knows its mask, its formula and its words."""

    column: str
    values: tuple[str, ...]

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the condition holds; rows: one row = one data row of the sheet."""
        return rows[self.column].isin(self.values)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same condition in Excel, `cells` mapping column name → cell reference."""
        tests = [f'{cells[self.column]}="{value}"' for value in self.values]
        return tests[0] if len(tests) == 1 else f"OR({','.join(tests)})"

    def words(self, titles: Mapping[str, str]) -> str:
        """The same condition in Chinese, `titles` mapping column name → title."""
        return f"“{titles[self.column]}”为{'或'.join(f'“{value}”' for value in self.values)}"


@dataclass(frozen=True)
class AnyOf:
    """True where one of several conditions holds; `wording` replaces a list too long to read."""

    conditions: "tuple[Condition, ...]"
    wording: str = ""

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where one of the conditions holds."""
        result = self.conditions[0].mask(rows)
        for condition in self.conditions[1:]:
            result = result | condition.mask(rows)
        return result

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f"OR({','.join(condition.formula(cells) for condition in self.conditions)})"

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return self.wording or "，或".join(condition.words(titles) for condition in self.conditions)


@dataclass(frozen=True)
class Filled:
    """True where another cell of the row holds anything."""

    column: str

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is not blank."""
        return rows[self.column].notna()

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f'{cells[self.column]}<>""'

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return f"已填“{titles[self.column]}”"


@dataclass(frozen=True)
class AllBut:
    """True where `condition` holds and `exception` does not."""

    condition: "Condition"
    exception: "Condition"
    wording: str = ""

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the condition holds and the exception does not."""
        return self.condition.mask(rows) & ~self.exception.mask(rows)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f"AND({self.condition.formula(cells)},NOT({self.exception.formula(cells)}))"

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return self.wording or f"{self.condition.words(titles)}（{self.exception.words(titles)}除外）"


@dataclass(frozen=True)
class Both:
    """True where two conditions hold."""

    first: "Condition"
    second: "Condition"

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where both hold."""
        return self.first.mask(rows) & self.second.mask(rows)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f"AND({self.first.formula(cells)},{self.second.formula(cells)})"

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return f"{self.first.words(titles)}，且{self.second.words(titles)}"


@dataclass(frozen=True)
class AtLeast:
    """True where a number or percentage of the row has reached a limit."""

    column: str
    limit: float
    wording: str

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is a number not below the limit."""
        import pandas as pd

        return pd.to_numeric(rows[self.column], errors="coerce") >= self.limit

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel, where text would count as more than any number."""
        return f"AND(ISNUMBER({cells[self.column]}),{cells[self.column]}>={self.limit:g})"

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return f"“{titles[self.column]}”{self.wording}"


@dataclass(frozen=True)
class Lacks:
    """True where a cell is filled in and holds none of some signs; `*` in one stands for anything between."""

    column: str
    signs: tuple[str, ...]

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell holds a text, and no sign in it."""
        pattern = re.compile("|".join(re.escape(sign).replace(r"\*", ".*") for sign in self.signs), re.DOTALL)
        return rows[self.column].map(lambda cell: isinstance(cell, str) and not pattern.search(cell)).astype(bool)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        cell = cells[self.column]
        listed = ",".join(f'"{sign}"' for sign in self.signs)
        return f'AND({cell}<>"",SUMPRODUCT(--ISNUMBER(SEARCH({{{listed}}},{cell})))=0)'

    def words(self, titles: Mapping[str, str]) -> str:
        """The same in Chinese."""
        return f"“{titles[self.column]}”里没有{'、'.join(self.signs)}"


Condition = When | AnyOf | Filled | AllBut | Both | AtLeast | Lacks


@dataclass(frozen=True)
class ByPlan:
    """A condition that the plan decides: `given` makes it of the plan (None: it never holds)."""

    given: "Callable[[Plan], Condition | None]"
    wording: str  # the same under every plan

    def words(self, titles: Mapping[str, str]) -> str:
        """The condition in Chinese."""
        return self.wording
