"""Makes the inputs: N correct returns of M items each, written with the program's own template."""

import json
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from functools import partial
from pathlib import Path

from pipeline.sample import sample_return
from pipeline.workbooks.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, default_tables, load_plan, period_of

MEETING = date(2023, 4, 14)


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


def make_inputs(folder: Path, units: int, items: int) -> None:
    """Fill `folder` with the returns (and with the plan, where it is not the default one), unless done before."""
    done = folder / ".made"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    plan = plan_of(units)
    period = period_of(plan, MEETING, [])
    if plan != load_plan():
        from pipeline.workbooks.plan_book import write_plan_book

        write_plan_book(folder / "工作方案.xlsx", plan)
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(partial(_write_one, folder, units, items, period), range(units), chunksize=4))
    done.write_text(json.dumps({"units": units, "items": items}))


def _write_one(folder: Path, units: int, items: int, period: Period, position: int) -> None:
    plan = plan_of(units)
    unit = plan.units[position]
    content = sample_return(plan, period, unit, items=items)
    write_template(folder / template_name(unit, period), plan, period, unit, Prefill(content.cover, content.tables))
