"""What goes out before a meeting: each unit's template, prefilled with what it last reported."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

import pandas as pd

from pipeline.intake.find import find_files
from pipeline.judge.matters import due_answers
from pipeline.memory.belongs import refuse_other_district, refuse_other_version
from pipeline.memory.folders import numbers_held
from pipeline.memory.journal import log
from pipeline.memory.office_books import filled_in, open_entries, write_sealed_books
from pipeline.memory.plan import plan_in_force
from pipeline.memory.publish import publish
from pipeline.memory.state import recall
from pipeline.memory.turns import alone_on
from pipeline.records import Hint, MisuseError, Previous, Settings
from pipeline.say.account import BEST, hint
from pipeline.write.entry import FIRST_ROW
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Plan, Unit, period_of
from schemas.returns import TABLES
from schemas.returns.matters import SHEET as MATTERS
from schemas.returns.replies import SHEET as REPLIES
from schemas.tables import GAINS, OWED
from schemas.words import Severity

#: Of the cover only who fills in is remembered; the rest a unit must answer anew each period.
_REMEMBERED = ("filled_by", "phone")


def write_templates(settings: Settings, names: Sequence[str]) -> tuple[str, ...]:
    """Write 填报表_第NN期/ for all units, with the office's own books prefilled with what is open.

    names: units whose files alone are added or renewed, where the folder is there already. A book of the office
    that somebody filled in stays as it is.

    Returns the closing lines. Raises MisuseError for a name that is no unit of the plan, and while a run is under way.
    """
    with alone_on(settings.outputs):
        return _write_alone(settings, names)


def _write_alone(settings: Settings, names: Sequence[str]) -> tuple[str, ...]:
    received = find_files(settings.inputs) if settings.inputs.is_dir() else []
    refuse_other_version(settings.outputs, settings.meeting)
    in_force = plan_in_force(received, settings.outputs, settings.meeting)
    refuse_other_district(in_force)
    plan = in_force.plan
    period = period_of(plan, settings.meeting, numbers_held(settings.outputs))
    memory, units = recall(settings.outputs, settings.meeting, in_force), _chosen(plan, names)
    name = f"填报表_{period.label}"
    there = settings.outputs / name
    added = bool(names) and there.is_dir()
    kept = filled_in(there)
    entries = open_entries(received, memory, plan, period)
    due = _due(entries, memory.previous, plan)

    def write(folder: Path) -> None:
        if added:
            _copy_all(there, folder)
        else:
            write_sealed_books(folder, plan, period.meeting, entries)
            for file in kept:
                copyfile(there / file, folder / file)
        for unit in units:
            filled = prefill(unit, plan, memory.previous, due)
            write_template(folder / template_name(unit, period), plan, period, unit, filled)

    folder = publish(settings.outputs, name, write).folder
    logged = log(settings.outputs, f"templates --meeting {settings.meeting}：{name}，{len(units)} 个单位")
    known = f"按第{memory.previous.period:02d}期预填" if memory.previous else "没有上期可以预填"
    said = f"{period.label}（会议日期 {period.meeting}）：已写出 {len(units)} 个单位的填报表，{known}。"
    about_books = [] if added else [f"{name} 里的“{file}”已经有人填写，没有替换。" for file in kept]
    return (said, *about_books, *memory.notices, f"结果在：{folder}", *logged)


def asked(settings: Settings) -> tuple[list[dict[str, object]], pd.DataFrame]:
    """The open matters, and what units are asked to answer (OWED), before a meeting."""
    received = find_files(settings.inputs) if settings.inputs.is_dir() else []
    in_force = plan_in_force(received, settings.outputs, settings.meeting)
    memory = recall(settings.outputs, settings.meeting, in_force)
    period = period_of(in_force.plan, settings.meeting, numbers_held(settings.outputs))
    entries = open_entries(received, memory, in_force.plan, period)
    return entries[MATTERS.key], _due(entries, memory.previous, in_force.plan)


def _due(entries: Mapping[str, list[dict[str, object]]], previous: Previous | None, plan: Plan) -> pd.DataFrame:
    matters = pd.DataFrame(entries[MATTERS.key], columns=list(MATTERS.names), dtype=object)
    return due_answers(matters, previous, plan)


def _copy_all(source: Path, folder: Path) -> None:
    """Everything that lies in a folder of templates, but for the lock files of programs that have one open."""
    copytree(source, folder, dirs_exist_ok=True, ignore=ignore_patterns("~$*"))


def _chosen(plan: Plan, names: Sequence[str]) -> list[Unit]:
    chosen = {name: plan.unit_called(name) for name in names}
    unknown = [name for name, unit in chosen.items() if unit is None]
    if unknown:
        raise MisuseError(f"工作方案里没有“{'”“'.join(unknown)}”这个单位，请写规范简称，如 {plan.units[0].name}。")
    return [unit for unit in chosen.values() if unit] if names else list(plan.units)


def prefill(unit: Unit, plan: Plan, previous: Previous | None, due: pd.DataFrame | None = None) -> Prefill:
    """What is known of `unit`: its rows of last period, or else the items that the plan lists for it.

    due: OWED; what the unit is asked to answer in 督办回复.
    """
    asked = {REPLIES.key: [] if due is None else _rows(due, unit, OWED.names[1:])}
    if previous is None or unit.name not in set(previous.covers["unit"]):
        return Prefill(tables={"items": _planned_items(unit, plan), **asked})
    tables = {sheet.key: _rows(previous.tables[sheet.key], unit, sheet.names) for sheet in TABLES}
    tables |= asked
    cover = _rows(previous.covers, unit, _REMEMBERED)[0]
    findings = previous.findings
    waiting = findings[findings["severity"].isin((Severity.ERROR, Severity.WARNING))]
    return Prefill(cover, tables, _rows(waiting, unit, list(findings.columns)), _gains(unit, previous))


def _gains(unit: Unit, previous: Previous) -> list[Hint]:
    """The best steps of 提分清单, each with the row at which it stands in the prefilled workbook."""
    best = _rows(previous.tables[GAINS.key], unit, GAINS.names)[:BEST]
    places: dict[tuple[object, object], tuple[str, int]] = {}
    for sheet in TABLES:
        rows = previous.tables[sheet.key]
        rows = rows[rows["unit"] == unit.name]
        places |= {
            place: (sheet.name, number)
            for number, place in enumerate(zip(rows["sheet"], rows["row"], strict=True), FIRST_ROW)
        }
    return [Hint(hint(row), *places.get((row["sheet"], row["row"]), ("", 0))) for row in best]


def _rows(frame: pd.DataFrame, unit: Unit, names: Sequence[str]) -> list[dict[str, object]]:
    rows = frame.loc[frame["unit"] == unit.name, list(names)].astype(object)
    return [dict(zip(names, row, strict=True)) for row in rows.where(rows.notna(), None).itertuples(index=False)]


def _planned_items(unit: Unit, plan: Plan) -> list[dict[str, object]]:
    names = ("item_code", "item_name", "item_type", "handling")
    return [{name: getattr(item, name) or None for name in names} for item in plan.items if item.unit == unit.name]
