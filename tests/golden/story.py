"""The small run whose workbooks are kept as text: four units, two meetings about a deadline, then a rollup.

2023-07-18: the first unit is found acting outside the hall, the second is late, the third on time, the fourth
silent; a leader remarks on the first one's red light. 2023-08-01, the day after a deadline: the first has sent
the second a problem, the second one's return has errors, the third is silent and carried over, the fourth
reports for the first time, without mobile numbers and with a waiver; a scan and a stranger's return lie beside.
"""

import os
from collections.abc import Iterator
from contextlib import chdir
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path

from click.testing import CliRunner

from pipeline.cli import main
from pipeline.sample import Nature, SampleReturn, mess
from pipeline.say.closing import program_version
from schemas.plan import Unit, period_of
from tests.golden.dump import dump
from tests.office import Held, Office, plan_with

FIRST, SECOND = date(2023, 7, 18), date(2023, 8, 1)
PLAN = plan_with(4)
ONE, TWO, THREE, FOUR = (unit.name for unit in PLAN.units)
#: How far each unit is; the second lags behind and says so, the third has given up.
NATURES = {ONE: Nature(0.6), TWO: Nature(0.3), THREE: Nature(0.1, diligent=False), FOUR: Nature(0.9)}
STRANGER = Unit("X01", "区气象局", "平顶山市石龙区气象局")
_CAME_IN = time(17, tzinfo=timezone(timedelta(hours=8)))


def dumps(top: Path) -> Iterator[tuple[str, str]]:
    """Live the story in an empty folder; name and text of everything that each step leaves behind."""
    office = Office(top, period_of(PLAN, FIRST, []), PLAN)
    yield "工作方案", dump(office.inputs / "工作方案.xlsx")
    said, told = [], set[str]()
    for step in (_first, _second, _rolled_up):
        said.append(step(office).replace(str(top), "…"))
        texts = dict(_texts(office.outputs, told))
        told |= texts.keys()
        yield from texts.items()
        if step is _first:
            _remark(office)
    yield "屏幕", "\n".join([*said, ""])


def _texts(outputs: Path, told: set[str]) -> Iterator[tuple[str, str]]:
    """Of what is not `told` yet; no copies of what came in."""
    for path in sorted(outputs.rglob("*")):
        name = path.relative_to(outputs).with_suffix("").as_posix()
        if path.suffix in (".xlsx", ".docx") and path.parent.name != "来件" and name not in told:
            yield name, dump(path).replace(f'"{program_version()}"', '"（程序版本）"')  # a release changes no text


def _first(office: Office) -> str:
    office.templates(TWO)
    for unit in (ONE, THREE):
        office.send(_content(office, unit))
    office.send(mess.cover(_content(office, TWO), filled_on=FIRST - timedelta(days=1)))
    office.inspect(ONE, description="窗口只收件，仍在原科室办理")
    return "\n".join(_hold(office).lines)


def _remark(office: Office) -> None:
    """What a leader writes after the first meeting."""
    office.results(FIRST).remark("红灯清单", {"单位": ONE}, 领导批示="请分管领导约谈，八月底前办结。")


def _second(office: Office) -> str:
    office.next(SECOND).templates(TWO)
    office.send(_with_problem(_content(office, ONE)))
    office.send(mess.several(mess.wrong_choices, mess.ticks, mess.bad_dates)(_content(office, TWO)))
    office.send(mess.no_mobile(_content(office, FOUR)))
    office.waive(FOUR, "LX-001", reason="人员未定，同意缓报手机号", expires_on=date(2023, 9, 30))
    office.drop("扫描件.pdf", b"%PDF-1.4\n")
    office.send(replace(mess.cover(_content(office, THREE), unit=STRANGER.name), unit=STRANGER), "气象局.xlsx")
    return "\n".join(_hold(office).lines)


def _content(office: Office, unit: str) -> SampleReturn:
    return office.content(unit, items=4, nature=NATURES[unit])


def _with_problem(content: SampleReturn) -> SampleReturn:
    problem = {
        "problem_number": "W9",
        "description": "业务专网没有接到大厅窗口",
        "problem_kind": "系统不通",
        "cause": "光缆未铺设",
        "solution": "请协调接入",
        "owner_unit": TWO,
        "helper_units": None,
        "solve_by": SECOND + timedelta(days=10),
        "state": "待派发",
        "solved_on": None,
        "remark": None,
    }
    return replace(content, tables={**content.tables, "problems": [*content.tables["problems"], problem]})


def _rolled_up(office: Office) -> str:
    """Together with a second district, of two units that report all."""
    plan, top = plan_with(2, office=replace(PLAN.office, district="乙区")), office.outputs.parent
    other = Office(top / "乙区", period_of(plan, FIRST, []), plan).return_all(items=3)
    _hold(other)
    _hold(other.next(SECOND).return_all(items=3))
    with chdir(top):  # the paths of the districts are written as they are given
        command = ["rollup", "outputs", "乙区/outputs", "--outputs", "outputs", "--inputs", "没有", "--workers", "1"]
        return CliRunner().invoke(main, command, catch_exceptions=False).output.strip()


def _hold(office: Office) -> Held:
    """Hold a meeting; every file came in on the afternoon of the cut-off."""
    came_in = datetime.combine(office.period.cutoff, _CAME_IN).timestamp()
    for path in office.inputs.rglob("*"):
        os.utime(path, (came_in, came_in))
    return office.hold()
