"""An office of three units in a copy of the tree: what `tests/test_recipes.py` runs there, in one process a job.

`python -m tests.copied_office FOLDER JOB.json` holds the meetings of the job one after another, writes the
templates of the one after them, and prints as JSON what the program says about itself.
"""

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pipeline.commands.templates import write_templates
from pipeline.findings import catalogue
from pipeline.records import Settings
from pipeline.run import run
from pipeline.sample import Nature, sample_return
from pipeline.write.office import write_office_books, write_plan_book
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, Unit, load_plan, period_of
from schemas.returns import waivers
from tests import guide

FIRST, FORTNIGHT, ITEMS = date(2023, 3, 17), timedelta(14), 3
Job = Mapping[str, Any]


def hold(folder: Path, job: Job) -> dict[str, object]:
    """Everything; the units' returns are correct but for what the job puts into their cells."""
    plan = replace(load_plan(), units=load_plan().units[:3])
    days = [FIRST + FORTNIGHT * number for number in range(job["after"], job["after"] + len(job["meetings"]))]
    notices: list[str] = []
    for day, meeting in zip(days, job["meetings"], strict=True):
        notices += _hold(folder, replace(plan, trial_rules=tuple(meeting["trial_rules"])), day, meeting)
    write_templates(Settings(days[-1] + FORTNIGHT, folder / f"{days[-1]}", folder / "outputs", 1), ())
    return {
        "notices": notices,
        "catalogue": {code: rule.title for code, rule in catalogue().items()},
        "readme": guide.renewed(guide.README.read_text(encoding="utf-8")),
    }


def _hold(folder: Path, plan: Plan, day: date, meeting: Job) -> tuple[str, ...]:
    period = period_of(plan, day, [FIRST + FORTNIGHT * number for number in range((day - FIRST) // FORTNIGHT)])
    inputs = folder / f"{day}"
    inputs.mkdir()
    write_plan_book(inputs / "工作方案.xlsx", plan)
    write_office_books(inputs, plan, day, {waivers.SHEET.key: meeting["waivers"]})
    for unit in plan.units:
        filled = _filled(plan, period, unit, meeting["progress"], meeting["cells"].get(unit.name, {}))
        write_template(inputs / template_name(unit, period), plan, period, unit, filled)
    return run(Settings(day, inputs, folder / "outputs", 1)).lines


def _filled(plan: Plan, period: Period, unit: Unit, progress: float, cells: Job) -> Prefill:
    """cells: Sheet.key → number of the row (from 0, one more than there are for a new one) → Column.name → value."""
    content = sample_return(plan, period, unit, items=ITEMS, nature=Nature(progress))
    for key, rows in cells.items():
        table = content.tables[key]
        for number, values in rows.items():
            if int(number) == len(table):
                table.append({})
            table[int(number)] |= values
    return Prefill(content.cover, content.tables)


if __name__ == "__main__":
    print(json.dumps(hold(Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")))))
