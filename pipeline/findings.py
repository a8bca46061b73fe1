"""Findings: what is wrong with a return, as data; and how people read them.

A wrong return is a list of findings, never an exception. Wording lives in `catalogue.py`, by code.
Source: contract §2 (校验问题), §4; house style, habit 3.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from functools import lru_cache
from typing import TYPE_CHECKING

from schemas.returns import OFFICE, TEMPLATE
from schemas.tables import FINDINGS
from schemas.words import Severity, Verdict

if TYPE_CHECKING:
    import pandas as pd


#: A line of the notes that we write beside the cells of a marked return.
OUR_COMMENT_LINE = re.compile(r"【(?:错误|警示|提示) [A-Z]{2}-\d{3}】|改法：")
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
    rows: tuple[int, ...] = ()  # for one that stands for many of its kind in a column: the Excel rows of all of them

    @property
    def count(self) -> int:
        """For how many it stands."""
        return len(self.rows) or 1

    @property
    def wrong_rows(self) -> tuple[int, ...]:
        """The data rows that it makes count as wrong in 报送 (contract §7)."""
        if self.severity is not Severity.ERROR:
            return ()
        return self.rows or ((self.place.row,) if self.place.row > 0 else ())

    @property
    def cells(self) -> Iterator[str]:
        """The addresses of the cells that it is about."""
        letters = self.place.cell.rstrip("0123456789")
        return (f"{letters}{row}" for row in self.rows) if self.rows else iter((self.place.cell,))


#: So many findings of one kind in one column of a file are held and told one by one; of the rest only the rows are.
HELD_SINGLY = 300
_RUNS_SHOWN = 5


class Gathered:
    """Findings of one kind in one column: the first few hundred of each file singly, the rest as one with their number.

    A return of 15,000 wrong rows has some hundred thousand findings, and nobody reads them.
    """

    def __init__(self) -> None:
        self._singly: list[Finding] = []
        self._number: Counter[str] = Counter()
        self._rest: dict[str, tuple[Finding, list[int]]] = {}

    def add(self, file: str, row: int, made: Callable[[], Finding]) -> None:
        """One more, in Excel row `row`; made: words it, and is not asked to where it is only counted."""
        self._number[file] += 1
        if self._number[file] <= HELD_SINGLY:
            self._singly.append(made())
        elif file in self._rest:
            self._rest[file][1].append(row)
        else:
            self._rest[file] = made(), [row]

    def findings(self) -> list[Finding]:
        """All of them."""
        return [*self._singly, *(_standing_for(first, rows) for first, rows in self._rest.values())]


def _standing_for(first: Finding, rows: list[int]) -> Finding:
    """One finding for all those in `rows`, at the cell of the first of them."""
    place = replace(first.place, row=0, subject="")
    where = "、".join(runs(rows)[:_RUNS_SHOWN]) + (" 等" if len(runs(rows)) > _RUNS_SHOWN else "")
    problem = f"这一列还有 {len(rows)} 处同样的问题（第 {where} 行）"
    return replace(first, place=place, value="", problem=problem, after="", rows=tuple(rows))


def runs(rows: Iterable[int]) -> list[str]:
    """Rows as people read them: [3, 5, 6, 7] → ["3", "5–7"]."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and found[-1][-1] == row - 1:
            found[-1].append(row)
        else:
            found.append([row])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found]


def findings_frame(findings: Iterable[Finding]) -> "pd.DataFrame":
    """One row = one finding, columns of `schemas.tables.FINDINGS` plus row, table, status, after, count."""
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
            "count": finding.count,
        }
        for finding in findings
    ]
    names = [*FINDINGS.names, "row", "table", "subject", "status", "after", "count"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def how_many(findings: "pd.DataFrame", severity: Severity) -> int:
    """How many findings of that severity a frame of them stands for; one read back from a workbook has no count."""
    chosen = findings[findings["severity"] == severity]
    return int(chosen["count"].sum()) if "count" in chosen.columns else len(chosen)


def to_return(receipts: "pd.DataFrame", files: "pd.DataFrame", findings: "pd.DataFrame") -> dict[str, str]:
    """File → unit, of the adopted returns with an 错误, a 警示 or a repair, unit order: 4-退回修改 holds one copy of each."""
    asks = findings["severity"].isin((Severity.ERROR, Severity.WARNING)) | findings["after"].ne("")
    waiting = set(findings.loc[asks, "file"])
    sent = receipts.dropna(subset=["file"])
    adopted = set(files.loc[files["verdict"] == Verdict.ADOPTED, "file"])
    pairs = zip(sent["file"], sent["unit"], strict=True)
    return {file: unit for file, unit in pairs if file in waiting and file in adopted}


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
    close = _closest(text, tuple(candidates))
    return f"，是不是要填“{close}”？" if close else ""


@lru_cache(maxsize=4096)  # the same wrong word stands in thousands of rows
def _closest(text: str, candidates: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(text, candidates, n=1, cutoff=0.5)), "")


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
