"""What a rerun of a meeting changed against the run that it replaces (contract §8)."""

from collections.abc import Iterator
from datetime import date

import pandas as pd

from pipeline.records import Replaced
from schemas.tables import RANK_PART, RECEIPT_PART, RERUN, SCORE_PART

_NONE = "无"

#: (unit, part) → what is printed of it.
_Figures = dict[tuple[str, str], str]


def differences(history: pd.DataFrame, replaced: Replaced | None, meeting: date) -> pd.DataFrame:
    """RERUN; one row = one figure that is another now: plan order, units that are gone last.

    history: HISTORY with this meeting's rows; no rows on a first run, or where the replaced one could not be read.
    """
    rows: list[tuple[str, str, str, str]] = []
    if replaced and not replaced.doubt:
        now = dict(_figures(history[history["meeting"] == meeting]))
        before = dict(_figures(replaced.history))
        for unit, part in dict.fromkeys((*now, *before)):
            shown = before.get((unit, part), _NONE), now.get((unit, part), _NONE)
            if shown[0] != shown[1]:
                rows.append((unit, part, *shown))
    return pd.DataFrame(rows, columns=list(RERUN.names), dtype=object)


def _figures(history: pd.DataFrame) -> Iterator[tuple[tuple[str, str], str]]:
    """Receipt, score and rank of every unit, and its lights; history: HISTORY of one meeting."""
    names = ("unit", "dimension", "light", "score", "rank", "receipt")
    for unit, dimension, light, score, rank, receipt in zip(*(history[name] for name in names), strict=True):
        yield (unit, RECEIPT_PART), str(receipt)
        yield (unit, SCORE_PART), _NONE if pd.isna(score) else f"{float(score):.2f}"
        yield (unit, RANK_PART), _NONE if pd.isna(rank) else f"{int(rank)}"
        yield (unit, f"{dimension}灯"), str(light)


def written(found: pd.DataFrame, replaced: Replaced | None) -> pd.DataFrame:
    """What 重跑差异 shows: the differences of this run, and where it has none, those that stand there already.

    So a run that changes nothing gives the same workbook again, and what an earlier rerun changed is not forgotten.
    """
    return replaced.differences if replaced and not len(found) else found
