"""Reads what a run has written, by the names of sheets and columns that contract §8 fixes."""

from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineWorkbook

Row = dict[str, object]


class Results:
    """The folder of one period. Values of formulas are the cached ones, as a viewer shows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sheets: dict[Path, dict[str, list[tuple]]] = {}

    def matrix(self, sheet: str) -> list[Row]:
        """A sheet of 1-总矩阵."""
        return self._table("1-", sheet)

    def scores(self, sheet: str) -> list[Row]:
        """A sheet of 2-评分表."""
        return self._table("2-", sheet)

    def ledger(self, sheet: str) -> list[Row]:
        """A sheet of 3-红黄绿督办台账."""
        return self._table("3-", sheet)

    def findings(self) -> list[Row]:
        """退回清单 of all units, repairs and other 提示 included."""
        return tables_in(self._rows(self.folder / "4-退回修改" / "退回清单.xlsx")["退回清单"], "单位")[0]

    def files(self) -> dict[str, Row]:
        """报送情况, lower table: file → its line."""
        return {str(row["文件"]): row for row in tables_in(self._book("3-")["报送情况"], "文件")[-1]}

    def _table(self, book: str, sheet: str) -> list[Row]:
        return tables_in(self._book(book)[sheet])[0]

    def _book(self, begin: str) -> dict[str, list[tuple]]:
        return self._rows(next(self.folder.glob(f"{begin}*.xlsx")))

    def _rows(self, path: Path) -> dict[str, list[tuple]]:
        if path not in self._sheets:
            book = CalamineWorkbook.from_path(path)
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
            self._sheets[path] = {name: [_blanks_none(row) for row in rows] for name, rows in sheets.items()}
        return self._sheets[path]


def _blanks_none(row: list[object]) -> tuple[object, ...]:
    return tuple(None if value == "" else value for value in row)


def tables_in(rows: list[tuple], first_title: str = "") -> list[list[Row]]:
    """The tables below each other on one sheet; a header is the first row of three or more titles without gap.

    first_title: only tables whose first title it is. A lone sentence under a header says that there is nothing.
    """
    tables = []
    at = 0
    while at < len(rows):
        header = _header(rows[at])
        at += 1
        if len(header) < 3 or (first_title and header[0] != first_title):
            continue
        found = list(_until_blank(rows[at:]))
        at += len(found)
        alone = len(found) == 1 and sum(value is not None for value in found[0]) == 1
        tables.append([] if alone else [dict(zip(header, row, strict=False)) for row in found])
    return tables


def _header(row: tuple) -> list[str]:
    titles = []
    for value in row:
        if not isinstance(value, str):
            break
        titles.append(value)
    return titles


def _until_blank(rows: list[tuple]) -> Iterator[tuple]:
    for row in rows:
        if all(value is None for value in row):
            return
        yield row


def folder_bytes(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
