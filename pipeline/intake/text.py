"""Text as people type it, made comparable: widths, invisible characters, blanks, brackets, variants.

Three strengths. `tidy` takes away only what nobody sees (free text), `tidy_name` also what nobody
means (names, numbers of documents), `fold` gives a key for comparing and is never shown to anyone.
Bracketed text is never removed: it is part of a name (contract §4).

Chinese numerals as numbers: 十二 → 12, 二〇二三 → 2023, 廿三 → 23.
"""

import re
import unicodedata
from datetime import date, datetime, time
from math import isfinite

_INVISIBLE = re.compile(
    "[\u0000-\u0008\u000e-\u001f\u007f\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]|_x000[dD]_"
)
_ODD_SPACE = re.compile("[\t\x0b\x0c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LINE_BREAK = re.compile("\r\n?|[\u0085\u2028\u2029]")
#: Characters copied from PDFs that only look like the usual ones: radicals and compatibility forms.
_LOOKALIKE = re.compile("[\u2e80-\u2fdf\uf900-\ufaff]")
#: Text that every function below would give back as it is: the usual case, told apart at once.
_PLAIN = re.compile("[一-鿿0-9A-Za-z（），。、；：“”《》〔〕·_/.%+-]*")
_WIDE = {
    code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code).isalnum() or chr(code) in "＊％－／．＋＝＿"
}
_ALPHANUMERIC = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F) if chr(code).isalnum()}
_BRACKETS = str.maketrans("()﹙﹚⁽⁾", "（）（）（）")
_ASCII_WORD = re.compile("[0-9A-Za-z.,%]")

_TRADITIONAL = (
    "許認決給獎勵備權務類編碼領請處罰強徵檢審設進駐間廳線環節無內網綜專業號層級國區縣統臺聯對應實現證辦電簽檔據單長體雙頭兩試"
    "點員職責導機話說問題狀態時計劃際歸屬項負選擇個關開啟閉擊錄錯誤報詢養勞動會險醫療衛殘學聽評場驗確標準結論舉稱經濟運輸農鄉"
    "廣視規資產質術監護財發稅與從後為僅當沒條歲萬億執達龍氣議團門車鎮軍續寫構織價糧貫測徹協調傳樣書訂簡見註"
)
_SIMPLIFIED = (
    "许认决给奖励备权务类编码领请处罚强征检审设进驻间厅线环节无内网综专业号层级国区县统台联对应实现证办电签档据单长体双头两试"
    "点员职责导机话说问题状态时计划际归属项负选择个关开启闭击录错误报询养劳动会险医疗卫残学听评场验确标准结论举称经济运输农乡"
    "广视规资产质术监护财发税与从后为仅当没条岁万亿执达龙气议团门车镇军续写构织价粮贯测彻协调传样书订简见注"
)
_TO_SIMPLIFIED = str.maketrans(_TRADITIONAL, _SIMPLIFIED)

NO_VALUE = frozenset(("一一", "无", "暂无", "没有", "n/a", "na", "空", "空白", "(空白)", "(空)"))
_LONGEST_NOTHING = max(map(len, NO_VALUE))
_STROKES = re.compile(r"[-—–―−/\\_]+")


def tidy(text: str) -> str:
    """Free text without invisible characters, odd blanks or full-width letters; line breaks stay.

    >>> tidy("　２０２３年 计划 ")
    '2023年 计划'
    """
    if _PLAIN.fullmatch(text):
        return text
    text = _ODD_SPACE.sub(" ", _INVISIBLE.sub("", _LINE_BREAK.sub("\n", text)))
    text = _LOOKALIKE.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    return text.translate(_ALPHANUMERIC).strip()


def tidy_name(text: str) -> str:
    """A name: as `tidy`, on one line, blanks only between Latin words, brackets full-width.

    >>> tidy_name("教师资格 认定(县级)")
    '教师资格认定（县级）'
    """
    if _PLAIN.fullmatch(text):
        return text
    words = tidy(text).translate(_WIDE).translate(_BRACKETS).split()
    result = words[0] if words else ""
    for word in words[1:]:
        between = _ASCII_WORD.match(result[-1]) and _ASCII_WORD.match(word[0])
        result += f" {word}" if between else word
    return result


def fold(text: str) -> str:
    """A key for comparing: one width, no blanks, simplified characters, lower case; never shown.

    >>> fold("行政許可 （縣級）") == fold("行政许可(县级)")
    True
    """
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return "".join(text.split()).translate(_TO_SIMPLIFIED).casefold()


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing that a person can see."""
    if value.__class__ is not str:
        return value is None
    return not str(value)[:1].isalnum() and not tidy(str(value))


def means_nothing(text: str) -> bool:
    """Whether the text is a mark for “no value here” (/ — 无 N/A …), not a value."""
    start = text[: _LONGEST_NOTHING + 1]
    if len(start) > _LONGEST_NOTHING and start.isalnum():  # nearly every text: no mark begins with so many letters
        return False
    key = fold(text).rstrip("。.")
    return key in NO_VALUE or bool(_STROKES.fullmatch(key))


def shown(value: object) -> str:
    """A cell's value as a person sees it in Excel.

    >>> shown(2536288.0), shown(1.14104e30), shown(True)
    ('2536288', '1.14104E+30', 'TRUE')
    """
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, int | float):
        return _shown_number(value)
    if isinstance(value, datetime):
        midnight = value.time() == time(0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return "" if value is None else str(value)


def _shown_number(value: float) -> str:
    if not isfinite(value):
        return str(value)
    if abs(value) >= 10**15:
        digits, exponent = f"{value:.5E}".split("E")
        return f"{digits.rstrip('0').rstrip('.')}E{exponent}"
    return str(int(value)) if value == int(value) else repr(value)


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
