"""The rows of 事项 in the samples."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.sample.codes import item_code
from pipeline.sample.names import NamedItem, named_items
from pipeline.sample.nature import Nature, Scene, readiness, stage
from schemas.vocabulary import Dimension

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
_VALUES = {
    Dimension.ITEM: ("item_presence", ("未进驻", "推进中", "已进驻")),
    Dimension.STAFF: ("staff_presence", ("未进驻", "部分进驻", "已进驻")),
    Dimension.AUTHORITY: ("authority", ("未授权", "部分授权", "已授权")),
    Dimension.ONE_ID: ("one_id", ("未实现", "推进中", "已实现")),
}
_SYSTEM_VALUES = ("未对接", "对接中", "已对接")


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
        "item_presence": "未进驻",
        "window_presence": "未设窗口",
        **dict.fromkeys(("step_accept", "step_review", "step_decide", "step_deliver"), "厅外"),
        "staff_presence": "未进驻",
        "authority": "无需授权",
        "system_state": "无系统",
        "one_id": "不涉及",
        "remark": "经批准暂不进驻",
    }


def _presence(scene: Scene, row: Row, ready: float, hollow: bool, luck: random.Random) -> Row:
    stages = {dimension: stage(scene, dimension, ready) for dimension in (*_VALUES, Dimension.STEP, Dimension.WINDOW)}
    if hollow:  # shown as 进驻, while the work goes on in the old office
        stages |= {Dimension.ITEM: 2, Dimension.WINDOW: 2}
    values: Row = {name: words[stages[dimension]] for dimension, (name, words) in _VALUES.items()}
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
    return {"system_name": system.name, "system_state": "统一平台" if system.platform else _SYSTEM_VALUES[system.stage]}


def open_dimensions(row: Row) -> list[Dimension]:
    """The scored dimensions in which a correct row is neither 到位 nor 不适用, in order."""
    steps = ("step_accept", "step_review", "step_decide", "step_deliver")
    is_open = {
        Dimension.ITEM: row["item_presence"] != "已进驻",
        Dimension.WINDOW: row["window_presence"] == "未设窗口",
        Dimension.STEP: any(row[step] == "厅外" for step in steps),
        Dimension.STAFF: row["staff_presence"] != "已进驻",
        Dimension.AUTHORITY: row["authority"] in ("未授权", "部分授权"),
        Dimension.SYSTEM: row["system_state"] in ("未对接", "对接中"),
    }
    return [] if row["negative_list"] == "是" else [dimension for dimension, yes in is_open.items() if yes]


def _promise(scene: Scene, nature: Nature, row: Row, rank: float, number: int) -> Row:
    dimensions = open_dimensions(row)
    if not dimensions:
        return {}
    turn = 0 if nature.copied else scene.period.number
    measure = _MEASURES[(number + turn) % len(_MEASURES)]
    return {
        "planned_on": planned_day(scene, dimensions, int(rank * 6)),
        "reason_open": f"{_CAUSES[dimensions[0]]}，{measure}",
    }


def planned_day(scene: Scene, dimensions: Sequence[Dimension], weeks_early: int) -> date:
    """A day not before the meeting and not after the earliest deadline of the dimensions."""
    deadlines = [deadline for dimension in dimensions if (deadline := scene.deadline(dimension))]
    last = min(deadlines, default=scene.period.meeting + timedelta(days=60))
    return min(last, max(scene.period.meeting, last - timedelta(weeks=weeks_early)))
