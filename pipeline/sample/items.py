"""The rows of 事项 in the samples.

Valid but invented codes: 统一社会信用代码 (GB 32100-2015) and the 31 characters of an item.

Names for the samples: items from a list of real ones and variants of them; people who do not exist.

How a unit of the samples behaves, and how far that has brought an item or a system.
"""

import csv
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from itertools import count, islice, product

from schemas.dimensions import Dimension
from schemas.plan import Period, Plan, Unit
from schemas.words import State

_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_DEFAULT_PREFIX = "11410404"
TYPE_DIGITS = {
    "行政许可": "01",
    "行政给付": "05",
    "行政确认": "07",
    "行政奖励": "08",
    "行政裁决": "09",
    "行政备案": "10",
    "其他行政权力": "10",
    "公共服务": "20",
}


def credit_code(unit: Unit, position: int) -> str:
    """The invented 统一社会信用代码 of the unit at `position` (0-based) of the plan, both check digits right."""
    prefix = (unit.credit_prefixes or (_DEFAULT_PREFIX,))[0]
    body = f"MB{position // 10_000 % 10}A{position % 10_000:04d}"
    first = f"{prefix}{body}{_body_check(body)}"
    return first + _credit_check(first)


def item_code(unit: Unit, position: int, number: int, item_type: str, department: str) -> str:
    """The 31-character 实施编码 of a unit's item `number` (1-based); no two units share its last 12 digits.

    Level 4 is 县级; a unit whose credit code is registered with the city (…00) has level 3.
    """
    credit = credit_code(unit, position)
    level = "3" if credit[6:8] == "00" else "4"
    serial = position * 1000 + number % 1000
    province = "00" if number < 1000 else "41"
    return f"{credit}{level}{province}{TYPE_DIGITS[item_type]}{department}{serial % 1_000_000:06d}"


def _body_check(body: str) -> str:
    """The ninth character of the 主体标识码 (GB 11714)."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, _BODY_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _credit_check(first: str) -> str:
    total = sum(_CHARACTERS.index(character) * weight for character, weight in zip(first, _CREDIT_WEIGHTS, strict=True))
    return _CHARACTERS[(31 - total % 31) % 31]


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


#: Readiness (0 to 1) at which a dimension leaves 未到位, and at which it is 到位. An item counts as
#: 进驻 only after everything it rests on, so that a correct return raises no suspicion.
_READY = {
    Dimension.WINDOW: (0.28, 0.28),
    Dimension.STAFF: (0.2, 0.42),
    Dimension.AUTHORITY: (0.24, 0.46),
    Dimension.STEP: (0.28, 0.5),
    Dimension.ITEM: (0.28, 0.55),
    Dimension.SYSTEM: (0.4, 0.62),
    Dimension.ONE_ID: (0.6, 0.85),
}
_LIKE_OTHERS = (0.3, 0.5)  # of a dimension that is not listed
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
    return max(ready, _READY[Dimension.ITEM][1]) if scene.overdue(Dimension.ITEM) else ready


def stage(scene: Scene, dimension: Dimension, ready: float) -> int:
    """0 未到位, 1 under way, 2 到位. After its deadline a correct return has nothing open."""
    if scene.overdue(dimension):
        return 2
    started, done = _READY.get(dimension, _LIKE_OTHERS)
    return 2 if ready >= done else int(ready >= started)


def pace(plan: Plan, day: date) -> float:
    """The progress that a diligent office has made by `day`: 0.45 at the start, 1 at the last deadline."""
    last = max(entry.deadline for entry in plan.dimensions if entry.deadline)
    share = (day - plan.start).days / (last - plan.start).days
    return 0.45 + 0.55 * min(1.0, max(0.0, share))


Row = dict[str, object]

_BASES = (
    "《中华人民共和国行政许可法》第三十四条",
    "《中华人民共和国行政许可法》第四十二条",
    "《优化营商环境条例》第十九条",
)
_PROCEDURES = ("现场勘验", "公告", "专家评审", "现场勘验、专家评审", "听证")
_CAUSES = {
    Dimension.ITEM: "事项要素还在梳理",
    Dimension.WINDOW: "窗口位置正在调整",
    Dimension.STEP: "部分环节仍在原科室办理",
    Dimension.STAFF: "审批人员尚未全部到大厅",
    Dimension.AUTHORITY: "委托书正在会签",
    Dimension.SYSTEM: "业务系统接口正在联调",
}
_MEASURES = (
    "已报分管领导研究",
    "已列入本期任务",
    "正与专班办公室对接",
    "已排出时间表",
    "正在逐项核对",
    "本周内再次协调",
)
_STATE_OF_STAGE = (State.NOT_DONE, State.MOVING, State.DONE)
#: The dimensions whose cells more than the stage decides.
_BY_ITSELF = (Dimension.WINDOW, Dimension.STEP, Dimension.SYSTEM)


@dataclass(frozen=True)
class System:
    """A system of the unit as the items refer to it; stage as in `nature.stage`."""

    name: str
    level: str
    stage: int
    platform: bool = False


def item_rows(scene: Scene, nature: Nature, systems: Sequence[System], how_many: int) -> list[Row]:
    """One row = one item, by Column.name of the sheet 事项."""
    unit = scene.plan.units[scene.position]
    return [
        _row(scene, nature, systems, number, item) for number, item in enumerate(named_items(unit, how_many), start=1)
    ]


def _row(scene: Scene, nature: Nature, systems: Sequence[System], number: int, item: NamedItem) -> Row:
    luck = scene.luck("item", number)
    rank = luck.random()
    code = item_code(scene.plan.units[scene.position], scene.position, number, item.item_type, item.department)
    row: Row = {
        "item_code": None if luck.random() < nature.blank_codes else code,
        "item_name": item.name,
        "item_type": item.item_type,
        "service_field": item.service_field or None,
        "handling": item.handling,
        "negative_list": "否",
        "outside_loop": "否",
        "double_acceptance": "否",
    }
    row |= _mode(item, luck)
    row |= _papers(luck)
    if _is_exempt(scene, item, number):
        return row | _exempt(number)
    hollow = luck.random() < nature.hollow
    ready = readiness(scene, nature, rank, number)
    row |= _presence(scene, row, ready, hollow, luck) | _system(systems, number)
    return row | _promise(scene, nature, row, rank, number)


def _mode(item: NamedItem, luck: random.Random) -> Row:
    pick = luck.random()
    basis = luck.choice(_BASES)
    if item.handling == "即办件" or pick < 0.3:
        return {"step_mode": "审核合一"}
    if pick < 0.75:
        return {"step_mode": "一审一核", "step_basis": basis}
    if pick < 0.92:
        return {"step_mode": "一审两核", "step_basis": basis}
    return {"step_mode": "特别程序", "step_basis": basis, "special_procedure": luck.choice(_PROCEDURES)}


def _papers(luck: random.Random) -> Row:
    names = ("e_licence", "e_seal", "e_signature", "e_material")
    return {name: luck.choice(("已应用", "已应用", "未应用", "不涉及")) for name in names}


def _is_exempt(scene: Scene, item: NamedItem, number: int) -> bool:
    """One item in 25 stays outside by approval; with a list in the plan, those on the list do."""
    if scene.plan.negative_list:
        unit = scene.plan.units[scene.position].name
        return any((entry.unit, entry.item_name) == (unit, item.name) for entry in scene.plan.negative_list)
    return number % 25 == 13


def _exempt(number: int) -> Row:
    return {
        "negative_list": "是",
        "approval_number": f"区政府批复〔2023〕{number}号",
        **{column: d.record.word(State.EXEMPT) for d in Dimension for column in d.record.columns},
        "remark": "经批准暂不进驻",
    }


def _presence(scene: Scene, row: Row, ready: float, hollow: bool, luck: random.Random) -> Row:
    stages = {dimension: stage(scene, dimension, ready) for dimension in Dimension}
    if hollow:  # shown as 进驻, while the work goes on in the old office
        stages |= {Dimension.ITEM: 2, Dimension.WINDOW: 2}
    values: Row = {
        column: dimension.record.word(_STATE_OF_STAGE[stages[dimension]])
        for dimension in Dimension
        if dimension not in _BY_ITSELF
        for column in dimension.record.columns
    }
    if stages[Dimension.WINDOW] == 2:
        window = luck.choice(("综合窗口", "综合窗口", "专业窗口"))
        values |= {"window_presence": window, "window_number": f"{'ABC'[scene.position % 3]}{luck.randint(1, 30):02d}"}
    else:
        values |= {"window_presence": "未设窗口"}
    return values | _steps(stages[Dimension.STEP], row["step_mode"] == "审核合一", hollow, luck)


def _steps(step_stage: int, merged: bool, hollow: bool, luck: random.Random) -> Row:
    inside = luck.choice(("大厅", "大厅", "线上"))
    review = "无此环节" if merged and luck.random() < 0.5 else inside
    if step_stage == 2:
        return {"step_accept": inside, "step_review": review, "step_decide": inside, "step_deliver": "大厅"}
    if step_stage == 1 and hollow:
        return {"step_accept": "大厅", "step_review": "厅外", "step_decide": "厅外", "step_deliver": "大厅"}
    if step_stage == 1:
        return {"step_accept": "大厅", "step_review": review, "step_decide": "大厅", "step_deliver": "厅外"}
    outside = "无此环节" if review == "无此环节" else "厅外"
    return {"step_accept": "厅外", "step_review": outside, "step_decide": "厅外", "step_deliver": "厅外"}


def _system(systems: Sequence[System], number: int) -> Row:
    if number % 17 == 11:
        return {"system_name": None, "system_state": "无系统"}
    system = systems[number % len(systems)]
    word = Dimension.SYSTEM.record.word(_STATE_OF_STAGE[system.stage])
    return {"system_name": system.name, "system_state": "统一平台" if system.platform else word}


def open_dimensions(row: Row) -> list[Dimension]:
    """The dimensions in which a correct row is neither 到位 nor 不适用, in order."""
    if row["negative_list"] == "是":
        return []
    return [d for d in Dimension if any(row[column] in d.record.open_values for column in d.record.columns)]


def _promise(scene: Scene, nature: Nature, row: Row, rank: float, number: int) -> Row:
    scored = {entry.dimension for entry in scene.plan.dimensions if entry.scored}
    dimensions = [dimension for dimension in open_dimensions(row) if dimension in scored]
    if not dimensions:
        return {}
    turn = 0 if nature.copied else scene.period.number
    measure = _MEASURES[(number + turn) % len(_MEASURES)]
    return {
        "planned_on": planned_day(scene, dimensions, int(rank * 6)),
        "reason_open": f"{_CAUSES.get(dimensions[0], f'{dimensions[0]}方面还在准备')}，{measure}",
    }


def planned_day(scene: Scene, dimensions: Sequence[Dimension], weeks_early: int) -> date:
    """A day not before the meeting and not after the earliest deadline of the dimensions."""
    deadlines = [deadline for dimension in dimensions if (deadline := scene.deadline(dimension))]
    last = min(deadlines, default=scene.period.meeting + timedelta(days=60))
    return min(last, max(scene.period.meeting, last - timedelta(weeks=weeks_early)))
