"""口径变化: in what this meeting's plan differs from that of the meeting before, and what looks forgotten (contract §3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from schemas.columns import Sheet
from schemas.plan import Goal, Plan, load_plan
from schemas.plan_sheets import SHEETS, UNIT_NAMED, plan_rows
from schemas.tables import PLAN_CHANGES
from schemas.words import UnitChangeKind

#: By what the rows of a sheet are told apart; sheets that are not named here by all they hold.
_KEYS = {
    "units": ("id",),
    "aliases": ("alias",),
    "goals": ("name",),
    "weights": ("name",),
    "limits": ("name",),
    "milestones": ("name",),
    "negative_list": ("unit", "item_code", "item_name"),
    "items": ("unit", "item_code", "item_name"),
    "basics": ("name",),
    "item_changes": ("unit", "item_code", "item_name", "kind"),
}
#: Sheets after whose change lights, points or ranks are no longer measured alike.
_MEASURES = ("维度权重", "亮灯规则", "目标时限", "节点", "负面清单", "试行规则", "单位变更", "事项变动")
_SHOWN = 6  # lines on the screen
REMARKED = "请核对"


@dataclass(frozen=True)
class PlanBefore:
    """What the meeting before went by. plan: None where it kept none; yardstick: "" where it is not known."""

    label: str
    meeting: date
    plan: Plan | None
    yardstick: str = ""


def plan_changes(before: PlanBefore | None, now: Plan, day: date, named: Callable[[object], object]) -> pd.DataFrame:
    """PLAN_CHANGES; one row = one difference, or one thing to look at. named: what a unit of then is called now."""
    rows: list[dict[str, str]] = []
    if before and before.plan:
        rows += _differences(_rows_of(before.plan, named), _rows_of(now, str))
    elif before and before.yardstick and before.yardstick != now.yardstick:
        rows.append(
            _row("（全部）", "评分口径", "", "", f"{before.label}没有留存工作方案，口径与本期不同，无从逐项列出")
        )
    rows += _come_into_force(now, before.meeting, day) if before else ()
    rows += [
        _row(table, subject, "", "", why) for table, subject, why in _forgotten(before.plan if before else None, now)
    ]
    return pd.DataFrame(rows, columns=list(PLAN_CHANGES.names), dtype=object).replace({"": None})


def _row(table: str, subject: str, before: str, after: str, remark: str = "") -> dict[str, str]:
    return {"table": table, "subject": subject, "before": before, "after": after, "remark": remark}


Keyed = Mapping[str, Mapping[tuple[str, ...], Mapping[str, object]]]


def _rows_of(plan: Plan, named: Callable[[object], object]) -> Keyed:
    keyed = {}
    rows = plan_rows(plan)
    for sheet in SHEETS:
        units = UNIT_NAMED.get(sheet.key, ())
        told = [{name: named(cell) if name in units else cell for name, cell in row.items()} for row in rows[sheet.key]]
        names = _KEYS.get(sheet.key, sheet.names)
        keyed[sheet.key] = {tuple(_text(row.get(name)) for name in names): row for row in told}
    return keyed


def _text(cell: object) -> str:
    return "" if cell is None else str(cell)


def _differences(before: Keyed, now: Keyed) -> Iterator[dict[str, str]]:
    for sheet in SHEETS:
        then, here = before[sheet.key], now[sheet.key]
        for key in [*then, *(key for key in here if key not in then)]:
            called = _called(sheet, here.get(key) or then[key], key)
            if key not in here:
                yield _row(sheet.name, called, _whole(sheet, then[key]), "", "本期没有")
            elif key not in then:
                yield _row(sheet.name, called, "", _whole(sheet, here[key]), "本期新增")
            else:
                yield from _cells(sheet, called, then[key], here[key])


def _called(sheet: Sheet, row: Mapping[str, object], key: Sequence[str]) -> str:
    return _text(row["name"]) if sheet.key == "units" else "｜".join(filter(None, key))


def _whole(sheet: Sheet, row: Mapping[str, object]) -> str:
    return "；".join(f"{sheet.titles[name]}：{text}" for name in sheet.titles if (text := _text(row.get(name))))


def _cells(
    sheet: Sheet, called: str, then: Mapping[str, object], here: Mapping[str, object]
) -> Iterator[dict[str, str]]:
    for name, title in sheet.titles.items():
        before, after = _text(then.get(name)), _text(here.get(name))
        if before != after:
            yield _row(sheet.name, f"{called}：{title}", before, after)


def _come_into_force(plan: Plan, last: date, day: date) -> Iterator[dict[str, str]]:
    for one in plan.unit_changes:
        if last < one.effective_on <= day:
            way = " → ".join(filter(None, (one.before, one.after)))
            yield _row("单位变更", f"{one.kind}：{way}", "", f"自 {one.effective_on} 起", _MEANING[one.kind])


_MEANING = {
    UnitChangeKind.RENAMED: "按更名处理，同一编号，历史接着算",
    UnitChangeKind.MERGED: "原单位未了的事由新单位接着办",
    UnitChangeKind.REVOKED: "不再排名；没有办完的仍在清单里，请专班办公室处理",
    UnitChangeKind.FOUNDED: "从这一天起参加",
}


def _forgotten(before: Plan | None, now: Plan) -> Iterator[tuple[str, str, str]]:
    """(table, subject, why) of what a plan that was changed in one place seems to have kept in another."""
    shipped = load_plan()
    yield from _deadlines_apart(before or shipped, now)
    if now.office.district == shipped.office.district:
        return
    for name, title in (("email", "邮箱"), ("phone", "联系电话")):
        if (kept := getattr(now.office, name)) and kept == getattr(shipped.office, name):
            yield (
                "基本信息",
                title,
                f"县区已改为{now.office.district}，{title}“{kept}”仍是{shipped.office.district}的，{REMARKED}",
            )
    early = [stone.name for stone in now.milestones if stone.deadline < now.start]
    if early:
        yield "节点", "、".join(early), f"时限早于起始日期 {now.start}，仍是{shipped.office.district}的节点，{REMARKED}"


def _deadlines_apart(before: Plan, now: Plan) -> Iterator[tuple[str, str, str]]:
    then = {goal.name: goal.deadline for goal in before.goals}
    own = {entry.dimension: entry.deadline for entry in before.dimensions}
    for goal in now.goals:
        for entry in now.dimensions:
            if str(entry.dimension) not in goal.name or entry.deadline in (None, goal.deadline):
                continue
            if then.get(goal.name) != goal.deadline or own[entry.dimension] != entry.deadline:
                yield "目标时限", goal.name, _apart(goal, str(entry.dimension), entry.deadline)


def _apart(goal: Goal, dimension: str, deadline: date | None) -> str:
    return f"目标时限是 {goal.deadline}，“维度权重”里{dimension}的时限仍是 {deadline}，亮灯和得分按后者算，{REMARKED}"


def caveat(changes: pd.DataFrame, label: str) -> str:
    """One sentence wherever a figure is compared with a meeting that went by another plan; "" where it did not."""
    compared = changes[changes["before"].notna() | changes["after"].notna() | changes["table"].eq("（全部）")]
    start = compared["table"].eq("基本信息") & compared["subject"].str.startswith("起始日期")
    units = compared["table"].eq("单位") & compared["remark"].notna()
    measured = compared[compared["table"].isin((*_MEASURES, "（全部）")) | start | units]
    if not len(measured):
        return ""
    named = "、".join(dict.fromkeys(measured["table"]))
    return f"本期工作方案与{label}不同（{named}），得分、名次、进步与上期不完全可比，见“口径变化”。"


def told(changes: pd.DataFrame) -> tuple[str, ...]:
    """The same on the screen, a few lines."""
    cells = (changes[name] for name in PLAN_CHANGES.names)
    lines = [_line(*row) for row in zip(*cells, strict=True)]
    head = (f"工作方案与上期不同或须核对 {len(lines)} 处（见“口径变化”）：",) if lines else ()
    more = (f"  ……另有 {len(lines) - _SHOWN} 处",) if len(lines) > _SHOWN else ()
    return (*head, *(f"  {line}" for line in lines[:_SHOWN]), *more)


def _line(table: str, subject: str, before: str | None, after: str | None, remark: str | None) -> str:
    change = f"{before or '（无）'} → {after or '（无）'}" if before or after else ""
    return f"{table}　{subject}：{'，'.join(filter(None, (change, remark)))}"
