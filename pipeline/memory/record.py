"""运行记录.json of a period's folder, read back: what came in, what became of it, and whether the meeting is over.

Written by `say/closing.py`; a person may have damaged it, or a version of this program before it may lack a part.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.intake.disk import patiently
from pipeline.memory.folders import RECORD_FILE
from pipeline.say.closing import CLOSED, record_text
from schemas.words import Verdict


@dataclass(frozen=True)
class Entry:
    """One file that lay in inputs; unit: "" where it was of none."""

    name: str
    sha256: str
    unit: str
    verdict: str

    @property
    def adopted(self) -> bool:
        """Whether its rows were used."""
        return self.verdict == Verdict.ADOPTED


@dataclass(frozen=True)
class Record:
    """What the run wrote down. closed: the meeting is over and takes no more runs (contract §9).

    outputs: path in the folder → sha256 of what the run wrote; empty where an earlier version did not note it.
    """

    inputs: tuple[Entry, ...]
    closed: bool
    outputs: Mapping[str, str] = field(default_factory=dict)


def read_record(folder: Path) -> Record | None:
    """The record of a period's folder; None where it is gone or damaged."""
    try:
        record = _loaded(folder)
        names = ("sha256", "unit", "verdict")
        entries = tuple(Entry(str(e.get("name", "")), *(str(e[name]) for name in names)) for e in record["inputs"])
        outputs = {str(path): str(digest) for path, digest in record.get("outputs", {}).items()}
        return Record(entries, record.get(CLOSED) is True, outputs)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _loaded(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(patiently((folder / RECORD_FILE).read_bytes))
    return record


def note_closed(folder: Path) -> None:
    """Write into the record that the meeting is over; whole or not at all. Raises OSError."""
    path = folder / RECORD_FILE
    aside = path.with_name(f".{RECORD_FILE}")
    aside.write_text(record_text(_loaded(folder) | {CLOSED: True}), encoding="utf-8")
    patiently(lambda: aside.replace(path))
