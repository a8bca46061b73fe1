"""outputs/运行日志.txt: who ran what and when (contract §8).

The one place where a clock, a machine and an account may stand; beside the reproducible folders, appended to and
never rewritten, a line a command. With UTF-8's mark and Windows' line ends, so that the editors of old systems show it.
"""

import getpass
import platform
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from pipeline.intake.disk import patiently
from pipeline.memory.record import read_record
from pipeline.say.closing import program_version

LOG_FILE = "运行日志.txt"
_RECORDED = re.compile(r"(?<!_)第[0-9]+期_([0-9]{4}-[0-9]{2}-[0-9]{2})\S* 运行记录 ([0-9a-f]{64})")


def ourselves() -> dict[str, str]:
    """Now, the account ("" for one without a name) and the machine."""
    try:
        account = getpass.getuser()
    except (OSError, KeyError, ImportError):
        account = ""
    return {"since": f"{datetime.now():%Y-%m-%d %H:%M:%S}", "account": account, "machine": platform.node()}


def log(outputs: Path, command: str, *folders: Path) -> tuple[str, ...]:
    """Append a line: what was done, and the digest of what the record of each folder says (`Record.digest`).

    Returns what is to be said where the log cannot be written: a command that has done its work is not undone for it.
    """
    who = ourselves()
    digests = [f"{folder.name} 运行记录 {record.digest}" for folder in folders if (record := read_record(folder))]
    facts = [who["since"], f"电脑 {who['machine']}", f"账号 {who['account']}", f"版本 {program_version()}", command]
    line = "　".join(" ".join(fact.split()) for fact in (*facts, *digests))
    path = outputs / LOG_FILE
    mark = "" if path.exists() else "\ufeff"
    try:
        patiently(lambda: _append(path, f"{mark}{line}\r\n"))
    except OSError as error:
        return (f"“{path}”没有写上这一次（{error.strerror}）。",)
    return ()


def _append(path: Path, text: str) -> None:
    with path.open("ab") as log_file:
        log_file.write(text.encode())


def recorded_in_log(outputs: Path) -> dict[str, str]:
    """会议日期 → digest of its record when a command last had to do with it; nothing where there is no log."""
    return dict(_recorded(outputs / LOG_FILE))


def _recorded(path: Path) -> Iterator[tuple[str, str]]:
    try:
        text = patiently(path.read_bytes).decode("utf-8", "replace")
    except OSError:
        return
    for match in _RECORDED.finditer(text):
        yield match[1], match[2]
