"""需核实: one sign, before it is worded, and the rows of two meetings side by side (contract §8, 3).

A sign is declared above the function that finds it; nothing here touches a light or a score.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.judge.identity import match_rows
from schemas.figures import records
from schemas.returns import BY_KEY

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_NAMED = 5


@dataclass(frozen=True)
class Sign:
    """One kind of thing to verify; `{…}` are filled in per sign.

    asked: whether the unit is to be asked about it in the meeting; of the others the office has to think itself.
    """

    code: str
    title: str
    finding: str
    advice: str
    example: str
    asked: bool = True


#: Code → sign, of all that are declared.
SIGNS: dict[str, Sign] = {}


def sign(code: str, *, title: str, finding: str, advice: str, example: str, asked: bool = True) -> Sign:
    """Declare a sign."""
    SIGNS[code] = Sign(code, title, finding, advice, example, asked)
    return SIGNS[code]


@dataclass(frozen=True)
class SignRow:
    """One sign: which it is, whose it is, what it is about, and the words that fill its message."""

    sign: Sign
    unit: str
    subject: str
    words: Mapping[str, object] = field(default_factory=dict)


def some_of(names: Sequence[str]) -> str:
    """The first few of many names: A、B、C、D、E 等."""
    listed = "、".join(names[:_NAMED])
    return listed if len(names) <= _NAMED else f"{listed} 等"


def pairs(meeting: Meeting, table: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """(row now, the same row before) of the units that can be compared."""
    now, before = meeting.merged.tables[table], meeting.before.tables[table]
    rows_now, rows_before = records(now), records(before)
    for position, found in match_rows(now, before, BY_KEY[table].identity).pairs:
        if rows_now[position]["unit"] in meeting.comparable:
            yield rows_now[position], rows_before[found]
