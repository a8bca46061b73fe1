"""Whether what lies under outputs is what was written there (contract §8).

Three things hold each other: 运行记录.json lists the digest of every file of its period, of the state in workbook 1,
and of the record before it; outputs/运行日志.txt, the digest of each record. What people write into workbooks 2 and 3,
the briefing, slips and marked returns is theirs to write and is not asked about; workbook 1 is what the next meeting
goes on from. Files change for many honest reasons, so what does not fit is said, and nobody accused.
"""

import hashlib
from datetime import date
from pathlib import Path

from pipeline.memory.folders import PeriodFolder, matrix_books, periods_in
from pipeline.memory.journal import recorded_in_log
from pipeline.memory.opening import PreviousUnreadable, own_bytes
from pipeline.memory.record import Record, read_record
from pipeline.memory.state import read_parts


def evidence(outputs: Path, meeting: date) -> tuple[str, ...]:
    """What does not fit among the periods before `meeting`, a sentence each with file and period.

    The workbook 1 of the latest of them is left to `read_previous`, which reads it anyway. Raises MisuseError when
    another program holds a file.
    """
    folders = [folder for folder in periods_in(outputs).counted if folder.meeting < meeting]
    known = {folder.meeting.isoformat(): folder for folder in folders}
    logged = recorded_in_log(outputs)
    said: list[str] = []
    for folder in folders:
        record = read_record(folder.path)
        if record is None:
            continue
        said += _against_log(folder, record, logged)
        said += _against_the_one_before(folder, record, known)
        if folder is not folders[-1]:
            said += _against_record(folder, record)
    return tuple(said)


def _against_log(folder: PeriodFolder, record: Record, logged: dict[str, str]) -> list[str]:
    if logged.get(folder.meeting.isoformat()) in (None, record.digest):
        return []
    return [f"{folder.label}（会议日期 {folder.meeting}）的“运行记录.json”与运行日志所记的不一致，请与留存的副本核对。"]


def _against_the_one_before(folder: PeriodFolder, record: Record, known: dict[str, PeriodFolder]) -> list[str]:
    day, digest = record.previous or ("", "")
    before = known.get(day)
    found = read_record(before.path) if before and digest else None
    if before is None or found is None or found.digest == digest:
        return []
    return [
        f"{folder.label}是接着{before.label}（会议日期 {before.meeting}）的另一份结果算的，与现在这一份的“运行记录.json”对不上：{before.label}"
        f"后来重新汇总过的，请把{folder.label}也重新汇总一次；没有的，请与留存的副本核对。"
    ]


def _against_record(folder: PeriodFolder, record: Record) -> list[str]:
    """About workbook 1; it is opened only where its bytes are others, for to save it again changes no figure."""
    paths = matrix_books(folder.path)
    as_written = {**record.outputs, **record.purged}
    try:
        changed = [path for path in paths if as_written.get(path.name) not in (None, _digest(path, folder))]
        if not changed:
            return []
        return list(read_parts(paths, folder.label)[1])
    except PreviousUnreadable as error:
        return list(error.notices)


def _digest(path: Path, folder: PeriodFolder) -> str:
    return hashlib.sha256(own_bytes(path, f"{folder.label}的“{path.name}”")).hexdigest()
