"""What a command was asked to do."""

import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class MisuseError(Exception):
    """Asked for something that cannot be done; the message is one Chinese line. Exit code 2."""


@dataclass(frozen=True)
class Settings:
    """One run: the meeting date, the two folders, how many processes read, and on which cluster ("": on none)."""

    meeting: date
    inputs: Path
    outputs: Path
    workers: int
    engine: str = ""  # dask://HOST:PORT
    verbose: bool = False  # leave the workers' own noise on the terminal

    @classmethod
    def of(
        cls,
        meeting: date | None,
        inputs: Path,
        outputs: Path,
        workers: int | None = None,
        engine: str = "",
        verbose: bool = False,
    ) -> "Settings":
        """Fill in the defaults: today, and one process a processor."""
        return cls(meeting or date.today(), inputs, outputs, workers or os.cpu_count() or 1, engine, verbose)
