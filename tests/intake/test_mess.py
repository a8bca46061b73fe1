"""What people make of a sheet, and what is read from it all the same (contract §4).

Files as a whole are in test_open and test_claim, what is wrong with the content in tests/checks.
"""

from datetime import date, datetime

import pytest
from drawn import aside, drawn, read, rows, said
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.intake.raw import NO_RESULT, PICTURE
from pipeline.intake.read import NOTHING_TO_REPORT

STAFF = "姓名 | 岗位 | 是否进驻 | 进驻日期 | 未进驻原因\n"
ITEMS = "事项编码 | 事项名称 | 事项类型 | 办件类型 | 负面清单 | 批准文号\n"
TASKS = "任务编号 | 任务名称 | 对应目标 | 责任人 | 计划完成日期 | 完成进度 | 备注\n"
PROBLEMS = "问题编号 | 问题描述 | 问题类型 | 责任单位 | 解决时限 | 状态\n"


def said_of_item(reading) -> set[tuple[str, str]]:
    """Findings of a sheet 事项 drawn with a few of its columns only."""
    return {entry for entry in said(reading) if entry[0] != "SX-010"}


def staff(line: str, **options):
    return read(drawn("人员", STAFF + line, **options))


def item(code=None, name="企业投资项目备案", kind="行政许可", values=None):
    return read(drawn("事项", f"{ITEMS}{code or '·'} | {name} | {kind} | 即办件 | 否 | ·", values=values))


def problem(unit: str):
    return read(drawn("问题", f"{PROBLEMS}1 | 网络不通 | 系统不通 | {unit} | 2023-07-31 | 办理中"))


def problems_at(reading, cell: str) -> list[str]:
    return [entry.problem for entry in reading.findings if entry.place.cell == cell]


def test_a_picture_in_a_cell_is_for_a_person_to_check():
    table = (
        "事项名称 | 授权内容 | 被授权人 | 委托书编号 | 签订日期\n企业投资项目备案 | 受理 | 首席代表 | · | 2023-03-01"
    )
    reading = read(drawn("授权", table, faults={(2, 4): PICTURE}))
    assert rows(reading, "authorisations", "letter_number") == [("[图片]",)]
    assert said(reading) == {("SQ-008", "D2")}


def test_two_units_in_one_file_by_a_column():
    reading = read(
        drawn(
            "人员",
            "单位 | 姓名 | 岗位 | 是否进驻\n区民政局 | 张三 | 受理 | 是\n区财政局 | 李四 | 审核 | 是\n财政局 | 王五 | 审核 | 是",
        )
    )
    assert rows(reading, "staff", "name") == [("张三",)]
    assert aside(reading) == [(3, "是区财政局的内容"), (4, "是区财政局的内容")]
    assert said(reading) == {("FM-021", "A3")}
    assert reading.rows_read == 3


def test_two_units_in_one_file_by_tabs():
    reading = read(drawn("区民政局人员", STAFF + "张三 | 受理 | 是"), drawn("区财政局人员", STAFF + "李四 | 审核 | 是"))
    assert rows(reading, "staff", "name") == [("张三",)]
    assert aside(reading) == [(2, "是区财政局的内容")]


def test_a_column_with_the_own_unit_only_is_of_no_interest():
    reading = read(drawn("人员", "单位 | 姓名 | 岗位 | 是否进驻\n民政局 | 张三 | 受理 | 是\n · | 李四 | 审核 | 是"))
    assert len(rows(reading, "staff", "name")) == 2
    assert said(reading) == set()


def test_the_data_is_on_another_tab_than_usual():
    reading = read(
        drawn("Sheet1", "·"),
        drawn("Sheet2", STAFF + "张三 | 受理 | 是"),
        drawn("附件3 授权清单(1)", "事项名称 | 授权内容 | 被授权人 | 委托书编号 | 签订日期"),
        drawn("Sheet3", "本年度工作要点 | ·"),
        drawn("旧数据", STAFF + "李四 | 受理 | 是", visible=False),
    )
    assert rows(reading, "staff", "name") == [("张三",)]
    assert "authorisations" in reading.tables
    assert said(reading) == {("FM-014", ""), ("FM-020", "")}


def test_examples_are_not_read_but_said_and_explanations_not_missed():
    reading = read(
        drawn("人员示例", STAFF + "王五 | 受理 | 是"),
        drawn("填报说明", "一、本表由各单位填写 | ·\n二、一人一行 | ·"),
        drawn("人员", STAFF + "张三 | 受理 | 是"),
    )
    assert rows(reading, "staff", "name") == [("张三",)]
    assert [entry.value for entry in reading.findings if entry.code == "FM-020"] == ["人员示例"]


def test_the_header_is_below_titles_and_labels():
    above = "附件2\n审批人员进驻情况表\n填报单位：区民政局 | · | 填报日期：2023年4月12日\n联系人 | 张三 | 电话 | 2536288\n·\n"
    reading = read(drawn("人员", above + STAFF + "张三 | 受理 | 是"))
    assert rows(reading, "staff", "name") == [("张三",)]
    assert reading.tables["staff"][0].layout.header_row == 6
    assert said(reading) == set()


def test_a_header_of_two_levels_is_joined():
    table = """
    事项编码 | 事项名称 | 事项类型 | 进驻环节 | · | · | · | 人员进驻
    · | · | · | 受理 | 审核 | 决定 | 送达 | 是否进驻
    · | 企业投资项目备案 | 行政许可 | 大厅 | 线上 | 厅外 | 大厅 | 已进驻
    """
    merges = [(1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 1, 7)]
    for sheet in (drawn("事项", table, merges=merges), drawn("事项", table)):
        reading = read(sheet)
        names = ("item_name", "step_accept", "step_review", "step_decide", "step_deliver", "staff_presence")
        assert rows(reading, "items", *names) == [("企业投资项目备案", "大厅", "线上", "厅外", "大厅", "已进驻")]
        assert reading.tables["items"][0].layout.header_row == 2


def test_the_same_table_twice_side_by_side_though_one_title_alone_is_spelt_right():
    table = "姓名 | 职 务 | 手 机 | · | 姓名 | 职 务 | 手 机 | 20230414\n赵示 | 科长 | 13800000001 | · | 钱示 | 主任 | 13800000002"
    reading = read(drawn("联系人", table))
    assert rows(reading, "contacts", "name", "title") == [("赵示", "科长"), ("钱示", "主任")]


def test_line_breaks_spaces_stars_and_units_in_headers():
    reading = read(
        drawn(
            "任务",
            "任务⏎编号 | *任务名称 | 对应 目标（必填） | ★责任人 | 3.计划完成日期： | 完成进度⏎（%） | 備註\nR1 | 进驻 | 其他 | 张三 | 2023-07-31 | 50% | 无误",
        )
    )
    assert rows(reading, "tasks", "task_number", "task_name", "goal", "owner", "progress", "remark") == [
        ("R1", "进驻", "其他", "张三", 0.5, "无误")
    ]
    assert said(reading) == set()


def test_other_order_and_synonyms():
    reading = read(drawn("进驻人员", "进驻情况 | 岗位类别 | 人员姓名\n是 | 受理 | 张三"))
    assert rows(reading, "staff", "name", "post", "present") == [("张三", "受理", "是")]
    assert said(reading) == set()


def test_filtered_rows_are_read_and_said():
    reading = staff("张三 | 受理 | 是\n李四 | 受理 | 是\n王五 | 受理 | 是", hidden_rows=[2, 3])
    assert len(rows(reading, "staff", "name")) == 3
    assert [entry.problem for entry in reading.findings if entry.code == "RY-014"] == [
        "“人员”表的第 2–3 行是隐藏的，已照常读取"
    ]


def test_long_empties_are_passed_over_and_what_follows_is_not_lost():
    sheet = drawn("人员", STAFF + "张三 | 受理 | 是")
    sheet.rows.extend([None] * 5 for _ in range(70_000))
    sheet.rows.append(["李四", "受理", "是", None, None])
    reading = read(sheet)
    assert reading.tables["staff"][0].row_numbers == [2, 70_003]


def test_the_number_of_a_row_is_no_key():
    reading = read(
        drawn(
            "人员",
            "序号 | 姓名 | 岗位 | 是否进驻\n（一） | 张三 | 受理 | 是\n9 | 李四 | 受理 | 是\n9 | 王五 | 受理 | 是\n10 | · | · | ·",
        )
    )
    assert rows(reading, "staff", "name") == [("张三",), ("李四",), ("王五",)]
    assert said(reading) == set()


@pytest.mark.parametrize("number", ["1", "１", "一", "（一）", "1.", "第1题", "·", "99"])
def test_a_question_is_known_by_its_number_or_its_words(number):
    question = "行政审批职能是否向一个内设机构集中"
    reading = read(drawn("自查", f"序号 | 自查内容 | 自查结论\n{number} | {question}？ | 是"))
    assert rows(reading, "self_check", "number", "answer") == [("1", "是")]


@pytest.mark.parametrize("text", ["有", "已", "√", "✓", "☑", "对", "Y", "yes", "O", "TRUE", "１"])
def test_words_and_marks_for_yes(text):
    reading = staff(f"张三 | 受理 | {text}")
    assert rows(reading, "staff", "present") == [("是",)]
    assert said(reading) == {("RY-006", "C2")}


@pytest.mark.parametrize("text", ["无", "未", "×", "✗", "✘", "x", "N", "0", "FALSE", "没有", "/"])
def test_words_and_marks_for_no(text):
    assert rows(staff(f"张三 | 受理 | {text}"), "staff", "present") == [("否",)]


@pytest.mark.parametrize("text", ["部分", "基本", "大部分", "基本进驻", "是否"])
def test_partly_is_never_yes(text):
    assert rows(staff(f"张三 | 受理 | {text}"), "staff", "present") == [(text,)]


@pytest.mark.parametrize("text", ["R", "P", "ü"])
def test_marks_of_the_wingdings_font_are_asked_about(text):
    reading = staff(f"张三 | 受理 | {text}")
    assert said(reading) == {("RY-015", "C2")}
    assert "Wingdings" in problems_at(reading, "C2")[0]


@pytest.mark.parametrize("text", ["/", "—", "-", "无", "N/A", "（空白）"])
def test_marks_for_no_value_are_no_value(text):
    reading = staff(f"张三 | 受理 | 是 | 2023-03-01 | {text}")
    assert rows(reading, "staff", "absent_reason") == [(None,)]
    assert said(reading) == {("RY-006", "E2")}


def test_where_a_value_is_required_such_a_mark_is_no_value_either():
    assert said(staff("/ | 受理 | 是")) == {("RY-015", "A2")}


@pytest.mark.parametrize("mark", ["同上", " 同 上 ", "〃", "″", "同前", '"'])
def test_ditto_marks_copy_the_nearest_value_above(mark):
    reading = staff(f"张三 | 受理 | 否 | · | 场地未定\n李四 | {mark} | 否 | · | ·\n王五 | {mark} | 否 | · | {mark}")
    assert rows(reading, "staff", "post", "absent_reason") == [
        ("受理", "场地未定"),
        ("受理", None),
        ("受理", "场地未定"),
    ]
    assert said(reading) == {("RY-006", "B3"), ("RY-006", "B4"), ("RY-006", "E4")}
    assert [entry.after for entry in reading.findings if entry.code == "RY-006"] == ["受理", "受理", "场地未定"]


def test_a_ditto_mark_in_the_first_row_is_an_error():
    reading = staff("张三 | 同上 | 是\n李四 | 同1 | 是")
    assert said(reading) == {("RY-015", "B2"), ("RY-015", "B3")}


def test_blanks_and_invisible_characters():
    reading = item(name="\u3000企业投资\u00a0项目\u200b⏎备案\t")
    assert rows(reading, "items", "item_name") == [("企业投资项目备案",)]
    assert said_of_item(reading) == {("SX-006", "B2")}


def test_brackets_are_unified_and_never_removed():
    reading = read(
        drawn(
            "事项",
            f"{ITEMS}· | 教师资格认定(县级) | 行政许可\n· | 教师资格认定（市级） | 行政许可\n· | ＡＢ类认定 | 行政许可",
        )
    )
    assert rows(reading, "items", "item_name") == [("教师资格认定（县级）",), ("教师资格认定（市级）",), ("AB类认定",)]
    assert said_of_item(reading) == {("SX-006", "B2"), ("SX-006", "B4")}


@pytest.mark.parametrize("value", [1.1410404e30, 114104040001824, "1.14104E+30"])
def test_a_code_that_became_a_number_is_refused(value):
    reading = item(values={"A2": value})
    assert said_of_item(reading) == {("SX-016", "A2")}
    assert isinstance(rows(reading, "items", "item_code")[0][0], str)


@pytest.mark.parametrize(
    "text",
    ["'11410404MB0A0001824000114108003", "11410404MB0A000182 4 000114108003", "11410404MB0A000182-4-000114108003"],
)
def test_separators_in_codes_are_taken_out(text):
    reading = item(text)
    assert rows(reading, "items", "item_code") == [("11410404MB0A0001824000114108003",)]
    assert said_of_item(reading) == {("SX-006", "A2")}


def test_o_and_i_in_codes_are_only_suggested():
    reading = item("11410404mbOa0001824000114108003")
    assert rows(reading, "items", "item_code") == [("11410404MBOA0001824000114108003",)]
    assert said_of_item(reading) == {("SX-008", "A2")}
    assert "11410404MB0A0001824000114108003" in problems_at(reading, "A2")[0]


@pytest.mark.parametrize(
    "name", ["教师资格认定等5项", "教师资格认定等五项", "食品经营许可等若干项", "1.教师资格认定2.教师资格注册"]
)
def test_several_items_in_a_row_are_an_error_and_the_row_is_kept(name):
    reading = item(name=name)
    assert said_of_item(reading) == {("SX-020", "B2")}
    assert len(rows(reading, "items", "item_name")) == 1


def test_true_dates_and_mac_workbooks():
    values = {"D2": datetime(2023, 7, 31)}
    assert rows(staff("张三 | 受理 | 是 | ·", values=values), "staff", "present_since") == [(date(2023, 7, 31),)]
    sheet = drawn("人员", STAFF + "张三 | 受理 | 是 | ·", values={"D2": 43676})
    assert rows(read(sheet, date1904=True), "staff", "present_since") == [(date(2023, 7, 31),)]


@pytest.mark.parametrize("fault", ["#REF!", "#N/A", "#DIV/0!", NO_RESULT])
def test_a_formula_without_a_value_is_an_error_not_a_blank(fault):
    reading = staff("张三 | · | 是", faults={(2, 2): fault})
    assert said(reading) == {("RY-009", "B2")}
    assert rows(reading, "staff", "post") == [(None,)]


@pytest.mark.parametrize(
    ("value", "phone", "codes"),
    [
        (2536288.0, "2536288", set()),
        (13900001234.0, "13900001234", set()),
        ("1.39E+10", "1.39E+10", {("LX-015", "D2")}),
        ("2536288；13900001234", "2536288、13900001234", {("LX-006", "D2")}),
    ],
)
def test_telephone_numbers(value, phone, codes):
    reading = read(drawn("联系人", "角色 | 姓名 | 职务 | 手机\n具体责任人 | 张三 | 科员 | ·", values={"D2": value}))
    assert rows(reading, "contacts", "mobile") == [(phone,)]
    assert said(reading) == codes


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("李　刚", "李刚", "RY-006"),
        ("张 三", "张三", "RY-006"),
        ("王局长", "王局长", "RY-008"),
        ("张三、李四", "张三、李四", "RY-008"),
    ],
)
def test_names_of_people(text, name, code):
    reading = staff(f"{text} | 受理 | 是")
    assert rows(reading, "staff", "name") == [(name,)]
    assert said(reading) == {(code, "A2")}


@pytest.mark.parametrize(
    ("text", "unit"),
    [("发改局", "区发改委"), ("石龙区发展和改革委员会", "区发改委"), ("我局", "区民政局"), ("本单位", "区民政局")],
)
def test_names_of_units(text, unit):
    reading = problem(text)
    assert rows(reading, "problems", "owner_unit") == [(unit,)]
    assert said(reading) == {("WT-006", "D2")}


@pytest.mark.parametrize("text", ["工商局", "国土局", "地税局", "区卫计委", "安监局", "环保局"])
def test_old_names_are_said_to_be_old(text):
    reading = problem(text)
    assert said(reading) == {("WT-006", "D2")}
    assert "旧称" in problems_at(reading, "D2")[0]


@pytest.mark.parametrize("text", ["石龙分局", "社保局", "水务局", "城建局", "养老中心", "农业局"])
def test_ambiguous_names_are_never_settled(text):
    reading = problem(text)
    assert rows(reading, "problems", "owner_unit") == [(text,)]
    assert said(reading) == {("WT-015", "D2")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("其他职权", "其他行政权力"),
        ("其他权力", "其他行政权力"),
        ("便民服务", "公共服务"),
        ("公共服务事项", "公共服务"),
    ],
)
def test_old_words_for_types(text, kind):
    assert rows(item(kind=text), "items", "item_type") == [(kind,)]


@pytest.mark.parametrize("text", ["行政审批", "非行政许可审批", "审核转报", "备案", "行政处罚", "行政许克"])
def test_what_is_not_certain_is_left_as_it_is(text):
    assert rows(item(kind=text), "items", "item_type") == [(text,)]


def test_traditional_characters_count_in_lists_and_headers():
    reading = read(drawn("事項", "事項名稱 | 事項類型 | 辦件類型\n企業投資項目備案 | 行政許可 | 即辦件"))
    assert rows(reading, "items", "item_name", "item_type", "handling") == [("企業投資項目備案", "行政许可", "即办件")]


def test_long_text_is_kept_whole():
    text = "工作开展情况" * 6000
    assert rows(staff(f"张三 | 受理 | 否 | · | {text}"), "staff", "absent_reason") == [(text,)]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-未定", "@张三", "=HYPERLINK(1)"])
def test_text_that_looks_like_a_formula_is_text(text):
    reading = staff(f"张三 | 受理 | 否 | · | {text}")
    assert rows(reading, "staff", "absent_reason") == [(text,)]
    assert said(reading) == set()


def test_numbers_as_text_and_text_as_numbers():
    line = "1 | 进驻 | 其他 | 张三 | 2023-07-31 | 0.8 | ·"
    reading = read(drawn("任务", TASKS + line, values={"A2": 1, "E2": "45138", "F2": "80%", "G2": 2023}))
    assert rows(reading, "tasks", "task_number", "planned_on", "progress", "remark") == [
        ("1", date(2023, 7, 31), 0.8, "2023")
    ]
    assert said(reading) == {("RW-006", "E2")}


@pytest.mark.parametrize(
    "text", ["无", "暂无", "我局无政务服务事项", "本单位暂无此类事项。", "零报告", "我委不涉及政务服务事项", "/"]
)
def test_a_sheet_that_says_that_there_is_nothing(text):
    reading = read(drawn("事项", f"{ITEMS}{text}"), drawn("问题", f"{PROBLEMS}1 | {text}"))
    assert aside(reading) == [(2, NOTHING_TO_REPORT), (2, NOTHING_TO_REPORT)]
    assert rows(reading, "items", "item_name") == []


def test_replacement_characters_are_an_error():
    assert said_of_item(item(name="企业\ufffd资项目备案")) == {("SX-015", "B2")}
    assert said_of_item(item(name="企业\ue100资项目备案")) == {("SX-008", "B2")}


def test_identity_numbers_are_said_and_hidden_in_what_is_said():
    reading = staff("张三 | 受理 | 否 | · | 本人 11010519491231002X 在外借调\u3000")
    assert said(reading) == {("RY-006", "E2"), ("RY-018", "E2")}
    assert not any("11010519491231002X" in entry.problem + entry.value + entry.after for entry in reading.findings)


@settings(max_examples=30)
@given(st.permutations(["张三 | 受理 | 是", "李四 | 同上 | 否", "合计 | 2人 | ·", "王五 | 审核 | √", "· | · | ·"]))
def test_rows_read_are_rows_kept_and_rows_set_aside_in_any_order(lines):
    reading = staff("\n".join(lines))
    assert reading.rows_read == 4
