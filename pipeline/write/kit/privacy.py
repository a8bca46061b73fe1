"""What circulates holds no number of a person and nothing of a secret (contract §8, 3).

The ledger goes to leaders and to every unit, a slip to the units it names. A `Document` that is
opened with a `Guard` shows every text through it, wherever it is put; `schemas.private` decides.
"""

from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar, cast

from schemas.plan import Plan
from schemas.private import fit_to_circulate

_T = TypeVar("_T")
_FEWEST_FIGURES = 10**9  # a whole number of fewer figures than a mobile's is none


class Guard:
    """Shows texts as everybody may see them; the plan's own telephone number is everybody's."""

    def __init__(self, plan: Plan) -> None:
        spared = frozenset(filter(None, ("".join(filter(str.isdigit, plan.office.phone)),)))
        self._shown = lru_cache(1 << 16)(lambda text, about: fit_to_circulate(text, about, spared))

    def text(self, text: str, about: str = "") -> str:
        """The text without numbers of persons; about: the title of its column."""
        return self._shown(text, about)

    def value(self, value: object, about: str = "") -> object:
        """The same for a cell of any kind: a number that is a telephone number becomes text."""
        if isinstance(value, str):
            return self._shown(value, about)
        if isinstance(value, int | float) and abs(value) > _FEWEST_FIGURES and value == value // 1:
            text = f"{value:.0f}"
            shown = self._shown(text, about)
            return value if shown == text else shown
        return value

    def record(self, record: _T) -> _T:
        """A record, tuple or text with every text in it shown so (工作简报)."""
        return cast(_T, self._record(record))

    def _record(self, value: Any) -> Any:  # noqa: ANN401 - any record
        if isinstance(value, str):
            return self._shown(value, "")
        if isinstance(value, tuple):
            return tuple(map(self._record, value))
        if is_dataclass(value) and not isinstance(value, type):
            return replace(value, **{field.name: self._record(getattr(value, field.name)) for field in fields(value)})
        return value
