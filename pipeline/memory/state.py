"""The memory of the biweekly loop: earlier periods' own workbooks, and no other store (contract §8).

folders: which periods there are · state: what the latest of them left behind · remarks: what people
wrote into the ledger · returns: which returns were used already.

What the latest readable period left behind in its matrix workbook (contract §8).

Decisions. The latest earlier period whose matrix workbook can be read is used; one that cannot be
read is passed over and named in the notices, because a fortnight lost is better than all memory. One
changed by hand is used as it stands, and said so.

Which returns were used at earlier meetings: the same bytes are not a return of this period.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.intake.claim import Closed
from pipeline.intake.disk import patiently
from pipeline.intake.unreadable import Unreadable
from pipeline.judge.item_changes import confirmed_changes, continued
from pipeline.judge.remarks import no_words
from pipeline.memory.folders import (
    PeriodFolder,
    about,
    earlier_meetings,
    latest_first,
    matrix_books,
    periods_in,
)
from pipeline.memory.kept_plan import kept_plan, stored_fact
from pipeline.memory.lineage import Lineage, lineage, renamed_entries, renamed_previous
from pipeline.memory.opening import PreviousUnreadable, open_own, unreadable
from pipeline.memory.readback import ReadTable, empty, read_table
from pipeline.memory.record import read_record
from pipeline.memory.remarks import words_for
from pipeline.memory.replaced import RETURNS_FOLDER, folder_replaced
from pipeline.records import Kept, Previous
from pipeline.write.digest import DIGEST_LABEL, EDITION_LABEL, content_digest
from schemas.columns import Table
from schemas.plan import Period, Plan
from schemas.tables import COVERS, HISTORY, KEPT, MATRIX, MERGED, STATE_TABLES, UNIT_SUMMARY

if TYPE_CHECKING:
    from pipeline.intake.own import OwnBook
    from pipeline.memory.plan import PlanInForce


#: Without these there is nothing to continue from.
_NEEDED = (MATRIX, MERGED["items"])


def read_previous(outputs: Path, meeting: date) -> Previous | None:
    """What the latest readable period before `meeting` left behind; None when there is none before it.

    Its remarks are left to `recall`. Raises PreviousUnreadable, whose `notices` say why, when earlier
    periods exist and none can be read.
    """
    notices: list[str] = []
    for folder in latest_first(outputs, meeting):
        try:
            tables, warned = _read_state(folder)
        except PreviousUnreadable as error:
            notices += error.notices
            continue
        return _previous(folder, tables, (*notices, *warned))
    if notices:
        raise PreviousUnreadable(*notices, "以前各期的总矩阵都读不出来，本期按首期计算，进步、首次到位等无从比较。")
    return None


def _previous(folder: PeriodFolder, tables: Mapping[str, pd.DataFrame], notices: tuple[str, ...]) -> Previous:
    what = f"{folder.label}总矩阵"
    history, spoilt = sound_rows(tables["history"], HISTORY, what)
    unit_dimensions, more_spoilt = sound_rows(tables["unit_dimensions"], UNIT_SUMMARY, what)
    latest = history[history["meeting"] == folder.meeting]
    ranking = latest.drop_duplicates("unit")[["unit", "rank", "score"]].reset_index(drop=True)
    return Previous(
        period=folder.number,
        meeting=folder.meeting,
        covers=_with_provenance(tables[COVERS.key]),
        tables={**tables, **{key: _with_provenance(tables[key]) for key in MERGED}},
        matrix=tables["matrix"],
        unit_dimensions=unit_dimensions,
        history=history,
        ranking=ranking,
        findings=tables["findings"],
        tracking=tables["tracking"],
        remarks=no_words(),
        notices=(*notices, *spoilt, *more_spoilt),
        milestones=tables["milestones"],
        office={key: tables[table.key] for key, table in KEPT.items()},
        record=record.digest if (record := read_record(folder.path)) else "",
    )


def _with_provenance(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows as `records` promises them: their layout is no longer known, "" says not 沿用上期."""
    return rows.assign(layout=-1, carried=rows["carried"].fillna("").astype(object)).astype(object)


def sound_rows(frame: pd.DataFrame, table: Table, what: str) -> tuple[pd.DataFrame, list[str]]:
    """The rows whose counts are whole numbers (and whose meeting is a date), and what a hand had spoilt.

    what: how the notice names the workbook.
    """
    sound = frame["applicable"].map(_is_count).astype(bool) & frame["done"].map(_is_count).astype(bool)
    if "meeting" in frame:
        sound &= frame["meeting"].map(lambda day: isinstance(day, date)).astype(bool)
    spoilt = int((~sound).sum())
    notice = f"{what}的“{table.name}”表有 {spoilt} 行的数字或日期读不懂，没有采用。"
    return frame[sound].reset_index(drop=True), [notice] if spoilt else []


def _is_count(cell: object) -> bool:
    return isinstance(cell, int) and not isinstance(cell, bool)


def _read_state(folder: PeriodFolder) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    paths = matrix_books(folder.path)
    if not paths:
        raise PreviousUnreadable(f"{folder.label}（{folder.meeting}）的文件夹里没有总矩阵，没有沿用这一期。")
    return read_parts(paths, folder.label)


def read_parts(paths: Sequence[Path], label: str) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """The state tables of a period, its matrix workbooks (one, or several by groups of units) put together.

    label: how the notices name the period. What is in them is held against 说明, and against the 运行记录.json
    beside them, by which a workbook is noticed whose checksum was worked out anew. Raises PreviousUnreadable.
    """
    parts, notices = [], []
    record = read_record(paths[0].parent)
    recorded = record.state if record else {}
    for path in paths:
        what = f"{label}的“{path.name}”"
        book = open_own(path, what)
        try:
            tables = {table.key: read_table(book, table) for table in STATE_TABLES}
        except Unreadable as error:
            raise unreadable(what, error) from error
        found = {key: table for key, table in tables.items() if table is not None}
        if found:  # an index of several parts holds none
            parts.append({key: table.rows for key, table in found.items()})
            notices += _doubts(book, found, what, recorded.get(path.name))
    return _put_together(parts, label), tuple(notices)


def _doubts(book: "OwnBook", found: Mapping[str, ReadTable], what: str, recorded: str | None) -> list[str]:
    """What is to be said about one workbook: other than it was written, or columns gone.

    recorded: the digest in 运行记录.json; None where it holds none. A column that this program has and the one
    that wrote the workbook had not is no news: the digest fits by the columns that are there.
    """
    stored = stored_fact(book, DIGEST_LABEL)
    edition = stored_fact(book, EDITION_LABEL) or "1"
    rows, lacking = ({key: getattr(table, part) for key, table in found.items()} for part in ("rows", "missing"))
    now = content_digest(rows, lacking, int(edition) if edition.isdecimal() else 0)
    if stored is None:
        doubts = [f"{what}没有校验码，无法核对写出以后内容有没有变化，已按其内容沿用，请核对。"]
    elif stored != now:
        doubts = [f"{what}写出以后内容有变化（校验码不符），已按现在的内容沿用，请核对。"]
    elif recorded not in (None, now):
        doubts = [f"{what}与运行记录所记的内容不一致，已按现在的内容沿用，请与留存的副本核对。"]
    else:
        return []
    for table in STATE_TABLES:
        if table.key in found and (gone := found[table.key].missing.values()):
            doubts.append(f"{what}的“{table.name}”表缺少{'、'.join(gone)}，按空白处理。")
    return doubts


def _put_together(parts: Sequence[Mapping[str, pd.DataFrame]], label: str) -> dict[str, pd.DataFrame]:
    for table in _NEEDED:
        if not any(table.key in part for part in parts):
            raise PreviousUnreadable(f"{label}的总矩阵里没有“{table.name}”表，没有沿用这一期。")
    tables = {}
    for table in STATE_TABLES:
        frames = [part[table.key] for part in parts if table.key in part and len(part[table.key])]
        if "unit" not in table.names:  # every part holds it whole
            frames = frames[:1]
        tables[table.key] = pd.concat(frames, ignore_index=True) if frames else empty(table)
    return tables


def returns_seen(outputs: Path, meeting: date) -> dict[str, str]:
    """sha256 of every return used at an earlier meeting → label of the first period that used it.

    From 运行记录.json; where that is damaged or gone, from the copies in 来件/.
    """
    seen: dict[str, str] = {}
    for folder in periods_in(outputs).folders:
        if folder.meeting < meeting:
            for digest in _used_in(folder.path):
                seen.setdefault(digest, folder.label)
    return seen


def _used_in(folder: Path) -> list[str]:
    """Digests of the units' adopted returns; the office's own workbooks rightly stay the same for long."""
    record = read_record(folder)
    if record is None:
        return _copies(folder / RETURNS_FOLDER)
    return [entry.sha256 for entry in record.inputs if entry.adopted and entry.unit]


def _copies(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.glob("**/*") if path.is_file()) if folder.is_dir() else []
    return [hashlib.sha256(patiently(path.read_bytes)).hexdigest() for path in paths]


def closed_before(outputs: Path, period: Period) -> Closed | None:
    """The meeting before that of `period`, when it was closed: what came too late for it counts now (contract §7)."""
    folder = folder_replaced(outputs, period.previous_meeting) if period.previous_meeting else None
    record = read_record(folder.path) if folder else None
    if folder is None or record is None or not record.closed:
        return None
    return Closed(folder.number, folder.meeting, frozenset(entry.sha256 for entry in record.inputs))


__all__ = ["Memory", "PreviousUnreadable", "earlier_meetings", "read_previous", "recall", "returns_seen"]


@dataclass(frozen=True)
class Memory:
    """What a run knows of the meetings before its own.

    previous: the latest readable period, None for a first one. remarks: what people wrote into the workbooks
    of the period before, and into those that this run replaces; earlier_remarks: how the former stand (WORDS rows).
    notices: Chinese sentences about what was damaged or changed by hand. kept: the office's own entries.
    """

    previous: Previous | None
    remarks: pd.DataFrame
    notices: tuple[str, ...]
    kept: Kept = field(default_factory=Kept)
    earlier_remarks: pd.DataFrame = field(default_factory=no_words)


def recall(outputs: Path, meeting: date, plan: "PlanInForce | None" = None) -> Memory:
    """Everything that lies under `outputs` about the meetings before `meeting`; never raises for damage.

    plan: under whose units' names it is wanted; None: as it was written. When earlier periods exist and
    none of them can be read, the run goes on as a first one, and the notices say so.
    """

    def named(folder: PeriodFolder) -> Lineage:
        return lineage(kept_plan([folder], []), plan.book, plan.plan, meeting) if plan else Lineage({})

    words = words_for(outputs, meeting, named if plan else None)
    remarks = words.back
    replaced, about_replaced = _office_of(outputs, meeting, named)
    said = (*about(periods_in(outputs), outputs), *words.notices, *about_replaced)
    try:
        previous = read_previous(outputs, meeting)
    except PreviousUnreadable as error:
        return Memory(None, remarks, (*error.notices, *said), Kept(replaced), words.earlier)
    if previous is None:
        return Memory(None, remarks, said, Kept(replaced), words.earlier)
    if plan:
        previous = renamed_previous(previous, lineage(plan.last, plan.book, plan.plan, meeting))
        previous = _with_items_moved(previous, plan.plan, meeting)
    notices = (*previous.notices, *said)
    kept = Kept(replaced, previous.office, previous.meeting)
    return Memory(replace(previous, remarks=remarks, notices=notices), remarks, notices, kept, words.earlier)


def _office_of(
    outputs: Path, meeting: date, named: Callable[[PeriodFolder], Lineage]
) -> tuple[dict[str, pd.DataFrame], tuple[str, ...]]:
    """The office's own entries as the run of this very meeting kept them, the newest folder that can be read."""
    notices: list[str] = []
    for folder in periods_in(outputs).of(meeting):
        try:
            return renamed_entries(_kept_in(folder), named(folder)), tuple(notices)
        except PreviousUnreadable as error:
            notices += error.notices
    return {}, tuple(notices)


def _kept_in(folder: PeriodFolder) -> dict[str, pd.DataFrame]:
    parts: dict[str, list[pd.DataFrame]] = {key: [] for key in KEPT}
    for path in matrix_books(folder.path):
        book = open_own(path, f"{folder.label}的“{path.name}”")
        for key, table in KEPT.items():
            try:
                found = read_table(book, table)
            except Unreadable as error:
                raise unreadable(f"{folder.label}的“{path.name}”", error) from error
            parts[key] += [found.rows] if found is not None and len(found.rows) else []
    return {key: pd.concat(frames, ignore_index=True) if frames else empty(KEPT[key]) for key, frames in parts.items()}


def _with_items_moved(previous: Previous, plan: Plan, meeting: date) -> Previous:
    """Items that 事项变动 handed over or renamed, where and as they go on."""
    changes = confirmed_changes(plan, meeting)
    if not any(change.in_force(meeting) for change in plan.item_changes):
        return previous
    tables = dict(previous.tables) | {"items": continued(previous.tables["items"], changes)}
    return replace(previous, tables=tables, matrix=continued(previous.matrix, changes))
