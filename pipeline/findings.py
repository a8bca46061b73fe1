"""Findings: what is wrong with a return, as data; and how people read them.

A wrong return is a list of findings, never an exception. Wording lives in `catalogue.py`, by code.
Source: contract §2 (校验问题), §4; house style, habit 3.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING

from schemas.returns import OFFICE, TEMPLATE
from schemas.tables import FINDINGS
from schemas.words import Severity

if TYPE_CHECKING:
    import pandas as pd


#: Between the parts of a subject.
SUBJECT_JOINT = "｜"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in what a unit sent: file, tab, cell, and whose it is."""

    unit: str = ""  # short name; "" while nobody knows whose file it is
    file: str = ""
    sheet: str = ""  # tab as in the file
    cell: str = ""  # A1 address; "" for a finding about the whole sheet or file
    row: int = 0  # Excel row; 0 when the finding is not about a data row
    table: str = ""  # Sheet.key; "" for files
    subject: str = ""  # what the row is about, e.g. 事项编码 and 事项名称, joined; for waivers by 范围


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a return; one row of 退回清单."""

    code: str
    severity: Severity
    place: Place
    value: str  # what was found there, as text
    problem: str
    remedy: str
    after: str = ""  # for a repair: the value that was put there instead
    status: str = ""  # 豁免 / 试行, when that made it a mere 提示

    @property
    def counts_against_row(self) -> bool:
        """Whether its data row counts as wrong in 报送 (contract §7)."""
        return self.severity is Severity.ERROR and self.place.row > 0


def subject_of(cells: Iterable[object]) -> str:
    """What a finding is about: the cells of its row's identity that are filled in, for waivers by 范围."""
    return SUBJECT_JOINT.join(cell for cell in cells if isinstance(cell, str))


def findings_frame(findings: Iterable[Finding]) -> "pd.DataFrame":
    """One row = one finding, columns of `schemas.tables.FINDINGS` plus row, table, status, after."""
    import pandas as pd

    rows = [
        {
            **{field.name: getattr(finding.place, field.name) for field in fields(Place)},
            "severity": str(finding.severity),
            "code": finding.code,
            "problem": finding.problem,
            "value": finding.value,
            "remedy": finding.remedy,
            "status": finding.status,
            "after": finding.after,
        }
        for finding in findings
    ]
    names = [*FINDINGS.names, "row", "table", "subject", "status", "after"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def in_order(findings: Iterable[Finding], units: Iterable[str]) -> list[Finding]:
    """Findings as every list prints them: by unit, file, sheet of the template, row, column, code.

    units: short names in plan order; a finding of no known unit comes last.
    """
    place_of_unit = {unit: place for place, unit in enumerate(units)}
    place_of_sheet = {sheet.key: place for place, sheet in enumerate((*TEMPLATE, *OFFICE))}

    def order(finding: Finding) -> tuple[object, ...]:
        place = finding.place
        match = _CELL.fullmatch(place.cell)
        column, row = (_column_number(match[1]), int(match[2])) if match else (0, place.row)
        return (
            place_of_unit.get(place.unit, len(place_of_unit)),
            place.unit,
            place.file,
            place_of_sheet.get(place.table, -1),
            place.sheet,
            row,
            column,
            finding.code,
            place.subject,
            finding.problem,
        )

    return sorted(findings, key=order)


def suggestion(text: str, candidates: Sequence[str]) -> str:
    """Which of `candidates` was probably meant, as the words a message ends with; "" when none is close.

    >>> suggestion("行政许克", ("行政许可", "公共服务"))
    '，是不是要填“行政许可”？'
    """
    close = get_close_matches(text, candidates, n=1, cutoff=0.5)
    return f"，是不是要填“{close[0]}”？" if close else ""


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")


def group_cells(cells: Sequence[str]) -> str:
    """Addresses as people read them: F5, F6, F7, F19 → "F5:F7、F19"."""
    parsed = sorted(
        {(match[1], int(match[2])) for cell in cells if (match := _CELL.fullmatch(cell))},
        key=lambda cell: (len(cell[0]), cell),
    )
    runs: list[tuple[str, int, int]] = []
    for letters, row in parsed:
        if runs and runs[-1][0] == letters and runs[-1][2] == row - 1:
            runs[-1] = (letters, runs[-1][1], row)
        else:
            runs.append((letters, row, row))
    return "、".join(f"{c}{first}" if first == last else f"{c}{first}:{c}{last}" for c, first, last in runs)
