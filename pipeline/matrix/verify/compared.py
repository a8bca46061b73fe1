"""What the checks of 需核实 share: the two meetings side by side, and one sign before it is worded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from pipeline.identity import Matching, match_items
from pipeline.matrix.changes import units_known
from pipeline.records import Merged, Previous
from schemas.plan import Plan

if TYPE_CHECKING:
    import pandas as pd

_NAMED = 5


@dataclass(frozen=True)
class SignRow:
    """One sign: its code, whose it is, what it is about, and the words that fill its message."""

    code: str
    unit: str
    subject: str
    words: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Compared:
    """A meeting beside the one before it."""

    plan: Plan
    merged: Merged
    matrix: "pd.DataFrame"
    tracking: "pd.DataFrame"
    previous: Previous

    @cached_property
    def items_before(self) -> "pd.DataFrame":
        """The rows of 事项 that were in force at the previous meeting."""
        return self.previous.tables["items"]

    @cached_property
    def matching(self) -> Matching:
        """Items in force now against `items_before`."""
        return match_items(self.merged.tables["items"], self.items_before)

    @cached_property
    def units(self) -> frozenset[str]:
        """Units that can be compared: returned this period, and known at the previous meeting."""
        return returned(self.merged) & units_known(self.previous)


def returned(merged: Merged) -> frozenset[str]:
    """Units with a return of this period, as against 沿用上期 and 未报送."""
    covers = merged.covers
    return frozenset(covers.loc[~covers["carried"].fillna("").astype(bool), "unit"])


def some_of(names: Sequence[str]) -> str:
    """The first few of many names: A、B、C、D、E 等."""
    listed = "、".join(names[:_NAMED])
    return listed if len(names) <= _NAMED else f"{listed} 等"
