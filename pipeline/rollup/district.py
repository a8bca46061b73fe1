"""One district's finished period, read in a worker process and counted down to what a rollup needs."""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checksum import CUTOFF_LABEL, DISTRICT_LABEL, YARDSTICK_LABEL
from pipeline.history.opening import PreviousUnreadable, open_own
from pipeline.history.readback import read_table
from pipeline.history.state import read_parts, stored_fact
from pipeline.matrix.clearances import self_check_answers
from pipeline.matrix.dated_lights import task_done_on
from pipeline.matrix.figures import as_day
from pipeline.matrix.receipts import timeliness
from schemas.columns import Table
from schemas.ledger import COMPARISON, RECEIPTS, UNIT_SUMMARY
from schemas.returns.self_check import GOOD_ANSWER
from schemas.vocabulary import Severity

if TYPE_CHECKING:
    import pandas as pd

_CONTRADICTION = "ZC-033"
_CELL_ROW = re.compile(r"[A-Z]{1,3}([0-9]+)")
_CLOSED = "已销号"


@dataclass(frozen=True)
class District:
    """A district at one meeting.

    units: UNIT_SUMMARY and `file`, `row`: where its row stands; before: dimension → (done, applicable)
    at the meeting before. answers: good, of these contradicted, asked; tasks: listed, due, done;
    reporting: the sum over its units of the share of 报送 that each earned.
    """

    source: str
    name: str
    number: int
    meeting: date
    yardstick: str
    files: tuple[tuple[Path, str], ...]  # workbook, sha256
    notices: tuple[str, ...]
    items: int
    units: "pd.DataFrame"
    before: dict[str, tuple[int, int]]
    answers: tuple[int, int, int]
    tasks: tuple[int, int, int]
    reporting: Fraction
    receipts: Counter[str]
    open_findings: int


def read_district(task: tuple[str, tuple[Path, ...]]) -> "District | str":
    """The district in these matrix workbooks, or one Chinese sentence why it cannot be read."""
    source, paths = task
    try:
        return _district(source, paths)
    except PreviousUnreadable as error:
        return "".join(error.notices)
    except (KeyError, TypeError, ValueError) as error:
        return f"总矩阵的内容读不懂（{type(error).__name__}），可能被改动过。"


def _district(source: str, paths: tuple[Path, ...]) -> "District | str":
    tables, notices = read_parts(paths, "")
    receipts, comparison = (_printed(paths, table) for table in (RECEIPTS, COMPARISON))
    facts = _facts(paths)
    history = tables["history"]
    meetings = sorted(set(history["meeting"]))
    if not meetings:
        return "总矩阵的“历史”表是空的，不知道是哪一期。"
    now = history[history["meeting"] == meetings[-1]]
    good, doubtful = _answers(tables)
    return District(
        source=source,
        name=facts.get(DISTRICT_LABEL) or Path(source).absolute().parent.name,
        number=int(now["period"].iloc[0]),
        meeting=meetings[-1],
        yardstick=facts.get(YARDSTICK_LABEL, ""),
        files=tuple((path, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths),
        notices=tuple(notice.removeprefix("的") for notice in notices),
        items=len(tables["matrix"]),
        units=_units(paths, tables["unit_dimensions"]),
        before=_counts(history[history["meeting"] == meetings[-2]]) if len(meetings) > 1 else {},
        answers=(good, doubtful, len(GOOD_ANSWER) * len(receipts)),
        tasks=_tasks(tables["tasks"], meetings[-1]),
        reporting=_reporting(receipts, tables["findings"], date.fromisoformat(facts[CUTOFF_LABEL])),
        receipts=Counter(receipts["receipt"].tolist()),
        open_findings=int((comparison["state"] != _CLOSED).sum()),
    )


def _printed(paths: Sequence[Path], table: Table) -> "pd.DataFrame":
    """A sheet that the next period has no need of, all parts together."""
    import pandas as pd

    read = [read_table(open_own(path, path.name), table) for path in paths]
    frames = [found.rows for found in read if found is not None]
    rows = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=list(table.names), dtype=object)
    if table is RECEIPTS:  # below it stands the list of files
        rows = rows[[as_count(cell) is not None for cell in rows["rows_read"]]]
    return rows


def as_count(cell: object) -> int | None:
    """A whole number in a cell; None for anything else."""
    return cell if isinstance(cell, int) and not isinstance(cell, bool) else None


def _facts(paths: Sequence[Path]) -> dict[str, str]:
    labels = (DISTRICT_LABEL, CUTOFF_LABEL, YARDSTICK_LABEL)
    books = [open_own(path, path.name) for path in paths]
    found = {label: next(filter(None, (stored_fact(book, label) for book in books)), None) for label in labels}
    return {label: fact for label, fact in found.items() if fact}


def _units(paths: Sequence[Path], rows: "pd.DataFrame") -> "pd.DataFrame":
    """单位汇总 with the workbook and Excel row in which each of its rows stands."""
    first = 4  # title, note, header
    places = []
    for path in paths:
        part = read_table(open_own(path, path.name), UNIT_SUMMARY)
        places += [(path.name, first + number) for number in range(len(part.rows) if part else 0)]
    return rows.assign(file=[file for file, _ in places], row=[row for _, row in places])


def _counts(rows: "pd.DataFrame") -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for dimension, done, applicable in zip(rows["dimension"], rows["done"], rows["applicable"], strict=True):
        before = found.get(dimension, (0, 0))
        found[dimension] = before[0] + int(done), before[1] + int(applicable)
    return found


def _answers(tables: "dict[str, pd.DataFrame]") -> tuple[int, int]:
    good = sum(self_check_answers(tables["self_check"]).values())
    return good, min(good, int((tables["findings"]["code"] == _CONTRADICTION).sum()))


def _tasks(tasks: "pd.DataFrame", as_of: date) -> tuple[int, int, int]:
    due = done = 0
    for planned_on, progress, done_on in zip(tasks["planned_on"], tasks["progress"], tasks["done_on"], strict=True):
        day, finished = as_day(planned_on), task_done_on(progress, done_on)
        if day and day <= as_of:
            due += 1
            done += bool(finished and finished <= as_of)
    return len(tasks), due, done


def _reporting(receipts: "pd.DataFrame", findings: "pd.DataFrame", cutoff: date) -> Fraction:
    """Over all units: 40 % for timeliness and 60 % for rows without an 错误 (contract §7)."""
    errors = findings[findings["severity"] == Severity.ERROR]
    cells = zip(errors["unit"], errors["sheet"], errors["cell"], strict=True)
    wrong_rows = {(unit, sheet, match[1]) for unit, sheet, cell in cells if (match := _CELL_ROW.fullmatch(str(cell)))}
    wrong = Counter(unit for unit, _, _ in wrong_rows)
    total = Fraction(0)
    names = ("unit", "receipt", "filled_on", "rows_used")
    for unit, receipt, filled_on, rows in zip(*(receipts[name] for name in names), strict=True):
        timely = timeliness(receipt, filled_on, cutoff)
        if timely:
            of_rows = max(int(rows), 1)
            total += Fraction(40, 100) * timely + Fraction(60, 100) * max(0, of_rows - wrong[unit]) / of_rows
    return total
