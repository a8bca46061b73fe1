"""Every workbook of a small run is, cell for cell, what it was (tests/golden/texts)."""

import zipfile
from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from xlsxwriter import Workbook as OtherWriter

from tests.golden.compare import compare
from tests.golden.dump import dump
from tests.golden.kept import difference, read_kept
from tests.golden.story import dumps

KEPT = read_kept()
RENEW = "If this is meant, renew the texts: python -m tests.golden"


@pytest.fixture(scope="module")
def now(tmp_path_factory):
    return dict(dumps(tmp_path_factory.mktemp("golden")))


def test_the_same_workbooks_are_written(now):
    assert sorted(now) == sorted(KEPT), RENEW


@pytest.mark.parametrize("name", KEPT)
def test_a_workbook_is_what_it_was(now, name):
    said = difference(KEPT[name], now.get(name, ""))
    assert not said, f"{name} is another than it was.\n{said}\n{RENEW}"


# ── the dump sees what people see, and nothing else


def change_value(sheet):
    sheet["A1"] = "标题二"


def change_fill(sheet):
    sheet["A1"].fill = PatternFill("solid", fgColor="FFC000")


def change_font(sheet):
    sheet["A1"].font = Font(size=20, bold=True)


def change_number_format(sheet):
    sheet["B2"].number_format = "0.00%"


def change_formula(sheet):
    sheet["B3"] = "=SUM(B2:B2)"


def change_date(sheet):
    sheet["C2"] = date(2023, 8, 2)


def change_width(sheet):
    sheet.column_dimensions["B"].width = 33


def change_height(sheet):
    sheet.row_dimensions[2].height = 55


def change_link(sheet):
    sheet["A2"].hyperlink = "来件/别的.xlsx"


def change_comment(sheet):
    sheet["A2"].comment = Comment("说明", "办公室")


def change_merge(sheet):
    sheet.merge_cells("A1:B1")


def change_freeze(sheet):
    sheet.freeze_panes = "B2"


def change_paper(sheet):
    sheet.page_setup.paperSize = 8


def change_titles_on_paper(sheet):
    sheet.print_title_rows = "1:1"


def change_protection(sheet):
    sheet.protection.sheet = True


def change_state(sheet):
    sheet.parent.create_sheet("另一张")
    sheet.sheet_state = "hidden"


CHANGES = [value for name, value in sorted(globals().items()) if name.startswith("change_")]


@pytest.fixture
def book(tmp_path):
    """A small workbook by openpyxl."""
    made = Workbook()
    sheet = made.active
    for row in (["标题", None, None], ["甲", 0.5, date(2023, 8, 1)], [None, "=B2", None]):
        sheet.append(row)
    made.save(tmp_path / "one.xlsx")
    return tmp_path / "one.xlsx"


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_a_change_is_seen(book, change):
    before, made = dump(book), load_workbook(book)
    change(made.worksheets[0])
    made.save(book)
    assert difference(before, dump(book))


def test_how_a_file_is_packed_is_not_seen(book, tmp_path):
    before = dump(book)
    with zipfile.ZipFile(book) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "two.xlsx", "w", zipfile.ZIP_STORED) as archive:
        for name in reversed(parts):
            archive.writestr(name, parts[name])
    assert dump(tmp_path / "two.xlsx") == before


def test_two_writers_that_make_the_same_sheet_give_the_same_text(tmp_path):
    """Their styles, shared texts and parts are numbered differently."""
    made = Workbook()
    made.active.title = "表"
    made.active["A1"] = "标题"
    made.active["A1"].font = Font(name="宋体", size=14, bold=True)
    made.active["B1"].fill = PatternFill("solid", fgColor="FFC000")
    made.active["C1"] = 0.25
    made.active["C1"].number_format = "0%"
    made.active.merge_cells("A2:B2")
    made.active.row_dimensions[1].height = 30
    made.save(tmp_path / "one.xlsx")
    with OtherWriter(tmp_path / "two.xlsx") as other:
        sheet = other.add_worksheet("表")
        sheet.set_row(0, 30)
        sheet.write("C1", 0.25, other.add_format({"num_format": "0%"}))
        sheet.write_blank("B1", None, other.add_format({"bg_color": "#FFC000", "pattern": 1}))
        sheet.write("A1", "标题", other.add_format({"font_name": "宋体", "font_size": 14, "bold": True}))
        sheet.merge_range("A2:B2", "")
    one, two = (_of_the_sheet(dump(tmp_path / name)) for name in ("one.xlsx", "two.xlsx"))
    assert one == two


def _of_the_sheet(text):
    """Cells and what lies about them; the two differ in margins and in what they say of themselves."""
    lines = text.partition("## ")[2].splitlines()
    return [line for line in lines if not line.startswith(("pageMargins", "pageSetup", "sheetView"))]


def test_two_folders_are_compared_file_by_file(book, tmp_path):
    folders = [tmp_path / name for name in ("甲", "乙")]
    for folder in folders:
        folder.mkdir()
        (folder / "同.json").write_text("{}")
        (folder / "异.json").write_text(folder.name)
        with zipfile.ZipFile(book) as archive, zipfile.ZipFile(folder / "表.xlsx", "w") as packed:
            for name in sorted(archive.namelist(), reverse=folder.name == "乙"):
                packed.writestr(name, archive.read(name))
    (folders[0] / "多.txt").touch()
    found = {name: verdict for name, verdict, _ in compare(*folders)}
    assert found == {"同.json": "identical", "异.json": "differs", "表.xlsx": "equal dump", "多.txt": "differs"}
