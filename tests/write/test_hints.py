"""填报提示: what it says of a row, and that formula and cached value never differ."""

from datetime import date

import pandas as pd
import pytest

from pipeline.write.entry import hint_formula, hint_texts, hints_of
from schemas.columns import Kind, Sheet, column
from schemas.conditions import Filled, When
from schemas.plan import load_plan
from schemas.returns import BY_KEY, OFFICE, TABLES
from schemas.words import YES_NO

PLAN = load_plan()
WHERE = "'_模板'!$D$2:$D$3"
SHEET = Sheet(
    "things",
    "事物",
    "SW",
    "事物",
    "",
    (
        column("name", "名称", Kind.NAME, required=True),
        column("present", "是否进驻", YES_NO, required=True),
        column("since", "进驻日期", Kind.DATE),
        column("reason", "原因", required_when=When("present", ("否",))),
        column("code", "编码", Kind.CODE),
        column("count", "数量", Kind.INTEGER, minimum=0),
        column("share", "进度", Kind.PERCENT, minimum=0, maximum=1),
        column("owner", "责任单位", Kind.UNIT, required_when=Filled("code")),
    ),
)
GOOD = {"name": "甲", "present": "是"}


def said(**cells: object) -> str:
    row = pd.DataFrame([{name: cells.get(name) for name in SHEET.names}], columns=list(SHEET.names), dtype=object)
    return hint_texts(hints_of(SHEET, PLAN, WHERE), row)[0]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, ""),
        ({"name": None}, "缺“名称”；"),
        ({"present": None, "name": None, "count": 1}, "缺“名称”；缺“是否进驻”；"),
        ({"present": "否"}, "“是否进驻”为“否”，缺“原因”；"),
        ({"present": "否", "reason": "等系统"}, ""),
        ({"present": "也许"}, "“是否进驻”不在可选内容内；"),
        ({"since": "七月底"}, "“进驻日期”不是日期；"),
        ({"since": date(2023, 7, 31)}, ""),
        ({"count": -1}, "“数量”应为整数；"),
        ({"share": 80}, "“进度”应为 0–100%；"),
        ({"share": 0.8}, ""),
        ({"code": 123, "owner": "区发改委"}, "“编码”成了数字，须为文本；"),
        ({"code": "123"}, "已填“编码”，缺“责任单位”；"),
        ({"owner": "某局"}, "“责任单位”不是成员单位简称；"),
    ],
)
def test_a_row_is_told_what_it_lacks(changed, words):
    assert said(**GOOD | changed) == words


def test_an_empty_row_is_told_nothing():
    assert said() == ""


def test_the_formula_asks_the_same_of_its_own_row_only():
    cells = {name: f"${letter}7" for name, letter in zip(SHEET.names, "ABCDEFGH", strict=True)}
    formula = hint_formula(hints_of(SHEET, PLAN, WHERE), cells)
    assert formula.startswith('=IF(COUNTA($A7:$H7)=0,"",IF($A7="","缺“名称”；","")&')
    assert '&IF(AND($B7="否",$D7=""),"“是否进驻”为“否”，缺“原因”；","")&' in formula
    assert f'IF(AND($H7<>"",COUNTIF({WHERE},$H7)=0),"“责任单位”不是成员单位简称；","")' in formula


@pytest.mark.parametrize("sheet", [*TABLES, *OFFICE], ids=lambda sheet: sheet.name)
def test_every_sheet_has_a_formula_that_excel_takes(sheet):
    cells = {name: f"$AA{number}" for number, name in enumerate(sheet.names, 10_000)}
    formula = hint_formula(hints_of(sheet, PLAN, WHERE), cells)
    assert len(formula) <= 8_192
    assert not [name for name in ("LET(", "IFS(", "TEXTJOIN(", "XLOOKUP(", "FILTER(", "TODAY(") if name in formula]


def test_an_item_that_is_not_there_yet_needs_a_date_and_a_reason():
    sheet = BY_KEY["items"]
    row = {
        "item_name": "企业投资项目备案",
        "item_type": "行政许可",
        "handling": "即办件",
        "negative_list": "否",
        "item_presence": "推进中",
        "window_presence": "综合窗口",
        "window_number": "A01",
        **dict.fromkeys(("step_accept", "step_review", "step_decide", "step_deliver"), "大厅"),
        "step_mode": "审核合一",
        "staff_presence": "已进驻",
        "authority": "已授权",
        "system_state": "已对接",
        "outside_loop": "否",
        "double_acceptance": "否",
    }
    exempt = row | {"negative_list": "是", "approval_number": "石政〔2023〕1号"}
    there = row | {"item_presence": "已进驻"}
    rows = pd.DataFrame([row, exempt, there], columns=list(sheet.names), dtype=object)
    missing = "有进驻维度尚未到位，缺“计划完成日期”；有进驻维度尚未到位，缺“未到位原因”；"
    assert hint_texts(hints_of(sheet, PLAN, WHERE), rows) == [missing, "", ""]
