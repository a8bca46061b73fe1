"""Whether the meeting date of a run can be right, by what the returns say of themselves (contract §9).

A date that was typed wrongly, or not typed, makes a period that never was, and the next one goes on
from it. So before anything is judged the returns are asked, one voice a unit: its adopted return, or
where none is of this period, the newest of its others. How the contract's clauses are read:

- No return of this period and some of another: no unit's return was adopted and at least one was
  set aside as another period's. Without any return (a first try, an empty folder) nothing is wrong.
- Returns name another 会议日期 (on the cover, else in `_模板`): more of them name one other date
  than name this one, and no more are silent about it. A few that name another, among many, are
  told so each for itself. What was set aside counts too, unless it names a meeting before this one
  that has its results: last fortnight's returns, still lying in inputs, prove nothing. Nor does what
  names the meeting before, where that is closed: it counts now. What an earlier run kept is not asked.
- This 会议日期 with another 期次: more than half of the voices say so, with one and the same number.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipeline.records import Intake
from schemas.plan import Period
from schemas.words import Verdict

Said = TypeVar("Said", bound=Hashable)


@dataclass(frozen=True)
class Voice:
    """What one unit's return states. adopted: it was taken for one of this period."""

    adopted: bool
    meeting: date | None
    number: int | None
    late: bool = False


def wrong_date(intake: Intake, period: Period, held: Sequence[date]) -> str | None:
    """One Chinese line when the date must be taken to be wrong, and what it may be; None when all is well.

    held: the meetings that have results under outputs.
    """
    said = doubt(_voices(intake), period, held)
    if said is None:
        return None
    return f"{said}。没有汇总，什么也没有写；确实要按 {period.meeting} 汇总的，请加 --anyway。"


def doubt(voices: Sequence[Voice], period: Period, held: Sequence[date]) -> str | None:
    """The reason to take the date of `period` to be wrong, by the clauses above; None for none."""
    return _none_of_this(voices, period) or _other_date(voices, period, held) or _other_number(voices, period)


def _none_of_this(voices: Sequence[Voice], period: Period) -> str | None:
    if not voices or any(voice.adopted for voice in voices):
        return None
    meeting, _ = _most([voice.meeting for voice in voices if voice.meeting != period.meeting])
    number, _ = _most([voice.number for voice in voices])
    stated = f"会议日期 {meeting}" if meeting else f"第{number:02d}期" if number else "更早的填报日期"
    advice = _advice(meeting) if meeting else "请核对会议日期"
    return f"来件没有一份是{period.label}（会议日期 {period.meeting}）的，写的是{stated}：日期大概写错了，{advice}"


def _other_date(voices: Sequence[Voice], period: Period, held: Sequence[date]) -> str | None:
    past = {day for day in held if day < period.meeting}
    known = [voice for voice in voices if not voice.late]
    asked = [voice.meeting for voice in known if voice.adopted or voice.meeting not in {None, *past}]
    other, votes = _most([meeting for meeting in asked if meeting != period.meeting])
    if other is None or votes <= asked.count(period.meeting) or votes < asked.count(None):
        return None
    return f"有 {votes} 份来件写的会议日期是 {other}，不是 {period.meeting}：日期大概写错了，{_advice(other)}"


def _other_number(voices: Sequence[Voice], period: Period) -> str | None:
    numbers = [voice.number for voice in voices if voice.meeting == period.meeting]
    number, votes = _most([number for number in numbers if number != period.number])
    if number is None or 2 * votes <= len(voices):
        return None
    return (
        f"来件多数写的是会议日期 {period.meeting}、第{number:02d}期，按 outputs 里已有的结果却是{period.label}："
        "以前各期的结果大概不在这个 outputs 里，请放回或用 --outputs 指明后重新运行"
    )


def _advice(meeting: date) -> str:
    return f"请加 --meeting {meeting} 重新运行"


def _most(said: Iterable[Said | None]) -> tuple[Said | None, int]:
    """What is said most often, of equals the greatest, and how often; (None, 0) when nothing is."""
    counts = Counter(one for one in said if one is not None)
    return max(counts.items(), key=lambda pair: (pair[1], pair[0]), default=(None, 0))


def _voices(intake: Intake) -> list[Voice]:
    """One voice a unit, of the files in inputs that were read as returns."""
    files = intake.files[~intake.files["kept"].astype(bool)]
    adopted = files["verdict"].eq(Verdict.ADOPTED)
    returns = files[files["unit"].ne("") & (adopted | files["of_another_period"].eq(True))]
    newest: dict[str, tuple[tuple[bool, date], Voice]] = {}
    names = ("unit", "verdict", "filled_on", "meeting", "period", "late")
    for unit, verdict, filled_on, meeting, number, late in zip(*(returns[name] for name in names), strict=True):
        voice = Voice(verdict == Verdict.ADOPTED, meeting, number, late)
        rank = (voice.adopted, filled_on or date.min)
        if unit not in newest or rank > newest[unit][0]:
            newest[unit] = (rank, voice)
    return [voice for _, voice in newest.values()]
