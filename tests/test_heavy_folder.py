"""What is heavy and harmless: archives, exports and a return with thousands of wrong rows, in bounded memory.

Measured over all processes of a run with four workers. YJBJ_WRONG_ROWS=15000 sends as many wrong rows
(2,000 without).
"""

import os
import random
import sys
import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from tests.intake import odd_books
from tests.measure import measured
from tests.office import MEETING, UNITS, Office, Results

WRONG_ROWS = int(os.environ.get("YJBJ_WRONG_ROWS", "2000"))
MOST_MB = 1536
WRONG = {
    "item_presence": "大概",
    "window_presence": "没想好",
    "planned_on": "下个月",
    "step_accept": "x",
    "authority": "",
    "staff_presence": "基本",
}
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc")


def run_on(office: Office, top: Path):
    """The main job in processes of its own; what it took, and what it wrote."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).resolve().parents[1]), "PYTHONUTF8": "1"}
    arguments = ["run", "--meeting", MEETING, "--inputs", office.inputs, "--outputs", office.outputs, "--workers", 4]
    return measured(arguments, env, top), Results(office.outputs / office.period.folder)


def export(rows: int, seed: int) -> bytes:
    """A workbook of another system: six columns of text that no compression helps, each in its cell."""
    drawn = random.Random(seed)
    lines = (
        "".join(f'<c r="{c}{row}" t="inlineStr"><is><t>{drawn.getrandbits(256):x}</t></is></c>' for c in "ABCDEF")
        for row in range(1, rows + 1)
    )
    return odd_books.xlsx("".join(f'<row r="{number}">{cells}</row>' for number, cells in enumerate(lines, start=1)))


def packed(books: list[bytes]) -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for number, book in enumerate(books):
            archive.writestr(f"{number}.xlsx", book)
    return written.getvalue()


def test_ten_archives_and_four_exports_beside_the_returns(tmp_path):
    office = Office(tmp_path).return_all()
    for number in range(4):
        office.drop(f"导出{number}.xlsx", export(30_000, number))
    archive = packed([export(3_300, 10 + number) for number in range(4)])
    assert len(archive) > 2_500_000
    for number in range(10):
        office.drop(f"打包{number}.zip", archive)
    taken, results = run_on(office, tmp_path)
    assert (taken.code, taken.peak_mb < MOST_MB) == (1, True), (taken.peak_mb, taken.output)
    verdicts = [line["处理"] for line in results.files().values()]
    assert (verdicts.count("采用"), verdicts.count("拒收")) == (len(UNITS) + 1, 44)  # and 工作方案.xlsx


def test_a_return_with_thousands_of_wrong_rows(tmp_path):
    office = Office(tmp_path).return_all()
    content = office.content(UNITS[0])
    first = content.tables["items"][0]
    rows = [{**first, "item_name": f"事项{n}", "item_code": f"坏码{n}", **WRONG} for n in range(WRONG_ROWS)]
    office.send(replace(content, tables={**content.tables, "items": rows}))
    taken, results = run_on(office, tmp_path)
    assert (taken.code, taken.peak_mb < MOST_MB) == (1, True), (taken.peak_mb, taken.output)
    assert sum(row["单位"] == UNITS[0] for row in results.matrix("总矩阵")) == WRONG_ROWS
    receipt = next(row for row in results.matrix("报送情况") if row["单位"] == UNITS[0])
    assert receipt["错误"] >= 5 * WRONG_ROWS  # counted all, though only some hundreds of a kind are listed
