"""Names for the samples: items from a list of real ones and variants of them; people who do not exist."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import count, islice, product

from schemas.plan import Unit

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何"
_GIVEN = "甲乙丙丁戊己庚辛壬癸"
_OFFICE_SERVICES = (
    ("{stem}政策咨询", "公共服务", "其他", "即办件"),
    ("{stem}办事指南查询", "公共服务", "其他", "即办件"),
    ("{stem}经营许可", "行政许可", "", "承诺件"),
    ("{stem}从业登记", "行政确认", "", "承诺件"),
    ("{stem}项目备案", "其他行政权力", "", "即办件"),
    ("{stem}补助资金给付", "行政给付", "", "承诺件"),
)
_VARIANTS = ("新办", "变更", "延续", "注销", "补办", "遗失补发", "信息查询", "跨区通办", "代办帮办", "网上预约")


@dataclass(frozen=True)
class NamedItem:
    """An item as the public lists name it. department: two digits of the 12-digit 基本编码."""

    name: str
    item_type: str
    service_field: str
    handling: str
    department: str = "99"


@cache
def _listed() -> dict[str, tuple[NamedItem, ...]]:
    text = resources.files("pipeline.sample").joinpath("items.csv").read_text(encoding="utf-8")
    items: dict[str, list[NamedItem]] = {}
    for row in csv.DictReader(text.splitlines()):
        entry = NamedItem(row["item_name"], row["item_type"], row["service_field"], row["handling"], row["department"])
        items.setdefault(row["unit"], []).append(entry)
    return {unit: tuple(entries) for unit, entries in items.items()}


def listed_count(unit: Unit) -> int:
    """How many real item names are known for a unit; 0 for a unit of another district."""
    return len(_listed().get(unit.name, ()))


def named_items(unit: Unit, how_many: int) -> list[NamedItem]:
    """The unit's first `how_many` items, all names different; fewer are always the head of more."""
    return list(islice(_endless(unit), how_many))


def _endless(unit: Unit) -> Iterator[NamedItem]:
    stem = unit.name.removeprefix("区").removesuffix("局").removesuffix("委")
    known = _listed().get(unit.name) or tuple(
        NamedItem(template.format(stem=stem), *rest) for template, *rest in _OFFICE_SERVICES
    )
    yield from known
    for round_number in count(1):
        again = "" if round_number == 1 else str(round_number)
        for variant, item in product(_VARIANTS, known):
            yield NamedItem(
                f"{item.name}（{variant}{again}）", item.item_type, item.service_field, item.handling, item.department
            )


def person(position: int, number: int) -> str:
    """An invented name, e.g. 赵示甲; position: of the unit in the plan, number: of the person in the unit."""
    return f"{_SURNAMES[(position * 7 + number) % len(_SURNAMES)]}示{_GIVEN[number % len(_GIVEN)]}"


def mobile(position: int, number: int) -> str:
    """A mobile number that is plainly a placeholder: 1380000 and four digits."""
    return f"1380000{(position * 10 + number) % 10_000:04d}"


def office_phone(position: int) -> str:
    """An office number that is plainly a placeholder: 0375-555 and four digits."""
    return f"0375-555{position % 10_000:04d}"
