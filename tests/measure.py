"""How long a command takes and how much memory it and all its workers hold at once (Linux)."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

_PAGE_BYTES = 4096
_PAUSE_SECONDS = 0.02
_SESSION = 3  # places after the name in /proc/…/stat
_RESIDENT = 21


@dataclass(frozen=True)
class Measured:
    """One command. peak_mb: the largest sum of the resident memory of all its processes, shared pages counted twice."""

    code: int
    output: str
    seconds: float
    peak_mb: float


def measured(arguments: Sequence[object], env: dict[str, str], folder: Path) -> Measured:
    """Run `python -m pipeline …` in a session of its own."""
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    begin = time.monotonic()
    process = subprocess.Popen(
        command,
        env=env,
        cwd=folder,
        start_new_session=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    peaks: list[int] = [0]
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peaks, ended))
    watcher.start()
    output, _ = process.communicate()
    seconds = time.monotonic() - begin
    ended.set()
    watcher.join()
    return Measured(process.returncode, output, seconds, max(peaks) * _PAGE_BYTES / (1 << 20))


def _watch(session: int, peaks: list[int], ended: threading.Event) -> None:
    while not ended.wait(_PAUSE_SECONDS):
        peaks.append(sum(_resident_pages(session)))


def _resident_pages(session: int) -> Iterator[int]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue  # ended meanwhile
        if int(fields[_SESSION]) == session:
            yield int(fields[_RESIDENT])
