"""What one sheet of a return says against another: counts, letters, systems, suspicions (contract §6)."""

from __future__ import annotations

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.findings import ERROR, NOTE, WARNING, Finding, rule
from pipeline.judge.missing import missing_items, unlisted_items
from pipeline.judge.states import item_states
from pipeline.judge.suspicions import (
    counter_evidence,
    joined,
    keys,
    open_kinds,
    self_check_contradictions,
    suspicion_masks,
)
from pipeline.records import Merged
from schemas.dimensions import INNER
from schemas.tables import state_name
from schemas.words import State, Suspicion

_OPEN = (State.MOVING, State.NOT_DONE)


def check_across_sheets(desk: Desk) -> list[Finding]:
    """Everything for which two sheets of the same return are needed."""
    return [
        *_item_total(desk),
        *_suspicions(desk),
        *_self_check(desk),
        *_letters_without_item(desk),
        *_item_counts(desk),
    ]


WRONG_TOTAL = rule(
    "FM-034",
    ERROR,
    title="事项总数对不上",
    problem="“事项总数”填 {value}，但“事项”表有 {count} 行",
    remedy="请核对“事项”表有没有漏填、多填，再改“事项总数”",
    example="12",
)
ZERO_WITH_ITEMS = rule(
    "FM-035",
    ERROR,
    title="零报告却有事项",
    problem="“事项总数”填 0（零报告），但“事项”表有 {count} 行",
    remedy="有事项的请填实际行数；确无事项的请清空“事项”表",
    example="0",
)


def _item_total(desk: Desk) -> list[Finding]:
    """事项总数 on the cover against the rows of 事项.

    Rows that repeat another exactly may count or not; rows of one 31-digit code are one item (contract §5).
    """
    cover, items = desk.rows["cover"], desk.rows["items"]
    tables = (items.sent, items.sent[~desk.repeated], desk.items_once)
    units = cover.known["unit"]
    stated = pd.to_numeric(cover.known["item_total"], errors="coerce")
    counts = [units.map(rows["unit"].value_counts()).fillna(0).astype(int) for rows in tables]
    differs = units.isin(desk.complete("items")) & stated.notna()
    for count in counts:
        differs &= stated != count
    rows = counts[0]
    return [
        *cover.mark(differs & (stated != 0), "item_total", WRONG_TOTAL, count=rows),
        *cover.mark(differs & (stated == 0), "item_total", ZERO_WITH_ITEMS, count=rows),
    ]


HOLLOW_PRESENCE = rule(
    "SX-050",
    WARNING,
    title="疑似明进暗不进",
    problem="“事项进驻”填“已进驻”，但{dimensions}没有到位，疑似明进暗不进",
    remedy="请核对：确已实质进驻的改正有关各栏，没有的改“事项进驻”",
    example="已进驻",
)
OUTSIDE_LOOP = rule(
    "SX-051",
    WARNING,
    title="疑似体外循环",
    problem="受理在“{accept}”，“{title}”却在“厅外”，疑似体外循环",
    remedy="请核对：确在厅外的写明计划和原因，填错的请改正",
    example="厅外",
)
NO_LETTER = rule(
    "SX-052",
    WARNING,
    title="授权缺委托书",
    problem="“授权情况”填“已授权”，但“授权”表里没有这个事项的委托书",
    remedy="请在“授权”表里登记事项委托书；没有签订的请改“授权情况”",
    example="已授权",
)
UNREGISTERED_SYSTEM = rule(
    "SX-053",
    WARNING,
    title="系统未登记",
    problem="“办理系统”填的“{value}”没有在“系统”表里登记",
    remedy="请在“系统”表里登记这个系统，或把名称改成与“系统”表一致",
    example="省一体化平台",
)


def _suspicions(desk: Desk) -> list[Finding]:
    rows, items = desk.rows["items"], desk.known("items")
    masks = suspicion_masks(items, desk.known("authorisations"), desk.known("systems"), desk.states)
    masks = {suspicion: mask & ~desk.undecided for suspicion, mask in masks.items()}
    loop = masks[Suspicion.OUTSIDE_LOOP]
    in_review = items["step_review"] == "厅外"
    letters = items["unit"].isin(desk.complete("authorisations", "item_name"))
    systems = items["unit"].isin(desk.complete("systems", "system_name"))
    accept = items["step_accept"]
    return [
        *rows.mark(masks[Suspicion.HOLLOW_PRESENCE], "item_presence", HOLLOW_PRESENCE, dimensions=_inner_open(desk)),
        *rows.mark(loop & in_review, "step_review", OUTSIDE_LOOP, accept=accept),
        *rows.mark(loop & ~in_review, "step_decide", OUTSIDE_LOOP, accept=accept),
        *rows.mark(masks[Suspicion.AUTHORITY_WITHOUT_LETTER] & letters, "authority", NO_LETTER),
        *rows.mark(masks[Suspicion.SYSTEM_UNREGISTERED] & systems, "system_name", UNREGISTERED_SYSTEM),
    ]


def _inner_open(desk: Desk) -> pd.Series[str]:
    """For every item, which of 环节 人员 授权 are open, in words."""
    return joined({dimension: desk.states[state_name(dimension)].isin(_OPEN) for dimension in INNER})


CONTRADICTION = rule(
    "ZC-033",
    WARNING,
    title="自查矛盾",
    problem="第 {number} 题答“{value}”，但{why}",
    remedy="请核对：自查结论和有关各表应当一致",
    example="是",
)


def _self_check(desk: Desk) -> list[Finding]:
    """自查矛盾, said at the answer."""
    rows = desk.rows["self_check"]
    missing = missing_items(desk.rows["items"].sent, list(desk.file_of_unit), desk.previous, desk.plan)
    decided = desk.known("items")[~desk.undecided]
    items = pd.concat([decided, missing.reindex(columns=decided.columns)], ignore_index=True).astype(object)
    sent = {"items": pd.concat([desk.rows["items"].sent, missing], ignore_index=True)}
    cover = desk.rows["cover"].known
    cover = cover[cover["unit"].isin(desk.complete("items"))]  # of a sheet that was lost, that alone is said
    evidence = counter_evidence(
        items,
        desk.known("staff"),
        open_kinds(desk.inspections, desk.period.meeting),
        item_states(items, desk.plan),
        unlisted_items(Merged(cover, sent)),
    )
    found = self_check_contradictions(rows.known, evidence)
    return rows.mark_at(
        found.index.to_numpy(dtype=int),
        "answer",
        CONTRADICTION,
        number=found["number"].tolist(),
        why=found["why"].tolist(),
    )


#: The codes of the suspicions: a waiver of one must name what it is about.
SUSPICIONS = tuple(said.code for said in (HOLLOW_PRESENCE, OUTSIDE_LOOP, NO_LETTER, UNREGISTERED_SYSTEM, CONTRADICTION))


LETTER_WITHOUT_ITEM = rule(
    "SQ-030",
    WARNING,
    title="授权的事项不在事项表",
    problem="“{value}”不在“事项”表里",
    remedy="请核对事项编码和名称，使两张表一致；不再办理的请删去",
    example="社会团体成立登记",
)


def _letters_without_item(desk: Desk) -> list[Finding]:
    """授权 rows about an item that 事项 does not know by code or name."""
    rows, items = desk.rows["authorisations"], desk.known("items")
    known = rows.known
    found = keys(known, "item_code").isin(keys(items, "item_code").dropna())
    found |= keys(known, "item_name").isin(keys(items, "item_name").dropna())
    judged = known["unit"].isin(desk.all_known("items", "item_name") & desk.complete("items", "item_code"))
    return rows.mark(judged & known["item_name"].notna() & ~found, "item_name", LETTER_WITHOUT_ITEM)


WRONG_ITEM_COUNT = rule(
    "XT-030",
    NOTE,
    title="承载事项数不一致",
    problem="“承载事项数”填 {value}，但“事项”表里用这个系统的有 {count} 项",
    remedy="请核对“承载事项数”，或“事项”表的“办理系统”",
    example="12",
)


def _item_counts(desk: Desk) -> list[Finding]:
    """承载事项数 against the items that name the system; silent where either list is itself in doubt."""
    rows, items = desk.rows["systems"], desk.known("items")
    frames = (items, items[~desk.repeated], desk.items_once)
    stated = pd.to_numeric(rows.known["item_count"], errors="coerce")
    key = keys(rows.known, "system_name")
    count, distinct, once = (
        key.map(keys(frame, "system_name").value_counts()).fillna(0).astype(int) for frame in frames
    )
    unregistered = ~keys(items, "system_name").isin(key.dropna()) & items["system_name"].notna()
    doubtful = set(items.loc[unregistered, "unit"]) | _miscounted(desk) | desk.unreadable("items", "system_name")
    judged = rows.known["unit"].isin(desk.complete("items", "system_name") - doubtful) & key.notna() & stated.notna()
    return rows.mark(
        judged & (stated != count) & (stated != distinct) & (stated != once),
        "item_count",
        WRONG_ITEM_COUNT,
        count=count,
    )


def _miscounted(desk: Desk) -> set[str]:
    return {entry.place.unit for entry in _item_total(desk)}
