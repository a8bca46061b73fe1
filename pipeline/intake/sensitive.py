"""What must not circulate: numbers of identity cards, and words that mark secret or internal matter."""

import re
from datetime import date

from pipeline.findings import Common
from pipeline.intake.cleaned import Note

_IDENTITY = re.compile(r"(?<![0-9A-Za-z])[1-9][0-9]{16}[0-9Xx](?![0-9A-Za-z])")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SECRET = re.compile(
    "绝密|机密|秘密(?=[★☆级件])|国家秘密|涉密|不得外传|严禁外传|注意保密|仅供内部|[（(]内部[）)]|内部(?:资料|文件|材料|使用|掌握|信息)"
)


def is_identity_number(text: str) -> bool:
    """Whether 18 characters are a 居民身份证号码: a real birthday and the right check character (GB 11643).

    >>> is_identity_number("11010519491231002X")
    True
    """
    try:
        date(int(text[6:10]), int(text[10:12]), int(text[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == text[17].upper()


def identity_numbers(text: str) -> list[str]:
    """Every identity number in the text."""
    if len(text) < 18:
        return []
    return [found[0] for found in _IDENTITY.finditer(text) if is_identity_number(found[0])]


def masked(text: str) -> str:
    """The text with identity numbers made unusable: 110105********002X."""
    for number in identity_numbers(text):
        text = text.replace(number, f"{number[:6]}********{number[14:]}")
    return text


def alert_about(text: str) -> Note | None:
    """What must be said of the text, the gravest first; None for nearly every cell."""
    if identity_numbers(text):
        return Common.IDENTITY_NUMBER, {}
    found = _SECRET.search(text)
    return (Common.SECRET, {"word": found[0]}) if found else None
