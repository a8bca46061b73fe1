"""Matters from decision to closing, through the workbooks as people fill them in (contract §4, §6, §8)."""

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from pipeline.judge.matters import matter_light
from pipeline.judge.remarks import SEPARATOR
from pipeline.memory.arising import arising, deadline_in
from pipeline.memory.state import Memory
from schemas.plan import period_of
from tests.office import MEETING, NEXT_MEETING, Form, Office, plan_with

PLAN = plan_with(3)
ONE, TWO, THREE = (unit.name for unit in PLAN.units)
THIRD, FOURTH, FIFTH = date(2023, 4, 14), date(2023, 4, 28), date(2023, 5, 12)
MOBILE = "13812345678"


def blanks_out(rows: list[dict]) -> list[dict]:
    return [{title: value for title, value in row.items() if value is not None} for row in rows]


class Life:
    """An office of three units that sends out templates, gets them back and holds its meetings."""

    def __init__(self, top: Path) -> None:
        self.office = Office(top, plan=PLAN)
        self.folder = top

    def send_out(self, meeting: date) -> dict[str, Form]:
        """The next meeting is prepared: the templates that go out, and the office's book 议定事项.xlsx."""
        self.office.next(meeting)
        self.office.forget()
        forms = {
            unit: Form(path) for unit in PLAN.unit_by_name for path in self.office.templates(unit) if unit in path.name
        }
        self.office.templates()
        self.folder = next((self.office.outputs).glob(f"填报表_{self.office.period.label}"))
        self.book = Form(self.folder / "议定事项.xlsx")
        return {unit: Form(self.folder / forms[unit].path.name) for unit in forms}

    def hold(self, forms: dict[str, Form], *, book: bool = False):
        """The units send their templates back, the office puts its book beside them, the meeting is held."""
        for form in forms.values():
            items = sum(1 for row in form.book["事项"].iter_rows(min_row=4, max_col=2) if row[1].value)
            form.cover(填报日期=self.office.period.cutoff, 填报人="甲", 联系电话="0375-2536288", 事项总数=items)
            form.cover(主要领导签字="是", 加盖公章="是").save(self.office.inputs)
        if book:
            self.book.save(self.office.inputs)
        return self.office.hold()


def matter(held, number: str) -> tuple:
    """状态, 单位回复, 亮灯, 理由 of one row of 议定事项."""
    (row,) = [row for row in held.ledger("议定事项") if row["编号"] == number]
    return row["状态"], row["单位回复"], row["亮灯"], row["理由"]


def asked(form: Form) -> list[tuple]:
    """编号, 来源, 事由, 时限 of 督办回复."""
    if "督办回复" not in form.book.sheetnames:
        return []
    return [tuple(cell.value for cell in row[:4]) for row in form.book["督办回复"].iter_rows(min_row=4)]


def numbers(form: Form) -> list[str]:
    return [row[0] for row in asked(form)]


def first_meeting(life: Life):
    office = life.office
    office.agree(ONE, "Y1", agreed_on=date(2023, 3, 10), due=THIRD, helpers=TWO, content="开通统一受理")
    office.agree(TWO, "Y2", agreed_on=date(2023, 3, 10), due=date(2023, 3, 24), source="督办任务", content="报进驻清单")
    office.return_all(items=3)
    form = office.form(THREE)
    form.add("问题", 问题编号="P1", 问题描述=f"窗口系统不通，找{MOBILE}", 问题类型="系统不通", 责任单位=ONE, 协办单位=TWO,
             解决时限=THIRD, 状态="待派发").save()  # fmt: skip
    held = office.hold()
    held.remark("任务台账", {"单位": THREE, "任务编号": "RW-02"}, 领导批示=f"请4月20日前办结，联系{MOBILE}")
    return held


@pytest.fixture(scope="module")
def story(tmp_path_factory):
    """Four meetings; one entry a meeting: what was held, and what the templates for it asked of each unit."""
    life = Life(tmp_path_factory.mktemp("matters"))
    told = {MEETING: (first_meeting(life), {})}
    forms = life.send_out(NEXT_MEETING)
    sent = {unit: asked(form) for unit, form in forms.items()}
    (remark,) = numbers(forms[THREE])
    (problem,) = [number for number in numbers(forms[ONE]) if number.startswith("问题-")]
    one = forms[ONE]
    one.change("督办回复", "Y1", 办理进展=f"已开通，电话{MOBILE}", 是否办结="是", 佐证材料="截图")
    one.change("督办回复", problem, 办理进展="接口已提供", 是否办结="否", 预计办结日期=date(2023, 4, 10))
    forms[THREE].change("督办回复", remark, 办理进展="★机密★正在研究", 是否办结="否", 预计办结日期=date(2023, 4, 18))
    told[NEXT_MEETING] = (life.hold(forms), sent)

    forms = life.send_out(THIRD)
    sent = {unit: asked(form) for unit, form in forms.items()}
    forms[TWO].change("督办回复", "Y2", 办理进展="清单已报", 是否办结="是")
    told[THIRD] = (life.hold(forms), sent)

    forms = life.send_out(FOURTH)
    sent = {unit: asked(form) for unit, form in forms.items()}
    for number, day in (("Y2", FOURTH - timedelta(days=2)), (remark, FOURTH - timedelta(days=1))):
        life.book.change("议定事项", number, 状态="已办结", 办结日期=day, 办理结果="核实无误")
    forms[TWO].book["督办回复"]["A4"].value = "Y9"
    forms[TWO].change("督办回复", "Y9", 办理进展="不知道是哪件", 是否办结="是")
    told[FOURTH] = (life.hold(forms, book=True), sent)

    forms = life.send_out(FIFTH)
    told[FIFTH] = (life.hold(forms), {unit: asked(form) for unit, form in forms.items()})
    return told, remark, problem


def test_the_template_asks_what_is_open_and_only_those_whom_it_concerns(story):
    told, remark, problem = story
    sent = told[NEXT_MEETING][1]
    due = {number: str(day)[:10] for rows in sent.values() for number, _, _, day in rows}
    assert due == {"Y1": "2023-04-14", "Y2": "2023-03-24", remark: "2023-04-20", problem: "2023-04-14"}
    assert {unit: [row[0] for row in rows] for unit, rows in sent.items()} == {
        ONE: ["Y1", problem],
        TWO: ["Y1", "Y2", problem],
        THREE: [remark],
    }
    assert [row[1] for row in sent[TWO]] == ["会议议定", "督办任务", "问题派发"]
    assert not [row for rows in sent.values() for row in rows if MOBILE in row[2]]
    assert sent[ONE][1][2] == f"{THREE}提出：窗口系统不通，找138****5678"


def test_a_claim_waits_for_the_office(story):
    told, *_ = story
    state, reply, light, reason = matter(told[NEXT_MEETING][0], "Y1")
    assert (state, light, reason) == ("办理中", "黄", "待核实：单位自报已办结，专班尚未销号")
    assert reply == f"{ONE}：已开通，电话138****5678（自报已办结；佐证：截图）"
    state, reply, light, reason = matter(told[FIFTH][0], "Y1")  # claimed, never confirmed, due long ago
    assert (state, light) == ("办理中", "黄")
    assert reason == "待核实：单位自报已办结，专班尚未销号，逾期 28 天；本期没有答复"
    assert "以前的答复" in str(reply)


def test_what_nobody_does_is_red_and_said(story):
    told, *_ = story
    assert matter(told[MEETING][0], "Y2")[2:] == ("黄", "距时限 7 天")
    assert matter(told[NEXT_MEETING][0], "Y2")[1:] == (None, "红", "逾期 7 天；本期没有答复")
    assert matter(told[THIRD][0], "Y2")[1:3] == ("清单已报（自报已办结）", "黄")
    assert matter(told[FOURTH][0], "Y2")[1:] == ("清单已报（自报已办结；以前的答复）", "绿", "2023-04-26 办结")
    assert "Y2" not in [row["编号"] for row in told[FIFTH][0].ledger("议定事项")]


def test_a_remark_is_one_matter_until_the_office_closes_it(story):
    told, remark, _ = story
    row = next(row for row in told[NEXT_MEETING][0].matrix("议定事项") if row["编号"] == remark)
    facts = [row[title] for title in ("议定日期", "来源", "议定内容", "责任单位", "完成时限")]
    assert facts == [MEETING, "领导批示", "请4月20日前办结，联系138****5678", THREE, date(2023, 4, 20)]
    for meeting in (NEXT_MEETING, THIRD, FOURTH):
        sources = [row["编号"] for row in told[meeting][0].ledger("议定事项") if row["来源"] == "领导批示"]
        assert sources == [remark]
    assert matter(told[FOURTH][0], remark)[2:] == ("绿", "2023-04-27 办结")
    assert told[FIFTH][1][THREE] == []  # the remark is still carried; its matter does not come back
    assert told[FIFTH][0].ledger("任务台账")[-1]["单位"] == THREE
    assert [row for row in told[FIFTH][0].ledger("议定事项") if row["来源"] == "领导批示"] == []


def test_a_dispatched_problem_bears_the_answer(story):
    told, _, problem = story
    (row,) = [row for row in told[NEXT_MEETING][0].ledger("问题派发") if row["问题编号"] == "P1"]
    assert row["单位回复"] == f"{ONE}：接口已提供（未办结，预计 2023-04-10 办结）"
    assert problem in [row[0] for row in told[THIRD][1][ONE]]


def test_numbers_of_persons_and_secrets_stay_inside(story):
    told, *_ = story
    held = told[NEXT_MEETING][0]
    texts = [text for sheet in ("首页", "议定事项", "问题派发", "任务台账") for text in held.texts("3-", sheet)]
    for unit in (ONE, TWO, THREE):
        texts += held.texts(f"5-督办单/{unit}", "督办单")
    assert not [text for text in texts if MOBILE in text or "正在研究" in text]
    assert ("HF-019", "错误") in [(row["编号"], row["级别"]) for row in held.findings()]
    assert [row["办理进展"] for row in held.matrix("督办回复") if row["单位"] == THREE] == ["（涉密内容，已隐去）"]


def test_answers_never_count_as_data_rows(story):
    told, *_ = story
    parts = {row["单位"]: row for row in told[NEXT_MEETING][0].scores("得分明细") if row["项目"] == "报送"}
    rows = {row["单位"]: row["采用行数"] for row in told[NEXT_MEETING][0].ledger("报送情况")}
    assert f"数据 {int(rows[ONE]) - 2} 行" in str(parts[ONE]["说明"])  # two answers were given
    assert f"数据 {int(rows[TWO])} 行" in str(parts[TWO]["说明"])  # none: rows left untouched are no data rows
    assert f"数据 {int(rows[THREE]) - 1} 行，有错误的 0 行" in str(parts[THREE]["说明"])


def test_an_answer_to_nothing_is_kept_and_said(story):
    told, *_ = story
    held = told[FOURTH][0]
    assert [(row["单位"], row["单元格"]) for row in held.findings() if row["编号"] == "HF-031"] == [(TWO, "A4")]
    assert [row["编号"] for row in held.matrix("督办回复") if row["办理进展"] == "不知道是哪件"] == ["Y9"]


def test_the_first_page_and_the_slip_tell_how_matters_stand(story):
    told, *_ = story
    page = told[NEXT_MEETING][0].texts("3-", "首页")
    assert "落实情况：3 件，办结 0 件，待核实 1 件，逾期 1 件，在办 1 件" in [text.strip("·• ") for text in page]
    assert any(f"逾期没有办结：{TWO} 1 件" in text for text in page)
    assert any(f"是否销号：{ONE}自报已办结“开通统一受理”（Y1）" in text for text in page)
    assert any("请4月20日前办结" in text for text in told[NEXT_MEETING][0].texts(f"5-督办单/{THREE}", "督办单"))
    briefing = told[NEXT_MEETING][0].texts("3-", "工作简报")
    assert any(f"已办结0件，单位自报办结待核实1件，逾期1件（{TWO}）" in text for text in briefing)


@pytest.mark.parametrize(
    ("text", "meeting", "due"),
    [
        ("请于4月30日前办结", MEETING, date(2023, 4, 30)),
        ("2023年4月底前到位", MEETING, date(2023, 4, 30)),
        ("四月二十日前报方案", MEETING, date(2023, 4, 20)),
        ("本周五前报方案", date(2023, 3, 15), date(2023, 3, 17)),
        ("本周五前报方案", MEETING, None),  # itself a Friday: which week?
        ("4月10日前报方案，4月30日前办结", MEETING, None),
        ("3月1日督查发现的问题抓紧整改", MEETING, None),
        ("1月10日前", date(2023, 12, 22), date(2024, 1, 10)),
        ("抓紧办理", MEETING, None),
    ],
)
def test_the_day_that_a_remark_names(text, meeting, due):
    assert deadline_in(text, meeting) == due


@pytest.mark.parametrize(
    ("row", "claimed", "light"),
    [
        ({"state": "已撤销", "due": date(2023, 1, 1)}, True, "灰"),
        ({"state": "已办结", "due": date(2023, 1, 1)}, True, "绿"),
        ({"state": "办理中", "due": date(2023, 1, 1)}, True, "黄"),
        ({"state": "办理中", "due": MEETING - timedelta(days=1)}, False, "红"),
        ({"state": "办理中", "due": MEETING}, False, "黄"),
        ({"state": "办理中", "due": MEETING + timedelta(days=14)}, False, "黄"),
        ({"state": "办理中", "due": MEETING + timedelta(days=15)}, False, "绿"),
    ],
)
def test_the_first_rule_that_fits_lights_a_matter(row, claimed, light):
    found, reason = matter_light({"closed_on": None, **row}, claimed=claimed, as_of=MEETING, warn_days=14)
    assert found == light
    assert reason


def test_what_the_meeting_decided_becomes_matters():
    key = SEPARATOR.join((ONE, "通报建议", "没有报送"))
    rows = [
        {"book": "评分表", "sheet": "表扬通报建议", "key": key, "decision": "通报", "written_in": "第01期"},
        {"book": "评分表", "sheet": "表扬通报建议", "key": f"{TWO}{SEPARATOR}{SEPARATOR}", "decision": "约谈",
         "decided_note": "4月5日前约谈", "written_in": "第01期"},
        {"book": "评分表", "sheet": "表扬通报建议", "key": f"{THREE}{SEPARATOR}{SEPARATOR}", "decision": "督办",
         "written_in": "第01期"},
        {"book": "评分表", "sheet": "表扬通报建议", "key": f"{THREE}{SEPARATOR}表扬建议{SEPARATOR}", "decision": "表扬",
         "written_in": "第01期"},
    ]  # fmt: skip
    names = ["book", "sheet", "key", "label", "leader_note", "decision", "decided_note", "written_in"]
    memory = Memory(None, pd.DataFrame(rows, columns=names, dtype=object), ())
    period = period_of(PLAN, MEETING, [])
    found = arising(memory, PLAN, period)
    assert [(row["number"], row["source"], row["unit"], row["due"]) for row in found] == [
        (f"表态-230317-{PLAN.units[0].id}", "表态承诺", ONE, NEXT_MEETING),
        (f"约谈-230317-{PLAN.units[1].id}", "会议议定", TWO, date(2023, 4, 5)),
        (f"督办-230317-{PLAN.units[2].id}", "督办任务", THREE, NEXT_MEETING),
    ]
    assert found == arising(memory, PLAN, period)
