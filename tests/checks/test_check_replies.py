"""督办回复: which matter or problem a row answers (contract §4)."""

from returned import PERIOD, PLAN, check, intake, returned, where

from pipeline.checks.returns import check_returns

ANSWERED = "编号|办理进展|是否办结|预计办结日期"


def test_a_row_says_what_it_answers_and_how_far_it_is():
    rows = f"{ANSWERED}\nY1|已开通|是|-\n-|已开通|是|-\nY1|再报|是|-\nY2|-|是|-\nY3|在办|否|-"
    assert check(returned(督办回复=rows)) == {
        ("HF-030", "编号5"),
        ("HF-032", "编号6"),
        ("HF-001", "办理进展7"),
        ("HF-005", "预计办结日期8"),
    }


def test_a_number_that_nobody_gave_out_is_said():
    taken = intake(returned(督办回复=f"{ANSWERED}\nY1|已开通|是|-\nY9|已开通|是|-"))
    found = check_returns(PLAN, PERIOD, taken, None, numbers=frozenset({"Y1"}))
    assert [(entry.code, where(taken, entry)) for entry in found] == [("HF-031", "编号5")]
