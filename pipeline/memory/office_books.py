"""The office's own books as they go out: prefilled with what is open, and never over what somebody wrote (contract §4, §9).

A book that went out says in a hidden sheet what stood in it; where it says something else now, somebody has
filled it in. What a program changes by saving it again (formulas, looks, widths) is no entry.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.intake.collect import take_in
from pipeline.intake.disk import patiently
from pipeline.intake.find import Received
from pipeline.intake.open import RawBook, open_book
from pipeline.intake.unreadable import Unreadable
from pipeline.judge.item_changes import confirmed_changes, entries_continued, with_items_moved
from pipeline.judge.lasting import Standing, stand, still_open
from pipeline.memory.arising import arising
from pipeline.memory.state import Memory
from pipeline.records import Intake
from pipeline.write.office import SEAL_SHEET, write_office_books
from schemas.figures import records
from schemas.plan import Period, Plan
from schemas.returns import OFFICE, OFFICE_BOOKS, OfficeBook

_FIRST_ROW = 4  # below title, hint and header
_NAMES = frozenset(book.file_name for book in OFFICE_BOOKS)

Rows = Mapping[str, Sequence[Mapping[str, object]]]


def entries_in_force(intake: Intake, memory: Memory, plan: Plan, period: Period) -> tuple[Intake, Standing]:
    """The office's entries that stand at the meeting, where their items are by now; the intake with each given once."""
    changes = confirmed_changes(plan, period.meeting)
    intake = replace(intake, office=entries_continued(intake.office, changes))
    return stand(intake, with_items_moved(memory.kept, changes), plan, period, arising(memory, plan, period))


def open_entries(
    received: Sequence[Received], memory: Memory, plan: Plan, period: Period
) -> dict[str, list[dict[str, object]]]:
    """Sheet.key → what the office would have to enter to say all that is open: what lasts, and what lies in inputs."""
    own = [file for file in received if file.office in _NAMES]
    intake = take_in(own, plan, period, workers=1, seen_before=None)
    _, standing = entries_in_force(intake, memory, plan, period)
    found: dict[str, list[dict[str, object]]] = {}
    for sheet in OFFICE:
        entries = records(standing.rows[sheet.key][list(sheet.names)])
        found[sheet.key] = [row for row in entries if still_open(sheet.key, row, period.meeting)]
    return found


def write_sealed_books(folder: Path, plan: Plan, created: date, filled: Rows) -> None:
    """Write the three books, each with the seal of what stands in it."""
    paths = write_office_books(folder, plan, created, filled)
    seals = {
        path.name: _seal(open_book(path.read_bytes()), book) for path, book in zip(paths, OFFICE_BOOKS, strict=True)
    }
    write_office_books(folder, plan, created, filled, seals)


def filled_in(folder: Path) -> list[str]:
    """The books in `folder` that somebody wrote in since they went out, by file name; one that cannot be read is left alone."""
    return [book.file_name for book in OFFICE_BOOKS if (folder / book.file_name).exists() and _touched(folder, book)]


def _touched(folder: Path, book: OfficeBook) -> bool:
    try:
        found = open_book(patiently((folder / book.file_name).read_bytes))
    except Unreadable:
        return True
    known = next((str(sheet.rows[0][1]) for sheet in found.sheets if sheet.name == SEAL_SHEET and sheet.rows), "")
    return _seal(found, book) != (known or _seal(RawBook("xlsx", []), book))


def _seal(found: RawBook, book: OfficeBook) -> str:
    """A digest of the entries as they are typed, sheet by sheet."""
    digest = hashlib.sha256()
    by_name = {sheet.name: sheet.rows for sheet in found.sheets}
    for sheet in book.sheets:
        digest.update(f"\n{sheet.key}".encode())
        for row in by_name.get(sheet.name, [])[_FIRST_ROW - 1 :]:
            cells = [_shown(cell) for cell in row[: len(sheet.columns)]]
            if any(cells):
                digest.update(("\n" + "\t".join(cells).rstrip("\t")).encode())
    return digest.hexdigest()


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return f"{cell:g}" if isinstance(cell, float) else str(cell).strip()
