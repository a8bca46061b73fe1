"""What was named on the command line, as finished periods: one folder, or one matrix workbook, each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.history.folders import period_folders
from pipeline.history.state import MATRIX_FILES


@dataclass(frozen=True)
class Source:
    """One finished period of one district; without `paths` nothing was found there."""

    name: str
    paths: tuple[Path, ...]


def find_sources(named: Sequence[Path]) -> list[Source]:
    """One source a period folder or workbook, in the order of their names.

    Of an outputs folder the latest period counts; any other folder is searched for such folders.
    """
    found = {source.name: source for path in named for source in _within(path)}
    return [found[name] for name in sorted(found)]


def _within(path: Path) -> Iterator[Source]:
    if path.is_file():
        yield Source(str(path), (path,))
        return
    below = list(_finished(path))
    yield from below or [Source(str(path), ())]


def _finished(folder: Path) -> Iterator[Source]:
    if not folder.is_dir():
        return
    own = tuple(sorted(path for path in folder.glob(MATRIX_FILES) if not path.name.startswith("~$")))
    if own:
        yield Source(str(folder), own)
        return
    periods = period_folders(folder)
    others = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    known = {period.path for period in periods}
    for below in [*(period.path for period in periods[-1:]), *(path for path in others if path not in known)]:
        yield from _finished(below)
