"""One opened workbook read into addressed, cleaned rows (contract §4, §8).

Tabs are found by name, by synonym, and by their headers; every value keeps its tab and cell. Whose
file it is and which version counts is decided afterwards, in `claim`.

What each tab of a workbook is: a sheet of the return, one of our own, an example, a hidden one (contract §4).

Rows of another unit in a unit's return (contract §4): never merged with its own, always said.

A workbook that sums up two units shows it by a column 单位 or by tabs named after units. Rows that
name another unit than the file's are set aside, so that nobody is charged with another's rows.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from pipeline.findings import ERROR, UNIT_NOTE, WARNING, Common, Finding, Place, finding, rule, runs, suggestion
from pipeline.intake.beside import notes_of_unit
from pipeline.intake.clean import Cleaner, Context
from pipeline.intake.cover import CoverReading, looks_like_cover, missing_labels, read_cover
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import Block, find_blocks, forms_of, tab_key
from pipeline.intake.raw import RawBook, RawSheet
from pipeline.intake.reading import NOTHING_TO_REPORT, Reading, SetAside, TableReading
from pipeline.intake.roster import Roster
from pipeline.intake.rows import BlockReader, BlockReading
from pipeline.intake.sensitive import findings_about_text, withheld
from pipeline.intake.text import fold, shown, tidy
from schemas.columns import Sheet
from schemas.private import is_secret
from schemas.returns import COVER, HIDDEN_SHEET, TABLES, TEMPLATE

#: A tab that only one of our own workbooks has → what that workbook is called.
_OWN_WORKBOOKS = {
    "总矩阵": "总矩阵",
    "评分排名": "评分表",
    "单位红黄绿": "红黄绿督办台账",
    "督办单": "督办单",
    "维度权重": "工作方案",
}
#: The first sheet of a marked copy; a copy that comes back corrected is a return like any other.
RETURN_SLIP = "退回清单"
_EXAMPLE = re.compile("示例|样例|范例|样表")
_EXPLANATION = re.compile("说明|须知|字典|选项|下拉|WpsReserved|^_", re.IGNORECASE)


def own_output(book: RawBook) -> str | None:
    """Which of the pipeline's own workbooks it is; None for anything else."""
    names = [sheet.name for sheet in book.sheets]
    for tab, workbook in _OWN_WORKBOOKS.items():
        if tab in names:
            return workbook
    known = {sheet.name for sheet in TEMPLATE}
    return RETURN_SLIP if RETURN_SLIP in names and known.isdisjoint(names) else None


def hidden_facts(book: RawBook) -> dict[str, str]:
    """Label → value of the very hidden sheet by which our own template is told again."""
    for sheet in book.sheets:
        if sheet.name == HIDDEN_SHEET:
            pairs = [row[:2] for row in sheet.rows if len(row) > 1]
            return {tidy(shown(label)): tidy(shown(value)) for label, value in pairs if label is not None}
    return {}


def is_empty(sheet: RawSheet) -> bool:
    """Whether nothing stands on the tab."""
    return not sheet.faults and all(value is None for row in sheet.rows for value in row)


def tabs_to_read(book: RawBook) -> list[RawSheet]:
    """The tabs on which tables are looked for."""
    ours = (HIDDEN_SHEET, RETURN_SLIP)
    shown_tabs = [sheet for sheet in book.sheets if sheet.visible and sheet.name not in ours]
    return [sheet for sheet in shown_tabs if not is_example(sheet.name) and not is_empty(sheet)]


def blank_tabs(book: RawBook) -> list[RawSheet]:
    """Tabs with the name of a sheet of the return on which nothing stands."""
    return [sheet for sheet in book.sheets if sheet.visible and fold(sheet.name) in _known_names() and is_empty(sheet)]


def is_example(name: str) -> bool:
    """Whether a tab's name says that it holds examples: never read, but said."""
    return bool(_EXAMPLE.search(fold(name)))


def is_explanation(name: str) -> bool:
    """Whether a tab's name says that it holds explanations or lists: not missed where no table is on it."""
    return bool(_EXPLANATION.search(fold(name)))


def hidden_tabs(book: RawBook) -> Sequence[RawSheet]:
    """Hidden tabs that hold something and are not ours."""
    return [
        sheet
        for sheet in book.sheets
        if not sheet.visible and not sheet.name.startswith("_") and sheet.name != RETURN_SLIP and not is_empty(sheet)
        and "wpsreserved" not in sheet.name.casefold()
    ]  # fmt: skip


def _known_names() -> frozenset[str]:
    return frozenset(fold(name) for sheet in TEMPLATE for name in (sheet.name, *sheet.synonyms))


_UNIT_HEADERS = frozenset(("单位", "填报单位", "单位名称", "报送单位", "所属单位", "填报部门", "报送部门"))


@dataclass(frozen=True)
class Owned:
    """The block with the file's own rows only, and what is said of the others."""

    reading: BlockReading
    findings: list[Finding]


def without_other_units(raw: RawSheet, block: Block, found: BlockReading, context: Context) -> Owned:
    """Set aside the rows of other units; an unknown column 单位 that names only the file's own is of no interest."""
    column = next((at for at, header in found.strays.items() if not _UNIT_HEADERS.isdisjoint(forms_of(header))), None)
    by_tab = context.roster.find_in(raw.name).unit
    if column is None and not by_tab:
        return Owned(found, [])
    units = {row: by_tab if column is None else _unit_in(raw, row, column, context) for row in found.table.row_numbers}
    own = context.unit or _only(units.values())
    others = {row: unit for row, unit in units.items() if unit and unit != own}
    understood = column is not None and all(unit or raw.rows[row - 1][column] is None for row, unit in units.items())
    strays = {at: header for at, header in found.strays.items() if not (understood and at == column)}
    return Owned(_without(raw, replace(found, strays=strays), others), _say(raw, block, others, own, column))


def _unit_in(raw: RawSheet, row: int, column: int, context: Context) -> str:
    return context.roster.resolve(shown(raw.rows[row - 1][column]), context.unit).unit


def _only(units: object) -> str:
    distinct = {unit for unit in units if unit}  # type: ignore[attr-defined]
    return distinct.pop() if len(distinct) == 1 else ""


def _without(raw: RawSheet, found: BlockReading, others: dict[int, str]) -> BlockReading:
    if not others:
        return found
    table = found.table
    kept = [at for at, row in enumerate(table.row_numbers) if row not in others]
    aside = [
        SetAside(raw.name, row, f"是{unit}的内容", _line(raw, row), table.layout.table) for row, unit in others.items()
    ]
    own_rows = TableReading(
        table.layout, table.names, [table.row_numbers[at] for at in kept], [table.rows[at] for at in kept]
    )
    findings = [entry for entry in found.findings if entry.place.row not in others]
    return replace(
        found, table=own_rows, findings=findings, set_aside=sorted([*found.set_aside, *aside], key=lambda e: e.row)
    )


def _line(raw: RawSheet, row: int) -> str:
    return " ".join(withheld(value) for value in raw.rows[row - 1] if value is not None)


SEVERAL_UNITS = rule(
    "FM-021",
    ERROR,
    title="一个文件里有几家单位",
    problem="“{sheet}”表里有“{value}”的内容（{count} 行），不是本来件的单位“{unit}”，没有采用",
    remedy="一家单位报一个文件：请由“{value}”另行报送，或改正单位名称",
    example="区财政局",
)


def _say(raw: RawSheet, block: Block, others: dict[int, str], own: str, column: int | None) -> list[Finding]:
    findings = []
    for unit, count in Counter(others.values()).items():
        first = next(row for row, other in others.items() if other == unit)
        cell = "" if column is None else f"{column_letters(column + 1)}{first}"
        place = Place(sheet=raw.name, cell=cell, table=block.sheet.key)
        findings.append(finding(SEVERAL_UNITS, place, unit, sheet=raw.name, count=count, unit=own or "（没有写明）"))
    return findings


__all__ = ["NOTHING_TO_REPORT", "Reading", "SetAside", "TableReading", "read_office", "read_return"]


def read_return(book: RawBook, roster: Roster, year: int, unit_hint: str = "") -> Reading:
    """Read a unit's return.

    year: what a date without a year means (that of the meeting). unit_hint: short name of the unit,
    if already known from elsewhere (its file name), for 我局 and 本单位. In what is given back, places
    and layouts have neither unit nor file yet.
    """
    own = own_output(book)
    if own:
        return Reading(own_output=own)
    hidden = hidden_facts(book)
    unit = roster.by_id.get(hidden.get("单位编号", ""), unit_hint)
    reader = _Reader(book, Context(roster, year, unit, book.date1904), TABLES)
    cover = reader.read_cover()
    reader.read_tables()
    return Reading(
        cover={name: cover.values.get(name) for name in COVER.names},
        cover_layout=cover.layout,
        hidden=hidden,
        tables=reader.tables,
        findings=reader.with_marks([*cover.findings, *reader.findings, *reader.missing_sheets(), *_hidden_tabs(book)]),
        set_aside=reader.set_aside,
    )


def read_office(book: RawBook, sheets: Sequence[Sheet], roster: Roster, year: int) -> Reading:
    """Read one of the office's own workbooks (督查核查表, 豁免事项 …): the tables of `sheets`, wherever they stand."""
    reader = _Reader(book, Context(roster, year, "", book.date1904), tuple(sheets))
    reader.read_tables()
    findings = reader.with_marks([*reader.findings, *reader.missing_sheets()])
    return Reading(tables=reader.tables, findings=findings, set_aside=reader.set_aside)


UNKNOWN_TAB = rule(
    "FM-020",
    WARNING,
    title="有一张表不认识",
    problem="“{value}”这张表不在填报表之内，没有采用",
    remedy="如有要报的内容，请移到填报表相应的表里",
    example="Sheet2",
)


class _Reader:
    """Reads all tabs of one workbook; collects tables, findings and rows set aside."""

    def __init__(self, book: RawBook, context: Context, sheets: Sequence[Sheet]) -> None:
        self.book, self.sheets = book, sheets
        self.tables: dict[str, list[TableReading]] = {}
        self.findings: list[Finding] = []
        self.set_aside: list[SetAside] = []
        self.unread: dict[str, RawSheet] = {}  # Sheet.key → the tab of that name in which no header was found
        self._use(context)
        readable = tabs_to_read(book)
        self.keys = {raw.name: tab_key(raw.name, (*sheets, *TEMPLATE[:1])) for raw in readable}
        self.blocks = {raw.name: find_blocks(raw, self.keys[raw.name], sheets) for raw in readable}
        self.readable = readable
        self.cover_tab: RawSheet | None = None

    def _use(self, context: Context) -> None:
        self.context, self.cleaner = context, Cleaner(context)

    def read_cover(self) -> CoverReading:
        """The cover; from now on 我局 means the unit that it names."""
        named = [raw for raw in self.readable if self.keys[raw.name] == COVER.key]
        unnamed = [raw for raw in self.readable if not self.blocks[raw.name] and looks_like_cover(raw)]
        self.cover_tab = next(iter((*named, *unnamed)), None)
        if self.cover_tab:
            cover = read_cover(self.cover_tab, self.cleaner, self._last_cover_row(self.cover_tab))
            cover.findings.extend(missing_labels(cover, self.cover_tab.name))
        else:
            cover = self._cover_from_headings()
            cover.findings.append(finding(Common.NO_SHEET.of(COVER), Place(table=COVER.key), sheet=COVER.name))
        unit = cover.values.get("unit")
        if isinstance(unit, str) and unit in self.context.roster.names:
            self._use(Context(self.context.roster, self.context.year, unit, self.context.date1904))
        return cover

    def _last_cover_row(self, raw: RawSheet) -> int:
        blocks = self.blocks[raw.name]
        return blocks[0].first_row - 1 if blocks and blocks[0].first_row > 1 else len(raw.rows)

    def _cover_from_headings(self) -> CoverReading:
        """Without a cover, what stands above the tables (填报单位：…) is better than nothing."""
        for raw in self.readable:
            if self.blocks[raw.name]:
                cover = read_cover(raw, self.cleaner, self._last_cover_row(raw))
                if cover.values:
                    return cover
        return CoverReading()

    def read_tables(self) -> None:
        """Every table of every tab."""
        for raw in self.readable:
            blocks = self.blocks[raw.name]
            for block in blocks:
                alone = not any(_side_by_side(block, other) for other in blocks if other is not block)
                self._take(raw, block, BlockReader(raw, block, self.cleaner, alone=alone).read())
            if not blocks and raw is not self.cover_tab:
                self._unread(raw)
            self._say_strays(raw, blocks[0].sheet if blocks else COVER)
            self._say_other_notes(raw, blocks[0].sheet if blocks else COVER)
        for raw in blank_tabs(self.book):
            self.unread.setdefault(tab_key(raw.name, self.sheets), raw)
        for raw in self.book.sheets:
            if raw.visible and is_example(raw.name) and raw.name not in self.keys:
                self._unknown(raw)

    def _say_strays(self, raw: RawSheet, sheet: Sheet) -> None:
        """Cells far outside everything else, usually typed there by accident."""
        for row, column in raw.strays:
            place = Place(sheet=raw.name, cell=f"{column_letters(column)}{row}")
            self.findings.append(
                finding(Common.UNKNOWN_COLUMN.of(sheet), place, column_letters(column), sheet=raw.name)
            )

    def _say_other_notes(self, raw: RawSheet, sheet: Sheet) -> None:
        """Notes of the unit beside cells of no data row: on the cover, at a header."""
        said = {
            entry.place.cell
            for entry in self.findings
            if entry.code == UNIT_NOTE.code and entry.place.sheet == raw.name
        }
        spots = {spot for spot in raw.comments if _address(spot) not in said}
        found = notes_of_unit(raw, spots, lambda spot: Place(sheet=raw.name, cell=_address(spot), table=sheet.key))
        self.findings.extend(found)

    def _take(self, raw: RawSheet, block: Block, found: BlockReading) -> None:
        owned = without_other_units(raw, block, found, self.context)
        self.tables.setdefault(block.sheet.key, []).append(owned.reading.table)
        self.findings += owned.reading.findings
        self.findings += owned.findings
        self.set_aside += owned.reading.set_aside
        self.findings += self._about_columns(raw, block, owned.reading)
        if found.hidden:
            rows = "、".join(runs(found.hidden))
            words = {"what": f"“{raw.name}”表的第 {rows} 行", "treatment": "已照常读取"}
            place = Place(sheet=raw.name, table=block.sheet.key)
            self.findings.append(finding(Common.HIDDEN.of(block.sheet), place, **words))

    def _about_columns(self, raw: RawSheet, block: Block, found: BlockReading) -> Iterator[Finding]:
        sheet, layout = block.sheet, found.table.layout
        missing = [column for column in sheet.columns if column.name not in block.match.columns]
        for column in missing:
            if column.required:
                yield finding(Common.NO_COLUMN.of(sheet), layout.place("", "", 0), sheet=raw.name, title=column.title)
        for at, header in found.strays.items():
            letters = column_letters(at + 1)
            place = Place(sheet=raw.name, cell=f"{letters}{block.header_row}", table=sheet.key)
            near = suggestion(header, [entry.title for entry in missing]) if header else ""
            shown = header or f"{letters}（没有表头）"
            yield finding(Common.UNKNOWN_COLUMN.of(sheet), place, shown, sheet=raw.name, suggestion=near)

    def _unread(self, raw: RawSheet) -> None:
        """A tab without a table: that of a missing sheet, or one that nobody knows."""
        key = self.keys[raw.name]
        wanted = any(sheet.key == key for sheet in self.sheets)
        if wanted and not any(block.sheet.key == key for blocks in self.blocks.values() for block in blocks):
            self.unread.setdefault(key, raw)
        elif not is_explanation(raw.name):
            self._unknown(raw)

    def _unknown(self, raw: RawSheet) -> None:
        self.findings.append(finding(UNKNOWN_TAB, Place(sheet=raw.name), raw.name))

    def with_marks(self, said: list[Finding]) -> list[Finding]:
        """What was said, and the secrets that stand outside the tables, numbers of persons in names of tabs."""
        known = {(entry.place.sheet, entry.place.cell) for entry in said if entry.common is Common.SECRET}
        found: list[Finding] = []
        for raw in self.book.sheets:
            sheet = next((sheet for sheet in self.sheets if sheet.key == self.keys.get(raw.name)), COVER)
            found += findings_about_text(sheet, Place(sheet=raw.name, table=sheet.key), "工作表名", raw.name)
            for cell, text in _marked_cells(raw):
                if (raw.name, cell) not in known:
                    place = Place(sheet=raw.name, cell=cell, table=sheet.key)
                    found += findings_about_text(sheet, place, f"{cell} 单元格", text)
        return [*said, *found]

    def missing_sheets(self) -> Iterable[Finding]:
        """A finding for each sheet that is not there, or whose header cannot be made out."""
        for sheet in self.sheets:
            if sheet.key in self.tables:
                continue
            if sheet.key in self.unread:
                tab = self.unread[sheet.key].name
                yield finding(Common.NO_HEADER.of(sheet), Place(sheet=tab, table=sheet.key), sheet=tab)
            elif not sheet.optional:
                yield finding(Common.NO_SHEET.of(sheet), Place(table=sheet.key), sheet=sheet.name)


def _address(spot: tuple[int, int]) -> str:
    return f"{column_letters(spot[1])}{spot[0]}"


def _side_by_side(block: Block, other: Block) -> bool:
    return block.header_row < other.last_row and other.header_row < block.last_row


def _marked_cells(raw: RawSheet) -> Iterator[tuple[str, str]]:
    """Address and text of every cell that bears the mark of a secret."""
    for number, row in enumerate(raw.rows, 1):
        for column, value in enumerate(row, 1):
            if isinstance(value, str) and is_secret(value):
                yield f"{column_letters(column)}{number}", value


def _hidden_tabs(book: RawBook) -> Iterator[Finding]:
    for raw in hidden_tabs(book):
        yield finding(Common.HIDDEN.of(COVER), Place(sheet=raw.name), what=f"“{raw.name}”表", treatment="没有读取")
