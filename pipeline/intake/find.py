"""The inputs folder to files received (contract §4).

Everything in it is mentioned: regular files are read once, as they are, onto disk; links are not followed; archives
and e-mails are unpacked one level; whatever is no workbook by its bytes is registered with the reason, and goes no
further. A name that is hidden, or looks like that of a lock file, hides no return.

What systems leave behind by themselves and nobody sent is passed over without a word, and nothing else:
.gitkeep, desktop.ini, Thumbs.db, .DS_Store, and the folder __MACOSX in an archive.
"""

import hashlib
import os
import re
import stat
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.findings import ERROR, NOTE, rule
from pipeline.intake.guard import MAX_BYTES, TOO_BIG, megabytes
from pipeline.intake.packed import EMAIL, NO_ATTACHMENT, OUTLOOK, Member, Reason, packed_kind, unpack_all
from pipeline.intake.store import Content, Store
from pipeline.intake.unreadable import Unreadable
from pipeline.intake.workers import Failure, map_files
from schemas import plan_sheets
from schemas.returns import OFFICE_BOOKS

__all__ = ["Received", "find_files", "read_named", "with_unique_names"]

OFFICE_FILES = (*(book.file_name for book in OFFICE_BOOKS), plan_sheets.FILE_NAME)

#: Size, and time of the last change: the same file is the same in both.
State = tuple[int, int]

_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
)
_LEFT_BEHIND = frozenset({".gitkeep", ".ds_store", "thumbs.db", "desktop.ini", "__macosx"})
_FILE_SUFFIXES = frozenset((
    ".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et", ".csv", ".zip", ".rar", ".7z", ".eml", ".msg",
    ".doc", ".docx", ".wps", ".pdf", ".ofd", ".jpg", ".jpeg", ".png", ".txt",
))  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ufffe\uffff]")
_UNREADABLE_SIGN = "\ufffd"
_PAUSE_SECONDS = 0.1
_UNPACKING_WORKERS = 2
#: Names of the notes that a program leaves beside a workbook that is open in it: Excel, LibreOffice, WPS.
_OF_LOCK = re.compile(r"(?:~\$|\.~lock\.|\.~)(.*?)#?", re.DOTALL)
_LONGEST_LOCK_BYTES = 1024
_APPLE_DOUBLE = b"\x00\x05\x16\x07"
_NOT_DOWNLOADED = re.compile(r"\.(.+)\.icloud", re.DOTALL)
#: Windows: offline, recall on open, recall on access; macOS: dataless.
_ELSEWHERE_WINDOWS, _ELSEWHERE_MACOS = 0x1000 | 0x40000 | 0x400000, 0x40000000


NO_ACCESS = rule(
    "WJ-023",
    ERROR,
    title="没有读取权限",
    problem="文件读不出来（{what}）",
    remedy="请核对文件的权限，或请报送单位重发",
    example="无权读取",
)
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
EMPTY_ARCHIVE = rule(
    "WJ-026",
    ERROR,
    title="压缩包里没有文件",
    problem="压缩包里没有可以登记的文件",
    remedy="请核对后重新压缩报送",
    example="空的 .zip",
)
TEMPORARY = rule(
    "WJ-027",
    NOTE,
    title="临时文件",
    problem="这是{what}，不是来件",
    remedy="不用处理；文件还打开着的，请保存、关闭后再运行",
    example="~$区公安局.xlsx",
)
NOT_DOWNLOADED = rule(
    "WJ-028",
    ERROR,
    title="还没有下载到本机",
    problem="“{what}”还没有下载到本机（iCloud、OneDrive 等网盘里只有占位文件）",
    remedy="请在网盘里选“始终保留在此设备上”或打开一次，等下载完再运行",
    example=".区公安局.xlsx.icloud",
)


@dataclass(frozen=True)
class Received:
    """One file that came in.

    name: path below the inputs folder with "/"; of what was in an archive or e-mail, its path and its own. Unique.
    content: its bytes when it is a workbook by its first bytes, else None and `finding` says why.
    sha256, size: "" and 0 of what was not read.
    finding: catalogue code and words of what is not opened.
    office: which of the office's own workbooks it is, by its file name at any depth; else "".
    kept: it does not lie in inputs, but in 来件 of the run that this one replaces (contract §8).
    """

    name: str
    content: Content | None
    sha256: str
    size: int
    finding: Reason | None = None
    office: str = ""
    kept: bool = False


def find_files(inputs: Path) -> list[Received]:
    """Everything in `inputs` and the folders below it, by name; raises OSError when it cannot be listed itself."""
    store = Store()
    taken = [_take(path, _display_name(inputs, path), store, reason) for path, reason in _walk(inputs)]
    if taken:
        time.sleep(_PAUSE_SECONDS)
    received = [file for files in _settled(taken, store) for file in files]
    return with_unique_names(sorted(received, key=lambda file: file.name))


def read_named(paths: Iterable[Path]) -> list[Received]:
    """The files that a person names one by one, in that order; archives are unpacked likewise."""
    store = Store()
    taken = [_take(path, _display_name(path.parent, path), store) for path in paths]
    return with_unique_names([file for files in _settled(taken, store) for file in files])


@dataclass(frozen=True)
class _Taken:
    """One name on disk, as it was when it was read. packed: which kind of archive or e-mail, "" for anything else."""

    path: Path
    state: State | None
    file: Received
    packed: str = ""

    @property
    def changed(self) -> bool:
        """Whether it was read and is another now."""
        return self.file.content is not None and _state_of(self.path) != self.state


def _take(path: Path, name: str, store: Store, reason: Reason | None = None) -> _Taken:
    """Read a file and check it at once, so that the bytes of what is of no use are not kept."""
    data, status, reason = _read(path, reason)
    size = len(data) if data is not None else status.st_size if status else 0
    state = _size_and_change(status) if status else None
    file = Received(name, None, sha256_of(data), size, reason, office_file(name))
    if data is None:
        return _Taken(path, state, file)
    try:
        packed = packed_kind(data)
        reason = None if packed else _mere_lock(name, data)
    except Unreadable as error:
        packed, reason = "", _mere_lock(name, data) or _not_downloaded(name, data) or (error.rule, error.words)
    kept = None if reason else store.keep(data)
    return _Taken(path, state, replace(file, content=kept, finding=reason), packed)


def _mere_lock(name: str, data: bytes) -> Reason | None:
    """What says that somebody has a workbook open; a whole return of that name is read all the same."""
    last = PurePosixPath(name).name
    found = _OF_LOCK.fullmatch(last)
    if data.startswith(_APPLE_DOUBLE):
        return TEMPORARY, {"what": "苹果电脑另存的附属信息"}
    if found and len(data) <= _LONGEST_LOCK_BYTES:
        return TEMPORARY, {"what": f"有人正打开着“{found[1] or last}”时留下的临时文件"}
    return None


def _not_downloaded(name: str, data: bytes) -> Reason | None:
    """The stand-in of a file that is still in the cloud: iCloud's note, or as many zeros as the file is long."""
    found = _NOT_DOWNLOADED.fullmatch(PurePosixPath(name).name)
    if found or (data and not data.strip(b"\0")):
        return NOT_DOWNLOADED, {"what": found[1] if found else PurePosixPath(name).name}
    return None


def _settled(taken: Sequence[_Taken], store: Store) -> Iterator[list[Received]]:
    """What each name gave, unless it has changed since: itself, or what was packed in it."""
    packed = [entry for entry in taken if entry.packed and not entry.changed]
    members = iter(_unpacked(packed, store))
    for entry in taken:
        if entry.changed:
            yield [replace(entry.file, content=None, finding=(CHANGING, {}))]
        else:
            yield next(members) if entry.packed else [entry.file]


def _unpacked(packed: Sequence[_Taken], store: Store) -> Iterator[list[Received]]:
    tasks = [(e.packed, e.file.content.path, store.new_folder()) for e in packed if e.file.content]
    outcomes = map_files(unpack_all, tasks, _UNPACKING_WORKERS) if tasks else []
    for entry, outcome in zip(packed, outcomes, strict=True):
        if isinstance(outcome, Failure):
            yield [replace(entry.file, content=None, finding=(outcome.rule, outcome.words))]
            continue
        members = [_member(entry.file, member, store) for member in outcome if not _is_left_behind_within(member.name)]
        nothing = NO_ATTACHMENT if entry.packed in {EMAIL, OUTLOOK} else EMPTY_ARCHIVE
        yield members or [replace(entry.file, content=None, finding=(nothing, {}))]


def _member(archive: Received, member: Member, store: Store) -> Received:
    """One file of an archive, like any other."""
    name = f"{archive.name}/{_CONTROL.sub(_UNREADABLE_SIGN, member.name)}"
    content = Content(member.path, member.size, store) if member.path else None
    reason = member.reason
    if member.size <= _LONGEST_LOCK_BYTES and _OF_LOCK.fullmatch(PurePosixPath(name).name):
        content, reason = None, _mere_lock(name, b"")
    return Received(name, content, member.sha256, member.size, reason, office_file(name))


def _read(path: Path, reason: Reason | None) -> tuple[bytes | None, os.stat_result | None, Reason | None]:
    """The bytes of a file, as far as it may be read at all, its state as it was read, and why it was not."""
    status = None
    try:
        status = path.lstat()
        if reason is None:
            return *_bytes_of(path), None
    except Unreadable as error:
        reason = (error.rule, error.words)
    except FileNotFoundError:
        reason = reason or (NO_ACCESS, {"what": "没有这个文件"})
    except PermissionError:
        reason = (NO_ACCESS, {"what": "没有权限"})
    except OSError:
        reason = reason or (NO_ACCESS, {"what": "读取出错"})
    if status and _is_elsewhere(status) and reason and reason[0] == NO_ACCESS:
        reason = (NOT_DOWNLOADED, {"what": path.name})
    return None, status, reason


def _is_elsewhere(status: os.stat_result) -> bool:
    """Whether a cloud's client has put a stand-in there; opening it fetches the file, unless that fails."""
    windows, macos = getattr(status, "st_file_attributes", 0), getattr(status, "st_flags", 0)
    return bool(windows & _ELSEWHERE_WINDOWS or macos & _ELSEWHERE_MACOS)


def _state_of(path: Path) -> State | None:
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
            if _is_left_behind(entry.name):
                continue
            path, reason = Path(entry.path), _reason(entry)
            if reason is None and entry.is_dir(follow_symlinks=False):
                folders.append(path)
            else:
                yield path, reason


def _reason(entry: "os.DirEntry[str]") -> Reason | None:
    """Why a name is not to be opened; None for files and folders."""
    if entry.is_symlink() or (sys.version_info >= (3, 12) and entry.is_junction()):
        return LINK, {}
    if entry.is_dir(follow_symlinks=False):
        if entry.name.startswith("."):
            return NO_REGULAR_FILE, {"what": "隐藏的文件夹"}
        return (FOLDER_NAMED_LIKE_FILE, {}) if PurePosixPath(entry.name).suffix.lower() in _FILE_SUFFIXES else None
    if entry.is_file(follow_symlinks=False):
        return None
    return NO_REGULAR_FILE, {"what": special(entry.stat(follow_symlinks=False).st_mode)}


def _is_left_behind(name: str) -> bool:
    """What systems leave behind by themselves: nobody sent those."""
    return name.casefold() in _LEFT_BEHIND


def _is_left_behind_within(name: str) -> bool:
    return any(_is_left_behind(part) for part in PurePosixPath(name).parts)


def _display_name(inputs: Path, path: Path) -> str:
    """The path below the inputs folder as people can read it, also when its bytes are GBK or hold control characters."""
    name = path.relative_to(inputs).as_posix()
    try:
        name.encode()
    except UnicodeEncodeError:
        name = os.fsencode(name).decode("gb18030", "replace")
    return _CONTROL.sub(_UNREADABLE_SIGN, name)


def with_unique_names(files: list[Received]) -> list[Received]:
    """Two names may look alike once they can be read: the second gets a number."""
    seen: dict[str, int] = {}
    unique = []
    for file in files:
        seen[file.name] = times = seen.get(file.name, 0) + 1
        unique.append(file if times == 1 else replace(file, name=f"{file.name}（{times}）"))
    return unique
