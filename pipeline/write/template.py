"""The template: one workbook for each unit, blank or prefilled with what it last reported (contract §4).

封面 of the template: labels in one column, values beside them, how to fill in, what was wrong last time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.records import Hint
from pipeline.write.entry import ALLOWED, Lists, long_lists, validation, write_entry_sheet, write_lists
from pipeline.write.kit.cells import Page, letter
from pipeline.write.kit.document import FOOTER, Document, document, set_up_page, sheet_link
from pipeline.write.kit.paper import SIDE_MARGIN, lay_out
from pipeline.write.kit.table import text_height
from pipeline.write.kit.theme import ALARM, HEADER_FILL, OURS_FILL, REQUIRED_FILL
from schemas.columns import Column
from schemas.plan import Period, Plan, Unit
from schemas.returns import BY_KEY, COVER, HIDDEN_SHEET, TABLES, TEMPLATE_EDITION
from schemas.returns.self_check import QUESTIONS

_WIDTHS = (22, 80)
_LAST = len(_WIDTHS) - 1
_FIRST_ROW = 3
_TO_SIGN = "主要领导（签字）：＿＿＿＿＿＿"
_VALUE = 1  # the column of the values
_COUNTED = 5_000  # rows of 事项 that the cover counts
_FINDINGS_SHOWN = 40
_NEEDED = {"bg_color": "#FFF2CC"}


def guidance(plan: Plan, period: Period) -> tuple[str, ...]:
    """How to fill in, in ten lines."""
    office = plan.office
    return (
        "本表由专班办公室填好一部分后下发。请直接填写，不要改动工作表名称、表头和灰底格子，不要合并单元格。",
        "表头橙底、带 * 的必填，蓝底的按情况填，灰底的由办公室填好；一行里还缺的必填格显示浅黄色。",
        "有下拉箭头的格子只能从列表中选。日期写成 2023-07-31 的样子；编码、电话按文本填写，前面的 0 不要丢。",
        "上期报过的内容已经带出，只改有变化的地方即可；没有变化的不用重填。",
        "一行一条：一个事项、一名人员、一份委托书、一个系统、一项任务、一个问题各占一行，不加合计行。",
        "每张表最右边的“填报提示”随填随查：出现红字，说明这一行还缺内容或前后矛盾，改到变成空白为止。",
        "确实没有政务服务事项的，“事项总数”填 0（零报告），其余各表可以不填；不填不等于 0。",
        "事项、任务、问题的编号和名称各期保持一致；改名、取消的在备注中写明，不要直接删去。",
        "行不够时，右键“插入”行，或在末行之下接着填；可以排序、筛选、调整列宽。",
        f"由主要领导签字、加盖公章后，电子版（不改文件名，存为 .xlsx）和纸质版于 {period.cutoff} 前"
        f"报{office.centre}（邮箱 {office.email}，电话 {office.phone}）。",
    )


def write_cover(
    page: Page,
    plan: Plan,
    period: Period,
    values: Mapping[str, object],
    items: int,
    findings: Sequence[Mapping[str, object]],
    gains: Sequence[Hint],
    lists: Lists,
) -> None:
    """Write the cover; values: by Column.name; items: named rows prefilled in 事项; findings: last period's, open.

    gains: what would have raised the last score most.
    """
    for index, width in enumerate(_WIDTHS):
        page.raw.set_column(index, index, width)
    page.height(1, 46)
    page.across(1, 0, _LAST, COVER.title, page.theme.style("title", font_size=22))
    page.height(2, 22)
    page.across(2, 0, _LAST, COVER.hint, page.theme.style("note", align="center"))
    row = _FIRST_ROW
    for column in COVER.columns:
        _write_line(page, row, column, values.get(column.name), lists)
        row += 1
    row = _write_count_check(page, row, values.get("item_total"), items)
    row = _write_guidance(page, row + 1, guidance(plan, period))
    row = _write_findings(page, row + 1, findings)
    row = _write_gains(page, row + bool(gains), gains)
    set_up_page(page, lay_out(_WIDTHS, upright=True))
    page.raw.print_area(0, 0, row - 2, _LAST)
    page.raw.protect("", ALLOWED)


def _write_line(page: Page, row: int, column: Column, value: object, lists: Lists) -> None:
    page.height(row, 24)
    fill = OURS_FILL if column.prefilled else REQUIRED_FILL if column.required else HEADER_FILL
    page.put(row, 0, column.header, page.theme.style("label", bg_color=fill))
    extra = {"bg_color": OURS_FILL} if column.prefilled else {"locked": False}
    page.put(row, _VALUE, value, page.theme.cell(column, extra={"align": "left", "indent": 1, **extra}))
    if column.prefilled:
        return
    page.validation((row, _VALUE, row, _VALUE), validation(column, lists))
    if column.required:
        rule = {"type": "formula", "criteria": f'=${letter(_VALUE)}${row}=""', "format": page.theme.raw(_NEEDED)}
        page.conditional((row, _VALUE, row, _VALUE), rule)


def _write_count_check(page: Page, row: int, total: object, items: int) -> int:
    """A line that says, by formula, when 事项总数 is not the number of rows of 事项."""
    sheet = BY_KEY["items"]
    named = letter(sheet.names.index("item_name"))
    count = f"COUNTA('{sheet.name}'!${named}$4:${named}${_COUNTED})"
    cell = f"${letter(_VALUE)}${_FIRST_ROW + COVER.names.index('item_total')}"
    title = COVER.by_name["item_total"].title
    formula = (
        f'=IF({cell}="","",IF({cell}={count},"",'
        f'"“{title}”填的是 "&{cell}&"，“{sheet.name}”表里有 "&{count}&" 行，请核对"))'
    )
    wrong = total is not None and total != items
    text = f"“{title}”填的是 {total}，“{sheet.name}”表里有 {items} 行，请核对" if wrong else ""
    page.height(row, 20)
    style = page.theme.style("body", font_color=ALARM, bold=True)
    page.across(row, 0, _LAST, "", style)
    page.formula(row, 0, formula, style, text)
    return row + 1


def _write_guidance(page: Page, row: int, lines: Sequence[str]) -> int:
    page.height(row, 28)
    page.across(row, 0, _LAST, "怎么填", page.theme.style("section"))
    style = page.theme.style("body", text_wrap=True, valign="top")
    for number, line in enumerate(lines, 1):
        text = f"{number}. {line}"
        page.height(row + number, text_height(text, sum(_WIDTHS)))
        page.across(row + number, 0, _LAST, text, style)
    return row + len(lines) + 1


def _write_findings(page: Page, row: int, findings: Sequence[Mapping[str, object]]) -> int:
    """What the last return still had wrong, one line a finding, each naming sheet and cell."""
    if not findings:
        return row
    page.height(row, 28)
    page.across(row, 0, _LAST, f"上期来件中还要改的地方（{len(findings)} 处）", page.theme.style("section"))
    style = page.theme.style("cell", text_wrap=True)
    tabs = {sheet.name for sheet in BY_KEY.values()}
    for found in findings[:_FINDINGS_SHOWN]:
        row += 1
        place = f"{found.get('sheet') or ''} {found.get('cell') or ''}".strip()
        text = f"【{found.get('severity') or ''}】{found.get('problem') or ''}。{found.get('remedy') or ''}"
        room = sum(_WIDTHS[1:])
        page.height(row, max(text_height(text, room), text_height(place, _WIDTHS[0])))
        if found.get("sheet") in tabs:
            link = page.theme.style("cell", text_wrap=True, **page.theme.link)
            page.link(row, 0, sheet_link(str(found["sheet"])), place, link)
        else:
            page.put(row, 0, place, style)
        page.across(row, 1, _LAST, text, style)
    if len(findings) > _FINDINGS_SHOWN:
        row += 1
        rest = f"另有 {len(findings) - _FINDINGS_SHOWN} 处，见专班办公室发回的退回清单。"
        page.across(row, 0, _LAST, rest, page.theme.style("note"))
    return row + 1


def _write_gains(page: Page, row: int, gains: Sequence[Hint]) -> int:
    """What raises the score most, one line a step, each leading to its first row here."""
    if not gains:
        return row
    page.height(row, 28)
    page.across(row, 0, _LAST, "做什么最能提分（按上期计分，其他单位不变）", page.theme.style("section"))
    style = page.theme.style("cell", text_wrap=True)
    for found in gains:
        row += 1
        page.height(row, text_height(found.text, sum(_WIDTHS[1:])))
        if found.sheet:
            link = page.theme.style("cell", text_wrap=True, **page.theme.link)
            page.link(row, 0, sheet_link(found.sheet, f"A{found.row}"), f"{found.sheet} 第 {found.row} 行", link)
        else:
            page.put(row, 0, None, style)
        page.across(row, 1, _LAST, found.text, style)
    return row + 1


Row = Mapping[str, object]
_LISTS_COLUMN = 3  # A and B of the hidden sheet hold its own labels and values


@dataclass(frozen=True)
class Prefill:
    """What is known of a unit before it fills in; all by `Column.name`, blanks None or left out.

    cover: values beside the labels (单位, 期次, 会议日期 and 报送截止 are always the plan's own).
    tables: Sheet.key → one mapping a row. open_findings: last period's, one mapping a finding with
    the names of `schemas.tables.FINDINGS`. gains: what would have raised its last score most.
    """

    cover: Row = field(default_factory=dict)
    tables: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    open_findings: Sequence[Row] = ()
    gains: Sequence[Hint] = ()


def template_name(unit: Unit, period: Period) -> str:
    """File name of a unit's template."""
    return f"{unit.name}_应进必进填报表_{period.label}.xlsx"


def write_template(path: Path, plan: Plan, period: Period, unit: Unit, prefill: Prefill | None = None) -> None:
    """Write the workbook that `unit` fills in for `period`: cover, tables, and the very hidden `_模板`.

    An optional sheet (督办回复) is made only where something stands in it.
    """
    prefill = prefill or Prefill()
    tables = {sheet.key: prefill.tables.get(sheet.key, ()) for sheet in TABLES}
    sheets = [sheet for sheet in TABLES if tables[sheet.key] or not sheet.optional]
    tables["self_check"] = self_check_rows(tables["self_check"])
    with document(path, title=COVER.title, created=period.meeting, author=plan.office.name, home=COVER.name) as doc:
        cover = doc.sheet(COVER.name)
        pages = [doc.sheet(sheet.name, endless=True) for sheet in sheets]
        lists = _write_hidden(doc, plan, period, unit)
        values = dict(prefill.cover) | {
            "unit": unit.name,
            "period": period.number,
            "meeting": period.meeting,
            "cutoff": period.cutoff,
        }
        items = sum(1 for row in tables["items"] if row.get("item_name") is not None)
        write_cover(cover, plan, period, values, items, prefill.open_findings, prefill.gains, lists)
        for page, sheet in zip(pages, sheets, strict=True):
            write_entry_sheet(page, sheet, tables[sheet.key], lists, plan)
            if sheet.printed_as:
                _to_be_signed(page, sheet.printed_as, unit, period)


def _to_be_signed(page: Page, name: str, unit: Unit, period: Period) -> None:
    """Print the sheet as the paper that it is: its name above, places for signature and seal below every page.

    In the margins, so that no row of ours can be taken for one of the unit's.
    """
    whose = unit.full_name.replace("&", "&&")
    page.raw.set_margins(left=SIDE_MARGIN, right=SIDE_MARGIN, top=0.9, bottom=1.2)
    page.raw.set_header(f"&L{whose}　{name}&R{period.label}")
    page.raw.set_footer(f"&L{_TO_SIGN}\n&C单位（加盖公章）\n{FOOTER.removeprefix('&C')}&R　　　　年　　月　　日\n")


def self_check_rows(answers: Sequence[Row]) -> list[Row]:
    """The nine questions of the notice, each with the unit's answer where one is known."""
    known = {str(row.get("number")): row for row in answers}
    return [
        {**known.get(str(number), {}), "number": str(number), "question": question}
        for number, question in enumerate(QUESTIONS, 1)
    ]


def _write_hidden(doc: Document, plan: Plan, period: Period, unit: Unit) -> Lists:
    """What tells our template again when it comes back; beside it, the lists of long dropdowns."""
    page: Page = doc.sheet(HIDDEN_SHEET)
    facts = {
        "模板版本": TEMPLATE_EDITION,
        "单位编号": unit.id,
        "期次": str(period.number),
        "会议日期": period.meeting.isoformat(),
        "报送截止": period.cutoff.isoformat(),
    }
    plain = page.theme.style("body", num_format="@")
    for row, (label, value) in enumerate(facts.items(), 1):
        page.put(row, 0, label, plain)
        page.put(row, 1, value, plain)
    names = [member.name for member in plan.units]
    lists = write_lists(page, long_lists((COVER, *TABLES), names), _LISTS_COLUMN)
    page.raw.very_hidden()
    return lists
