"""What people wrote into the workbooks of a meeting and of the one before, as a run has to bring it back (contract §8).

Office staff save copies under any name: every workbook in a period's folder that is one of ours, or was, is read,
unless it is, byte for byte, what the run wrote: then nobody added anything. What the run wrote itself stands in
workbook 1 (批示); where an earlier version of this program kept no such sheet, a blank removes nothing.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.intake.unreadable import Unreadable
from pipeline.judge.remarks import (
    APART,
    EARLIER,
    Said,
    Standing,
    as_they_stand,
    brought_back,
    earlier_decisions,
    no_words,
    without_blanks,
)
from pipeline.memory.folders import PeriodFolder, folders_of, matrix_books, period_folders
from pipeline.memory.lineage import Lineage, renamed_remarks
from pipeline.memory.opening import PreviousUnreadable, open_own, opened, own_bytes, unreadable
from pipeline.memory.readback import read_table
from pipeline.memory.record import read_record
from pipeline.memory.words import is_book, words_in
from schemas.tables import WORD_NAMES, WORDS

LEDGER_FILES, SCORE_FILES = "3-红黄绿督办台账*", "2-评分表*"
_SUFFIXES = {".xlsx", ".xlsm", ".xls", ".et", ".ods"}
_ABOUT = ("book", "sheet", "key", "label", "written_in")
#: Below a period's folder: what units sent and what went to them is no place of the office's words.
_OTHERS = ("4-", "5-", "来件")


@dataclass(frozen=True)
class Words:
    """WORDS rows. back: what a run has to bring back; earlier: how words stand in the meeting before."""

    back: pd.DataFrame
    earlier: pd.DataFrame
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Read:
    """One period's folder: how words stand there, what the run had read of the meeting before, whether it noted that."""

    standing: Standing
    earlier_then: pd.DataFrame
    known: bool
    whole: bool


def words_for(outputs: Path, meeting: date, named: Callable[[PeriodFolder], Lineage] | None = None) -> Words:
    """All words that a run for `meeting` must bring back, and notices about workbooks it could not read.

    From the workbooks of this very meeting (which the run is about to replace), and from those of the latest
    earlier one that can be read. named: how the units of a period are called now.
    """
    notices: list[str] = []

    def read(folder: PeriodFolder) -> _Read:
        found = _read(folder, notices)
        return _renamed(found, named(folder)) if named else found

    own = [read(folder) for folder in folders_of(outputs, meeting)]
    earlier = no_words()
    for _, folders in _latest_first(outputs, meeting):
        found = [read(folder) for folder in folders]
        now = earlier_decisions(without_blanks(_together(found).standing.now), folders[0].label)
        earlier = now if not len(earlier) else brought_back(Standing(earlier, earlier), now, now, known=False)
        if found[0].known or all(one.whole for one in found):  # it holds what the ones before it held
            break
    here = _together(own)
    back = brought_back(here.standing, here.earlier_then, earlier, known=here.known)
    return Words(back, earlier, tuple(notices))


def _latest_first(outputs: Path, meeting: date) -> Iterator[tuple[date, list[PeriodFolder]]]:
    folders = [folder for folder in period_folders(outputs) if folder.meeting < meeting]
    for day in sorted({folder.meeting for folder in folders}, reverse=True):
        yield day, [folder for folder in reversed(folders) if folder.meeting == day]


def _renamed(found: _Read, lines: Lineage) -> _Read:
    standing = Standing(*(renamed_remarks(rows, lines) for rows in (found.standing.now, found.standing.written)))
    return replace(found, standing=standing, earlier_then=renamed_remarks(found.earlier_then, lines))


def _together(found: list[_Read]) -> _Read:
    """The folders of one meeting, the one to believe first; of the others what was added there."""
    if not found:
        return _Read(Standing(no_words(), no_words()), no_words(), known=True, whole=True)
    first, *others = found
    added = [said for number, one in enumerate(others) for said in _added(one.standing, f"{number}")]
    if not added:
        return first
    now = as_they_stand(first.standing.now, added).now
    was = first.standing.written.reindex(range(len(now)))
    return replace(first, standing=Standing(now, was.where(was.notna(), None)))


def _added(standing: Standing, counter: str) -> Iterator[Said]:
    rows = zip(standing.now.to_dict("records"), standing.written.to_dict("records"), strict=True)
    for now, was in rows:
        texts = {name: now[name] for name in WORD_NAMES if now[name] and now[name] != was[name]}
        if texts:
            book, sheet, key, label, written_in = (str(now[name] or "") for name in _ABOUT)
            yield Said(book, sheet, key, label, written_in, texts, counter=counter)


def _read(folder: PeriodFolder, notices: list[str]) -> _Read:
    kept = _kept_words(folder)
    written = no_words() if kept is None else kept[kept["as_of"] != EARLIER]
    record = read_record(folder.path)
    as_written = set(record.outputs.values()) if record and kept is not None else set()
    apart = {
        (str(book), str(sheet), str(key)): as_of == APART
        for book, sheet, key, as_of in zip(*(written[name] for name in ("book", "sheet", "key", "as_of")), strict=True)
    }
    said: list[Said] = []
    told = len(notices)
    paths = list(_workbooks(folder))
    if not any(path.match(LEDGER_FILES) for path in paths):
        notices.append(f"{folder.label}的文件夹里没有红黄绿督办台账，写在其中的批示没有带过来。")
    for path in paths:
        said += _said_in(path, folder, apart, as_written, notices)
    earlier_then = no_words() if kept is None else kept[kept["as_of"] == EARLIER].reset_index(drop=True)
    standing = as_they_stand(written.reset_index(drop=True), said)
    return _Read(standing, earlier_then, known=kept is not None, whole=len(notices) == told)


def _workbooks(folder: PeriodFolder) -> Iterator[Path]:
    """The workbooks that people may have written in, those of our own names and the shortest names first."""
    found = [
        path
        for path in folder.path.rglob("*")
        if path.suffix.lower() in _SUFFIXES and not path.name.startswith(("~$", "1-", ".")) and path.is_file()
        if not path.relative_to(folder.path).parts[0].startswith(_OTHERS)
    ]
    ours = (SCORE_FILES, LEDGER_FILES)
    yield from sorted(found, key=lambda path: (not any(map(path.match, ours)), len(path.name), path.as_posix()))


def _said_in(
    path: Path,
    folder: PeriodFolder,
    apart: dict[tuple[str, str, str], bool],
    as_written: Collection[str],
    notices: list[str],
) -> list[Said]:
    """What people wrote into one workbook; as_written: the digests of those that the run wrote."""
    what = f"{folder.label}的“{path.name}”"
    try:
        data = own_bytes(path, what)
        if hashlib.sha256(data).hexdigest() in as_written:
            return []
        book = opened(data, what)
        if not (path.match(LEDGER_FILES) or path.match(SCORE_FILES) or is_book(book)):
            return []
        found = words_in(book, folder.label, apart)
    except PreviousUnreadable as error:
        notices += error.notices
        return []
    except Unreadable as error:
        notices += unreadable(what, error).notices
        return []
    return [replace(said, counter=f"{path.name}/{said.counter}") for said in found]


def _kept_words(folder: PeriodFolder) -> pd.DataFrame | None:
    """批示 of workbook 1: which words the run itself wrote; None where that is not known."""
    for path in matrix_books(folder.path):
        try:
            found = read_table(open_own(path, path.name), WORDS)
        except (PreviousUnreadable, Unreadable):  # said where the state is read
            continue
        if found:
            return found.rows
    return None
