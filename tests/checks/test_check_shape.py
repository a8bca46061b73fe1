"""Single cells: blank, not on the list, of the wrong type, out of range; one finding a cell."""

import pytest
from returned import OTHER, UNIT, check, found, intake, reading_said, returned

from pipeline.checks.returns import check_returns


def test_a_clean_return_gives_no_finding():
    assert check(returned()) == set()


def test_clean_returns_of_several_units_give_no_finding():
    assert check(returned(), returned(OTHER)) == set()


@pytest.mark.parametrize(
    ("sheet", "title"),
    [
        ("封面", "填报日期"),
        ("封面", "填报人"),
        ("封面", "联系电话"),
        ("封面", "事项总数"),
        ("封面", "期次"),
        ("封面", "主要领导签字"),
    ],
)
def test_a_blank_on_the_cover(sheet, title):
    assert check(returned(**{sheet: f"{title}\n-"})) == {("FM-001", title)}


@pytest.mark.parametrize(
    ("sheet", "title", "code"),
    [
        ("事项", "事项名称", "SX-001"),
        ("事项", "事项类型", "SX-001"),
        ("事项", "办件类型", "SX-001"),
        ("事项", "负面清单", "SX-001"),
        ("事项", "事项进驻", "SX-001"),
        ("事项", "窗口进驻", "SX-001"),
        ("事项", "受理", "SX-001"),
        ("事项", "审核", "SX-001"),
        ("事项", "决定", "SX-001"),
        ("事项", "送达", "SX-001"),
        ("事项", "环节模式", "SX-001"),
        ("事项", "人员进驻", "SX-001"),
        ("事项", "授权情况", "SX-001"),
        ("事项", "系统对接", "SX-001"),
        ("事项", "体外循环", "SX-001"),
        ("事项", "两头受理", "SX-001"),
        ("人员", "姓名", "RY-001"),
        ("人员", "岗位", "RY-001"),
        ("人员", "是否进驻", "RY-001"),
        ("授权", "事项名称", "SQ-001"),
        ("授权", "授权内容", "SQ-001"),
        ("授权", "被授权人", "SQ-001"),
        ("授权", "委托书编号", "SQ-001"),
        ("授权", "签订日期", "SQ-001"),
        ("系统", "系统名称", "XT-001"),
        ("系统", "系统层级", "XT-001"),
        ("系统", "对接状态", "XT-001"),
        ("任务", "任务编号", "RW-001"),
        ("任务", "任务名称", "RW-001"),
        ("任务", "对应目标", "RW-001"),
        ("任务", "责任人", "RW-001"),
        ("任务", "计划完成日期", "RW-001"),
        ("任务", "完成进度", "RW-001"),
        ("问题", "问题编号", "WT-001"),
        ("问题", "问题描述", "WT-001"),
        ("问题", "问题类型", "WT-001"),
        ("问题", "责任单位", "WT-001"),
        ("问题", "解决时限", "WT-001"),
        ("问题", "状态", "WT-001"),
    ],
)
def test_a_blank_required_cell_is_the_only_finding(sheet, title, code):
    assert check(returned(**{sheet: f"{title}\n-"})) == {(code, f"{title}4")}


def test_a_blank_required_cell_hides_what_depends_on_it():
    items = """事项编码|事项名称|授权情况|办理系统
               -       |-       |已授权  |省一体化平台"""
    assert check(returned(事项=items)) == {("SX-030", "事项编码4"), ("SX-001", "事项名称4")}


@pytest.mark.parametrize(
    ("sheet", "title", "value", "code"),
    [
        ("事项", "事项类型", "行政许克", "SX-002"),
        ("事项", "事项进驻", "基本进驻", "SX-002"),
        ("事项", "受理", "楼上", "SX-002"),
        ("事项", "负面清单", "待定", "SX-002"),
        ("事项", "特别程序", "公告、别的", "SX-002"),
        ("事项", "电子证照", "也许", "SX-002"),
        ("事项", "计划完成日期", "2023.2.30", "SX-003"),
        ("事项", "事项编码", "1.14104E+30", "SX-003"),
        ("事项", "事项编码", "1141040412345670000000000000000", "SX-003"),
        ("人员", "岗位", "科长", "RY-002"),
        ("人员", "进驻日期", "上个月", "RY-003"),
        ("授权", "签订日期", "已完成", "SQ-003"),
        ("系统", "承载事项数", "很多", "XT-003"),
        ("系统", "承载事项数", "-3", "XT-004"),
        ("任务", "完成进度", "150%", "RW-004"),
        ("任务", "完成进度", "一半", "RW-003"),
        ("任务", "计划完成日期", "长期", "RW-003"),
        ("问题", "状态", "不知道", "WT-002"),
    ],
)
def test_an_unreadable_cell_is_the_only_finding(sheet, title, value, code):
    assert check(returned(**{sheet: f"{title}\n{value}"})) == {(code, f"{title}4")}


def test_on_the_cover_the_cell_is_the_one_beside_the_label_and_no_data_row_is_wrong():
    (finding,) = check_returns_of(returned(封面="填报日期\n2023.2.30"))
    assert (finding.code, finding.place.cell, finding.place.row) == ("FM-003", "B8", 0)
    assert finding.wrong_rows == ()


def test_the_right_value_is_suggested():
    (finding,) = check_returns_of(returned(事项="事项类型\n行政许克"))
    assert finding.problem == "“事项类型”填的“行政许克”不在可填内容之列，是不是要填“行政许可”？"
    assert finding.remedy.startswith("请从下拉列表中选填：行政许可、")
    assert finding.value == "行政许克"


def test_of_several_choices_the_strange_one_is_looked_at():
    (finding,) = check_returns_of(returned(事项="环节模式|环节依据|特别程序\n特别程序|某法第三条|公告、现场勘查"))
    assert "现场勘验" in finding.problem


def test_what_is_found_is_shown_as_it_was_typed():
    (finding,) = check_returns_of(returned(任务="完成进度\n150%"))
    assert finding.value == "150%"


def test_a_column_that_the_sheet_lacks_gives_no_finding_in_its_cells():
    lacking = returned()
    lacking.lost_columns = {("事项", "办件类型"), ("任务", "责任人"), ("自查", "自查结论")}
    assert check(lacking) == set()


@pytest.mark.parametrize(
    ("sheet", "title", "value"),
    [("事项", "事项进驻", "#N/A"), ("任务", "计划完成日期", "-"), ("事项", "事项编码", "1.14104E+30")],
)
def test_a_cell_that_reading_could_not_make_out_is_said_once(sheet, title, value):
    spoiled = returned(**{sheet: f"{title}\n{value}"})
    code = {"事项": "SX-009", "任务": "RW-009"}[sheet]
    assert found(intake(spoiled, findings=(reading_said(code, sheet, title, 4),))) == set()


def test_a_doubtful_code_is_not_doubted_twice():
    spoiled = returned(事项="事项编码\n11410404MB0A00018240001141080O3")
    assert found(intake(spoiled, findings=(reading_said("SX-008", "事项", "事项编码", 4),))) == set()


def test_findings_name_unit_file_sheet_cell_and_subject():
    (finding,) = check_returns_of(returned(事项="事项进驻\n-"))
    place = finding.place
    assert (place.unit, place.file, place.sheet, place.cell, place.row) == (UNIT, f"{UNIT}.xlsx", "事项", "H4", 4)
    assert place.subject == "11410404MB0A0001824000114108003｜企业投资项目备案"


def check_returns_of(*returns):
    from returned import PERIOD, PLAN

    return check_returns(PLAN, PERIOD, intake(*returns), None)
