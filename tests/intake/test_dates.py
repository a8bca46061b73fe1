from datetime import date, datetime, time

import pytest

from pipeline.intake.dates import How, ParsedDate, parse_date


def parsed(raw, month_end=True, year=2023, **options) -> ParsedDate:
    return parse_date(raw, year=year, month_end=month_end, **options)


#: domain.json, date_cases: raw text → the date of a deadline in 2023, and how sure it is.
DATE_CASES = {
    "2023.7.31": ("2023-07-31", "normalised"),
    "2023/07/31": ("2023-07-31", "normalised"),
    "20230731": ("2023-07-31", "normalised"),
    "2023年7月31日": ("2023-07-31", "normalised"),
    "2023年07月": ("2023-07-31", "inferred"),
    "2023.7": ("2023-07-31", "inferred"),
    "7月底": ("2023-07-31", "inferred"),
    "7.31": ("2023-07-31", "inferred"),
    "45138": ("2023-07-31", "normalised"),
    "2023.2.30": (None, "unreadable"),
    "三季度": ("2023-09-30", "inferred"),
    "年底": ("2023-12-31", "inferred"),
    "2023年8月中旬": ("2023-08-20", "inferred"),
    "长期": (None, "open_ended"),
    "二〇二三年七月三十一日": ("2023-07-31", "normalised"),
    "２０２３．７．３１": ("2023-07-31", "normalised"),
    "2023年10月底": ("2023-10-31", "inferred"),
    "31/7/2023": ("2023-07-31", "doubtful"),
    "已完成": (None, "wrong_column"),
}

KIN = {
    "2023-07-31": ("2023-07-31", "exact"),
    " 2023-7-31 ": ("2023-07-31", "normalised"),
    "2023 7 31": ("2023-07-31", "normalised"),
    "2023. 7. 31": ("2023-07-31", "normalised"),
    "2023 年 7 月 31 日": ("2023-07-31", "normalised"),
    "2023。7。31": ("2023-07-31", "normalised"),
    "2023、7、31": ("2023-07-31", "normalised"),
    "2023—07—31": ("2023-07-31", "normalised"),
    "2023.7.31.": ("2023-07-31", "normalised"),
    "2023年7月31号": ("2023-07-31", "normalised"),
    "2023.07.31日": ("2023-07-31", "normalised"),
    "2023-07-31 00:00:00": ("2023-07-31", "normalised"),
    "2023-07-31T10:30:00": ("2023-07-31", "normalised"),
    "2023/7/31 上午10:30": ("2023-07-31", "normalised"),
    "2023年7月31日 10时30分": ("2023-07-31", "normalised"),
    "2023年7月31日（星期一）": ("2023-07-31", "normalised"),
    "2023年7月31日前": ("2023-07-31", "normalised"),
    "预计2023年7月31日前完成": ("2023-07-31", "normalised"),
    "20230731.0": ("2023-07-31", "normalised"),
    "31-Jul-23": ("2023-07-31", "normalised"),
    "Jul 31, 2023": ("2023-07-31", "normalised"),
    "23.7.31": ("2023-07-31", "inferred"),
    "23年7月31日": ("2023-07-31", "inferred"),
    "23/7/31": ("2023-07-31", "inferred"),
    "230731": ("2023-07-31", "inferred"),
    "202307": ("2023-07-31", "inferred"),
    "23.7": ("2023-07-31", "inferred"),
    "2023-07": ("2023-07-31", "inferred"),
    "2023.1": ("2023-01-31", "inferred"),
    "2023.10": ("2023-10-31", "inferred"),
    "2023年7月份": ("2023-07-31", "inferred"),
    "7月": ("2023-07-31", "inferred"),
    "七月底前": ("2023-07-31", "inferred"),
    "力争7月底前完成": ("2023-07-31", "inferred"),
    "7月31日": ("2023-07-31", "inferred"),
    "７月３１日": ("2023-07-31", "inferred"),
    "7/31": ("2023-07-31", "inferred"),
    "十二月三十一日": ("2023-12-31", "inferred"),
    "7月初": ("2023-07-10", "inferred"),
    "7月上旬": ("2023-07-10", "inferred"),
    "7月中": ("2023-07-15", "inferred"),
    "7月下旬": ("2023-07-31", "inferred"),
    "7月末": ("2023-07-31", "inferred"),
    "2月底": ("2023-02-28", "inferred"),
    "2024年2月底": ("2024-02-29", "inferred"),
    "2023.7月底": ("2023-07-31", "inferred"),
    "2023年第三季度": ("2023-09-30", "inferred"),
    "第3季度末": ("2023-09-30", "inferred"),
    "2023Q3": ("2023-09-30", "inferred"),
    "上半年": ("2023-06-30", "inferred"),
    "2023年下半年": ("2023-12-31", "inferred"),
    "2023年底": ("2023-12-31", "inferred"),
    "2023年年底前": ("2023-12-31", "inferred"),
    "今年底": ("2023-12-31", "inferred"),
    "年内": ("2023-12-31", "inferred"),
    "年中": ("2023-06-30", "inferred"),
    "明年6月": ("2024-06-30", "inferred"),
    "明年底": ("2024-12-31", "inferred"),
    "2023年": ("2023-12-31", "inferred"),
    "2023": ("2023-12-31", "inferred"),
    "7/31/2023": ("2023-07-31", "doubtful"),
    "31/7/23": ("2023-07-31", "doubtful"),
    "7月31日左右": ("2023-07-31", "doubtful"),
    "3月至7月": ("2023-07-31", "doubtful"),
    "7-8月": ("2023-08-31", "doubtful"),
    "2023.3.1-2023.7.31": ("2023-07-31", "doubtful"),
    "3/7/2023": (None, "doubtful"),
    "1023-07-31": (None, "doubtful"),
    "长期坚持": (None, "open_ended"),
    "持续推进": (None, "open_ended"),
    "9999-12-31": (None, "open_ended"),
    "已进驻": (None, "wrong_column"),
    "推进中": (None, "wrong_column"),
    "100%": (None, "wrong_column"),
    "2023.13.1": (None, "unreadable"),
    "2023年9月31日": (None, "unreadable"),
    "2023.0.1": (None, "unreadable"),
    "待定": (None, "unreadable"),
    "月底": (None, "unreadable"),
    "年初": (None, "unreadable"),
    "尽快": (None, "unreadable"),
    "国庆节前": (None, "unreadable"),
    "底": (None, "unreadable"),
    "12": (None, "unreadable"),
    "13800138000": (None, "unreadable"),
}


def expected(case) -> tuple[date | None, str]:
    day, how = case
    return (date.fromisoformat(day) if day else None, how)


@pytest.mark.parametrize("raw", [*DATE_CASES, *KIN])
def test_every_spelling_of_a_deadline(raw):
    result = parsed(raw)
    assert (result.value, result.how) == expected((DATE_CASES | KIN)[raw])


@pytest.mark.parametrize(
    ("raw", "day"),
    {
        "2023年7月": "2023-07-01",
        "三季度": "2023-07-01",
        "上半年": "2023-01-01",
        "2023": "2023-01-01",
        "7月上旬": "2023-07-01",
        "7月中旬": "2023-07-11",
        "7月下旬": "2023-07-21",
        "7月底": "2023-07-31",
        "3月至7月": "2023-03-01",
    }.items(),
)
def test_a_day_that_is_no_deadline_is_the_first_of_its_span(raw, day):
    assert parsed(raw, month_end=False).value == date.fromisoformat(day)


def test_cells_that_are_dates_already():
    assert parsed(date(2023, 7, 31)) == ParsedDate(date(2023, 7, 31), How.EXACT)
    assert parsed(datetime(2023, 7, 31)) == ParsedDate(date(2023, 7, 31), How.EXACT)
    assert parsed(datetime(2023, 7, 31, 10, 30)) == ParsedDate(date(2023, 7, 31), How.NORMALISED)
    assert parsed(datetime(1900, 1, 7)).value is None  # 7.31 typed into a cell that shows dates


@pytest.mark.parametrize(
    ("raw", "day", "how"),
    [
        (45138, "2023-07-31", "normalised"),
        (45138.4375, "2023-07-31", "normalised"),
        (20230731, "2023-07-31", "normalised"),
        (2023.0731, "2023-07-31", "normalised"),
        (202307, "2023-07-31", "inferred"),
        (2023.7, "2023-07-31", "inferred"),
        (2023.12, "2023-12-31", "inferred"),
        (7.31, "2023-07-31", "inferred"),
        (7.5, "2023-07-05", "inferred"),
        (2023.1, None, "doubtful"),
        (7.1, None, "doubtful"),
        (7, None, "unreadable"),
        (True, None, "unreadable"),
        (0, None, "unreadable"),
        (-3.5, None, "unreadable"),
        (float("inf"), None, "unreadable"),
        (float("nan"), None, "unreadable"),
        (time(10, 30), None, "unreadable"),
        (None, None, "unreadable"),
    ],
)
def test_numbers(raw, day, how):
    result = parsed(raw)
    assert (result.value, result.how) == (date.fromisoformat(day) if day else None, how)


def test_serial_numbers_of_a_mac_workbook_count_from_1904():
    assert parsed(43676, date1904=True).value == date(2023, 7, 31)


def test_the_missing_year_is_that_of_the_period():
    assert parsed("7月底", year=2024).value == date(2024, 7, 31)
    assert parsed("2023年7月底", year=2024).value == date(2023, 7, 31)


def test_what_is_doubtful_says_why():
    assert parsed(2023.1).doubt == "存成了数字，分不清是 1 月还是 10 月"
    assert parsed("31/7/2023").doubt == "像是按日、月、年的顺序写的，暂按 2023-07-31 处理"
    assert parsed("3/7/2023").doubt == "分不清是 7 月 3 日还是 3 月 7 日"
