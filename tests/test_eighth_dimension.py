"""A dimension is added by one record, its column and its line in the plan: done in a copy, and a meeting run."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook

ROOT = Path(__file__).parents[1]
RECORD = """\
    ARCHIVE = (
        "档案",
        Record(("archive",), {"已归档": State.DONE, "归档中": State.MOVING, "未归档": State.NOT_DONE}),
    )


#: 不适用 in every dimension"""
COLUMN = """\
        column("archive", "电子归档", Choice("电子归档", ("已归档", "归档中", "未归档")), help="办结后是否归档"),
        column(
            "outside_loop","""
#: Three units that are not yet done report, as correctly as the samples do.
MEETING = """
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path
from pipeline.run import run
from pipeline.sample import Nature, sample_returns
from pipeline.records import Settings
from pipeline.write.office import write_plan_book
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import load_plan, period_of
from schemas.plan_sheets import FILE_NAME

folder, meeting = Path(sys.argv[1]), date(2023, 3, 17)
plan = load_plan()
plan = replace(plan, units=plan.units[:3])
period = period_of(plan, meeting, [])
inputs = folder / "inputs"
inputs.mkdir(parents=True)
write_plan_book(inputs / FILE_NAME, plan)
for one in sample_returns(plan, period, items_per_unit=8, nature=Nature(0.4)):
    path = inputs / template_name(one.unit, period)
    write_template(path, plan, period, one.unit, Prefill(one.cover, one.tables))
outcome = run(Settings.of(meeting, inputs, folder / "outputs"))
print(*outcome.lines, sep="\\n")
"""


@pytest.fixture(scope="module")
def outputs(tmp_path_factory) -> Path:
    copy = tmp_path_factory.mktemp("eighth")
    for package in ("pipeline", "schemas"):
        shutil.copytree(ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    edit(copy / "schemas/dimensions.py", "\n#: 不适用 in every dimension", RECORD)
    edit(copy / "schemas/returns/items.py", '        column(\n            "outside_loop",', COLUMN)
    edit(copy / "schemas/returns/items.py", "    YES_NO,\n)", "    YES_NO,\n    Choice,\n)")
    edit(copy / "schemas/plan.toml", 'name = "系统"\ndeadline = 2023-10-31\nweight = 10', 'name = "系统"\nweight = 5')
    edit(
        copy / "schemas/plan.toml",
        'name = "一证通办"\nweight = 0\n',
        'name = "一证通办"\nweight = 0\n\n[[dimensions]]\nname = "档案"\ndeadline = 2023-10-31\nweight = 5\n',
    )
    command = [sys.executable, "-c", MEETING, "there"]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return copy / "there/outputs"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, (path.name, old)
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_its_states_and_lights_are_in_the_matrix_and_printed(outputs):
    sheet = load_workbook(next(outputs.glob("第01期*/1-总矩阵*.xlsx")))["总矩阵"]
    header = next(row for row in sheet.iter_rows() if row[0].value == "单位")
    titles = [cell.value for cell in header]
    state, light = titles.index("档案"), titles.index("档案灯")
    rows = list(sheet.iter_rows(min_row=header[0].row + 1, values_only=True))
    assert {row[state] for row in rows} <= {"到位", "推进中", "未到位", "不适用"}
    assert {"推进中"} < {row[state] for row in rows}
    assert sheet.print_area.endswith(f"${header[light].column_letter}${sheet.max_row}")


def test_it_is_on_the_board_and_in_the_scores(outputs):
    board = load_workbook(next(outputs.glob("第01期*/3-红黄绿督办台账*.xlsx")))["单位红黄绿"]
    assert [cell.value for cell in board[3]][:9] == [
        "单位", "事项", "窗口", "环节", "人员", "授权", "系统", "一证通办", "档案",
    ]  # fmt: skip
    scores = load_workbook(next(outputs.glob("第01期*/2-评分表*.xlsx")))["评分排名"]
    assert "档案" in {cell.value for row in scores.iter_rows(max_row=6) for cell in row}


def test_a_correct_return_has_nothing_to_correct(outputs):
    assert [path.name for path in outputs.glob("第01期*/4-退回修改/*")] == ["退回清单.xlsx"]


def test_the_template_asks_for_a_plan_where_only_the_new_dimension_is_open(outputs):
    tab = load_workbook(next((outputs.parent / "inputs").glob("*填报表*.xlsx")))["事项"]
    column = next(cell.column_letter for cell in tab[3] if cell.value == "电子归档")
    hint = str(tab.cell(4, tab.max_column).value)
    assert f'${column}4="归档中"' in hint
    assert f'${column}4="未归档"' in hint
