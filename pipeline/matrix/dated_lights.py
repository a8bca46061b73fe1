"""Lights of what has a date of its own: tasks, problems and milestones (contract §6)."""

from datetime import date
from typing import TYPE_CHECKING

from pipeline.matrix.figures import ahead, as_day, is_blank, is_near, overdue
from schemas.vocabulary import Light

if TYPE_CHECKING:
    import pandas as pd

LATE = "逾期完成"


def dated_light(done_on: date | None, due: date | None, as_of: date, warn_days: int) -> tuple[Light, str]:
    """The light of one task, problem or milestone, and its reason.

    done_on: when it was done, None while it is not; a day after `as_of` counts as not done.
    due: the date by which it must be done, None when that cannot be read.
    """
    if done_on and done_on <= as_of:
        late = due is not None and done_on > due
        return Light.GREEN, f"{LATE}，晚 {(done_on - due).days} 天" if due and late else "已完成"
    if due is None:
        return Light.YELLOW, "没有可认的完成时限"
    if as_of > due:
        return Light.RED, overdue(due, as_of)
    if is_near(due, as_of, warn_days):
        return Light.YELLOW, ahead(due, as_of)
    return Light.GREEN, f"时限 {due}，未到期"


def task_done_on(progress: object, done_on: object) -> date | None:
    """When a task was done: 完成进度 100 % and an 实际完成日期; both are needed (contract §6)."""
    whole = isinstance(progress, int | float) and progress == 1
    return as_day(done_on) if whole else None


def problem_done_on(state: object, solved_on: object) -> date | None:
    """When a problem was solved: 状态 已解决 and a 解决日期; both are needed, as for a task."""
    return as_day(solved_on) if state == "已解决" else None


def task_lights(tasks: "pd.DataFrame", as_of: date, warn_days: int) -> "pd.DataFrame":
    """The tasks with light and reason; one row = one task, index kept."""
    cells = zip(tasks["progress"], tasks["done_on"], tasks["planned_on"], strict=True)
    pairs = []
    for progress, done_on, planned_on in cells:
        done = task_done_on(progress, done_on)
        light, reason = dated_light(done, as_day(planned_on), as_of, warn_days)
        doubt = _task_doubt(progress, done_on, as_of)
        pairs.append((light.value, f"{reason}（{doubt}）" if doubt else reason))
    return _with_lights(tasks, pairs)


def _task_doubt(progress: object, done_on: object, as_of: date) -> str:
    """Why a task that looks done does not count as done."""
    day = as_day(done_on)
    if progress == 1 and day is None:
        return "进度 100% 但没有实际完成日期"
    if day and day > as_of:
        return "实际完成日期在会议之后"
    return "有实际完成日期但进度不是 100%" if day and progress != 1 else ""


def problem_lights(problems: "pd.DataFrame", as_of: date, warn_days: int) -> "pd.DataFrame":
    """The problems with light and reason; one row = one problem, index kept."""
    cells = zip(problems["state"], problems["solved_on"], problems["solve_by"], strict=True)
    pairs = []
    for state, solved_on, solve_by in cells:
        done = problem_done_on(state, solved_on)
        light, reason = dated_light(done, as_day(solve_by), as_of, warn_days)
        doubt = _problem_doubt(state, solved_on, as_of)
        pairs.append((light.value, f"{reason}（{doubt}）" if doubt else reason))
    return _with_lights(problems, pairs)


def _problem_doubt(state: object, solved_on: object, as_of: date) -> str:
    """Why a problem that looks solved does not count as solved."""
    day = as_day(solved_on)
    if state == "已解决" and day is None:
        return "已解决但没有解决日期" if is_blank(solved_on) else "已解决但解决日期认不出"
    return "解决日期在会议之后" if day and day > as_of else ""


def _with_lights(rows: "pd.DataFrame", pairs: list[tuple[str, str]]) -> "pd.DataFrame":
    import pandas as pd

    lights = pd.DataFrame(pairs, columns=["light", "reason"], index=rows.index, dtype=object)
    return rows.assign(light=lights["light"], reason=lights["reason"])
