"""Headers and tab names as people alter them, matched with the declared ones (contract §4).

Line breaks, spaces, stars, widths, numbering and units in brackets are looked through; declared
synonyms are applied; a near miss is never taken, only suggested where the column is reported.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from pipeline.intake.text import fold
from schemas.columns import Sheet
from schemas.returns import ROW_HINT

_MARKS = re.compile(r"[*★☆※●▲#]|[(\[【](必填|选填|必填项|选填项|单选|多选)[)\]】]")
_NUMBERING = re.compile(r"^([0-9]{1,2}[.、]|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十0-9]{1,3}\))")
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_APPENDIX = re.compile(
    r"^附[件表]?[0-9一二三四五六七八九十]*[-_.、:：]*|^[0-9]{1,2}[-_.、]*|\([0-9]+\)$|[-_]?(副本|最终版|最新)$"
)
#: Columns that hold nothing a unit enters: the number of the row, and our own formula.
HINT_FORM = fold(ROW_HINT)
IGNORED = frozenset((HINT_FORM, "序号", "行号", "no", "no.", "no:"))
#: Lower headers that say nothing by themselves: the group above them is the title.
_VAGUE = frozenset(("情况", "是否", "填写", "内容", "有无", "(是/否)", "是/否", "选择"))
_LONGEST = 40  # characters; beyond that it is a note, not a header


@dataclass(frozen=True, slots=True)
class Head:
    """One cell of a header row. text: as typed; forms: what it may be compared as, best first.

    group: forms of the merged header above it, "" excluded.
    """

    column: int  # from 0
    text: str
    forms: tuple[str, ...]
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Match:
    """A header row (or a part of one) recognised as that of `sheet`; columns: Column.name → column from 0."""

    sheet: Sheet
    columns: dict[str, int]
    heads: tuple[Head, ...]

    @property
    def unknown(self) -> dict[int, str]:
        """Columns with a header that is not of the sheet → the header as typed."""
        taken = set(self.columns.values())
        return {head.column: head.text for head in self.heads if head.column not in taken and not _is_ignored(head)}

    @cached_property
    def places(self) -> frozenset[int]:
        """The columns of `columns`."""
        return frozenset(self.columns.values())

    @cached_property
    def required(self) -> int:
        """How many columns of the sheet are required."""
        return sum(column.required for column in self.sheet.columns)

    @property
    def span(self) -> tuple[int, int]:
        """First and last column with a header."""
        return self.heads[0].column, self.heads[-1].column


def _is_ignored(head: Head) -> bool:
    return any(form in IGNORED for form in head.forms)


@lru_cache(maxsize=8192)
def forms_of(text: str) -> tuple[str, ...]:
    """What a header may be compared as: whole, and without what stands in brackets.

    >>> forms_of("*完成 进度（%）：")
    ('完成进度(%)', '完成进度')
    """
    if len(text) > _LONGEST:
        return ()
    whole = _NUMBERING.sub("", _MARKS.sub("", fold(text))).strip(":：.。")
    bare = _BRACKETED.sub("", whole).strip(":：.。")
    return tuple(dict.fromkeys(form for form in (whole, bare) if form))


@lru_cache(maxsize=32)
def _names(sheet: Sheet) -> tuple[dict[str, str], dict[str, str]]:
    """Folded title → name, and folded synonym → name, of one sheet's columns."""
    columns = sheet.columns
    titles = {forms_of(entry.title)[0]: entry.name for entry in columns}
    synonyms: dict[str, str] = {}
    for entry in columns:
        for synonym in entry.synonyms:
            synonyms.setdefault(forms_of(synonym)[0], entry.name)
    return titles, {form: name for form, name in synonyms.items() if form not in titles}


@lru_cache(maxsize=8)
def known_forms(sheets: tuple[Sheet, ...]) -> frozenset[str]:
    """Every title and synonym of these sheets, folded."""
    return frozenset(form for sheet in sheets for names in _names(sheet) for form in names)


def heads_of(levels: Sequence[Sequence[object]]) -> list[Head]:
    """One header cell a column, from one or several header rows (upper ones already spread over their merges)."""
    heads = []
    for column, parts in enumerate(zip(*levels, strict=True)):
        texts = list(dict.fromkeys(part.strip() for part in parts if isinstance(part, str) and part.strip()))
        if not texts or not isinstance(parts[-1] or texts[-1], str):
            continue
        lower, upper = texts[-1], "".join(texts[:-1])
        joined = (*forms_of(upper + lower), *forms_of(lower)) if upper else forms_of(lower)
        if joined:
            heads.append(Head(column, "／".join(texts), joined, forms_of(upper)))
    return heads


def match(sheet: Sheet, heads: Sequence[Head]) -> Match:
    """Give each header its column: exact titles first, then a title above it, then synonyms."""
    titles, synonyms = _names(sheet)
    found: dict[str, int] = {}
    taken: set[int] = set()
    for names, forms in ((titles, _own), (titles, _above), (synonyms, _own), (synonyms, _above_vague)):
        for head in heads:
            name = next((names[form] for form in forms(head) if form in names), "")
            if name and name not in found and head.column not in taken:
                found[name] = head.column
                taken.add(head.column)
    return Match(sheet, found, tuple(heads))


def _own(head: Head) -> tuple[str, ...]:
    return head.forms


def _above(head: Head) -> tuple[str, ...]:
    return head.group


def _above_vague(head: Head) -> tuple[str, ...]:
    """A synonym in a group's header is trusted only where the header below says nothing by itself."""
    return head.group if head.forms[-1] in _VAGUE else ()


def tab_key(name: str, sheets: Sequence[Sheet]) -> str:
    """Key of the sheet that a tab's name means: exactly, else by the longest name within it; "" for none."""
    folded = fold(name)
    bare = folded
    while (shorter := _APPENDIX.sub("", bare)) != bare:
        bare = shorter
    spellings = {fold(spelling): sheet.key for sheet in sheets for spelling in (*sheet.synonyms, sheet.name)}
    for spelling in (folded, bare, f"{bare}表", bare.removesuffix("表")):
        if spelling in spellings:
            return spellings[spelling]
    inside = sorted(
        (spelling for spelling in spellings if spelling in bare), key=lambda spelling: (-len(spelling), spelling)
    )
    return spellings[inside[0]] if inside else ""
