"""The other sheets, and what one sheet says against another (contract §4, §6)."""

from dataclasses import replace

import pandas as pd
import pytest
from returned import CODE, CODE_2, OTHER, UNIT, answers, check, found, intake, returned

from pipeline.findings import Common, Place, finding
from schemas.returns import BY_KEY

LATER = "2023-05-31"


# ── 封面


@pytest.mark.parametrize(
    ("titles", "cells", "expected"),
    [
        ("期次", "2", {("FM-030", "期次")}),
        ("填报日期", "2023-04-14", set()),
        ("填报日期", "2023-04-15", {("FM-031", "填报日期")}),
        ("主要领导签字", "否", {("FM-032", "主要领导签字")}),
        ("加盖公章", "否", {("FM-033", "加盖公章")}),
        (
            "事项总数",
            "2",
            {("FM-034", "事项总数"), *(("ZC-033", f"自查结论{row}") for row in (6, 7, 8, 9, 10))},
        ),
        ("事项总数", "0", {("FM-035", "事项总数")}),
        ("经验做法", "好" * 301, {("FM-037", "经验做法")}),
    ],
)
def test_cover(titles, cells, expected):
    assert check(returned(封面=f"{titles}\n{cells}")) == expected


def test_what_came_after_the_meeting_before_was_closed_is_no_wrong_period():
    sent = returned(封面="期次\n2")
    taken = intake(sent)
    missed = pd.DataFrame([{"file": sent.file, "late": True}], columns=list(taken.files.columns), dtype=object)
    assert found(replace(taken, files=missed)) == {("FM-036", "期次")}


def test_a_zero_return_is_clean():
    nothing = returned(封面="事项总数\n0", 事项="", 授权="", 系统="", 任务="", 问题="", 人员="")
    assert check(nothing) == set()


def test_a_missing_sheet_is_not_counted_against_the_cover_or_the_other_sheets():
    lacking = returned()
    for name, rows in (("items", "事项"), ("authorisations", "授权"), ("systems", "系统")):
        lacking.rows[name], lacking.lost_sheets = [], {rows}
        said = finding(Common.NO_SHEET.of(BY_KEY[name]), Place(UNIT, lacking.file, table=name), sheet=rows)
        assert found(intake(lacking, findings=(said,))) == set()
        lacking = returned()


# ── 联系人, 自查, 人员


def test_both_roles_have_a_contact():
    assert check(returned(联系人="角色\n具体责任人")) == {("LX-030", "角色表头")}
    assert check(returned(联系人="")) == {("LX-030", "角色表头")}
    assert check(returned(联系人="角色\n具体责任人\n-")) == {("LX-001", "角色5")}


def test_a_mobile_number_has_eleven_digits():
    contacts = "角色|手机\n分管负责同志|2536288\n具体责任人|13800000000"
    assert check(returned(联系人=contacts)) == {("LX-031", "手机4")}
    several = contacts.replace("2536288", "0375-2536288、13900000000")
    assert check(returned(联系人=several)) == set()


def test_every_question_is_answered_once():
    lines = answers().splitlines()
    assert check(returned(自查="\n".join(line for line in lines if line[:2] not in ("3|", "5|")))) == {
        ("ZC-030", "序号表头")
    }
    assert check(returned(自查=answers().replace("\n3|", "\n13|"))) == {("ZC-031", "序号6")}
    assert check(returned(自查=answers().replace("\n3|", "\n2|"))) == {("ZC-031", "序号6")}
    assert check(returned(自查=answers().replace("\n4|问|是", "\n4|问|-"))) == {("ZC-001", "自查结论7")}


def test_an_answer_that_is_not_good_needs_explanation_and_date():
    bad = answers().replace("\n2|问|是|-|-", "\n2|问|否|{0}|{1}")
    assert check(returned(自查=bad.format("-", "-"))) == {("ZC-005", "情况说明5"), ("ZC-005", "整改时限5")}
    assert check(returned(自查=bad.format("正在调整", LATER))) == set()
    assert check(returned(自查=bad.format("正在调整", "2023-04-13"))) == {("ZC-032", "整改时限5")}
    reverse = answers().replace("\n8|问|否|-|-", "\n8|问|是|-|-")
    assert check(returned(自查=reverse)) == {("ZC-005", "情况说明11"), ("ZC-005", "整改时限11")}


@pytest.mark.parametrize(
    ("staff", "expected"),
    [
        ("岗位\n审核", {("RY-030", "岗位表头")}),
        ("岗位\n-", {("RY-001", "岗位4")}),
        ("进驻日期\n2023-04-10", set()),
        ("进驻日期\n2023-04-11", {("RY-031", "进驻日期4")}),  # after 填报日期
        (
            "岗位|是否进驻|进驻日期|未进驻原因\n首席代表|是|2023-03-01|-\n审核|否|-|-",
            {("RY-005", "未进驻原因5"), ("ZC-033", "自查结论10")},
        ),
        (
            "岗位|是否进驻|进驻日期|未进驻原因\n首席代表|否|2023-06-01|借调|\n".replace("|\n", "\n"),
            {("ZC-033", "自查结论10")},
        ),
    ],
)
def test_staff(staff, expected):
    assert check(returned(人员=staff)) == expected


# ── 授权, 系统


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("有效期至\n2023-04-14", set()),
        ("有效期至\n2023-04-13", {("SQ-031", "有效期至4")}),
        ("签订日期\n2023-04-12", {("SQ-032", "签订日期4")}),
        ("签订日期|有效期至\n2023-03-10|2022-03-09", {("SQ-033", "有效期至4")}),
        (f"事项编码|事项名称\n-|企业投资项目备案\n{CODE_2}|别的事项", {("SQ-030", "事项名称5")}),
        (f"事项编码|事项名称\n{CODE}|名称写得不一样", set()),
    ],
)
def test_authorisations(letters, expected):
    assert check(returned(授权=letters)) == expected


def test_an_authorised_item_has_a_letter():
    assert check(returned(授权="")) == {("SX-052", "授权情况4")}
    assert check(returned(事项="授权情况\n无需授权", 授权="")) == set()


@pytest.mark.parametrize(
    ("systems", "expected"),
    [
        ("承载事项数\n2", {("XT-030", "承载事项数4")}),
        ("承载事项数\n-", set()),
        ("系统名称\n国家平台", {("SX-053", "办理系统4")}),
        ("", {("SX-053", "办理系统4")}),
        ("对接状态|计划对接日期\n对接中|2023-04-13", {("XT-031", "计划对接日期4")}),
        ("对接状态|计划对接日期\n对接中|2023-10-31", set()),
        ("对接状态|计划对接日期\n对接中|2023-11-01", {("XT-032", "计划对接日期4")}),
        ("对接状态|计划对接日期\n已对接|2023-04-01", set()),
    ],
)
def test_systems(systems, expected):
    assert check(returned(系统=systems)) == expected


# ── 任务, 问题


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ("计划完成日期\n2023-08-01", {("RW-030", "计划完成日期4")}),
        ("计划完成日期\n2023-03-01", set()),  # overdue: the light says so
        ("对应目标|计划完成日期\n一证通办|2024-01-01", set()),
        ("任务编号|任务名称\nR1|一\nR1|二", {("RW-031", "任务编号5")}),
        ("完成进度|实际完成日期\n100%|-", {("RW-005", "实际完成日期4")}),
        ("完成进度|实际完成日期\n100%|2023-04-10", set()),
        ("完成进度|实际完成日期\n90%|2023-04-10", {("RW-032", "实际完成日期4")}),
        ("完成进度|实际完成日期\n-|2023-04-10", {("RW-001", "完成进度4")}),
        ("完成进度|实际完成日期\n100%|2023-04-11", {("RW-033", "实际完成日期4")}),
        ("完成进度|实际完成日期\n90%|2024-04-11", {("RW-033", "实际完成日期4")}),
        ("完成进度|实际完成日期\n100%|已完成", {("RW-003", "实际完成日期4")}),
    ],
)
def test_tasks(tasks, expected):
    assert check(returned(任务=tasks)) == expected


@pytest.mark.parametrize(
    ("problems", "expected"),
    [
        ("问题编号|问题描述\nW1|一\nW1|二", {("WT-030", "问题编号5")}),
        ("状态|解决日期\n已解决|-", {("WT-005", "解决日期4")}),
        ("状态|解决日期\n已解决|2023-04-10", set()),
        ("状态|解决日期\n办理中|2023-04-10", {("WT-031", "解决日期4")}),
        ("状态|解决日期\n-|2023-04-10", {("WT-001", "状态4")}),
        ("状态|解决日期\n已解决|2023-12-31", {("WT-032", "解决日期4")}),
        ("解决时限\n2023-01-01", set()),
    ],
)
def test_problems(problems, expected):
    assert check(returned(问题=problems)) == expected


# ── 疑点


def test_present_while_something_inside_is_not():
    items = "人员进驻|计划完成日期|未到位原因\n部分进驻|2023-06-30|缺人"
    assert check(returned(事项=items, 自查=answers("7"))) == {("SX-050", "事项进驻4")}
    pending = "人员进驻\n-"
    assert check(returned(事项=pending)) == {("SX-001", "人员进驻4")}


def test_accepted_in_the_hall_but_decided_outside():
    items = "事项进驻|决定|计划完成日期|未到位原因\n推进中|厅外|2023-06-30|待授权"
    assert check(returned(事项=items, 自查=answers("3", "6", "8"))) == {("SX-051", "决定4")}
    online = "事项进驻|受理|审核|决定|计划完成日期|未到位原因\n推进中|线上|厅外|厅外|2023-06-30|待授权"
    assert check(returned(事项=online, 自查=answers("3", "6", "8"))) == {("SX-051", "审核4")}


@pytest.mark.parametrize(
    ("question", "titles", "cells"),
    [
        ("3", "事项进驻", "推进中"),
        ("5", "系统对接", "对接中"),
    ],
)
def test_a_good_answer_that_the_items_contradict(question, titles, cells):
    items = f"{titles}|计划完成日期|未到位原因\n{cells}|2023-06-30|场地未定"
    assert check(returned(事项=items)) == {("ZC-033", f"自查结论{3 + int(question)}")}
    assert check(returned(事项=items, 自查=answers(question))) == set()


def test_steps_outside_contradict_questions_6_and_8():
    items = "事项进驻|受理|决定|计划完成日期|未到位原因\n推进中|厅外|厅外|2023-06-30|待授权"
    both = {("ZC-033", "自查结论9"), ("ZC-033", "自查结论11")}
    assert check(returned(事项=items, 自查=answers("3"))) == both


def test_an_open_inspection_beyond_the_list_contradicts_question_9():
    row = "核查日期|问题类型|整改状态|销号日期\n2023-04-06|清单外审批|{0}|{1}"
    assert check(returned(), 督查核查=row.format("未整改", "-")) == {("ZC-033", "自查结论12")}
    assert check(returned(), 督查核查=row.format("已销号", "2023-04-12")) == set()


def test_exempt_items_contradict_nothing():
    exempt = (
        "负面清单|批准文号|事项进驻|受理|决定|人员进驻|办理系统\n是|政〔2023〕5号|已进驻|大厅|厅外|未进驻|没登记的系统"
    )
    assert check(returned(事项=exempt, 授权="", 系统="承载事项数\n0")) == set()


def test_one_unit_says_nothing_about_another():
    assert check(returned(), returned(OTHER, 授权="")) == {("SX-052", "区司法局：授权情况4")}
