"""Across units and across periods."""

import pytest
from returned import (
    CODE,
    CODE_2,
    CREDIT,
    OTHER,
    PERIOD,
    PLAN,
    THIRD,
    UNIT,
    answers,
    before,
    check,
    found,
    intake,
    reading_said,
    returned,
)

from pipeline.checks.returns import check_returns

OTHER_CODE = f"{CREDIT[OTHER]}4000114109003"


def several(unit, *codes):
    """A return with an item for each code, none of them known to any other sheet by mistake."""
    names = [f"{unit}事项{number}" for number in range(len(codes))]
    rows = [f"{code}|{name}" for code, name in zip(codes, names, strict=True)]
    letters = [f"{code}|{name}|委{number}" for number, (code, name) in enumerate(zip(codes, names, strict=True))]
    return returned(
        unit,
        事项="\n".join(["事项编码|事项名称", *rows]),
        授权="\n".join(["事项编码|事项名称|委托书编号", *letters]),
        封面=f"事项总数\n{len(codes)}",
        系统=f"承载事项数\n{len(codes)}",
    )


def own(unit, *numbers):
    """Codes under the unit's own credit code."""
    department = 40 + list(CREDIT).index(unit)
    return [f"{CREDIT[unit]}40001{department}{number:06d}" for number in numbers]


# ── units


def test_a_code_of_another_unit_is_said_where_it_does_not_belong():
    first, second = several(UNIT, *own(UNIT, 1, 2, 3)), several(OTHER, *own(OTHER, 1, 2), own(UNIT, 2)[0])
    assert check(first, second) == {("KD-001", "区司法局：事项编码6")}


def test_when_nobody_can_tell_whose_it_is_both_are_asked():
    assert check(several(UNIT, CODE), several(OTHER, CODE)) == {
        ("KD-001", "事项编码4"),
        ("KD-001", "区司法局：事项编码4"),
    }


def test_another_units_credit_code():
    first, second = several(UNIT, *own(UNIT, 1, 2, 3)), several(OTHER, *own(OTHER, 1, 2), *own(UNIT, 9))
    assert check(first, second) == {("KD-002", "区司法局：事项编码6")}


def test_units_that_share_a_credit_code_are_left_alone():
    assert check(several(UNIT, *own(UNIT, 1, 2, 3)), several(OTHER, *own(UNIT, 7, 8))) == set()


def test_the_same_basic_code_under_two_credit_codes_is_only_noted():
    first, second = several(UNIT, CODE), several(OTHER, CREDIT[OTHER] + CODE[18:])
    assert check(first, second) == {("KD-003", "事项编码4"), ("KD-003", "区司法局：事项编码4")}


def test_three_units_without_anything_in_common():
    assert check(several(UNIT, *own(UNIT, 1)), several(OTHER, *own(OTHER, 1)), several(THIRD, *own(THIRD, 1))) == set()


# ── periods


def test_nothing_changed():
    assert check(returned(), previous=before(returned())) == set()


@pytest.mark.parametrize(
    ("cover", "remark", "expected"),
    [
        ("-", "-", {("KQ-001", "事项名称表头")}),
        ("另一事项已划转市局", "-", {("KQ-001", "事项名称表头")}),
        ("-", "区发改委事项1按文件取消", {("KQ-001", "事项名称表头")}),
        ("-", "原有事项已合并", {("KQ-001", "事项名称表头")}),
        ("-", "其他说明", {("KQ-001", "事项名称表头")}),
    ],
)
def test_an_item_that_is_left_out_is_said_whatever_the_words(cover, remark, expected):
    earlier = several(UNIT, *own(UNIT, 1, 2))
    now = several(UNIT, *own(UNIT, 1))
    now.rows["items"][0]["remark"] = None if remark == "-" else remark
    now.rows["cover"][0]["remark"] = None if cover == "-" else cover
    found = check(now, previous=before(earlier))
    contradicted = {("ZC-033", f"自查结论{row}") for row in (6, 7, 8, 9, 10)}  # questions 3 to 7
    assert found == expected | contradicted


def test_an_old_word_does_not_explain_what_goes_now():
    earlier, now = several(UNIT, *own(UNIT, 1, 2)), several(UNIT, *own(UNIT, 1))
    for entry in (earlier, now):
        entry.rows["cover"][0]["remark"] = "本单位情况说明"
    assert ("KQ-001", "事项名称表头") in check(now, previous=before(earlier))


def test_a_nameless_row_is_not_the_one_that_was_left_out():
    earlier = returned(事项="事项编码\n-", 授权="事项编码\n-")
    now = returned(事项="事项编码|事项名称\n-|-", 授权="事项编码\n-")
    assert check(now, previous=before(earlier)) - {("ZC-033", f"自查结论{row}") for row in range(6, 11)} == {
        ("KQ-001", "事项名称表头"),
        ("SX-030", "事项编码4"),
        ("SX-001", "事项名称4"),
    }


def test_a_unit_that_sent_nothing_has_lost_nothing():
    assert check(returned(), previous=before(returned(), returned(OTHER))) == set()


@pytest.mark.parametrize(
    ("titles", "cells", "answer", "expected"),
    [
        ("事项进驻", "推进中", "3", {("KQ-002", "事项进驻4")}),
        ("系统对接", "未对接", "5", {("KQ-002", "系统对接4")}),
        ("一证通办", "未实现", "", {("KQ-002", "一证通办4")}),
        ("系统对接", "无系统", "", set()),
        ("系统对接", "-", "", {("SX-001", "系统对接4")}),
    ],
)
def test_going_back_without_a_word(titles, cells, answer, expected):
    planned = "2023-06-30|原因" if answer else "-|-"
    table = f"{titles}|计划完成日期|未到位原因|备注\n{cells}|{planned}|"
    self_check = answers(answer)
    assert check(returned(事项=f"{table}-", 自查=self_check), previous=before(returned())) == expected
    explained = check(returned(事项=f"{table}上级系统停用", 自查=self_check), previous=before(returned()))
    assert explained == {entry for entry in expected if entry[0] != "KQ-002"}


def test_steps_that_went_back_are_said_at_the_step():
    items = "事项进驻|送达|计划完成日期|未到位原因\n推进中|厅外|2023-06-30|待定"
    earlier = before(returned(事项="事项进驻|计划完成日期|未到位原因\n推进中|2023-06-30|待定"))
    now = returned(事项=items, 自查=answers("3", "6", "8"))
    assert check(now, previous=earlier) == {("KQ-002", "送达4")}


def test_renamed_and_recoded():
    renamed = returned(事项="事项名称\n企业投资项目备案（新）")
    assert check(renamed, previous=before(returned())) == {("KQ-003", "事项名称4")}
    explained = returned(事项="事项名称|备注\n企业投资项目备案（新）|按新目录改名")
    assert check(explained, previous=before(returned())) == set()
    recoded = returned(事项=f"事项编码\n{CODE_2}")
    assert check(recoded, previous=before(returned())) == {("KQ-004", "事项编码4")}
    assert check(returned(), previous=before(returned(事项="事项编码\n-"))) == set()


def test_an_item_split_into_its_parts_is_that_item():
    """Codes of 33 digits where one of 31 stood: nothing has gone, nothing was renamed, and it counts once."""
    whole = returned(UNIT)
    rows = "事项编码|事项名称\n" + "\n".join(f"{CODE}0{n}|企业投资项目备案（第{n}种）" for n in (1, 2, 3, 4))
    parts = returned(UNIT, 事项=rows)  # 事项总数 and 承载事项数 stay 1, and so does the letter
    assert check(parts, previous=before(whole)) == set()
    assert check(whole, previous=before(parts)) == set()


def test_one_fault_in_a_code_is_one_finding():
    """A wrong code is also another code than before, but that is the same fault."""
    spoiled = returned(事项=f"事项编码\n{CODE[:-1]}")
    assert check(spoiled, previous=before(returned())) == {("SX-031", "事项编码4")}


@pytest.mark.parametrize(
    ("tasks", "expected"),
    [
        ("完成进度\n30%", {("KQ-005", "完成进度4")}),
        ("完成进度|备注\n30%|重新核定", set()),
        ("完成进度\n40%", set()),
        ("任务编号|任务名称\nR9|别的任务", {("KQ-006", "任务编号表头")}),
        ("任务编号\n-", {("RW-001", "任务编号4")}),
    ],
)
def test_tasks_against_the_period_before(tasks, expected):
    assert check(returned(任务=tasks), previous=before(returned())) == expected


def test_a_problem_that_has_gone_unsolved():
    assert check(returned(问题=""), previous=before(returned())) == {("KQ-006", "问题编号表头")}
    solved = before(returned(问题="状态|解决日期\n已解决|2023-03-20"))
    assert check(returned(问题=""), previous=solved) == set()
    told = returned(问题="", 封面="说明\n问题已由市局接手")
    assert check(told, previous=before(returned())) == {("KQ-006", "问题编号表头")}


def test_a_cell_that_could_not_be_read_has_not_gone_back():
    spoiled = returned(事项="系统对接\n#N/A")
    taken = intake(spoiled, findings=(reading_said("SX-009", "事项", "系统对接", 4),))
    assert found(taken, previous=before(returned())) == set()


def test_the_order_of_the_returns_changes_nothing():
    first = several(UNIT, *own(UNIT, 1, 2, 3))
    second = several(OTHER, *own(OTHER, 1, 2), own(UNIT, 2)[0])
    third = returned(THIRD, 任务="责任人\n-", 封面="事项总数\n3")
    earlier = before(several(UNIT, *own(UNIT, 1, 2, 3, 4)))
    wanted = check_returns(PLAN, PERIOD, intake(first, second, third), earlier)
    told = [entry.code for entry in wanted if entry.code != "ZC-033"]
    assert told == ["KQ-001", "KD-001", "FM-034", "RW-001"]
    assert check_returns(PLAN, PERIOD, intake(third, second, first), earlier) == wanted
