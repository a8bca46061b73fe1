"""任务, 问题, 授权 and 系统: numbers and dates (contract §4).

That 责任单位 is no member, or may be several, was said while reading: names are resolved there.
"""

import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.rows import first_rows, shown
from pipeline.findings import ERROR, WARNING, Finding, Rule, rule
from schemas.columns import Kind
from schemas.dimensions import Dimension


def check_work(desk: Desk) -> list[Finding]:
    """The four sheets about what is being done."""
    return [*_tasks(desk), *_problems(desk), *_authorisations(desk), *_systems(desk)]


TASK_AFTER_GOAL = rule(
    "RW-030",
    WARNING,
    title="任务计划晚于目标时限",
    problem="“计划完成日期”{value} 晚于“{goal}”的时限 {deadline}",
    remedy="请把任务计划提前到目标的时限之内",
    example="2023-12-31",
)
SAME_TASK_NUMBER = rule(
    "RW-031",
    ERROR,
    title="任务编号重复",
    problem="“任务编号”填的“{value}”与第 {first} 行重复",
    remedy="请给每项任务一个不重复的编号，前后期保持不变",
    example="R1",
)
DONE_UNFINISHED = rule(
    "RW-032",
    ERROR,
    title="没完成却有完成日期",
    problem="填了“实际完成日期”{value}，但“完成进度”是 {progress}",
    remedy="已经完成的把“完成进度”改为 100%；没有完成的把“实际完成日期”清空",
    example="2023-04-01",
)
DONE_LATER = rule(
    "RW-033",
    ERROR,
    title="完成日期在将来",
    problem="“实际完成日期”{value} 在填报日期或会议日期之后，还没有到",
    remedy="请填实际完成的日期；没有完成的请清空，并改“完成进度”",
    example="2024-01-01",
)


def _tasks(desk: Desk) -> list[Finding]:
    rows = desk.rows["tasks"]
    progress = pd.to_numeric(rows.known["progress"], errors="coerce")
    deadline = rows.known["goal"].map(desk.plan.goal_deadline)
    late = desk.days("tasks", "planned_on") > pd.to_datetime(deadline, errors="coerce")
    future = desk.future("tasks", "done_on")
    unfinished = rows.known["done_on"].notna() & (progress < 1) & ~future
    words = rows.known["progress"].map(lambda value: shown(value, Kind.PERCENT))
    return [
        *rows.mark(late, "planned_on", TASK_AFTER_GOAL, goal=rows.known["goal"], deadline=deadline),
        *_repeated(desk, "tasks", "task_number", SAME_TASK_NUMBER),
        *rows.mark(unfinished, "done_on", DONE_UNFINISHED, progress=words),
        *rows.mark(future, "done_on", DONE_LATER),
    ]


SAME_PROBLEM_NUMBER = rule(
    "WT-030",
    ERROR,
    title="问题编号重复",
    problem="“问题编号”填的“{value}”与第 {first} 行重复",
    remedy="请给每个问题一个不重复的编号，前后期保持不变",
    example="W1",
)
SOLVED_UNSOLVED = rule(
    "WT-031",
    ERROR,
    title="没解决却有解决日期",
    problem="填了“解决日期”{value}，但“状态”是“{state}”",
    remedy="已经解决的把“状态”改为“已解决”；没有解决的把“解决日期”清空",
    example="2023-04-01",
)
SOLVED_LATER = rule(
    "WT-032",
    ERROR,
    title="解决日期在将来",
    problem="“解决日期”{value} 在填报日期或会议日期之后，还没有到",
    remedy="请填实际解决的日期；没有解决的请清空，并改“状态”",
    example="2024-01-01",
)


def _problems(desk: Desk) -> list[Finding]:
    rows, state = desk.rows["problems"], desk.known("problems")["state"]
    future = desk.future("problems", "solved_on")
    unsolved = rows.known["solved_on"].notna() & state.notna() & (state != "已解决") & ~future
    return [
        *_repeated(desk, "problems", "problem_number", SAME_PROBLEM_NUMBER),
        *rows.mark(unsolved, "solved_on", SOLVED_UNSOLVED, state=state),
        *rows.mark(future, "solved_on", SOLVED_LATER),
    ]


def _repeated(desk: Desk, key: str, name: str, repeated: Rule) -> list[Finding]:
    """The second and later rows of a unit with the same number."""
    rows = desk.rows[key]
    pairs = rows.known["unit"] + "\n" + rows.known[name]
    again = pairs.notna() & pairs.duplicated()
    return rows.mark(again, name, repeated, first=first_rows(pairs, rows.sent["row"]))


LETTER_EXPIRED = rule(
    "SQ-031",
    WARNING,
    title="委托书已过期",
    problem="委托书“有效期至”{value}，到会议日期 {meeting} 已经过期",
    remedy="请续签后改填新的有效期；已不授权的请删去这一行，并改“授权情况”",
    example="2023-03-01",
)
SIGNED_LATER = rule(
    "SQ-032",
    ERROR,
    title="签订日期在将来",
    problem="“签订日期”{value} 在填报日期或会议日期之后，还没有到",
    remedy="请填委托书实际签订的日期；还没有签订的请删去这一行",
    example="2024-01-01",
)
VALID_BEFORE_SIGNED = rule(
    "SQ-033",
    WARNING,
    title="有效期早于签订日期",
    problem="“有效期至”{value} 早于“签订日期”{signed_on}",
    remedy="请核对这两个日期",
    example="2022-12-31",
)


def _authorisations(desk: Desk) -> list[Finding]:
    rows = desk.rows["authorisations"]
    signed, until = desk.days("authorisations", "signed_on"), desk.days("authorisations", "valid_until")
    reversed_ = until < signed
    expired = desk.past("authorisations", "valid_until") & ~reversed_
    return [
        *rows.mark(expired, "valid_until", LETTER_EXPIRED, meeting=desk.period.meeting),
        *rows.mark(desk.future("authorisations", "signed_on"), "signed_on", SIGNED_LATER),
        *rows.mark(reversed_, "valid_until", VALID_BEFORE_SIGNED, signed_on=rows.known["signed_on"]),
    ]


DOCKING_OVERDUE = rule(
    "XT-031",
    WARNING,
    title="计划对接日期已过",
    problem="“计划对接日期”{value} 早于本次会议日期 {meeting}，但还没有对接",
    remedy="已经对接的请改“对接状态”；没有的请重新确定计划对接日期",
    example="2023-03-10",
)
DOCKING_LATE = rule(
    "XT-032",
    WARNING,
    title="计划对接日期晚于时限",
    problem="“计划对接日期”{value} 晚于系统对接到位的时限 {deadline}",
    remedy="请把计划提前到时限之内；确有困难的写明“存在困难”，并报“问题”表",
    example="2023-12-31",
)


def _systems(desk: Desk) -> list[Finding]:
    """A plan to connect that is past, or after the deadline, while the system is not connected."""
    rows = desk.rows["systems"]
    waiting = rows.known["docking"].isin(("对接中", "未对接"))
    past = waiting & desk.past("systems", "dock_by")
    found = rows.mark(past, "dock_by", DOCKING_OVERDUE, meeting=desk.period.meeting)
    deadline = next(entry.deadline for entry in desk.plan.dimensions if entry.dimension is Dimension.SYSTEM)
    if deadline:
        late = waiting & ~past & (desk.days("systems", "dock_by") > pd.Timestamp(deadline))
        found += rows.mark(late, "dock_by", DOCKING_LATE, deadline=deadline)
    return found
