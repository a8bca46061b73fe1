"""A return written as small tables: what a test does not mention is filled in and right.

`returned(unit, 事项="…")` takes, by the sheet's name, a table with titles on its first line and
cells between bars; "-" is a blank cell. A column that is left out keeps its good value. Findings
come back as (code, title of the column and Excel row), e.g. ("SX-001", "事项进驻4").
"""

from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from pipeline.checks.returns import check_returns
from pipeline.findings import Finding, Place, catalogue
from pipeline.judge.states import item_states
from pipeline.records import PROVENANCE, Intake, Layout, Previous
from schemas.columns import Column, Kind, Sheet
from schemas.plan import Period, Plan, load_plan
from schemas.returns import BY_KEY, COVER, OFFICE, TABLES, TEMPLATE
from schemas.returns.self_check import GOOD_ANSWER, QUESTIONS
from schemas.tables import FILES, MATRIX, SET_ASIDE
from tests.judge.matrix_rows import previous_of

PLAN = load_plan()
PERIOD = Period(3, date(2023, 4, 14), date(2023, 4, 12), date(2023, 3, 31))
UNIT, OTHER, THIRD = "区发改委", "区司法局", "区财政局"
CREDIT = {UNIT: "11410404MB0A000182", OTHER: "11410404MB0A00026W", THIRD: "11410404MB0A00034P"}
#: 31 characters each: 18 of the credit code, level 4, then 12.
CODE = "11410404MB0A0001824000114108003"
CODE_2 = "11410404MB0A0001824000114108004"
HEADER_ROW, FIRST_ROW = 3, 4
_BY_NAME = {sheet.name: sheet for sheet in (*TEMPLATE, *OFFICE)}

GOOD: dict[str, dict[str, str]] = {
    "封面": {
        "期次": "3",
        "会议日期": "2023-04-14",
        "报送截止": "2023-04-12",
        "填报日期": "2023-04-10",
        "填报人": "甲",
        "联系电话": "0375-2536288",
        "事项总数": "1",
        "主要领导签字": "是",
        "加盖公章": "是",
    },
    "联系人": {"角色": "具体责任人", "姓名": "甲", "职务": "科员", "手机": "13800000000"},
    "自查": {},
    "事项": {
        "事项编码": CODE,
        "事项名称": "企业投资项目备案",
        "事项类型": "行政许可",
        "办件类型": "承诺件",
        "负面清单": "否",
        "事项进驻": "已进驻",
        "窗口进驻": "综合窗口",
        "窗口编号": "A01",
        "受理": "大厅",
        "审核": "大厅",
        "决定": "大厅",
        "送达": "线上",
        "环节模式": "审核合一",
        "人员进驻": "已进驻",
        "授权情况": "已授权",
        "办理系统": "省一体化平台",
        "系统对接": "已对接",
        "一证通办": "已实现",
        "体外循环": "否",
        "两头受理": "否",
    },
    "人员": {"姓名": "甲", "岗位": "首席代表", "是否进驻": "是", "进驻日期": "2023-03-20"},
    "授权": {
        "事项编码": CODE,
        "事项名称": "企业投资项目备案",
        "授权内容": "受理、审核、决定",
        "被授权人": "甲",
        "委托书编号": "委〔2023〕1号",
        "签订日期": "2023-03-10",
    },
    "系统": {"系统名称": "省一体化平台", "系统层级": "省", "对接状态": "已对接", "承载事项数": "1"},
    "任务": {
        "任务编号": "R1",
        "任务名称": "事项全部进驻",
        "对应目标": "事项进驻到位",
        "责任人": "甲",
        "计划完成日期": "2023-07-31",
        "完成进度": "40%",
    },
    "问题": {
        "问题编号": "W1",
        "问题描述": "系统不通",
        "问题类型": "系统不通",
        "责任单位": OTHER,
        "解决时限": "2023-06-30",
        "状态": "办理中",
    },
    "督办回复": {
        "编号": "Y1",
        "来源": "会议议定",
        "事由": "开通统一受理",
        "时限": "2023-05-31",
        "办理进展": "已开通",
        "是否办结": "是",
    },
    "督查核查": {
        "核查日期": "2023-04-06",
        "单位": UNIT,
        "事项编码": CODE,
        "事项名称": "企业投资项目备案",
        "问题类型": "两头受理",
        "问题描述": "仍在原单位受理",
        "整改时限": "2023-05-31",
        "整改状态": "整改中",
    },
    "豁免事项": {
        "单位": UNIT,
        "规则编号": "SX-038",
        "理由": "上级系统未开通",
        "批准人": "专班办公室主任",
        "到期日": "2023-06-30",
    },
    "延期事项": {
        "单位": UNIT,
        "事项编码": CODE,
        "事项名称": "企业投资项目备案",
        "维度": "系统",
        "延至日期": "2023-12-15",
        "客观原因": "上级系统未开通",
        "批准人": "专班办公室主任",
    },
    "加减分": {
        "会议日期": "2023-04-14",
        "单位": UNIT,
        "分值": "2",
        "理由": "经验交流",
        "批准人": "专班办公室主任",
    },
    "议定事项": {
        "编号": "Y1",
        "议定日期": "2023-03-31",
        "来源": "会议议定",
        "议定内容": "开通统一受理",
        "责任单位": UNIT,
        "事项编码": CODE,
        "事项名称": "企业投资项目备案",
        "完成时限": "2023-05-31",
        "状态": "办理中",
    },
}
_QUESTIONS = "序号|自查内容|自查结论\n" + "\n".join(
    f"{number}|{question}|{GOOD_ANSWER[number]}" for number, question in enumerate(QUESTIONS, 1)
)
_CONTACTS = "角色|姓名\n分管负责同志|甲\n具体责任人|乙"
_ONE_ROW = "标题\n-"


@dataclass
class Returned:
    """One unit's return: Sheet.key → rows, cleaned; lost_columns: (sheet, title) that its file lacks."""

    unit: str
    rows: dict[str, list[dict[str, object]]]
    lost_columns: set[tuple[str, str]] = field(default_factory=set)
    lost_sheets: set[str] = field(default_factory=set)

    @property
    def file(self) -> str:
        return f"{self.unit}.xlsx"


def returned(unit: str = UNIT, **tables: str) -> Returned:
    """A correct return of one item, but for `tables`."""
    texts = {"自查": _QUESTIONS, "联系人": _CONTACTS} | {
        sheet.name: "" if sheet.optional else _ONE_ROW for sheet in TEMPLATE if sheet.name not in ("自查", "联系人")
    }
    rows = {_BY_NAME[name].key: table(name, text, unit) for name, text in (texts | tables).items()}
    for row in rows["cover"]:
        row["unit"] = unit
    return Returned(unit, rows)


def table(name: str, text: str, unit: str = UNIT) -> list[dict[str, object]]:
    """The rows of one small table; an empty text is a sheet without rows."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    if not lines:
        return []
    titles, rows = lines[0], []
    for cells in lines[1:]:
        good = {title: _own(value, unit) for title, value in GOOD[name].items()}
        given = dict(zip(titles, cells, strict=True)) if titles != ["标题"] else {}
        filled = good | given
        rows.append({column.name: _cell(column, filled.get(column.title, "-")) for column in _BY_NAME[name].columns})
    return rows


def _own(value: str, unit: str) -> str:
    """Another unit's good codes are its own, down to the last digits."""
    number = list(CREDIT).index(unit)
    return value.replace(CREDIT[UNIT], CREDIT[unit]).replace("114108", f"1141{8 + number:02d}") if number else value


def _cell(column: Column, text: str) -> object:
    if text == "-":
        return None
    if column.kind is Kind.DATE:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    if column.kind is Kind.PERCENT and text.endswith("%"):
        return int(text[:-1]) / 100
    return int(text) if column.kind in (Kind.INTEGER, Kind.NUMBER) and text.lstrip("-").isdigit() else text


def intake(*returns: Returned, findings: tuple[Finding, ...] = (), **office: str) -> Intake:
    """What the returns and, by sheet name, the office's own workbooks come in as."""
    layouts: list[Layout] = []
    rows: dict[str, list[dict[str, object]]] = {sheet.key: [] for sheet in (*TEMPLATE, *OFFICE)}
    for entry in returns:
        for sheet in TEMPLATE:
            if sheet.name not in entry.lost_sheets:
                lost = {title for name, title in entry.lost_columns if name == sheet.name}
                rows[sheet.key] += _placed(sheet, entry.rows[sheet.key], entry.file, layouts, lost, unit=entry.unit)
    for name, text in office.items():
        sheet = _BY_NAME[name]
        rows[sheet.key] = _placed(sheet, table(name, text), f"{name}.xlsx", layouts, set())
    frames = {key: _frame(BY_KEY[key], entries) for key, entries in rows.items()}
    return Intake(
        covers=frames["cover"],
        tables={sheet.key: frames[sheet.key] for sheet in TABLES},
        office={sheet.key: frames[sheet.key] for sheet in OFFICE},
        files=pd.DataFrame(columns=[*FILES.names, "late"], dtype=object),
        set_aside=pd.DataFrame(columns=list(SET_ASIDE.names), dtype=object),
        rows_read={},
        layouts=tuple(layouts),
        findings=findings,
    )


def _placed(
    sheet: Sheet, rows: list[dict[str, object]], file: str, layouts: list[Layout], lost: set[str], **unit: str
) -> list[dict[str, object]]:
    letters = {column.name: _letter(place) for place, column in enumerate(sheet.columns) if column.title not in lost}
    values = {}
    if sheet.vertical:
        values = {name: FIRST_ROW + place for place, name in enumerate(letters)}
        letters = dict.fromkeys(letters, "B")
    layouts.append(Layout(file, sheet.name, sheet.key, HEADER_ROW, letters, values))
    names = {column.name for column in sheet.columns if column.title in lost}
    provenance = {"file": file, "sheet": sheet.name, "layout": len(layouts) - 1, "carried": "", **unit}
    return [{**row, **dict.fromkeys(names), **provenance, "row": FIRST_ROW + number} for number, row in enumerate(rows)]


def _letter(place: int) -> str:
    return chr(ord("A") + place) if place < 26 else "A" + chr(ord("A") + place - 26)


def _frame(sheet: Sheet, rows: list[dict[str, object]]) -> pd.DataFrame:
    columns = list(dict.fromkeys([*sheet.names, *PROVENANCE]))
    return pd.DataFrame(rows, columns=columns, dtype=object)


def answers(*wrong):
    """The self-check with these questions not good, and what that makes necessary."""
    lines = ["序号|自查内容|自查结论|情况说明|整改时限"]
    for number in range(1, 10):
        good = "否" if number >= 8 else "是"
        if str(number) in wrong:
            lines.append(f"{number}|问|部分|正在整改|2023-06-30")
        else:
            lines.append(f"{number}|问|{good}|-|-")
    return "\n".join(lines)


def check(
    *returns: Returned, plan: Plan = PLAN, previous: Previous | None = None, **given: object
) -> set[tuple[str, str]]:
    """(code, column and row) of every finding about these returns."""
    return found(intake(*returns, **given), plan=plan, previous=previous)  # type: ignore[arg-type]


def found(taken: Intake, plan: Plan = PLAN, previous: Previous | None = None) -> set[tuple[str, str]]:
    """The same for an intake made by hand; a unit other than the first is named in front."""
    findings = check_returns(plan, PERIOD, taken, previous)
    places = [(entry.code, where(taken, entry)) for entry in findings]
    assert len(places) == len(set(places)), "said twice"
    return set(places)


def where(taken: Intake, entry: Finding) -> str:
    """事项进驻4; 表头 for the header of a column; 区司法局：… for any unit but the first of the tests."""
    names = {
        f"{letter}{layout.value_rows.get(name, row)}": (BY_KEY[layout.table].by_name[name].title, row)
        for layout in taken.layouts
        if (layout.file, layout.sheet) == (entry.place.file, entry.place.sheet)
        for name, letter in layout.letters.items()
        for row in range(1, 40)
    }
    title, row = names.get(entry.place.cell, (entry.place.cell, 0))
    label = "表头" if row == HEADER_ROW else "" if entry.place.table == COVER.key else str(row or "")
    other = f"{entry.place.unit}：" if entry.place.unit not in (UNIT, "") else ""
    return f"{other}{title}{label}"


def reading_said(code: str, sheet: str, title: str, row: int, unit: str = UNIT) -> Finding:
    """A finding that reading has made at one cell."""
    place_in_sheet = [column.title for column in _BY_NAME[sheet].columns].index(title)
    place = Place(unit, f"{unit}.xlsx", sheet, f"{_letter(place_in_sheet)}{row}", row, _BY_NAME[sheet].key)
    return Finding(code, catalogue()[code].severity, place, "", "", "")


def before(*returns: Returned, plan: Plan = PLAN) -> Previous:
    """The state that these returns of the period before have left behind."""
    taken = intake(*returns)
    items = taken.tables["items"]
    matrix = items.join(item_states(items, plan)).reindex(columns=list(MATRIX.names))
    return previous_of(covers=taken.covers, tables=taken.tables, matrix=matrix)
