"""事项编码: how each is built (030 to 035); lost digits are said by the reader or by shape."""

from pipeline.checks.desk import Desk
from pipeline.findings import Finding

_NUMBER_OF_FAULT = {"length": "031", "character": "032", "check": "033", "placeholder": "034", "level": "035"}


def check_item_codes(desk: Desk) -> list[Finding]:
    """At most one finding a code; a blank one is only noted (contract §4, 事项编码)."""
    import numpy as np

    rows = desk.rows["items"]
    found = rows.mark(rows.sent["item_code"].isna(), "item_code", "030")
    for position, fault in enumerate(desk.code_faults):
        if fault:
            found += rows.mark_at(np.array([position]), "item_code", _NUMBER_OF_FAULT[fault[0]], **fault[1])
    return found
