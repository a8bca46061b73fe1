"""3-红黄绿督办台账_第{NN}期.xlsx, the workbook that is circulated. It holds no number of a person.

Source: contract §8, 3; titles of its lists are those of `schemas.tables`.

Which lists the ledger has, how wide they are on paper, and what each says when it is empty.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.records import FrontLine
from pipeline.say.headline import Standing, standings
from pipeline.write import board, briefing_sheet
from pipeline.write import home as chart_data
from pipeline.write import home as home_page
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document, sheet_link
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options, TableArea, write_table
from pipeline.write.kit.theme import LIGHT_TINTS
from pipeline.write.lists import Listed, Written, all_rows, archives, narrowed, write_list
from pipeline.write.receipts import write_receipts
from schemas.columns import Table, column
from schemas.dimensions import NO_APPROVALS
from schemas.tables import (
    ACCEPTANCE,
    CHANGES,
    CLEARANCES,
    COMPARISON,
    CONTRADICTIONS,
    ELECTRONIC,
    MATTER_LEDGER,
    MILESTONES,
    PLAN_CHANGES,
    PROBLEM_LEDGER,
    RECEIPTS,
    RED_LIST,
    REMARKS_LOST,
    STEP_MODES,
    TASK_LEDGER,
    TO_MERGE,
    TO_VERIFY,
    UNIT_SUMMARY,
    WAIVERS,
    YELLOW_LIST,
    unit_column,
)
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

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


def _stand_out(page: Page, _meeting: Meeting, area: TableArea) -> None:
    tint = page.theme.tint(LIGHT_TINTS[Light.RED])
    state, periods = (f"${area.letters[name]}{area.first_row}" for name in ("state", "periods_open"))
    formula = f'=AND({state}<>"已解决",N({periods})>{_LONG_OPEN})'
    rule = {"type": "formula", "criteria": formula, "format": tint}
    column = list(area.letters).index("periods_open")
    page.conditional((area.first_row, column, max(area.last_row, area.first_row), column), rule)


def _contradictions(page: Page, meeting: Meeting, area: TableArea) -> None:
    rows = meeting.contradictions
    if len(rows):
        write_table(page, CONTRADICTIONS, rows, top=area.last_row + 3, options=Options(alone=False))


def _forecast_rows(meeting: Meeting) -> pd.DataFrame:
    rows = meeting.unit_dimensions
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
    **{"unit": 17, "problem_number": 9, "description": 22, "problem_kind": 10, "cause": 14, "solution": 14},
    **{"owner_unit": 13, "helper_units": 13, "state": 8, "reason": 14, "solve_by": 12, "solved_on": 12},
    **{"leader_note": 16, "supervision_note": 16, "next_step": 16, "reply": 15},
}
_MATTER_WIDTHS = {
    **{"number": 15, "source": 10, "content": 34, "unit": 17, "due": 12, "state": 9, "reply": 34, "reason": 26},
    **{"supervision_note": 16, "next_step": 16},
}
#: The sheets of the ledger between the board and the hidden data of the charts, in order.
LISTS: tuple[Written, ...] = (
    Written(RED_LIST, lambda meeting: meeting.red_list, "本期没有红灯。", options=_LIGHT_PAGE, widths=_LIGHT_WIDTHS),
    Written(
        YELLOW_LIST, lambda meeting: meeting.yellow_list, "本期没有黄灯。", options=_LIGHT_PAGE, widths=_LIGHT_WIDTHS
    ),
    Written(
        TASK_LEDGER, lambda meeting: meeting.tasks, "各单位还没有报送任务。", options=_LIGHT_PAGE, widths=_TASK_WIDTHS
    ),
    Written(
        PROBLEM_LEDGER,
        lambda meeting: meeting.problems,
        "各单位还没有报送问题。",
        options=Options(lights=("light",), printed="periods_open", landscape=True),
        widths=_PROBLEM_WIDTHS,
        finish=_stand_out,
    ),
    Written(
        CLEARANCES,
        lambda meeting: meeting.clearances,
        "没有成员单位。",
        options=Options(words=tuple(one.name for one, _ in NO_APPROVALS)),
        widths={"reason": 66},
    ),
    Written(
        CHANGES,
        lambda meeting: meeting.changes,
        "与上期相比没有变化（首期没有上期可比）。",
        widths={"item_code": 34, "item_name": 30, "before": 18, "after": 18, "remark": 16},
    ),
    Written(RECEIPTS, lambda meeting: meeting.receipts, own=write_receipts),
    Written(briefing_sheet.TABLE, lambda meeting: meeting.unit_lights, own=briefing_sheet.write_briefing_sheet),
    Written(
        MATTER_LEDGER,
        lambda meeting: meeting.matter_list,
        "还没有议定事项、领导批示、表态承诺和督办任务。",
        options=Options(lights=("light",), printed="next_step", landscape=True),
        widths=_MATTER_WIDTHS,
    ),
    Written(PLAN_CHANGES, lambda meeting: meeting.plan_changes, "工作方案与上期相同（首期没有上期可比）。"),
    Written(MILESTONES, lambda meeting: meeting.milestones, "工作方案里没有节点。", options=Options(lights=("light",))),
    Written(
        ACCEPTANCE,
        lambda meeting: meeting.acceptance,
        "还没有目标到时限，或没有目标，无从验收。",
        options=Options(printed="checked_on", landscape=True),
    ),
    Written(ELECTRONIC, lambda meeting: meeting.electronic),
    Written(STEP_MODES, lambda meeting: meeting.step_modes),
    Written(
        TO_MERGE, lambda meeting: meeting.to_merge, "没有缺少法律依据的多余环节。", options=Options(printed="reason")
    ),
    Written(
        COMPARISON,
        lambda meeting: meeting.comparison,
        "本期没有督查核查记录（把填好的“督查核查表.xlsx”放进 inputs 即可）。",
        widths={"unit": 19, "item_code": 34, "item_name": 28, "description": 30, "reported": 22},
        finish=_contradictions,
    ),
    Written(TO_VERIFY, lambda meeting: meeting.to_verify, "本期没有需要核实的情况。"),
    Written(FORECAST, _forecast_rows, "没有适用事项，无从预测。", options=Options(lights=("forecast",), frozen=2)),
    Written(WAIVERS, lambda meeting: meeting.waivers, "没有豁免事项。"),
    Written(
        REMARKS_LOST,
        lambda meeting: meeting.remarks_lost,
        "没有历史批示（所批的行都还在清单中，或首期还没有批示）。",
        options=Options(printed="written_in"),
    ),
)

_UNIT_WIDTH = 24.0  # the longest name of a unit on one line
SHEETS = (home_page.NAME, board.NAME, *(entry.table.name for entry in LISTS), chart_data.DATA)
_TAB_COLOURS = {"红灯清单": "#C00000", "黄灯清单": "#FFC000", board.NAME: "#70AD47", home_page.NAME: "#1F4E79"}


def write_ledger(path: Path, meeting: Meeting) -> None:
    """Write the ledger of one meeting: first page, board, lists, 报送情况, briefing, and a hidden sheet for charts."""
    title = f"红黄绿督办台账 {meeting.period.label}"
    author, day, guard = meeting.plan.office.name, meeting.period.meeting, Guard(meeting.plan)
    with document(path, title=title, created=day, author=author, home=home_page.NAME, guard=guard) as doc:
        pages = {name: doc.sheet(name, tab=_TAB_COLOURS.get(name, "")) for name in SHEETS}
        lists = _write_lists(pages, meeting)
        past = standings(meeting)
        lists[board.NAME] = _write_board(pages, meeting, lists, past)
        home_page.write_home(
            pages[home_page.NAME],
            doc.workbook,
            meeting,
            standings=past,
            data=chart_data.layout(meeting, past),
            lists=lists,
            link_of=lambda line: _link_of(line, lists),
        )


def _note(meeting: Meeting, count: int) -> str:
    return f"{meeting.period.label}　会议日期 {meeting.period.meeting}　共 {count} 条"


def _write_lists(pages: Mapping[str, Page], meeting: Meeting) -> dict[str, Listed]:
    copies = archives(meeting)
    written = ((entry.table.name, _write_one(pages[entry.table.name], meeting, entry, copies)) for entry in LISTS)
    return {name: listed for name, listed in written if listed}


def _write_one(page: Page, meeting: Meeting, entry: Written, copies: Mapping[str, str]) -> Listed | None:
    if entry.own:
        note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　报送截止 {meeting.period.cutoff}"
        return entry.own(page, meeting, note, copies, all_rows)
    rows = entry.rows(meeting)
    listed = write_list(
        page,
        narrowed(entry.table, {"unit": _UNIT_WIDTH, **entry.widths}),
        rows,
        note=_note(meeting, len(rows)),
        nothing=entry.nothing,
        copies=copies,
        options=entry.options,
    )
    if entry.finish:
        entry.finish(page, meeting, listed.area)
    return listed


def _write_board(
    pages: Mapping[str, Page], meeting: Meeting, lists: Mapping[str, Listed], past: tuple[Standing, ...]
) -> Listed:
    area = board.write_board(
        pages[board.NAME],
        meeting,
        note=f"{meeting.period.label}　会议日期 {meeting.period.meeting}",
        lists={Light.RED: lists["红灯清单"], Light.YELLOW: lists["黄灯清单"]},
        past=past,
    )
    chart_data.write_data(pages[chart_data.DATA], meeting, past, chart_data.layout(meeting, past), area)
    return Listed(area, meeting.overall)


def _link_of(line: FrontLine, lists: Mapping[str, Listed]) -> str | None:
    """Where a line of 会前一页 leads: to its first row, else to the top of its sheet."""
    if line.sheet not in SHEETS:
        return None
    listed = lists.get(line.sheet)
    found = listed and (listed.link_to(line.unit, line.dimension) or listed.link_to(line.unit))
    return found or sheet_link(line.sheet)
