"""One item split into many: new items of a unit that resemble one it listed before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.matrix.figures import is_blank
from pipeline.matrix.verify.compared import Compared, SignRow, some_of

if TYPE_CHECKING:
    import pandas as pd

#: A family counts as split when at least so many of its items are new, and more came than went.
FEWEST_NEW = 2
_SHORTEST_NAME = 4  # shorter beginnings are alike by chance
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")
_BASIC_CODE = slice(19, 31)  # of 18 credit code + 1 level + 12 基本编码 (+ 2 业务办理项)
_CODED_LENGTHS = (31, 33)


@dataclass(frozen=True)
class _Family:
    """What a unit's item of the period before is recognised by."""

    unit: str
    mark: str  # basic code, or the name without what stands in brackets


def split_items(compared: Compared) -> Iterator[SignRow]:
    """Families of which at least two items are new, and more are new than vanished."""
    now, before = compared.merged.tables["items"], compared.items_before
    families = _families(before)
    new = [position for position, found in enumerate(compared.matching.before) if found < 0]
    came: dict[_Family, list[str]] = {}
    for unit, code, name in _cells(now.iloc[new]):
        closest = next(_families_of(unit, code, name, families), None)
        if closest and unit in compared.units:
            came.setdefault(closest, []).append(name)
    went: dict[_Family, int] = {}
    for unit, code, name in _cells(before.iloc[compared.matching.gone]):
        for family in _families_of(unit, code, name, families):
            went[family] = went.get(family, 0) + 1
    for family, names in came.items():
        if len(names) >= FEWEST_NEW and len(names) > went.get(family, 0):
            known_as = families[family]
            words = {"count": len(names), "family": known_as, "names": some_of(names)}
            yield SignRow("XS-005", family.unit, known_as, words)


def _cells(items: "pd.DataFrame") -> Iterator[tuple[str, str, str]]:
    for unit, code, name in zip(items["unit"], items["item_code"], items["item_name"], strict=True):
        yield str(unit), "" if is_blank(code) else str(code), "" if is_blank(name) else str(name)


def _families(before: "pd.DataFrame") -> dict[_Family, str]:
    """Family → the name of its first item; an item belongs to one by its code and one by its name."""
    families: dict[_Family, str] = {}
    for unit, code, name in _cells(before):
        for mark in (_basic_code(code), _base_name(name)):
            if mark:
                families.setdefault(_Family(unit, mark), name)
    return families


def _families_of(unit: str, code: str, name: str, families: dict[_Family, str]) -> Iterator[_Family]:
    """Families by ever shorter beginnings of the name, then the one of its basic code."""
    base = _base_name(name)
    marks = [*(base[:length] for length in range(len(base), _SHORTEST_NAME - 1, -1)), _basic_code(code)]
    for mark in marks:
        family = _Family(unit, mark)
        if family in families:
            yield family


def _basic_code(code: str) -> str:
    return code[_BASIC_CODE] if len(code) in _CODED_LENGTHS else ""


def _base_name(name: str) -> str:
    base = _BRACKETS.sub("", name).strip()
    return base if len(base) >= _SHORTEST_NAME else ""
