"""A leader's remark goes into the ledger's own cells; charts and everything else stay as they were."""

import zipfile

import openpyxl
import pytest
import xlsxwriter

from pipeline.sample.files import write_notes
from pipeline.sample.story import Note


@pytest.fixture
def ledger(tmp_path):
    path = tmp_path / "3-红黄绿督办台账_第02期.xlsx"
    with xlsxwriter.Workbook(path) as book:
        ruled = book.add_format({"border": 1})
        home = book.add_worksheet("首页")
        chart = book.add_chart({"type": "bar"})
        chart.add_series({"values": "=红灯清单!$A$1:$A$2"})
        home.insert_chart("B2", chart)
        sheet = book.add_worksheet("红灯清单")
        sheet.write_row(0, 0, ["红灯清单"])
        sheet.write_row(2, 0, ["单位", "事项名称", "领导批示", "督办意见", "下步措施"])
        for row, unit in enumerate(["区民政局", "区公安局", "区公安局"], start=3):
            sheet.write_row(row, 0, [unit, "某事项"])
            for column in (2, 3, 4):
                sheet.write_blank(row, column, None, ruled)
    return tmp_path


def test_beside_the_first_row_of_the_unit(ledger):
    assert write_notes(ledger, [Note(2, "红灯清单", "区公安局", "请现场办公 <本周>", "", "列出时间")]) == 1
    sheet = openpyxl.load_workbook(ledger / "3-红黄绿督办台账_第02期.xlsx")["红灯清单"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert rows == [
        ["区民政局", "某事项", None, None, None],
        ["区公安局", "某事项", "请现场办公 <本周>", None, "列出时间"],
        ["区公安局", "某事项", None, None, None],
    ]
    assert write_notes(ledger, [Note(2, "红灯清单", "区公安局", next_step="限期", row=2)]) == 1
    assert openpyxl.load_workbook(ledger / "3-红黄绿督办台账_第02期.xlsx")["红灯清单"]["E6"].value == "限期"
    assert sheet["C5"].border.left.style == "thin"


def test_nothing_else_changes(ledger):
    path = ledger / "3-红黄绿督办台账_第02期.xlsx"
    before = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    write_notes(ledger, [Note(2, "红灯清单", "区公安局", "请现场办公")])
    after = {name: zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist()}
    assert list(after) == list(before)
    assert [name for name in after if after[name] != before[name]] == ["xl/worksheets/sheet2.xml"]


def test_a_unit_on_no_list_gets_none(ledger):
    assert write_notes(ledger, [Note(2, "红灯清单", "区统计局", "很好")]) == 0
