"""Praise and criticism in words: what is proposed before the meeting, what was decided after it (contract §7, §8).

Before, a cause is left blank for the office; after, the units stand as the meeting decided, with the experience
that the praised ones wrote on their covers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from pipeline.judge.proposals import CRITICISE, PRAISE, TRANSFER
from pipeline.say.phrases import BLANK_CAUSE, BLANK_PRACTICE, day, listed, sublisted, verify_first
from pipeline.say.slip import next_meeting
from schemas.figures import is_blank, records
from schemas.returns.cover import PRACTICE_LENGTH

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

PRAISED, CRITICISED, CALLED_IN, SUPERVISED, DROPPED = "表扬", "通报", "约谈", "督办", "不采纳"
_BLANK_REASON = "【请办公室补充理由】"


@dataclass(frozen=True)
class Verdict:
    """What the meeting decided about one unit, why, and what it noted beside."""

    unit: str
    reason: str
    note: str = ""


def is_final(meeting: Meeting) -> bool:
    """Whether the meeting has decided: a 会议决定 stands in 2-评分表."""
    return bool(meeting.decisions["decision"].notna().any())


def decided(meeting: Meeting, decision: str) -> tuple[Verdict, ...]:
    """The units about which the meeting decided so, each once, with the reason of what was proposed."""
    found: dict[str, Verdict] = {}
    for row in records(meeting.decisions):
        if row["decision"] == decision and row["unit"] is not None:
            unit, reason = str(row["unit"]), str(row["reason"] or "")
            found.setdefault(unit, Verdict(unit, reason, str(row["decided_note"] or "")))
    return tuple(found.values())


def answer_by(meeting: Meeting) -> date:
    """Until when a criticised unit hands in what it promised: the day of the next meeting."""
    return next_meeting(meeting.period.meeting)


def practice(meeting: Meeting, unit: str) -> str:
    """经验做法 from the unit's cover, as a sentence; a blank for the office where it wrote none."""
    covers = meeting.merged.covers
    cells = covers.loc[covers["unit"] == unit, "practice"] if "practice" in covers else ()
    told = next((str(cell).strip() for cell in cells if not is_blank(cell)), "")
    return told[:PRACTICE_LENGTH].rstrip("。") if told else BLANK_PRACTICE


def praise(meeting: Meeting) -> Iterator[str]:
    """The paragraphs of praise."""
    if is_final(meeting):
        yield from _praised(meeting)
        return
    rows = records(meeting.proposals[meeting.proposals["kind"] == PRAISE])
    named = [row for row in rows if row["unit"] is not None]
    if not named:
        yield "按评比办法，本期没有单位符合表扬建议的条件。"
        return
    yield f"根据评比结果，建议对以下{len(named)}家单位予以表扬（由会议研究确定）："
    doubts = Counter(meeting.to_verify["unit"])
    yield from sublisted(
        f"{row['unit']}：{row['reason']}。经验做法：{_ended(practice(meeting, str(row['unit'])))}"
        f"{verify_first(doubts[row['unit']])}"
        for row in named
    )
    yield from (f"{row['reason']}。" for row in rows if row["unit"] is None)


def _ended(text: str) -> str:
    return text if text == BLANK_PRACTICE else f"{text}。"


def _praised(meeting: Meeting) -> Iterator[str]:
    units = decided(meeting, PRAISED)
    if not units:
        yield "经会议研究，本期不作表扬。"
        return
    yield f"经会议研究，决定对{'、'.join(one.unit for one in units)}予以表扬。"
    yield from sublisted(
        f"{one.unit}：{_because(one)}。经验做法：{_ended(practice(meeting, one.unit))}" for one in units
    )


def _because(one: Verdict) -> str:
    """Why, without what was only for the meeting to weigh."""
    reason = one.reason.partition("（须斟酌")[0]
    return "；".join(filter(None, (reason, one.note))) or _BLANK_REASON


def criticism(meeting: Meeting) -> Iterator[str]:
    """The paragraphs of criticism."""
    if is_final(meeting):
        yield from _criticised(meeting)
        return
    rows = records(meeting.proposals[meeting.proposals["kind"] == CRITICISE])
    if not rows:
        yield "本期没有单位列入通报建议。"
        return
    yield f"建议对以下{len(rows)}家单位予以通报（由会议研究确定）："
    by_reason: dict[str, list[str]] = {}
    for row in rows:
        by_reason.setdefault(str(row["reason"]), []).append(str(row["unit"]))
    silent = {unit for units in by_reason.values() for unit in units if unit in meeting.silence}
    yield from sublisted(
        f"{'、'.join(units)}：{reason}。{'' if silent.issuperset(units) else BLANK_CAUSE}"
        for reason, units in by_reason.items()
    )


def _criticised(meeting: Meeting) -> Iterator[str]:
    units = decided(meeting, CRITICISED)
    if not units:
        yield "经会议研究，本期不作通报批评。"
    else:
        yield f"经会议研究，决定对以下{len(units)}家单位予以通报批评："
        by_reason: dict[str, list[str]] = {}
        for one in units:
            by_reason.setdefault(_because(one), []).append(one.unit)
        yield from sublisted(f"{'、'.join(names)}：{reason}。" for reason, names in by_reason.items())
        yield (
            f"被通报的单位在会上作了表态发言的，按表态抓好整改；没有表态的，于{day(answer_by(meeting))}前"
            "向专班办公室补作书面表态，写明整改措施和完成时限。"
        )
    for decision, words in ((CALLED_IN, "约谈"), (SUPERVISED, "督办")):
        names = [one.unit for one in decided(meeting, decision)]
        if names:
            yield f"会议决定对{listed(names)}予以{words}。"


def leads_told(meeting: Meeting) -> str:
    """How many leads the meeting has before it, for the papers that circulate: no unit is named."""
    rows = meeting.proposals[meeting.proposals["kind"] == TRANSFER]
    return f"拟移交线索{len(rows)}条" if len(rows) else ""
