"""事项: rules within a row and between rows of a unit."""

from dataclasses import replace

import pytest
from returned import CODE, CODE_2, PLAN, UNIT, answers, check, returned

from schemas.codes import code_fault, credit_check
from schemas.plan import load_plan
from schemas.words import OUT_OF_SCOPE_TYPES


def check_item(titles, *cells, plan=PLAN):
    """A return with one item that has these cells."""
    return check(returned(事项=f"{titles}\n{'|'.join(cells)}"), plan=plan)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (CODE, set()),
        (CODE + "01", set()),
        ("-", {("SX-030", "事项编码4")}),
        (CODE[:-1], {("SX-031", "事项编码4")}),
        (CODE[:-1] + "O", {("SX-032", "事项编码4")}),
        ("11410404MB0A000183" + CODE[18:], {("SX-033", "事项编码4")}),
        ("1137080123456789154370115055000", {("SX-034", "事项编码4")}),
        ("1" * 31, {("SX-034", "事项编码4")}),
        ("无", {("SX-034", "事项编码4")}),
        (CODE[:18] + "9" + CODE[19:], {("SX-035", "事项编码4")}),
    ],
)
def test_codes(code, expected):
    assert check_item("事项编码", code) == expected


@pytest.mark.parametrize(
    "code",
    [
        "11370828MB28602902400011410800301",
        "11370830004335078G400011513100301",
        "11370830F5034613XX400012311900301",
        "11370800MB28559184300011910200501",
        "11440100007482575H3440118009000",
        "114403006939513773344201505200802",
        "11440000MB2D0164XH2440289876000",
    ],
)
def test_real_codes_are_right(code):
    assert code_fault(code) is None


def test_the_check_digit_of_gb_32100_may_be_0():
    first = next(f"1141040400000{n:04d}" for n in range(10_000) if credit_check(f"1141040400000{n:04d}") == "0")
    assert code_fault(f"{first}0{CODE[18:]}") is None


@pytest.mark.parametrize("item_type", [*OUT_OF_SCOPE_TYPES, "处罚", "行政强制措施"])
def test_types_out_of_scope(item_type):
    assert check_item("事项类型", item_type) == {("SX-036", "事项类型4")}


@pytest.mark.parametrize(
    ("titles", "cells", "expected"),
    [
        ("事项类型|服务领域", "公共服务|-", {("SX-005", "服务领域4")}),
        ("事项类型|服务领域", "公共服务|社会保险", set()),
        ("窗口编号", "-", {("SX-005", "窗口编号4")}),
        ("环节模式|环节依据", "一审一核|-", {("SX-005", "环节依据4")}),
        ("环节模式|环节依据", "一审两核|某法第三条", set()),
        ("环节模式|特别程序|环节依据", "特别程序|-|某法第三条", {("SX-005", "特别程序4")}),
        ("环节模式|特别程序|环节依据", "特别程序|公告、听证|某法第三条", set()),
        ("环节模式|特别程序|环节依据", "-|-|-", {("SX-001", "环节模式4")}),
    ],
)
def test_required_when(titles, cells, expected):
    assert check_item(titles, *cells.split("|")) == expected


@pytest.mark.parametrize(
    ("title", "value"),
    [
        ("事项进驻", "推进中"),
        ("系统对接", "对接中"),
    ],
)
def test_an_open_dimension_needs_a_plan_date_and_a_reason(title, value):
    titles = f"{title}|计划完成日期|未到位原因"
    nothing = check(returned(事项=f"{titles}\n{value}|-|-", 自查=answers("3", "5")))
    assert nothing == {("SX-005", "计划完成日期4"), ("SX-005", "未到位原因4")}
    assert check(returned(事项=f"{titles}\n{value}|2023-06-30|场地未定", 自查=answers("3", "5"))) == set()
    unreadable = check(returned(事项=f"{titles}\n{value}|尽快|场地未定", 自查=answers("3", "5")))
    assert unreadable == {("SX-003", "计划完成日期4")}


def test_what_the_plan_does_not_score_needs_no_plan_date_and_what_it_scores_does():
    sent = returned(事项="系统对接|一证通办\n对接中|推进中", 自查=answers("5"))
    both = {("SX-005", "计划完成日期4"), ("SX-005", "未到位原因4")}
    for system, one_id, expected in ((10, 0, both), (0, 10, both), (5, 5, both)):
        assert check(sent, plan=_scoring(SYSTEM=system, ONE_ID=one_id)) == expected
    tracked = returned(事项="系统对接\n对接中", 自查=answers("5"))
    assert check(tracked, plan=_scoring(SYSTEM=0, ONE_ID=10)) == set()


def _scoring(**weights):
    entries = (replace(e, weight=weights.get(e.dimension.name, e.weight)) for e in PLAN.dimensions)
    return replace(PLAN, dimensions=tuple(entries))


def test_no_step_at_all_is_nothing_to_judge_by_and_needs_a_plan():
    steps = "受理|审核|决定|送达"
    none = "无此环节|无此环节|无此环节|无此环节"
    assert check_item(f"{steps}|计划完成日期|未到位原因", *f"{none}|-|-".split("|")) == {
        ("SX-040", "受理4"),
        ("SX-047", "审核4"),
        ("ZC-033", "自查结论9"),
        ("SX-005", "计划完成日期4"),
        ("SX-005", "未到位原因4"),
    }
    planned = f"{none}|2023-06-30|正在梳理"
    expected = {("SX-040", "受理4"), ("SX-047", "审核4"), ("ZC-033", "自查结论9")}
    assert check_item(f"{steps}|计划完成日期|未到位原因", *planned.split("|")) == expected


@pytest.mark.parametrize(
    ("mode", "review", "decide", "expected"),
    [
        ("一审一核", "无此环节", "大厅", {("SX-047", "审核4")}),
        ("一审两核", "大厅", "无此环节", {("SX-047", "决定4")}),
        ("特别程序", "无此环节", "无此环节", {("SX-047", "审核4"), ("SX-047", "决定4")}),
        ("审核合一", "无此环节", "大厅", set()),
        ("审核合一", "大厅", "无此环节", set()),
        ("审核合一", "无此环节", "无此环节", {("SX-047", "审核4")}),
    ],
)
def test_a_step_that_the_mode_needs_cannot_be_absent(mode, review, decide, expected):
    cells = f"{review}|{decide}|{mode}|公告|《行政许可法》第三十四条|2023-06-30|正在梳理"
    found = check_item("审核|决定|环节模式|特别程序|环节依据|计划完成日期|未到位原因", *cells.split("|"))
    contradicted = {("ZC-033", "自查结论9")} if expected else set()
    assert {spot for spot in found if spot[0] != "SX-043"} == expected | contradicted


@pytest.mark.parametrize(
    ("basis", "named"),
    [
        ("《某法》", True),
        ("豫政〔2020〕1号", True),
        ("行政许可法", True),
        ("某某条例", True),
        ("管理办法", True),
        ("有关规定", True),
        ("第十二条", True),
        ("工作需要", False),
        ("领导要求", False),
    ],
)
def test_a_basis_names_a_law_or_an_article(basis, named):
    expected = set() if named else {("SX-048", "环节依据4")}
    assert check_item("环节模式|环节依据", "一审一核", basis) == expected


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        ("2023-04-13", {("SX-039", "计划完成日期4")}),  # the day before the meeting
        ("2023-04-14", set()),
        ("2023-07-31", set()),  # the deadline day itself
        ("2023-08-01", {("SX-038", "计划完成日期4")}),
    ],
)
def test_plan_dates_of_an_item_not_yet_in_the_hall(planned, expected):
    items = f"事项进驻|计划完成日期|未到位原因\n推进中|{planned}|场地未定"
    assert check(returned(事项=items, 自查=answers("3"))) == expected


def test_only_open_dimensions_have_a_deadline_to_keep():
    items = "系统对接|计划完成日期|未到位原因\n对接中|2023-09-30|上级系统"
    assert check(returned(事项=items, 自查=answers("5"))) == set()
    late = "系统对接|计划完成日期|未到位原因\n对接中|2023-11-01|上级系统"
    assert check(returned(事项=late, 自查=answers("5"))) == {("SX-038", "计划完成日期4")}


def test_when_everything_is_in_place_an_old_plan_date_is_nothing():
    assert check_item("计划完成日期", "2023-03-01") == set()


def test_a_reason_left_behind_is_only_noted():
    assert check_item("未到位原因", "场地未定") == {("SX-043", "未到位原因4")}


def test_the_negative_list_exempts_with_a_number_only():
    exempt = "负面清单|批准文号|事项进驻|窗口进驻|窗口编号|人员进驻"
    assert check_item(exempt, "是", "政〔2023〕5号", "未进驻", "未设窗口", "-", "未进驻") == set()
    assert check_item(exempt, "是", "-", "未进驻", "未设窗口", "-", "未进驻") == {("SX-005", "批准文号4")}
    assert check_item(exempt, "-", "政〔2023〕5号", "未进驻", "未设窗口", "-", "未进驻") == {("SX-001", "负面清单4")}


def test_an_item_that_the_office_has_not_approved_is_not_exempt():
    listed = {"unit": UNIT, "item_name": "企业投资项目备案", "item_code": CODE}
    titles = "负面清单|批准文号|系统对接|计划完成日期|未到位原因"
    cells = ("是", "政〔2023〕5号", "未对接", "2023-06-30", "上级系统")
    assert check_item(titles, *cells, plan=load_plan({"negative_list": [listed]})) == set()
    other = {"unit": UNIT, "item_name": "别的事项"}
    unlisted = load_plan({"negative_list": [other]})
    assert check(returned(事项=f"{titles}\n{'|'.join(cells)}", 自查=answers("5")), plan=unlisted) == {
        ("SX-037", "负面清单4")
    }


@pytest.mark.parametrize("number", ["待批", "报批中", "申请中", "正在向区政府申请", "无", "省政府批准", "5月底前补办"])
def test_an_approval_that_is_not_there_yet_is_doubted(number):
    assert check_item("负面清单|批准文号", "是", number) == {("SX-046", "批准文号4")}


@pytest.mark.parametrize(
    "number",
    ["平龙政〔2023〕5号", "关于申请豁免的批复（龙政办[2023]12号）", "区政府第3次常务会议纪要", "第三期会议纪要"],
)
def test_the_number_of_a_document_is_not(number):
    assert check_item("负面清单|批准文号", "是", number) == set()


def test_what_the_offices_own_list_approves_needs_no_number():
    listed = load_plan({"negative_list": [{"unit": UNIT, "item_name": "社会团体成立登记"}]})
    assert check_item("事项名称|负面清单|批准文号", "社会团体成立登记", "是", "待批", plan=listed) == set()


def test_in_the_hall_without_a_window():
    titles = "窗口进驻|窗口编号|计划完成日期|未到位原因"
    assert check_item(titles, "未设窗口", "-", "2023-06-30", "场地未定") == {("SX-041", "窗口进驻4")}
    moving = returned(事项=f"事项进驻|{titles}\n推进中|未设窗口|A01|2023-06-30|场地未定", 自查=answers("3"))
    assert check(moving) == {("SX-042", "窗口编号4")}


def test_the_same_row_twice():
    items = "事项名称\n企业投资项目备案\n企业投资项目备案"
    assert check(returned(事项=items)) == {("SX-044", "事项编码5")}
    assert check(returned(事项=items, 封面="事项总数\n2", 系统="承载事项数\n2")) == {("SX-044", "事项编码5")}


def test_the_same_code_on_two_different_rows():
    items = f"事项编码|事项名称\n{CODE}|企业投资项目备案\n{CODE}|企业投资项目备案（变更）"
    assert check(two_items(items)) == {("SX-045", "事项编码5")}


def test_without_codes_the_name_tells_items_apart():
    items = "事项编码|事项名称|送达\n-|企业投资项目备案|大厅\n-|企业投资项目备案|线上"
    codeless = {("SX-030", "事项编码4"), ("SX-030", "事项编码5")}
    assert check(two_items(items)) == codeless | {("SX-045", "事项名称5")}
    apart = "事项编码|事项名称\n-|企业投资项目备案\n-|企业投资项目备案（县级）"
    both = "事项编码|事项名称|委托书编号\n-|企业投资项目备案|1\n-|企业投资项目备案（县级）|2"
    assert check(two_items(apart, both)) == codeless


def test_two_codes_one_name_are_two_items():
    items = f"事项编码|事项名称\n{CODE}|企业投资项目备案\n{CODE_2}|企业投资项目备案"
    assert check(two_items(items)) == set()


def two_items(items, letters=None):
    given = {"授权": letters} if letters else {}
    return returned(事项=items, 封面="事项总数\n2", 系统="承载事项数\n2", **given)
