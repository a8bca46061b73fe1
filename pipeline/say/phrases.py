"""Phrases of official papers: dates, shares, lists, numbers, and the blanks that stay for a person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from schemas.figures import is_blank, percent

BLANK_CAUSE = "【请办公室补充原因】"
BLANK_PRACTICE = "【请办公室补充做法】"
_NUMERALS = "一二三四五六七八九十"
_NAMED = 10


def day(when: date) -> str:
    """A date as official papers write it.

    >>> day(date(2023, 4, 14))
    '2023年4月14日'
    """
    return f"{when.year}年{when.month}月{when.day}日"


def share(value: Any, of: int | None = None) -> str:  # noqa: ANN401 - a cell
    """A share of 1, or `value` out of `of`, as a percentage; — where there is none."""
    if of is not None:
        return percent(Fraction(value, of)) if of else "—"
    return "—" if is_blank(value) else percent(Fraction(value).limit_denominator(10**6))


def change_of(difference: int, unit: str) -> str:
    """比上期增加3盏 / 比上期减少2盏 / 与上期持平."""
    if not difference:
        return "与上期持平"
    return f"比上期{'增加' if difference > 0 else '减少'}{abs(difference)}{unit}"


def verify_first(doubts: int) -> str:
    """A note to the office beside a praise that its own list of doubts may spoil; "" without doubts."""
    return f"【发文前请办公室先核实：“需核实”中有该单位{doubts}条】" if doubts else ""


def listed(names: Sequence[str]) -> str:
    """A、B、C, cut after ten: A、B…等12家."""
    shown = "、".join(names[:_NAMED])
    return shown if len(names) <= _NAMED else f"{shown}等{len(names)}家"


def sublisted(sentences: Iterable[str]) -> Iterator[str]:
    """Each sentence as a paragraph of its own, numbered （一） to （九十九）."""
    for number, sentence in enumerate(sentences, 1):
        yield f"（{numeral(number)}）{sentence}"


def numeral(number: int) -> str:
    """A number below 100 in Chinese.

    >>> numeral(3), numeral(10), numeral(12), numeral(20), numeral(33)
    ('三', '十', '十二', '二十', '三十三')
    """
    tens, units = divmod(number, 10)
    head = "" if not tens else "十" if tens == 1 else f"{_NUMERALS[tens - 1]}十"
    return head + (_NUMERALS[units - 1] if units else "")
