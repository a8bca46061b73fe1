"""What another program holds is tried again for some seconds; a full disk is said to be one, wherever it shows."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from xlsxwriter.exceptions import FileCreateError

import pipeline.run
from pipeline.cli import main
from pipeline.intake import disk
from pipeline.intake.disk import PAUSES, is_full, patiently
from pipeline.intake.workers import Failure, attempt, map_files
from pipeline.memory.publish import publish
from tests.office import MEETING, NEXT_MEETING, NEXT_PERIOD, folder_bytes, held, returned

ROOT = Path(__file__).resolve().parents[1]
NAME = f"第01期_{MEETING}"


def full(number=errno.ENOSPC):
    return OSError(number, os.strerror(number))


@pytest.fixture
def pauses(monkeypatch):
    """The seconds that were waited, without waiting."""
    waited = []
    monkeypatch.setattr(disk, "sleep", waited.append)
    return waited


class Held:
    """An action that another program is in the way of for some tries."""

    def __init__(self, tries, error=None):
        self.left, self.error = tries, error or PermissionError(13, "in use")

    def __call__(self):
        self.left -= 1
        if self.left >= 0:
            raise self.error
        return "done"


# ── held for a moment


def test_what_is_free_after_a_while_is_had(pauses):
    assert patiently(Held(4)) == "done"
    assert pauses == list(PAUSES[:4])


def test_what_stays_held_is_given_up_after_five_seconds(pauses):
    with pytest.raises(PermissionError):
        patiently(Held(100))
    assert sum(pauses) == pytest.approx(5)


@pytest.mark.parametrize("error", [full(), FileNotFoundError(2, "gone"), OSError(errno.EIO, "broken")])
def test_what_does_not_get_better_is_not_waited_for(pauses, error):
    with pytest.raises(OSError, match=error.strerror):
        patiently(Held(100, error))
    assert pauses == []


def test_new_files_held_by_a_scanner_are_published_all_the_same(tmp_path, monkeypatch, pauses):
    rename, refused = Path.rename, []

    def scanned(path, target):
        if refused.count(path.name) < 2:
            refused.append(path.name)
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", scanned)
    for text in ("一", "二"):
        published = publish(tmp_path, NAME, lambda folder, text=text: (folder / "结果.txt").write_text(text))
        assert (published.folder.name, published.beside) == (NAME, False)
    assert len(refused) == len(pauses) > 4
    assert sorted(path.name for path in tmp_path.iterdir()) == [".replaced", NAME]


# ── an earlier period that is held


@pytest.fixture
def first_held(tmp_path):
    """Outputs of a first meeting; the inputs of the second."""
    held(returned(tmp_path / "in1"), tmp_path / "out")
    return returned(tmp_path / "in2", period=NEXT_PERIOD), tmp_path / "out"


def held_by_excel(monkeypatch, begin, tries):
    held, read = Held(tries), Path.read_bytes

    def read_bytes(path):
        if path.name.startswith(begin):
            held()
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)


@pytest.mark.parametrize("begin", ["1-总矩阵", "3-红黄绿督办台账"])
def test_an_earlier_period_that_stays_held_ends_the_run(first_held, monkeypatch, pauses, begin):
    inputs, outputs = first_held
    before = folder_bytes(outputs)
    held_by_excel(monkeypatch, begin, 1000)
    arguments = ["run", "--meeting", str(NEXT_MEETING), "--inputs", str(inputs), "--outputs", str(outputs)]
    result = CliRunner().invoke(main, arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"第01期的“{begin}_第01期.xlsx”正被别的程序占用，打不开；请关闭这个文件后重新运行：")
    assert line.endswith(str(outputs / NAME / f"{begin}_第01期.xlsx"))
    monkeypatch.undo()
    assert folder_bytes(outputs) == before


def test_an_earlier_period_that_is_free_again_is_gone_on_from(first_held, monkeypatch, pauses):
    inputs, outputs = first_held
    held_by_excel(monkeypatch, "1-总矩阵", 2)
    assert held(inputs, outputs, NEXT_MEETING).folder.name == f"第02期_{NEXT_MEETING}"
    assert pauses == list(PAUSES[:2])


# ── full


def windows(number):
    error = OSError(22, "Windows says")
    error.winerror = number
    return error


def raised_after(cause):
    try:
        try:
            raise cause
        finally:
            raise ValueError("closing what could not be written")
    except ValueError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [full(), full(errno.EDQUOT), windows(112), windows(39), FileCreateError(full()), raised_after(full())],
    ids=repr,
)
def test_a_full_disk_is_told_from_what_else_goes_wrong(error):
    assert is_full(error)


@pytest.mark.parametrize("error", [OSError(errno.EIO, ""), windows(32), ValueError(28), raised_after(KeyError(1))])
def test_other_faults_are_no_full_disk(error):
    assert not is_full(error)


def fills_up(task):
    raise full() if task == "full" else ValueError(task)


def test_a_full_disk_is_no_verdict_on_the_file_at_hand():
    assert isinstance(attempt(fills_up, "odd"), Failure)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        attempt(fills_up, "full")
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        map_files(fills_up, ["odd", "full"], 2)


@pytest.mark.parametrize("writer", ["write_scores", "write_returned"], ids=["in the parent", "in a thread"])
@pytest.mark.parametrize("error", [full(errno.EDQUOT), FileCreateError(full())], ids=["plain", "wrapped"])
def test_wherever_the_disk_is_full_it_is_said_in_one_line(tmp_path, monkeypatch, writer, error):
    def refuse(*_):
        raise error

    monkeypatch.setattr(pipeline.run, writer, refuse)
    arguments = ["run", "--meeting", str(MEETING), "--inputs", str(returned(tmp_path / "in"))]
    result = CliRunner().invoke(main, [*arguments, "--outputs", str(tmp_path / "out")])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "磁盘空间不足，没有写出结果，请清理后重试。\n"
    assert not (tmp_path / "out").exists()


# ── the screen


def asked(*arguments, encoding="utf-8", **streams):
    env = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "0", "PYTHONIOENCODING": encoding}
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, check=False, env=env, cwd=ROOT, **streams)


@pytest.mark.parametrize("encoding", ["cp936", "cp1252", "ascii"])
def test_a_console_loses_a_character_not_the_run(encoding, tmp_path):
    done = asked("run", "--inputs", tmp_path / "✓没有", encoding=encoding, capture_output=True)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr
    assert done.stderr.count(b"\n") == 1
    if encoding == "cp936":
        assert "找不到来件文件夹" in done.stderr.decode("gbk")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a disk that is always full")
def test_a_screen_that_takes_nothing_ends_no_run(tmp_path):
    held(returned(tmp_path / "in"), tmp_path / "out")
    remind = ["remind", "--inputs", tmp_path / "in", "--outputs", tmp_path / "out"]
    with open("/dev/full", "w") as nowhere:  # noqa: PTH123
        done = asked(*remind, stdout=nowhere, stderr=subprocess.PIPE)
    assert done.returncode == 0
    assert done.stderr.decode() == "屏幕上的话没有写全：磁盘空间不足，请清理后重试。\n"
    reading, writing_end = os.pipe()
    os.close(reading)
    done = asked(*remind, stdout=writing_end, stderr=subprocess.PIPE)
    os.close(writing_end)
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_streams_at_all(tmp_path):
    closed = "import sys; sys.stdout = sys.stderr = None; from pipeline.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", closed, "remind"], check=False, cwd=ROOT)
    assert done.returncode == 2
