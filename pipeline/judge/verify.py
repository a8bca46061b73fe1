"""Rows of a return against the same rows of the period before: vanished, moved, antedated, copied.

Shares of 不适用 that stand out: against the other units, and against the unit's own last period.

One item split into many: new items of a unit that resemble one it listed before.

需核实: what looks as if a report had been made to look better than the work (contract §8, 3).

Each sign is a row for the office, worded above the function that finds it; nothing here touches a light or a
score, and it never costs a unit anything by itself (notice 三、（四）). Only returns of this period are
looked at: a unit that sent nothing has changed nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.findings import SUBJECT_JOINT, UNIT_NOTE, Finding
from pipeline.judge.dated import problem_done_on, task_done_on
from pipeline.judge.evasions import evasions
from pipeline.judge.identity import Matching, match_rows, short_keys
from pipeline.judge.merge import returned
from pipeline.judge.signs import SIGNS, SignRow, pairs, sign, some_of
from pipeline.judge.states import on_negative_list
from pipeline.judge.tracking import SOLVED, TEXTS, open_items
from pipeline.records import MISSING, Merged
from schemas.figures import as_day, is_blank, percent, plain, records
from schemas.plan import Plan
from schemas.returns import BY_KEY
from schemas.tables import TO_VERIFY, state_name
from schemas.words import MATTER_OVER, PROBLEM_STATE, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

#: SIGNS has every sign once this module, which asks all the checks, is there.
__all__ = ["SIGNS", "median_without", "noted_by_unit", "to_verify"]

SAME_TEXT_PERIODS = 3


def newly_left_out(now: pd.DataFrame, before: pd.DataFrame, matching: Matching) -> list[int]:
    """Positions in `before` of the rows that are gone, or that a return is the first to leave out; in their order."""
    missing, was_missing = now["carried"].eq(MISSING).tolist(), before["carried"].eq(MISSING).tolist()
    return sorted({*matching.gone, *(was for at, was in matching.pairs if missing[at] and not was_missing[was])})


VANISHED = sign(
    "XS-001",
    title="事项不见了",
    finding="上期在列的事项本期不见了，{mention}",
    advice="请单位说明减少的依据；没有依据的，下期补报",
    example="上期的“企业投资项目备案”本期没有，备注里也没有提到",
)


def vanished_items(meeting: Meeting) -> Iterator[SignRow]:
    """Items of the period before that are in the list no more; what 备注 says about them is quoted."""
    said = _remarks(meeting)
    before = meeting.before.tables["items"]
    for row in records(before.iloc[newly_left_out(meeting.in_force, before, meeting.matching)]):
        if row["unit"] not in meeting.comparable:
            continue
        marks = [str(row[name]) for name in ("item_code", "item_name") if not is_blank(row[name])]
        quotes = [text for text in said.get(row["unit"], []) if any(mark in text for mark in marks)]
        mention = f"备注里说：“{quotes[0]}”" if quotes else "备注和封面说明里都没有提到"
        yield SignRow(VANISHED, row["unit"], str(row["item_name"] or row["item_code"]), {"mention": mention})


def _remarks(meeting: Meeting) -> Mapping[str, list[str]]:
    """Unit → what it wrote in 备注 of 事项 and in 说明 of 封面."""
    said: dict[str, list[str]] = {}
    for rows in (meeting.merged.tables["items"], meeting.merged.covers):
        for unit, remark in zip(rows["unit"], rows["remark"], strict=True):
            if not is_blank(remark):
                said.setdefault(unit, []).append(str(remark))
    return said


MOVED_TO_NEGATIVE_LIST = sign(
    "XS-002",
    title="转入负面清单",
    finding="上期不在负面清单，本期填为负面清单事项（批准文号：{number}），专班办公室的负面清单上没有它",
    advice="请核对批准文件；确已批准的，补入工作方案的负面清单",
    example="负面清单由“否”改为“是”",
)


def moved_to_negative_list(meeting: Meeting) -> Iterator[SignRow]:
    """Items that were not 负面清单 and are now, without being on the office's list."""
    items, before = meeting.merged.tables["items"], meeting.before.tables["items"]
    approved = on_negative_list(items, meeting.plan).tolist()
    was = before["negative_list"].tolist()
    columns = zip(items["unit"], items["item_name"], items["negative_list"], items["approval_number"], strict=True)
    facts = list(columns)
    for position, found in meeting.matching.pairs:
        unit, name, claimed, number = facts[position]
        if claimed == "是" and was[found] != "是" and not approved[position] and unit in meeting.comparable:
            words = {"number": "没有填写" if is_blank(number) else number}
            yield SignRow(MOVED_TO_NEGATIVE_LIST, unit, str(name), words)


ANTEDATED = sign(
    "XS-006",
    title="完成日期早于上期所报",
    finding="{what}填 {done_on}，早于上期来件的填报日期 {filled_on}，而上期来件仍报{before}",
    advice="请核对完成时间和佐证材料",
    example="4 月 1 日的来件报 60%，本期填 3 月 20 日完成",
)


def done_before_reported_open(meeting: Meeting) -> Iterator[SignRow]:
    """Dates of completion before the day on which the unit itself still reported otherwise."""
    for table, column, subject, still_open in _DATED:
        title = BY_KEY[table].titles[column]
        for now, before in pairs(meeting, table):
            done_on, reported = as_day(now[column]), still_open(before)
            filled_on = _filled_on(meeting, now["unit"])
            if done_on and reported and as_day(before[column]) != done_on and done_on < filled_on:
                words = {"what": title, "done_on": done_on, "filled_on": filled_on, "before": reported}
                yield SignRow(ANTEDATED, now["unit"], f"{BY_KEY[table].name}：{now[subject]}", words)


def _filled_on(meeting: Meeting, unit: str) -> date:
    """填报日期 of the unit's last return; the previous meeting where it was not readable."""
    covers = meeting.before.covers
    days = [as_day(day) for day in covers.loc[covers["unit"] == unit, "filled_on"]]
    return next((day for day in days if day), meeting.before.meeting)


def _task_open(row: Mapping[str, Any]) -> str:
    progress = row["progress"]
    return f"完成 {progress:.0%}" if isinstance(progress, int | float) and progress < 1 else ""


def _problem_open(row: Mapping[str, Any]) -> str:
    return f"“{row['state']}”" if row["state"] in PROBLEM_STATE.values and row["state"] != SOLVED else ""


def _staff_absent(row: Mapping[str, Any]) -> str:
    return "未进驻" if row["present"] == "否" else ""


#: table, column of the date, column that names the row, what the earlier row still reported ("": done).
_DATED = (
    ("tasks", "done_on", "task_name", _task_open),
    ("problems", "solved_on", "description", _problem_open),
    ("staff", "present_since", "name", _staff_absent),
)


COPIED = sign(
    "XS-007",
    title="文字照抄",
    finding="尚未完成而“{column}”连续 {periods} 期一字未改，共 {count} 项：{names}",
    advice="请单位说明这几期做了什么，更新进展",
    example="未到位原因连续三期都是“正在协调”",
)


def copied_texts(meeting: Meeting) -> Iterator[SignRow]:
    """Texts beside something still open that stand unchanged for three returns or more.

    One sign a unit and column, since a unit that copies one text copies many.
    """
    columns = (meeting.tracking[name] for name in ("unit", "kind", "key", "periods"))
    followed = {(unit, kind, key): periods for unit, kind, key, periods in zip(*columns, strict=True)}
    for text in TEXTS:
        rows = meeting.merged.tables[text.table]
        found: dict[str, list[tuple[str, int]]] = {}
        identity = BY_KEY[text.table].identity
        for unit, key, name in zip(rows["unit"], short_keys(rows, identity), rows[identity.label[-1]], strict=True):
            periods = followed.get((unit, text.kind, key), 1)
            if periods >= SAME_TEXT_PERIODS and unit in meeting.comparable:
                found.setdefault(unit, []).append((str(name), periods))
        for unit, copied in found.items():
            words = {
                "column": text.kind,
                "periods": max(periods for _, periods in copied),
                "count": len(copied),
                "names": some_of([name for name, _ in copied]),
            }
            yield SignRow(COPIED, unit, text.kind, words)


PROBLEM_BACK = sign(
    "XS-008",
    title="问题状态倒退",
    finding="问题状态由上期的“{before}”退回“{after}”：{description}",
    advice="请问责任单位：问题是否真的解决过",
    example="已解决 → 办理中",
)
PROBLEM_GONE = sign(
    "XS-009",
    title="未解决的问题不见了",
    finding="上期{before}的问题本期不见了：{description}",
    advice="请单位说明是否已经解决；没有解决的，下期补报",
    example="上期办理中的问题本期没有",
)


def problems_gone_backwards(meeting: Meeting) -> Iterator[SignRow]:
    """Problems whose state went back, and unsolved ones that are listed no more."""
    steps = {state: step for step, state in enumerate(PROBLEM_STATE.values)}
    for now, before in pairs(meeting, "problems"):
        if steps.get(now["state"], len(steps)) < steps.get(before["state"], 0):
            words = {"before": before["state"], "after": now["state"], "description": now["description"]}
            yield SignRow(PROBLEM_BACK, now["unit"], f"问题：{now['problem_number']}", words)
    listed, earlier = meeting.merged.tables["problems"], meeting.before.tables["problems"]
    matching = match_rows(listed, earlier, BY_KEY["problems"].identity)
    for row in records(earlier.iloc[newly_left_out(listed, earlier, matching)]):
        if row["unit"] in meeting.comparable and row["state"] != SOLVED:
            words = {"before": row["state"] or "未解决", "description": row["description"]}
            yield SignRow(PROBLEM_GONE, row["unit"], f"问题：{row['problem_number']}", words)


#: Percentage points; far from both, an honest unit with many 即办 items passes unnoticed.
ABOVE_OTHERS_POINTS = 30
RISE_POINTS = 10
_FEWEST_OTHERS = 3
_SUBJECT = "“不适用”占比"


FAR_ABOVE_OTHERS = sign(
    "XS-003",
    title="不适用明显多于其他单位",
    finding="“不适用”占 {share}，其他单位的中位数是 {usual}，高出 {points} 个百分点",
    advice="请抽查填“无需授权”“无系统”和负面清单的事项是否属实",
    example="60% 对 10%",
)


def far_above_others(plan: Plan, merged: Merged, matrix: pd.DataFrame) -> Iterator[SignRow]:
    """Units whose share of 不适用 is more than 30 points above the median of the other units."""
    shares = _shares(plan, matrix, merged.tables["items"])
    looked_at, ascending = returned(merged), sorted(shares.values())
    if len(ascending) <= _FEWEST_OTHERS:
        return
    for unit, share in shares.items():
        if unit not in looked_at:
            continue
        usual = median_without(ascending, bisect_left(ascending, share))
        points = (share - usual) * 100
        if points > ABOVE_OTHERS_POINTS:
            words = {"share": percent(share), "usual": percent(usual), "points": plain(points)}
            yield SignRow(FAR_ABOVE_OTHERS, unit, _SUBJECT, words)


def median_without(ascending: Sequence[Fraction], left_out: int) -> Fraction:
    """The median of all but one of the shares; of a province's units, each is meeting with all the others."""
    count = len(ascending) - 1
    low, high = (middle + (middle >= left_out) for middle in ((count - 1) // 2, count // 2))
    return (ascending[low] + ascending[high]) / 2


ABOVE_LAST_PERIOD = sign(
    "XS-004",
    title="不适用比上期明显增加",
    finding="“不适用”由上期的 {before} 增到 {share}，增加 {points} 个百分点",
    advice="请核对本期新改为“不适用”的事项",
    example="5% 增到 30%",
)


def above_last_period(meeting: Meeting) -> Iterator[SignRow]:
    """Units whose share of 不适用 rose by more than 10 points since the period before."""
    shares = _shares(meeting.plan, meeting.matrix, meeting.merged.tables["items"])
    before = _shares(meeting.plan, meeting.before.matrix, meeting.before.matrix)
    for unit, share in shares.items():
        points = (share - before.get(unit, share)) * 100
        if unit in meeting.comparable and points > RISE_POINTS:
            words = {"share": percent(share), "before": percent(before[unit]), "points": plain(points)}
            yield SignRow(ABOVE_LAST_PERIOD, unit, _SUBJECT, words)


def _shares(plan: Plan, states: pd.DataFrame, items: pd.DataFrame) -> Mapping[str, Fraction]:
    """Unit → 不适用 ÷ all, over item × scored dimension; units too small to judge are left out.

    Items on the office's own 负面清单 are rightly 不适用 and count on neither side.
    states, items: one index, one row = one item.
    """
    rightly = on_negative_list(items, plan)
    scored = [state_name(entry.dimension) for entry in plan.dimensions if entry.scored]
    counted = states.loc[~rightly]
    exempt = (counted[scored] == State.EXEMPT).sum(axis=1).groupby(counted["unit"], sort=False).agg(["sum", "size"])
    return {
        str(unit): Fraction(int(cells), int(rows) * len(scored))
        for unit, cells, rows in exempt.itertuples(name=None)
        if rows >= plan.thresholds.small_sample
    }


#: A family counts as split when at least so many of its items are new, and more came than went.
FEWEST_NEW = 2
_SHORTEST_NAME = 4  # shorter beginnings are alike by chance
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BASIC_CODE = slice(19, 31)  # of 18 credit code + 1 level + 12 基本编码 (+ 2 业务办理项)
_CODED_LENGTHS = (31, 33)


@dataclass(frozen=True)
class _Family:
    """What a unit's item of the period before is recognised by."""

    unit: str
    mark: str  # basic code, or the name without what stands in brackets


SPLIT = sign(
    "XS-005",
    title="一项拆成多项",
    finding="本期新增 {count} 项与上期“{family}”名称或基本编码相近的事项：{names}",
    advice="请对照权责清单，看是否把一个事项拆开报送",
    example="“食品经营许可”拆成新办、变更、延续三项",
)


def split_items(meeting: Meeting) -> Iterator[SignRow]:
    """Families of which at least two items are new, and more are new than vanished."""
    now, before = meeting.merged.tables["items"], meeting.before.tables["items"]
    families = _families(before)
    new = _without_a_partner_of_its_own(meeting.matching.before)
    came: dict[_Family, list[str]] = {}
    for unit, code, name in _cells(now.iloc[new]):
        closest = next(_families_of(unit, code, name, families), None)
        if closest and unit in meeting.comparable:
            came.setdefault(closest, []).append(name)
    went: dict[_Family, int] = {}
    for unit, code, name in _cells(before.iloc[newly_left_out(now, before, meeting.matching)]):
        for family in _families_of(unit, code, name, families):
            went[family] = went.get(family, 0) + 1
    for family, names in came.items():
        if len(names) >= FEWEST_NEW and len(names) > went.get(family, 0):
            known_as = families[family]
            words = {"count": len(names), "family": known_as, "names": some_of(names)}
            yield SignRow(SPLIT, family.unit, known_as, words)


def _without_a_partner_of_its_own(before: Sequence[int]) -> list[int]:
    """Positions of the items that are new, or one more row of an item that another row goes on from."""
    first_with = {found: at for at, found in reversed(list(enumerate(before)))}
    return [at for at, found in enumerate(before) if found < 0 or first_with[found] != at]


def _cells(items: pd.DataFrame) -> Iterator[tuple[str, str, str]]:
    for unit, code, name in zip(items["unit"], items["item_code"], items["item_name"], strict=True):
        yield str(unit), "" if is_blank(code) else str(code), "" if is_blank(name) else str(name)


def _families(before: pd.DataFrame) -> dict[_Family, str]:
    """Family → the name of its first item; an item belongs to one by its code and one by its name."""
    families: dict[_Family, str] = {}
    for unit, code, name in _cells(before):
        for mark in (_basic_code(code), _base_name(name)):
            if mark:
                families.setdefault(_Family(unit, mark), name)
    return families


def _families_of(unit: str, code: str, name: str, families: dict[_Family, str]) -> Iterator[_Family]:
    """Families by ever shorter beginnings of the name, then the one of its basic code."""
    base = _base_name(name)
    marks = [*(base[:length] for length in range(len(base), _SHORTEST_NAME - 1, -1)), _basic_code(code)]
    for mark in marks:
        family = _Family(unit, mark)
        if family in families:
            yield family


def _basic_code(code: str) -> str:
    return code[_BASIC_CODE] if len(code) in _CODED_LENGTHS else ""


def _base_name(name: str) -> str:
    base = _BRACKETS.sub("", name).strip()
    return base if len(base) >= _SHORTEST_NAME else ""


def to_verify(meeting: Meeting) -> pd.DataFrame:
    """TO_VERIFY: one row = one thing to verify, by unit in the plan's order, then by code."""
    rows = [
        *far_above_others(meeting.plan, meeting.merged, meeting.matrix),
        *noted_by_unit(meeting.found),
        *evasions(meeting),
    ]
    rows += left_by_revoked(meeting)
    if meeting.previous is not None:
        rows += _against(meeting)
    order = {unit.name: place for place, unit in enumerate(meeting.plan.units)}
    rows.sort(key=lambda row: (order.get(row.unit, len(order)), row.sign.code))
    return pd.DataFrame([_worded(row) for row in rows], columns=list(TO_VERIFY.names), dtype=object)


NOTED = sign(
    "XS-020",
    title="单位的批注",
    finding="单元格旁的批注写着：“{words}”",
    advice="请向单位核实：批注与所填内容不一致的，以核实的为准",
    example="事项进驻填“已进驻”，批注写“其实没有进驻”",
)


def noted_by_unit(findings: Iterable[Finding]) -> Iterator[SignRow]:
    """What units wrote in notes beside the cells of their returns."""
    for found in findings:
        if found.code == UNIT_NOTE.code and found.place.unit:
            about = found.place.subject.replace(SUBJECT_JOINT, " ")
            place = f"“{found.place.sheet}”{found.place.cell} {about}".strip()
            yield SignRow(NOTED, found.place.unit, place, {"words": found.value})


REVOKED = sign(
    "XS-030",
    title="撤销单位没有办结的",
    finding="单位已撤销，{what}还没有办结",
    advice="请确定由谁接着办：事项写入“事项变动”（划转），督查问题和议定事项改写责任单位，任务、问题由接收单位报送",
    example="督查问题“仍在原科室办理”",
)


def left_by_revoked(meeting: Meeting) -> Iterator[SignRow]:
    """What is open of the units that are 撤销, each thing once: a unit that is gone closes nothing (contract §3)."""
    for what, rows, title in _open_things(meeting) if meeting.plan.revoked else ():
        for unit, name in zip(rows["unit"], rows[title], strict=True):
            if unit in meeting.plan.revoked:
                yield SignRow(REVOKED, unit, f"{what} {name or ''}".strip(), {"what": f"这一{what}"})


def _open_things(meeting: Meeting) -> Iterator[tuple[str, pd.DataFrame, str]]:
    tasks, problems, matters = meeting.task_rows, meeting.problem_rows, meeting.matters
    done = [task_done_on(*pair) is not None for pair in zip(tasks["progress"], tasks["done_on"], strict=True)]
    solved = [problem_done_on(*pair) is not None for pair in zip(problems["state"], problems["solved_on"], strict=True)]
    yield "事项", meeting.in_force[open_items(meeting.states, meeting.plan)], "item_name"
    yield "督查问题", meeting.open_inspections, "description"
    yield "议定事项", matters[~matters["state"].isin(MATTER_OVER)], "content"
    yield "任务", tasks[[not one for one in done]], "task_name"
    yield "问题", problems[[not one for one in solved]], "description"


def _against(meeting: Meeting) -> Iterator[SignRow]:
    checks: Iterable[Iterator[SignRow]] = (
        vanished_items(meeting),
        moved_to_negative_list(meeting),
        above_last_period(meeting),
        split_items(meeting),
        done_before_reported_open(meeting),
        copied_texts(meeting),
        problems_gone_backwards(meeting),
    )
    for check in checks:
        yield from check


def _worded(row: SignRow) -> dict[str, object]:
    return {
        "unit": row.unit,
        "code": row.sign.code,
        "subject": row.subject,
        "finding": row.sign.finding.format(**row.words),
        "advice": row.sign.advice,
    }
