"""The few figures of the first page, counted from what the run found; nothing is written here.

到位率 is over the scored dimensions of all units: Σ 到位 ÷ Σ 适用, so that a unit with many items
weighs more than one with few.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.history import NEVER, Silence
from schemas.plan import Plan
from schemas.words import Light, Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

NEVER_REPORTED = Receipt.NEVER.value
RETURNED = (Receipt.ON_TIME, Receipt.LATE, Receipt.ZERO)


@dataclass(frozen=True)
class Standing:
    """How all units stand at one meeting. rates: share of 1; None where nothing is applicable."""

    number: int
    meeting: date
    rate: float | None
    by_dimension: dict[str, tuple[int, int]]  # dimension → (done, applicable)
    by_unit: dict[str, float | None]
    red_cells: int  # unit × dimension
    yellow_cells: int
    mean_score: float | None


def standings(meeting: Meeting) -> tuple[Standing, ...]:
    """One standing a period, oldest first, this meeting's last."""
    history = meeting.history
    numbers = sorted({int(number) for number in history["period"]})
    return tuple(_standing(meeting.plan, number, history[history["period"] == number]) for number in numbers)


def _standing(plan: Plan, number: int, rows: pd.DataFrame) -> Standing:
    scored = {str(entry.dimension) for entry in plan.dimensions if entry.scored}
    by_dimension = {str(entry.dimension): (0, 0) for entry in plan.dimensions}
    by_unit: dict[str, tuple[int, int]] = {unit.name: (0, 0) for unit in plan.units}
    scores: dict[str, float] = {}
    columns = (rows[name] for name in ("unit", "dimension", "done", "applicable", "score", "rank"))
    for unit, dimension, done, applicable, score, rank in zip(*columns, strict=True):
        if dimension not in by_dimension or unit not in by_unit:
            continue  # the plan of that time had others
        by_dimension[dimension] = _plus(by_dimension[dimension], done, applicable)
        if dimension in scored:
            by_unit[unit] = _plus(by_unit[unit], done, applicable)
        if not is_blank(score) and not is_blank(rank):
            scores[unit] = float(score)
    lights = rows["light"].value_counts()
    return Standing(
        number=number,
        meeting=rows["meeting"].iloc[0],
        rate=_share(by_dimension[name] for name in scored),
        by_dimension=by_dimension,
        by_unit={unit: _share([counts]) for unit, counts in by_unit.items()},
        red_cells=int(lights.get(str(Light.RED), 0)),
        yellow_cells=int(lights.get(str(Light.YELLOW), 0)),
        mean_score=fmean(scores.values()) if scores else None,
    )


def is_blank(value: object) -> bool:
    """Whether a cell of a frame holds nothing."""
    return value is None or value != value  # noqa: PLR0124 - NaN alone differs from itself


def _plus(counts: tuple[int, int], done: object, applicable: object) -> tuple[int, int]:
    return counts[0] + int(done or 0), counts[1] + int(applicable or 0)  # type: ignore[call-overload]


def _share(counts: Iterable[tuple[int, int]]) -> float | None:
    pairs = list(counts)
    total = sum(applicable for _, applicable in pairs)
    return sum(done for done, _ in pairs) / total if total else None


def returned(meeting: Meeting) -> int:
    """Units whose return of this period is in: 按时, 迟报, 零报告."""
    return int(meeting.receipts["receipt"].isin(RETURNED).sum())


def overdue(rows: pd.DataFrame) -> int:
    """Rows of a list whose reason says 逾期."""
    return int(rows["reason"].fillna("").str.contains("逾期").sum()) if len(rows) else 0


def mean_score(meeting: Meeting) -> float:
    """Mean of the scores of the units that are ranked; 0 where none is."""
    ranking = meeting.ranking
    scores = ranking.loc[ranking["rank"].notna(), "score"].dropna()
    return fmean(map(float, scores)) if len(scores) else 0.0


def reds(rows: pd.DataFrame) -> int:
    """Rows of a list with a 红."""
    return int((rows["light"] == Light.RED).sum())


LATE = "将逾期"
_FEW = 5


def forecast_late(record: Mapping[str, Any]) -> bool:
    """Whether a light is 绿 and will not hold at the pace of the last meetings; record: one row of 单位汇总."""
    words = str(record.get("forecast") or "")
    never = words == NEVER and not is_blank(record.get("deadline"))
    return record["light"] == Light.GREEN and (never or words.startswith(f"{Light.YELLOW}："))


def cell_text(record: Mapping[str, Any], unlisted: int = 0, silent: int = 0) -> str:
    """What a cell says: 红 3/5 60% ↑; 绿 3/4 将逾期; 灰 无适用事项; 灰 未报送; 黄 3/5 60% 2期未报.

    record: one row of 单位汇总; unlisted: items of the unit without a row, which the rate counts; silent: for how
    many meetings running it has sent nothing. Of fewer than five items no percentage is said.
    """
    light, applicable, rate, before = (record[n] for n in ("light", "applicable", "rate", "rate_before"))
    late = f" {LATE}" if forecast_late(record) else ""
    said = f"{late} {silent}期未报" if silent else late
    total = int(applicable or 0) + unlisted
    if not total:
        nothing = NEVER_REPORTED if record.get("reason") == NEVER_REPORTED else "无适用事项"
        return f"{light} {nothing}{said}"
    shown = f" {_percent(rate)}" if total >= _FEW else ""
    return f"{light} {record['done']}/{total}{shown}{'' if silent else _arrow(rate, before)}{said}"


def receipt_text(receipt: str, silence: Silence | None) -> str:
    """报送状态 on the board: 按时; 沿用第02期，2期未报; 未报送，3期未报."""
    if silence is None:
        return receipt
    whose = f"沿用第{silence.period:02d}期" if silence.period else receipt
    return f"{whose}，{silence.meetings}期未报"


def trend(rates: Sequence[float | None]) -> str:
    """The rates of the last periods, oldest first: 25% → 46% → 71%; a dash where nothing was applicable."""
    if all(rate is None for rate in rates):
        return ""
    return " → ".join("—" if rate is None else _percent(rate) for rate in rates)


def _percent(rate: float) -> str:
    shown = int(rate * 100 + 0.5)
    return f"{99 if shown == 100 and rate < 1 else shown}%"  # 100% is said only of what is done


def _arrow(rate: float, before: float | None) -> str:
    if before is None or before != before:  # noqa: PLR0124 - NaN alone differs from itself
        return ""
    change = round(rate - before, 9)
    return f" {'↑' if change > 0 else '↓' if change < 0 else '→'}"
