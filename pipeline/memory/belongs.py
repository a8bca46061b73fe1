"""Whether what lies under outputs is this office's own, and of a program that this one can go on from (contract §9)."""

from datetime import date
from pathlib import Path

from pipeline.memory.folders import PeriodFolder, latest_first, matrix_books
from pipeline.memory.kept_plan import stored_fact
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.memory.plan import PlanInForce
from pipeline.memory.record import read_record
from pipeline.records import MisuseError
from pipeline.say.closing import program_version
from pipeline.write.digest import EDITION_LABEL, VERSION_LABEL
from schemas.tables import MATRIX, MERGED, STATE_EDITION

_NEEDED = {MATRIX.name, MERGED["items"].name}


def refuse_other_version(outputs: Path, meeting: date) -> None:
    """Raise MisuseError when the last period before `meeting` is of a version whose tables this one does not know.

    A workbook that is merely damaged is not asked: the period before it counts then, and that is said.
    """
    folder = next(iter(latest_first(outputs, meeting)), None)
    if folder is None:
        return
    record = read_record(folder.path)
    version = _unknown_version(folder)
    if record and record.edition > STATE_EDITION:
        version = record.version
    if version:
        raise MisuseError(
            f"{folder.label}（会议日期 {folder.meeting}）是本程序的另一版本（{version}）写出的，现在这一版（{program_version()}）读不懂，"
            "请用那一版或更新的版本运行；什么也没有写。"
        )


def _unknown_version(folder: PeriodFolder) -> str:
    """The version that wrote the workbook 1 of a period, where this program cannot go on from it; else ""."""
    known: set[str] = set()
    other = ""
    for path in matrix_books(folder.path):
        try:
            book = open_own(path, f"{folder.label}的“{path.name}”")
        except PreviousUnreadable:
            return ""
        version = stored_fact(book, VERSION_LABEL) or ""
        edition = stored_fact(book, EDITION_LABEL) or "1"
        if edition.isdecimal() and int(edition) > STATE_EDITION:
            return version or "版本不明"
        other = version if version != program_version() else other
        known |= _NEEDED & set(book.names)
    return "" if known == _NEEDED else other


def refuse_other_district(in_force: PlanInForce) -> None:
    """Raise MisuseError when the plan is of another 区划 than the earlier periods, or the run that is replaced."""
    here = in_force.plan.office.district
    for kept in in_force.kept:
        if kept.district and kept.district != here:
            raise MisuseError(
                f"工作方案是{here}的，结果文件夹里的{kept.label}（会议日期 {kept.meeting}）却是{kept.district}的：来件和结果大概放混了，"
                "请用 --inputs、--outputs 指明本区的文件夹；什么也没有写。确是区划改了名称的，汇总时加 --anyway。"
            )
