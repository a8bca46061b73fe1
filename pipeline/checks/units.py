"""事项编码 across units: the same code twice, a code that is another unit's (KD, contract §4)."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.findings import NOTE, WARNING, Finding, rule
from schemas.codes import basic_part, credit_part

_LISTED = 3


SAME_CODE = rule(
    "KD-001",
    WARNING,
    title="两家单位报了同一编码",
    problem="“事项编码”{value} 也由{others}填报",
    remedy="请与{others}核对这个事项是谁的，不是本单位的请删去或改正编码",
    example="11410404MB0A0001824000114108003",
)
FOREIGN_CODE = rule(
    "KD-002",
    WARNING,
    title="编码是别的单位的",
    problem="“事项编码”前 18 位“{credit}”是{owner}用的统一社会信用代码",
    remedy="请核对编码，改为本单位的实施编码",
    example="11410404MB0A0001824000114108003",
)
SAME_BASIC_CODE = rule(
    "KD-003",
    NOTE,
    title="别的单位有同一基本编码",
    problem="基本编码“{basic}”也由{others}填报（信用代码不同）",
    remedy="请与{others}核对是否同一事项；各办各的不用改",
    example="11410404MB0A0001824000114108003",
)


def check_across_units(desk: Desk) -> list[Finding]:
    """Only sound codes are compared: a code that is wrong in itself has its finding already.

    At most one finding a cell: the same code first, then another unit's credit code, then the same
    基本编码 under another credit code.
    """
    rows = desk.rows["items"]
    codes = _sound_codes(desk)
    homes = _homes(codes)
    owner = codes["credit"].map(homes)
    shared = codes.groupby("code")["unit"].transform("nunique") > 1
    same = codes[shared & (codes["unit"] != owner)]
    foreign = codes[~shared & owner.notna() & (codes["unit"] != owner) & ~_settled(codes)]
    alike = codes[~shared & _same_basic(codes) & ~codes.index.isin(foreign.index)]
    return [
        *rows.mark_at(_labels(same), "item_code", SAME_CODE, others=_others(same, codes, "code")),
        *rows.mark_at(
            _labels(foreign),
            "item_code",
            FOREIGN_CODE,
            credit=foreign["credit"].tolist(),
            owner=foreign["credit"].map(homes).tolist(),
        ),
        *rows.mark_at(
            _labels(alike),
            "item_code",
            SAME_BASIC_CODE,
            basic=alike["basic"].tolist(),
            others=_others(alike, codes, "basic"),
        ),
    ]


def _labels(codes: pd.DataFrame) -> np.ndarray[Any, Any]:
    return codes.index.to_numpy(dtype=int)


def _sound_codes(desk: Desk) -> pd.DataFrame:
    """unit, code, credit, basic of every item with a sound code; labels as the items'."""
    items = desk.known("items")
    codes = items.loc[desk.sound_code, ["unit", "item_code"]].set_axis(["unit", "code"], axis=1)
    return codes.assign(credit=codes["code"].map(credit_part), basic=codes["code"].map(basic_part))


def _homes(codes: pd.DataFrame) -> dict[object, object]:
    """统一社会信用代码 → the unit that has more than half of the items under it, and at least two."""
    counts = codes.groupby(["credit", "unit"], sort=False).size().reset_index(name="count")
    total = counts.groupby("credit")["count"].transform("sum")
    most = counts[(counts["count"] > 1) & (2 * counts["count"] > total)]
    return dict(zip(most["credit"], most["unit"], strict=True))


def _settled(codes: pd.DataFrame) -> pd.Series[bool]:
    """Where a unit has more items under this credit code than under any other, and several: it shares it."""
    count = codes.groupby(["unit", "credit"])["code"].transform("size")
    return (count > 1) & (count == count.groupby(codes["unit"]).transform("max"))


def _same_basic(codes: pd.DataFrame) -> pd.Series[bool]:
    """Where another unit has the same 基本编码 under another credit code."""
    by_basic = codes.groupby("basic")
    return (by_basic["unit"].transform("nunique") > 1) & (by_basic["credit"].transform("nunique") > 1)


def _others(rows: pd.DataFrame, codes: pd.DataFrame, name: str) -> list[str]:
    """For each of `rows`, the other units with the same value in column `name`, in words."""
    units = codes[codes[name].isin(rows[name])].groupby(name, sort=False)["unit"].unique()
    words = []
    for unit, value in zip(rows["unit"], rows[name], strict=True):
        others = [other for other in units[value] if other != unit]
        words.append("、".join(others[:_LISTED]) + (f"等 {len(others)} 家" if len(others) > _LISTED else ""))
    return words
