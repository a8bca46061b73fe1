"""Cells that hold figures: whole numbers, percentages, telephone numbers, codes (contract §4)."""

import math
import re
import unicodedata
from datetime import date

from pipeline.intake.cleaned import EMPTY, Cleaned, Note, doubtful, refused, repaired
from pipeline.intake.numerals import chinese_number
from pipeline.intake.text import shown, tidy
from schemas.columns import Column

_COUNTED = re.compile(r"(?:共|合计|第)?([0-9]{1,9}|[〇零一二两三四五六七八九十百千]+)(?:项|个|件|条|人|名|期|次|家)?")
_NONE = ("无", "没有", "无事项")
_PERCENT = re.compile(r"(?:已?完成率?|进度)?(-?[0-9]+(?:\.[0-9]+)?)%")
_SPELT_PERCENT = re.compile("百分之([〇零一二两三四五六七八九十百]+)")
_TENTHS = re.compile("([一二两三四五六七八九])成")
_LOST_DIGITS = re.compile(r"[0-9](?:\.[0-9]+)?[Ee]\+?[0-9]+")
_LOST_TAIL = re.compile(r"[0-9]{15}0{4,}")
_SOUND_CODE = re.compile("[0-9A-DF-HJ-NP-Z]+")  # the usual case; with E it could be a number, with I or O a slip
_BETWEEN = re.compile(r"['’‘`´·\s\-—–_]")
_PHONE_LABEL = re.compile(r"(?:联系|办公|咨询)?(?:电话|手机号?码?|座机|固话|传真|TEL|Tel|tel|号码)\s*[:：]?")
_PHONE = re.compile(
    r"(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}|[48]00-?[0-9]{3}-?[0-9]{4}|[2-9][0-9]{6,7}|1[0-9]{4}|9[0-9]{4})"
    r"((?:转|-)[0-9]{1,6})?"
)


def plain(raw: object) -> str:
    """The cell as text of one width, without any blank."""
    return "".join(unicodedata.normalize("NFKC", tidy(shown(raw))).split())


def clean_integer(raw: object, column: Column) -> Cleaned:
    """12, "12", 12项, 十二, １２ → 12. “约12”, 12.5 and 10-12 stay as they are."""
    if isinstance(raw, bool):
        return Cleaned(shown(raw))
    if isinstance(raw, int):
        return Cleaned(raw)
    text = plain(raw).replace(",", "")
    if text in _NONE:
        return Cleaned(0, repaired("0", "“无”即 0"))
    if text.isascii() and text.removesuffix(".0").isdigit() and len(text) <= 11:
        number = int(text.removesuffix(".0"))
    else:
        found = _COUNTED.fullmatch(text)
        spelt = found[1] if found else ""
        number = int(spelt) if spelt.isascii() and spelt.isdigit() else (chinese_number(spelt) if spelt else None)  # type: ignore[assignment]
    if number is None:
        return Cleaned(tidy(shown(raw)))
    silent = column.prefilled or shown(raw) == str(number)
    return Cleaned(number, None if silent else repaired(str(number), "只留数字"))


def clean_percent(raw: object, column: Column) -> Cleaned:
    """0.8, 80, 80%, 百分之八十, 八成 → 0.8. As a number 1 is 100 % (the cell shows percentages); as text it is unclear."""
    if isinstance(raw, bool | date):
        return Cleaned(shown(raw))
    if isinstance(raw, int | float):
        return _percent_number(float(raw), typed=raw)
    text = plain(raw)
    share = _percent_text(text)
    if share is None:
        if text == "1":
            return Cleaned("1", refused("分不清是 1% 还是 100%"))
        return Cleaned(tidy(shown(raw)))
    return Cleaned(share, None if shown(raw) == percent_words(share) else _as_percent(share))


def _percent_number(number: float, typed: float) -> Cleaned:
    if not math.isfinite(number) or 1 < number < 2:
        return Cleaned(shown(typed), refused(f"分不清是 {shown(typed)}% 还是 {percent_words(number)}"))
    if number < 2:
        return Cleaned(number)
    share = _hundredth(number)
    return Cleaned(share, _as_percent(share) if share <= 1 else None)


def _percent_text(text: str) -> float | None:
    if found := _PERCENT.fullmatch(text):
        return _hundredth(float(found[1]))
    if found := _SPELT_PERCENT.fullmatch(text):
        number = chinese_number(found[1])
        return None if number is None else _hundredth(number)
    if found := _TENTHS.fullmatch(text):
        return (chinese_number(found[1]) or 0) / 10
    if re.fullmatch(r"0?\.[0-9]+|0(\.0+)?|1\.0+", text):
        return float(text)
    if re.fullmatch(r"[0-9]{2,3}(\.[0-9]+)?|[2-9](\.[0-9]+)?", text):
        return _hundredth(float(text))
    return None


def _hundredth(number: float) -> float:
    return round(number / 100, 10)


def percent_words(share: float) -> str:
    """0.8 → 80%."""
    return f"{round(share * 100, 6):g}%"


def _as_percent(share: float) -> Note:
    return repaired(percent_words(share), "写成百分数")


def clean_phone(raw: object, column: Column) -> Cleaned:
    """One or several numbers, joined by 、; what is no telephone number stays and is said."""
    if isinstance(raw, bool | date):
        return Cleaned(shown(raw), refused("不是电话号码"))
    text = tidy(shown(raw))
    if _LOST_DIGITS.fullmatch(text):
        return Cleaned(text, refused("存成了科学计数，后面的位数已经丢失"))
    numbers = _phone_numbers(text)
    if not numbers:
        return Cleaned(text, doubtful("不像电话号码"))
    after = "、".join(numbers)
    return Cleaned(after, None if after == text else repaired(after, "统一电话写法"))


def _phone_numbers(text: str) -> list[str]:
    """The numbers in the text, or none where anything else is in it."""
    text = _PHONE_LABEL.sub(" ", unicodedata.normalize("NFKC", text).replace("'", ""))
    text = re.sub(r"[—–－ー_~]+", "-", text)
    text = re.sub(r"(?<![0-9])(\+86|0086)[\s-]*(?=[0-9])", "", text)
    text = re.sub(r"\((0[0-9]{2,3})\)\s*-?", r"\1-", text)
    text = re.sub(r"\b(0[0-9]{2,3})\s*-?\s*([2-9][0-9]{6,7})(?![0-9])", r"\1-\2", text)
    text = re.sub(r"(?<![0-9])(1[3-9][0-9])[-\s]([0-9]{4})[-\s]([0-9]{4})(?![0-9])", r"\1\2\3", text)
    text = re.sub(r"(?<=[0-9])\.0(?![0-9])", "", text)
    parts = [part for part in re.split(r"[、,;/\s]+|或|和", text) if part]
    found = [_PHONE.fullmatch(part) for part in parts]
    if not all(found):
        return []
    return [f"{match[1]}{match[2] or ''}" for match in found if match]


def clean_code(raw: object, column: Column) -> Cleaned:
    """Text without separators, in capitals. A number has lost digits already and is refused, never guessed."""
    if not isinstance(raw, str):
        return Cleaned(shown(raw), ("016", {}))
    if _SOUND_CODE.fullmatch(raw) and not _LOST_TAIL.fullmatch(raw):
        return Cleaned(raw)
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", _BETWEEN.sub("", tidy(raw))))
    if _LOST_DIGITS.fullmatch(text) or _LOST_TAIL.fullmatch(text):
        return Cleaned(tidy(raw), ("016", {}))
    code = text.upper() if text.isascii() else text
    if not code:
        return Cleaned(None, repaired(EMPTY, "没有此项"))
    if len(code) >= 17 and re.fullmatch("[0-9A-Z]+", code) and re.search("[IO]", code):
        better = code.replace("O", "0").replace("I", "1")
        return Cleaned(code, doubtful(f"编码里没有字母 O 和 I，可能应为“{better}”"))
    return Cleaned(code, None if code == tidy(raw) else repaired(code, "去掉分隔符号，字母大写"))
