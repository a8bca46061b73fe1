"""What stands in a unit's 督办单: its lights, tasks, problems, corrections, changes, all as finished text.

Nothing is judged here: rows are chosen by the lights and dates that the run found. Source: contract
§8, 5.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.findings import group_cells
from pipeline.workbooks.board import cell_text
from pipeline.workbooks.unit_rows import Row, UnitRows
from schemas.ledger import CELL_CHANGES
from schemas.vocabulary import Escalation, Light, Severity

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
    period = frames.book.period
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


def dimensions(frames: UnitRows, unit: str) -> Section:
    """How the unit stands in every dimension."""
    rows = tuple(
        (
            text(row["dimension"]),
            cell_text(row),
            "" if row["expected"] is None else f"{row['expected']:.0%}",
            text(row["deadline"]),
            text(row["reason"]),
        )
        for row in frames.rows("unit_dimensions", unit)
    )
    header = ("维度", "亮灯", "序时进度", "时限", "理由")
    return Section("各维度情况", header, (2, 2, 2, 2, 4), rows, "还没有报送过。", lights=(1,), centred=(0, 2, 3))


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
        if r["state"] != "已销号"
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


def changes(frames: UnitRows, unit: str) -> Section:
    """The receipt: what the unit changed since last time, cell by cell; a long one has a sheet of its own."""
    rows = [
        (text(r["sheet"]), text(r["subject"]), text(r["title"]), text(r["before"]), text(r["after"]))
        for r in frames.rows("cell_changes", unit)
    ]
    header = ("工作表", "对象", "改动的列", "上期", "本期")
    nothing = "与上期相比没有改动（或没有上期可比）。"
    rest = f"本工作簿的“{CELL_CHANGES.name}”表"
    return _cut("本期来件比上期改了什么", header, (1, 3, 2, 3, 3), rows, nothing, centred=(0, 2), rest=rest)


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
