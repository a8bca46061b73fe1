"""The memory of the biweekly loop: earlier periods' own workbooks, and no other store (contract §8).

folders: which periods there are · state: what the latest of them left behind · remarks: what people
wrote into the ledger · returns: which returns were used already.
"""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.history.folders import earlier_meetings
from pipeline.history.opening import PreviousUnreadable
from pipeline.history.remarks import remarks_for
from pipeline.history.returns import returns_seen
from pipeline.history.state import read_previous
from pipeline.records import Previous

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Memory", "PreviousUnreadable", "earlier_meetings", "read_previous", "recall", "returns_seen"]


@dataclass(frozen=True)
class Memory:
    """What a run knows of the meetings before its own.

    previous: the latest readable period, None for a first one. remarks: what people wrote into the
    ledger of the period before, and into the one that this run replaces (REMARKS_LOST columns).
    notices: Chinese sentences about what was damaged or changed by hand.
    """

    previous: Previous | None
    remarks: "pd.DataFrame"
    notices: tuple[str, ...]


def recall(outputs: Path, meeting: date) -> Memory:
    """Everything that lies under `outputs` about the meetings before `meeting`; never raises for damage.

    When earlier periods exist and none of them can be read, the run goes on as a first one, and the
    notices say so.
    """
    remarks, about_remarks = remarks_for(outputs, meeting)
    try:
        previous = read_previous(outputs, meeting)
    except PreviousUnreadable as error:
        return Memory(None, remarks, (*error.notices, *about_remarks))
    if previous is None:
        return Memory(None, remarks, about_remarks)
    notices = (*previous.notices, *about_remarks)
    return Memory(replace(previous, remarks=remarks, notices=notices), remarks, notices)
