"""The office's own two workbooks: 督查核查表 (DC) and 豁免事项 (HM), checked like a return (contract §4)."""

import pandas as pd

from pipeline.catalogue import RULES
from pipeline.checks.desk import Desk
from pipeline.checks.required import check_required_when
from pipeline.checks.rows import Rows
from pipeline.findings import Finding, suggestion
from pipeline.judge.suspicions import keys

#: Found beside the list of items by definition: it need not match an item.
_BEYOND_LIST = "清单外审批"


def check_office(desk: Desk) -> list[Finding]:
    """Everything beyond shape; findings of the office's sheets belong to no unit."""
    return [
        *check_required_when(desk.rows["inspections"], desk.plan),
        *_unmatched(desk),
        *_inspection_dates(desk),
        *_unknown_rules(desk.rows["waivers"]),
    ]


def _unmatched(desk: Desk) -> list[Finding]:
    """An inspection about an item that its unit's items, of now or carried, do not have."""
    rows = desk.rows["inspections"]
    items = _items_in_force(desk)
    known = rows.known
    found = keys(known, "item_code").isin(keys(items, "item_code").dropna())
    found |= keys(known, "item_name").isin(keys(items, "item_name").dropna())
    silent = set(desk.file_of_unit) - desk.all_known("items", "item_name")
    judged = known["unit"].isin(set(items["unit"]) - silent) & (known["kind"] != _BEYOND_LIST)
    lost = judged & ~found
    by_name = lost & known["item_name"].notna()
    by_code = lost & ~by_name & known["item_code"].notna()
    return [
        *rows.mark(by_name, "item_name", "031", unit=known["unit"]),
        *rows.mark(by_code, "item_code", "031", unit=known["unit"]),
    ]


def _items_in_force(desk: Desk) -> pd.DataFrame:
    names = ["unit", "item_code", "item_name"]
    items = desk.known("items")[names]
    if desk.previous is None:
        return items
    before = desk.previous.tables["items"]
    return pd.concat([items, before.loc[~before["unit"].isin(list(desk.file_of_unit)), names]])


def _inspection_dates(desk: Desk) -> list[Finding]:
    rows, state = desk.rows["inspections"], desk.known("inspections")["state"]
    found_on, closed_on = desk.days("inspections", "found_on"), desk.days("inspections", "closed_on")
    open_ = state.notna() & (state != "已销号") & closed_on.notna()
    return [
        *rows.mark(found_on > pd.Timestamp(desk.period.meeting), "found_on", "032", meeting=desk.period.meeting),
        *rows.mark(open_, "closed_on", "033", state=state),
        *rows.mark(~open_ & (closed_on < found_on), "closed_on", "034", found_on=rows.known["found_on"]),
    ]


def _unknown_rules(rows: Rows) -> list[Finding]:
    code = rows.known["rule_code"]
    unknown = code.notna() & ~code.isin(list(RULES))
    meant = code.where(unknown).map(lambda text: suggestion(text, list(RULES)) if isinstance(text, str) else "")
    return rows.mark(unknown, "rule_code", "031", suggestion=meant)
