"""A meeting run again: it goes on from what it replaces, says what it changed, and is left alone once it is closed."""

import json
import os

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.commands.close import close
from pipeline.intake import collect
from pipeline.records import MisuseError
from pipeline.sample import Nature
from pipeline.write import returned as marking
from tests.office import MEETING, NEXT_MEETING, UNITS, Office, different, folder_bytes, folder_of

UNIT, OTHER, SILENT = UNITS[:3]


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def empty(office):
    for path in office.inputs.iterdir():
        path.unlink()


def standing(office):
    return folder_bytes(folder_of(office.outputs, MEETING))


def scores(held):
    return {row["单位"]: row["得分"] for row in held.scores("评分排名")}


def step_back(office, unit):
    """Another return of a unit, in which hardly anything is done yet, and what inspectors found there."""
    office.send(unit, nature=Nature(progress=0.0))
    office.inspect(unit)


# ── from where it goes on


def test_inputs_may_be_emptied_and_the_meeting_run_again(office):
    office.return_all(but=[SILENT])
    office.inspect(UNIT)
    office.hold()
    before = standing(office)
    empty(office)
    held = office.hold()
    assert different(standing(office), before) == []
    assert not (office.outputs / ".replaced").exists()
    assert any(line.startswith("结果与上次相同，文件夹没有改动：") for line in held.lines)
    (said,) = [line for line in held.lines if line.startswith("inputs 里没有、沿用")]
    assert "5 家的来件" in said and "督查核查表.xlsx" in said and "工作方案.xlsx" in said
    office.inputs.rmdir()
    office.hold()
    assert different(standing(office), before) == []


def test_an_empty_folder_is_still_a_misuse_where_nothing_is_replaced(office):
    empty(office)
    with pytest.raises(MisuseError, match="是空的"):
        office.hold()
    assert not office.outputs.exists()


def test_what_lies_in_inputs_comes_first_and_one_that_cannot_be_used_does_not(office):
    """Also an older one: 已被替代 tells people to take the newer one away and to run again."""
    newer = office.content(UNIT, items=4)
    office.return_all()
    office.send(newer, "新.xlsx")
    office.hold()
    empty(office)
    office.send(UNIT, name="旧.xlsx")
    office.drop(f"{OTHER}.xlsx", b"no workbook")
    held = office.hold()
    used = {row["单位"]: row["来源文件"] for row in held.matrix("报送情况")[: len(UNITS)]}
    assert used[UNIT] == "旧.xlsx"
    assert used[OTHER].startswith(OTHER) and used[OTHER] != f"{OTHER}.xlsx"
    assert {row["报送状态"] for row in held.matrix("报送情况")[: len(UNITS)]} == {"按时"}


def test_a_return_is_taken_back_by_deleting_it_from_what_was_kept(office):
    office.return_all()
    held = office.hold()
    empty(office)
    for path in (held.folder / "来件").glob(f"{UNIT}*"):
        path.unlink()
    receipts = {row["单位"]: row["报送状态"] for row in office.hold().matrix("报送情况")[: len(UNITS)]}
    assert [unit for unit, receipt in receipts.items() if receipt == "未报送"] == [UNIT]


def test_kept_returns_do_not_hide_a_wrong_date(office):
    office.return_all().hold()
    office.next(NEXT_MEETING).return_all()
    office.period = Office(office.inputs.parent / "first").period
    with pytest.raises(MisuseError, match=str(NEXT_MEETING)):
        office.hold()


# ── what it changed


def test_a_rerun_says_what_it_changed_once(office):
    office.return_all().send(UNIT, nature=Nature(progress=1.0))
    first = scores(office.hold())
    assert office.hold().matrix("重跑差异") == []
    step_back(office, UNIT)
    held = office.hold()
    rows = held.matrix("重跑差异")
    of_unit = {row["项目"]: (row["原来"], row["现在"]) for row in rows if row["单位"] == UNIT}
    assert of_unit["得分"] == (f"{first[UNIT]:.2f}", f"{scores(held)[UNIT]:.2f}")
    assert of_unit["环节灯"] == ("绿", "红")
    told = [line.split("变了")[0] for line in held.lines if line.startswith("与上一次汇总相比")]
    assert told == [f"与上一次汇总相比，{what}" for what in ("报送状态和得分", "名次", "亮灯")]
    before = standing(office)
    again = office.hold()
    assert different(standing(office), before) == []
    assert again.matrix("重跑差异") == rows
    assert len(list((office.outputs / ".replaced").iterdir())) == 1


def test_a_receipt_that_changed_is_told(office):
    office.return_all(but=[SILENT]).hold()
    office.send(SILENT)
    held = office.hold()
    told = {row["项目"]: (row["原来"], row["现在"]) for row in held.matrix("重跑差异") if row["单位"] == SILENT}
    assert told["报送状态"] == ("未报送", "按时")
    assert any("报送状态和得分变了" in line and f"{SILENT} 未报送→按时" in line for line in held.lines)


# ── closed


def test_a_closed_meeting_is_not_run_again_by_mistake(office):
    office.return_all().hold()
    before = standing(office)
    (said,) = close(None, office.outputs)
    assert said.startswith("第01期（会议日期 2023-03-17）已经结束")
    assert different(standing(office), before) == ["运行记录.json"]
    with pytest.raises(MisuseError, match="加 --anyway"):
        office.hold()
    closed = standing(office)
    office.hold(anyway=True)
    assert different(standing(office), closed) == []
    step_back(office, UNIT)
    office.hold(anyway=True)
    assert json.loads(standing(office)["运行记录.json"])["closed"] is True
    assert "早已结束" in close(MEETING, office.outputs)[0]


def test_close_without_a_result_is_a_misuse(office):
    with pytest.raises(MisuseError, match="找不到结果文件夹"):
        close(None, office.outputs)
    office.return_all().hold()
    with pytest.raises(MisuseError, match="2023-03-31"):
        close(NEXT_MEETING, office.outputs)
    done = CliRunner().invoke(main, ["close", "--outputs", str(office.outputs)])
    assert (done.exit_code, done.output.count("\n")) == (0, 1)


@pytest.mark.parametrize("closed", [True, False])
def test_what_came_too_late_for_a_closed_meeting_counts_in_the_next(office, closed):
    late = office.send(SILENT)
    data = late.read_bytes()
    late.unlink()
    office.return_all(but=[SILENT])
    used = next(office.inputs.glob(f"{OTHER}*"))
    lying = used.read_bytes()
    office.hold()
    if closed:
        close(MEETING, office.outputs)
    office.next(NEXT_MEETING).return_all(but=[SILENT, OTHER])
    office.drop(late.name, data)
    office.drop(used.name, lying)  # used then: not of this period, closed or not
    held = office.hold()
    receipts = {row["单位"]: row["报送状态"] for row in held.matrix("报送情况")[: len(UNITS)]}
    assert (receipts[SILENT], receipts[OTHER]) == ("按时" if closed else "未报送", "沿用上期")
    told = {row["编号"] for row in held.findings() if row["单位"] == SILENT}
    assert ("FM-036" in told) is closed
    assert "FM-030" not in told


# ── a mistake of ours


def test_a_mistake_of_ours_in_reading_blames_neither_the_file_nor_its_unit(office, monkeypatch):
    monkeypatch.setattr(collect, "map_files", in_this_process)
    real = collect.read_return

    def fails(book, roster, year, own=""):
        if own == UNIT:
            raise KeyError("ours")
        return real(book, roster, year, own)

    monkeypatch.setattr(collect, "read_return", fails)
    office.return_all()
    held = office.hold()
    name = next(path.name for path in office.inputs.iterdir() if path.name.startswith(UNIT))
    assert held.exit_code == 1
    assert held.files()[name]["处理"] == "待认领"
    assert held.files()[name]["原因"] == "程序读这个文件时出错，不是文件的问题"
    assert [line for line in held.lines if line.startswith(f"程序读“{name}”时出错")]
    assert {row["编号"] for row in held.findings() if row["文件"] == name} == {"WJ-019"}
    assert not any(row["级别"] == "错误" for row in held.findings())


def test_a_mistake_of_ours_in_marking_leaves_out_the_one_copy(office, monkeypatch):
    def fails(path, plan, period, intake, findings, file, unit):
        raise KeyError("ours")

    monkeypatch.setattr(marking, "_mark", fails)
    office.return_all()
    office.form(UNIT).cover(主要领导签字="否").save()
    held = office.hold()
    assert held.exit_code == 1
    assert [line for line in held.lines if line.startswith(f"程序标注“{UNIT}") and line.endswith("发给工程师。")]
    assert sorted(path.name for path in (held.folder / "4-退回修改").iterdir()) == ["退回清单.xlsx"]
    assert "FM-032" in {row["编号"] for row in held.findings()}


def test_the_traceback_is_for_verbose(office, monkeypatch):
    monkeypatch.setattr(collect, "map_files", in_this_process)
    monkeypatch.setattr(collect, "read_return", lambda *_: 1 / 0)
    office.return_all()
    arguments = [
        "run",
        "--meeting",
        str(MEETING),
        "--inputs",
        os.fspath(office.inputs),
        "--outputs",
        os.fspath(office.outputs),
    ]
    for more, shown in (([], False), (["--verbose"], True)):
        done = CliRunner().invoke(main, [*arguments, *more])
        assert done.exit_code == 1
        assert ("ZeroDivisionError" in done.output) is shown


def in_this_process(function, tasks, workers, **_):
    """`map_files` without its processes, in which nothing can be replaced."""
    from pipeline.intake.workers import attempt

    return [attempt(function, task) for task in tasks]
