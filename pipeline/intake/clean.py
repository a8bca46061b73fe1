"""Cell values made clean: safe repairs, each recorded; what is not certain stays as it was (contract §4).

One cell in, one `Cleaned` out; the kind of the column says how. Nothing is guessed: a near miss is
only suggested (by the checks), “部分” and “基本” never become 是, a blank never becomes a value.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from pipeline.intake.clean_numbers import clean_code, clean_integer, clean_percent, clean_phone
from pipeline.intake.cleaned import BLANK, EMPTY, Cleaned, doubtful, refused, repaired
from pipeline.intake.dates import How, parse_date
from pipeline.intake.roster import Roster
from pipeline.intake.sensitive import alert_about
from pipeline.intake.text import fold, means_nothing, shown, tidy, tidy_name
from schemas.columns import Column, Kind
from schemas.vocabulary import Choice

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
        cleaned = _without_value(text, column) or _BY_KIND[column.kind](raw, column, context)
        return _examined(cleaned, text)
    return _BY_KIND[column.kind](raw, column, context)


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


def _examined(cleaned: Cleaned, text: str) -> Cleaned:
    """The same with what must be said of any text: characters that were lost, words that must not circulate."""
    note = cleaned.note
    if "\ufffd" in text:
        note = refused("有乱码（�），原来的字已经丢失")
    elif _PRIVATE_USE.search(text) and (note is None or note[0] == "006"):
        note = doubtful("有自造字，别的电脑上显示不出来，请改用规范字或写明读音")
    alert = alert_about(text)
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
            How.INFERRED: ("007", {"after": after}),
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
    Kind.NUMBER: _text,
    Kind.PERCENT: lambda raw, column, _: clean_percent(raw, column),
    Kind.DATE: _date,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.UNIT: _unit,
}
