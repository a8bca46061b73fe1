"""4-退回修改/{单位}_退回.xlsx: the unit's own return, its wrong cells marked, a list of them in front.

The return is opened with openpyxl, so that its content, widths, dropdowns and protection survive.
What openpyxl cannot open is written into a fresh template (`Refill`) and marked there. Source:
contract §8, 4.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.plan import Office, Period

if TYPE_CHECKING:
    import pandas as pd

#: (tab, address) in the return → (tab, address) in the template it was written into.
Moved = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Refill:
    """What was read of a return, written into a fresh template, and where its cells went."""

    template: bytes
    moved: Moved = field(default_factory=dict)


@dataclass(frozen=True)
class Heading:
    """Who gets the marked return, for which period, and whom to send it back to."""

    unit: str
    period: Period
    office: Office


def write_marked(
    path: Path,
    original: bytes,
    findings: "pd.DataFrame",
    heading: Heading,
    refill: Callable[[], Refill] | None = None,
) -> None:
    """Write the marked copy of a return.

    findings: one row = one finding of this return, as `pipeline.findings.findings_frame` gives them.
    refill: called only when openpyxl cannot open the original; without it the list stands alone.
    """
    from pipeline.workbooks.marked_return.copy_of import marked_copy

    path.write_bytes(marked_copy(original, findings.to_dict("records"), heading, refill))
