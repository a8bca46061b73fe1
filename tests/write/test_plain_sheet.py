"""The short way of writing cells gives what xlsxwriter's own way gives."""

from datetime import date, datetime
from pathlib import Path

from openpyxl import load_workbook

from pipeline.write.kit import table
from pipeline.write.kit.document import document, source_link
from pipeline.write.kit.table import MEASURED_ROWS, Options, write_table
from schemas.columns import Kind, Table, column

DAY = date(2023, 4, 14)
TABLE = Table(
    "things",
    "事物",
    (
        column("text", "文字"),
        column("number", "数", Kind.NUMBER),
        column("due", "时限", Kind.DATE),
        column("file", "文件"),
    ),
)
ROWS = [
    {"text": "区司法局", "number": 1.5, "due": DAY},
    {"text": " 前后有空格 ", "number": 3, "due": date(1900, 2, 28)},
    {"text": '<r>&"引号"</r>', "number": None, "due": date(1900, 3, 1)},
    {"text": "=1+1", "number": float("nan"), "due": datetime(2023, 4, 14, 12)},
    {"text": "两\n行", "number": True, "due": "2023.2.30", "file": "甲.xlsx"},
    {"text": "", "number": float("inf")},
]


def cells(path: Path) -> list[list[tuple[object, ...]]]:
    sheet = load_workbook(path)["事物"]
    return [
        [
            (
                c.value,
                c.data_type,
                c.number_format,
                c.quotePrefix,
                c.border.left.style,
                c.hyperlink and c.hyperlink.target,
            )
            for c in row
        ]
        for row in sheet.iter_rows()
    ]


def written(path: Path, rows: list[dict[str, object]], *, streamed: bool) -> list[list[tuple[object, ...]]]:
    rows = [{"file": "乙.xlsx", **row} for row in rows]
    links = [source_link("甲.xlsx", "事项", 4) if row["file"] == "甲.xlsx" else None for row in rows]
    with document(path, title="事物", created=DAY, constant_memory=streamed) as doc:
        write_table(doc.sheet("事物"), TABLE, rows, options=Options(links={"file": links}))
    return cells(path)


def test_rows_that_go_to_disk_at_once_hold_what_others_hold(tmp_path):
    streamed = written(tmp_path / "a.xlsx", ROWS, streamed=True)
    assert streamed == written(tmp_path / "b.xlsx", ROWS, streamed=False)
    assert streamed[5][0][0] == '<r>&"引号"</r> '  # a text: xlsxwriter would take it for its own markup


def test_equal_values_of_different_kinds_stay_apart(tmp_path):
    """1, 1.0 and True are one key to a dictionary, and so are 0 and False: they must not share a cell."""
    rows = [{"text": value, "number": value} for value in (1, True, 1.0, "1", 0, False, DAY, datetime(2023, 4, 14))]
    streamed = written(tmp_path / "a.xlsx", rows, streamed=True)
    assert streamed == written(tmp_path / "b.xlsx", rows, streamed=False)
    assert [row[0][0] for row in streamed[3:9]] == [1, "是", 1, "1", 0, "否"]


def test_rows_go_on_where_the_last_batch_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(table, "_ROWS_AT_ONCE", 4)
    monkeypatch.setattr("pipeline.write.kit.cells._MOST_KNOWN", 2)
    rows = ROWS * 3
    assert written(tmp_path / "a.xlsx", rows, streamed=True) == written(tmp_path / "b.xlsx", rows, streamed=False)


def test_a_long_table_holds_what_a_short_one_holds_but_for_the_rules(tmp_path):
    rows = ROWS * (MEASURED_ROWS // len(ROWS) + 1)
    streamed = written(tmp_path / "a.xlsx", rows, streamed=True)
    assert streamed == written(tmp_path / "b.xlsx", rows, streamed=False)
    assert len(streamed) == len(rows) + 3
