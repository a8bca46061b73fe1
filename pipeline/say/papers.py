"""The documents of a meeting: which there are, when each is made, and the text of those of the meeting itself.

A kind of document is one record; files, README and tests follow from the list. Before the meeting: 会议通知 and the
briefing as 征求意见稿. After it, from 会议决定: 通报, 约谈通知, 督办通知, 会议纪要 and the briefing as it goes out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.judge.proposals import CRITICISE, PRAISE
from pipeline.judge.tracking import SOLVED
from pipeline.records import Paper, PaperSection, PaperTable
from pipeline.say.phrases import day, listed, sublisted
from pipeline.say.slip import Section, UnitRows, due, escalation, facts, items, next_meeting
from pipeline.say.unit_papers import acceptance_forms, authorisation_letters, self_check_reports
from pipeline.say.verdicts import (
    CALLED_IN,
    CRITICISED,
    DROPPED,
    PRAISED,
    SUPERVISED,
    Verdict,
    answer_by,
    criticism,
    decided,
    is_final,
    leads_told,
    praise,
)
from schemas.figures import as_day, records
from schemas.words import Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_NUMBER = "【请填写发文字号】"
_SIGNED_ON = "【请填写成文日期】"
_WEEKDAYS = "一二三四五六日"
_TAIL = ("（共印【请填写】份）",)
#: Name of the unit that a document is for ("": the meeting's own) → the papers in it.
Made = Mapping[str, tuple[Paper, ...]]


@dataclass(frozen=True)
class Kind:
    """One kind of document: its name, when it is made, how; top: it lies in the period's folder itself."""

    name: str
    when: str
    made: Callable[[Meeting], Made]
    top: bool = False


def _issued(meeting: Meeting, title: str, addressed: str, sections: Sequence[PaperSection]) -> Paper:
    """A paper that the office issues, ready to be numbered and stamped."""
    office = meeting.plan.office.name
    return Paper(
        tuple(sections),
        masthead=f"{office}文件",
        issue=_NUMBER,
        title=title,
        addressed=f"{addressed}：",
        signed=(office, _SIGNED_ON),
        tail=_TAIL,
    )


def _meeting_name(meeting: Meeting) -> str:
    return f"第{meeting.period.number}期“双周”推进会"


# ── before the meeting


def _briefing(meeting: Meeting) -> Made:
    return {"": (meeting.briefing,)} if meeting.briefing else {}


def _invitation(meeting: Meeting) -> Made:
    """会议通知 with its agenda: who speaks, and what there is to decide."""
    when, office = meeting.period.meeting, meeting.plan.office
    sections = (
        PaperSection("一、会议时间", (f"{day(when)}（星期{_WEEKDAYS[when.weekday()]}）【请填写时间】。",)),
        PaperSection("二、会议地点", ("【请填写地点】。",)),
        PaperSection("三、参会人员", (f"{office.leader_post}，各成员单位分管负责同志。",)),
        PaperSection("四、会议议程", tuple(sublisted(_agenda(meeting)))),
        PaperSection("五、有关要求", tuple(sublisted(_asked(meeting)))),
    )
    return {"": (_issued(meeting, f"关于召开{_meeting_name(meeting)}的通知", "各成员单位", sections),)}


def _proposed(meeting: Meeting, kind: str) -> list[str]:
    rows = meeting.proposals
    named = rows.loc[rows["kind"] == kind, "unit"].dropna()
    return list(dict.fromkeys(map(str, named)))


def _agenda(meeting: Meeting) -> Iterator[str]:
    yield f"通报情况。专班办公室通报第{meeting.period.number}期评比结果和红黄绿亮灯情况。"
    if praised := _proposed(meeting, PRAISE):
        yield f"典型经验介绍。{listed(praised)}发言，每家不超过5分钟【发出前请领导审定】。"
    if criticised := _proposed(meeting, CRITICISE):
        yield f"表态发言。{listed(criticised)}发言，每家不超过3分钟【发出前请领导审定】。"
    questions = list(_questions(meeting))
    if questions:
        yield f"研究议题。研究{'、'.join(questions)}。"
    yield "领导讲话。"


def _questions(meeting: Meeting) -> Iterator[str]:
    """What there is to decide, in figures."""
    yield "表扬通报建议"
    rows = meeting.problems
    open_problems = int((rows["state"] != SOLVED).sum())
    if open_problems:
        yield f"未解决的派发问题{open_problems}个"
    if told := leads_told(meeting):
        yield told


def _asked(meeting: Meeting) -> Iterator[str]:
    if praised := _proposed(meeting, PRAISE):
        yield f"{listed(praised)}准备典型经验材料，会前报专班办公室。"
    if criticised := _proposed(meeting, CRITICISE):
        yield f"{listed(criticised)}准备表态发言，写明原因、整改措施和完成时限。"
    silent = meeting.receipts.loc[meeting.receipts["receipt"].isin((Receipt.NEVER, Receipt.CARRIED)), "unit"].tolist()
    if silent:
        yield f"{listed(silent)}还没有报送本期填报表，请会前补报。"
    yield "参会人员名单会前报专班办公室；因故不能参会的，由主要负责同志向专班请假。"


# ── after the meeting


def _circular(meeting: Meeting) -> Made:
    """通报: whom the meeting praises and criticises, and by when the criticised answer."""
    if not (decided(meeting, PRAISED) or decided(meeting, CRITICISED)):
        return {}
    asked = [
        f"受表扬的单位要再接再厉，被通报的单位要于{day(answer_by(meeting))}前将整改情况报专班办公室。",
        "各成员单位要对照时限逐项销号，切实做到清单之外、大厅之外、平台之外无审批。",
    ]
    sections = (
        PaperSection("一、表扬", tuple(praise(meeting))),
        PaperSection("二、通报批评", tuple(criticism(meeting))),
        PaperSection("三、工作要求", tuple(sublisted(asked))),
    )
    title = f"关于{_meeting_name(meeting)}评比情况的通报"
    return {"": (_issued(meeting, title, "各成员单位", sections),)}


def _summons(meeting: Meeting) -> Made:
    """约谈通知, one a unit."""
    frames = UnitRows(meeting)
    return {one.unit: (_summon(frames, one),) for one in decided(meeting, CALLED_IN)}


def _summon(frames: UnitRows, one: Verdict) -> Paper:
    meeting = frames.meeting
    sections = (
        PaperSection("一、约谈事由", (_reason(frames, one),), _table(items(frames, one.unit))),
        PaperSection("二、时间地点", ("【请填写时间】，【请填写地点】。",)),
        PaperSection("三、约谈对象", ("你单位主要负责同志【请领导审定】、分管负责同志。",)),
        PaperSection("四、有关要求", ("请准备书面材料，写明问题原因、整改措施、责任人和完成时限，约谈时提交。",)),
        _receipt("本通知已收到。"),
    )
    title = f"关于约谈{one.unit}的通知"
    return _issued(meeting, title, one.unit, sections)


def _orders(meeting: Meeting) -> Made:
    """督办通知, one a unit."""
    frames = UnitRows(meeting)
    return {one.unit: (_order(frames, one),) for one in decided(meeting, SUPERVISED)}


def _order(frames: UnitRows, one: Verdict) -> Paper:
    meeting = frames.meeting
    by = day(next_meeting(meeting.period.meeting))
    sections = (
        PaperSection("一、督办事由", (_reason(frames, one),), _table(items(frames, one.unit))),
        PaperSection("二、办理要求", (f"请于{by}前办理下列事项，逐项落实责任人。",), _table(due(frames, one.unit))),
        PaperSection(
            "三、反馈方式",
            (f"办理进展填入下一期填报表；办结或不能按期办结的，{by}前书面说明，主要领导签字并加盖公章。",),
        ),
        _receipt("本通知已收到。"),
    )
    return _issued(meeting, f"关于督办{one.unit}有关事项的通知", one.unit, sections)


def _reason(frames: UnitRows, one: Verdict) -> str:
    """Why, what it calls for, and where the unit stands."""
    why = "；".join(filter(None, (one.reason, one.note))) or "【请办公室补充事由】"
    known = dict(facts(frames, one.unit))
    stands = f"你单位整体亮灯为{known['整体亮灯'] or '灰'}"
    stands += f"，得分{known['得分名次'].replace(' ', '')}" if known["得分名次"] else ""
    steps = escalation(frames, one.unit).replace(" ", "")
    return f"{_meeting_name(frames.meeting)}研究决定：{why}。{stands}{f'；{steps}' if steps else ''}。"


def _table(section: Section) -> PaperTable | None:
    """A part of the unit's slip as a table; None where it has no rows."""
    return PaperTable(section.title, section.header, section.rows) if section.rows else None


def _receipt(said: str) -> PaperSection:
    return PaperSection(
        "", (), None, (f"回执：{said}", "签收人（签字）：＿＿＿＿＿＿", "签收时间：　　　年　　月　　日")
    )


def _minutes(meeting: Meeting) -> Made:
    """会议纪要, a draft from the decisions and from what 议定事项 notes for the day."""
    if not is_final(meeting):
        return {}
    office, when = meeting.plan.office, day(meeting.period.meeting)
    opening = (
        f"{when}，【请填写主持人】在【请填写地点】主持召开{office.district}政务服务“应进必进”{_meeting_name(meeting)}。"
        "【请填写出席人员】参加会议。现将会议议定事项纪要如下："
    )
    sections = (
        PaperSection("", (opening,)),
        PaperSection("一、听取情况", (_heard(meeting),)),
        PaperSection("二、评比结果", tuple(sublisted(_results(meeting)))),
        PaperSection("三、议定事项", tuple(_agreed(meeting)), _matters(meeting)),
    )
    paper = Paper(
        sections,
        masthead=f"{office.name}会议纪要",
        issue=f"〔{meeting.period.meeting.year}〕【请填写】号",
        office=office.name,
        issued_on=when,
        title=f"{_meeting_name(meeting)}纪要",
        tail=(f"报：{office.leader_post}", "发：各成员单位", *_TAIL),
    )
    return {"": (paper,)}


def _heard(meeting: Meeting) -> str:
    words = f"会议听取了专班办公室关于第{meeting.period.number}期评比情况的汇报"
    if names := [one.unit for one in decided(meeting, PRAISED)]:
        words += f"，{listed(names)}作典型经验介绍"
    if names := [one.unit for one in decided(meeting, CRITICISED)]:
        words += f"，{listed(names)}作表态发言"
    return f"{words}。【请核对发言单位】"


_RESOLVED = ((PRAISED, "予以表扬"), (CRITICISED, "予以通报批评"), (CALLED_IN, "予以约谈"), (SUPERVISED, "予以督办"))


def _results(meeting: Meeting) -> Iterator[str]:
    """One sentence a decision."""
    for decision, words in _RESOLVED:
        if found := decided(meeting, decision):
            yield f"对{'、'.join(one.unit for one in found)}{words}。"
    if dropped := decided(meeting, DROPPED):
        yield f"对{'、'.join(one.unit for one in dropped)}的建议不予采纳。"
    if criticised := decided(meeting, CRITICISED):
        names = "、".join(one.unit for one in criticised)
        yield f"{names}于{day(answer_by(meeting))}前将书面表态和整改情况报专班办公室。"


def _matters_agreed(meeting: Meeting) -> list[dict[str, object]]:
    return [row for row in records(meeting.matters) if as_day(row["agreed_on"]) == meeting.period.meeting]


def _agreed(meeting: Meeting) -> Iterator[str]:
    if _matters_agreed(meeting):
        yield "会议议定以下事项，由责任单位按时限办理，专班办公室跟踪督办："
    else:
        yield "【请办公室补充议定事项，并登记到议定事项.xlsx】"


def _matters(meeting: Meeting) -> PaperTable | None:
    rows = tuple(
        (str(row["number"] or ""), str(row["content"] or ""), str(row["unit"] or ""), str(row["due"] or ""))
        for row in _matters_agreed(meeting)
    )
    return PaperTable("议定事项", ("编号", "议定内容", "责任单位", "完成时限"), rows) if rows else None


BRIEFING = Kind("工作简报", "每次汇总；会议决定填好前为征求意见稿，填好后为正式稿", _briefing, top=True)
#: Every kind of document, in the order of the work.
KINDS: tuple[Kind, ...] = (
    BRIEFING,
    Kind("会议通知", "每次汇总", _invitation),
    Kind("自查报告", "每次汇总，报送了自查的单位每家一份", self_check_reports),
    Kind("事项委托书", "每次汇总，填了“授权”表的单位每家一份：清单和逐份委托书", authorisation_letters),
    Kind("检查验收表", "有目标过了时限以后每次汇总", acceptance_forms),
    Kind("通报", "会议决定填好后再汇总", _circular),
    Kind("约谈通知", "会议决定填好后再汇总，每家一份", _summons),
    Kind("督办通知", "会议决定填好后再汇总，每家一份", _orders),
    Kind("会议纪要", "会议决定填好后再汇总", _minutes),
)
