"""One measurement in a process of its own: `python -m tests.benchmarks.measured WHAT SIZE FOLDER`, JSON out.

WHAT: whole (the run), floor (bare read and bare write of the same cells), usual (the script people write).
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Seconds = dict[str, float]
Cells = list[list[str | float]]
TITLES = ("联系人", "自查", "事项", "人员", "授权", "系统", "任务", "问题")

#: Hop → the functions of `pipeline.run` whose time it is.
HOPS = {
    "find and read": ("take_in",),
    "check": ("all_findings", "apply_waivers"),
    "merge": ("set_aside_duplicates", "merge", "receipts"),
    "judge": ("worked_out",),
    "write": ("publish",),
}
#: The same of `pipeline.commands.rollup`.
ROLLUP_HOPS = {"find and read": ("_read",), "check": ("_compared",), "judge": ("worked_out",), "write": ("publish",)}


@contextmanager
def timed(seconds: Seconds, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start


def whole(size: str, folder: Path, seconds: Seconds) -> None:
    """The run as `yjbj run` (or `yjbj rollup`) does it, with the time of each hop."""
    with timed(seconds, "imports"):
        import openpyxl  # noqa: F401
        import pandas  # noqa: F401
        import pandera.pandas  # noqa: F401
        import xlsxwriter  # noqa: F401

        import pipeline.commands.rollup
        import pipeline.run
        from pipeline.records import Settings
    from tests.benchmarks.cases import Case

    case = Case(size, folder)
    case.clear()
    module, hops = (pipeline.commands.rollup, ROLLUP_HOPS) if case.is_rollup else (pipeline.run, HOPS)
    for hop, names in hops.items():
        for name in names:
            setattr(module, name, _watched(getattr(module, name), seconds, hop))
    with timed(seconds, "all"):
        if case.is_rollup:
            settings = pipeline.commands.rollup.RollupSettings.of(
                [case.inputs], folder / size, case.outputs, None, False
            )
            pipeline.commands.rollup.rollup(settings)
        else:
            pipeline.run.run(Settings.of(case.meeting, case.inputs, case.outputs))


def _watched(function: Callable[..., object], seconds: Seconds, hop: str) -> Callable[..., object]:
    def watched(*args: object, **kwargs: object) -> object:
        with timed(seconds, hop):
            return function(*args, **kwargs)

    return watched


def floor(size: str, folder: Path, seconds: Seconds) -> None:
    """Read all that is read with calamine; write all cells of the outputs with xlsxwriter; nothing in between."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    from tests.benchmarks.cases import Case

    case = Case(size, folder)
    with timed(seconds, "read"):
        for path in case.sources():
            with path.open("rb") as file:
                book = CalamineWorkbook.from_filelike(file)
                for name in book.sheet_names:
                    book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    target = folder / size / "floor"
    target.mkdir(exist_ok=True)
    for number, path in enumerate(case.workbooks()):
        sheets = cells_of(path)
        with timed(seconds, "write"), xlsxwriter.Workbook(target / f"{number}.xlsx", {"constant_memory": True}) as book:
            style = book.add_format({"border": 1})
            for name, rows in sheets.items():
                _write_bare(book.add_worksheet(name), rows, style)
        seconds["cells"] = seconds.get("cells", 0) + sum(len(row) for rows in sheets.values() for row in rows)
    seconds["all"] = seconds["read"] + seconds["write"]


def _write_bare(sheet: object, rows: Cells, style: object) -> None:
    text, number = sheet.write_string, sheet.write_number
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if not isinstance(value, str):
                number(row, column, value, style)
            elif value:
                text(row, column, value, style)


def cells_of(path: Path) -> dict[str, Cells]:
    """Sheet → its cells; a date is the number that it is in the file."""
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return {name: [[_plain(value) for value in row] for row in rows] for name, rows in sheets.items()}


def _plain(value: object) -> str | float:
    return value if isinstance(value, str | float | int) else 45000.0


def usual(size: str, folder: Path, seconds: Seconds) -> None:
    """What people write, in its usual libraries: read_excel a sheet, loop over rows, to_excel, a PatternFill a cell.

    lean: with the merged tables alone for a result; all: with the same cells as the run writes.
    """
    import pandas as pd

    from tests.benchmarks.cases import Case

    case = Case(size, folder)
    merged: dict[str, list[pd.DataFrame]] = {}
    with timed(seconds, "read"):
        for path in sorted(case.inputs.glob("*_应进必进填报表_*.xlsx")):
            for name in TITLES:
                frame = pd.read_excel(path, sheet_name=name, header=2, engine="openpyxl")
                merged.setdefault(name, []).append(frame.assign(单位=path.name.split("_")[0]))
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in merged.items()}
    with timed(seconds, "check"):
        tables["事项"]["灯"] = [_usual_light(row) for _, row in tables["事项"].iterrows()]
    out = folder / size / "usual.xlsx"
    with timed(seconds, "write lean"):
        _write_usual(out, tables)
    for path in case.workbooks():
        same = {name: pd.DataFrame(rows) for name, rows in cells_of(path).items()}
        with timed(seconds, "write all"):
            _write_usual(out, same)
    for extent in ("lean", "all"):
        seconds[extent] = seconds["read"] + seconds["check"] + seconds[f"write {extent}"]


def _usual_light(row: object) -> str:
    titles = ("*事项进驻", "*人员进驻", "*授权情况", "*系统对接")
    done = [row[title] in ("已进驻", "已授权", "已对接", "统一平台") for title in titles]
    return "绿" if all(done) else "黄" if any(done) else "红"


def _write_usual(path: Path, tables: dict[str, object]) -> None:
    import pandas as pd
    from openpyxl import load_workbook
    from openpyxl.styles import PatternFill

    fills = {"绿": PatternFill("solid", fgColor="E2EFDA"), "黄": PatternFill("solid", fgColor="FFD966"), "红": PatternFill("solid", fgColor="C00000")}  # fmt: skip
    white = PatternFill("solid", fgColor="FFFFFF")
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        for name, table in tables.items():
            table.to_excel(writer, sheet_name=name, index=False)
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows(min_row=2):
            for cell in row:
                cell.fill = fills.get(cell.value, white)
    book.save(path)


def main(what: str, size: str, folder: str) -> None:
    seconds: Seconds = {}
    {"whole": whole, "floor": floor, "usual": usual}[what](size, Path(folder), seconds)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
