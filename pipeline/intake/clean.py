"""Cell values made clean: safe repairs, each recorded; what is not certain stays as it was (contract §4).

One cell in, one `Cleaned` out; the kind of the column says how. Nothing is guessed: a near miss is
only suggested (by the checks), “部分” and “基本” never become 是, a blank never becomes a value.

Cells that hold figures: whole numbers, percentages, telephone numbers, codes (contract §4).
"""

import math
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.findings import Common
from pipeline.intake.cleaned import BLANK, EMPTY, Cleaned, Note, doubtful, refused, repaired
from pipeline.intake.dates import How, parse_date
from pipeline.intake.roster import Roster
from pipeline.intake.sensitive import SECRET, alert_about
from pipeline.intake.text import chinese_number, fold, means_nothing, shown, tidy, tidy_name
from schemas.columns import Column, Kind
from schemas.private import WITHHELD
from schemas.words import Choice

_COUNTED = re.compile(r"(?:共|合计|第)?([0-9]{1,9}|[〇零一二两三四五六七八九十百千]+)(?:项|个|件|条|人|名|期|次|家)?")
_SIGNED = re.compile(r"(加|奖|扣|减|[+\-‐‑‒–—―−])?([0-9]{1,9}(?:\.[0-9]+)?)分?")
_MINUS = frozenset("扣减-‐‑‒–—―−")
_NONE = ("无", "没有", "无事项")
_PERCENT = re.compile(r"(?:已?完成率?|进度)?(-?[0-9]+(?:\.[0-9]+)?)%")
_SPELT_PERCENT = re.compile(r"百分之(?:([0-9]+(?:\.[0-9]+)?)|([〇零一二两三四五六七八九十百]+))")
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


def clean_number(raw: object, column: Column) -> Cleaned:
    """2, -1.5, "+2", －3, 加2分, 扣3分 → the number with its sign. “约2” stays as it is."""
    if isinstance(raw, bool | date):
        return Cleaned(shown(raw))
    if isinstance(raw, int | float):
        return Cleaned(raw) if math.isfinite(raw) else Cleaned(shown(raw))
    found = _SIGNED.fullmatch(plain(raw))
    if not found:
        return Cleaned(tidy(shown(raw)))
    size = float(found[2])
    number = -size if found[1] in _MINUS else size
    written = f"{number:g}"
    return Cleaned(int(number) if number.is_integer() else number, repaired(written, "只留数字"))


def clean_percent(raw: object, column: Column) -> Cleaned:
    """0.8, 80, 80%, 百分之八十, 百分之80, 八成 → 0.8. As a number 1 is 100 % (the cell shows percentages); as text it is unclear."""
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
        number = float(found[1]) if found[1] else chinese_number(found[2])
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
        return Cleaned(shown(raw), (Common.DIGITS_LOST, {}))
    if _SOUND_CODE.fullmatch(raw) and not _LOST_TAIL.fullmatch(raw):
        return Cleaned(raw)
    text = _BETWEEN.sub("", unicodedata.normalize("NFKC", _BETWEEN.sub("", tidy(raw))))
    if _LOST_DIGITS.fullmatch(text) or _LOST_TAIL.fullmatch(text):
        return Cleaned(tidy(raw), (Common.DIGITS_LOST, {}))
    code = text.upper() if text.isascii() else text
    if not code:
        return Cleaned(None, repaired(EMPTY, "没有此项"))
    if len(code) >= 17 and re.fullmatch("[0-9A-Z]+", code) and re.search("[IO]", code):
        better = code.replace("O", "0").replace("I", "1")
        return Cleaned(code, doubtful(f"编码里没有字母 O 和 I，可能应为“{better}”"))
    return Cleaned(code, None if code == tidy(raw) else repaired(code, "去掉分隔符号，字母大写"))


__all__ = ["Cleaned", "Cleaner", "Context", "clean_cell"]

_SEPARATORS = re.compile(r"[、，,；;/\s]+")
_PUNCTUATION = "。.．,，、;；!！:：\"'“”‘’"
_NUMBERED = re.compile(r"^[0-9a-h①-⑨][.、)）:：](.+)$")
_TICKED, _UNTICKED = "☑√✓✔■●▣", "□☐○◯"
_BOXES = re.compile(f"[{_TICKED}{_UNTICKED}]")
_WINGDINGS = "rpüþ¨ÿ"  # what √, × and boxes of that font turn into elsewhere, folded
_NOT_CONCERNED = frozenset(("不涉及", "不适用", "无此项", "不需要", "无需"))
_DECLINES = ("不", "无", "未", "否", "没")  # how a list's own word for “none” begins
_NO_CHOICE = Choice("", ())
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")
_NUMBERS = (int, float)
_PERSON = ("姓名", "填报人")
_TITLE_OF_PERSON = re.compile(
    "..?.?(局长|主任|科长|股长|处长|所长|站长|队长|书记|委员|经理|院长|校长|会长|部长|主席|科员|同志|先生|女士|老师)"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell means besides what stands in it.

    unit: short name of the unit whose file it is, "" if not known yet; year: that of the period.
    """

    roster: Roster
    year: int
    unit: str = ""
    date1904: bool = False


def clean_cell(raw: object, column: Column, context: Context) -> Cleaned:
    """Clean one cell for its column; what was repaired, inferred, doubted or refused is in the note."""
    if raw is None:
        return BLANK
    if isinstance(raw, str):
        raw = raw.replace("\r\n", "\n")
        text = tidy(raw)
        if not text:
            return BLANK
        alert = alert_about(text, column)
        if alert == SECRET:
            return Cleaned(WITHHELD, None, alert)
        cleaned = _without_value(text, column) or _BY_KIND[column.kind](raw, column, context)
        return _examined(cleaned, text, alert)
    cleaned = _BY_KIND[column.kind](raw, column, context)
    if raw.__class__ in _NUMBERS and (alert := alert_about(shown(raw), column)):
        return Cleaned(cleaned.value, cleaned.note, alert)
    return cleaned


class Cleaner:
    """Cleans whole columns of one file; equal cells of a column are cleaned once."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._known: dict[tuple[str, str], dict[object, Cleaned]] = {}

    def clean(self, table: str, column: Column, raws: Iterable[object]) -> list[Cleaned]:
        """The cells of one column of table `table`, in order."""
        known = self._known.setdefault((table, column.name), {None: BLANK})
        cleaned = []
        for raw in raws:
            key = raw if raw is None or type(raw) is str else (type(raw), raw)  # 1, 1.0 and True differ
            found = known.get(key)
            if found is None:
                found = known[key] = clean_cell(raw, column, self.context)
            cleaned.append(found)
        return cleaned


def _without_value(text: str, column: Column) -> Cleaned | None:
    """A mark such as / or 无 where a value may be left out: no value; where it may not: nothing usable."""
    nothing = means_nothing(text)
    if column.choice:
        absent = nothing or fold(text) in _NOT_CONCERNED
        if not absent or column.required or _look_up(text, column.choice) or _can_decline(column.choice):
            return None
        return Cleaned(None, repaired(EMPTY, "没有此项"))
    if column.kind is Kind.INTEGER and fold(text) in ("无", "没有"):
        return None  # none is a number: 0
    if nothing and column.required:
        return Cleaned(text, refused(f"只写“{text}”等于没有填"))
    if nothing or (column.required_when and fold(text) in _NOT_CONCERNED):
        return Cleaned(None, repaired(EMPTY, "没有此项"))
    return None


def _can_decline(choice: Choice) -> bool:
    return any(value.startswith(_DECLINES) for value in choice.values)


def _examined(cleaned: Cleaned, text: str, alert: Note | None) -> Cleaned:
    """The same with what must be said of any text: characters that were lost, what must not circulate."""
    note = cleaned.note
    if "\ufffd" in text:
        note = refused("有乱码（�），原来的字已经丢失")
    elif _PRIVATE_USE.search(text) and (note is None or note[0] is Common.REPAIRED):
        note = doubtful("有自造字，别的电脑上显示不出来，请改用规范字或写明读音")
    return cleaned if note is cleaned.note and alert is None else Cleaned(cleaned.value, note, alert)


def _text(raw: object, column: Column, context: Context) -> Cleaned:
    value = tidy(shown(raw))
    return Cleaned(
        value, None if not isinstance(raw, str) or value == raw else repaired(value, "去掉多余空白和全角字符")
    )


def _name(raw: object, column: Column, context: Context) -> Cleaned:
    if isinstance(raw, date):
        return Cleaned(shown(raw), doubtful("被表格软件变成了日期，请设为文本格式重填"))
    text = shown(raw)
    if column.title in _PERSON and (doubt := _doubt_about_person(tidy(text))):
        return Cleaned(tidy(text), doubtful(doubt))
    value = tidy_name(text)
    silent = column.prefilled or not isinstance(raw, str) or value == raw
    return Cleaned(value, None if silent else repaired(value, "去掉空白、统一括号和全半角"))


def _doubt_about_person(text: str) -> str:
    parts = [part for part in _SEPARATORS.split(text) if part]
    if len(parts) > 1 and (all(len(part) > 1 for part in parts) or re.search(r"[、，,；;/\n]", text)):
        return "一格里像是有几个人，一人一行"
    return "姓名里带了职务或称谓，只填姓名" if _TITLE_OF_PERSON.fullmatch("".join(parts)) else ""


def _choice(raw: object, column: Column, context: Context) -> Cleaned:
    choice = column.choice or _NO_CHOICE
    text = shown(raw)
    if text in choice.values:
        return Cleaned(text)
    value = _look_up(text, choice)
    if value:
        return Cleaned(value, repaired(value, "统一写法"))
    if len(fold(text)) == 1 and fold(text) in _WINGDINGS:
        return Cleaned(tidy(text), refused("像是 Wingdings 字体的记号，在别的电脑上会变"))
    return Cleaned(tidy(text))


def _choices(raw: object, column: Column, context: Context) -> Cleaned:
    choice = column.choice or _NO_CHOICE
    text = shown(raw)
    values = [_look_up(part, choice) for part in _SEPARATORS.split(tidy(text)) if part]
    if not values or not all(values):
        return Cleaned(tidy(text))
    value = "、".join(dict.fromkeys(part for part in values if part))
    return Cleaned(value, None if value == text else repaired(value, "统一写法"))


_SPELLINGS: dict[int, tuple[Choice, dict[str, str]]] = {}  # by identity: hashing a whole list takes longer


def _spellings(choice: Choice) -> dict[str, str]:
    known = _SPELLINGS.get(id(choice))
    if known is None:
        spellings = {fold(spelling): value for spelling, value in choice.synonym_map().items()}
        known = _SPELLINGS[id(choice)] = (choice, spellings)
    return known[1]


def _look_up(text: str, choice: Choice) -> str:
    """The value that the text certainly means, or ""."""
    spellings = _spellings(choice)
    key = fold(text)
    bare = key.strip(_PUNCTUATION)
    value = spellings.get(key) or spellings.get(bare)
    if value:
        return value
    numbered = _NUMBERED.match(bare)
    if numbered and numbered[1] in choice.values:
        return numbered[1]
    return _ticked(key, spellings) if len(_BOXES.findall(key)) > 1 else ""


def _ticked(key: str, spellings: dict[str, str]) -> str:
    """☑是□否, or 是☑否□: the one option that is ticked; "" unless each has its box."""
    boxes, words = _BOXES.findall(key), [word for word in _BOXES.split(key) if word]
    one_side = bool(_BOXES.match(key[0])) != bool(_BOXES.match(key[-1]))
    if len(boxes) != len(words) or not one_side or not all(word in spellings for word in words):
        return ""
    ticked = [spellings[word] for box, word in zip(boxes, words, strict=True) if box in _TICKED]
    return ticked[0] if len(ticked) == 1 else ""


def _date(raw: object, column: Column, context: Context) -> Cleaned:
    parsed = parse_date(raw, year=context.year, month_end=column.month_end, date1904=context.date1904)
    text = tidy(shown(raw))
    if parsed.value is not None:
        after = parsed.value.isoformat()
        note = {
            How.EXACT: None,
            How.NORMALISED: repaired(after, "统一日期写法"),
            How.INFERRED: (Common.INFERRED, {"after": after}),
        }.get(parsed.how, doubtful(parsed.doubt))
        return Cleaned(parsed.value, note)
    if parsed.how is How.OPEN_ENDED:
        if column.required or column.required_when:
            return Cleaned(text, doubtful("没有写明日期，不判逾期，也不算有计划日期"))
        return Cleaned(None, repaired(EMPTY, "长期即没有截止日期"))
    if parsed.how is How.WRONG_COLUMN:
        return Cleaned(text, refused("填的是完成情况，不是日期，像是填错了列"))
    return Cleaned(text, refused(parsed.doubt) if parsed.how is How.DOUBTFUL else None)


def _unit(raw: object, column: Column, context: Context) -> Cleaned:
    text = tidy_name(shown(raw))
    found = context.roster.resolve(text, context.unit)
    if found.unit:
        return Cleaned(found.unit, None if text == found.unit else repaired(found.unit, f"{found.way}改为规范简称"))
    say = refused if column.required else doubtful
    if found.candidates:
        return Cleaned(text, say(f"可能是{'、'.join(found.candidates)}，不能自行归并"))
    parts = [context.roster.resolve(part, context.unit).unit for part in _SEPARATORS.split(text) if part]
    if len(parts) > 1 and all(parts):
        return Cleaned(text, say("一格里写了几个单位，只能写一个"))
    hint = f"，是不是{'、'.join(found.suggestions)}？" if found.suggestions else ""
    return Cleaned(text, say(f"不是成员单位的名称{hint}"))


_BY_KIND: dict[Kind, Callable[[object, Column, Context], Cleaned]] = {
    Kind.TEXT: _text,
    Kind.NAME: _name,
    Kind.CODE: lambda raw, column, _: clean_code(raw, column),
    Kind.PHONE: lambda raw, column, _: clean_phone(raw, column),
    Kind.INTEGER: lambda raw, column, _: clean_integer(raw, column),
    Kind.NUMBER: lambda raw, column, _: clean_number(raw, column),
    Kind.PERCENT: lambda raw, column, _: clean_percent(raw, column),
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.UNIT: _unit,
}
