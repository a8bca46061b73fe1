"""Lights, scores and lists over districts: each district is to the rollup what a unit is to its office."""

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.matrix.history_rows import history_with_now, with_history
from pipeline.matrix.proposals import overdue_reds, proposals
from pipeline.matrix.ranking import ranking_frame, ranks, standings
from pipeline.matrix.scores import (
    REPORTING,
    SELF_CHECK,
    TASKS,
    Share,
    Shares,
    dimension_shares,
    not_applicable,
    progress_shares,
    score_parts,
)
from pipeline.matrix.unit_lights import Tally, overall_lights, summary_rows
from pipeline.records import Judgement, Merged
from pipeline.rollup.district import District
from schemas import ledger
from schemas.columns import Table
from schemas.plan import DimensionPlan, Period, Plan, Unit
from schemas.vocabulary import Light, Receipt

if TYPE_CHECKING:
    import pandas as pd


def plan_over(plan: Plan, districts: Sequence[District]) -> Plan:
    """The plan with the districts in the place of units; what only a single office has is left out."""
    units = tuple(Unit(f"{n:03d}", district.name, district.name) for n, district in enumerate(districts, 1))
    office = replace(plan.office, district="各区", name="应进必进汇总")
    return replace(plan, units=units, office=office, milestones=(), negative_list=(), items=())


def judge_districts(
    plan: Plan, period: Period, districts: Sequence[District], receipts: "pd.DataFrame", earlier: "pd.DataFrame"
) -> Judgement:
    """Judge the districts at the meeting of `period`.

    plan: `plan_over`; receipts: `district_receipts`; earlier: HISTORY of the rollups before, a district in
    the place of a unit.
    """
    as_of = period.meeting
    counted = {
        (district.name, entry.dimension): _tally(district.units, entry, as_of)
        for district in districts
        for entry in plan.dimensions
    }
    lit = summary_rows(counted, frozenset(), plan, as_of)
    before = _before(districts)
    shares = dimension_shares(lit) | progress_shares(plan, lit, before)
    for district in districts:
        shares |= _own_shares(district)
    marks = {d.name: (Receipt.CARRIED.value,) if d.meeting < as_of else () for d in districts}
    found = standings(plan, shares, {d.name: d.open_findings for d in districts}, marks)
    last = earlier[earlier["meeting"] == earlier["meeting"].max()] if len(earlier) else earlier
    ranking = ranking_frame(plan, found, shares, ranks(last))
    history = history_with_now(earlier, lit, ranking, receipts, period)
    complete = with_history(lit, earlier, history, before, plan, period)
    tasks, problems, milestones = map(_empty, (ledger.TASK_LEDGER, ledger.PROBLEM_LEDGER, ledger.MILESTONES))
    overdue = overdue_reds(complete, tasks, problems, milestones, as_of)
    return replace(
        _blank(),
        unit_dimensions=complete,
        overall=overall_lights(complete, plan),
        history=history,
        red_list=light_list(Light.RED, districts),
        yellow_list=light_list(Light.YELLOW, districts),
        score_parts=score_parts(plan, shares),
        ranking=ranking,
        proposals=proposals(plan, found, receipts, _empty(ledger.COMPARISON), complete, overdue),
    )


def _tally(units: "pd.DataFrame", entry: DimensionPlan, as_of: date) -> Tally:
    """A district's items in one dimension, its units together."""
    rows = units[units["dimension"] == str(entry.dimension)]
    sums = {
        name: int(rows[name].fillna(0).sum()) for name in ("applicable", "done", "pending", "red_items", "yellow_items")
    }
    on_time = entry.deadline is None or as_of <= entry.deadline
    # before the deadline, and where all is 到位, an item is 红 only for what was found or admitted
    flagged = sums["red_items"] if on_time or sums["done"] == sums["applicable"] else 0
    return Tally(sums["applicable"], sums["done"], sums["pending"], sums["red_items"], sums["yellow_items"], flagged)


def _before(districts: Sequence[District]) -> "pd.DataFrame":
    import pandas as pd

    rows = [
        (district.name, dimension, applicable, done)
        for district in districts
        for dimension, (done, applicable) in district.before.items()
    ]
    return pd.DataFrame(rows, columns=["unit", "dimension", "applicable", "done"], dtype=object)


def _own_shares(district: District) -> Shares:
    """自查, 任务 and 报送 over all units of a district."""
    good, doubtful, asked = district.answers
    listed, due, done = district.tasks
    units = max(sum(district.receipts.values()), 1)
    reporting = district.reporting / units
    task_share = Share(f"到期 {due} 项，完成 {done} 项", done, due) if due else not_applicable("没有到期的任务")
    said = "、".join(f"{receipt} {number}" for receipt in Receipt if (number := district.receipts[receipt]))
    return {
        (district.name, SELF_CHECK): Share(
            f"{asked} 题中 {good} 题为好，其中 {doubtful} 题与填报或督查矛盾", good - doubtful, max(asked, 1)
        ),
        (district.name, TASKS): task_share if listed else Share("没有任务清单", 0, 1),
        (district.name, REPORTING): Share(f"{units} 个单位平均（{said}）", reporting.numerator, reporting.denominator),
    }


def light_list(light: Light, districts: Sequence[District]) -> "pd.DataFrame":
    """红灯清单 or 黄灯清单 of the rollup; one row = one unit × dimension of a district with that light."""
    rows: list[dict[str, Any]] = []
    for district in districts:
        chosen = district.units[district.units["light"] == light]
        for row in chosen.to_dict("records"):
            rows.append(
                {
                    "unit": district.name,
                    "item_name": f"{row['unit']}（全单位）",
                    "dimension": row["dimension"],
                    "state": f"{row['done']}/{row['applicable']}",
                    "light": light.value,
                    "reason": row["reason"],
                    "deadline": row["deadline"],
                    "file": archive_name(district, row["file"]),
                    "sheet": ledger.UNIT_SUMMARY.name,
                    "row": row["row"],
                }
            )
    import pandas as pd

    frame = pd.DataFrame(rows, columns=list(ledger.RED_LIST.names), dtype=object)
    return frame.where(frame.notna(), None)


def archive_name(district: District, file: str) -> str:
    """The name in 来件/ of a district's workbook."""
    return f"{district.name}_{file}"


def district_receipts(districts: Sequence[District], findings: Sequence[Any], as_of: date) -> "pd.DataFrame":
    """报送情况 of the rollup; one row = one district; columns of RECEIPTS."""
    import pandas as pd

    rows = []
    for district in districts:
        own = [found.severity for found in findings if found.place.unit == district.name]
        receipt = Receipt.CARRIED if district.meeting < as_of else Receipt.ON_TIME
        counts = {"errors": own.count("错误"), "warnings": own.count("警示"), "notes": own.count("提示")}
        read = {"rows_read": district.items, "rows_used": district.items, "rows_set_aside": 0}
        file = archive_name(district, district.files[0][0].name)
        rows.append({"unit": district.name, "receipt": receipt.value, "file": file, "filled_on": district.meeting, **counts, **read})  # fmt: skip
    return pd.DataFrame(rows, columns=list(ledger.RECEIPTS.names), dtype=object)


def no_rows() -> Merged:
    """The rollup holds no row of a return: they stand in the districts' own workbooks."""
    return Merged(_empty(ledger.COVERS), {key: _empty(table) for key, table in ledger.MERGED.items()})


_TABLE_OF = {
    "items": ledger.MATRIX, "unit_dimensions": ledger.UNIT_SUMMARY, "history": ledger.HISTORY, "red_list": ledger.RED_LIST,
    "yellow_list": ledger.YELLOW_LIST, "tasks": ledger.TASK_LEDGER, "problems": ledger.PROBLEM_LEDGER,
    "milestones": ledger.MILESTONES, "clearances": ledger.CLEARANCES, "changes": ledger.CHANGES,
    "comparison": ledger.COMPARISON, "to_verify": ledger.TO_VERIFY, "score_parts": ledger.SCORE_PARTS,
    "proposals": ledger.PROPOSALS, "remarks_lost": ledger.REMARKS_LOST, "contradictions": ledger.CONTRADICTIONS,
    "tracking": ledger.TRACKING, "cell_changes": ledger.CELL_CHANGES,
}  # fmt: skip


def _blank() -> Judgement:
    """A judgement in which every list is empty."""
    tables = {entry.name: _TABLE_OF.get(entry.name, ledger.UNIT_SUMMARY) for entry in fields(Judgement)}
    return Judgement(**{name: _empty(table) for name, table in tables.items()})


def _empty(table: Table) -> "pd.DataFrame":
    import pandas as pd

    return pd.DataFrame(columns=list(table.names), dtype=object)
