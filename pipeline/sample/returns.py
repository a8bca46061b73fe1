"""Correct returns for any plan, the same for the same arguments (contract §4).

The other tables of a return in the samples: 联系人 自查 人员 授权 系统 任务 问题.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.sample.items import (
    Nature,
    Row,
    Scene,
    System,
    item_rows,
    listed_count,
    mobile,
    office_phone,
    open_dimensions,
    pace,
    person,
    readiness,
    stage,
)
from schemas.columns import Sheet
from schemas.dimensions import DIMENSION_OF_QUESTION, Dimension
from schemas.plan import Period, Plan, Unit
from schemas.returns import BY_KEY, COVER, TABLES
from schemas.returns.self_check import GOOD_ANSWER, QUESTIONS

_TITLES = {"分管负责同志": "分管副职", "具体责任人": "审批科室负责人"}
_SYSTEM_TEMPLATES = (("{stem}综合业务系统", "市"), ("{stem}审批管理系统", "省"), ("{stem}专网业务系统", "国家"))
_PLATFORM = System("一体化政务服务平台", "省", 2, platform=True)
#: 任务名称, 对应目标, planned days after the start (None: by the goal's deadline), 具体措施, 佐证材料.
_TASKS = (
    ("召开动员会，明确分管负责同志和具体责任人", "其他", 7, "印发任务分工", "会议纪要"),
    ("完成“三个无审批”自查并报送报告", "其他", 26, "逐科室自查", "自查报告"),
    ("梳理事项并调整进驻目录", "事项进驻到位", None, "逐事项论证进驻措施", "进驻目录"),
    ("审批环节和人员进驻大厅", "环节人员进驻到位", None, "选派业务骨干进驻", "进驻人员名册"),
    ("签订事项委托书", "集中授权到位", None, "形成事项委托清单", "事项委托书"),
    ("业务系统与一体化平台对接", "系统对接到位", None, "与建设单位联调接口", "联调记录"),
)
_PROBLEMS = (
    ("窗口工位不足，后台审核人员暂无法全部进驻", "人员不足", "大厅工位正在调整", "分两批进驻"),
    ("个别事项没有明确的环节依据，审核合一需要论证", "依据不明", "依据分散在多个文件", "会同司法部门论证"),
    ("自建系统数据不能自动推送到一体化平台", "系统不通", "接口标准不一致", "按统一标准改造接口"),
    ("委托书条款不统一，窗口签批权限不清", "授权不到位", "各科室理解不一", "统一委托书样式"),
)


def systems_of(scene: Scene, nature: Nature, item_count: int) -> list[System]:
    """The unit's systems: the common platform, and one or more of its own."""
    stem = scene.plan.units[scene.position].name.removeprefix("区").removesuffix("局")
    own = [
        System(template.format(stem=stem), level, _docking(scene, nature, number))
        for number, (template, level) in enumerate(_SYSTEM_TEMPLATES[: 1 + min(2, item_count // 15)])
    ]
    return [_PLATFORM, *own]


def _docking(scene: Scene, nature: Nature, number: int) -> int:
    luck = scene.luck("system", number).random()
    return stage(scene, Dimension.SYSTEM, readiness(scene, nature, luck, "system", number))


def system_rows(scene: Scene, systems: Sequence[System], items: Sequence[Row]) -> list[Row]:
    """One row = one system that items are handled in."""
    deadline = scene.deadline(Dimension.SYSTEM) or scene.period.meeting + timedelta(days=90)
    rows: list[Row] = []
    for system in systems:
        row: Row = {
            "system_name": system.name,
            "level": system.level,
            "docking": ("未对接", "对接中", "已对接")[system.stage],
            "item_count": sum(item["system_name"] == system.name for item in items),
        }
        if system.stage < 2:
            row |= {"dock_by": max(deadline, scene.today), "difficulty": "接口改造需要上级部门配合"}
        rows.append(row)
    return rows


def contact_rows(scene: Scene) -> list[Row]:
    """One row = one contact: who is in charge, and who does it."""
    return [
        {
            "role": role,
            "name": person(scene.position, number),
            "title": title,
            "office_phone": office_phone(scene.position),
            "mobile": mobile(scene.position, number),
        }
        for number, (role, title) in enumerate(_TITLES.items())
    ]


def staff_rows(scene: Scene, nature: Nature, item_count: int) -> list[Row]:
    """One row = one person of the approval chain; who came later than this return is not there yet."""
    posts = ("首席代表", "受理", "审核", "决定", "送达")[: 2 + min(3, item_count // 4)]
    rows: list[Row] = []
    for number, post in enumerate(posts, start=2):
        row: Row = {"name": person(scene.position, number), "post": post, "present": "是"}
        arrival = _arrival(scene, nature, post, number)
        if arrival <= scene.today:
            row["present_since"] = arrival
        else:
            row |= {"present": "否", "absent_reason": "原科室工作尚未交接"}
        rows.append(row)
    return rows


def _arrival(scene: Scene, nature: Nature, post: str, number: int) -> date:
    if post in ("首席代表", "受理"):
        return scene.plan.start - timedelta(days=30 * number)
    slow = 0 if nature.diligent else 90
    return scene.plan.start + timedelta(days=slow + scene.luck("arrival", number).randint(7, 120))


def authorisation_rows(scene: Scene, items: Sequence[Row]) -> list[Row]:
    """One row = one 委托书: every item that says 已授权 has one."""
    delegate = person(scene.position, 2)
    return [
        {
            "item_code": item["item_code"],
            "item_name": item["item_name"],
            "content": "受理、审核、决定、送达",
            "delegate": delegate,
            "letter_number": f"委托〔2023〕{scene.position + 1:02d}-{number:03d}号",
            "signed_on": scene.plan.start - timedelta(days=number % 28),
            "valid_until": date(scene.plan.start.year + 1, 12, 31),
        }
        for number, item in enumerate(items, start=1)
        if item["authority"] == "已授权"
    ]


def self_check_rows(scene: Scene, items: Sequence[Row], staff: Sequence[Row]) -> list[Row]:
    """The nine answers; each agrees with the unit's own rows."""
    still_open = {dimension for item in items for dimension in open_dimensions(item)}
    poor = {question for question, dimension in DIMENSION_OF_QUESTION.items() if dimension in still_open}
    poor |= {8} if Dimension.STEP in still_open else set()
    poor |= {7} if any(person["present"] == "否" for person in staff) else set()
    poor |= {2} if 7 in poor else set()
    return [_answer(scene, number, question, number in poor) for number, question in enumerate(QUESTIONS, start=1)]


def _answer(scene: Scene, number: int, question: str, poor: bool) -> Row:
    row: Row = {"number": str(number), "question": question, "answer": GOOD_ANSWER[number]}
    if poor:
        deadline = scene.deadline(DIMENSION_OF_QUESTION.get(number, Dimension.STEP))
        row |= {
            "answer": "是" if GOOD_ANSWER[number] == "否" else "部分",
            "explanation": "尚有事项未全部到位，正按任务清单推进",
            "correct_by": max(deadline or scene.today, scene.period.meeting),
        }
    return row


def task_rows(scene: Scene, nature: Nature) -> list[Row]:
    """One row = one task; a diligent unit has done each by its plan date, another lags at 60 %."""
    rows: list[Row] = []
    for number, (name, goal, days, measures, evidence) in enumerate(_TASKS, start=1):
        luck = scene.luck("task", number)
        planned = _task_day(scene, goal, days, luck.randint(0, 5))
        done = planned - timedelta(days=luck.randint(0, 4))
        row: Row = {
            "task_number": f"RW-{number:02d}",
            "task_name": name,
            "goal": goal,
            "measures": measures,
            "owner": person(scene.position, 1),
            "planned_on": planned,
            "progress": _progress(scene, nature, planned),
        }
        if nature.diligent and done <= scene.today:
            row |= {"progress": 1.0, "done_on": done, "evidence": evidence}
        rows.append(row)
    return rows


def _task_day(scene: Scene, goal: str, days: int | None, weeks: int) -> date:
    if days is not None:
        return scene.plan.start + timedelta(days=days)
    deadline = scene.plan.goal_deadline.get(goal, scene.plan.start + timedelta(days=240))
    return deadline - timedelta(weeks=weeks)


def _progress(scene: Scene, nature: Nature, planned: date) -> float:
    passed = (scene.today - scene.plan.start).days / max(1, (planned - scene.plan.start).days)
    most = 0.95 if nature.diligent else 0.6
    return round(min(most, max(0.05, passed)) * 20) / 20


def problem_rows(scene: Scene, nature: Nature) -> list[Row]:
    """One row = one problem of the unit itself; half of the units have one."""
    if scene.position % 2:
        return []
    luck = scene.luck("problem")
    description, kind, cause, solution = _PROBLEMS[scene.position // 2 % len(_PROBLEMS)]
    solve_by = scene.plan.start + timedelta(days=luck.randint(35, 75))
    row: Row = {
        "problem_number": "WT-01",
        "description": description,
        "problem_kind": kind,
        "cause": cause,
        "solution": solution,
        "owner_unit": scene.plan.units[scene.position].name,
        "solve_by": solve_by,
        "state": "办理中",
    }
    solved = solve_by - timedelta(days=luck.randint(1, 9))
    if nature.diligent and solved <= scene.today:
        row |= {"state": "已解决", "solved_on": solved}
    return [row]


_FEWEST, _MOST = 5, 40  # items of a unit when nobody says how many


@dataclass(frozen=True)
class SampleReturn:
    """What one unit sends. cover: by Column.name; tables: Sheet.key → rows by Column.name."""

    unit: Unit
    cover: dict[str, object]
    tables: dict[str, list[Row]]


def sample_returns(
    plan: Plan,
    period: Period,
    *,
    items_per_unit: int | None = None,
    seed: int = 0,
    nature: Nature | None = None,
    natures: Mapping[str, Nature] | None = None,
) -> list[SampleReturn]:
    """A correct return of every unit, in plan order: no 错误 and no 警示, and no suspicion.

    items_per_unit: 0 makes zero returns; None takes the real number of items, 5 to 40.
    nature: of every unit (default: diligent, as far along as the meeting date asks);
    natures: by the unit's short name, instead of `nature`.
    Over periods a unit's items, people and numbers stay what they were, and nothing falls back
    unless `Nature.setbacks` asks for it.
    """
    return [
        sample_return(
            plan,
            period,
            unit,
            items=items_per_unit,
            seed=seed,
            nature=(natures or {}).get(unit.name, nature),
        )
        for unit in plan.units
    ]


def sample_return(
    plan: Plan, period: Period, unit: Unit, *, items: int | None = None, seed: int = 0, nature: Nature | None = None
) -> SampleReturn:
    """The return of one unit; see `sample_returns`."""
    scene = Scene(plan, period, seed, plan.units.index(unit))
    ways = nature or Nature(progress=pace(plan, period.meeting))
    how_many = min(_MOST, max(_FEWEST, listed_count(unit))) if items is None else items
    systems = systems_of(scene, ways, how_many)
    rows = _whole(BY_KEY["items"], item_rows(scene, ways, systems, how_many))
    staff = staff_rows(scene, ways, len(rows))
    told = {
        "contacts": contact_rows(scene),
        "self_check": self_check_rows(scene, rows, staff),
        "items": rows,
        "staff": staff,
        "authorisations": authorisation_rows(scene, rows),
        "systems": system_rows(scene, systems, rows) if rows else [],
        "tasks": task_rows(scene, ways),
        "problems": problem_rows(scene, ways),
    }
    return SampleReturn(
        unit, _cover(scene, len(rows)), {sheet.key: _whole(sheet, told.get(sheet.key, ())) for sheet in TABLES}
    )


def _cover(scene: Scene, item_total: int) -> dict[str, object]:
    period = scene.period
    filled: Row = {
        "unit": scene.plan.units[scene.position].name,
        "period": period.number,
        "meeting": period.meeting,
        "cutoff": period.cutoff,
        "filled_on": scene.today,
        "filled_by": person(scene.position, 1),
        "phone": office_phone(scene.position),
        "item_total": item_total,
        "signed": "是",
        "sealed": "是",
    }
    return {name: filled.get(name) for name in COVER.names}


def _whole(sheet: Sheet, rows: Sequence[Row]) -> list[Row]:
    """The rows with every column of their sheet, in order; what was not said is None."""
    return [{name: row.get(name) for name in sheet.names} for row in rows]
