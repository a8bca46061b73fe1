"""Dates as people write them: 2023.7.31, 7月底, 三季度, 45138, 长期 (contract §4).

A date is taken only where one reading is certain; what was filled in (the year, the day) is said,
and what has two readings is left to a person. A deadline given as a month means its last day.

The written shapes of a date, one pattern a shape, in words already free of blanks and clocks.

Used by `dates.parse_date` alone; the order of `_SHAPES` matters where two patterns fit.
"""

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from pipeline.intake.text import with_digits


class How(StrEnum):
    """How sure the reading of a date is."""

    EXACT = "exact"  # a date cell, or 2023-07-31
    NORMALISED = "normalised"  # a whole date, written otherwise
    INFERRED = "inferred"  # the year or the day was filled in
    DOUBTFUL = "doubtful"  # with a value: applied, but a person must look; without: two readings
    OPEN_ENDED = "open_ended"  # 长期: no date, and never overdue
    WRONG_COLUMN = "wrong_column"  # 已完成 and the like, which belong elsewhere
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """The date, or None; how sure it is; and, where a person must look, why (Chinese, no full stop)."""

    value: date | None
    how: How
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class Hints:
    """What fills in what is not written: the year, and whether a month means its last day."""

    year: int
    month_end: bool


UNREADABLE = ParsedDate(None, How.UNREADABLE)
FIRST_YEAR, LAST_YEAR = 2000, 2099
_NEAR_YEARS = 5  # how far a year of two digits may lie from that of the period

_ABOUT = re.compile(r"^(大?约|大概)|(左右|上下|前后)$")
_BEFORE = re.compile(r"^(预计|计划|拟定?|力争|争取|确保|预期|暂定|将|已|于|在|截至|截止到?|不晚于|最迟|不迟于)+于?")
_AFTER = re.compile(
    "(之前|以前|前)?(全部|整体|基本)?(完成|到位|办结|解决|进驻|对接|实现|整改)?(到位|完成)?(之前|以前|前)?$"
)
_RELATIVE_YEAR = {"今": 0, "本": 0, "当": 0, "全": 0, "明": 1, "次": 1, "来": 1, "后": 2, "去": -1}
_ENGLISH_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr) if name}


def plausible(day: date, how: How) -> ParsedDate:
    """The date, unless its year shows that something else was meant."""
    if day.year == 9999:  # how some systems write 长期
        return ParsedDate(None, How.OPEN_ENDED)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return ParsedDate(None, How.DOUBTFUL, f"年份成了 {day.year} 年，请核对")
    return ParsedDate(day, how)


def on_day(year: int, month: int, day: int, how: How) -> ParsedDate:
    """That day, or UNREADABLE where the calendar has none (2023.2.30)."""
    try:
        return plausible(date(year, month, day), how)
    except ValueError:
        return UNREADABLE


def in_month(year: int, month: int, hints: Hints) -> ParsedDate:
    """The last day of a month, or its first."""
    if not 1 <= month <= 12:
        return UNREADABLE
    return on_day(year, month, calendar.monthrange(year, month)[1] if hints.month_end else 1, How.INFERRED)


def in_span(year: int, first: int, last: int, hints: Hints) -> ParsedDate:
    """The last day of a run of months, or its first."""
    return in_month(year, last if hints.month_end else first, hints)


def read_words(text: str, hints: Hints) -> ParsedDate:
    """Read a date in words; text: digits, separators and Chinese, without blanks or clock times."""
    core = _ABOUT.sub("", text)
    core = _AFTER.sub("", _BEFORE.sub("", core)) or core
    parsed = _by_shape(core, hints)
    if parsed is None:
        return _english(core) or _range(core, hints) or UNREADABLE
    if parsed.value and core != text and _ABOUT.search(text):
        return replace(parsed, how=How.DOUBTFUL, doubt=f"写的是大概时间，暂按 {parsed.value} 处理")
    return parsed


def _by_shape(core: str, hints: Hints) -> ParsedDate | None:
    for shape, read in _SHAPES:
        found = shape.fullmatch(core)
        if found:
            return read(found, hints)
    return None


def _year(written: str | None, hints: Hints) -> int:
    if not written:
        return hints.year
    if written[0] in _RELATIVE_YEAR:
        return hints.year + _RELATIVE_YEAR[written[0]]
    number = int(re.sub(r"\D", "", written))
    return number + 2000 if number < 100 else number


def _is_near(parsed: ParsedDate, hints: Hints) -> bool:
    return parsed.value is not None and abs(parsed.value.year - hints.year) <= _NEAR_YEARS


def near_ones(parsed: list[ParsedDate], hints: Hints) -> list[ParsedDate]:
    """Those readings whose year lies near that of the period."""
    return [entry for entry in parsed if _is_near(entry, hints)]


def _year_month_day(found: re.Match[str], _: Hints) -> ParsedDate:
    year, month, day = (int(part) for part in found.groups())
    return on_day(year, month, day, How.NORMALISED)


def _short_year(found: re.Match[str], hints: Hints) -> ParsedDate:
    first, middle, last = (int(part) for part in found.groups())
    written = on_day(2000 + first, middle, last, How.INFERRED)
    if "年" in found[0] or _is_near(written, hints):
        return written
    turned = on_day(2000 + last, middle, first, How.DOUBTFUL)
    return _applied(turned, "日、月、年") if _is_near(turned, hints) else UNREADABLE


def _year_last(found: re.Match[str], _: Hints) -> ParsedDate:
    first, middle, year = (int(part) for part in found.groups())
    day_first, month_first = on_day(year, middle, first, How.DOUBTFUL), on_day(year, first, middle, How.DOUBTFUL)
    if day_first.value and month_first.value and day_first != month_first:
        return ParsedDate(None, How.DOUBTFUL, f"分不清是 {middle} 月 {first} 日还是 {first} 月 {middle} 日")
    if day_first.value:
        return _applied(day_first, "日、月、年")
    return _applied(month_first, "月、日、年") if month_first.value else UNREADABLE


def _applied(parsed: ParsedDate, order: str) -> ParsedDate:
    return replace(parsed, doubt=f"像是按{order}的顺序写的，暂按 {parsed.value} 处理")


def _month_part(found: re.Match[str], hints: Hints) -> ParsedDate:
    year, month, part = _year(found[1], hints), int(found[2]), found[3].lstrip("月")
    days = {"上旬": (1, 10), "初": (1, 10), "中旬": (11, 20), "中": (15, 15)}.get(part)
    if days:
        return on_day(year, month, days[hints.month_end], How.INFERRED)
    if part == "下旬" and not hints.month_end:
        return on_day(year, month, 21, How.INFERRED)
    return in_month(year, month, replace(hints, month_end=True) if part else hints)


def _month_day(found: re.Match[str], hints: Hints) -> ParsedDate:
    month, day = int(found[2]), int(found[3])
    if month > 12 and not found[1]:  # 23.7: a year of two digits and a month
        near = near_ones([in_month(2000 + month, day, hints)], hints)
        return near[0] if near else UNREADABLE
    return on_day(_year(found[1], hints), month, day, How.INFERRED)


def _quarter(found: re.Match[str], hints: Hints) -> ParsedDate:
    quarter = int(found[2])
    return in_span(_year(found[1], hints), 3 * quarter - 2, 3 * quarter, hints)


def _half(found: re.Match[str], hints: Hints) -> ParsedDate:
    first = 1 if found[2] == "上" else 7
    return in_span(_year(found[1], hints), first, first + 5, hints)


def _whole_year(found: re.Match[str], hints: Hints) -> ParsedDate:
    year = _year(found[1], hints)
    if found[2] == "中":
        return on_day(year, 6, 30, How.INFERRED)
    return in_span(year, 1, 12, replace(hints, month_end=True) if found[2] in ("底", "末", "终") else hints)


_SEP = r"[年./\-。、,·]"
_SEP_2 = r"[月./\-。、,·]"
_PART = "(上旬|中旬|下旬|月?[初中底末])"
_ANY_YEAR = r"(\d{4}年?度?[./-]?|\d{2}年|[今本当明次来后去]年度?)"
_BARE_YEAR = r"(\d{4}|\d{2}(?=年)|[今本当明次来后去])"
_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Hints], ParsedDate]], ...] = tuple(
    (re.compile(shape), read)
    for shape, read in (
        (rf"(\d{{4}}){_SEP}(\d{{1,2}}){_SEP_2}(\d{{1,2}})[日号]?", _year_month_day),
        (rf"(\d{{2}}){_SEP}(\d{{1,2}}){_SEP_2}(\d{{1,2}})[日号]?", _short_year),
        (r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", _year_last),
        (rf"(\d{{4}}{_SEP}|\d{{2}}年|[今本当明次来后去]年)(\d{{1,2}})月?份?()", _month_part),
        (rf"{_ANY_YEAR}?(\d{{1,2}})月?份?{_PART}", _month_part),
        (r"()(\d{1,2})月份?()", _month_part),
        (rf"([今本当明次来去]年)?(\d{{1,2}}){_SEP_2}(\d{{1,2}})[日号]?", _month_day),
        (rf"{_ANY_YEAR}?第?([1-4])季度?[末底内]?", _quarter),
        (rf"{_ANY_YEAR}?[Qq]([1-4])", _quarter),
        (rf"{_ANY_YEAR}?(上|下)半年[末底内]?", _half),
        (rf"{_BARE_YEAR}?年{{1,2}}度?(底|末|终|内|中)", _whole_year),
        (r"(\d{4})(底|末)", _whole_year),
        (r"(\d{4}|\d{2}(?=年)|[今本明全])年度?()", _whole_year),
    )
)


def _english(core: str) -> ParsedDate | None:
    """31-Jul-23, Jul31,2023: what an English Excel shows."""
    found = re.fullmatch(r"(\d{1,2})-?([A-Za-z]{3,9})[-,]?(\d{4}|\d{2})", core)
    day, name, year = found.groups() if found else ("", "", "")
    if not found:
        found = re.fullmatch(r"([A-Za-z]{3,9})\.?(\d{1,2}),(\d{4})", core)
        name, day, year = found.groups() if found else ("", "", "")
    month = _ENGLISH_MONTHS.get(name[:3].lower())
    if not month:
        return None
    return on_day(int(year) + (2000 if len(year) == 2 else 0), month, int(day), How.NORMALISED)


def _range(core: str, hints: Hints) -> ParsedDate | None:
    """3月至7月: a deadline is the end of it, anything else its beginning; a person must look."""
    for found in re.finditer("[-~—–至到]+", core):
        left, right = core[: found.start()], core[found.end() :]
        first = _by_shape(f"{left}月" if left.isdigit() else left, hints)
        if first is None or first.value is None or not re.search("[月.季年]", right):
            continue
        last = _by_shape(right, replace(hints, year=first.value.year))
        if last and last.value and last.value >= first.value:
            chosen = last.value if hints.month_end else first.value
            return ParsedDate(chosen, How.DOUBTFUL, f"写的是一段时间，暂按 {chosen} 处理")
    return None


__all__ = ["How", "ParsedDate", "parse_date"]

_FIRST_SERIAL, _LAST_SERIAL = 36526, 55153  # 2000-01-01 to 2050-12-31 in Excel's 1900 system
_DAYS_1904 = 1462
_LONGEST = 40  # characters; beyond that it is a sentence

_OPEN_ENDED = re.compile(
    "(长期|常态化?|持续|永久|常年|长年|长久)(坚持|有效|推进|推进中|执行|开展|进行|保持|落实)?|无固定期限|无期限|不限期"
)
_WRONG_COLUMN = re.compile(
    "(已|全部|正在|未|尚未)*(完成|办结|解决|到位|进驻|对接|授权|整改|整改到位|销号|落实|实现|启动|推进|办理|开展)(中|了|完成)?"
    r"|进行中|是|否|√|×|✓|\d{1,3}%"
)
_WEEKDAY = re.compile(r"[(（]?(星期|礼拜|周)[一二三四五六日天][)）]?")
_CLOCK = re.compile(
    r"(?<=[\d日号T\s])[T\s]*(上午|下午|[AaPp][Mm])?\s*\d{1,2}[:时]\d{1,2}([:分]?(\d{1,2}(\.\d+)?秒?)?)?Z?\s*([AaPp][Mm])?$"
)


def parse_date(raw: object, *, year: int, month_end: bool = True, date1904: bool = False) -> ParsedDate:
    """Read one cell as a date.

    year: what a missing year means (that of the period). month_end: a month, quarter or year means
    its last day (a deadline) and not its first. date1904: serial numbers count from 1904.
    """
    hints = Hints(year, month_end)
    if isinstance(raw, datetime):
        return plausible(raw.date(), How.EXACT if raw.time() == time(0) else How.NORMALISED)
    if isinstance(raw, date):
        return plausible(raw, How.EXACT)
    if isinstance(raw, bool):
        return UNREADABLE
    if isinstance(raw, int | float):
        return _from_number(raw, hints, date1904)
    return _from_text(raw, hints, date1904) if isinstance(raw, str) else UNREADABLE


def _from_serial(serial: float, date1904: bool) -> ParsedDate:
    days = int(serial) + (_DAYS_1904 if date1904 else 0)
    return plausible(date(1899, 12, 30) + timedelta(days=days), How.NORMALISED)


def _from_number(raw: float, hints: Hints, date1904: bool) -> ParsedDate:
    if _FIRST_SERIAL <= raw < _LAST_SERIAL + 1:
        return _from_serial(raw, date1904)
    if not 1 <= raw < 10**8 or raw == int(raw):
        return _from_digits(str(int(raw)), hints) if 1 <= raw < 10**8 else UNREADABLE
    decimals = repr(float(raw)).partition(".")[2]
    if FIRST_YEAR <= int(raw) <= LAST_YEAR:
        return _year_with_decimals(int(raw), decimals, hints)
    if raw < 13 and decimals in ("1", "2", "3"):
        return ParsedDate(None, How.DOUBTFUL, f"存成了数字，分不清是 {decimals} 日还是 {decimals}0 日")
    if raw < 13 and len(decimals) <= 2:
        return on_day(hints.year, int(raw), int(decimals), How.INFERRED)
    return UNREADABLE


def _year_with_decimals(year: int, decimals: str, hints: Hints) -> ParsedDate:
    if decimals == "1":
        return ParsedDate(None, How.DOUBTFUL, "存成了数字，分不清是 1 月还是 10 月")
    if len(decimals) == 4:
        return on_day(year, int(decimals[:2]), int(decimals[2:]), How.NORMALISED)
    return in_month(year, int(decimals), hints) if len(decimals) <= 2 else UNREADABLE


def _from_digits(digits: str, hints: Hints) -> ParsedDate:
    if len(digits) == 8:
        return on_day(int(digits[:4]), int(digits[4:6]), int(digits[6:]), How.NORMALISED)
    if len(digits) == 6:
        month = in_month(int(digits[:4]), int(digits[4:]), hints)
        day = on_day(2000 + int(digits[:2]), int(digits[2:4]), int(digits[4:]), How.INFERRED)
        near = near_ones([month, day], hints)
        if len(near) == 2:
            return ParsedDate(None, How.DOUBTFUL, "分不清是年月还是年月日")
        return near[0] if near else UNREADABLE
    if len(digits) == 4 and FIRST_YEAR <= int(digits) <= LAST_YEAR:
        return in_span(int(digits), 1, 12, hints)
    return UNREADABLE


def _from_text(raw: str, hints: Hints, date1904: bool) -> ParsedDate:
    text = raw.strip()
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        return on_day(int(text[:4]), int(text[5:7]), int(text[8:]), How.EXACT)
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf").strip()
    if len(text) > _LONGEST:
        return UNREADABLE
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        numeric = _from_numeric_text(text, hints, date1904)
        if numeric:
            return numeric
    return _from_status("".join(text.split())) or read_words(_without_blanks(text), hints)


def _from_numeric_text(text: str, hints: Hints, date1904: bool) -> ParsedDate | None:
    if re.fullmatch(r"[0-9]{5}(\.[0-9]+)?", text) and _FIRST_SERIAL <= float(text) < _LAST_SERIAL + 1:
        return _from_serial(float(text), date1904)
    if re.fullmatch(r"[0-9]{4,8}(\.0)?", text):
        return _from_digits(text.removesuffix(".0"), hints)
    return None


def _from_status(compact: str) -> ParsedDate | None:
    if _OPEN_ENDED.fullmatch(compact):
        return ParsedDate(None, How.OPEN_ENDED)
    return ParsedDate(None, How.WRONG_COLUMN) if _WRONG_COLUMN.fullmatch(compact) else None


def _without_blanks(text: str) -> str:
    """2023 年 7 月 31 日 10:30 → 2023年7月31日; 2023 7 31 → 2023.7.31."""
    text = with_digits(_WEEKDAY.sub("", _CLOCK.sub("", text)))
    text = re.sub(r"\s*([年月日号至到~./\-。、,—–])\s*", r"\1", text.strip())
    text = re.sub(r"(?<=[0-9])[—–−‐‑]+(?=[0-9])", "-", text)
    return "".join(re.sub(r"(?<=[0-9])\s+(?=[0-9])", ".", text).split()).rstrip("。.;；,，")
