"""The circulated ledger: its sheets, titles, links, print set-up, and that nothing private is in it."""

import re
import warnings

import pytest
from openpyxl import load_workbook

from pipeline.write.ledger import SHEETS, write_ledger
from schemas import tables as ledger
from tests.write.fakes import MOBILE, fake_book
from tests.write.reading import formulas_of, needs_office, recalculated

CONTRACT_ORDER = [
    *("首页", "单位红黄绿", "红灯清单", "黄灯清单", "任务台账", "问题派发"),
    *("三个无审批", "变化情况", "报送情况", "工作简报", "议定事项", "口径变化"),
]
FURTHER = [
    "节点",
    "检查验收",
    "四电",
    "环节模式",
    "应改审核合一",
    "自查与督查对照",
    "需核实",
    "预测",
    "豁免情况",
    "历史批示",
]
LISTS = {
    "红灯清单": ledger.RED_LIST,
    "黄灯清单": ledger.YELLOW_LIST,
    "任务台账": ledger.TASK_LEDGER,
    "问题派发": ledger.PROBLEM_LEDGER,
    "三个无审批": ledger.CLEARANCES,
    "变化情况": ledger.CHANGES,
    "报送情况": ledger.RECEIPTS,
    "节点": ledger.MILESTONES,
    "自查与督查对照": ledger.COMPARISON,
    "需核实": ledger.TO_VERIFY,
    "豁免情况": ledger.WAIVERS,
    "历史批示": ledger.REMARKS_LOST,
}


@pytest.fixture(scope="module")
def book():
    return fake_book()


@pytest.fixture(scope="module")
def path(book, tmp_path_factory):
    path = tmp_path_factory.mktemp("ledger") / "3-红黄绿督办台账_第03期.xlsx"
    write_ledger(path, book)
    return path


def opened(path, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return load_workbook(path, **options)


@pytest.fixture(scope="module")
def workbook(path):
    return opened(path)


@pytest.fixture(scope="module")
def values(path):
    return opened(path, data_only=True)


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    path = tmp_path_factory.mktemp("bare") / "ledger.xlsx"
    write_ledger(path, fake_book(bare=True))
    return opened(path, data_only=True)


def column_of(sheet, title: str, header_row: int = 3) -> int:
    return next(cell.column for cell in sheet[header_row] if cell.value == title)


def width_of(sheet, column: int) -> float:
    """The width of a column; neighbours of one width share an entry."""
    return next(d.width for d in sheet.column_dimensions.values() if d.min <= column <= d.max)


def test_the_sheets_stand_in_the_contracts_order(workbook):
    assert workbook.sheetnames == [*CONTRACT_ORDER, *FURTHER, "图表数据"]
    assert list(SHEETS) == workbook.sheetnames
    assert [name for name in workbook.sheetnames if workbook[name].sheet_state != "visible"] == ["图表数据"]
    assert workbook.active.title == "首页"


@pytest.mark.parametrize("name", LISTS)
def test_each_list_has_the_titles_that_others_rely_on(workbook, name):
    titles = [column.title for column in LISTS[name].columns]
    assert [cell.value for cell in workbook[name][3]][: len(titles)] == titles


@pytest.mark.parametrize("name", LISTS)
def test_each_list_prints_lying_or_upright_a4_one_page_wide(workbook, name):
    sheet = workbook[name]
    assert sheet.page_setup.paperSize == 9
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes
    assert sheet.auto_filter.ref
    assert sheet.oddFooter.center.text
    if name != "报送情况":  # its second table must not stand under the titles of the first
        assert sheet.print_title_rows == "$3:$3"


def test_the_board_has_a_row_a_unit_and_begins_every_cell_with_its_light(workbook, book):
    sheet = workbook["单位红黄绿"]
    titles = [cell.value for cell in sheet[3]]
    assert titles[:9] == ["单位", "事项", "窗口", "环节", "人员", "授权", "系统", "一证通办", "整体"]
    rows = [[cell.value for cell in row[:9]] for row in sheet.iter_rows(min_row=4, max_row=36)]
    assert [row[0] for row in rows] == [unit.name for unit in book.plan.units]
    assert all(text[0] in "红黄绿灰" for row in rows for text in row[1:])
    assert rows[0][2] == "黄 3/4 ↓"
    assert rows[10][1] == "灰 无适用事项 3期未报"
    assert {cell.value for cell in sheet[37]} == {None}  # the legend stands apart: it is no 34th unit


def test_the_board_fits_one_lying_page(workbook):
    setup = workbook["单位红黄绿"].page_setup
    fitted = (setup.fitToWidth or 1, setup.fitToHeight or 1)
    assert (setup.orientation, setup.paperSize, fitted) == ("landscape", 9, (1, 1))


def test_a_cell_of_the_board_leads_to_its_first_row_in_the_list_of_its_light(workbook):
    board, red = workbook["单位红黄绿"], workbook["红灯清单"]
    for row in board.iter_rows(min_row=4, max_row=36, min_col=2, max_col=8):
        for cell in row:
            if not cell.value.startswith("红"):
                continue
            sheet, _, address = cell.hyperlink.location.partition("!")
            assert sheet == "'红灯清单'"
            target = red[address].row
            unit, dimension = board.cell(cell.row, 1).value, board.cell(3, cell.column).value
            assert red.cell(target, 1).value == unit
            assert red.cell(target, column_of(red, "维度")).value == dimension
            above = [red.cell(r, 1).value == unit and red.cell(r, 4).value == dimension for r in range(4, target)]
            assert not any(above)


def test_every_internal_link_resolves(workbook):
    for sheet in workbook.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.hyperlink and cell.hyperlink.location and not cell.hyperlink.target:
                    name, _, address = cell.hyperlink.location.rpartition("!")
                    assert name.strip("'") in workbook.sheetnames
                    assert re.fullmatch(r"[A-Z]+\d+", address)


def test_a_row_of_a_list_leads_to_its_row_in_the_copy_of_the_return(workbook):
    sheet = workbook["红灯清单"]
    cell = sheet.cell(4, column_of(sheet, "来源文件"))
    assert cell.hyperlink.target == "来件/区发改委_应进必进填报表_第03期.xlsx"
    assert cell.hyperlink.location == "'事项'!A7"
    assert sheet.cell(4, column_of(sheet, "来源行")).value == 7


def test_people_can_write_into_their_three_columns_and_what_they_wrote_is_there(workbook):
    for name in ("红灯清单", "黄灯清单", "任务台账", "问题派发"):
        sheet = workbook[name]
        for title in ("领导批示", "督办意见", "下步措施"):
            cell = sheet.cell(4, column_of(sheet, title))
            assert cell.protection.locked is False
            assert width_of(sheet, cell.column) >= 16
    red = workbook["红灯清单"]
    assert red.cell(4, column_of(red, "领导批示")).value == "请分管领导亲自抓，下次会前销号。"


def test_no_mobile_number_is_anywhere(values):
    mobile = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
    texts = [str(cell.value) for sheet in values.worksheets for row in sheet.iter_rows() for cell in row]
    assert not [text for text in texts if mobile.search(text) or MOBILE in text]


def test_the_first_page_counts_what_the_lists_hold(values, workbook, book):
    page, formulas = values["首页"], workbook["首页"]
    labels = {cell.value: cell for row in page.iter_rows(max_row=10) for cell in row if cell.value}
    shown = {label: page.cell(cell.row + 1, cell.column).value for label, cell in labels.items()}
    assert shown["已报送/应报送"] == "27/33"
    assert shown["红灯（条）"] == len(book.red_list)
    assert shown["黄灯（条）"] == len(book.yellow_list)
    figure = labels["红灯（条）"]
    assert formulas.cell(figure.row + 1, figure.column).value.startswith("=COUNTIF('红灯清单'!")
    assert formulas.cell(figure.row + 1, figure.column).hyperlink.location == "'红灯清单'!A1"


def test_overdue_are_items_tasks_and_problems_together(values, book):
    tasks, problems = book.tasks, book.problems
    page = values["首页"]
    label = next(cell for row in page.iter_rows(max_row=10) for cell in row if cell.value == "逾期（条）")
    reds = (tasks["light"] == "红").sum(), (problems["light"] == "红").sum()
    assert page.cell(label.row + 1, label.column).value == sum(reds)
    assert page.cell(label.row + 2, label.column).value == f"事项 0、任务 {reds[0]}、问题 {reds[1]}"


@needs_office
def test_every_formula_recalculates_to_the_value_it_shows(path, values, tmp_path):
    again = recalculated(path, tmp_path)
    compared = 0
    for name, address in formulas_of(opened(path)):
        before, after = values[name][address].value, again[name][address].value
        assert after == pytest.approx(before) if isinstance(before, float | int) else after == before, (name, address)
        compared += 1
    assert compared > 100


def test_the_rate_on_the_first_page_is_done_by_applicable_over_the_scored_dimensions(values, book):
    scored = {str(entry.dimension) for entry in book.plan.dimensions if entry.scored}
    rows = book.unit_dimensions[book.unit_dimensions["dimension"].isin(scored)]
    page = values["首页"]
    label = next(cell for row in page.iter_rows(max_row=10) for cell in row if cell.value == "总到位率")
    assert page.cell(label.row + 1, label.column).value == pytest.approx(rows["done"].sum() / rows["applicable"].sum())


def test_a_line_of_the_first_page_leads_to_its_rows(workbook):
    page = workbook["首页"]
    links = {row[2].value: row[10].hyperlink for row in page.iter_rows(min_row=11) if row[10].hyperlink}
    line = next(text for text in links if text.startswith("区发改委：环节"))
    assert re.fullmatch(r"'红灯清单'!A\d+", links[line].location)
    assert links["区文化广电和旅游局、区统计局、区农业机械技术中心本期未报送"].location == "'报送情况'!A14"


def test_four_native_charts_draw_from_the_hidden_sheet(path):
    import zipfile

    with zipfile.ZipFile(path) as archive:
        charts = [archive.read(n).decode() for n in archive.namelist() if n.startswith("xl/charts/chart")]
    assert len(charts) == 4
    assert all("图表数据" in chart and '<c:plotVisOnly val="0"' in chart for chart in charts if "plotVisOnly" in chart)


def test_received_files_stand_below_the_units(workbook):
    sheet = workbook["报送情况"]
    texts = [[cell.value for cell in row[:4]] for row in sheet.iter_rows(min_row=37)]
    assert ["文件", "单位", "处理", "原因"] in texts
    assert ["扫描件.pdf", None, "拒收", "不是电子表格"] in texts
    assert any(row[0] and row[0].startswith("核对：读取 648 行，采用 621 行，未采用 27 行，账实相符") for row in texts)


def test_the_briefing_stands_there_as_prose(workbook):
    sheet = workbook["工作简报"]
    texts = [row[0].value for row in sheet.iter_rows() if row[0].value]
    assert texts[0] == "石龙区政务服务“应进必进”工作简报"
    assert "　　一、总体情况" in texts
    assert texts[-1] == "（共印＿＿份）"
    assert sheet.page_setup.orientation in (None, "portrait")
    assert sheet.page_margins.top == pytest.approx(37 / 25.4)


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("变化情况", "与上期相比没有变化"),
        ("自查与督查对照", "本期没有督查核查记录"),
        ("需核实", "本期没有需要核实的情况"),
        ("豁免情况", "没有豁免事项"),
        ("历史批示", "没有历史批示"),
        ("任务台账", "各单位还没有报送任务"),
    ],
)
def test_a_sheet_without_data_says_so_in_one_line(bare, name, line):
    assert bare[name]["A4"].value.startswith(line)
    assert bare[name]["A5"].value is None


def test_the_first_period_of_an_office_shows_no_arrows_and_no_change(bare):
    assert bare["单位红黄绿"]["C4"].value == "黄 3/4"


def test_the_same_run_gives_the_same_bytes(tmp_path, book, path):
    write_ledger(tmp_path / "again.xlsx", book)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()


def test_it_stays_small(path):
    assert path.stat().st_size < 1_000_000
