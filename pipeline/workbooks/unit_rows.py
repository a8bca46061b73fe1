"""The rows of one unit, out of every frame of a run; each frame is grouped once, however many units."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipeline.workbooks.book import Book

if TYPE_CHECKING:
    import pandas as pd

Row = Mapping[str, Any]


class UnitRows:
    """Rows by unit: `rows("tasks", "区民政局")`; blanks are None."""

    def __init__(self, book: Book) -> None:
        self.book = book

    @cached_property
    def _frames(self) -> "dict[str, pd.DataFrame]":
        judged, merged = self.book.judgement, self.book.merged
        return {
            "unit_dimensions": judged.unit_dimensions,
            "overall": judged.overall,
            "ranking": judged.ranking,
            "receipts": self.book.receipts,
            "red": judged.red_list,
            "yellow": judged.yellow_list,
            "items": _with_plan_dates(judged.items, merged.tables.get("items")),
            "tasks": judged.tasks,
            "problems": judged.problems,
            "problems_to_solve": judged.problems,
            "milestones": judged.milestones,
            "comparison": judged.comparison,
            "findings": self.book.findings,
            "cell_changes": judged.cell_changes,
            "self_check": _table(merged.tables, "self_check"),
        }

    @cached_property
    def _positions(self) -> "dict[str, Mapping[Any, Any]]":
        return {
            name: frame.groupby("owner_unit" if name == "problems_to_solve" else "unit", sort=False).indices
            for name, frame in self._frames.items()
            if len(frame)
        }

    @cached_property
    def _records(self) -> "dict[str, list[tuple[Any, ...]]]":
        """Every frame as tuples: pandas takes far longer to cut a few rows out of a frame than to list them all."""
        return {name: list(zip(*_columns(frame), strict=True)) for name, frame in self._frames.items()}

    def rows(self, name: str, unit: str) -> list[Row]:
        """The rows of `unit` in the frame `name`, in their order; none for a unit that is not there."""
        positions = self._positions.get(name, {}).get(unit, ())
        names, records = [str(column) for column in self._frames[name]], self._records[name]
        return [dict(zip(names, records[position], strict=True)) for position in positions]

    def row(self, name: str, unit: str) -> Row:
        """The only row of `unit`; empty where there is none."""
        return next(iter(self.rows(name, unit)), {})


def _columns(frame: "pd.DataFrame") -> "Iterator[list[Any]]":
    """The columns as plain values, blanks None (NaN and NaT alone differ from themselves)."""
    for name in frame:
        yield [None if value is None or value != value else value for value in frame[name].tolist()]  # noqa: PLR0124


def _table(tables: "Mapping[str, pd.DataFrame]", key: str) -> "pd.DataFrame":
    import pandas as pd

    return tables.get(key, pd.DataFrame({"unit": []}))


def _with_plan_dates(items: "pd.DataFrame", sent: "pd.DataFrame | None") -> "pd.DataFrame":
    """The judged items with the plan dates that the units gave; both frames have one index."""
    known = sent is not None and "planned_on" in sent and sent.index.equals(items.index)
    return items.assign(planned_on=sent["planned_on"] if known and sent is not None else None)
