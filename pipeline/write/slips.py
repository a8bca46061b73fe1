"""5-督办单/{单位}.xlsx: one printed page or two of what a unit must do, by when (contract §8, 5).

Where the return changed in more cells than the page has room for, all of them stand on a second sheet.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.say import slip as slip_content
from pipeline.say.slip import Section, UnitRows, due
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import A4, FOOTER, Document, document
from pipeline.write.kit.flow import Flow
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import colour_words
from pipeline.write.kit.theme import LIGHT_TINTS
from pipeline.write.lists import write_list
from schemas.plan import Unit
from schemas.tables import CELL_CHANGES
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

NAME = "督办单"
_LIGHT_WORDS = {str(light): tint for light, tint in LIGHT_TINTS.items()}
_NUMBERS = "一二三四五六七八九十"
_SIGNATURES = (
    ("领导批示", 54),
    ("单位整改措施", 54),
    ("单位主要负责人（签字、盖章）", 40),
    ("专班办公室经办人、日期", 30),
)


def write_slips(folder: Path, meeting: Meeting) -> None:
    """Write the slip of every unit of the plan into `folder`."""
    frames = UnitRows(meeting)
    for unit in meeting.plan.units:
        _write(folder / f"{unit.name}.xlsx", frames, unit)


def write_slip(path: Path, meeting: Meeting, unit: Unit) -> None:
    """Write the slip of one unit."""
    _write(path, UnitRows(meeting), unit)


def _write(path: Path, frames: UnitRows, unit: Unit) -> None:
    meeting = frames.meeting
    title = f"{unit.name}督办单 {meeting.period.label}"
    author, guard = meeting.plan.office.name, Guard(meeting.plan)
    with document(path, title=title, created=meeting.period.meeting, author=author, guard=guard) as doc:
        page = doc.sheet(NAME)
        flow = Flow(page, columns=12, width=7.6)
        _head(flow, frames, unit)
        sections = (
            slip_content.dimensions(frames, unit.name),
            slip_content.matters(frames, unit.name),
            due(frames, unit.name),
            slip_content.items(frames, unit.name),
            slip_content.tasks(frames, unit.name),
            slip_content.problems(frames, unit.name),
            slip_content.inspections(frames, unit.name),
            slip_content.corrections(frames, unit.name),
            slip_content.changes(frames, unit.name),
        )
        for number, section in zip(_NUMBERS, sections, strict=False):
            _section(flow, number, section)
        _signatures(flow)
        _set_up(page, flow.row - 1)
        if sections[-1].left_out:
            _all_changes(doc, frames, unit)


def _all_changes(doc: Document, frames: UnitRows, unit: Unit) -> None:
    """The whole receipt, where the slip's page has room for its beginning only."""
    period = frames.meeting.period
    rows = pd.DataFrame(frames.rows("cell_changes", unit.name), columns=list(CELL_CHANGES.names), dtype=object)
    note = f"{unit.name}　{period.label}　会议日期 {period.meeting}　共 {len(rows)} 条"
    write_list(doc.sheet(CELL_CHANGES.name), CELL_CHANGES, rows, note=note, nothing="")


def _head(flow: Flow, frames: UnitRows, unit: Unit) -> None:
    style, meeting = flow.page.theme.style, frames.meeting
    flow.text("“应进必进”工作督办单", style("title", font_size=22), size=22)
    flow.text(f"{meeting.plan.office.name}　　编号：{meeting.period.label}-{unit.id}", style("note", align="center"))
    flow.gap(4)
    pairs = slip_content.facts(frames, unit.name)
    for first in range(0, len(pairs), 3):
        for index, (label, value) in enumerate(pairs[first : first + 3]):
            flow.page.put(flow.row, index * 4, label, style("label", text_wrap=True))
            flow.page.across(flow.row, index * 4 + 1, index * 4 + 3, value, style("cell", align="center"))
            if value in set(Light):
                colour_words(flow.page, (flow.row, index * 4 + 1, flow.row, index * 4 + 3), _LIGHT_WORDS)
        flow.page.height(flow.row, 26)
        flow.row += 1
    step = slip_content.escalation(frames, unit.name)
    if step:
        flow.page.put(flow.row, 0, "督办升级", style("label", text_wrap=True))
        flow.page.across(flow.row, 1, 11, step, style("cell", bold=True, text_wrap=True, font_color="#C00000"))
        flow.page.height(flow.row, 34 if len(step) > 45 else 26)
        flow.row += 1
    flow.gap(6)


def _section(flow: Flow, number: str, section: Section) -> None:
    style = flow.page.theme.style
    nothing = "" if section.rows else f"：{section.nothing}"
    flow.text(f"{number}、{section.title}{nothing}", style("section", font_size=12), size=12)
    if nothing:
        return
    rows = [tuple(flow.page.shown(cell) for cell in row) for row in section.rows]
    flow.table(section.header, section.spans, rows, lights=section.lights, centred=section.centred)
    if section.left_out:
        flow.text(section.left_out, style("note", indent=1))


def _signatures(flow: Flow) -> None:
    style = flow.page.theme.style
    flow.gap(10)
    for label, points in _SIGNATURES:
        flow.page.across(flow.row, 0, 2, label, style("label", text_wrap=True))
        flow.page.across(flow.row, 3, 11, "", style("cell", locked=False))
        flow.page.height(flow.row, points)
        flow.row += 1


def _set_up(page: Page, last_row: int) -> None:
    page.raw.set_paper(A4)
    page.raw.set_portrait()
    page.raw.fit_to_pages(1, 2)
    page.raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    page.raw.center_horizontally()
    page.raw.set_footer(FOOTER)
    page.raw.print_area(0, 0, last_row - 1, 11)
