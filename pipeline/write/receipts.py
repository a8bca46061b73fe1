"""报送情况: what every unit sent, below it every file received, and that no row was lost.

Source: contract §8 (titles; reconciliation).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.write.kit.cells import Page, checked
from pipeline.write.kit.document import set_up_page, source_link
from pipeline.write.kit.measure import line_count
from pipeline.write.kit.paper import lay_out
from pipeline.write.kit.table import ROW_POINTS, Options, TableArea, column_width, row_height, text_height, write_table
from pipeline.write.lists import Keep, Listed, narrowed
from schemas.columns import Table
from schemas.tables import FILES, RECEIPTS

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

#: Wide enough for the file names of the lower table, which stand in the column of the units.
_WIDTHS = {"unit": 48, "receipt": 22, "file": 50}
_LOWER_WIDTHS = (48, 22, 50, 79)
_LAST = len(RECEIPTS.columns) - 1


def write_receipts(page: Page, meeting: Meeting, note: str, copies: Mapping[str, str], keep: Keep) -> Listed:
    """Write both tables and the lines of the run between them; `copies`: received file → name in 来件/."""
    table, receipts = narrowed(RECEIPTS, _WIDTHS), keep(meeting.receipts)
    links = [source_link(copies[file]) if file in copies else None for file in receipts["file"]]
    area = write_table(page, table, receipts, note=note, options=Options(links={"file": links}, alone=False))
    _dress(page, table, area)
    row = area.last_row + 2
    said = ("读取", meeting.period.label)  # by the line of the reconciliation, and in the note
    for line in (_reconciliation(receipts), *(line for line in meeting.summary if not line.startswith(said))):
        page.across(row, 0, _LAST, line, page.theme.style("body", text_wrap=True))
        page.height(row, text_height(line, sum(c.width for c in table.columns)))
        row += 1
    _write_files(page, keep(meeting.files), row + 1, copies)
    return Listed(area, receipts)


def _dress(page: Page, table: Table, area: TableArea) -> None:
    """As of any table, but without a header repeated on every page: it would stand over the files too."""
    widths = [column_width(column) for column in table.columns]
    for index, width in enumerate(widths):
        page.raw.set_column(index, index, width)
    page.raw.set_default_row(ROW_POINTS)
    page.raw.freeze_panes(area.header_row, 1)
    checked(page.raw.autofilter(area.header_row - 1, 0, area.last_row - 1, _LAST), "筛选")
    set_up_page(page, lay_out(widths, upright=False))


def _reconciliation(receipts: pd.DataFrame) -> str:
    read, used, aside = (int(receipts[name].fillna(0).sum()) for name in ("rows_read", "rows_used", "rows_set_aside"))
    verdict = "账实相符" if read == used + aside else "不相符，请与工程师联系"
    return f"核对：读取 {read} 行，采用 {used} 行，未采用 {aside} 行，{verdict}。"


def _write_files(page: Page, files: pd.DataFrame, top: int, copies: Mapping[str, str]) -> None:
    page.put(top, 0, f"{FILES.title}（{len(files)} 个）", page.theme.style("section"))
    page.height(top, 26)
    _write_row(page, top + 1, [column.title for column in FILES.columns], "header")
    wrapped = {"text_wrap": True}
    for row, record in enumerate(files[list(FILES.names)].to_dict("records"), top + 2):
        texts = [record[name] for name in FILES.names]
        _write_row(page, row, texts, "cell", **wrapped)
        if copy := copies.get(record["file"]):
            page.link(row, 0, source_link(copy), record["file"], page.theme.style("cell", **wrapped, **page.theme.link))
        lines = max(line_count(str(text or ""), width) for text, width in zip(texts, _LOWER_WIDTHS, strict=True))
        page.height(row, row_height(lines))


def _write_row(page: Page, row: int, values: list[object], style: str, **look: object) -> None:
    shown = page.theme.style(style, **look)
    for index, value in enumerate(values[:-1]):
        page.put(row, index, value, shown)
    page.across(row, len(values) - 1, _LAST, str(values[-1] or ""), shown)
