"""Every visible sheet of every workbook of a small run: fit for paper, for reading and for tracing (contract §8)."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date
from math import ceil
from pathlib import Path
from urllib.parse import unquote

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from pipeline.sample import mess
from pipeline.write.kit.measure import text_width
from pipeline.write.office import write_office_books, write_plan_book
from pipeline.write.template import write_template
from tests.office import MEETING, NEXT_MEETING, PERIOD, PLAN, UNITS, Office
from tests.write.reading import formulas_of, needs_office, recalculated, same_value

ODD_NAME = "教体局 来件 100% #2（终）.xlsx"
WRONG = UNITS[2]
KINDS = ("总矩阵", "评分表", "台账", "退回清单", "退回", "督办单", "填报表", "督查核查表", "豁免事项", "工作方案")
#: Sheets that are a page to read, not a list to filter.
PAGES = ("首页", "工作简报", "说明", "封面", "评分办法", "督办单", "来件需要更正的内容")
#: Sheets with a second table of other titles below the first: no titles are repeated on paper.
TWO_TABLES = ("报送情况",)
PAGES_OF_SLIP = ("得分构成", "提分清单")
ACROSS = {"portrait": 96, "landscape": 146}  # half-width characters on A4 at full size
A4, A3 = 9, 8


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Two meetings; at the second a return under an odd name, one with a wrong cell, one missing, one inspection."""
    office = Office(tmp_path_factory.mktemp("每 张 表")).return_all()
    office.hold()
    office.next(NEXT_MEETING).return_all(but=[UNITS[1], UNITS[5]])
    office.send(UNITS[1], ODD_NAME)
    office.send(mess.cell(office.content(WRONG), "items", 0, item_presence=None))
    office.inspect(UNITS[3], kind="明进暗不进", description="窗口只收件")
    office.hold()
    return office.outputs


@pytest.fixture(scope="module")
def paths(outputs, tmp_path_factory) -> dict[str, Path]:
    """Kind → a workbook of it."""
    folder = outputs / f"第02期_{NEXT_MEETING}"
    blank = tmp_path_factory.mktemp("blank")
    write_template(blank / "填报表.xlsx", PLAN, PERIOD, PLAN.units[0])
    write_office_books(blank, PLAN, MEETING)
    write_plan_book(blank / "工作方案.xlsx", PLAN)
    return {
        **{"总矩阵": folder / "1-总矩阵_第02期.xlsx", "评分表": folder / "2-评分表_第02期.xlsx"},
        **{"台账": folder / "3-红黄绿督办台账_第02期.xlsx", "退回清单": folder / "4-退回修改" / "退回清单.xlsx"},
        **{"退回": folder / "4-退回修改" / f"{WRONG}_退回.xlsx", "督办单": folder / "5-督办单" / f"{UNITS[3]}.xlsx"},
        **{name: blank / f"{name}.xlsx" for name in ("填报表", "督查核查表", "豁免事项", "工作方案")},
    }


@pytest.fixture(scope="module")
def books(paths):
    return {kind: load_workbook(path) for kind, path in paths.items()}


@pytest.fixture(params=KINDS)
def kind(request) -> str:
    return request.param


def sheets_of(book) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]


def links_of(sheet: Worksheet) -> list[Hyperlink]:
    return [cell.hyperlink for row in sheet.iter_rows() for cell in row if cell.hyperlink]


def shown(cell: Cell) -> str:
    """About what stands there: dates as we write them, numbers as their format rounds them."""
    if isinstance(cell.value, date):
        return "2023-03-31"
    if isinstance(cell.value, float):
        return f"{cell.value:.1%}" if "%" in cell.number_format else f"{cell.value:.2f}"
    return str(cell.value)


def is_page(sheet: Worksheet) -> bool:
    return sheet.title in (*PAGES, *UNITS) or (sheet.title in PAGES_OF_SLIP and "督办单" in sheet.parent.sheetnames)


def widths_of(sheet: Worksheet) -> dict[int, float]:
    """Column number → width in half-width characters; 0 for a hidden one."""
    found: dict[int, float] = {}
    for entry in sheet.column_dimensions.values():
        for column in range(entry.min or 0, (entry.max or 0) + 1):
            found[column] = 0 if entry.hidden else entry.width
    return found


def texts_of(sheet: Worksheet) -> Iterator[tuple[Cell, str, float]]:
    """Each cell with text that is shown, what it shows, and the width it has, merged neighbours included."""
    widths, merged = widths_of(sheet), {m.coord.split(":")[0]: m for m in sheet.merged_cells.ranges}
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, MergedCell) or cell.value is None or not widths.get(cell.column, 9):
                continue
            area = merged.get(cell.coordinate)
            columns = range(area.min_col, area.max_col + 1) if area else (cell.column,)
            yield cell, shown(cell), sum(widths.get(column, 9) for column in columns)


def test_each_sheet_is_one_page_wide_on_paper_that_offices_have(books, kind):
    for sheet in sheets_of(books[kind]):
        setup = sheet.page_setup
        assert setup.paperSize in (A4, A3), sheet.title
        assert setup.orientation in ("portrait", "landscape", None), sheet.title
        if sheet.sheet_properties.pageSetUpPr and sheet.sheet_properties.pageSetUpPr.fitToPage:
            assert (1 if setup.fitToWidth is None else setup.fitToWidth) == 1, sheet.title
        else:
            across = sum(widths_of(sheet).get(column, 9) for column in range(1, printed_columns(sheet) + 1))
            assert across * (setup.scale or 100) / 100 <= ACROSS[setup.orientation or "portrait"], sheet.title
        assert sheet.oddFooter.center.text, sheet.title


def printed_columns(sheet: Worksheet) -> int:
    return (
        sheet[sheet.print_area.split("!")[-1].replace("$", "")][-1][-1].column if sheet.print_area else sheet.max_column
    )


def test_each_list_keeps_its_titles_in_sight_on_screen_and_on_paper(books, kind):
    for sheet in sheets_of(books[kind]):
        if is_page(sheet):
            continue
        assert sheet.auto_filter.ref, sheet.title
        header = int(re.search(r"\d+", sheet.auto_filter.ref)[0])
        assert sheet.freeze_panes and sheet[sheet.freeze_panes].row == header + 1, sheet.title
        if sheet.title not in TWO_TABLES:
            assert sheet.print_title_rows == f"${header}:${header}", sheet.title


def test_no_text_is_wider_than_its_cell(books, kind):
    """Text that is not wrapped may run over empty neighbours; a date or number shows #### where it does not fit."""
    for sheet in sheets_of(books[kind]):
        for cell, text, width in texts_of(sheet):
            if cell.alignment.wrap_text or (isinstance(cell.value, str) and text.startswith("=")):
                continue
            over = text_width(text) * cell.font.sz / 10.5 - width
            at = f"{sheet.title} {cell.coordinate} {text[:30]}"
            assert over <= 0 or (isinstance(cell.value, str) and over <= room_beside(sheet, cell)), at


def room_beside(sheet: Worksheet, cell: Cell) -> float:
    """The width of the empty cells at the right of a cell."""
    widths, room = widths_of(sheet), 0.0
    for column in range(cell.column + 1, sheet.max_column + 40):
        if column <= sheet.max_column and sheet.cell(cell.row, column).value is not None:
            break
        room += widths.get(column, 9)
    return room


def test_no_row_is_too_low_for_its_text(books, kind):
    for sheet in sheets_of(books[kind]):
        for cell, text, width in texts_of(sheet):
            height = sheet.row_dimensions[cell.row].height
            if height is None or height >= 400 or not cell.alignment.wrap_text or text.startswith("="):
                continue  # Excel makes the row as high as it must be, or as it can
            lines = sum(ceil(text_width(line) * cell.font.sz / 10.5 / width) for line in text.split("\n")) or 1
            assert lines * cell.font.sz * 1.2 <= height + 1, f"{sheet.title} {cell.coordinate} {text[:30]}"


def test_no_validation_is_longer_than_excel_takes(books, kind):
    for sheet in sheets_of(books[kind]):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 257, sheet.title  # 255 and the quotes
            assert len(rule.prompt or "") <= 255 and len(rule.error or "") <= 255, sheet.title
            assert len(rule.promptTitle or "") <= 32 and len(rule.errorTitle or "") <= 32, sheet.title


def test_every_link_leads_somewhere(books, paths, kind):
    opened: dict[Path, Workbook] = {}
    for sheet in books[kind].worksheets:
        for link in links_of(sheet):
            target = unquote(link.target or "")
            if target.startswith("mailto:"):
                continue
            where = paths[kind].parent / target if target else paths[kind]
            assert where.is_file(), f"{sheet.title} {link.ref} {link.target}"
            if link.location and where.suffix == ".xlsx":
                if where not in opened:
                    opened[where] = books[kind] if where == paths[kind] else load_workbook(where)
                name, _, address = link.location.rpartition("!")
                tab = opened[where][name.strip("'").replace("''", "'")]
                assert tab[address.split(":")[0]].row <= tab.max_row, f"{sheet.title} {link.ref} {link.location}"


def test_links_lead_to_a_return_whatever_it_is_called(books, outputs):
    targets = {
        unquote(link.target)
        for name in ("总矩阵", "台账")
        for sheet in books[name].worksheets
        for link in links_of(sheet)
        if link.target
    }
    copies = outputs / f"第02期_{NEXT_MEETING}" / "来件"
    assert f"来件/{ODD_NAME}" in targets
    assert {target for target in targets if target.startswith("来件/")} == {f"来件/{p.name}" for p in copies.iterdir()}


def test_from_a_score_to_the_cell_that_the_unit_wrote(books, paths):
    """评分排名 → 得分明细 → 总矩阵 → the return in 来件/: each step is a link."""
    scores, matrix = books["评分表"], books["总矩阵"]
    ranking, parts = scores["评分排名"], scores["得分明细"]
    titles = [cell.value for cell in ranking[3]]
    row = next(row for row in ranking.iter_rows(min_row=4) if row[titles.index("单位")].value == UNITS[1])
    part = target_of(scores, row[titles.index("事项")])
    assert (part.parent.title, part.value, parts.cell(part.row, 2).value) == ("得分明细", UNITS[1], "事项")
    link = parts.cell(part.row, 2).hyperlink
    assert link.target == paths["总矩阵"].name
    item = matrix["总矩阵"][link.location.partition("!")[2]]
    assert item.value == UNITS[1]
    source = next(cell for cell in matrix["总矩阵"][item.row] if cell.value == ODD_NAME).hyperlink
    sheet, _, address = source.location.rpartition("!")
    written = load_workbook(paths["总矩阵"].parent / unquote(source.target))[sheet.strip("'")]
    name = matrix["总矩阵"].cell(item.row, 3).value
    assert name in [cell.value for cell in written[written[address].row]]


def target_of(book, cell: Cell) -> Cell:
    sheet, _, address = cell.hyperlink.location.rpartition("!")
    return book[sheet.strip("'")][address]


def test_a_light_changed_by_hand_changes_its_colour(books):
    """Every column of lights is coloured by rules for each word, none by a fixed fill."""
    for name in ("总矩阵", "台账"):
        for sheet in sheets_of(books[name]):
            for column in light_columns(sheet):
                cell = f"{column}4"
                rules = [r for area, rules in rules_of(sheet) if cell in area for r in rules]
                words = {rule.text for rule in rules if rule.type == "beginsWith"}
                assert words >= {"红", "黄", "绿", "灰"}, f"{sheet.title} {cell}"
                assert sheet[cell].fill.fill_type is None, f"{sheet.title} {cell}"


def light_columns(sheet: Worksheet) -> list[str]:
    lights = ("亮灯", "灯", "整体")
    dimensions = ("事项", "窗口", "环节", "人员", "授权", "系统", "一证通办") if sheet.title == "单位红黄绿" else ()
    titles = [(cell.column, str(cell.value or "")) for cell in sheet[3]]
    return [
        get_column_letter(c) for c, title in titles if title in (*lights, *dimensions) or re.fullmatch(".+灯", title)
    ]


def rules_of(sheet: Worksheet):
    return [(area.sqref, rules) for area, rules in sheet.conditional_formatting._cf_rules.items()]


def test_every_formula_carries_its_value(paths, kind):
    with zipfile.ZipFile(paths[kind]) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                xml = archive.read(name).decode()
                assert len(re.findall(r"<f[ >]", xml)) == len(re.findall(r"</f><v>", xml)), name


@needs_office
@pytest.mark.parametrize("kind", ["评分表", "台账", "填报表", "督查核查表"])
def test_every_formula_recalculates_to_the_value_it_carries(paths, books, tmp_path, kind):
    carried, again = load_workbook(paths[kind], data_only=True), recalculated(paths[kind], tmp_path)
    for sheet, address in formulas_of(books[kind]):
        before, after = carried[sheet][address].value, again[sheet][address].value
        assert same_value(before, after), (sheet, address, before, after)


def test_other_readers_open_it(paths, books, kind):
    book = CalamineWorkbook.from_path(paths[kind])
    assert book.sheet_names == books[kind].sheetnames
    assert all(book.get_sheet_by_name(name).to_python() is not None for name in book.sheet_names)


def test_what_is_circulated_holds_no_mobile_number_and_stays_small(outputs, paths):
    folder = outputs / f"第02期_{NEXT_MEETING}"
    circulated = [paths["台账"], *folder.glob("5-督办单/*.xlsx"), *folder.glob("*.docx")]
    assert len(circulated) >= len(UNITS) + 1
    mobile = re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")
    for path in circulated:
        with zipfile.ZipFile(path) as archive:
            texts = [archive.read(n).decode() for n in archive.namelist() if n.endswith(".xml")]
        assert not [found for text in texts for found in mobile.findall(text)], path.name
    assert paths["台账"].stat().st_size < 1_000_000
