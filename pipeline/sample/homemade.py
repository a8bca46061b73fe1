"""A unit's own workbook instead of the template: same content, another shape (contract §4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.sample.items import Row
from pipeline.sample.returns import SampleReturn
from pipeline.workbooks.cells import Page
from pipeline.workbooks.document import document
from schemas.columns import Column, Sheet
from schemas.returns import COVER, TABLES
from schemas.returns.items import STEPS
from schemas.vocabulary import ITEM_TYPE

_STEPS_TITLE = "进驻环节"


@dataclass(frozen=True)
class Form:
    """What is odd about the workbook's 事项 sheet.

    dropped: columns left out, by Column.name; two_levels: the four steps under one merged title;
    by_type: a category row before each 事项类型; merged: a column merged down over equal values;
    hidden: so many data rows hidden; total: a 合计 row and a signature at the end;
    reversed_columns: everything after 事项名称 in the opposite order.
    """

    dropped: tuple[str, ...] = ()
    two_levels: bool = False
    by_type: bool = False
    merged: str = ""
    hidden: int = 0
    total: bool = False
    reversed_columns: bool = False


def write_homemade(path: Path, content: SampleReturn, form: Form) -> None:
    """Write the workbook: tabs by their other names, a heading above each table, headers without stars."""
    day = content.cover["meeting"]
    with document(path, title=content.unit.name, created=day) as doc:  # type: ignore[arg-type]
        _write_cover(doc.sheet("封页"), content)
        doc.sheet("Sheet2")
        for sheet in TABLES:
            page = doc.sheet(sheet.synonyms[0] if sheet.synonyms else sheet.name)
            odd = form if sheet.key == "items" else Form()
            _OwnSheet(page, sheet, content, odd).write()


def _write_cover(page: Page, content: SampleReturn) -> None:
    plain = page.theme.style("body")
    page.across(1, 0, 5, f"{content.unit.full_name}“应进必进”情况报送表", plain)
    for number, column in enumerate(COVER.columns):
        style = page.theme.style("body", num_format=column.number_format)
        page.put(3 + number, 1, f"{column.title}：", plain)
        page.put(3 + number, 2, content.cover[column.name], style)


class _OwnSheet:
    def __init__(self, page: Page, sheet: Sheet, content: SampleReturn, form: Form) -> None:
        self.page, self.sheet, self.content, self.form = page, sheet, content, form
        columns = [column for column in sheet.columns if column.name not in form.dropped]
        self.columns = [*columns[:2], *columns[:1:-1]] if form.reversed_columns else columns
        self.plain = page.theme.style("body")
        self.row = 6 if form.two_levels else 5

    def write(self) -> None:
        """Write heading, header, rows and foot."""
        last = len(self.columns)
        self.page.put(1, 0, "附件2", self.plain)
        self.page.across(2, 0, last, self.sheet.title, self.plain)
        self.page.put(3, 0, f"填报单位：{self.content.unit.name}", self.plain)
        self._header()
        rows = self.content.tables[self.sheet.key]
        for number, row in enumerate(rows):
            self._category(rows, number)
            self._put(row, number + 1)
            if number < self.form.hidden:
                self.page.raw.set_row(self.row - 1, None, None, {"hidden": True})
            self.row += 1
        self._merge(rows)
        self._foot(len(rows))

    def _header(self) -> None:
        row = self.row - 1
        self.page.put(row, 0, "序号", self.plain)
        for index, column in enumerate(self.columns, start=1):
            self.page.put(row, index, column.title, self.plain)
        if self.form.two_levels:
            first = 1 + next(i for i, column in enumerate(self.columns) if column.name in STEPS)
            for index in (0, *range(1, len(self.columns) + 1)):
                if not first <= index < first + len(STEPS):
                    title = "序号" if index == 0 else self.columns[index - 1].title
                    self.page.raw.merge_range(row - 2, index, row - 1, index, title, self.plain)
            self.page.raw.merge_range(row - 2, first, row - 2, first + len(STEPS) - 1, _STEPS_TITLE, self.plain)

    def _put(self, row: Row, number: int) -> None:
        self.page.put(self.row, 0, number, self.plain)
        for index, column in enumerate(self.columns, start=1):
            self.page.put(self.row, index, row[column.name], self._style(column))

    def _style(self, column: Column) -> object:
        return self.page.theme.style("body", num_format=column.number_format)

    def _category(self, rows: Sequence[Row], number: int) -> None:
        kind = rows[number].get("item_type")
        if self.form.by_type and (number == 0 or kind != rows[number - 1].get("item_type")):
            position = ITEM_TYPE.values.index(str(kind)) if kind in ITEM_TYPE.values else 0
            self.page.across(self.row, 0, len(self.columns), f"（{'一二三四五六七八'[position]}）{kind}类", self.plain)
            self.row += 1

    def _merge(self, rows: Sequence[Row]) -> None:
        if not self.form.merged:
            return
        index = 1 + [column.name for column in self.columns].index(self.form.merged)
        top, values = self.row - len(rows), [row[self.form.merged] for row in rows]
        start = 0
        for end in range(1, len(values) + 1):
            if end == len(values) or values[end] != values[start]:
                if end - start > 1 and values[start] is not None:
                    self.page.raw.merge_range(top + start - 1, index, top + end - 2, index, values[start], self.plain)
                start = end

    def _foot(self, count: int) -> None:
        if self.form.total:
            self.page.put(self.row, 0, "合计", self.plain)
            self.page.put(self.row, 2, f"{count} 项", self.plain)
            self.page.put(self.row + 2, 1, "填表人：        审核人：        单位负责人（签字）：", self.plain)
