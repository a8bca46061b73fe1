"""The checksum by which a hand-edited matrix workbook is noticed (contract §8: no other store).

The writer computes it over the frames it writes and prints it on the sheet 说明; the reader
computes it over the frames it read back. Both go by what a cell shows, so that neither the file
format nor the parser matters.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import Any

import pandas as pd

from schemas.columns import Kind, Table
from schemas.tables import MERGED, STATE_EDITION, STATE_TABLES

#: The sheet of the matrix workbook that carries the checksum, beside this label.
NOTE_SHEET = "说明"
DIGEST_LABEL = "数据校验码"
VERSION_LABEL = "程序版本"
#: Beside it, which edition of the tables it covers (`STATE_EDITION`); a workbook that does not say is of the first.
EDITION_LABEL = "数据版式"
#: What a rollup over districts asks of each: whose workbook it is, and what it was measured by.
DISTRICT_LABEL, CUTOFF_LABEL, YARDSTICK_LABEL = "区划", "报送截止", "评分口径校验码"

_CONTACTS, _WITHOUT_CONTACTS = MERGED["contacts"], 2

#: What spreadsheets do to text by themselves: line ends, control characters and their escapes.
_UNSTABLE = re.compile(r"_x00[01][0-9A-Fa-f]_|[\x00-\x08\x0b-\x1f]")


def content_digest(
    tables: Mapping[str, pd.DataFrame],
    lacking: Mapping[str, Collection[str]] | None = None,
    edition: int = STATE_EDITION,
) -> str:
    """SHA-256 (hex) over the state tables of one matrix workbook, by the columns with which it was written.

    tables: `Table.key` → frame as written or read; entries that are not in
    `schemas.tables.STATE_TABLES`, and sheets that are not there are left out, and of each frame
    only the declared columns count. Row order counts, provenance that is not written does not.
    lacking: `Table.key` → names of columns that the workbook was read without: a program before did not have them.
    edition: that of the workbook. Since the second one contacts and telephone numbers stand outside (`yjbj purge`).
    """
    total = hashlib.sha256()
    for table in STATE_TABLES:
        frame = tables.get(table.key)
        if frame is None:  # a sheet that the version which wrote the workbook did not have yet
            continue
        absent = (lacking or {}).get(table.key, ())
        names = [name for name in _covered(table, edition) if name not in absent]
        if not names:
            continue
        total.update(f"[{table.name}]\n".encode())
        if len(frame):
            for text in _columns(frame, names):
                total.update(text.encode())
    return total.hexdigest()


def _covered(table: Table, edition: int) -> list[str]:
    if edition < _WITHOUT_CONTACTS:
        return list(table.names)
    if table.key == _CONTACTS.key:
        return []
    return [column.name for column in table.columns if column.kind is not Kind.PHONE]


def _columns(frame: pd.DataFrame, names: Collection[str]) -> Iterator[str]:
    """The number of rows, then column by column what its cells show, each cell ended by a unit mark."""
    yield f"{len(frame)}\n"
    for name in names:
        yield f"{name}\x1f"
        yield _column_text(frame[name]) if name in frame else "\x1f" * len(frame)


def _column_text(values: pd.Series[Any]) -> str:
    """Every cell's text; worked out once a distinct value, since a column repeats few of them."""
    codes, distinct = pd.factorize(values)
    texts = [f"{cell_text(value)}\x1f" for value in distinct]
    texts.append("\x1f")  # a blank has the code -1
    return "".join([texts[code] for code in codes.tolist()])


def cell_text(value: object) -> str:
    """What a cell shows, alike before writing and after reading; "" for a blank.

    >>> cell_text(1.0), cell_text(0.1 + 0.2), cell_text(None)
    ('1', '0.3', '')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
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
