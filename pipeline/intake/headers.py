"""Where the tables of a tab stand: header rows by their titles, not by position (contract §4).

A header is looked for within the first 15 rows that hold anything; further tables may follow below
it or beside it. A header row may have up to three levels, upper ones merged over several columns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from pipeline.intake.raw import RawSheet
from pipeline.intake.titles import Head, Match, forms_of, heads_of, known_forms, match
from schemas.columns import Sheet

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
        return count >= 3 and share >= 0.4 and any(name in found.columns for name in found.sheet.row_identity)

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
