"""The hop read: files received in, `Intake` out; one frame a sheet over all units."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from pipeline.catalogue import finding
from pipeline.findings import Place
from pipeline.intake.claim import Claim, claim_all
from pipeline.intake.frames import Frames
from pipeline.intake.open import POOR_KINDS, open_book
from pipeline.intake.read import read_office, read_return
from pipeline.intake.reading import Reading
from pipeline.intake.received import Received
from pipeline.intake.roster import Roster
from pipeline.intake.workers import Failure, map_files
from pipeline.records import Intake
from schemas.plan import Period, Plan
from schemas.returns import OFFICE
from schemas.vocabulary import Verdict

if TYPE_CHECKING:
    from pipeline.intake.cluster import Cluster

Progress = Callable[[int, int], None]

_OFFICE_SHEET = {f"{sheet.title}.xlsx": sheet for sheet in OFFICE}


def take_in(
    received: Sequence[Received],
    plan: Plan,
    period: Period,
    *,
    workers: int,
    seen_before: Mapping[str, str] | None,
    progress: Progress | None = None,
    verbose: bool = False,
    cluster: "Cluster | None" = None,
) -> Intake:
    """Open, read, clean and claim everything that was received; a bad file is a verdict, never an error.

    received: `find_files` of the inputs folder; seen_before: sha256 → label of the period in which
    these very bytes were used, None to take files of any period; progress(done, total): called as
    files are read; cluster: other machines to read on. Raises MisuseError when they do not answer.
    """
    roster = Roster.of(plan)
    openable = [file for file in received if file.data is not None and not file.finding]
    read_one = partial(_read_one, roster=roster, year=period.meeting.year)
    tasks = [(file.data, file.name, file.office) for file in openable]
    if cluster:
        from pipeline.intake.cluster import map_on_cluster

        results = map_on_cluster(read_one, tasks, cluster, workers, progress=progress, verbose=verbose)
    else:
        results = map_files(read_one, tasks, workers, progress=progress, verbose=verbose)
    outcome = {file.name: result for file, result in zip(openable, results, strict=True)}
    returns = [(f, r) for f in openable if isinstance(r := outcome[f.name], Reading) and not f.office]
    current = None if seen_before is None else period
    claims = claim_all(returns, roster, plan.unit_by_id, current, seen_before or {})
    claimed = {claim.received.name: claim for claim in claims}
    decided = [claimed.get(file.name) or _unclaimed(file, outcome.get(file.name)) for file in received]
    frames = Frames(period)
    for claim in decided:
        frames.add(claim)
    return frames.intake()


def _read_one(task: tuple[bytes | None, str, str], roster: Roster, year: int) -> Reading:
    """In a worker: one file, opened and read. The file name only says who 我局 is."""
    data, name, office = task
    assert data is not None
    book = open_book(data)
    sheet = _OFFICE_SHEET.get(office)
    if sheet:
        reading = read_office(book, sheet, roster, year)
    else:
        reading = read_return(book, roster, year, roster.find_in(PurePosixPath(name).stem).unit)
    if book.kind not in POOR_KINDS:
        return reading
    said = finding("WJ-030", Place(), name, what=POOR_KINDS[book.kind])
    return replace(reading, findings=[said, *reading.findings])


def _unclaimed(file: Received, outcome: Reading | Failure | None) -> Claim:
    """A file that is no unit's return: the office's own workbook, or one that was not or could not be read."""
    if isinstance(outcome, Reading):
        return Claim(file, outcome, "", Verdict.ADOPTED, "专班办公室的工作簿")
    if isinstance(outcome, Failure):
        code, words = outcome.code, outcome.words
    elif file.finding:
        code, words = file.finding
    else:
        return Claim(file, None, "", Verdict.ADOPTED, "专班办公室的工作簿")
    said = finding(code, Place(file=file.name), file.name, **words)
    return Claim(file, None, "", Verdict.REJECTED, f"{said.problem}{file.arrival}", (said,))
