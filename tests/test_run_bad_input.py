"""What is wrong with one file is a finding, and costs no other unit anything; what cannot be run ends in one line."""

import errno
import os
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

import pipeline.run
from pipeline.cli import main
from pipeline.sample import mess
from pipeline.write.office import write_plan_book
from schemas.plan import Unit
from tests.office import MEETING, PLAN, UNITS, Form, Office, content_of, folder_bytes, send

GOOD, NO_SHEET, NO_COLUMN, WRONG_CELLS, TRUNCATED, ALSO_GOOD = UNITS
ROOT = Path(__file__).resolve().parents[1]
CHINESE = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[a-z]+ [a-z]+ [a-z]+")  # a sentence of click's own


def without_column(book):
    sheet = book["事项"]
    sheet.delete_cols([cell.value for cell in sheet[3]].index("*授权情况") + 1)


def stranger(office):
    """A return of somebody who is no member."""
    unit = Unit("X01", "区气象局", "平顶山市石龙区气象局")
    content = replace(mess.cover(content_of(GOOD), unit=unit.name), unit=unit)
    return office.send(content, "区气象局应进必进.xlsx")


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("clean")).return_all().hold()


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Six files of which two are as they should be, and a stranger's."""
    office = Office(tmp_path_factory.mktemp("spoilt")).return_all()
    form = office.form(NO_SHEET)
    form.book.remove(form.book["系统"])
    form.save()
    form = office.form(NO_COLUMN)
    without_column(form.book)
    form.save()
    wrong = mess.cell(content_of(WRONG_CELLS), "items", 0, item_type="行政许克")
    office.send(mess.cell(wrong, "tasks", 2, planned_on="2023.2.30"))
    path = office.send(TRUNCATED)
    path.write_bytes(path.read_bytes()[:-4000])
    stranger(office)
    return office.hold(workers=2)


def findings_of(results, unit):
    return {(row["编号"], row["工作表"], row["单元格"]) for row in results.findings() if row["单位"] == unit}


def test_a_missing_sheet_is_one_finding(spoilt):
    assert findings_of(spoilt, NO_SHEET) == {("XT-011", None, None)}


def test_a_missing_required_column_is_one_finding(spoilt):
    assert findings_of(spoilt, NO_COLUMN) == {("SX-010", "事项", None)}
    rows = [row for row in spoilt.matrix("总矩阵") if row["单位"] == NO_COLUMN]
    assert len(rows) == 6
    assert {row["授权"] for row in rows} == {"待核"}


def test_a_wrong_choice_and_a_bad_date_are_found_at_their_cells(spoilt):
    assert findings_of(spoilt, WRONG_CELLS) == {("SX-002", "事项", "C4"), ("RW-003", "任务", "F6")}


def test_a_file_that_cannot_be_opened_is_rejected_with_the_reason(spoilt):
    line = spoilt.files()[f"{TRUNCATED}_应进必进填报表_第01期.xlsx"]
    assert (line["处理"], line["单位"]) == ("拒收", None)
    assert line["原因"].startswith("文件不完整或已损坏")
    assert ("WJ-004", None, None) in findings_of(spoilt, None)


def test_an_unknown_unit_waits_for_somebody(spoilt):
    line = spoilt.files()["区气象局应进必进.xlsx"]
    assert line["处理"] == "待认领"
    assert "区气象局" in line["原因"]
    assert ("WJ-052", None, None) in findings_of(spoilt, None)


def test_the_other_units_are_unharmed(clean, spoilt):
    for sheet in ("总矩阵", "事项", "任务", "单位汇总"):
        before, after = (
            [row for row in results.matrix(sheet) if row["单位"] in (GOOD, ALSO_GOOD)] for results in (clean, spoilt)
        )
        assert before == after != []
    scores = [{row["单位"]: row["得分"] for row in results.scores("评分排名")} for results in (clean, spoilt)]
    assert all(scores[0][unit] == scores[1][unit] for unit in (GOOD, ALSO_GOOD))
    assert findings_of(spoilt, GOOD) == findings_of(spoilt, ALSO_GOOD) == set()


def test_the_unit_whose_file_is_broken_has_not_reported(spoilt):
    status = {row["单位"]: row["报送状态"] for row in spoilt.matrix("报送情况")}
    assert status.pop(TRUNCATED) == "未报送"
    assert set(status.values()) == {"按时"}


def test_exit_codes_of_these_runs(clean, spoilt):
    assert (clean.exit_code, spoilt.exit_code) == (0, 1)


def test_returns_may_be_called_anything(tmp_path):
    """Names too long for a file, or that Windows does not take, come out of archives; equal ones out of folders."""
    office = Office(tmp_path).return_all(but=UNITS[:4])
    called = ["长" * 120 + ".xlsx", "填报?表*.xlsx", "填报表.xlsx", "填报表.xlsx"]
    sent = [send(tmp_path, content_of(unit)) for unit in UNITS[:4]]
    with zipfile.ZipFile(office.inputs / "来件.zip", "w") as archive:
        for path, name in zip(sent[:2], called, strict=False):
            archive.writestr(name, path.read_bytes())
    for number in (2, 3):
        office.drop(f"{number}/{called[number]}", sent[number].read_bytes())
    held = office.hold(workers=2)
    kept = sorted(path.name for path in (held.folder / "来件").iterdir())
    assert held.exit_code == 0
    assert len(kept) == 7
    assert all(len(name.encode()) <= 255 and not set(name) & set('<>:"/\\|?*') for name in kept)


# ── exit codes, as the command gives them


def ask(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def run_in(folder, *more):
    return ask("run", "--meeting", MEETING, "--inputs", folder / "inputs", "--outputs", folder / "outputs", *more)


def test_0_when_nothing_waits_even_with_warnings(tmp_path):
    Office(tmp_path).return_all().send(mess.unsigned(content_of(GOOD)))
    result = run_in(tmp_path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "已报送 6/6" in result.stdout


@pytest.mark.parametrize("what", ["missing", "rejected", "unclaimed", "error"])
def test_1_when_something_waits_for_somebody(tmp_path, what):
    office = Office(tmp_path).return_all(but=[GOOD] if what == "missing" else [])
    if what == "rejected":
        office.drop("扫描件.pdf", b"%PDF-1.4\n")
    elif what == "unclaimed":
        stranger(office)
    elif what == "error":
        office.send(mess.blanks(content_of(GOOD)))
    result = run_in(tmp_path)
    assert (result.exit_code, result.stderr) == (1, "")
    assert "结果在：" in result.stdout


def plan_of_101_points(inputs):
    heavier = replace(PLAN, weights={**PLAN.weights, "自查": 6})
    write_plan_book(inputs / "工作方案.xlsx", heavier)


def plan_with_a_name_for_no_file(inputs):
    write_plan_book(inputs / "工作方案.xlsx", replace(PLAN, units=(*PLAN.units, Unit("U99", "甲/乙局", "甲/乙局"))))


def plan_with_a_bad_date(inputs):
    form = Form(inputs / "工作方案.xlsx")
    form.change("目标时限", "事项进驻到位", 时限="2023-7-32").save()


def two_plans(inputs):
    (inputs / "旧").mkdir()
    write_plan_book(inputs / "旧" / "工作方案.xlsx", PLAN)


def truncated_plan(inputs):
    path = inputs / "工作方案.xlsx"
    path.write_bytes(path.read_bytes()[:-3000])


def no_plan_at_all(inputs):
    (inputs / "工作方案.xlsx").write_bytes(b"")


@pytest.mark.parametrize(
    "spoil_plan",
    [
        plan_of_101_points,
        plan_with_a_bad_date,
        plan_with_a_name_for_no_file,
        two_plans,
        truncated_plan,
        no_plan_at_all,
    ],
)
def test_2_and_one_line_for_a_broken_plan(tmp_path, spoil_plan):
    office = Office(tmp_path)
    office.send(GOOD)
    spoil_plan(office.inputs)
    says_in_one_line(run_in(tmp_path), "工作方案")
    assert not (tmp_path / "outputs").exists()


def says_in_one_line(result, *words):
    assert result.exit_code == 2
    assert result.stdout == ""
    (line,) = result.stderr.strip().split("\n")
    assert CHINESE.search(line)
    assert "Traceback" not in line
    assert not ENGLISH.search(line), line
    assert all(word in line for word in words), line


def test_2_when_inputs_is_missing_or_empty_or_a_file(tmp_path):
    says_in_one_line(run_in(tmp_path), "找不到来件文件夹")
    (tmp_path / "inputs").mkdir()
    says_in_one_line(run_in(tmp_path), "是空的")
    (tmp_path / "inputs" / ".gitkeep").touch()
    says_in_one_line(run_in(tmp_path), "是空的")
    assert list(tmp_path.iterdir()) == [tmp_path / "inputs"]
    (tmp_path / "file").touch()
    says_in_one_line(ask("run", "--inputs", tmp_path / "file"), "是文件，不是文件夹")


def test_2_when_outputs_is_a_file(tmp_path):
    Office(tmp_path).return_all(but=UNITS[1:])
    (tmp_path / "outputs").touch()
    says_in_one_line(run_in(tmp_path))


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["run", "--meeting", "四月十四"], "四月十四"),
        (["run", "--meeting", "2023-02-30"], "2023-02-30"),
        (["run", "--workers", "0"], "--workers"),
        (["run", "--workers", "两个"], "--workers"),
        (["run", "--wokers", "2"], "--wokers"),
        (["run", "--meeting"], "--meeting"),
        (["fly"], "fly"),
        (["check"], ""),
        (["templates", "--unit", "区气象局"], "区气象局"),
        (["run", "surplus"], "surplus"),
    ],
)
def test_2_for_misuse(tmp_path, monkeypatch, arguments, word):
    monkeypatch.chdir(tmp_path)
    says_in_one_line(ask(*arguments), word)
    assert list(tmp_path.iterdir()) == []


def test_templates_know_a_unit_by_its_alias_but_never_by_an_ambiguous_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert ask("templates", "--meeting", "2023-03-17", "--unit", "人社局").exit_code == 0
    assert [path.name[:4] for path in tmp_path.glob("outputs/*/*填报表*")] == ["区人社局"]
    says_in_one_line(ask("templates", "--unit", "石龙分局"), "石龙分局")


def test_2_when_a_folder_or_a_file_is_in_the_way(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "重要.docx").touch()
    says_in_one_line(ask("demo"), "demo")
    assert [path.name for path in (tmp_path / "demo").iterdir()] == ["重要.docx"]
    (tmp_path / "工作方案.xlsx").touch()
    says_in_one_line(ask("plan"), "工作方案.xlsx")
    assert (tmp_path / "工作方案.xlsx").read_bytes() == b""


def test_2_when_the_disk_is_full_and_what_was_there_stays(tmp_path, monkeypatch):
    Office(tmp_path).return_all(but=UNITS[1:])
    run_in(tmp_path)
    before = folder_bytes(tmp_path / "outputs")

    def full(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "2-评分表.xlsx")

    monkeypatch.setattr(pipeline.run, "write_scores", full)
    says_in_one_line(run_in(tmp_path), "磁盘空间不足")
    assert folder_bytes(tmp_path / "outputs") == before
    assert sorted(path.name for path in (tmp_path / "outputs").iterdir()) == [f"第01期_{MEETING}", "运行日志.txt"]


def test_verbose_adds_the_technical_detail(tmp_path):
    result = run_in(tmp_path, "--verbose")
    assert result.exit_code == 2
    assert "Traceback" in result.stderr


@pytest.mark.parametrize(("but", "code", "word"), [((GOOD,), 1, "未报送 1 个"), (UNITS, 1, "未报送 6 个")])
def test_as_a_process_it_ends_alike(tmp_path, but, code, word):
    Office(tmp_path).return_all(but=but)
    done = process("run", "--meeting", MEETING, "--inputs", tmp_path / "inputs", "--outputs", tmp_path / "outputs")
    assert done.returncode == code
    assert done.stderr == ""  # no bar when it is not a terminal
    assert word in done.stdout


def test_as_a_process_it_refuses_in_one_line(tmp_path):
    done = process("run", "--inputs", tmp_path / "nowhere")
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "找不到来件文件夹" in done.stderr


def process(*arguments):
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    return subprocess.run(command, check=False, env=env, cwd=ROOT, capture_output=True, encoding="utf-8")


# ── yjbj check


def test_check_lists_the_findings_of_each_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    inputs = Office(tmp_path).inputs
    right = send(tmp_path, content_of(GOOD))
    wrong = send(tmp_path, mess.wrong_choices(content_of(WRONG_CELLS)))
    assert ask("check", "--inputs", inputs, right).exit_code == 0
    result = ask("check", "--inputs", inputs, right, wrong)
    assert result.exit_code == 1
    headings = [line for line in result.stdout.splitlines() if not line.startswith(" ")]
    assert [line.split("（")[0] for line in headings] == [right.name, wrong.name]
    assert "[错误] SX-002 事项 C4：" in result.stdout
    assert "[错误] SX-036 事项 C6：" in result.stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(["inputs", right.name, wrong.name])


def test_check_says_what_it_cannot_use(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    scan = tmp_path / "扫描件.pdf"
    scan.write_bytes(b"%PDF-1.4\n")
    (tmp_path / "材料").mkdir()
    result = ask("check", scan, tmp_path / "区财政局.xlsx", tmp_path / "材料")
    assert result.exit_code == 1
    assert "PDF" in result.stdout
    assert "区财政局.xlsx（拒收：文件读不出来（没有这个文件））" in result.stdout
    assert "材料（拒收：这是文件夹，不是普通文件" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_check_marks_a_copy_and_leaves_the_file_alone(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong = send(tmp_path, mess.wrong_choices(content_of(WRONG_CELLS)))
    before = wrong.read_bytes()
    assert ask("check", "--mark", wrong).exit_code == 1
    assert wrong.read_bytes() == before
    marked = Form(tmp_path / "退回修改" / f"{WRONG_CELLS}_退回.xlsx").book
    assert marked.sheetnames[0] == "退回清单"
    assert marked["事项"]["C4"].comment is not None
    assert marked["事项"]["B4"].comment is None
