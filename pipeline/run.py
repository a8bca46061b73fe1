"""The main job, in the order in which the data goes through the house; the file to read first.

find → read → check → merge → judge → write. Values in, values out: each hop is a function of what
the hops before it returned, and only the last one touches the disk (contract §1, §8, §9).
"""

import shutil
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pandas as pd

from pipeline.checks.returns import all_findings
from pipeline.checks.waivers import apply_waivers
from pipeline.intake.cluster import Cluster
from pipeline.intake.collect import take_in
from pipeline.intake.find import Received, find_files
from pipeline.intake.store import Content
from pipeline.intake.wrong_date import wrong_date
from pipeline.judge.as_before import with_last_texts
from pipeline.judge.item_changes import confirmed_changes
from pipeline.judge.lasting import bonus_at, delays_in_force, to_keep
from pipeline.judge.matters import answerable, answers_to_keep, due_answers
from pipeline.judge.merge import merge, receipts, set_aside_duplicates, unreconciled
from pipeline.meeting import Meeting, worked_out
from pipeline.memory.belongs import refuse_other_district, refuse_other_version
from pipeline.memory.evidence import evidence
from pipeline.memory.folders import PeriodFolder, numbers_held, replaced_by
from pipeline.memory.journal import log
from pipeline.memory.lineage import files_lineage, renamed_intake
from pipeline.memory.office_books import entries_in_force
from pipeline.memory.plan import PlanInForce, plan_in_force
from pipeline.memory.publish import digests_below, keep_aside, publish
from pipeline.memory.record import write_record
from pipeline.memory.replaced import (
    RETURNS_FOLDER,
    edited_papers,
    folder_replaced,
    kept_files,
    refuse_closed,
    what_it_said,
    with_kept,
)
from pipeline.memory.state import Memory, closed_before, recall, returns_seen
from pipeline.memory.turns import alone_on
from pipeline.records import Intake, MisuseError, Replaced, Settings
from pipeline.say.closing import (
    Outcome,
    exit_code,
    next_steps,
    own_faults,
    run_record,
    secret_lines,
    taken_over,
    what_changed,
)
from pipeline.write.ledger import write_ledger
from pipeline.write.matrix import write_matrices
from pipeline.write.papers import write_all_papers
from pipeline.write.returned import write_returned
from pipeline.write.scores import write_scores
from pipeline.write.slips import write_slips
from schemas.plan import Period, period_of
from schemas.words import Verdict

Progress = Callable[[int, int], None]
RETURNED_FOLDER = "4-退回修改"
SLIPS_FOLDER = "5-督办单"


def run(settings: Settings, progress: Progress | None = None) -> Outcome:
    """Turn the returns in `settings.inputs` into the period's folder under `settings.outputs`.

    progress(done, total) is called as files are read. Raises MisuseError or PlanError when nothing
    can be run (another run under way and a wrong date among them), OSError when the disk refuses;
    whatever is wrong with a return is a finding.
    """
    with alone_on(settings.outputs):
        replaced = folder_replaced(settings.outputs, settings.meeting)
        kept = kept_files(replaced)
        if not kept:
            _refuse_empty(settings.inputs)
        if replaced and not settings.anyway:
            refuse_closed(replaced)
        return _run_alone(settings, replaced, kept, progress)


def _run_alone(
    settings: Settings, replaced: PeriodFolder | None, kept: Sequence[Received], progress: Progress | None
) -> Outcome:
    received = with_kept(find_files(settings.inputs) if settings.inputs.is_dir() else [], kept)
    refuse_other_version(settings.outputs, settings.meeting)
    in_force = plan_in_force(received, settings.outputs, settings.meeting)
    if not settings.anyway:
        refuse_other_district(in_force)
    plan = in_force.plan
    held = numbers_held(settings.outputs)
    period = period_of(plan, settings.meeting, held)
    with ThreadPoolExecutor(1) as meanwhile:  # the reading itself goes on in other processes
        remembered = meanwhile.submit(recall, settings.outputs, settings.meeting, in_force)
        intake = take_in(
            received,
            in_force.reading,
            period,
            workers=settings.workers,
            seen_before=returns_seen(settings.outputs, settings.meeting),
            closed=closed_before(settings.outputs, period),
            progress=progress,
            verbose=settings.verbose,
            cluster=Cluster(settings.engine, settings.inputs) if settings.engine else None,
        )
    doubt = wrong_date(intake, period, list(held))
    if doubt and not settings.anyway:
        raise MisuseError(doubt)
    intake = renamed_intake(intake, files_lineage(in_force), in_force.last.units if in_force.last else ())
    before = what_it_said(replaced) if replaced else None
    doubts = evidence(settings.outputs, settings.meeting)
    meeting, intake = _judged(in_force, period, remembered.result(), intake, before, doubts)
    return _written(settings, meeting, intake, edited_papers(replaced))


def _refuse_empty(inputs: Path) -> None:
    if not inputs.is_dir():
        raise MisuseError(f"找不到来件文件夹“{inputs}”，请建好并放入各单位的填报表后再运行。")
    if not any(path.name != ".gitkeep" for path in inputs.iterdir()):
        raise MisuseError(f"来件文件夹“{inputs}”是空的，请放入各单位的填报表后再运行。")


def _judged(
    in_force: PlanInForce,
    period: Period,
    memory: Memory,
    intake: Intake,
    replaced: Replaced | None,
    doubts: tuple[str, ...] = (),
) -> tuple[Meeting, Intake]:
    """The hops check, merge and judge; the intake comes back without the rows that say the same twice."""
    plan, previous = in_force.plan, memory.previous
    intake, standing = entries_in_force(with_last_texts(intake, previous), memory, plan, period)
    office = standing.rows
    due = due_answers(office["matters"], previous, plan)
    kept = answers_to_keep(office["matters"], previous, plan)
    numbers = answerable(office["matters"], intake, previous, plan)
    found = all_findings(plan, period, intake, previous, office["inspections"], numbers)
    findings, waivers = apply_waivers(found, office["waivers"], plan.trial_rules, period.meeting)
    intake = set_aside_duplicates(intake)
    merged = merge(intake, previous, plan, confirmed_changes(plan, period.meeting).agreed, kept)
    meeting = Meeting(
        plan=plan,
        period=period,
        merged=merged,
        receipts=receipts(plan, period, intake, merged, findings),
        found=findings,
        inspections=office["inspections"],
        previous=previous,
        replaced=replaced,
        remarks=memory.remarks,
        earlier_remarks=memory.earlier_remarks,
        files=intake.files,
        set_aside=intake.set_aside,
        waivers=waivers,
        delays=delays_in_force(office["delays"], plan),
        bonus=bonus_at(office["bonus"], period.meeting, plan),
        matters=office["matters"],
        due=due,
        books=to_keep(standing, plan),
        notices=(
            *(*own_faults("读", intake.faults), *in_force.notices, *memory.notices, *doubts),
            *(*standing.notices, *unreconciled(intake, merged)),
        ),
        book=in_force.book,
        plan_before=in_force.before,
        named=in_force.named,
    )
    return worked_out(meeting), intake


def _written(settings: Settings, meeting: Meeting, intake: Intake, edited: Mapping[str, bytes]) -> Outcome:
    """The hop write: the folder in its place, or kept aside when its rows do not add up."""
    not_marked: dict[str, str] = {}
    write = partial(
        write_all,
        meeting=meeting,
        intake=intake,
        workers=settings.workers,
        on_faults=not_marked.update,
        edited=edited,
    )
    code = exit_code(meeting.receipts, meeting.files, meeting.findings)
    if unreconciled(intake, meeting.merged):
        aside = keep_aside(settings.outputs, meeting.period.folder, write)
        said = f"行数对不上，结果没有发布，另存在：{aside}。请把这个文件夹交给工程师。"
        return Outcome(1, (*secret_lines(meeting.findings), *meeting.summary, said))
    earlier = replaced_by(settings.outputs, settings.meeting)
    published = publish(settings.outputs, meeting.period.folder, write, earlier, leave_same=True)
    logged = log(settings.outputs, settings.command, published.folder)
    complete = not meeting.findings["severity"].eq("错误").any()
    later = [day for day in numbers_held(settings.outputs) if day > settings.meeting]
    rerun = () if published.unchanged else what_changed(meeting.replaced, meeting.changed_by_rerun)
    facts = (*secret_lines(meeting.findings), *meeting.summary, *taken_over(meeting.files), *rerun)
    lines = (*facts, *own_faults("标注", not_marked), *next_steps(published, complete, later), *logged)
    return Outcome(max(code, bool(not_marked)), lines, (*intake.faults.values(), *not_marked.values()))


def write_all(
    folder: Path,
    *,
    meeting: Meeting,
    intake: Intake,
    workers: int,
    on_faults: Callable[[dict[str, str]], None],
    edited: Mapping[str, bytes],
) -> None:
    """Fill the empty `folder` with everything that the run has to show.

    on_faults: told what `write_returned` returns; edited: place → a document that people changed (`edited_papers`).
    """
    label = meeting.period.label
    with ThreadPoolExecutor(1) as meanwhile:  # the marking itself goes on in other processes
        returned = meanwhile.submit(write_returned, _made(folder / RETURNED_FOLDER), meeting, intake, workers)
        states = write_matrices(folder, meeting)
        write_scores(folder / f"2-评分表_{label}.xlsx", meeting)
        write_ledger(folder / f"3-红黄绿督办台账_{label}.xlsx", meeting)
        write_slips(_made(folder / SLIPS_FOLDER), meeting)
    on_faults(returned.result())
    write_all_papers(folder, meeting)
    for place, data in edited.items():
        (folder / place).parent.mkdir(parents=True, exist_ok=True)
        (folder / place).write_bytes(data)
    _keep_returns(_made(folder / RETURNS_FOLDER), meeting.files, intake.contents)
    written = digests_below(folder)
    closed = bool(meeting.replaced and meeting.replaced.closed)
    facts = (meeting.plan, meeting.period, meeting.files, meeting.receipts, meeting.findings)
    write_record(folder, run_record(*facts, written, closed, states, meeting.previous))


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _keep_returns(folder: Path, files: pd.DataFrame, contents: Mapping[str, Content]) -> None:
    """The returns used, byte for byte, under the names that the trace in the workbooks links to."""
    adopted = files[files["verdict"] == Verdict.ADOPTED]
    for file, archive in zip(adopted["file"], adopted["archive"], strict=True):
        shutil.copyfile(contents[file].path, folder / archive)
