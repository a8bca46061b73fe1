"""What a circulated workbook shows goes through its guard, wherever it is put."""

import openpyxl
import pandas as pd

from pipeline.records import PaperSection, PaperTable
from pipeline.write.kit.document import document, source_link
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options, write_table
from pipeline.write.lists import source_links, write_list
from schemas.columns import Kind, Table, column
from schemas.plan import load_plan
from schemas.private import WITHHELD
from tests.write.fakes import MEETING

PLAN = load_plan()
TABLE = Table(
    "list",
    "清单",
    (column("item_code", "事项编码", Kind.CODE), column("owner", "责任人"), column("count", "件数", Kind.INTEGER)),
)


def written(tmp_path, guard):
    rows = pd.DataFrame(
        [("13812345678", "张三 2536299", 13912345678), (None, "机密★3年", 7)], columns=list(TABLE.names), dtype=object
    )
    with document(tmp_path / "list.xlsx", title="清单", created=MEETING, guard=guard) as doc:
        page = doc.sheet("清单")
        write_list(page, TABLE, rows, note="值班电话 65536299", nothing="")
        page.link(8, 0, "external:x.xlsx", "见13812345678.xlsx", page.theme.style("cell"))
        page.formula(9, 0, '="a"', page.theme.style("cell"), "13812345678")
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx", data_only=True)["清单"]
    return [cell.value for row in sheet.iter_rows(min_row=4) for cell in row if cell.value is not None], sheet


def test_every_kind_of_cell_is_shown_through_the_guard(tmp_path):
    values, sheet = written(tmp_path, Guard(PLAN))
    assert values == ["138****5678", "张三 ****99", "139****5678", WITHHELD, 7, "见138****5678.xlsx", "138****5678"]
    assert "值班电话 ****99" in {cell.value for row in sheet.iter_rows(max_row=3) for cell in row}


def test_rows_that_are_streamed_are_shown_through_the_guard_by_their_column(tmp_path):
    row = {"item_code": "13812345678", "owner": "2536299", "count": 13912345678}
    options = Options(links={"item_code": ["internal:'清单'!A1"] * 9}, formulas={"owner": lambda row: f"A{row}"})
    with document(tmp_path / "list.xlsx", title="清单", created=MEETING, guard=Guard(PLAN)) as doc:
        page = doc.sheet("清单")
        write_table(page, TABLE, [row] * 9, options=options)
        assert page.streamed, "so few rows are not"
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx", data_only=True)["清单"]
    assert set(sheet.iter_rows(min_row=4, values_only=True)) == {("138****5678", "****99", "139****5678")}
    assert sheet["A4"].hyperlink.display == "138****5678"


def test_a_workbook_of_the_office_alone_shows_all(tmp_path):
    values, _ = written(tmp_path, None)
    assert values[:4] == ["13812345678", "张三 2536299", 13912345678, "机密★3年"]


def test_the_number_in_the_plan_stays():
    assert Guard(PLAN).text(f"联系电话 {PLAN.office.phone}") == f"联系电话 {PLAN.office.phone}"


def test_a_record_is_shown_text_by_text():
    section = PaperSection("一、总体", ("张三13812345678",), PaperTable("表", ("单位",), (("13912345678",),)))
    shown = Guard(PLAN).record((section, 13912345678, None))
    table = PaperTable("表", ("单位",), (("139****5678",),))
    assert shown == (PaperSection("一、总体", ("张三138****5678",), table), 13912345678, None)


def test_a_link_leads_to_no_tab_whose_name_holds_a_number():
    rows = pd.DataFrame({"file": ["a.xlsx"] * 2, "sheet": ["事项", "事项13812345678"], "row": [4, 4]}, dtype=object)
    links = source_links(rows, {"a.xlsx": "a.xlsx"}, Guard(PLAN).text)
    assert links == [source_link("a.xlsx", "事项", 4), source_link("a.xlsx")]
