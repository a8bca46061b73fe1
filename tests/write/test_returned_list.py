"""退回清单.xlsx: every finding of every unit, one a row."""

from openpyxl import load_workbook

from pipeline.write.returned_list import write_returned_list
from schemas.tables import FINDINGS
from tests.write.fakes import fake_book, knowing


def test_findings_stay_single_and_lead_to_the_marked_copy_that_is_there(tmp_path):
    book = fake_book()
    (tmp_path / "区公安局_退回.xlsx").touch()
    write_returned_list(tmp_path / "退回清单.xlsx", book)
    sheet = load_workbook(tmp_path / "退回清单.xlsx")["退回清单"]
    assert [cell.value for cell in sheet[3]] == [column.title for column in FINDINGS.columns]
    rows = list(sheet.iter_rows(min_row=4))
    assert len(rows) == len(book.findings)
    mine = [row for row in rows if row[0].value == "区公安局" and row[4].value == "错误"]
    assert [row[3].value for row in mine] == ["H4", "H5"]
    assert {row[1].hyperlink.target for row in mine} == {"区公安局_退回.xlsx"}
    assert not [row for row in rows if row[1].hyperlink and row[0].value != "区公安局"]


def test_without_a_finding_it_says_so(tmp_path):
    book = fake_book()
    write_returned_list(tmp_path / "退回清单.xlsx", knowing(book, findings=book.findings.iloc[:0]))
    assert load_workbook(tmp_path / "退回清单.xlsx")["退回清单"]["A4"].value == "没有校验问题。"
