"""Dates as people write them: 2023.7.31, 7月底, 三季度, 45138, 长期 (contract §4).

A date is taken only where one reading is certain; what was filled in (the year, the day) is said,
and what has two readings is left to a person. A deadline given as a month means its last day.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from pipeline.intake.date_shapes import (
    FIRST_YEAR,
    LAST_YEAR,
    UNREADABLE,
    Hints,
    How,
    ParsedDate,
    in_month,
    in_span,
    near_ones,
    on_day,
    plausible,
    read_words,
)
from pipeline.intake.numerals import with_digits

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
