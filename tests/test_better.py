"""Making one cell of a return better never lowers the unit's score nor worsens a light (checks and judge together).

Better means honest and whole: with the cell come the cells that its own sheet then asks for, such as the
window's number of an item that now has a window. Without them the row would not be finished, which costs
its share of 报送.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.checks.returns import check_returns
from pipeline.judge.merge import merge, receipts
from pipeline.meeting import Meeting
from pipeline.sample import Nature, sample_return
from schemas.dimensions import STEPS, Dimension
from schemas.plan import Period, load_plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import light_name
from tests.checks.returned import Returned, intake

UNIT = "区民政局"
DEFAULT = load_plan()
PLAN = replace(DEFAULT, units=(DEFAULT.unit_by_name[UNIT],))
MEETING, CUTOFF = date(2023, 8, 25), date(2023, 8, 23)  # one deadline has passed, the other has not
PERIOD = Period(3, MEETING, CUTOFF, date(2023, 8, 11))
GOOD_DAY, LATE_DAY = date(2023, 8, 22), date(2023, 8, 24)
WORST_FIRST = "红黄绿"


@dataclass(frozen=True)
class Scale:
    """A column of a sheet and its values from the worst to the best; after: value → cells it then needs."""

    key: str
    name: str
    values: tuple[object, ...]
    after: Mapping[object, Mapping[str, object]]


def scale(key: str, name: str, *values: object, **after: Mapping[str, object]) -> Scale:
    return Scale(key, name, values, after)


WINDOW = {"window_number": "A03"}
SCALES = (
    scale("items", "item_presence", "未进驻", "推进中", "已进驻"),
    scale("items", "window_presence", "未设窗口", "专业窗口", 专业窗口=WINDOW),
    *(scale("items", name, "厅外", "大厅") for name in STEPS),
    scale("items", "staff_presence", "未进驻", "部分进驻", "已进驻"),
    scale("items", "authority", "未授权", "部分授权", "已授权"),
    scale("items", "system_state", "未对接", "对接中", "统一平台", "已对接"),
    scale("items", "one_id", "未实现", "推进中", "已实现"),
    scale("items", "e_licence", "未应用", "已应用"),
    scale("items", "outside_loop", "是", "否"),
    scale("items", "double_acceptance", "是", "否"),
    scale("items", "planned_on", None, date(2023, 8, 1), date(2023, 12, 31), date(2023, 10, 20)),
    scale("items", "reason_open", None, "等系统"),
    scale("items", "item_type", "行政处罚", None, "行政确认"),
    scale("staff", "present", "否", "是"),
    scale("systems", "link_state", "未对接", "对接中", "已对接"),
    scale("tasks", "progress", None, 0.2, 0.9),
    scale("tasks", "planned_on", None, date(2023, 10, 1)),
    scale("problems", "state", "待派发", "办理中", "已解决", 已解决={"solved_on": date(2023, 8, 10)}),
    scale("contacts", "mobile", None, "13800000001"),
    scale("cover", "filled_on", None, LATE_DAY, GOOD_DAY),
    scale("cover", "signed", None, "否", "是"),
    scale("cover", "sealed", "否", "是"),
)
DONE = Scale("tasks", "progress", (0.2, 1.0), {1.0: {"done_on": date(2023, 8, 10)}})
BAD, GOOD = ("否", "部分", "是"), ("是", "部分", "否")


def content(nature: Nature) -> dict[str, list[dict[str, object]]]:
    made = sample_return(PLAN, PERIOD, PLAN.units[0], items=4, nature=nature)
    return {"cover": [{**made.cover, "filled_on": GOOD_DAY}], **{key: list(rows) for key, rows in made.tables.items()}}


def of_row(entry: Scale, row: Mapping[str, object]) -> tuple[object, ...]:
    """The values of a scale, for questions 8 and 9 of 自查 the other way round."""
    return GOOD if entry.values == BAD and GOOD_ANSWER[int(str(row["number"]))] == "否" else entry.values


ALL = (*SCALES, DONE, scale("self_check", "answer", *BAD))


@st.composite
def a_step(draw):
    """A return with some cells spoilt, and the same with one of its cells better."""
    rows = content(Nature(progress=draw(st.sampled_from((0.2, 0.7, 1.0))), diligent=draw(st.booleans())))
    for entry, at in draw(st.lists(st.tuples(st.sampled_from(ALL), st.integers(0, 9)), max_size=12)):
        if rows[entry.key]:
            row = rows[entry.key][at % len(rows[entry.key])]
            value = draw(st.sampled_from(of_row(entry, row)))
            row |= {entry.name: value, **entry.after.get(value, {})}
    entry = draw(st.sampled_from([entry for entry in ALL if rows[entry.key]]))
    at = draw(st.integers(0, len(rows[entry.key]) - 1))
    values = of_row(entry, rows[entry.key][at])
    low = draw(st.integers(0, len(values) - 2))
    high = draw(st.integers(low + 1, len(values) - 1))
    sent = []
    for step in (low, high):
        changed = {**rows[entry.key][at], entry.name: values[step], **entry.after.get(values[step], {})}
        table = [changed if number == at else row for number, row in enumerate(rows[entry.key])]
        sent.append({**rows, entry.key: table})
    return sent


def judged(rows):
    taken = intake(Returned(UNIT, rows))
    found = check_returns(PLAN, PERIOD, taken, None)
    merged = merge(taken, None, PLAN)
    received = receipts(PLAN, PERIOD, taken, merged, found)
    return Meeting(PLAN, PERIOD, merged, received, found, taken.office["inspections"])


@settings(max_examples=15, deadline=None)
@given(a_step())
def test_one_cell_better_never_costs_anything(sent):
    before, after = map(judged, sent)
    assert score(after) >= score(before)
    for (where, old), (same, new) in zip(lights(before), lights(after), strict=True):
        assert where == same
        assert old == new == "灰" or WORST_FIRST.index(new) >= WORST_FIRST.index(old), where


def score(result):
    return result.ranking.set_index("unit").at[UNIT, "score"]


def lights(result):
    """Every light of the unit, each with what it is for."""
    found = []
    for name in ("unit_dimensions", "overall", "tasks", "problems", "milestones"):
        frame = getattr(result, name)
        found += [(name, light) for light in frame.loc[frame["unit"] == UNIT, "light"]]
    return [*found, *((dimension, light) for dimension in Dimension for light in result.matrix[light_name(dimension)])]
