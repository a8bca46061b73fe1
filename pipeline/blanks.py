"""What goes out before a meeting: each unit's template, prefilled with what it last reported."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.publish import publish
from pipeline.records import Previous
from pipeline.settings import MisuseError
from pipeline.workbooks.office_books import write_office_books
from pipeline.workbooks.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, Unit
from schemas.returns import TABLES
from schemas.vocabulary import Severity

if TYPE_CHECKING:
    import pandas as pd

#: Of the cover only who fills in is remembered; the rest a unit must answer anew each period.
_REMEMBERED = ("filled_by", "phone")


def write_blanks(outputs: Path, plan: Plan, period: Period, previous: Previous | None, names: Sequence[str]) -> Path:
    """Write 填报表_第NN期/ for the units `names` (all when empty), with the office's own blank books.

    Raises MisuseError for a name that is no unit of the plan.
    """
    units = _chosen(plan, names)

    def write(folder: Path) -> None:
        for unit in units:
            write_template(folder / template_name(unit, period), plan, period, unit, prefill(unit, plan, previous))
        write_office_books(folder, plan, period.meeting)

    return publish(outputs, f"填报表_{period.label}", write).folder


def _chosen(plan: Plan, names: Sequence[str]) -> list[Unit]:
    known = {spelling: unit for unit in plan.units for spelling in (unit.full_name, unit.id, unit.name)}
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


def _rows(frame: "pd.DataFrame", unit: Unit, names: Sequence[str]) -> list[dict[str, object]]:
    rows = frame.loc[frame["unit"] == unit.name, list(names)].astype(object)
    return [dict(zip(names, row, strict=True)) for row in rows.where(rows.notna(), None).itertuples(index=False)]


def _planned_items(unit: Unit, plan: Plan) -> list[dict[str, object]]:
    names = ("item_code", "item_name", "item_type", "handling")
    return [{name: getattr(item, name) or None for name in names} for item in plan.items if item.unit == unit.name]
