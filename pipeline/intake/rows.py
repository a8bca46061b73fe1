"""The rows of one table on one tab: which are data, which are set aside, and their cells cleaned.

Every row under the header that holds anything ends in exactly one of the two (contract §8).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.catalogue import finding
from pipeline.findings import Finding, Place
from pipeline.intake import asides
from pipeline.intake.clean import Cleaned, Cleaner
from pipeline.intake.cleaned import EMPTY, Note, doubtful, refused, repaired
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import Block
from pipeline.intake.merges import above, filled_down, is_ditto, is_ditto_of_row
from pipeline.intake.questions import number_questions
from pipeline.intake.raw import NO_RESULT, PICTURE, Cell, RawSheet
from pipeline.intake.reading import SetAside, TableReading
from pipeline.intake.sensitive import masked
from pipeline.intake.text import is_blank, shown
from pipeline.intake.titles import HINT_FORM, IGNORED
from pipeline.records import Layout
from schemas.columns import Column, Kind
from schemas.returns.self_check import SHEET as SELF_CHECK

_PICTURE_VALUE = "[图片]"
_SEVERAL_ITEMS = re.compile(
    r"等[共计]?\s*([0-9]+|[一二两三四五六七八九十几多]+|若干)\s*[项个件](事项|许可|服务)?|[1１一][.、．)）].+[2２二][.、．)）]",
    re.S,
)
_FAULT_REMEDY = {
    NO_RESULT: "请用 Excel 或 WPS 打开这个文件，保存后重新报送",
    PICTURE: "请填写文字，图片另外报送",
}


@dataclass(frozen=True)
class BlockReading:
    """One table, read. hidden: the Excel rows among them that are hidden."""

    table: TableReading
    findings: list[Finding]
    set_aside: list[SetAside]
    hidden: list[int]
    strays: dict[int, str]  # columns with content that belong to no declared column → their header


class BlockReader:
    """Reads one block of one tab. alone: nothing else stands beside it, so its rows reach over all columns."""

    def __init__(self, raw: RawSheet, block: Block, cleaner: Cleaner, *, alone: bool) -> None:
        self.raw, self.block, self.cleaner = raw, block, cleaner
        self.sheet = block.sheet
        self.columns = block.match.columns
        width = len(raw.rows[0]) if raw.rows else 0
        first, last = (0, width - 1) if alone else block.match.span
        ignored = {head.column: head.forms for head in block.match.heads if not IGNORED.isdisjoint(head.forms)}
        self.numbering = {column for column, forms in ignored.items() if HINT_FORM not in forms}
        taken = {*ignored, *self.columns.values()}
        self.others = [column for column in range(first, last + 1) if column not in taken]
        letters = {name: column_letters(column + 1) for name, column in self.columns.items()}
        self.layout = Layout("", raw.name, self.sheet.key, block.header_row, letters)
        self.merged_over = {(top, left - 1): right - left + 1 for top, left, _, right in raw.merges if right > left}

    def read(self) -> BlockReading:
        """The whole block."""
        kept, aside = self._sorted_rows()
        cells = self._cells(kept)
        if self.sheet.key == SELF_CHECK.key:
            number_questions(cells, len(kept))
        columns = [cells.get(name, [Cleaned(None)] * len(kept)) for name in self.sheet.names]
        rows = list(zip(*([cell.value for cell in column] for column in columns), strict=True))
        table = TableReading(self.layout, self.sheet.names, kept, rows)
        numbers = [*kept, *(entry.row for entry in aside)]
        hidden = sorted(row for row in numbers if row in self.raw.hidden_rows)
        told = [entry for entry in aside if entry.reason != asides.ONLY_NUMBERS]
        found = [*self._findings(table, cells), *map(self._set_aside_finding, told)]
        return BlockReading(table, found, aside, hidden, self._strays([*kept, *(entry.row for entry in aside)]))

    # ── which rows

    def _sorted_rows(self) -> tuple[list[int], list[SetAside]]:
        kept, aside = [], []
        reach = sorted((*self.columns.values(), *self.others, *self.numbering))
        faulty = {row for row, column in self.raw.faults if column - 1 in self.columns.values()}
        for number in range(self.block.header_row + 1, self.block.last_row + 1):
            line = self.raw.rows[number - 1]
            held = [
                (column, value)
                for column in reach
                if (value := line[column]) is not None
                and (value.__class__ is not str or value[:1].isalnum() or not is_blank(value))
            ]
            if number not in faulty and all(self._is_number_of_row(column, value) for column, value in held):
                continue
            row = asides.Row(held, self.merged_over.get((number, held[0][0]), 1) if held else 1)
            reason = self._reason(number, row, number in faulty)
            if reason:
                aside.append(SetAside(self.raw.name, number, reason, masked(row.text), self.sheet.key))
            else:
                kept.append(number)
        return self._without_next_title(kept, aside)

    def _is_number_of_row(self, column: int, value: Cell) -> bool:
        return column in self.numbering and asides.is_ordinal(value)

    def _reason(self, number: int, row: asides.Row, is_faulty: bool) -> str:
        if number in self.block.repeats:
            return asides.REPEATED_HEADER
        if number == self.block.header_row + 1 and asides.is_column_numbers(row):
            return asides.COLUMN_NUMBERS
        return "" if is_faulty else asides.reason_to_set_aside(row, self.block.match)

    def _without_next_title(self, kept: list[int], aside: list[SetAside]) -> tuple[list[int], list[SetAside]]:
        """A lone text right above the header of the next table is that table's title."""
        while kept and self.block.last_row < len(self.raw.rows) and kept[-1] >= self.block.last_row - 2:
            texts = [value for value in self.raw.rows[kept[-1] - 1] if not is_blank(value)]
            if len(texts) != 1:
                break
            number = kept.pop()
            aside.append(SetAside(self.raw.name, number, asides.NEXT_TITLE, masked(shown(texts[0])), self.sheet.key))
        return kept, sorted(aside, key=lambda entry: entry.row)

    def _strays(self, rows: Iterable[int]) -> dict[int, str]:
        headers = self.block.match.unknown
        filled = {
            column for row in rows for column in self.others if not is_blank(self.raw.rows[row - 1][column])
        }  # fmt: skip
        return {column: headers.get(column, "") for column in sorted(filled)}

    # ── their cells

    def _cells(self, kept: Sequence[int]) -> dict[str, list[Cleaned]]:
        down = filled_down(self.raw, self.columns, self.block.header_row + 1, kept)
        cells = {}
        for name, column in self.columns.items():
            raws = [self.raw.rows[row - 1][column] for row in kept]
            cells[name] = self._column(self.sheet.by_name[name], raws, kept, down.get(name, {}))
        for (row, column), fault in self.raw.faults.items():
            for name, place in self.columns.items():
                if place == column - 1 and row in kept:
                    cells[name][kept.index(row)] = faulty_cell(fault, self.sheet.by_name[name])
        return cells

    def _column(self, column: Column, raws: list[Cell], kept: Sequence[int], down: dict[int, Cell]) -> list[Cleaned]:
        said: dict[int, Note] = {}
        for at, row in enumerate(kept):
            if row in down and is_blank(raws[at]):
                raws[at] = down[row]
                said[at] = repaired("", "合并单元格，与上面相同")
        texts = {value for value in set(raws) if isinstance(value, str)}
        marks = {text for text in texts if is_ditto(text)}
        unclear = {text for text in texts if is_ditto_of_row(text)}
        dittos = [at for at, value in enumerate(raws) if value in marks] if marks else []
        refusals = [at for at, value in enumerate(raws) if value in unclear] if unclear else []
        for at in dittos:
            copied = above(raws, at)
            if copied is None:
                refusals.append(at)
            else:
                said[at] = repaired("", "与上面相同")
                raws[at] = copied
        cells = self.cleaner.clean(self.sheet.key, column, raws)
        for at, (number, words) in said.items():
            cells[at] = Cleaned(cells[at].value, (number, {**words, "after": shown(cells[at].value)}), cells[at].alert)
        for at in refusals:
            cells[at] = Cleaned(raws[at], refused("看不出与哪一行相同"))
        return cells

    # ── what is said about them

    def _findings(self, table: TableReading, cells: dict[str, list[Cleaned]]) -> Iterable[Finding]:
        for name, column in cells.items():
            for at, cell in enumerate(column):
                if cell.note or cell.alert:
                    yield from self._cell_findings(table, at, self.sheet.by_name[name], cell)
        for at, cell in enumerate(cells.get("item_name", ()) if self.sheet.key == "items" else ()):
            sound = cell.note is None or cell.note[0] == "006"
            if sound and isinstance(cell.value, str) and _SEVERAL_ITEMS.search(cell.value):
                place = self._place(table, at, "item_name")
                yield finding("SX-020", place, cell.value, title=self.sheet.by_name["item_name"].title)

    def _cell_findings(self, table: TableReading, at: int, column: Column, cell: Cleaned) -> Iterable[Finding]:
        place = self._place(table, at, column.name)
        raw = self.raw.rows[place.row - 1][self.columns[column.name]]
        yield from cell_findings(self.sheet.prefix, place, column, raw, cell)

    def _place(self, table: TableReading, at: int, name: str) -> Place:
        named = [table.rows[at][self.sheet.names.index(key)] for key in self.sheet.row_identity]
        subject = next((str(value) for value in named if value is not None), "")
        return self.layout.place("", name, table.row_numbers[at], subject)

    def _set_aside_finding(self, entry: SetAside) -> Finding:
        place = Place(sheet=entry.sheet, row=entry.row, table=entry.table)
        return finding(f"{self.sheet.prefix}-013", place, entry.text, row=entry.row, reason=entry.reason)


def faulty_cell(fault: str, column: Column) -> Cleaned:
    """What a cell without a readable value gives: nothing, or [图片] where text is expected (contract §4)."""
    if fault == PICTURE and column.kind in (Kind.TEXT, Kind.NAME):
        return Cleaned(_PICTURE_VALUE, doubtful("单元格里是图片，须人工核验"))
    return Cleaned(
        None, ("009", {"fault": fault, "fault_remedy": _FAULT_REMEDY.get(fault, "请改正公式或直接填写内容后重新报送")})
    )


def cell_findings(prefix: str, place: Place, column: Column, raw: object, cell: Cleaned) -> Iterable[Finding]:
    """The findings of one cleaned cell: what was done or is wrong, and what must not circulate."""
    for note in (cell.note, cell.alert):
        if note:
            number, words = note
            words = {key: masked(word) for key, word in words.items()} if cell.alert else words
            found = shown(raw) or words.get("fault", EMPTY)
            value = masked(found) if cell.alert else found
            yield finding(f"{prefix}-{number}", place, value, title=column.title, describe=column.describe(), **words)
