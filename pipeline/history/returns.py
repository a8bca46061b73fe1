"""Which returns were used at earlier meetings: the same bytes are not a return of this period."""

import hashlib
import json
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.history.folders import period_folders
from schemas.vocabulary import Verdict

RECORD_FILE = "运行记录.json"
RETURNS_FOLDER = "来件"


def returns_seen(outputs: Path, meeting: date) -> dict[str, str]:
    """sha256 of every return used at an earlier meeting → label of the first period that used it.

    From 运行记录.json; where that is damaged or gone, from the copies in 来件/.
    """
    seen: dict[str, str] = {}
    for folder in period_folders(outputs):
        if folder.meeting < meeting:
            digests = _recorded(folder.path / RECORD_FILE)
            for digest in _copies(folder.path / RETURNS_FOLDER) if digests is None else digests:
                seen.setdefault(digest, folder.label)
    return seen


def _recorded(path: Path) -> list[str] | None:
    """Digests of the units' adopted returns; the office's own workbooks rightly stay the same for long."""
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return [
            str(entry["sha256"]) for entry in record["inputs"] if entry["verdict"] == Verdict.ADOPTED and entry["unit"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _copies(folder: Path) -> list[str]:
    paths = sorted(path for path in folder.glob("**/*") if path.is_file()) if folder.is_dir() else []
    return [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
