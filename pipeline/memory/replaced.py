"""The folder that a run replaces, and the returns and office books that it kept (contract §8).

A run for a meeting that has results already goes on from them. What lies in inputs always comes first; the
kept files only fill what is missing there, under the names under which they once lay in inputs.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.intake.find import Received, find_files, office_file, with_unique_names
from pipeline.memory.folders import PeriodFolder, folders_of
from pipeline.memory.record import read_record

RETURNS_FOLDER = "来件"


def folder_replaced(outputs: Path, meeting: date) -> PeriodFolder | None:
    """The folder whose place a run of `meeting` takes, the one to believe of several; None for a first run."""
    return next(iter(folders_of(outputs, meeting)), None)


def kept_files(folder: PeriodFolder | None) -> tuple[Received, ...]:
    """What the run that wrote `folder` adopted, of units and of the office, as it lies in its 来件.

    Each under its name in the inputs of that run (`Received.name`; by its bytes in 运行记录.json, else its own),
    ordered by name. A file whose bytes the record does not know was put there by hand and counts all the same.
    """
    returns = folder.path / RETURNS_FOLDER if folder else None
    if folder is None or returns is None or not returns.is_dir():
        return ()
    record = read_record(folder.path)
    entries = reversed(record.inputs if record else ())
    names = {entry.sha256: entry.name for entry in entries if entry.adopted}
    kept = [_as_it_lay(file, names.get(file.sha256, file.name)) for file in find_files(returns)]
    return tuple(sorted(kept, key=lambda file: file.name))


def _as_it_lay(file: Received, name: str) -> Received:
    return replace(file, name=name, office=office_file(name), kept=True)


def with_kept(received: Sequence[Received], kept: Sequence[Received]) -> list[Received]:
    """What lies in inputs and, of what was kept, all that is not there already, ordered by name.

    A book of the office in inputs takes the place of a kept one. Which kept returns are needed is known
    only when both have been read (`claim_all`).
    """
    there = {file.sha256 for file in received if file.sha256}
    books = {file.office for file in received if file.office}
    added = [file for file in kept if file.sha256 not in there and file.office not in books]
    return with_unique_names(sorted([*received, *added], key=lambda file: file.name))
