"""Meetings held one after another on hand-made rows: judged, written to outputs and recalled."""

from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.judge.judge import judge
from pipeline.judge.merge import merge, receipts
from pipeline.memory.state import earlier_meetings, recall
from pipeline.records import Judgement, Merged
from pipeline.write.book import Book
from pipeline.write.ledger import write_ledger
from pipeline.write.matrix import write_matrix
from schemas.plan import Plan, period_of
from schemas.tables import FILES, FINDINGS, SET_ASIDE, WAIVERS
from tests.judge.matrix_rows import inspections_of, intake_of, plan_of

MARCH_17, MARCH_31, APRIL_14, APRIL_28 = date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14), date(2023, 4, 28)
PLAN = plan_of()


def hold(
    outputs: Path, meeting: date, sent: Merged, *, inspections: pd.DataFrame | None = None, plan: Plan = PLAN
) -> Judgement:
    """Judge what was sent for one meeting and write the two workbooks that the next one reads."""
    return book_of(outputs, meeting, sent, inspections=inspections, plan=plan).judgement


def book_of(
    outputs: Path, meeting: date, sent: Merged, *, inspections: pd.DataFrame | None = None, plan: Plan = PLAN
) -> Book:
    """The same; everything that was known at that meeting."""
    period = period_of(plan, meeting, earlier_meetings(outputs))
    memory = recall(outputs, meeting)
    intake = intake_of(sent)
    merged = merge(intake, memory.previous, plan)
    receipts_by_unit = receipts(plan, period, intake, merged, ())
    found = inspections_of() if inspections is None else inspections
    judgement = judge(plan, period, merged, receipts_by_unit, (), found, memory.previous, memory.remarks)
    book = Book(
        plan=plan,
        period=period,
        merged=merged,
        judgement=judgement,
        receipts=receipts_by_unit,
        files=_none(FILES.names),
        set_aside=_none(SET_ASIDE.names),
        findings=_none((*FINDINGS.names, "row", "table", "subject", "status", "after")),
        waivers=_none(WAIVERS.names),
        previous=memory.previous,
    )
    folder = outputs / period.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_matrix(folder / f"1-总矩阵_{period.label}.xlsx", book)
    write_ledger(folder / f"3-红黄绿督办台账_{period.label}.xlsx", book)
    return book


def _none(names: tuple[str, ...]) -> pd.DataFrame:
    return pd.DataFrame(columns=list(names), dtype=object)
