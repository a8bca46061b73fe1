"""表扬、通报 and 拟移交线索: proposals with their reasons; people decide (contract §7)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.remarks import SEPARATOR, attach
from pipeline.judge.scores import SMALL_SAMPLE, Standing
from schemas.figures import as_day, is_blank, overdue, percent
from schemas.tables import DECIDED, DECISIONS, PROPOSALS
from schemas.words import Escalation, Light, Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

PRAISE, CRITICISE, TRANSFER = "表扬建议", "通报建议", "拟移交线索"
HOLLOW = "明进暗不进"
_NOT_RETURNED = {Receipt.NEVER.value: "从未报送", Receipt.CARRIED.value: "本期没有报送"}

Row = tuple[str, str | None, float | None, int | None, str]


def proposals(meeting: Meeting) -> pd.DataFrame:
    """One row = one proposal; columns of PROPOSALS. Each carries what speaks for it and what against."""
    standings = meeting.standings
    scores = {standing.unit: standing.score or 0.0 for standing in standings}
    picked = chosen(pools(meeting), scores)
    by_unit = {standing.unit: standing for standing in standings}
    praise = _praise(meeting, [by_unit[unit] for unit in picked[PRAISE]])
    further = _further_criticism(meeting, [by_unit[unit] for unit in picked[CRITICISE]])
    rows = [*praise, *_required_criticism(meeting), *further, *_transfers(standings, meeting.open_inspections)]
    return pd.DataFrame(rows, columns=list(PROPOSALS.names), dtype=object)


@dataclass(frozen=True)
class Pools:
    """Who may be proposed by score: for praise, and for criticism beyond what is required; each in plan order."""

    praise: tuple[Standing, ...]
    criticise: tuple[Standing, ...]
    praise_max: int
    criticise_max: int

    def __getitem__(self, kind: str) -> tuple[Standing, ...]:
        return self.praise if kind == PRAISE else self.criticise


def pools(meeting: Meeting) -> Pools:
    """Who may be proposed by score at a meeting, whatever the scores are."""
    limits = meeting.plan.thresholds
    place = {unit.name: number for number, unit in enumerate(meeting.plan.units)}
    required = {unit for _, unit, *_ in _required_criticism(meeting)}
    slack = [
        standing
        for standing in meeting.standings
        if standing.ranked
        and standing.unit in meeting.overdue
        and standing.progress == 0
        and standing.unit not in required
    ]
    praise, criticise = (
        tuple(sorted(found, key=lambda standing: place[standing.unit])) for found in (_eligible(meeting), slack)
    )
    return Pools(praise, criticise, limits.praise_max, limits.criticise_max)


def chosen(among: Pools, scores: Mapping[str, float]) -> dict[str, list[str]]:
    """表扬建议 and 通报建议 → the units proposed by these scores, in that order.

    Praise by score, then progress; criticism from the lowest score on; else in plan order.
    """
    best = sorted(among.praise, key=lambda entry: (-scores[entry.unit], -(entry.progress or 0)))
    praised = [entry.unit for entry in best[: among.praise_max]]
    worst = sorted((entry for entry in among.criticise if entry.unit not in praised), key=lambda e: scores[e.unit])
    return {PRAISE: praised, CRITICISE: [entry.unit for entry in worst[: among.criticise_max]]}


def _eligible(meeting: Meeting) -> list[Standing]:
    """Returned on time, no open inspection, no 红 at unit × dimension, no 漏报, no unlisted item, not 小样本."""
    receipt = dict(zip(meeting.receipts["unit"], meeting.receipts["receipt"], strict=True))
    board = meeting.unit_dimensions
    barred = {
        *board.loc[board["light"] == Light.RED, "unit"],
        *(unit for unit, count in meeting.open_counts.items() if count),
        *meeting.leaving_out,
    }
    return [
        standing
        for standing in meeting.standings
        if receipt[standing.unit] == Receipt.ON_TIME
        and standing.ranked
        and SMALL_SAMPLE not in standing.marks
        and standing.unit not in barred
    ]


def _praise(meeting: Meeting, picked: list[Standing]) -> list[Row]:
    """Whom to praise; a notice where too few qualify."""
    limits = meeting.plan.thresholds
    rows: list[Row] = []
    for standing in picked:
        words = f"按时报送，得分 {standing.score:.2f}，无红灯，无未销号的督查问题，无漏报"
        own = meeting.rates.get(standing.unit)
        if standing.progress and own and own.before != 1:
            words += f"，比上期缩小差距 {percent(standing.progress)}"
        rows.append((PRAISE, standing.unit, standing.score, standing.rank, words + _against(meeting, standing.unit)))
    if len(rows) < limits.praise_min:
        notice = f"符合表扬条件的单位只有 {len(rows)} 个，不足 {limits.praise_min} 个，请会议研究"
        rows.append((PRAISE, None, None, None, notice))
    return rows


def _against(meeting: Meeting, unit: str) -> str:
    """The figures that speak against praising a unit: lights 黄, open suspicions, what was called otherwise."""
    board, items = meeting.unit_dimensions, meeting.matrix
    yellow = board.loc[(board["unit"] == unit) & (board["light"] == Light.YELLOW), "dimension"]
    doubts = int(items.loc[items["unit"] == unit, "suspicions"].fillna("").ne("").sum())
    said = [
        f"黄灯：{'、'.join(yellow)}" if len(yellow) else "",
        f"有疑点的事项 {doubts} 项" if doubts else "",
        meeting.relabelled.get(unit, ""),
        *_hangs(meeting, PRAISE, unit),
    ]
    words = "；".join(filter(None, said))
    return f"（须斟酌：{words}）" if words else ""


def _hangs(meeting: Meeting, kind: str, unit: str) -> list[str]:
    """On what little a proposal hangs: a tie, one weight."""
    return [doubt.words for doubt in meeting.doubts if (doubt.kind, doubt.unit) == (kind, unit)]


def _required_criticism(meeting: Meeting) -> list[Row]:
    """Every unit not returned, with an open 明进暗不进 or with a dimension at 约谈建议, in plan order."""
    receipt = dict(zip(meeting.receipts["unit"], meeting.receipts["receipt"], strict=True))
    hollow = Counter(meeting.open_inspections.loc[meeting.open_inspections["kind"] == HOLLOW, "unit"])
    board = meeting.unit_dimensions
    called = board[board["escalation"] == Escalation.INTERVIEW]
    by_unit = {standing.unit: standing for standing in meeting.standings}
    rows: list[Row] = []
    for standing in (by_unit[unit.name] for unit in meeting.plan.units):
        reasons = [_not_returned(meeting, standing.unit, receipt[standing.unit])]
        if hollow[standing.unit]:
            reasons.append(f"督查发现{HOLLOW} {hollow[standing.unit]} 条，尚未销号")
        own = called[called["unit"] == standing.unit]
        long_red = [f"{d}连续 {n} 期红灯" for d, n in zip(own["dimension"], own["red_streak"], strict=True)]
        reasons.append(f"{'，'.join(long_red)}（{Escalation.INTERVIEW}）" if long_red else "")
        words = "；".join(filter(None, reasons))
        if words:
            rows.append((CRITICISE, standing.unit, standing.score, standing.rank, words))
    return rows


def _not_returned(meeting: Meeting, unit: str, receipt: str) -> str:
    """That a unit did not return, and what its silence calls for."""
    if receipt not in _NOT_RETURNED:
        return ""
    silence = meeting.silence[unit]
    running = f"，连续 {silence.meetings} 期（{silence.escalation}）" if silence.meetings > 1 else ""
    return f"{_NOT_RETURNED[receipt]}{running}"


def _further_criticism(meeting: Meeting, picked: list[Standing]) -> list[Row]:
    """A few more, lowest score first, with an overdue 红 and no progress.

    Progress that cannot be known (a unit's first period) is not held against it, what was only called
    otherwise is said, and on what little it hangs.
    """
    rows: list[Row] = []
    for standing in picked:
        words = f"得分 {standing.score:.2f}，{'，'.join(meeting.overdue[standing.unit])}，比上期没有进展"
        otherwise = meeting.relabelled.get(standing.unit)
        words += f"；{otherwise}" if otherwise else ""
        hangs = _hangs(meeting, CRITICISE, standing.unit)
        words += f"（须斟酌：{'；'.join(hangs)}）" if hangs else ""
        rows.append((CRITICISE, standing.unit, standing.score, standing.rank, words))
    return rows


def _transfers(standings: list[Standing], open_rows: pd.DataFrame) -> list[Row]:
    """One row = one open 明进暗不进, for a person to decide (the notice: 移交区纪委监委)."""
    by_unit = {standing.unit: standing for standing in standings}
    hollow = open_rows[open_rows["kind"] == HOLLOW]
    names = ("unit", "found_on", "item_name", "item_code", "description")
    rows: list[Row] = []
    for unit, found_on, name, code, description in zip(*(hollow[key] for key in names), strict=True):
        item = next((f"“{cell}”" for cell in (name, code) if not is_blank(cell)), "")
        words = f"{as_day(found_on)} 督查发现{item}{HOLLOW}"
        words += "" if is_blank(description) else f"：{description}"
        standing = by_unit.get(unit)
        score, rank = (standing.score, standing.rank) if standing else (None, None)
        rows.append((TRANSFER, unit, score, rank, f"{words}。是否移交区纪委监委，请会议研究"))
    return rows


def decided(
    proposed: pd.DataFrame, words: pd.DataFrame, standings: Sequence[Standing]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """DECISIONS: the proposals with what the meeting decided, below them the rows that people added; and lost WORDS.

    Lost is what was decided at an earlier meeting, or written elsewhere in the workbook.
    proposed: PROPOSALS; words: what people wrote into workbook 2 (WORDS).
    """
    frames, lost = attach({DECISIONS.name: proposed}, words)
    added = lost["sheet"] == DECISIONS.name
    by_unit = {standing.unit: standing for standing in standings}
    rows = [_added(row, by_unit.get(str(row["key"]).split(SEPARATOR)[0])) for _, row in lost[added].iterrows()]
    below = pd.DataFrame(rows, columns=list(DECISIONS.names), dtype=object)
    parts = [frame for frame in (frames[DECISIONS.name], below) if len(frame)]
    together = pd.concat(parts, ignore_index=True) if parts else frames[DECISIONS.name]
    return together[list(DECISIONS.names)].astype(object), lost[~added].reset_index(drop=True)


def _added(words: pd.Series[Any], standing: Standing | None) -> dict[str, Any]:
    """A row of DECISIONS for a unit that was not proposed, or is not proposed any more."""
    unit, kind, reason = (*str(words["key"]).split(SEPARATOR), "", "")[:3]
    about = {"unit": unit or None, "kind": kind or None, "reason": reason or None}
    figures = {"score": standing.score, "rank": standing.rank} if standing else {}
    return about | figures | {entry.name: words[entry.name] for entry in DECIDED}


def overdue_reds(
    unit_dimensions: pd.DataFrame,
    tasks: pd.DataFrame,
    problems: pd.DataFrame,
    milestones: pd.DataFrame,
    as_of: date,
) -> dict[str, list[str]]:
    """Unit → its 红 lights for what is overdue, in words; units without any are absent.

    Frames with lights; a problem is its 责任单位's, whoever reported it.
    """
    found: dict[str, list[str]] = {}
    names = ("unit", "dimension", "deadline", "applicable", "done")
    for unit, dimension, deadline, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True):
        due = as_day(deadline)
        if due and due < as_of and done < applicable:
            found.setdefault(unit, []).append(f"{dimension}{overdue(due, as_of)}")
    for what, rows, name in (("任务", tasks, "unit"), ("节点", milestones, "unit"), ("问题", problems, "owner_unit")):
        for unit, number in Counter(rows.loc[rows["light"] == Light.RED, name]).items():
            found.setdefault(unit, []).append(f"{what}逾期 {number} 项")
    return found
