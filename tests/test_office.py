"""The builder of small offices makes what its page says."""

from datetime import date

import pytest
from openpyxl import load_workbook

from schemas.plan import load_plan
from tests.office import MEETING, NEXT_MEETING, UNITS, Office, plan_with

ONE, TWO, *_ = UNITS


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path, plan=plan_with(2))


def test_two_meetings_with_inputs_emptied_and_a_remark_carried(office):
    office.return_all(items=3).inspect(ONE, kind="两头受理")
    office.drop("甲/说明.txt", "见附件".encode())
    first = office.hold()
    assert (first.exit_code, first.files()["甲/说明.txt"]["处理"]) == (1, "拒收")
    first.remark("红灯清单", {"单位": ONE}, 领导批示="请约谈")
    office.next(NEXT_MEETING)
    assert sorted(path.name for path in office.inputs.iterdir()) == [
        "工作方案.xlsx",
        "督查核查表.xlsx",
        "议定事项.xlsx",
        "豁免事项.xlsx",
    ]
    office.return_all(items=3)
    second = office.hold()
    assert second.folder.name == f"第02期_{NEXT_MEETING}"
    assert {row["领导批示"] for row in second.ledger("红灯清单")} == {"请约谈"}
    assert office.results(MEETING).matrix("总矩阵") != []


def test_a_return_edited_cell_by_cell(office):
    form = office.return_all(items=3).form(ONE)
    (task, *_) = office.content(ONE, 3).tables["tasks"]
    form.change("任务", task["task_number"], 责任人="甲").note("任务", task["task_number"], "责任人", "换人了")
    form.add("人员", 姓名="丁", 岗位="受理", 是否进驻="是", 进驻日期=date(2023, 3, 13)).cover(填报人="乙").save()
    held = office.hold()
    assert [row["填报人"] for row in held.matrix("封面") if row["单位"] == ONE] == ["乙"]
    assert "丁" in [row["姓名"] for row in held.matrix("人员") if row["单位"] == ONE]
    (changed,) = [row for row in held.matrix("任务") if (row["单位"], row["任务编号"]) == (ONE, task["task_number"])]
    assert changed["责任人"] == "甲"
    kept = load_workbook(held.folder / "来件" / form.path.name)["任务"]
    assert "换人了" in [cell.comment.text for row in kept.iter_rows() for cell in row if cell.comment]


def test_an_entry_removed_is_gone(office):
    form = office.form(ONE)
    (task, *rest) = office.content(ONE).tables["tasks"]
    form.remove("任务", task["task_number"]).save()
    assert len([row for row in office.hold().matrix("任务") if row["单位"] == ONE]) == len(rest)


def test_a_waived_finding_and_any_sheet_read_by_title(office):
    office.return_all(items=3).form(ONE).change("事项", "企业投资项目备案", 授权情况=None).save()
    office.waive(ONE, "SX-001")
    held = office.hold()
    assert [row["级别"] for row in held.findings() if row["编号"] == "SX-001"] == ["提示"]
    assert [row["规则编号"] for row in held.rows("1-", "豁免情况", "单位")] == ["SX-001"]
    assert any("督办单" in text for text in held.texts(f"5-督办单/{TWO}", "督办单"))


def test_the_default_office_is_the_plan_of_the_program_with_its_first_units(office):
    assert office.units == [unit.name for unit in load_plan().units[:2]]
