"""Against the period before: what vanished, went back, was renamed without a word (KQ; contract §4 备注)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.items import known_open
from pipeline.checks.rows import shown
from pipeline.findings import NOTE, WARNING, Finding, finding, rule, subject_of
from pipeline.judge.identity import Matching, match_items, match_rows
from pipeline.judge.missing import missing_items, missing_work
from pipeline.records import Previous
from schemas.codes import item_part
from schemas.columns import Kind
from schemas.dimensions import Dimension
from schemas.tables import state_name
from schemas.words import State


@dataclass(frozen=True)
class _Comparison:
    """The items of now beside the matrix of the period before, of the units that reported now."""

    desk: Desk
    previous: Previous

    @cached_property
    def before(self) -> pd.DataFrame:
        matrix = self.previous.matrix
        return matrix[matrix["unit"].isin(list(self.desk.file_of_unit))].reset_index(drop=True)

    @cached_property
    def matching(self) -> Matching:
        return match_items(self.desk.known("items"), self.before)

    def earlier(self, name: str) -> pd.Series[Any]:
        """Column `name` of last period's matrix, beside this period's items; missing for new items."""
        values = self.before[name].tolist()
        return pd.Series(
            [values[before] if before >= 0 else None for before in self.matching.before],
            index=self.desk.known("items").index,
            dtype=object,
        )


def check_across_periods(desk: Desk) -> list[Finding]:
    """What this return leaves out; and, but for an office's first period, what went back or was renamed."""
    left_out = _left_out(desk)
    if desk.previous is None:
        return left_out
    compared = _Comparison(desk, desk.previous)
    return [
        *left_out,
        *_backward(compared),
        *_renamed(compared),
        *_tasks_back(compared),
        *_gone_work(desk, desk.previous),
    ]


ITEM_GONE = rule(
    "KQ-001",
    WARNING,
    title="漏报事项",
    problem="“{value}”上期在册或在已知事项之列，本期没有填，按漏报留在总矩阵，各维度待核",
    remedy="漏填的请补上；确已取消、划转或合并的，请报专班办公室登记事项变动，写在“说明”或“备注”里不算",
    example="（上期有、本期无）",
)


def _left_out(desk: Desk) -> list[Finding]:
    """Items in force, or of 已知事项, that a return leaves out, whatever its cover or 备注 says (contract §5)."""
    items = desk.rows["items"].sent
    gone = missing_items(items, list(desk.file_of_unit), desk.previous, desk.plan)
    found = []
    for unit, code, name in zip(gone["unit"], gone["item_code"], gone["item_name"], strict=True):
        if unit in desk.complete("items"):
            place = desk.header(unit, "items", "item_name", subject_of((code, name)))
            found.append(finding(ITEM_GONE, place, str(name or code)))
    return found


BACKWARD = rule(
    "KQ-002",
    WARNING,
    title="倒退",
    problem="“{dimension}”上期已经到位，本期填“{value}”，备注里没有说明",
    remedy="填错的请改正；确实倒退的请在“备注”里写明原因",
    example="推进中",
)


def _backward(compared: _Comparison) -> Iterator[Finding]:
    """到位 before and known not to be so now, with nothing in the row's 备注."""
    desk, rows = compared.desk, compared.desk.rows["items"]
    silent = rows.known["remark"].isna()
    open_ = known_open(desk)
    for dimension in Dimension:
        name = state_name(dimension)
        lost = (compared.earlier(name) == State.DONE) & open_[name] & silent
        columns = list(dimension.record.columns)
        # the first cell that says so, else the first of all
        guilty = rows.known[columns].isin(dimension.record.open_values).idxmax(axis=1)
        for column in columns:
            here = lost & (guilty == column)
            yield from rows.mark(here, column, BACKWARD, dimension=str(dimension))


RENAMED = rule(
    "KQ-003",
    NOTE,
    title="事项改名",
    problem="“事项名称”由“{before}”改为“{value}”，备注里没有说明",
    remedy="请在“备注”里写明改名的依据；填错的请改回",
    example="企业投资项目备案（变更）",
)
RECODED = rule(
    "KQ-004",
    NOTE,
    title="事项编码变了",
    problem="“事项编码”由“{before}”改为“{value}”，备注里没有说明",
    remedy="请在“备注”里写明原因；填错的请改回",
    example="11410404MB0A0001824000114108003",
)


def _renamed(compared: _Comparison) -> list[Finding]:
    """Same code, other name; same name, other code: harmless where 备注 says why."""
    rows = compared.desk.rows["items"]
    silent = rows.known["remark"].isna()
    name, code = rows.known["item_name"], rows.known["item_code"]
    old_name, old_code = compared.earlier("item_name"), compared.earlier("item_code")
    # A 业务办理项 named behind the code, or no longer, is neither another code nor another name of the item.
    in_part = (code != old_code) & (code.map(item_part) == old_code.map(item_part)) & code.map(item_part).notna()
    silent &= ~in_part
    renamed = silent & name.notna() & old_name.notna() & (name != old_name)
    recoded = silent & compared.desk.sound_code & old_code.notna() & (code != old_code)
    return [
        *rows.mark(renamed, "item_name", RENAMED, before=old_name),
        *rows.mark(recoded, "item_code", RECODED, before=old_code),
    ]


TASK_BACK = rule(
    "KQ-005",
    WARNING,
    title="任务进度倒退",
    problem="“完成进度”由上期的 {before} 降为 {now}，备注里没有说明",
    remedy="填错的请改正；确实如此的请在“备注”里写明原因",
    example="40%",
)


def _tasks_back(compared: _Comparison) -> list[Finding]:
    """A task whose progress has fallen, with nothing in its 备注."""
    rows, before = compared.desk.rows["tasks"], compared.previous.tables["tasks"]
    matching = match_rows(rows.known, before, rows.sheet.identity)
    values = before["progress"].tolist()
    earlier = pd.Series(
        [values[at] if at >= 0 else None for at in matching.before], index=rows.known.index, dtype=object
    )
    now = pd.to_numeric(rows.known["progress"], errors="coerce")
    fell = (now < pd.to_numeric(earlier, errors="coerce")) & rows.known["remark"].isna()
    words = {
        "before": earlier.map(lambda value: shown(value, Kind.PERCENT)),
        "now": rows.known["progress"].map(lambda value: shown(value, Kind.PERCENT)),
    }
    return rows.mark(fell, "progress", TASK_BACK, **words)


WORK_GONE = rule(
    "KQ-006",
    WARNING,
    title="没有办结的不见了",
    problem="上期的{what}“{value}”还没有办结，本期没有填，按没有办结保留",
    remedy="请把它填回来并更新进展；确已取消的请报专班办公室",
    example="R1",
)


def _gone_work(desk: Desk, previous: Previous) -> Iterator[Finding]:
    """Tasks and problems that were still open and are not there any more."""
    for key, what in (("tasks", "任务"), ("problems", "问题")):
        rows = desk.rows[key]
        number, name = rows.sheet.identity.columns
        gone = missing_work(key, rows.sent, list(desk.file_of_unit), previous)
        for unit, code, title in zip(gone["unit"], gone[number], gone[name], strict=True):
            if unit in desk.complete(key):
                place = desk.header(unit, key, number, subject_of((code, title)))
                yield finding(WORK_GONE, place, f"{code} {title}", what=what)
