"""运行记录.json of a period's folder, read back: what came in, what became of it, and whether the meeting is over.

Written by `say/closing.py`; a person may have damaged it, or a version of this program before it may lack a part.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.intake.disk import patiently
from pipeline.memory.folders import RECORD_FILE
from pipeline.say.closing import CLOSED, PURGED, record_text
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

    digest: of what the run itself wrote, so that closing a meeting or purging it changes nothing. version, edition:
    of the program, and of the tables that it keeps (`schemas.tables.STATE_EDITION`; 0 where it does not say).
    outputs: path → sha256 as written; purged: the same since `yjbj purge`. state: matrix workbook → digest of its
    state. previous: (会议日期, digest) of the record that it goes on from.
    """

    inputs: tuple[Entry, ...]
    closed: bool
    digest: str = ""
    version: str = ""
    edition: int = 0
    outputs: Mapping[str, str] = field(default_factory=dict)
    purged: Mapping[str, str] = field(default_factory=dict)
    state: Mapping[str, str] = field(default_factory=dict)
    previous: tuple[str, str] | None = None


def read_record(folder: Path) -> Record | None:
    """The record of a period's folder; None where it is gone or damaged."""
    try:
        record = _loaded(folder)
        names = ("sha256", "unit", "verdict")
        entries = tuple(Entry(str(e.get("name", "")), *(str(e[name]) for name in names)) for e in record["inputs"])
        before = record.get("previous")
        return Record(
            entries,
            record.get(CLOSED) is True,
            _digest(record),
            str(record.get("version", "")),
            int(record.get("schema", 0)),
            _texts(record, "outputs"),
            _texts(record, PURGED),
            _texts(record, "state"),
            (str(before["meeting"]), str(before["sha256"])) if before else None,
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _texts(record: Mapping[str, Any], name: str) -> dict[str, str]:
    return {str(path): str(digest) for path, digest in record.get(name, {}).items()}


def _digest(record: Mapping[str, Any]) -> str:
    as_written = {name: part for name, part in record.items() if name not in (CLOSED, PURGED)}
    return hashlib.sha256(record_text(as_written).encode()).hexdigest()


def _loaded(folder: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(patiently((folder / RECORD_FILE).read_bytes))
    return record


def write_record(folder: Path, text: str) -> None:
    """Write the record, with the same line ends on every system; whole or not at all. Raises OSError."""
    path = folder / RECORD_FILE
    aside = path.with_name(f".{RECORD_FILE}")
    aside.write_text(text, encoding="utf-8", newline="\n")
    patiently(lambda: aside.replace(path))


def note_closed(folder: Path) -> None:
    """Write into the record that the meeting is over. Raises OSError."""
    write_record(folder, record_text(_loaded(folder) | {CLOSED: True}))


def note_purged(folder: Path, digests: Mapping[str, str]) -> None:
    """Write into the record what the purged files are now: path → sha256, "" where it is gone. Raises OSError."""
    record = _loaded(folder)
    write_record(folder, record_text(record | {PURGED: {**_texts(record, PURGED), **digests}}))
