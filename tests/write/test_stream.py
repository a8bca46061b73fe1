"""Rows that go into the closed workbook as XML of our own are those that xlsxwriter itself would have written."""

import re
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.write.kit import stream
from pipeline.write.kit.cells import Page, WriteError
from pipeline.write.kit.document import document, sheet_link, source_link
from pipeline.write.kit.table import MEASURED_ROWS, Options, write_table
from schemas.columns import Kind, Table, column
from tests.write.reading import needs_office, saved_by_office

DAY = date(2023, 4, 14)
TABLE = Table(
    "things",
    "事物",
    (
        column("text", "文字", width=12),
        column("number", "数", Kind.NUMBER),
        column("due", "时限", Kind.DATE),
        column("file", "文件"),
        column("sum", "和", Kind.NUMBER),
        column("word", "评语"),
    ),
)
ROWS: list[dict[str, object]] = [
    {"text": "区司法局", "number": 1.5, "due": DAY, "sum": 2.5, "word": "好"},
    {"text": " 前后有空格 ", "number": 3, "due": date(1900, 2, 28), "sum": 4, "word": "<&>"},
    {"text": '<r>&"引号"</r>', "number": None, "due": date(1900, 3, 1), "sum": 1},
    {"text": "=1+1", "number": float("nan"), "due": datetime(2023, 4, 14, 12), "sum": float("nan")},
    {"text": "两\n行", "number": True, "due": "2023.2.30", "file": "甲.xlsx", "word": "两\n行"},
    {"text": "", "number": float("inf"), "file": "=甲.xlsx", "sum": 0.1 + 0.2},
    {"text": "\x01_x000D_\x0b\r", "number": -0.0, "file": " 甲 [1]&'2'.xlsx"},
    {"text": "长" * 40_000, "number": 1e-20, "file": "\ufffe@", "word": "_x0041_"},
    {"text": "很长的文字，要写好几行，行高随之而变", "number": 12345678901234567, "due": "-", "file": "<t>"},
]
LINKED = {"甲.xlsx", "=甲.xlsx", " 甲 [1]&'2'.xlsx", "<t>"}


def options_of(rows: Sequence[Mapping[str, object]]) -> Options:
    files = [row["file"] for row in rows]
    places = [str(name) if row["sum"] else "" for name, row in zip(files, rows, strict=True)]
    return Options(
        words=["word"],
        links={
            "file": [source_link(str(name), "事项'一'", 4) if name in LINKED else None for name in files],
            # not over control characters, of which xlsxwriter's links make XML that nothing reads
            "text": [sheet_link("事物", "A1") if str(row["text"]).isprintable() else None for row in rows],
            "sum": [sheet_link("事物") if place == "乙.xlsx" else source_link(place) for place in places],
        },
        formulas={"sum": lambda row: f'=IF($B{row}<>"",N($B{row})+1,"")', "word": lambda row: f'=$A{row}&"<&>"'},
    )


def written(path: Path, rows: Sequence[Mapping[str, object]], *, at: Sequence[int] = (1,)) -> Path:
    rows = [{"file": "乙.xlsx", "sum": None, **row} for row in rows]
    with document(path, title="事物", created=DAY) as doc:
        page = doc.sheet("事物")
        for top in at:
            write_table(page, TABLE, rows, top=top, options=options_of(rows))
            page.put(top + len(rows) + 4, 0, "表下的话", page.theme.style("note"))
    return path


def of_xlsxwriter(path: Path, rows: Sequence[Mapping[str, object]], *, at: Sequence[int] = (1,)) -> Path:
    """The same workbook with every cell written by xlsxwriter's own calls."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stream, "_MOST_LOOKS", 1 << 20)
        return written(path, rows, at=at)


def sheet_of(path: Path) -> dict[str, object]:
    """Address → value, type, cached result, format and link of the cell; and what is said of rows and sheet."""
    sheet, results = load_workbook(path)["事物"], load_workbook(path, data_only=True)["事物"]
    found: dict[str, object] = {"size": sheet.dimensions, "filter": sheet.auto_filter.ref, "frozen": sheet.freeze_panes}
    for row in sheet.iter_rows():
        for cell in row:
            look = (cell.number_format, cell.quotePrefix, cell.border.left.style, cell.font.underline, cell.alignment)
            link = cell.hyperlink and (cell.hyperlink.target, cell.hyperlink.location, cell.hyperlink.display)
            result = results[cell.coordinate].value
            value = cell.value
            if isinstance(value, str):
                value = value.replace("_x005F", "")  # which openpyxl undoes in shared strings alone
                result = str(result or "").replace("_x005F", "")
            found[cell.coordinate] = (value, cell.data_type, result, repr(look), link)
    return found | {f"row {number}": entry.height for number, entry in sheet.row_dimensions.items()}


def test_each_cell_is_the_one_that_xlsxwriter_writes(tmp_path):
    streamed = sheet_of(written(tmp_path / "a.xlsx", ROWS))
    assert streamed == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", ROWS))
    assert streamed["A6"][0] == '<r>&"引号"</r> '  # a text: xlsxwriter would take it for its own markup
    assert streamed["A7"][:2] == ("=1+1", "s")
    assert streamed["row 12"] > streamed["row 4"]
    assert streamed["D10"][4][0] == "来件/%20甲%20%5b1%5d&'2'.xlsx"


@pytest.mark.parametrize("count", [0, 1, 3, 4, 5])
def test_short_tables_hold_the_same_in_either_way(tmp_path, count):
    streamed = sheet_of(written(tmp_path / "a.xlsx", ROWS[:count]))
    assert streamed == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", ROWS[:count]))


def test_tables_below_each_other_stay_in_their_order(tmp_path):
    tops = (30, 1, 60)
    streamed = written(tmp_path / "a.xlsx", ROWS, at=tops)
    assert sheet_of(streamed) == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", ROWS, at=tops))
    part = zipfile.ZipFile(streamed).read("xl/worksheets/sheet1.xml").decode()
    rows = [int(number) for number in re.findall(r'<row r="(\d+)"', part)]
    cells = re.findall(r'<c r="(\w+)"', part)
    assert rows == sorted(set(rows))
    assert len(cells) == len(set(cells))


def test_equal_values_of_different_kinds_stay_apart(tmp_path):
    """1, 1.0 and True are one key to a dictionary, and so are 0 and False: they must not share a cell."""
    rows = [{"text": value, "number": value} for value in (1, True, 1.0, "1", 0, False, DAY, datetime(2023, 4, 14))]
    streamed = sheet_of(written(tmp_path / "a.xlsx", rows))
    assert streamed == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", rows))
    assert [streamed[f"A{row}"][0] for row in range(4, 10)] == [1, "是", 1, "1", 0, "否"]


def test_rows_go_on_where_the_last_pieces_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(stream, "_ROWS_AT_ONCE", 4)
    monkeypatch.setattr(stream, "_MOST_KNOWN", 2)
    rows = ROWS * 3
    assert sheet_of(written(tmp_path / "a.xlsx", rows)) == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", rows))


def test_a_long_table_holds_what_a_short_one_holds_but_for_the_rules(tmp_path):
    rows = ROWS[:7] * (MEASURED_ROWS // 7 + 1)
    assert len(rows) > MEASURED_ROWS
    assert sheet_of(written(tmp_path / "a.xlsx", rows)) == sheet_of(of_xlsxwriter(tmp_path / "b.xlsx", rows))


def test_links_to_one_file_share_their_relation_and_their_paths_are_uris(tmp_path):
    package = zipfile.ZipFile(written(tmp_path / "a.xlsx", ROWS * 3))
    relations = package.read("xl/worksheets/_rels/sheet1.xml.rels").decode()
    targets = re.findall(r'Target="([^"]*)"', relations)
    assert len(targets) == len(set(targets)) > 1
    assert not any("\\" in target for target in targets)
    sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert set(re.findall(r'r:id="(\w+)"', sheet)) == set(re.findall(r' Id="(\w+)"', relations))


def test_the_texts_that_cells_share_are_counted(tmp_path):
    package = zipfile.ZipFile(written(tmp_path / "a.xlsx", ROWS))
    strings = package.read("xl/sharedStrings.xml").decode()
    used = re.findall(r't="s"><v>(\d+)</v>', package.read("xl/worksheets/sheet1.xml").decode())
    assert re.search(r'count="(\d+)" uniqueCount="(\d+)"', strings).groups() == (str(len(used)), str(len(set(used))))


def test_the_same_rows_give_the_same_bytes(tmp_path):
    first, second = (written(tmp_path / name, ROWS) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_a_cell_written_over_the_rows_is_refused(tmp_path):
    """It would be lost: the rows take the place of all that stands there."""

    def over(page: Page) -> None:
        area = write_table(page, TABLE, ROWS)
        page.put(area.first_row + 5, 1, "改", page.theme.style("cell"))

    with pytest.raises(WriteError, match="B9"), document(tmp_path / "x.xlsx", title="", created=DAY) as doc:
        over(doc.sheet("事物"))


def test_rows_beyond_the_last_of_a_sheet_are_refused(tmp_path):
    with pytest.raises(WriteError), document(tmp_path / "x.xlsx", title="", created=DAY) as doc:
        write_table(doc.sheet("事物"), TABLE, ROWS, top=1_048_576 - 5)


@needs_office
def test_libreoffice_reads_the_same_from_both(tmp_path):
    paths = written(tmp_path / "a.xlsx", ROWS), of_xlsxwriter(tmp_path / "b.xlsx", ROWS)
    own, theirs = saved_by_office(tmp_path, *paths)
    assert sheet_of(own) == sheet_of(theirs)
