"""A command may be killed at any moment, and two may be started at once: what stands is one result, whole.

Publishing is killed before each of its calls, some thirty in all. YJBJ_MOMENTS=200 kills whole runs at as
many moments (2 without), YJBJ_PAIRS=50 starts as many pairs of runs (1 without).
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.intake.disk import PAUSES
from pipeline.memory.folders import folders_of
from pipeline.memory.state import recall
from pipeline.memory.turns import LOCK, alone_on
from pipeline.records import MisuseError, Settings
from tests.cut_off import found, replace_with
from tests.office import (
    MEETING,
    NEXT_MEETING,
    UNITS,
    apart_from_rerun,
    content_of,
    folder_bytes,
    held,
    returned,
    send,
)

ROOT = Path(__file__).resolve().parents[1]
NAME = "第01期_2023-03-17"
MOMENTS = int(os.environ.get("YJBJ_MOMENTS", "2"))
PAIRS = int(os.environ.get("YJBJ_PAIRS", "1"))
ENV = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


def publishing(outputs, text, last=0, *more):
    command = [sys.executable, "-m", "tests.cut_off", outputs, NAME, text, str(last), *more]
    return subprocess.run(command, check=False, env=ENV, cwd=ROOT, capture_output=True, encoding="utf-8")


def running(inputs, outputs, meeting=MEETING):
    command = [sys.executable, "-m", "pipeline", "run", "--meeting", str(meeting), "--inputs", inputs]
    return subprocess.Popen(
        [*command, "--outputs", outputs, "--workers", "2"],
        env=ENV, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip


def names(outputs):
    return sorted(path.name for path in outputs.iterdir() if path.name != "运行日志.txt")


# ── killed


def test_a_result_is_there_and_whole_whenever_its_replacement_is_killed(tmp_path):
    """Before every single call to the file system; at once, and after the next command."""
    replace_with(tmp_path / "counted", NAME, "旧")
    calls = int(publishing(tmp_path / "counted", "新").stdout)
    assert calls >= 15
    seen = set()
    for last in range(1, calls + 1):
        outputs = tmp_path / str(last)
        replace_with(outputs, NAME, "旧")
        assert publishing(outputs, "新", last).returncode != 0
        seen.add(found(outputs))
        assert found(outputs) in ("旧", "新")
        with alone_on(outputs):
            pass  # what any command does first
        assert [name for name in names(outputs) if name not in (NAME, f"{NAME}_新")] in ([".replaced"], [])
        assert NAME in names(outputs)
        replace_with(outputs, NAME, "再")
        assert (found(outputs), names(outputs)) == ("再", [".replaced", NAME])
        assert found(outputs / ".replaced") in ("旧", "新")
    assert seen == {"旧", "新"}


def test_at_no_moment_of_a_replacement_is_there_none(tmp_path):
    replace_with(tmp_path, NAME, "旧")
    done = publishing(tmp_path, "新", 0, "--watch")
    assert (done.returncode, done.stderr) == (0, "")
    assert found(tmp_path) == "新"


def test_a_first_result_appears_whole_or_not_at_all(tmp_path):
    calls = int(publishing(tmp_path / "counted", "一").stdout)
    for last in range(1, calls + 1):
        outputs = tmp_path / str(last)
        outputs.mkdir()
        publishing(outputs, "新", last)
        assert found(outputs) in ("", "新")


@pytest.fixture(scope="module")
def two_results(tmp_path_factory):
    """Inputs of two runs for one meeting, and what each of them alone publishes."""
    top = tmp_path_factory.mktemp("two")
    inputs = [returned(top / "inputs" / which) for which in ("a", "b")]
    send(inputs[1], content_of(UNITS[0], items=3))
    for number, folder in enumerate(inputs):
        held(folder, top / f"alone{number}")
    return inputs, [apart_from_rerun(folder_bytes(top / f"alone{number}" / NAME)) for number in (0, 1)]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is a thing of POSIX")
def test_a_run_that_is_killed_leaves_the_old_result_or_the_new_one(two_results, tmp_path):
    inputs, alone = two_results
    held(inputs[0], tmp_path)
    began = time.monotonic()
    running(inputs[1], tmp_path).communicate()
    took = time.monotonic() - began
    for moment in range(1, MOMENTS + 1):
        process = running(inputs[moment % 2], tmp_path)
        time.sleep(took * moment / (MOMENTS + 1))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        believed = folders_of(tmp_path, MEETING)[0].path
        assert apart_from_rerun(folder_bytes(believed)) in alone
        assert recall(tmp_path, NEXT_MEETING).notices == ()
    results = held(inputs[0], tmp_path)
    assert (results.exit_code, apart_from_rerun(folder_bytes(results.folder)) == alone[0]) == (0, True)
    assert names(tmp_path) == [".replaced", NAME]
    assert all(apart_from_rerun(folder_bytes(old)) in alone for old in (tmp_path / ".replaced").iterdir())


def test_what_a_killed_run_had_written_beside_gets_its_name(tmp_path):
    replace_with(tmp_path, NAME, "旧")
    (tmp_path / NAME).rename(tmp_path / f"{NAME}_新")
    (tmp_path / "材料_新").mkdir()
    with alone_on(tmp_path):
        assert names(tmp_path)[2:] == ["材料_新", NAME]


# ── two at once


def test_the_second_is_told_who_is_at_work_and_writes_nothing(two_results, tmp_path):
    inputs, _ = two_results
    held(inputs[0], tmp_path / "out")
    with alone_on(tmp_path / "out"):
        before = folder_bytes(tmp_path / "out")
        said, complaint = running(inputs[1], tmp_path / "out").communicate()
        assert folder_bytes(tmp_path / "out") == before
    assert said == ""
    assert complaint.startswith("另一个窗口正在汇总（从 20")
    assert "电脑" in complaint
    assert complaint.count("\n") == 1
    assert names(tmp_path / "out") == [NAME]


@pytest.mark.parametrize("command", [["run"], ["templates"], ["rollup", "out"]])
def test_everything_that_writes_waits_for_nobody(two_results, tmp_path, command):
    inputs, _ = two_results
    with alone_on(tmp_path / "out"):
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", *command, "--inputs", inputs[0], "--outputs", tmp_path / "out"],
            check=False, env=ENV, cwd=tmp_path, capture_output=True, encoding="utf-8",
        )  # fmt: skip
    assert (done.returncode, done.stderr[:9]) == (2, "另一个窗口正在汇总")
    assert not (tmp_path / "out").exists()


def test_of_two_at_once_one_result_stands(two_results, tmp_path):
    inputs, alone = two_results
    for pair in range(PAIRS):
        outputs = tmp_path / str(pair)
        processes = [running(folder, outputs) for folder in inputs]
        complaints = [process.communicate()[1] for process in processes]
        codes = [process.returncode for process in processes]
        assert codes in ([0, 0], [2, 0], [0, 2])
        assert all(complaint.startswith("另一个窗口正在汇总") for complaint in complaints if complaint)
        assert apart_from_rerun(folder_bytes(outputs / NAME)) in [alone[n] for n in (0, 1) if codes[n] != 2]
        assert not {LOCK, f"{NAME}_新"} & set(names(outputs))


def test_the_lock_of_a_killed_process_is_no_lock(tmp_path):
    publishing(tmp_path, "旧", 8)
    assert LOCK in names(tmp_path)
    replace_with(tmp_path, NAME, "新")
    assert names(tmp_path) == [NAME]


def test_a_folder_made_for_nothing_goes_again(tmp_path):
    with pytest.raises(MisuseError), alone_on(tmp_path / "a" / "b"):
        raise MisuseError
    assert names(tmp_path) == []


def test_settings_tell_whether_a_doubt_was_answered():
    assert not Settings.of(MEETING, Path("a"), Path("b")).anyway
    assert sum(PAUSES) == pytest.approx(5)
