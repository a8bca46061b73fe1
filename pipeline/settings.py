"""What a command was asked to do."""

import os
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from pathlib import Path


class MisuseError(Exception):
    """Asked for something that cannot be done; the message is one Chinese line. Exit code 2."""


#: Year, month and day with anything people put between them, or eight digits.
_DATE = re.compile(r"([12][0-9]{3})(?:[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})|([0-9]{2})([0-9]{2}))[日号]?")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-") | {ord("。"): ".", ord("、"): ".", ord("·"): "."}


def meeting_date(text: str) -> date | None:
    """A day as people type it: 2023-04-14, 2023/4/14, 2023.4.14, 20230414, 2023年4月14日 (contract §9).

    Full-width characters and stray spaces are allowed, as is 日 or 号 at the end; None for anything else.
    """
    shown = unicodedata.normalize("NFKC", text).translate(_DASHES)
    match = _DATE.fullmatch("".join(sign for sign in shown if unicodedata.category(sign)[0] not in "ZC"))
    if not match:
        return None
    try:
        return date(int(match[1]), int(match[2] or match[4]), int(match[3] or match[5]))
    except ValueError:  # 2023-02-30
        return None


@dataclass(frozen=True)
class Settings:
    """One run: the meeting date, the two folders, how many processes read, and on which cluster ("": on none)."""

    meeting: date
    inputs: Path
    outputs: Path
    workers: int
    engine: str = ""  # dask://HOST:PORT
    verbose: bool = False  # leave the workers' own noise on the terminal
    anyway: bool = False  # run also when the returns are of another meeting

    @classmethod
    def of(
        cls,
        meeting: date | None,
        inputs: Path,
        outputs: Path,
        workers: int | None = None,
        engine: str = "",
        verbose: bool = False,
        anyway: bool = False,
    ) -> "Settings":
        """Fill in the defaults: today, and one process a processor."""
        return cls(meeting or date.today(), inputs, outputs, workers or os.cpu_count() or 1, engine, verbose, anyway)
