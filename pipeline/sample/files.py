"""Writes the inputs folder of one meeting of the demo (see `story`).

Writes a leader's remarks into a circulated ledger, as a person would: nothing else in it changes.

The ledger's charts would not survive a library that reads and writes it anew, so the few cells are
put into the sheet's own XML, as our writer writes it.
"""

import os
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path
from xml.sax.saxutils import escape, unescape

import pandas as pd

from pipeline.sample import story
from pipeline.sample.items import Row
from pipeline.sample.mess import Form, cover, write_homemade
from pipeline.sample.returns import SampleReturn, sample_return
from pipeline.sample.story import (
    ACTS,
    AGREED,
    ANSWERS,
    CLOSED_REMARKS,
    DISPATCHES,
    INSPECTED,
    ITEM_COUNTS,
    MEETINGS,
    WAIVERS,
    Act,
    Note,
)
from pipeline.write.office import write_office_books
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, Unit, period_of
from schemas.tables import REMARKS

_STRANGER = Unit("X01", "区气象局", "平顶山市石龙区气象局", credit_prefixes=("11410404",))
_PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)
_CAME_IN = time(17, tzinfo=timezone(timedelta(hours=8)))
_STAMP = (2023, 3, 3, 0, 0, 0)


def demo_period(plan: Plan, number: int) -> Period:
    """The n-th meeting of the story (1 to 6)."""
    return period_of(plan, MEETINGS[number - 1], MEETINGS)


def demo_inputs(
    plan: Plan, folder: Path, number: int, matters: Sequence[Mapping[str, object]] = (), due: pd.DataFrame | None = None
) -> None:
    """Fill `folder` (made here) with what lies in inputs before the n-th meeting of the story.

    matters: those open before it; due: OWED, what the units are asked to answer.

    Every file came in on the afternoon of the cut-off, so that the demo gives the same bytes on any day.
    """
    folder.mkdir(parents=True, exist_ok=True)
    period = demo_period(plan, number)
    for unit in plan.units:
        acts = [act for act in ACTS if act.unit == unit.name and number in act.periods]
        if not any(act.absent for act in acts):
            _send(plan, period, unit, acts, folder, _replies(unit, number, due))
    _write_office_books(plan, period, folder, matters)
    _write_strays(plan, period, folder)
    came_in = datetime.combine(period.cutoff, _CAME_IN).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (came_in, came_in))


def demo_matters(plan: Plan, folder: Path, number: int) -> None:
    """What the office has entered before the templates of the n-th meeting go out."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_office_books(plan, demo_period(plan, number), folder, ())


def demo_return(plan: Plan, number: int, unit: Unit) -> SampleReturn:
    """The content of a unit's return at the n-th meeting, before it is spoilt."""
    period, position = demo_period(plan, number), plan.units.index(unit)
    count = ITEM_COUNTS.get(unit.name)
    content = sample_return(
        plan,
        period,
        unit,
        items=count(number) if count else None,
        nature=story.nature_of(unit.name, position, number),
    )
    dispatched = [
        _problem(entry, number) for entry in DISPATCHES if entry.unit == unit.name and entry.raised_in <= number
    ]
    problems = [*content.tables["problems"], *dispatched]
    return replace(content, tables={**content.tables, "problems": problems})


def _problem(entry: story.Dispatch, number: int) -> Row:
    solved = 0 < entry.solved_in <= number
    return {
        "problem_number": entry.number,
        "description": entry.description,
        "problem_kind": entry.kind,
        "cause": entry.cause,
        "solution": entry.solution,
        "owner_unit": entry.owner,
        "helper_units": None,
        "solve_by": entry.solve_by,
        "state": "已解决" if solved else "待派发" if entry.raised_in == number else "办理中",
        "solved_on": MEETINGS[entry.solved_in - 1] - timedelta(days=6) if solved else None,
    }


def _replies(unit: Unit, number: int, due: pd.DataFrame | None) -> list[Row]:
    """The rows of 督办回复 as the unit sends them back, answered as the story says."""
    told = {answer.source: answer for answer in ANSWERS if answer.unit == unit.name and number in answer.periods}
    rows = [] if due is None else due[due["unit"] == unit.name].to_dict("records")
    found: list[Row] = []
    for row in rows:
        asked: Row = {name: row[name] for name in ("number", "source", "subject", "due")}
        if answer := told.get(str(row["source"])):
            later = None if answer.finished else MEETINGS[number - 1] + timedelta(days=20)
            finished = "是" if answer.finished else "否"
            asked |= {
                "progress": answer.progress,
                "finished": finished,
                "expected_on": later,
                "proof": answer.proof or None,
            }
        found.append(asked)
    return found


def _send(plan: Plan, period: Period, unit: Unit, acts: list[Act], folder: Path, replies: list[Row]) -> None:
    content = demo_return(plan, period.number, unit)
    if replies:
        content = replace(content, tables={**content.tables, "replies": replies})
    name, write_own, zipped = template_name(unit, period), None, ""
    for act in acts:
        if act.older:
            earlier = cover(content, filled_on=period.cutoff - timedelta(days=5), item_total=None, filled_by=None)
            _write(folder / act.older, plan, period, earlier)
        content = act.content(content) if act.content else content
        content = cover(content, filled_on=period.cutoff + timedelta(days=1)) if act.late else content
        name, zipped, write_own = act.name or name, act.zipped or zipped, act if act.form else write_own
    path = folder / name
    if instead := next((act.instead for act in acts if act.instead), ""):
        _write_instead(path, instead, plan, period, content)
    elif write_own and write_own.form:
        write_homemade(path, content, write_own.form)
    else:
        _write(path, plan, period, content)
    if zipped:
        _into_zip(folder / zipped, path)


def _write(path: Path, plan: Plan, period: Period, content: SampleReturn) -> None:
    write_template(path, plan, period, content.unit, Prefill(content.cover, content.tables))


def _write_instead(path: Path, what: str, plan: Plan, period: Period, content: SampleReturn) -> None:
    if what == "pdf":
        path.write_bytes(_PDF)
        return
    _write(path, plan, period, content)
    path.write_bytes(path.read_bytes()[:-4000])  # a transfer that broke off


def _into_zip(archive: Path, path: Path) -> None:
    with zipfile.ZipFile(archive, "a") as bundle:
        bundle.writestr(zipfile.ZipInfo(path.name, _STAMP), path.read_bytes())
    path.unlink()


def _matters(period: Period, known: Sequence[Mapping[str, object]]) -> list[Row]:
    """The office's book: what it has entered itself, and what arose by itself where it closes that now."""
    rows = [_agreed(entry, period) for entry in AGREED if entry.agreed_in < period.number]
    closed = {unit for unit, in_period in CLOSED_REMARKS if in_period == period.number}
    day = period.meeting - timedelta(days=2)
    remarks = [row for row in known if row["source"] == "领导批示" and row["unit"] in closed]
    return [*rows, *({**row, "state": "已办结", "closed_on": day, "result": "现场核实无误"} for row in remarks)]


def _agreed(entry: story.Agreed, period: Period) -> Row:
    row: Row = {
        "number": entry.number,
        "agreed_on": MEETINGS[entry.agreed_in - 1],
        "source": entry.source,
        "content": entry.content,
        "unit": entry.unit,
        "due": entry.due,
        "state": "办理中",
    }
    if 0 < entry.closed_in <= period.number:
        row |= {"state": "已办结", "closed_on": MEETINGS[entry.closed_in - 1] - timedelta(days=3), "result": "已核实"}
    return row


def _write_office_books(plan: Plan, period: Period, folder: Path, known: Sequence[Mapping[str, object]]) -> None:
    inspections = [_inspection(plan, period, entry) for entry in INSPECTED if entry.found_in <= period.number]
    waivers: list[Row] = [
        {
            "unit": entry.unit,
            "rule_code": entry.rule_code,
            "scope": entry.scope,
            "reason": entry.reason,
            "approved_by": story.APPROVER,
            "expires_on": entry.expires_on,
        }
        for entry in WAIVERS
        if entry.from_period <= period.number
    ]
    matters = _matters(period, known)
    filled = {"inspections": inspections, "waivers": waivers, "matters": matters}
    if inspections or waivers or matters:
        write_office_books(folder, plan, period.meeting, filled)


def _inspection(plan: Plan, period: Period, entry: story.Inspected) -> Row:
    found_on = MEETINGS[entry.found_in - 1] - timedelta(days=4)
    row: Row = {
        "found_on": found_on,
        "unit": entry.unit,
        "kind": entry.kind,
        "description": entry.description,
        "correct_by": found_on + timedelta(days=28),
        "state": "未整改" if entry.found_in == period.number else "整改中",
    }
    if entry.item:
        item = demo_return(plan, period.number, plan.unit_by_name[entry.unit]).tables["items"][entry.item - 1]
        row |= {"item_code": None if entry.by_name else item["item_code"], "item_name": item["item_name"]}
    if 0 < entry.closed_in <= period.number:
        row |= {"state": "已销号", "closed_on": MEETINGS[entry.closed_in - 1] - timedelta(days=3)}
    return row


def _write_strays(plan: Plan, period: Period, folder: Path) -> None:
    """What else lies in such a folder: a lock file, a stranger's return, a name that could be three units', copies."""
    (folder / "~$区财政局.xlsx").write_bytes(b"\x05admin")
    if period.number in (2, 6):
        stranger = replace(plan, units=(*plan.units, _STRANGER))
        _write(folder / "区气象局应进必进.xlsx", stranger, period, sample_return(stranger, period, _STRANGER, items=3))
    if period.number in (5, 6):
        content = cover(demo_return(plan, period.number, plan.units[8]), unit="石龙分局")
        unclear = replace(content, unit=replace(content.unit, name="石龙分局", full_name="石龙分局"))
        write_homemade(folder / "石龙分局报表.xlsx", unclear, Form())
    if period.number in (3, 6):
        old = demo_period(plan, period.number - 1)
        content = demo_return(plan, old.number, plan.units[0])
        _write(folder / template_name(content.unit, old), plan, old, content)
    if period.number in (4, 6):
        name = template_name(plan.units[6], period)
        (folder / "备份").mkdir()
        (folder / "备份" / name).write_bytes((folder / name).read_bytes())


_ROW = re.compile(r'<row r="(\d+)".*?</row>', re.DOTALL)
_CELL = re.compile(r'<c r="([A-Z]+)\d+"(?: s="(\d+)")?(?: t="(\w+)")?(?:/>|>(.*?)</c>)', re.DOTALL)
_TEXT = re.compile(r"<t\b[^>]*>(.*?)</t>", re.DOTALL)
_VALUE = re.compile(r"<v>(.*?)</v>")
_UNIT = "单位"


def write_notes(folder: Path, notes: Sequence[Note]) -> int:
    """Write each note beside its unit's n-th row in the ledger of a period's folder.

    Returns how many found their row: a unit that is on no list this time gets no remark.
    """
    if not notes:
        return 0
    path = next(folder.glob("3-*.xlsx"))
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.infolist()}
    texts = {entry.filename: data for entry, data in parts.items()}
    strings = [unescape("".join(_TEXT.findall(entry))) for entry in _shared(texts)]
    written = 0
    for note in notes:
        name = _part_of(texts, note.sheet)
        changed = _annotated(texts[name].decode(), strings, note)
        written += changed is not None
        texts[name] = changed.encode() if changed is not None else texts[name]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry in parts:
            archive.writestr(entry, texts[entry.filename], zipfile.ZIP_DEFLATED)
    return written


def _shared(texts: Mapping[str, bytes]) -> list[str]:
    return re.findall(r"<si>(.*?)</si>", texts["xl/sharedStrings.xml"].decode(), re.DOTALL)


def _part_of(texts: Mapping[str, bytes], sheet: str) -> str:
    book = texts["xl/workbook.xml"].decode()
    found = re.search(rf'<sheet name="{re.escape(sheet)}"[^>]*r:id="(\w+)"', book)
    assert found, f"台账里没有“{sheet}”"
    relations = texts["xl/_rels/workbook.xml.rels"].decode()
    target = re.search(rf'<Relationship Id="{found[1]}"[^>]*Target="([^"]+)"', relations)
    assert target
    return f"xl/{target[1].removeprefix('/xl/')}"


def _annotated(xml: str, strings: Sequence[str], note: Note) -> str | None:
    columns: dict[str, str] = {}
    seen = 0
    for row in _ROW.finditer(xml):
        cells = {letter: _shown(kind, inner, strings) for letter, _, kind, inner in _CELL.findall(row[0])}
        if not columns:
            titles = {value: letter for letter, value in cells.items()}
            columns = titles if {_UNIT, REMARKS[0].title} <= titles.keys() else {}
        elif cells.get(columns[_UNIT]) == note.unit and (seen := seen + 1) == note.row:
            return xml[: row.start()] + _with_notes(row[0], int(row[1]), columns, note) + xml[row.end() :]
    return None


def _shown(kind: str, inner: str, strings: Sequence[str]) -> str:
    value = (_TEXT if kind == "inlineStr" else _VALUE).search(inner or "")
    if not value:
        return ""
    return strings[int(value[1])] if kind == "s" else unescape(value[1])


def _with_notes(row: str, number: int, columns: Mapping[str, str], note: Note) -> str:
    for column in REMARKS:
        text = getattr(note, column.name)
        if text:
            place = f"{columns[column.title]}{number}"
            cell = re.compile(rf'<c r="{place}"((?: s="\d+")?)[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
            row = cell.sub(rf'<c r="{place}"\g<1> t="inlineStr"><is><t>{escape(text)}</t></is></c>', row)
    return row
