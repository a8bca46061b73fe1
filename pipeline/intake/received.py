"""One file received: read once into memory, without following links, or registered with the reason why not."""

import hashlib
import os
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

from pipeline.intake.guard import MAX_BYTES, megabytes
from pipeline.intake.unreadable import Unreadable
from schemas import plan_sheets
from schemas.returns import inspection, waivers

OFFICE_FILES = (inspection.FILE_NAME, waivers.FILE_NAME, plan_sheets.FILE_NAME)
BEIJING = timezone(timedelta(hours=8))

#: Catalogue code and words.
Reason = tuple[str, dict[str, str]]
#: Size, and time of the last change: the same file is the same in both.
State = tuple[int, int]

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class Received:
    """One file that came in.

    name: path below the inputs folder with "/"; of a zip's member, the zip's path and its own. Unique.
    data: its bytes when it is a workbook by its first bytes, else None and `finding` says why.
    received_at: last change of the file (of the zip, for its members), YYYY-MM-DD HH:MM in UTC+8.
    finding: catalogue code and words of what is not opened.
    office: which of the office's own workbooks it is, by its file name at any depth; else "".
    """

    name: str
    data: bytes | None
    sha256: str
    size: int
    received_at: str
    finding: Reason | None = None
    office: str = ""

    @property
    def arrival(self) -> str:
        """When it was received, as it stands after a reason; "" where that is not known."""
        return f"（收到时间 {self.received_at}）" if self.received_at else ""


def read_file(path: Path, name: str, reason: Reason | None) -> tuple[Received, State | None]:
    """The file with its bytes, read once, as far as it may be read at all; and its state as it was read."""
    data, status = None, None
    try:
        status = path.lstat()
        if reason is None:
            data, status = _bytes_of(path)
    except Unreadable as error:
        reason = (error.code, error.words)
    except FileNotFoundError:
        reason = reason or ("WJ-023", {"what": "没有这个文件"})
    except PermissionError:
        reason = ("WJ-023", {"what": "没有权限"})
    except OSError:
        reason = reason or ("WJ-023", {"what": "读取出错"})
    size = len(data) if data is not None else status.st_size if status else 0
    received = Received(name, data, sha256_of(data), size, _received_at(status), reason, office_file(name))
    return received, _size_and_change(status) if status else None


def state_of(path: Path) -> State | None:
    """Size and time of change of a file as it is now; None when it is gone."""
    try:
        return _size_and_change(path.lstat())
    except OSError:
        return None


def _bytes_of(path: Path) -> tuple[bytes, os.stat_result]:
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("WJ-021", what=special(before.st_mode))
        if before.st_size > MAX_BYTES:
            raise Unreadable("WJ-002", size=megabytes(before.st_size), limit=megabytes(MAX_BYTES))
        data = _all_of(descriptor)
        if len(data) != before.st_size or _size_and_change(os.fstat(descriptor)) != _size_and_change(before):
            raise Unreadable("WJ-024")
        return data, before
    finally:
        os.close(descriptor)


def _all_of(descriptor: int) -> bytes:
    """What is left to read; a file that grows past all bounds meanwhile is left at that."""
    chunks, size = [], 0
    while size <= MAX_BYTES and (chunk := os.read(descriptor, 1 << 20)):
        chunks.append(chunk)
        size += len(chunk)
    return b"".join(chunks)


def _size_and_change(status: os.stat_result) -> State:
    return status.st_size, status.st_mtime_ns


def _received_at(status: os.stat_result | None) -> str:
    try:
        return datetime.fromtimestamp(status.st_mtime, BEIJING).strftime("%Y-%m-%d %H:%M") if status else ""
    except (OverflowError, ValueError, OSError):
        return ""


def sha256_of(data: bytes | None) -> str:
    """The fingerprint of a file's bytes; "" when they were not read."""
    return "" if data is None else hashlib.sha256(data).hexdigest()


def special(mode: int) -> str:
    """What a file is that is no regular one."""
    if stat.S_ISFIFO(mode):
        return "管道"
    if stat.S_ISDIR(mode):
        return "文件夹"
    return "套接字" if stat.S_ISSOCK(mode) else "设备"


def office_file(name: str) -> str:
    """Which of the office's own workbooks this is by its last name; else ""."""
    last = PurePosixPath(name).name
    return last if last in OFFICE_FILES else ""


def meant_office_file(name: str) -> str:
    """The office's own workbook whose name, with something added, this file bears; else ""."""
    stem = PurePosixPath(name).stem
    return next((known for known in OFFICE_FILES if stem.startswith(PurePosixPath(known).stem)), "")
