from datetime import date

from matrix_rows import cover, covers_of, item, merged_of, previous_of

from pipeline.judge.changes import cell_changes
from pipeline.records import CARRIED


def changes(now, before, **options):
    merged = merged_of(covers_of(cover(**options), cover("乙局")), **now)
    earlier = merged_of(covers_of(cover(), cover("乙局")), **before)
    frame = cell_changes(merged, previous_of(covers=earlier.covers, tables=earlier.tables))
    return [tuple(row) for row in frame.itertuples(index=False)]


def test_cell_by_cell_in_the_words_of_the_sheet():
    now = {"items": [item(item_presence="已进驻", planned_on=date(2023, 5, 31), reason_open=None)]}
    before = {"items": [item(item_presence="推进中", planned_on=date(2023, 4, 30), reason_open="在等")]}
    assert changes(now, before) == [
        ("甲局", "事项", "事项一", "事项进驻", "推进中", "已进驻"),
        ("甲局", "事项", "事项一", "计划完成日期", "2023-04-30", "2023-05-31"),
        ("甲局", "事项", "事项一", "未到位原因", "在等", None),
    ]


def test_rows_that_came_and_went():
    assert changes({"items": [item(name="新")]}, {"items": [item(name="旧")]}) == [
        ("甲局", "事项", "新", "（新增一行）", None, "新"),
        ("甲局", "事项", "旧", "（减少一行）", "旧", None),
    ]


def test_percentages_as_people_write_them():
    row = {"unit": "甲局", "task_number": "1", "task_name": "清单", "progress": 0.5}
    found = changes({"tasks": [{**row, "progress": 0.8}]}, {"tasks": [row]})
    assert found == [("甲局", "任务", "1 清单", "完成进度", "50%", "80%")]


def test_a_telephone_number_is_not_printed():
    row = {"unit": "甲局", "role": "具体责任人", "name": "张三", "mobile": "13800000000"}
    found = changes({"contacts": [{**row, "mobile": "13900000000"}]}, {"contacts": [row]})
    assert found == [("甲局", "联系人", "具体责任人 张三", "手机", None, "已更新")]


def test_units_in_their_order_and_only_those_that_returned():
    now = {"items": [item("乙局", remark="乙"), item(remark="甲")]}
    before = {"items": [item("乙局"), item()]}
    assert [row[0] for row in changes(now, before)] == ["甲局", "乙局"]
    assert [row[0] for row in changes(now, before, carried=CARRIED)] == ["乙局"]


def test_a_first_period_changes_nothing():
    merged = merged_of(covers_of(cover()), items=[item()])
    assert not len(cell_changes(merged, None))
