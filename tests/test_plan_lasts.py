"""The plan in force lasts, a unit is its 编号, and 单位变更 has its days (contract §3); whole small meetings."""

from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook

from pipeline.memory.plan import copy_plan
from schemas.plan import UnitChange, load_plan
from schemas.plan_sheets import plan_cells, plan_of_cells
from schemas.returns import BY_KEY
from schemas.unit_changes import plan_at
from schemas.words import UnitChangeKind
from tests.office import MEETING, NEXT_MEETING, PLAN, PLAN_FILE, Office

OLD, NEW = PLAN.units[2].name, "区公安分局"
FIRST, OTHER = PLAN.units[0].name, PLAN.units[1].name


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def set_cell(office, sheet, key, value, title):
    """Edit one cell of 工作方案.xlsx in the row in which some cell reads `key`."""
    path = office.inputs / PLAN_FILE
    book = load_workbook(path)
    tab = book[sheet]
    columns = {str(cell.value).lstrip("*"): cell.column for cell in tab[3]}
    row = next(row[0].row for row in tab.iter_rows(min_row=4) if any(cell.value == key for cell in row))
    tab.cell(row, columns[title]).value = value
    book.save(path)


def add_row(office, sheet, **values):
    path = office.inputs / PLAN_FILE
    book = load_workbook(path)
    tab = book[sheet]
    columns = {str(cell.value).lstrip("*"): cell.column for cell in tab[3]}
    row = 4
    while any(tab.cell(row, columns[title]).value is not None for title in values):
        row += 1
    for title, value in values.items():
        tab.cell(row, columns[title]).value = value
    book.save(path)


def empty_inputs(office, meeting=NEXT_MEETING):
    office.next(meeting)
    for path in office.inputs.iterdir():
        path.unlink()


def called(office, name):
    """The office's plan, as the tests' builder knows it, with the renamed unit."""
    units = tuple(replace(unit, name=name) if unit.name == OLD else unit for unit in office.plan.units)
    office.plan = replace(office.plan, units=units)


@pytest.mark.parametrize("plan", [load_plan(), PLAN, replace(PLAN, trial_rules=("SX-025",), items=())])
def test_the_long_table_loses_nothing(plan):
    assert plan_of_cells(plan_cells(plan)) == plan


def test_the_plan_lasts_when_inputs_are_emptied(office):
    set_cell(office, "维度权重", "自查", 3, "权重")
    set_cell(office, "维度权重", "任务", 12, "权重")
    office.return_all().hold()
    empty_inputs(office)
    held = office.return_all().hold()
    assert {row["项目"]: row["权重"] for row in held.scores("评分办法")}["任务"] == 12
    assert len(held.scores("评分排名")) == len(PLAN.units)
    assert held.ledger("口径变化") == held.matrix("口径变化") == []


def test_a_rerun_without_the_plan_goes_by_that_of_the_run_it_replaces(office):
    office.return_all().hold()
    office.next(NEXT_MEETING)
    set_cell(office, "亮灯规则", "预警天数", 21, "数值")
    office.return_all().hold()
    (office.inputs / PLAN_FILE).unlink()
    held = office.hold()
    kept = {(row["表"], row["行"], row["列"]): row["值"] for row in held.matrix("工作方案")}
    assert kept["亮灯规则", 2, "数值"] == "21"
    assert [(row["项目"], row["上期"], row["本期"]) for row in held.ledger("口径变化")] == [
        ("预警天数：数值", "14", "21")
    ]


def test_what_changed_is_told_everywhere(office):
    office.return_all().hold()
    office.next(NEXT_MEETING)
    set_cell(office, "维度权重", "自查", 3, "权重")
    set_cell(office, "维度权重", "任务", 12, "权重")
    held = office.return_all().hold()
    rows = [("维度权重", "自查：权重", "5", "3"), ("维度权重", "任务：权重", "10", "12")]
    for book in (held.matrix, held.ledger):
        assert [(r["表"], r["项目"], r["上期"], r["本期"]) for r in book("口径变化")] == rows
    assert any("自查：权重：5 → 3" in line for line in held.lines)
    for sheet in ("首页", "工作简报"):
        assert any("不完全可比" in text for text in held.texts("3-", sheet)), sheet
    assert any("不完全可比" in text for text in held.texts("2-", "评分排名"))


def test_a_goal_moved_without_its_dimension_is_said(office):
    office.return_all().hold()
    office.next(NEXT_MEETING)
    set_cell(office, "目标时限", "系统对接到位", date(2023, 12, 31), "时限")
    held = office.return_all().hold()
    assert any("系统的时限仍是 2023-10-31" in line for line in held.lines)


def test_another_districts_leftovers_are_said(office):
    set_cell(office, "基本信息", "县区", "新华区", "内容")
    set_cell(office, "基本信息", "起始日期", "2023-03-05", "内容")
    held = office.return_all().hold()
    said = [row["说明"] for row in held.ledger("口径变化")]
    assert [any(word in text for text in said) for word in ("邮箱", "联系电话", "早于起始日期")] == [True] * 3


def test_a_unit_renamed_in_one_cell_goes_on(office):
    office.return_all()
    office.inspect(OLD)
    before = office.hold()
    red = next(row for row in before.ledger("红灯清单") if row["单位"] == OLD)
    before.remark("红灯清单", {"单位": OLD, "维度": red["维度"]}, 领导批示="抓紧")
    office.next(NEXT_MEETING)
    set_cell(office, "单位", OLD, NEW, "简称")
    office.return_all(but=[OLD])  # it has not heard of its own new name, and sends nothing
    held = office.hold()
    assert {row["单位"]: row["报送状态"] for row in held.ledger("报送情况")}[NEW] == "沿用上期"
    assert OLD not in {row["单位"] for row in held.matrix("历史")}
    assert {row["单位"]: row["上期名次"] for row in held.scores("评分排名")}[NEW] is not None
    assert [r["领导批示"] for r in held.ledger("红灯清单") if r["单位"] == NEW and r["领导批示"]] == ["抓紧"]
    assert any("更名" in line and NEW in line for line in held.lines)


def test_a_file_under_the_old_name_is_its_own(office):
    office.return_all().hold()
    office.next(NEXT_MEETING)
    office.return_all()
    set_cell(office, "单位", OLD, NEW, "简称")
    held = office.hold()
    assert {row["单位"]: row["报送状态"] for row in held.ledger("报送情况")}[NEW] == "按时"


def test_a_merged_unit_goes_on_under_the_new_one(office):
    office.return_all()
    office.inspect(OLD)
    before = office.hold()
    items = [row for row in before.matrix("总矩阵") if row["单位"] in (OLD, OTHER)]
    office.next(NEXT_MEETING)
    office.return_all()
    add_row(office, "单位变更", 生效日期=NEXT_MEETING, 方式="合并", 原单位=OLD, 新单位=OTHER)
    held = office.hold()
    assert len([row for row in held.matrix("总矩阵") if row["单位"] == OTHER]) == len(items)
    assert OLD not in {row["单位"] for row in held.scores("评分排名")}
    assert {row["单位"]: row["未销号督查"] for row in held.scores("评分排名")}[OTHER] == 1


def test_a_merged_unit_that_sends_alone_does_not_stand_for_the_new_one(office):
    """Its file supplies its own items, at their word of now; the new unit's stay as they were, and it is silent."""
    before = office.return_all().hold()
    office.next(NEXT_MEETING)
    office.return_all(but=[OTHER, OLD])
    mine = office.content(OLD).tables["items"][0]["item_name"]
    office.form(OLD).change("事项", mine, 体外循环="是").save()
    add_row(office, "单位变更", 生效日期=NEXT_MEETING, 方式="合并", 原单位=OLD, 新单位=OTHER)
    held = office.hold()
    rows = [row for row in held.matrix("总矩阵") if row["单位"] == OTHER]
    assert len(rows) == len([row for row in before.matrix("总矩阵") if row["单位"] in (OLD, OTHER)])
    assert {row["事项名称"]: row["环节灯"] for row in rows}[mine] == "红"
    assert not [row for row in rows if "漏报" in str(row.values())]
    assert {row["单位"]: row["报送状态"] for row in held.ledger("报送情况")}[OTHER] == "沿用上期"
    (kept,) = [line for line in held.files().values() if line["处理"] == "采用" and line["单位"] == OTHER]
    assert OLD in str(kept["文件"])
    for key in ("任务", "问题", "人员"):
        counts = [sum(row["单位"] in (OLD, OTHER) for row in one.matrix(key)) for one in (before, held)]
        assert counts[0] <= counts[1], key


def test_a_revoked_unit_leaves_the_ranking_and_closes_nothing(office):
    office.return_all()
    office.inspect(OLD)
    before = office.hold()
    office.next(NEXT_MEETING)
    add_row(office, "单位变更", 生效日期=NEXT_MEETING, 方式="撤销", 原单位=OLD)
    office.agree(OLD, "Y1")
    held = office.return_all(but=[OLD]).hold()
    assert OLD not in {row["单位"] for row in held.scores("评分排名")}
    listed = [row["对象"].split()[0] for row in held.ledger("需核实") if row["单位"] == OLD]
    open_items = [row for row in held.matrix("总矩阵") if row["单位"] == OLD and row["系统"] not in ("到位", "不适用")]
    assert [row["单位"] for row in held.matrix("督查核查表")] == [OLD]
    assert [row["责任单位"] for row in held.matrix("议定事项")] == [OLD]
    assert (listed.count("督查问题"), listed.count("议定事项")) == (1, 1)
    assert 0 < len(open_items) <= listed.count("事项")
    mine = [[row["事项名称"] for row in r.matrix("总矩阵") if row["单位"] == OLD] for r in (before, held)]
    assert mine[0] == mine[1]
    assert any(OLD in str(row["项目"]) for row in held.ledger("口径变化"))


def test_a_return_that_a_revoked_unit_still_sends_is_read(office):
    office.return_all().hold()
    office.next(NEXT_MEETING)
    add_row(office, "单位变更", 生效日期=NEXT_MEETING, 方式="撤销", 原单位=OLD)
    office.return_all()
    mine = office.content(OLD).tables["items"][0]["item_name"]
    office.form(OLD).change("事项", mine, 体外循环="是").save()
    held = office.hold()
    assert OLD not in {row["单位"] for row in held.scores("评分排名")}
    rows = {row["事项名称"]: row for row in held.matrix("总矩阵") if row["单位"] == OLD}
    assert rows[mine]["环节灯"] == "红"
    assert "沿用上期" not in {str(value) for row in rows.values() for value in row.values()}
    assert [line["处理"] for name, line in held.files().items() if OLD in name] == ["采用"]


def test_nothing_is_expected_of_a_new_unit_before_its_day(office):
    add_row(office, "单位变更", 生效日期=NEXT_MEETING, 方式="新设", 新单位=OLD)
    held = office.return_all(but=[OLD]).hold()
    assert OLD not in {row["单位"] for row in held.ledger("报送情况")}
    office.next(NEXT_MEETING)
    held = office.return_all(but=[OLD]).hold()
    assert {row["单位"]: row["报送状态"] for row in held.ledger("报送情况")}[OLD] == "未报送"
    stones = {row["节点"] for row in held.ledger("节点") if row["单位"] == OLD}
    assert "动员部署" not in stones


def test_changes_of_units_accumulate(office):
    add_row(office, "单位变更", 生效日期=MEETING, 方式="合并", 原单位=OLD, 新单位=OTHER)
    office.return_all(but=[OLD]).hold()
    office.next(NEXT_MEETING)
    office.adopt(PLAN)  # a copy from before, whose 单位变更 is empty
    held = office.return_all(but=[OLD]).hold()
    assert OLD not in {row["单位"] for row in held.scores("评分排名")}


def test_yjbj_plan_writes_what_is_in_force(office, tmp_path):
    set_cell(office, "亮灯规则", "预警天数", 21, "数值")
    office.return_all().hold()
    empty_inputs(office)
    (tmp_path / "copy").mkdir()
    copy_plan(office.inputs, office.outputs, tmp_path / "copy")
    rows = load_workbook(tmp_path / "copy" / PLAN_FILE)["亮灯规则"].iter_rows(min_row=4, values_only=True)
    assert {row[0]: row[1] for row in rows}["预警天数"] == 21


def test_a_merger_has_its_day():
    change = UnitChange(NEXT_MEETING, UnitChangeKind.MERGED, OLD, OTHER)
    plan = replace(PLAN, unit_changes=(change,))
    assert OLD in plan_at(plan, MEETING).unit_by_name
    after = plan_at(plan, NEXT_MEETING)
    assert OLD not in after.unit_by_name and after.unit_by_alias[OLD].name == OTHER
    assert FIRST in after.unit_by_name


def test_what_is_missing_is_listed_and_filling_in_the_basis_confirms(office, tmp_path):
    office.return_all().hold()
    empty_inputs(office)
    office.return_all()
    gone = office.content(OLD).tables["items"][0]["item_name"]
    office.form(OLD).remove("事项", gone).save()
    missing = [row for row in office.hold().matrix("总矩阵") if row["标记"] == "漏报"]
    assert [row["事项名称"] for row in missing] == [gone]
    copy_plan(office.inputs, office.outputs, office.inputs)
    assert [row["事项名称"] for row in office.hold().matrix("总矩阵") if row["标记"] == "漏报"] == [gone]
    set_cell(office, "事项变动", gone, "〔2023〕5号", "依据")
    held = office.hold()
    assert gone not in {row["事项名称"] for row in held.matrix("总矩阵") if row["单位"] == OLD}
    assert any("事项变动" in line for line in held.lines)


def test_what_the_office_wrote_about_an_item_goes_on_where_the_item_does(office):
    office.return_all()
    office.inspect(OLD)
    office.hold()
    moved = office.content(OLD).tables["items"][0]
    office.next(NEXT_MEETING)
    office.forget()
    where = {"单位": OLD, "事项编码": moved["item_code"], "事项名称": moved["item_name"], "接收单位": OTHER}
    add_row(office, "事项变动", **where, 方式="划转", 依据="〔2023〕6号", 生效日期=NEXT_MEETING)
    sent_out = office.templates(OTHER)[0].with_name("督查核查表.xlsx")
    assert OTHER in {cell.value for row in load_workbook(sent_out)["督查核查"].iter_rows() for cell in row}
    office.return_all()
    office.form(OLD).remove("事项", moved["item_name"]).save()
    office.form(OTHER).add("事项", **{BY_KEY["items"].titles[k]: v for k, v in moved.items() if v is not None}).save()
    held = office.hold()
    assert [(row["单位"], row["事项名称"]) for row in held.matrix("督查核查表")] == [(OTHER, moved["item_name"])]
    lights = {row["单位"]: row["环节灯"] for row in held.matrix("总矩阵") if row["事项名称"] == moved["item_name"]}
    assert lights == {OTHER: "红"}
    assert {row["单位"]: row["扣分"] for row in held.scores("评分排名")}[OLD] == 0
