"""The 进驻维度: one record for each, and what follows from it.

A dimension is added by a member of `Dimension` that brings its column along; a deadline or a weight it has by
the plan. Its state, when an item is open in it (as mask, formula and words), what contradicts the self-check,
what turns it 红, 三个无审批, the printed part of 总矩阵 and the samples are read from here.
Source: contract §5 (states), §6 (lights, suspicions).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.columns import Column, column
from schemas.conditions import AllBut, AnyOf, Both, Condition, Filled, When
from schemas.words import ONE_ID_STATE, Choice, State

if TYPE_CHECKING:
    from schemas.plan import Plan

_OPEN = (State.MOVING, State.NOT_DONE)
STEPS = ("step_accept", "step_review", "step_decide", "step_deliver")
OUTSIDE, ABSENT = "厅外", "无此环节"


def _no(step: str) -> "Condition":
    return When(step, (ABSENT,))


#: A step that the 环节模式 needs and that is said not to exist (contract §6): the column where it is said → when.
NEEDED_STEPS: Mapping[str, "Condition"] = {
    "step_review": AnyOf(
        (
            Both(When("step_mode", ("一审一核", "一审两核", "特别程序")), _no("step_review")),
            Both(When("step_mode", ("审核合一",)), Both(_no("step_review"), _no("step_decide"))),
        ),
        wording="“环节模式”需要的“审核”",
    ),
    "step_decide": Both(When("step_mode", ("一审一核", "一审两核", "特别程序")), _no("step_decide")),
}


@dataclass(frozen=True)
class NoApproval:
    """One of the 三个无审批: nothing is approved beyond the list, the hall, the platform (contract §6).

    `question`: the one of the self-check whose good answer claims it; `inspection`: no finding of this kind
    may be open. Where it belongs to a dimension, every applicable item must be 到位 there.
    """

    name: str
    title: str
    question: int
    inspection: str


@dataclass(frozen=True)
class Record:
    """What one dimension is. columns and admitted: of the sheet 事项, by Column.name.

    state_of: value of a deciding cell → state; any other value, and a blank, is 待核. With several
    deciding cells the item is 到位 where all are, 未到位 where none is, else 推进中.
    """

    columns: tuple[str, ...]
    state_of: Mapping[str, State]
    absent: str = ""  # with several cells: the value of one that does not exist and so does not count
    needed: tuple[Condition, ...] = ()  # one of these holds: a cell that cannot be absent is, so it stays 待核
    question: int | None = None  # of the self-check, whose good answer items that are open here contradict
    inspections: tuple[str, ...] = ()  # kinds of inspection findings that turn the item 红 here
    admitted: str = ""  # the yes-or-no column by which the unit itself turns the item 红 here
    inner: bool = False  # an item that is 已进驻 while it is open here is 疑似明进暗不进
    no_approval: NoApproval | None = None
    goal: str = ""  # the goal of the notice (TASK_GOAL) that is reached when every item is 到位 here
    #: The deciding cell itself, where 事项 has no place of its own for it among what it belongs with.
    brings: Column | None = None

    @property
    def open_values(self) -> tuple[str, ...]:
        """The values of a deciding cell that say 推进中 or 未到位."""
        return tuple(value for value, state in self.state_of.items() if state in _OPEN)

    @property
    def open(self) -> tuple[Condition, ...]:
        """One condition a deciding cell; the item is open where one of them holds."""
        return tuple(When(column, self.open_values) for column in self.columns)

    @property
    def void(self) -> Condition | None:
        """Every deciding cell is filled in, and none counts or one is absent that is needed: it stays 待核."""
        if not self.absent:
            return None
        return AnyOf((_all([When(column, (self.absent,)) for column in self.columns]), *self.needed))

    def word(self, state: State) -> str:
        """What a deciding cell says in a state; where it has no word for it, what it says when 未到位."""
        words = [value for value, meant in self.state_of.items() if meant is state]
        return words[0] if words else self.word(State.NOT_DONE)


def _all(conditions: Sequence[Condition]) -> Condition:
    """True where all hold; halved, so that the formula nests as little as it can."""
    half = len(conditions) // 2
    return Both(_all(conditions[:half]), _all(conditions[half:])) if half else conditions[0]


class Dimension(StrEnum):
    """The 进驻维度, in the order in which every table prints them; `name` in lower case is part of column names."""

    record: Record

    def __new__(cls, title: str, record: Record | None = None) -> "Dimension":
        """A member is its title, as people read it, and carries its record; `Dimension("事项")` finds it."""
        if record is None:
            raise TypeError(f"{title}: a dimension needs its record")
        member = str.__new__(cls, title)
        member._value_ = title
        member.record = record
        return member

    ITEM = (
        "事项",
        Record(
            ("item_presence",),
            {"已进驻": State.DONE, "推进中": State.MOVING, "未进驻": State.NOT_DONE},
            goal="事项进驻到位",
            question=3,
            inspections=("明进暗不进",),
        ),
    )
    WINDOW = (
        "窗口",
        Record(
            ("window_presence",),
            {"综合窗口": State.DONE, "专业窗口": State.DONE, "未设窗口": State.NOT_DONE},
            goal="事项进驻到位",
            inspections=("两头受理",),
            admitted="double_acceptance",
        ),
    )
    STEP = (
        "环节",
        Record(
            STEPS,
            goal="环节人员进驻到位",
            state_of={"大厅": State.DONE, "线上": State.DONE, OUTSIDE: State.NOT_DONE},
            absent=ABSENT,
            needed=tuple(NEEDED_STEPS.values()),
            question=6,
            inspections=("体外循环", "大厅外审批"),
            admitted="outside_loop",
            inner=True,
            no_approval=NoApproval("beyond_hall", "大厅之外", 8, "大厅外审批"),
        ),
    )
    STAFF = (
        "人员",
        Record(
            ("staff_presence",),
            {"已进驻": State.DONE, "部分进驻": State.MOVING, "未进驻": State.NOT_DONE},
            goal="环节人员进驻到位",
            question=7,
            inner=True,
        ),
    )
    AUTHORITY = (
        "授权",
        Record(
            ("authority",),
            {
                "已授权": State.DONE,
                "部分授权": State.MOVING,
                "未授权": State.NOT_DONE,
                "无需授权": State.EXEMPT,
            },
            goal="集中授权到位",
            question=4,
            inner=True,
        ),
    )
    SYSTEM = (
        "系统",
        Record(
            ("system_state",),
            {
                "已对接": State.DONE,
                "统一平台": State.DONE,
                "对接中": State.MOVING,
                "未对接": State.NOT_DONE,
                "无系统": State.EXEMPT,
            },
            goal="系统对接到位",
            question=5,
            inspections=("平台外审批",),
            no_approval=NoApproval("beyond_platform", "平台之外", 5, "平台外审批"),
        ),
    )
    ONE_ID = (
        "一证通办",
        Record(
            ("one_id",),
            {"已实现": State.DONE, "推进中": State.MOVING, "未实现": State.NOT_DONE, "不涉及": State.EXEMPT},
            brings=column(
                "one_id",
                "一证通办",
                ONE_ID_STATE,
                width=10,
                synonyms=("是否一证通办",),
                help="凭一张身份证件能否办成",
            ),
        ),
    )


#: 不适用 in every dimension: on the 负面清单 with its approval (contract §5).
EXEMPT = Both(When("negative_list", ("是",)), Filled("approval_number"))
#: The dropdown of a column in which the office names a dimension.
DIMENSION_CHOICE = Choice(
    "进驻维度",
    tuple(str(dimension) for dimension in Dimension),
    tuple((f"{dimension}{ending}", str(dimension)) for dimension in Dimension for ending in ("进驻", "维度", "到位")),
)
#: What 已进驻 is hollow without (contract §6, 疑似明进暗不进).
INNER = tuple(dimension for dimension in Dimension if dimension.record.inner)
#: An open inspection finding of this kind turns the item's light in that dimension 红 (contract §6).
DIMENSION_OF_INSPECTION = {kind: dimension for dimension in Dimension for kind in dimension.record.inspections}
#: Goal of the notice → its dimensions.
DIMENSIONS_OF_GOAL: Mapping[str, tuple[Dimension, ...]] = {
    goal: tuple(d for d in Dimension if d.record.goal == goal)
    for goal in dict.fromkeys(d.record.goal for d in Dimension if d.record.goal)
}
#: Goal → the questions of the self-check that belong to it and to no dimension (notice 二（四）: 三集中).
QUESTIONS_OF_GOAL = {"集中授权到位": (1, 2)}
#: Question of the self-check → the dimension whose rows can contradict a good answer.
DIMENSION_OF_QUESTION = {d.record.question: d for d in Dimension if d.record.question is not None}
#: The 三个无审批, each with its dimension; beyond the list there is none.
NO_APPROVALS: tuple[tuple[NoApproval, Dimension | None], ...] = (
    (NoApproval("beyond_list", "清单之外", 9, "清单外审批"), None),
    *((d.record.no_approval, d) for d in Dimension if d.record.no_approval),
)
#: Kind of inspection finding → the question of the self-check that asks for the same.
QUESTION_OF_INSPECTION = {
    **{kind: d.record.question for kind, d in DIMENSION_OF_INSPECTION.items() if d.record.question is not None},
    **{one.inspection: one.question for one, _ in NO_APPROVALS},
}


def open_item(plan: "Plan") -> Condition | None:
    """An item with a scored dimension that is neither 到位 nor 不适用, as far as its cells say so.

    None where the plan scores no dimension: then no item has to say when it will be in place.
    """
    scored = [entry.dimension.record for entry in plan.dimensions if entry.scored]
    conditions = [condition for record in scored for condition in record.open]
    conditions += [record.void for record in scored if record.void]
    return AllBut(AnyOf(tuple(conditions)), EXEMPT) if conditions else None
