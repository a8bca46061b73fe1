"""Each sign by its code: (unit, code, subject), and what must not be one."""

from datetime import date
from statistics import median

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrix_rows import (
    NOTHING,
    PERIOD,
    cover,
    covers_of,
    inspections_of,
    intake_of,
    item,
    merged_of,
    plan_of,
    previous_of,
    self_check,
    table,
)

from pipeline.judge.merge import receipts
from pipeline.judge.states import item_states
from pipeline.judge.verify import SIGNS, median_without, to_verify
from pipeline.meeting import Meeting
from pipeline.records import CARRIED
from schemas.tables import LEDGER_BOOK, MATRIX, TRACKING, WORDS

PLAN = plan_of()
FILLED = date(2023, 3, 28)


def matrix_of(merged, plan):
    items = merged.tables["items"]
    frame = pd.concat([items, item_states(items, plan)], axis=1)
    return frame.reindex(columns=list(MATRIX.names)).astype(object)


def verified(
    now, before=None, *, covers=None, covers_before=None, tracking=(), plan=PLAN, found=(), inspections=(), **given
):
    """TO_VERIFY; now, before: table key → rows; covers: those of now (one of each unit that sent rows)."""
    merged = merged_of(covers_of(*(covers or _covers(now))), **now)
    previous = None
    if before is not None:
        earlier = merged_of(covers_of(*(covers_before or _covers(before, filled_on=FILLED))), **before)
        previous = previous_of(
            covers=earlier.covers,
            tables=earlier.tables,
            matrix=matrix_of(earlier, plan),
            tracking=pd.DataFrame(tracking, columns=list(TRACKING.names), dtype=object),
        )
    received = receipts(plan, PERIOD, intake_of(merged), merged, [])
    return to_verify(Meeting(plan, PERIOD, merged, received, found, inspections_of(*inspections), previous, **given))


def _covers(rows, **cells):
    units = dict.fromkeys(["甲局", *(row["unit"] for table in rows.values() for row in table)])
    return [cover(unit, **cells) for unit in units]


def signs(*args, **options):
    """Every sign but that units of the same rows have the same rank."""
    frame = verified(*args, **options)
    frame = frame[frame["code"] != "XS-015"]
    return [tuple(row) for row in frame[["unit", "code", "subject"]].itertuples(index=False)]


def words(*args, **options):
    frame = verified(*args, **options)
    (finding,) = frame.loc[frame["code"] != "XS-015", "finding"]
    return finding


def test_nothing_strange_is_no_sign():
    rows = {"items": [item(), item(name="事项二", **NOTHING)]}
    assert signs(rows, rows) == []
    assert signs(rows) == []


def test_an_item_that_vanished_without_a_word():
    rows = {"items": [item(), item(name="走了的")]}
    assert signs({"items": [item()]}, rows) == [("甲局", "XS-001", "走了的")]
    assert words({"items": [item()]}, rows).endswith("备注和封面说明里都没有提到")


def test_what_the_remark_says_about_it_is_quoted():
    before = {"items": [item(), item(name="走了的")]}
    assert "“走了的并入事项一”" in words({"items": [item(remark="走了的并入事项一")]}, before)
    assert "“走了的已取消”" in words({"items": [item()]}, before, covers=[cover(remark="走了的已取消")])


def test_a_unit_that_sent_nothing_changed_nothing():
    silent = [cover(carried=CARRIED)]
    assert signs({"items": [item(carried=CARRIED)]}, {"items": [item(), item(name="走了的")]}, covers=silent) == []


def test_a_unit_in_its_own_first_period_is_not_compared():
    assert signs({"items": [item("乙局", f"许可（{n}）") for n in range(5)]}, {"items": [item()]}) == [
        ("甲局", "XS-001", "事项一")
    ]


def test_moved_to_the_negative_list_on_its_own_word():
    exempt = {
        "items": [
            item(negative_list="是", approval_number="甲政〔2023〕1号"),
            item(name="二"),
            item(name="三"),
            item(name="四"),
        ]
    }
    before = {"items": [item(), item(name="二"), item(name="三"), item(name="四")]}
    assert ("甲局", "XS-002", "事项一") in signs(exempt, before)
    listed = plan_of(negative_list=[{"unit": "甲局", "item_name": "事项一", "approval_number": "甲政〔2023〕1号"}])
    assert signs(exempt, before, plan=listed) == []
    assert ("甲局", "XS-002", "事项一") not in signs(exempt, exempt)


def waived(unit, number, of=4):
    """`number` of 4 items without authority and system needed: each 2 of 6 scored dimensions."""
    free = {"authority": "无需授权", "system_state": "无系统"}
    return [item(unit, f"{n}号事项", **(free if n < number else {})) for n in range(of)]


def test_a_share_of_exempt_far_above_the_others():
    # exempt cells of 甲局: 4 × 2 of 24 = 33.3 %, the median of the others is 0
    others = [row for unit in ("乙局", "丙局", "丁局") for row in waived(unit, 0)]
    assert signs({"items": [*waived("甲局", 4), *others]}) == [("甲局", "XS-003", "“不适用”占比")]
    assert (
        words({"items": [*waived("甲局", 4), *others]}) == "“不适用”占 33.3%，其他单位的中位数是 0%，高出 33.3 个百分点"
    )
    assert signs({"items": [*waived("甲局", 3), *others]}) == []  # 25 points
    assert signs({"items": [*waived("甲局", 4), *waived("乙局", 0)]}) == []  # too few others to call it unusual


@given(st.lists(st.fractions(0, 1, max_denominator=24), min_size=4, max_size=9), st.data())
def test_the_median_of_the_others_is_theirs_alone(shares, data):
    own = data.draw(st.sampled_from(shares))
    others = list(shares)
    others.remove(own)
    ascending = sorted(shares)
    assert median_without(ascending, ascending.index(own)) == median(others)


def test_a_share_of_exempt_above_the_last_period():
    # 4 items: from 1 × 2 ÷ 24 = 8.3 % to 3 × 2 ÷ 24 = 25 %
    assert signs({"items": waived("甲局", 3)}, {"items": waived("甲局", 1)}) == [("甲局", "XS-004", "“不适用”占比")]
    assert signs({"items": waived("甲局", 2)}, {"items": waived("甲局", 1)}) == []  # 8.3 points
    assert signs({"items": waived("甲局", 2, of=2)}, {"items": waived("甲局", 0, of=2)}) == []  # 小样本


def test_one_item_split_by_name():
    parts = [item(name=f"食品经营许可（{what}）") for what in ("新办", "变更", "延续")]
    assert ("甲局", "XS-005", "食品经营许可") in signs({"items": parts}, {"items": [item(name="食品经营许可")]})
    kept = {"items": [item(name="食品经营许可"), item(name="食品经营许可变更")]}
    assert signs(kept, {"items": [item(name="食品经营许可")]}) == []  # one more is not many


def test_one_item_split_by_its_basic_code():
    whole = "11410404MB0A000182" + "4" + "000114108003"
    parts = [item(name=name, item_code=f"{whole}{n:02d}") for n, name in enumerate(("设立", "变更", "注销"), 1)]
    before = {"items": [item(name="劳务派遣许可", item_code=whole)]}
    assert ("甲局", "XS-005", "劳务派遣许可") in signs({"items": parts}, before)


def test_as_many_gone_as_new_is_renaming_not_splitting():
    before = {"items": [item(name="养老服务甲"), item(name="养老服务乙"), item(name="养老服务")]}
    now = {"items": [item(name="养老服务丙"), item(name="养老服务丁"), item(name="养老服务")]}
    assert "XS-005" not in [code for _, code, _ in signs(now, before)]


def task(**cells):
    return {"unit": "甲局", "task_number": "1", "task_name": "授权清单", "progress": 0.6, **cells}


@pytest.mark.parametrize(
    ("done_on", "expected"),
    [(date(2023, 3, 20), [("甲局", "XS-006", "任务：授权清单")]), (FILLED, []), (date(2023, 4, 3), [])],
)
def test_done_before_the_last_return_said_otherwise(done_on, expected):
    assert signs({"tasks": [task(progress=1, done_on=done_on)]}, {"tasks": [task()]}) == expected


def test_problems_and_staff_are_dated_too():
    now = {
        "problems": [
            {
                "unit": "甲局",
                "problem_number": "1",
                "description": "网络",
                "state": "已解决",
                "solved_on": date(2023, 3, 1),
            }
        ],
        "staff": [{"unit": "甲局", "name": "张三", "post": "审核", "present": "是", "present_since": date(2023, 3, 1)}],
    }
    before = {
        "problems": [{"unit": "甲局", "problem_number": "1", "description": "网络", "state": "办理中"}],
        "staff": [{"unit": "甲局", "name": "张三", "post": "审核", "present": "否"}],
    }
    assert signs(now, before) == [("甲局", "XS-006", "问题：网络"), ("甲局", "XS-006", "人员：张三")]


def test_texts_copied_for_three_returns_are_one_sign_a_column():
    rows = {"items": [item(name=name, **NOTHING, reason_open="正在协调") for name in ("甲", "乙")]}
    twice = [("甲局", "未到位原因", name, 2) for name in ("甲", "乙")]
    assert signs(rows, rows, tracking=twice) == [("甲局", "XS-007", "未到位原因")]
    assert words(rows, rows, tracking=twice) == "尚未完成而“未到位原因”连续 3 期一字未改，共 2 项：甲、乙"
    assert signs(rows, rows) == []


def test_problems_that_go_back_and_unsolved_ones_that_vanish():
    def problem(number, state):
        return {"unit": "甲局", "problem_number": number, "description": f"问题{number}", "state": state}

    now = {"problems": [problem("1", "办理中"), problem("2", "已解决")]}
    before = {
        "problems": [problem("1", "已解决"), problem("2", "办理中"), problem("3", "已解决"), problem("4", "办理中")]
    }
    assert signs(now, before) == [("甲局", "XS-008", "问题：1"), ("甲局", "XS-009", "问题：4")]


def stuck(*reasons, planned_on=date(2023, 3, 1)):
    """Items of 甲局 in which nothing is begun, with these reasons."""
    return {
        "items": [item(name=f"{n}", **NOTHING, reason_open=r, planned_on=planned_on) for n, r in enumerate(reasons)]
    }


@pytest.mark.parametrize(
    ("before", "now", "said"),
    [
        ("正在协调系统，等上级批复", "等上级批复；仍在协调系统", True),
        ("系统没有开通", "没有开通系统", True),
        ("等上级批复", "等上级批复，已报材料", False),
        ("预计 12 日开通", "预计 21 日开通", False),
        ("预计6月1日", "预计1月6日", True),  # the same figures in another order say the same to this sign
        ("等上级批复", "等上级批复", False),
        ("目前正在推进", "继续努力推进", False),  # nothing but filling words says nothing
    ],
)
def test_the_same_phrases_in_another_order(before, now, said):
    expected = [("甲局", "XS-010", "未到位原因")] if said else []
    assert signs(stuck(now), stuck(before)) == expected


def test_stock_reasons_of_other_items_are_honest():
    assert signs(stuck("等系统", "缺人手", "等装修"), stuck("缺人手", "等装修", "等系统")) == []


def changed(*names, periods=2):
    return [("甲局", "未到位原因更换", name, periods) for name in names]


@pytest.mark.parametrize(
    ("planned_before", "planned_now", "said"),
    [
        (date(2023, 5, 1), date(2023, 5, 1), False),
        (date(2023, 5, 1), date(2023, 5, 2), True),  # put off again
        (date(2023, 3, 30), date(2023, 3, 30), True),  # past by the meeting of 3-31
        (date(2023, 3, 31), date(2023, 3, 31), False),
        (None, None, True),
    ],
)
def test_another_sentence_at_every_return_while_nothing_moves(planned_before, planned_now, said):
    before = stuck("甲", "乙", planned_on=planned_before)
    now = stuck("丙", "丁", planned_on=planned_now)
    found = signs(now, before, tracking=changed("0", "1"))
    assert (("甲局", "XS-011", "未到位原因") in found) is said
    assert signs(now, before, tracking=changed("0", "1", periods=1)) == []  # two in a row only
    assert signs(now, before, tracking=changed("0")) == []  # not more than half, nor two


def test_a_new_sentence_on_the_cover_each_time():
    rows, covers = stuck("等"), [cover(remark="正在研究")]
    earlier = [("甲局", "封面说明更换", "封面说明", 2)]
    given = {"covers": covers, "covers_before": [cover(remark="正在部署", filled_on=FILLED)], "tracking": earlier}
    assert ("甲局", "XS-011", "封面说明") in signs(rows, rows, **given)
    moved = {"items": [item(name="0", **NOTHING | {"authority": "已授权"}, reason_open="等")]}
    assert "XS-011" not in [code for _, code, _ in signs(moved, rows, **given)]


def remark(**cells):
    return {"sheet": "红灯清单", "key": "甲局｜｜事项一｜环节", "leader_note": "限期整改", **cells}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (remark(), [("甲局", "XS-012", "事项一")]),
        (remark(key="甲局｜｜事项一｜人员"), []),
        (remark(leader_note=None, supervision_note="已催办"), []),
        (remark(sheet="任务台账"), []),
    ],
)
def test_outside_loop_taken_back_after_a_leaders_remark(written, expected):
    remarks = pd.DataFrame([dict.fromkeys(WORDS.names) | {"book": LEDGER_BOOK} | written], dtype=object)
    before = {"items": [item(outside_loop="是")]}
    assert signs({"items": [item()]}, before, remarks=remarks) == expected
    assert signs(before, before, remarks=remarks) == []
    assert signs({"items": [item()]}, before) == []


def test_a_leaders_matter_about_the_item_is_a_remark_too():
    matters = table("matters", {"number": "1", "source": "领导批示", "item_name": "事项一", "state": "办理中"})
    before = {"items": [item(double_acceptance="是")]}
    assert signs({"items": [item()]}, before, matters=matters) == [("甲局", "XS-012", "事项一")]
    assert signs({"items": [item()]}, before, matters=matters.assign(source="会议议定")) == []


def test_answers_that_score_beside_an_inspection_that_says_otherwise():
    rows = {"items": [item()], "self_check": self_check(q3="否")}
    found = [{"kind": "体外循环"}, {"kind": "明进暗不进"}, {"kind": "两头受理"}, {"kind": "清单外审批"}]
    # 3 is not answered well, 9 is contradicted and does not score, none asks for 两头受理
    assert signs(rows, inspections=found) == [("甲局", "XS-013", "自查第 6 题")]
    assert signs(rows, inspections=[found[0] | {"state": "已销号"}]) == []


def test_rows_stand_by_unit_in_plan_order():
    before = {"items": [item("乙局", "一"), item("甲局", "二")]}
    assert [unit for unit, *_ in signs({"items": []}, before, covers=[cover("乙局"), cover("甲局")])] == [
        "甲局",
        "乙局",
    ]


def test_every_sign_is_worded_and_has_an_example():
    for code, sign in SIGNS.items():
        assert code == sign.code
        assert all((sign.title, sign.finding, sign.advice, sign.example)), code
