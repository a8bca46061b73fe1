"""A province's matrix: several workbooks by groups of units, read back as one."""

import pandas as pd
import pytest
from openpyxl import load_workbook

from pipeline.memory.state import read_previous
from pipeline.write.kit import limits
from tests.office import MEETING, NEXT_MEETING, UNITS, Office


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office")).return_all(but=[UNITS[-1]])


@pytest.fixture(scope="module")
def whole(office, tmp_path_factory):
    outputs = tmp_path_factory.mktemp("whole")
    office.hold(outputs)
    return outputs


@pytest.fixture(scope="module")
def parted(office, tmp_path_factory):
    """The same run where a sheet has room for 20 rows of data: 单位汇总 and 历史 have 7 a unit, 自查 9."""
    outputs = tmp_path_factory.mktemp("parted")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SHEET_ROWS", 20 + limits._AROUND)
        office.hold(outputs)
    return outputs


def folder(outputs):
    return outputs / f"第01期_{MEETING}"


def test_the_matrix_is_written_in_parts_with_an_index(parted):
    names = sorted(path.name for path in folder(parted).glob("1-*"))
    assert names == ["1-总矩阵_第01期.xlsx", *(f"1-总矩阵_第01期_{n:03d}.xlsx" for n in range(1, len(names)))]
    assert len(names) > 3
    index = load_workbook(folder(parted) / names[0])["索引"]
    assert [index.cell(row, 1).value for row in range(4, 4 + len(UNITS))] == UNITS
    assert index["B4"].hyperlink.target == index["B4"].value == names[1]
    for name in names[1:]:
        for sheet in load_workbook(folder(parted) / name):
            assert sheet.max_row <= limits.SHEET_ROWS
            assert sheet.title in ("说明", "报送情况", "工作方案") or sheet.max_row <= 20 + limits._AROUND


def test_the_next_period_reads_the_parts_as_one(whole, parted):
    one, several = (read_previous(outputs, NEXT_MEETING) for outputs in (whole, parted))
    assert several.notices == one.notices == ()
    for name in ("covers", "matrix", "unit_dimensions", "history", "ranking", "findings", "milestones"):
        before, after = (getattr(p, name).sort_values("unit", kind="stable", ignore_index=True) for p in (one, several))
        pd.testing.assert_frame_equal(before, after)
    for key, table in one.tables.items():
        pd.testing.assert_frame_equal(table, several.tables[key])


def test_the_ledger_leads_into_the_parts_and_its_long_lists_say_where_the_rest_is(parted):
    ledger = load_workbook(folder(parted) / "3-红黄绿督办台账_第01期.xlsx")
    milestones = ledger["节点"]
    assert milestones.max_row == 3 + 20 + 1
    assert milestones.cell(24, 1).value == "一张工作表放不下，这里列前 20 条，另有 4 条见“1-总矩阵”各册的有关表。"
    board = ledger["单位红黄绿"]
    targets = {board.cell(row, 2).hyperlink.target for row in range(4, 9) if board.cell(row, 2).hyperlink.target}
    assert targets
    assert all("1-总矩阵_第01期_00" in target for target in targets)


def test_scores_and_findings_do_not_depend_on_it(whole, parted):
    returned = "4-退回修改/退回清单.xlsx"
    assert (folder(whole) / returned).read_bytes() == (folder(parted) / returned).read_bytes()
    one, several = (load_workbook(folder(o) / "2-评分表_第01期.xlsx", data_only=True) for o in (whole, parted))
    for sheet in one:  # the links of 得分明细 lead into the parts
        assert list(sheet.values) == list(several[sheet.title].values)
