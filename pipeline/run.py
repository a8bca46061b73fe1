"""The main job, in the order in which the data goes through the house; the file to read first.

find → read → check → merge → judge → write. Values in, values out: each hop is a function of what
the hops before it returned, and only the last one touches the disk (contract §1, §8, §9).
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from pipeline.checks.returns import all_findings
from pipeline.checks.waivers import apply_waivers
from pipeline.findings import findings_frame
from pipeline.intake.cluster import Cluster
from pipeline.intake.collect import take_in
from pipeline.intake.find import find_files
from pipeline.judge.as_before import with_last_texts
from pipeline.judge.judge import judge
from pipeline.judge.merge import merge, receipts, set_aside_duplicates, unreconciled
from pipeline.memory.folders import folders_of
from pipeline.memory.plan import read_plan
from pipeline.memory.publish import keep_aside, publish
from pipeline.memory.state import Memory, earlier_meetings, recall, returns_seen
from pipeline.records import Intake
from pipeline.say.briefing import briefing
from pipeline.say.closing import Outcome, exit_code, next_steps, summary
from pipeline.say.front_page import front_page
from pipeline.settings import MisuseError, Settings
from pipeline.write.book import Book
from pipeline.writing import write_all
from schemas.plan import Period, Plan, period_of

Progress = Callable[[int, int], None]


def run(settings: Settings, progress: Progress | None = None) -> Outcome:
    """Turn the returns in `settings.inputs` into the period's folder under `settings.outputs`.

    progress(done, total) is called as files are read. Raises MisuseError or PlanError when nothing
    can be run, OSError when the disk refuses; whatever is wrong with a return is a finding.
    """
    received = find_files(_folder_with_files(settings.inputs))
    plan = read_plan(received)
    period = period_of(plan, settings.meeting, earlier_meetings(settings.outputs))
    with ThreadPoolExecutor(1) as meanwhile:  # the reading itself goes on in other processes
        remembered = meanwhile.submit(recall, settings.outputs, settings.meeting)
        intake = take_in(
            received,
            plan,
            period,
            workers=settings.workers,
            seen_before=returns_seen(settings.outputs, settings.meeting),
            progress=progress,
            verbose=settings.verbose,
            cluster=Cluster(settings.engine, settings.inputs) if settings.engine else None,
        )
    book, broken = _judged(plan, period, remembered.result(), intake)
    return _written(settings, book, intake, broken)


def _folder_with_files(inputs: Path) -> Path:
    if not inputs.is_dir():
        raise MisuseError(f"找不到来件文件夹“{inputs}”，请建好并放入各单位的填报表后再运行。")
    if not any(path.name != ".gitkeep" for path in inputs.iterdir()):
        raise MisuseError(f"来件文件夹“{inputs}”是空的，请放入各单位的填报表后再运行。")
    return inputs


def _judged(plan: Plan, period: Period, memory: Memory, intake: Intake) -> tuple[Book, list[str]]:
    """The hops check, merge and judge; with the book, the files whose rows do not add up."""
    previous = memory.previous
    intake = with_last_texts(intake, previous)
    found = all_findings(plan, period, intake, previous)
    findings, waivers = apply_waivers(found, intake.waivers, plan.trial_rules, period.meeting)
    intake = set_aside_duplicates(intake)
    merged = merge(intake, previous, plan)
    receipts_by_unit = receipts(plan, period, intake, merged, findings)
    judgement = judge(plan, period, merged, receipts_by_unit, findings, intake.inspections, previous, memory.remarks)
    frame = findings_frame(findings)
    broken = unreconciled(intake, merged)
    notices = (*memory.notices, *broken)
    book = Book(
        plan=plan,
        period=period,
        merged=merged,
        judgement=judgement,
        receipts=receipts_by_unit,
        files=intake.files,
        set_aside=intake.set_aside,
        findings=frame,
        waivers=waivers,
        previous=previous,
        summary=summary(period, receipts_by_unit, intake.files, frame, notices),
        front_page=tuple(front_page(plan, period, receipts_by_unit, judgement, previous)),
        briefing=briefing(plan, period, receipts_by_unit, judgement, previous),
    )
    return book, broken


def _written(settings: Settings, book: Book, intake: Intake, broken: Sequence[str]) -> Outcome:
    """The hop write: the folder in its place, or kept aside when its rows do not add up."""
    write = partial(write_all, book=book, intake=intake, workers=settings.workers)
    code = exit_code(book.receipts, book.files, book.findings)
    if broken:
        aside = keep_aside(settings.outputs, book.period.folder, write)
        said = f"行数对不上，结果没有发布，另存在：{aside}。请把这个文件夹交给工程师。"
        return Outcome(1, (*book.summary, said))
    earlier = [folder.path for folder in folders_of(settings.outputs, settings.meeting)]
    published = publish(settings.outputs, book.period.folder, write, earlier)
    complete = not book.findings["severity"].eq("错误").any()
    later = [day for day in earlier_meetings(settings.outputs) if day > settings.meeting]
    lines = (*book.summary, *next_steps(published, complete, later))
    return Outcome(code, lines)
