"""A working group of six units, so that whole runs are quick: its plan, its returns, its inputs folder."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.run import run
from pipeline.sample import Nature, SampleReturn, sample_return
from pipeline.settings import Settings
from pipeline.write.office import write_plan_book
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, load_plan, period_of
from tests.produced import Results

DEFAULT = load_plan()
PLAN: Plan = replace(DEFAULT, units=DEFAULT.units[:6])
UNITS = [unit.name for unit in PLAN.units]
MEETING, NEXT_MEETING = date(2023, 3, 17), date(2023, 3, 31)
PERIOD = period_of(PLAN, MEETING, [])
NEXT_PERIOD = period_of(PLAN, NEXT_MEETING, [MEETING])

Spoil = Callable[[SampleReturn], SampleReturn]


def content_of(unit: str, period: Period = PERIOD, items: int = 6, **options: object) -> SampleReturn:
    """A correct return."""
    return sample_return(PLAN, period, PLAN.unit_by_name[unit], items=items, **options)  # type: ignore[arg-type]


def steady(unit: str, period: Period) -> SampleReturn:
    """A correct return of fourteen items, one of them exempt, in which nothing falls due before the second meeting."""
    later = content_of(unit, NEXT_PERIOD, items=14, nature=Nature(progress=0.6, diligent=False))
    return replace(later, cover=content_of(unit, period, items=14).cover)


def send(folder: Path, content: SampleReturn, period: Period = PERIOD, name: str = "") -> Path:
    """Put a unit's return into a folder; returns where it is."""
    path = folder / (name or template_name(content.unit, period))
    write_template(path, PLAN, period, content.unit, Prefill(content.cover, content.tables))
    return path


def office(folder: Path) -> Path:
    """An inputs folder that holds the plan of the six units and nothing else."""
    folder.mkdir(parents=True)
    write_plan_book(folder / "工作方案.xlsx", PLAN)
    return folder


def all_returned(folder: Path, *, but: Iterable[str] = (), period: Period = PERIOD) -> Path:
    """An inputs folder with the plan and a correct return of every unit, except `but`."""
    office(folder)
    for unit in UNITS:
        if unit not in but:
            send(folder, content_of(unit, period), period)
    return folder


def hold(inputs: Path, outputs: Path, meeting: date = MEETING, workers: int = 2) -> tuple[int, Results]:
    """Run the main job; returns its exit code and what it wrote."""
    outcome = run(Settings(meeting, inputs, outputs, workers))
    return outcome.exit_code, Results(next(outputs.glob(f"第*_{meeting}")))
