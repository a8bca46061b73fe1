"""下次会议前要办的: whatever of a unit falls due until the next meeting, overdue things first."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from pipeline.workbooks.slip_content import Section, text
from pipeline.workbooks.unit_rows import Row, UnitRows
from schemas.ledger import state_name
from schemas.returns.self_check import GOOD_ANSWER
from schemas.vocabulary import Light, Severity, State

_GOOD = frozenset((str(number), answer) for number, answer in GOOD_ANSWER.items())

#: The meeting is every two weeks (notice 工作要求（三）).
BETWEEN_MEETINGS = timedelta(days=14)
_MOST = 15
_DONE = (State.DONE, State.EXEMPT)
_Due = tuple[date, str, str]  # by when, kind, what


def next_meeting(meeting: date) -> date:
    """The meeting after this one."""
    return meeting + BETWEEN_MEETINGS


def due(frames: UnitRows, unit: str) -> Section:
    """Everything due on or before the next meeting, by date."""
    today = frames.book.period.meeting
    last = next_meeting(today)
    found = sorted(
        {entry for source in (_returns, _items, _tasks, _problems, _others) for entry in source(frames, unit)},
        key=lambda entry: (entry[0], entry[1], entry[2]),
    )
    found = [entry for entry in found if entry[0] <= last]
    rows = tuple((day.isoformat(), kind, what, _overdue(day, today)) for day, kind, what in found[:_MOST])
    left_out = f"另有 {len(found) - _MOST} 件，按各自时限办理。" if len(found) > _MOST else ""
    title = f"下次会议（{last}）前要办的"
    return Section(
        title, ("时限", "类别", "要办的事", "说明"), (2, 2, 6, 2), rows, "没有。", centred=(0, 1, 3), left_out=left_out
    )


def _overdue(day: date, today: date) -> str:
    return f"已逾期 {(today - day).days} 天" if day < today else f"还有 {(day - today).days} 天"


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _returns(frames: UnitRows, unit: str) -> Iterator[_Due]:
    book = frames.book
    cutoff = next_meeting(book.period.meeting) - timedelta(days=book.plan.thresholds.cutoff_days)
    yield cutoff, "报送", f"报送第 {book.period.number + 1} 期填报表"
    errors = sum(row["severity"] == Severity.ERROR for row in frames.rows("findings", unit))
    if errors:
        yield cutoff, "更正", f"更正来件中的 {errors} 处错误，随下期填报表一并报送"


def _items(frames: UnitRows, unit: str) -> Iterator[_Due]:
    scored = [entry for entry in frames.book.plan.dimensions if entry.scored]
    last = next_meeting(frames.book.period.meeting)
    for row in frames.rows("items", unit):
        undone = [entry for entry in scored if row[state_name(entry.dimension)] not in _DONE]
        planned = _day(row["planned_on"])
        ended = [entry.deadline for entry in undone if entry.deadline and entry.deadline <= last]
        day = min([*ended, *([planned] if planned else [])], default=None)
        if undone and day:
            named = "、".join(str(entry.dimension) for entry in undone)
            yield day, "事项", f"{text(row['item_name'])}：{named}到位"


def _tasks(frames: UnitRows, unit: str) -> Iterator[_Due]:
    for row in frames.rows("tasks", unit):
        day = _day(row["planned_on"])
        if row["light"] != Light.GREEN and day:
            yield day, "任务", f"{text(row['task_number'])} {text(row['task_name'])}".strip()


def _problems(frames: UnitRows, unit: str) -> Iterator[_Due]:
    for row in frames.rows("problems_to_solve", unit):
        day = _day(row["solve_by"])
        if row["light"] != Light.GREEN and day:
            yield day, "问题", f"解决{text(row['unit'])}提出的：{text(row['description'])}"


def _others(frames: UnitRows, unit: str) -> Iterator[_Due]:
    for row in frames.rows("milestones", unit):
        day = _day(row["deadline"])
        if row["light"] in (Light.RED, Light.YELLOW) and day:
            yield day, "节点", text(row["milestone"])
    for row in frames.rows("comparison", unit):
        day = _day(row["correct_by"])
        if row["state"] != "已销号" and day:
            yield day, "督查整改", f"{text(row['item_name'])}：{text(row['kind'])}".strip("：")
    for row in frames.rows("self_check", unit):
        day = _day(row["correct_by"])
        if day and not _is_good(row):
            yield day, "自查整改", text(row["question"])


def _is_good(row: Row) -> bool:
    return (text(row["number"]), row["answer"]) in _GOOD
