"""A file that kills, hangs or swells its worker costs itself and nothing else (contract §4)."""

import subprocess
import sys
from functools import partial
from multiprocessing import get_all_start_methods

import pytest
from mischief import act, add

from pipeline.intake.workers import TOOK_TOO_LONG, Failure, Limits, map_files

LIMITS = Limits(wall_seconds=6, cpu_seconds=1, memory_bytes=1 << 30)
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and CPU time exist here alone")


@on_linux
def test_each_misdeed_is_a_verdict_on_its_own_file_and_the_others_are_unharmed():
    codes = {
        "kill": "WJ-016",
        "abort": "WJ-016",
        "loop": "WJ-015",
        "hog": "WJ-017",
        "exit": "WJ-018",
        "interrupt": "WJ-018",
        "recursion": "WJ-019",
        "error": "WJ-019",
        "unreadable": "WJ-004",
    }
    tasks = [name for deed in codes for name in (deed, f"{deed} 之后")]
    done = []
    outcomes = map_files(act, tasks, 2, limits=LIMITS, progress=lambda count, total: done.append((count, total)))
    verdicts = {
        task: outcome.rule.code for task, outcome in zip(tasks, outcomes, strict=True) if isinstance(outcome, Failure)
    }
    assert verdicts == codes
    assert [outcome for outcome in outcomes if not isinstance(outcome, Failure)] == [
        f"{deed} 之后 好" for deed in codes
    ]
    assert outcomes[tasks.index("unreadable")].words == {"what": "内容缺失"}
    assert done == [(count, len(tasks)) for count in range(1, len(tasks) + 1)]


def test_wall_time_ends_what_takes_no_cpu():
    outcomes = map_files(act, ["sleep", "甲"], 2, limits=Limits(wall_seconds=1))
    assert outcomes == [Failure(TOOK_TOO_LONG, {"seconds": "1"}), "甲 好"]


def test_order_and_outcomes_do_not_depend_on_the_number_of_workers():
    tasks = [f"{number}" for number in range(20)] + ["unreadable"]
    alone, crowd = (map_files(act, tasks, workers) for workers in (1, 4))
    assert alone == crowd
    assert alone[:20] == [f"{number} 好" for number in range(20)]


@pytest.mark.parametrize("start_method", [name for name in ("fork", "spawn") if name in get_all_start_methods()])
def test_every_way_to_start_a_process_will_do(start_method):
    assert map_files(partial(add, more=10), [1, 2, 3], 2, start_method=start_method) == [11, 12, 13]


def test_no_tasks_need_no_workers():
    assert map_files(act, [], 2) == []


@on_linux
@pytest.mark.parametrize("verbose", [False, True])
def test_what_a_dying_parser_says_is_heard_only_when_asked_for(verbose, capfd):
    (outcome,) = map_files(act, ["abort"], 1, verbose=verbose, start_method="spawn")
    assert outcome.rule.code == "WJ-016"
    assert ("panicked" in capfd.readouterr().err) is verbose


def test_a_function_that_cannot_travel_is_our_own_mistake():
    with pytest.raises((AttributeError, TypeError, ValueError)):
        map_files(lambda task: task, ["甲"], 1)


def test_a_script_without_a_guard_or_without_a_file_is_not_run_again(tmp_path):
    """Workers would import it as their own main module, and die of it or start the run once more."""
    script = "print('once')\nfrom pipeline.intake.workers import map_files\nprint(map_files(abs, [-1, -2], 2))\n"
    for arguments, typed in ((["-"], script), ([str(tmp_path / "run.py")], None)):
        (tmp_path / "run.py").write_text(script, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, *arguments], check=False, input=typed, capture_output=True, text=True, timeout=60
        )
        assert done.stdout.split("\n")[:2] == ["once", "[1, 2]"], done.stderr
