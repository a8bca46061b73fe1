"""The folder that a run replaces: what it was, and the returns and office books that it kept (contract §8).

A run for a meeting that has results already goes on from them. What lies in inputs always comes first; the
kept files only fill what is missing there, under the names under which they once lay in inputs.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.intake.disk import patiently
from pipeline.intake.find import Received, find_files, office_file
from pipeline.memory.folders import PeriodFolder, folders_of
from schemas.words import Verdict

RECORD_FILE = "运行记录.json"
RETURNS_FOLDER = "来件"


def folder_replaced(outputs: Path, meeting: date) -> PeriodFolder | None:
    """The folder whose place a run of `meeting` takes, the one to believe of several; None for a first run."""
    return next(iter(folders_of(outputs, meeting)), None)


def kept_files(folder: PeriodFolder) -> tuple[Received, ...]:
    """What the run that wrote `folder` adopted, of units and of the office, as it lies in its 来件.

    Each under its name in the inputs of that run (`Received.name`; by its bytes in 运行记录.json, else its own),
    ordered by name. A file whose bytes the record does not know was put there by hand and counts all the same.
    """
    returns = folder.path / RETURNS_FOLDER
    names = _names(record_of(folder.path))
    kept = find_files(returns) if returns.is_dir() else []
    return tuple(sorted((_as_it_lay(file, names) for file in kept), key=lambda file: file.name))


def _as_it_lay(file: Received, names: Mapping[str, str]) -> Received:
    name = names.get(file.sha256, file.name)
    return replace(file, name=name, office=office_file(name))


def record_of(folder: Path) -> dict[str, Any]:
    """运行记录.json of a period's folder; {} where it is gone or damaged."""
    try:
        record = json.loads(patiently((folder / RECORD_FILE).read_bytes))
    except (OSError, ValueError):
        return {}
    return record if isinstance(record, dict) else {}


def _names(record: Mapping[str, Any]) -> dict[str, str]:
    """sha256 → name in inputs, of what was adopted."""
    inputs = record.get("inputs")
    entries = [entry for entry in inputs if isinstance(entry, dict)] if isinstance(inputs, list) else []
    adopted = [entry for entry in entries if entry.get("verdict") == Verdict.ADOPTED]
    return {str(entry.get("sha256")): str(entry.get("name")) for entry in reversed(adopted)}
