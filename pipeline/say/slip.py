"""What stands in a unit's 督办单: its lights, tasks, problems, corrections, all as finished text.

Nothing is judged here: rows are chosen by the lights and dates that the run found. Source: contract
§8, 5.

下次会议前要办的: whatever of a unit falls due until the next meeting, overdue things first.

The rows of one unit, out of every frame of a run; each frame is grouped once, however many units.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.findings import group_cells
from pipeline.judge.gains import BETWEEN_MEETINGS
from pipeline.judge.matters import units_named
from pipeline.say.headline import cell_text
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import state_name
from schemas.words import INSPECTION_OVER, MATTER_OVER, Escalation, Light, Severity, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

Row = Mapping[str, Any]


class UnitRows:
    """Rows by unit: `rows("tasks", "区民政局")`; blanks are None."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting

    @cached_property
    def _frames(self) -> dict[str, pd.DataFrame]:
        meeting = self.meeting
        return {
            "unit_dimensions": meeting.unit_dimensions,
            "overall": meeting.overall,
            "ranking": meeting.ranking,
            "receipts": meeting.receipts,
            "red": meeting.red_list,
            "yellow": meeting.yellow_list,
            "items": _with_plan_dates(meeting.matrix, meeting.tables.get("items")),
            "tasks": meeting.tasks,
            "problems": meeting.problems,
            "problems_to_solve": meeting.problems,
            "milestones": meeting.milestones,
            "comparison": meeting.comparison,
            "findings": meeting.findings,
            "cell_changes": meeting.cell_changes,
            "matters": meeting.matter_list,
            "matters_to_help": _of_helpers(meeting),
            "self_check": _table(meeting.tables, "self_check"),
            "account": meeting.account,
            "to_green": meeting.to_green,
            "steps": meeting.gains.steps,
        }

    @cached_property
    def _positions(self) -> dict[str, Mapping[Any, Any]]:
        return {
            name: frame.groupby("owner_unit" if name == "problems_to_solve" else "unit", sort=False).indices
            for name, frame in self._frames.items()
            if len(frame)
        }

    @cached_property
    def _records(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every frame as tuples: pandas takes far longer to cut a few rows out of a frame than to list them all."""
        return {name: list(zip(*_columns(frame), strict=True)) for name, frame in self._frames.items()}

    def rows(self, name: str, unit: str) -> list[Row]:
        """The rows of `unit` in the frame `name`, in their order; none for a unit that is not there."""
        positions = self._positions.get(name, {}).get(unit, ())
        names, records = [str(column) for column in self._frames[name]], self._records[name]
        return [dict(zip(names, records[position], strict=True)) for position in positions]

    def row(self, name: str, unit: str) -> Row:
        """The only row of `unit`; empty where there is none."""
        return next(iter(self.rows(name, unit)), {})


def _columns(frame: pd.DataFrame) -> Iterator[list[Any]]:
    """The columns as plain values, blanks None (NaN and NaT alone differ from themselves)."""
    for name in frame:
        yield [None if value is None or value != value else value for value in frame[name].tolist()]  # noqa: PLR0124


def _of_helpers(meeting: Meeting) -> pd.DataFrame:
    """The matters once for each unit that helps with them (`unit`)."""
    rows = meeting.matter_list
    helpers = rows["helpers"].map(lambda text: units_named(text, meeting.plan))
    return rows.assign(unit=helpers).explode("unit").dropna(subset=["unit"])


def _table(tables: Mapping[str, pd.DataFrame], key: str) -> pd.DataFrame:
    return tables.get(key, pd.DataFrame({"unit": []}))


def _with_plan_dates(items: pd.DataFrame, sent: pd.DataFrame | None) -> pd.DataFrame:
    """The judged items with the plan dates that the units gave; both frames have one index."""
    known = sent is not None and "planned_on" in sent and sent.index.equals(items.index)
    return items.assign(planned_on=sent["planned_on"] if known and sent is not None else None)


_MOST_ITEMS, _MOST_ROWS = 15, 10
_OPEN_LIGHTS = (Light.RED, Light.YELLOW)


@dataclass(frozen=True)
class Section:
    """One numbered part of the slip. spans: share of the page's 12 columns; lights: columns to colour.

    left_out: how many further rows there are, and where they stand.
    """

    title: str
    header: tuple[str, ...]
    spans: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    nothing: str
    lights: tuple[int, ...] = ()
    centred: tuple[int, ...] = ()
    left_out: str = ""


def text(value: object) -> str:
    """A cell as it is printed: dates as 2023-04-14, blanks as nothing."""
    if value is None:
        return ""
    return value.isoformat()[:10] if isinstance(value, date) else str(value)


def facts(frames: UnitRows, unit: str) -> tuple[tuple[str, str], ...]:
    """The head of the slip: label and value, eight of them."""
    period = frames.meeting.period
    overall, rank = frames.row("overall", unit), frames.row("ranking", unit)
    score = "" if rank.get("score") is None else f"{rank['score']:.2f} 分"
    place = f"，第 {rank['rank']} 名" if rank.get("rank") is not None else f"（{rank.get('marks') or '不参评'}）"
    return (
        ("单位", unit),
        ("期次", period.label),
        ("会议日期", period.meeting.isoformat()),
        ("报送状态", text(frames.row("receipts", unit).get("receipt"))),
        ("整体亮灯", text(overall.get("light"))),
        ("得分名次", f"{score}{place}" if score else ""),
    )


def escalation(frames: UnitRows, unit: str) -> str:
    """The gravest step of 督办升级 and the dimensions it is for; "" where nothing is red."""
    rows = [row for row in frames.rows("unit_dimensions", unit) if row.get("escalation")]
    for step in reversed(Escalation):
        named = [f"{row['dimension']}连续 {row['red_streak']} 期红灯" for row in rows if row["escalation"] == step]
        if named:
            return f"{step}：{'、'.join(named)}"
    return ""


def silence(frames: UnitRows, unit: str) -> str:
    """How many meetings running a unit has sent nothing, and whose rows these are; "" for one that returned."""
    silent = frames.meeting.silence.get(unit)
    if silent is None:
        return ""
    said = f"已连续 {silent.meetings} 次会议未报送"
    return (
        f"{said}，以下沿用第{silent.period:02d}期所报的内容" if silent.period else f"{said}，从未报送，没有可列的内容"
    )


def all_clear(frames: UnitRows, unit: str) -> bool:
    """Whether nothing of the unit is red, yellow, overdue, dispatched or wrong: its slip is a 反馈单."""
    lit = ("unit_dimensions", "red", "yellow", "tasks", "milestones")
    return (
        unit not in frames.meeting.silence
        and not any(row["light"] in _OPEN_LIGHTS for name in lit for row in frames.rows(name, unit))
        and all(row["state"] == "已解决" for row in frames.rows("problems_to_solve", unit))
        and all(row["state"] in MATTER_OVER for row in frames.rows("matters", unit))
        and not inspections(frames, unit).rows
        and not corrections(frames, unit).rows
    )


_REASON = 30  # a reason is cut on the first page; it stands whole in 单位汇总


def dimensions(frames: UnitRows, unit: str) -> Section:
    """How the unit stands in every dimension, and how many items more turn its light 绿."""
    lacking = {row["dimension"]: row["now"] for row in frames.rows("to_green", unit)}
    rows = tuple(
        (
            text(row["dimension"]),
            cell_text(row),
            f"{lacking[row['dimension']]} 项" if row["dimension"] in lacking else "",
            "" if row["expected"] is None else f"{row['expected']:.0%}",
            text(row["deadline"]),
            short(text(row["reason"]), _REASON),
        )
        for row in frames.rows("unit_dimensions", unit)
    )
    header = ("维度", "亮灯", "转绿还差", "序时进度", "时限", "理由")
    return Section("各维度情况", header, (2, 2, 1, 1, 2, 4), rows, "还没有报送过。", lights=(1,), centred=(0, 2, 3, 4))


def short(words: str, most: int) -> str:
    """The words cut at so many characters, visibly."""
    return words if len(words) <= most else words[: most - 1] + "…"


def items(frames: UnitRows, unit: str) -> Section:
    """Red and yellow items, one row an item, those with a red first."""
    found: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for light, name in ((Light.RED, "red"), (Light.YELLOW, "yellow")):
        for row in frames.rows(name, unit):
            by_light = found.setdefault((text(row["item_code"]), text(row["item_name"])), {})
            by_light.setdefault(light, []).append(row)
    rows = []
    for (_, name), by_light in found.items():
        shown = by_light.get(Light.RED) or by_light[Light.YELLOW]
        where = [f"{light}：{_dimensions(by_light[light])}" for light in _OPEN_LIGHTS if light in by_light]
        rows.append((name, "；".join(where), _joined(row["reason"] for row in shown), text(shown[0].get("planned_on"))))
    header = ("事项", "亮灯维度", "理由", "计划完成")
    return _cut(
        "红灯、黄灯事项",
        header,
        (4, 3, 3, 2),
        rows,
        "没有亮红灯、黄灯的事项。",
        most=_MOST_ITEMS,
        rest="台账的红灯清单、黄灯清单",
    )


def _dimensions(rows: Iterable[Row]) -> str:
    return "、".join(text(row["dimension"]) for row in rows)


def _joined(values: Iterable[object]) -> str:
    return "；".join(dict.fromkeys(text(value) for value in values if value))


def tasks(frames: UnitRows, unit: str) -> Section:
    """Tasks that are overdue or near."""
    rows = [
        (
            text(r["task_number"]),
            text(r["task_name"]),
            text(r["planned_on"]),
            _percent(r["progress"]),
            text(r["light"]),
            text(r["reason"]),
        )
        for r in frames.rows("tasks", unit)
        if r["light"] in _OPEN_LIGHTS
    ]
    header = ("编号", "任务", "计划完成", "进度", "亮灯", "理由")
    return _cut(
        "逾期和临近的任务",
        header,
        (1, 4, 2, 1, 1, 3),
        rows,
        "没有逾期和临近的任务。",
        lights=(4,),
        centred=(0, 2, 3),
        rest="台账的任务台账",
    )


def _percent(value: object) -> str:
    return f"{value:.0%}" if isinstance(value, int | float) else text(value)


def matters(frames: UnitRows, unit: str) -> Section:
    """What leaders wrote and meetings decided that the unit must do or help with, as long as it is open."""
    found = [*frames.rows("matters", unit), *frames.rows("matters_to_help", unit)]
    rows = [
        (
            text(row["number"]),
            text(row["source"]),
            _about(row),
            text(row["due"]),
            text(row["light"]),
            text(row["reason"]) if row["unit"] == unit else "",
        )
        for row in found
        if row["state"] not in MATTER_OVER
    ]
    header = ("编号", "来源", "领导批示、议定内容", "完成时限", "亮灯", "理由")
    nothing = "没有领导批示和议定事项。"
    rest = "台账的议定事项"
    return _cut(
        "领导批示和议定事项", header, (2, 1, 4, 2, 1, 2), rows, nothing, lights=(4,), centred=(0, 1, 3), rest=rest
    )


def _about(row: Row) -> str:
    """The words themselves, what they are about, and what the unit answered."""
    about = "，".join(text(row[name]) for name in ("item_name", "dimension") if row[name])
    answer = f"；答复：{row['reply']}" if row["reply"] else ""
    return f"{text(row['content'])}{f'（{about}）' if about else ''}{answer}"


def problems(frames: UnitRows, unit: str) -> Section:
    """Unsolved problems dispatched to the unit, then those that it reported and others must solve."""
    to_solve = [row for row in frames.rows("problems_to_solve", unit) if row["state"] != "已解决"]
    reported = [r for r in frames.rows("problems", unit) if r["state"] != "已解决" and r["owner_unit"] != unit]
    rows = [
        (
            "派本单位" if row in to_solve else "本单位提",
            text(row["description"]),
            f"{text(row['unit'])}→{text(row['owner_unit'])}",
            text(row["solve_by"]),
            text(row["light"]),
            _long_open(row),
        )
        for row in (*to_solve, *reported)
    ]
    header = ("类别", "问题", "提出→责任单位", "解决时限", "亮灯", "理由")
    return _cut(
        "未解决的问题",
        header,
        (1, 4, 2, 2, 1, 2),
        rows,
        "没有未解决的问题。",
        lights=(4,),
        centred=(0, 3),
        rest="台账的问题派发",
    )


def _long_open(row: Row) -> str:
    periods = row.get("periods_open") or 0
    return text(row["reason"]) + (f"，已历 {periods} 期" if periods > 2 else "")


def inspections(frames: UnitRows, unit: str) -> Section:
    """What inspectors found and is not yet struck off."""
    rows = [
        (text(r["found_on"]), text(r["item_name"]), text(r["kind"]), text(r["description"]), text(r["correct_by"]))
        for r in frames.rows("comparison", unit)
        if r["state"] not in INSPECTION_OVER
    ]
    header = ("核查日期", "事项", "问题类型", "督查情况", "整改时限")
    return _cut(
        "督查发现的问题",
        header,
        (2, 3, 2, 3, 2),
        rows,
        "没有未销号的督查问题。",
        centred=(0, 2, 4),
        rest="台账的自查与督查对照",
    )


def corrections(frames: UnitRows, unit: str) -> Section:
    """Findings of the return to correct, equal ones of a column together."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for row in frames.rows("findings", unit):
        if row["severity"] != Severity.NOTE:
            cell = text(row["cell"])
            column = cell.rstrip("0123456789")
            key = (text(row["severity"]), text(row["sheet"]), column, text(row["problem"]), text(row["remedy"]))
            groups.setdefault(key, []).append(cell)
    order = list(Severity)
    found = sorted(groups.items(), key=lambda group: order.index(Severity(group[0][0])))
    rows = [
        (level, f"{tab} {group_cells(cells)}".strip(), problem, remedy)
        for (level, tab, _, problem, remedy), cells in found
    ]
    header = ("级别", "位置", "问题", "怎么改")
    return _cut(
        "来件需要更正的",
        header,
        (1, 3, 4, 4),
        rows,
        "来件没有需要更正的。",
        centred=(0,),
        rest=f"退回的“{unit}_退回.xlsx”",
    )


def _cut(
    title: str,
    header: tuple[str, ...],
    spans: tuple[int, ...],
    rows: Sequence[tuple[str, ...]],
    nothing: str,
    *,
    rest: str,
    most: int = _MOST_ROWS,
    lights: tuple[int, ...] = (),
    centred: tuple[int, ...] = (),
) -> Section:
    """A section of at most `most` rows, so that the slip stays at a page or two."""
    over = len(rows) - most
    left_out = f"另有 {over} 条，见{rest}。" if over > 0 else ""
    return Section(title, header, spans, tuple(rows[:most]), nothing, lights, centred, left_out)


_GOOD = frozenset((str(number), answer) for number, answer in GOOD_ANSWER.items())

_MOST = 15
_DONE = (State.DONE, State.EXEMPT)
_Due = tuple[date, str, str]  # by when, kind, what


def next_meeting(meeting: date) -> date:
    """The meeting after this one."""
    return meeting + BETWEEN_MEETINGS


def due(frames: UnitRows, unit: str) -> Section:
    """Everything due on or before the next meeting, by date."""
    today = frames.meeting.period.meeting
    last = next_meeting(today)
    found = sorted(
        {
            entry
            for source in (_returns, _items, _tasks, _problems, _matters, _others)
            for entry in source(frames, unit)
        },
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
    meeting = frames.meeting
    cutoff = next_meeting(meeting.period.meeting) - timedelta(days=meeting.plan.thresholds.cutoff_days)
    yield cutoff, "报送", f"报送第 {meeting.period.number + 1} 期填报表"
    errors = sum(row.get("count", 1) for row in frames.rows("findings", unit) if row["severity"] == Severity.ERROR)
    if errors:
        yield cutoff, "更正", f"更正来件中的 {errors} 处错误，随下期填报表一并报送"


def _items(frames: UnitRows, unit: str) -> Iterator[_Due]:
    scored = [(entry, state_name(entry.dimension)) for entry in frames.meeting.plan.dimensions if entry.scored]
    last = next_meeting(frames.meeting.period.meeting)
    for row in frames.rows("items", unit):
        undone = [entry for entry, name in scored if row[name] not in _DONE]
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


def _matters(frames: UnitRows, unit: str) -> Iterator[_Due]:
    for row in frames.rows("matters", unit):
        day = _day(row["due"])
        if row["state"] not in MATTER_OVER and day:
            yield day, text(row["source"]), text(row["content"])


def _others(frames: UnitRows, unit: str) -> Iterator[_Due]:
    for row in frames.rows("milestones", unit):
        day = _day(row["deadline"])
        if row["light"] in (Light.RED, Light.YELLOW) and day:
            yield day, "节点", text(row["milestone"])
    for row in frames.rows("comparison", unit):
        day = _day(row["correct_by"])
        if row["state"] not in INSPECTION_OVER and day:
            yield day, "督查整改", f"{text(row['item_name'])}：{text(row['kind'])}".strip("：")
    for row in frames.rows("self_check", unit):
        day = _day(row["correct_by"])
        if day and not _is_good(row):
            yield day, "自查整改", text(row["question"])


def _is_good(row: Row) -> bool:
    return (text(row["number"]), row["answer"]) in _GOOD
