"""Meetings held one after another on hand-made rows: judged, written to outputs and recalled."""

from datetime import date
from pathlib import Path

import pandas as pd

from pipeline.judge.merge import merge, receipts
from pipeline.meeting import Meeting
from pipeline.memory.folders import numbers_held
from pipeline.memory.state import recall
from pipeline.records import Merged
from pipeline.write.ledger import write_ledger
from pipeline.write.matrix import write_matrix
from schemas.plan import Plan, period_of
from tests.judge.matrix_rows import inspections_of, intake_of, plan_of

MARCH_17, MARCH_31, APRIL_14, APRIL_28 = date(2023, 3, 17), date(2023, 3, 31), date(2023, 4, 14), date(2023, 4, 28)
PLAN = plan_of()


def hold(
    outputs: Path, meeting: date, sent: Merged, *, inspections: pd.DataFrame | None = None, plan: Plan = PLAN
) -> Meeting:
    """Judge what was sent for one meeting and write the two workbooks that the next one reads."""
    period = period_of(plan, meeting, numbers_held(outputs))
    memory = recall(outputs, meeting)
    intake = intake_of(sent)
    merged = merge(intake, memory.previous, plan)
    receipts_by_unit = receipts(plan, period, intake, merged, ())
    found = inspections_of() if inspections is None else inspections
    held = Meeting(
        plan=plan,
        period=period,
        merged=merged,
        receipts=receipts_by_unit,
        found=(),
        inspections=found,
        previous=memory.previous,
        remarks=memory.remarks,
        earlier_remarks=memory.earlier_remarks,
    )
    folder = outputs / period.folder
    folder.mkdir(parents=True, exist_ok=True)
    write_matrix(folder / f"1-总矩阵_{period.label}.xlsx", held)
    write_ledger(folder / f"3-红黄绿督办台账_{period.label}.xlsx", held)
    return held
