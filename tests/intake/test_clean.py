from datetime import date, datetime
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.findings import Common
from pipeline.intake.clean import Cleaned, Cleaner, Context, clean_cell
from pipeline.intake.roster import Roster
from pipeline.intake.text import fold
from schemas.columns import Kind, column
from schemas.plan import load_plan
from schemas.private import WITHHELD
from schemas.returns import TEMPLATE
from schemas.words import E_USE, ITEM_PRESENCE, SELF_CHECK_ANSWER, SERVICE_FIELD, SPECIAL_PROCEDURE, YES_NO

CONTEXT = Context(Roster.of(load_plan()), year=2023, unit="区民政局")
NAME = column("item_name", "事项名称", Kind.NAME, required=True)
REMARK = column("remark", "备注")
CODE = column("item_code", "事项编码", Kind.CODE)
PHONE = column("mobile", "手机", Kind.PHONE)
TOTAL = column("item_total", "事项总数", Kind.INTEGER, required=True)
COUNT = column("item_count", "承载事项数", Kind.INTEGER)
PROGRESS = column("progress", "完成进度", Kind.PERCENT, required=True)
PLANNED = column("planned_on", "计划完成日期", Kind.DATE, required=True)
DONE = column("done_on", "实际完成日期", Kind.DATE, month_end=False)
OWNER_UNIT = column("owner_unit", "责任单位", Kind.UNIT, required=True)
PERSON = column("name", "姓名", Kind.NAME, required=True)
ANSWER = column("negative_list", "负面清单", YES_NO, required=True)
PRESENCE = column("item_presence", "事项进驻", ITEM_PRESENCE, required=True)
FIELD = column("service_field", "服务领域", SERVICE_FIELD)
E_SEAL = column("e_seal", "电子印章", E_USE)
SPECIAL = column("special_procedure", "特别程序", Kind.CHOICES, choice=SPECIAL_PROCEDURE)


def cleaned(raw, of=REMARK) -> tuple[object, Common | str]:
    """The value and what is said of it, "" for nothing."""
    result = clean_cell(raw, of, CONTEXT)
    return result.value, result.note[0] if result.note else ""


@pytest.mark.parametrize(
    ("of", "raw", "value", "said"),
    [
        # text: what nobody sees goes, the rest stays
        (REMARK, None, None, ""),
        (REMARK, "", None, ""),
        (REMARK, " \u3000\u00a0\u200b\n", None, ""),
        (REMARK, "正在协调", "正在协调", ""),
        (REMARK, " 正在协调\u200b ", "正在协调", Common.REPAIRED),
        (REMARK, "第一行\n第二行 (内含 空格)", "第一行\n第二行 (内含 空格)", ""),
        (REMARK, "第一行\r\n第二行", "第一行\n第二行", ""),
        (REMARK, 12, "12", ""),
        (REMARK, 2.5, "2.5", ""),
        (REMARK, date(2023, 7, 31), "2023-07-31", ""),
        (REMARK, "=1+1", "=1+1", ""),
        (REMARK, "/", None, Common.REPAIRED),
        (REMARK, "无", None, Common.REPAIRED),
        (REMARK, "N/A", None, Common.REPAIRED),
        (REMARK, "不涉及", "不涉及", ""),
        # names
        (NAME, "教师资格认定（县级）", "教师资格认定（县级）", ""),
        (NAME, "教师资格认定(县级)", "教师资格认定（县级）", Common.REPAIRED),
        (NAME, "教师资格\n认定", "教师资格认定", Common.REPAIRED),
        (NAME, "Ａ类２０２３", "A类2023", Common.REPAIRED),
        (NAME, "OA System 接入", "OA System接入", Common.REPAIRED),
        (NAME, "⼈力资源服务许可", "人力资源服务许可", Common.REPAIRED),
        (NAME, "/", "/", Common.REFUSED),
        (NAME, 3, "3", ""),
        (NAME, datetime(2023, 1, 2), "2023-01-02", Common.DOUBTFUL),
        (PERSON, "李　刚", "李刚", Common.REPAIRED),
        (PERSON, "张 三", "张三", Common.REPAIRED),
        (PERSON, "王局长", "王局长", Common.DOUBTFUL),
        (PERSON, "张三、李四", "张三、李四", Common.DOUBTFUL),
        (PERSON, "张三 李四", "张三 李四", Common.DOUBTFUL),
        # codes
        (CODE, "11410404MB0A0001824000114108003", "11410404MB0A0001824000114108003", ""),
        (CODE, "'11410404MB0A0001824000114108003", "11410404MB0A0001824000114108003", Common.REPAIRED),
        (CODE, "11410404MB0A000182-4-000114108003", "11410404MB0A0001824000114108003", Common.REPAIRED),
        (CODE, "１１410404mb0a0001824000114108003", "11410404MB0A0001824000114108003", Common.REPAIRED),
        (CODE, "11410404MBOA0001824000114108003", "11410404MBOA0001824000114108003", Common.DOUBTFUL),
        (CODE, 1.14104e30, "1.14104E+30", Common.DIGITS_LOST),
        (CODE, "1.14104E+30", "1.14104E+30", Common.DIGITS_LOST),
        (CODE, 114104040001824, "114104040001824", Common.DIGITS_LOST),
        (CODE, "1141040400018240000000000000000", "1141040400018240000000000000000", Common.DIGITS_LOST),
        (CODE, "无", None, Common.REPAIRED),
        # telephone numbers
        (PHONE, "0375-2536288", "0375-2536288", ""),
        (PHONE, 2536288, "2536288", ""),
        (PHONE, "2536288.0", "2536288", Common.REPAIRED),
        (PHONE, 13900001234.0, "13900001234", ""),
        (PHONE, "1.39E+10", "1.39E+10", Common.REFUSED),
        (PHONE, "139 0000 1234", "13900001234", Common.REPAIRED),
        (PHONE, "+86 139-0000-1234", "13900001234", Common.REPAIRED),
        (PHONE, "０３７５—２５３６２８８", "0375-2536288", Common.REPAIRED),
        (PHONE, "（0375）2536288", "0375-2536288", Common.REPAIRED),
        (PHONE, "03752536288", "0375-2536288", Common.REPAIRED),
        (PHONE, "2536288/13900001234", "2536288、13900001234", Common.REPAIRED),
        (PHONE, "电话：2536288", "2536288", Common.REPAIRED),
        (PHONE, "139****1234", "139****1234", Common.DOUBTFUL),
        (PHONE, "张三13900001234", "张三13900001234", Common.DOUBTFUL),
        (PHONE, "同办公室", "同办公室", Common.DOUBTFUL),
        # whole numbers
        (TOTAL, 12, 12, ""),
        (TOTAL, "12", 12, ""),
        (TOTAL, "12项", 12, Common.REPAIRED),
        (TOTAL, "共12项", 12, Common.REPAIRED),
        (TOTAL, "十二", 12, Common.REPAIRED),
        (TOTAL, "１２", 12, Common.REPAIRED),
        (TOTAL, "12.0", 12, Common.REPAIRED),
        (TOTAL, "无", 0, Common.REPAIRED),
        (TOTAL, "/", "/", Common.REFUSED),
        (TOTAL, "约12", "约12", ""),
        (TOTAL, "12+", "12+", ""),
        (TOTAL, "12余", "12余", ""),
        (TOTAL, 12.5, "12.5", ""),
        (TOTAL, True, "TRUE", ""),
        (TOTAL, -3, -3, ""),
        (COUNT, "—", None, Common.REPAIRED),
        # percentages
        (PROGRESS, 0.8, 0.8, ""),
        (PROGRESS, 0, 0.0, ""),
        (PROGRESS, 1, 1.0, ""),
        (PROGRESS, 80, 0.8, Common.REPAIRED),
        (PROGRESS, 100, 1.0, Common.REPAIRED),
        (PROGRESS, 1.5, "1.5", Common.REFUSED),
        (PROGRESS, 150, 1.5, ""),
        (PROGRESS, "80%", 0.8, ""),
        (PROGRESS, "80％", 0.8, Common.REPAIRED),
        (PROGRESS, "80 %", 0.8, Common.REPAIRED),
        (PROGRESS, "80", 0.8, Common.REPAIRED),
        (PROGRESS, "0.8", 0.8, Common.REPAIRED),
        (PROGRESS, "百分之八十", 0.8, Common.REPAIRED),
        (PROGRESS, "百分之95", 0.95, Common.REPAIRED),
        (PROGRESS, "百分之９５", 0.95, Common.REPAIRED),
        (PROGRESS, "八成", 0.8, Common.REPAIRED),
        (PROGRESS, "完成80%", 0.8, Common.REPAIRED),
        (PROGRESS, "100%", 1.0, ""),
        (PROGRESS, "1", "1", Common.REFUSED),
        (PROGRESS, "已完成", "已完成", ""),
        (PROGRESS, "约80%", "约80%", ""),
        (PROGRESS, "过半", "过半", ""),
        # dates
        (PLANNED, date(2023, 7, 31), date(2023, 7, 31), ""),
        (PLANNED, datetime(2023, 7, 31), date(2023, 7, 31), ""),
        (PLANNED, "2023-07-31", date(2023, 7, 31), ""),
        (PLANNED, "2023.7.31", date(2023, 7, 31), Common.REPAIRED),
        (PLANNED, 45138, date(2023, 7, 31), Common.REPAIRED),
        (PLANNED, "7月底", date(2023, 7, 31), Common.INFERRED),
        (PLANNED, "31/7/2023", date(2023, 7, 31), Common.DOUBTFUL),
        (PLANNED, "长期", "长期", Common.DOUBTFUL),
        (PLANNED, 2023.1, "2023.1", Common.REFUSED),
        (PLANNED, "已完成", "已完成", Common.REFUSED),
        (PLANNED, "2023.2.30", "2023.2.30", ""),
        (PLANNED, "待定", "待定", ""),
        (PLANNED, "/", "/", Common.REFUSED),
        (DONE, "2023年7月", date(2023, 7, 1), Common.INFERRED),
        (DONE, "长期", None, Common.REPAIRED),
        (DONE, "/", None, Common.REPAIRED),
        # lists
        (ANSWER, "是", "是", ""),
        (ANSWER, "√", "是", Common.REPAIRED),
        (ANSWER, True, "是", Common.REPAIRED),
        (ANSWER, 0, "否", Common.REPAIRED),
        (ANSWER, "无", "否", Common.REPAIRED),
        (ANSWER, "/", "否", Common.REPAIRED),
        (ANSWER, " 是。", "是", Common.REPAIRED),
        (ANSWER, "１", "是", Common.REPAIRED),
        (ANSWER, "☑是 □否", "是", Common.REPAIRED),
        (ANSWER, "是□否☑", "否", Common.REPAIRED),
        (ANSWER, "☑是☑否", "☑是☑否", ""),
        (ANSWER, "□是□否", "□是□否", ""),
        (ANSWER, "部分", "部分", ""),
        (ANSWER, "基本", "基本", ""),
        (ANSWER, "基本是", "基本是", ""),
        (ANSWER, "是/否", "是/否", ""),
        (ANSWER, "R", "R", Common.REFUSED),
        (PRESENCE, "已进駐", "已进驻", Common.REPAIRED),
        (PRESENCE, "已 进 驻", "已进驻", Common.REPAIRED),
        (PRESENCE, "已进住", "已进住", ""),
        (PRESENCE, "/", "/", ""),
        (FIELD, "/", None, Common.REPAIRED),
        (FIELD, "不涉及", None, Common.REPAIRED),
        (FIELD, "教育", "公共教育", Common.REPAIRED),
        (E_SEAL, "不适用", "不涉及", Common.REPAIRED),
        (E_SEAL, "/", "/", ""),
        (SPECIAL, "公告、听证", "公告、听证", ""),
        (SPECIAL, "公告，听证；公示", "公告、听证", Common.REPAIRED),
        (SPECIAL, "听证 现场踏勘", "听证、现场勘验", Common.REPAIRED),
        (SPECIAL, "公告、摇号", "公告、摇号", ""),
        (SPECIAL, "/", None, Common.REPAIRED),
        # units
        (OWNER_UNIT, "区发改委", "区发改委", ""),
        (OWNER_UNIT, "区发改局", "区发改委", Common.REPAIRED),
        (OWNER_UNIT, "我局", "区民政局", Common.REPAIRED),
        (OWNER_UNIT, "区工商局", "区市场监管局", Common.REPAIRED),
        (OWNER_UNIT, "石龙分局", "石龙分局", Common.REFUSED),
        (OWNER_UNIT, "区发该委", "区发该委", Common.REFUSED),
        (OWNER_UNIT, "区发改委、区财政局", "区发改委、区财政局", Common.REFUSED),
    ],
)  # fmt: skip
def test_cells(of, raw, value, said):
    assert cleaned(raw, of) == (value, said)


def test_a_repair_says_what_was_done():
    assert clean_cell("√", ANSWER, CONTEXT).note == (Common.REPAIRED, {"after": "是", "rule": "统一写法"})
    assert clean_cell("区工商局", OWNER_UNIT, CONTEXT).note == (
        Common.REPAIRED,
        {"after": "区市场监管局", "rule": "旧称改为规范简称"},
    )
    assert clean_cell("/", REMARK, CONTEXT).note == (Common.REPAIRED, {"after": "（空白）", "rule": "没有此项"})
    assert clean_cell("7月底", PLANNED, CONTEXT).note == (Common.INFERRED, {"after": "2023-07-31"})


def test_a_doubt_says_why():
    doubt = clean_cell("11410404MBOA0001824000114108003", CODE, CONTEXT).note[1]["doubt"]
    assert doubt == "编码里没有字母 O 和 I，可能应为“11410404MB0A0001824000114108003”"
    doubt = clean_cell("社保局", OWNER_UNIT, CONTEXT).note[1]["doubt"]
    assert doubt == "可能是区人社局、区企业养老保险中心，不能自行归并"


def test_lost_and_private_characters_are_said():
    assert cleaned("企业\ufffd资备案", NAME) == ("企业\ufffd资备案", Common.REFUSED)
    assert cleaned("张\ue123", PERSON) == ("张\ue123", Common.DOUBTFUL)


def test_numbers_of_persons_raise_an_alert_in_every_kind_of_column():
    assert clean_cell("经办人 11010519491231002X", REMARK, CONTEXT).alert == numbers("居民身份证号码")
    assert clean_cell("110105194912310021", REMARK, CONTEXT).alert == numbers("居民身份证号码")
    assert clean_cell("138-1234-5678、0375-2536299", REMARK, CONTEXT).alert == numbers("手机号码、固定电话号码")
    for of in (CODE, NAME, TOTAL, PROGRESS, PLANNED, OWNER_UNIT, ANSWER, PRESENCE, SPECIAL):
        assert clean_cell("13812345678", of, CONTEXT).alert == numbers("手机号码"), of.title
    assert clean_cell(13812345678, REMARK, CONTEXT).alert == numbers("手机号码")
    assert clean_cell("一三八一二三四五六七八", REMARK, CONTEXT).alert == numbers("手机号码")


def test_a_phone_column_is_where_telephone_numbers_belong_and_no_others():
    assert clean_cell("13812345678", PHONE, CONTEXT).alert is None
    assert clean_cell("11010519491231002X", PHONE, CONTEXT).alert == numbers("居民身份证号码")


def numbers(kinds):
    return Common.PRIVATE_NUMBER, {"kinds": kinds}


def test_secret_words_raise_an_alert_and_marked_text_is_withheld():
    marked = clean_cell("机密★1年", REMARK, CONTEXT)
    assert (marked.value, marked.alert) == (WITHHELD, (Common.SECRET, {}))
    assert clean_cell("国家秘密事项", REMARK, CONTEXT).alert == (Common.SECRET, {"word": "国家秘密"})
    assert clean_cell("内部资料，注意保密", REMARK, CONTEXT).alert == (Common.SECRET, {"word": "内部资料"})


def test_no_value_of_the_template_is_repaired_or_raises_an_alert():
    for sheet in TEMPLATE:
        for entry in sheet.columns:
            for value in entry.values:
                assert clean_cell(value, entry, CONTEXT) == Cleaned(value)
    for name in CONTEXT.roster.names:
        assert clean_cell(name, OWNER_UNIT, CONTEXT) == Cleaned(name)


def test_equal_cells_are_told_apart_by_type():
    cells = Cleaner(CONTEXT).clean("items", PROGRESS, [1, "1", True, 1.0, None])
    assert [cell.value for cell in cells] == [1.0, "1", "TRUE", 1.0, None]


def test_a_column_is_cleaned_fast():
    cells = ["已进驻", "推进中", "√", None, "未进驻"] * 20_000
    began = perf_counter()
    Cleaner(CONTEXT).clean("items", PRESENCE, cells)
    assert perf_counter() - began < 0.5


COLUMNS = [
    NAME,
    REMARK,
    CODE,
    PHONE,
    TOTAL,
    PROGRESS,
    PLANNED,
    DONE,
    OWNER_UNIT,
    PERSON,
    ANSWER,
    PRESENCE,
    SPECIAL,
    FIELD,
]
DECORATIONS = st.sampled_from([" ", "\u3000", "\u200b", "\n", "。", "\t", "\u00a0", "\ufeff"])
MIXED = st.text(alphabet="是否有无已未√×/-—12０１.年月日底 \u3000\u200b()（）%约部分基本ABOI张局长、；\n", max_size=12)
CELLS = st.one_of(
    MIXED,
    st.text(max_size=20),
    st.integers(-5, 10**17),
    st.floats(allow_nan=True),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.sampled_from(
        [spelling for choice in (YES_NO, ITEM_PRESENCE, SPECIAL_PROCEDURE) for spelling in choice.synonym_map()]
    ),
)


@given(st.sampled_from(COLUMNS), CELLS)
def test_what_is_clean_stays_as_it_is(of, raw):
    first = clean_cell(raw, of, CONTEXT)
    if first.note is None or first.note[0] in (Common.REPAIRED, Common.INFERRED):
        again = clean_cell(first.value, of, CONTEXT)
        refused_range = isinstance(first.value, float) and not 0 <= first.value <= 1
        assert again.value == first.value or refused_range
        assert again.note is None or refused_range or again.note[0] is Common.REFUSED


@given(st.sampled_from(COLUMNS), st.lists(DECORATIONS).map(lambda parts: "".join(parts).replace("。", "")))
def test_a_blank_never_becomes_a_value(of, blank):
    assert clean_cell(blank, of, CONTEXT) == Cleaned(None)


def _decorated(words):
    return st.builds("{}{}{}".format, DECORATIONS, st.sampled_from(words), DECORATIONS)


NO_WORDS = [spelling for spelling, value in YES_NO.synonym_map().items() if value == "否"]


@given(_decorated([*NO_WORDS, "不", "没", "未进驻", "不涉及", "部分", "基本", "大部分", "基本到位", "不完全是", "未"]))
def test_no_or_partly_never_becomes_yes(raw):
    for choice in (YES_NO, SELF_CHECK_ANSWER):
        assert clean_cell(raw, column("answer", "结论", choice, required=True), CONTEXT).value != "是"
    assert clean_cell(raw, PRESENCE, CONTEXT).value != "已进驻"


@given(st.sampled_from([YES_NO, ITEM_PRESENCE, SELF_CHECK_ANSWER, E_USE]), CELLS)
def test_a_list_only_takes_what_is_listed(choice, raw):
    """Nothing becomes a value of the list but its own spellings."""
    value = clean_cell(raw, column("answer", "结论", choice, required=True), CONTEXT).value
    spelt = {fold(spelling) for spelling, of in choice.synonym_map().items() if of == value}
    if value in choice.values and isinstance(raw, str) and not set(raw) & set("☑√✓■●□☐○.:、)：）．"):
        assert fold(raw).strip("。．.，,、;；!！:：\"'“”‘’") in spelt
