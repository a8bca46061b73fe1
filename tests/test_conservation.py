"""Nothing is lost and nothing is counted twice, whatever people leave in their tables; the order of files changes nothing."""

from collections import Counter
from datetime import date, datetime, timedelta
from itertools import permutations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.checks.returns import check_returns
from pipeline.judge.merge import merge, receipts, set_aside_duplicates, unreconciled
from pipeline.meeting import Meeting
from schemas.returns import BY_KEY, TABLES
from tests.sent import FIRST_ROW, PERIOD, PLAN, UNITS, sent, taken_in

SENDERS = UNITS[:3]
SENT = [sheet for sheet in TABLES if not sheet.optional]
KEYS = [sheet.key for sheet in SENT if sheet.key != "self_check"]
WORDS = [
    "合计",
    "小计：",
    "同上",
    "〃",
    "备注：以上均为拟定",
    "填表人：张三",
    "示例",
    "（一）行政许可类",
    "一、",
    "1",
    "3.",
    "√",
    "×",
    "无",
    "/",
    "—",
    "部分",
    "行政许可",
    "已进驻",
    "大厅",
    "是",
    "否",
    "区司法局",
    "石龙分局",
    "2023年4月",
    "三季度",
    "长期",
    "80%",
    "12项",
    "事项名称",
    "*事项名称",
    "姓名",
    "岗位",
    "1.14104E+30",
    "#N/A",
    "=SUM(A1:A9)",
    "410404190001010010",
]
CELLS = st.one_of(
    st.none(),
    st.sampled_from(WORDS),
    st.text("甲乙 1０〇√×/·\u200b\u00a0\n（）=+-@", max_size=6),
    st.integers(-3, 100),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1990, 1, 1), date(2030, 1, 1)).map(lambda day: datetime(day.year, day.month, day.day)),
)
ROWS = st.lists(CELLS, min_size=1, max_size=9)
#: Sender, table, how many rows below the first entry, what stands there, and in which column it begins.
GARBAGE = st.lists(
    st.tuples(st.sampled_from(SENDERS), st.sampled_from(KEYS), st.integers(0, 19), ROWS, st.integers(0, 8)), max_size=14
)


def with_garbage(garbage):
    """The correct returns of three units, with these rows written over their tables or below them."""
    returns = {unit: sent(unit) for unit in SENDERS}
    for unit, key, row, cells, column in garbage:
        line = returns[unit].tab(key).rows[FIRST_ROW - 1 + row]
        width = len(BY_KEY[key].names)
        for at, value in enumerate(cells[: max(0, width - column)], column):
            line[at] = value
    return list(returns.values())


def filled_rows(returns):
    """(file, tab, row) of every row below a header in which a table's column holds anything that can be seen."""
    found = set()
    for entry in returns:
        for sheet in SENT:
            tab, width = entry.tab(sheet.key), len(sheet.names)
            for number, row in enumerate(tab.rows[FIRST_ROW - 1 :], FIRST_ROW):
                if any(value is not None and str(value).strip(" \n\u200b\u00a0") for value in row[:width]):
                    found.add((entry.file, tab.name, number))
    return found


def where(frame):
    return zip(frame["file"], frame["sheet"], frame["row"], strict=True)


QUICK = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(GARBAGE)
def test_every_row_is_used_or_set_aside_exactly_once(garbage):
    returns = with_garbage(garbage)
    intake = set_aside_duplicates(taken_in(returns))
    merged = merge(intake, None, PLAN)
    ended = Counter(where(intake.set_aside))
    for frame in merged.tables.values():
        ended.update(where(frame))
    assert set(ended) == filled_rows(returns)
    assert set(ended.values()) == {1}
    assert unreconciled(intake, merged) == []
    assert intake.set_aside["reason"].ne("").all()


@QUICK
@given(GARBAGE)
def test_whatever_stands_there_can_be_judged(garbage):
    _, judgement, findings = judged(with_garbage(garbage))
    assert judgement.ranking["score"].between(0, 100).all()
    assert set(judgement.matrix["light_item"]) <= {"红", "黄", "绿", "灰"}
    places = [(entry.code, entry.place, entry.problem) for entry in findings]
    assert len(places) == len(set(places)), "said twice"
    assert all(entry.remedy and "{" not in entry.problem.replace(entry.value, "") for entry in findings)


def judged(returns):
    """The rows in force, the judgement, and every finding."""
    intake = taken_in(returns)
    findings = [*intake.findings, *check_returns(PLAN, PERIOD, intake, None)]
    intake = set_aside_duplicates(intake)
    merged = merge(intake, None, PLAN)
    received = receipts(PLAN, PERIOD, intake, merged, findings)
    return merged, Meeting(PLAN, PERIOD, merged, received, findings, intake.office["inspections"]), findings


def test_the_order_of_files_changes_nothing():
    units = (*SENDERS, *UNITS[8:10])
    said = set()
    for order in (units, units[::-1], (*units[2:], *units[:2])):
        returns = [sent(unit) for unit in order]
        for entry in returns:  # what is wrong travels with its unit
            entry.put("items", 1, "authority", None)
        merged, judgement, findings = judged(returns)
        frames = [*merged.tables.values(), judgement.ranking, judgement.matrix, judgement.score_parts]
        plain = [frame.drop(columns="layout", errors="ignore").to_csv() for frame in frames]
        said.add((*plain, *sorted(map(repr, findings))))
    assert len(said) == 1


def test_which_version_counts_does_not_depend_on_the_order():
    versions = [sent(SENDERS[0]) for _ in range(3)]
    for number, version in enumerate(versions):
        version.file = f"{SENDERS[0]} 第{number + 1}稿.xlsx"
        version.put("items", number, "remark", f"第{number + 1}稿")
    verdicts = set()
    for order in permutations(versions):
        intake = taken_in(order)
        files = intake.files.sort_values("file")
        verdicts.add(tuple(zip(files["file"], files["verdict"], files["reason"], strict=True)))
        assert list(intake.covers["unit"]) == [SENDERS[0]]
    assert len(verdicts) == 1


def test_a_later_date_wins_over_a_later_name():
    older, newer = sent(SENDERS[0]), sent(SENDERS[0])
    older.file, newer.file = f"{SENDERS[0]} 最终版.xlsx", f"{SENDERS[0]} 初稿.xlsx"
    newer.put("cover", 0, "filled_on", older.content.cover["filled_on"] + timedelta(days=1))
    for order in ([older, newer], [newer, older]):
        files = taken_in(order).files.set_index("file")
        assert files.loc[newer.file, "verdict"] == "采用"
        assert files.loc[older.file, "verdict"] == "已被替代"
