"""A unit is its 编号, not its name: what an earlier meeting left behind, under the names of this one (contract §3).

The one place at which a renamed unit is known again, and at which a merged one goes on under the new
unit: everything that comes after sees the names of the plan in force alone.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.remarks import SEPARATOR
from pipeline.memory.kept_plan import KeptPlan
from pipeline.records import Intake, Previous
from schemas.plan import Plan
from schemas.tables import SET_ASIDE
from schemas.unit_changes import merged_units, plan_at
from schemas.words import Light

if TYPE_CHECKING:
    from pipeline.memory.plan import PlanInForce

_WORST_FIRST = {light.value: place for place, light in enumerate((Light.RED, Light.YELLOW, Light.GREEN, Light.GREY))}
#: Columns that name a unit, beside `unit` itself; the second kind several, joined by 、.
_ONE, _SEVERAL = ("owner_unit",), ("helper_units",)


@dataclass(frozen=True)
class Lineage:
    """now: name at an earlier meeting → name at this one, where they differ. merged: the names of 原单位."""

    now: Mapping[str, str]
    merged: frozenset[str] = frozenset()

    def named(self, name: object) -> object:
        """What the unit is called now."""
        return self.now.get(name, name) if isinstance(name, str) else name

    def all_named(self, text: object) -> object:
        """The same for several names joined by 、."""
        return "、".join(str(self.named(part)) for part in text.split("、")) if isinstance(text, str) else text


def lineage(then: KeptPlan | None, book: Plan, plan: Plan, day: date) -> Lineage:
    """How the units of an earlier meeting are called at this one.

    book, plan: the plan of this meeting as written and as it applies on `day`. By 编号 where the earlier
    plan is known; else an old name that is now an alias of a unit which was not itself there is that unit.
    """
    if then is None:
        return Lineage({})
    merged = merged_units(book, day)
    bore = {unit.name: unit.id for unit in plan_at(then.plan, then.meeting).units} if then.plan else {}
    now: dict[str, str] = {}
    for name in sorted({*bore, *then.units}):
        same = plan.unit_by_id.get(bore.get(name, ""))
        alias = plan.unit_by_alias.get(name)
        if same is None and alias and (name in merged or alias.name not in then.units):
            same = alias
        if same and same.name != name:
            now[name] = same.name
    return Lineage(now, merged & now.keys())


def files_lineage(in_force: "PlanInForce") -> Lineage:
    """How the units by whose names files were claimed are called: the merged ones stood beside the new one."""
    owner = in_force.plan.unit_by_alias
    names = [unit.name for unit in in_force.reading.units if unit.name not in in_force.plan.unit_by_name]
    now = {name: owner[name].name for name in names if name in owner}
    return Lineage(now, frozenset(now))


def renamed_remarks(remarks: pd.DataFrame, lines: Lineage) -> pd.DataFrame:
    """REMARKS_LOST rows whose keys and labels begin with the units' names of now."""
    if not lines.now or not len(remarks):
        return remarks
    begun = {name: [_begun(text, lines) for text in remarks[name]] for name in ("key", "label")}
    return remarks.assign(
        **{name: pd.Series(cells, index=remarks.index, dtype=object) for name, cells in begun.items()}
    )


def _begun(text: object, lines: Lineage) -> object:
    if not isinstance(text, str):
        return text
    unit, separator, rest = text.partition(SEPARATOR)
    return f"{lines.named(unit)}{separator}{rest}"


def renamed_intake(intake: Intake, lines: Lineage, known: Collection[str]) -> Intake:
    """What came in, the files of merged units with it as the new unit's; its own cover is the unit's.

    known: the units of the meeting before. One of them that sent nothing itself has not returned, although
    the file of a 原单位 supplies rows of its own (contract §3).
    """
    if not lines.now:
        return intake
    former = intake.covers["unit"].isin(lines.merged)
    silent = {lines.named(unit) for unit in intake.covers.loc[former, "unit"]} & set(known)
    silent -= set(intake.covers.loc[~former, "unit"])
    covers = intake.covers[~(former & intake.covers["unit"].map(lines.named).isin(silent))]
    found = tuple(
        replace(one, place=replace(one.place, unit=str(lines.named(one.place.unit)))) for one in intake.findings
    )
    tables, extra = _one_self_check(intake.tables, lines, silent)
    return replace(
        intake,
        covers=_united_covers(covers, lines),
        tables=tables,
        office=renamed_entries(intake.office, lines),
        files=_renamed(intake.files, lines),
        set_aside=_stacked(_renamed(intake.set_aside, lines), extra),
        findings=found,
    )


def renamed_entries(entries: Mapping[str, pd.DataFrame], lines: Lineage) -> dict[str, pd.DataFrame]:
    """The office's own entries, one frame a sheet."""
    return {key: _renamed(rows, lines) for key, rows in entries.items()}


def renamed_previous(previous: Previous, lines: Lineage) -> Previous:
    """What the period before left behind, under the names of now."""
    if not lines.now:
        return previous
    history = _united_counts(_unranked(previous.history, lines), lines, ["meeting", "unit", "dimension"])
    latest = history[history["meeting"] == previous.meeting]
    return replace(
        previous,
        covers=_united_covers(previous.covers, lines),
        office=renamed_entries(previous.office, lines),
        tables=_one_self_check(previous.tables, lines)[0],
        matrix=_renamed(previous.matrix, lines),
        unit_dimensions=_united_counts(previous.unit_dimensions, lines, ["unit", "dimension"]),
        history=history,
        ranking=latest.drop_duplicates("unit")[["unit", "rank", "score"]].reset_index(drop=True),
        findings=_renamed(previous.findings, lines),
        tracking=_first_of(_renamed(previous.tracking.sort_values("periods", ascending=False), lines), _TRACKED),
        milestones=None if previous.milestones is None else _first_of(_own_first(previous.milestones, lines), _STONES),
    )


_TRACKED, _STONES = ["unit", "kind", "key"], ["unit", "milestone"]


def _renamed(rows: pd.DataFrame, lines: Lineage) -> pd.DataFrame:
    named = {name: [lines.named(cell) for cell in rows[name]] for name in ("unit", *_ONE) if name in rows}
    named |= {name: [lines.all_named(cell) for cell in rows[name]] for name in _SEVERAL if name in rows}
    return rows.assign(**{name: pd.Series(cells, index=rows.index, dtype=object) for name, cells in named.items()})


def _one_self_check(
    tables: Mapping[str, pd.DataFrame], lines: Lineage, silent: Collection[object] = ()
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """The rows of every table, and those of 自查 that are set aside: a unit gives one answer to a question, its own.

    silent: units whose own answers are those of the meeting before.
    """
    renamed = {key: _renamed(rows, lines) for key, rows in tables.items()}
    if not lines.merged:
        return renamed, pd.DataFrame(columns=list(SET_ASIDE.names), dtype=object)
    own_first = _own_first(tables["self_check"], lines)
    theirs = tables["self_check"]["unit"].isin(lines.merged)
    again = own_first.duplicated(["unit", "number"]).sort_index(kind="stable")
    again |= theirs & tables["self_check"]["unit"].map(lines.named).isin(list(silent))
    answers = own_first.sort_index(kind="stable")
    renamed["self_check"] = answers[~again].reset_index(drop=True)
    aside = answers.loc[again, ["unit", "file", "sheet", "row"]]
    cells = zip(answers.loc[again, "number"], answers.loc[again, "answer"], strict=True)
    texts = pd.Series([f"{number}：{answer or ''}" for number, answer in cells], index=aside.index, dtype=object)
    return renamed, aside.assign(reason=_MERGED_ANSWER, text=texts).astype(object)


_MERGED_ANSWER = "原单位已合并，自查以新单位的为准"


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else first


def _own_first(rows: pd.DataFrame, lines: Lineage) -> pd.DataFrame:
    """Renamed, and of a unit that others were merged into its own rows before theirs."""
    theirs = rows["unit"].isin(lines.merged)
    return _renamed(pd.concat([rows[~theirs], rows[theirs]]), lines)


def _first_of(rows: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    return rows.drop_duplicates(list(names)).sort_index(kind="stable").reset_index(drop=True)


def _united_covers(covers: pd.DataFrame, lines: Lineage) -> pd.DataFrame:
    """One cover a unit, its own where it has one; 事项总数 is what all of them count together."""
    rows = _own_first(covers, lines)
    totals: dict[str, object] = {}
    for unit, total in zip(rows["unit"], rows["item_total"], strict=True):
        before = totals.get(unit)
        both = isinstance(before, int) and isinstance(total, int)
        totals[unit] = before + total if both else totals.get(unit, total)
    rows = _first_of(rows, ["unit"])
    return rows.assign(item_total=pd.Series([totals[unit] for unit in rows["unit"]], index=rows.index, dtype=object))


def _unranked(history: pd.DataFrame, lines: Lineage) -> pd.DataFrame:
    """Without score and rank of merged units: the new unit never had them."""
    theirs = history["unit"].isin(lines.merged)
    return history.assign(score=history["score"].mask(theirs, None), rank=history["rank"].mask(theirs, None))


def _united_counts(rows: pd.DataFrame, lines: Lineage, keys: list[str]) -> pd.DataFrame:
    """One row a key: counts summed, the worst light and the longest streak; the rest as the unit's own row has it."""
    named = _own_first(rows, lines)
    if not named.duplicated(keys).any():
        return _renamed(rows, lines)
    united: dict[tuple[object, ...], dict[str, Any]] = {}
    for cells in zip(*(named[name] for name in named.columns), strict=True):
        row = dict(zip(named.columns, cells, strict=True))
        key = tuple(row[name] for name in keys)
        united[key] = _added(united[key], row) if key in united else row
    return pd.DataFrame(list(united.values()), columns=rows.columns, dtype=object)


_SUMMED = ("applicable", "done", "red_items", "yellow_items", "pending")


def _added(own: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    for name in _SUMMED:
        if name in own:
            own[name] = (own[name] or 0) + (other[name] or 0)
    own["rate"] = own["done"] / own["applicable"] if own["applicable"] else None
    if _WORST_FIRST.get(other["light"], len(_WORST_FIRST)) < _WORST_FIRST.get(own["light"], len(_WORST_FIRST)):
        own["light"] = other["light"]
    if "red_streak" in own:
        own["red_streak"] = max(own["red_streak"] or 0, other["red_streak"] or 0)
    return own
