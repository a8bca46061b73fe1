"""A confirmed zero return may leave everything but its cover empty; one that began a sheet may not."""

from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.commands.check import check_files
from pipeline.records import Settings
from pipeline.write.template import Prefill, write_template
from schemas.plan import load_plan, period_of

PLAN = load_plan()
PERIOD = period_of(PLAN, date(2023, 3, 17), [])
COVER = {
    "filled_on": date(2023, 3, 14),
    "filled_by": "张三",
    "phone": "0375-2536288",
    "item_total": 0,
    "signed": "是",
    "sealed": "是",
}


@pytest.fixture
def zero(tmp_path):
    path = tmp_path / "inputs" / "区金融局.xlsx"
    path.parent.mkdir()
    write_template(path, PLAN, PERIOD, PLAN.unit_by_name["区金融局"], Prefill(cover=COVER))
    return path


def codes(path):
    settings = Settings(PERIOD.meeting, path.parent, path.parent, 1)
    lines = check_files(settings, [path], dated=True, mark=False).lines
    return {line.split()[1] for line in lines[1:]}


def test_it_has_no_finding(zero):
    assert codes(zero) == set()


def test_even_with_its_cover_alone(zero):
    book = openpyxl.load_workbook(zero)
    for name in book.sheetnames:
        if name not in ("封面", "_模板"):
            del book[name]
    book.save(zero)
    assert codes(zero) == set()


def test_what_it_began_to_fill_in_is_checked(zero):
    book = openpyxl.load_workbook(zero)
    book["自查"]["C4"] = "是"
    book.save(zero)
    assert codes(zero) == {"ZC-001"}  # the other eight answers


def test_a_return_with_items_is_not_excused(zero):
    book = openpyxl.load_workbook(zero)
    book["封面"]["B10"] = 1
    book["自查"]["C4"] = "是"
    book.save(zero)
    assert {"LX-030", "ZC-001"} <= codes(zero)


def test_the_run_counts_it_as_zero_return_without_error(zero):
    arguments = ["--meeting", "2023-03-17", "--inputs", str(zero.parent), "--outputs", str(zero.parent / "out")]
    result = CliRunner().invoke(main, ["run", *arguments])
    assert "零报告 1" in result.output
    assert "退回修改" not in result.output.split("结果在")[0]
