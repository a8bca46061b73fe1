"""1-各区单位汇总: every unit × dimension of every district, traced to the district's workbook (`yjbj rollup`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document
from pipeline.write.kit.privacy import Guard
from pipeline.write.kit.table import Options
from pipeline.write.lists import source_links, write_list
from schemas.columns import Table, column
from schemas.tables import FINDINGS, HISTORY, SOURCE, UNIT_SUMMARY

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

#: One row = one unit × dimension of one district.
DISTRICT_UNITS = Table(
    "district_units",
    "各区单位汇总",
    (column("district", "区", width=16), *UNIT_SUMMARY.columns, *SOURCE),
    title="各区单位汇总（区×单位×进驻维度）",
)


def write_district_units(path: Path, meeting: Meeting, districts: Sequence[tuple[str, pd.DataFrame]]) -> None:
    """Write the units of all districts, and what was found wrong with what was sent up.

    districts: name, and its UNIT_SUMMARY with `file` and `row`, where each row stands.
    """
    rows = pd.concat(
        [
            units.assign(district=name, sheet=UNIT_SUMMARY.name, file=[f"{name}_{file}" for file in units["file"]])
            for name, units in districts
        ],
        ignore_index=True,
    )
    copies = {file: file for file in rows["file"].unique()}
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　共 {len(rows)} 行"
    options = Options(lights=("light",), frozen=3, links={"file": source_links(rows, copies)})
    with document(
        path,
        title=DISTRICT_UNITS.title,
        created=meeting.period.meeting,
        author=meeting.plan.office.name,
        guard=Guard(meeting.plan),
    ) as doc:
        pages = [doc.sheet(name) for name in (DISTRICT_UNITS.name, "校验问题", HISTORY.name)]
        write_list(pages[0], DISTRICT_UNITS, rows, note=note, nothing="没有单位。", options=options)
        findings = replace(FINDINGS, title="校验问题")
        write_list(
            pages[1],
            findings,
            meeting.findings,
            note=note,
            nothing="没有校验问题。",
            options=Options(words=("severity",)),
        )
        _write_history(pages[2], meeting)


def _write_history(page: Page, meeting: Meeting) -> None:
    """What the next rollup continues from; its “单位” is a district."""
    rows = meeting.history
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　共 {len(rows)} 行，下次汇总接着往下记"
    write_list(page, HISTORY, rows, note=note, nothing="", options=Options(lights=("light",), frozen=4))
