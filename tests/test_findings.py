"""Findings as data and as people read them."""

import pytest

from pipeline.findings import Finding, Place, findings_frame, group_cells, in_order, suggestion
from pipeline.records import Layout
from schemas.tables import FINDINGS
from schemas.words import Severity


def finding(unit, table, cell, code="SX-001", severity=Severity.ERROR):
    row = int("".join(filter(str.isdigit, cell)) or 0)
    return Finding(code, severity, Place(unit, f"{unit}.xlsx", table, cell, row, table), "", "问题", "怎么改")


def test_findings_stand_by_unit_sheet_row_column_and_code():
    wanted = [
        finding("甲局", "", ""),
        finding("甲局", "cover", "B5"),
        finding("甲局", "items", "C4"),
        finding("甲局", "items", "C4", "SX-002"),
        finding("甲局", "items", "AA4"),
        finding("甲局", "items", "A10"),
        finding("乙局", "contacts", "A4"),
        finding("", "waivers", "A4"),
    ]
    for shuffled in (wanted[::-1], [*wanted[4:], *wanted[:4]]):
        assert in_order(shuffled, ["甲局", "乙局"]) == wanted


def test_one_row_of_the_frame_is_one_finding():
    frame = findings_frame([finding("甲局", "items", "C4")])
    assert tuple(frame.columns[: len(FINDINGS.names)]) == FINDINGS.names
    assert frame.loc[0, ["unit", "cell", "severity", "code", "row"]].tolist() == ["甲局", "C4", "错误", "SX-001", 4]


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (["F5"], "F5"),
        (["F6", "F5", "F7", "F19"], "F5:F7、F19"),
        (["AA4", "B4", "B5"], "B4:B5、AA4"),
        (["", "表头"], ""),
    ],
)
def test_cells_are_grouped_for_the_reader(cells, words):
    assert group_cells(cells) == words


def test_only_a_close_match_is_suggested():
    assert suggestion("已进住", ("已进驻", "推进中", "未进驻")) == "，是不是要填“已进驻”？"
    assert suggestion("不清楚", ("已进驻", "推进中")) == ""


def test_only_errors_on_a_data_row_make_the_row_wrong():
    assert finding("甲局", "items", "C4").wrong_rows
    assert not finding("甲局", "items", "C4", severity=Severity.WARNING).wrong_rows
    vertical = Layout("f", "封面", "cover", 0, {"phone": "B"}, {"phone": 7})
    assert vertical.place("甲局", "phone", 0).cell == "B7"
    assert vertical.place("甲局", "phone", 9).row == 0


def test_places_of_columns_and_headers():
    layout = Layout("f", "事项", "items", 3, {"item_name": "B"})
    assert layout.place("甲局", "item_name", 8).cell == "B8"
    assert layout.place("甲局", "remark", 8).cell == ""
    assert (layout.header("甲局", "item_name").cell, layout.header("甲局", "item_name").row) == ("B3", 0)
