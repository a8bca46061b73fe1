"""Making one cell of a return better never lowers the unit's score nor worsens a light (checks and judge together).

Better means honest and whole: with the cell come the cells that its own sheet then asks for, such as the
window's number of an item that now has a window. Without them the row would not be finished, which costs
its share of 报送.

Ten thousand steps: many units, each with a spoilt return of its own, walk step by step towards a good one, all
judged together as the units of one office.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from random import Random

from pipeline.checks.returns import check_returns
from pipeline.judge.merge import merge, receipts
from pipeline.meeting import Meeting
from pipeline.records import Previous
from pipeline.sample import Nature, sample_return
from schemas.dimensions import STEPS, Dimension
from schemas.plan import Period, Plan, Unit, load_plan
from schemas.returns.self_check import GOOD_ANSWER
from schemas.tables import light_name
from tests.checks.returned import Returned, intake

DEFAULT = load_plan()
WALKERS, WALK = 500, 10_000
PLAN = replace(DEFAULT, units=tuple(Unit(f"U{n:03d}", f"第{n}局", f"第{n}局") for n in range(WALKERS)))
SAMPLE = replace(DEFAULT, units=(DEFAULT.unit_by_name["区民政局"],))
ROWS = {"items": 3, "staff": 2, "authorisations": 3, "systems": 2, "tasks": 2, "problems": 1, "contacts": 2}
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


Rows = dict[str, list[dict[str, object]]]


def content(nature: Nature) -> Rows:
    made = sample_return(SAMPLE, PERIOD, SAMPLE.units[0], items=ROWS["items"], nature=nature)
    tables = {key: [dict(row) for row in rows[: ROWS.get(key, 9)]] for key, rows in made.tables.items()}
    return {"cover": [{**made.cover, "filled_on": GOOD_DAY}], **tables}


def of_row(entry: Scale, row: Mapping[str, object]) -> tuple[object, ...]:
    """The values of a scale, for questions 8 and 9 of 自查 the other way round."""
    return GOOD if entry.values == BAD and GOOD_ANSWER[int(str(row["number"]))] == "否" else entry.values


ALL = (*SCALES, DONE, scale("self_check", "answer", *BAD))


NATURES = [content(Nature(progress=share, diligent=share > 0.5)) for share in (0.2, 0.7, 1.0)]


def spoilt(random: Random) -> Rows:
    """A return in which many cells have any of their values."""
    rows = {key: [dict(row) for row in table] for key, table in random.choice(NATURES).items()}
    for entry, row in cells(rows):
        if random.random() < 0.3:
            put(entry, row, random.choice(of_row(entry, row)))
    return rows


def cells(rows: Rows) -> Iterator[tuple[Scale, dict[str, object]]]:
    for entry in ALL:
        for row in rows[entry.key]:
            yield entry, row


def put(entry: Scale, row: dict[str, object], value: object) -> None:
    row |= {entry.name: value, **entry.after.get(value, {})}


def better(random: Random, rows: Rows) -> str:
    """Make one cell better; what was done, "" where nothing is left to do."""
    for _ in range(50):
        entry = random.choice([entry for entry in ALL if rows[entry.key]])
        row = random.choice(rows[entry.key])
        values = of_row(entry, row)
        now = values.index(row.get(entry.name)) if row.get(entry.name) in values else len(values)
        if now + 1 < len(values):
            value = values[random.randrange(now + 1, len(values))]
            said = f"{entry.key}.{entry.name}: {row.get(entry.name)} → {value}"
            put(entry, row, value)
            return said
    return ""


def judged(returns: Mapping[str, Rows], previous: Previous | None = None, plan: Plan = PLAN) -> Meeting:
    taken = intake(*(Returned(unit, rows) for unit, rows in returns.items()))
    found = check_returns(plan, PERIOD, taken, previous)
    merged = merge(taken, previous, plan)
    received = receipts(plan, PERIOD, taken, merged, found)
    return Meeting(plan, PERIOD, merged, received, found, taken.office["inspections"], previous)


def test_one_cell_better_never_costs_anything():
    random = Random(14)
    returns = {unit.name: spoilt(random) for unit in PLAN.units}
    meeting, steps = judged(returns), 0
    while steps < WALK:
        done = {unit: better(random, rows) for unit, rows in returns.items()}
        returns |= {unit: spoilt(random) for unit in returns if not done[unit]}  # nothing left to do: begins anew
        after = judged(returns)
        walked = {unit: said for unit, said in done.items() if said}
        steps += len(walked)
        scores_before, scores = ({s.unit: s.score for s in result.standings} for result in (meeting, after))
        assert [(unit, said) for unit, said in walked.items() if scores[unit] < scores_before[unit]] == []
        before, now = lights(meeting), lights(after)
        assert [(unit, said) for unit, said in walked.items() if darker(before[unit], now[unit])] == []
        meeting = after


#: From the darkest on; what does not apply has no light to darken.
RANKS = {"红": 0, "黄": 1, "绿": 2, "灰": 3}


def darker(before: list[str], after: list[str]) -> bool:
    return any(RANKS[new] < RANKS[old] for old, new in zip(before, after, strict=True))


def lights(result: Meeting) -> dict[str, list[str]]:
    """Unit → its lights in one order; rows of tasks and problems stand as they were sent."""
    found: dict[str, list[str]] = {unit.name: [] for unit in PLAN.units}
    frames = [result.unit_lights, result.task_rows, result.problem_rows, result.milestones]
    columns = [(frame["unit"], frame["light"]) for frame in frames]
    columns += [(result.in_force["unit"], result.lights[light_name(dimension)]) for dimension in Dimension]
    for units, own in columns:
        for unit, light in zip(units, own, strict=True):
            found[unit].append(light)
    return found
