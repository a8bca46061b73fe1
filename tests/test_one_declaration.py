"""One column, one place: change a declaration, and template, check, finding, hint and column guide follow."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.checks import shape
from pipeline.checks.rows import Reported
from pipeline.records import Layout
from pipeline.write import template
from schemas import returns
from schemas.columns import Sheet
from schemas.plan import Period, load_plan
from schemas.words import Choice

PLAN = load_plan()
PERIOD = Period(1, date(2023, 3, 17), date(2023, 3, 15))
NOBODY_SAID_ANYTHING = Reported(frozenset(), frozenset())


@pytest.fixture
def changed(monkeypatch) -> Sheet:
    """事项 with its column 办件类型 renamed, given another value, and no longer required."""
    sheet = returns.BY_KEY["items"]
    choice = Choice("办件类型", ("即办件", "承诺件", "联办件"))
    columns = tuple(
        replace(column, title="办件方式", choice=choice, required=False, help="怎么办")
        if column.name == "handling"
        else column
        for column in sheet.columns
    )
    sheet = replace(sheet, columns=columns)
    monkeypatch.setitem(returns.BY_KEY, "items", sheet)
    monkeypatch.setattr(template, "TABLES", [sheet if s.key == "items" else s for s in returns.TABLES])
    shape._schema.cache_clear()
    yield sheet
    shape._schema.cache_clear()


def findings_about(sheet: Sheet, value: str | None) -> list[str]:
    row = dict.fromkeys(sheet.names) | {"handling": value, "unit": "区发改委", "row": 4, "layout": 0}
    row |= {"file": "x.xlsx", "sheet": "事项", "carried": ""}
    letters = {name: "E" if name == "handling" else "A" for name in sheet.names}
    layout = Layout("x.xlsx", "事项", "items", 3, letters)
    _, found = shape.check_shape(sheet, pd.DataFrame([row], dtype=object), [layout], NOBODY_SAID_ANYTHING)
    return [f"{f.problem}。{f.remedy}" for f in found if f.place.cell == "E4"]


def test_the_template_follows(changed, tmp_path):
    template.write_template(tmp_path / "t.xlsx", PLAN, PERIOD, PLAN.units[0])
    tab = load_workbook(tmp_path / "t.xlsx")["事项"]
    assert tab["E3"].value == "办件方式"
    rule = next(v for v in tab.data_validations.dataValidation if "E4" in v.sqref)
    assert (rule.formula1, rule.promptTitle, rule.prompt) == ('"即办件,承诺件,联办件"', "办件方式", "【选填】怎么办")
    formula = tab.cell(4, tab.max_column).value
    assert "“办件方式”不在可选内容内" in formula
    assert "办件类型" not in formula


def test_the_check_and_the_wording_of_the_finding_follow(changed):
    assert findings_about(changed, "联办件") == []
    assert findings_about(changed, None) == []
    assert findings_about(changed, "Q") == [
        "“办件方式”填的“Q”不在可填内容之列。请从下拉列表中选填：即办件、承诺件、联办件"
    ]


def test_before_the_change_the_same_cells_are_wrong():
    sheet = returns.BY_KEY["items"]
    assert len(findings_about(sheet, "联办件")) == 1
    assert findings_about(sheet, None) == ["“办件类型”没有填写。请从下拉列表中选填：即办件、承诺件"]


def test_the_column_guide_follows(changed):
    entry = changed.guide()[4]
    assert entry == {
        "列名": "办件方式",
        "类型": "选项",
        "必填": "",
        "可填内容": "即办件、承诺件、联办件",
        "说明": "怎么办",
    }
