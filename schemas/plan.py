"""The work plan: everything the office may tune, as frozen dataclasses checked while they load.

`plan.toml` beside this file holds the defaults of the notice; the tables of a `工作方案.xlsx` in
the inputs folder replace those of the same name (contract §3). A plan that contradicts itself is
refused with one Chinese sentence that says what to mend.
"""

import contextlib
import hashlib
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib import resources

from schemas.dimensions import Dimension
from schemas.words import ItemChangeKind, UnitChangeKind

#: The scoring parts beside the dimensions, in the order in which every table prints them.
OTHER_PARTS = ("自查", "任务", "报送", "进步")
#: Files are called by the units' names.
_NOT_IN_FILES = frozenset('<>:"/\\|?*')
_LONGEST_NAME = 40
MILESTONE_EVIDENCE = ("office", "contacts", "self_check", "measures")


class PlanError(Exception):
    """A plan that cannot be run on; the message is one Chinese sentence for the office."""


@dataclass(frozen=True)
class Unit:
    """One member unit of annex 1."""

    id: str
    name: str  # the short name used everywhere in what we write
    full_name: str
    aliases: tuple[str, ...] = ()
    ambiguous: tuple[str, ...] = ()  # what other units may be called too: never merged by itself
    credit_prefixes: tuple[str, ...] = ()  # how its 统一社会信用代码 may begin


@dataclass(frozen=True)
class Goal:
    """One of the goals of annex 2, part 2; a task's plan date must not pass its deadline."""

    name: str
    deadline: date


@dataclass(frozen=True)
class Milestone:
    """One step of annex 2, part 3. `done` is set by the office where no return can show it."""

    name: str
    deadline: date
    evidence: str
    done: date | None = None


@dataclass(frozen=True)
class DimensionPlan:
    """Deadline (None: none) and weight (0: tracked, not scored) of one dimension."""

    dimension: Dimension
    deadline: date | None
    weight: int

    @property
    def scored(self) -> bool:
        """Whether the dimension counts in scores and in the 整体 light."""
        return self.weight > 0


@dataclass(frozen=True)
class Thresholds:
    """The limits of lights and proposals (contract §3)."""

    cutoff_days: int
    warn_days: int
    behind_yellow_points: int
    behind_red_points: int
    praise_min: int
    praise_max: int
    criticise_max: int
    small_sample: int
    confirm_red: int = 1  # 整改待核: 1 on, 0 off


@dataclass(frozen=True)
class Deductions:
    """Points taken for each open inspection finding, and the most that is taken."""

    points_each: int
    points_max: int


@dataclass(frozen=True)
class Office:
    """How the office names itself in what it circulates; posts only, no person."""

    district: str
    name: str
    centre: str
    email: str
    phone: str
    leader_post: str


@dataclass(frozen=True)
class ListedItem:
    """An item that the plan itself names: on the approved 负面清单, or known for prefilling."""

    unit: str
    item_name: str
    item_code: str = ""
    approval_number: str = ""
    item_type: str = ""
    handling: str = ""


@dataclass(frozen=True)
class UnitChange:
    """One row of 单位变更 (contract §3): from `effective_on` on, `before` (原单位) is `after` (新单位), or gone."""

    effective_on: date
    kind: UnitChangeKind
    before: str = ""  # "" for 新设
    after: str = ""  # "" for 撤销


@dataclass(frozen=True)
class ItemChange:
    """One row of 事项变动: the office's word that an item of `unit` is rightly gone or changed (contract §3).

    A row without `basis` (依据) changes nothing: `yjbj plan` lists what is 漏报 in such rows.
    """

    unit: str
    item_name: str
    item_code: str = ""
    kind: ItemChangeKind | None = None
    receiver: str = ""  # 接收单位: where the item goes on; "" for its own unit, or for none (取消)
    new_names: tuple[str, ...] = ()
    basis: str = ""
    effective_on: date | None = None

    def in_force(self, day: date) -> bool:
        """Whether the office has confirmed it, and for that day."""
        return bool(self.basis and self.kind and self.effective_on and self.effective_on <= day)


@dataclass(frozen=True)
class Plan:
    """The whole plan. Deadlines are dates, weights whole points of 100."""

    start: date
    office: Office
    units: tuple[Unit, ...]
    goals: tuple[Goal, ...]
    milestones: tuple[Milestone, ...]
    dimensions: tuple[DimensionPlan, ...]
    weights: Mapping[str, int]  # 自查 任务 报送 进步 → points
    deductions: Deductions
    thresholds: Thresholds
    negative_list: tuple[ListedItem, ...] = ()
    items: tuple[ListedItem, ...] = ()
    trial_rules: tuple[str, ...] = ()
    unit_changes: tuple[UnitChange, ...] = ()
    item_changes: tuple[ItemChange, ...] = ()
    revoked: tuple[str, ...] = ()  # units that are no more, whose open matters stay (see `plan_at`)

    @cached_property
    def unit_by_id(self) -> dict[str, Unit]:
        """Unit id → unit."""
        return {unit.id: unit for unit in self.units}

    @cached_property
    def unit_by_name(self) -> dict[str, Unit]:
        """Short name → unit."""
        return {unit.name: unit for unit in self.units}

    @cached_property
    def goal_deadline(self) -> dict[str, date]:
        """Goal → deadline; a goal without a deadline is absent."""
        return {goal.name: goal.deadline for goal in self.goals}

    @cached_property
    def part_weights(self) -> dict[str, int]:
        """Scoring part (dimensions with a weight first, then 自查 任务 报送 进步) → points."""
        scored = {str(d.dimension): d.weight for d in self.dimensions if d.scored}
        return scored | {part: self.weights[part] for part in OTHER_PARTS}

    @cached_property
    def unit_by_alias(self) -> dict[str, Unit]:
        """Whatever a unit is certainly called (name, full name, aliases) → unit; ambiguous aliases are absent."""
        return {text: unit for unit in self.units for text in (*unit.aliases, unit.full_name, unit.name)}

    def unit_called(self, text: str) -> Unit | None:
        """The unit of that name, alias or 编号, as a person types it; None where it is none, or not certainly one."""
        called = "".join(unicodedata.normalize("NFKC", text).split())
        by_id = {unit.id: unit for unit in self.units}
        return self.unit_by_alias.get(text) or self.unit_by_alias.get(called) or by_id.get(called)

    @cached_property
    def founded_on(self) -> dict[str, date]:
        """Name of a unit that was 新设 → from when on anything is expected of it."""
        founded = [change for change in self.unit_changes if change.kind is UnitChangeKind.FOUNDED]
        return {unit.name: one.effective_on for one in founded if (unit := self.unit_by_alias.get(one.after))}

    @property
    def all_names(self) -> frozenset[str]:
        """The short names of the units, those that are 撤销 with them: what is open of these stays."""
        return frozenset((*self.unit_by_name, *self.revoked))

    @property
    def digest(self) -> str:
        """SHA-256 over the plan's content: two runs with the same digest used the same plan."""
        return hashlib.sha256(repr(self).encode()).hexdigest()

    @property
    def yardstick(self) -> str:
        """SHA-256 over what lights and scores are measured by: equal for districts that can be compared."""
        measures = (self.start, self.dimensions, self.part_weights, self.deductions, self.thresholds)
        return hashlib.sha256(repr(measures).encode()).hexdigest()


@dataclass(frozen=True)
class Period:
    """The n-th 双周 meeting. `meeting` is the as-of date D of every calculation."""

    number: int
    meeting: date
    cutoff: date
    previous_meeting: date | None = None

    @property
    def label(self) -> str:
        """As printed in titles: 第03期."""
        return f"第{self.number:02d}期"

    @property
    def folder(self) -> str:
        """Name of the period's folder under outputs."""
        return f"{self.label}_{self.meeting.isoformat()}"


def period_of(plan: Plan, meeting: date, held: Mapping[date, int] | Collection[date]) -> Period:
    """The period of a meeting: 1 + the 期次 of the latest meeting before it; a rerun keeps its own (contract §8).

    held: the meetings that have results and their 期次; without these they are counted. A rerun takes a higher
    number only where a meeting has since been held before it that has its number.
    """
    numbers = held if isinstance(held, Mapping) else {day: number for number, day in enumerate(sorted(set(held)), 1)}
    before = max((day for day in numbers if day < meeting), default=None)
    following = numbers[before] + 1 if before else 1
    cutoff = meeting - timedelta(days=plan.thresholds.cutoff_days)
    return Period(max(following, numbers.get(meeting, following)), meeting, cutoff, before)


def default_tables() -> dict[str, object]:
    """The tables of the shipped `plan.toml`, unchecked."""
    text = resources.files("schemas").joinpath("plan.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def load_plan(overrides: Mapping[str, object] | None = None) -> Plan:
    """Build the plan from the defaults, each table replaced by the one in `overrides` if given.

    Raises PlanError with one Chinese sentence when the result contradicts itself.
    """
    plan = _build(default_tables() | dict(overrides or {}))
    _check_weights(plan)
    _check_dimensions(plan)
    _check_units(plan)
    _check_thresholds(plan)
    _check_unit_changes(plan)
    return plan


def _build(tables: Mapping[str, object]) -> Plan:
    try:
        return Plan(
            start=_day(tables["start"], "起始日期"),
            office=Office(**tables["office"]),  # type: ignore[arg-type]
            units=tuple(_unit(row) for row in _rows(tables, "units")),
            goals=tuple(
                Goal(str(row["name"]), _day(row["deadline"], f"目标“{row['name']}”的时限"))
                for row in _rows(tables, "goals")
            ),
            milestones=tuple(_milestone(row) for row in _rows(tables, "milestones")),
            dimensions=_dimensions(_rows(tables, "dimensions")),
            weights=_weights(tables["weights"]),
            deductions=Deductions(**tables["deductions"]),  # type: ignore[arg-type]
            thresholds=Thresholds(**tables["thresholds"]),  # type: ignore[arg-type]
            negative_list=tuple(ListedItem(**row) for row in _rows(tables, "negative_list")),  # type: ignore[arg-type]
            items=tuple(ListedItem(**row) for row in _rows(tables, "items")),  # type: ignore[arg-type]
            trial_rules=tuple(str(code) for code in tables.get("trial_rules", ())),  # type: ignore[attr-defined]
            unit_changes=tuple(_unit_change(row) for row in _rows(tables, "unit_changes")),
            item_changes=tuple(_item_change(row) for row in _rows(tables, "item_changes")),
        )
    except KeyError as error:
        raise PlanError(f"工作方案缺少“{error.args[0]}”，请补上后再运行。") from error
    except TypeError as error:
        raise PlanError(f"工作方案中有不认识或缺少的项目（{error}），请对照默认方案修改。") from error


def _rows(tables: Mapping[str, object], name: str) -> list[dict[str, object]]:
    rows = tables.get(name, [])
    if not isinstance(rows, list):
        raise PlanError(f"工作方案的“{name}”应是表格，一行一条。")
    return rows


def _day(value: object, what: str) -> date:
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            value = date.fromisoformat(value)
    if not isinstance(value, date):
        raise PlanError(f"工作方案中{what}“{value}”不是日期，请写成 2023-07-31 的样子。")
    return value


def _points(value: object, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise PlanError(f"工作方案中{what}的权重“{value}”不是不小于 0 的整数。")
    return value


def _unit(row: Mapping[str, object]) -> Unit:
    name = str(row["name"])
    lists = {
        key: tuple(str(text) for text in row.get(key, ()))  # type: ignore[attr-defined]
        for key in ("aliases", "ambiguous", "credit_prefixes")
    }
    return Unit(str(row["id"]), name, str(row.get("full_name") or name), **lists)


def _milestone(row: Mapping[str, object]) -> Milestone:
    name, evidence = str(row["name"]), str(row["evidence"])
    if evidence not in MILESTONE_EVIDENCE:
        raise PlanError(f"工作方案中节点“{name}”的完成依据“{evidence}”不认识。")
    done = row.get("done")
    return Milestone(
        name,
        _day(row["deadline"], f"节点“{name}”的时限"),
        evidence,
        _day(done, f"节点“{name}”的完成日期") if done else None,
    )


def _unit_change(row: Mapping[str, object]) -> UnitChange:
    before, after = str(row.get("before") or ""), str(row.get("after") or "")
    kind = UnitChangeKind(str(row["kind"]))
    day = _day(row["effective_on"], f"单位变更“{before or after}”的生效日期")
    return UnitChange(day, kind, before, after)


def _item_change(row: Mapping[str, object]) -> ItemChange:
    names = row.get("new_names") or ()
    kind, day = row.get("kind"), row.get("effective_on")
    return ItemChange(
        unit=str(row["unit"]),
        item_name=str(row["item_name"]),
        item_code=str(row.get("item_code") or ""),
        kind=ItemChangeKind(str(kind)) if kind else None,
        receiver=str(row.get("receiver") or ""),
        new_names=tuple(part for part in names.split("、") if part) if isinstance(names, str) else tuple(names),  # type: ignore[arg-type]
        basis=str(row.get("basis") or ""),
        effective_on=_day(day, f"事项变动“{row['item_name']}”的生效日期") if day else None,
    )


def _dimensions(rows: Sequence[Mapping[str, object]]) -> tuple[DimensionPlan, ...]:
    """One entry a dimension, in their order; one that the plan does not name is tracked, not scored."""
    entries = [_dimension(row) for row in rows]
    repeated = [name for name, count in Counter(entry.dimension for entry in entries).items() if count > 1]
    if repeated:
        raise PlanError(f"工作方案中进驻维度“{repeated[0]}”写了不止一行，请只留一行。")
    named = {entry.dimension: entry for entry in entries}
    return tuple(named.get(dimension, DimensionPlan(dimension, None, 0)) for dimension in Dimension)


def _dimension(row: Mapping[str, object]) -> DimensionPlan:
    name = str(row["name"])
    if name not in tuple(Dimension):
        raise PlanError(f"工作方案中的进驻维度“{name}”不认识，应为{'、'.join(Dimension)}之一。")
    deadline = row.get("deadline")
    return DimensionPlan(
        Dimension(name),
        _day(deadline, f"维度“{name}”的时限") if deadline else None,
        _points(row["weight"], f"“{name}”"),
    )


def _weights(table: object) -> dict[str, int]:
    if not isinstance(table, dict) or set(table) != set(OTHER_PARTS):
        raise PlanError(f"工作方案的其他权重应恰好写明{'、'.join(OTHER_PARTS)}四项。")
    return {part: _points(table[part], f"“{part}”") for part in OTHER_PARTS}


def _check_weights(plan: Plan) -> None:
    total = sum(plan.part_weights.values())
    if total != 100:
        listed = "、".join(f"{part}{weight}" for part, weight in plan.part_weights.items())
        raise PlanError(f"工作方案的权重合计为 {total}，应为 100（{listed}），请调整后再运行。")


def _check_dimensions(plan: Plan) -> None:
    for entry in plan.dimensions:
        if entry.deadline and entry.deadline <= plan.start:
            raise PlanError(f"工作方案中维度“{entry.dimension}”的时限不晚于起始日期 {plan.start}。")


def _check_units(plan: Plan) -> None:
    if not plan.units:
        raise PlanError("工作方案里没有成员单位。")
    for what, values in (("编号", [u.id for u in plan.units]), ("名称", [u.name for u in plan.units])):
        repeated = [value for value, count in Counter(values).items() if count > 1]
        if repeated:
            raise PlanError(f"工作方案中单位{what}“{repeated[0]}”重复。")
    for unit in plan.units:
        if not unit.name.strip(".") or len(unit.name) > _LONGEST_NAME or not _NOT_IN_FILES.isdisjoint(unit.name):
            raise PlanError(
                f"工作方案中单位名称“{unit.name}”不能用在文件名里，请不超过 {_LONGEST_NAME} 个字，"
                f"也不要用 {' '.join(sorted(_NOT_IN_FILES))} 这些符号。"
            )
    for listed in (*plan.negative_list, *plan.items):
        if listed.unit not in plan.unit_by_name:
            raise PlanError(f"工作方案中事项“{listed.item_name}”的单位“{listed.unit}”不在成员单位之中。")
    owner: dict[str, Unit] = {}
    for unit in plan.units:
        for alias in (unit.name, unit.full_name, *unit.aliases):
            other = owner.setdefault(alias, unit)
            if other is not unit:
                raise PlanError(
                    f"工作方案中别名“{alias}”同时属于{other.name}和{unit.name}，请只留一家或改列为歧义简称。"
                )


def _check_unit_changes(plan: Plan) -> None:
    later = {change.before for change in plan.unit_changes}  # what a later row goes on from need not be there now
    for change in plan.unit_changes:
        known = change.after in plan.unit_by_alias or change.after in later
        if change.kind in (UnitChangeKind.MERGED, UnitChangeKind.FOUNDED) and not known:
            raise PlanError(f"工作方案的“单位变更”里，新单位“{change.after}”不在成员单位之中，请补进“单位”表。")


def _check_thresholds(plan: Plan) -> None:
    limits = plan.thresholds
    for name, value in vars(limits).items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise PlanError(f"工作方案的界限“{name}”应是不小于 0 的整数，现为“{value}”。")
    if limits.behind_yellow_points > limits.behind_red_points:
        raise PlanError("工作方案中亮黄灯的落后幅度大于亮红灯的落后幅度，请对调。")
    if limits.confirm_red > 1:
        raise PlanError(f"工作方案中“整改待核”应为 1（开）或 0（关），现为“{limits.confirm_red}”。")
    if limits.praise_min > limits.praise_max:
        raise PlanError("工作方案中表扬单位的下限大于上限，请对调。")
