"""The checksum by which a hand-edited matrix workbook is noticed (contract §8: no other store).

The writer computes it over the frames it writes and prints it on the sheet 说明; the reader
computes it over the frames it read back. Both go by what a cell shows, so that neither the file
format nor the parser matters.
"""

import hashlib
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING

from schemas.ledger import STATE_TABLES

if TYPE_CHECKING:
    import pandas as pd

#: The sheet of the matrix workbook that carries the checksum, beside this label.
NOTE_SHEET = "说明"
DIGEST_LABEL = "数据校验码"

#: What spreadsheets do to text by themselves: line ends, control characters and their escapes.
_UNSTABLE = re.compile(r"_x00[01][0-9A-Fa-f]_|[\x00-\x08\x0b-\x1f]")


def content_digest(tables: "Mapping[str, pd.DataFrame]") -> str:
    """SHA-256 (hex) over the state tables of one matrix workbook.

    tables: `Table.key` → frame as written or read; entries that are not in
    `schemas.ledger.STATE_TABLES` are left out, a missing one counts as empty, and of each frame
    only the declared columns count. Row order counts, provenance that is not written does not.
    """
    total = hashlib.sha256()
    for table in STATE_TABLES:
        total.update(f"[{table.name}]\n".encode())
        frame = tables.get(table.key)
        if frame is not None:
            total.update(_lines(frame, table.names).encode())
    return total.hexdigest()


def _lines(frame: "pd.DataFrame", names: tuple[str, ...]) -> str:
    """One line a row, cells apart by a character that no cell can hold."""
    blank = [""] * len(frame)
    columns = [[cell_text(value) for value in frame[name]] if name in frame else blank for name in names]
    return "".join("\x1f".join(cells) + "\n" for cells in zip(*columns, strict=True))


def cell_text(value: object) -> str:
    """What a cell shows, alike before writing and after reading; "" for a blank.

    >>> cell_text(1.0), cell_text(0.1 + 0.2), cell_text(None)
    ('1', '0.3', '')
    """
    if value is None or value != value:  # NaN is a blank too
        return ""
    if isinstance(value, str):
        return _UNSTABLE.sub("", value).strip()
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float):
        return format(float(f"{value:.15g}"), ".10g")  # a workbook keeps 15 to 17 digits
    return str(value)
