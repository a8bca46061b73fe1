"""One known fault a time, put into a correct return: where it may stand, and what must be said of it, by hand.

A fault is a function (return, luck, partner) → what must be found, as a set of (code, tab, cell); None
where this return has no place for it. partner: another unit's correct return, for faults between two;
what is found there has the partner's name in front of the tab. The families have one fault a column.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from random import Random

from pipeline.intake.raw import Comment
from schemas.columns import Column, Kind, Sheet
from schemas.returns import COVER
from tests.sent import HEADER_ROW, Sent, Spot

Found = tuple[str, str, str]
Fault = Callable[[Sent, Random, Sent], set[Found] | None]
Row = dict[str, object]

NOBODYS_ID = "410404190001010010"
_IDENTIFYING = frozenset(("item_name", "system_name", "task_name", "problem_number"))


def entries(sent: Sent, key: str) -> list[Row]:
    """The rows of a table; the cover has one."""
    return [sent.content.cover] if key == COVER.key else sent.rows(key)


def some(sent: Sent, luck: Random, key: str, fits: Callable[[Row], object]) -> int | None:
    """A row that fits, by chance; None when there is none."""
    places = [place for place, row in enumerate(entries(sent, key)) if fits(row)]
    return luck.choice(places) if places else None


def families(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Fault]]:
    """Every fault of a single cell that follows from the declaration of its column, and of a single tab."""
    for sheet in sheets:
        for column in sheet.columns:
            for number, value, fits in _in_column(sheet, column):
                yield f"{sheet.prefix}-{number} {column.title}", _cell(sheet, column, number, value, fits)
            if not sheet.vertical:
                yield f"{sheet.prefix}-010 {column.title}", _lost_header(sheet, column)
            elif column.required:
                yield f"{sheet.prefix}-010 {column.title}", _lost_label(sheet, column)
            if not column.prefilled:
                yield f"{sheet.prefix}-009 {column.title}", _error_cell(sheet, column)
        if not sheet.optional:
            yield f"{sheet.prefix}-011", _lost_tab(sheet)
        if not sheet.vertical:
            yield f"{sheet.prefix}-013", _total_row(sheet)
            yield f"{sheet.prefix}-014", _hidden_row(sheet)
            yield f"{sheet.prefix}-017", _lost_header_row(sheet)
            yield f"{sheet.prefix} FM-022 划线", _beside(sheet, "FM-022", lambda spot: {"struck": frozenset({spot})})
            yield f"{sheet.prefix} FM-022 涂灰", _beside(sheet, "FM-022", lambda spot: {"greyed": frozenset({spot})})
            yield f"{sheet.prefix} FM-023", _beside(sheet, "FM-023", lambda spot: {"comments": {spot: (_NOTE,)}})


Change = Callable[[object], object]
Fits = Callable[[object], bool]


def _filled(value: object) -> bool:
    return value is not None


def _any(_: object) -> bool:
    return True


def _in_column(sheet: Sheet, column: Column) -> Iterator[tuple[str, Change, Fits]]:
    """Number of the finding, what the cell is made, and which cells it may befall."""
    if column.required:
        yield "001", lambda _: None, _filled
    if column.prefilled and column.name != "period":
        return
    if column.required_when:
        yield "005", lambda _: None, _filled
    if column.values:
        yield "002", lambda _: "说不清", _filled if column.required_when else _any
    yield from _OF_KIND.get(column.kind, lambda _: iter(()))(column)
    if column.minimum is not None:
        yield "004", lambda _: int(column.minimum or 0) - 1, _any
    if column.kind in (Kind.TEXT, Kind.NAME) and not column.prefilled:
        if column.required:
            yield "015", lambda _: "/", _filled
        told = column.required_when or column.name in _IDENTIFYING
        yield "006", lambda value: f"{value or '见附件'}　", _filled if told else _any
    if column.kind is Kind.TEXT and column.name not in _IDENTIFYING:
        fits = _filled if column.required_when else _any
        yield "018", lambda value: f"{value or '见'}，经办人{NOBODYS_ID}", fits
        yield "019", lambda value: f"{value or '见'}（内部）", fits


def _of_date(column: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "003", lambda _: "2023-02-30", _any
    yield "006", lambda day: day.strftime("%Y.%m.%d"), _filled  # type: ignore[attr-defined]
    yield "007", _without_year, _filled
    yield "015", lambda _: "已完成", _any
    if column.required or column.required_when:
        yield "008", lambda _: "长期", _filled


def _without_year(day: object) -> str:
    assert isinstance(day, date)
    return f"{day.month}月{day.day}日" if day.year == 2023 else f"{day.year}年{day.month}月"


def _of_integer(column: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "003", lambda _: "若干", _any
    if not column.prefilled:
        yield "006", lambda number: f"{number}项", _filled


def _of_percent(_: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "003", lambda _: "过半", _any
    yield "004", lambda _: "150%", _any
    yield "006", lambda share: round(100 * share), lambda share: share > 0.02  # type: ignore[operator]
    yield "015", lambda _: "1", _any


def _of_code(_: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "016", lambda _: 1.14104e30, _filled
    yield "008", lambda code: str(code).replace("0", "O", 1), _filled
    yield "006", lambda code: f"{str(code)[:18]}-{str(code)[18:]}", _filled


def _of_phone(_: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "008", lambda _: "不详", _any
    yield "006", _in_groups, _filled


def _in_groups(number: object) -> str:
    """0375 5550000; 138 0000 0001."""
    text = str(number)
    return text.replace("-", " ") if "-" in text else f"{text[:3]} {text[3:7]} {text[7:]}"


def _of_choice(column: Column) -> Iterator[tuple[str, Change, Fits]]:
    assert column.choice
    spelling = {value: text for text, value in reversed(column.choice.synonyms)}
    if len(spelling) > 1:
        yield "006", lambda value: spelling[str(value)], lambda value: value in spelling


def _of_person(column: Column) -> Iterator[tuple[str, Change, Fits]]:
    if column.title in ("姓名", "填报人"):
        yield "008", lambda _: "张三、李四", _any


def _of_unit(_: Column) -> Iterator[tuple[str, Change, Fits]]:
    yield "015", lambda _: "某某局", _any
    yield "006", lambda name: f"平顶山市石龙{name}", lambda name: str(name).startswith("区")


_OF_KIND: dict[Kind, Callable[[Column], Iterator[tuple[str, Change, Fits]]]] = {
    Kind.DATE: _of_date,
    Kind.INTEGER: _of_integer,
    Kind.PERCENT: _of_percent,
    Kind.CODE: _of_code,
    Kind.PHONE: _of_phone,
    Kind.CHOICE: _of_choice,
    Kind.NAME: _of_person,
    Kind.UNIT: _of_unit,
}


def _cell(sheet: Sheet, column: Column, number: str, change: Change, fits: Fits) -> Fault:
    def fault(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
        row = some(sent, luck, sheet.key, lambda entry: fits(entry[column.name]))
        if row is None:
            return None
        value = change(entries(sent, sheet.key)[row][column.name])
        return at(f"{sheet.prefix}-{number}", sent.put(sheet.key, row, column.name, value))  # type: ignore[arg-type]

    return fault


def at(code: str, *spots: Spot) -> set[Found]:
    """The same code at each of these cells."""
    return {(code, *spot) for spot in spots}


def _error_cell(sheet: Sheet, column: Column) -> Fault:
    def fault(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
        row = some(sent, luck, sheet.key, _any)
        if row is None:
            return None
        spot = sent.put(sheet.key, row, column.name, None)
        sent.swap(sheet.key, faults={sent.place(sheet.key, row, column.name): "#N/A"})
        return at(f"{sheet.prefix}-009", spot)

    return fault


def _lost_header(sheet: Sheet, column: Column) -> Fault:
    """Somebody has written another title over it: the column is missing, and a strange one is there."""

    def fault(sent: Sent, _: Random, __: Sent) -> set[Found] | None:
        if all(row[column.name] is None for row in entries(sent, sheet.key)):
            if column.kind is not Kind.TEXT or column.required_when or not entries(sent, sheet.key):
                return None
            sent.put(sheet.key, 0, column.name, "见附件")
        spot = sent.put(sheet.key, -1, column.name, "某某栏")
        needed = column.required or column.required_when  # in a correct return it is filled in only where it is needed
        missing = at(f"{sheet.prefix}-010", (sheet.name, "")) if needed else set()
        return missing | at(f"{sheet.prefix}-012", spot)

    return fault


def _lost_label(sheet: Sheet, column: Column) -> Fault:
    """The same on the cover, where titles stand beside the values."""

    def fault(sent: Sent, _: Random, __: Sent) -> set[Found]:
        row, _ = sent.place(sheet.key, 0, column.name)
        sent.tab(sheet.key).rows[row - 1][0] = "某某栏"
        return at(f"{sheet.prefix}-010", (sheet.name, ""))

    return fault


def _lost_tab(sheet: Sheet) -> Fault:
    def fault(sent: Sent, _: Random, __: Sent) -> set[Found]:
        said = contradicted(sent) if sheet.key == "items" else set()
        sent.book.sheets.remove(sent.tab(sheet.key))
        return said | at(f"{sheet.prefix}-011", ("", ""))

    return fault


def _total_row(sheet: Sheet) -> Fault:
    def fault(sent: Sent, _: Random, __: Sent) -> set[Found]:
        sent.append(sheet.key, {sheet.names[0]: "合计", sheet.names[-1]: "3"})
        return at(f"{sheet.prefix}-013", (sheet.name, ""))

    return fault


def _hidden_row(sheet: Sheet) -> Fault:
    def fault(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
        row = some(sent, luck, sheet.key, _any)
        if row is None:
            return None
        sent.swap(sheet.key, hidden_rows=frozenset({sent.place(sheet.key, row, sheet.names[0])[0]}))
        return at(f"{sheet.prefix}-014", (sheet.name, ""))

    return fault


_NOTE = Comment("其实已经划转", "填报人")


def _beside(sheet: Sheet, code: str, drawn: Callable[[tuple[int, int]], Row]) -> Fault:
    """Something about a filled cell that is not its value."""

    def fault(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
        name = luck.choice([column.name for column in sheet.columns if not column.prefilled])
        row = some(sent, luck, sheet.key, lambda entry: entry[name] is not None)
        if row is None:
            return None
        sent.swap(sheet.key, **drawn(sent.place(sheet.key, row, name)))
        return at(code, sent.spot(sheet.key, row, name))

    return fault


def _lost_header_row(sheet: Sheet) -> Fault:
    def fault(sent: Sent, _: Random, __: Sent) -> set[Found] | None:
        if not sent.rows(sheet.key):
            return None
        for name in sheet.names:
            sent.put(sheet.key, -1, name, None)
        titles = sent.tab(sheet.key).rows[HEADER_ROW - 1]
        titles[:] = [None] * len(titles)
        said = contradicted(sent) if sheet.key == "items" else set()
        return said | at(f"{sheet.prefix}-017", (sheet.name, ""))

    return fault


def contradicted(sent: Sent) -> set[Found]:
    """ZC-033 at every good answer about items (questions 3 to 7): items that no row shows contradict them all."""
    good = [row for row, entry in enumerate(sent.rows("self_check")) if "3" <= str(entry["number"]) <= "7"]
    good = [row for row in good if sent.rows("self_check")[row]["answer"] == "是"]
    return at("ZC-033", *(sent.spot("self_check", row, "answer") for row in good))
