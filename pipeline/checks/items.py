"""事项: what is wrong within a row of the sheet, or between two of its rows (contract §4, §5).

事项编码: how each is built (030 to 035); lost digits are said by the reader or by shape.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.required import check_required_when
from pipeline.checks.rows import first_rows
from pipeline.findings import Finding
from pipeline.judge.states import exempt_items, on_negative_list
from pipeline.judge.suspicions import joined
from schemas.returns.items import ALL_STEPS_ABSENT
from schemas.tables import state_name
from schemas.words import ITEM_TYPE, Dimension, State, out_of_scope

_OPEN = (State.MOVING, State.NOT_DONE)
#: How the number of an approved document is written: 〔2023〕 or 5号.
_NUMBERED = re.compile(r"[〔［\[(（【]\s*\d{4}\s*[〕］\])）】]|[\d一二三四五六七八九十]\s*号")
_FIGURE = re.compile(r"[\d一二三四五六七八九十]")
#: Words that say there is no approval (yet).
_PENDING = re.compile("待|报批|申请|申报|审批中|办理中|研究|正在|[尚暂]|后补|补[办报]|[未无没]")


def check_items(desk: Desk) -> list[Finding]:
    """Everything about the items that neither another sheet nor another unit is needed for."""
    return [
        *_required_when(desk),
        *_out_of_scope(desk),
        *_not_on_negative_list(desk),
        *_no_approval_yet(desk),
        *_no_step(desk),
        *_windows(desk),
        *_plan_dates(desk),
        *_needless_reason(desk),
        *_duplicates(desk),
    ]


def _required_when(desk: Desk) -> list[Finding]:
    """005, where a 批准文号 that does not exempt counts as none, and an undecided exemption as one."""
    rows = desk.rows["items"]
    exempt = exempt_items(rows.known, desk.plan) | desk.undecided
    approval = pd.Series("有", index=exempt.index, dtype=object).where(exempt, None)
    claim = rows.known["negative_list"].mask(desk.undecided, "是")
    return check_required_when(rows, rows.known.assign(negative_list=claim, approval_number=approval))


def known_open(desk: Desk) -> pd.DataFrame:
    """Whether each item is known to be open in each dimension; columns and labels as `desk.states`.

    A blank or unreadable cell does not make a dimension known to be open; that all four steps are
    无此环节 does.
    """
    open_ = desk.states.isin(_OPEN)
    step = state_name(Dimension.STEP)
    open_[step] |= ALL_STEPS_ABSENT.mask(desk.known("items")) & (desk.states[step] == State.PENDING)
    return open_.mul(~desk.undecided, axis=0)


def _scored_open(desk: Desk) -> pd.DataFrame:
    scored = [state_name(entry.dimension) for entry in desk.plan.dimensions if entry.scored]
    return known_open(desk)[scored]


def _out_of_scope(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    sent = rows.sent["item_type"]
    strange = sent.notna() & ~sent.isin(ITEM_TYPE.values)
    strange[strange] = sent[strange].map(lambda text: out_of_scope(str(text))).astype(bool)
    return rows.mark(strange, "item_type", "036")


def _not_on_negative_list(desk: Desk) -> list[Finding]:
    if not desk.plan.negative_list:
        return []
    rows = desk.rows["items"]
    claimed = (rows.known["negative_list"] == "是") & rows.known["approval_number"].notna()
    return rows.mark(claimed & ~on_negative_list(rows.known, desk.plan), "negative_list", "037")


def _no_approval_yet(desk: Desk) -> list[Finding]:
    """A 批准文号 such as 待批: it exempts all the same (contract §5), unless the office has its own list."""
    rows = desk.rows["items"]
    claimed = exempt_items(rows.known, desk.plan)
    if desk.plan.negative_list or not claimed.any():
        return []
    numbers = rows.known["approval_number"].where(claimed)
    doubtful = numbers.map(lambda text: isinstance(text, str) and not is_document_number(text)).astype(bool)
    return rows.mark(doubtful, "approval_number", "046")


def is_document_number(text: str) -> bool:
    """Whether a text can be the number of an approved document.

    >>> [is_document_number(text) for text in ("平龙政〔2023〕5号", "区政府第3次常务会议纪要", "报批中", "5月已申请")]
    [True, True, False, False]
    """
    return bool(_NUMBERED.search(text) or (_FIGURE.search(text) and not _PENDING.search(text)))


def _no_step(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    pending = desk.states[state_name(Dimension.STEP)] == State.PENDING
    return rows.mark(ALL_STEPS_ABSENT.mask(rows.known) & pending & ~desk.undecided, "step_accept", "040")


def _windows(desk: Desk) -> list[Finding]:
    rows, known = desk.rows["items"], desk.known("items")
    bound = (desk.states[state_name(Dimension.ITEM)] != State.EXEMPT) & ~desk.undecided
    none = (known["window_presence"] == "未设窗口") & bound
    return [
        *rows.mark(none & (known["item_presence"] == "已进驻"), "window_presence", "041"),
        *rows.mark(none & known["window_number"].notna(), "window_number", "042"),
    ]


def _plan_dates(desk: Desk) -> list[Finding]:
    """A plan date that is past, or else after the deadline of a dimension that is open."""
    rows, open_ = desk.rows["items"], _scored_open(desk)
    planned = desk.days("items", "planned_on")
    past = desk.past("items", "planned_on") & open_.any(axis=1)
    waiting, late = {}, {}
    for entry in desk.plan.dimensions:
        if entry.scored:
            here = open_[state_name(entry.dimension)]
            waiting[str(entry.dimension)] = here & past
            deadline = pd.Timestamp(entry.deadline or pd.Timestamp.max)
            late[f"{entry.dimension} {entry.deadline}"] = here & ~past & (planned > deadline)
    dimensions, deadlines = joined(waiting), joined(late)
    return [
        *rows.mark(past, "planned_on", "039", meeting=desk.period.meeting, dimensions=dimensions),
        *rows.mark(deadlines != "", "planned_on", "038", deadlines=deadlines),
    ]


def _needless_reason(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    scored = [state_name(entry.dimension) for entry in desk.plan.dimensions if entry.scored]
    settled = desk.states[scored].isin((State.DONE, State.EXEMPT)).all(axis=1)
    bound = desk.states[state_name(Dimension.ITEM)] != State.EXEMPT
    return rows.mark(settled & bound & rows.known["reason_open"].notna(), "reason_open", "043")


def _twins(desk: Desk) -> pd.Series[Any]:
    """The Excel row of the first item that is equal in every entry cell; an item without an equal has its own."""
    sent = desk.rows["items"].sent
    return sent.groupby(["unit", *desk.rows["items"].sheet.names], dropna=False, sort=False)["row"].transform("first")


def _duplicates(desk: Desk) -> list[Finding]:
    """The second and later rows of one item in one unit: by code, without a code by name."""
    rows = desk.rows["items"]
    code = rows.known["item_code"]
    has_code, has_name = code.notna(), rows.known["item_name"].notna()
    key = (rows.known["unit"] + "\n" + code.where(has_code, rows.known["item_name"])).where(has_code | has_name)
    exact = desk.repeated
    again = key.notna() & key.duplicated() & ~exact
    if not (exact | again).any():
        return []
    first, twin = first_rows(key, rows.sent["row"]), _twins(desk)
    return [
        *rows.mark(exact & has_code, "item_code", "044", first=twin),
        *rows.mark(exact & ~has_code & has_name, "item_name", "044", first=twin),
        *rows.mark(again & desk.sound_code, "item_code", "045", first=first),
        *rows.mark(again & ~has_code, "item_name", "045", first=first),
    ]


_NUMBER_OF_FAULT = {"length": "031", "character": "032", "check": "033", "placeholder": "034", "level": "035"}


def check_item_codes(desk: Desk) -> list[Finding]:
    """At most one finding a code; a blank one is only noted (contract §4, 事项编码)."""
    rows = desk.rows["items"]
    found = rows.mark(rows.sent["item_code"].isna(), "item_code", "030")
    faults = [(position, *fault) for position, fault in enumerate(desk.code_faults) if fault]
    for kind, number in _NUMBER_OF_FAULT.items():
        positions = [position for position, fault, _ in faults if fault == kind]
        words = [said for _, fault, said in faults if fault == kind]
        lists = {name: [said[name] for said in words] for name in (words[0] if words else ())}
        found += rows.mark_at(np.array(positions, dtype=int), "item_code", number, **lists)
    return found
