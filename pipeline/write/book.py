"""What the writers may print: everything known at the end of a run, computed elsewhere."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.records import Briefing, FrontLine, Judgement, Merged, Previous
from schemas.plan import Period, Plan

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Book:
    """One run, ready to be written. Frames have the columns of their table in `schemas.tables`.

    findings: `pipeline.findings.findings_frame` of all findings, waived and trial ones included.
    summary: the closing lines of the run as a person reads them, one fact a line.
    front_page, briefing: made by `matrix/front_page` and `matrix/briefing_text` from the judgement.
    """

    plan: Plan
    period: Period
    merged: Merged
    judgement: Judgement
    receipts: "pd.DataFrame"
    files: "pd.DataFrame"
    set_aside: "pd.DataFrame"
    findings: "pd.DataFrame"
    waivers: "pd.DataFrame"
    previous: Previous | None = None
    summary: tuple[str, ...] = ()
    front_page: tuple[FrontLine, ...] = ()
    briefing: Briefing | None = None
