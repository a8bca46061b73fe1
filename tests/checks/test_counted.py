"""A return that is wrong thousands of times: findings of one kind in a column are counted, not held one by one."""

import returned as r

from pipeline.checks.returns import check_returns
from pipeline.checks.rows import reported
from pipeline.findings import HELD_SINGLY, findings_frame, how_many, runs
from pipeline.judge.merge import merge, receipts
from pipeline.judge.scores import REPORTING, reporting_shares, wrong_rows
from schemas.words import Severity

ROWS = 1000
_LAST = r.FIRST_ROW + ROWS - 1


def wrong(rows=ROWS):
    """A return of many items of which each has one value that is in no list, and the last a second one."""
    lines = [f"-|事项{number}|许克|已进驻" for number in range(rows - 1)] + [f"-|事项{rows}|许克|进住"]
    return r.returned(事项="事项编码|事项名称|事项类型|事项进驻\n" + "\n".join(lines), 封面=f"事项总数\n{rows}")


def findings_of(entry):
    return check_returns(r.PLAN, r.PERIOD, r.intake(entry), None)


def test_a_few_hundred_of_a_kind_are_told_and_the_rest_is_one_finding():
    of_kind = [found for found in findings_of(wrong()) if found.code == "SX-002" and found.place.cell[0] == "C"]
    assert len(of_kind) == HELD_SINGLY + 1
    (rest,) = [found for found in of_kind if found.rows]
    assert rest.rows == tuple(range(r.FIRST_ROW + HELD_SINGLY, _LAST + 1))
    assert rest.problem == f"这一列还有 {ROWS - HELD_SINGLY} 处同样的问题（第 {r.FIRST_ROW + HELD_SINGLY}–{_LAST} 行）"
    assert (rest.place.row, rest.place.cell) == (0, f"C{r.FIRST_ROW + HELD_SINGLY}")


def test_counts_and_wrong_rows_are_exact():
    intake, findings = r.intake(wrong()), findings_of(wrong())
    frame = findings_frame(findings)
    errors = sum(found.count for found in findings if found.severity is Severity.ERROR)
    assert how_many(frame, Severity.ERROR) == errors >= ROWS + 1
    merged = merge(intake, None, r.PLAN)
    sent = receipts(r.PLAN, r.PERIOD, intake, merged, findings).set_index("unit")
    assert sent.at[r.UNIT, "errors"] == errors
    share = reporting_shares(sent.reset_index(), merged, wrong_rows(merged, findings), r.PERIOD)[r.UNIT, REPORTING]
    assert f"有错误的 {ROWS} 行" in share.explanation


def test_cells_that_reading_could_not_make_out_are_known_beyond_those_told_singly():
    (rest,) = [found for found in findings_of(wrong()) if found.rows and found.place.cell[0] == "C"]
    assert ("", rest.place.sheet, f"C{_LAST}") in {("", tab, cell) for _, tab, cell in reported([rest]).unreadable}


def test_another_file_has_its_own_count():
    other = r.returned(r.OTHER, 事项="事项类型\n许克")
    found = check_returns(r.PLAN, r.PERIOD, r.intake(wrong(), other), None)
    assert [entry.rows for entry in found if entry.place.unit == r.OTHER and entry.code == "SX-002"] == [()]


def test_rows_as_people_read_them():
    assert runs([9, 3, 5, 6, 7, 7]) == ["3", "5–7", "9"]
