"""One opened workbook read into addressed, cleaned rows (contract §4, §8).

Tabs are found by name, by synonym, and by their headers; every value keeps its tab and cell. Whose
file it is and which version counts is decided afterwards, in `claim`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from pipeline.catalogue import finding
from pipeline.findings import Finding, Place, suggestion
from pipeline.intake import tabs
from pipeline.intake.clean import Cleaner, Context
from pipeline.intake.cover import CoverReading, looks_like_cover, missing_labels, read_cover
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import Block, find_blocks
from pipeline.intake.other_units import without_other_units
from pipeline.intake.raw import RawBook, RawSheet
from pipeline.intake.reading import NOTHING_TO_REPORT, Reading, SetAside, TableReading
from pipeline.intake.roster import Roster
from pipeline.intake.rows import BlockReader, BlockReading
from pipeline.intake.titles import tab_key
from schemas.columns import Sheet
from schemas.returns import COVER, TABLES, TEMPLATE

__all__ = ["NOTHING_TO_REPORT", "Reading", "SetAside", "TableReading", "read_office", "read_return"]


def read_return(book: RawBook, roster: Roster, year: int, unit_hint: str = "") -> Reading:
    """Read a unit's return.

    year: what a date without a year means (that of the meeting). unit_hint: short name of the unit,
    if already known from elsewhere (its file name), for 我局 and 本单位. In what is given back, places
    and layouts have neither unit nor file yet.
    """
    own = tabs.own_output(book)
    if own:
        return Reading(own_output=own)
    hidden = tabs.hidden_facts(book)
    unit = roster.by_id.get(hidden.get("单位编号", ""), unit_hint)
    reader = _Reader(book, Context(roster, year, unit, book.date1904), TABLES)
    cover = reader.read_cover()
    reader.read_tables()
    return Reading(
        cover={name: cover.values.get(name) for name in COVER.names},
        cover_layout=cover.layout,
        hidden=hidden,
        tables=reader.tables,
        findings=[*cover.findings, *reader.findings, *reader.missing_sheets(), *_hidden_tabs(book)],
        set_aside=reader.set_aside,
    )


def read_office(book: RawBook, sheet: Sheet, roster: Roster, year: int) -> Reading:
    """Read one of the office's own workbooks (督查核查表, 豁免事项): one table, wherever it stands."""
    reader = _Reader(book, Context(roster, year, "", book.date1904), (sheet,))
    reader.read_tables()
    findings = [*reader.findings, *reader.missing_sheets()]
    return Reading(tables=reader.tables, findings=findings, set_aside=reader.set_aside)


class _Reader:
    """Reads all tabs of one workbook; collects tables, findings and rows set aside."""

    def __init__(self, book: RawBook, context: Context, sheets: Sequence[Sheet]) -> None:
        self.book, self.sheets = book, sheets
        self.tables: dict[str, list[TableReading]] = {}
        self.findings: list[Finding] = []
        self.set_aside: list[SetAside] = []
        self.unread: dict[str, RawSheet] = {}  # Sheet.key → the tab of that name in which no header was found
        self._use(context)
        readable = tabs.tabs_to_read(book)
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
            cover.findings.append(finding("FM-011", Place(table=COVER.key), sheet=COVER.name))
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
        for raw in tabs.blank_tabs(self.book):
            self.unread.setdefault(tab_key(raw.name, self.sheets), raw)
        for raw in self.book.sheets:
            if raw.visible and tabs.is_example(raw.name) and raw.name not in self.keys:
                self._unknown(raw)

    def _say_strays(self, raw: RawSheet, sheet: Sheet) -> None:
        """Cells far outside everything else, usually typed there by accident."""
        for row, column in raw.strays:
            place = Place(sheet=raw.name, cell=f"{column_letters(column)}{row}")
            self.findings.append(finding(f"{sheet.prefix}-012", place, column_letters(column), sheet=raw.name))

    def _take(self, raw: RawSheet, block: Block, found: BlockReading) -> None:
        owned = without_other_units(raw, block, found, self.context)
        self.tables.setdefault(block.sheet.key, []).append(owned.reading.table)
        self.findings += owned.reading.findings
        self.findings += owned.findings
        self.set_aside += owned.reading.set_aside
        self.findings += self._about_columns(raw, block, owned.reading)
        if found.hidden:
            rows = "、".join(_runs(found.hidden))
            words = {"what": f"“{raw.name}”表的第 {rows} 行", "treatment": "已照常读取"}
            place = Place(sheet=raw.name, table=block.sheet.key)
            self.findings.append(finding(f"{block.sheet.prefix}-014", place, **words))

    def _about_columns(self, raw: RawSheet, block: Block, found: BlockReading) -> Iterator[Finding]:
        sheet, layout = block.sheet, found.table.layout
        missing = [column for column in sheet.columns if column.name not in block.match.columns]
        for column in missing:
            if column.required:
                yield finding(f"{sheet.prefix}-010", layout.place("", "", 0), sheet=raw.name, title=column.title)
        for at, header in found.strays.items():
            letters = column_letters(at + 1)
            place = Place(sheet=raw.name, cell=f"{letters}{block.header_row}", table=sheet.key)
            near = suggestion(header, [entry.title for entry in missing]) if header else ""
            shown = header or f"{letters}（没有表头）"
            yield finding(f"{sheet.prefix}-012", place, shown, sheet=raw.name, suggestion=near)

    def _unread(self, raw: RawSheet) -> None:
        """A tab without a table: that of a missing sheet, or one that nobody knows."""
        key = self.keys[raw.name]
        wanted = any(sheet.key == key for sheet in self.sheets)
        if wanted and not any(block.sheet.key == key for blocks in self.blocks.values() for block in blocks):
            self.unread.setdefault(key, raw)
        elif not tabs.is_explanation(raw.name):
            self._unknown(raw)

    def _unknown(self, raw: RawSheet) -> None:
        self.findings.append(finding("FM-020", Place(sheet=raw.name), raw.name))

    def missing_sheets(self) -> Iterable[Finding]:
        """A finding for each sheet that is not there, or whose header cannot be made out."""
        for sheet in self.sheets:
            if sheet.key in self.tables:
                continue
            if sheet.key in self.unread:
                tab = self.unread[sheet.key].name
                yield finding(f"{sheet.prefix}-017", Place(sheet=tab, table=sheet.key), sheet=tab)
            elif not sheet.optional:
                yield finding(f"{sheet.prefix}-011", Place(table=sheet.key), sheet=sheet.name)


def _side_by_side(block: Block, other: Block) -> bool:
    return block.header_row < other.last_row and other.header_row < block.last_row


def _hidden_tabs(book: RawBook) -> Iterator[Finding]:
    for raw in tabs.hidden_tabs(book):
        yield finding("FM-014", Place(sheet=raw.name), what=f"“{raw.name}”表", treatment="没有读取")


def _runs(rows: Sequence[int]) -> list[str]:
    """[3, 5, 6, 7] → ["3", "5–7"]."""
    runs: list[list[int]] = []
    for row in sorted(Counter(rows)):
        if runs and runs[-1][-1] == row - 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs]
