"""One column, one place: a declaration from which everything about a column derives.

`column(...)` gives the title, help, dropdown, required mark, width and number format of a cell.
The template, the reader, the pandera check, the wording of the findings, the tables we write and
the column guide all read it from here. Source: contract §4.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.conditions import ByPlan, Condition
from schemas.words import Choice

if TYPE_CHECKING:
    import pandera.pandas as pa

    from schemas.plan import Plan


class Kind(StrEnum):
    """What a cell holds, once cleaned. The value is the word people read in the column guide."""

    TEXT = "文本"
    NAME = "名称"  # text without line breaks or inner white space that people did not mean
    CODE = "编码"  # text; a number is refused, since Excel has already lost its digits
    PHONE = "电话"
    INTEGER = "整数"  # int ≥ 0
    NUMBER = "数字"  # int or float, perhaps negative
    PERCENT = "百分比"  # float, 0 to 1
    DATE = "日期"  # datetime.date
    CHOICE = "选项"  # one of `choice.values`
    CHOICES = "多选"  # several of them, joined by 、
    UNIT = "单位"  # the short name of a member unit


NUMBER_FORMAT = {
    Kind.TEXT: "@",
    Kind.NAME: "@",
    Kind.CODE: "@",
    Kind.PHONE: "@",
    Kind.INTEGER: "0",
    Kind.NUMBER: "0.00",
    Kind.PERCENT: "0%",
    Kind.DATE: "yyyy-mm-dd",
    Kind.CHOICE: "@",
    Kind.CHOICES: "@",
    Kind.UNIT: "@",
}

_PYTHON_TYPE: dict[Kind, type | tuple[type, ...]] = {
    Kind.DATE: date,
    Kind.INTEGER: int,
    Kind.NUMBER: (int, float),
    Kind.PERCENT: (int, float),
}
#: A code that went through a number: 1.14104E+30, or nothing but zeros after the 15 digits Excel keeps.
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[Ee]\+?\d+|\d{15}0{4,}|\d+\.\d+")


@dataclass(frozen=True)
class Column:
    """One column of a sheet. `name` is the key in frames, `title` the header that people read."""

    name: str
    title: str
    kind: Kind = Kind.TEXT
    required: bool = False
    choice: Choice | None = None
    required_when: Condition | ByPlan | None = None
    contradicts: tuple[Condition, str] | None = None  # when it cannot be right, and what 填报提示 then says
    synonyms: tuple[str, ...] = ()  # other headers that certainly mean this column
    help: str = ""
    width: float = 12  # in half-width characters, as Excel counts
    prefilled: bool = False  # written by us and locked; a unit does not type here
    month_end: bool = True  # a date given as a month means its last day (a deadline), else its first
    minimum: float | None = None
    maximum: float | None = None

    def __post_init__(self) -> None:
        if (self.kind in (Kind.CHOICE, Kind.CHOICES)) != (self.choice is not None):
            raise ValueError(f"{self.title}: a choice column needs a choice, and only such a column")

    @property
    def header(self) -> str:
        """The title as printed in the template: `*` before what must be filled in."""
        return f"*{self.title}" if self.required else self.title

    @property
    def number_format(self) -> str:
        """Excel's number format of the cells."""
        return NUMBER_FORMAT[self.kind]

    @property
    def values(self) -> tuple[str, ...]:
        """What the dropdown offers; empty where there is none."""
        return self.choice.values if self.choice else ()

    def needed_when(self, plan: "Plan") -> Condition | None:
        """`required_when` under this plan; None where no row has to fill the cell in."""
        return self.required_when.given(plan) if isinstance(self.required_when, ByPlan) else self.required_when

    def describe(self) -> str:
        """What belongs in the cell, as one Chinese phrase: the ending of every remedy."""
        if self.kind is Kind.CHOICES:
            return f"请从{'、'.join(self.values)}中选填，可填多项，用“、”隔开"
        if self.values:
            return f"请从下拉列表中选填：{'、'.join(self.values)}"
        return {
            Kind.DATE: "请填写完整日期，如 2023-07-31",
            Kind.INTEGER: "请填写整数，如 12",
            Kind.PERCENT: "请填写 0 到 100 之间的百分数，如 80%",
            Kind.NUMBER: self._range_words(),
            Kind.CODE: "请先把单元格设为文本格式，再填写完整编码",
            Kind.PHONE: "请填写电话号码：座机带区号，手机 11 位",
            Kind.UNIT: "请填写成员单位的规范简称",
        }.get(self.kind, f"请填写{self.title}")

    def _range_words(self) -> str:
        if self.minimum is None or self.maximum is None:
            return "请填写数字"
        return f"请填写 {self.minimum:g} 到 {self.maximum:g} 之间的数字".replace("-", "−")

    def to_pandera(self) -> "pa.Column":
        """The check of one cleaned cell (type, list, range, required); rules across cells are not here."""
        import pandera.pandas as pa

        checks: list[pa.Check] = []
        if self.kind is Kind.CHOICE:
            checks.append(pa.Check.isin(self.values, error="choice"))
        elif self.kind is Kind.CHOICES:
            allowed = frozenset(self.values)
            checks.append(pa.Check(lambda text: set(text.split("、")) <= allowed, element_wise=True, name="choice"))
        elif self.kind is Kind.CODE:
            checks.append(pa.Check(_is_whole_code, element_wise=True, name="type"))
        elif self.kind in _PYTHON_TYPE:
            checks.append(pa.Check(self._has_type, element_wise=True, name="type"))
        if self.minimum is not None or self.maximum is not None:
            checks.append(pa.Check(self._in_range, element_wise=True, name="range"))
        return pa.Column(object, checks, nullable=not self.required, coerce=False, name=self.name)

    def _has_type(self, value: object) -> bool:
        return isinstance(value, _PYTHON_TYPE[self.kind])

    def _in_range(self, value: object) -> bool:
        if not isinstance(value, int | float):
            return True  # of the wrong type: said once, by the type check
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)


def _is_whole_code(value: object) -> bool:
    return isinstance(value, str) and not _LOST_DIGITS.fullmatch(value)


def column(name: str, title: str, kind: Kind | Choice = Kind.TEXT, **options: object) -> Column:
    """Declare a column; a `Choice` given as the kind makes a dropdown of it.

    >>> column("role", "角色", YES_NO, required=True).header
    '*角色'
    """
    if isinstance(kind, Choice):
        return Column(name, title, Kind.CHOICE, choice=kind, **options)  # type: ignore[arg-type]
    return Column(name, title, kind, **options)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Identity:
    """What tells the rows of one unit apart, in a return and over periods; all are columns by name.

    Matching with the period before, what changed cell by cell, remarks beside the rows of a ledger, what a
    finding is about (for waivers) and the columns that stay in sight while one types derive from it.
    """

    key: tuple[str, ...]  # together they tell a row
    called: tuple[str, ...] = ()  # how the row is called to the person who filled it in; () for the key
    alone: tuple[str, ...] = ()  # each still tells a row where the others have changed, best first
    also: tuple[str, ...] = ()  # must agree in any case, e.g. the dimension of an item's light

    @property
    def columns(self) -> tuple[str, ...]:
        """Everything by which a row is known: codes and numbers first, then names."""
        return tuple(dict.fromkeys((*self.key, *self.called)))

    @property
    def label(self) -> tuple[str, ...]:
        """What a person is told the row is."""
        return (*(self.called or self.key), *self.also)

    @property
    def passes(self) -> tuple[tuple[str, ...], ...]:
        """The columns that must be equal for two rows to be the same, best first; the unit always must."""
        together = ("unit", *self.columns, *self.also)
        return (together, *(("unit", name, *self.also) for name in self.alone))


@dataclass(frozen=True)
class Sheet:
    """One sheet people fill in: a table with a row an entry, or (`vertical`) labels beside values."""

    key: str  # English key: the name of its frame
    name: str  # the sheet's tab
    prefix: str  # first letters of its finding codes, e.g. SX
    title: str
    hint: str
    columns: tuple[Column, ...]
    synonyms: tuple[str, ...] = ()  # other tab names that certainly mean this sheet
    vertical: bool = False
    blank_rows: int = 30  # rows prepared in the template below what is prefilled
    printed_as: str = ""  # what the sheet is when it is printed from the return, signed, stamped and filed
    optional: bool = False  # a return without this sheet is complete; the template has it only where it is prefilled
    only_answers: bool = False  # a row in which nothing but prefilled cells is filled in is no data row
    identity: Identity = Identity(())
    by_name: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {column.name: column for column in self.columns})

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def titles(self) -> dict[str, str]:
        """Column name → title."""
        return {column.name: column.title for column in self.columns}

    def to_pandera(self) -> "pa.DataFrameSchema":
        """The check of a whole frame; one row = one data row, any unit; index = any unique label."""
        import pandera.pandas as pa

        return pa.DataFrameSchema(
            {column.name: column.to_pandera() for column in self.columns}, strict=False, coerce=False
        )

    def guide(self) -> list[dict[str, str]]:
        """The column guide; one entry = one column: 列名 类型 必填 可填内容 说明."""
        return [
            {
                "列名": column.title,
                "类型": str(column.kind),
                "必填": _requirement(column, self.titles),
                "可填内容": "、".join(column.values),
                "说明": column.help,
            }
            for column in self.columns
        ]


def _requirement(column: Column, titles: Mapping[str, str]) -> str:
    if column.required:
        return "必填"
    return f"{column.required_when.words(titles)}时必填" if column.required_when else ""


@dataclass(frozen=True)
class Table:
    """One table we write (and, for the matrix workbook, read back): a sheet name and its columns."""

    key: str
    name: str
    columns: tuple[Column, ...]
    title: str = ""
    note: str = ""
    read_back: bool = False  # part of the state from which the next period continues
    identity: Identity = Identity(())  # by default a row is its unit's only one

    @property
    def names(self) -> tuple[str, ...]:
        """The columns' names, in order."""
        return tuple(column.name for column in self.columns)

    @property
    def titles(self) -> dict[str, str]:
        """Column name → title."""
        return {column.name: column.title for column in self.columns}
