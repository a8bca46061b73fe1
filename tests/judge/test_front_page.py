"""会前一页 and 工作简报 of three meetings held by hand; four units, 丁局 never reports."""

from datetime import date

import pandas as pd
import pytest
from matrix_rows import NOTHING, cover, covers_of, inspections_of, item, merged_of, self_check

from pipeline.say.briefing import briefing
from pipeline.say.front_page import front_page, questions
from pipeline.say.phrases import BLANK_CAUSE, numeral, verify_first
from tests.loop import APRIL_14, MARCH_17, MARCH_31, hold
from tests.write.fakes import knowing

PROBLEM = {"unit": "甲局", "problem_number": "1", "description": "网络不通", "owner_unit": "乙局", "state": "办理中"}
STUCK = item("甲局", "一", **{**NOTHING, "outside_loop": "是"})


def sent(*items, units=("甲局", "乙局", "丙局"), problems=(PROBLEM,), filled_on=date(2023, 4, 11)):
    answers = [row for unit in units for row in self_check(unit)]
    return merged_of(
        covers_of(*(cover(unit, filled_on) for unit in units)),
        items=list(items),
        self_check=answers,
        problems=list(problems),
    )


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """The first, second and third meeting."""
    outputs = tmp_path_factory.mktemp("outputs")
    rest = [item("乙局", "三"), item("丙局", "四")]
    first = hold(outputs, MARCH_17, sent(STUCK, item("甲局", "二"), item("乙局", "三", system_state="未对接"), rest[1]))
    second = hold(outputs, MARCH_31, sent(STUCK, item("甲局", "二", staff_presence="未进驻"), *rest))
    found = inspections_of({"kind": "明进暗不进", "item_name": "三", "unit": "乙局"})
    third = sent(STUCK, item("甲局", "二", staff_presence="未进驻"), rest[0], units=("甲局", "乙局"))
    return first, second, hold(outputs, APRIL_14, third, inspections=found)


def lines(book, section):
    page = front_page(book)
    return [(line.text, line.sheet, line.unit, line.dimension) for line in page if line.section == section]


def test_every_section_stands_there_in_the_same_order(books):
    order = ["未报送和迟报", "新增红灯", "连续三期红灯", "进步最大", "退步最大", "自报与督查矛盾"]
    order += ["上期议定事项", "今天要定", "会上要问"]
    for book in books:
        page = front_page(book)
        assert list(dict.fromkeys(line.section for line in page)) == order


def test_who_has_not_returned(books):
    assert lines(books[2], "未报送和迟报") == [
        ("从未报送 1 家：丁局", "报送情况", "丁局", ""),
        ("本期没有报送，沿用上期 1 家：丙局", "报送情况", "丙局", ""),
    ]


def test_new_reds_lead_to_their_items(books):
    assert lines(books[0], "新增红灯") == [("甲局　环节：1 项督查发现或自报有问题", "红灯清单", "甲局", "环节")]
    assert lines(books[1], "新增红灯") == [("无", "", "", "")]
    assert lines(books[2], "新增红灯") == [
        ("乙局　事项：1 项督查发现或自报有问题（上期绿）", "红灯清单", "乙局", "事项")
    ]


def test_red_for_three_periods(books):
    assert lines(books[1], "连续三期红灯") == [("无", "", "", "")]
    assert lines(books[2], "连续三期红灯") == [
        ("甲局　环节：连续 3 期红灯，1 项督查发现或自报有问题", "红灯清单", "甲局", "环节")
    ]


def test_steps_forward_and_back(books):
    # 乙局: 系统 10 of 70 points gained; 甲局: 人员 from 1 of 2 to 0 of 2, 5 of 70 points lost
    assert lines(books[0], "进步最大") == [("首期，没有上期可比", "", "", "")]
    assert lines(books[1], "进步最大") == [
        ("乙局　加权到位率由 85.7% 升到 100%（14.3 个百分点），新增到位 1 项次", "变化情况", "乙局", "")
    ]
    assert lines(books[1], "退步最大") == [
        ("甲局　加权到位率由 50% 降到 42.9%（7.1 个百分点），倒退 1 项次", "变化情况", "甲局", "")
    ]


def test_contradictions(books):
    assert lines(books[2], "自报与督查矛盾") == [
        ("乙局　督查发现 1 条，自报与其中 1 条相互矛盾（矛盾率 100%）", "自查与督查对照", "乙局", "")
    ]


def test_questions_follow_from_the_figures(books):
    assert lines(books[1], "会上要问")[1:] == [("甲局：有 1 项次比上期倒退，原因是什么？", "变化情况", "甲局", "")]
    assert lines(books[2], "会上要问") == [
        ("丙局、丁局：本期为什么没有报送，哪天补报？", "报送情况", "丙局", ""),
        ("甲局：环节已连续 3 期红灯（约谈建议），卡在哪里，哪天到位？", "单位红黄绿", "甲局", ""),
        (
            "乙局：“三”督查发现明进暗不进，自报却是“事项：到位；自查第 3 题：是”，哪个属实？",
            "自查与督查对照",
            "乙局",
            "",
        ),
        ("乙局：甲局提出的“网络不通”已历 3 期仍未解决，哪天解决？", "问题派发", "甲局", ""),
    ]


def test_every_kind_of_question_is_asked_before_any_a_third_time(books):
    units = ("甲局", "乙局", "丙局")
    frames = {
        "unit_dimensions": [
            {"unit": unit, "dimension": dimension, "red_streak": streak, "escalation": "约谈建议"}
            for unit in units
            for dimension, streak in (("事项", 3), ("窗口", 3), ("环节", 5))
        ],
        "comparison": [{"unit": unit, "kind": "体外循环", "verdict": "相互矛盾"} for unit in units],
        "changes": [{"unit": unit, "change": "倒退"} for unit in units],
        "problems": [{"unit": unit, "description": "难", "periods_open": 4, "state": "办理中"} for unit in units],
        "to_verify": [{"unit": unit, "code": "XS-007"} for unit in units],
    }
    of_judgement = {
        name: pd.DataFrame(rows, columns=getattr(books[2], name).columns, dtype=object) for name, rows in frames.items()
    }
    asked = list(questions("会上要问", knowing(books[2], **of_judgement)))
    assert [line.sheet for line in asked] == [
        "报送情况",
        *["单位红黄绿"] * 3,
        *["自查与督查对照"] * 2,
        *["变化情况"] * 2,
        *["问题派发"] * 2,
        *["需核实"] * 2,
    ]
    assert asked[1].text == "甲局：环节已连续 5 期，事项、窗口已连续 3 期红灯（约谈建议），卡在哪里，哪天到位？"


def written(book):
    return briefing(book)


def test_head_sections_and_tail_of_the_briefing(books):
    paper = written(books[2])
    assert (paper.issue, paper.issued_on) == ("第3期（总第3期）", "2023年4月14日")
    assert paper.subtitle == "（征求意见稿）"  # until the meeting has decided
    assert [section.heading for section in paper.sections] == [
        "一、总体情况",
        "",  # 三个无审批, with a table of its own
        "二、评比排名",
        "三、工作亮点与表扬",
        "四、通报批评",
        "五、存在问题",
        "六、下步安排",
    ]
    assert [line[:2] for line in paper.tail] == ["报：", "送：", "发：", "（共"]


def test_the_whole_in_figures(books):
    overall, *_ = written(books[2]).sections
    assert overall.paragraphs == (
        "截至2023年4月14日（第3期双周推进会），4家成员单位中有2家报送了本期填报表，其中按时2家、迟报0家、零报告0家；"
        "1家没有报送本期填报表，沿用上期数据：丙局；1家从未报送：丁局。",
        # 21 lights of three units with one item each (甲局 with two): 2 red, 甲局 人员 10 points behind
        "3家单位在册政务服务事项4项。按单位和进驻维度亮灯：绿灯18盏、黄灯1盏、红灯2盏，灰灯（不适用或无事项）7盏；"
        "红灯比上期增加1盏。各维度到位情况见下表。",
        "与第2期相比，新增到位0项次，倒退0项次，新增事项0项，减少事项0项。",
    )
    assert overall.table.rows[0] == ("事项", "4", "3", "75%", "28%", "2023-07-31", "2", "0", "1")


def test_what_is_wrong_leaves_the_cause_to_a_person(books):
    problems = written(books[2]).sections[5].paragraphs
    assert f"（一）进驻滞后。2家单位亮红灯（环节1家、事项1家）：甲局（环节）、乙局（事项）。{BLANK_CAUSE}" in problems
    assert f"（六）问题久拖未决。1个派发问题超过两期仍未解决，责任单位：乙局。{BLANK_CAUSE}" in problems


def test_what_comes_next_counts_days_and_items(books):
    steps = written(books[2]).sections[6].paragraphs
    assert steps[0] == "（一）抓紧补报。丙局、丁局尽快补报本期填报表。"
    days = (date(2023, 7, 31) - APRIL_14).days
    assert steps[1].startswith(f"（二）对照时限。事项、窗口距时限2023年7月31日还有{days}天，尚有2项次未到位")
    assert steps[-1] == "（五）【请办公室补充其他安排】"


def test_nothing_to_report_still_reads_well(tmp_path):
    units = ("甲局", "乙局", "丙局", "丁局")
    good = sent(*(item(unit, str(n)) for unit in units for n in range(3)), units=units, problems=())
    book = hold(tmp_path, MARCH_17, good)
    assert lines(book, "会上要问") == [("无", "", "", "")]
    assert written(book).sections[5].paragraphs == ("从本期数据看，没有红灯、逾期、倒退和久拖未决的问题。",)


def test_numbers_of_paragraphs():
    assert [numeral(n) for n in (1, 9, 10, 11, 20, 21, 99)] == ["一", "九", "十", "十一", "二十", "二十一", "九十九"]


def test_doubts_are_asked_about_and_go_before_praise(tmp_path):
    units = ("甲局", "乙局", "丙局", "丁局")
    full = [item(unit, f"{n}号") for unit in units for n in range(4)]
    hold(tmp_path, MARCH_17, sent(*full, units=units, problems=()))
    exempt = item("甲局", "0号", negative_list="是", approval_number="甲政〔2023〕1号")
    book = hold(tmp_path, MARCH_31, sent(exempt, *full[1:], units=units, problems=(), filled_on=date(2023, 3, 29)))
    assert (
        "甲局：有 2 处填报待核实（转入负面清单、不适用比上期明显增加），是什么情况？",
        "需核实",
        "甲局",
        "",
    ) in lines(book, "会上要问")
    praised = [text for text in written(book).sections[3].paragraphs if text.startswith("（")]
    notes = [verify_first(number) for number in (3, 1, 1)]  # four units of one score: each of the three has a tie
    assert [text.count(note) for text, note in zip(praised, notes, strict=True)] == [1, 1, 1]
    assert praised[0].startswith("（一）甲局：按时报送")
    assert verify_first(0) == ""
