"""Correct returns for any plan, the same for the same arguments (contract §4)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.sample import tables
from pipeline.sample.items import Row, item_rows
from pipeline.sample.names import listed_count, office_phone, person
from pipeline.sample.nature import Nature, Scene, pace
from schemas.plan import Period, Plan, Unit
from schemas.returns import BY_KEY, COVER

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
    systems = tables.systems_of(scene, ways, how_many)
    rows = [_whole("items", row) for row in item_rows(scene, ways, systems, how_many)]
    staff = tables.staff_rows(scene, ways, len(rows))
    return SampleReturn(
        unit,
        _cover(scene, len(rows)),
        {
            "contacts": _all("contacts", tables.contact_rows(scene)),
            "self_check": _all("self_check", tables.self_check_rows(scene, rows, staff)),
            "items": rows,
            "staff": _all("staff", staff),
            "authorisations": _all("authorisations", tables.authorisation_rows(scene, rows)),
            "systems": _all("systems", tables.system_rows(scene, systems, rows)) if rows else [],
            "tasks": _all("tasks", tables.task_rows(scene, ways)),
            "problems": _all("problems", tables.problem_rows(scene, ways)),
        },
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


def _all(key: str, rows: Sequence[Row]) -> list[Row]:
    return [_whole(key, row) for row in rows]


def _whole(key: str, row: Row) -> Row:
    """The row with every column of its sheet, in order; what was not said is None."""
    return {name: row.get(name) for name in BY_KEY[key].names}
