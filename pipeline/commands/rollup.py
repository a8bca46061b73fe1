"""`yjbj rollup`: districts' finished periods in; board, scores and ledger over districts out.

What was named on the command line, as finished periods: one folder, or one matrix workbook, each.

What the rollups before left behind: 历史 in their own workbooks, and no other store.
"""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.commands.districts import (
    District,
    DistrictMeeting,
    archive_name,
    district_receipts,
    none_merged,
    plan_over,
    read_district,
)
from pipeline.findings import ERROR, WARNING, Finding, Place, finding, rule
from pipeline.intake.unreadable import Unreadable
from pipeline.intake.workers import Failure, Limits, map_files
from pipeline.meeting import Meeting, no_rows, worked_out
from pipeline.memory.folders import PeriodFolder, folders_of, matrix_books, period_folders, periods_in
from pipeline.memory.journal import log
from pipeline.memory.opening import PreviousUnreadable, open_own, unreadable
from pipeline.memory.plan import plan_in
from pipeline.memory.publish import digests_below, publish
from pipeline.memory.readback import empty, read_table
from pipeline.memory.record import write_record
from pipeline.memory.replaced import RETURNS_FOLDER
from pipeline.memory.state import sound_rows
from pipeline.memory.turns import alone_on
from pipeline.records import MisuseError
from pipeline.say.closing import Outcome, run_record, where
from pipeline.write.ledger import write_ledger
from pipeline.write.rollup import write_district_units
from pipeline.write.scores import write_scores
from schemas import tables as ledger
from schemas.plan import Period, Plan, period_of
from schemas.tables import HISTORY
from schemas.words import Severity, Verdict


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
    own = tuple(matrix_books(folder))
    if own:
        yield Source(str(folder), own)
        return
    others = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    found = periods_in(folder)
    if any(period.path.parent == folder for period in found.folders):  # an office's outputs, a year's folder in it too
        taken = {path for period in found.folders for path in (period.path, period.path.parent)}
        others = [found.counted[-1].path, *(path for path in others if path not in taken)]
    for below in others:
        yield from _finished(below)


#: What a rollup's folder and its first workbook begin with.
FOLDER, UNITS_BOOK = "汇总_", "1-各区单位汇总"


def earlier_rollups(outputs: Path, meeting: date) -> tuple[pd.DataFrame, list[str]]:
    """HISTORY of the meetings before `meeting`, one row = district × dimension × meeting, and notices in Chinese.

    From the latest rollup that can be read; one that cannot is passed over and named.
    """
    notices: list[str] = []
    for folder in reversed([f for f in period_folders(outputs, FOLDER) if f.meeting < meeting]):
        try:
            rows, spoilt = _history_in(folder)
        except PreviousUnreadable as error:
            notices += error.notices
            continue
        notices += spoilt
        earlier = rows.loc[[day < meeting for day in rows["meeting"]], list(HISTORY.names)]
        if len(earlier):
            return earlier.reset_index(drop=True), notices
    return empty(HISTORY), notices


def _history_in(folder: PeriodFolder) -> tuple[pd.DataFrame, list[str]]:
    path = next(iter(sorted(folder.path.glob(f"{UNITS_BOOK}*.xlsx"))), folder.path / f"{UNITS_BOOK}.xlsx")
    what = f"{folder.label}汇总的“{path.name}”"
    try:
        table = read_table(open_own(path, what), HISTORY)
    except Unreadable as error:
        raise unreadable(what, error) from error
    if table is None:
        raise PreviousUnreadable(f"{what}里没有“{HISTORY.name}”表，没有沿用。")
    return sound_rows(table.rows, HISTORY, what)


Progress = Callable[[int, int], None]
#: Our own workbooks are far larger than any return, and made by ourselves.
_LIMITS = Limits(wall_seconds=900, cpu_seconds=600, memory_bytes=6 << 30)


@dataclass(frozen=True)
class RollupSettings:
    """One rollup: what was named, where the plan may lie, where the result goes, how many processes read."""

    named: tuple[Path, ...]
    inputs: Path
    outputs: Path
    workers: int
    verbose: bool = False

    @classmethod
    def of(
        cls, named: Sequence[Path], inputs: Path, outputs: Path, workers: int | None, verbose: bool
    ) -> "RollupSettings":
        """Fill in the default: one process a processor."""
        return cls(tuple(named), inputs, outputs, workers or os.cpu_count() or 1, verbose)


def rollup(settings: RollupSettings, progress: Progress | None = None) -> Outcome:
    """Judge the named districts and write 汇总_第NN期_日期 under outputs.

    A folder that cannot be read is a finding, and the rest goes on; raises MisuseError when none can,
    and while another run is under way on these outputs.
    """
    with alone_on(settings.outputs):
        return _rollup_alone(settings, progress)


def _rollup_alone(settings: RollupSettings, progress: Progress | None) -> Outcome:
    sources = find_sources(settings.named)
    base = plan_in(settings.inputs)
    districts, findings = _read(sources, settings, progress)
    if not districts:
        raise MisuseError(
            "；".join(f"{found.place.file}：{found.problem}" for found in findings) + "。没有可以汇总的区。"
        )
    period = _period(base, districts)
    districts, more = _compared(base, period, districts)
    findings += more
    earlier, notices = earlier_rollups(settings.outputs, period.meeting)
    meeting = _meeting(plan_over(base, districts), period, districts, findings, earlier)
    write = partial(_write, meeting=worked_out(meeting), districts=districts)
    replaced = [folder.path for folder in folders_of(settings.outputs, period.meeting, FOLDER)]
    published = publish(settings.outputs, f"{FOLDER}{period.folder}", write, replaced)
    logged = log(settings.outputs, f"rollup {len(districts)} 个区", published.folder)
    lines = (*meeting.summary, *notices, *where(published), *logged)
    return Outcome(int(any(found.severity is not Severity.NOTE for found in findings)), lines)


DISTRICT_UNREADABLE = rule(
    "HZ-001",
    ERROR,
    title="读不出来",
    problem="{reason}",
    remedy="请该区核对后重新报送整个期次文件夹",
    example="打不开的 1-总矩阵_第03期.xlsx",
)
NO_MATRIX = rule(
    "HZ-002",
    ERROR,
    title="没有总矩阵",
    problem="“{value}”里没有找到 1-总矩阵 工作簿",
    remedy="请核对路径；应是一个期次文件夹（第NN期_日期），或其中的 1-总矩阵 工作簿",
    example="石龙区/第03期_2023-04-14",
)


def _read(
    sources: Sequence[Source], settings: RollupSettings, progress: Progress | None
) -> tuple[list[District], list[Finding]]:
    """The districts that can be read, in order of name; what is wrong with the others, and what is doubtful."""
    tasks = [(source.name, source.paths) for source in sources if source.paths]
    read = map_files(
        read_district, tasks, settings.workers, limits=_LIMITS, progress=progress, verbose=settings.verbose
    )
    outcomes = dict(zip((name for name, _ in tasks), read, strict=True))
    districts: list[District] = []
    findings: list[Finding] = []
    for source in sources:
        outcome = outcomes.get(source.name)
        place = Place(file=source.name)
        if outcome is None:
            findings.append(finding(NO_MATRIX, place, source.name))
        elif isinstance(outcome, Failure):
            findings.append(finding(DISTRICT_UNREADABLE, place, source.name, reason=_why_not(outcome)))
        elif isinstance(outcome, str):
            findings.append(finding(DISTRICT_UNREADABLE, place, source.name, reason=outcome.rstrip("。")))
        else:
            districts.append(outcome)
    return sorted(districts, key=lambda district: (district.name, district.source)), findings


def _why_not(failure: Failure) -> str:
    return "程序读取时出错，不是文件的问题，请把文件发给工程师" if failure.ours else "读取中断，可能已损坏"


def _period(plan: Plan, districts: Sequence[District]) -> Period:
    """The meeting that most districts report on, the later one where as many report on each."""
    meetings = Counter(district.meeting for district in districts)
    meeting = max(meetings, key=lambda day: (meetings[day], day))
    number = Counter(district.number for district in districts if district.meeting == meeting).most_common(1)[0][0]
    period = period_of(plan, meeting, [])
    return Period(number, meeting, period.cutoff)


DISTRICT_IN_DOUBT = rule(
    "HZ-003",
    WARNING,
    title="有疑问",
    problem="{reason}",
    remedy="请该区核对；没有改动过的请从原件重新报送",
    example="校验码不符",
)
OTHER_MEETING = rule(
    "HZ-004",
    WARNING,
    title="期次不同",
    problem="会议日期是 {value}，而汇总以 {meeting} 为准",
    remedy="请该区报送 {meeting} 这一期的结果",
    example="2023-03-31",
)
OTHER_YARDSTICK = rule(
    "HZ-005",
    WARNING,
    title="评分口径不同",
    problem="该区的时限、权重或亮灯界限与汇总所用的不同，其单位的灯按自己的口径亮",
    remedy="请统一工作方案后重新报送",
    example="（口径校验码不同）",
)
SAME_NAME = rule(
    "HZ-006",
    ERROR,
    title="同名",
    problem="与“{other}”同为{value}，没有采用",
    remedy="同一区只报一份；不是同一区的，请在各自工作方案的“专班办公室”里写明区名后重新汇总",
    example="石龙区",
)


def _compared(plan: Plan, period: Period, districts: Sequence[District]) -> tuple[list[District], list[Finding]]:
    """One district a name, and what is wrong or different about each."""
    kept: dict[str, District] = {}
    findings: list[Finding] = []
    for district in districts:
        place = Place(district.name, district.source)
        if district.name in kept:
            other = kept[district.name].source
            findings.append(finding(SAME_NAME, Place(file=district.source), district.name, other=other))
            continue
        kept[district.name] = district
        findings += [
            finding(DISTRICT_IN_DOUBT, place, district.source, reason=notice.rstrip("。"))
            for notice in district.notices
        ]
        if district.meeting != period.meeting:
            findings.append(finding(OTHER_MEETING, place, str(district.meeting), meeting=str(period.meeting)))
        if district.yardstick != plan.yardstick:
            findings.append(finding(OTHER_YARDSTICK, place, "（口径校验码不同）"))
    return list(kept.values()), findings


def _meeting(
    plan: Plan,
    period: Period,
    districts: Sequence[District],
    findings: Sequence[Finding],
    earlier: pd.DataFrame,
) -> DistrictMeeting:
    return DistrictMeeting(
        plan=plan,
        period=period,
        merged=none_merged(),
        receipts=district_receipts(districts, findings, period.meeting),
        found=findings,
        inspections=no_rows(ledger.COMPARISON),
        files=_files(districts, findings),
        districts=tuple(districts),
        earlier=earlier,
        said=_summary(period, districts, findings),
    )


def _files(districts: Sequence[District], findings: Sequence[Finding]) -> pd.DataFrame:
    """One row = one workbook of a district, or one folder that could not be used."""
    rows = [
        (archive_name(d, path.name), d.name, Verdict.ADOPTED.value, d.source, sha256, archive_name(d, path.name))
        for d in districts
        for path, sha256 in d.files
    ]
    rows += [
        (found.place.file, "", Verdict.REJECTED.value, found.problem, "", "")
        for found in findings
        if not found.place.unit
    ]
    return pd.DataFrame(rows, columns=[*ledger.FILES.names, "sha256", "archive"], dtype=object)


def _summary(period: Period, districts: Sequence[District], findings: Sequence[Finding]) -> tuple[str, ...]:
    items = sum(district.items for district in districts)
    units = sum(sum(district.receipts.values()) for district in districts)
    lines = [f"{period.label}（会议日期 {period.meeting}）汇总 {len(districts)} 个区、{units} 个单位、{items} 个事项"]
    lines += [
        f"{found.severity} {found.code} {found.place.unit or found.place.file}：{found.problem}" for found in findings
    ]
    return tuple(lines)


def _write(folder: Path, *, meeting: Meeting, districts: Sequence[District]) -> None:
    label = meeting.period.label
    write_district_units(folder / f"{UNITS_BOOK}_{label}.xlsx", meeting, [(d.name, d.units) for d in districts])
    write_scores(folder / f"2-评分表_{label}.xlsx", meeting)
    write_ledger(folder / f"3-红黄绿督办台账_{label}.xlsx", meeting)
    copies = folder / RETURNS_FOLDER
    copies.mkdir()
    for district in districts:
        for path, _ in district.files:
            shutil.copyfile(path, copies / archive_name(district, path.name))
    written = digests_below(folder)
    record = run_record(meeting.plan, meeting.period, meeting.files, meeting.receipts, meeting.findings, written)
    write_record(folder, record)
