"""Half a year of an office: twelve meetings, each thing that happens in one happening once.

An event is a generator that stands under the number of its meeting: what it does before its `yield` happens while
the meeting is prepared, what follows is asserted when the meeting was held. `year` is the office with its calendar;
what must hold after every meeting, whatever happened, is asserted by `a_good_clerk_expects`. To add an event, write
one more function under `@at(n)`; it may leave things in `year.noted` for an event of a later meeting.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from pipeline.commands.close import close
from pipeline.records import MisuseError
from pipeline.sample import Nature
from tests.office import MEETING, PLAN_FILE, Held, Office, Row, different, folder_bytes, folder_of, plan_with

LAST = 12
EVENTS: dict[int, list[Callable[["Year"], Iterator[None]]]] = {number: [] for number in range(1, LAST + 1)}


class Year:
    """The office, the meeting that was last held, and who does not return for the one that is prepared."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.silent: set[str] = set()
        self.noted: dict[str, object] = {}
        self.scores: dict[int, dict[str, object]] = {}  # number of a meeting → unit → score, as last written
        self.held: Held

    @property
    def units(self) -> list[str]:
        return self.office.units

    def run(self, *, anyway: bool = False) -> Held:
        """Hold the meeting, or once more."""
        self.held = self.office.hold(anyway=anyway)
        self.scores[self.office.period.number] = {row["单位"]: row["得分"] for row in self.held.scores("评分排名")}
        return self.held

    def empty_inputs(self, *, but: tuple[str, ...] = ()) -> None:
        for path in self.office.inputs.iterdir():
            if path.name not in but:
                path.unlink()

    def receipt(self, unit: str) -> object:
        rows = self.held.matrix("报送情况")[: len(self.units)]
        return next(row["报送状态"] for row in rows if row["单位"] == unit)

    def reds(self, unit: str, dimension: str) -> list[Row]:
        return [row for row in self.held.ledger("红灯清单") if (row["单位"], row["维度"]) == (unit, dimension)]


def at(number: int) -> Callable[[Callable[[Year], Iterator[None]]], Callable[[Year], Iterator[None]]]:
    """The event happens at the meeting of this number."""

    def registered(event: Callable[[Year], Iterator[None]]) -> Callable[[Year], Iterator[None]]:
        EVENTS[number].append(event)
        return event

    return registered


@at(1)
def inputs_emptied_and_run_again_after_the_meeting(year: Year) -> Iterator[None]:
    yield
    before = folder_bytes(year.held.folder)
    year.empty_inputs()
    held = year.run()
    assert any(line.startswith("结果与上次相同") for line in held.lines)
    assert different(folder_bytes(held.folder), before) == []


@at(2)
def a_remark_and_a_rerun_with_what_a_unit_corrected(year: Year) -> Iterator[None]:
    unit = year.units[0]
    year.office.inspect(unit)
    yield
    (row,) = year.reds(unit, "环节")
    where = {"单位": unit, "事项名称": row["事项名称"], "维度": "环节"}
    year.held.remark("红灯清单", where, 领导批示="限期整改")
    year.noted["remark"] = where
    year.empty_inputs()
    year.office.send(unit, nature=Nature(progress=1.0))
    held = year.run()
    assert {row["单位"] for row in held.matrix("重跑差异") if row["项目"] == "得分"} == {unit}
    assert [row["领导批示"] for row in year.reds(unit, "环节")] == ["限期整改"]


@at(3)
def a_unit_is_silent_and_the_meeting_is_closed(year: Year) -> Iterator[None]:
    unit = year.units[1]
    late = year.office.send(unit)
    year.noted["late"] = (late.name, late.read_bytes())
    late.unlink()
    year.silent.add(unit)
    yield
    assert year.receipt(unit) == "沿用上期"
    close(None, year.office.outputs)
    with pytest.raises(MisuseError, match="已经结束"):
        year.run()


@at(4)
def what_came_too_late_for_the_closed_meeting_counts_now(year: Year) -> Iterator[None]:
    unit = year.units[1]
    year.silent.add(unit)
    year.office.drop(*year.noted["late"])  # type: ignore[misc]
    yield
    assert year.receipt(unit) == "按时"
    assert "FM-036" in {row["编号"] for row in year.held.findings() if row["单位"] == unit}


@at(5)
def the_book_of_inspections_is_not_given_again(year: Year) -> Iterator[None]:
    year.empty_inputs(but=(PLAN_FILE,))
    yield
    assert [row["领导批示"] for row in year.reds(year.units[0], "环节")] == ["限期整改"]


@at(6)
def the_same_inspection_is_given_twice(year: Year) -> Iterator[None]:
    unit = year.units[2]
    for _ in range(2):
        year.office.inspect(unit, kind="两头受理")
    yield
    assert len(year.reds(unit, "窗口")) == 1
    open_now = {row["单位"]: row["未销号督查"] for row in year.held.scores("评分排名")}
    assert open_now[unit] == 1


@at(7)
def the_folder_of_the_meeting_before_is_renamed(year: Year) -> Iterator[None]:
    folder = folder_of(year.office.outputs, year.office.period.previous_meeting)  # type: ignore[arg-type]
    folder.rename(folder.with_name(f"{folder.name}（定稿）"))
    yield
    assert year.office.period.number == 7


@at(8)
def a_unit_is_silent_and_a_rerun_brings_its_return(year: Year) -> Iterator[None]:
    unit = year.units[3]
    year.silent.add(unit)
    yield
    assert year.receipt(unit) == "沿用上期"
    year.empty_inputs()
    year.office.send(unit)
    year.run()
    assert year.receipt(unit) == "按时"
    told = {row["项目"]: (row["原来"], row["现在"]) for row in year.held.matrix("重跑差异") if row["单位"] == unit}
    assert told["报送状态"] == ("沿用上期", "按时")


@at(10)
def a_closed_meeting_is_run_again_on_purpose(year: Year) -> Iterator[None]:
    yield
    close(None, year.office.outputs)
    before = folder_bytes(year.held.folder)
    held = year.run(anyway=True)
    assert different(folder_bytes(held.folder), before) == []


def a_good_clerk_expects(year: Year) -> None:
    """What holds after every meeting."""
    number = year.office.period.number
    history = year.held.matrix("历史")
    assert {row["期次"] for row in history} == set(range(1, number + 1))
    for period, scores in year.scores.items():
        assert {row["单位"]: row["得分"] for row in history if row["期次"] == period} == scores, period
    assert {row["单位"] for row in year.held.scores("评分排名")} == set(year.units)
    assert {year.receipt(unit) for unit in set(year.units) - year.silent} == {"按时"}
    if "remark" in year.noted:  # said in one of two places for ever
        rows = [*year.held.ledger("红灯清单"), *year.held.ledger("历史批示")]
        assert "限期整改" in {row["领导批示"] for row in rows}


def test_half_a_year_of_meetings(tmp_path):
    year = Year(Office(tmp_path, plan=plan_with(4)))
    for number in range(1, LAST + 1):
        if number > 1:
            year.office.next(MEETING + timedelta(days=14 * (number - 1)))
            year.office.adopt(year.office.plan)  # the plan does not last by itself yet: only reruns go on with it
        year.silent = set()
        events = [event(year) for event in EVENTS[number]]
        for event in events:
            next(event)
        year.office.return_all(but=year.silent)
        year.run()
        for event in events:
            assert next(event, "over") == "over"
        a_good_clerk_expects(year)
