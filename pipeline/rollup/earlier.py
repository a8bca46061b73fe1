"""What the rollups before left behind: 历史 in their own workbooks, and no other store."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.history.folders import PeriodFolder, period_folders
from pipeline.history.opening import PreviousUnreadable, open_own, unreadable
from pipeline.history.readback import empty, read_table
from pipeline.history.state import sound_rows
from pipeline.intake.unreadable import Unreadable
from schemas.ledger import HISTORY

if TYPE_CHECKING:
    import pandas as pd

#: What a rollup's folder and its first workbook begin with.
FOLDER, UNITS_BOOK = "汇总_", "1-各区单位汇总"


def earlier_rollups(outputs: Path, meeting: date) -> "tuple[pd.DataFrame, list[str]]":
    """HISTORY of the meetings before `meeting`, one row = district × dimension × meeting, and notices in Chinese.

    From the latest rollup that can be read; one that cannot is passed over and named.
    """
    notices: list[str] = []
    for folder in reversed([f for f in period_folders(outputs, FOLDER) if f.meeting < meeting]):
        try:
            rows, spoilt = _history_in(folder)
        except PreviousUnreadable as error:
            notices += error.notices
            continue
        notices += spoilt
        earlier = rows.loc[[day < meeting for day in rows["meeting"]], list(HISTORY.names)]
        if len(earlier):
            return earlier.reset_index(drop=True), notices
    return empty(HISTORY), notices


def _history_in(folder: PeriodFolder) -> "tuple[pd.DataFrame, list[str]]":
    path = next(iter(sorted(folder.path.glob(f"{UNITS_BOOK}*.xlsx"))), folder.path / f"{UNITS_BOOK}.xlsx")
    what = f"{folder.label}汇总的“{path.name}”"
    try:
        table = read_table(open_own(path, what), HISTORY)
    except Unreadable as error:
        raise unreadable(what, error) from error
    if table is None:
        raise PreviousUnreadable(f"{what}里没有“{HISTORY.name}”表，没有沿用。")
    return sound_rows(table.rows, HISTORY, what)
