"""Which item of now was which item of the period before (issue: moved, renamed, recoded rows)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

#: Passes in order: what must be equal. A pass takes only what the passes before it left over, so
#: that a code shared by two rows, or a name used twice, never steals a better partner.
_PASSES: tuple[tuple[str, ...], ...] = (
    ("unit", "item_code", "item_name"),
    ("unit", "item_code"),
    ("unit", "item_name"),
)


@dataclass(frozen=True)
class Matching:
    """`before[i]`: position in the earlier frame of row i of the later one, −1 for a new row.

    `gone`: positions in the earlier frame that no later row continues, in their order.
    """

    before: list[int]
    gone: list[int]


def match_items(now: "pd.DataFrame", before: "pd.DataFrame") -> Matching:
    """Match items of one meeting with those of an earlier one, unit by unit.

    now, before: one row = one item, with unit, item_code, item_name. Same code and name first, then
    same code (renamed), then same name (no code on one side, or a corrected one). Equal keys are
    paired in the order of their rows.
    """
    partner = [-1] * len(now)
    free_before = list(range(len(before)))
    for names in _PASSES:
        open_now = [position for position, found in enumerate(partner) if found < 0]
        if not open_now or not free_before:
            break
        pairs = _pairs(_keys(now, names), open_now, _keys(before, names), free_before)
        for position, found in pairs:
            partner[position] = found
        taken = {found for _, found in pairs}
        free_before = [position for position in free_before if position not in taken]
    return Matching(partner, free_before)


def _pairs(
    keys_now: Sequence[Any], open_now: Iterable[int], keys_before: Sequence[Any], free_before: Iterable[int]
) -> list[tuple[int, int]]:
    waiting: dict[Any, list[int]] = {}
    for position in free_before:
        if keys_before[position] is not None:
            waiting.setdefault(keys_before[position], []).append(position)
    for queue in waiting.values():
        queue.reverse()  # popped from the end: the first row first
    pairs = []
    for position in open_now:
        queue = waiting.get(keys_now[position]) or []
        if queue:
            pairs.append((position, queue.pop()))
    return pairs


def _keys(items: "pd.DataFrame", names: Sequence[str]) -> list[tuple[Any, ...] | None]:
    """One key a row; None where a cell is blank, since a blank identifies nothing.

    Except a blank code beside a name: two rows of one name, both without a code, are the same row.
    """
    cells = items[list(names)]
    if "item_code" in names and "item_name" in names:
        cells = cells.assign(item_code=cells["item_code"].fillna(""))
    blank = cells.isna().any(axis=1).tolist()
    keys = zip(*(cells[name].tolist() for name in names), strict=True)
    return [None if nothing else key for nothing, key in zip(blank, keys, strict=True)]


def item_key(code: object, name: object) -> str:
    """What an item is called where one word must do: its code, else its name."""
    return str(code) if isinstance(code, str) and code else str(name or "")
