"""The periods' folders under outputs (contract §8)."""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

#: A period's folder; 新 is one that was written beside an open one (`publish.py`).
_FOLDER = re.compile(r"第(\d{2,})期_(\d{4}-\d{2}-\d{2})(?:_新(?:-(\d+))?)?")


@dataclass(frozen=True, order=True)
class PeriodFolder:
    """One finished period under outputs."""

    meeting: date
    number: int
    written_beside: int  # 0: the folder itself; n: its n-th 新
    path: Path

    @property
    def label(self) -> str:
        """As printed: 第03期."""
        return f"第{self.number:02d}期"


def period_folders(outputs: Path, prefix: str = "") -> list[PeriodFolder]:
    """Every period's folder, oldest meeting first; `.replaced` and whatever else lies there is left out.

    prefix: what its name begins with where it is not an office's own period but a rollup's.
    """
    if not outputs.is_dir():
        return []
    found = []
    for path in outputs.iterdir():
        match = _FOLDER.fullmatch(path.name.removeprefix(prefix))
        if match and path.name.startswith(prefix) and path.is_dir():
            with suppress(ValueError):  # 2023-02-31
                beside = int(match[3] or 1) if "_新" in path.name else 0
                found.append(PeriodFolder(date.fromisoformat(match[2]), int(match[1]), beside, path))
    return sorted(found)


def earlier_meetings(outputs: Path) -> list[date]:
    """The meetings that have a folder, oldest first, each once (`period_of` takes those before its own)."""
    return sorted({folder.meeting for folder in period_folders(outputs)})


def folders_of(outputs: Path, meeting: date, prefix: str = "") -> list[PeriodFolder]:
    """The folders of one meeting, the one to believe first: what was written beside is the newer."""
    return [folder for folder in reversed(period_folders(outputs, prefix)) if folder.meeting == meeting]
