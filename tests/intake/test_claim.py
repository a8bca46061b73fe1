"""Whose file it is, and which version of it counts: every way that contract §7 and §8 name."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.intake.claim import claim_all
from pipeline.intake.find import Received
from pipeline.intake.reading import Reading, TableReading
from pipeline.intake.roster import Roster
from pipeline.records import Layout
from schemas.plan import load_plan, period_of
from schemas.returns import BY_KEY

PLAN = load_plan()
ROSTER = Roster.of(PLAN)
SECOND = period_of(PLAN, date(2023, 3, 31), [date(2023, 3, 17)])
ON_TIME = date(2023, 3, 28)


def a_file(name, unit="区司法局", *, period=2, filled_on=ON_TIME, items=3, hidden="", saved="", **cover):
    """A file received and what was read of it; `hidden` is the unit id of its hidden sheet."""
    data = repr((name.split("(")[0], unit, period, filled_on, items)).encode()
    layout = Layout("", "事项", "items", 3, dict.fromkeys(BY_KEY["items"].names, "A"))
    rows = [(f"编码{number}", f"事项{number}") for number in range(items)]
    tables = {"items": [TableReading(layout, ("item_code", "item_name"), list(range(4, 4 + items)), rows)]}
    reading = Reading(
        cover={"unit": unit, "period": period, "filled_on": filled_on, "item_total": items or None, **cover},
        hidden={"单位编号": hidden} if hidden else {},
        tables=tables,
        saved=saved,
    )
    return Received(name, data, hashlib.sha256(data).hexdigest(), len(data)), reading


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
    old = a_file("b-最终版.xlsx", filled_on=date(2023, 3, 27), items=3, saved="2023-03-30T09:00:00")
    new = a_file("a.xlsx", filled_on=date(2023, 3, 28), items=4, saved="2023-03-28T09:00:00")
    assert verdicts(old, new) == {"b-最终版.xlsx": ("区司法局", "已被替代"), "a.xlsx": ("区司法局", "采用")}
    assert "填报日期 2023-03-27→2023-03-28" in reasons(old, new)["b-最终版.xlsx"]
    assert "“事项”3→4 行，其中 1 行不同" in reasons(old, new)["b-最终版.xlsx"]


AT_NINE, AT_TEN = "2023-03-28T09:00:00", "2023-03-28T10:00:00"


@pytest.mark.parametrize(
    ("loser", "winner", "ground"),
    [
        (
            a_file("b.xlsx", items=4, saved=AT_NINE),
            a_file("a.xlsx", saved=AT_TEN),
            "最后保存时间较晚（2023-03-28 18:00）",
        ),
        (a_file("b.xlsx", items=4), a_file("a.xlsx", saved=AT_TEN), "最后保存时间较晚（2023-03-28 18:00）"),
        (
            a_file("表-作废.xlsx", items=4, saved=AT_TEN),
            a_file("表.xlsx", saved=AT_NINE),
            "“表-作废.xlsx”文件名有“作废”",
        ),
        (a_file("表草稿.xlsx", items=4, saved=AT_TEN), a_file("表.xlsx", saved=AT_NINE), "“表草稿.xlsx”文件名有“草稿”"),
        (a_file("表.xlsx", items=4, saved=AT_TEN), a_file("表（最终版）.xlsx"), "“表（最终版）.xlsx”文件名有“最终”"),
        (a_file("表旧版.xlsx", items=4), a_file("表-修改后.xlsx"), "“表-修改后.xlsx”文件名有“修改后”"),
        (a_file("表 最终 作废.xlsx", items=4), a_file("表.xlsx"), "“表 最终 作废.xlsx”文件名有“作废”"),
        (a_file("表v9.xlsx", items=4), a_file("表V10.xlsx"), "文件名的编号较大"),
        (a_file("表.xlsx"), a_file("另一份.xlsx", items=4), "看不出先后"),
    ],
)
def test_versions_of_one_day_are_told_apart_by_what_they_say_of_themselves(loser, winner, ground):
    for files in ([loser, winner], [winner, loser]):
        claims = {claim.received.name: claim for claim in claim_all(files, ROSTER, PLAN.unit_by_id, SECOND, {})}
        chosen = claims[winner[0].name]
        assert (chosen.verdict.value, claims[loser[0].name].verdict.value) == ("采用", "已被替代")
        (said,) = chosen.findings
        assert (said.code, said.place.file, chosen.reason) == ("WJ-062", winner[0].name, said.problem)
        assert ground in said.problem


@given(st.permutations(range(6)))
def test_the_order_of_the_files_changes_nothing(order):
    files = [
        a_file("a.xlsx", items=3), a_file("b.xlsx", items=3, filled_by="李四"), a_file("c-作废.xlsx", items=9),
        a_file("d.xlsx", items=2, saved=AT_NINE), a_file("e.xlsx", items=4, filled_on=date(2023, 3, 20)),
        a_file("a.xlsx(1)", items=3),
    ]  # fmt: skip
    assert verdicts(*(files[at] for at in order)) == verdicts(*files)
    assert reasons(*(files[at] for at in order)) == reasons(*files)


def test_another_day_needs_no_word_about_it():
    old, new = a_file("a.xlsx", filled_on=date(2023, 3, 27)), a_file("b.xlsx", items=4)
    assert [claim.findings for claim in claim_all([old, new], ROSTER, PLAN.unit_by_id, SECOND, {})] == [(), ()]


@pytest.mark.parametrize(
    ("saved", "filled_on", "doubted"),
    [
        ("2023-03-29T15:59:59", ON_TIME, False),  # the last second of the cut-off in Beijing
        ("2023-03-29T16:00:00", ON_TIME, True),
        ("2023-04-20T01:00:00", SECOND.cutoff, True),
        ("2023-03-30T01:00:00", date(2023, 3, 30), False),  # it says itself that it is late
        ("2023-03-30T01:00:00", None, False),
        ("2023-03-31T00:00:00", ON_TIME, False),  # what our own template was stamped with
        ("", ON_TIME, False),
    ],
)
def test_on_time_by_its_date_and_saved_after_the_cut_off_is_a_note(saved, filled_on, doubted):
    (claim,) = claim_all([a_file("a.xlsx", filled_on=filled_on, saved=saved)], ROSTER, PLAN.unit_by_id, SECOND, {})
    said = [(found.code, str(found.severity)) for found in claim.findings]
    assert said == ([("WJ-063", "提示")] if doubted else [])
    assert claim.verdict.value == "采用"


def test_identical_copies_count_once():
    assert verdicts(a_file("表.xlsx"), a_file("表.xlsx(1)")) == {
        "表.xlsx": ("区司法局", "采用"),
        "表.xlsx(1)": ("区司法局", "已被替代"),
    }


def test_a_later_version_that_reports_nothing_never_wipes_an_earlier_one():
    good, empty = a_file("a.xlsx", items=3), a_file("b.xlsx", items=0, filled_on=date(2023, 3, 29))
    assert verdicts(good, empty) == {"a.xlsx": ("区司法局", "采用"), "b.xlsx": ("区司法局", "拒收")}


def a_table(key, *rows, columns=None):
    """One table of ours with these rows, each by Column.name; columns: those with a header, None for all."""
    names = BY_KEY[key].names
    layout = Layout("", BY_KEY[key].name, key, 3, dict.fromkeys(columns or names, "A"))
    lines = [tuple(row.get(name) for name in names) for row in rows]
    return {key: [TableReading(layout, names, list(range(4, 4 + len(lines))), lines)]}


QUESTIONS_ONLY = a_table("self_check", *({"number": str(n), "question": "…"} for n in range(1, 10)))
A_PHONE_LIST = a_table("contacts", {"name": "张三", "title": "科长"}, columns=["name", "title", "mobile"])
A_LIST_OF_POWERS = a_table("items", {"item_name": "教师资格认定"}, columns=["item_code", "item_name", "item_type"])
AS_PLANNED = a_table("items", {"item_code": "1", "item_name": "甲", "item_type": "公共服务", "handling": "即办件"})
FILLED = a_table("items", {"item_name": "甲", "item_presence": "已进驻"})
ONLY_TASKS = a_table("tasks", {"task_number": "R1"})
_COVER = {"unit": "区司法局", "filled_on": ON_TIME}
_OURS = {"单位编号": "U05", "期次": "1"}
_LATER = {"单位编号": "U05", "期次": "2"}
_FRESH = {"unit": "区司法局", "period": 2, "filled_by": "张三", "phone": "2536288"}


@pytest.mark.parametrize(
    ("cover", "hidden", "tables", "expected"),
    [
        ({}, {}, {}, "里面没有填报表的任何一张表"),
        ({"remark": "其他"}, {}, {}, "里面没有填报表的任何一张表"),  # a budget sheet has a 备注 too
        ({}, {}, A_PHONE_LIST, "没有填写一行内容"),
        ({}, {}, A_LIST_OF_POWERS, "没有填写一行内容"),
        (_COVER, _OURS, QUESTIONS_ONLY, "没有填写一行内容"),
        ({"unit": "区司法局"}, _OURS, QUESTIONS_ONLY, "空白填报表"),
        ({"unit": "区司法局"}, _OURS, AS_PLANNED, "空白填报表"),  # what the plan knows was written by us
        (_FRESH, _LATER, FILLED, "空白填报表"),  # and from the second period on all that was reported last
        ({"unit": "区司法局"}, _OURS, FILLED, ""),  # in the first the unit itself must have filled it in
        (_FRESH | {"filled_on": ON_TIME}, _LATER, FILLED, ""),
        ({}, {}, FILLED, ""),
        (None, _LATER, FILLED, ""),  # the sheet was deleted: a fault of a return
        (_COVER, {}, ONLY_TASKS, ""),
        (_COVER | {"item_total": 0}, {}, {}, ""),
    ],
)
def test_a_return_holds_one_of_our_tables_with_a_row_or_says_that_there_is_none(cover, hidden, tables, expected):
    layout = None if cover is None else Layout("", "封面", "cover", 0, {})
    reading = Reading(cover=cover or {}, cover_layout=layout, hidden=hidden, tables=tables)
    (claim,) = claim_all([(Received("区司法局.xlsx", b"", "", 0), reading)], ROSTER, PLAN.unit_by_id, None, {})
    assert (claim.unit, claim.verdict.value) == ("区司法局", "拒收" if expected else "采用")
    assert claim.reason.startswith(expected)


def test_what_is_nobodys_return_waits_for_nobody():
    (claim,) = claim_all([(Received("预算.xlsx", b"", "", 0), Reading())], ROSTER, PLAN.unit_by_id, None, {})
    assert (claim.unit, claim.verdict.value) == ("", "拒收")


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
