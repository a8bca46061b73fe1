"""Small offices that hold real meetings: files in, the main job run in this process, files out and read back.

What it can make, a line each (`office` is an `Office`; names of units, sheets and titles are the printed ones):

    office = Office(tmp_path)                  six units, their 工作方案.xlsx in inputs, meeting of 2023-03-17
    Office(top, plan=plan_with(4, weights=…))  other units, another plan; `period=` another meeting to prepare
    office.return_all(but=["区司法局"])        a correct return of every unit, but those
    office.send("区司法局", items=3)           one correct return; more in `content_of`, calm ones in `steady`
    office.send(mess.twice(office.content(u))) one spoilt as units spoil them (pipeline.sample.mess)
    office.send(content, "随便什么名字.xlsx")  under another name
    office.form("区司法局")                    its return as a person edits it, see `Form`:
        .change("任务", "R1", 完成进度=0.4)    any cell; also .cover(填报人="甲"), .add("人员", 姓名="丁", …),
        .remove("问题", "W1").save()           and .note("任务", "R1", "责任人", "换人了") for a cell's comment
    office.drop("甲局/情况说明.txt", b"…")     any other file
    office.inspect("区司法局", kind="两头受理")  督查核查表.xlsx, a row a call, about the unit's first item
    office.waive("区司法局", "SX-002")         豁免事项.xlsx, a row a call
    office.delay("区司法局", "系统", day)       延期事项 in it, .award("区司法局", 2) 加减分 and
    office.agree("区司法局", "Y1")              议定事项.xlsx, a row a call
    office.adopt(plan)                         another 工作方案.xlsx
    held = office.hold()                       the meeting: `exit_code`, `lines` and what was written
    held.matrix("总矩阵"), .scores(…), .ledger(…), .findings(), .files()
    held.rows("5-督办单/区司法局", "督办单")   any sheet of any workbook as dictionaries by title
    held.texts("4-退回修改/退回清单", …)       all its text
    held.remark("红灯清单", {"单位": u}, 领导批示="…")   typed into the ledger, for the next meeting to carry
    office.next(date(2023, 3, 31))             inputs emptied but for the office's own books; the next meeting
    office.results(date(2023, 3, 17))          the folder of an earlier meeting
    office.forget()                            the office's own books taken out of inputs
    office.templates()                         填报表_第NN期, prefilled; `fill_in(Form(path), cover, tables)`

What never becomes a file is made elsewhere, each for one hop: small tables that are checked in
tests/checks/returned.py, rows that are judged in tests/judge/matrix_rows.py (and whole meetings of
such rows in tests/loop.py), opened books of all 33 units in tests/sent.py, a finished book that is
only written in tests/write/fakes.py.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from pathlib import Path, PurePosixPath
from shutil import rmtree
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from pipeline.commands.templates import write_templates
from pipeline.memory.folders import numbers_held
from pipeline.memory.journal import LOG_FILE
from pipeline.records import Settings
from pipeline.run import run
from pipeline.sample import Nature, SampleReturn, sample_return
from pipeline.say.closing import Outcome
from pipeline.write.office import write_office_books, write_plan_book
from pipeline.write.template import Prefill, template_name, write_template
from schemas.plan import Period, Plan, load_plan, period_of
from schemas.returns import BY_KEY, COVER, OFFICE, OFFICE_BOOKS, TABLES
from schemas.returns.inspection import BONUS
from schemas.returns.inspection import SHEET as INSPECTIONS
from schemas.returns.matters import SHEET as MATTERS
from schemas.returns.waivers import DELAYS
from schemas.returns.waivers import SHEET as WAIVERS

DEFAULT = load_plan()
PLAN_FILE = "工作方案.xlsx"


def plan_with(units: int = 6, **changes: object) -> Plan:
    """The default plan with its first `units` only, and other `changes`."""
    return replace(DEFAULT, units=DEFAULT.units[:units], **changes)  # type: ignore[arg-type]


PLAN = plan_with()
UNITS = [unit.name for unit in PLAN.units]
MEETING, NEXT_MEETING = date(2023, 3, 17), date(2023, 3, 31)
PERIOD = period_of(PLAN, MEETING, [])
NEXT_PERIOD = period_of(PLAN, NEXT_MEETING, [MEETING])


# ── returns


def content_of(
    unit: str, period: Period = PERIOD, items: int = 6, plan: Plan = PLAN, **options: object
) -> SampleReturn:
    """A correct return."""
    return sample_return(plan, period, plan.unit_by_name[unit], items=items, **options)  # type: ignore[arg-type]


def steady(unit: str, period: Period) -> SampleReturn:
    """A correct return of fourteen items, one of them exempt, in which nothing falls due before the second meeting."""
    later = content_of(unit, NEXT_PERIOD, items=14, nature=Nature(progress=0.6, diligent=False))
    return replace(later, cover=content_of(unit, period, items=14).cover)


def send(folder: Path, content: SampleReturn, period: Period = PERIOD, name: str = "", plan: Plan = PLAN) -> Path:
    """Put a unit's return into a folder; returns where it is."""
    path = folder / (name or template_name(content.unit, period))
    write_template(path, plan, period, content.unit, Prefill(content.cover, content.tables))
    return path


def returned(top: Path, *, but: Iterable[str] = (), period: Period = PERIOD) -> Path:
    """An inputs folder below `top` with the plan and a correct return of every unit, except `but`."""
    return Office(top, period).return_all(but=but).inputs


def held(inputs: Path, outputs: Path, meeting: date = MEETING) -> "Held":
    """The main job on folders that a test moves about by itself."""
    outcome = run(Settings(meeting, inputs, outputs, 2))
    return Held(folder_of(outputs, meeting), outcome)


class Office:
    """An office of few units: its folders `inputs` and `outputs`, and the `period` that is being prepared."""

    def __init__(self, top: Path, period: Period = PERIOD, plan: Plan = PLAN, outputs: Path | None = None) -> None:
        self.inputs, self.outputs = top / "inputs", outputs or top / "outputs"
        self.period, self.plan = period, plan
        self._own: dict[str, list[Mapping[str, object]]] = {sheet.key: [] for sheet in OFFICE}
        self.inputs.mkdir(parents=True)
        self.adopt(plan)

    @property
    def units(self) -> list[str]:
        """The names of its units."""
        return [unit.name for unit in self.plan.units]

    def content(self, unit: str, items: int = 6, **options: object) -> SampleReturn:
        """A correct return for the meeting that is being prepared."""
        return content_of(unit, self.period, items, self.plan, **options)

    def send(self, sent: SampleReturn | str, name: str = "", **options: object) -> Path:
        """Put a return into inputs: this content, or the correct one of a unit."""
        content = self.content(sent, **options) if isinstance(sent, str) else sent  # type: ignore[arg-type]
        return send(self.inputs, content, self.period, name, self.plan)

    def return_all(self, *, but: Iterable[str] = (), items: int = 6) -> "Office":
        """A correct return of every unit, except `but`."""
        for unit in self.units:
            if unit not in but:
                self.send(unit, items=items)
        return self

    def form(self, unit: str) -> "Form":
        """The return of a unit that lies in inputs, to be changed; a correct one where there is none yet."""
        path = self.inputs / template_name(self.plan.unit_by_name[unit], self.period)
        return Form(path if path.exists() else self.send(unit))

    def drop(self, name: str, data: bytes) -> Path:
        """Put any file into inputs; name may have folders in it."""
        path = self.inputs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return path

    def adopt(self, plan: Plan) -> None:
        """Write 工作方案.xlsx into inputs."""
        self.plan = plan
        write_plan_book(self.inputs / PLAN_FILE, plan)

    def inspect(self, unit: str, item: int = 0, **values: object) -> None:
        """One more row of 督查核查表.xlsx: 体外循环, found three days before the meeting, not mended, but for `values`."""
        about = self.content(unit).tables["items"][item]
        usual = {
            "found_on": self.period.meeting - timedelta(days=3),
            "unit": unit,
            "item_code": about["item_code"],
            "item_name": about["item_name"],
            "kind": "体外循环",
            "description": "仍在原科室办理",
            "correct_by": self.period.meeting + timedelta(days=20),
            "state": "未整改",
        }
        self._enter(INSPECTIONS.key, usual | values)

    def waive(self, unit: str, rule_code: str, **values: object) -> None:
        """One more row of 豁免事项.xlsx: agreed until 2023-06-30, but for `values`."""
        usual = {
            "unit": unit,
            "rule_code": rule_code,
            "reason": "人员轮岗",
            "approved_by": "专班办公室主任",
            "expires_on": date(2023, 6, 30),
        }
        self._enter(WAIVERS.key, usual | values)

    def delay(self, unit: str, dimension: str, until: date, **values: object) -> None:
        """One more row of 延期事项 in 豁免事项.xlsx: all items of the unit, but for `values`."""
        usual = {"unit": unit, "dimension": dimension, "until": until, "reason": "上级系统未开通"}
        self._enter(DELAYS.key, {"approved_by": "专班办公室主任"} | usual | values)

    def award(self, unit: str, points: float, **values: object) -> None:
        """One more row of 加减分 in 督查核查表.xlsx, of the meeting that is being prepared, but for `values`."""
        usual = {"meeting": self.period.meeting, "unit": unit, "points": points, "reason": "经验交流"}
        self._enter(BONUS.key, {"approved_by": "专班办公室主任"} | usual | values)

    def agree(self, unit: str, number: str, **values: object) -> None:
        """One more row of 议定事项.xlsx: agreed at the last meeting, due in three weeks, but for `values`."""
        usual = {
            "number": number,
            "agreed_on": self.period.meeting - timedelta(days=14),
            "source": "会议议定",
            "content": "开通统一受理",
            "unit": unit,
            "due": self.period.meeting + timedelta(days=21),
            "state": "办理中",
        }
        self._enter(MATTERS.key, usual | values)

    def _enter(self, key: str, row: Mapping[str, object]) -> None:
        self._own[key].append(row)
        write_office_books(self.inputs, self.plan, self.period.meeting, self._own)

    def forget(self, *names: str) -> None:
        """Take the office's own books out of inputs, all where none is named; later rows begin anew."""
        for book in OFFICE_BOOKS:
            if not names or book.file_name in names:
                (self.inputs / book.file_name).unlink(missing_ok=True)
                self._own.update({sheet.key: [] for sheet in book.sheets})

    def template_lines(self, *units: str) -> tuple[str, ...]:
        """The same as `templates`, and what is said of it."""
        return write_templates(Settings(self.period.meeting, self.inputs, self.outputs, 1), units)

    def templates(self, *units: str) -> list[Path]:
        """Write 填报表_第NN期 for the meeting that is being prepared, for all units where none is named."""
        self.template_lines(*units)
        return sorted((self.outputs / f"填报表_{self.period.label}").glob("*填报表*.xlsx"))

    def hold(self, outputs: Path | None = None, workers: int = 1, *, anyway: bool = False) -> "Held":
        """Hold the meeting: the main job; results go to other `outputs` where these are given."""
        outputs = outputs or self.outputs
        outcome = run(Settings(self.period.meeting, self.inputs, outputs, workers, anyway=anyway))
        return Held(folder_of(outputs, self.period.meeting), outcome)

    def next(self, meeting: date) -> "Office":
        """Prepare another meeting: inputs are emptied but for the office's own workbooks."""
        keep = (PLAN_FILE, *(book.file_name for book in OFFICE_BOOKS))
        for path in self.inputs.iterdir():
            if path.is_dir():
                rmtree(path)
            elif path.name not in keep:
                path.unlink()
        self.period = period_of(self.plan, meeting, numbers_held(self.outputs))
        return self

    def results(self, meeting: date) -> "Results":
        """What was written for a meeting."""
        return Results(folder_of(self.outputs, meeting))


def folder_of(outputs: Path, meeting: date) -> Path:
    """The folder of one meeting, under whatever number it stands."""
    return next(outputs.glob(f"第*_{meeting}"))


# ── a return as a person edits it


class Form:
    """One workbook being filled in; sheets and columns go by what is printed on them.

    openpyxl saves it and keeps no result of any formula: what comes back is like a workbook of a
    program that does not calculate.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.book = load_workbook(path)
        self._next_row: dict[str, int] = {}

    def cover(self, **values: object) -> "Form":
        """Write beside the labels of 封面; by title."""
        sheet = self.book["封面"]
        rows = {_plain(row[0].value): row[0].row for row in sheet.iter_rows(max_col=1, max_row=20)}
        for title, value in values.items():
            sheet.cell(rows[title], 2).value = value
        return self

    def add(self, sheet: str, **values: object) -> "Form":
        """Write one more entry below the last one of a sheet."""
        tab = self.book[sheet]
        row = self._next_row.get(sheet) or self._first_free_row(tab)
        self._write(tab, row, values)
        self._next_row[sheet] = row + 1
        return self

    def change(self, sheet: str, key: str, /, **values: object) -> "Form":
        """Overwrite cells of the one entry in which some cell reads `key`."""
        self._write(self.book[sheet], self._row_of(sheet, key), values)
        return self

    def remove(self, sheet: str, key: str) -> "Form":
        """Clear the entry cells of the one entry in which some cell reads `key`."""
        titles = [title for title in _columns(self.book[sheet]) if title != "填报提示"]
        return self.change(sheet, key, **dict.fromkeys(titles))

    def note(self, sheet: str, key: str, title: str, text: str) -> "Form":
        """Put a comment on a cell of the one entry in which some cell reads `key`."""
        tab = self.book[sheet]
        tab.cell(self._row_of(sheet, key), _columns(tab)[title]).comment = Comment(text, "填报人")
        return self

    def save(self, folder: Path | None = None, name: str = "", saved: datetime | None = None) -> Path:
        """Save as the unit sends it; over the file that was opened where nothing is said.

        saved: when the file is to say that it was last saved (UTC), else long before any meeting.
        """
        path = (folder or self.path.parent) / (name or self.path.name)
        moment = saved or _LONG_AGO
        self.book.save(path)
        _stamp(path, moment)
        return path

    def _row_of(self, sheet: str, key: str) -> int:
        rows = self.book[sheet].iter_rows(min_row=_HEADER_ROW + 1)
        found = [row[0].row for row in rows if any(str(cell.value) == key for cell in row)]
        assert len(found) == 1, f"{sheet}: {key}: {found}"
        return found[0]

    def _write(self, tab: Worksheet, row: int, values: Mapping[str, object]) -> None:
        columns = _columns(tab)
        for title, value in values.items():
            tab.cell(row, columns[title]).value = value

    def _first_free_row(self, tab: Worksheet) -> int:
        """The first row without an entry; the formulas of 填报提示 and the nine questions are none."""
        columns = [number for title, number in _columns(tab).items() if title not in ("填报提示", "序号", "自查内容")]
        row = _HEADER_ROW + 1
        while any(tab.cell(row, number).value is not None for number in columns):
            row += 1
        return row


_LONG_AGO = datetime(2023, 1, 1)


def _stamp(path: Path, moment: datetime) -> None:
    """Let a workbook say that it was last saved then; openpyxl itself would write when the test ran."""
    with ZipFile(path) as archive:
        parts = {info: archive.read(info) for info in archive.infolist()}
    stamp = f"{moment:%Y-%m-%dT%H:%M:%SZ}".encode()
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for info, data in parts.items():
            core = info.filename == "docProps/core.xml"
            archive.writestr(info.filename, _MODIFIED.sub(rb"\g<1>" + stamp, data) if core else data)


_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def fill_in(form: Form, cover: Mapping[str, object], tables: Mapping[str, Sequence[Mapping[str, object]]]) -> Form:
    """Write the content of a sample return (by Column.name) into a blank template."""
    form.cover(**{COVER.titles[name]: value for name, value in cover.items() if not COVER.by_name[name].prefilled})
    for key, rows in tables.items():
        titles = BY_KEY[key].titles
        for row in rows:
            values = {titles[name]: value for name, value in row.items() if value is not None}
            if key == "self_check":
                values.pop(titles["question"])
                form.change(_SHEET_NAMES[key], str(values.pop(titles["number"])), **values)
            else:
                form.add(_SHEET_NAMES[key], **values)
    return form


_HEADER_ROW = 3
_SHEET_NAMES = {sheet.key: sheet.name for sheet in TABLES}


def _columns(tab: Worksheet) -> dict[str, int]:
    return {_plain(cell.value): cell.column for cell in tab[_HEADER_ROW] if cell.value is not None}


def _plain(title: object) -> str:
    return str(title or "").removeprefix("*")


# ── what was written

Row = dict[str, object]


class Results:
    """A folder of workbooks that we wrote. Values of formulas are the cached ones, as a viewer shows them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._sheets: dict[Path, dict[str, list[tuple]]] = {}

    def matrix(self, sheet: str) -> list[Row]:
        """A sheet of 1-总矩阵."""
        return self.rows("1-", sheet)

    def scores(self, sheet: str) -> list[Row]:
        """A sheet of 2-评分表."""
        return self.rows("2-", sheet)

    def ledger(self, sheet: str) -> list[Row]:
        """A sheet of 3-红黄绿督办台账."""
        return self.rows("3-", sheet)

    def findings(self) -> list[Row]:
        """退回清单 of all units, repairs and other 提示 included."""
        return self.rows("4-退回修改/退回清单", "退回清单", "单位")

    def files(self) -> dict[str, Row]:
        """报送情况, lower table: file → its line."""
        return {str(row["文件"]): row for row in tables_in(self._book("3-")["报送情况"], "文件")[-1]}

    def rows(self, book: str, sheet: str, first_title: str = "") -> list[Row]:
        """The first table of any sheet; book: how its path below the folder begins. See `tables_in`."""
        return tables_in(self._book(book)[sheet], first_title)[0]

    def texts(self, book: str, sheet: str) -> list[str]:
        """Every cell of a sheet that is not blank, as text."""
        return [str(value) for row in self._book(book)[sheet] for value in row if value is not None]

    def path(self, book: str) -> Path:
        """The first workbook whose path below the folder begins so."""
        return min(self.folder.glob(f"{book}*.xlsx"))

    def remark(self, sheet: str, where: Mapping[str, object], **values: object) -> None:
        """Type into the ledger as people do: in the row whose cells are as `where` says, under these titles."""

        def typed(tab: Worksheet) -> None:
            for title, value in values.items():
                cell_of(tab, title, **where).value = value

        edit(self.path("3-"), sheet, typed)

    def _book(self, begin: str) -> dict[str, list[tuple]]:
        path = self.path(begin)
        if path not in self._sheets:
            book = CalamineWorkbook.from_path(path)
            sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
            self._sheets[path] = {name: [_blanks_none(row) for row in rows] for name, rows in sheets.items()}
        return self._sheets[path]


class Held(Results):
    """The results of a meeting that was held, with what the run said of it."""

    def __init__(self, folder: Path, outcome: Outcome) -> None:
        super().__init__(folder)
        self.exit_code, self.lines = outcome.exit_code, outcome.lines


def edit(path: Path, sheet: str, change) -> None:
    """Open a workbook as a person would, change one sheet, save it."""
    book = load_workbook(path)
    change(book[sheet])
    book.save(path)


def cell_of(sheet: Worksheet, title: str, **where: object) -> Cell:
    """The cell under `title` in the row whose cells under other titles are as given."""
    header = next(row for row in sheet.iter_rows(max_row=15) if "单位" in [c.value for c in row])
    columns = {c.value: c.column for c in header}
    for row in range(header[0].row + 1, sheet.max_row + 1):
        if all(sheet.cell(row, columns[name]).value == value for name, value in where.items()):
            return sheet.cell(row, columns[title])
    raise AssertionError(f"no row {where} on {sheet.title}")


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
    """Every file below a folder, by its path in it; but for 运行日志.txt, in which the clock stands."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != LOG_FILE]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def apart_from_rerun(files: Mapping[str, bytes]) -> dict[str, object]:
    """The same without what a rerun says of the run that it replaced: 重跑差异, and the digests of its workbook and record."""
    return {name: _apart_from_rerun(name, data) for name, data in files.items()}


def _apart_from_rerun(name: str, data: bytes) -> object:
    if name.endswith("运行记录.json"):
        record = json.loads(data)
        outputs = {path: digest for path, digest in record["outputs"].items() if not path.startswith("1-")}
        return record | {"outputs": outputs, "previous": None}
    if not PurePosixPath(name).name.startswith("1-"):
        return data
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    sheets = {tab: book.get_sheet_by_name(tab).to_python() for tab in book.sheet_names if tab != "重跑差异"}
    return {tab: [row for row in rows if row[:1] != ["重跑差异"]] for tab, rows in sheets.items()}


def different(found: Mapping[str, object], expected: Mapping[str, object]) -> list[str]:
    """The names of the files that are not the same; short enough to read when a test fails."""
    return sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
