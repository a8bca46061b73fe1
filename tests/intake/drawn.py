"""Small workbooks drawn as text inside a test: one line a row, cells between |, a dot for nothing.

>>> drawn("人员", '''
... 姓名 | 岗位 | 是否进驻
... 张三 | 受理 | ·
... ''').rows[1]
['张三', '受理', None]
"""

from pipeline.intake.raw import Cell, RawBook, RawSheet
from pipeline.intake.read import Reading, read_return
from pipeline.intake.roster import Roster
from schemas.plan import load_plan

ROSTER = Roster.of(load_plan())
NOTHING = "·"

COVER = """
填报单位 | 区民政局
期次 | 3
填报日期 | 2023-04-12
填报人 | 张三
联系电话 | 0375-2536288
事项总数 | 1
主要领导签字 | 是
加盖公章 | 是
"""


def drawn(name: str, table: str, values: dict[str, Cell] | None = None, **options) -> RawSheet:
    """A tab; values: cell → value, for what is not text; ⏎ is a line break; options: those of RawSheet."""
    lines = [line.split("|") for line in table.strip("\n").split("\n")]
    width = max(len(line) for line in lines)
    rows: list[list[Cell]] = [[_cell(line[at]) if at < len(line) else None for at in range(width)] for line in lines]
    for place, value in (values or {}).items():
        rows[int(place[1:]) - 1][ord(place[0]) - ord("A")] = value
    options["hidden_rows"] = frozenset(options.get("hidden_rows", ()))
    return RawSheet(name, options.pop("visible", True), rows, **options)


def _cell(text: str) -> Cell:
    text = text.strip(" ").replace("⏎", "\n")
    return None if text in ("", NOTHING) else text


def read(*sheets: RawSheet, cover: str | None = COVER, year: int = 2023, **options) -> Reading:
    """Read a return of these tabs, with a correct cover unless told otherwise."""
    first = [drawn("封面", cover)] if cover else []
    return read_return(RawBook("xlsx", [*first, *sheets], **options), ROSTER, year)


def said(reading: Reading) -> set[tuple[str, str]]:
    """(code, cell) of every finding, that sheets are missing excepted: a test draws only what it is about."""
    return {(entry.code, entry.place.cell) for entry in reading.findings if not entry.code.endswith("-011")}


def rows(reading: Reading, key: str, *names: str) -> list[tuple]:
    """The rows of one table, the columns asked for."""
    return [
        tuple(row[table.names.index(name)] for name in names)
        for table in reading.tables.get(key, [])
        for row in table.rows
    ]


def aside(reading: Reading) -> list[tuple[int, str]]:
    """(row, reason) of every row set aside."""
    return [(entry.row, entry.reason) for entry in reading.set_aside]
