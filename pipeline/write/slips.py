"""5-督办单/{单位}.xlsx: what a unit must do, by when, what its score is made of and what would raise it (contract §8, 5).

The first A4 page holds the lights, the score and the first things to do; the lists follow. 得分构成, 提分清单 and
失分明细 (the rows behind both) have sheets of their own, and so has what merely changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.say import account
from pipeline.say import slip as slip_content
from pipeline.say.slip import Section, UnitRows, due
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import A4, FOOTER, Document, document, set_up_page, sheet_link
from pipeline.write.kit.flow import Flow
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options, colour_words, write_table
from pipeline.write.kit.theme import LIGHT_TINTS
from pipeline.write.lists import archives, place_links, write_list
from schemas.plan import Unit
from schemas.tables import ACCOUNT, CELL_CHANGES, GAINS, LOST, lost_table
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

NAME, FEEDBACK = "督办单", "反馈单"
_LIGHT_WORDS = {str(light): tint for light, tint in LIGHT_TINTS.items()}
_NUMBERS = "一二三四五六七八九十"
_SIGNATURES = (
    ("领导批示", 54),
    ("单位整改措施", 54),
    ("单位主要负责人（签字、盖章）", 40),
    ("专班办公室经办人、日期", 30),
)
_ABOVE = "../"  # from 5-督办单 to the period's folder


def write_slips(folder: Path, meeting: Meeting) -> None:
    """Write the slip of every unit of the plan into `folder`."""
    frames, copies = UnitRows(meeting), archives(meeting)
    for unit in meeting.plan.units:
        _write(folder / f"{unit.name}.xlsx", frames, unit, copies)


def write_slip(path: Path, meeting: Meeting, unit: Unit) -> None:
    """Write the slip of one unit."""
    _write(path, UnitRows(meeting), unit, archives(meeting))


def _write(path: Path, frames: UnitRows, unit: Unit, copies: Mapping[str, str]) -> None:
    meeting, name = frames.meeting, FEEDBACK if slip_content.all_clear(frames, unit.name) else NAME
    title = f"{unit.name}{name} {meeting.period.label}"
    author, guard = meeting.plan.office.name, Guard(meeting.plan)
    with document(path, title=title, created=meeting.period.meeting, author=author, guard=guard) as doc:
        page, score, steps = (doc.sheet(tab) for tab in (NAME, ACCOUNT.name, GAINS.name))
        behind = _write_lost(doc.sheet(LOST), frames, unit, copies)
        _write_page(page, frames, unit, name)
        _write_score(score, frames, unit, behind)
        _write_steps(steps, frames, unit, behind)
        if frames.rows("cell_changes", unit.name):
            _all_changes(doc, frames, unit)


def _write_page(page: Page, frames: UnitRows, unit: Unit, name: str) -> None:
    """The slip itself: its first page, a break, the lists, places to sign."""
    flow = Flow(page, columns=12, width=7.6)
    _head(flow, frames, unit, name)
    first = (slip_content.dimensions(frames, unit.name), account.best_section(frames.rows("steps", unit.name)))
    lists = (
        slip_content.matters(frames, unit.name),
        due(frames, unit.name),
        slip_content.items(frames, unit.name),
        slip_content.tasks(frames, unit.name),
        slip_content.problems(frames, unit.name),
        slip_content.inspections(frames, unit.name),
        slip_content.corrections(frames, unit.name),
    )
    numbers = iter(_NUMBERS)
    for section in first:
        _section(flow, next(numbers), section)
    page.raw.set_h_pagebreaks([flow.row - 1])
    for section in lists:
        _section(flow, next(numbers), section)
    _signatures(flow)
    _set_up(page, flow.row - 1)


@dataclass(frozen=True)
class Behind:
    """Where the rows behind lost points stand: part → Excel row of the first; (part, what it adds) → likewise."""

    parts: Mapping[str, int]
    gains: Mapping[tuple[str, object], int]

    def part(self, part: str) -> str | None:
        """The address of the first row that costs points in a part; 进步 is lost at every item."""
        row = min(self.parts.values(), default=None) if part == account.PROGRESS else self.parts.get(part)
        return sheet_link(LOST, f"A{row}") if row else None


def _write_lost(page: Page, frames: UnitRows, unit: Unit, copies: Mapping[str, str]) -> Behind:
    meeting, rows = frames.meeting, account.lost_rows(frames.meeting, unit.name)
    names = account.lost_parts(meeting.plan)
    links = place_links(((row["file"], row["sheet"], row["row"]) for row in rows), copies, page.shown, _ABOVE)
    note = f"{unit.name}　{meeting.period.label}　会议日期 {meeting.period.meeting}　每格是这一行在这个项目改好一项所加的分"
    options = Options(links={"file": links}, frozen=1)
    first_row = write_table(page, lost_table(names), rows, note=note, options=options).first_row
    if not rows:
        page.put(first_row, 0, "没有失分的行。", page.theme.style("note"))
    parts: dict[str, int] = {}
    gains: dict[tuple[str, object], int] = {}
    for number, row in enumerate(rows, first_row):
        for part in names:
            if part in row:
                parts.setdefault(part, number)
                gains.setdefault((part, row[part]), number)
    return Behind(parts, gains)


def _write_score(page: Page, frames: UnitRows, unit: Unit, behind: Behind) -> None:
    rows = frames.rows("account", unit.name)
    links = {(number, 0): address for number, row in enumerate(rows) if (address := behind.part(row["part"]))}
    note = "分子÷分母×权重＝得分，权重−得分＝失分；点“项目”看失分的行，再点来源文件看来件。"
    _write_sections(page, frames, unit, note, [(account.score_section(rows), links)])


def _write_steps(page: Page, frames: UnitRows, unit: Unit, behind: Behind) -> None:
    rows = frames.rows("steps", unit.name)
    links = {
        (number, 0): sheet_link(LOST, f"A{first}")
        for number, row in enumerate(rows)
        if (first := behind.gains.get((row["part"], row["gain"])))
    }
    green = account.green_section(frames.rows("to_green", unit.name))
    note = "每项加分、得分、名次都是把这一项当作已经做到，用同一套办法重新计分得出的；点“序”看各行。"
    _write_sections(page, frames, unit, note, [(account.steps_section(rows), links), (green, {})])


def _write_sections(
    page: Page,
    frames: UnitRows,
    unit: Unit,
    note: str,
    sections: Sequence[tuple[Section, Mapping[tuple[int, int], str]]],
) -> None:
    """A sheet of its own: who and when, then the sections, with links."""
    flow, style, period = Flow(page, columns=12, width=7.6), page.theme.style, frames.meeting.period
    flow.text(f"{unit.name}{page.name}", style("title", font_size=18), size=18)
    flow.text(f"{period.label}　会议日期 {period.meeting}　{note}", style("note", text_wrap=True))
    for section, links in sections:
        _section(flow, "", section, links)
    set_up_page(page, width=flow.columns * flow.width, landscape=False)


def _all_changes(doc: Document, frames: UnitRows, unit: Unit) -> None:
    """The receipt: what the unit changed since last time, cell by cell."""
    period = frames.meeting.period
    rows = pd.DataFrame(frames.rows("cell_changes", unit.name), columns=list(CELL_CHANGES.names), dtype=object)
    note = f"{unit.name}　{period.label}　会议日期 {period.meeting}　共 {len(rows)} 条"
    write_list(doc.sheet(CELL_CHANGES.name), CELL_CHANGES, rows, note=note, nothing="")


def _head(flow: Flow, frames: UnitRows, unit: Unit, name: str) -> None:
    style, meeting = flow.page.theme.style, frames.meeting
    flow.text(f"“应进必进”工作{name}", style("title", font_size=22), size=22)
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
    said = (("报送", slip_content.silence(frames, unit.name)), ("督办升级", slip_content.escalation(frames, unit.name)))
    for label, words in said:
        if words:
            flow.page.put(flow.row, 0, label, style("label", text_wrap=True))
            flow.page.across(flow.row, 1, 11, words, style("cell", bold=True, text_wrap=True, font_color="#C00000"))
            flow.page.height(flow.row, 34 if len(words) > 45 else 26)
            flow.row += 1
    flow.gap(6)


def _section(flow: Flow, number: str, section: Section, links: Mapping[tuple[int, int], str] | None = None) -> None:
    style = flow.page.theme.style
    nothing = "" if section.rows else f"：{section.nothing}"
    flow.text(f"{f'{number}、' if number else ''}{section.title}{nothing}", style("section", font_size=12), size=12)
    if nothing:
        return
    rows = [tuple(flow.page.shown(cell) for cell in row) for row in section.rows]
    flow.table(section.header, section.spans, rows, lights=section.lights, centred=section.centred, links=links)
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
    page.raw.fit_to_pages(1, 0)  # fitted to its width alone, it keeps its breaks
    page.raw.set_margins(left=0.6, right=0.6, top=0.6, bottom=0.7)
    page.raw.center_horizontally()
    page.raw.set_footer(FOOTER)
    page.raw.print_area(0, 0, last_row - 1, 11)
