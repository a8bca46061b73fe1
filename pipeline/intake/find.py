"""The inputs folder to files received (contract §4).

Regular files only, links are not followed; one level of .zip is unpacked; whatever is not a workbook
by its bytes is registered with the reason, and goes no further.

One file received: read once into memory, without following links, or registered with the reason why not.
"""

import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path, PurePosixPath

from pipeline.findings import ERROR, Rule, rule
from pipeline.intake.guard import MAX_BYTES, TOO_BIG, check, megabytes
from pipeline.intake.unreadable import ARCHIVE_IN_ARCHIVE, Unreadable
from pipeline.intake.zipped import Entry, unpack
from schemas import plan_sheets
from schemas.returns import inspection, waivers

OFFICE_FILES = (inspection.FILE_NAME, waivers.FILE_NAME, plan_sheets.FILE_NAME)
BEIJING = timezone(timedelta(hours=8))

#: Why a file is not read: the rule, and the words that fill it.
Reason = tuple[Rule, dict[str, str]]
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
    finding: rule and words of what is not opened.
    office: which of the office's own workbooks it is, by its file name at any depth; else "".
    kept: it does not lie in inputs, but in 来件 of the run that this one replaces (contract §8).
    """

    name: str
    data: bytes | None
    sha256: str
    size: int
    received_at: str
    finding: Reason | None = None
    office: str = ""
    kept: bool = False

    @property
    def arrival(self) -> str:
        """When it was received, as it stands after a reason; "" where that is not known."""
        return f"（收到时间 {self.received_at}）" if self.received_at else ""


NO_ACCESS = rule(
    "WJ-023",
    ERROR,
    title="没有读取权限",
    problem="文件读不出来（{what}）",
    remedy="请核对文件的权限，或请报送单位重发",
    example="无权读取",
)


def read_file(path: Path, name: str, reason: Reason | None) -> tuple[Received, State | None]:
    """The file with its bytes, read once, as far as it may be read at all; and its state as it was read."""
    data, status = None, None
    try:
        status = path.lstat()
        if reason is None:
            data, status = _bytes_of(path)
    except Unreadable as error:
        reason = (error.rule, error.words)
    except FileNotFoundError:
        reason = reason or (NO_ACCESS, {"what": "没有这个文件"})
    except PermissionError:
        reason = (NO_ACCESS, {"what": "没有权限"})
    except OSError:
        reason = reason or (NO_ACCESS, {"what": "读取出错"})
    size = len(data) if data is not None else status.st_size if status else 0
    received = Received(name, data, sha256_of(data), size, _received_at(status), reason, office_file(name))
    return received, _size_and_change(status) if status else None


def state_of(path: Path) -> State | None:
    """Size and time of change of a file as it is now; None when it is gone."""
    try:
        return _size_and_change(path.lstat())
    except OSError:
        return None


NO_REGULAR_FILE = rule(
    "WJ-021",
    ERROR,
    title="不是普通文件",
    problem="这是{what}，不是普通文件，没有打开",
    remedy="请放入填报表文件本身",
    example="管道、设备",
)
CHANGING = rule(
    "WJ-024",
    ERROR,
    title="文件正在变化",
    problem="读取时文件还在变化，可能没有传完或正在保存",
    remedy="请等文件传完、关闭后再运行",
    example="正在下载的文件",
)


def _bytes_of(path: Path) -> tuple[bytes, os.stat_result]:
    descriptor = os.open(path, _OPEN_FLAGS)
    try:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable(NO_REGULAR_FILE, what=special(before.st_mode))
        if before.st_size > MAX_BYTES:
            raise Unreadable(TOO_BIG, size=megabytes(before.st_size), limit=megabytes(MAX_BYTES))
        data = _all_of(descriptor)
        if len(data) != before.st_size or _size_and_change(os.fstat(descriptor)) != _size_and_change(before):
            raise Unreadable(CHANGING)
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


__all__ = ["Received", "find_files", "read_named", "with_unique_names"]

_LOCK_PREFIX = "~$"
_LEFT_BEHIND = frozenset({"thumbs.db", "desktop.ini", "__macosx"})
_FILE_SUFFIXES = frozenset((
    ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".zip", ".rar", ".7z",
    ".doc", ".docx", ".wps", ".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".txt",
))  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_UNREADABLE_SIGN = "\ufffd"
_PAUSE_SECONDS = 0.1


def find_files(inputs: Path) -> list[Received]:
    """Everything in `inputs` and the folders below it, by name; raises OSError when it cannot be listed itself."""
    taken = [_take(path, _display_name(inputs, path), reason) for path, reason in _walk(inputs)]
    if taken:
        time.sleep(_PAUSE_SECONDS)
    received = [file for each in taken for file in each.settled()]
    return with_unique_names(sorted(received, key=lambda file: file.name))


def read_named(paths: Iterable[Path]) -> list[Received]:
    """The files that a person names one by one, in that order; archives are unpacked likewise."""
    taken = [_take(path, _display_name(path.parent, path), None) for path in paths]
    return with_unique_names([file for each in taken for file in each.settled()])


@dataclass(frozen=True)
class _Taken:
    """One name on disk, as it was when it was read: `files` are itself, or the members of an archive."""

    path: Path
    state: State | None
    files: tuple[Received, ...]
    if_changed: Received

    def settled(self) -> tuple[Received, ...]:
        """What was read, unless the file has changed since."""
        unread = all(file.data is None for file in self.files)
        return self.files if unread or state_of(self.path) == self.state else (self.if_changed,)


def _take(path: Path, name: str, reason: Reason | None) -> _Taken:
    """Read a file and check it at once, so that the bytes of what is no workbook are not kept."""
    file, state = read_file(path, name, reason)
    return _Taken(path, state, tuple(_members(file)), replace(file, data=None, finding=(CHANGING, {})))


def _walk(inputs: Path) -> Iterator[tuple[Path, Reason | None]]:
    """Files and whatever else bears a name, with the reason why it is not to be opened."""
    folders = [inputs]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:
            if folder == inputs:
                raise
            yield folder, (NO_ACCESS, {"what": "文件夹打不开"})
            continue
        for entry in entries:
            if _is_ignored(entry.name):
                continue
            path, reason = Path(entry.path), _reason(entry)
            if reason is None and entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                yield path, reason


LINK = rule(
    "WJ-020",
    ERROR,
    title="是链接",
    problem="这是一个链接，不是文件本身，没有跟随打开",
    remedy="请把文件本身放进来件文件夹",
    example="填报表.xlsx（链接）",
)
FOLDER_NAMED_LIKE_FILE = rule(
    "WJ-022",
    ERROR,
    title="文件夹起了文件的名字",
    problem="这是一个文件夹，名字却像文件，没有打开",
    remedy="请把里面的文件取出放进来件文件夹，或给文件夹改名",
    example="填报表.xlsx（文件夹）",
)


def _reason(entry: "os.DirEntry[str]") -> Reason | None:
    """Why a name is not to be opened; None for files and folders."""
    if entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction()):
        return LINK, {}
    if entry.is_dir(follow_symlinks=False):
        return (FOLDER_NAMED_LIKE_FILE, {}) if PurePosixPath(entry.name).suffix.lower() in _FILE_SUFFIXES else None
    if entry.is_file(follow_symlinks=False):
        return None
    return NO_REGULAR_FILE, {"what": special(entry.stat(follow_symlinks=False).st_mode)}


def _is_ignored(name: str) -> bool:
    """Lock files, and what systems leave behind: nobody sent those."""
    return name.startswith((".", _LOCK_PREFIX)) or name.casefold() in _LEFT_BEHIND


def _display_name(inputs: Path, path: Path) -> str:
    """The path below the inputs folder as people can read it, also when its bytes are GBK or hold control characters."""
    name = path.relative_to(inputs).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return _CONTROL.sub(_UNREADABLE_SIGN, name)


EMPTY_ARCHIVE = rule(
    "WJ-026",
    ERROR,
    title="压缩包里没有文件",
    problem="压缩包里没有可以登记的文件",
    remedy="请核对后重新压缩报送",
    example="空的 .zip",
)


def _members(file: Received) -> Iterator[Received]:
    """The file itself, checked; or, when it is an archive, the files in it."""
    if file.data is None:
        yield file
        return
    try:
        checked = check(file.data)
    except Unreadable as error:
        yield replace(file, data=None, finding=(error.rule, error.words))
        return
    if checked.kind != "zip":
        yield file
        return
    entries = [entry for entry in checked.entries if not entry.is_folder and not _is_ignored_within(entry.name)]
    if not entries:
        yield replace(file, data=None, finding=(EMPTY_ARCHIVE, {}))
    for entry in entries:
        yield _member(file, entry)


def _is_ignored_within(name: str) -> bool:
    return any(_is_ignored(part) for part in PurePosixPath(name).parts)


def _member(archive: Received, entry: Entry) -> Received:
    """One file of an archive, checked like any other; an archive in an archive is not opened."""
    name = f"{archive.name}/{_CONTROL.sub(_UNREADABLE_SIGN, entry.name)}"
    data, reason = None, None
    try:
        if entry.size > MAX_BYTES:
            raise Unreadable(TOO_BIG, size=megabytes(entry.size), limit=megabytes(MAX_BYTES))
        data = unpack(archive.data or b"", entry)
        if check(data).kind == "zip":
            raise Unreadable(ARCHIVE_IN_ARCHIVE)
    except Unreadable as error:
        reason = (error.rule, error.words)
    return Received(
        name,
        None if reason else data,
        sha256_of(data),
        entry.size,
        archive.received_at,
        reason,
        office_file(name),
    )


def with_unique_names(files: list[Received]) -> list[Received]:
    """Two names may look alike once they can be read: the second gets a number."""
    seen: dict[str, int] = {}
    unique = []
    for file in files:
        seen[file.name] = times = seen.get(file.name, 0) + 1
        unique.append(file if times == 1 else replace(file, name=f"{file.name}（{times}）"))
    return unique
