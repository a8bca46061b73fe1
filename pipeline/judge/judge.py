"""Judge: everything that is computed at one meeting, from the rows in force (contract §5–§8).

Pure: the same rows, plan and date give the same frames; no file is touched and no clock is read.

总矩阵, 红灯清单 and 黄灯清单: what was judged about items, laid out as their tables (contract §8).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.findings import Finding
from pipeline.judge.changes import cell_changes, item_changes
from pipeline.judge.comparison import compare, contradiction_rates
from pipeline.judge.dated import milestone_lights, problem_lights, task_lights
from pipeline.judge.history import history_before, history_with_now, last_counts, with_history
from pipeline.judge.lights import item_lights, red_flags
from pipeline.judge.merge import zero_returns
from pipeline.judge.proposals import overdue_reds, proposals
from pipeline.judge.remarks import attach
from pipeline.judge.scores import (
    Shares,
    dimension_shares,
    progress_shares,
    ranking_frame,
    ranks,
    reporting_shares,
    score_parts,
    self_check_shares,
    standings,
    task_shares,
    unit_marks,
)
from pipeline.judge.states import item_states
from pipeline.judge.suspicions import item_suspicions, open_inspections, open_kinds, self_check_contradictions
from pipeline.judge.tracking import follow, periods_open
from pipeline.judge.units import clearances, overall_lights, self_check_answers, summary_rows, tallies
from pipeline.judge.verify import to_verify
from pipeline.records import Judgement, Merged, Previous
from schemas.plan import Period, Plan
from schemas.tables import (
    MATRIX,
    PROBLEM_LEDGER,
    RED_LIST,
    TASK_LEDGER,
    YELLOW_LIST,
    light_name,
    reason_name,
    state_name,
)
from schemas.words import Light, Receipt


def matrix_frame(items: pd.DataFrame, *judged: pd.DataFrame | pd.Series) -> pd.DataFrame:
    """总矩阵; one row = one item, index and order of `items`; columns of MATRIX.

    judged: states, lights with reasons, first_done dates, and the series `change` and `suspicions`,
    all with the index of `items`.
    """
    own = items[[name for name in MATRIX.names if name in items.columns]]
    return pd.concat([own, *judged], axis=1)[list(MATRIX.names)].astype(object)


def light_list(light: Light, items: pd.DataFrame, matrix: pd.DataFrame, plan: Plan) -> pd.DataFrame:
    """红灯清单 or 黄灯清单; one row = one item × dimension with that light, in the order of the matrix.

    The columns for people to write in are blank. items: one row = one item, with its plan date and
    reason; matrix: `matrix_frame` of the same items.
    """
    parts = []
    for place, entry in enumerate(plan.dimensions):
        d = entry.dimension
        rows = matrix[matrix[light_name(d)] == light]
        parts.append(
            rows.assign(
                dimension=str(d),
                state=rows[state_name(d)],
                light=light.value,
                reason=rows[reason_name(d)],
                deadline=entry.deadline,
                planned_on=items.loc[rows.index, "planned_on"],
                reason_open=items.loc[rows.index, "reason_open"],
                place=place,
            )
        )
    rows = pd.concat(parts)
    rows = rows.assign(item=rows.index).sort_values(["item", "place"], ignore_index=True)
    return rows.reindex(columns=list(RED_LIST.names)).astype(object).where(lambda cells: cells.notna(), None)


@dataclass(frozen=True)
class Case:
    """What is judged, and the states and open inspection findings that every judgement starts from."""

    plan: Plan
    period: Period
    merged: Merged
    receipts: pd.DataFrame
    findings: Sequence[Finding]
    inspections: pd.DataFrame
    previous: Previous | None
    remarks: pd.DataFrame | None
    states: pd.DataFrame
    open_rows: pd.DataFrame

    @property
    def items(self) -> pd.DataFrame:
        """One row = one item in force."""
        return self.merged.tables["items"]


def judge(
    plan: Plan,
    period: Period,
    merged: Merged,
    receipts: pd.DataFrame,
    findings: Sequence[Finding],
    inspections: pd.DataFrame,
    previous: Previous | None,
    remarks: pd.DataFrame | None = None,
) -> Judgement:
    """Judge every item, unit, task, problem and milestone at the meeting of `period`.

    merged: rows in force; receipts: `pipeline.judge.merge.receipts`; findings: all of this run,
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
    matrix: pd.DataFrame,
    changes: pd.DataFrame,
    lists: "Lists",
    milestones: pd.DataFrame,
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
        to_verify=to_verify(plan, merged, matrix, tracking, previous, case.findings),
        score_parts=scored.parts,
        ranking=scored.ranking,
        proposals=scored.proposals,
        remarks_lost=lists.remarks_lost,
        contradictions=contradiction_rates(comparison),
        tracking=tracking,
        cell_changes=cell_changes(merged, previous),
    )


def _lights(case: Case) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Lights of the items, and counts and lights of the units."""
    as_of = case.period.meeting
    flags = red_flags(case.items, case.open_rows)
    lights = item_lights(case.items, case.states, flags, case.plan, as_of)
    counted = tallies(case.items, case.states, lights, flags)
    never = case.receipts.loc[case.receipts["receipt"] == Receipt.NEVER, "unit"]
    return lights, summary_rows(counted, frozenset(never), case.plan, as_of)


def _doubts(case: Case) -> pd.Series:
    tables = case.merged.tables
    words = item_suspicions(case.items, tables["authorisations"], tables["systems"], case.states)
    return words.rename("suspicions")


@dataclass(frozen=True)
class Lists:
    """The four lists that people write into, and the remarks that found no row."""

    red: pd.DataFrame
    yellow: pd.DataFrame
    tasks: pd.DataFrame
    problems: pd.DataFrame
    remarks_lost: pd.DataFrame


def _lists_with_remarks(case: Case, matrix: pd.DataFrame) -> Lists:
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

    unit_dimensions: pd.DataFrame
    history: pd.DataFrame
    parts: pd.DataFrame
    ranking: pd.DataFrame
    clearances: pd.DataFrame
    proposals: pd.DataFrame


def _scored(case: Case, unit_dimensions: pd.DataFrame, lists: Lists, milestones: pd.DataFrame) -> Scored:
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
    unit_dimensions: pd.DataFrame,
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
    case: Case, unit_dimensions: pd.DataFrame, ranking: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """单位汇总 complete, and 历史 with this meeting."""
    before = history_before(case.previous, case.period)
    history = history_with_now(before, unit_dimensions, ranking, case.receipts, case.period)
    last = last_counts(case.previous)
    return with_history(unit_dimensions, before, history, last, case.plan, case.period), history
