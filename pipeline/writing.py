"""The hop write: every file of a period's folder, each by the module that knows it (contract §8)."""

import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from pipeline.intake.store import Content
from pipeline.records import Intake
from pipeline.returned import write_returned
from pipeline.say.closing import run_record
from pipeline.write.book import Book
from pipeline.write.ledger import write_ledger
from pipeline.write.matrix import write_matrices
from pipeline.write.scores import write_scores
from pipeline.write.slips import write_slips
from schemas.words import Verdict

RETURNS_FOLDER = "来件"
RETURNED_FOLDER = "4-退回修改"
SLIPS_FOLDER = "5-督办单"
RECORD = "运行记录.json"


def write_all(folder: Path, *, book: Book, intake: Intake, workers: int) -> None:
    """Fill the empty `folder` with everything that the run has to show."""
    label = book.period.label
    with ThreadPoolExecutor(1) as meanwhile:  # the marking itself goes on in other processes
        returned = meanwhile.submit(write_returned, _made(folder / RETURNED_FOLDER), book, intake, workers)
        write_matrices(folder, book)
        write_scores(folder / f"2-评分表_{label}.xlsx", book)
        write_ledger(folder / f"3-红黄绿督办台账_{label}.xlsx", book)
        write_slips(_made(folder / SLIPS_FOLDER), book)
    returned.result()
    if find_spec("docx") and book.briefing:
        from pipeline.write.briefing import write_briefing

        write_briefing(folder / f"工作简报_{label}.docx", book.briefing, book.period)
    _keep_returns(_made(folder / RETURNS_FOLDER), book.files, intake.contents)
    record = run_record(book.plan, book.period, book.files, book.receipts, book.findings)
    (folder / RECORD).write_text(record, encoding="utf-8")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _keep_returns(folder: Path, files: pd.DataFrame, contents: Mapping[str, Content]) -> None:
    """The returns used, byte for byte, under the names that the trace in the workbooks links to."""
    adopted = files[files["verdict"] == Verdict.ADOPTED]
    for file, archive in zip(adopted["file"], adopted["archive"], strict=True):
        shutil.copyfile(contents[file].path, folder / archive)
