"""会上要问: the questions that the figures themselves raise, gravest first, each with its rows."""

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from pipeline.matrix.comparison import CONTRADICTED
from pipeline.matrix.figures import is_blank
from pipeline.matrix.tracking import SOLVED
from pipeline.records import FrontLine, Judgement
from pipeline.signs import SIGNS
from schemas.ledger import CHANGES, COMPARISON, PROBLEM_LEDGER, RECEIPTS, TO_VERIFY
from schemas.vocabulary import Change, Escalation, Light, Receipt

if TYPE_CHECKING:
    import pandas as pd

_BOARD, _FORECAST = "单位红黄绿", "预测"
_MOST = 12
_EACH = 3  # questions of one kind
_LONG_OPEN = 2  # periods
_NAMED = 8


def questions(section: str, receipts: "pd.DataFrame", judgement: Judgement) -> Iterator[FrontLine]:
    """At most twelve lines under the heading `section`, at most three of a kind.

    Where there are more, every kind has its first question before any has a second one.
    """
    kinds = (
        _about_missing(receipts),
        _about_long_red(judgement),
        _about_contradictions(judgement),
        _about_backward(judgement),
        _about_problems(judgement),
        _about_verify(judgement),
        _about_forecasts(judgement),
    )
    asked = [(turn, kind, text) for kind, texts in enumerate(kinds) for turn, text in enumerate(islice(texts, _EACH))]
    chosen = sorted(asked, key=lambda found: found[:2])[:_MOST]
    for _, _, (text, sheet, unit, dimension) in sorted(chosen, key=lambda found: (found[1], found[0])):
        yield FrontLine(section, text, sheet, unit, dimension)


Question = tuple[str, str, str, str]  # text, sheet, unit, dimension


def _rows(frame: "pd.DataFrame") -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in frame.itertuples(index=False, name=None)]


def _about_missing(receipts: "pd.DataFrame") -> Iterator[Question]:
    silent = receipts.loc[receipts["receipt"].isin((Receipt.NEVER, Receipt.CARRIED)), "unit"].tolist()
    if silent:
        named = "、".join(silent[:_NAMED]) + (f" 等 {len(silent)} 家" if len(silent) > _NAMED else "")
        text = f"{named}：本期为什么没有报送，哪天补报？"
        yield text, RECEIPTS.name, silent[0], ""


def _about_long_red(judgement: Judgement) -> Iterator[Question]:
    board = judgement.unit_dimensions
    called = board[board["escalation"] == Escalation.INTERVIEW]
    for unit, rows in called.groupby("unit", sort=False):
        by_streak: dict[int, list[str]] = {}
        for dimension, streak in zip(rows["dimension"], rows["red_streak"], strict=True):
            by_streak.setdefault(int(streak), []).append(dimension)
        longest_first = sorted(by_streak.items(), reverse=True)
        said = "，".join(f"{'、'.join(names)}已连续 {streak} 期" for streak, names in longest_first)
        text = f"{unit}：{said}红灯（{Escalation.INTERVIEW}），卡在哪里，哪天到位？"
        yield text, _BOARD, str(unit), ""


def _about_contradictions(judgement: Judgement) -> Iterator[Question]:
    comparison = judgement.comparison
    for row in _rows(comparison[comparison["verdict"] == CONTRADICTED]):
        about = "" if is_blank(row["item_name"]) else f"“{row['item_name']}”"
        text = f"{row['unit']}：{about}督查发现{row['kind']}，自报却是“{row['reported']}”，哪个属实？"
        yield text, COMPARISON.name, row["unit"], ""


def _about_backward(judgement: Judgement) -> Iterator[Question]:
    changes = judgement.changes
    backward = changes[changes["change"] == Change.BACKWARD].groupby("unit", sort=False).size()
    for unit, count in sorted(backward.items(), key=lambda pair: -pair[1]):
        yield f"{unit}：有 {count} 项次比上期倒退，原因是什么？", CHANGES.name, str(unit), ""


def _about_problems(judgement: Judgement) -> Iterator[Question]:
    problems = judgement.problems
    old = [row for row in _rows(problems) if int(row["periods_open"] or 0) > _LONG_OPEN and row["state"] != SOLVED]
    for row in sorted(old, key=lambda row: -row["periods_open"]):
        owner = row["unit"] if is_blank(row["owner_unit"]) else row["owner_unit"]
        raised_by = "本单位" if owner == row["unit"] else row["unit"]
        text = f"{owner}：{raised_by}提出的“{row['description']}”已历 {row['periods_open']} 期仍未解决，哪天解决？"
        yield text, PROBLEM_LEDGER.name, row["unit"], ""


def _about_verify(judgement: Judgement) -> Iterator[Question]:
    by_unit = judgement.to_verify.groupby("unit", sort=False)["code"]
    for unit, codes in sorted(by_unit, key=lambda pair: -len(pair[1])):
        titles = "、".join(SIGNS[code].title for code in dict.fromkeys(codes))
        yield f"{unit}：有 {len(codes)} 处填报待核实（{titles}），是什么情况？", TO_VERIFY.name, str(unit), ""


def _about_forecasts(judgement: Judgement) -> Iterator[Question]:
    board = judgement.unit_dimensions
    late = [row for row in _rows(board) if str(row["forecast"] or "").startswith(f"{Light.YELLOW}：")]
    for row in sorted(late, key=lambda row: row["deadline"] - row["forecast_on"]):
        words = str(row["forecast"]).removeprefix(f"{Light.YELLOW}：")
        text = f"{row['unit']}：{row['dimension']}按近三期进度{words}，怎么赶上？"
        yield text, _FORECAST, row["unit"], row["dimension"]
