"""封面: period, dates, signature and seal (contract §4, §7)."""

from pipeline.checks.desk import Desk
from pipeline.findings import Finding


def check_cover(desk: Desk) -> list[Finding]:
    """The cover by itself; 事项总数 is checked against the rows in `across_sheets`."""
    import pandas as pd

    rows, period = desk.rows["cover"], desk.period
    stated = pd.to_numeric(rows.known["period"], errors="coerce")
    other = stated.notna() & (stated != period.number)
    late = desk.days("cover", "filled_on") > pd.Timestamp(period.meeting)
    return [
        *rows.mark(other, "period", "030", period=period.number),
        *rows.mark(late, "filled_on", "031", meeting=period.meeting),
        *rows.mark(rows.known["signed"] == "否", "signed", "032"),
        *rows.mark(rows.known["sealed"] == "否", "sealed", "033"),
    ]
