"""A folder of results appears whole or not at all; what it replaces is kept (contract §8).

The workbooks are written into a hidden folder beside the final one and moved by one rename. A run
for the same meeting moves the earlier result to `.replaced/` first; where that is refused, because
someone has a workbook open in Excel, the new result is put beside it and the summary says so.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

REPLACED = ".replaced"
UNRECONCILED = ".unreconciled"


@dataclass(frozen=True)
class Published:
    """Where the folder ended up, and whether that is not where it belongs (`beside`)."""

    folder: Path
    beside: bool = False


def publish(
    outputs: Path, name: str, write: Callable[[Path], None], replaces: Sequence[Path] | None = None
) -> Published:
    """Let `write` fill an empty folder, then put it in place as `outputs`/`name`.

    replaces: every folder of the same meeting, under whatever number or name it was written before;
    None for `outputs`/`name` alone. Raises whatever `write` raises, and OSError when the disk refuses;
    nothing half-written is left.
    """
    working = _written_aside(outputs, name, write)
    final = outputs / name
    try:
        for folder in [final] if replaces is None else replaces:
            if folder.exists():
                _move_away(folder, outputs / REPLACED)
        working.rename(final)
    except PermissionError:
        beside = _free_name(outputs, f"{name}_新")
        working.rename(beside)
        return Published(beside, beside=True)
    return Published(final)


def keep_aside(outputs: Path, name: str, write: Callable[[Path], None]) -> Path:
    """The same for a result that did not reconcile: kept under `.unreconciled/`, never published."""
    working = _written_aside(outputs, name, write)
    aside = outputs / UNRECONCILED
    aside.mkdir(exist_ok=True)
    target = _free_name(aside, name)
    working.rename(target)
    return target


def _written_aside(outputs: Path, name: str, write: Callable[[Path], None]) -> Path:
    outputs.mkdir(parents=True, exist_ok=True)
    working = outputs / f".writing-{name}"
    if working.exists():  # left by a run that was cut off
        shutil.rmtree(working)
    working.mkdir()
    try:
        write(working)
    except BaseException:
        shutil.rmtree(working, ignore_errors=True)
        raise
    return working


def _move_away(folder: Path, attic: Path) -> None:
    attic.mkdir(exist_ok=True)
    folder.rename(_free_name(attic, folder.name))


def _free_name(parent: Path, name: str) -> Path:
    candidates = (parent / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(path for path in candidates if not path.exists())
