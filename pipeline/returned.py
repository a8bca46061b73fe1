"""4-退回修改: which returns go back to whom, and what openpyxl cannot open written into a template."""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pipeline.intake.open import open_book
from pipeline.intake.read import read_return
from pipeline.intake.roster import Roster
from pipeline.records import Intake, Layout
from pipeline.workbooks.book import Book
from pipeline.workbooks.marked_return import Heading, Moved, Refill, write_marked
from pipeline.workbooks.returned_list import write_returned_list
from pipeline.workbooks.template import Prefill, write_template
from schemas.plan import Unit
from schemas.returns import COVER, TABLES
from schemas.vocabulary import Severity

if TYPE_CHECKING:
    import pandas as pd

LIST = "退回清单.xlsx"


def write_returned(folder: Path, book: Book, intake: Intake) -> None:
    """A marked copy for every unit whose return has something to correct, check or know; one list for all."""
    findings = book.findings
    for file, unit in _to_return(book).items():
        mine = findings[(findings["file"] == file) & (findings["unit"] == unit)]
        heading = Heading(unit, book.period, book.plan.office)
        refill = partial(_refill, book, intake, book.plan.unit_by_name[unit], file)
        write_marked(folder / f"{unit}_退回.xlsx", intake.contents[file], mine, heading, refill)
    write_returned_list(folder / LIST, book)


def _to_return(book: Book) -> dict[str, str]:
    """File → unit, of the adopted returns with an 错误, a 警示 or a repair; unit order."""
    findings = book.findings
    asks = findings["severity"].isin((Severity.ERROR, Severity.WARNING)) | findings["after"].ne("")
    waiting = set(findings.loc[asks, "file"])
    receipts = book.receipts.dropna(subset=["file"])
    pairs = zip(receipts["file"], receipts["unit"], strict=True)
    adopted = set(book.files.loc[book.files["verdict"] == "采用", "file"])
    return {file: unit for file, unit in pairs if file in waiting and file in adopted}


def _refill(book: Book, intake: Intake, unit: Unit, file: str) -> Refill:
    """What was read of `file`, written into a fresh template, and where each of its cells went."""
    tables = {sheet.key: _of_file(intake.tables[sheet.key], file) for sheet in TABLES}
    covers = _of_file(intake.covers, file)
    prefill = Prefill(covers[0] if covers else {}, tables)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.xlsx"
        write_template(path, book.plan, book.period, unit, prefill)
        template = path.read_bytes()
    return Refill(template, _moved(book, intake.layouts, {"cover": covers, **tables}, template))


def _of_file(frame: "pd.DataFrame", file: str) -> list[dict[str, object]]:
    rows = frame[frame["file"] == file].astype(object)
    return rows.where(rows.notna(), None).to_dict("records")  # type: ignore[return-value]


def _moved(book: Book, layouts: tuple[Layout, ...], sent: dict[str, list[dict[str, object]]], template: bytes) -> Moved:
    """Each cell of the return → its cell in the template, which is read back to see where they stand."""
    fresh = read_return(open_book(template), Roster.of(book.plan), book.period.meeting.year)
    moved: dict[tuple[str, str], tuple[str, str]] = {}
    for sheet in TABLES:
        blocks = fresh.tables.get(sheet.key, ())
        places = [(block.layout, row) for block in blocks for row in block.row_numbers]
        for number, row in enumerate(sent[sheet.key]):
            # The nine questions always stand in their own order; all other rows as they were sent.
            at = int(str(row["number"])) - 1 if sheet.key == "self_check" and str(row["number"]).isdigit() else number
            if at < len(places):
                moved |= _pairs(layouts, row, *places[at])
    if fresh.cover_layout:
        for row in sent[COVER.key]:
            moved |= _pairs(layouts, row, fresh.cover_layout, 0)
    return moved


def _pairs(layouts: tuple[Layout, ...], row: dict[str, object], to: Layout, to_row: int) -> Moved:
    source, number = layouts[int(str(row["layout"]))], int(str(row["row"]))
    cells = ((source.place("", name, number).cell, to.place("", name, to_row).cell) for name in to.letters)
    return {(source.sheet, before): (to.sheet, after) for before, after in cells if before and after}
