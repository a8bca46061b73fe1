"""States, value by value (contract §5)."""

import pytest
from matrix_rows import item, items_of, plan_of

from pipeline.judge.states import exempt_items, item_states
from schemas.dimensions import Dimension
from schemas.tables import state_name

PLAN = plan_of()
ALL = [state_name(dimension) for dimension in Dimension]


def state(dimension: Dimension, **cells: object) -> str:
    return item_states(items_of(item(**cells)), PLAN).at[0, state_name(dimension)]


@pytest.mark.parametrize(
    ("dimension", "column", "expected"),
    [
        (Dimension.ITEM, "item_presence", {"已进驻": "到位", "推进中": "推进中", "未进驻": "未到位"}),
        (Dimension.WINDOW, "window_presence", {"综合窗口": "到位", "专业窗口": "到位", "未设窗口": "未到位"}),
        (Dimension.STAFF, "staff_presence", {"已进驻": "到位", "部分进驻": "推进中", "未进驻": "未到位"}),
        (
            Dimension.AUTHORITY,
            "authority",
            {"已授权": "到位", "部分授权": "推进中", "未授权": "未到位", "无需授权": "不适用"},
        ),
        (
            Dimension.SYSTEM,
            "system_state",
            {"已对接": "到位", "统一平台": "到位", "对接中": "推进中", "未对接": "未到位", "无系统": "不适用"},
        ),
        (Dimension.ONE_ID, "one_id", {"已实现": "到位", "推进中": "推进中", "未实现": "未到位", "不涉及": "不适用"}),
    ],
)
def test_each_value_has_its_state(dimension, column, expected):
    for value, wanted in {**expected, None: "待核", "说不清": "待核"}.items():
        assert state(dimension, **{column: value}) == wanted, value


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("大厅 大厅 线上 大厅", "到位"),
        ("无此环节 大厅 无此环节 无此环节", "到位"),
        ("大厅 无此环节 无此环节 大厅", "待核"),
        ("厅外 厅外 厅外 厅外", "未到位"),
        ("厅外 无此环节 厅外 无此环节", "未到位"),
        ("大厅 厅外 大厅 大厅", "推进中"),
        ("线上 厅外 无此环节 厅外", "推进中"),
        ("无此环节 无此环节 无此环节 无此环节", "待核"),
        ("大厅 大厅 大厅 -", "待核"),
        ("厅外 厅外 厅外 -", "待核"),
        ("大厅 大厅 大厅 楼上", "待核"),
    ],
)
def test_steps(steps, expected):
    names = ("step_accept", "step_review", "step_decide", "step_deliver")
    cells = {name: None if place == "-" else place for name, place in zip(names, steps.split(), strict=True)}
    assert state(Dimension.STEP, **cells) == expected


@pytest.mark.parametrize("mode", ["一审一核", "一审两核", "特别程序"])
@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("大厅 大厅 大厅 大厅", "到位"),
        ("无此环节 大厅 大厅 无此环节", "到位"),
        ("大厅 无此环节 大厅 大厅", "待核"),
        ("大厅 大厅 无此环节 大厅", "待核"),
        ("大厅 无此环节 无此环节 大厅", "待核"),
        ("厅外 无此环节 厅外 厅外", "待核"),
    ],
)
def test_a_mode_with_both_steps_needs_both(mode, steps, expected):
    names = ("step_accept", "step_review", "step_decide", "step_deliver")
    assert state(Dimension.STEP, step_mode=mode, **dict(zip(names, steps.split(), strict=True))) == expected


def test_without_a_readable_mode_no_step_is_needed():
    for mode in (None, "说不清"):
        assert state(Dimension.STEP, step_mode=mode, step_review="无此环节", step_decide="无此环节") == "到位"


def test_approved_negative_list_exempts_in_every_dimension():
    items = items_of(
        item(negative_list="是", approval_number="平龙政〔2023〕5号", step_accept=None),
        item(negative_list="是"),
        item(negative_list="否", approval_number="平龙政〔2023〕5号"),
    )
    states = item_states(items, PLAN)
    assert set(states.loc[0, ALL]) == {"不适用"}
    assert set(states.loc[1, ALL]) == set(states.loc[2, ALL]) == {"到位"}


def test_with_an_approved_list_the_item_must_be_on_it():
    listed = [
        {"unit": "甲局", "item_name": "名称相同"},
        {"unit": "甲局", "item_name": "有编码", "item_code": "A1"},
    ]
    plan = plan_of(negative_list=listed)
    claimed = {"negative_list": "是", "approval_number": "文号"}
    rows = {
        "by name": (item(name="名称相同", **claimed), True),
        "by name, though the item has a code": (item(name="名称相同", item_code="X", **claimed), True),
        "by code, though renamed": (item(name="改了名", item_code="A1", **claimed), True),
        "by name, the item having no code": (item(name="有编码", **claimed), True),
        "another code under the same name": (item(name="有编码", item_code="B2", **claimed), False),
        "another unit": (item("乙局", "名称相同", **claimed), False),
        "not listed": (item(name="别的", **claimed), False),
        "listed but not claimed": (item(name="名称相同"), False),
    }
    exempt = exempt_items(items_of(*(row for row, _ in rows.values())), plan)
    assert dict(zip(rows, exempt, strict=True)) == {case: wanted for case, (_, wanted) in rows.items()}


def test_no_items_give_no_states_and_the_index_is_kept():
    assert list(item_states(items_of(), PLAN).columns) == ALL
    items = items_of(item(), item()).set_axis([7, 3])
    assert list(item_states(items, PLAN).index) == [7, 3]
