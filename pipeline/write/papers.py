"""The documents of a meeting, each in its place in the period's folder (contract §8)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.say.papers import KINDS, Kind
from pipeline.write.kit.official import write_papers
from pipeline.write.kit.privacy import Guard

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

FOLDER = "6-文书"


def path_of(kind: Kind, unit: str, label: str) -> Path:
    """Where a document lies, below the period's folder."""
    name = Path(f"{kind.name}_{label}.docx")
    if kind.top:
        return name
    return Path(FOLDER, kind.name, f"{unit}_{name}") if unit else Path(FOLDER, name)


def write_all_papers(folder: Path, meeting: Meeting) -> None:
    """Write every document that the meeting calls for; no number of a person and nothing secret in any."""
    guard = Guard(meeting.plan)
    for kind in KINDS:
        for unit, papers in kind.made(meeting).items():
            path = folder / path_of(kind, unit, meeting.period.label)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_papers(path, guard.record(papers))
