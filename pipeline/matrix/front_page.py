"""会前一页: what whoever leads the meeting must know, one line a fact, each leading to its rows.

Every section stands there, in the same order at every meeting, and says 无 when there is nothing;
long sections are cut and lead to the whole list.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pipeline.matrix.comparison import CONTRADICTED
from pipeline.matrix.figures import percent, plain
from pipeline.matrix.questions import questions
from pipeline.matrix.steps import Step, steps
from pipeline.records import FrontLine, Judgement, Previous
from schemas.ledger import CHANGES, COMPARISON, RECEIPTS, RED_LIST
from schemas.plan import Period, Plan
from schemas.vocabulary import Light, Receipt

if TYPE_CHECKING:
    import pandas as pd

BOARD = "单位红黄绿"
_LONGEST = 6  # lines a section
_STEPS = 3  # units named forward, and back
_LONG_RED = 3  # periods

NOT_RETURNED = "未报送和迟报"
NEWLY_RED = "新增红灯"
LONG_RED = "连续三期红灯"
FORWARD = "进步最大"
BACK = "退步最大"
CONTRADICTIONS = "自报与督查矛盾"
QUESTIONS = "会上要问"
NOTHING = "无"


def front_page(
    plan: Plan, period: Period, receipts: "pd.DataFrame", judgement: Judgement, previous: Previous | None
) -> list[FrontLine]:
    """The lines, section by section; receipts: RECEIPTS, one row = one unit of the plan."""
    moved = steps(plan, judgement, previous)
    sections: dict[str, Iterator[FrontLine]] = {
        NOT_RETURNED: _not_returned(receipts),
        NEWLY_RED: _newly_red(judgement, previous),
        LONG_RED: _long_red(judgement),
        FORWARD: _forward(moved) if previous else _incomparable(FORWARD, period),
        BACK: _back(moved) if previous else _incomparable(BACK, period),
        CONTRADICTIONS: _contradictions(judgement),
        QUESTIONS: questions(QUESTIONS, receipts, judgement),
    }
    lines = []
    for section, found in sections.items():
        lines += list(found) or [FrontLine(section, NOTHING)]
    return lines


def _not_returned(receipts: "pd.DataFrame") -> Iterator[FrontLine]:
    for receipt, words in (
        (Receipt.NEVER, "从未报送"),
        (Receipt.CARRIED, "本期没有报送，沿用上期"),
        (Receipt.LATE, "迟报"),
    ):
        units = receipts.loc[receipts["receipt"] == receipt, "unit"].tolist()
        if units:
            yield FrontLine(NOT_RETURNED, f"{words} {len(units)} 家：{'、'.join(units)}", RECEIPTS.name, units[0])


def _newly_red(judgement: Judgement, previous: Previous | None) -> Iterator[FrontLine]:
    lights_before: dict[tuple[str, str], str] = {}
    if previous is not None:
        rows = previous.unit_dimensions
        lights_before = dict(zip(zip(rows["unit"], rows["dimension"], strict=True), rows["light"], strict=True))
    board = judgement.unit_dimensions
    red = board[board["light"] == Light.RED]
    found = []
    for unit, dimension, reason in zip(red["unit"], red["dimension"], red["reason"], strict=True):
        before = lights_before.get((unit, dimension))
        if before != Light.RED:
            change = f"（上期{before}）" if before else ""
            found.append(_board_line(NEWLY_RED, judgement, unit, dimension, f"{reason}{change}"))
    yield from _cut(found, BOARD, "盏")


def _long_red(judgement: Judgement) -> Iterator[FrontLine]:
    board = judgement.unit_dimensions
    long = board[[int(streak or 0) >= _LONG_RED for streak in board["red_streak"]]]
    found = [
        _board_line(LONG_RED, judgement, unit, dimension, f"连续 {streak} 期红灯，{reason}")
        for unit, dimension, streak, reason in sorted(
            zip(long["unit"], long["dimension"], long["red_streak"], long["reason"], strict=True),
            key=lambda row: -row[2],
        )
    ]
    yield from _cut(found, BOARD, "盏")


def _board_line(section: str, judgement: Judgement, unit: str, dimension: str, words: str) -> FrontLine:
    """To the unit's red items in that dimension; to the board where only the pace is red."""
    red = judgement.red_list
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


def _contradictions(judgement: Judgement) -> Iterator[FrontLine]:
    rows = judgement.contradictions
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
