"""Two periods by hand: what moved, since when it is 到位, and what the list says."""

from datetime import date

import pandas as pd
from matrix_rows import NOTHING, cover, covers_of, item, items_of, plan_of, previous_of

from pipeline.judge.changes import ALL_ITEMS, FIRST_PERIOD, item_changes, move_of
from pipeline.judge.states import item_states
from schemas.dimensions import Dimension
from schemas.tables import MATRIX, first_done_name

MARCH_31, APRIL_14 = date(2023, 3, 31), date(2023, 4, 14)
PLAN = plan_of()
DONE_ITEM, DONE_WINDOW = first_done_name(Dimension.ITEM), first_done_name(Dimension.WINDOW)


def matrix_of(*rows, first_done=None):
    """The previous matrix of these items; first_done: what 首次到位 says of every item."""
    items = items_of(*rows)
    frame = pd.concat([items, item_states(items, PLAN)], axis=1).reindex(columns=list(MATRIX.names)).astype(object)
    for dimension in Dimension:
        frame[first_done_name(dimension)] = (first_done or {}).get(dimension)
    return frame.where(frame.notna(), None)


def compared(now, before, **first_done):
    items = items_of(*now)
    known = {Dimension[name]: day for name, day in first_done.items()}
    units = dict.fromkeys(row["unit"] for row in before)
    previous = previous_of(matrix=matrix_of(*before, first_done=known), covers=covers_of(*map(cover, units)))
    return item_changes(items, item_states(items, PLAN), previous, APRIL_14)


def rows_of(changes):
    names = ["unit", "item_name", "dimension", "change", "before", "after", "remark"]
    return [tuple(row) for row in changes.changes[names].itertuples(index=False)]


def test_the_first_period_has_nothing_to_compare_with():
    items = items_of(item(), item(name="事项二", **NOTHING))
    changes = item_changes(items, item_states(items, PLAN), None, APRIL_14)
    assert changes.change.tolist() == [FIRST_PERIOD, FIRST_PERIOD]
    assert changes.first_done[DONE_ITEM].tolist() == [APRIL_14, None]
    assert not len(changes.changes)


def test_an_item_gains_and_loses_dimensions():
    before = item(item_presence="推进中", window_presence="未设窗口", system_state="已对接", staff_presence="未进驻")
    now = item(item_presence="已进驻", window_presence="综合窗口", system_state="对接中", staff_presence="部分进驻")
    changes = compared([now], [before])
    assert changes.change.tolist() == ["新增到位：事项、窗口；倒退：系统；其他变化：人员"]
    assert rows_of(changes) == [
        ("甲局", "事项一", "事项", "新增到位", "推进中", "到位", None),
        ("甲局", "事项一", "窗口", "新增到位", "未到位", "到位", None),
        ("甲局", "事项一", "人员", "其他变化", "未到位", "推进中", None),
        ("甲局", "事项一", "系统", "倒退", "到位", "推进中", None),
    ]


def test_how_a_state_moves():
    assert move_of("推进中", "到位") == "新增到位"
    assert move_of("不适用", "到位") == "新增到位"
    assert move_of("到位", "未到位") == "倒退"
    assert move_of("到位", "待核") == "倒退"
    assert move_of("推进中", "未到位") == "倒退"
    assert move_of("到位", "不适用") == "其他变化"
    assert move_of("未到位", "推进中") == "其他变化"
    assert move_of("待核", "未到位") == "其他变化"
    assert move_of("到位", "到位") == "无变化"


def test_first_done_is_kept_through_a_setback_and_dated_when_it_is_new():
    changes = compared([item(item_presence="未进驻")], [item(window_presence="未设窗口")], ITEM=MARCH_31)
    assert changes.first_done[DONE_ITEM].tolist() == [MARCH_31]
    assert changes.first_done[DONE_WINDOW].tolist() == [APRIL_14]


def test_an_item_of_which_nothing_moved_is_not_listed():
    changes = compared([item()], [item()])
    assert changes.change.tolist() == ["无变化"]
    assert rows_of(changes) == []


def test_a_code_identifies_an_item_whatever_its_name():
    changes = compared(
        [item(name="食品经营许可（新）", item_code="A1", remark="按新目录改名")],
        [item(name="食品经营许可", item_code="A1")],
    )
    assert changes.change.tolist() == ["改名（原名“食品经营许可”）"]
    assert rows_of(changes) == [
        ("甲局", "食品经营许可（新）", "事项名称", "改名", "食品经营许可", "食品经营许可（新）", "按新目录改名")
    ]


def test_without_a_code_the_name_identifies_and_a_new_code_is_noted():
    changes = compared([item(item_code="A1")], [item()])
    assert changes.change.tolist() == ["其他变化：事项编码"]
    assert changes.first_done[DONE_ITEM].tolist() == [APRIL_14]  # the earlier matrix knew no date


def test_rows_may_move_and_share_a_name():
    before = [item(name="同名", item_code="A1"), item(name="同名", item_code="A2", **NOTHING), item(name="甲")]
    now = [item(name="甲"), item(name="同名", item_code="A2", **NOTHING), item(name="同名", item_code="A1")]
    assert compared(now, before).change.tolist() == ["无变化"] * 3


def test_items_that_came_and_items_that_went():
    changes = compared([item(), item(name="新来的")], [item(), item(name="走了的", item_code="B9")])
    assert changes.change.tolist() == ["无变化", "新增事项"]
    assert rows_of(changes) == [
        ("甲局", "新来的", None, "新增事项", "不在列", "在列", None),
        ("甲局", "走了的", None, "减少事项", "在列", "不在列", None),
    ]


def test_an_item_taken_over_by_another_unit_says_so():
    changes = compared([item(), item("乙局", "走了的", item_code="B9")], [item(), item(name="走了的", item_code="B9")])
    assert ("甲局", "走了的", None, "减少事项", "在列", "不在列", "同一编码本期由乙局填报") in rows_of(changes)


def test_the_first_return_of_a_unit_is_one_line():
    changes = compared([item(), item("乙局", "一"), item("乙局", "二")], [item()])
    assert changes.change.tolist() == ["无变化", "新增事项", "新增事项"]
    assert rows_of(changes) == [("乙局", ALL_ITEMS, None, "新增事项", None, "2 项", "该单位首次报送")]


def test_a_unit_without_items_before_is_known_by_its_cover():
    items = items_of(item())
    previous = previous_of(covers=covers_of(cover(item_total=0)))
    changes = item_changes(items, item_states(items, PLAN), previous, APRIL_14)
    assert rows_of(changes) == [("甲局", "事项一", None, "新增事项", "不在列", "在列", None)]
