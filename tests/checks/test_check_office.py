"""The office's own workbooks: 督查核查表 and 豁免事项, waivers applied, rules on trial."""

from datetime import date

import pytest
from returned import CODE_2, OTHER, PERIOD, PLAN, UNIT, before, check, intake, returned

from pipeline.checks.returns import check_returns
from pipeline.checks.sheets import SUSPICIONS
from pipeline.checks.waivers import apply_waivers
from schemas.tables import WAIVERS
from schemas.words import Severity


@pytest.mark.parametrize(
    ("inspections", "expected"),
    [
        ("整改状态\n未整改", set()),
        ("核查日期\n-", {("DC-001", "核查日期4")}),
        ("核查日期\n上周", {("DC-003", "核查日期4")}),
        ("问题类型\n明进暗不近", {("DC-002", "问题类型4")}),
        ("整改状态|销号日期\n已销号|-", {("DC-005", "销号日期4")}),
        ("整改状态|销号日期\n已销号|2023-04-10", set()),
        ("整改状态|销号日期\n整改中|2023-04-10", {("DC-033", "销号日期4")}),
        ("整改状态|销号日期\n已销号|2023-04-01", {("DC-034", "销号日期4")}),
        ("核查日期\n2023-04-15", {("DC-032", "核查日期4")}),
        ("事项名称\n写得不一样", set()),  # the code says which
        ("事项编码|事项名称\n-|没有的事项", {("DC-031", "事项名称4")}),
        (f"事项编码|事项名称\n{CODE_2}|-", {("DC-031", "事项编码4")}),
        ("事项编码|事项名称\n-|-", set()),  # about the unit as a whole
        ("单位|事项编码|事项名称\n区财政局|-|没有的事项", set()),  # never reported: nothing to match
    ],
)
def test_inspections(inspections, expected):
    assert check(returned(), 督查核查=inspections) == expected


def test_carried_items_are_items_too():
    row = "单位|事项编码|事项名称\n区司法局|-|{0}"
    silent = before(returned(), returned(OTHER))
    assert check(returned(), previous=silent, 督查核查=row.format("企业投资项目备案")) == set()
    assert check(returned(), previous=silent, 督查核查=row.format("没有的事项")) == {("DC-031", "事项名称4")}


def test_what_the_office_wrote_wrong_belongs_to_no_unit():
    (finding,) = check_returns(PLAN, PERIOD, intake(returned(), 督查核查="问题描述\n-"), None)
    assert (finding.place.unit, finding.place.file) == ("", "督查核查.xlsx")


@pytest.mark.parametrize(
    ("waivers", "expected"),
    [
        ("规则编号\nSX-001", set()),
        ("规则编号\nSX001", {("HM-031", "规则编号4")}),
        ("批准人\n-", {("HM-001", "批准人4")}),
        ("到期日\n长期", {("HM-003", "到期日4")}),
    ],
)
def test_waivers_are_checked(waivers, expected):
    assert check(returned(), 豁免事项=waivers) == expected


@pytest.mark.parametrize(
    ("waivers", "expected"),
    [
        ("规则编号|范围\nSX-043|企业投资项目备案", set()),
        ("规则编号|范围\nSX-043|-", {("HM-032", "范围4")}),
        ("规则编号|范围\nSX-043|H4", {("HM-032", "范围4")}),  # a cell names no item
        ("规则编号|范围\nSX-001|-", set()),
    ],
)
def test_a_waiver_of_a_suspicion_names_its_item(waivers, expected):
    assert check(returned(), 豁免事项=waivers.replace("SX-043", SUSPICIONS[0])) == expected


@pytest.mark.parametrize(
    ("delays", "expected"),
    [
        ("维度|延至日期\n系统|2023-12-15", set()),
        ("事项编码|事项名称\n-|-", set()),  # all items of the unit
        ("事项编码|事项名称\n-|没有的事项", {("YQ-030", "事项名称4")}),
        (f"事项编码|事项名称\n{CODE_2}|-", {("YQ-030", "事项编码4")}),
        ("维度|延至日期\n系统|2023-10-31", {("YQ-031", "延至日期4")}),
        ("维度|延至日期\n一证通办|2023-07-01", set()),  # without a deadline of its own
        ("维度\n-", {("YQ-001", "维度4")}),
        ("维度\n网络", {("YQ-002", "维度4")}),
    ],
)
def test_delays(delays, expected):
    assert check(returned(), 延期事项=delays) == expected


@pytest.mark.parametrize(
    ("bonus", "expected"),
    [
        ("分值\n2", set()),
        ("分值\n-10", set()),
        ("分值\n11", {("JF-004", "分值4")}),
        ("分值\n两三分", {("JF-003", "分值4")}),
        ("会议日期\n2023-04-13", {("JF-030", "会议日期4")}),
        ("会议日期\n2023-03-31", set()),  # the meeting before
        ("批准人\n-", {("JF-001", "批准人4")}),
    ],
)
def test_points(bonus, expected):
    assert check(returned(), previous=before(returned()), 加减分=bonus) == expected


@pytest.mark.parametrize(
    ("matters", "expected"),
    [
        ("状态\n办理中", set()),
        ("状态|办结日期\n已办结|-", {("YD-005", "办结日期4")}),
        ("事项编码|事项名称\n-|没有的事项", {("YD-030", "事项名称4")}),
        ("来源\n说过", {("YD-002", "来源4")}),
        ("完成时限\n-", {("YD-001", "完成时限4")}),
    ],
)
def test_matters(matters, expected):
    assert check(returned(), 议定事项=matters) == expected


WRONG = "事项名称|事项进驻\n企业投资项目备案|-"  # SX-001 at H4


def applied(waivers, as_of=PERIOD.meeting, trial=()):
    """(severity, status) of the one finding SX-001, and (hits, state) of every waiver."""
    taken = intake(returned(事项=WRONG), 豁免事项=waivers)
    findings, frame = apply_waivers(check_returns(PLAN, PERIOD, taken, None), taken.office["waivers"], trial, as_of)
    assert tuple(frame.columns) == WAIVERS.names
    (finding,) = (entry for entry in findings if entry.code == "SX-001")
    return (str(finding.severity), finding.status), list(zip(frame["hits"], frame["state"], strict=True))


@pytest.mark.parametrize(
    ("waivers", "finding", "rows"),
    [
        ("", ("错误", ""), []),
        ("规则编号\nSX-001", ("提示", "豁免"), [(1, "生效")]),
        ("规则编号\nSX-002", ("错误", ""), [(0, "生效")]),
        (f"单位|规则编号\n{OTHER}|SX-001", ("错误", ""), [(0, "生效")]),
        ("规则编号|范围\nSX-001|企业投资项目备案", ("提示", "豁免"), [(1, "生效")]),
        ("规则编号|范围\nSX-001|11410404MB0A0001824000114108003", ("提示", "豁免"), [(1, "生效")]),
        ("规则编号|范围\nSX-001|H4", ("提示", "豁免"), [(1, "生效")]),
        ("规则编号|范围\nSX-001|别的事项", ("错误", ""), [(0, "生效")]),
        ("规则编号|到期日\nSX-001|2023-04-14", ("提示", "豁免"), [(1, "生效")]),  # the last day
        ("规则编号|到期日\nSX-001|2023-04-13", ("错误", ""), [(0, "已到期")]),
        ("规则编号|到期日\nSX-001|长期", ("错误", ""), [(0, "未生效")]),
        ("规则编号|批准人\nSX-001|-", ("错误", ""), [(0, "未生效")]),
        ("规则编号\nSX-001\nSX-001", ("提示", "豁免"), [(1, "生效"), (0, "生效")]),
    ],
)
def test_a_waiver_turns_a_finding_into_a_note_until_it_expires(waivers, finding, rows):
    assert applied(waivers) == (finding, rows)


def test_a_rule_on_trial_is_reported_but_counts_no_more():
    assert applied("", trial=("SX-001",)) == (("提示", "试行"), [])
    assert applied("规则编号\nSX-001", trial=("SX-001",)) == (("提示", "豁免"), [(1, "生效")])


def test_a_finding_on_trial_does_not_make_its_row_wrong():
    taken = intake(returned(事项=WRONG))
    found = check_returns(PLAN, PERIOD, taken, None)
    findings, _ = apply_waivers(found, taken.office["waivers"], ("SX-001",), date(2023, 4, 14))
    assert [bool(entry.wrong_rows) for entry in found] == [True]
    assert [entry.wrong_rows for entry in findings] == [()]
    assert all(entry.severity is Severity.NOTE for entry in findings)


def test_the_order_of_findings_is_that_of_the_plan_and_the_template():
    second = returned(OTHER, 事项="事项进驻\n-", 联系人="角色\n具体责任人", 封面="填报人\n-")
    first = returned(UNIT, 任务="责任人\n-", 事项="办件类型|事项进驻\n-|-")
    findings = check_returns(PLAN, PERIOD, intake(second, first, 督查核查="问题描述\n-"), None)
    assert [(entry.place.unit, entry.code, entry.place.cell) for entry in findings] == [
        (UNIT, "SX-001", "E4"),
        (UNIT, "SX-001", "H4"),
        (UNIT, "RW-001", "E4"),
        (OTHER, "FM-001", "B9"),
        (OTHER, "LX-030", "A3"),
        (OTHER, "SX-001", "H4"),
        ("", "DC-001", "G4"),
    ]
