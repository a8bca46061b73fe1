"""Whose file it is, and which version of it counts: every way that contract §7 and §8 name."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from pipeline.intake.claim import claim_all
from pipeline.intake.find import Received
from pipeline.intake.reading import Reading, TableReading
from pipeline.intake.roster import Roster
from pipeline.records import Layout
from schemas.plan import load_plan, period_of

PLAN = load_plan()
ROSTER = Roster.of(PLAN)
SECOND = period_of(PLAN, date(2023, 3, 31), [date(2023, 3, 17)])
ON_TIME = date(2023, 3, 28)


def a_file(name, unit="区司法局", *, period=2, filled_on=ON_TIME, items=3, hidden="", at="2023-03-28 09:00", **cover):
    """A file received and what was read of it; `hidden` is the unit id of its hidden sheet."""
    data = repr((name.split("(")[0], unit, period, filled_on, items)).encode()
    layout = Layout("", "事项", "items", 3, {})
    rows = [(f"编码{number}", f"事项{number}") for number in range(items)]
    tables = {"items": [TableReading(layout, ("item_code", "item_name"), list(range(4, 4 + items)), rows)]}
    reading = Reading(
        cover={"unit": unit, "period": period, "filled_on": filled_on, "item_total": items or None, **cover},
        hidden={"单位编号": hidden} if hidden else {},
        tables=tables,
    )
    return Received(name, data, hashlib.sha256(data).hexdigest(), len(data), at), reading


def verdicts(*files, period=SECOND, seen=None):
    claims = claim_all(files, ROSTER, PLAN.unit_by_id, period, seen or {})
    return {claim.received.name: (claim.unit, claim.verdict.value) for claim in claims}


def reasons(*files, period=SECOND):
    return {claim.received.name: claim.reason for claim in claim_all(files, ROSTER, PLAN.unit_by_id, period, {})}


@pytest.mark.parametrize(
    ("name", "cover", "hidden", "expected"),
    [
        ("填报表.xlsx", "区司法局", "", ("区司法局", "采用")),
        ("填报表.xlsx", "石龙区司法局", "", ("区司法局", "采用")),  # an alias
        ("填报表.xlsx", None, "U05", ("区司法局", "采用")),  # blank cover: the hidden sheet
        ("区司法局_最终版.xlsx", None, "", ("区司法局", "采用")),  # nothing inside: the file name
        ("收件/3月/司法局(1).xlsx", None, "", ("区司法局", "采用")),
        ("填报表.xlsx", "石龙分局", "", ("", "待认领")),  # three units go by that name
        ("石龙分局.xlsx", None, "", ("", "待认领")),
        ("填报表.xlsx", "区气象局", "", ("", "待认领")),
        ("填报表.xlsx", None, "", ("", "待认领")),
        ("区财政局.xlsx", "区司法局", "", ("", "待认领")),  # the two names disagree
        ("填报表.xlsx", "区司法局", "U06", ("区司法局", "采用")),  # another unit's template: said, cover decides
        ("区司法局.xlsx", "区司法据", "U05", ("区司法局", "采用")),  # misspelled, all else agrees
        ("填报表.xlsx", "区司法据", "", ("", "待认领")),  # misspelled and nothing else to go by
    ],
)
def test_whose_file(name, cover, hidden, expected):
    assert verdicts(a_file(name, cover, hidden=hidden))[name] == expected


def test_one_of_our_own_workbooks_is_no_return():
    received, _ = a_file("3-红黄绿督办台账_第01期.xlsx")
    assert verdicts((received, Reading(own_output="红黄绿督办台账")))[received.name] == ("", "拒收")


@pytest.mark.parametrize(
    ("name", "cover", "own", "meant"),
    [
        ("督查核查表(1).xlsx", "事项编码", None, "督查核查表.xlsx"),  # its header 单位 read as a cover's label
        ("豁免事项 第1期.xls", None, None, "豁免事项.xlsx"),
        ("工作方案(1).xlsx", None, "工作方案", "工作方案.xlsx"),
    ],
)
def test_an_office_workbook_under_a_changed_name_is_told_its_name(name, cover, own, meant):
    received, reading = a_file(name, cover, items=0)
    file = received, replace(reading, own_output=own)
    assert verdicts(file)[name] == ("", "拒收")
    assert f"这像是专班办公室的“{meant}”，但文件名不对" in reasons(file)[name]
    assert verdicts(a_file("工作方案 附表.xlsx", "区司法局"))["工作方案 附表.xlsx"] == ("区司法局", "采用")


def test_the_newest_by_filling_date_wins_whatever_the_file_is_called():
    old = a_file("b-最终版.xlsx", filled_on=date(2023, 3, 27), items=3, at="2023-03-30 09:00")
    new = a_file("a.xlsx", filled_on=date(2023, 3, 28), items=4, at="2023-03-28 09:00")
    assert verdicts(old, new) == {"b-最终版.xlsx": ("区司法局", "已被替代"), "a.xlsx": ("区司法局", "采用")}
    assert "填报日期 2023-03-27→2023-03-28" in reasons(old, new)["b-最终版.xlsx"]
    assert "“事项”3→4 行，其中 1 行不同" in reasons(old, new)["b-最终版.xlsx"]


def test_of_the_same_day_the_later_received_wins():
    early, late = a_file("a.xlsx", items=3, at="2023-03-28 09:00"), a_file("b.xlsx", items=4, at="2023-03-28 10:00")
    assert verdicts(early, late)["b.xlsx"] == ("区司法局", "采用")


def test_identical_copies_count_once():
    assert verdicts(a_file("表.xlsx"), a_file("表.xlsx(1)")) == {
        "表.xlsx": ("区司法局", "采用"),
        "表.xlsx(1)": ("区司法局", "已被替代"),
    }


def test_a_later_version_that_reports_nothing_never_wipes_an_earlier_one():
    good, empty = a_file("a.xlsx", items=3), a_file("b.xlsx", items=0, filled_on=date(2023, 3, 29))
    assert verdicts(good, empty) == {"a.xlsx": ("区司法局", "采用"), "b.xlsx": ("区司法局", "已被替代")}


def test_a_later_zero_return_that_says_so_counts():
    good, zero = a_file("a.xlsx", items=3), a_file("b.xlsx", items=0, filled_on=date(2023, 3, 29), item_total=0)
    assert verdicts(good, zero)["b.xlsx"] == ("区司法局", "采用")


def test_a_later_version_with_fewer_items_is_used_and_said():
    big, small = a_file("a.xlsx", items=40), a_file("b.xlsx", items=3, filled_on=date(2023, 3, 29))
    claims = claim_all([big, small], ROSTER, PLAN.unit_by_id, SECOND, {})
    assert [(c.verdict.value, [f.code for f in c.findings]) for c in claims] == [("已被替代", ["WJ-055"]), ("采用", [])]


@pytest.mark.parametrize(
    ("period", "filled_on", "verdict"),
    [
        (2, ON_TIME, "采用"),
        (2, date(2023, 3, 10), "采用"),  # this period's number is enough
        (1, ON_TIME, "采用"),  # filled in after the meeting before
        (1, date(2023, 3, 17), "拒收"),  # left lying from the period before
        (1, None, "拒收"),
        (None, ON_TIME, "采用"),
        (None, None, "采用"),  # neither is readable, and nobody has seen it before
        (3, date(2023, 4, 12), "拒收"),  # an earlier meeting is run again; this came later
    ],
)
def test_of_this_period_or_not(period, filled_on, verdict):
    assert verdicts(a_file("表.xlsx", period=period, filled_on=filled_on))["表.xlsx"][1] == verdict


def test_an_undated_file_that_was_used_before_is_not_of_this_period():
    file = a_file("表.xlsx", period=None, filled_on=None)
    assert verdicts(file, seen={file[0].sha256: "第01期"})["表.xlsx"][1] == "拒收"


def test_an_old_file_beside_the_new_one_is_replaced_by_it():
    old = a_file("旧.xlsx", period=1, filled_on=date(2023, 3, 14))
    assert verdicts(old, a_file("新.xlsx"))["旧.xlsx"] == ("区司法局", "已被替代")


def test_the_order_of_files_changes_nothing():
    files = [
        a_file("a.xlsx", items=3),
        a_file("b.xlsx", items=4),
        a_file("c.xlsx", "区财政局"),
        a_file("d.xlsx", "石龙分局"),
    ]
    assert verdicts(*files) == verdicts(*reversed(files))
