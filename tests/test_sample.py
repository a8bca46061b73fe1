"""Believable returns: the same every time, valid by the declarations, moving forward over periods."""

from collections import Counter
from datetime import date, timedelta

import pytest

from pipeline.sample import Nature, sample_return, sample_returns
from pipeline.sample.items import credit_code, pace
from schemas.dimensions import open_item
from schemas.plan import Unit, load_plan, period_of
from schemas.returns import BY_KEY, TABLES
from schemas.returns.self_check import GOOD_ANSWER

PLAN = load_plan()
MEETINGS = [date(2023, 3, 17) + timedelta(days=14 * n) for n in range(6)]
PERIODS = [period_of(PLAN, meeting, MEETINGS) for meeting in MEETINGS]
AFTER_JULY = period_of(PLAN, date(2023, 8, 4), MEETINGS)


def everything(period, **options):
    import pandas as pd

    returns = sample_returns(PLAN, period, **options)
    return {
        sheet.key: pd.DataFrame([row for one in returns for row in one.tables[sheet.key]], dtype=object)
        for sheet in TABLES
    }


def test_same_arguments_same_returns():
    assert sample_returns(PLAN, PERIODS[2], seed=5) == sample_returns(PLAN, PERIODS[2], seed=5)
    assert sample_returns(PLAN, PERIODS[2], seed=5) != sample_returns(PLAN, PERIODS[2], seed=6)


@pytest.mark.parametrize("period", [PERIODS[0], PERIODS[5], AFTER_JULY], ids=lambda period: str(period.meeting))
def test_every_table_obeys_its_declaration(period):
    for key, frame in everything(period).items():
        sheet = BY_KEY[key]
        if sheet.optional:  # answered only where something was asked
            assert frame.empty
            continue
        assert tuple(frame.columns) == sheet.names
        sheet.to_pandera().validate(frame)
        for column in sheet.columns:
            if condition := column.needed_when(PLAN):
                needed = condition.mask(frame)
                assert frame.loc[needed, column.name].notna().all(), f"{sheet.name}·{column.title}"


@pytest.mark.parametrize("period", [PERIODS[0], PERIODS[5], AFTER_JULY], ids=lambda period: str(period.meeting))
def test_plan_dates_lie_between_the_meeting_and_the_deadline(period):
    items = everything(period)["items"]
    open_items = items[open_item(PLAN).mask(items)]
    assert len(open_items) > 0
    assert (open_items["planned_on"] >= period.meeting).all()
    july = open_items["item_presence"].ne("已进驻") | open_items["window_presence"].eq("未设窗口")
    assert (open_items.loc[july, "planned_on"] <= date(2023, 7, 31)).all()
    assert (open_items["planned_on"] <= date(2023, 10, 31)).all()


def test_a_correct_return_raises_no_suspicion():
    for one in sample_returns(PLAN, PERIODS[3]):
        items = one.tables["items"]
        live = [item for item in items if item["negative_list"] == "否"]
        steps = ("step_accept", "step_review", "step_decide", "step_deliver")
        outside = [item for item in live if any(item[step] == "厅外" for step in steps)]
        for item in live:
            if item["item_presence"] == "已进驻":
                assert item not in outside
                assert item["staff_presence"] == "已进驻"
                assert item["authority"] == "已授权"
            assert not (item["step_accept"] != "厅外" and "厅外" in (item["step_review"], item["step_decide"])), (
                "疑似体外循环"
            )
        letters = {row["item_name"] for row in one.tables["authorisations"]}
        assert {item["item_name"] for item in items if item["authority"] == "已授权"} == letters
        registered = {row["system_name"] for row in one.tables["systems"]}
        assert {item["system_name"] for item in items if item["system_name"]} <= registered
        good = {
            int(row["number"]): row["answer"] == GOOD_ANSWER[int(row["number"])] for row in one.tables["self_check"]
        }
        assert good[3] == all(item["item_presence"] == "已进驻" for item in live)
        assert good[8] == good[6] == (not outside)


def test_both_check_digits_of_a_credit_code():
    # 11410404MB0A000182 是领域资料中给出的虚构代码：主体标识码 MB0A0001 的校验位是 8，全码的校验位是 2。
    unit = Unit("U", "某局", "某局", credit_prefixes=("11410404",))
    assert credit_code(unit, 1) == "11410404MB0A000182"


def test_codes_have_31_characters_and_never_repeat():
    codes = list(everything(PERIODS[0], items_per_unit=60)["items"]["item_code"])
    assert {len(code) for code in codes} == {31}
    assert len(set(codes)) == len(codes) == 33 * 60
    assert len({code[19:] for code in codes}) == len(codes), "别的单位的基本编码"
    assert {code[:2] for code in codes} == {"11", "12", "91"}


def test_blank_codes_only_when_asked():
    assert everything(PERIODS[0])["items"]["item_code"].notna().all()
    some = everything(PERIODS[0], nature=Nature(0.5, blank_codes=0.2))["items"]["item_code"]
    assert 0.1 < some.isna().mean() < 0.3


def test_items_stay_and_only_move_forward():
    order = {"未进驻": 0, "推进中": 1, "已进驻": 2}
    before = everything(PERIODS[0])["items"]
    for period in PERIODS[1:]:
        after = everything(period)["items"]
        assert list(after["item_code"]) == list(before["item_code"])
        assert list(after["item_name"]) == list(before["item_name"])
        moved = after["item_presence"].map(order) - before["item_presence"].map(order)
        assert (moved >= 0).all()
        assert (moved > 0).any()
        before = after


def test_setbacks_only_when_asked():
    steady = everything(PERIODS[4], nature=Nature(0.7))["items"]["item_presence"]
    shaken = everything(PERIODS[4], nature=Nature(0.7, setbacks=0.1))["items"]["item_presence"]
    fallen = (steady == "已进驻") & (shaken != "已进驻")
    assert 0 < fallen.sum() < len(steady) * 0.15
    assert not ((steady != "已进驻") & (shaken == "已进驻")).any()


def test_any_number_of_items_with_names_of_their_own():
    unit = PLAN.unit_by_name["区统计局"]
    many = sample_return(PLAN, PERIODS[0], unit, items=300).tables["items"]
    few = sample_return(PLAN, PERIODS[0], unit, items=3).tables["items"]
    names = [item["item_name"] for item in many]
    assert len(set(names)) == 300
    assert names[:3] == [item["item_name"] for item in few]


def test_zero_return():
    zero = sample_return(PLAN, PERIODS[0], PLAN.unit_by_name["区金融局"], items=0)
    assert zero.cover["item_total"] == 0
    assert zero.tables["items"] == zero.tables["systems"] == zero.tables["authorisations"] == []
    assert all(row["answer"] == GOOD_ANSWER[int(row["number"])] for row in zero.tables["self_check"])


def test_units_of_another_district():
    plan = load_plan({"units": [{"id": "A", "name": "湖滨区水务局", "full_name": "湖滨区水务局"}]})
    period = period_of(plan, date(2023, 3, 17), [])
    (one,) = sample_returns(plan, period, items_per_unit=12)
    assert one.cover["item_total"] == 12
    assert Counter(len(item["item_code"]) for item in one.tables["items"]) == {31: 12}


def test_pace_follows_the_calendar():
    assert pace(PLAN, date(2023, 3, 3)) == pytest.approx(0.45)
    assert pace(PLAN, date(2023, 10, 31)) == pytest.approx(1.0)
    assert pace(PLAN, date(2024, 1, 1)) == pytest.approx(1.0)
