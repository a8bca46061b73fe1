"""Chinese numerals as numbers: 十二 → 12, 二〇二三 → 2023, 廿三 → 23."""

import re

_DIGITS = {
    **dict(zip("零一二三四五六七八九", range(10), strict=True)),
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "○": 0,
    "两": 2,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_LONGEST = 18  # a longer row of digits is no number that anybody counted to
_TENS = {"廿": "二十", "卅": "三十"}
_RUN = re.compile(f"[{''.join((*_DIGITS, *_UNITS, *_TENS))}]+")


def chinese_number(text: str) -> int | None:
    """The whole number that `text` spells, below 10,000, or a row of digits; None if it is none.

    >>> chinese_number("一百零五"), chinese_number("二〇二三"), chinese_number("三项")
    (105, 2023, None)
    """
    for short, full in _TENS.items():
        text = text.replace(short, full)
    if not text or len(text) > _LONGEST or any(char not in _DIGITS and char not in _UNITS for char in text):
        return None
    if not any(char in _UNITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    return _counted(text)


def _counted(text: str) -> int | None:
    total, digit, limit = 0, None, 10_000
    for char in text:
        if char in _UNITS:
            unit = _UNITS[char]
            if unit >= limit or digit == 0:
                return None
            total, digit, limit = total + unit * (1 if digit is None else digit), None, unit
        elif digit:
            return None
        else:
            digit = _DIGITS[char]
    return total + (digit or 0)


def with_digits(text: str) -> str:
    """The text with every Chinese numeral written in digits, where it spells a number.

    >>> with_digits("二〇二三年七月三十一日")
    '2023年7月31日'
    """

    def digits(run: re.Match[str]) -> str:
        number = chinese_number(run[0])
        return run[0] if number is None else str(number)

    return _RUN.sub(digits, text)
