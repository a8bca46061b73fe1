"""How a unit of the samples behaves, and how far that has brought an item or a system."""

import random
from dataclasses import dataclass
from datetime import date

from schemas.plan import Period, Plan
from schemas.vocabulary import Dimension

#: Readiness (0 to 1) at which a dimension leaves 未到位, and at which it is 到位. An item counts as
#: 进驻 only after everything it rests on, so that a correct return raises no suspicion.
STARTED = {Dimension.WINDOW: 0.28, Dimension.STAFF: 0.2, Dimension.AUTHORITY: 0.24, Dimension.STEP: 0.28,
           Dimension.ITEM: 0.28, Dimension.SYSTEM: 0.4, Dimension.ONE_ID: 0.6}  # fmt: skip
DONE = {Dimension.WINDOW: 0.28, Dimension.STAFF: 0.42, Dimension.AUTHORITY: 0.46, Dimension.STEP: 0.5,
        Dimension.ITEM: 0.55, Dimension.SYSTEM: 0.62, Dimension.ONE_ID: 0.85}  # fmt: skip
_SPREAD = 0.8  # between a unit's first item and its last
_FALLEN = 0.48  # readiness after a setback: everything but 人员 and 授权 is under way again


@dataclass(frozen=True)
class Nature:
    """A unit's ways. Shares are 0 to 1, of its items.

    progress: how far its work has come; hollow: items shown as 进驻 although the rest lags behind;
    setbacks: items that fall back in a period; blank_codes: items sent without 事项编码;
    diligent: tasks and problems are done by their dates; copied: texts repeat word for word.
    """

    progress: float
    hollow: float = 0.0
    setbacks: float = 0.0
    blank_codes: float = 0.0
    diligent: bool = True
    copied: bool = False


@dataclass(frozen=True)
class Scene:
    """Where and when: the plan, the period, the seed, and the unit's position in the plan (0-based)."""

    plan: Plan
    period: Period
    seed: int
    position: int

    def luck(self, *what: object) -> random.Random:
        """Random numbers of their own for `what`, the same in every period."""
        return random.Random(f"{self.seed}/{self.plan.units[self.position].id}/{'/'.join(map(str, what))}")

    @property
    def today(self) -> date:
        """The day on which the return is filled in: one to three days before the cut-off."""
        return date.fromordinal(self.period.cutoff.toordinal() - 1 - self.position % 3)

    def deadline(self, dimension: Dimension) -> date | None:
        """The deadline of a dimension in the plan."""
        return next(entry.deadline for entry in self.plan.dimensions if entry.dimension is dimension)

    def overdue(self, dimension: Dimension) -> bool:
        """Whether the dimension's deadline has passed at the meeting."""
        deadline = self.deadline(dimension)
        return deadline is not None and deadline < self.period.meeting


def readiness(scene: Scene, nature: Nature, luck: float, *what: object) -> float:
    """How far one thing has come, 0 to 1; `luck` tells the unit's things apart, `what` names it."""
    ready = min(1.0, max(0.0, nature.progress + (0.5 - luck) * _SPREAD))
    if nature.setbacks and scene.luck("setback", scene.period.number, *what).random() < nature.setbacks:
        ready = min(ready, _FALLEN)
    return max(ready, DONE[Dimension.ITEM]) if scene.overdue(Dimension.ITEM) else ready


def stage(scene: Scene, dimension: Dimension, ready: float) -> int:
    """0 未到位, 1 under way, 2 到位. After its deadline a correct return has nothing open."""
    if scene.overdue(dimension):
        return 2
    return 2 if ready >= DONE[dimension] else int(ready >= STARTED[dimension])


def pace(plan: Plan, day: date) -> float:
    """The progress that a diligent office has made by `day`: 0.45 at the start, 1 at the last deadline."""
    last = max(entry.deadline for entry in plan.dimensions if entry.deadline)
    share = (day - plan.start).days / (last - plan.start).days
    return 0.45 + 0.55 * min(1.0, max(0.0, share))
