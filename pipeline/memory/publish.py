"""A folder of results appears whole or not at all; what it replaces is kept (contract §8).

The workbooks are written into a hidden folder beside the final one. Where nothing is replaced, one
rename puts it in place. Where something is, no system but Linux and macOS can exchange two folders
in one step, and a folder cannot be renamed over another one; so three renames do it, in an order in
which a whole folder of the meeting stands under `outputs` before, between and after them:

1. the new result to `…_新`, a name under which every reader finds a period and believes it (`folders.py`);
2. the old one (and any other of the same meeting) to `.replaced/`;
3. `…_新` to the plain name.

A run that is killed between 1 and 2 leaves the old and the new result, between 2 and 3 the new one
as `…_新`: whole in both cases, and there for the next period. What remains: between 2 and 3, some
microseconds unless another program holds the new files, the folder does not bear its plain name;
the next command that works on these outputs gives it back (`recover`).

Of one meeting `.replaced/` keeps the last five (of templates, of one 期次); what it lets go is told.

Where the old result cannot be moved, because someone has a workbook open in Excel, the new one stays
beside it as `…_新`, and the summary says so.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from filecmp import cmpfiles
from itertools import count
from pathlib import Path

from pipeline.intake.disk import patiently
from pipeline.records import Published

REPLACED = ".replaced"
UNRECONCILED = ".unreconciled"
_WRITING = ".writing-"
_BESIDE = "_新"
_MOST_REPLACED = 5
#: What lies in `.replaced/` is numbered within its meeting: the highest is the newest.
_NUMBERED = re.compile(r"(.*?)(?:-([0-9]{1,4}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: The names that `publish` gives to what stands beside: of a period, a rollup or templates.
_OF_ANY = re.compile(rf"((?:.*_)?第[0-9]{{2,}}期(?:_.*?)?){_BESIDE}(?:-([0-9]+))?")


def publish(
    outputs: Path,
    name: str,
    write: Callable[[Path], None],
    replaces: Sequence[Path] | None = None,
    *,
    leave_same: bool = False,
) -> Published:
    """Let `write` fill an empty folder, then put it in place as `outputs`/`name`.

    replaces: every folder of the same meeting, under whatever number or name it was written before;
    None for those of this very name, what stands beside included. leave_same: where the one folder that
    would be replaced holds every new file byte for byte, it stays as it is, with what people put beside.
    Raises whatever `write` raises, and OSError when the disk refuses; nothing half-written is left.
    """
    working = _written_aside(outputs, name, write)
    final = outputs / name
    named = [path for path in sorted(outputs.iterdir()) if _plain_name(path) == name]
    old = named if replaces is None else [folder for folder in replaces if folder.exists()]
    if final.exists() and final not in old:  # under its name lies something else: it gives way, and is kept
        old.append(final)
    if leave_same and len(old) == 1 and _holds_all(old[0], working):
        shutil.rmtree(working)
        return Published(old[0], unchanged=True)
    place = _beside(final, named) if old else final
    try:
        if old:
            (outputs / REPLACED).mkdir(exist_ok=True)  # now: on a full disk nothing is moved at all
        _rename(working, place)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    return _take_over(old, place, final)


def _holds_all(folder: Path, new: Path) -> bool:
    """Whether every file below `new` lies in `folder` with the same bytes; what is held by another program is not the same."""
    names = [path.relative_to(new).as_posix() for path in new.rglob("*") if path.is_file()]
    _, unlike, unread = cmpfiles(folder, new, names, shallow=False)
    return not unlike and not unread


def _take_over(old: Sequence[Path], place: Path, final: Path) -> Published:
    """Move the old folders away and give the new one its name; from here on it is published in any case."""
    try:
        for folder in old:
            _rename(folder, _next_name(final.parent / REPLACED, folder.name))
        if place != final:
            _rename(place, final)
    except OSError:  # mostly open in Excel; whatever the reason, the new result is whole where it is
        return Published(place, beside=True)
    return Published(final, let_go=_let_go(final.parent / REPLACED, final.name) if old else ())


def _subject(name: str) -> tuple[str, str]:
    """Which of the things in `.replaced/` belong together: those of one meeting, or of templates of one name."""
    kind = name.partition("第")[0]
    day = _DAY.search(name)
    return kind, day[0] if day else _plain_name(Path(_unnumbered(name)[0]))


def _unnumbered(name: str) -> tuple[str, int]:
    day = _DAY.search(name)
    after = day.end() if day else 0
    match = _NUMBERED.fullmatch(name[after:])
    return (name[:after] + match[1], int(match[2] or 1)) if match else (name, 1)


def _of_one(replaced: Path, name: str) -> list[Path]:
    """What `.replaced/` holds of the same subject, oldest first."""
    found = [path for path in sorted(replaced.iterdir()) if _subject(path.name) == _subject(name)]
    return sorted(found, key=lambda path: _unnumbered(path.name)[1])


def _next_name(replaced: Path, name: str) -> Path:
    number = max((_unnumbered(path.name)[1] for path in _of_one(replaced, name)), default=0) + 1
    return replaced / (name if number == 1 else f"{name}-{number}")


def _let_go(replaced: Path, name: str) -> tuple[str, ...]:
    """Take away all but the newest five of a subject; their names. What another program holds goes the next time."""
    gone = []
    for path in _of_one(replaced, name)[:-_MOST_REPLACED]:
        with suppress(OSError):
            shutil.rmtree(path)
            gone.append(path.name)
    return tuple(gone)


def digests_below(folder: Path) -> dict[str, str]:
    """Path in `folder` → sha256 of every file there, in order of their paths."""
    paths = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {path: hashlib.sha256((folder / path).read_bytes()).hexdigest() for path in paths}


def keep_aside(outputs: Path, name: str, write: Callable[[Path], None]) -> Path:
    """The same for a result that did not reconcile: kept under `.unreconciled/`, never published."""
    working = _written_aside(outputs, name, write)
    aside = outputs / UNRECONCILED
    aside.mkdir(exist_ok=True)
    target = _free_name(aside, name)
    _rename(working, target)
    return target


def recover(outputs: Path) -> None:
    """Set right what a run that was cut off left in `outputs`; nobody else may be working there.

    What was half-written goes; a new result that had lost its turn between two renames gets its name.
    What is held by another program stays: the next command tries again, and readers know it as it is.
    """
    for path in outputs.glob(f"{_WRITING}*"):
        shutil.rmtree(path, ignore_errors=True)
    beside = [path for path in outputs.iterdir() if _OF_ANY.fullmatch(path.name) and path.is_dir()]
    for path in sorted(beside, key=_number_beside, reverse=True):
        final = path.with_name(_plain_name(path))
        if not final.exists():
            with suppress(PermissionError):
                path.rename(final)


def _plain_name(path: Path) -> str:
    match = _OF_ANY.fullmatch(path.name)
    return match[1] if match else path.name


def _number_beside(path: Path) -> int:
    match = _OF_ANY.fullmatch(path.name)
    return int(match[2] or 1) if match else 0


def _written_aside(outputs: Path, name: str, write: Callable[[Path], None]) -> Path:
    outputs.mkdir(parents=True, exist_ok=True)
    working = outputs / f"{_WRITING}{name}"
    if working.exists():  # left by a run that was cut off
        shutil.rmtree(working)
    working.mkdir()
    try:
        write(working)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    return working


def _rename(source: Path, target: Path) -> None:
    patiently(lambda: source.rename(target))


def _beside(final: Path, named: Sequence[Path]) -> Path:
    """The next name beside `final`: of several the highest number is the newest."""
    number = max(map(_number_beside, named), default=0) + 1
    return final.with_name(f"{final.name}{_BESIDE}" if number == 1 else f"{final.name}{_BESIDE}-{number}")


def _free_name(parent: Path, name: str) -> Path:
    candidates = (parent / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(path for path in candidates if not path.exists())
