"""A meeting: what is judged at it, and everything that follows, each thing worked out when it is first asked for.

Free of logic: every property is one call of a pure function of `judge/` or `say/`, so that the way from
the rows to a figure can be read here and looked up there (contract §5–§8).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, partial
from typing import Any

import pandas as pd

from pipeline.findings import Finding, findings_frame
from pipeline.judge import (
    changes,
    comparison,
    dated,
    duties,
    gains,
    history,
    lights,
    lists,
    merge,
    missing,
    proposals,
    relabelled,
    rerun,
    robustness,
    scores,
    units,
)
from pipeline.judge import matters as matter_rules
from pipeline.judge import remarks as remarks_of_people
from pipeline.judge import suspicions as doubts
from pipeline.judge.gains import Gains
from pipeline.judge.identity import Matching, match_items
from pipeline.judge.plan_changes import PlanBefore, caveat, plan_changes, told
from pipeline.judge.states import item_states
from pipeline.judge.tracking import follow, periods_open
from pipeline.judge.verify import to_verify
from pipeline.records import FrontLine, Merged, Paper, Previous, Replaced
from pipeline.say.account import account
from pipeline.say.briefing import briefing
from pipeline.say.closing import summary
from pipeline.say.front_page import front_page
from schemas.columns import Sheet, Table
from schemas.dimensions import Dimension
from schemas.plan import Period, Plan
from schemas.plan_sheets import plan_cells
from schemas.returns.matters import SHEET as MATTERS
from schemas.returns.waivers import DELAYS
from schemas.tables import (
    DECISIONS,
    FILES,
    KEPT,
    LEDGER_BOOK,
    MATTER_LEDGER,
    OWED,
    PLAN_CELLS,
    PROBLEM_LEDGER,
    RED_LIST,
    SCORE_BOOK,
    SET_ASIDE,
    TASK_LEDGER,
    WAIVERS,
    WORDS,
    YELLOW_LIST,
)
from schemas.words import Light


def no_rows(table: Table | Sheet) -> pd.DataFrame:
    """An empty frame with the columns of `table`."""
    return pd.DataFrame(columns=list(table.names), dtype=object)


@dataclass(frozen=True, eq=False)
class Meeting:
    """One meeting: what is given, as fields; what follows, as properties. Frames have object columns, blanks None.

    merged: rows in force; receipts: RECEIPTS, one row = one unit of the plan; found: all findings of this run,
    after waivers and trial rules; inspections: rows of 督查核查表; previous: what the period before left behind;
    replaced: what the run said that this one replaces, None on a first run;
    remarks: what people wrote into its workbooks and into those that this run replaces, None: those of `previous`;
    earlier_remarks: how the former stand there (WORDS rows both);
    delays: the entries of 延期事项 that count, one row = one unit × item (or all) × dimension → `until`; bonus: unit →
    its 加减分 at this meeting, where it has any; matters: the entries of 议定事项, closed ones among them;
    due: what units were asked to answer at this meeting (OWED). books: Sheet.key → the
    office's own entries that the next meeting knows again, KEPT. book: the plan as the office wrote it,
    whatever the day (None: `plan`); plan_before: what the meeting before went by; named: what a unit of that
    meeting is called now.
    """

    plan: Plan
    period: Period
    merged: Merged
    receipts: pd.DataFrame
    found: Sequence[Finding]
    inspections: pd.DataFrame
    previous: Previous | None = None
    replaced: Replaced | None = None
    remarks: pd.DataFrame | None = None
    earlier_remarks: pd.DataFrame = field(default_factory=partial(no_rows, WORDS))
    files: pd.DataFrame = field(default_factory=partial(no_rows, FILES))
    set_aside: pd.DataFrame = field(default_factory=partial(no_rows, SET_ASIDE))
    waivers: pd.DataFrame = field(default_factory=partial(no_rows, WAIVERS))
    notices: tuple[str, ...] = ()
    book: Plan | None = None
    plan_before: PlanBefore | None = None
    named: Callable[[object], object] = str
    delays: pd.DataFrame = field(default_factory=partial(no_rows, DELAYS))
    bonus: Mapping[str, Fraction] = field(default_factory=dict)
    matters: pd.DataFrame = field(default_factory=partial(no_rows, MATTERS))
    due: pd.DataFrame = field(default_factory=partial(no_rows, OWED))
    books: Mapping[str, pd.DataFrame] = field(
        default_factory=lambda: {key: no_rows(table) for key, table in KEPT.items()}
    )

    @property
    def before(self) -> Previous:
        """What the period before left behind; asked for only where there was one."""
        if self.previous is None:
            raise LookupError("this is the first meeting")
        return self.previous

    # rows and states

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """Sheet.key → the rows of that sheet in force."""
        return self.merged.tables

    @property
    def in_force(self) -> pd.DataFrame:
        """The rows of 事项 in force; one row = one item."""
        return self.merged.tables["items"]

    @cached_property
    def findings(self) -> pd.DataFrame:
        """FINDINGS; one row = one finding."""
        return findings_frame(self.found)

    @cached_property
    def states(self) -> pd.DataFrame:
        """The state of every item in every dimension, aligned with `in_force`."""
        return item_states(self.in_force, self.plan)

    @cached_property
    def suspicions(self) -> pd.Series[str]:
        """疑点 of every item, aligned with `in_force`."""
        tables = self.tables
        return doubts.item_suspicions(self.in_force, tables["authorisations"], tables["systems"], self.states)

    # inspections

    @cached_property
    def open_inspections(self) -> pd.DataFrame:
        """The rows of 督查核查表 that are open."""
        return doubts.open_inspections(self.inspections, self.period.meeting)

    @cached_property
    def open_kinds(self) -> dict[str, frozenset[str]]:
        """Unit → the kinds of its open inspection findings."""
        return doubts.open_kinds(self.open_inspections, self.period.meeting)

    @cached_property
    def open_counts(self) -> Mapping[str, int]:
        """Unit → the number of its open inspection findings."""
        return Counter(self.open_inspections["unit"])

    @cached_property
    def comparison(self) -> pd.DataFrame:
        """COMPARISON; one row = one inspection finding beside what the unit reported."""
        self_check = self.tables["self_check"]
        return comparison.compare(self.inspections, self.in_force, self.states, self_check, self.period.meeting)

    @cached_property
    def contradictions(self) -> pd.DataFrame:
        """CONTRADICTIONS; one row = one unit."""
        return comparison.contradiction_rates(self.comparison)

    # lights

    @cached_property
    def flags(self) -> Mapping[Dimension, pd.Series[str]]:
        """Dimension → why an item is 红 whatever its state, aligned with `in_force`."""
        return lights.red_flags(self.in_force, self.open_inspections)

    @cached_property
    def deadlines(self) -> Mapping[Dimension, pd.Series[Any]]:
        """Dimension → the own deadline of every item, aligned with `in_force`."""
        return lights.own_deadlines(self.in_force, self.delays, self.plan)

    @cached_property
    def own_lights(self) -> pd.DataFrame:
        """The light of every item in every dimension and its reason by its own word, aligned with `in_force`."""
        meeting = self.period.meeting
        return lights.item_lights(self.in_force, self.states, self.flags, self.plan, meeting, self.deadlines)

    @cached_property
    def lights(self) -> pd.DataFrame:
        """`own_lights` with 整改待核."""
        return lights.confirmed(self)

    @cached_property
    def unlisted(self) -> Mapping[str, int]:
        """Unit → items that its cover counts and no row shows."""
        return missing.unlisted_items(self.merged)

    @cached_property
    def leaving_out(self) -> frozenset[str]:
        """Units with a 漏报 or an unlisted item."""
        return frozenset(self.in_force.loc[missing.is_missing(self.in_force), "unit"]) | frozenset(self.unlisted)

    @cached_property
    def stray(self) -> Mapping[tuple[str, Dimension], list[str]]:
        """(unit, dimension) → open inspections that fit no applicable item, in words."""
        return lights.stray_inspections(self.open_inspections, self.in_force, self.states)

    @cached_property
    def tallies(self) -> Mapping[tuple[str, Dimension], units.Tally]:
        """(unit, dimension) → how its items stand."""
        counted = units.tallies(self.in_force, self.states, self.lights, self.flags, self.deadlines)
        return units.with_whole(counted, self.unlisted, self.stray, self.plan)

    @cached_property
    def unit_lights(self) -> pd.DataFrame:
        """One row = one unit × dimension: counts, rate, light and reason at this meeting."""
        never = merge.never_reported(self.receipts)
        return units.summary_rows(self.tallies, never, self.plan, self.period.meeting)

    @cached_property
    def whole_units(self) -> pd.DataFrame:
        """RED_LIST rows （单位整体）, 红 and 黄: what makes a unit × dimension so, whatever its items are."""
        found = units.whole_reasons(self.tallies, self.plan, self.period.meeting)
        return lists.whole_rows(found)

    @cached_property
    def silence(self) -> Mapping[str, history.Silence]:
        """Unit → how many meetings running it has been silent, and whose rows stand for it."""
        return history.silences(self.history_before, self.receipts)

    @cached_property
    def overall(self) -> pd.DataFrame:
        """整体 of 单位红黄绿; one row = one unit, plan order: unit, light, reason."""
        return units.overall_lights(self.unit_dimensions, self.plan)

    @cached_property
    def milestones(self) -> pd.DataFrame:
        """MILESTONES; one row = one unit × milestone."""
        return dated.milestone_lights(self.merged, self.states, self.previous, self.plan, self.period.meeting)

    @cached_property
    def clearances(self) -> pd.DataFrame:
        """CLEARANCES (三个无审批); one row = one unit."""
        zero = merge.zero_returns(self.merged)
        return units.clearances(
            self.plan, self.answers, self.in_force, self.states, self.open_kinds, self.unlisted, zero
        )

    # against the meeting before

    @cached_property
    def moved(self) -> changes.ItemChanges:
        """What moved since the meeting before, by item."""
        return changes.item_changes(self.in_force, self.states, self.previous, self.period.meeting)

    @property
    def changes(self) -> pd.DataFrame:
        """CHANGES (变化情况); one row = one change."""
        return self.moved.changes

    @cached_property
    def cell_changes(self) -> pd.DataFrame:
        """CELL_CHANGES; one row = one cell that a unit changed in its return."""
        return changes.cell_changes(self.merged, self.previous)

    @cached_property
    def matching(self) -> Matching:
        """Items in force now against those of the meeting before; only where there was one."""
        return match_items(self.in_force, self.before.tables["items"])

    @cached_property
    def comparable(self) -> frozenset[str]:
        """Units that returned for this meeting and were known at the one before."""
        return merge.returned(self.merged) & changes.units_known(self.previous) if self.previous else frozenset()

    @cached_property
    def tracking(self) -> pd.DataFrame:
        """TRACKING; one row = one problem or text known for two periods or more."""
        return follow(self.merged, self.states, self.plan, self.previous)

    @cached_property
    def to_verify(self) -> pd.DataFrame:
        """TO_VERIFY (需核实); one row = one thing for the office to look at."""
        return to_verify(self)

    @cached_property
    def paired(self) -> scores.Paired:
        """How the items in the matrix at both meetings stand now, and stood."""
        if self.previous is None or self.moved.matching is None:
            return scores.Paired((), Counter(), Counter())
        pairs = self.moved.matching.pairs
        return scores.paired_items(self.in_force, self.states, self.previous.matrix, pairs, self.plan)

    @cached_property
    def rates(self) -> Mapping[str, scores.Rates]:
        """Unit → its weighted rate now and at the meeting before, over the items in the matrix at both."""
        return self.paired.rates(self.plan)

    @cached_property
    def relabelled(self) -> Mapping[str, str]:
        """Unit → what it took out of the reckoning since the meeting before, in words."""
        return relabelled.relabelled(self)

    @cached_property
    def steps(self) -> list[scores.Step]:
        """How far each unit moved that can be compared with the meeting before."""
        return scores.steps(self.plan, self.rates, self.changes)

    # scores

    @cached_property
    def answers(self) -> dict[tuple[str, int], bool]:
        """(unit, question) → whether the answer is the good one."""
        return units.self_check_answers(self.tables["self_check"])

    @cached_property
    def contradicted(self) -> pd.DataFrame:
        """Good self-check answers that rows or an open inspection contradict; one row = one answer."""
        return doubts.self_check_contradictions(self.tables["self_check"], self.evidence)

    @cached_property
    def evidence(self) -> doubts.Evidence:
        """(unit, question) → what stands against a good answer."""
        return doubts.counter_evidence(self.in_force, self.tables["staff"], self.open_kinds, self.states, self.unlisted)

    @cached_property
    def counts_before(self) -> pd.DataFrame:
        """unit, dimension, applicable, done at the meeting before."""
        return history.last_counts(self.previous)

    @cached_property
    def own_shares(self) -> scores.Shares:
        """The shares of 自查, 任务 and 报送."""
        return (
            scores.self_check_shares(self.plan, self.answers, self.contradicted)
            | scores.task_shares(self.plan, self.tables["tasks"], self.period.meeting)
            | scores.reporting_shares(self.receipts, self.merged, self.wrong_rows, self.period)
        )

    @cached_property
    def wrong_rows(self) -> Collection[scores.WrongRow]:
        """The data rows with an 错误."""
        return scores.wrong_rows(self.merged, self.found)

    @cached_property
    def shares(self) -> scores.Shares:
        """(unit, part) → share of the part's weight that was earned."""
        of_dimensions = scores.dimension_shares(self.unit_lights)
        return of_dimensions | self.own_shares | scores.progress_shares(self.plan, self.rates, self.receipts)

    @cached_property
    def marks(self) -> Mapping[str, tuple[str, ...]]:
        """Unit → its 标记."""
        return scores.unit_marks(self.plan, self.receipts, self.unit_lights, merge.zero_returns(self.merged))

    @cached_property
    def standings(self) -> list[scores.Standing]:
        """Every unit with its score and rank, in order of rank."""
        return scores.standings(self.plan, self.shares, self.open_counts, self.marks, self.bonus, self.members)

    @property
    def members(self) -> Mapping[str, int]:
        """In a rollup, district → the number of its units, by which the cap of its deductions grows."""
        return {}

    @property
    def ranking_before(self) -> pd.DataFrame | None:
        """unit, rank at the meeting before; None when there was none."""
        return self.previous.ranking if self.previous else None

    @cached_property
    def ranking(self) -> pd.DataFrame:
        """评分排名; one row = one unit, in order of rank, 不参评 after them, 未报送 last."""
        before, ranges = scores.ranks(self.ranking_before), self.rank_ranges
        return scores.ranking_frame(self.plan, self.standings, self.shares, before, ranges)

    @cached_property
    def trials(self) -> list[robustness.Tried]:
        """Scores and ranks with one weight a fifth less or more, each part in turn."""
        return robustness.tried(self.plan, self.shares, self.standings)

    @cached_property
    def rank_ranges(self) -> Mapping[str, str]:
        """Unit → 名次区间."""
        return robustness.rank_ranges(self.standings, self.trials)

    @property
    def trial_rows(self) -> pd.DataFrame:
        """权重试算; one row = one unit, in the order of `ranking`."""
        return robustness.trial_frame(self.plan, self.shares, self.standings, self.trials)

    @property
    def robustness_rows(self) -> pd.DataFrame:
        """稳健性; one row = one unit, in the order of `ranking`."""
        return robustness.robustness_frame(self.trial_rows, self.ranking, self.plan.part_weights)

    @cached_property
    def doubts(self) -> list[robustness.Doubt]:
        """Proposals that hang on a tie or on one weight."""
        return robustness.doubts(self)

    @cached_property
    def score_parts(self) -> pd.DataFrame:
        """SCORE_PARTS (得分明细); one row = one unit × part."""
        return scores.score_parts(self.plan, self.shares)

    @cached_property
    def gains(self) -> Gains:
        """What each step would bring each unit."""
        return gains.gains(self)

    @cached_property
    def to_green(self) -> pd.DataFrame:
        """TO_GREEN (转绿还差); one row = one unit × dimension."""
        return gains.to_green(self)

    @cached_property
    def account(self) -> pd.DataFrame:
        """ACCOUNT (得分构成); one row = one unit × part, and the sums."""
        return account(self)

    @cached_property
    def overdue(self) -> dict[str, list[str]]:
        """Unit → its 红 lights for what is overdue, in words."""
        frames = (self.unit_lights, self.task_rows, self.problem_rows, self.milestones)
        return proposals.overdue_reds(*frames, self.period.meeting)

    @cached_property
    def proposals(self) -> pd.DataFrame:
        """PROPOSALS (表扬通报建议); one row = one proposal."""
        return proposals.proposals(self)

    @cached_property
    def _decided(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        return proposals.decided(
            self.proposals, remarks_of_people.of_book(self.remarks_known, SCORE_BOOK), self.standings
        )

    @property
    def decisions(self) -> pd.DataFrame:
        """DECISIONS (表扬通报建议); one row = one proposal or row that people added, with what the meeting decided."""
        return self._decided[0]

    @property
    def decisions_lost(self) -> pd.DataFrame:
        """DECISIONS_LOST; one row = what was decided at an earlier meeting, or written on a row that is gone."""
        return self._decided[1]

    # what else the notice asks for

    @cached_property
    def acceptance(self) -> pd.DataFrame:
        """ACCEPTANCE (检查验收); one row = one unit × goal whose deadline has passed."""
        return duties.acceptance(self)

    @cached_property
    def electronic(self) -> pd.DataFrame:
        """ELECTRONIC (四电); one row = one unit, the last one all of them."""
        return duties.electronic(self)

    @cached_property
    def to_merge(self) -> pd.DataFrame:
        """TO_MERGE (应改审核合一); one row = one item."""
        return duties.to_merge(self)

    @cached_property
    def step_modes(self) -> pd.DataFrame:
        """STEP_MODES (环节模式); one row = one unit, the last one all of them."""
        return duties.step_modes(self)

    @cached_property
    def leads(self) -> pd.DataFrame:
        """LEADS (移交线索); one row = one 明进暗不进 that is or was listed for 移交."""
        return duties.leads(self)

    # history

    @cached_property
    def history_before(self) -> pd.DataFrame:
        """HISTORY of the meetings before this one."""
        return history.history_before(self.previous, self.period)

    @cached_property
    def history(self) -> pd.DataFrame:
        """HISTORY (历史); one row = one unit × dimension × meeting, this one included."""
        return history.history_with_now(self.history_before, self.unit_lights, self.ranking, self.receipts, self.period)

    @cached_property
    def unit_dimensions(self) -> pd.DataFrame:
        """UNIT_SUMMARY (单位汇总); one row = one unit × dimension, with last period, streak and forecast."""
        return history.with_history(
            self.unit_lights, self.history_before, self.history, self.counts_before, self.plan, self.period
        )

    @cached_property
    def changed_by_rerun(self) -> pd.DataFrame:
        """RERUN; one row = one figure that is another than in the run that this one replaces."""
        return rerun.differences(self.history, self.replaced, self.period.meeting)

    @property
    def rerun(self) -> pd.DataFrame:
        """RERUN (重跑差异) as it is written."""
        return rerun.written(self.changed_by_rerun, self.replaced)

    # matrix and lists

    @cached_property
    def matrix(self) -> pd.DataFrame:
        """MATRIX (总矩阵); one row = one item, aligned with `in_force`."""
        change, suspicions = self.moved.change.rename("change"), self.suspicions.rename("suspicions")
        return lists.matrix_frame(self.in_force, self.states, self.lights, self.moved.first_done, change, suspicions)

    @cached_property
    def red_rows(self) -> pd.DataFrame:
        """RED_LIST before anybody wrote into it."""
        return lists.light_list(Light.RED, self.in_force, self.matrix, self.plan, self.deadlines, self.whole_units)

    @cached_property
    def yellow_rows(self) -> pd.DataFrame:
        """YELLOW_LIST before anybody wrote into it."""
        return lists.light_list(Light.YELLOW, self.in_force, self.matrix, self.plan, self.deadlines, self.whole_units)

    @cached_property
    def task_rows(self) -> pd.DataFrame:
        """TASK_LEDGER before anybody wrote into it."""
        rows = dated.task_lights(self.tables["tasks"], self.period.meeting, self.plan.thresholds.warn_days)
        return rows.reindex(columns=list(TASK_LEDGER.names))

    @cached_property
    def problem_rows(self) -> pd.DataFrame:
        """PROBLEM_LEDGER before anybody wrote into it."""
        rows = dated.problem_lights(self.tables["problems"], self.period.meeting, self.plan.thresholds.warn_days)
        rows = rows.assign(periods_open=periods_open(rows, self.previous))
        rows = matter_rules.with_replies(rows, self.replies, self.plan)
        return rows.reindex(columns=list(PROBLEM_LEDGER.names))

    # matters

    @cached_property
    def replies(self) -> matter_rules.Answers:
        """What units answer in 督办回复."""
        return matter_rules.Answers.of(self.tables["replies"])

    @cached_property
    def matter_rows(self) -> pd.DataFrame:
        """MATTER_LEDGER before anybody wrote into it."""
        since = self.previous.meeting if self.previous else None
        return matter_rules.matter_rows(self.matters, self.replies, self.plan, self.period.meeting, since)

    @cached_property
    def matter_progress(self) -> matter_rules.Progress:
        """How the matters of the meetings before stand."""
        return matter_rules.progress(self.matter_rows, self.period.meeting)

    @cached_property
    def unanswered(self) -> Mapping[str, int]:
        """Unit → how many of the things that it was asked to answer at this meeting it did not."""
        return matter_rules.unanswered(self.due, self.replies)

    @cached_property
    def _written_upon(self) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
        """The lists that people write into, by sheet, with what they wrote; and the remarks that found no row."""
        bare = {
            RED_LIST.name: self.red_rows,
            YELLOW_LIST.name: self.yellow_rows,
            TASK_LEDGER.name: self.task_rows,
            PROBLEM_LEDGER.name: self.problem_rows,
            MATTER_LEDGER.name: self.matter_rows,
        }
        return remarks_of_people.attach(bare, remarks_of_people.of_book(self.remarks_known, LEDGER_BOOK))

    @property
    def remarks_known(self) -> pd.DataFrame | None:
        """What people wrote into the workbooks before, WORDS columns."""
        return self.previous.remarks if self.remarks is None and self.previous else self.remarks

    @property
    def red_list(self) -> pd.DataFrame:
        """RED_LIST (红灯清单)."""
        return self._written_upon[0][RED_LIST.name]

    @property
    def yellow_list(self) -> pd.DataFrame:
        """YELLOW_LIST (黄灯清单)."""
        return self._written_upon[0][YELLOW_LIST.name]

    @property
    def tasks(self) -> pd.DataFrame:
        """TASK_LEDGER (任务台账); one row = one task."""
        return self._written_upon[0][TASK_LEDGER.name]

    @property
    def problems(self) -> pd.DataFrame:
        """PROBLEM_LEDGER (问题派发); one row = one problem."""
        return self._written_upon[0][PROBLEM_LEDGER.name]

    @cached_property
    def words_written(self) -> pd.DataFrame:
        """WORDS (批示); one row = one row beside which people's words stand in workbook 2 or 3, or stood before."""
        ledger, lost = self._written_upon
        written = remarks_of_people.written_rows
        return remarks_of_people.kept_words(
            written(ledger, lost, self.period.label, LEDGER_BOOK),
            written({DECISIONS.name: self.decisions}, self.decisions_lost, self.period.label, SCORE_BOOK),
            self.earlier_remarks,
        )

    @property
    def matter_list(self) -> pd.DataFrame:
        """MATTER_LEDGER (议定事项); one row = one matter that is open, or was closed since the meeting before."""
        return self._written_upon[0][MATTER_LEDGER.name]

    @property
    def remarks_lost(self) -> pd.DataFrame:
        """REMARKS_LOST (历史批示); one row = one remark whose row is gone."""
        return self._written_upon[1]

    # what people read

    @cached_property
    def plan_cells(self) -> pd.DataFrame:
        """PLAN_CELLS (工作方案); one row = one filled cell of the plan."""
        return pd.DataFrame(plan_cells(self.book or self.plan), columns=list(PLAN_CELLS.names), dtype=object)

    @cached_property
    def plan_changes(self) -> pd.DataFrame:
        """PLAN_CHANGES (口径变化); one row = one difference from the plan of the meeting before."""
        book = self.book or self.plan
        return plan_changes(self.plan_before, book, self.period.meeting, self.named)

    @property
    def caveat(self) -> str:
        """One sentence wherever a figure is compared with a meeting that went by another plan; "" where none did."""
        return caveat(self.plan_changes, self.plan_before.label) if self.plan_before else ""

    @cached_property
    def summary(self) -> tuple[str, ...]:
        """The facts of the run, one a line."""
        return summary(self.period, self.receipts, self.files, self.findings, (*told(self.plan_changes), *self.notices))

    @cached_property
    def front_page(self) -> tuple[FrontLine, ...]:
        """会前一页, one line a fact."""
        return tuple(front_page(self))

    @cached_property
    def briefing(self) -> Paper | None:
        """工作简报 as finished prose."""
        return briefing(self)


def worked_out(meeting: Meeting) -> Meeting:
    """The same meeting with every property known: a fault of ours ends the run before a file is written."""
    for kind in type(meeting).__mro__:
        for name, value in vars(kind).items():
            if isinstance(value, cached_property) and (meeting.previous or name != "matching"):
                getattr(meeting, name)
    return meeting
