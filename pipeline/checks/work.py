"""任务, 问题, 授权 and 系统: numbers and dates (contract §4).

That 责任单位 is no member, or may be several, was said while reading: names are resolved there.
"""

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.rows import first_rows, shown
from pipeline.findings import Finding
from schemas.columns import Kind
from schemas.dimensions import Dimension


def check_work(desk: Desk) -> list[Finding]:
    """The four sheets about what is being done."""
    return [*_tasks(desk), *_problems(desk), *_authorisations(desk), *_systems(desk)]


def _tasks(desk: Desk) -> list[Finding]:
    rows = desk.rows["tasks"]
    progress = pd.to_numeric(rows.known["progress"], errors="coerce")
    deadline = rows.known["goal"].map(desk.plan.goal_deadline)
    late = desk.days("tasks", "planned_on") > pd.to_datetime(deadline, errors="coerce")
    future = desk.future("tasks", "done_on")
    unfinished = rows.known["done_on"].notna() & (progress < 1) & ~future
    words = rows.known["progress"].map(lambda value: shown(value, Kind.PERCENT))
    return [
        *rows.mark(late, "planned_on", "030", goal=rows.known["goal"], deadline=deadline),
        *_repeated(desk, "tasks", "task_number", "031"),
        *rows.mark(unfinished, "done_on", "032", progress=words),
        *rows.mark(future, "done_on", "033"),
    ]


def _problems(desk: Desk) -> list[Finding]:
    rows, state = desk.rows["problems"], desk.known("problems")["state"]
    future = desk.future("problems", "solved_on")
    unsolved = rows.known["solved_on"].notna() & state.notna() & (state != "已解决") & ~future
    return [
        *_repeated(desk, "problems", "problem_number", "030"),
        *rows.mark(unsolved, "solved_on", "031", state=state),
        *rows.mark(future, "solved_on", "032"),
    ]


def _repeated(desk: Desk, key: str, name: str, number: str) -> list[Finding]:
    """The second and later rows of a unit with the same number."""
    rows = desk.rows[key]
    pairs = rows.known["unit"] + "\n" + rows.known[name]
    again = pairs.notna() & pairs.duplicated()
    return rows.mark(again, name, number, first=first_rows(pairs, rows.sent["row"]))


def _authorisations(desk: Desk) -> list[Finding]:
    rows = desk.rows["authorisations"]
    signed, until = desk.days("authorisations", "signed_on"), desk.days("authorisations", "valid_until")
    reversed_ = until < signed
    expired = desk.past("authorisations", "valid_until") & ~reversed_
    return [
        *rows.mark(expired, "valid_until", "031", meeting=desk.period.meeting),
        *rows.mark(desk.future("authorisations", "signed_on"), "signed_on", "032"),
        *rows.mark(reversed_, "valid_until", "033", signed_on=rows.known["signed_on"]),
    ]


def _systems(desk: Desk) -> list[Finding]:
    """A plan to connect that is past, or after the deadline, while the system is not connected."""
    rows = desk.rows["systems"]
    waiting = rows.known["docking"].isin(("对接中", "未对接"))
    past = waiting & desk.past("systems", "dock_by")
    found = rows.mark(past, "dock_by", "031", meeting=desk.period.meeting)
    deadline = next(entry.deadline for entry in desk.plan.dimensions if entry.dimension is Dimension.SYSTEM)
    if deadline:
        late = waiting & ~past & (desk.days("systems", "dock_by") > pd.Timestamp(deadline))
        found += rows.mark(late, "dock_by", "032", deadline=deadline)
    return found
