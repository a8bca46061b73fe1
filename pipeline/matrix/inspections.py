"""Which items the inspection findings are about, and what that makes 红 (contract §6, §7)."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.matrix.figures import as_day, is_blank
from schemas.vocabulary import DIMENSION_OF_INSPECTION, Dimension

if TYPE_CHECKING:
    import pandas as pd

#: What a unit itself admits turns the light 红 too: column of 事项 → dimension.
_ADMITTED = {
    "outside_loop": (Dimension.STEP, "自报体外循环"),
    "double_acceptance": (Dimension.WINDOW, "自报两头受理"),
}


def matched_items(inspections: "pd.DataFrame", items: "pd.DataFrame") -> "dict[object, list[object]]":
    """Index label of each inspection finding → labels of the items it is about (perhaps none).

    Within the unit, by code; where there is no code, or no item has it, by name.
    """
    asked = list(zip(*(inspections[name] for name in ("unit", "item_code", "item_name")), strict=True))
    by_code: dict[tuple[object, object], list[object]] = {(unit, code): [] for unit, code, _ in asked}
    by_name: dict[tuple[object, object], list[object]] = {(unit, name): [] for unit, _, name in asked}
    for label, unit, code, name in zip(items.index, items["unit"], items["item_code"], items["item_name"], strict=True):
        if (unit, code) in by_code:
            by_code[unit, code].append(label)
        if (unit, name) in by_name:
            by_name[unit, name].append(label)
    matched: dict[object, list[object]] = {}
    for finding, (unit, code, name) in zip(inspections.index, asked, strict=True):
        same_code = [] if is_blank(code) else by_code[unit, code]
        same_name = [] if is_blank(name) else by_name[unit, name]
        matched[finding] = same_code or same_name
    return matched


def red_flags(items: "pd.DataFrame", open_rows: "pd.DataFrame") -> "Mapping[Dimension, pd.Series[str]]":
    """Why an item is 红 in a dimension whatever its state, in words; None where nothing flags it.

    One series a dimension, index as `items`: what the unit itself admits (体外循环, 两头受理), then
    the open inspection findings about the item.
    """
    import pandas as pd

    flags = {dimension: pd.Series([None] * len(items), index=items.index, dtype=object) for dimension in Dimension}
    for name, (dimension, words) in _ADMITTED.items():
        flags[dimension][items[name] == "是"] = words
    matched = matched_items(open_rows, items)
    for finding, kind, found_on in zip(open_rows.index, open_rows["kind"], open_rows["found_on"], strict=True):
        concerned = DIMENSION_OF_INSPECTION.get(kind)
        if concerned is None:
            continue
        for label in matched[finding]:
            said = flags[concerned].at[label]
            words = f"督查发现{kind}（{as_day(found_on)}）"
            flags[concerned].at[label] = f"{said!s}；{words}" if said else words
    return flags
