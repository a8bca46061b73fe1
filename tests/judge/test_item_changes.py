"""事项变动: what became of an item by the office's word, at a day."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.judge.item_changes import confirmed_changes
from schemas.plan import ItemChange, load_plan
from schemas.words import ItemChangeKind

DAY = date(2023, 5, 26)
CODE = "11410404MB0A00018X20001010010"  # made up
CODE += "0" * (31 - len(CODE))
GONE = ItemChange("区司法局", "公证", CODE, ItemChangeKind.CANCELLED, basis="〔2023〕5号", effective_on=DAY)


def of(change, unit, code, name, day=DAY):
    return confirmed_changes(replace(load_plan(), item_changes=(change,)), day).of(unit, code, name)


@pytest.mark.parametrize(
    ("code", "name", "found"),
    [
        (CODE, "公证", True),
        (CODE, "公证（改了名的）", True),
        (CODE + "01", "公证（一）", True),
        (None, "公证", True),
        ("1" * 31, "公证", False),
        (None, "律师执业", False),
    ],
)
def test_an_item_is_found_by_its_code_then_its_name(code, name, found):
    assert bool(of(GONE, "区司法局", code, name)) is found


def test_a_row_without_a_code_speaks_of_every_item_of_that_name():
    assert of(replace(GONE, item_code=""), "区司法局", CODE, "公证")


def test_the_unit_may_be_called_by_any_of_its_names():
    alias = load_plan().unit_by_name["区司法局"].aliases[0]
    assert of(replace(GONE, unit=alias), "区司法局", CODE, "公证")
    assert not of(GONE, "区财政局", CODE, "公证")


@pytest.mark.parametrize("missing", [{"basis": ""}, {"effective_on": None}, {"effective_on": date(2023, 5, 27)}])
def test_what_is_not_confirmed_or_not_yet_changes_nothing(missing):
    assert of(replace(GONE, **missing), "区司法局", CODE, "公证") is None


def test_the_latest_word_counts():
    later = replace(GONE, kind=ItemChangeKind.HANDED_OVER, receiver="区财政局", effective_on=date(2023, 6, 1))
    plan = replace(load_plan(), item_changes=(later, GONE))
    assert confirmed_changes(plan, date(2023, 6, 9)).of("区司法局", CODE, "公证") == later
