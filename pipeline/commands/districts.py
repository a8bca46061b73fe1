"""One district's finished period, read in a worker process and counted down to what a rollup needs.

Lights, scores and lists over districts: each district is to the rollup what a unit is to its office.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from pipeline.checks.sheets import CONTRADICTION
from pipeline.judge.gains import Gains
from pipeline.judge.merge import timeliness
from pipeline.judge.missing import is_missing, unlisted_items
from pipeline.judge.scores import (
    REPORTING,
    SELF_CHECK,
    TASKS,
    Rates,
    Share,
    Shares,
    TaskCount,
    reporting_points,
    task_counts,
    task_share,
)
from pipeline.judge.units import Tally, self_check_answers
from pipeline.meeting import Meeting, no_rows
from pipeline.memory.kept_plan import stored_fact
from pipeline.memory.opening import PreviousUnreadable, open_own
from pipeline.memory.readback import read_table
from pipeline.memory.state import read_parts
from pipeline.records import FrontLine, Merged, MisuseError
from pipeline.say.front_page import DistrictFacts, rollup_page
from pipeline.write.digest import CUTOFF_LABEL, DISTRICT_LABEL, YARDSTICK_LABEL
from schemas import tables as ledger
from schemas.columns import Table
from schemas.dimensions import Dimension
from schemas.plan import DimensionPlan, Plan, Unit
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import COMPARISON, RECEIPTS, UNIT_SUMMARY
from schemas.words import INSPECTION_OVER, Light, Receipt, Severity

_CELL_ROW = re.compile(r"[A-Z]{1,3}([0-9]+)")


@dataclass(frozen=True)
class District:
    """A district at one meeting.

    units: UNIT_SUMMARY and `file`, `row`: where its row stands; before: dimension → (done, applicable)
    at the meeting before. answers: good, of these contradicted, asked; tasks: of all units together;
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
    units: pd.DataFrame
    before: dict[str, tuple[int, int]]
    answers: tuple[int, int, int]
    tasks: TaskCount
    reporting: Fraction
    receipts: Counter[str]
    open_findings: int
    missing: int  # 漏报 items, which stand in the matrix
    unlisted: int  # items that covers count and no row shows


def read_district(task: tuple[str, tuple[Path, ...]]) -> "District | str":
    """The district in these matrix workbooks, or one Chinese sentence why it cannot be read."""
    source, paths = task
    try:
        return _district(source, paths)
    except PreviousUnreadable as error:
        return "".join(error.notices)
    except MisuseError as error:  # held by another program
        return str(error)
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
        open_findings=int((~comparison["state"].isin(INSPECTION_OVER)).sum()),
        missing=int(is_missing(tables["items"]).sum()),
        unlisted=sum(unlisted_items(Merged(tables[ledger.COVERS.key], tables)).values()),
    )


def _printed(paths: Sequence[Path], table: Table) -> pd.DataFrame:
    """A sheet that the next period has no need of, all parts together."""
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


def _units(paths: Sequence[Path], rows: pd.DataFrame) -> pd.DataFrame:
    """单位汇总 with the workbook and Excel row in which each of its rows stands."""
    first = 4  # title, note, header
    places = []
    for path in paths:
        part = read_table(open_own(path, path.name), UNIT_SUMMARY)
        places += [(path.name, first + number) for number in range(len(part.rows) if part else 0)]
    return rows.assign(file=[file for file, _ in places], row=[row for _, row in places])


def _counts(rows: pd.DataFrame) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for dimension, done, applicable in zip(rows["dimension"], rows["done"], rows["applicable"], strict=True):
        before = found.get(dimension, (0, 0))
        found[dimension] = before[0] + int(done), before[1] + int(applicable)
    return found


def _answers(tables: dict[str, pd.DataFrame]) -> tuple[int, int]:
    good = sum(self_check_answers(tables["self_check"]).values())
    return good, min(good, int((tables["findings"]["code"] == CONTRADICTION.code).sum()))


def _tasks(tasks: pd.DataFrame, as_of: date) -> TaskCount:
    """The tasks of all units together."""
    counts = task_counts(tasks, as_of).values()
    return TaskCount(*(sum(getattr(count, name) for count in counts) for name in ("listed", "due", "done")))


def _reporting(receipts: pd.DataFrame, findings: pd.DataFrame, cutoff: date) -> Fraction:
    """The sum over all units of the share of 报送 that each earned."""
    errors = findings[findings["severity"] == Severity.ERROR]
    cells = zip(errors["unit"], errors["sheet"], errors["cell"], strict=True)
    wrong_rows = {(unit, sheet, match[1]) for unit, sheet, cell in cells if (match := _CELL_ROW.fullmatch(str(cell)))}
    wrong = Counter(unit for unit, _, _ in wrong_rows)
    names = ("unit", "receipt", "filled_on", "rows_used")
    points = (
        reporting_points(timeliness(receipt, filled_on, cutoff), int(rows), wrong[unit])
        for unit, receipt, filled_on, rows in zip(*(receipts[name] for name in names), strict=True)
    )
    return sum(points, Fraction(0)) / 100


def plan_over(plan: Plan, districts: Sequence[District]) -> Plan:
    """The plan with the districts in the place of units; what only a single office has is left out."""
    units = tuple(Unit(f"{n:03d}", district.name, district.name) for n, district in enumerate(districts, 1))
    office = replace(plan.office, district="各区", name="应进必进汇总")
    return replace(plan, units=units, office=office, milestones=(), negative_list=(), items=())


@dataclass(frozen=True, eq=False, kw_only=True)
class DistrictMeeting(Meeting):
    """A rollup is a meeting of districts: what units' rows give elsewhere comes from the districts' own results.

    plan: `plan_over`; receipts: `district_receipts`; earlier: HISTORY of the rollups before, a district in the
    place of a unit; said: the lines of the rollup.
    """

    districts: tuple[District, ...]
    earlier: pd.DataFrame
    said: tuple[str, ...]

    @cached_property
    def tallies(self) -> Mapping[tuple[str, Dimension], Tally]:
        """(district, dimension) → its items, units together."""
        return district_tallies(self.districts, self.plan, self.period.meeting)

    @cached_property
    def own_shares(self) -> Shares:
        """The shares of 自查, 任务 and 报送, over all units of a district."""
        return {key: share for district in self.districts for key, share in _own_shares(district).items()}

    @cached_property
    def counts_before(self) -> pd.DataFrame:
        """unit, dimension, applicable, done of each district's own meeting before."""
        return _before(self.districts)

    @cached_property
    def rates(self) -> Mapping[str, Rates]:
        """District → its weighted rates now and at its own meeting before, all units together."""
        now, before = (weighted_rates(rows, self.plan) for rows in (self.unit_lights, self.counts_before))
        return {name: Rates(rate, before[name]) for name, rate in now.items() if name in before}

    @property
    def whole_units(self) -> pd.DataFrame:
        """Its lists hold nothing but whole units already."""
        return no_rows(ledger.RED_LIST)

    @cached_property
    def open_counts(self) -> Mapping[str, int]:
        """District → the number of its open inspection findings."""
        return {district.name: district.open_findings for district in self.districts}

    @cached_property
    def unlisted(self) -> Mapping[str, int]:
        """District → items that covers count and no row shows, all units together."""
        return {district.name: district.unlisted for district in self.districts if district.unlisted}

    @cached_property
    def leaving_out(self) -> frozenset[str]:
        """Districts with a 漏报 or an unlisted item."""
        return frozenset(district.name for district in self.districts if district.missing or district.unlisted)

    @cached_property
    def members(self) -> Mapping[str, int]:
        """District → the number of its units."""
        return {district.name: max(sum(district.receipts.values()), 1) for district in self.districts}

    @cached_property
    def marks(self) -> Mapping[str, tuple[str, ...]]:
        """District → 沿用上期 where its meeting is an earlier one."""
        late = (Receipt.CARRIED.value,)
        return {d.name: late if d.meeting < self.period.meeting else () for d in self.districts}

    @property
    def ranking_before(self) -> pd.DataFrame:
        """The last rollup's rows of HISTORY."""
        return (
            self.earlier[self.earlier["meeting"] == self.earlier["meeting"].max()]
            if len(self.earlier)
            else self.earlier
        )

    @property
    def history_before(self) -> pd.DataFrame:
        """HISTORY of the rollups before."""
        return self.earlier

    @cached_property
    def red_rows(self) -> pd.DataFrame:
        """RED_LIST; one row = one unit × dimension of a district."""
        return light_list(Light.RED, self.districts)

    @cached_property
    def yellow_rows(self) -> pd.DataFrame:
        """YELLOW_LIST likewise."""
        return light_list(Light.YELLOW, self.districts)

    @property
    def clearances(self) -> pd.DataFrame:
        """Said by the districts' own ledgers."""
        return no_rows(ledger.CLEARANCES)

    @property
    def gains(self) -> Gains:
        """Said by the districts' own slips."""
        return Gains(no_rows(ledger.GAINS), {})

    @property
    def to_green(self) -> pd.DataFrame:
        """Likewise."""
        return no_rows(ledger.TO_GREEN)

    @property
    def account(self) -> pd.DataFrame:
        """Likewise."""
        return no_rows(ledger.ACCOUNT)

    @property
    def summary(self) -> tuple[str, ...]:
        """The lines of the rollup."""
        return self.said

    @cached_property
    def front_page(self) -> tuple[FrontLine, ...]:
        """会前一页: what of its districts is 红, left out, not returned or found by inspections."""
        return tuple(rollup_page(self, list(map(_said_of, self.districts))))

    @property
    def briefing(self) -> None:
        """A rollup has none."""


def _said_of(district: District) -> DistrictFacts:
    silent = {str(receipt): district.receipts[receipt] for receipt in (Receipt.NEVER, Receipt.CARRIED)}
    return DistrictFacts(district.name, silent, district.missing, district.unlisted, district.open_findings)


def weighted_rates(unit_dimensions: pd.DataFrame, plan: Plan) -> dict[str, Fraction]:
    """Unit → Σ weight × rate ÷ Σ weight over its applicable scored dimensions; without any it is absent."""
    weights = {str(entry.dimension): entry.weight for entry in plan.dimensions if entry.scored}
    earned: dict[str, Fraction] = {}
    possible: Counter[str] = Counter()
    names = ("unit", "dimension", "applicable", "done")
    for unit, dimension, applicable, done in zip(*(unit_dimensions[name] for name in names), strict=True):
        if applicable and dimension in weights:
            rate = Fraction(int(done), int(applicable))
            earned[unit] = earned.get(unit, Fraction(0)) + weights[dimension] * rate
            possible[unit] += weights[dimension]
    return {unit: points / possible[unit] for unit, points in earned.items()}


def district_tallies(districts: Sequence[District], plan: Plan, as_of: date) -> dict[tuple[str, Dimension], Tally]:
    """(district, dimension) → how its items stand."""
    return {
        (district.name, entry.dimension): replace(_tally(district.units, entry, as_of), unlisted=district.unlisted)
        for district in districts
        for entry in plan.dimensions
    }


def _tally(units: pd.DataFrame, entry: DimensionPlan, as_of: date) -> Tally:
    """A district's items in one dimension, its units together."""
    rows = units[units["dimension"] == str(entry.dimension)]
    sums = {
        name: int(rows[name].fillna(0).sum()) for name in ("applicable", "done", "pending", "red_items", "yellow_items")
    }
    on_time = entry.deadline is None or as_of <= entry.deadline
    # before the deadline, and where all is 到位, an item is 红 only for what was found or admitted
    flagged = sums["red_items"] if on_time or sums["done"] == sums["applicable"] else 0
    return Tally(sums["applicable"], sums["done"], sums["pending"], sums["red_items"], sums["yellow_items"], flagged)


def _before(districts: Sequence[District]) -> pd.DataFrame:
    rows = [
        (district.name, dimension, applicable, done, None)
        for district in districts
        for dimension, (done, applicable) in district.before.items()
    ]
    return pd.DataFrame(rows, columns=["unit", "dimension", "applicable", "done", "rate"], dtype=object)


def _own_shares(district: District) -> Shares:
    """自查, 任务 and 报送 over all units of a district."""
    good, doubtful, asked = district.answers
    units = max(sum(district.receipts.values()), 1)
    reporting = district.reporting / units
    said = "、".join(f"{receipt} {number}" for receipt in Receipt if (number := district.receipts[receipt]))
    return {
        (district.name, SELF_CHECK): Share(
            f"{asked} 题中 {good} 题为好，其中 {doubtful} 题与填报或督查矛盾", good - doubtful, max(asked, 1)
        ),
        (district.name, TASKS): task_share(district.tasks),
        (district.name, REPORTING): Share(f"{units} 个单位平均（{said}）", reporting.numerator, reporting.denominator),
    }


def light_list(light: Light, districts: Sequence[District]) -> pd.DataFrame:
    """红灯清单 or 黄灯清单 of the rollup; one row = one unit × dimension of a district with that light."""
    rows: list[dict[str, Any]] = []
    for district in districts:
        chosen = district.units[district.units["light"] == light]
        for row in chosen.to_dict("records"):
            rows.append(
                {
                    "unit": district.name,
                    "item_name": f"{row['unit']}（全单位）",
                    "dimension": row["dimension"],
                    "state": f"{row['done']}/{row['applicable']}",
                    "light": light.value,
                    "reason": row["reason"],
                    "deadline": row["deadline"],
                    "file": archive_name(district, row["file"]),
                    "sheet": ledger.UNIT_SUMMARY.name,
                    "row": row["row"],
                }
            )
    frame = pd.DataFrame(rows, columns=list(ledger.RED_LIST.names), dtype=object)
    return frame.where(frame.notna(), None)


def archive_name(district: District, file: str) -> str:
    """The name in 来件/ of a district's workbook."""
    return f"{district.name}_{file}"


def district_receipts(districts: Sequence[District], findings: Sequence[Any], as_of: date) -> pd.DataFrame:
    """报送情况 of the rollup; one row = one district; columns of RECEIPTS."""
    rows = []
    for district in districts:
        own = [found.severity for found in findings if found.place.unit == district.name]
        receipt = Receipt.CARRIED if district.meeting < as_of else Receipt.ON_TIME
        counts = {"errors": own.count("错误"), "warnings": own.count("警示"), "notes": own.count("提示")}
        read = {"rows_read": district.items, "rows_used": district.items, "rows_set_aside": 0}
        file = archive_name(district, district.files[0][0].name)
        rows.append({"unit": district.name, "receipt": receipt.value, "file": file, "filled_on": district.meeting, **counts, **read})  # fmt: skip
    return pd.DataFrame(rows, columns=list(ledger.RECEIPTS.names), dtype=object)


def none_merged() -> Merged:
    """The rollup holds no row of a return: they stand in the districts' own workbooks."""
    return Merged(no_rows(ledger.COVERS), {key: no_rows(table) for key, table in ledger.MERGED.items()})
