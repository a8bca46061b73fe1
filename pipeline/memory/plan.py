"""The plan in force: the shipped defaults, and over them the office's own 工作方案.xlsx (contract §3).

It is read and checked like a return; a plan that is half right is not run on at all.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from pipeline.checks.rows import reported
from pipeline.checks.shape import check_shape
from pipeline.findings import Finding, Place, finding
from pipeline.intake.find import Received, find_files
from pipeline.intake.open import RawBook, open_book
from pipeline.intake.read import read_office
from pipeline.intake.reading import Reading
from pipeline.intake.roster import Roster
from pipeline.intake.unreadable import ARCHIVE_IN_ARCHIVE, Unreadable
from pipeline.records import PROVENANCE, MisuseError
from pipeline.write.office import write_plan_book
from schemas.columns import Sheet
from schemas.plan import Plan, PlanError, load_plan
from schemas.plan_sheets import FILE_NAME, SHEETS, plan_tables
from schemas.words import Severity


def read_plan(received: Sequence[Received]) -> Plan:
    """The plan in force for a run on the files `received`.

    Raises PlanError when there are two 工作方案.xlsx, when it cannot be opened, when a cell is wrong
    (each named with sheet and cell), or when its parts contradict each other.
    """
    defaults = load_plan()
    found = [file for file in received if file.office == FILE_NAME]
    if not found:
        return defaults
    if len(found) > 1:
        raise PlanError(f"来件文件夹里有 {len(found)} 份工作方案（{'、'.join(f.name for f in found)}），请只留一份。")
    return load_plan(plan_tables(_rows(_opened(found[0]), defaults), defaults))


def _opened(file: Received) -> RawBook:
    try:
        if file.content is None:
            rule, words = file.finding or (ARCHIVE_IN_ARCHIVE, {})
            raise Unreadable(rule, **words)
        return open_book(file.content.read())
    except Unreadable as error:
        said = finding(error.rule, Place(file=file.name), file.name, **error.words)
        raise PlanError(f"{file.name} 不能采用：{said.problem}。{said.remedy}。") from error


def _rows(book: RawBook, defaults: Plan) -> dict[str, list[dict[str, object]]]:
    """Sheet.key → its rows by Column.name; PlanError when any cell is wrong, or a tab is none of the plan's."""
    _refuse_strange_tabs(book)
    rows: dict[str, list[dict[str, object]]] = {}
    wrong: list[Finding] = []
    for sheet in SHEETS:
        tabs = [raw for raw in book.sheets if raw.name.strip() == sheet.name]
        if not tabs:
            continue  # left out: the defaults stand
        reading = read_office(replace(book, sheets=tabs), (sheet,), Roster.of(defaults), defaults.start.year)
        rows[sheet.key], found = _checked(sheet, reading)
        wrong += [entry for entry in found if entry.severity is Severity.ERROR]
    if wrong:
        raise PlanError("\n".join(_line(entry) for entry in wrong))
    return rows


def _refuse_strange_tabs(book: RawBook) -> None:
    """A table under another name would be passed over, and the defaults would stand without a word."""
    known = {sheet.name for sheet in SHEETS}
    names = [raw.name.strip() for raw in book.sheets if raw.visible and any(map(any, raw.rows))]
    strange = [name for name in names if name not in known]
    if strange or not names:
        found = f"有认不出的表“{'”“'.join(strange)}”" if strange else "是空的"
        raise PlanError(
            f"{FILE_NAME} {found}；表名只能是：{'、'.join(sheet.name for sheet in SHEETS)}，请改正后再运行。"
        )


def _checked(sheet: Sheet, reading: Reading) -> tuple[list[dict[str, object]], list[Finding]]:
    blocks = reading.tables.get(sheet.key, [])
    sender = () if "unit" in sheet.by_name else ("",)  # no unit sent this; some sheets have a column 单位
    lines = [
        (*sender, FILE_NAME, block.layout.sheet, row, number, "", *values)
        for number, block in enumerate(blocks)
        for row, values in zip(block.row_numbers, block.rows, strict=True)
    ]
    frame = pd.DataFrame(lines, columns=[*PROVENANCE[1 - len(sender) :], *sheet.names], dtype=object)
    layouts = [block.layout for block in blocks]
    _, found = check_shape(sheet, frame, layouts, reported(reading.findings))
    rows = frame[list(sheet.names)].to_dict("records")
    return rows, [*reading.findings, *found]  # type: ignore[return-value]


def _line(entry: Finding) -> str:
    where = f"“{entry.place.sheet}”表 {entry.place.cell}".rstrip()
    return f"{FILE_NAME}{where}：{entry.problem}。{entry.remedy}。"


def plan_in(inputs: Path) -> Plan:
    """The plan in force where there is perhaps no inputs folder; raises PlanError."""
    return read_plan(find_files(inputs) if inputs.is_dir() else [])


def copy_plan(inputs: Path, folder: Path) -> tuple[str, ...]:
    """Write the plan in force as 工作方案.xlsx into `folder`; returns the closing lines.

    Raises MisuseError when a file of that name stands there: it may hold an hour of someone's work.
    """
    path = folder / FILE_NAME
    if path.exists():
        raise MisuseError(f"当前文件夹里已有“{FILE_NAME}”，没有覆盖；请先移走或改名。")
    write_plan_book(path, plan_in(inputs))
    return (f"现行工作方案已写成：{path}", "改好后放进 inputs 文件夹，下次运行即按它计算。")
