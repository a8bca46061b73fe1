"""`yjbj check`: the findings of single files, whoever sent them and for whichever period (contract §9)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.checks.returns import all_findings
from pipeline.checks.waivers import apply_waivers
from pipeline.findings import Finding, findings_frame
from pipeline.intake.collect import take_in
from pipeline.intake.find import Received, read_named
from pipeline.memory.folders import numbers_held
from pipeline.memory.plan import plan_for
from pipeline.records import Intake, Settings
from pipeline.say.closing import Outcome, secret_lines
from pipeline.write.returned import mark_one
from schemas.plan import Period, Plan, period_of
from schemas.words import Severity, Verdict

MARKED_FOLDER = "退回修改"


def check_files(settings: Settings, files: Sequence[Path], dated: bool, mark: bool) -> Outcome:
    """The findings of each file, one a line; with `mark`, annotated copies in ./退回修改 too.

    dated: the meeting date was asked for; otherwise each return is judged at the meeting on its cover.
    Exit code 1 when a file cannot be used or an 错误 stands in one, else 0.
    """
    plan = plan_for(settings.inputs, settings.outputs, settings.meeting).plan
    period = period_of(plan, settings.meeting, numbers_held(settings.outputs))
    lines: list[str] = []
    secrets: list[str] = []
    details: list[str] = []
    failed = False
    for received in read_named(files):
        intake = take_in([received], plan, period, workers=1, seen_before=None, verbose=settings.verbose)
        found = _findings(plan, period if dated else _as_on_cover(period, intake), intake)
        failed |= _unusable(intake) or any(entry.severity is Severity.ERROR for entry in found)
        details += intake.faults.values()
        secrets += secret_lines(findings_frame(found))
        lines += [_heading(received, intake, found), *(_line(entry) for entry in found)]
        if mark and received.name in intake.contents:
            path = mark_one(Path.cwd() / MARKED_FOLDER, plan, period, intake, findings_frame(found))
            lines.append(f"  标注好的副本：{path}")
    return Outcome(int(failed), (*secrets, *lines), tuple(details))


def _findings(plan: Plan, period: Period, intake: Intake) -> list[Finding]:
    found = all_findings(plan, period, intake, None)
    return list(apply_waivers(found, intake.office["waivers"], plan.trial_rules, period.meeting)[0])


def _as_on_cover(period: Period, intake: Intake) -> Period:
    """The period that the return itself states, as far as it does."""
    for number, meeting in zip(intake.covers["period"], intake.covers["meeting"], strict=True):
        period = replace(
            period,
            number=number if isinstance(number, int) else period.number,
            meeting=meeting if isinstance(meeting, date) else period.meeting,
        )
    return period


def _unusable(intake: Intake) -> bool:
    return bool((intake.files["verdict"] != Verdict.ADOPTED).any())


def _heading(received: Received, intake: Intake, found: Sequence[Finding]) -> str:
    unit, verdict, note = (str(intake.files.at[0, name]) for name in ("unit", "verdict", "reason"))
    counts = "、".join(
        f"{level} {sum(entry.count for entry in found if entry.severity is level)}" for level in Severity
    )
    whose, reason = f"{unit}，" if unit else "", f"：{note}" if note else ""
    return f"{received.name}（{whose}{verdict}{reason}）{counts}"


def _line(entry: Finding) -> str:
    where = " ".join(part for part in (entry.place.sheet, entry.place.cell) if part)
    return f"  [{entry.severity}] {entry.code} {where}：{entry.problem}。{entry.remedy}。".replace(" ：", "：")
