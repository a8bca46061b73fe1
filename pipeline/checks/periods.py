"""Against the period before: what vanished, went back, was renamed without a word (KQ; contract §4 备注)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from pipeline.catalogue import finding
from pipeline.checks.desk import Desk
from pipeline.checks.items import known_open
from pipeline.checks.rows import shown
from pipeline.findings import Finding
from pipeline.judge.identity import PASSES, Matching, match_items, match_rows
from pipeline.records import Previous
from schemas.codes import item_part
from schemas.columns import Kind
from schemas.returns.items import COLUMNS_OF_DIMENSION, STEPS
from schemas.tables import state_name
from schemas.words import Dimension, State

#: In a 备注, any of these explains that items have gone.
_GONE_WORDS = ("减少", "取消", "删除", "合并", "划转", "下放", "移交", "撤销", "不再", "整合", "承接")


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

    @cached_property
    def words(self) -> dict[str, list[str]]:
        """Unit → what its cover and its 备注 say now and did not say before."""
        now = _texts(self.desk.known("cover"), self.desk.known("items"))
        before = _texts(self.previous.covers, self.previous.tables["items"])
        return {unit: [text for text in texts if text not in before.get(unit, [])] for unit, texts in now.items()}

    @cached_property
    def cover_words(self) -> frozenset[str]:
        """The units whose cover explains something new."""
        cover, before = self.desk.known("cover"), self.previous.covers
        old = dict(zip(before["unit"], before["remark"], strict=True))
        rows = zip(cover["unit"], cover["remark"], strict=True)
        return frozenset(unit for unit, text in rows if isinstance(text, str) and text != old.get(unit))


def check_across_periods(desk: Desk) -> list[Finding]:
    """Nothing in an office's first period."""
    if desk.previous is None:
        return []
    compared = _Comparison(desk, desk.previous)
    return [
        *_gone_items(compared),
        *_backward(compared),
        *_renamed(compared),
        *_tasks_back(compared),
        *_gone_work(compared),
    ]


def _texts(covers: pd.DataFrame, items: pd.DataFrame) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for frame in (covers, items):
        for unit, text in zip(frame["unit"], frame["remark"], strict=True):
            if isinstance(text, str):
                texts.setdefault(unit, []).append(text)
    return texts


def _gone_items(compared: _Comparison) -> Iterator[Finding]:
    """Items of last period that this return no longer has and does not mention."""
    desk = compared.desk
    judged = desk.all_known("items", "item_name") & desk.complete("items", "item_code")
    gone = compared.before.iloc[compared.matching.gone]
    for unit, code, name in zip(gone["unit"], gone["item_code"], gone["item_name"], strict=True):
        if unit not in judged or unit in compared.cover_words:
            continue
        texts = compared.words.get(unit, [])
        if not any(word in text for text in texts for word in (str(name), *_GONE_WORDS)):
            subject = code if isinstance(code, str) else name
            yield finding("KQ-001", desk.header(unit, "items", "item_name", str(subject)), name)


def _backward(compared: _Comparison) -> Iterator[Finding]:
    """到位 before and known not to be so now, with nothing in the row's 备注."""
    desk, rows = compared.desk, compared.desk.rows["items"]
    silent = rows.known["remark"].isna()
    open_ = known_open(desk)
    for dimension in Dimension:
        name = state_name(dimension)
        lost = (compared.earlier(name) == State.DONE) & open_[name] & silent
        columns = COLUMNS_OF_DIMENSION[dimension]
        outside = rows.known[list(columns)] == "厅外"
        for column in columns:
            here = lost & (_first_outside(outside) == column if columns == STEPS else True)
            yield from rows.mark(here, column, "KQ-002", dimension=str(dimension))


def _first_outside(outside: pd.DataFrame) -> pd.Series[Any]:
    """The first step that is 厅外, else the first of all."""
    return outside.idxmax(axis=1)


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
        *rows.mark(renamed, "item_name", "KQ-003", before=old_name),
        *rows.mark(recoded, "item_code", "KQ-004", before=old_code),
    ]


def _tasks_back(compared: _Comparison) -> list[Finding]:
    """A task whose progress has fallen, with nothing in its 备注."""
    rows, before = compared.desk.rows["tasks"], compared.previous.tables["tasks"]
    matching = match_rows(rows.known, before, PASSES["tasks"])
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
    return rows.mark(fell, "progress", "KQ-005", **words)


def _gone_work(compared: _Comparison) -> Iterator[Finding]:
    """Tasks and problems that were still open and are not there any more."""
    tables = compared.previous.tables
    tasks, problems = tables["tasks"], tables["problems"]
    yield from _gone(compared, "tasks", tasks[tasks["done_on"].isna()], ("任务", "task_number", "task_name"))
    unsolved = problems[problems["state"] != "已解决"]
    yield from _gone(compared, "problems", unsolved, ("问题", "problem_number", "description"))


def _gone(compared: _Comparison, key: str, unfinished: pd.DataFrame, words: tuple[str, str, str]) -> Iterator[Finding]:
    what, number, name = words
    desk = compared.desk
    judged = desk.all_known(key, number) - compared.cover_words
    matching = match_rows(desk.known(key), unfinished, PASSES[key])
    gone = unfinished.iloc[matching.gone]
    for unit, code, title in zip(gone["unit"], gone[number], gone[name], strict=True):
        if unit in judged:
            place = desk.header(unit, key, number, str(code))
            yield finding("KQ-006", place, f"{code} {title}", what=what)
