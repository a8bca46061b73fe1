"""会前一页: what whoever leads the meeting must know, one line a fact, each leading to its rows.

Every section stands there, in the same order at every meeting, and says 无 when there is nothing;
long sections are cut and lead to the whole list.

会上要问: the questions that the figures themselves raise, gravest first, each with its rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.comparison import CONTRADICTED
from pipeline.judge.matters import is_claimed
from pipeline.judge.proposals import TRANSFER
from pipeline.judge.scores import Step
from pipeline.judge.signs import SIGNS
from pipeline.judge.tracking import SOLVED
from pipeline.records import FrontLine
from schemas.figures import is_blank, percent, plain
from schemas.plan import Period
from schemas.tables import (
    CHANGES,
    COMPARISON,
    MATTER_LEDGER,
    PLAN_CHANGES,
    PROBLEM_LEDGER,
    RECEIPTS,
    RED_LIST,
    TO_VERIFY,
)
from schemas.words import Change, Escalation, Light, Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_BOARD, _FORECAST = "单位红黄绿", "预测"
_MOST = 12
_EACH = 3  # questions of one kind
_LONG_OPEN = 2  # periods
_NAMED = 8


def questions(section: str, meeting: Meeting) -> Iterator[FrontLine]:
    """At most twelve lines under the heading `section`, at most three of a kind.

    Where there are more, every kind has its first question before any has a second one.
    """
    kinds = (
        _about_missing(meeting.receipts),
        _about_long_red(meeting),
        _about_contradictions(meeting),
        _about_backward(meeting),
        _about_problems(meeting),
        _about_verify(meeting),
        _about_forecasts(meeting),
    )
    asked = [(turn, kind, text) for kind, texts in enumerate(kinds) for turn, text in enumerate(islice(texts, _EACH))]
    chosen = sorted(asked, key=lambda found: found[:2])[:_MOST]
    for _, _, (text, sheet, unit, dimension) in sorted(chosen, key=lambda found: (found[1], found[0])):
        yield FrontLine(section, text, sheet, unit, dimension)


Question = tuple[str, str, str, str]  # text, sheet, unit, dimension


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _about_missing(receipts: pd.DataFrame) -> Iterator[Question]:
    silent = receipts.loc[receipts["receipt"].isin((Receipt.NEVER, Receipt.CARRIED)), "unit"].tolist()
    if silent:
        named = "、".join(silent[:_NAMED]) + (f" 等 {len(silent)} 家" if len(silent) > _NAMED else "")
        text = f"{named}：本期为什么没有报送，哪天补报？"
        yield text, RECEIPTS.name, silent[0], ""


def _about_long_red(meeting: Meeting) -> Iterator[Question]:
    board = meeting.unit_dimensions
    called = board[board["escalation"] == Escalation.INTERVIEW]
    for unit, rows in called.groupby("unit", sort=False):
        by_streak: dict[int, list[str]] = {}
        for dimension, streak in zip(rows["dimension"], rows["red_streak"], strict=True):
            by_streak.setdefault(int(streak), []).append(dimension)
        longest_first = sorted(by_streak.items(), reverse=True)
        said = "，".join(f"{'、'.join(names)}已连续 {streak} 期" for streak, names in longest_first)
        text = f"{unit}：{said}红灯（{Escalation.INTERVIEW}），卡在哪里，哪天到位？"
        yield text, _BOARD, str(unit), ""


def _about_contradictions(meeting: Meeting) -> Iterator[Question]:
    comparison = meeting.comparison
    for row in _rows(comparison[comparison["verdict"] == CONTRADICTED]):
        about = "" if is_blank(row["item_name"]) else f"“{row['item_name']}”"
        text = f"{row['unit']}：{about}督查发现{row['kind']}，自报却是“{row['reported']}”，哪个属实？"
        yield text, COMPARISON.name, row["unit"], ""


def _about_backward(meeting: Meeting) -> Iterator[Question]:
    changes = meeting.changes
    backward = changes[changes["change"] == Change.BACKWARD].groupby("unit", sort=False).size()
    for unit, count in sorted(backward.items(), key=lambda pair: -pair[1]):
        yield f"{unit}：有 {count} 项次比上期倒退，原因是什么？", CHANGES.name, str(unit), ""


def _about_problems(meeting: Meeting) -> Iterator[Question]:
    problems = meeting.problems
    old = [row for row in _rows(problems) if int(row["periods_open"] or 0) > _LONG_OPEN and row["state"] != SOLVED]
    for row in sorted(old, key=lambda row: -row["periods_open"]):
        owner = row["unit"] if is_blank(row["owner_unit"]) else row["owner_unit"]
        raised_by = "本单位" if owner == row["unit"] else row["unit"]
        text = f"{owner}：{raised_by}提出的“{row['description']}”已历 {row['periods_open']} 期仍未解决，哪天解决？"
        yield text, PROBLEM_LEDGER.name, row["unit"], ""


def _about_verify(meeting: Meeting) -> Iterator[Question]:
    asked = meeting.to_verify[meeting.to_verify["code"].map(lambda code: SIGNS[code].asked).astype(bool)]
    by_unit = asked.groupby("unit", sort=False)["code"]
    for unit, codes in sorted(by_unit, key=lambda pair: -len(pair[1])):
        titles = "、".join(SIGNS[code].title for code in dict.fromkeys(codes))
        yield f"{unit}：有 {len(codes)} 处填报待核实（{titles}），是什么情况？", TO_VERIFY.name, str(unit), ""


def _about_forecasts(meeting: Meeting) -> Iterator[Question]:
    board = meeting.unit_dimensions
    late = [row for row in _rows(board) if str(row["forecast"] or "").startswith(f"{Light.YELLOW}：")]
    for row in sorted(late, key=lambda row: row["deadline"] - row["forecast_on"]):
        words = str(row["forecast"]).removeprefix(f"{Light.YELLOW}：")
        text = f"{row['unit']}：{row['dimension']}按近三期进度{words}，怎么赶上？"
        yield text, _FORECAST, row["unit"], row["dimension"]


BOARD = "单位红黄绿"
_LONGEST = 6  # lines a section
_STEPS = 3  # units named forward, and back
_LONG_RED = 3  # periods

NOT_RETURNED = "未报送和迟报"
NEWLY_RED = "新增红灯"
LONG_RED = "连续三期红灯"
PLAN_CHANGED = "口径变化"
FORWARD = "进步最大"
BACK = "退步最大"
CONTRADICTIONS = "自报与督查矛盾"
QUESTIONS = "会上要问"
MATTERS = "上期议定事项"
TO_DECIDE = "今天要定"
NOTHING = "无"


def front_page(meeting: Meeting) -> list[FrontLine]:
    """The lines, section by section; in the order of the sheet."""
    moved = meeting.steps
    sections: dict[str, Iterator[FrontLine]] = {
        NOT_RETURNED: _not_returned(meeting.receipts),
        NEWLY_RED: _newly_red(meeting),
        LONG_RED: _long_red(meeting),
        PLAN_CHANGED: _plan_changed(meeting),
        FORWARD: _forward(moved) if meeting.previous else _incomparable(FORWARD, meeting.period),
        BACK: _back(moved) if meeting.previous else _incomparable(BACK, meeting.period),
        CONTRADICTIONS: _contradictions(meeting),
        MATTERS: _matters(meeting),
        TO_DECIDE: _to_decide(meeting),
        QUESTIONS: questions(QUESTIONS, meeting),
    }
    lines = []
    for section, found in sections.items():
        lines += list(found) or ([] if section == PLAN_CHANGED else [FrontLine(section, NOTHING)])
    return lines


def _matters(meeting: Meeting) -> Iterator[FrontLine]:
    """How the matters of the meetings before stand, which are overdue, and who owes an answer."""
    stand, sheet = meeting.matter_progress, MATTER_LEDGER.name
    if stand.total:
        yield FrontLine(MATTERS, f"落实情况：{stand}", sheet)
    rows = meeting.matter_rows
    late = rows.loc[rows["light"] == Light.RED, "unit"].value_counts(sort=False).to_dict()
    for words, counts in (("逾期没有办结", late), ("本期没有答复", meeting.unanswered)):
        if counts:
            named = [f"{unit} {count} 件" for unit, count in counts.items()]
            cut = "、".join(named[:_NAMED]) + (f" 等 {len(named)} 家" if len(named) > _NAMED else "")
            yield FrontLine(MATTERS, f"{words}：{cut}", sheet, str(next(iter(counts))))


def _to_decide(meeting: Meeting) -> Iterator[FrontLine]:
    """What the meeting itself must settle: what may be closed, and whom to praise, criticise, call in or hand over."""
    claimed = [row for row in _rows(meeting.matter_rows) if is_claimed(row)]
    lines = [
        FrontLine(
            TO_DECIDE,
            f"是否销号：{row['unit']}自报已办结“{row['content']}”（{row['number']}）",
            MATTER_LEDGER.name,
            row["unit"],
        )
        for row in claimed
    ]
    yield from _cut(lines, MATTER_LEDGER.name, "件")
    proposed = meeting.proposals[meeting.proposals["unit"].notna()]
    for kind, units in proposed.groupby("kind", sort=False)["unit"]:
        yield FrontLine(
            TO_DECIDE, f"{kind} {len(units)} {'条' if kind == TRANSFER else '家'}：{'、'.join(dict.fromkeys(units))}"
        )
    board = meeting.unit_dimensions
    called = list(dict.fromkeys(board.loc[board["escalation"] == Escalation.INTERVIEW, "unit"]))
    if called:
        yield FrontLine(TO_DECIDE, f"{Escalation.INTERVIEW} {len(called)} 家：{'、'.join(called)}", _BOARD, called[0])


def _plan_changed(meeting: Meeting) -> Iterator[FrontLine]:
    if meeting.caveat:
        yield FrontLine(PLAN_CHANGED, meeting.caveat, PLAN_CHANGES.name)


def _not_returned(receipts: pd.DataFrame) -> Iterator[FrontLine]:
    for receipt, words in (
        (Receipt.NEVER, "从未报送"),
        (Receipt.CARRIED, "本期没有报送，沿用上期"),
        (Receipt.LATE, "迟报"),
    ):
        units = receipts.loc[receipts["receipt"] == receipt, "unit"].tolist()
        if units:
            yield FrontLine(NOT_RETURNED, f"{words} {len(units)} 家：{'、'.join(units)}", RECEIPTS.name, units[0])


def _newly_red(meeting: Meeting) -> Iterator[FrontLine]:
    lights_before: dict[tuple[str, str], str] = {}
    if meeting.previous is not None:
        rows = meeting.previous.unit_dimensions
        lights_before = dict(zip(zip(rows["unit"], rows["dimension"], strict=True), rows["light"], strict=True))
    board = meeting.unit_dimensions
    red = board[board["light"] == Light.RED]
    found = []
    for unit, dimension, reason in zip(red["unit"], red["dimension"], red["reason"], strict=True):
        before = lights_before.get((unit, dimension))
        if before != Light.RED:
            change = f"（上期{before}）" if before else ""
            found.append(_board_line(NEWLY_RED, meeting, unit, dimension, f"{reason}{change}"))
    yield from _cut(found, BOARD, "盏")


def _long_red(meeting: Meeting) -> Iterator[FrontLine]:
    board = meeting.unit_dimensions
    long = board[[int(streak or 0) >= _LONG_RED for streak in board["red_streak"]]]
    found = [
        _board_line(LONG_RED, meeting, unit, dimension, f"连续 {streak} 期红灯，{reason}")
        for unit, dimension, streak, reason in sorted(
            zip(long["unit"], long["dimension"], long["red_streak"], long["reason"], strict=True),
            key=lambda row: -row[2],
        )
    ]
    yield from _cut(found, BOARD, "盏")


def _board_line(section: str, meeting: Meeting, unit: str, dimension: str, words: str) -> FrontLine:
    """To the unit's red items in that dimension; to the board where only the pace is red."""
    red = meeting.red_list
    has_items = bool(((red["unit"] == unit) & (red["dimension"] == dimension)).any())
    text = f"{unit}　{dimension}：{words}"
    return (
        FrontLine(section, text, RED_LIST.name, unit, dimension) if has_items else FrontLine(section, text, BOARD, unit)
    )


def _incomparable(section: str, period: Period) -> Iterator[FrontLine]:
    first = period.previous_meeting is None
    yield FrontLine(section, "首期，没有上期可比" if first else "上期的总矩阵读不出来，没有上期可比")


def _forward(moved: Sequence[Step]) -> Iterator[FrontLine]:
    best = sorted((step for step in moved if step.points > 0), key=lambda step: -step.points)
    for step in best[:_STEPS]:
        text = f"{_way(step)}，新增到位 {step.newly_done} 项次"
        yield FrontLine(FORWARD, text, CHANGES.name, step.unit)


def _back(moved: Sequence[Step]) -> Iterator[FrontLine]:
    worst = sorted((step for step in moved if step.points < 0), key=lambda step: step.points)
    for step in worst[:_STEPS]:
        text = f"{_way(step)}，倒退 {step.backward} 项次"
        yield FrontLine(BACK, text, CHANGES.name, step.unit)


def _way(step: Step) -> str:
    sign = "升" if step.points > 0 else "降"
    change = f"由 {percent(step.before)} {sign}到 {percent(step.now)}"
    return f"{step.unit}　加权到位率{change}（{plain(abs(step.points))} 个百分点）"


def _contradictions(meeting: Meeting) -> Iterator[FrontLine]:
    rows = meeting.contradictions
    found = [
        FrontLine(
            CONTRADICTIONS,
            f"{unit}　督查发现 {compared} 条，自报与其中 {contradictory} 条{CONTRADICTED}（矛盾率 {rate:.0%}）",
            COMPARISON.name,
            unit,
        )
        for unit, compared, contradictory, rate in zip(
            *(rows[name] for name in ("unit", "compared", "contradictory", "rate")), strict=True
        )
        if contradictory
    ]
    yield from _cut(found, COMPARISON.name, "家")


def _cut(lines: list[FrontLine], sheet: str, counted: str) -> Iterator[FrontLine]:
    """The first lines of a section, then how many more there are and where."""
    yield from lines[:_LONGEST]
    rest = len(lines) - _LONGEST
    if rest > 0:
        yield FrontLine(lines[0].section, f"另有 {rest} {counted}，见“{sheet}”", sheet)


@dataclass(frozen=True)
class DistrictFacts:
    """What the first page of a rollup says of a district beside its lights; silent: 报送状态 → units."""

    name: str
    silent: Mapping[str, int]
    missing: int
    unlisted: int
    open_findings: int


REDS, LEFT_OUT, FOUND = "红灯", "漏报和未列", "未销号督查"


def rollup_page(meeting: Meeting, districts: Sequence[DistrictFacts]) -> list[FrontLine]:
    """The lines of a rollup, section by section; a district in the place of a unit."""
    sections = {
        REDS: _district_reds(meeting),
        LONG_RED: _long_red(meeting),
        NOT_RETURNED: _facts(NOT_RETURNED, RECEIPTS.name, {d.name: _counted(d.silent, "家") for d in districts}),
        LEFT_OUT: _facts(
            LEFT_OUT, BOARD, {d.name: _counted({"漏报": d.missing, "未列": d.unlisted}, "项") for d in districts}
        ),
        FOUND: _facts(
            FOUND, BOARD, {d.name: _counted({"没有销号的督查问题": d.open_findings}, "条") for d in districts}
        ),
    }
    return [line for section, found in sections.items() for line in list(found) or [FrontLine(section, NOTHING)]]


def _district_reds(meeting: Meeting) -> Iterator[FrontLine]:
    """How many rows 红灯清单 holds, of which districts; then each district × dimension that is 红."""
    listed = meeting.red_list
    if not len(listed):
        return
    names = list(dict.fromkeys(listed["unit"]))
    text = f"各区单位红灯 {len(listed)} 条，涉及 {len(names)} 个区：{'、'.join(names[:_NAMED])}"
    yield FrontLine(REDS, text + (" 等" if len(names) > _NAMED else ""), RED_LIST.name)
    board = meeting.unit_dimensions
    red = board[board["light"] == Light.RED]
    cells = zip(red["unit"], red["dimension"], red["reason"], strict=True)
    yield from _cut([_board_line(REDS, meeting, *cell) for cell in cells], BOARD, "盏")


def _counted(counts: Mapping[str, int], unit: str) -> str:
    return "、".join(f"{what} {number} {unit}" for what, number in counts.items() if number)


def _facts(section: str, sheet: str, said: Mapping[str, str]) -> Iterator[FrontLine]:
    lines = [FrontLine(section, f"{name}　{words}", sheet, name) for name, words in said.items() if words]
    yield from _cut(lines, sheet, "个区")
