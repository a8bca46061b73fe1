"""Where the tables of a tab stand: header rows by their titles, not by position (contract §4).

A header is looked for within the first 15 rows that hold anything; further tables may follow below
it or beside it. A header row may have up to three levels, upper ones merged over several columns.

Headers and tab names as people alter them, matched with the declared ones (contract §4).

Line breaks, spaces, stars, widths, numbering and units in brackets are looked through; declared
synonyms are applied; a near miss is never taken, only suggested where the column is reported.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice

from pipeline.intake.raw import RawSheet
from pipeline.intake.text import fold
from schemas.columns import Column, Sheet
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

    def column_at(self, place: int) -> Column | None:
        """The declared column whose header stands in column `place` (from 0); None where there is none."""
        return next((self.sheet.by_name[name] for name, at in self.columns.items() if at == place), None)

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


_SEARCHED_ROWS = 15
_LEVELS = 3
_TAB_BONUS = 2.0  # a tab's own name speaks for its table
_MISSING_COST = 0.3  # a required column that is not there speaks against it
_SHORT = 14  # characters; a row with longer texts is no header unless two of its titles are spelt exactly


@dataclass
class Block:
    """One table on a tab. Rows count from 1 as in Excel, columns from 0.

    repeats: rows further down that repeat the header. last_row: the last row that may belong to it.
    """

    match: Match
    first_row: int
    header_row: int
    last_row: int
    repeats: set[int] = field(default_factory=set)

    @property
    def sheet(self) -> Sheet:
        """The declared sheet whose table it is."""
        return self.match.sheet


def find_blocks(raw: RawSheet, guess: str, sheets: Sequence[Sheet]) -> list[Block]:
    """The tables on a tab, top to bottom; guess: key of the sheet that the tab's name means."""
    finder = _Finder(raw, guess, sheets)
    open_blocks: list[Block] = []
    blocks: list[Block] = []
    row = 0
    while row < len(raw.rows):
        found = finder.at(row, bool(blocks)) if finder.worth_a_look(row, bool(blocks)) else None
        if found is None:
            row += 1
            continue
        levels, matches = found
        open_blocks = _continued(open_blocks, blocks, matches, row + 1, row + levels)
        row += levels
    for block in open_blocks:
        block.last_row = len(raw.rows)
    return blocks


def _continued(
    open_blocks: list[Block], blocks: list[Block], matches: list[Match], first: int, last: int
) -> list[Block]:
    """The blocks open below a header row: it repeats an open one, or ends those above it and begins its own."""
    kept = list(open_blocks)
    for found in matches:
        same = [block for block in kept if block.sheet.key == found.sheet.key and block.match.columns == found.columns]
        if same:
            same[0].repeats.update(range(first, last + 1))
            continue
        for block in [block for block in kept if _overlap(block.match.span, found.span)]:
            block.last_row = first - 1
            kept.remove(block)
        begun = Block(found, first, last, last)
        blocks.append(begun)
        kept.append(begun)
    return kept


def _overlap(left: tuple[int, int], right: tuple[int, int]) -> bool:
    return left[0] <= right[1] and right[0] <= left[1]


class _Finder:
    def __init__(self, raw: RawSheet, guess: str, sheets: Sequence[Sheet]) -> None:
        self.raw, self.guess, self.sheets = raw, guess, sheets
        self.known = known_forms(tuple(sheets))
        self.spelt = {text for form in self.known for text in (form, f"*{form}")}
        self.spread = _spread(raw)
        filled = (index for index, row in enumerate(raw.rows) if row.count(None) < len(row))
        self.last_searched = max(islice(filled, _SEARCHED_ROWS), default=-1)

    def worth_a_look(self, row: int, below_a_header: bool) -> bool:
        """A quick test that nearly every data row fails."""
        if not below_a_header and row > self.last_searched:
            return False
        cells = self.raw.rows[row]
        if sum(map(self.spelt.__contains__, cells)) >= 2:
            return True
        texts = [value for value in cells if value is not None]
        if len(texts) < 2 or not all(isinstance(value, str) for value in texts):
            return False
        if below_a_header and max(len(str(text)) for text in texts) > _SHORT:
            return False
        return sum(not self.known.isdisjoint(forms_of(str(text))) for text in texts) >= 2

    def at(self, row: int, below_a_header: bool) -> tuple[int, list[Match]] | None:
        """How many rows the header that begins at `row` has, and what it is the header of."""
        best: tuple[float, int, list[Match]] | None = None
        for levels in range(1, _LEVELS + 1):
            if row + levels > len(self.raw.rows):
                break
            matches = self._matches(self._heads(row, levels))
            score = sum(self._score(found) for found in matches)
            if matches and (best is None or score > best[0]):
                best = (score, levels, matches)
            if len(matches) == 1 and self._explains_all(matches[0]):
                break
        return best[1:] if best else None

    def _explains_all(self, found: Match) -> bool:
        """Whether there is nothing left to find: the header is as we sent it."""
        return found.sheet.key == self.guess and not found.unknown and len(found.columns) == len(found.sheet.columns)

    def _heads(self, row: int, levels: int) -> list[Head]:
        upper = [self.spread.get(index, self.raw.rows[index]) for index in range(row, row + levels - 1)]
        return heads_of([*upper, self.raw.rows[row + levels - 1]])

    def _matches(self, heads: list[Head]) -> list[Match]:
        """One table over the whole row, or several side by side where that explains more headers."""
        guessed = next((sheet for sheet in self.sheets if sheet.key == self.guess), None)
        if guessed and self._explains_all(as_sent := match(guessed, heads)):
            return [as_sent]
        whole = self._best(heads)
        parts = [found for part in _parts(heads) if (found := self._best(part))]
        explained = sum(len(found.columns) for found in parts)
        if len(parts) > 1 and explained > (len(whole.columns) if whole else 0):
            return parts
        return [whole] if whole else []

    def _best(self, heads: Sequence[Head]) -> Match | None:
        matches = [found for sheet in self.sheets if self._accepts(found := match(sheet, heads))]
        return max(matches, key=self._score, default=None)

    def _accepts(self, found: Match) -> bool:
        """Enough of the titles, and, where the tab's name does not vouch for it, one that names the row's subject.

        受理 and 审核 are titles of 事项 but also what stands in the cells of 人员.
        """
        count, share = len(found.columns), len(found.columns) / max(len(found.heads), 1)
        if found.sheet.key == self.guess:
            return count >= 2 and share >= 0.3
        return count >= 3 and share >= 0.4 and any(name in found.columns for name in found.sheet.identity.key)

    def _score(self, found: Match) -> float:
        missing = sum(entry.required and entry.name not in found.columns for entry in found.sheet.columns)
        bonus = _TAB_BONUS if found.sheet.key == self.guess else 0.0
        return len(found.columns) + bonus - _MISSING_COST * missing


def _parts(heads: Sequence[Head]) -> Iterator[list[Head]]:
    """The header row cut at empty columns and where a title comes again."""
    part: list[Head] = []
    for head in heads:
        gap = part and head.column > part[-1].column + 1
        again = any(head.forms[0] == other.forms[0] for other in part)
        if gap or again:
            yield part
            part = []
        part.append(head)
    if part:
        yield part


def _spread(raw: RawSheet) -> dict[int, list[object]]:
    """Row index → the row with the first cell of each merge over several columns repeated over all of them."""
    spread: dict[int, list[object]] = {}
    for top, left, bottom, right in raw.merges:
        if right > left and bottom - top < _LEVELS and top <= len(raw.rows):
            row = spread.setdefault(top - 1, list(raw.rows[top - 1]))
            row[left - 1 : right] = [row[left - 1]] * (right - left + 1)
    return spread
