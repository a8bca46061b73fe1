"""Judge: everything that is computed at one meeting, from the rows in force (contract §5–§8).

Pure: the same rows, plan and date give the same frames; no file is touched and no clock is read.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.findings import Finding
from pipeline.matrix.cell_changes import cell_changes
from pipeline.matrix.changes import item_changes
from pipeline.matrix.clearances import clearances, self_check_answers
from pipeline.matrix.comparison import compare, contradiction_rates
from pipeline.matrix.dated_lights import problem_lights, task_lights
from pipeline.matrix.history_rows import history_before, history_with_now, last_counts, with_history
from pipeline.matrix.inspections import red_flags
from pipeline.matrix.light_lists import light_list, matrix_frame
from pipeline.matrix.lights import item_lights
from pipeline.matrix.milestones import milestone_lights
from pipeline.matrix.proposals import overdue_reds, proposals
from pipeline.matrix.ranking import ranking_frame, ranks, standings, unit_marks
from pipeline.matrix.receipts import zero_returns
from pipeline.matrix.remarks import attach
from pipeline.matrix.scores import (
    Shares,
    dimension_shares,
    progress_shares,
    reporting_shares,
    score_parts,
    self_check_shares,
    task_shares,
)
from pipeline.matrix.tracking import follow, periods_open
from pipeline.matrix.unit_lights import overall_lights, summary_rows, tallies
from pipeline.matrix.verify import to_verify
from pipeline.records import Judgement, Merged, Previous
from pipeline.states import item_states
from pipeline.suspicions import item_suspicions, open_inspections, open_kinds, self_check_contradictions
from schemas.ledger import PROBLEM_LEDGER, RED_LIST, TASK_LEDGER, YELLOW_LIST
from schemas.plan import Period, Plan
from schemas.vocabulary import Light, Receipt

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Case:
    """What is judged, and the states and open inspection findings that every judgement starts from."""

    plan: Plan
    period: Period
    merged: Merged
    receipts: "pd.DataFrame"
    findings: Sequence[Finding]
    inspections: "pd.DataFrame"
    previous: Previous | None
    remarks: "pd.DataFrame | None"
    states: "pd.DataFrame"
    open_rows: "pd.DataFrame"

    @property
    def items(self) -> "pd.DataFrame":
        """One row = one item in force."""
        return self.merged.tables["items"]


def judge(
    plan: Plan,
    period: Period,
    merged: Merged,
    receipts: "pd.DataFrame",
    findings: Sequence[Finding],
    inspections: "pd.DataFrame",
    previous: Previous | None,
    remarks: "pd.DataFrame | None" = None,
) -> Judgement:
    """Judge every item, unit, task, problem and milestone at the meeting of `period`.

    merged: rows in force; receipts: `pipeline.matrix.receipts.receipts`; findings: all of this run,
    after waivers; inspections: rows of 督查核查表; previous: what the period before left behind;
    remarks: what people wrote into its ledger and into the one that this run replaces (`recall`);
    None: those of `previous`.
    """
    states = item_states(merged.tables["items"], plan)
    open_rows = open_inspections(inspections, period.meeting)
    case = Case(plan, period, merged, receipts, findings, inspections, previous, remarks, states, open_rows)
    lights, unit_dimensions = _lights(case)
    moved = item_changes(case.items, states, previous, period.meeting)
    change = moved.change.rename("change")
    matrix = matrix_frame(case.items, states, lights, moved.first_done, change, _doubts(case))
    lists = _lists_with_remarks(case, matrix)
    milestones = milestone_lights(merged, states, previous, plan, period.meeting)
    return _assembled(case, matrix, moved.changes, lists, milestones, _scored(case, unit_dimensions, lists, milestones))


def _assembled(
    case: Case,
    matrix: "pd.DataFrame",
    changes: "pd.DataFrame",
    lists: "Lists",
    milestones: "pd.DataFrame",
    scored: "Scored",
) -> Judgement:
    """All that was judged, and what is only laid beside it: comparisons, tracking, signs to verify."""
    plan, merged, previous = case.plan, case.merged, case.previous
    self_check = merged.tables["self_check"]
    comparison = compare(case.inspections, case.items, case.states, self_check, case.period.meeting)
    tracking = follow(merged, case.states, plan, previous)
    return Judgement(
        items=matrix,
        unit_dimensions=scored.unit_dimensions,
        overall=overall_lights(scored.unit_dimensions, plan),
        history=scored.history,
        red_list=lists.red,
        yellow_list=lists.yellow,
        tasks=lists.tasks,
        problems=lists.problems,
        milestones=milestones,
        clearances=scored.clearances,
        changes=changes,
        comparison=comparison,
        to_verify=to_verify(plan, merged, matrix, tracking, previous),
        score_parts=scored.parts,
        ranking=scored.ranking,
        proposals=scored.proposals,
        remarks_lost=lists.remarks_lost,
        contradictions=contradiction_rates(comparison),
        tracking=tracking,
        cell_changes=cell_changes(merged, previous),
    )


def _lights(case: Case) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """Lights of the items, and counts and lights of the units."""
    as_of = case.period.meeting
    flags = red_flags(case.items, case.open_rows)
    lights = item_lights(case.items, case.states, flags, case.plan, as_of)
    counted = tallies(case.items, case.states, lights, flags)
    never = case.receipts.loc[case.receipts["receipt"] == Receipt.NEVER, "unit"]
    return lights, summary_rows(counted, frozenset(never), case.plan, as_of)


def _doubts(case: Case) -> "pd.Series":
    tables = case.merged.tables
    words = item_suspicions(case.items, tables["authorisations"], tables["systems"], case.states)
    return words.rename("suspicions")


@dataclass(frozen=True)
class Lists:
    """The four lists that people write into, and the remarks that found no row."""

    red: "pd.DataFrame"
    yellow: "pd.DataFrame"
    tasks: "pd.DataFrame"
    problems: "pd.DataFrame"
    remarks_lost: "pd.DataFrame"


def _lists_with_remarks(case: Case, matrix: "pd.DataFrame") -> Lists:
    """The lists with the remarks of earlier periods beside their rows."""
    as_of, warn_days = case.period.meeting, case.plan.thresholds.warn_days
    tasks = task_lights(case.merged.tables["tasks"], as_of, warn_days)
    problems = problem_lights(case.merged.tables["problems"], as_of, warn_days)
    problems = problems.assign(periods_open=periods_open(problems, case.previous))
    frames = {
        RED_LIST.name: light_list(Light.RED, case.items, matrix, case.plan),
        YELLOW_LIST.name: light_list(Light.YELLOW, case.items, matrix, case.plan),
        TASK_LEDGER.name: tasks.reindex(columns=list(TASK_LEDGER.names)),
        PROBLEM_LEDGER.name: problems.reindex(columns=list(PROBLEM_LEDGER.names)),
    }
    known = case.previous.remarks if case.remarks is None and case.previous else case.remarks
    frames, lost = attach(frames, known)
    return Lists(
        frames[RED_LIST.name],
        frames[YELLOW_LIST.name],
        frames[TASK_LEDGER.name],
        frames[PROBLEM_LEDGER.name],
        lost,
    )


@dataclass(frozen=True)
class Scored:
    """What follows for the units: counts with their history, scores, ranks, clearances, proposals."""

    unit_dimensions: "pd.DataFrame"
    history: "pd.DataFrame"
    parts: "pd.DataFrame"
    ranking: "pd.DataFrame"
    clearances: "pd.DataFrame"
    proposals: "pd.DataFrame"


def _scored(case: Case, unit_dimensions: "pd.DataFrame", lists: Lists, milestones: "pd.DataFrame") -> Scored:
    plan, as_of = case.plan, case.period.meeting
    kinds = open_kinds(case.open_rows, as_of)
    answers = self_check_answers(case.merged.tables["self_check"])
    shares = _shares(case, unit_dimensions, answers, kinds)
    marks = unit_marks(plan, case.receipts, unit_dimensions, zero_returns(case.merged))
    found = standings(plan, shares, Counter(case.open_rows["unit"]), marks)
    overdue = overdue_reds(unit_dimensions, lists.tasks, lists.problems, milestones, as_of)
    ranking = ranking_frame(plan, found, shares, ranks(case.previous.ranking) if case.previous else {})
    complete, history = _with_history(case, unit_dimensions, ranking)
    return Scored(
        unit_dimensions=complete,
        history=history,
        parts=score_parts(plan, shares),
        ranking=ranking,
        clearances=clearances(plan, answers, case.items, case.states, kinds),
        proposals=proposals(plan, found, case.receipts, case.open_rows, unit_dimensions, overdue),
    )


def _shares(
    case: Case,
    unit_dimensions: "pd.DataFrame",
    answers: dict[tuple[str, int], bool],
    kinds: dict[str, frozenset[str]],
) -> Shares:
    tables = case.merged.tables
    against = self_check_contradictions(tables["self_check"], case.items, tables["staff"], kinds, case.states)
    return (
        dimension_shares(unit_dimensions)
        | self_check_shares(case.plan, answers, against)
        | task_shares(case.plan, tables["tasks"], case.period.meeting)
        | reporting_shares(case.receipts, case.merged, case.findings, case.period)
        | progress_shares(case.plan, unit_dimensions, last_counts(case.previous))
    )


def _with_history(
    case: Case, unit_dimensions: "pd.DataFrame", ranking: "pd.DataFrame"
) -> "tuple[pd.DataFrame, pd.DataFrame]":
    """单位汇总 complete, and 历史 with this meeting."""
    before = history_before(case.previous, case.period)
    history = history_with_now(before, unit_dimensions, ranking, case.receipts, case.period)
    last = last_counts(case.previous)
    return with_history(unit_dimensions, before, history, last, case.plan, case.period), history
