"""One command at a time writes into an outputs folder (contract §8, §9).

The lock is the operating system's, on a file of the folder itself, so that it holds between machines
that share it, and is gone with the process that held it, however that ended. Beside it a note says
who is at work since when, for the one who comes second. Both are hidden and go when the work ends.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from pipeline.memory.journal import ourselves
from pipeline.memory.publish import recover
from pipeline.records import MisuseError

LOCK, NOTE = ".running.lock", ".running.json"
#: Not at once: the one before may just be taking its lock file away.
_WAIT_SECONDS = 0.3


@contextmanager
def alone_on(outputs: Path) -> Iterator[None]:
    """Keep `outputs` for this process; what a run that was cut off left there is set right first.

    The folder is made where it is missing, and taken away again when nothing was written into it.
    Raises MisuseError when another process is at work there, OSError when the folder cannot be used.
    """
    made = [path for path in (outputs, *outputs.parents) if not path.exists()]
    outputs.mkdir(parents=True, exist_ok=True)
    lock = FileLock(outputs / LOCK, timeout=_WAIT_SECONDS)
    try:
        lock.acquire()
    except Timeout as error:
        raise MisuseError(_at_work(outputs)) from error
    try:
        (outputs / NOTE).write_text(json.dumps(ourselves(), ensure_ascii=False), encoding="utf-8")
        recover(outputs)
        yield
    finally:
        with suppress(OSError):  # a note that stays says nothing without the lock
            (outputs / NOTE).unlink()
        with suppress(OSError):  # Windows takes it away with the lock
            (outputs / LOCK).unlink()
        lock.release()
        for path in made:
            with suppress(OSError):  # not empty: something was written
                path.rmdir()


def _at_work(outputs: Path) -> str:
    """The line for the one who comes second; the note is not there yet when the first has only just begun."""
    try:
        note = json.loads((outputs / NOTE).read_text(encoding="utf-8"))
        known = [f"从 {note['since']} 开始", f"账号 {note['account']}", f"电脑 {note['machine']}"]
    except (OSError, ValueError, TypeError, KeyError):
        known = ["刚刚开始"]
    told = "，".join(part for part in known if not part.endswith(" "))
    return f"另一个窗口正在汇总（{told}），请等它结束后再运行；这一次什么也没有写。"
