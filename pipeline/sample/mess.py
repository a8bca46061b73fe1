"""How units spoil a correct return: each function gives a copy in which some cells are as people fill them in.

Values are written into the workbook as they stand here, text and numbers alike. The ids in brackets
are those of the mess that offices know.

A unit's own workbook instead of the template: same content, another shape (contract §4).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import reduce
from pathlib import Path

from pipeline.sample.items import Row
from pipeline.sample.returns import SampleReturn
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document
from schemas.columns import Column, Sheet
from schemas.dimensions import STEPS
from schemas.returns import COVER, TABLES
from schemas.words import ITEM_TYPE

Mess = Callable[[SampleReturn], SampleReturn]
#: 18 characters with a right check digit, of someone born in 1900: nobody's.
NOBODYS_ID = "410404190001010010"


def cell(content: SampleReturn, key: str, row: int, **values: object) -> SampleReturn:
    """The return with some cells of one row (0-based; −1 the last) of one table replaced."""
    rows = list(content.tables[key])
    if rows:
        rows[row % len(rows)] = {**rows[row % len(rows)], **values}
    return replace(content, tables={**content.tables, key: rows})


def cover(content: SampleReturn, **values: object) -> SampleReturn:
    """The return with some values of its 封面 replaced."""
    return replace(content, cover={**content.cover, **values})


def respelled(content: SampleReturn, key: str, spellings: Mapping[str, Mapping[object, object]]) -> SampleReturn:
    """The return with values of one table written otherwise: column → value → spelling."""
    rows = [
        {name: spellings.get(name, {}).get(value, value) for name, value in row.items()} for row in content.tables[key]
    ]
    return replace(content, tables={**content.tables, key: rows})


def several(*messes: Mess) -> Mess:
    """One after the other."""
    return lambda content: reduce(lambda so_far, mess: mess(so_far), messes, content)


def ticks(content: SampleReturn) -> SampleReturn:
    """√ and × instead of words, 综窗, 厅内: safe to repair, each repair on record."""
    content = respelled(content, "staff", {"present": {"是": "√", "否": "×"}})
    content = respelled(
        content, "items", {"item_presence": {"已进驻": "√"}, "window_presence": {"综合窗口": "综窗"}, "step_accept": {"大厅": "厅内"}}
    )  # fmt: skip
    return cover(content, signed="√", sealed="√")


def loose_text(content: SampleReturn) -> SampleReturn:
    """Full-width letters, blanks and line breaks inside names, brackets of the other width."""
    first = content.tables["items"][0]
    content = cell(content, "items", 0, item_name=f" {first['item_name']}\n", item_code=_wide(str(first["item_code"])))
    content = cell(content, "items", 1, item_name=str(content.tables["items"][1]["item_name"]).replace("（", "("))
    return cell(content, "contacts", 0, name="赵　示甲", mobile="138 0000 0001")


def _wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) for character in text)


def loose_dates(content: SampleReturn) -> SampleReturn:
    """Dates as people write them; each can be told (date_cases)."""
    content = cell(content, "tasks", -1, planned_on="2023年10月底")
    content = cell(content, "tasks", -2, planned_on="２０２３．９．３０")
    return cell(content, "tasks", -3, planned_on="三季度")


def bad_dates(content: SampleReturn) -> SampleReturn:
    """Dates that do not exist or are none."""
    content = cell(content, "tasks", -1, planned_on="2023.2.30")
    return cell(content, "tasks", -2, planned_on="长期")


def wrong_choices(content: SampleReturn) -> SampleReturn:
    """Misspelt and out-of-list values; “基本到位” is never 是."""
    content = cell(content, "items", 0, item_type="行政许克")
    content = cell(content, "items", 1, staff_presence="基本到位")
    return cell(content, "items", 2, item_type="行政处罚")


def blanks(content: SampleReturn) -> SampleReturn:
    """Required cells left empty."""
    content = cell(content, "items", 0, authority=None)
    content = cell(content, "items", 1, step_decide=None, window_number=None)
    return cell(content, "contacts", 1, title=None)


def lost_digits(content: SampleReturn) -> SampleReturn:
    """A code that Excel has made a number of."""
    return cell(content, "items", 0, item_code=float(1_141_040_400_000_000) * 10**15)


def bad_codes(content: SampleReturn) -> SampleReturn:
    """A code with a wrong check digit, and one that is too short."""
    code = str(content.tables["items"][1]["item_code"])
    wrong = "1" if code[17] != "1" else "2"
    content = cell(content, "items", 1, item_code=code[:17] + wrong + code[18:])
    return cell(content, "items", 2, item_code=code[:9])


def ditto(content: SampleReturn) -> SampleReturn:
    """同上 instead of the value above."""
    for row in range(1, min(4, len(content.tables["items"]))):
        content = cell(content, "items", row, negative_list="同上")
    return content


def twice(content: SampleReturn) -> SampleReturn:
    """The same row twice."""
    rows = content.tables["items"]
    return cover(replace(content, tables={**content.tables, "items": [*rows, dict(rows[0])]}), item_total=len(rows) + 1)


def miscounted(content: SampleReturn) -> SampleReturn:
    """事项总数 that is not the number of rows."""
    return cover(content, item_total=int(str(content.cover["item_total"])) + 2)


def unsigned(content: SampleReturn) -> SampleReturn:
    """Sent before the signature and the seal."""
    return cover(content, signed="否", sealed="否")


def rosy(content: SampleReturn) -> SampleReturn:
    """A self-check that says all is well, whatever the rows say."""
    good = {str(number): "否" if number >= 8 else "是" for number in range(1, 10)}
    rows: list[Row] = [
        {**row, "answer": good[str(row["number"])], "explanation": None, "correct_by": None}
        for row in content.tables["self_check"]
    ]
    return replace(content, tables={**content.tables, "self_check": rows})


def no_letters(content: SampleReturn) -> SampleReturn:
    """已授权, but the first two letters of authorisation are not registered."""
    return replace(content, tables={**content.tables, "authorisations": content.tables["authorisations"][2:]})


def no_mobile(content: SampleReturn) -> SampleReturn:
    """A unit that may not give mobile numbers: its office has agreed to a waiver."""
    return respelled(content, "contacts", {"mobile": {row["mobile"]: None for row in content.tables["contacts"]}})


def confessed(content: SampleReturn) -> SampleReturn:
    """The unit itself says 体外循环 of its first item and 两头受理 of its second."""
    content = cell(content, "items", 0, outside_loop="是", step_review="厅外", step_decide="厅外")
    return cell(content, "items", 1, double_acceptance="是")


def private(content: SampleReturn) -> SampleReturn:
    """A personal identity number, and a text that Excel would take for a formula."""
    content = cell(content, "items", 0, remark=f"联系人身份证 {NOBODYS_ID}")
    return cell(content, "items", 1, remark="=待定")


def vanished(content: SampleReturn) -> SampleReturn:
    """The last item is gone without a word."""
    rows = content.tables["items"][:-1]
    return cover(replace(content, tables={**content.tables, "items": rows}), item_total=len(rows))


def renamed(content: SampleReturn) -> SampleReturn:
    """An item has another name now, and the remark says why."""
    name = f"{content.tables['items'][0]['item_name']}（新版）"
    content = respelled(content, "authorisations", {"item_name": {content.tables["items"][0]["item_name"]: name}})
    return cell(content, "items", 0, item_name=name, remark="按省事项清单改名")


def excused(content: SampleReturn) -> SampleReturn:
    """Three items moved to the 负面清单 with a number that the office has never seen."""
    for row in range(3):
        content = cell(content, "items", row, negative_list="是", approval_number=f"内部纪要〔2023〕{row + 1}号")
    return content


def late_plans(content: SampleReturn) -> SampleReturn:
    """Plan dates after every deadline, and plan dates that have passed."""
    meeting = content.cover["meeting"]
    assert isinstance(meeting, date)
    open_rows = [number for number, row in enumerate(content.tables["items"]) if row["planned_on"] is not None]
    for turn, row in enumerate(open_rows[:5]):
        planned = date(meeting.year, 12, 31) if turn % 2 else meeting - timedelta(days=10)
        content = cell(content, "items", row, planned_on=planned)
    return content


def split(content: SampleReturn) -> SampleReturn:
    """The first item that is in place, reported three times more under names of its own: 变更, 延续, 补证."""
    done = next(row for row in content.tables["items"] if row["item_presence"] == "已进驻")
    items, letters = list(content.tables["items"]), list(content.tables["authorisations"])
    of_item = [letter for letter in letters if letter["item_name"] == done["item_name"]]
    for number, kind in enumerate(("变更", "延续", "补证"), start=1):
        named = {"item_code": f"{done['item_code']}{number:02d}", "item_name": f"{done['item_name']}（{kind}）"}
        items.append({**done, **named})
        letters += [{**row, **named, "letter_number": f"{row['letter_number']}-{number}"} for row in of_item]
    tables = {**content.tables, "items": items, "authorisations": letters}
    return cover(replace(content, tables=tables), item_total=len(items))


def backdated(content: SampleReturn) -> SampleReturn:
    """The first task, reported open until now, is said to have been done on its very plan date."""
    return cell(
        content, "tasks", 0, progress=1.0, done_on=content.tables["tasks"][0]["planned_on"], evidence="会议纪要"
    )


def reopened(content: SampleReturn) -> SampleReturn:
    """What was reported solved is 办理中 again."""
    return _problems(content, [{**row, "state": "办理中", "solved_on": None} for row in content.tables["problems"]])


def forgotten(content: SampleReturn) -> SampleReturn:
    """Unsolved problems are listed no more."""
    return _problems(content, [row for row in content.tables["problems"] if row["state"] == "已解决"])


def _problems(content: SampleReturn, rows: list[Row]) -> SampleReturn:
    return replace(content, tables={**content.tables, "problems": rows})


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
        for sheet in (sheet for sheet in TABLES if content.tables.get(sheet.key) or not sheet.optional):
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
