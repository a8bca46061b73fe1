"""The periods' folders under outputs, known by what is in them (contract §8).

People rename a period's folder (第05期_2023-05-12（定稿）), copy it, or put it into a year's. So every folder
under outputs, and every one a level deeper, is asked: 运行记录.json says which meeting it holds; where there is
none, its name and the numbers of the matrix workbooks in it do, and where these do not say or contradict each
other the sheet 说明 of the matrix does. Only then is a workbook opened.

Decisions. Of several folders for one meeting the one named plainly counts, and it is said which. `…_新` is a
name that no person gives: `publish` does, to a result that is newer than the one that another program held open,
and for an instant to every new result. It counts over all others, the highest number first. Of copies alone, the
one that stands highest and has the shortest name counts. What people wrote is looked for in all of them.
"""

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from pipeline.intake.disk import patiently
from pipeline.intake.unreadable import Unreadable
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.records import MisuseError
from pipeline.write.digest import NOTE_SHEET

#: A period's folder; 新 is one that was written beside an open one (`publish.py`).
_FOLDER = re.compile(r"第([0-9]{2,})期_([0-9]{4}-[0-9]{2}-[0-9]{2})(?:_新(?:-([0-9]+))?)?")
_NUMBER_AND_DATE = re.compile(r"第([0-9]{1,})期.*?([0-9]{4}-[0-9]{2}-[0-9]{2})")
_MATRIX = re.compile(r"1-总矩阵_第([0-9]{2,})期.*\.xlsx")
RECORD_FILE = "运行记录.json"
#: 填报表_第NN期 are templates, 汇总_第NN期_… is a rollup's: their names only resemble a period's.
_OTHERS = ("填报表", "汇总_")
_DEEPEST = 2


@dataclass(frozen=True, order=True)
class PeriodFolder:
    """One finished period under outputs."""

    meeting: date
    number: int
    written_beside: int  # 0: the folder itself; n: its n-th 新; −1: a copy, or one that a person named
    path: Path

    @property
    def label(self) -> str:
        """As printed: 第03期."""
        return f"第{self.number:02d}期"


@dataclass(frozen=True)
class Periods:
    """What lies under an outputs folder: every folder that holds a period, and what is to be said of others.

    folders: all of them, copies too, oldest meeting first, of one meeting the one to believe first.
    """

    folders: tuple[PeriodFolder, ...]
    unknown: tuple[str, ...] = ()  # paths below outputs that look like a period and are none

    @property
    def counted(self) -> list[PeriodFolder]:
        """The folder of each meeting that counts, oldest first."""
        return [next(folders) for _, folders in groupby(self.folders, key=lambda folder: folder.meeting)]

    def of(self, meeting: date) -> list[PeriodFolder]:
        """Every folder of one meeting, the one to believe first."""
        return [folder for folder in self.folders if folder.meeting == meeting]


def periods_in(outputs: Path) -> Periods:
    """The periods under `outputs`; what begins with a dot is left out."""
    found: list[PeriodFolder] = []
    unknown: list[str] = []
    for path, depth in _directories(outputs, 0) if outputs.is_dir() else ():
        folder = _identified(path, depth) if depth < _DEEPEST else None
        if folder:
            found.append(folder)
        elif _looks_like_one(path):
            unknown.append(path.relative_to(outputs).as_posix())
    ordered = sorted(found, key=lambda folder: _belief(folder, outputs))
    return Periods(tuple(sorted(ordered, key=lambda folder: folder.meeting)), tuple(sorted(unknown)))


def _directories(folder: Path, depth: int) -> Iterator[tuple[Path, int]]:
    """Folders below `folder` with their depth; a period's own are left out."""
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_dir():
            continue
        yield path, depth
        if depth < _DEEPEST and not _holds_a_period(path) and not _FOLDER.fullmatch(path.name):
            yield from _directories(path, depth + 1)


def _holds_a_period(path: Path) -> bool:
    return (path / RECORD_FILE).is_file() or any(_matrices(path))


def matrix_books(path: Path) -> list[Path]:
    """The parts of workbook 1 in a period's folder, in order; lock files of Office begin otherwise."""
    return sorted(path.glob("1-总矩阵*"))


def _matrices(path: Path) -> Iterator[re.Match[str]]:
    return (match for book in matrix_books(path) if (match := _MATRIX.fullmatch(book.name)))


def _belief(folder: PeriodFolder, outputs: Path) -> tuple[int, int, int, int, str]:
    below = folder.path.relative_to(outputs).as_posix()
    return -folder.written_beside, -folder.number, below.count("/"), len(below), below


def _identified(path: Path, depth: int) -> PeriodFolder | None:
    """Which period a folder holds; None for none, or one that cannot be told."""
    if path.name.startswith(_OTHERS):
        return None
    plain = _FOLDER.fullmatch(path.name)
    named = _as_period(plain) or _as_period(_NUMBER_AND_DATE.search(path.name))
    stated = _recorded(path / RECORD_FILE) or _by_its_matrix(path, named)
    if stated is None:
        return None
    number, meeting = stated
    is_own = plain is not None and depth == 0 and named == stated
    beside = (int(plain[3] or 1) if "_新" in path.name else 0) if plain and is_own else -1
    return PeriodFolder(meeting, number, beside, path)


def _as_period(match: re.Match[str] | None) -> tuple[int, date] | None:
    with suppress(ValueError):  # 2023-02-31
        return (int(match[1]), date.fromisoformat(match[2])) if match else None
    return None


def _recorded(path: Path) -> tuple[int, date] | None:
    """Period and meeting in 运行记录.json; None where it is not there, damaged, or a rollup's."""
    try:
        record = json.loads(patiently(path.read_bytes))
        return int(record["period"]), date.fromisoformat(record["meeting"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _by_its_matrix(path: Path, named: tuple[int, date] | None) -> tuple[int, date] | None:
    """By the folder's name where no matrix in it contradicts it, else by what the first matrix says of itself."""
    matrices = list(_matrices(path))
    plain = _FOLDER.fullmatch(path.name)
    if named and (any(int(match[1]) == named[0] for match in matrices) or (plain and not matrices)):
        return named
    if not matrices:
        ledgers = list(path.glob("3-红黄绿督办台账*"))
        return named if ledgers else None
    return _noted(path / matrices[0][0])


def _noted(path: Path) -> tuple[int, date] | None:
    """期次 and 会议日期 on the sheet 说明 of a matrix workbook."""
    with suppress(PreviousUnreadable, Unreadable, ValueError, KeyError):
        rows = open_own(path, path.name).rows(NOTE_SHEET) or []
        facts = {str(row[0]): str(row[1]) for row in rows if len(row) > 1 and row[0] and row[1]}
        number = re.search("[0-9]+", facts["期次"])
        return (int(number[0]), date.fromisoformat(facts["会议日期"])) if number else None
    return None


def _looks_like_one(path: Path) -> bool:
    if path.name.startswith(_OTHERS):
        return False
    return _NUMBER_AND_DATE.search(path.name) is not None or any(_matrices(path))


def about(periods: Periods, outputs: Path) -> tuple[str, ...]:
    """What a run says of the folders: which of several counts and why, and what was passed over."""
    lines = []
    for meeting, group in groupby(periods.folders, key=lambda folder: folder.meeting):
        first, *others = group
        if others:
            unused = "”“".join(folder.path.relative_to(outputs).as_posix() for folder in others)
            shown = first.path.relative_to(outputs).as_posix()
            lines.append(
                f"{first.label}（会议日期 {meeting}）有 {len(others) + 1} 个文件夹：采用“{shown}”（{_why(first)}），"
                f"没有采用“{unused}”；写在其中的批示仍然带过来。"
            )
    lines += [f"“{name}”像是某一期的结果，但认不出是哪次会议（或放得太深），没有采用。" for name in periods.unknown]
    return tuple(lines)


def _why(folder: PeriodFolder) -> str:
    if folder.written_beside > 0:
        return "是上次结果被占用时另存的，最新"
    return "名称规范" if folder.written_beside == 0 else "都不是规范名称，取位置最浅、名称最短的"


def period_folders(outputs: Path, prefix: str = "") -> list[PeriodFolder]:
    """Every period's folder, oldest meeting first and of one meeting the one to believe last.

    prefix: what its name begins with where it is not an office's own period but a rollup's; these go by name.
    """
    if not prefix:
        folders = periods_in(outputs).folders
        return [one for _, group in groupby(folders, key=lambda f: f.meeting) for one in reversed(list(group))]
    return sorted(_named(outputs, prefix)) if outputs.is_dir() else []


def _named(outputs: Path, prefix: str) -> Iterator[PeriodFolder]:
    for path in outputs.iterdir():
        match = _FOLDER.fullmatch(path.name.removeprefix(prefix))
        stated = _as_period(match) if path.name.startswith(prefix) and path.is_dir() else None
        if match and stated:
            beside = int(match[3] or 1) if "_新" in path.name else 0
            yield PeriodFolder(stated[1], stated[0], beside, path)


def earlier_meetings(outputs: Path) -> list[date]:
    """The meetings that have a folder, oldest first, each once (`period_of` takes those before its own)."""
    return list(numbers_held(outputs))


def numbers_held(outputs: Path) -> dict[date, int]:
    """The meetings that have a folder, oldest first, and their 期次."""
    return {folder.meeting: folder.number for folder in periods_in(outputs).counted}


def folders_of(outputs: Path, meeting: date, prefix: str = "") -> list[PeriodFolder]:
    """The folders of one meeting, the one to believe first: what was written beside is the newer."""
    return [folder for folder in reversed(period_folders(outputs, prefix)) if folder.meeting == meeting]


def folder_asked(meeting: date | None, outputs: Path) -> PeriodFolder:
    """The finished folder of a meeting, None for the latest; MisuseError when there is none."""
    counted = [folder for folder in periods_in(outputs).counted if meeting in (None, folder.meeting)]
    if not counted:
        which = f"会议日期 {meeting} 的结果" if meeting else "任何一期的结果"
        raise MisuseError(f"“{outputs}”里没有{which}，请先运行 yjbj run。")
    return counted[-1]


def replaced_by(outputs: Path, meeting: date) -> list[Path]:
    """What a run for `meeting` replaces: the folder that counts, and those of its own making beside it.

    A copy that a person keeps beside a plainly named folder stays where it is.
    """
    folders = periods_in(outputs).of(meeting)
    return [folder.path for folder in folders if folder.written_beside >= 0 or folder is folders[0]]


def latest_first(outputs: Path, before: date) -> Sequence[PeriodFolder]:
    """The folders of the meetings before a day, latest meeting first, of one meeting the one to believe first."""
    earlier = [folder for folder in periods_in(outputs).folders if folder.meeting < before]
    return sorted(earlier, key=lambda folder: -folder.meeting.toordinal())
