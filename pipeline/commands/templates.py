"""What goes out before a meeting: each unit's template, prefilled with what it last reported."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copyfile, copytree, ignore_patterns

import pandas as pd

from pipeline.intake.find import find_files
from pipeline.memory.belongs import refuse_other_district, refuse_other_version
from pipeline.memory.folders import numbers_held
from pipeline.memory.journal import log
from pipeline.memory.office_books import filled_in, open_entries, write_sealed_books
from pipeline.memory.plan import plan_in_force
from pipeline.memory.publish import publish
from pipeline.memory.state import recall
from pipeline.memory.turns import alone_on
from pipeline.records import MisuseError, Previous, Settings
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Plan, Unit, period_of
from schemas.returns import TABLES
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

    def write(folder: Path) -> None:
        if added:
            _copy_all(there, folder)
        else:
            write_sealed_books(folder, plan, period.meeting, open_entries(received, memory.kept, plan, period))
            for file in kept:
                copyfile(there / file, folder / file)
        for unit in units:
            filled = prefill(unit, plan, memory.previous)
            write_template(folder / template_name(unit, period), plan, period, unit, filled)

    folder = publish(settings.outputs, name, write).folder
    logged = log(settings.outputs, f"templates --meeting {settings.meeting}：{name}，{len(units)} 个单位")
    known = f"按第{memory.previous.period:02d}期预填" if memory.previous else "没有上期可以预填"
    said = f"{period.label}（会议日期 {period.meeting}）：已写出 {len(units)} 个单位的填报表，{known}。"
    about_books = [] if added else [f"{name} 里的“{file}”已经有人填写，没有替换。" for file in kept]
    return (said, *about_books, *memory.notices, f"结果在：{folder}", *logged)


def _copy_all(source: Path, folder: Path) -> None:
    """Everything that lies in a folder of templates, but for the lock files of programs that have one open."""
    copytree(source, folder, dirs_exist_ok=True, ignore=ignore_patterns("~$*"))


def _chosen(plan: Plan, names: Sequence[str]) -> list[Unit]:
    known = {spelling: unit for unit in plan.units for spelling in (unit.full_name, unit.id, unit.name, *unit.aliases)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise MisuseError(f"工作方案里没有“{'”“'.join(unknown)}”这个单位，请写规范简称，如 {plan.units[0].name}。")
    return [known[name] for name in names] if names else list(plan.units)


def prefill(unit: Unit, plan: Plan, previous: Previous | None) -> Prefill:
    """What is known of `unit`: its rows of last period, or else the items that the plan lists for it."""
    if previous is None or unit.name not in set(previous.covers["unit"]):
        return Prefill(tables={"items": _planned_items(unit, plan)})
    tables = {sheet.key: _rows(previous.tables[sheet.key], unit, sheet.names) for sheet in TABLES}
    cover = _rows(previous.covers, unit, _REMEMBERED)[0]
    findings = previous.findings
    waiting = findings[findings["severity"].isin((Severity.ERROR, Severity.WARNING))]
    return Prefill(cover, tables, _rows(waiting, unit, list(findings.columns)))


def _rows(frame: pd.DataFrame, unit: Unit, names: Sequence[str]) -> list[dict[str, object]]:
    rows = frame.loc[frame["unit"] == unit.name, list(names)].astype(object)
    return [dict(zip(names, row, strict=True)) for row in rows.where(rows.notna(), None).itertuples(index=False)]


def _planned_items(unit: Unit, plan: Plan) -> list[dict[str, object]]:
    names = ("item_code", "item_name", "item_type", "handling")
    return [{name: getattr(item, name) or None for name in names} for item in plan.items if item.unit == unit.name]
