"""Numbers of persons in every spelling that people use, and marks of secrecy; and all that only looks like them."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from schemas.private import WITHHELD, NumberKind, fit_to_circulate, is_identity_number, is_secret, mask, private_numbers

M, L, I, C = NumberKind.MOBILE, NumberKind.LANDLINE, NumberKind.IDENTITY, NumberKind.CARD  # noqa: E741
ROOT = Path(__file__).parents[1]
REAL_ITEMS = Path("/work/shared/data/real_items.csv")

#: Text, kind and figures of the one number in it.
POSITIVES = [
    ("13812345678", M, "13812345678"),
    ("张三13812345678", M, "13812345678"),
    ("联系人：李四（13812345678）", M, "13812345678"),
    ("138 1234 5678", M, "13812345678"),
    ("138-1234-5678", M, "13812345678"),
    ("138–1234–5678", M, "13812345678"),
    ("138—1234—5678", M, "13812345678"),
    ("138－1234－5678", M, "13812345678"),
    ("138一1234一5678", M, "13812345678"),
    ("138~1234~5678", M, "13812345678"),
    ("138.1234.5678", M, "13812345678"),
    ("138·1234·5678", M, "13812345678"),
    ("138/1234/5678", M, "13812345678"),
    ("138\\1234\\5678", M, "13812345678"),
    ("138|1234|5678", M, "13812345678"),
    ("138_1234_5678", M, "13812345678"),
    ("138，1234，5678", M, "13812345678"),
    ("(138)1234-5678", M, "13812345678"),
    ("138（1234）5678", M, "13812345678"),
    ("【138】【1234】【5678】", M, "13812345678"),
    ("138\n1234\n5678", M, "13812345678"),
    ("138\u00a01234\u30005678", M, "13812345678"),
    ("138\u200b1234\u200b5678", M, "13812345678"),
    ("1 3 8 1 2 3 4 5 6 7 8", M, "13812345678"),
    ("1381 2345 678", M, "13812345678"),
    ("13812 345678", M, "13812345678"),
    ("138 12 34 56 78", M, "13812345678"),
    ("+8613812345678", M, "13812345678"),
    ("+86 138 1234 5678", M, "13812345678"),
    ("＋86－138－1234－5678", M, "13812345678"),
    ("008613812345678", M, "13812345678"),
    ("0086-138-1234-5678", M, "13812345678"),
    ("(86)13812345678", M, "13812345678"),
    ("013812345678", M, "13812345678"),
    ("１３８１２３４５６７８", M, "13812345678"),
    ("一三八一二三四五六七八", M, "13812345678"),
    ("幺三八 一二三四 五六七八", M, "13812345678"),
    ("壹叁捌壹贰叁肆伍陆柒捌", M, "13812345678"),
    ("13八1234五678", M, "13812345678"),
    ("张三一三八一二三四五六七八", M, "13812345678"),
    ("①③⑧①②③④⑤⑥⑦⑧", M, "13812345678"),
    ("138O1234567", M, "13801234567"),
    ("wx13812345678abc", M, "13812345678"),
    ("tel:13812345678", M, "13812345678"),
    ("13812345678@139.com", M, "13812345678"),
    ("13812345678转8001", M, "13812345678"),
    ("13812345678-801", M, "13812345678"),
    ("13812345678.0", M, "13812345678"),
    ("2023-05-26 13812345678 已联系", M, "13812345678"),
    ("0375-2536299", L, "03752536299"),
    ("03752536299", L, "03752536299"),
    ("(0375)2536299", L, "03752536299"),
    ("（0375）253 6299", L, "03752536299"),
    ("0375—2536299-801", L, "03752536299"),
    ("0375/2536299转801", L, "03752536299"),
    ("010 6553 6299", L, "01065536299"),
    ("021-65536299", L, "02165536299"),
    ("+86-375-2536299", L, "3752536299"),
    ("0086 10 65536299", L, "1065536299"),
    ("零三七五—二五三六二九九", L, "03752536299"),
    ("０３７５－２５３６２９９", L, "03752536299"),
    ("联系电话2536299", L, "2536299"),
    ("座机：253-6299", L, "2536299"),
    ("办公室65536299", L, "65536299"),
    ("2536299转801", L, "2536299"),
    ("11010519491231002X", I, "11010519491231002X"),
    ("110105 19491231 002x", I, "11010519491231002X"),
    ("110105-1949-12-31-002X", I, "11010519491231002X"),
    ("１１０１０５１９４９１２３１００２Ｘ", I, "11010519491231002X"),
    ("11010519491231002×", I, "11010519491231002X"),
    ("110105\n19491231\n002X", I, "11010519491231002X"),
    ("一一〇一〇五一九四九一二三一〇〇二X", I, "11010519491231002X"),
    ("身份证41040419900101123X张三", I, "41040419900101123X"),
    ("410404199001011234", I, "410404199001011234"),
    ("ID410404199001011234号", I, "410404199001011234"),
    ("410404900101123", I, "410404900101123"),
    ("410404 900101 123", I, "410404900101123"),
    ("身份证号码：410404201501011234", I, "410404201501011234"),
    ("6222020200001234562", C, "6222020200001234562"),
    ("6222 0202 0000 1234 562", C, "6222020200001234562"),
    ("6222-0202-0000-1234-562", C, "6222020200001234562"),
    ("4111111111111111", C, "4111111111111111"),
    ("卡号6222020200001234567", C, "6222020200001234567"),
    ("开户行账号 410012345678901", C, "410012345678901"),
    ("工资卡：６２２２０２０２００００１２３４５６２", C, "6222020200001234562"),
]

NEGATIVES = [
    *("", "企业投资项目备案", "无", "7", "12 项", "第13条第5款", "1、2、3、4、5、6、7、8", "①②③④⑤⑥⑦⑧⑨"),
    *("11410404MB0A0001824000114108003", "11410404MB0A000182400011410800301", "91410404MA40ABCDE1", "11410404005436789X"),
    *("12410404417012345J", "511F33033003-511602000000-000-115113010833722043-1-00"),
    *("512C0107400001-511602000000-000-00877868-5-1-00", "豫政办〔2022〕101号", "平政〔2023〕12号、13号"),
    *("国办发〔2018〕45号", "2023-05-26", "2023/5/26", "2023.05.26", "20230526", "2023年5月26日", "二〇二三年五月二十六日"),
    *("2023-05-26 13:45:30", "20230526134530", "2023-05-26—2023-07-31", "2023.3.3-2023.10.31", "15 2023-05-26 1"),
    *("13 20230526 1", "2019 2020 2021 2022", "2019、2020、2021、2022、2023", "2019-2023", "1990-2023年"),
    *("13,912,340,000", "13，912，340，000", "13912340000元", "13912340000 元", "13912340000.00", "1391234万元", "2536299元"),
    *("投资 25362990 元", "面积2536299平方米", "联系群众2536299人次", "电话回访65536299件", "0.13812345678"),
    *("0.5454545454545454", "0.6037019458946369", "0.3752536299", "13.123456789", "85.71428571%", "1.14104E+30", "3.14159265358979"),
    *("WT20230401001", "委托〔2023〕0001号", "410404-2023-0001", "410404202305260001", "41040420230526001", "RW-2023-001"),
    *("A01-A12", "3-5号窗口", "1F-01、1F-02、2F-03", "第13812345678901号", "1381234567", "138****5678", "192.168.10.200"),
    *("13 15 17 19 21 23", "5 10 15 20 25 30 35 40", "60%、65%、70%", "拨打12345", "400-6553629", "电话 400-655-3629"),
    *("2536299", "25362990", "联系电话：见附件", "电话登记2019-2023", "手机版 V2.0.1", "身份证办理 12345 件", "银行开户 1234 户"),
    *("6222020200001234567", "6100 6200 6300 6400", "10.0.0.1", "张三、李四、王五", "一二三四五六七八九十", "三十三家单位"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "digits"), POSITIVES)
def test_a_number_of_a_person_is_found_however_it_is_spelt(text, kind, digits):
    assert [(found.kind, found.digits) for found in private_numbers(text)] == [(kind, digits)]
    assert private_numbers(mask(text)) == []


@pytest.mark.parametrize("text", NEGATIVES)
def test_what_only_looks_like_one_is_left_as_it_is(text):
    assert private_numbers(text) == []
    assert mask(text) == text


def test_both_tables_are_long_enough_to_mean_something():
    assert min(len(POSITIVES), len(NEGATIVES)) >= 60


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系人13812345678。", "联系人138****5678。"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678，0375-2536299", "138****5678，0375****99"),
        ("+8613812345678", "+86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证410404199001011234", "身份证410404****"),
        ("010-65536299", "010****99"),
        ("卡号6222020200001234562", "卡号6222****4562"),
        ("13812345678、13912345678", "138****5678、139****5678"),
    ],
)
def test_a_mask_leaves_enough_to_recognise_the_number_by(text, shown):
    assert mask(text) == shown


def test_the_title_of_the_column_says_what_a_bare_number_is():
    assert private_numbers("张三 2536299") == []
    assert [found.kind for found in private_numbers("张三 2536299", about="责任人")] == [L]


def test_the_number_that_the_office_publishes_is_everybodys():
    assert (
        mask("电话2536288、0375-2536288、0375-2536299", spared={"2536288"}) == "电话2536288、0375-2536288、0375****99"
    )
    assert mask("13812345678", spared={"13812345678"}) == "138****5678"


def real_texts():
    paths = [ROOT / "pipeline/sample/items.csv", *([REAL_ITEMS] if REAL_ITEMS.exists() else [])]
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            yield from {cell for row in csv.reader(lines) for cell in row}


def test_real_names_and_codes_of_items_hold_none():
    assert [text for text in real_texts() if private_numbers(text) or private_numbers(text, "联系电话")] == []
    assert [text for text in real_texts() if is_secret(text)] == []


# ── whatever number, however spelt

_LINE = st.sampled_from(
    ["{}", "联系人张三{}，已告知", "{}（李四）", "备注：{}。", "见{}号", "wx{}abc", "三{}三", "张三\n{}\n", "{}转801"]
)
_PREFIXES = st.sampled_from(["", "+86", "+86 ", "0086-", "86-", "(+86)"])
_BETWEEN = st.sampled_from([*" .-‐–—―－·/_\n", "", "\u3000", "——", " - ", "）（", "\u200b"])
_WIDTHS = st.sampled_from(
    ["0123456789", "０１２３４５６７８９", "〇一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]
)
_FIGURES = "0123456789"


def figures(count):
    return st.text(_FIGURES, min_size=count, max_size=count)


@st.composite
def spelt(draw, digits, *groupings):
    """The figures in one of these groupings, of one width, with one thing between the groups."""
    between, width = draw(_BETWEEN), draw(_WIDTHS)
    parts, start = [], 0
    for length in draw(st.sampled_from(groupings)):
        parts.append(digits[start : start + length])
        start += length
    return between.join([*parts, digits[start:]] if digits[start:] else parts).translate(str.maketrans(_FIGURES, width))


@st.composite
def mobiles(draw):
    digits = f"1{draw(st.sampled_from('3456789'))}{draw(figures(9))}"
    return draw(_PREFIXES) + draw(spelt(digits, (11,), (3, 4, 4), (3, 8), (4, 4, 3), (1,) * 11))


@st.composite
def landlines(draw):
    area, count = draw(st.sampled_from([("010", 8), ("021", 8), ("0375", 7), ("0371", 8)]))
    local = draw(st.sampled_from("3456789")) + draw(figures(count - 1))
    return draw(spelt(area + local, (len(area) + count,), (len(area), count), (len(area), count - 4, 4)))


@st.composite
def identities(draw):
    born = draw(st.dates(date(1940, 1, 1), date(2005, 12, 31)))
    last = draw(st.sampled_from([*"0123456789Xx"]))
    digits = f"{draw(st.sampled_from(['410404', '110105', '653201']))}{born:%Y%m%d}{draw(figures(3))}{last}"
    return draw(spelt(digits, (18,), (6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4)))


@st.composite
def old_identities(draw):
    born = draw(st.dates(date(1940, 1, 1), date(1999, 12, 31)))
    return draw(spelt(f"410404{born:%y%m%d}{draw(figures(3))}", (15,), (6, 6, 3)))


@st.composite
def cards(draw):
    first = f"62{draw(figures(draw(st.sampled_from([13, 16]))))}"
    doubled = [int(one) * 2 for one in first[::-2]]
    total = sum(map(int, first[-2::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)
    return draw(spelt(f"{first}{-total % 10}", (19,), (4, 4, 4, 4, 3)))


@settings(max_examples=400)
@given(st.one_of(mobiles(), landlines(), identities(), old_identities(), cards()), _LINE)
@example("13812345678", "三{}三")
@example("六二六九〇一五三七二七七三五四〇", "三{}三")  # with them a credit code by chance
def test_any_number_in_any_spelling_is_found_in_any_text_and_masked_for_good(number, line):
    text = line.format(number)
    assert private_numbers(text)
    masked = mask(text)
    assert private_numbers(masked) == []
    assert mask(masked) == masked


@given(st.text(alphabet=[*"0123456789 -./(),，、x一三八年月日元电话张X\n", "１", "〇"], max_size=60))
def test_whatever_is_masked_holds_no_number_and_stays_as_it_is(text):
    masked = mask(text)
    assert private_numbers(masked) == []
    assert mask(masked) == masked


@given(st.text(max_size=40))
def test_a_text_without_figures_is_never_changed(text):
    if not any(one.isnumeric() or one in "oO○◯" for one in text):
        assert mask(text) == text


def test_an_identity_number_has_its_check_character():
    assert is_identity_number("11010519491231002X")
    assert not is_identity_number("110105194912310021")
    assert not is_identity_number("11010519491331002X")


# ── secrets


@pytest.mark.parametrize(
    "text",
    [
        *("绝密", "机密", "秘密", "（秘密）", "【机密】", "“绝密”", "机密。", "秘密★", "机密★3年", "绝密★长期", "★机密", "秘密 ☆ 1年"),
        *("机　密★10年", "（秘密）关于某事项的说明", "某工程情况（机密）", "机密：某工程", "绝密级", "本件为机密级", "秘密级文件，注意保管"),
        *("密级：秘密", "密级为机密", "秘密件", "机密 某工程", "某工程\n机密", "機密★", "機密★３年", "秘密3年"),
    ],
)  # fmt: skip
def test_a_mark_of_secrecy_is_told(text):
    assert is_secret(text)
    assert fit_to_circulate(text) == WITHHELD


@pytest.mark.parametrize(
    "text",
    [
        *("商业秘密保护", "涉及商业秘密", "（商业秘密）", "保守国家秘密法", "《中华人民共和国保守国家秘密法》", "秘密级以外", "国家秘密载体销毁"),
        *("机密级以上事项不进驻", "不涉及机密级文件", "没有秘密级材料", "涉密", "内部资料", "个人隐私和商业秘密", "保密审查", "密码管理", ""),
    ],
)  # fmt: skip
def test_a_word_in_prose_is_no_mark(text):
    assert not is_secret(text)
