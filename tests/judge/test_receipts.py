"""报送情况: status, counts, and rows that must add up (contract §8)."""

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest
from matrix_rows import PERIOD, cover, covers_of, inspections_of, intake_of, item, merged_of, plan_of, wrong_row

from pipeline.judge.merge import receipts, timeliness, unreconciled, zero_returns
from schemas.words import Severity

PLAN = plan_of()
CUTOFF = date(2023, 4, 12)


def status(rows=(), carried="", **cells):
    merged = merged_of(covers_of(cover(**cells, carried=carried)), items=list(rows))
    frame = receipts(PLAN, PERIOD, intake_of(merged), merged, [])
    return frame.at[0, "receipt"]


def test_status_of_a_return():
    assert status([item()], filled_on=CUTOFF) == "按时"
    assert status([item()], filled_on=date(2023, 4, 13)) == "迟报"
    assert status([item()], filled_on=None) == "迟报"
    assert status([item()], filled_on="四月") == "迟报"
    assert status([], item_total=0) == "零报告"
    assert status([], item_total=0, filled_on=date(2023, 4, 13)) == "零报告"
    assert status([item()], item_total=0) == "按时"
    assert status([], item_total=None) == "按时"
    assert status([], item_total="没有") == "按时"
    assert status([item()], carried="沿用上期") == "沿用上期"
    assert status([], item_total=0, carried="沿用上期") == "沿用上期"


@pytest.mark.parametrize(
    ("receipt", "filled_on", "wanted"),
    [
        ("按时", CUTOFF, Fraction(1)),
        ("迟报", date(2023, 4, 13), Fraction(1, 2)),
        ("零报告", CUTOFF, Fraction(1)),
        ("零报告", date(2023, 4, 13), Fraction(1, 2)),
        ("迟报", None, Fraction(1, 2)),
        ("沿用上期", date(2023, 3, 29), Fraction(0)),
        ("未报送", None, Fraction(0)),
    ],
)
def test_timeliness(receipt, filled_on, wanted):
    assert timeliness(receipt, filled_on, CUTOFF) == wanted


def whole():
    merged = merged_of(
        covers_of(cover("甲局"), cover("乙局", carried="沿用上期"), cover("丙局", item_total=0)),
        items=[item("甲局"), item("甲局", "二"), item("乙局", carried="沿用上期", layout=-1)],
        tasks=[{"unit": "甲局"}],
    )
    aside = pd.DataFrame(
        [("甲局", "甲局.xlsx", "事项", 9, "合计行", "合计 2")],
        columns=["unit", "file", "sheet", "row", "reason", "text"],
    )
    files = pd.DataFrame({"file": ["甲局.xlsx", "丙局.xlsx"], "verdict": "采用"})
    return merged, intake_of(merged, rows_read={"甲局.xlsx": 4}, set_aside=aside, files=files)


def test_every_unit_has_a_row_with_counts_of_findings_and_of_rows():
    merged, intake = whole()
    findings = [
        wrong_row("甲局", "items", 4),
        wrong_row("甲局", "items", 4, Severity.WARNING),
        wrong_row("甲局", "items", 5, Severity.NOTE),
        wrong_row("甲局", "items", 5, Severity.NOTE),
    ]
    frame = receipts(PLAN, PERIOD, intake, merged, findings)
    assert frame.drop(columns="filled_on").values.tolist() == [
        ["甲局", "按时", "甲局.xlsx", 1, 1, 2, 4, 3, 1],
        ["乙局", "沿用上期", "乙局.xlsx", 0, 0, 0, 0, 0, 0],
        ["丙局", "零报告", "丙局.xlsx", 0, 0, 0, 0, 0, 0],
        ["丁局", "未报送", None, 0, 0, 0, 0, 0, 0],
    ]
    assert frame["filled_on"].tolist() == [date(2023, 4, 11)] * 3 + [None]
    assert zero_returns(merged) == {"丙局"}


def test_rows_read_must_be_used_or_set_aside():
    merged, intake = whole()
    assert unreconciled(intake, merged) == []
    lost = replace(intake, rows_read={"甲局.xlsx": 5})
    assert unreconciled(lost, merged) == ["甲局.xlsx：读取 5 行，采用 3 行，未采用 1 行，对不上"]
    invented = replace(intake, rows_read={"甲局.xlsx": 4, "丙局.xlsx": 1})
    assert unreconciled(invented, merged) == ["丙局.xlsx：读取 1 行，采用 0 行，未采用 0 行，对不上"]


def test_only_adopted_files_must_add_up_the_offices_own_included():
    merged, intake = whole()
    files = pd.DataFrame({"file": ["甲局.xlsx", "旧.xlsx", "督查核查表.xlsx"], "verdict": ["采用", "已被替代", "采用"]})
    entries = inspections_of({}, {}).assign(file="督查核查表.xlsx")
    read = {"甲局.xlsx": 4, "旧.xlsx": 7, "督查核查表.xlsx": 2}
    assert unreconciled(replace(intake, files=files, office={"inspections": entries}, rows_read=read), merged) == []
