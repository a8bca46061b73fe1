"""1-总矩阵_第{NN}期.xlsx: everything known at this meeting, and the state from which the next continues.

Rows go to disk as they are written, so that a province needs no more memory than a district. The
sheet 说明 says what each sheet is and carries the checksum by which a hand-edited workbook is
noticed. Source: contract §8, 1.

1-总矩阵 in one workbook, or, where a sheet would pass Excel's rows, in several by groups of units.

Each part holds all sheets for its units and its own checksum, so that the next period reads the parts
as one. The workbook without a number then is the index: which unit stands in which part (contract §8, 1).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.say.closing import program_version
from pipeline.write.digest import (
    CUTOFF_LABEL,
    DIGEST_LABEL,
    DISTRICT_LABEL,
    EDITION_LABEL,
    NOTE_SHEET,
    VERSION_LABEL,
    YARDSTICK_LABEL,
    content_digest,
)
from pipeline.write.kit.cells import Page
from pipeline.write.kit.document import document, file_link, set_up_page, sheet_link
from pipeline.write.kit.limits import most_rows
from pipeline.write.kit.paper import lay_out
from pipeline.write.kit.table import MEASURED_ROWS, Options, text_height, write_head, write_table
from pipeline.write.lists import Keep, Written, all_rows, archives, source_links
from pipeline.write.receipts import write_receipts
from schemas import tables as ledger
from schemas.columns import Kind, Table, column
from schemas.dimensions import Dimension
from schemas.returns import OFFICE, TABLES
from schemas.tables import light_name, unit_column

if TYPE_CHECKING:
    from pipeline.meeting import Meeting


_LIGHTS = [light_name(dimension) for dimension in Dimension]
_LIGHT = Options(lights=("light",))
#: A table with these names the row of the return; where it is short, it leads there too.
_TRACED = {"file", "sheet", "row"}
#: 校验问题 as read back next period, and what became of a finding that was waived or on trial.
_FINDINGS = Table(
    ledger.STATE_FINDINGS.key,
    ledger.STATE_FINDINGS.name,
    (*ledger.STATE_FINDINGS.columns, column("status", "处理", Kind.NAME, width=8)),
    title=ledger.STATE_FINDINGS.title,
    read_back=True,
)


def _merged(key: str) -> Callable[[Meeting], pd.DataFrame]:
    return lambda meeting: meeting.merged.tables[key]


def _kept(key: str) -> Callable[[Meeting], pd.DataFrame]:
    return lambda meeting: meeting.books[key]


PARTS: tuple[Written, ...] = (
    Written(
        ledger.MATRIX,
        lambda meeting: meeting.matrix,
        nothing="各单位都没有报送事项。",
        meaning="一行一个事项：各进驻维度的状态、亮灯、首次到位日期、本期变化、疑点，以及出自哪个来件的哪一行。",
        options=Options(lights=_LIGHTS, frozen=3, printed=_LIGHTS[-1]),
    ),
    *(
        Written(
            ledger.MERGED[sheet.key],
            _merged(sheet.key),
            nothing="各单位都没有填写这张表。",
            meaning=f"各单位来件“{sheet.name}”表的全部行，内容已按填报要求规范。",
        )
        for sheet in TABLES
    ),
    Written(
        ledger.COVERS,
        lambda meeting: meeting.merged.covers,
        nothing="还没有单位报送。",
        meaning="各单位来件封面所填内容；事项总数为 0 的是零报告。",
    ),
    Written(
        ledger.UNIT_SUMMARY,
        lambda meeting: meeting.unit_dimensions,
        nothing="没有可汇总的事项。",
        meaning="一行一个单位的一个维度：适用、到位、到位率、亮灯及理由、连续红灯期数、预测。",
        options=replace(_LIGHT, frozen=2),
    ),
    Written(
        ledger.RECEIPTS,
        lambda meeting: meeting.receipts,
        own=write_receipts,
        meaning="每个单位本期报送了没有、是否按时、采用多少行；下面是收到的每个文件怎么处理。",
    ),
    Written(
        ledger.HISTORY,
        lambda meeting: meeting.history,
        nothing="还没有历期情况。",
        meaning="历期情况，一行一个单位的一个维度在一期的结果，下一期接着往下记。",
        options=replace(_LIGHT, frozen=4),
    ),
    Written(
        ledger.ACCOUNT,
        lambda meeting: meeting.account,
        nothing="没有得分。",
        meaning="一行一个单位的一个得分项目：得分、权重、分子、分母、失分、怎么算、依据来件的哪些行；yjbj explain 读它。",
        options=Options(frozen=2),
    ),
    Written(
        ledger.TO_GREEN,
        lambda meeting: meeting.to_green,
        nothing="没有适用的事项。",
        meaning="一行一个单位的一个维度：再到位几项就是绿灯，下次会议之前要到位几项才仍是绿灯。",
        options=replace(_LIGHT, frozen=2),
    ),
    Written(
        ledger.GAINS,
        lambda meeting: meeting.gains.steps,
        nothing="没有能提分的事。",
        meaning="一行一个单位的一种办法：做一项加几分、到第几名，全做了又如何；逐条重新计分得出，其他单位不变。",
        options=Options(frozen=2),
    ),
    Written(
        ledger.MILESTONES,
        lambda meeting: meeting.milestones,
        nothing="工作方案没有节点。",
        meaning="工作方案的节点，各单位何时完成、亮什么灯。",
        options=replace(_LIGHT, frozen=2),
    ),
    Written(
        _FINDINGS,
        lambda meeting: meeting.findings,
        nothing="没有校验问题。",
        meaning="对来件的全部校验问题，含已豁免和试行的；下期填报表据此提示单位改正。",
        options=Options(words=("severity",)),
    ),
    Written(
        ledger.SET_ASIDE,
        lambda meeting: meeting.set_aside,
        nothing="来件的每一行都已采用。",
        meaning="来件中没有采用的行，逐行写明文件、表、行号、原因和原文。",
    ),
    Written(
        ledger.WAIVERS,
        lambda meeting: meeting.waivers,
        nothing="没有登记豁免事项。",
        meaning="专班办公室登记的豁免事项及其效果；到期的自动失效。",
    ),
    Written(
        ledger.TO_VERIFY,
        lambda meeting: meeting.to_verify,
        nothing="本期没有需要核实的情况。",
        meaning="请专班办公室核实的情况，只作提醒，不自动扣分、不影响亮灯。",
    ),
    Written(
        ledger.COMPARISON,
        lambda meeting: meeting.comparison,
        nothing="没有收到督查核查表，或其中没有问题。",
        meaning="督查核查发现的问题与单位自报情况的对照。",
    ),
    *(
        Written(
            ledger.KEPT[sheet.key],
            _kept(sheet.key),
            nothing="没有登记。",
            meaning=f"专班办公室登记的“{sheet.name}”，含以前各期沿用下来的；下一期据此接着算，不用重新给出。",
        )
        for sheet in OFFICE
    ),
    Written(
        ledger.PLAN_CHANGES,
        lambda meeting: meeting.plan_changes,
        nothing="工作方案与上期相同（首期没有上期可比）。",
        meaning="本期所用的工作方案与上期不同的地方，以及看来漏改的地方；与上期比较时请留意。",
    ),
    Written(
        ledger.PLAN_CELLS,
        lambda meeting: meeting.plan_cells,
        meaning="本期所用的工作方案，一行一格；下期 inputs 里没有工作方案.xlsx 的，接着按它计算。",
    ),
    Written(
        ledger.LEADS,
        lambda meeting: meeting.leads,
        nothing="没有列入过拟移交线索的问题。",
        meaning="拟移交区纪委监委的线索，一行一条：哪次会议首次列入、会议怎么定的、现在怎样；下期接着跟踪。",
    ),
    Written(
        ledger.RERUN,
        lambda meeting: meeting.rerun,
        nothing="首次汇总，或重新汇总没有改变得分、名次、亮灯和报送状态。",
        meaning="本次会议最近一次有变化的重新汇总改变了哪些单位的报送状态、得分、名次和亮灯，原来和现在各是什么。",
    ),
    Written(
        ledger.WORDS,
        lambda meeting: meeting.words_written,
        nothing="还没有人写过批示或会议决定。",
        meaning="汇总时台账和评分表里已有的批示、会议决定；重新汇总和下一期据此判断人又写了什么、删了什么。",
    ),
    Written(
        ledger.TRACKING,
        lambda meeting: meeting.tracking,
        nothing="没有需要跨期跟踪的内容。",
        meaning="跨期跟踪的问题、原样未改的文字和没有进展而每期换一句的文字，供程序下一期接着计期数。",
    ),
)


def state_tables(meeting: Meeting, keep: Keep = all_rows) -> dict[str, pd.DataFrame]:
    """Table key → frame of every table that the next period reads back."""
    return {part.table.key: keep(part.rows(meeting)) for part in PARTS if part.table.read_back}


def write_matrix(path: Path, meeting: Meeting, keep: Keep = all_rows) -> str:
    """Write the matrix workbook of one meeting; returns the digest of what the next period reads back."""
    digest = content_digest(state_tables(meeting, keep))
    title = f"总矩阵 {meeting.period.label}"
    author = meeting.plan.office.name
    with document(
        path,
        title=title,
        created=meeting.period.meeting,
        author=author,
        home=NOTE_SHEET,
    ) as doc:
        pages = [doc.sheet(part.table.name) for part in PARTS]
        notes = doc.sheet(NOTE_SHEET)
        copies = archives(meeting)
        for page, part in zip(pages, PARTS, strict=True):
            _write_part(page, part, meeting, copies, keep)
        _write_notes(notes, meeting, keep, digest)
    return digest


def _write_part(page: Page, part: Written, meeting: Meeting, copies: Mapping[str, str], keep: Keep) -> None:
    rows = keep(part.rows(meeting))
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　共 {len(rows)} 行"
    if part.own:
        part.own(page, meeting, note, copies, keep)
        return
    options = part.options
    if part.table is ledger.MATRIX or (set(part.table.names) >= _TRACED and len(rows) <= MEASURED_ROWS):
        links = source_links(rows, copies)
        if ledger.GIVEN_AT.name in rows:  # a book of the same name lies here from another meeting
            days = rows[ledger.GIVEN_AT.name]
            links = [link if day == meeting.period.meeting else None for link, day in zip(links, days, strict=True)]
        options = replace(options, links={"file": links})
    area = write_table(page, part.table, rows, note=note, options=options)
    if not len(rows):
        page.put(area.first_row, 0, part.nothing, page.theme.style("note"))


_WIDTHS = (22, 10, 92)


def _write_notes(page: Page, meeting: Meeting, keep: Keep, digest: str) -> None:
    """What each sheet is, with a link to it; which plan and version made it; the checksum."""
    for index, width in enumerate(_WIDTHS):
        page.raw.set_column(index, index, width)
    write_head(page, 1, "说明", "本工作簿由程序写出，下一期据此接着计算；请不要改动，如已改动，下期会提示。", _WIDTHS)
    facts = {
        DISTRICT_LABEL: meeting.plan.office.district,
        "期次": meeting.period.label,
        "会议日期": meeting.period.meeting.isoformat(),
        CUTOFF_LABEL: meeting.period.cutoff.isoformat(),
        VERSION_LABEL: program_version(),
        "工作方案校验码": meeting.plan.digest,
        YARDSTICK_LABEL: meeting.plan.yardstick,
        EDITION_LABEL: str(ledger.STATE_EDITION),
        DIGEST_LABEL: digest,
    }
    row = 3
    for label, value in facts.items():
        page.put(row, 0, label, page.theme.style("label"))
        page.across(row, 1, 2, value, page.theme.style("cell"))
        row += 1
    row += 1
    for index, text in enumerate(("工作表", "行数", "是什么")):
        page.put(row, index, text, page.theme.style("header"))
    link = page.theme.style("cell", **page.theme.link)
    for part in PARTS:
        row += 1
        page.height(row, text_height(part.meaning, _WIDTHS[2]))
        page.link(row, 0, sheet_link(part.table.name), part.table.name, link)
        page.put(row, 1, len(keep(part.rows(meeting))), page.theme.style("cell", align="center"))
        page.put(row, 2, part.meaning, page.theme.style("cell", text_wrap=True))
    set_up_page(page, lay_out(_WIDTHS, upright=True))


_FIRST_DATA_ROW = 4  # title, note, header: as `write_table` lays every sheet out

#: 索引; one row = one unit.
INDEX = Table(
    "matrix_index",
    "索引",
    (
        unit_column(),
        column("file", "所在文件", width=34),
        column("items", "事项数", Kind.INTEGER, width=9),
    ),
    title="总矩阵分册索引",
)


@dataclass(frozen=True)
class MatrixPart:
    """One workbook of the matrix and whose rows it holds."""

    file: str
    units: tuple[str, ...]


def matrix_parts(meeting: Meeting) -> tuple[MatrixPart, ...]:
    """The workbooks that the matrix of this run takes: one, unless a sheet would be too long."""
    stem = f"1-总矩阵_{meeting.period.label}"
    groups = _groups([unit.name for unit in meeting.plan.units], _row_counts(meeting))
    if len(groups) == 1:
        return (MatrixPart(f"{stem}.xlsx", groups[0]),)
    return tuple(MatrixPart(f"{stem}_{number:03d}.xlsx", units) for number, units in enumerate(groups, 1))


def _row_counts(meeting: Meeting) -> list[Counter[str]]:
    """For each table of the matrix workbook: unit → its rows."""
    frames = (part.rows(meeting) for part in PARTS)
    return [Counter(frame["unit"].tolist()) for frame in frames if "unit" in frame]


def _groups(units: Iterable[str], counts: list[Counter[str]]) -> list[tuple[str, ...]]:
    """Units in plan order, as many together as fit on a sheet of every table; rows of no unit go with the first."""
    names = list(units)
    known = set(names)
    held = [sum(n for unit, n in rows.items() if unit not in known) for rows in counts]
    groups: list[list[str]] = [[]]
    for unit in names:
        added = [rows[unit] for rows in counts]
        if groups[-1] and any(a and h + a > most_rows() for h, a in zip(held, added, strict=True)):
            groups.append([])
            held = [0] * len(counts)
        groups[-1].append(unit)
        held = [h + a for h, a in zip(held, added, strict=True)]
    return [tuple(group) for group in groups]


def unit_addresses(meeting: Meeting, sheets: Iterable[str]) -> dict[str, dict[str, str]]:
    """Sheet of the matrix → unit → the address of its first row there, in whichever workbook it stands."""
    wanted = set(sheets)
    part_of = {unit: part.file for part in matrix_parts(meeting) for unit in part.units}
    units_on = {part.table.name: part.rows(meeting)["unit"] for part in PARTS if part.table.name in wanted}
    return {sheet: _first_addresses(sheet, units.tolist(), part_of) for sheet, units in units_on.items()}


def _first_addresses(sheet: str, units: Iterable[str], part_of: Mapping[str, str]) -> dict[str, str]:
    counts: Counter[str] = Counter()
    found: dict[str, str] = {}
    for unit in units:
        if file := part_of.get(unit):
            found.setdefault(unit, file_link(file, sheet, _FIRST_DATA_ROW + counts[file]))
            counts[file] += 1
    return found


def write_matrices(folder: Path, meeting: Meeting) -> dict[str, str]:
    """Write the matrix of one meeting into `folder`: one workbook, or its parts and their index.

    Returns file → digest of its state, for 运行记录.json.
    """
    parts = matrix_parts(meeting)
    if len(parts) == 1:
        return {parts[0].file: write_matrix(folder / parts[0].file, meeting)}
    _write_index(folder / f"1-总矩阵_{meeting.period.label}.xlsx", meeting, parts)
    return {
        part.file: write_matrix(folder / part.file, meeting, _of_units(meeting, part.units, with_rest=part is parts[0]))
        for part in parts
    }


def _of_units(meeting: Meeting, units: tuple[str, ...], *, with_rest: bool) -> Keep:
    """The rows of these units alone; with_rest: and those of no unit of the plan."""
    wanted, known = set(units), {unit.name for unit in meeting.plan.units}

    def keep(frame: pd.DataFrame) -> pd.DataFrame:
        if "unit" not in frame:
            return frame
        kept = frame["unit"].isin(wanted)
        return frame[kept | ~frame["unit"].isin(known)] if with_rest else frame[kept]

    return keep


def _write_index(path: Path, meeting: Meeting, parts: tuple[MatrixPart, ...]) -> None:
    counts = Counter(meeting.matrix["unit"].tolist())
    rows = [{"unit": unit, "file": part.file, "items": counts[unit]} for part in parts for unit in part.units]
    links = [file_link(str(row["file"])) for row in rows]
    note = (
        f"{meeting.period.label}　会议日期 {meeting.period.meeting}　共 {len(parts)} 册；下期从各册接着计算，请一并保存"
    )
    with document(path, title=INDEX.title, created=meeting.period.meeting, author=meeting.plan.office.name) as doc:
        write_table(doc.sheet(INDEX.name), INDEX, rows, note=note, options=Options(links={"file": links}))
