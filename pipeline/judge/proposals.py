"""表扬、通报 and 拟移交线索: proposals with their reasons; people decide (contract §7)."""

from collections import Counter
from datetime import date

import pandas as pd

from pipeline.judge.scores import SMALL_SAMPLE, Standing
from schemas.figures import as_day, is_blank, overdue, percent
from schemas.plan import Plan
from schemas.tables import PROPOSALS
from schemas.words import Light, Receipt

PRAISE, CRITICISE, TRANSFER = "表扬建议", "通报建议", "拟移交线索"
HOLLOW = "明进暗不进"
_NOT_RETURNED = {Receipt.NEVER.value: "从未报送", Receipt.CARRIED.value: "本期没有报送"}

Row = tuple[str, str | None, float | None, int | None, str]


def proposals(
    plan: Plan,
    standings: list[Standing],
    receipts: pd.DataFrame,
    open_rows: pd.DataFrame,
    unit_dimensions: pd.DataFrame,
    overdue_reds: dict[str, list[str]],
) -> pd.DataFrame:
    """One row = one proposal; columns of PROPOSALS.

    standings: in order of rank; receipts: one row = one unit; open_rows: open inspection findings;
    unit_dimensions: one row = unit × dimension with its light; overdue_reds: `overdue_reds`.
    """
    receipt = dict(zip(receipts["unit"], receipts["receipt"], strict=True))
    red = set(unit_dimensions.loc[unit_dimensions["light"] == Light.RED, "unit"])
    inspected = set(open_rows["unit"].dropna())
    eligible = [
        standing
        for standing in standings
        if receipt[standing.unit] == Receipt.ON_TIME and standing.ranked and standing.unit not in red | inspected
    ]
    praise = _praise(plan, eligible)
    required = _required_criticism(plan, standings, receipt, open_rows)
    named = {unit for _, unit, *_ in (*praise, *required)}
    further = _further_criticism(plan, [entry for entry in standings if entry.unit not in named], overdue_reds)
    rows = [*praise, *required, *further, *_transfers(standings, open_rows)]
    return pd.DataFrame(rows, columns=list(PROPOSALS.names), dtype=object)


def _praise(plan: Plan, eligible: list[Standing]) -> list[Row]:
    """By score, then progress; a notice where too few qualify."""
    limits = plan.thresholds
    best = sorted(eligible, key=lambda standing: (-standing.score, -(standing.progress or 0)))[: limits.praise_max]
    rows: list[Row] = []
    for standing in best:
        words = f"按时报送，得分 {standing.score:.2f}，无红灯，无未销号的督查问题"
        if standing.progress:
            words += f"，比上期缩小差距 {percent(standing.progress)}"
        words += f"（适用事项不足 {limits.small_sample} 项，请斟酌）" if SMALL_SAMPLE in standing.marks else ""
        rows.append((PRAISE, standing.unit, standing.score, standing.rank, words))
    if len(best) < limits.praise_min:
        notice = f"符合表扬条件的单位只有 {len(best)} 个，不足 {limits.praise_min} 个，请会议研究"
        rows.append((PRAISE, None, None, None, notice))
    return rows


def _required_criticism(
    plan: Plan, standings: list[Standing], receipt: dict[str, str], open_rows: pd.DataFrame
) -> list[Row]:
    """Every unit not returned or with an open 明进暗不进, in plan order."""
    hollow = Counter(open_rows.loc[open_rows["kind"] == HOLLOW, "unit"])
    by_unit = {standing.unit: standing for standing in standings}
    rows: list[Row] = []
    for standing in (by_unit[unit.name] for unit in plan.units):
        reasons = [_NOT_RETURNED[receipt[standing.unit]]] if receipt[standing.unit] in _NOT_RETURNED else []
        if hollow[standing.unit]:
            reasons.append(f"督查发现{HOLLOW} {hollow[standing.unit]} 条，尚未销号")
        if reasons:
            rows.append((CRITICISE, standing.unit, standing.score, standing.rank, "；".join(reasons)))
    return rows


def _further_criticism(plan: Plan, others: list[Standing], overdue_reds: dict[str, list[str]]) -> list[Row]:
    """A few more, lowest score first, with an overdue 红 and no progress.

    Progress that cannot be known (a unit's first period) is not held against it. others: units that
    are proposed neither for praise nor for criticism already.
    """
    slack = [entry for entry in others if entry.ranked and entry.unit in overdue_reds and entry.progress == 0]
    place = {unit.name: number for number, unit in enumerate(plan.units)}
    worst = sorted(slack, key=lambda entry: (entry.score, place[entry.unit]))[: plan.thresholds.criticise_max]
    rows: list[Row] = []
    for standing in worst:
        words = f"得分 {standing.score:.2f}，{'，'.join(overdue_reds[standing.unit])}，比上期没有进展"
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
