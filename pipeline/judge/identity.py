"""Which row of now was which row of the period before, although rows move, are renamed or recoded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from schemas.codes import item_part
from schemas.columns import Identity
from schemas.returns import BY_KEY

_ITEM = BY_KEY["items"].identity
#: As the sheet says, and the 31 digits of a code after the whole code.
_ITEM_IN_ROWS = replace(_ITEM, alone=("item_code", "item", "item_name"))


@dataclass(frozen=True)
class Matching:
    """`before[i]`: position in the earlier frame of row i of the later one, −1 for a new row.

    `gone`: positions in the earlier frame that no later row continues, in their order.
    """

    before: list[int]
    gone: list[int]

    @property
    def pairs(self) -> list[tuple[int, int]]:
        """(position now, position before) of every row that was there before."""
        return [(now, before) for now, before in enumerate(self.before) if before >= 0]


def match_rows(now: pd.DataFrame, before: pd.DataFrame, identity: Identity) -> Matching:
    """Pair the rows of two frames; equal keys are paired in the order of their rows.

    A pass takes only what the passes before it left over, so that a code shared by two rows never steals
    a better partner. In the first pass a blank equals a blank; in the later ones it identifies nothing.
    """
    partner = [-1] * len(now)
    free = list(range(len(before)))
    for number, names in enumerate(identity.passes):
        waiting = [position for position, found in enumerate(partner) if found < 0]
        if not waiting or not free:
            break
        keys = (_keys(frame, names, blanks_equal=number == 0) for frame in (now, before))
        pairs = _pairs(next(keys), waiting, next(keys), free)
        for position, found in pairs:
            partner[position] = found
        taken = {found for _, found in pairs}
        free = [position for position in free if position not in taken]
    return Matching(partner, free)


def match_items(now: pd.DataFrame, before: pd.DataFrame) -> Matching:
    """Match items of one meeting with those of an earlier one, unit by unit.

    now, before: one row = one item, with unit, item_code, item_name. Same code and name first, then
    same code (renamed), then the same 31 digits (one side names the 业务办理项), then same name (no code
    on one side, or a corrected one). Rows of one 31-digit code are one item: one that has no partner of
    its own goes on from a row of it, and is not gone while a row of it is there (contract §5).
    """
    later, earlier = (frame.assign(item=frame["item_code"].map(item_part)) for frame in (now, before))
    matching = match_rows(later, earlier, _ITEM_IN_ROWS)
    items_now, items_before = (_keys(side, ("unit", "item"), blanks_equal=False) for side in (later, earlier))
    row_of = {item: at for at, item in reversed(list(enumerate(items_before)))}
    partner = [
        row_of.get(item, -1) if found < 0 and item is not None else found
        for found, item in zip(matching.before, items_now, strict=True)
    ]
    still_there = set(items_now) - {None}
    return Matching(partner, [at for at in matching.gone if items_before[at] not in still_there])


def _pairs(
    keys_now: Sequence[Any], waiting: Iterable[int], keys_before: Sequence[Any], free: Iterable[int]
) -> list[tuple[int, int]]:
    queues: dict[Any, list[int]] = {}
    for position in free:
        if keys_before[position] is not None:
            queues.setdefault(keys_before[position], []).append(position)
    for queue in queues.values():
        queue.reverse()  # popped from the end: the first row first
    pairs = []
    for position in waiting:
        queue = queues.get(keys_now[position]) or []
        if queue:
            pairs.append((position, queue.pop()))
    return pairs


def _keys(rows: pd.DataFrame, names: Sequence[str], *, blanks_equal: bool) -> list[tuple[Any, ...] | None]:
    cells = rows[list(names)]
    blank = [False] * len(rows) if blanks_equal else cells.isna().any(axis=1).tolist()
    cells = cells.fillna("")
    keys = zip(*(cells[name].tolist() for name in names), strict=True)
    return [None if nothing else key for nothing, key in zip(blank, keys, strict=True)]


def short_keys(rows: pd.DataFrame, identity: Identity) -> list[str]:
    """What each row is called where one word must do: its code or number, else its name."""
    code, name = identity.columns
    return [
        str(first) if isinstance(first, str) and first else str(second or "")
        for first, second in zip(rows[code], rows[name], strict=True)
    ]
