"""How many rows a sheet may have; what a list that has more shows."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


#: Excel's own limit.
SHEET_ROWS = 1_048_576
#: Title, note and header above the data; below it room for a line and the legend of a board.
_AROUND = 6


def most_rows() -> int:
    """The data rows that fit on one sheet."""
    return SHEET_ROWS - _AROUND


def fitting(rows: "pd.DataFrame") -> "tuple[pd.DataFrame, str]":
    """The rows that fit on one sheet, and the line that says where the others stand ("" when all fit)."""
    over = len(rows) - most_rows()
    if over <= 0:
        return rows, ""
    kept = rows.head(most_rows())
    return kept, f"一张工作表放不下，这里列前 {len(kept)} 条，另有 {over} 条见“1-总矩阵”各册的有关表。"
