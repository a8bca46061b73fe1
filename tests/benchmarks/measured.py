"""One measurement in a process of its own: `python -m tests.benchmarks.measured WHAT INPUTS OUTPUTS`, JSON out.

WHAT: whole (the run), floor (bare read and bare write of the same cells), usual (the script people write).
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

Seconds = dict[str, float]
TITLES = ("联系人", "自查", "事项", "人员", "授权", "系统", "任务", "问题")


@contextmanager
def timed(seconds: Seconds, name: str) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = seconds.get(name, 0.0) + time.perf_counter() - start


#: Hop → the functions of `pipeline.run` whose time it is.
HOPS = {
    "find and read": ("take_in",),
    "check": ("all_findings", "apply_waivers", "findings_frame"),
    "merge": ("set_aside_duplicates", "merge", "receipts"),
    "judge": ("judge", "front_page", "briefing", "summary"),
    "write": ("publish",),
}


def whole(inputs: Path, outputs: Path, seconds: Seconds) -> None:
    """The run as `yjbj run` does it, with the time of each hop."""
    with timed(seconds, "imports"):
        import openpyxl  # noqa: F401
        import pandas  # noqa: F401
        import pandera.pandas  # noqa: F401
        import xlsxwriter  # noqa: F401

        import pipeline.run
        from pipeline.settings import Settings
        from tests.benchmarks.returns import MEETING
    for hop, names in HOPS.items():
        for name in names:
            setattr(pipeline.run, name, _watched(getattr(pipeline.run, name), seconds, hop))
    with timed(seconds, "all"):
        pipeline.run.run(Settings.of(MEETING, inputs, outputs))


def _watched(function: Callable[..., object], seconds: Seconds, hop: str) -> Callable[..., object]:
    def watched(*args: object, **kwargs: object) -> object:
        with timed(seconds, hop):
            return function(*args, **kwargs)

    return watched


def written_workbooks(outputs: Path) -> list[Path]:
    """Every workbook that the run wrote; copies of returns are not written but copied."""
    return sorted(
        path for path in outputs.rglob("*.xlsx") if "来件" not in path.parts and ".replaced" not in path.parts
    )


def floor(inputs: Path, outputs: Path, seconds: Seconds) -> None:
    """Read all inputs with calamine; write all cells of the outputs with xlsxwriter; nothing in between."""
    import xlsxwriter
    from python_calamine import CalamineWorkbook

    cells = [_cells(path) for path in written_workbooks(outputs)]
    with timed(seconds, "read"):
        for path in sorted(inputs.glob("*.xlsx")):
            with path.open("rb") as file:
                book = CalamineWorkbook.from_filelike(file)
                for name in book.sheet_names:
                    book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    target = outputs.parent / "floor"
    target.mkdir(exist_ok=True)
    with timed(seconds, "write"):
        for number, sheets in enumerate(cells):
            with xlsxwriter.Workbook(target / f"{number}.xlsx", {"constant_memory": True}) as book:
                style = book.add_format({"border": 1})
                for rows in sheets:
                    sheet = book.add_worksheet()
                    for row, values in enumerate(rows):
                        for column, value in enumerate(values):
                            if isinstance(value, str):
                                if value:
                                    sheet.write_string(row, column, value, style)
                            else:
                                sheet.write_number(row, column, value, style)
    seconds["all"] = seconds["read"] + seconds["write"]
    seconds["cells"] = sum(len(row) for sheets in cells for rows in sheets for row in rows)


def _cells(path: Path) -> list[list[list[str | float]]]:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_path(path)
    sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    return [[[_plain(value) for value in row] for row in rows] for rows in sheets]


def _plain(value: object) -> str | float:
    return value if isinstance(value, str | float | int) else 45000.0  # a date is a number with a format


def usual(inputs: Path, outputs: Path, seconds: Seconds) -> None:
    """What people write, in its usual libraries: read_excel a sheet, loop over rows, to_excel, a PatternFill a cell."""
    import pandas as pd
    from openpyxl import load_workbook
    from openpyxl.styles import PatternFill

    merged: dict[str, list[pd.DataFrame]] = {}
    with timed(seconds, "read"):
        for path in sorted(inputs.glob("*_应进必进填报表_*.xlsx")):
            for name in TITLES:
                frame = pd.read_excel(path, sheet_name=name, header=2, engine="openpyxl")
                merged.setdefault(name, []).append(frame.assign(单位=path.name.split("_")[0]))
    tables = {name: pd.concat(frames, ignore_index=True) for name, frames in merged.items()}
    lights = []
    with timed(seconds, "check"):
        for _, row in tables["事项"].iterrows():
            done = [
                row[title] in ("已进驻", "已授权", "已对接", "统一平台")
                for title in ("*事项进驻", "*人员进驻", "*授权情况", "*系统对接")
            ]
            lights.append("绿" if all(done) else "黄" if any(done) else "红")
        tables["事项"]["灯"] = lights
    out = outputs.parent / "usual.xlsx"
    with timed(seconds, "write"):
        with pd.ExcelWriter(out, engine="openpyxl") as writer:
            for name, table in tables.items():
                table.to_excel(writer, sheet_name=name, index=False)
        book = load_workbook(out)
        fills = {"绿": PatternFill("solid", fgColor="E2EFDA"), "黄": PatternFill("solid", fgColor="FFD966"), "红": PatternFill("solid", fgColor="C00000")}  # fmt: skip
        sheet = book["事项"]
        for row, light in zip(sheet.iter_rows(min_row=2), lights, strict=True):
            for cell in row:
                cell.fill = fills[light]
        book.save(out)
    seconds["all"] = sum(seconds.values())


def main(what: str, inputs: str, outputs: str) -> None:
    seconds: Seconds = {}
    {"whole": whole, "floor": floor, "usual": usual}[what](Path(inputs), Path(outputs), seconds)
    print(json.dumps(seconds))


if __name__ == "__main__":
    main(*sys.argv[1:])
