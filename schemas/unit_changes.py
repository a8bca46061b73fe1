"""The plan as it applies on a day: 更名 合并 撤销 新设 of 单位变更 that have come into force (contract §3)."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from schemas.plan import ListedItem, Plan, PlanError, Unit, UnitChange
from schemas.words import UnitChangeKind


def plan_at(plan: Plan, day: date, *, apart: bool = False) -> Plan:
    """The plan whose units are those of `day`; raises PlanError for a 更名 to a name that another unit bears.

    A merged unit goes by its names as the unit that it became, a revoked one stands in `revoked`, one that
    is founded later is not there yet. apart: for reading, merged and revoked units stand beside the others,
    by names of their own, to tell their files and what the office writes of them.
    """
    units = {unit.name: unit for unit in plan.units}
    revoked: list[str] = []
    merged: dict[str, str] = {}
    for change in sorted(plan.unit_changes, key=lambda one: one.effective_on):
        if change.effective_on > day:
            if change.kind is UnitChangeKind.FOUNDED:
                units.pop(change.after, None)
        elif change.kind is UnitChangeKind.RENAMED:
            if change.after in revoked:
                units.pop(change.after, None)
            units = _renamed(units, change)
        elif change.kind is UnitChangeKind.MERGED and change.before != change.after:
            merged[change.before] = change.after
        elif change.kind is UnitChangeKind.REVOKED and change.before in units:
            revoked.append(change.before)
            if not apart:
                del units[change.before]
    if not apart:
        for before, after in merged.items():
            units = _merged(units, before, _known_as(units, after))
    else:
        units |= {name: _by_itself(name, units) for name in merged if name not in units}
    return _with_units(plan, units.values(), tuple(revoked))


def merged_units(plan: Plan, day: date) -> frozenset[str]:
    """Every 原单位 that is 合并 by `day`."""
    changes = (one for one in plan.unit_changes if one.effective_on <= day)
    return frozenset(one.before for one in changes if one.kind is UnitChangeKind.MERGED)


def _renamed(units: dict[str, Unit], change: UnitChange) -> dict[str, Unit]:
    before = units.get(change.before)
    if before is None or change.before == change.after:
        return units  # the sheet 单位 has the new name already
    if change.after in units:
        raise PlanError(
            f"工作方案的“单位变更”里，“{change.before}”更名为“{change.after}”，而后者已是另一个单位；合在一起的请写“合并”。"
        )
    after = replace(before, name=change.after, aliases=(*before.aliases, before.name))
    return {
        (after.name if name == change.before else name): (after if unit is before else unit)
        for name, unit in units.items()
    }


def _known_as(units: dict[str, Unit], name: str) -> str:
    if name in units:
        return name
    return next((unit.name for unit in units.values() if name in (unit.full_name, *unit.aliases)), "")


def _merged(units: dict[str, Unit], before: str, after: str) -> dict[str, Unit]:
    """The unit `after` with all names of `before`; as it was where the two are one already, or it is gone too."""
    if not after or before == after:
        return units
    gone = units.get(before) or _by_itself(before, units)
    rest = {name: unit for name, unit in units.items() if name != before}
    taken = {text for unit in rest.values() for text in (unit.name, unit.full_name, *unit.aliases)}
    names = dict.fromkeys(text for text in (gone.name, gone.full_name, *gone.aliases) if text not in taken)
    unit = rest[after]
    prefixes = tuple(dict.fromkeys((*unit.credit_prefixes, *gone.credit_prefixes))) if unit.credit_prefixes else ()
    rest[after] = replace(unit, aliases=(*unit.aliases, *names), credit_prefixes=prefixes)
    return rest


def _by_itself(name: str, units: dict[str, Unit]) -> Unit:
    """A unit that has left the sheet 单位."""
    return Unit(f"原{len(units) + 1}", name, name)


def _with_units(plan: Plan, units: Iterable[Unit], revoked: tuple[str, ...]) -> Plan:
    """The plan with these units, and whatever names one of them by an older name following."""
    changed = replace(plan, units=tuple(units), revoked=revoked)
    owner = changed.unit_by_alias

    def now(name: str) -> str:
        return owner[name].name if name in owner else name

    def listed(rows: Iterable[ListedItem]) -> tuple[ListedItem, ...]:
        return tuple(replace(row, unit=now(row.unit)) for row in rows)

    moved = tuple(replace(one, unit=now(one.unit), receiver=now(one.receiver)) for one in plan.item_changes)
    return replace(changed, negative_list=listed(plan.negative_list), items=listed(plan.items), item_changes=moved)
