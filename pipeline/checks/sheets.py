"""What one sheet of a return says against another: counts, letters, systems, suspicions (contract §6)."""

from __future__ import annotations

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.findings import Finding
from pipeline.judge.suspicions import joined, keys, open_kinds, self_check_contradictions, suspicion_masks
from schemas.tables import state_name
from schemas.words import Dimension, State, Suspicion

_OPEN = (State.MOVING, State.NOT_DONE)
#: What 已进驻 is hollow without (contract §6, 疑似明进暗不进).
_INNER = (Dimension.STEP, Dimension.STAFF, Dimension.AUTHORITY)


def check_across_sheets(desk: Desk) -> list[Finding]:
    """Everything for which two sheets of the same return are needed."""
    return [
        *_item_total(desk),
        *_suspicions(desk),
        *_self_check(desk),
        *_letters_without_item(desk),
        *_item_counts(desk),
    ]


def _item_total(desk: Desk) -> list[Finding]:
    """事项总数 on the cover against the rows of 事项.

    Rows that repeat another exactly may count or not; rows of one 31-digit code are one item (contract §5).
    """
    cover, items = desk.rows["cover"], desk.rows["items"]
    distinct = items.sent[~desk.repeated]
    tables = (("all", items.sent), ("distinct", distinct), ("whole", desk.items_once))
    counts = {name: rows["unit"].value_counts() for name, rows in tables}
    units = cover.known["unit"]
    stated = pd.to_numeric(cover.known["item_total"], errors="coerce")
    rows, distinct_rows, items_told = (units.map(counts[name]).fillna(0).astype(int) for name, _ in tables)
    judged = units.isin(desk.complete("items")) & stated.notna()
    differs = judged & (stated != rows) & (stated != distinct_rows) & (stated != items_told)
    return [
        *cover.mark(differs & (stated != 0), "item_total", "034", count=rows),
        *cover.mark(differs & (stated == 0), "item_total", "035", count=rows),
    ]


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
        *rows.mark(masks[Suspicion.HOLLOW_PRESENCE], "item_presence", "050", dimensions=_inner_open(desk)),
        *rows.mark(loop & in_review, "step_review", "051", accept=accept),
        *rows.mark(loop & ~in_review, "step_decide", "051", accept=accept),
        *rows.mark(masks[Suspicion.AUTHORITY_WITHOUT_LETTER] & letters, "authority", "052"),
        *rows.mark(masks[Suspicion.SYSTEM_UNREGISTERED] & systems, "system_name", "053"),
    ]


def _inner_open(desk: Desk) -> pd.Series[str]:
    """For every item, which of 环节 人员 授权 are open, in words."""
    return joined({dimension: desk.states[state_name(dimension)].isin(_OPEN) for dimension in _INNER})


def _self_check(desk: Desk) -> list[Finding]:
    """自查矛盾, said at the answer."""
    rows, decided = desk.rows["self_check"], ~desk.undecided
    found = self_check_contradictions(
        rows.known,
        desk.known("items")[decided],
        desk.known("staff"),
        open_kinds(desk.intake.inspections, desk.period.meeting),
        desk.states[decided],
    )
    return rows.mark_at(
        found.index.to_numpy(dtype=int), "answer", "033", number=found["number"].tolist(), why=found["why"].tolist()
    )


def _letters_without_item(desk: Desk) -> list[Finding]:
    """授权 rows about an item that 事项 does not know by code or name."""
    rows, items = desk.rows["authorisations"], desk.known("items")
    known = rows.known
    found = keys(known, "item_code").isin(keys(items, "item_code").dropna())
    found |= keys(known, "item_name").isin(keys(items, "item_name").dropna())
    judged = known["unit"].isin(desk.all_known("items", "item_name") & desk.complete("items", "item_code"))
    return rows.mark(judged & known["item_name"].notna() & ~found, "item_name", "030")


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
        judged & (stated != count) & (stated != distinct) & (stated != once), "item_count", "030", count=count
    )


def _miscounted(desk: Desk) -> set[str]:
    return {entry.place.unit for entry in _item_total(desk)}
