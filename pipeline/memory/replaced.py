"""The folder that a run replaces: the returns and office books that it kept, and what it said (contract §8).

A run for a meeting that has results already goes on from them. What lies in inputs always comes first; the
kept files only fill what is missing there, under the names under which they once lay in inputs.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.intake.find import Received, find_files, office_file, with_unique_names
from pipeline.intake.unreadable import Unreadable
from pipeline.memory.folders import PeriodFolder, matrix_books, periods_in
from pipeline.memory.opening import PreviousUnreadable, open_own, own_bytes, unreadable
from pipeline.memory.readback import empty, read_table
from pipeline.memory.record import read_record
from pipeline.records import MisuseError, Replaced
from schemas.columns import Table
from schemas.tables import HISTORY, RERUN

RETURNS_FOLDER = "来件"
#: How the name of a document ends that a person edited.
EDITED = "修改稿"


def folder_replaced(outputs: Path, meeting: date) -> PeriodFolder | None:
    """The folder whose place a run of `meeting` takes, the one to believe of several; None for a first run."""
    return next(iter(periods_in(outputs).of(meeting)), None)


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
    names = {entry.sha256: entry.name for entry in entries if entry.adopted and entry.name}
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


def edited_papers(folder: PeriodFolder | None) -> dict[str, bytes]:
    """Place below the new folder → what a person made of a document there: …_修改稿.docx, kept on every rerun.

    Known by its digest in 运行记录.json; where an earlier version noted none, nothing is told apart.
    """
    record = read_record(folder.path) if folder else None
    if folder is None or record is None:
        return {}
    found: dict[str, bytes] = {}
    for path in sorted(folder.path.rglob("*.docx")):
        place = path.relative_to(folder.path)
        if place.parts[0] == RETURNS_FOLDER or path.name.startswith("~$"):
            continue
        data = own_bytes(path, f"{folder.label}的“{path.name}”")
        drafted = path.stem.rpartition("_")[2].startswith(EDITED)
        written = {record.outputs.get(place.as_posix()), record.purged.get(place.as_posix())}
        if drafted:
            found[place.as_posix()] = data
        elif written != {None} and hashlib.sha256(data).hexdigest() not in written:
            found[_free_name(place, folder.path)] = data
    return found


def _free_name(place: Path, top: Path) -> str:
    """The name of an edited document that no earlier one of it has."""
    numbers = ("", *map(str, range(2, 1000)))
    names = (place.with_name(f"{place.stem}_{EDITED}{number}.docx") for number in numbers)
    return next(name for name in names if not (top / name).exists()).as_posix()


def refuse_closed(folder: PeriodFolder) -> None:
    """Raise MisuseError when the meeting of `folder` is over (contract §9)."""
    record = read_record(folder.path)
    if record and record.closed:
        raise MisuseError(
            f"{folder.label}（会议日期 {folder.meeting}）已经结束，不再重新汇总；迟到的来件计入下一期。确要重新汇总的，请加 --anyway。"
        )


def what_it_said(folder: PeriodFolder) -> Replaced:
    """What the run that wrote `folder` said of this meeting, to compare with; never raises for damage."""
    record = read_record(folder.path)
    closed = bool(record and record.closed)
    try:
        read = [_said_in(path, folder) for path in matrix_books(folder.path)]
    except (PreviousUnreadable, MisuseError) as error:  # held: the new result will stand beside it
        return Replaced(empty(HISTORY), empty(RERUN), closed, str(error.args[0]))
    history, differences = (_together(table, frames) for table, *frames in zip((HISTORY, RERUN), *read, strict=True))
    return Replaced(history[history["meeting"] == folder.meeting], differences, closed)


def _said_in(path: Path, folder: PeriodFolder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """HISTORY and RERUN of one matrix workbook; empty where an earlier version, or an index of parts, has none."""
    what = f"{folder.label}的“{path.name}”"
    book = open_own(path, what)
    try:
        history, rerun = (read_table(book, table) for table in (HISTORY, RERUN))
    except Unreadable as error:
        raise unreadable(what, error) from error
    return history.rows if history else empty(HISTORY), rerun.rows if rerun else empty(RERUN)


def _together(table: Table, frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    filled = [frame for frame in frames if len(frame)]
    return pd.concat(filled, ignore_index=True) if filled else empty(table)
