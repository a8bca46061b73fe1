"""事项编码 and 统一社会信用代码: how they are built, and what is wrong with one (contract §4; GB 32100-2015).

31 characters 实施编码: 18 of the 统一社会信用代码, 1 行使层级, 12 基本编码; 33 with the number of
the 业务办理项 behind.
"""

import re
from functools import lru_cache

CREDIT_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
CREDIT_LENGTH = 18
LENGTHS = (31, 33)
_LEVEL_AT = 18
_BASIC = slice(19, 31)
LEVELS = "123456"  # 国家 省 市 县 乡 村
_WELL_FORMED = re.compile(rf"[{CREDIT_CHARACTERS}]{{18}}\d{{13}}(?:\d\d)?")
_ONE_CHARACTER = re.compile(r"(.)\1*")
_FILLER = re.compile(r"(.)\1{7}|12345678|23456789|01234567")


def credit_check(first: str) -> str:
    """The 18th character that belongs to the first 17 of a 统一社会信用代码.

    >>> credit_check("11410404MB0A00018")
    '2'
    """
    total = sum(CREDIT_CHARACTERS.index(one) * weight for one, weight in zip(first, _WEIGHTS, strict=True))
    return CREDIT_CHARACTERS[-total % 31]


def credit_part(code: str) -> str:
    """The 统一社会信用代码 of an item's code; "" where the code is not well formed."""
    return code[:CREDIT_LENGTH] if _WELL_FORMED.fullmatch(code) else ""


def basic_part(code: str) -> str:
    """The 12-digit 基本编码 of an item's code; "" where the code is not well formed."""
    return code[_BASIC] if _WELL_FORMED.fullmatch(code) else ""


def item_part(code: object) -> str | None:
    """The 31 characters that name the item, of a code with or without the 业务办理项 behind; None for any other.

    Several rows of one such code are one item in several rows (contract §5).
    """
    return code[: LENGTHS[0]] if isinstance(code, str) and len(code) in LENGTHS else None


def code_fault(code: str) -> tuple[str, dict[str, object]] | None:
    """The first thing wrong with an item's code, and the words about it; None when it is right.

    Faults: placeholder, length (count), character (position from 1, character), level (level),
    check (credit, expected).
    """
    if _ONE_CHARACTER.fullmatch(code) or not re.search(r"\d", code):
        return "placeholder", {}
    if len(code) not in LENGTHS:
        return "length", {"count": len(code)}
    if not _WELL_FORMED.fullmatch(code):
        return "character", _wrong_character(code)
    return _credit_fault(code[:CREDIT_LENGTH]) or _level_fault(code[_LEVEL_AT])


def _wrong_character(code: str) -> dict[str, object]:
    for position, character in enumerate(code):
        allowed = CREDIT_CHARACTERS if position < CREDIT_LENGTH else "0123456789"
        if character not in allowed:
            return {"position": position + 1, "character": character}
    raise ValueError(code)


def _level_fault(level: str) -> tuple[str, dict[str, object]] | None:
    return None if level in LEVELS else ("level", {"level": level})


@lru_cache(maxsize=4096)
def _credit_fault(credit: str) -> tuple[str, dict[str, object]] | None:
    expected = credit_check(credit[:-1])
    if credit[-1] == expected:
        return None
    if _FILLER.search(credit):
        return "placeholder", {}
    return "check", {"credit": credit, "expected": expected}
