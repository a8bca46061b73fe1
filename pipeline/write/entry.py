"""One sheet that people fill in, made from its declaration: dropdowns, prompts, locks, 填报提示.

Used for the eight tables of the template and for the office's own workbooks. Title row, hint row,
header row, data below (contract §4). Entry cells are unlocked and the sheet is protected without a
password: filtering, sorting, column widths and inserting rows stay allowed.

填报提示: what is missing or contradictory in a row, said at once while it is typed.

Each hint comes from a column's declaration and knows both its Excel test and its pandas mask, so
that the value cached in a prefilled row is what Excel would compute. Only IF, AND, OR, NOT,
ISNUMBER, COUNTIF and COUNTA are used: they work alike in WPS, Excel 2016 and LibreOffice. A formula
looks at its own row alone, so rows may be sorted and inserted. Source: contract §4 (填报提示).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.write.kit.cells import Page, checked, letter
from pipeline.write.kit.document import set_up_page
from pipeline.write.kit.measure import line_count
from pipeline.write.kit.paper import A4, lay_out
from pipeline.write.kit.stream import Block, Field, write_rows
from pipeline.write.kit.table import column_width, row_height, row_lines, runs, write_head
from pipeline.write.kit.theme import ALARM, HEADER_FILL, LINE_POINTS, OURS_FILL, REQUIRED_FILL, Format
from schemas.columns import Column, Kind, Sheet
from schemas.conditions import Both, Condition
from schemas.plan import Plan
from schemas.returns import ROW_HINT

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


def hints_of(sheet: Sheet, plan: Plan, units_where: str) -> list[Hint]:
    """Every hint of a sheet, in the order of its columns.

    units_where: the cells of the workbook that list the plan's units.
    """
    titles, units = sheet.titles, tuple(unit.name for unit in plan.units)
    found: list[Hint] = []
    for column in sheet.columns:
        if column.prefilled:
            continue
        if column.required:
            found.append(Hint(Blank(column.name), f"缺“{column.title}”；"))
        elif column.required_when and (needed := column.needed_when(plan)):
            test = Both(needed, Blank(column.name))  # type: ignore[arg-type]
            found.append(Hint(test, f"{column.required_when.words(titles)}，缺“{column.title}”；"))
        found.extend(_contradictions(column, units, units_where))
        if column.contradicts:
            found.append(Hint(*column.contradicts))
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
    return "应为整数" if column.kind is Kind.INTEGER else "应为数字，且不超出范围"


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


HEADER_ROW, FIRST_ROW = 3, 4
#: Dropdowns and colours reach at least this far, for rows that are pasted in.
_REACH = 2_000
_HINT_WIDTH = 44
_INLINE_LIST, _TITLE_LIMIT, _MESSAGE_LIMIT = 255, 32, 255
_DAYS = (date(2000, 1, 1), date(2099, 12, 31))
_MOST = 9_999_999
_ROW = "{row}"  # stands for the row's number in a formula made once a sheet
_MISSING = {"bg_color": "#FFF2CC"}  # a required cell still empty in a row that was begun
ALLOWED = dict.fromkeys(("format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter"), True)
_HINT_REFUSED: dict[str, object] = {
    "validate": "custom",
    "value": "=FALSE",
    "error_title": "不用填写",
    "error_message": "这一列由公式给出，不用填写；公式没有了的，从上面一行复制下来。",
}


@dataclass(frozen=True)
class Lists:
    """Lists too long for a dropdown's own text: name → their values and the cells that hold them."""

    values: Mapping[str, tuple[str, ...]]
    where: Mapping[str, str]
    units: str = "单位"

    def of(self, column: Column) -> tuple[str, ...] | str:
        """What the dropdown of a column offers: values, or the cells that hold them; empty for none."""
        if column.kind is Kind.UNIT:
            return self.where[self.units]
        if column.choice and column.choice.name in self.where:
            return self.where[column.choice.name]
        return column.values


def long_lists(sheets: Sequence[Sheet], units: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The lists that need cells of their own: the units, and every choice over 255 characters."""
    found = {Lists.units: tuple(units)}
    for sheet in sheets:
        for column in sheet.columns:
            if column.choice and len(",".join(column.values)) > _INLINE_LIST:
                found[column.choice.name] = column.values
    return found


def write_lists(page: Page, lists: Mapping[str, tuple[str, ...]], first_col: int = 0) -> Lists:
    """Write each list down its own column of a hidden sheet, header first."""
    plain = page.theme.style("body", num_format="@")
    where = {}
    for col, (name, values) in enumerate(lists.items(), first_col):
        for row, value in enumerate((f"{name}名单", *values), 1):
            page.put(row, col, value, plain)
        column = letter(col)
        where[name] = f"'{page.name}'!${column}$2:${column}${len(values) + 1}"
    return Lists(lists, where)


def write_entry_sheet(page: Page, sheet: Sheet, rows: Sequence[Mapping[str, object]], lists: Lists, plan: Plan) -> None:
    """Write the sheet with `rows` filled in (one row = one row of it, by Column.name; may be empty)."""
    _EntrySheet(page, sheet, rows, lists, plan).write()


class _EntrySheet:
    def __init__(
        self, page: Page, sheet: Sheet, rows: Sequence[Mapping[str, object]], lists: Lists, plan: Plan
    ) -> None:
        self.page, self.sheet, self.rows, self.lists, self.plan = page, sheet, rows, lists, plan
        self.columns = sheet.columns
        self.widths = [column_width(column) + (2 if column.required else 0) for column in self.columns]
        self.letters = [letter(index) for index in range(len(self.columns))]
        self.last_row = FIRST_ROW + max(len(rows) + sheet.blank_rows, 1) - 1
        self.reach = max(self.last_row, FIRST_ROW + _REACH) if sheet.blank_rows else self.last_row
        named = next((i + 1 for i, c in enumerate(self.columns) if c.name in sheet.identity.key[-1:]), 1)
        self.frozen = named if sum(self.widths[:named]) <= 80 else 1
        self.layout = lay_out(self.widths, papers=(A4,), keys=self.frozen)  # not every unit prints on A3
        self.hints = hints_of(sheet, plan, lists.where[lists.units])

    def cells(self, row: int | str) -> dict[str, str]:
        """Column name → its cell in that row, the column fixed."""
        return {column.name: f"${place}{row}" for column, place in zip(self.columns, self.letters, strict=True)}

    def write(self) -> None:
        """Write everything."""
        self._columns()
        self._head()
        self._rows()
        self._prompts()
        self._colours()
        self._close()

    def _columns(self) -> None:
        for index, column in enumerate(self.columns):
            # beyond the rows prepared, too, a cell is open and of the right format
            beyond = None if column.prefilled else self.page.theme.style("body", **self._entry(column))
            self.page.raw.set_column(index, index, self.widths[index], beyond)
        hint = len(self.columns)
        self.page.raw.set_column(hint, hint, _HINT_WIDTH, self._hint_style())
        # Excel deletes a row of a protected sheet only when all of its cells are open, to the last one
        self.page.raw.set_column(hint + 1, hint + 1, None, self.page.theme.style("body", locked=False))

    def _hint_style(self) -> Format:
        return self.page.theme.style("body", font_color=ALARM, locked=False)

    def _entry(self, column: Column) -> dict[str, object]:
        return {"num_format": column.number_format, "locked": False}

    def _head(self) -> None:
        for row in (1, 2):
            for index in range(len(self.columns)):
                self.page.put(row, index, None, self.page.theme.style("body"))
        write_head(self.page, 1, self.sheet.title, self.sheet.hint, self.widths[: self.layout.first])
        lines = max(line_count(c.header, width - 2) for c, width in zip(self.columns, self.widths, strict=True))
        self.page.height(HEADER_ROW, lines * (LINE_POINTS + 1) + 8)
        for index, column in enumerate(self.columns):
            self.page.put(HEADER_ROW, index, column.header, self._header_style(column))
        style = self.page.theme.style("header", bg_color=OURS_FILL)
        self.page.put(HEADER_ROW, len(self.columns), ROW_HINT, style)

    def _header_style(self, column: Column) -> Format:
        fill = OURS_FILL if column.prefilled else REQUIRED_FILL if column.required else HEADER_FILL
        return self.page.theme.style("header", bg_color=fill)

    def _rows(self) -> None:
        names, count = self.sheet.names, self.last_row - FIRST_ROW + 1
        hint = hint_formula(self.hints, self.cells(_ROW))
        fields = [
            *(Field(self._style(column)) for column in self.columns),
            Field(self._hint_style(), formula=lambda row: hint.replace(_ROW, str(row))),
        ]
        filled = [[row.get(name) for row in self.rows] for name in names]
        texts = hint_texts(self.hints, _frame(self.rows, names))
        columns = [*(_padded(values, count) for values in filled), _padded(texts, count)]
        write_rows(Block(self.page, FIRST_ROW, count, fields, lambda: columns))
        wrapped = [(index, width) for index, width in enumerate(self.widths) if _wraps(self.columns[index])]
        for row, record in enumerate(zip(*filled, strict=True), FIRST_ROW):
            if (lines := row_lines(record, wrapped)) > 1:
                self.page.height(row, row_height(lines))

    def _style(self, column: Column) -> Format:
        extra = {"bg_color": OURS_FILL} if column.prefilled else {"locked": False}
        return self.page.theme.cell(column, extra=extra)

    def _prompts(self) -> None:
        for index, column in enumerate(self.columns):
            if not column.prefilled:
                self.page.validation((FIRST_ROW, index, self.reach, index), validation(column, self.lists))
        hint = len(self.columns)  # open, so that rows can be deleted, yet not typed into
        self.page.validation((FIRST_ROW, hint, self.reach, hint), _HINT_REFUSED)

    def _colours(self) -> None:
        first = self.cells(FIRST_ROW)
        begun = f"COUNTA({first[self.columns[0].name]}:{first[self.columns[-1].name]})>0"
        missing = self.page.theme.raw(_MISSING)
        required = [i for i, column in enumerate(self.columns) if column.required and not column.prefilled]
        for start, end in runs(required):
            formula = f'=AND({begun},{self.letters[start]}{FIRST_ROW}="")'
            rule = {"type": "formula", "criteria": formula, "format": missing}
            self.page.conditional((FIRST_ROW, start, self.reach, end), rule)
        for index, column in enumerate(self.columns):
            if needed := column.needed_when(self.plan):
                formula = f'=AND({needed.formula(first)},{first[column.name]}="")'
                rule = {"type": "formula", "criteria": formula, "format": missing}
                self.page.conditional((FIRST_ROW, index, self.reach, index), rule)
        hint = len(self.columns)
        alarm = self.page.theme.raw({"bg_color": "#FDE9E7", "font_color": ALARM, "bold": True})
        rule = {"type": "formula", "criteria": f"=LEN(${letter(hint)}{FIRST_ROW})>0", "format": alarm}
        self.page.conditional((FIRST_ROW, hint, self.last_row, hint), rule)

    def _close(self) -> None:
        last = len(self.columns) - 1
        self.page.raw.freeze_panes(HEADER_ROW, self.frozen)
        checked(self.page.raw.autofilter(HEADER_ROW - 1, 0, self.last_row - 1, last), "筛选")
        set_up_page(self.page, self.layout, header_row=HEADER_ROW)
        checked(self.page.raw.print_area(0, 0, self.last_row - 1, last), "打印区域")
        self.page.raw.protect("", ALLOWED)


def _padded(values: Sequence[object], count: int) -> list[object]:
    return [*values, *[None] * (count - len(values))]


def _wraps(column: Column) -> bool:
    return column.kind not in (Kind.DATE, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT)


def _frame(rows: Sequence[Mapping[str, object]], names: Sequence[str]) -> "pd.DataFrame":
    import pandas as pd

    records = [[row.get(name) for name in names] for row in rows]
    return pd.DataFrame(records, columns=list(names), dtype=object)


def validation(column: Column, lists: Lists) -> dict[str, object]:
    """The data validation of a column: what may be typed, the prompt beside the cell, the refusal."""
    rule: dict[str, object] = {
        "input_title": column.title[:_TITLE_LIMIT],
        "input_message": _prompt(column)[:_MESSAGE_LIMIT],
        "error_title": "填写有误",
        "error_message": f"“{column.title}”：{column.describe()}"[:_MESSAGE_LIMIT],
    }
    offered = lists.of(column)
    if offered:
        rule |= {"validate": "list", "source": offered if isinstance(offered, str) else list(offered)}
        rule["show_error"] = column.kind is not Kind.CHOICES  # several may be joined by 、
    elif column.kind is Kind.DATE:
        rule |= {"validate": "date", "criteria": "between", "minimum": _DAYS[0], "maximum": _DAYS[1]}
    elif column.kind in (Kind.INTEGER, Kind.PERCENT, Kind.NUMBER):
        low, high = column.minimum or 0, _MOST if column.maximum is None else column.maximum
        kind = "integer" if column.kind is Kind.INTEGER else "decimal"
        rule |= {"validate": kind, "criteria": "between", "minimum": low, "maximum": high}
    else:
        rule["validate"] = "any"
    return rule


def _prompt(column: Column) -> str:
    must = "【必填】" if column.required else "【按情况必填】" if column.required_when else "【选填】"
    return must + (column.help or column.describe())
