"""同上期, 见上次, 无变化 in a text: what the unit wrote there last period, or a question (contract §4)."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from pipeline.findings import Common, Finding, finding, subject_of
from pipeline.judge.identity import match_items, match_rows
from pipeline.records import Intake, Previous
from schemas.columns import Column, Kind, Sheet
from schemas.figures import is_blank
from schemas.returns import COVER, TABLES

_LAST_TIME = "(上期|上次|上一[期次]|上[个一]?周期|上回|前期|前次|前一[期次]|原来|原先|之前|以前)"
_SAID = "(填报|报送|来件|所报|所填|内容|情况|一样|相同|一致|不变|同|的)*"
_AS_BEFORE = re.compile(
    f"(内容|情况|仍|均|都)?(同|与|和|见|详见|按|照|参照|参见|如|沿用|维持){_LAST_TIME}{_SAID}"
    "|(内容|情况|本期|较上期|比上期|与上期比)?(暂|均|都|仍|基本)?(无|没有|未|没)(任何|有|发生)?(变化|变动|改变|变更|调整|更新|新变化)"
    "|(内容|情况|本期)?(保持|维持|仍旧|仍然|均|都)?(不变|未变|没变|照旧|依旧|原样|如故)"
)
_PUNCTUATION = "()[]【】〔〕\"“”'。.,，、;；!！-—~～ "
_TEXTS = (Kind.TEXT, Kind.NAME)


def says_as_before(text: object) -> bool:
    """Whether a cell only says that it is as it was last period.

    >>> [says_as_before(text) for text in ("同上期", "（无变化）", "与上次一致。", "上期已报，本期补充材料")]
    [True, True, True, False]
    """
    if not isinstance(text, str):
        return False
    plain = "".join(unicodedata.normalize("NFKC", text).split()).strip(_PUNCTUATION)
    return bool(_AS_BEFORE.fullmatch(plain))


def with_last_texts(intake: Intake, previous: Previous | None) -> Intake:
    """The intake with such cells filled from the same row of last period, each said as a repair.

    Where last period has nothing there, the text stays and is asked for: 不能采用 where the cell must be
    filled in, else 写法存疑.
    """
    tables, found = dict(intake.tables), list(intake.findings)
    for sheet in TABLES:
        before = previous.tables[sheet.key] if previous else None
        tables[sheet.key], said = _filled(sheet, tables[sheet.key], before, intake)
        found += said
    covers, said = _filled(COVER, intake.covers, previous.covers if previous else None, intake)
    return replace(intake, tables=tables, covers=covers, findings=(*found, *said))


def _filled(
    sheet: Sheet, rows: pd.DataFrame, before: pd.DataFrame | None, intake: Intake
) -> tuple[pd.DataFrame, list[Finding]]:
    cells = list(_cells(sheet, rows))
    if not cells:
        return rows, []
    partner = _partners(sheet)(rows, before) if before is not None else [-1] * len(rows)
    filled, found = rows.copy(), []
    for position, column in cells:
        at = partner[position]
        last = before[column.name].iloc[at] if before is not None and at >= 0 and column.name in before else None
        known = not is_blank(last) and not says_as_before(last)
        if known:
            filled.loc[rows.index[position], column.name] = last
        found.append(_said(sheet, rows.iloc[position], column, str(last) if known else "", intake))
    return filled, found


def _cells(sheet: Sheet, rows: pd.DataFrame) -> Iterator[tuple[int, Column]]:
    for column in sheet.columns:
        if column.kind in _TEXTS and not column.prefilled:
            for position, text in enumerate(rows[column.name].tolist()):
                if says_as_before(text):
                    yield position, column


def _partners(sheet: Sheet) -> Callable[[pd.DataFrame, pd.DataFrame], list[int]]:
    """What finds, for each row of now, the position of the same row before; −1 where there is none."""
    if sheet.key == "items":
        return lambda now, before: match_items(now, before).before
    return lambda now, before: match_rows(now, before, sheet.identity).before


def _said(sheet: Sheet, row: "pd.Series[Any]", column: Column, last: str, intake: Intake) -> Finding:
    layout = intake.layouts[int(str(row["layout"]))]
    subject = subject_of(row[name] for name in sheet.identity.columns)
    place = layout.place(str(row["unit"]), column.name, int(str(row["row"])), subject)
    words = {"title": column.title, "describe": column.describe()}
    value = row[column.name]
    if last:
        return finding(Common.REPAIRED.of(sheet), place, value, **words, after=last, rule="照上期所填")
    if column.required or column.required_when:
        return finding(Common.REFUSED.of(sheet), place, value, **words, doubt="上期没有可以照抄的内容")
    return finding(Common.DOUBTFUL.of(sheet), place, value, **words, doubt="上期没有可以照抄的内容")
