"""Matters: what was decided, who must answer, what was answered, and the light of each (contract §4, §6).

What a unit says of a matter never closes it: its own 是 is 待核实 until the office says 已办结.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import pandas as pd

from pipeline.judge.dated import dated_light, problem_done_on
from pipeline.records import CARRIED, Intake, Previous
from schemas.figures import as_day, is_blank, overdue, records
from schemas.plan import Plan
from schemas.private import fit_to_circulate
from schemas.returns.problems import SHEET as PROBLEMS
from schemas.tables import MATTER_LEDGER, OWED
from schemas.words import MATTER_OVER, Light

#: How the number of a problem begins in 督办回复, where those of several units stand together.
PROBLEM_PREFIX = "问题-"
DISPATCHED = "问题派发"
CLAIMED = "待核实"
UNANSWERED = "本期没有答复"
_BETWEEN = re.compile(r"[、,，;；/\s]+")

Row = Mapping[str, Any]
NO_PROBLEMS = pd.DataFrame(columns=["unit", *PROBLEMS.names], dtype=object)


# ── who owes an answer


def units_named(text: object, plan: Plan) -> list[str]:
    """The members that a cell names, several joined by 、; what names none is left out."""
    words = [] if is_blank(text) else [word for word in _BETWEEN.split(str(text)) if word]
    return list(dict.fromkeys(plan.unit_by_alias[word].name for word in words if word in plan.unit_by_alias))


def problem_number(row: Row, plan: Plan) -> str:
    """The number of a problem among those of all units: known by the unit's 编号, whatever it is called."""
    unit = plan.unit_by_name.get(row["unit"])
    own = row["problem_number"] or sha256(str(row["description"] or "").encode()).hexdigest()[:6].upper()
    return f"{PROBLEM_PREFIX}{unit.id if unit else row['unit']}-{own}"


def owed(matters: pd.DataFrame, problems: pd.DataFrame, plan: Plan, as_of: date) -> pd.DataFrame:
    """OWED; one row = one unit × what it owes an answer to: open matters, then problems of other units.

    matters: rows of 议定事项; problems: rows of 问题; as_of: problems solved by then are over.
    """
    rows = [*_owed_matters(matters, plan), *_owed_problems(problems, plan, as_of)]
    return pd.DataFrame(rows, columns=list(OWED.names), dtype=object)


def _owed_matters(matters: pd.DataFrame, plan: Plan) -> Iterator[dict[str, Any]]:
    for row in records(matters):
        if row["number"] and row["state"] not in MATTER_OVER:
            about = "，".join(str(row[name]) for name in ("item_name", "dimension") if row[name])
            about = about or str(row["note"] or "")
            subject = f"{row['content'] or ''}（{about}）" if about else str(row["content"] or "")
            for unit in dict.fromkeys([*units_named(row["unit"], plan), *units_named(row["helpers"], plan)]):
                yield _owes(unit, row["number"], row["source"], subject, row["due"])


def _owed_problems(problems: pd.DataFrame, plan: Plan, as_of: date) -> Iterator[dict[str, Any]]:
    for row in records(problems):
        done = problem_done_on(row["state"], row["solved_on"])
        if done is None or done > as_of:
            number, subject = problem_number(row, plan), f"{row['unit']}提出：{row['description'] or ''}"
            for unit in dict.fromkeys([*units_named(row["owner_unit"], plan), *units_named(row["helper_units"], plan)]):
                if unit != row["unit"]:
                    yield _owes(unit, number, DISPATCHED, subject, row["solve_by"])


def _owes(unit: str, number: object, source: object, subject: str, due: object) -> dict[str, Any]:
    shown = fit_to_circulate(subject)
    return {"unit": unit, "number": number, "source": source, "subject": shown, "due": as_day(due)}


def due_answers(matters: pd.DataFrame, previous: Previous | None, plan: Plan) -> pd.DataFrame:
    """OWED at this meeting: open matters, and the problems that stood open at the meeting before."""
    problems, as_of = (previous.tables["problems"], previous.meeting) if previous else (NO_PROBLEMS, date.min)
    return owed(matters, problems, plan, as_of)


def answers_to_keep(matters: pd.DataFrame, previous: Previous | None, plan: Plan) -> pd.DataFrame:
    """OWED rows whose earlier answers still say something: what is open, and what was closed since the meeting before."""
    since = previous.meeting if previous else date.min
    just = pd.Series(
        [(day := as_day(cell)) is not None and day > since for cell in matters["closed_on"]], matters.index
    )
    return due_answers(matters.assign(state=matters["state"].mask(just.astype(bool))), previous, plan)


def answerable(matters: pd.DataFrame, intake: Intake, previous: Previous | None, plan: Plan) -> frozenset[str]:
    """Every number that a row of 督办回复 may bear: the matters, whatever their state, and the problems."""
    numbers = {str(number) for number in matters["number"] if not is_blank(number)}
    problems = [intake.tables["problems"], *([previous.tables["problems"]] if previous else [])]
    return frozenset(numbers | {problem_number(row, plan) for rows in problems for row in records(rows)})


# ── what was answered


def earlier_answers(
    now: pd.DataFrame, returned: Collection[str], previous: Previous | None, due: pd.DataFrame
) -> pd.DataFrame:
    """The answers of earlier meetings to what is still open and what a return leaves unanswered; marked 沿用上期.

    now: rows of 督办回复 of this period; due: OWED.
    """
    if previous is None:
        return now.iloc[:0]
    before = previous.tables["replies"]
    answered = set(zip(now["unit"], now["number"], strict=True))
    still = set(zip(due["unit"], due["number"], strict=True)) - answered
    keys = zip(before["unit"], before["number"], strict=True)
    kept = [key in still and key[0] in returned for key in keys]
    rows = before[kept].reindex(columns=now.columns).assign(layout=-1, carried=CARRIED).astype(object)
    return rows.where(rows.notna(), None).reset_index(drop=True)


@dataclass(frozen=True)
class Answers:
    """The latest answer of each unit to each number. said: (number, unit) → its row of 督办回复."""

    said: Mapping[tuple[str, str], Row]

    @classmethod
    def of(cls, replies: pd.DataFrame) -> Answers:
        """replies: rows of 督办回复 in force, of this period and kept; of several of one unit the last one given counts."""
        rows = records(replies)
        kept_first = [*(row for row in rows if row["carried"]), *(row for row in rows if not row["carried"])]
        return cls({(str(row["number"]), str(row["unit"])): row for row in kept_first if row["number"]})

    def to(self, number: object, units: Sequence[str]) -> str | None:
        """What the units answered, in words; the name of the unit before each where there are several."""
        rows = [(unit, self.said[str(number), unit]) for unit in units if (str(number), unit) in self.said]
        texts = [f"{unit}：{_answer(row)}" if len(units) > 1 else _answer(row) for unit, row in rows]
        return "；".join(texts) or None

    def fresh(self, number: object, unit: str) -> bool:
        """Whether the unit answered in its return for this meeting."""
        row = self.said.get((str(number), unit))
        return row is not None and not row["carried"]

    def claimed(self, number: object, unit: str) -> bool:
        """Whether the unit says that it is done."""
        row = self.said.get((str(number), unit))
        return row is not None and row["finished"] == "是"


def _answer(row: Row) -> str:
    expected = as_day(row["expected_on"])
    ended = {"是": "自报已办结", "否": f"未办结，预计 {expected} 办结" if expected else "未办结"}.get(
        row["finished"], ""
    )
    facts = [ended, f"佐证：{row['proof']}" if row["proof"] else "", "以前的答复" if row["carried"] else ""]
    aside = "；".join(filter(None, facts))
    return f"{row['progress'] or '没有写进展'}（{aside}）" if aside else str(row["progress"] or "没有写进展")


# ── lights


def matter_light(row: Row, *, claimed: bool, as_of: date, warn_days: int) -> tuple[Light, str]:
    """The light of one matter and its reason; the first rule that fits (contract §6)."""
    due, closed = as_day(row["due"]), as_day(row["closed_on"])
    if row["state"] == "已撤销":
        return Light.GREY, "已撤销"
    if row["state"] == "已办结":
        return Light.GREEN, f"{closed} 办结" if closed else "已办结"
    if claimed:
        late = f"，{overdue(due, as_of)}" if due and as_of > due else ""
        return Light.YELLOW, f"{CLAIMED}：单位自报已办结，专班尚未销号{late}"
    return dated_light(None, due, as_of, warn_days)


def matter_rows(matters: pd.DataFrame, answers: Answers, plan: Plan, as_of: date, since: date | None) -> pd.DataFrame:
    """MATTER_LEDGER; one row = one matter that is open, or was closed after the meeting before (`since`)."""
    rows = []
    for row in records(matters):
        closed = as_day(row["closed_on"])
        if row["state"] in MATTER_OVER and since and closed and closed <= since:
            continue
        if row["state"] in MATTER_OVER and row["carried"] == CARRIED and closed is None:
            continue  # closed at an earlier meeting, known on only lest it arise again
        owners, helpers = units_named(row["unit"], plan), units_named(row["helpers"], plan)
        claimed = any(answers.claimed(row["number"], unit) for unit in owners)
        light, reason = matter_light(row, claimed=claimed, as_of=as_of, warn_days=plan.thresholds.warn_days)
        silent = [unit for unit in owners if row["number"] and not answers.fresh(row["number"], unit)]
        if _asked(row, as_of, since) and silent:
            reason = f"{reason}；{UNANSWERED}"
        reply = answers.to(row["number"], list(dict.fromkeys([*owners, *helpers])))
        rows.append({**row, "reply": reply, "light": light.value, "reason": reason})
    return pd.DataFrame(rows, columns=list(MATTER_LEDGER.names), dtype=object)


def _asked(row: Row, as_of: date, since: date | None) -> bool:
    """Whether the matter stood in the templates of this meeting: agreed before it, and open."""
    agreed = as_day(row["agreed_on"])
    return row["state"] not in MATTER_OVER and since is not None and agreed is not None and agreed < as_of


def with_replies(problems: pd.DataFrame, answers: Answers, plan: Plan) -> pd.DataFrame:
    """The problems with what those who must solve them answered (`reply`); index kept."""
    texts = []
    for row in records(problems):
        units = [*units_named(row["owner_unit"], plan), *units_named(row["helper_units"], plan)]
        others = [unit for unit in dict.fromkeys(units) if unit != row["unit"]]
        texts.append(answers.to(problem_number(row, plan), others))
    return problems.assign(reply=pd.Series(texts, index=problems.index, dtype=object))


# ── how things stand


@dataclass(frozen=True)
class Progress:
    """How the matters of the meetings before stand: n 件, 已办结, 待核实, 逾期, 已撤销, and those in hand."""

    total: int
    closed: int
    claimed: int
    overdue: int
    withdrawn: int

    @property
    def in_hand(self) -> int:
        """Open, neither claimed nor overdue."""
        return self.total - self.closed - self.claimed - self.overdue - self.withdrawn

    def __str__(self) -> str:
        parts = [
            f"{self.total} 件",
            *(
                f"{word} {count} 件"
                for word, count in (
                    ("办结", self.closed),
                    (CLAIMED, self.claimed),
                    ("逾期", self.overdue),
                    ("在办", self.in_hand),
                    ("撤销", self.withdrawn),
                )
                if count or word in ("办结", CLAIMED, "逾期")
            ),
        ]
        return "，".join(parts)


def progress(rows: pd.DataFrame, as_of: date) -> Progress:
    """How matters agreed before this meeting stand; rows: MATTER_LEDGER."""
    found = [row for row in records(rows) if (day := as_day(row["agreed_on"])) is None or day < as_of]
    kinds = Counter(
        "closed"
        if row["state"] == "已办结"
        else "withdrawn"
        if row["state"] == "已撤销"
        else "claimed"
        if is_claimed(row)
        else "overdue"
        if row["light"] == Light.RED
        else "in hand"
        for row in found
    )
    return Progress(len(found), kinds["closed"], kinds["claimed"], kinds["overdue"], kinds["withdrawn"])


def is_claimed(row: Row) -> bool:
    """Whether the row of MATTER_LEDGER waits for the office to confirm it."""
    return str(row["reason"]).startswith(CLAIMED)


def unanswered(due: pd.DataFrame, answers: Answers) -> dict[str, int]:
    """Unit → how many of the things that it owed an answer at this meeting it left unanswered, plan order of OWED."""
    counts: dict[str, int] = {}
    for unit, number in zip(due["unit"], due["number"], strict=True):
        if not answers.fresh(number, unit):
            counts[unit] = counts.get(unit, 0) + 1
    return counts
