"""The memory of a process and of all that it started, sampled while it runs (Linux; elsewhere 0)."""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_EVERY_SECONDS = 0.1
_MEGABYTE = 1024


def run_watched(command: Sequence[str]) -> tuple[str, float]:
    """Run a command in a session of its own; its output, and the most megabytes that it took with its children."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as process:
        ended, most = threading.Event(), [0.0]
        watcher = threading.Thread(target=_watch, args=(process.pid, ended, most))
        watcher.start()
        output, _ = process.communicate()
        ended.set()
        watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command))
    return output, most[0]


def _watch(session: int, ended: threading.Event, most: list[float]) -> None:
    while not ended.wait(_EVERY_SECONDS):
        most[0] = max(most[0], sum(map(_megabytes, _of_session(session))))


def _of_session(session: int) -> list[Path]:
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, IndexError):
            if int((path / "stat").read_text().rpartition(")")[2].split()[3]) == session:
                found.append(path)
    return found


def _megabytes(process: Path) -> float:
    """What a process takes of memory, what it shares with others counted in part."""
    with suppress(OSError):
        for line in (process / "smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / _MEGABYTE
    return 0.0
