"""事项变动: what became of an item by the office's own word (contract §3).

Only rows with 依据 and a day that has come count; of several rows about one item the latest does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from schemas.codes import LENGTHS
from schemas.plan import ItemChange, Plan

_Key = tuple[str, str, str]


@dataclass(frozen=True)
class ConfirmedChanges:
    """The rows of 事项变动 in force on a day, to be asked about one item after another."""

    _by_key: Mapping[_Key, ItemChange]

    def of(self, unit: str, code: str | None, name: str | None) -> ItemChange | None:
        """What became of the item of `unit` (its name in the plan); None where the office said nothing.

        Code and name first, then the code (31 digits where one has 33), then the name where one of the
        two has no code.
        """
        found = (self._by_key.get(key) for key in _asked(unit, code or "", name or ""))
        return next((change for change in found if change), None)


def confirmed_changes(plan: Plan, day: date) -> ConfirmedChanges:
    """The rows of the plan's 事项变动 that are in force on `day`, a unit known by any of its names."""
    by_key: dict[_Key, ItemChange] = {}
    in_force = [change for change in plan.item_changes if change.in_force(day)]
    for change in sorted(in_force, key=lambda one: one.effective_on or day):
        owner = plan.unit_by_alias.get(change.unit)
        unit = owner.name if owner else change.unit
        by_key |= dict.fromkeys(_known_by(unit, change.item_code, change.item_name), change)
    return ConfirmedChanges(by_key)


def _known_by(unit: str, code: str, name: str) -> Iterable[_Key]:
    """Under what an item of 事项变动 is found: its name alone only for an item without a code, unless it has none."""
    if not code:
        return [(unit, "", name), (unit, "*", name)]
    return [(unit, code, name), (unit, _short(code), ""), (unit, "", name)]


def _asked(unit: str, code: str, name: str) -> Iterable[_Key]:
    if not code:
        return [(unit, "", name)]
    return [(unit, code, name), (unit, _short(code), ""), (unit, "*", name)]


def _short(code: str) -> str:
    """The code without the number of the 业务办理项 behind it."""
    return code[: LENGTHS[0]] if len(code) in LENGTHS else code
