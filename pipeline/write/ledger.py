"""3-红黄绿督办台账_第{NN}期.xlsx, the workbook that is circulated. It holds no number of a person.

Source: contract §8, 3; titles of its lists are those of `schemas.tables`.

Which lists the ledger has, how wide they are on paper, and what each says when it is empty.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from pipeline.records import FrontLine
from pipeline.say.headline import Standing, standings
from pipeline.write import board, briefing_sheet
from pipeline.write import home as chart_data
from pipeline.write import home as home_page
from pipeline.write.book import Book
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document, sheet_link
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options, TableArea, write_table
from pipeline.write.kit.theme import LIGHT_TINTS
from pipeline.write.lists import Listed, archives, narrowed, write_list
from pipeline.write.receipts import write_receipts
from schemas.columns import Table, column
from schemas.tables import (
    CHANGES,
    CLEARANCES,
    COMPARISON,
    CONTRADICTIONS,
    MILESTONES,
    PROBLEM_LEDGER,
    RECEIPTS,
    RED_LIST,
    REMARKS_LOST,
    TASK_LEDGER,
    TO_VERIFY,
    UNIT_SUMMARY,
    WAIVERS,
    YELLOW_LIST,
    unit_column,
)
from schemas.words import Light

#: A problem open for more periods than this stands out.
_LONG_OPEN = 2
_UNIT_DIMENSION = {entry.name: entry for entry in UNIT_SUMMARY.columns}

#: 预测; one row = one unit × dimension with applicable items.
FORECAST = Table(
    "forecast",
    "预测",
    (
        unit_column(),
        *(_UNIT_DIMENSION[name] for name in ("dimension", "applicable", "done", "rate", "expected", "deadline")),
        _UNIT_DIMENSION["forecast_on"],
        column("forecast", "预测", width=50, help="按近三期的进度推算；晚于时限的以“黄”开头，不改变亮灯"),
        _UNIT_DIMENSION["red_streak"],
        _UNIT_DIMENSION["escalation"],
    ),
    title="到位日期预测与督办升级",
)


@dataclass(frozen=True)
class List:
    """One list of the ledger. finish: what is added below or over it once it stands."""

    table: Table
    rows: Callable[[Book], pd.DataFrame]
    nothing: str
    options: Options = field(default_factory=Options)
    widths: Mapping[str, float] = field(default_factory=dict)  # of columns that differ from their declaration
    finish: "Callable[[Page, Book, TableArea], None] | None" = None


def _stand_out(page: Page, _book: Book, area: TableArea) -> None:
    tint = page.theme.tint(LIGHT_TINTS[Light.RED])
    state, periods = (f"${area.letters[name]}{area.first_row}" for name in ("state", "periods_open"))
    formula = f'=AND({state}<>"已解决",N({periods})>{_LONG_OPEN})'
    rule = {"type": "formula", "criteria": formula, "format": tint}
    column = list(area.letters).index("periods_open")
    page.conditional((area.first_row, column, max(area.last_row, area.first_row), column), rule)


def _contradictions(page: Page, book: Book, area: TableArea) -> None:
    rows = book.judgement.contradictions
    if len(rows):
        write_table(page, CONTRADICTIONS, rows, top=area.last_row + 3, options=Options(alone=False))


def _forecast_rows(book: Book) -> pd.DataFrame:
    rows = book.judgement.unit_dimensions
    return rows[rows["applicable"] != 0]


_LIGHT_WIDTHS = {
    **{"unit": 19, "item_code": 34, "item_name": 30, "reason": 38},
    **{"leader_note": 16, "supervision_note": 16, "next_step": 16},
}
_LIGHT_PAGE = Options(lights=("light",), printed="next_step", landscape=True)
_TASK_WIDTHS = {
    **{"unit": 17, "task_number": 9, "task_name": 24, "goal": 17, "measures": 20, "owner": 9, "evidence": 11},
    **{"remark": 11, "reason": 23, "leader_note": 16, "supervision_note": 16, "next_step": 16, "progress": 9},
}
_PROBLEM_WIDTHS = {
    **{"unit": 17, "problem_number": 9, "description": 28, "problem_kind": 11, "cause": 18, "solution": 18},
    **{"owner_unit": 15, "helper_units": 13, "state": 8, "reason": 14, "solve_by": 12, "solved_on": 12},
    **{"leader_note": 16, "supervision_note": 16, "next_step": 16},
}
LISTS: tuple[List, ...] = (
    List(RED_LIST, lambda book: book.judgement.red_list, "本期没有红灯。", _LIGHT_PAGE, _LIGHT_WIDTHS),
    List(YELLOW_LIST, lambda book: book.judgement.yellow_list, "本期没有黄灯。", _LIGHT_PAGE, _LIGHT_WIDTHS),
    List(TASK_LEDGER, lambda book: book.judgement.tasks, "各单位还没有报送任务。", _LIGHT_PAGE, _TASK_WIDTHS),
    List(
        PROBLEM_LEDGER,
        lambda book: book.judgement.problems,
        "各单位还没有报送问题。",
        Options(lights=("light",), printed="periods_open", landscape=True),
        _PROBLEM_WIDTHS,
        _stand_out,
    ),
    List(
        CLEARANCES,
        lambda book: book.judgement.clearances,
        "没有成员单位。",
        Options(words=("beyond_list", "beyond_hall", "beyond_platform")),
        {"reason": 66},
    ),
    List(
        CHANGES,
        lambda book: book.judgement.changes,
        "与上期相比没有变化（首期没有上期可比）。",
        widths={"item_code": 34, "item_name": 30, "before": 18, "after": 18, "remark": 16},
    ),
    List(MILESTONES, lambda book: book.judgement.milestones, "工作方案里没有节点。", Options(lights=("light",))),
    List(
        COMPARISON,
        lambda book: book.judgement.comparison,
        "本期没有督查核查记录（把填好的“督查核查表.xlsx”放进 inputs 即可）。",
        widths={"unit": 19, "item_code": 34, "item_name": 28, "description": 30, "reported": 22},
        finish=_contradictions,
    ),
    List(TO_VERIFY, lambda book: book.judgement.to_verify, "本期没有需要核实的情况。"),
    List(FORECAST, _forecast_rows, "没有适用事项，无从预测。", Options(lights=("forecast",), frozen=2)),
    List(WAIVERS, lambda book: book.waivers, "没有豁免事项。"),
    List(
        REMARKS_LOST,
        lambda book: book.judgement.remarks_lost,
        "没有历史批示（所批的行都还在清单中，或首期还没有批示）。",
        Options(printed="written_in"),
    ),
)


_UNIT_WIDTH = 24.0  # the longest name of a unit on one line
_FIRST_LISTS = 6  # of LISTS stand before 报送情况 and 工作简报, the others after them
_NAMES = [entry.table.name for entry in LISTS]
SHEETS = (
    home_page.NAME,
    board.NAME,
    *_NAMES[:_FIRST_LISTS],
    RECEIPTS.name,
    briefing_sheet.NAME,
    *_NAMES[_FIRST_LISTS:],
    chart_data.DATA,
)
_TAB_COLOURS = {"红灯清单": "#C00000", "黄灯清单": "#FFC000", board.NAME: "#70AD47", home_page.NAME: "#1F4E79"}


def write_ledger(path: Path, book: Book) -> None:
    """Write the ledger of one meeting: first page, board, lists, 报送情况, briefing, and a hidden sheet for charts."""
    title = f"红黄绿督办台账 {book.period.label}"
    author, guard = book.plan.office.name, Guard(book.plan)
    with document(
        path, title=title, created=book.period.meeting, author=author, home=home_page.NAME, guard=guard
    ) as doc:
        pages = {name: doc.sheet(name, tab=_TAB_COLOURS.get(name, "")) for name in SHEETS}
        lists = _write_lists(pages, book)
        past = standings(book)
        lists[board.NAME] = _write_board(pages, book, lists, past)
        briefing_sheet.write_briefing_sheet(pages[briefing_sheet.NAME], book.briefing)
        home_page.write_home(
            pages[home_page.NAME],
            doc.workbook,
            book,
            standings=past,
            data=chart_data.layout(book, past),
            lists=lists,
            link_of=lambda line: _link_of(line, lists),
        )


def _note(book: Book, count: int) -> str:
    return f"{book.period.label}　会议日期 {book.period.meeting}　共 {count} 条"


def _write_lists(pages: Mapping[str, Page], book: Book) -> dict[str, Listed]:
    copies = archives(book)
    lists = {entry.table.name: _write_one(pages, book, entry, copies) for entry in LISTS}
    note = f"{book.period.label}　会议日期 {book.period.meeting}　报送截止 {book.period.cutoff}"
    lists[RECEIPTS.name] = write_receipts(pages[RECEIPTS.name], book, note=note, copies=copies)
    return lists


def _write_one(pages: Mapping[str, Page], book: Book, entry: List, copies: Mapping[str, str]) -> Listed:
    rows, page = entry.rows(book), pages[entry.table.name]
    listed = write_list(
        page,
        narrowed(entry.table, {"unit": _UNIT_WIDTH, **entry.widths}),
        rows,
        note=_note(book, len(rows)),
        nothing=entry.nothing,
        copies=copies,
        options=entry.options,
    )
    if entry.finish:
        entry.finish(page, book, listed.area)
    return listed


def _write_board(
    pages: Mapping[str, Page], book: Book, lists: Mapping[str, Listed], past: tuple[Standing, ...]
) -> Listed:
    area = board.write_board(
        pages[board.NAME],
        book,
        note=f"{book.period.label}　会议日期 {book.period.meeting}",
        lists={Light.RED: lists["红灯清单"], Light.YELLOW: lists["黄灯清单"]},
        past=past,
    )
    chart_data.write_data(pages[chart_data.DATA], book, past, chart_data.layout(book, past), area)
    return Listed(area, book.judgement.overall)


def _link_of(line: FrontLine, lists: Mapping[str, Listed]) -> str | None:
    """Where a line of 会前一页 leads: to its first row, else to the top of its sheet."""
    if line.sheet not in SHEETS:
        return None
    listed = lists.get(line.sheet)
    found = listed and (listed.link_to(line.unit, line.dimension) or listed.link_to(line.unit))
    return found or sheet_link(line.sheet)
