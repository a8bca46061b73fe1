"""What must not get out: numbers of persons in every spelling, and the text of cells that are marked secret.

One scanner for every route (contract §8, 3): reading makes a finding of what it finds, writing hides
it. A text is read twice, with figures alone and with 一二三 as figures too (张三13812345678 would
otherwise be a number of twelve figures), each character staying at its place, so that what is found
is a span of the text itself.

Decision: a number that has the build of a person's (the beginnings of mobiles, an area code, region
and birthday, the check digit of a card) counts wherever it stands and however it is grouped; one that
has not, such as a bare 2536288, counts where a word before it, or the column's title, says what it is.
The library phonenumbers was tried on the tables of tests/test_private.py: of 65 telephone numbers it
finds 42 (no numerals, slashes, line breaks or letters glued on), of 85 harmless texts it takes 11 for
one, and it takes thirty times as long for a plain sentence.
"""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.codes import CREDIT_LENGTH, credit_check, credit_part

#: What stands in the place of a secret text.
WITHHELD = "（涉密内容，已隐去）"


class NumberKind(StrEnum):
    """What a number belongs to; the value is how people are told."""

    MOBILE = "手机号码"
    LANDLINE = "固定电话号码"
    IDENTITY = "居民身份证号码"
    CARD = "银行卡号"


@dataclass(frozen=True, slots=True)
class PrivateNumber:
    """One number in a text: from `start` to before `end`, prefixes such as +86 left out; digits: 0–9 and X alone."""

    start: int
    end: int
    kind: NumberKind
    digits: str


# ── one character for each that people write

_SPACES = (
    " \t\n\r\x0b\x0c\x85\xa0\u1680\u180e\u2028\u2029\u202f\u205f\u3000\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
)
_SPACES += "".join(map(chr, range(0x2000, 0x200B)))
_DASHES = "-‐‑‒–—―⁃−﹘﹣－─━ー～~〜˗一"
_DOTS = ".．。·•・‧∙⋅｡﹒"
_STROKES = "/／\\＼|｜丨⁄∕"
_BRACKETS = "()（）[]［］【】{}｛｝<>＜＞〈〉﹙﹚⁽⁾"
_UNDERSCORES = "_＿"
_COMMAS = ",，、﹐､"
_TENS = "xX×✕ХхⅩⅹｘＸ"
_SOFT = {
    **dict(zip("〇零一二三四五六七八九", "00123456789", strict=True)),
    **dict(zip("幺壹贰叁肆伍陆柒捌玖貳參陸两○◯Oo", "1123456789236" + "20000", strict=True)),
    **{chr(0x2460 + at): str(at + 1) for at in range(9)},
    **{chr(0x2474 + at): str(at + 1) for at in range(9)},
    **{chr(0x2776 + at): str(at + 1) for at in range(9)},
}
_HARD = {chr(first + at): str(at) for first in (0x30, 0xFF10, 0x660, 0x6F0, 0x966, 0x2080) for at in range(10)}
_HARD |= {chr(0x1D7CE + at): str(at % 10) for at in range(50)}
_HARD |= dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_FIGURES = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys(_DASHES, "-"),
        **dict.fromkeys(_DOTS, "."),
        **dict.fromkeys(_STROKES, "/"),
        **dict.fromkeys(_BRACKETS, "("),
        **dict.fromkeys(_UNDERSCORES, "_"),
        **dict.fromkeys(_COMMAS, ","),
        **dict.fromkeys(_TENS, "X"),
        "＋": "+",
        **_HARD,
    }
)
_NUMERALS = _FIGURES | {ord(one): digit for one, digit in _SOFT.items()}

_ANY_DIGIT = "".join({*_HARD, *_SOFT})
_ANY_BETWEEN = "".join(dict.fromkeys(_SPACES + _DASHES + _DOTS + _STROKES + _BRACKETS + _UNDERSCORES + _COMMAS))
#: Seven figures near each other: what nearly no cell holds, and without which there is nothing to find.
_WORTH_A_LOOK = re.compile(
    f"[{re.escape(_ANY_DIGIT)}](?:[{re.escape(_ANY_BETWEEN)}]{{0,3}}[{re.escape(_ANY_DIGIT)}]){{6}}"
)
#: The dates that most such cells hold; the codes of items are the others.
_HARMLESS = re.compile("(?:19|20)[0-9]{2}[-./年][0-9]{1,2}[-./月][0-9]{1,2}日?")
_HAS_SOFT = re.compile(f"[{''.join(_SOFT)}]")
_HAS_NUMERAL = re.compile(f"[{''.join(one for one in _SOFT if not one.isascii())}]")

_S = r"[ \-./(_]{0,3}"
_BETWEEN = re.compile(r"[ \-./(_,]+")
_TAKEN = "\x00"


def _row(first: str, *counts: int) -> str:
    """A pattern: `first`, then so many figures, anything people put between them."""
    count = f"{{{','.join(map(str, counts))}}}"
    return f"{first}(?:{_S}[0-9]){count}"


_MOBILE_FIGURES = _row(f"1{_S}[3-9]", 9)
_MOBILE = re.compile(rf"(?<![0-9])(?:(?:00)?86{_S}|17951{_S}|17909{_S}|12593{_S}|0)?({_MOBILE_FIGURES})(?![0-9])")
_MOBILE_IN_COMMAS = re.compile(r"(?<![0-9])(?<![0-9],)(1[3-9][0-9],{1,2}[0-9]{4},{1,2}[0-9]{4})(?!,?[0-9])")
_AREA = rf"(?:1{_S}0|2{_S}[0-9]|[3-9]{_S}[0-9]{_S}[0-9])"
_LANDLINE_FIGURES = f"0{_S}{_AREA}{_S}{_row('[1-9]', 6, 7)}"
_LANDLINE = re.compile(rf"(?<![0-9])(?:(?:00)?86{_S})?({_LANDLINE_FIGURES})(?![0-9])")
_ABROAD = re.compile(rf"(?:\+|(?<![0-9])00)86{_S}({_AREA}{_S}{_row('[2-9]', 6, 7)})(?![0-9])")
_BARE = re.compile(rf"(?<![0-9])({_row('[2-9]', 6, 7)})(?![0-9])")
_IDENTITY_FIGURES = f"{_row('[1-9]', 16)}{_S}[0-9X]"
_IDENTITY = re.compile(rf"(?<![0-9])({_IDENTITY_FIGURES})(?![0-9])")
_OLD_IDENTITY = re.compile(rf"(?<![0-9])({_row('[1-9]', 14)})(?![0-9])")
_CARDS = tuple(re.compile(rf"(?<![0-9])({_row('[1-9]', count - 1)})(?![0-9])") for count in range(19, 14, -1))
_RUN_IN_IDENTITY, _RUN_IN_MOBILE = re.compile(f"({_IDENTITY_FIGURES})"), re.compile(f"({_MOBILE_FIGURES})")
_RUN_IN_OLD_IDENTITY, _RUN_IN_LANDLINE = re.compile(f"({_row('[1-9]', 14)})"), re.compile(f"({_LANDLINE_FIGURES})")
_RUN_IN_CARDS = tuple(re.compile(f"({_row('[1-9]', count - 1)})") for count in range(19, 14, -1))
_LOCAL_CODE = re.compile(r"(?<![0-9A-Z])(?=[0-9]*[A-Z])[0-9A-Z]{8,}(?:-[0-9A-Z]+){3,}(?![0-9A-Z])")
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{18,33}(?![0-9A-Za-z])")
_DATE = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}([-./])(?:0?[1-9]|1[0-2])\1(?:[12][0-9]|3[01]|0?[1-9])(?![0-9])")

_ABOUT_PHONES = re.compile(
    "电话|手机|联系|座机|固话|致电|拨打|传真|短号|微信|办公室|值班|责任人|负责人|姓名|填报人|tel|phone|mobile|☎|📞",
    re.I,
)
_ABOUT_IDENTITY = re.compile("身份证|证件|公民身份")
_ABOUT_CARDS = re.compile("卡号|账号|帐号|账户|帐户|银行|开户|储蓄|借记|信用卡|工资卡|card", re.I)
_OF_A_COMPANY = re.compile("信用代码|组织机构")
_COUNTED = re.compile(
    r"[ (]?(?:[万亿]?元|[万亿千]|平方|立方|公[里斤顷]|人|件|个|项|户|亩|吨|米|[%％‰]|年|月|日|期|号(?!码))"
)
_AMOUNT = re.compile(r"[ (]?(?:[万亿]?元|平方|立方|公[里斤顷]|亩|吨|人次|[%％])|\.00(?![0-9])")
_EXTENSION = re.compile(r"[ (,]{0,2}(?:转|分机|#|EXT|ext|X)[ .:：-]{0,2}[0-9]{1,6}")
_ENDS_IN_PREFIX = re.compile(r"(?<![0-9])(?:00)?86\Z")
_IS_FRACTION = re.compile(r"(?<![0-9])0\.\Z")
_LONGEST_NUMBER = 27  # figures and what parts them: what is longer is the code of another system
_NEAR = 10  # characters before a number in which a word says what it is

_PROVINCES = frozenset(
    [
        "11",
        "12",
        "13",
        "14",
        "15",
        "21",
        "22",
        "23",
        "31",
        "32",
        "33",
        "34",
        "35",
        "36",
        "37",
        "41",
        "42",
        "43",
        "44",
        "45",
        "46",
        "50",
        "51",
        "52",
        "53",
        "54",
        "61",
        "62",
        "63",
        "64",
        "65",
        "71",
        "81",
        "82",
        "83",
        "91",
    ]
)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_FIRST_BIRTH, _LAST_LIKELY_BIRTH, _LAST_BIRTH = 1900, 2012, 2049
_OLDEST_WITH_15 = 30  # 15 figures were given out until 1999: who was born in 1930 or later may still have one
_CARD_BEGINS = re.compile(r"62|9558|(?:4|5[1-5]|35[2-8]|60|65|68|69)(?=[0-9]*$)")
_CARD_GROUPS = re.compile(r"(?:4,){3,4}[1-4]|[0-9]{2}|6,1[03]|8,8|8,11|(?:1,)+1")


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a 居民身份证号码: a real birthday and the right check character (GB 11643).

    >>> is_identity_number("11010519491231002X")
    True
    """
    if not re.fullmatch("[0-9]{17}[0-9Xx]", text) or _day(text[6:14]) is None:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _IDENTITY_WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def private_numbers(text: str, about: str = "", spared: Collection[str] = ()) -> list[PrivateNumber]:
    """The numbers of persons in a text, in order.

    about: the title of its column, which says what a bare number is. spared: telephone numbers, in
    figures alone, that everybody may know (the office's own).

    >>> [(found.kind.value, found.digits) for found in private_numbers("张三138-1234 5678")]
    [('手机号码', '13812345678')]
    """
    if len(text) < 7 or not _WORTH_A_LOOK.search(text) or _HARMLESS.fullmatch(text) or credit_part(text):
        return []
    found: list[PrivateNumber] = []
    taken = text
    for table in (_FIGURES, _NUMERALS) if _HAS_SOFT.search(text) else (_FIGURES,):
        found += _Scan(taken, taken.translate(table), about, is_soft=table is _NUMERALS).found()
        for one in found:
            taken = _without(taken, one.start, one.end)
    return sorted((one for one in found if not _is_spared(one, spared)), key=lambda one: one.start)


def mask(text: str, about: str = "", spared: Collection[str] = (), sign: str = "*") -> str:
    """The text with such numbers made unusable; there is none in what comes out.

    >>> mask("联系人 13812345678，座机 0375-2536299")
    '联系人 138****5678，座机 0375****99'
    """
    while found := private_numbers(text, about, spared):
        for one in reversed(found):
            text = text[: one.start] + _masked(text[one.start : one.end], one, sign) + text[one.end :]
    return text


def _masked(spelt: str, number: PrivateNumber, sign: str) -> str:
    """As it was spelt, but for the figures in the middle."""
    places = [at for at, one in enumerate(spelt) if one.translate(_NUMERALS).isdigit() or one in _TENS]
    area = 0 if not number.digits.startswith("0") else 3 if number.digits[1] in "12" else 4
    first, last = {
        NumberKind.MOBILE: (3, 4),
        NumberKind.LANDLINE: (area, 2),
        NumberKind.IDENTITY: (6, 0),
        NumberKind.CARD: (4, 4),
    }[number.kind]
    head = spelt[: places[first - 1] + 1] if first else ""
    return f"{head}{sign * 4}{spelt[places[-last] :] if last else ''}"


def _is_spared(number: PrivateNumber, spared: Collection[str]) -> bool:
    return number.kind is NumberKind.LANDLINE and any(
        number.digits.endswith(known) or known.endswith(number.digits) for known in spared
    )


def _without(text: str, start: int, end: int) -> str:
    return text[:start] + _TAKEN * (end - start) + text[end:]


def _day(figures: str) -> date | None:
    try:
        return date(int(figures[:4]), int(figures[4:6]), int(figures[6:]))
    except ValueError:
        return None


class _Scan:
    """One reading of a text; `plain` is the text, a character for a character, in the signs that the patterns know."""

    def __init__(self, text: str, plain: str, about: str, *, is_soft: bool) -> None:
        self.text, self.plain, self.about, self.is_soft = text, plain, about, is_soft
        self.numbers: list[PrivateNumber] = []

    def found(self) -> list[PrivateNumber]:
        """What the text holds; the longest kinds first, each taking its figures away from those after it."""
        self._leave_out(_CODE, lambda code: bool(credit_part(code)))
        self._leave_out(_LOCAL_CODE, lambda code: len(code) > _LONGEST_NUMBER)
        self._take(_IDENTITY, NumberKind.IDENTITY, self._is_identity)
        self._take(_OLD_IDENTITY, NumberKind.IDENTITY, self._is_old_identity)
        self._leave_out(_CODE, _is_credit_code)
        for pattern in _CARDS:
            self._take(pattern, NumberKind.CARD, self._is_card)
        self._leave_out(_DATE, lambda _: True)
        self._take(_MOBILE, NumberKind.MOBILE, self._is_mobile)
        self._take(_MOBILE_IN_COMMAS, NumberKind.MOBILE, lambda _: True)
        for pattern in (_LANDLINE, _ABROAD):
            self._take(pattern, NumberKind.LANDLINE, self._is_landline)
        self._take(_BARE, NumberKind.LANDLINE, self._is_bare_landline)
        if self.is_soft:
            self._take_run_in()
        return self.numbers

    def _take_run_in(self) -> None:
        """In Chinese numerals a name may run into the number, 张三一三八…: no figure proper must stand beside it."""
        self._take(_RUN_IN_IDENTITY, NumberKind.IDENTITY, self._is_identity, whole=False)
        self._take(_RUN_IN_OLD_IDENTITY, NumberKind.IDENTITY, self._is_old_identity, whole=False)
        for pattern in _RUN_IN_CARDS:
            self._take(pattern, NumberKind.CARD, self._is_card, whole=False)
        self._take(_RUN_IN_MOBILE, NumberKind.MOBILE, self._is_mobile, whole=False)
        self._take(_RUN_IN_LANDLINE, NumberKind.LANDLINE, self._is_landline, whole=False)

    def _leave_out(self, pattern: re.Pattern[str], is_one: Callable[[str], bool]) -> None:
        for match in pattern.finditer(self.plain):
            # nobody writes a code in 一二三: what looks like one by chance is a number with a 三 beside it
            if is_one(match[0]) and not _HAS_NUMERAL.search(self.text[slice(*match.span())]):
                self.plain = _without(self.plain, *match.span())

    def _take(
        self, pattern: re.Pattern[str], kind: NumberKind, is_one: Callable[[re.Match[str]], bool], *, whole: bool = True
    ) -> None:
        """Keep what fits and is one; not `whole`: the pattern itself does not see to it that no figure goes on."""
        for match in list(self._matches(pattern)):
            unfit = _TAKEN in self.plain[slice(*match.span(1))] or _IS_FRACTION.search(self.plain[: match.start(1)])
            if not unfit and (whole or not self._is_cut(match)) and is_one(match):
                self.plain = _without(self.plain, *match.span(1))
                self.numbers.append(PrivateNumber(*match.span(1), kind, _BETWEEN.sub("", match[1])))

    def _matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Every place where the pattern fits, overlapping ones too."""
        start = 0
        while match := pattern.search(self.plain, start):
            yield match
            start = match.start(1) + 1

    # ── what surrounds a number

    def _said(self, words: re.Pattern[str], match: re.Match[str]) -> bool:
        """Whether a word before the number, or the column's title, says what it is."""
        before = self.text[: match.start(1)].rstrip(f"{_ANY_BETWEEN}0123456789０１２３４５６７８９+＋:：是为{_TAKEN}")
        return bool(words.search(before[-_NEAR:]) or words.search(self.about))

    def _is_cut(self, match: re.Match[str]) -> bool:
        """Whether figures proper go on before or after: then it is a part of a longer number."""
        start, end = match.span(1)
        before = "" if _ENDS_IN_PREFIX.search(self.plain[:start]) else self.text[:start][-1:]
        return any(one in _HARD for one in before + self.text[end : end + 1])

    def _after(self, match: re.Match[str]) -> str:
        return self.plain[match.end(1) : match.end(1) + 12]

    # ── what is one

    def _is_identity(self, match: re.Match[str]) -> bool:
        digits = _BETWEEN.sub("", match[1])
        birth = _day(digits[6:14])
        if digits[:2] in _PROVINCES and birth is not None:
            likely = _LAST_LIKELY_BIRTH if not is_identity_number(digits) else _LAST_BIRTH
            if _FIRST_BIRTH <= birth.year <= likely:
                return True
        return self._said(_ABOUT_IDENTITY, match) and not self._said(_OF_A_COMPANY, match)

    def _is_old_identity(self, match: re.Match[str]) -> bool:
        digits = _BETWEEN.sub("", match[1])
        if digits[:2] in _PROVINCES and _day(f"19{digits[6:12]}") and int(digits[6:8]) >= _OLDEST_WITH_15:
            return True
        return self._said(_ABOUT_IDENTITY, match) and not self._said(_OF_A_COMPANY, match)

    def _is_card(self, match: re.Match[str]) -> bool:
        digits = _BETWEEN.sub("", match[1])
        if self._said(_ABOUT_CARDS, match):
            return True
        begins = _CARD_BEGINS.match(digits) and (len(digits) == 16 or digits.startswith(("62", "9558")))
        groups = ",".join(str(len(piece)) for piece in _pieces(match))
        return bool(len(digits) > 15 and begins and _CARD_GROUPS.fullmatch(groups) and _has_luhn_digit(digits))

    def _is_mobile(self, match: re.Match[str]) -> bool:
        pieces, spelt = _pieces(match), match[1]
        if self._said(_ABOUT_PHONES, match):
            return True
        if _AMOUNT.match(self._after(match)):
            return False
        if _is_address(spelt) or (len(pieces) > 2 and any(_is_compact_date(piece) for piece in pieces)):
            return False
        if len(pieces) == 2 and "." in spelt and len(pieces[0]) < 3:
            return False  # 13.123456789
        return _is_grouped(pieces, loosely="-" in spelt)

    def _is_landline(self, match: re.Match[str]) -> bool:
        if self._said(_ABOUT_PHONES, match):
            return True
        pieces = _pieces(match)
        if _AMOUNT.match(self._after(match)) or any(_is_compact_date(piece) for piece in pieces):
            return False
        return _is_grouped(pieces) and (pieces[0] != "0" or len(pieces) > 5)

    def _is_bare_landline(self, match: re.Match[str]) -> bool:
        pieces = _pieces(match)
        extended = bool(_EXTENSION.match(self._after(match)))
        if not extended and not self._said(_ABOUT_PHONES, match):
            return False
        if re.search(r"[48]00[ -]?$", self.plain[: match.start(1)]) or _COUNTED.match(self._after(match)):
            return False
        years = all(len(piece) == 4 and 1990 <= int(piece) <= 2050 for piece in pieces)
        whole = len(pieces) <= 2 and min(map(len, pieces)) > 2
        return (whole or set(map(len, pieces)) == {1}) and not years and not _is_compact_date(pieces[0])


def _pieces(match: re.Match[str]) -> list[str]:
    """The figures between what parts them."""
    return [piece for piece in _BETWEEN.split(match[1]) if piece]


def _is_grouped(pieces: list[str], *, loosely: bool = False) -> bool:
    """Whether figures are grouped as one number is, and not as a list of several."""
    lengths = [len(piece) for piece in pieces]
    return len(pieces) <= 4 or set(lengths) == {1} or max(lengths) > 2 or loosely


def _is_address(spelt: str) -> bool:
    parts = spelt.split(".")
    return len(parts) == 4 and all(part.isdigit() and int(part) < 256 for part in parts)


def _is_compact_date(piece: str) -> bool:
    return len(piece) == 8 and piece[:2] in ("19", "20") and _day(piece) is not None


def _is_credit_code(text: str) -> bool:
    try:
        return len(text) == CREDIT_LENGTH and credit_check(text[:-1]) == text[-1]
    except ValueError:  # a character that has no place in one
        return False


def _has_luhn_digit(digits: str) -> bool:
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (sum(map(int, digits[::-2])) + sum(twice - 9 * (twice > 9) for twice in doubled)) % 10 == 0


# ── secrets

_LEVEL = r"(?:[绝絕]\s*密|[机機]\s*密|[秘祕]\s*密)"
_STAR = r"[★☆✩✭⭐*＊]"
_OPEN, _CLOSE = '[（(【\\[［〔〖「《“"]', '[）)】\\]］〕〗」》”"]'
_MARKED = re.compile(
    rf"{_LEVEL}\s*级?\s*{_STAR}"
    rf"|{_STAR}\s*{_LEVEL}"
    rf"|{_OPEN}\s*{_LEVEL}\s*[级件]?\s*(?:长期|\d+\s*[年月日天])?\s*{_CLOSE}"
    rf"|密级\s*(?:[:：]|[为是])?\s*{_OPEN}?\s*{_LEVEL}"
    rf"|^\s*{_LEVEL}\s*[级件]?\s*(?:长期|\d+\s*[年月日天]|$|[\s:：。，,;；!！.、])"
    rf"|(?:^|[\s:：。，,;；!！])\s*{_LEVEL}\s*[级件]?[\s。.!！]*$"
)
_BY_LEVEL = re.compile(rf"{_LEVEL}\s*[级件](?!\s*(?:以[外上下内]|及以|或|和|与|、|事项|信息系统|计算机|保密|管理))")
_DENIED = re.compile("(?:不涉及|不属于|不属|不是|不含|不得|没有|禁止|严禁|未|非|无|涉及)[^，。；,;]{0,6}$")


def is_secret(text: str) -> bool:
    """Whether a text bears the mark of a state secret: 绝密, 机密 or 秘密 with ★ or 级, in brackets, or alone.

    >>> is_secret("机密★3年"), is_secret("涉及商业秘密"), is_secret("秘密级以外的事项")
    (True, False, False)
    """
    if "密" not in text:
        return False
    if _MARKED.search(text):
        return True
    return any(not _DENIED.search(text[: found.start()]) for found in _BY_LEVEL.finditer(text))


def fit_to_circulate(text: str, about: str = "", spared: Collection[str] = (), sign: str = "*") -> str:
    """The text as everybody may see it: nothing of a secret, and no number of a person."""
    return WITHHELD if is_secret(text) else mask(text, about, spared, sign)
