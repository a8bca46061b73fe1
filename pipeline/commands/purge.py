"""`yjbj purge --before DATE`: personal data of the meetings before it goes, figures and continuation stay (contract §9).

What goes: the returns in 来件, the marked copies, the templates that were sent out, what was replaced or did not add
up, and the telephone numbers in workbook 1. What stays: everything else, and 运行记录.json, which keeps the digests of
all that was there and notes what was removed, so that the chain of records still fits.
"""

import hashlib
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pipeline.intake.disk import patiently
from pipeline.intake.unreadable import Unreadable
from pipeline.memory.folders import PeriodFolder, matrix_books, numbers_held, period_folders, periods_in
from pipeline.memory.journal import log
from pipeline.memory.kept_plan import stored_fact
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.memory.publish import REPLACED, UNRECONCILED
from pipeline.memory.readback import read_table
from pipeline.memory.record import note_purged, read_record
from pipeline.memory.replaced import RETURNS_FOLDER
from pipeline.memory.turns import alone_on
from pipeline.records import MisuseError
from pipeline.say.closing import Outcome
from pipeline.write.digest import DIGEST_LABEL, EDITION_LABEL, content_digest
from pipeline.write.purged import without_numbers
from schemas.tables import STATE_EDITION, STATE_TABLES

_MARKED = "4-退回修改/*_退回.xlsx"
_LETTERS = "6-文书/事项委托书/*.docx"  # with the names of the persons entrusted
_TEMPLATES = re.compile(r"填报表_第([0-9]{2,})期(?:_新)?(?:-[0-9]+)?")
_ROLLUP = "汇总_"


@dataclass(frozen=True)
class Purged:
    """What goes of one folder: files, whole folders, and workbooks that lose their numbers; said: in one line."""

    said: str
    period: PeriodFolder | None = None
    files: tuple[Path, ...] = ()
    folders: tuple[Path, ...] = ()
    workbooks: dict[Path, bytes] = field(default_factory=dict)  # path → what it is without numbers


def purge(outputs: Path, before: date, agreed: Callable[[Sequence[str]], bool]) -> Outcome:
    """Remove the personal data of the meetings before a day; agreed: shown what goes, says whether it may.

    Raises MisuseError where there is no outputs folder, or another command is at work there.
    """
    if not outputs.is_dir():
        raise MisuseError(f"找不到结果文件夹“{outputs}”。")
    with alone_on(outputs):
        found = list(_found(outputs, before))
        if not found:
            return Outcome(0, (f"{before} 以前的会议没有留存个人信息，没有改动。",))
        if not agreed([f"将要删去 {before} 以前的个人信息（不能恢复）：", *(each.said for each in found)]):
            return Outcome(2, ("没有删去任何内容。",))
        held = [path for each in found for path in _removed(each)]
        done = [each.period.path for each in found if each.period]
        logged = log(outputs, f"purge --before {before}", *done)
    told = [f"正被别的程序占用，没有删去，请关闭后再运行一次：{path}" for path in held]
    kept = "得分、名次、亮灯和以后的接续不受影响；这些会议不能再重新汇总。"
    return Outcome(int(bool(held)), (*told, f"已删去 {before} 以前的个人信息；{kept}", *logged))


def _found(outputs: Path, before: date) -> Iterator[Purged]:
    for folder in (*period_folders(outputs), *period_folders(outputs, _ROLLUP)):
        if folder.meeting < before and (goes := _of_period(folder)).said:
            yield goes
    numbers = {number for day, number in numbers_held(outputs).items() if day < before}
    for path in sorted(outputs.iterdir()):
        match = _TEMPLATES.fullmatch(path.name)
        sent = tuple(sorted(path.glob("*填报表*.xlsx"))) if match and int(match[1]) in numbers else ()
        if sent:
            yield Purged(f"{path.name}：发出的填报表 {len(sent)} 份", files=sent)
    for name in (REPLACED, UNRECONCILED):
        old = tuple(_old_ones(outputs / name, before, numbers))
        if old:
            yield Purged(f"{name}：以前的结果 {len(old)} 份（整个文件夹）", folders=old)


def _old_ones(aside: Path, before: date, numbers: set[int]) -> Iterator[Path]:
    dated = [*periods_in(aside).folders, *period_folders(aside, _ROLLUP)]
    yield from (folder.path for folder in dated if folder.meeting < before)
    for path in sorted(aside.iterdir()) if aside.is_dir() else ():
        match = _TEMPLATES.fullmatch(path.name)
        if match and int(match[1]) in numbers:
            yield path


def _of_period(folder: PeriodFolder) -> Purged:
    returns = tuple(sorted(path for path in (folder.path / RETURNS_FOLDER).glob("**/*") if path.is_file()))
    marked = tuple(sorted(folder.path.glob(_MARKED)))
    letters = tuple(sorted(folder.path.glob(_LETTERS)))
    workbooks = {path: new for path in matrix_books(folder.path) if (new := _cleared(path)) is not None}
    counted = (
        (f"来件 {len(returns)} 个", returns),
        (f"标注好的退回件 {len(marked)} 个", marked),
        (f"事项委托书 {len(letters)} 个", letters),
        ("1-总矩阵 里的电话号码", workbooks),
    )
    parts = "、".join(told for told, files in counted if files)
    said = f"{folder.path.name}：{parts}" if parts else ""
    return Purged(said, folder, (*returns, *marked, *letters), workbooks=workbooks)


def _cleared(path: Path) -> bytes | None:
    """The workbook without numbers; None where it holds none, or is none any more."""
    with suppress(PreviousUnreadable, Unreadable):
        return without_numbers(patiently(path.read_bytes), _facts(path))
    return None


def _facts(path: Path) -> dict[str, str]:
    """What 说明 is to say from now on, of a workbook of the first edition that still is as it was written."""
    book = open_own(path, path.name)
    found = {table.key: read for table in STATE_TABLES if (read := read_table(book, table))}
    rows, lacking = ({key: getattr(read, part) for key, read in found.items()} for part in ("rows", "missing"))
    if stored_fact(book, EDITION_LABEL) or stored_fact(book, DIGEST_LABEL) != content_digest(rows, lacking, 1):
        return {}
    return {DIGEST_LABEL: content_digest(rows, lacking), EDITION_LABEL: str(STATE_EDITION)}


def _removed(what: Purged) -> list[Path]:
    """Remove it, and note it in the record of its period; returns what another program holds."""
    done: dict[Path, str] = {}
    held: list[Path] = []
    for path, action in _actions(what):
        try:
            patiently(action)
            done[path] = _digest(path) if path in what.workbooks else ""
        except PermissionError:
            held.append(path)
    if what.period and read_record(what.period.path):
        root = what.period.path
        note_purged(root, {path.relative_to(root).as_posix(): digest for path, digest in done.items()})
    return held


def _actions(what: Purged) -> Iterator[tuple[Path, Callable[[], object]]]:
    for path in what.files:
        yield path, path.unlink
    for path in what.folders:
        yield path, lambda path=path: shutil.rmtree(path)  # type: ignore[misc]
    for path, data in what.workbooks.items():
        yield path, lambda path=path, data=data: _replace(path, data)  # type: ignore[misc]


def _replace(path: Path, data: bytes) -> None:
    aside = path.with_name(f".{path.name}")
    aside.write_bytes(data)
    aside.replace(path)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
