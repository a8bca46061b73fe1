"""The template as a person and as the program meet it (contract §4)."""

import re
from datetime import date

import pytest
from openpyxl import load_workbook
from reading import columns_of, formulas_of, needs_office, options_of, recalculated, same_value, validation_of

from pipeline.write.office import write_office_books
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, load_plan
from schemas.returns import COVER, TABLES
from schemas.returns.self_check import QUESTIONS

PLAN = load_plan()
PERIOD = Period(3, date(2023, 4, 14), date(2023, 4, 12), date(2023, 3, 31))
UNIT = PLAN.units[0]
NAMES = ["封面", "联系人", "自查", "事项", "人员", "授权", "系统", "任务", "问题", "督办回复"]
ITEM = {
    "item_code": "11410404MB0A0000X24000104000001",
    "item_name": "企业投资项目备案",
    "item_type": "行政许可",
    "negative_list": "是",
    "item_presence": "也许",
}
PREFILL = Prefill(
    cover={"filled_by": "钱某", "item_total": 2},
    tables={
        "items": [ITEM, {"item_name": "=危险(内容)", "planned_on": date(2023, 7, 31)}],
        "self_check": [{"number": "8", "answer": "是"}],
        "tasks": [{"task_number": "RW-01", "progress": 0.8}],
        "replies": [{"number": "Y1", "source": "会议议定", "subject": "开通统一受理", "due": date(2023, 4, 28)}],
    },
    open_findings=[
        {
            "sheet": "事项",
            "cell": "H5",
            "severity": "错误",
            "problem": "“事项进驻”没有填写",
            "remedy": "请从下拉列表中选填",
        }
    ],
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    target = tmp_path_factory.mktemp("template") / template_name(UNIT, PERIOD)
    write_template(target, PLAN, PERIOD, UNIT, PREFILL)
    return target


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


@pytest.fixture(scope="module")
def blank(tmp_path_factory):
    target = tmp_path_factory.mktemp("blank") / "blank.xlsx"
    write_template(target, PLAN, PERIOD, UNIT)
    return load_workbook(target)


def test_file_name():
    assert template_name(UNIT, PERIOD) == "区发改委_应进必进填报表_第03期.xlsx"


def test_the_sheets_in_order_and_one_very_hidden(book, blank):
    assert [sheet.title for sheet in book] == [*NAMES, "_模板"]
    assert {sheet.title for sheet in book if sheet.sheet_state == "veryHidden"} == {"_模板"}
    assert all(sheet.sheet_state == "visible" for sheet in book if sheet.title != "_模板")
    assert [sheet.title for sheet in blank] == [*NAMES[:-1], "_模板"]  # nothing is open for the unit


def test_the_hidden_sheet_tells_the_template_again(book):
    hidden = {row[0].value: row[1].value for row in book["_模板"]["A1:B5"]}
    assert hidden == {
        "模板版本": "1",
        "单位编号": "U01",
        "期次": "3",
        "会议日期": "2023-04-14",
        "报送截止": "2023-04-12",
    }


def test_the_cover_has_labels_in_one_column_and_values_beside_them(book):
    cover = book["封面"]
    labels = [cover.cell(row, 1).value for row in range(3, 3 + len(COVER.columns))]
    assert labels == [column.header for column in COVER.columns]
    values = {cover.cell(row, 1).value.lstrip("*"): cover.cell(row, 2) for row in range(3, 3 + len(COVER.columns))}
    assert (values["填报单位"].value, values["期次"].value) == ("区发改委", 3)
    assert values["报送截止"].value.date() == PERIOD.cutoff
    assert values["填报人"].value == "钱某"
    assert [title for title, cell in values.items() if cell.protection.locked] == [
        "填报单位",
        "期次",
        "会议日期",
        "报送截止",
    ]
    assert cover["C3"].value is None  # nothing beside a value that could be taken for it


def test_the_cover_says_how_to_fill_in_and_what_was_wrong_last_time(book):
    texts = [cell.value for row in book["封面"].iter_rows() for cell in row if isinstance(cell.value, str)]
    assert [text.split(".")[0] for text in texts if text[:2].strip(".").isdigit()] == [str(n) for n in range(1, 11)]
    assert "上期来件中还要改的地方（1 处）" in texts
    assert "【错误】“事项进驻”没有填写。请从下拉列表中选填" in texts
    assert any("2023-04-12 前报区行政服务中心（邮箱 slqfwzx@163.com，电话 2536288）" in text for text in texts)


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_each_table_has_its_declared_columns_and_then_the_hint(book, sheet):
    tab = book[sheet.name]
    assert tab["A1"].value == sheet.title
    assert sheet.hint in [cell.value for cell in tab[2]]
    assert [cell.value for cell in tab[3]] == [*(column.header for column in sheet.columns), "填报提示"]


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_every_column_has_its_dropdown_prompt_and_format(book, sheet):
    tab, places = book[sheet.name], columns_of(book[sheet.name])
    for column in sheet.columns:
        cell, rule = tab.cell(4, places[column.title]), validation_of(tab, column.title)
        assert cell.number_format == column.number_format
        assert cell.protection.locked == column.prefilled
        if column.prefilled:
            continue
        assert rule.promptTitle == column.title
        assert column.help in rule.prompt
        assert (rule.type == "list") == bool(column.values or column.kind == "单位")
        if column.values:
            assert options_of(tab, column.title) == list(column.values)
        if rule.type == "list" and rule.formula1.startswith('"'):
            assert len(rule.formula1) <= 257


def test_dates_percentages_and_integers_refuse_anything_else(book):
    date_rule = validation_of(book["事项"], "计划完成日期")
    assert (date_rule.type, date_rule.operator or "between", date_rule.errorStyle or "stop") == (
        "date",
        "between",
        "stop",
    )
    share = validation_of(book["任务"], "完成进度")
    assert (share.type, share.formula1, share.formula2) == ("decimal", "0", "1")
    count = validation_of(book["系统"], "承载事项数")
    assert (count.type, count.formula1) == ("whole", "0")


def test_several_special_procedures_may_be_joined(book):
    rule = validation_of(book["事项"], "特别程序")
    assert rule.type == "list"
    assert not rule.showErrorMessage


def test_a_problem_may_be_given_to_any_unit(book):
    assert options_of(book["问题"], "责任单位") == [unit.name for unit in PLAN.units]


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_a_protected_sheet_still_lets_people_work(book, sheet):
    rules = book[sheet.name].protection
    assert rules.sheet
    assert rules.password is None
    # in the file, 0 means “not protected against”
    assert [rules.autoFilter, rules.sort, rules.formatColumns, rules.insertRows, rules.deleteRows] == [False] * 5
    assert [rules.insertColumns, rules.formatCells] == [True] * 2


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_only_entry_cells_are_open(book, sheet):
    tab, width = book[sheet.name], len(sheet.columns)
    assert all(cell.protection.locked for row in tab["A1:A3"] for cell in row)
    assert tab.cell(1, width).protection.locked
    assert not tab.cell(4, width + 1).protection.locked  # 填报提示: open, so that a row can be deleted …
    assert validation_of(tab, "填报提示").formula1 == "FALSE"  # … but nothing can be typed there
    assert not tab.column_dimensions[tab.cell(3, width + 2).column_letter].protection.locked
    last_letter = tab.cell(3, width).column_letter
    assert tab.auto_filter.ref == f"A3:{last_letter}{tab.max_row}"  # entry columns only, so that sorting is allowed


def test_rows_pasted_below_the_prepared_ones_are_entry_cells_too(book):
    tab = book["事项"]
    beyond = tab.column_dimensions["C"]
    assert (beyond.number_format, beyond.protection.locked) == ("@", False)
    assert "C1500" in validation_of(tab, "事项类型").sqref


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_every_sheet_prints_on_its_paper_with_its_header(book, sheet):
    tab = book[sheet.name]
    assert tab.sheet_properties.pageSetUpPr.fitToPage
    assert tab.page_setup.fitToHeight == 0
    assert (tab.page_setup.fitToWidth or 1) == 1 or tab.print_title_cols
    assert tab.print_title_rows == "$3:$3"
    assert tab.page_setup.paperSize in (8, 9)
    assert tab.freeze_panes.endswith("4")


def test_last_period_is_written_as_values(book):
    items = book["事项"]
    assert [items["A4"].value, items["B4"].value] == [ITEM["item_code"], "企业投资项目备案"]
    assert (items["B5"].value, items["B5"].data_type) == ("=危险(内容)", "s")
    assert book["任务"].cell(4, columns_of(book["任务"])["完成进度"]).value == 0.8


def test_the_nine_questions_are_there_and_locked(book):
    tab = book["自查"]
    assert [tab.cell(row, 2).value for row in range(4, 13)] == list(QUESTIONS)
    assert [tab.cell(row, 1).value for row in range(4, 13)] == [str(n) for n in range(1, 10)]
    assert tab["C11"].value == "是"
    assert tab["B4"].protection.locked
    assert not tab["C4"].protection.locked


def test_the_cached_hint_of_a_prefilled_row_is_what_it_lacks(path):
    items = load_workbook(path, data_only=True)["事项"]
    hint = items.cell(4, columns_of(items)["填报提示"]).value
    assert hint.startswith("缺“办件类型”；“负面清单”为“是”，缺“批准文号”；“事项进驻”不在可选内容内；缺“窗口进驻”；")
    assert items.cell(6, columns_of(items)["填报提示"]).value is None


def test_a_blank_template_has_rows_to_fill_and_says_nothing(blank):
    assert blank["事项"].max_row == 63
    assert blank["事项"]["B4"].value is None
    assert not [cell for row in blank["封面"].iter_rows(min_row=16) for cell in row if "上期" in str(cell.value)[:2]]


def test_the_same_plan_gives_the_same_bytes(path, tmp_path):
    write_template(tmp_path / "again.xlsx", PLAN, PERIOD, UNIT, PREFILL)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_hints_survive_sorting_and_inserting_because_each_looks_at_its_own_row_only(book):
    hints = {at: text for at, text in formulas_of(book).items() if text.startswith("=IF(COUNTA(")}
    for (_, cell), formula in hints.items():
        rows = set(re.findall(r"\$[A-Z]+(\d+)", formula.replace("'_模板'!$D$2:$D$34", "")))
        assert rows == {re.sub(r"[A-Z]", "", cell)}
    assert len(hints) == sum(book[sheet.name].max_row - 3 for sheet in TABLES)


@needs_office
def test_every_cached_hint_is_what_a_spreadsheet_works_out(path, tmp_path):
    cached, worked_out = load_workbook(path, data_only=True), recalculated(path, tmp_path)
    for sheet, cell in formulas_of(load_workbook(path)):
        assert same_value(cached[sheet][cell].value, worked_out[sheet][cell].value), (sheet, cell)


@needs_office
def test_a_hint_follows_what_is_typed(path, tmp_path):
    typed = {("自查", "C4"): "否", ("自查", "C5"): "是", ("封面", "B10"): 5, ("人员", "C10"): "是"}
    book = recalculated(path, tmp_path, typed)
    not_good = "自查结论不理想（1–7 题不是“是”，8–9 题不是“否”），缺“{}”；"
    assert book["自查"]["F4"].value == not_good.format("情况说明") + not_good.format("整改时限")
    assert not book["自查"]["F5"].value
    assert book["封面"]["A15"].value == "“事项总数”填的是 5，“事项”表里有 2 行，请核对"
    assert book["人员"]["F10"].value == "缺“姓名”；缺“岗位”；"


def test_the_office_books_come_from_the_same_declarations(tmp_path):
    write_office_books(tmp_path, PLAN, PERIOD.meeting)
    inspection = load_workbook(tmp_path / "督查核查表.xlsx")["督查核查"]
    assert [cell.value for cell in inspection[3]][:3] == ["编号", "*核查日期", "*单位"]
    assert options_of(inspection, "单位") == [unit.name for unit in PLAN.units]
    assert options_of(inspection, "整改状态") == ["未整改", "整改中", "已销号", "已撤销"]
    waivers = load_workbook(tmp_path / "豁免事项.xlsx")["豁免事项"]
    assert [cell.value for cell in waivers[3]] == [
        "*单位",
        "*规则编号",
        "范围",
        "*理由",
        "*批准人",
        "*到期日",
        "填报提示",
    ]
    assert validation_of(waivers, "到期日").type == "date"
