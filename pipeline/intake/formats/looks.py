"""What a cell looks like, where that says more than its value.

Fixed text before a number ("RW-"00), a date of which only the month is shown, a line through the words,
words greyed out. What is seen is what the person meant: such numbers and dates become the text that is seen.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pipeline.intake.raw import Cell

#: Number formats that a file names by number alone, as far as they mean dates (ECMA-376 18.8.30, Chinese list).
_YEAR_MONTH, _MONTH_DAY, _CLOCK = 'yyyy"年"m"月"', 'm"月"d"日"', 'h"时"mm"分"ss"秒"'
BUILT_IN: Mapping[int, str] = {
    **dict.fromkeys((14, 15, 22, 30, 31), "yyyy-m-d"),
    **dict.fromkeys((27, 36, 50, 52, 57), _YEAR_MONTH),
    **dict.fromkeys((16, 28, 29, 51, 53, 54, 58), _MONTH_DAY),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), _CLOCK),
    17: "mmm-yy",
    46: "[h]:mm:ss",
}
#: Greys that our own template puts there: what stands in them was not greyed out by anybody.
OF_TEMPLATE = frozenset({"EDEDED", "6B6B6B"})
_DARKEST, _LIGHTEST, _COLOURED = 0x60, 0xEF, 10

_ASIDE = re.compile(r"\[[^\]]*\]|[_*].")
_LITERAL = r'(?:"[^"]*"|\\.|[-+() ]|[^\x00-\x7f])'
_FIXED_TEXT = re.compile(rf"({_LITERAL}*+)(0+|#+0*|General)({_LITERAL}*+)(?:;.*)?", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"|\\(.)')
_YEAR = re.compile(r"y{2,4}\s*年?")
_MONTH = re.compile(r"y{2,4}\s*[年./-]?\s*m{1,4}\s*(?:月份?)?|m{1,4}\s*[ ./-]\s*y{2,4}")
_DATE_LETTER = re.compile("[ymdhs年月日时]", re.IGNORECASE)
_OF_HOURS = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_EXACT_BELOW = 10**15


@dataclass(frozen=True, slots=True)
class Look:
    """Number format, whether struck through, whether greyed out (by the colour of words or ground)."""

    number_format: str = "General"
    struck: bool = False
    grey: bool = False

    @property
    def tells(self) -> bool:
        """Whether a cell that looks so must be looked at."""
        return self.struck or self.grey or shows_otherwise(self.number_format)


def telling(looks: Mapping[int, Look]) -> dict[int, Look]:
    """Those of a workbook's styles whose cells must be looked at: in most workbooks none."""
    return {number: look for number, look in looks.items() if look.tells}


def shows_otherwise(number_format: str) -> bool:
    """Whether a number or a date in this format is seen as some other text."""
    plain = _plain(number_format)
    if _MONTH.fullmatch(plain) or _YEAR.fullmatch(plain):
        return True
    match = _FIXED_TEXT.fullmatch(_ASIDE.sub("", number_format))
    return match is not None and (match[2].count("0") > 1 or _has_words(match[1] + match[3]))


def seen(value: Cell, number_format: str) -> Cell:
    """What the cell shows, where that is another text than the value: 3 → RW-03, 2023-05-01 → 2023年5月."""
    if isinstance(value, date):
        plain = _plain(number_format)
        if _MONTH.fullmatch(plain):
            return f"{value.year}年{value.month}月"
        return f"{value.year}年" if _YEAR.fullmatch(plain) else value
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < _EXACT_BELOW:
        return value
    match = _FIXED_TEXT.fullmatch(_ASIDE.sub("", number_format))
    if not match:
        return value
    text = _unquoted(match[1]) + str(value).zfill(match[2].count("0")) + _unquoted(match[3])
    return text if _has_words(text.replace(str(value), "", 1)) else value


def is_date(number_format: str) -> bool:
    """Whether a number in this format is a day or a time of day."""
    bare = _QUOTED.sub("", _ASIDE.sub("", number_format.partition(";")[0]))
    return _DATE_LETTER.search(bare.replace("General", "")) is not None or is_duration(number_format)


def is_duration(number_format: str) -> bool:
    """Whether a number in this format is a span of hours, minutes or seconds."""
    return _OF_HOURS.search(number_format) is not None


def is_grey(rgb: str) -> bool:
    """Whether a colour (RRGGBB, perhaps with an alpha before it) is a grey that our template does not use."""
    rgb = rgb[-6:].upper()
    if len(rgb) < 6 or rgb in OF_TEMPLATE:
        return False
    try:
        parts = bytes.fromhex(rgb)
    except ValueError:
        return False
    return max(parts) - min(parts) <= _COLOURED and min(parts) >= _DARKEST and max(parts) <= _LIGHTEST


def _plain(number_format: str) -> str:
    """The first section of a format without colours, paddings and quotes, in small letters."""
    return _unquoted(_ASIDE.sub("", number_format.partition(";")[0])).strip().lower()


def _unquoted(words: str) -> str:
    return _QUOTED.sub(lambda match: match[1] or match[2] or "", words)


def _has_words(words: str) -> bool:
    return any(map(str.isalnum, _unquoted(words)))
