"""豁免 of what is found while reading: by 事项编码, by 事项名称 and by cell alike."""

import pandas as pd
import pytest
from sent import PERIOD, sent, taken_in

from pipeline.checks.waivers import WAIVED, apply_waivers
from schemas.returns.waivers import SHEET

UNIT, ROW = "区发改委", 2
WAIVER = {
    "unit": UNIT,
    "rule_code": "SX-008",
    "reason": "待上级确定",
    "approved_by": "专班办公室主任",
    "expires_on": PERIOD.meeting,
    "file": "豁免事项.xlsx",
    "sheet": SHEET.name,
    "row": 4,
}


@pytest.mark.parametrize("scope", ["item_code", "item_name", "cell", ""])
def test_a_waiver_hits_what_reading_found_in_a_row(scope):
    spoilt = sent(UNIT)
    _, cell = spoilt.put("items", ROW, "planned_on", "约7月")
    (found,) = (entry for entry in taken_in([spoilt]).findings if entry.code == "SX-008")
    names = {**spoilt.rows("items")[ROW], "cell": cell, "": None}
    assert names["item_code"], "the item has a code, and its name must be known all the same"
    for said, status in ((names[scope], WAIVED), ("别的事项", "")):
        waivers = pd.DataFrame([WAIVER | {"scope": said}], dtype=object)
        (entry,), listed = apply_waivers([found], waivers, (), PERIOD.meeting)
        assert (entry.status, listed.at[0, "hits"]) == (status, int(status == WAIVED))
