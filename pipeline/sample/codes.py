"""Valid but invented codes: 统一社会信用代码 (GB 32100-2015) and the 31 characters of an item."""

from schemas.plan import Unit

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DEFAULT_PREFIX = "11410404"
TYPE_DIGITS = {
    "行政许可": "01",
    "行政给付": "05",
    "行政确认": "07",
    "行政奖励": "08",
    "行政裁决": "09",
    "行政备案": "10",
    "其他行政权力": "10",
    "公共服务": "20",
}


def credit_code(unit: Unit, position: int) -> str:
    """The invented 统一社会信用代码 of the unit at `position` (0-based) of the plan, both check digits right."""
    prefix = (unit.credit_prefixes or (_DEFAULT_PREFIX,))[0]
    body = f"MB{position // 10_000 % 10}A{position % 10_000:04d}"
    first = f"{prefix}{body}{_body_check(body)}"
    return first + _credit_check(first)


def item_code(unit: Unit, position: int, number: int, item_type: str, department: str) -> str:
    """The 31-character 实施编码 of a unit's item `number` (1-based); no two units share its last 12 digits.

    Level 4 is 县级; a unit whose credit code is registered with the city (…00) has level 3.
    """
    credit = credit_code(unit, position)
    level = "3" if credit[6:8] == "00" else "4"
    serial = position * 1000 + number % 1000
    province = "00" if number < 1000 else "41"
    return f"{credit}{level}{province}{TYPE_DIGITS[item_type]}{department}{serial % 1_000_000:06d}"


def _body_check(body: str) -> str:
    """The ninth character of the 主体标识码 (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _credit_check(first: str) -> str:
    total = sum(_CHARACTERS.index(character) * weight for character, weight in zip(first, _CREDIT_WEIGHTS, strict=True))
    return _CHARACTERS[(31 - total % 31) % 31]
