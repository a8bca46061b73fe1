"""What the rules across sheets share: every sheet's rows, and which units can be judged by which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from pipeline.checks.rows import Rows, split_cell
from pipeline.findings import Common, Place
from pipeline.judge.states import item_states
from pipeline.records import Intake, Layout, Previous
from schemas.codes import code_fault, item_part
from schemas.plan import Period, Plan
from schemas.returns import BY_KEY

#: What says that a whole sheet could not be read.
_SHEET_LOST = (Common.NO_SHEET, Common.NO_HEADER)


@dataclass(frozen=True)
class Desk:
    """One period's returns laid open. rows: Sheet.key → the rows of that sheet, the cover included.

    inspections: the inspection findings that hold, those from earlier meetings included. numbers: of everything
    that units were ever asked to answer in 督办回复; None: not known.
    """

    plan: Plan
    period: Period
    intake: Intake
    previous: Previous | None
    rows: Mapping[str, Rows]
    inspections: pd.DataFrame
    numbers: frozenset[str] | None = None

    def known(self, key: str) -> pd.DataFrame:
        """The readable cells of one sheet; one row = one data row."""
        return self.rows[key].known

    @cached_property
    def file_of_unit(self) -> dict[str, str]:
        """Unit → the file adopted, in the order of the covers."""
        covers = self.rows["cover"].sent
        return dict(zip(covers["unit"], covers["file"], strict=True))

    @cached_property
    def undecided(self) -> pd.Series[bool]:
        """Items of which a blank or unreadable cell hides whether they are exempt.

        That cell has its finding; what depends on the answer is not reported besides.
        """
        items = self.known("items")
        claimed, approved = items["negative_list"] == "是", items["approval_number"].notna()
        return (claimed & ~approved) | (items["negative_list"].isna() & approved)

    @cached_property
    def code_faults(self) -> list[tuple[str, dict[str, object]] | None]:
        """What is wrong with each item's code, in the order of the items; None for a right or blank one."""
        codes = self.known("items")["item_code"].tolist()
        return [code_fault(code) if isinstance(code, str) else None for code in codes]

    @cached_property
    def sound_code(self) -> pd.Series[bool]:
        """Items with a code in which nothing is wrong."""
        codes = self.known("items")["item_code"]
        right = pd.Series([fault is None for fault in self.code_faults], index=codes.index, dtype=bool)
        return codes.notna() & right

    @cached_property
    def repeated(self) -> pd.Series[bool]:
        """Items that equal an earlier row of their unit in every entry cell; only the first is adopted."""
        items = self.rows["items"]
        return items.sent.duplicated(subset=["unit", *items.sheet.names])

    @cached_property
    def items_once(self) -> pd.DataFrame:
        """The items, each once: neither exact repeats nor further rows of one 31-digit code (contract §5)."""
        items = self.known("items")[~self.repeated]
        part = items["item_code"].map(item_part)
        return items[part.isna() | ~items.assign(part=part).duplicated(["unit", "part"])]

    @cached_property
    def states(self) -> pd.DataFrame:
        """The items' states, aligned with `known("items")`."""
        return item_states(self.known("items"), self.plan)

    def days(self, key: str, name: str) -> pd.Series[pd.Timestamp]:
        """A date column of one sheet, for comparing; NaT where blank or unreadable."""
        return pd.to_datetime(self.known(key)[name], errors="coerce")

    def future(self, key: str, name: str) -> pd.Series[bool]:
        """True where a date lies after the unit's 填报日期, or after the meeting: not yet come."""
        meeting = pd.Timestamp(self.period.meeting)
        filled_on = self.days("cover", "filled_on")
        latest = filled_on.where(filled_on < meeting, meeting)
        of_unit = dict(zip(self.known("cover")["unit"], latest, strict=True))
        limits = pd.to_datetime(self.known(key)["unit"].map(of_unit)).fillna(meeting)
        return self.days(key, name) > limits

    def past(self, key: str, name: str) -> pd.Series[bool]:
        """True where a date lies before the meeting."""
        return self.days(key, name) < pd.Timestamp(self.period.meeting)

    @cached_property
    def _layouts(self) -> dict[tuple[str, str], list[Layout]]:
        """(file, Sheet.key) → where that sheet's rows stand, one entry a block."""
        found: dict[tuple[str, str], list[Layout]] = {}
        for layout in self.intake.layouts:
            found.setdefault((layout.file, layout.table), []).append(layout)
        return found

    @cached_property
    def _lost(self) -> frozenset[tuple[str, str]]:
        """(unit, Sheet.key) of every sheet that could not be read at all."""
        places = (entry.place for entry in self.intake.findings if entry.common in _SHEET_LOST)
        return frozenset((place.unit, place.table) for place in places)

    def complete(self, key: str, *names: str) -> frozenset[str]:
        """The units whose sheet `key` could be read and has the columns `names`."""
        return frozenset(
            unit
            for unit, file in self.file_of_unit.items()
            if (unit, key) not in self._lost and self._has(file, key, names)
        )

    def _has(self, file: str, key: str, names: tuple[str, ...]) -> bool:
        layouts = self._layouts.get((file, key))
        return layouts is None or all(any(name in layout.letters for layout in layouts) for name in names)

    def unreadable(self, key: str, name: str) -> frozenset[str]:
        """The units of whose rows some cell in column `name` could not be made out while reading."""
        letters = {
            (layout.file, layout.sheet): layout.letters.get(name)
            for layout in self.intake.layouts
            if layout.table == key
        }
        spots = self.rows[key].reported.unreadable
        files = {file for file, tab, cell in spots if letters.get((file, tab)) == split_cell(cell)[0]}
        return frozenset(unit for unit, file in self.file_of_unit.items() if file in files)

    def all_known(self, key: str, name: str) -> frozenset[str]:
        """The units of whose rows none has a blank or unreadable cell in column `name`."""
        rows = self.known(key)
        return self.complete(key, name) - set(rows.loc[rows[name].isna(), "unit"])

    def header(self, unit: str, key: str, name: str, subject: str = "") -> Place:
        """Where a finding stands that no row of the unit's sheet is guilty of: its column's header."""
        file = self.file_of_unit[unit]
        for layout in self._layouts.get((file, key), ()):
            if name in layout.letters:
                return layout.header(unit, name, subject)
        return Place(unit, file, BY_KEY[key].name, "", 0, key, subject)
