"""Which unit a text names (contract §3, aliases).

Exact name, exact alias, district or city prefix taken off, in that order. A name that several units
go by is never settled here, nor is a near miss: both are shown to a person.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.intake.text import fold
from schemas.plan import Plan, Unit

#: How a unit speaks of itself; it means the unit whose file it is.
_SELF = re.compile("[我本](局|委|办|中心|大队|公司|单位|部门|联|会|院|站|分局|分公司)|(我|本)区[局委]")
#: Words of names from before the reforms of 2018: still accepted, but said to be old.
_FORMER = ("工商", "质监", "食药监", "国土", "国税", "地税", "卫计", "卫生和计划生育", "安监", "环保")
_PROVINCE = re.compile("^.{2,3}省")
_STAMP = re.compile(r"\((加盖公章|盖章|公章|签章|章)\)$")


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a text names. At most one of `unit`, `candidates` (a person must choose), `suggestions` is set.

    way: how it was recognised, as printed beside the repair: 规范简称, 全称, 别名, 旧称, 自称.
    """

    unit: str = ""
    candidates: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    way: str = ""


@dataclass(frozen=True)
class Roster:
    """The members and every name they go by; made once, sent to each worker. Keys are folded names."""

    names: tuple[str, ...]
    by_id: Mapping[str, str]  # unit id → short name
    official: Mapping[str, str]  # short and full names → short name
    aliases: Mapping[str, str]
    ambiguous: Mapping[str, tuple[str, ...]]  # → short names that go by it
    prefixes: tuple[str, ...]
    district: str
    bare: Mapping[str, tuple[str, ...]] = field(repr=False)  # any name without its prefix → short names
    longest: int  # characters of the longest name

    @classmethod
    def of(cls, plan: Plan) -> "Roster":
        """The roster of a plan."""
        aliases = {fold(alias): unit.name for unit in plan.units for alias in unit.aliases}
        official = {fold(name): unit.name for unit in plan.units for name in (unit.name, unit.full_name)}
        prefixes = _prefixes(plan)
        bare: dict[str, list[str]] = {}
        for key, name in (aliases | official).items():
            owners = bare.setdefault(_without_prefix(key, prefixes), [])
            if name not in owners:
                owners.append(name)
        ambiguous = _ambiguous(plan.units, aliases)
        return cls(
            names=tuple(unit.name for unit in plan.units),
            by_id={unit.id: unit.name for unit in plan.units},
            official=official,
            aliases=aliases,
            ambiguous=ambiguous,
            prefixes=prefixes,
            district=fold(plan.office.district),
            bare={key: tuple(owners) for key, owners in bare.items()},
            longest=max(map(len, (*official, *aliases, *ambiguous)), default=0),
        )

    def resolve(self, text: str, own: str = "") -> Resolved:
        """The unit that `text` names; own: short name of the unit whose file it is, for 我局 and 本单位."""
        key = _STAMP.sub("", fold(text).rstrip("：:。.,，；;"))
        if _SELF.fullmatch(key):
            return Resolved(own, way="自称") if own else Resolved()
        found = self._exact(key) or self._without_prefix(key)
        return found or Resolved(suggestions=self._near(key))

    def find_in(self, text: str) -> Resolved:
        """The unit named somewhere within `text`, as in the name of a file; longer names win."""
        key, sure, unsure = fold(text), [], []
        for at, name in self._names_within(key):
            higher = at > 0 and key[at - 1] in "市省" and not key[:at].endswith(self.district)
            found = self._exact(name) or Resolved()
            if found.unit and not higher:
                sure.append(found.unit)
            else:
                unsure.append(found.candidates or (found.unit,))
        units = tuple(dict.fromkeys(sure))
        if len(units) == 1 and all(units[0] in group for group in unsure):
            return Resolved(units[0], way="文件名")
        return Resolved(candidates=tuple(dict.fromkeys((*units, *(unit for group in unsure for unit in group)))))

    def _names_within(self, key: str) -> list[tuple[int, str]]:
        """Where names stand in a text, the longest first, none within another; cost independent of the number of units."""
        found: list[tuple[int, str]] = []
        free = [True] * len(key)
        for length in range(min(self.longest, len(key)), 1, -1):
            for at in range(len(key) - length + 1):
                name = key[at : at + length]
                known = name in self.official or name in self.aliases or name in self.ambiguous
                if known and all(free[at : at + length]):
                    found.append((at, name))
                    free[at : at + length] = [False] * length
        return found

    def _exact(self, key: str) -> Resolved | None:
        if key in self.official:
            unit = self.official[key]
            return Resolved(unit, way="规范简称" if key == fold(unit) else "全称")
        if key in self.ambiguous:
            return Resolved(candidates=self.ambiguous[key])
        if key in self.aliases:
            return Resolved(self.aliases[key], way="旧称" if any(word in key for word in _FORMER) else "别名")
        return None

    def _without_prefix(self, key: str) -> Resolved | None:
        bare = _without_prefix(key, self.prefixes)
        if not bare or bare == key or self._is_of_higher_level(key):
            return None
        for spelling in (f"区{bare}", bare):
            found = self._exact(spelling)
            if found:
                return found
        owners = self.bare.get(bare, ())
        return Resolved(owners[0], way="别名") if len(owners) == 1 else Resolved(candidates=owners) if owners else None

    def _is_of_higher_level(self, key: str) -> bool:
        """平顶山市财政局 is the city's own bureau, not the district's: it is not settled here."""
        above = [prefix for prefix in self.prefixes if prefix not in ("区", "县", "中共")]
        named = any(key.startswith(prefix) for prefix in above) or bool(_PROVINCE.match(key))
        return named and self.district[:-1] not in key

    def _near(self, key: str) -> tuple[str, ...]:
        if len(key) < 3:
            return ()
        known = {**self.aliases, **self.official}
        near = [unit for name, unit in known.items() if _within_one_edit(key, name)]
        inside = [unit for name, unit in known.items() if len(name) >= 3 and name in key]
        return tuple(dict.fromkeys((*near, *inside)))[:3]


def _ambiguous(units: tuple[Unit, ...], aliases: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Ambiguous beats alias: a name that another unit may go by belongs to nobody by itself."""
    owners: dict[str, list[str]] = {}
    for unit in units:
        for alias in unit.ambiguous:
            owners.setdefault(fold(alias), []).append(unit.name)
    for key, names in owners.items():
        if key in aliases and aliases[key] not in names:
            names.append(aliases[key])
    return {key: tuple(names) for key, names in owners.items()}


def _prefixes(plan: Plan) -> tuple[str, ...]:
    """What may stand before a unit's name: the district, the city before it in full names, 区, 中共."""
    district = fold(plan.office.district)
    cities = [fold(unit.full_name).partition(district)[0] for unit in plan.units if district in fold(unit.full_name)]
    city = max(sorted(set(cities)), key=cities.count) if cities else ""
    stems = [city, city.removesuffix("市"), district, district[:-1] if len(district) > 2 else ""]
    return tuple(dict.fromkeys(stem for stem in (*stems, "中共", "区", "县") if stem))


def _without_prefix(key: str, prefixes: tuple[str, ...]) -> str:
    """Province, city, district and 区 taken off, as long as two characters are left."""
    key = _PROVINCE.sub("", key)
    shorter = True
    while shorter:
        shorter = False
        for prefix in prefixes:
            if key.startswith(prefix) and len(key) - len(prefix) >= 2:
                key, shorter = key[len(prefix) :], True
    return key


def _within_one_edit(left: str, right: str) -> bool:
    if abs(len(left) - len(right)) > 1 or left == right:
        return left == right
    start = next((i for i, (a, b) in enumerate(zip(left, right, strict=False)) if a != b), min(len(left), len(right)))
    one, other = left[start:], right[start:]
    return one[1:] == other[1:] or one[1:] == other or one == other[1:]
