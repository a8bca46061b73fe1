"""The plan: what ships is sound, and what contradicts itself is refused with one Chinese sentence."""

from datetime import date

import pytest

from schemas.plan import PlanError, default_tables, load_plan, period_of


def changed(table: str, row: int, **cells: object) -> dict[str, object]:
    """The default tables with some cells of one row changed."""
    rows = [dict(entry) for entry in default_tables()[table]]
    rows[row] |= cells
    return {table: rows}


def test_the_defaults_are_those_of_the_notice():
    plan = load_plan()
    assert len(plan.units) == 33
    assert plan.start == date(2023, 3, 3)
    assert plan.part_weights == {
        "事项": 20, "窗口": 5, "环节": 15, "人员": 10, "授权": 10, "系统": 10, "自查": 5, "任务": 10, "报送": 10, "进步": 5,
    }  # fmt: skip
    assert [str(entry.deadline) for entry in plan.dimensions] == ["2023-07-31"] * 2 + ["2023-10-31"] * 4 + ["None"]
    assert plan.goal_deadline["系统对接到位"] == date(2023, 10, 31)


def test_no_name_of_a_person_ships_in_the_defaults():
    text = str(default_tables())
    for person in ("李刚", "李 刚", "李圳军", "孙会敏", "刘大伟", "李学良"):
        assert person not in text


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        (changed("dimensions", 0, weight=30), "权重合计为 110，应为 100"),
        (changed("dimensions", 0, deadline="2023-02-30"), "不是日期"),
        (changed("dimensions", 0, deadline=date(2023, 3, 3)), "不晚于起始日期"),
        (changed("dimensions", 0, name="场地"), "“场地”不认识"),
        (changed("dimensions", 0, name="窗口"), "“窗口”写了不止一行"),
        (changed("units", 1, aliases=["区发改局"]), "别名“区发改局”同时属于区发改委和区教体局"),
        (changed("units", 1, id="U01"), "编号“U01”重复"),
        (changed("milestones", 0, evidence="听说"), "完成依据“听说”不认识"),
        ({"units": []}, "没有成员单位"),
        ({"weights": {"自查": 30}}, "恰好写明"),
        ({"start": "昨天"}, "起始日期“昨天”不是日期"),
        ({"negative_list": [{"unit": "区气象局", "item_name": "气象证明"}]}, "“区气象局”不在成员单位之中"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(overrides, said):
    with pytest.raises(PlanError) as refused:
        load_plan(overrides)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_dimension_that_the_plan_does_not_name_is_tracked_not_scored():
    named = [entry for entry in default_tables()["dimensions"] if entry["name"] != "一证通办"]
    assert load_plan({"dimensions": named[::-1]}).dimensions == load_plan().dimensions


def test_periods_are_numbered_by_the_meetings_before():
    plan = load_plan()
    meetings = [date(2023, 3, 31), date(2023, 3, 17), date(2023, 4, 28)]
    period = period_of(plan, date(2023, 4, 14), meetings)
    assert (period.number, period.cutoff, period.previous_meeting) == (3, date(2023, 4, 12), date(2023, 3, 31))
    assert period.folder == "第03期_2023-04-14"
    assert period_of(plan, date(2023, 3, 17), meetings).number == 1  # run again: its own folder is not before it


def test_the_digest_follows_the_content():
    plan = load_plan()
    assert plan.digest == load_plan().digest
    assert plan.digest != load_plan({"trial_rules": ["SX-025"]}).digest
