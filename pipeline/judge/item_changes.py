"""事项变动: what became of an item by the office's own word (contract §3).

Only rows with 依据 and a day that has come count; of several rows about one item the latest does.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from pipeline.records import Kept
from schemas.codes import LENGTHS
from schemas.plan import ItemChange, Plan
from schemas.words import ItemChangeKind

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

    def agreed(self, unit: str, code: object, name: object) -> bool:
        """Whether the office has agreed that the item is no more under this name at this unit."""
        change = self.of(unit, str(code or ""), str(name or ""))
        return change is not None and name not in change.new_names


def continued(rows: pd.DataFrame, changes: ConfirmedChanges) -> pd.DataFrame:
    """Items of an earlier meeting where and as they go on: 划转 at 接收单位, 更名 under the new name.

    rows: one row = one item, with unit, item_code, item_name.
    """
    cells = zip(*(rows[name].fillna("") for name in ("unit", "item_code", "item_name")), strict=True)
    now = [_goes_on(unit, code, name, changes) for unit, code, name in cells]
    named = {"unit": [unit for unit, _ in now], "item_name": [name for _, name in now]}
    return rows.assign(**{name: pd.Series(texts, index=rows.index, dtype=object) for name, texts in named.items()})


def entries_continued(entries: Mapping[str, pd.DataFrame], changes: ConfirmedChanges) -> dict[str, pd.DataFrame]:
    """The office's own entries about items (督查, 延期, 议定事项), which follow their items; one frame a sheet."""
    about_items = {"unit", "item_code", "item_name"}
    return {
        key: continued(rows, changes) if about_items <= set(rows.columns) and len(rows) else rows
        for key, rows in entries.items()
    }


def with_items_moved(kept: Kept, changes: ConfirmedChanges) -> Kept:
    """The same of the entries that are known from before."""
    replaced, earlier = (entries_continued(entries, changes) for entries in (kept.replaced, kept.earlier))
    return replace(kept, replaced=replaced, earlier=earlier)


def _goes_on(unit: str, code: str, name: str, changes: ConfirmedChanges) -> tuple[str, str | None]:
    change = changes.of(unit, code, name)
    if change is None or change.kind not in (ItemChangeKind.HANDED_OVER, ItemChangeKind.RENAMED):
        return unit, name or None
    new_name = change.new_names[0] if len(change.new_names) == 1 else name
    return change.receiver or unit, new_name or None


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
