"""工作方案.xlsx: the whole plan out and in again, another district's plan, and what is refused by cell."""

from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.intake.find import find_files
from pipeline.memory.plan import copy_plan, read_plan
from pipeline.records import MisuseError
from pipeline.write.office import write_plan_book
from schemas.plan import ListedItem, PlanError, Unit, load_plan
from schemas.plan_sheets import FILE_NAME, SHEETS


@pytest.fixture
def inputs(tmp_path):
    folder = tmp_path / "inputs"
    folder.mkdir()
    return folder


def read(inputs):
    return read_plan(find_files(inputs))


def edit(path, sheet, **cells):
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)


def test_writing_reading_and_writing_again_changes_nothing(inputs, tmp_path):
    plan = replace(
        load_plan(),
        negative_list=(ListedItem("区司法局", "涉密事项", approval_number="区政办〔2023〕1号"),),
        items=(ListedItem("区财政局", "代理记账", item_type="行政许可", handling="承诺件"),),
        trial_rules=("SX-025",),
    )
    write_plan_book(inputs / FILE_NAME, plan)
    assert read(inputs) == plan
    write_plan_book(tmp_path / "again.xlsx", read(inputs))
    assert (tmp_path / "again.xlsx").read_bytes() == (inputs / FILE_NAME).read_bytes()


def test_another_district_runs_without_touching_code(inputs, tmp_path):
    base = load_plan()
    plan = replace(
        base,
        start=date(2024, 1, 1),
        units=tuple(Unit(f"N{n}", f"新区{name}局", f"某市新区{name}局") for n, name in enumerate("甲乙丙丁戊", 1)),
        dimensions=tuple(replace(entry, deadline=date(2024, 6, 30)) for entry in base.dimensions),
        weights={"自查": 10, "任务": 5, "报送": 10, "进步": 5},
    )
    write_plan_book(inputs / FILE_NAME, plan)
    assert read(inputs) == plan
    arguments = ["--meeting", "2024-01-19", "--inputs", str(inputs), "--outputs", str(tmp_path / "outputs")]
    result = CliRunner().invoke(main, ["templates", *arguments])
    assert result.exit_code == 0, result.output
    assert len(list((tmp_path / "outputs" / "填报表_第01期").glob("新区*.xlsx"))) == 5
    result = CliRunner().invoke(main, ["run", *arguments])
    assert result.exit_code == 1, result.output
    assert "已报送 0/5" in result.output


def test_what_is_left_out_keeps_its_default(inputs):
    write_plan_book(inputs / FILE_NAME, load_plan())
    book = openpyxl.load_workbook(inputs / FILE_NAME)
    for sheet in SHEETS:
        if sheet.name != "亮灯规则":
            del book[sheet.name]
    book["亮灯规则"]["B5"] = 21  # 预警天数
    book.save(inputs / FILE_NAME)
    plan = read(inputs)
    assert plan.thresholds.warn_days == 21
    assert replace(plan, thresholds=load_plan().thresholds) == load_plan()


@pytest.mark.parametrize(
    ("sheet", "cell", "value", "said"),
    [
        ("维度权重", "C4", 30, "权重合计为 110"),
        ("维度权重", "C4", "很多", "“维度权重”表 C4"),
        ("目标时限", "B4", "2023.2.30", "“目标时限”表 B4"),
        ("节点", "C5", "听说", "“节点”表 C5"),
        ("别名", "B4", "区气象局", "“区气象局”不在“单位”表中"),
        ("单位", "B4", None, "“单位”表 B4"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_run(inputs, tmp_path, sheet, cell, value, said):
    write_plan_book(inputs / FILE_NAME, load_plan())
    edit(inputs / FILE_NAME, sheet, **{cell: value})
    with pytest.raises(PlanError) as refused:
        read(inputs)
    assert said in str(refused.value)
    outputs = tmp_path / "outputs"
    result = CliRunner().invoke(main, ["run", "--inputs", str(inputs), "--outputs", str(outputs)])
    assert result.exit_code == 2
    assert not outputs.exists()


def test_two_plans_or_one_that_cannot_be_opened_are_refused(inputs):
    (inputs / FILE_NAME).write_bytes(b"PK\x03\x04 not a workbook")
    with pytest.raises(PlanError, match="不能采用"):
        read(inputs)
    (inputs / "b").mkdir()
    (inputs / "b" / FILE_NAME).write_bytes(b"x")
    with pytest.raises(PlanError, match="请只留一份"):
        read(inputs)


def test_a_table_under_another_name_is_not_passed_over(inputs):
    write_plan_book(inputs / FILE_NAME, load_plan())
    book = openpyxl.load_workbook(inputs / FILE_NAME)
    book["维度权重"].title = "权重"
    book.create_sheet("Sheet1")  # an empty tab harms nobody
    book.save(inputs / FILE_NAME)
    with pytest.raises(PlanError, match="认不出的表“权重”；表名只能是：单位、目标时限、维度权重"):
        read(inputs)


@pytest.mark.parametrize("data", [b"no workbook at all", "单位,权重\n区发改委,20\n".encode()])
def test_a_text_file_of_the_plans_name_is_no_plan(inputs, data):
    (inputs / FILE_NAME).write_bytes(data)
    with pytest.raises(PlanError, match="表名只能是"):
        read(inputs)


def test_an_empty_workbook_is_no_plan(inputs):
    openpyxl.Workbook().save(inputs / FILE_NAME)
    with pytest.raises(PlanError, match="是空的"):
        read(inputs)


def test_the_copy_never_overwrites_somebodys_work(inputs, tmp_path):
    (tmp_path / FILE_NAME).touch()
    with pytest.raises(MisuseError, match="没有覆盖"):
        copy_plan(inputs, tmp_path / "outputs", tmp_path)
