"""4-退回修改/退回清单.xlsx: every finding of every unit, one a row, for the office."""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.workbooks.book import Book
from pipeline.workbooks.document import document
from pipeline.workbooks.lists import narrowed, write_list
from pipeline.workbooks.table import Options
from schemas.ledger import FINDINGS
from schemas.vocabulary import Severity

if TYPE_CHECKING:
    import pandas as pd


def write_returned_list(path: Path, book: Book) -> None:
    """Write the list beside the marked copies, which must stand there already: its 文件 links to them."""
    findings = book.findings
    counts = "、".join(f"{severity} {int((findings['severity'] == severity).sum())} 处" for severity in Severity)
    note = f"{book.period.label}　会议日期 {book.period.meeting}　{counts}　点“文件”打开标注过的来件"
    options = Options(words=("severity",), links={"file": _copies(path.parent, findings)}, landscape=True)
    author, day = book.plan.office.name, book.period.meeting
    with document(path, title=FINDINGS.title, created=day, author=author, constant_memory=True) as doc:
        table = narrowed(FINDINGS, {"file": 48})  # LibreOffice does not break a link over lines
        write_list(doc.sheet(FINDINGS.name), table, findings, note=note, nothing="没有校验问题。", options=options)


def _copies(folder: Path, findings: "pd.DataFrame") -> list[str | None]:
    """For each finding the address of its unit's marked copy, None where there is none."""
    copies = {unit: f"{unit}_退回.xlsx" for unit in dict.fromkeys(findings["unit"]) if unit}
    there = {unit: f"external:{name}" for unit, name in copies.items() if (folder / name).exists()}
    return [there.get(unit) for unit in findings["unit"]]
