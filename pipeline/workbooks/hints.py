"""填报提示: what is missing or contradictory in a row, said at once while it is typed.

Each hint comes from a column's declaration and knows both its Excel test and its pandas mask, so
that the value cached in a prefilled row is what Excel would compute. Only IF, AND, OR, NOT,
ISNUMBER, COUNTIF and COUNTA are used: they work alike in WPS, Excel 2016 and LibreOffice. A formula
looks at its own row alone, so rows may be sorted and inserted. Source: contract §4 (填报提示).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from schemas.columns import Column, Kind, Sheet
from schemas.conditions import Both, Condition

if TYPE_CHECKING:
    import pandas as pd

_FORMULA_LIMIT = 8_192
_NUMERIC = (Kind.DATE, Kind.INTEGER, Kind.PERCENT, Kind.NUMBER)


@dataclass(frozen=True)
class Blank:
    """True where a cell of the row is empty."""

    column: str

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is blank."""
        return rows[self.column].isna()

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f'{cells[self.column]}=""'


@dataclass(frozen=True)
class NotListed:
    """True where a cell holds something that is not in its dropdown (pasting gets round the dropdown)."""

    column: str
    values: tuple[str, ...]
    where: str = ""  # the list's cells, where it is too long to spell out

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is filled with something else."""
        return rows[self.column].notna() & ~rows[self.column].isin(self.values)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        cell = cells[self.column]
        if self.where:
            return f'AND({cell}<>"",COUNTIF({self.where},{cell})=0)'
        others = ",".join(f'{cell}<>"{value}"' for value in self.values)
        return f'AND({cell}<>"",{others})'


@dataclass(frozen=True)
class NotNumeric:
    """True where a cell that wants a date or a number holds text, or a number out of its range."""

    column: Column

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is filled with something else."""
        return rows[self.column.name].notna() & ~rows[self.column.name].map(self._fits)

    def _fits(self, value: object) -> bool:
        if self.column.kind is Kind.DATE:
            return isinstance(value, date)
        if not isinstance(value, int if self.column.kind is Kind.INTEGER else (int, float)):
            return False
        low, high = self.column.minimum, self.column.maximum
        return (low is None or value >= low) and (high is None or value <= high)

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        cell = cells[self.column.name]
        tests = [f"ISNUMBER({cell})"]
        if self.column.minimum is not None:
            tests.append(f"{cell}>={self.column.minimum:g}")
        if self.column.maximum is not None:
            tests.append(f"{cell}<={self.column.maximum:g}")
        fits = tests[0] if len(tests) == 1 else f"AND({','.join(tests)})"
        return f'AND({cell}<>"",NOT({fits}))'


@dataclass(frozen=True)
class Numeric:
    """True where a code or a phone number has become a number, and Excel has lost its digits."""

    column: str

    def mask(self, rows: "pd.DataFrame") -> "pd.Series[bool]":
        """True where the cell is a number."""
        return rows[self.column].map(lambda value: isinstance(value, int | float) and value == value)  # noqa: PLR0124

    def formula(self, cells: Mapping[str, str]) -> str:
        """The same in Excel."""
        return f"ISNUMBER({cells[self.column]})"


Test = Condition | Blank | NotListed | NotNumeric | Numeric


@dataclass(frozen=True)
class Hint:
    """One thing that 填报提示 may say of a row."""

    test: Test
    words: str


def hints_of(sheet: Sheet, units: Sequence[str], units_where: str) -> list[Hint]:
    """Every hint of a sheet, in the order of its columns.

    units: short names of the members; units_where: the cells of the workbook that list them.
    """
    titles = sheet.titles
    found: list[Hint] = []
    for column in sheet.columns:
        if column.prefilled:
            continue
        if column.required:
            found.append(Hint(Blank(column.name), f"缺“{column.title}”；"))
        elif column.required_when:
            test = Both(column.required_when, Blank(column.name))  # type: ignore[arg-type]
            found.append(Hint(test, f"{column.required_when.words(titles)}，缺“{column.title}”；"))
        found.extend(_contradictions(column, tuple(units), units_where))
    return found


def _contradictions(column: Column, units: tuple[str, ...], units_where: str) -> list[Hint]:
    if column.kind is Kind.CHOICE:
        return [Hint(NotListed(column.name, column.values), f"“{column.title}”不在可选内容内；")]
    if column.kind is Kind.UNIT:
        return [Hint(NotListed(column.name, units, units_where), f"“{column.title}”不是成员单位简称；")]
    if column.kind in _NUMERIC:
        return [Hint(NotNumeric(column), f"“{column.title}”{_wanted(column)}；")]
    if column.kind is Kind.CODE:
        return [Hint(Numeric(column.name), f"“{column.title}”成了数字，须为文本；")]
    return []


def _wanted(column: Column) -> str:
    if column.kind is Kind.DATE:
        return "不是日期"
    if column.kind is Kind.PERCENT:
        return "应为 0–100%"
    return "应为整数"


def hint_formula(hints: Sequence[Hint], cells: Mapping[str, str]) -> str:
    """The formula of one row; `cells` maps column name → cell of that row, in the order of the columns.

    Raises ValueError when the sheet declares more than Excel takes in one formula.
    """
    names = list(cells.values())
    said = "&".join(f'IF({hint.test.formula(cells)},"{hint.words}","")' for hint in hints) or '""'
    formula = f'=IF(COUNTA({names[0]}:{names[-1]})=0,"",{said})'
    if len(formula) > _FORMULA_LIMIT:
        raise ValueError(f"填报提示公式有 {len(formula)} 个字符，Excel 最多 {_FORMULA_LIMIT}")
    return formula


def hint_texts(hints: Sequence[Hint], rows: "pd.DataFrame") -> list[str]:
    """What the formula of each row gives; rows: one row = one prefilled row, columns of the sheet."""
    if rows.empty:
        return []
    texts = [""] * len(rows)
    filled = rows.notna().any(axis=1).tolist()
    for hint in hints:
        for place, holds in enumerate(hint.test.mask(rows).tolist()):
            if holds and filled[place]:
                texts[place] += hint.words
    return texts
