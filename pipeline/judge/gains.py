"""提分: each step that a unit can take, and what it would bring, others unchanged (contract §8, 5).

Found by scoring again: `Basis` holds what one unit's score is made from, an `Effect` what one step changes in
it, and `rescored` puts both through the program's own scoring (`judge.scores`). Steps of one effect are scored
once, so that the cost grows with the items and not with their square.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from fractions import Fraction
from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge import scores, units
from pipeline.judge.dated import task_done_on
from pipeline.judge.merge import timeliness
from pipeline.judge.missing import is_missing
from pipeline.judge.states import item_states
from pipeline.judge.suspicions import (
    BEYOND_KIND,
    BEYOND_LIST,
    MISSING_KIND,
    OUTSIDE_KIND,
    STAFF_KIND,
    STEP_KIND,
    UNLISTED_KIND,
    is_outside,
    lacks_a_step,
    open_kind,
)
from pipeline.records import MISSING
from schemas.dimensions import DIMENSION_OF_QUESTION, Dimension
from schemas.figures import as_day
from schemas.plan import Plan
from schemas.returns import BY_KEY, COVER
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import GAINS, TO_GREEN, state_name
from schemas.words import Light, Receipt, State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

DEDUCTION = "扣分"
#: The meeting is every two weeks (notice 工作要求（三）).
BETWEEN_MEETINGS = timedelta(days=14)
_OPEN = (State.MOVING, State.NOT_DONE)
_NAMED = 3  # subjects that a step names before 等


@dataclass(frozen=True, eq=False)
class Effect:
    """What one step changes in what a unit's score is made from; every figure is a difference.

    Made by `effect_of`: equal ones are one object, so that thousands of rows are told apart quickly.

    counts: (dimension, applicable, 到位, unlisted); paired: (dimension, 到位, not 到位) of the items in the matrix at
    both meetings; evidence: (question, kind, number) against a good answer; answers: questions that get the good
    one; tasks: listed, due, done; rows, wrong: data rows, of these with an 错误; in_time: the return is in time.
    """

    counts: tuple[tuple[str, int, int, int], ...] = ()
    paired: tuple[tuple[str, int, int], ...] = ()
    evidence: tuple[tuple[str, str, int], ...] = ()
    answers: tuple[int, ...] = ()
    tasks: tuple[int, int, int] = (0, 0, 0)
    rows: int = 0
    wrong: int = 0
    in_time: bool = False
    inspections: int = 0


@cache
def effect_of(**changes: Any) -> Effect:  # noqa: ANN401 - the fields of Effect
    """The one effect that changes just this."""
    return Effect(**changes)


@dataclass(frozen=True)
class Basis:
    """What one unit's score is made from; good: questions with the good answer; before: its rate at the last meeting."""

    unit: str
    shares: Mapping[str, scores.Share]
    marks: tuple[str, ...]
    open_inspections: int
    bonus: Fraction
    counts: Mapping[str, tuple[int, int, int]]
    paired: scores.Stood
    rates: scores.Rates | None
    good: frozenset[int]
    evidence: Mapping[str, Mapping[str, int]]
    tasks: scores.TaskCount
    receipt: str
    timely: Fraction
    rows: int
    wrong: int


def rescored(basis: Basis, taken: Sequence[tuple[Effect, int]], plan: Plan) -> float | None:
    """The unit's score after each effect was taken so many times."""
    shares = dict(basis.shares)
    parts = (_dimension_shares, _progress_share, _self_check_share, _task_share, _reporting_share)
    for part in parts:
        shares |= part(basis, taken, plan)
    open_inspections = basis.open_inspections + sum(effect.inspections * number for effect, number in taken)
    keyed = {(basis.unit, part): share for part, share in shares.items()}
    deduction = scores.deduction_for(plan, open_inspections)
    return scores.score_of(plan, keyed, basis.unit, basis.marks, deduction, basis.bonus)


_Taken = Sequence[tuple[Effect, int]]


def _dimension_shares(basis: Basis, taken: _Taken, plan: Plan) -> dict[str, scores.Share]:
    counts: dict[str, list[int]] = {}
    for effect, number in taken:
        for dimension, *change in effect.counts:
            own = counts.setdefault(dimension, list(basis.counts[dimension]))
            counts[dimension] = [had + number * more for had, more in zip(own, change, strict=True)]
    return {dimension: scores.dimension_share(*own) for dimension, own in counts.items()}


def _progress_share(basis: Basis, taken: _Taken, plan: Plan) -> dict[str, scores.Share]:
    in_time = any(effect.in_time for effect, _ in taken)
    moved = any(effect.paired for effect, _ in taken)
    if not (in_time or moved) or (basis.receipt == Receipt.CARRIED and not in_time):
        return {}
    now = Counter(basis.paired)
    for effect, number in taken:
        for dimension, done, lacking in effect.paired:
            now[basis.unit, dimension, True] += number * done
            now[basis.unit, dimension, False] += number * lacking
    rates = basis.rates and scores.Rates(scores.weighted(now, basis.unit, plan), basis.rates.before)
    return {scores.PROGRESS: scores.progress_share(rates)}


def _self_check_share(basis: Basis, taken: _Taken, plan: Plan) -> dict[str, scores.Share]:
    if not any(effect.evidence or effect.answers for effect, _ in taken):
        return {}
    less: Counter[tuple[str, str]] = Counter()
    good = set(basis.good)
    for effect, number in taken:
        good.update(effect.answers)
        for question, kind, change in effect.evidence:
            less[question, kind] += number * change
    against = {str(number): Counter(basis.evidence.get(str(number), {})) for number in good}
    for (question, kind), change in less.items():
        if question in against:
            against[question][kind] += change
    doubtful = sum(any(count > 0 for count in kinds.values()) for kinds in against.values())
    return {scores.SELF_CHECK: scores.self_check_share(len(good), doubtful)}


def _task_share(basis: Basis, taken: _Taken, plan: Plan) -> dict[str, scores.Share]:
    if not any(any(effect.tasks) for effect, _ in taken):
        return {}
    own = basis.tasks
    change = [sum(effect.tasks[place] * number for effect, number in taken) for place in range(3)]
    count = scores.TaskCount(own.listed + change[0], own.due + change[1], own.done + change[2])
    return {scores.TASKS: scores.task_share(count)}


def _reporting_share(basis: Basis, taken: _Taken, plan: Plan) -> dict[str, scores.Share]:
    if not any(effect.rows or effect.wrong or effect.in_time for effect, _ in taken):
        return {}
    in_time = any(effect.in_time for effect, _ in taken)
    rows = basis.rows + sum(effect.rows * number for effect, number in taken)
    wrong = basis.wrong + sum(effect.wrong * number for effect, number in taken)
    receipt = Receipt.ON_TIME if in_time else basis.receipt
    return {scores.REPORTING: scores.reporting_share(receipt, Fraction(1) if in_time else basis.timely, rows, wrong)}


class Ladder:
    """The ranking as it stands: which rank a score would have, others unchanged."""

    def __init__(self, found: Iterable[scores.Standing]) -> None:
        self._own = {s.unit: -(s.score or 0.0) for s in found if s.ranked and not s.never}
        self._sorted = sorted(self._own.values())

    def rank(self, unit: str, score: float) -> int:
        """The rank of `unit` with another score than it has."""
        return 1 + bisect_left(self._sorted, -score) - (self._own.get(unit, 0.0) < -score)


@dataclass(frozen=True)
class Row:
    """One row of a return (or of the office's own book) behind lost points; number: how many things it stands for."""

    key: str  # Sheet.key
    label: object
    subject: str
    file: object
    sheet: object
    row: object
    number: int = 1


@dataclass(frozen=True)
class Loss:
    """A row behind lost points, and how it stands.

    costs: for each part that it costs, what is to do ("": no single step does it) and what that changes.
    """

    row: Row
    state: str
    costs: tuple[tuple[str, str, Effect], ...]


def bases(meeting: Meeting) -> dict[str, Basis]:
    """Unit → what its score is made from."""
    counts: dict[str, dict[str, tuple[int, int, int]]] = {}
    for (unit, dimension), tally in meeting.tallies.items():
        counts.setdefault(unit, {})[str(dimension)] = (tally.applicable, tally.done, tally.unlisted)
    good: dict[str, set[int]] = {}
    for (unit, number), is_good in meeting.answers.items():
        good.setdefault(unit, set()).update([number] if is_good else [])
    evidence: dict[str, dict[str, Mapping[str, int]]] = {}
    for (unit, question), kinds in meeting.evidence.items():
        evidence.setdefault(unit, {})[question] = kinds
    beyond = Counter(meeting.open_inspections.loc[meeting.open_inspections["kind"] == BEYOND_LIST, "unit"])
    for unit, number in beyond.items():
        if unit in evidence:
            evidence[unit]["9"] = {BEYOND_KIND: number}
    shares: dict[str, dict[str, scores.Share]] = {}
    for (unit, part), share in meeting.shares.items():
        shares.setdefault(unit, {})[part] = share
    tasks = scores.task_counts(meeting.tables["tasks"], meeting.period.meeting)
    rows, wrong = scores.data_rows(meeting.merged), Counter(place[0] for place in meeting.wrong_rows)
    names = ("unit", "receipt", "filled_on")
    return {
        unit: Basis(
            unit=unit,
            shares=shares[unit],
            marks=meeting.marks[unit],
            open_inspections=meeting.open_counts.get(unit, 0),
            bonus=meeting.bonus.get(unit, Fraction(0)),
            counts=counts[unit],
            paired=Counter({key: n for key in _keys(unit) if (n := meeting.paired.now[key])}),
            rates=meeting.rates.get(unit),
            good=frozenset(good.get(unit, ())),
            evidence=evidence.get(unit, {}),
            tasks=tasks.get(unit, scores.TaskCount()),
            receipt=receipt,
            timely=timeliness(receipt, filled_on, meeting.period.cutoff),
            rows=rows[unit],
            wrong=wrong[unit],
        )
        for unit, receipt, filled_on in zip(*(meeting.receipts[name] for name in names), strict=True)
    }


def _keys(unit: str) -> list[tuple[str, str, bool]]:
    return [(unit, str(dimension), done) for dimension in Dimension for done in (True, False)]


def losses(meeting: Meeting) -> dict[str, list[Loss]]:
    """Unit → every row that costs it points, in the order of the template; a unit that never reported has none."""
    found: dict[str, list[Loss]] = {unit.name: [] for unit in meeting.plan.units}
    known = bases(meeting)
    for source in (_of_returns, _of_answers, _of_items, _of_staff, _of_tasks, _of_wrong_rows, _of_inspections):
        for unit, loss in source(meeting, known):
            if unit in found:
                found[unit].append(loss)
    return found


_Found = Iterator[tuple[str, Loss]]


def _rows(frame: pd.DataFrame, key: str, subject: str) -> Iterator[tuple[str, Row]]:
    """Unit and Row of every row of a frame."""
    names = ("unit", subject, "file", "sheet", "row")
    for label, unit, about, *place in zip(frame.index, *(frame[name] for name in names), strict=True):
        yield unit, Row(key, label, str(about or ""), *place)


LATE, ON_TIME, LISTING, TASK_LIST = "按时报送", "按时报送（照上期所填）", "补列未列的事项（各维度到位）", "补报任务清单"
BACK, IN_HALL, SETTLED, CORRECTED, TASK_DONE = (
    "补报漏报的事项（照上期所填）",
    "人员进驻大厅",
    "督查问题销号",
    "更正有错误的行",
    "办结到期的任务",
)


def _of_returns(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    """The return as a whole: not in time, items that its cover counts and no row shows, no task list."""
    scored = [str(entry.dimension) for entry in meeting.plan.dimensions]
    weights = meeting.plan.part_weights
    for unit, row in _rows(meeting.merged.covers, COVER.key, "unit"):
        basis = known.get(unit)
        if basis is None:
            continue
        if basis.timely < 1:
            step, state = (LATE, "迟报") if basis.timely else (ON_TIME, Receipt.CARRIED.value)
            costs = ((scores.REPORTING, step, effect_of(in_time=True)),)
            yield unit, Loss(replace(row, subject="封面的填报日期"), state, costs)
        unlisted = meeting.unlisted.get(unit, 0)
        if unlisted:
            counts = tuple((dimension, 1, 1, -1) for dimension in scored)
            against = tuple((str(number), UNLISTED_KIND, -1) for number in DIMENSION_OF_QUESTION)
            effect = effect_of(counts=counts, evidence=against, rows=1)
            parts = tuple((part, LISTING, effect) for part in scored if part in weights)
            yield unit, Loss(replace(row, subject="封面的事项总数", number=unlisted), f"未列 {unlisted} 项", parts)
        if not basis.tasks.listed:
            effect = effect_of(tasks=(1, 0, 0), rows=1)
            yield unit, Loss(replace(row, subject="“任务”表"), "没有任务清单", ((scores.TASKS, TASK_LIST, effect),))


def _of_answers(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    """Questions without the good answer, or with one that something contradicts."""
    rows = meeting.tables["self_check"]
    wrong = _is_wrong(meeting, "self_check")
    numbers = {str(number): number for number in GOOD_ANSWER}
    asked: dict[str, set[int]] = {}
    cells = zip(_rows(rows, "self_check", "question"), rows["number"], rows["answer"], strict=True)
    for (unit, row), cell, answer in cells:
        number = numbers.get(str(cell))
        if number is None or unit not in known or number in asked.setdefault(unit, set()):
            continue
        asked[unit].add(number)
        yield from _of_answer(known[unit], number, row, f"答“{answer or ''}”", wrong=int(wrong(unit, row)))
    for unit, cover in _rows(meeting.merged.covers, COVER.key, "unit"):
        for number in GOOD_ANSWER:
            if unit in known and number not in asked.get(unit, ()):
                row = replace(cover, label=(unit, number), sheet=BY_KEY["self_check"].name, row=None)
                yield from _of_answer(known[unit], number, row, "没有这一题", rows=1)


def _of_answer(basis: Basis, number: int, row: Row, state: str, *, wrong: int = 0, rows: int = 0) -> _Found:
    against = basis.evidence.get(str(number), {})
    if number in basis.good and not against:
        return
    words = "，".join(kind.format(count) for kind, count in against.items())
    effect = effect_of(
        answers=(number,),
        evidence=tuple((str(number), kind, -count) for kind, count in against.items()),
        wrong=-wrong,
        rows=rows,
    )
    step = "" if against else f"自查第 {number} 题答“{GOOD_ANSWER[number]}”（已经做到的）"
    told = f"{state}，但{words}" if words else state
    yield basis.unit, Loss(replace(row, subject=f"自查第 {number} 题"), told, ((scores.SELF_CHECK, step, effect),))


def _of_items(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    """Items that are not 到位 in a scored dimension."""
    items, states = meeting.in_force, meeting.states
    scored = [entry.dimension for entry in meeting.plan.dimensions if entry.scored]
    cells = [states[state_name(d)].tolist() for d in scored]
    lacks, outside = lacks_a_step(items, states).tolist(), is_outside(items, states).tolist()
    missing, back = is_missing(items).tolist(), _as_last_given(meeting)
    pairs = meeting.moved.matching.pairs if meeting.moved.matching else ()
    paired, wrong = {now for now, _ in pairs}, _is_wrong(meeting, "items")
    for place, (unit, row) in enumerate(_rows(items, "items", "item_name")):
        lacking = [(d, own[place]) for d, own in zip(scored, cells, strict=True) if own[place] not in _SETTLED]
        if not lacking or unit not in known:
            continue
        if missing[place]:
            effect = _back_effect(back[row.label], place in paired, outside[place])
            yield unit, Loss(row, MISSING, tuple((str(d), BACK, effect) for d, _ in lacking))
            continue
        is_wrong = wrong(unit, row)
        flaws = lacks[place], outside[place]
        mended = [is_wrong and _mends(state, lacking) for _, state in lacking]
        parts = tuple(
            (str(d), f"{d}到位{MENDED if mends else ''}", _done_effect(d, state, flaws, place in paired, mends))
            for (d, state), mends in zip(lacking, mended, strict=True)
        )
        yield unit, Loss(row, _told(tuple(lacking)), parts)


@cache
def _told(lacking: tuple[tuple[Dimension, str], ...]) -> str:
    """未到位：事项、环节；推进中：人员."""
    states = dict.fromkeys(state for _, state in lacking)
    return "；".join(f"{state}：{'、'.join(d for d, own in lacking if own == state)}" for state in states)


_SETTLED = (State.DONE, State.EXEMPT)
MENDED = "，并更正这一行的错误"


def _mends(state: str, lacking: Sequence[object]) -> bool:
    """Whether an item cannot be 到位 here and its row keep its 错误: a cell is wrong, or it has nothing left to plan."""
    return state == State.PENDING or len(lacking) == 1


@cache
def _done_effect(d: Dimension, state: str, flaws: tuple[bool, bool], paired: bool, mended: bool) -> Effect:
    """An item 到位 in one dimension; flaws: it lacks a step that its mode needs, it has a step 厅外."""
    against = [(str(d.record.question), open_kind(d), -1)] if state in _OPEN and d.record.question else []
    if d is Dimension.STEP:
        kinds = (("6", STEP_KIND), ("8", OUTSIDE_KIND))
        against += [(question, kind, -1) for flaw, (question, kind) in zip(flaws, kinds, strict=True) if flaw]
    return effect_of(
        counts=((str(d), 0, 1, 0),),
        paired=((str(d), 1, -1),) if paired else (),
        evidence=tuple(against),
        wrong=-int(mended),
    )


def _as_last_given(meeting: Meeting) -> dict[object, Mapping[Any, Any]]:
    """Label of each 漏报 → the states that it would have if it were reported again as it last was."""
    missing = meeting.in_force[is_missing(meeting.in_force)].assign(carried="")
    states = item_states(missing, meeting.plan)
    return dict(zip(states.index, states.to_dict("records"), strict=True))


def _back_effect(states: Mapping[Any, Any], paired: bool, outside: bool) -> Effect:
    """A 漏报 that is reported again as last given."""
    counts, both, against = [], [], []
    for d in Dimension:
        state = states[state_name(d)]
        exempt, done = state == State.EXEMPT, state == State.DONE
        if exempt or done:
            counts.append((str(d), -int(exempt), int(done), 0))
            both.append((str(d), int(done), -1))
        if d.record.question:
            against.append((str(d.record.question), MISSING_KIND, -1))
            against += [(str(d.record.question), open_kind(d), 1)] if state in _OPEN else []
    return effect_of(counts=tuple(counts), paired=tuple(both) if paired else (), evidence=tuple(against), rows=1)


_ASKS_OF_STAFF = 7  # the question that a person who has not moved in contradicts


def _of_staff(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    staff = meeting.tables["staff"]
    away = staff[staff["present"] == "否"]
    wrong = _is_wrong(meeting, "staff")
    for unit, row in _rows(away, "staff", "post"):
        if unit not in known or _ASKS_OF_STAFF not in known[unit].good:
            continue
        effect = effect_of(evidence=((str(_ASKS_OF_STAFF), STAFF_KIND, -1),), wrong=-int(wrong(unit, row)))
        yield unit, Loss(row, "未进驻", ((scores.SELF_CHECK, IN_HALL, effect),))


def _of_tasks(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    tasks, today = meeting.tables["tasks"], meeting.period.meeting
    wrong = _is_wrong(meeting, "tasks")
    names = ("planned_on", "progress", "done_on")
    for (unit, row), planned_on, progress, done_on in zip(
        _rows(tasks, "tasks", "task_name"), *(tasks[name] for name in names), strict=True
    ):
        day, done = as_day(planned_on), task_done_on(progress, done_on)
        if day and day <= today and not (done and done <= today):
            effect = effect_of(tasks=(0, 0, 1), wrong=-int(wrong(unit, row)))
            yield unit, Loss(row, f"计划 {day} 完成，没有办结", ((scores.TASKS, TASK_DONE, effect),))


def _of_wrong_rows(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    """Rows with an 错误, corrected and nothing else about them changed."""
    files = {(unit, sheet): file for unit, sheet, file in _tabs(meeting)}
    for unit, key, sheet, number in sorted(meeting.wrong_rows):
        row = Row("wrong", (key, sheet, number), f"“{sheet}”第 {number} 行", files.get((unit, sheet)), sheet, number)
        yield unit, Loss(row, "有错误，见退回清单", ((scores.REPORTING, CORRECTED, effect_of(wrong=-1)),))


def _tabs(meeting: Meeting) -> set[tuple[str, str, str]]:
    return {
        place
        for table in meeting.tables.values()
        for place in zip(table["unit"], table["sheet"], table["file"], strict=True)
    }


def _of_inspections(meeting: Meeting, known: Mapping[str, Basis]) -> _Found:
    rows = meeting.open_inspections
    for (unit, row), kind in zip(_rows(rows, "inspections", "item_name"), rows["kind"], strict=True):
        against = (("9", BEYOND_KIND, -1),) if kind == BEYOND_LIST else ()
        subject = f"{row.subject}：{kind}".strip("：")
        effect = effect_of(evidence=against, inspections=-1)
        yield unit, Loss(replace(row, subject=subject), "没有销号", ((DEDUCTION, SETTLED, effect),))


def _is_wrong(meeting: Meeting, key: str) -> Callable[[str, Row], bool]:
    """Whether a row of a table has an 错误."""
    wrong = {(unit, sheet, row) for unit, table, sheet, row in meeting.wrong_rows if table == key}
    return lambda unit, row: (unit, row.sheet, row.row) in wrong


@dataclass(frozen=True)
class Lost:
    """One line of 失分明细: a row, how it stands, and what putting it right adds, by part."""

    row: Row
    state: str
    gains: Mapping[str, float]


@dataclass(frozen=True)
class Gains:
    """steps: GAINS, one row = one unit × kind of step, the best first; lost: unit → its lines of 失分明细."""

    steps: pd.DataFrame
    lost: Mapping[str, Sequence[Lost]]


def gains(meeting: Meeting) -> Gains:
    """Every unit's steps, each scored again by itself, and the rows that they are taken at."""
    known, found, ladder = bases(meeting), losses(meeting), Ladder(meeting.standings)
    rows: list[dict[str, object]] = []
    lost: dict[str, list[Lost]] = {}
    standings = {standing.unit: standing for standing in meeting.standings}
    for standing in (standings[unit.name] for unit in meeting.plan.units):
        if standing.score is None or standing.never:
            continue
        own = _Unit(known[standing.unit], standing.score, meeting.plan, ladder)
        lost[standing.unit] = [own.line(loss) for loss in found[standing.unit]]
        rows += own.steps(found[standing.unit])
    return Gains(pd.DataFrame(rows, columns=list(GAINS.names), dtype=object), lost)


class _Unit:
    """One unit being scored again."""

    def __init__(self, basis: Basis, score: float, plan: Plan, ladder: Ladder) -> None:
        self.basis, self.score, self.plan, self.ladder = basis, score, plan, ladder
        self._singly: dict[Effect, float] = {}
        self._gains: dict[Effect, float] = {}
        self._places = {part: place for place, part in enumerate((*plan.part_weights, DEDUCTION))}

    def after(self, taken: _Taken) -> float:
        """The score with these steps taken; only asked of a unit that has one."""
        return rescored(self.basis, taken, self.plan) or 0.0

    def gain(self, effect: Effect) -> float:
        """What one such step adds."""
        known = self._gains.get(effect)
        if known is None:
            self._singly[effect] = self.after([(effect, 1)])
            known = self._gains[effect] = self.added(self._singly[effect])
        return known

    def added(self, score: float) -> float:
        """Points between that score and the present one, without the noise of decimals."""
        return round(score - self.score, 2)

    def line(self, loss: Loss) -> Lost:
        """The loss with its figures."""
        return Lost(loss.row, loss.state, {part: self.gain(effect) for part, _, effect in loss.costs})

    def steps(self, found: Iterable[Loss]) -> list[dict[str, object]]:
        """Rows of GAINS: steps of one kind that add the same stand together."""
        groups: dict[tuple[str, str, float], dict[Effect, list[Row]]] = {}
        for loss in found:
            for part, step, effect in _once(loss):
                key = (part, step, self.gain(effect))
                groups.setdefault(key, {}).setdefault(effect, []).append(loss.row)
        rows = [self._step(*key, ways) for key, ways in groups.items()]
        rows = [row for row in rows if row["gain_all"] > 0]
        rows.sort(key=lambda row: (-row["gain"], -row["gain_all"], self._places[row["part"]], row["step"]))
        return [{**row, "order": number} for number, row in enumerate(rows, 1)]

    def _step(self, part: str, step: str, gain: float, ways: Mapping[Effect, list[Row]]) -> dict[str, Any]:
        unit, taken = self.basis.unit, [(effect, sum(row.number for row in rows)) for effect, rows in ways.items()]
        first = next(iter(ways.values()))[0]
        score = self._singly[taken[0][0]]
        score_all = score if len(taken) == 1 and taken[0][1] == 1 else self.after(taken)
        return {
            "unit": unit,
            "part": part,
            "step": step,
            "number": sum(number for _, number in taken),
            "gain": gain,
            "score": score,
            "rank": self.ladder.rank(unit, score),
            "gain_all": self.added(score_all),
            "score_all": score_all,
            "rank_all": self.ladder.rank(unit, score_all),
            "subjects": _named([row for rows in ways.values() for row in rows]),
            "file": first.file,
            "sheet": first.sheet,
            "row": first.row,
        }


def _once(loss: Loss) -> list[tuple[str, str, Effect]]:
    """Part, step and effect of each step; one that mends several parts is one."""
    found: dict[str, tuple[str, str, Effect]] = {}
    for cost in loss.costs:
        if cost[1]:
            found.setdefault(cost[1], cost)
    return list(found.values())


def _named(rows: Sequence[Row]) -> str:
    """The first subjects."""
    names = list(dict.fromkeys(row.subject for row in rows))
    more = "等" if len(names) > _NAMED else ""
    return "、".join(names[:_NAMED]) + more


def to_green(meeting: Meeting) -> pd.DataFrame:
    """TO_GREEN; one row = one unit × dimension with an applicable or unlisted item, or a stray inspection."""
    today, rows = meeting.period.meeting, []
    then = today + BETWEEN_MEETINGS
    for unit in meeting.plan.units:
        for entry in meeting.plan.dimensions:
            tally = meeting.tallies[unit.name, entry.dimension]
            light, _ = units.unit_light(tally, entry, meeting.plan, today)
            if light is not Light.GREY:
                rows.append(
                    {
                        "unit": unit.name,
                        "dimension": str(entry.dimension),
                        "light": light.value,
                        "now": units.items_to_green(tally, entry, meeting.plan, today),
                        "next_meeting": then,
                        "then": units.items_to_green(tally, entry, meeting.plan, then),
                        "deadline": entry.deadline,
                        "besides": units.besides(tally) or None,
                    }
                )
    return pd.DataFrame(rows, columns=list(TO_GREEN.names), dtype=object)
