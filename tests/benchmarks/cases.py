"""What is measured: the sizes, what a run of each reads and what it writes.

33x300 is 33 returns of 300 items, each as the program's own sample makes it: correct. With +spoilt every
return is filled in as people do it, so that every one goes back marked; with +second it is the meeting
after the first, whose workbooks are read back. 100x33x300 is the rollup of 100 districts of 33 × 300.
"""

import json
import os
import shutil
from concurrent.futures import ProcessPoolExecutor
from copy import copy
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import pipeline.run
from pipeline.meeting import Meeting
from pipeline.records import Settings
from pipeline.sample import mess, sample_return
from pipeline.write.matrix import write_matrices
from pipeline.write.office import write_plan_book
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, default_tables, load_plan, period_of

FIRST, SECOND = date(2023, 4, 14), date(2023, 4, 28)
SPOILT, AFTER_FIRST = "+spoilt", "+second"
_MESS = mess.several(
    mess.ticks,
    mess.loose_text,
    mess.loose_dates,
    mess.wrong_choices,
    mess.blanks,
    mess.bad_codes,
    mess.late_plans,
    mess.ditto,
)


@dataclass(frozen=True)
class Case:
    """One size below `folder`, where its inputs and outputs lie."""

    size: str
    folder: Path

    @property
    def counts(self) -> tuple[int, ...]:
        return tuple(map(int, self.size.partition("+")[0].split("x")))

    @property
    def is_rollup(self) -> bool:
        return len(self.counts) == 3

    @property
    def is_second(self) -> bool:
        return self.size.endswith(AFTER_FIRST)

    @property
    def items(self) -> int:
        total = 1
        for count in self.counts:
            total *= count
        return total

    @property
    def meeting(self) -> date:
        return SECOND if self.is_second else FIRST

    @property
    def inputs(self) -> Path:
        """The folder with what is read: returns, or the districts' finished periods."""
        return self.folder / self.size / "inputs"

    @property
    def outputs(self) -> Path:
        return self.folder / self.size / "outputs"

    def results(self) -> list[Path]:
        """The folder that the run wrote; none before it ran."""
        return [path for path in self.outputs.glob(f"*_{self.meeting}") if not path.name.startswith(".")]

    def clear(self) -> None:
        for folder in self.results():
            shutil.rmtree(folder)

    def sources(self) -> list[Path]:
        """Every workbook that the run cannot do without reading."""
        before = [*self.outputs.glob(f"*_{FIRST}/[13]-*.xlsx")] if self.is_second else []
        return [*sorted(self.inputs.rglob("*.xlsx")), *before]

    def workbooks(self) -> list[Path]:
        """Every workbook that the run wrote; copies of returns are not written but copied."""
        return sorted(path for folder in self.results() for path in folder.rglob("*.xlsx") if "来件" not in path.parts)

    def make(self) -> None:
        """Make the inputs (and the period before), unless that was done already."""
        done = self.folder / self.size / ".made"
        if done.exists():
            return
        if self.is_rollup:
            _make_districts(self.inputs, *self.counts)
        else:
            units, items = self.counts
            if self.is_second:
                before = self.folder / self.size / "first"
                _make_returns(before, units, items, period_of(plan_of(units), FIRST, []), spoilt=False)
                pipeline.run.run(Settings.of(FIRST, before, self.outputs))
            period = period_of(plan_of(units), self.meeting, [FIRST] if self.is_second else [])
            _make_returns(self.inputs, units, items, period, spoilt=self.size.endswith(SPOILT))
        done.write_text(json.dumps(self.counts))


def plan_of(units: int) -> Plan:
    """The default plan, its units repeated for other districts until there are `units`."""
    tables = default_tables()
    known = tables["units"]
    tables["units"] = [_in_district(known[n % len(known)], n // len(known)) for n in range(units)]
    return load_plan(tables)


def _in_district(unit: dict[str, object], district: int) -> dict[str, object]:
    if not district:
        return unit
    name = f"第{district}区{unit['name']}"
    return {
        "id": f"{unit['id']}-{district}",
        "name": name,
        "full_name": name,
        "credit_prefixes": unit["credit_prefixes"],
    }


def _make_returns(folder: Path, units: int, items: int, period: Period, *, spoilt: bool) -> None:
    """Fill `folder` with the returns, and with the plan where it is not the default one."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = plan_of(units)
    if plan != load_plan():
        write_plan_book(folder / "工作方案.xlsx", plan)
    write = partial(_write_return, folder, units, items, period, spoilt)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, range(units), chunksize=4))


def _write_return(folder: Path, units: int, items: int, period: Period, spoilt: bool, position: int) -> None:
    plan = plan_of(units)
    unit = plan.units[position]
    content = sample_return(plan, period, unit, items=items)
    content = _MESS(content) if spoilt else content
    write_template(folder / template_name(unit, period), plan, period, unit, Prefill(content.cover, content.tables))


class _JudgedError(Exception):
    """Raised in the place of writing: the meeting is all that was wanted."""

    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        self.meeting = meeting


def _make_districts(folder: Path, districts: int, units: int, items: int) -> None:
    """One district is judged; its matrix is written once for each name."""
    returns = folder.parent / "returns"
    _make_returns(returns, units, items, period_of(plan_of(units), FIRST, []), spoilt=False)
    meeting = _judged(returns, folder.parent)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(partial(_write_district, folder, meeting), range(1, districts + 1), chunksize=4))


def _judged(inputs: Path, outputs: Path) -> Meeting:
    def stop(settings: Settings, meeting: Meeting, *_: object) -> object:
        raise _JudgedError(meeting)

    write, pipeline.run._written = pipeline.run._written, stop
    try:
        pipeline.run.run(Settings.of(FIRST, inputs, outputs))
    except _JudgedError as found:
        return found.meeting
    finally:
        pipeline.run._written = write
    raise AssertionError("the run wrote something")


def _write_district(folder: Path, meeting: Meeting, number: int) -> None:
    name = f"第{number:03d}区"
    own = folder / name / meeting.period.folder
    own.mkdir(parents=True, exist_ok=True)
    office = replace(meeting.plan.office, district=name)
    here = copy(meeting)  # with all that was worked out
    object.__setattr__(here, "plan", replace(meeting.plan, office=office))
    write_matrices(own, here)
