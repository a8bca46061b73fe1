import pickle
from datetime import date

import pytest
from drawn import COVER, ROSTER, aside, drawn, read, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.raw import NO_RESULT, PICTURE, RawBook, RawSheet
from pipeline.intake.read import read_office, read_return
from schemas.returns import TEMPLATE, inspection

STAFF = """
审批人员进驻情况
所有涉及审批环节的人员，一人一行。
*姓名 | *岗位 | *是否进驻 | 进驻日期 | 未进驻原因 | 填报提示
张三 | 受理 | 是 | 2023-03-01 | · | ·
李四 | 审核 | 否 | · | 场地未定 | ·
"""


def test_a_table_is_read_with_its_addresses():
    reading = read(drawn("人员", STAFF))
    (table,) = reading.tables["staff"]
    assert rows(reading, "staff", "name", "post", "present", "present_since", "absent_reason") == [
        ("张三", "受理", "是", date(2023, 3, 1), None),
        ("李四", "审核", "否", None, "场地未定"),
    ]
    assert table.row_numbers == [4, 5]
    assert (table.layout.sheet, table.layout.table, table.layout.header_row) == ("人员", "staff", 3)
    assert table.layout.letters["absent_reason"] == "E"
    assert said(reading) == set()
    assert reading.rows_read == 2


def test_a_reading_travels_between_processes():
    reading = read(drawn("人员", STAFF))
    assert pickle.loads(pickle.dumps(reading)) == reading


def test_missing_sheets_and_columns_are_said_once():
    reading = read(drawn("人员", "姓名 | 岗位 | 进驻日期\n张三 | 受理 | ·"))
    codes = sorted(entry.code for entry in reading.findings)
    assert codes == ["LX-011", "RW-011", "RY-010", "SQ-011", "SX-011", "WT-011", "XT-011", "ZC-011"]
    assert (
        next(entry for entry in reading.findings if entry.code == "RY-010").problem
        == "“人员”表里找不到“是否进驻”这一列"
    )
    assert rows(reading, "staff", "name", "present") == [("张三", None)]


def test_a_tab_whose_header_is_gone():
    reading = read(drawn("人员", "张三 | 受理 | 是\n李四 | 审核 | 是"))
    assert ("RY-017", "") in said(reading)
    assert "staff" not in reading.tables


def test_an_unknown_column_with_content_is_said_and_a_near_miss_suggested():
    reading = read(drawn("人员", "姓名 | 岗位 | 是否进住 | 工号 | 空列\n张三 | 受理 | 是 | 007 | ·"))
    assert said(reading) == {("RY-010", ""), ("RY-012", "C1"), ("RY-012", "D1")}
    near = next(entry for entry in reading.findings if entry.place.cell == "C1")
    assert near.problem == "“人员”表里的“是否进住”列不在填报表之内，没有采用，是不是要填“是否进驻”？"


def test_content_beside_the_table_is_said():
    reading = read(drawn("人员", "姓名 | 岗位 | 是否进驻 | ·\n张三 | 受理 | 是 | 下月调走"))
    assert said(reading) == {("RY-012", "D1")}
    assert "“D（没有表头）”列" in next(entry.problem for entry in reading.findings if entry.code == "RY-012")


FOOTERS = (
    "以下空白", "——以下空白——", "（以下无正文）", "此页无正文", "以下没有数据", "单位盖章处", "请加盖公章处", "其中：", "其中：行政许可12项",
    "……", "...", "＝＝＝＝", "制表人", "审核人签字", "联系电话：0375-2536288", "电话2536288", "续表", "（接上页）", "转下页",
    "未完待续", "第1页 共2页", "- 第1页 -", "数据来源：权责清单", "抄送：区委办", "主管领导意见：", "略", "（完）", "END", "填报结束",
    "此行空白", "打印时间：2023-5-1", "以上内容属实", "特此说明", "无其他事项", "见附件1", "附件：1.委托书",
)  # fmt: skip
NAMES_LIKE_FOOTERS = (
    "空白票据领用", "结束公告", "续展注册", "等级评定", "完税证明", "送达回证", "附件审核", "报废车辆回收",
    "其中药经营许可", "以下简称备案", "统计", "印章刻制业特种行业许可", "第三方检测机构认定", "页岩气开采",
)  # fmt: skip


@pytest.mark.parametrize("text", FOOTERS)
def test_what_closes_a_table_is_no_item(text):
    reading = read(drawn("事项", f"事项编码 | 事项名称 | 事项类型\n1 | 甲 | 行政许可\n· | {text} | ·\n{text} | · | ·"))
    assert [len(block.rows) for block in reading.tables["items"]] == [1]
    assert {entry.reason for entry in reading.set_aside} <= {
        "表尾文字",
        "落款行",
        "说明文字",
        "合计行",
        "说明本表没有内容（零报告）",
    }


@pytest.mark.parametrize("text", NAMES_LIKE_FOOTERS)
def test_a_name_that_begins_like_a_footer_is_an_item(text):
    reading = read(drawn("事项", f"事项编码 | 事项名称 | 事项类型\n1 | 甲 | 行政许可\n· | {text} | ·"))
    assert len(reading.tables["items"][0].rows) == 2


def test_rows_that_are_no_data_are_set_aside_with_a_reason():
    reading = read(
        drawn(
            "人员",
            """
            序号 | 姓名 | 岗位 | 是否进驻 | 未进驻原因
            1 | 2 | 3 | 4 | 5
            示例 | 王五 | 受理 | 是 | ·
            一、窗口人员 | · | · | · | ·
            1 | 张三 | 受理 | 是 | ·
            2 | · | · | · | ·
            · | 李四 | · | · | ·
            序号 | 姓名 | 岗位 | 是否进驻 | 未进驻原因
            3 | 赵六 | 审核 | 否 | 场地未定
            合　计 | 3人 | · | · | ·
            注：以上人员均在编。 | · | · | · | ·
            填报人：张三 | · | 审核人：李四 | · | ·
            2023年4月12日 | · | · | · | ·
            """,
        )
    )
    assert aside(reading) == [
        (2, "列号行"),
        (3, "示例行"),
        (4, "类别行"),
        (8, "重复的表头"),
        (10, "合计行"),
        (11, "说明文字"),
        (12, "落款行"),
        (13, "落款行"),
    ]
    assert rows(reading, "staff", "name") == [("张三",), ("李四",), ("赵六",)]
    assert {code for code, _ in said(reading)} == {"RY-013"}
    assert reading.rows_read == 11


def test_a_row_with_a_name_only_is_data_not_a_note():
    reading = read(
        drawn(
            "事项", "事项名称 | 事项类型 | 办件类型\n企业投资项目备案 | · | ·\n无偿献血者用血报销 | 公共服务 | 即办件"
        )
    )
    assert rows(reading, "items", "item_name", "item_type") == [
        ("企业投资项目备案", None),
        ("无偿献血者用血报销", "公共服务"),
    ]
    assert aside(reading) == []


def test_merged_cells_are_filled_down_only_where_merged():
    table = "姓名 | 岗位 | 是否进驻 | 未进驻原因\n张三 | 受理 | 否 | 场地未定\n李四 | · | 否 | ·\n王五 | · | 是 | ·"
    reading = read(drawn("人员", table, merges=[(2, 2, 3, 2), (2, 4, 3, 4)]))
    assert rows(reading, "staff", "name", "post", "absent_reason") == [
        ("张三", "受理", "场地未定"),
        ("李四", "受理", "场地未定"),
        ("王五", None, None),
    ]
    assert said(reading) == {("RY-006", "B3"), ("RY-006", "D3")}


def test_a_merge_over_empty_rows_makes_no_rows():
    table = "姓名 | 岗位 | 是否进驻\n张三 | 受理 | 是\n· | · | ·\n李四 | 审核 | 是"
    reading = read(drawn("人员", table, merges=[(2, 2, 3, 2)]))
    assert rows(reading, "staff", "name", "post") == [("张三", "受理"), ("李四", "审核")]
    assert said(reading) == set()


def test_a_cell_that_cannot_be_read_is_no_blank():
    table = "姓名 | 岗位 | 是否进驻 | 进驻日期 | 未进驻原因\n张三 | · | 是 | · | ·\n· | · | · | · | ·"
    faults = {(2, 2): "#N/A", (2, 4): NO_RESULT, (2, 5): PICTURE, (3, 1): "#REF!"}
    reading = read(drawn("人员", table, faults=faults))
    assert said(reading) == {("RY-009", "B2"), ("RY-009", "D2"), ("RY-008", "E2"), ("RY-009", "A3")}
    assert rows(reading, "staff", "name", "post", "absent_reason") == [("张三", None, "[图片]"), (None, None, None)]
    no_result = next(entry for entry in reading.findings if entry.place.cell == "D2")
    assert no_result.remedy == "请用 Excel 或 WPS 打开这个文件，保存后重新报送"


def test_our_own_formula_without_its_result_is_of_no_interest():
    reading = read(drawn("人员", STAFF, faults={(4, 6): NO_RESULT, (9, 6): NO_RESULT}))
    assert said(reading) == set()
    assert len(rows(reading, "staff", "name")) == 2


def test_two_tables_beside_each_other_and_one_below():
    reading = read(
        drawn(
            "汇总",
            """
            姓名 | 岗位 | 是否进驻 | · | 系统名称 | 系统层级 | 对接状态
            张三 | 受理 | 是 | · | 一体化平台 | 省 | 已对接
            李四 | 审核 | 是 | · | · | · | ·
            任务情况
            任务编号 | 任务名称 | 对应目标 | 责任人 | 计划完成日期 | 完成进度
            R1 | 进驻 | 其他 | 张三 | 2023-07-31 | 50%
            """,
        )
    )
    assert rows(reading, "staff", "name") == [("张三",), ("李四",)]
    assert rows(reading, "systems", "system_name") == [("一体化平台",)]
    assert rows(reading, "tasks", "task_number", "progress") == [("R1", 0.5)]
    assert aside(reading) == [(4, "下面一张表的标题")]
    assert said(reading) == {("RY-013", "")}


def test_the_same_table_twice_side_by_side():
    reading = read(
        drawn(
            "人员",
            "姓名 | 岗位 | 是否进驻 | 姓名 | 岗位 | 是否进驻\n张三 | 受理 | 是 | 李四 | 审核 | 否\n王五 | 决定 | 是 | · | · | ·",
        )
    )
    assert rows(reading, "staff", "name", "present") == [("张三", "是"), ("王五", "是"), ("李四", "否")]
    assert [table.layout.letters["name"] for table in reading.tables["staff"]] == ["A", "D"]


def test_hidden_rows_are_read_and_said_hidden_tabs_only_said():
    reading = read(
        drawn("人员", STAFF, hidden_rows=[5]),
        drawn("旧人员", STAFF, visible=False),
        drawn("_模板", "模板版本 | 1\n单位编号 | U04", visible=False),
    )
    assert len(rows(reading, "staff", "name")) == 2
    assert said(reading) == {("RY-014", ""), ("FM-014", "")}
    assert [entry.problem for entry in reading.findings if entry.code.endswith("014")] == [
        "“人员”表的第 5 行是隐藏的，已照常读取",
        "“旧人员”表是隐藏的，没有读取",
    ]
    assert reading.hidden == {"模板版本": "1", "单位编号": "U04"}


@pytest.mark.parametrize("tab", ["总矩阵", "评分排名", "单位红黄绿"])
def test_our_own_outputs_are_known(tab):
    assert read(drawn(tab, "单位 | 事项"), cover=None).own_output is not None


def test_a_marked_copy_that_comes_back_is_a_return():
    reading = read(drawn("退回清单", "工作表 | 单元格 | 问题\n人员 | B4 | 没有填写"), drawn("人员", STAFF))
    assert reading.own_output is None
    assert said(reading) == set()
    assert read(drawn("退回清单", "工作表 | 单元格"), cover=None).own_output == "退回清单"


# ── the cover


def test_the_cover():
    reading = read()
    assert reading.cover == {
        "unit": "区民政局",
        "period": 3,
        "meeting": None,
        "cutoff": None,
        "filled_on": date(2023, 4, 12),
        "filled_by": "张三",
        "phone": "0375-2536288",
        "item_total": 1,
        "signed": "是",
        "sealed": "是",
        "remark": None,
        "practice": None,
    }
    assert reading.cover_layout.place("", "filled_by", 0).cell == "B4"
    assert said(reading) == set()


@pytest.mark.parametrize(
    "cover",
    [
        # a title above, a column to the left, a spacer between, hints to the right
        """
        填报表 | · | · | · | ·
        · | *填报单位： | · | 区民政局 | 由办公室填好
        · | 期　次 | · | 第二期 | ·
        · | 填报日期 | · | 2023-04-12 | 请填写完整日期，如 2023-07-31
        · | 填报人 | · | 张三 | ·
        """,
        # two pairs of label and value in a row
        "填报单位 | 区民政局 | 期次 | 02\n填报人 | 张三 | 填报日期 | 2023-04-12",
        # everything in one cell
        "填报单位：区民政局 | ·\n期次：2 填报日期：2023-04-12 | ·\n填报人：张三 | ·",
        # labels side by side, values below
        "填报单位 | 期次 | 填报日期 | 填报人\n区民政局 | 第2期 | 2023-04-12 | 张三",
    ],
)
def test_a_cover_as_people_make_it(cover):
    found = read(cover=cover).cover
    assert (found["unit"], found["period"], found["filled_on"], found["filled_by"]) == (
        "区民政局",
        2,
        date(2023, 4, 12),
        "张三",
    )


def test_a_blank_beside_a_label_stays_blank():
    found = read(cover="填报单位 | 区民政局 | 填报日期 | ·\n填报人 | · | 期次 | 3\n联系电话 | · | · | ·").cover
    assert (found["filled_on"], found["filled_by"], found["phone"], found["period"]) == (None, None, None, 3)


def test_hints_of_a_blank_cover_are_no_values():
    found = read(cover="填报单位 | · | 由专班办公室填好\n填报人 | · | 填表人姓名\n填报日期 | · | 请填写日期").cover
    assert set(found.values()) == {None}


def test_labels_that_are_gone_are_said():
    reading = read(cover="填报单位 | 区民政局\n期次 | 3\n填报人 | 张三")
    assert [entry.problem for entry in reading.findings if entry.code == "FM-010"] == [
        f"“封面”表里找不到“{title}”这一列" for title in ("填报日期", "联系电话", "事项总数", "主要领导签字", "加盖公章")
    ]


def test_without_a_cover_the_heading_above_a_table_counts():
    reading = read(
        drawn(
            "Sheet1",
            "政务服务事项进驻情况\n填报单位：区民政局 | · | 填报日期：2023年4月12日\n姓名 | 岗位 | 是否进驻\n张三 | 受理 | 是",
        ),
        cover=None,
    )
    assert (reading.cover["unit"], reading.cover["filled_on"]) == ("区民政局", date(2023, 4, 12))
    assert any(entry.code == "FM-011" for entry in reading.findings)
    assert rows(reading, "staff", "name") == [("张三",)]


def test_cover_cells_are_cleaned_and_said():
    reading = read(
        cover=COVER.replace("是", "√", 1).replace("区民政局", "石龙区民政局").replace("2023-04-12", "4月12日")
    )
    assert said(reading) == {("FM-006", "B1"), ("FM-006", "B7"), ("FM-007", "B3")}
    assert reading.cover["unit"] == "区民政局"


def test_what_a_unit_calls_itself_is_the_unit_of_the_cover():
    table = "问题编号 | 问题描述 | 问题类型 | 责任单位 | 解决时限 | 状态\n1 | 网络不通 | 系统不通 | 我局 | 2023-07-31 | 办理中"
    assert rows(read(drawn("问题", table)), "problems", "owner_unit") == [("区民政局",)]


# ── the office's own workbooks


def test_the_office_workbook_is_one_table():
    sheet = drawn(
        "Sheet1",
        "核查日期 | 单位 | 问题类型 | 问题描述 | 整改时限 | 整改状态\n2023-04-10 | 发改局 | 明进暗不进 | 无人 | 4月底 | 未整改",
    )
    reading = read_office(RawBook("xlsx", [sheet]), (inspection.SHEET,), ROSTER, 2023)
    assert rows(reading, "inspections", "found_on", "unit", "correct_by") == [
        (date(2023, 4, 10), "区发改委", date(2023, 4, 30))
    ]
    assert said(reading) == {("DC-006", "B2"), ("DC-007", "E2")}


# ── nothing is lost

WORDS = st.sampled_from(
    [
        "张三",
        "受理",
        "是",
        "否",
        "合计",
        "无",
        "注：说明",
        "示例",
        "同上",
        "姓名",
        "一、窗口",
        "1",
        "",
        "填报人：李四",
        "2023年4月12日",
        "/",
    ]
)


@given(st.lists(st.lists(WORDS, min_size=5, max_size=5), max_size=8))
def test_every_row_that_holds_anything_is_used_or_set_aside(table):
    lines = "\n".join(" | ".join(line) for line in table)
    reading = read(drawn("人员", f"姓名 | 岗位 | 是否进驻 | 进驻日期 | 备忘\n{lines}"))
    numbers = [row for one in reading.tables["staff"] for row in one.row_numbers]
    seen = sorted([*numbers, *(entry.row for entry in reading.set_aside)])
    assert seen == [number for number, line in enumerate(table, 2) if any(line)]


TITLES = [entry.title for sheet in TEMPLATE for entry in sheet.columns]
CELLS = st.one_of(
    st.none(),
    st.sampled_from([*TITLES, "同上", "合计", "无", "/", "区财政局", "单位", "填报单位：区民政局", "序号", "一、"]),
    st.text(max_size=4),
    st.integers(0, 10**16),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
)
AREAS = st.tuples(*[st.integers(1, 7)] * 4).map(
    lambda a: (min(a[0], a[2]), min(a[1], a[3]), max(a[0], a[2]), max(a[1], a[3]))
)


@given(
    st.lists(st.lists(CELLS, min_size=7, max_size=7), min_size=7, max_size=12),
    st.lists(AREAS, max_size=3),
    st.dictionaries(
        st.tuples(st.integers(1, 7), st.integers(1, 7)), st.sampled_from(["#N/A", NO_RESULT, PICTURE]), max_size=3
    ),
    st.sampled_from(["事项", "封面", "Sheet1", "人员", "区财政局任务"]),
)
@settings(max_examples=60, deadline=None)
def test_whatever_stands_in_a_workbook_is_read_and_no_row_counted_twice(table, merges, faults, name):
    cells = [
        [None if (row, col) in faults else value for col, value in enumerate(line, 1)]
        for row, line in enumerate(table, 1)
    ]
    sheet = RawSheet(name, True, cells, merges, frozenset({3}), faults)
    reading = read_return(RawBook("xlsx", [sheet, drawn("人员", STAFF)]), ROSTER, 2023)
    for key, tables in reading.tables.items():
        for one in tables:
            seen = [entry.row for entry in reading.set_aside if (entry.sheet, entry.table) == (one.layout.sheet, key)]
            assert len(one.rows) == len(one.row_numbers) == len(set(one.row_numbers))
            assert one.row_numbers == sorted(one.row_numbers)
            beside = [other for other in tables if other.layout.sheet == one.layout.sheet]
            assert len(beside) > 1 or not set(seen) & set(one.row_numbers)
    assert all(entry.problem and "{" not in entry.problem.replace(entry.value, "") for entry in reading.findings)


@given(st.lists(st.sampled_from(["张三", "李四", "王五"]), min_size=1, max_size=6))
def test_the_order_of_columns_does_not_matter(names):
    forward = "姓名 | 岗位 | 是否进驻\n" + "\n".join(f"{name} | 受理 | 是" for name in names)
    backward = "是否进驻 | 岗位 | 姓名\n" + "\n".join(f"是 | 受理 | {name}" for name in names)
    wanted = ("name", "post", "present")
    assert rows(read(drawn("人员", forward)), "staff", *wanted) == rows(read(drawn("人员", backward)), "staff", *wanted)


def test_a_book_without_anything_is_read_without_anything():
    reading = read_return(RawBook("xlsx", []), ROSTER, 2023)
    assert reading.tables == {}
    assert reading.rows_read == 0
