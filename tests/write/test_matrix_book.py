"""The matrix workbook: every sheet, readable back, with its checksum and its traces."""

from dataclasses import replace

import pandas as pd
import pytest
from openpyxl import load_workbook
from reading import column_values, columns_of

from pipeline.memory.opening import open_own
from pipeline.memory.readback import read_table
from pipeline.records import Merged
from pipeline.write.digest import DIGEST_LABEL, content_digest
from pipeline.write.matrix import PARTS, state_tables, write_matrix
from schemas import tables as ledger
from schemas.dimensions import Dimension
from tests.write.fakes import empty, fake_book, frame, knowing


def full(book):
    """The made-up run with a frame for every table of a return."""
    problems = [
        {
            "unit": "区发改委",
            "problem_number": "WT-1",
            "description": "=1+1",
            "file": "区发改委.xlsx",
            "sheet": "问题",
            "row": 4,
        }
    ]
    tables = {key: empty(table) for key, table in ledger.MERGED.items()}
    tables["items"] = book.matrix.reindex(columns=list(ledger.MERGED["items"].names))
    tables["problems"] = frame(ledger.MERGED["problems"], problems)
    return replace(book, merged=Merged(book.merged.covers, tables))


@pytest.fixture(scope="module")
def run():
    return full(fake_book())


@pytest.fixture(scope="module")
def path(run, tmp_path_factory):
    target = tmp_path_factory.mktemp("matrix") / "1-总矩阵_第03期.xlsx"
    write_matrix(target, run)
    return target


@pytest.fixture(scope="module")
def book(path):
    return load_workbook(path)


def test_the_sheets_that_the_contract_names_come_first(book):
    names = [sheet.title for sheet in book]
    assert names[:9] == ["总矩阵", "联系人", "自查", "事项", "人员", "授权", "系统", "任务", "问题"]
    assert {"单位汇总", "报送情况", "历史", "未采用", "豁免情况", "校验问题", "需核实", "封面"} <= set(names)
    assert names[-1] == "说明"


def test_the_matrix_has_the_titles_that_others_rely_on(book):
    titles = list(columns_of(book["总矩阵"]))
    dimensions = [str(d) for d in Dimension]
    lights, first = [f"{d}灯" for d in dimensions], [f"{d}首次到位" for d in dimensions]
    head = ["单位", "事项编码", "事项名称", "事项类型", *dimensions, *lights, *first]
    assert titles[: len(head)] == head
    assert titles[len(head) : len(head) + 5] == ["本期变化", "疑点", "来源文件", "来源表", "来源行"]


def test_every_state_table_reads_back_as_it_was_written(run, path):
    raw = open_own(path, "总矩阵")
    read = {table.key: found.rows for table in ledger.STATE_TABLES if (found := read_table(raw, table))}
    written = state_tables(run)
    assert set(read) == set(written)
    for key, table in read.items():
        assert len(table) == len(written[key]), key
    assert content_digest(read) == content_digest(written)
    assert read["problems"]["description"].tolist() == ["=1+1"]


def test_the_notes_carry_the_checksum_and_link_to_every_sheet(run, book):
    notes = book["说明"]
    facts = {notes.cell(row, 1).value: notes.cell(row, 2).value for row in range(3, 13)}
    assert facts[DIGEST_LABEL] == content_digest(state_tables(run))
    assert facts["工作方案校验码"] == run.plan.digest
    listed = {cell.value: cell.hyperlink.location for row in notes.iter_rows() for cell in row if cell.hyperlink}
    assert listed == {part.table.name: f"'{part.table.name}'!A1" for part in PARTS}


def test_each_item_leads_to_its_row_in_the_copy_of_the_return(run, book):
    sheet = book["总矩阵"]
    column = columns_of(sheet)["来源文件"]
    links = {row: sheet.cell(row, column).hyperlink for row in range(4, sheet.max_row + 1)}
    assert links[4].target == "来件/区发改委_应进必进填报表_第03期.xlsx"
    assert links[4].location == "'事项'!A4"
    received = run.matrix["file"].isin(run.files["file"])
    assert [link is not None for link in links.values()] == received.tolist()  # 沿用上期 leads nowhere


def test_lights_are_coloured_and_empty_sheets_say_so(book):
    assert [str(where.sqref) for where in book["总矩阵"].conditional_formatting] == ["L4:R135"]
    assert book["人员"]["A4"].value == "各单位都没有填写这张表。"
    assert book["未采用"]["A4"].value == "来件的每一行都已采用。"


def test_receipts_stand_above_the_files_received(book):
    sheet = book["报送情况"]
    assert list(columns_of(sheet)) == [column.title for column in ledger.RECEIPTS.columns]
    below = [[cell.value for cell in row][:4] for row in sheet.iter_rows(min_row=37)]
    assert ["文件", "单位", "处理", "原因"] in below
    assert ["扫描件.pdf", None, "拒收", "不是电子表格"] in below


def test_findings_keep_their_place(run, book):
    cells = column_values(book["校验问题"], "单元格")
    assert cells == run.findings["cell"].tolist()


def test_the_same_run_gives_the_same_bytes(run, path, tmp_path):
    write_matrix(tmp_path / "again.xlsx", run)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_a_first_period_without_anything_is_written_too(tmp_path):
    bare = full(fake_book(bare=True))
    nothing = {key: empty(table) for key, table in ledger.MERGED.items()}
    bare = replace(bare, merged=Merged(empty(ledger.COVERS), nothing))
    bare = knowing(bare, matrix=empty(ledger.MATRIX), findings=pd.DataFrame())
    write_matrix(tmp_path / "bare.xlsx", bare)
    book = load_workbook(tmp_path / "bare.xlsx")
    assert book["总矩阵"]["A4"].value == "各单位都没有报送事项。"
    assert book["校验问题"]["A4"].value == "没有校验问题。"
