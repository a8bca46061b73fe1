"""Each recipe of the README ("How to …") is followed in a copy of the tree, and the copy is run.

A recipe is text put into files of the copy; which files those were is asserted, since that is what the README
promises. Then three units send their returns to the copy (`tests.copied_office`), and the new thing must stand in
the workbooks wherever the recipe says that it follows.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from schemas.plan import load_plan
from tests.office import Results, Row

ROOT = Path(__file__).parents[1]
UNITS = [unit.name for unit in load_plan().units[:3]]
UNIT = UNITS[0]
HEADER, FIRST = 3, 4  # rows of a template
ALL_DONE, HALF_DONE = 1.5, 0.4  # progress at which nothing is open, and at which much is


@dataclass
class Meeting:
    """What the units send. cells: unit → Sheet.key → row from 0 → Column.name → value, in correct returns."""

    cells: Mapping[str, Mapping[str, Mapping[int, Mapping[str, object]]]] = field(default_factory=dict)
    progress: float = ALL_DONE
    waivers: list[dict[str, object]] = field(default_factory=list)
    trial_rules: list[str] = field(default_factory=list)


class Copy:
    """A copy of the tree in which a recipe is followed, and its office."""

    def __init__(self, folder: Path) -> None:
        self.tree, self.office = folder / "tree", folder / "office"
        self.held = 0
        for name in ("pipeline", "schemas", "tests"):
            shutil.copytree(ROOT / name, self.tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "README.md", self.tree)
        self.office.mkdir()

    @property
    def touched(self) -> list[str]:
        """The files of the program that are not as they were, new ones included."""
        files = sorted(path for path in self.tree.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        names = [path.relative_to(self.tree).as_posix() for path in files]
        return [name for name in names if not same(self.tree / name, ROOT / name)]

    def new(self, file: str, text: str) -> None:
        """Write a new file."""
        assert not (self.tree / file).exists()
        (self.tree / file).write_text(text, encoding="utf-8")

    def edit(self, file: str, old: str, new: str) -> None:
        """Put other text where `old` stands, which it does once."""
        path = self.tree / file
        text = path.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{file} has {old!r} {text.count(old)} times"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def add(self, file: str, text: str, *, before: str) -> None:
        """Put text into a file before what stands there once."""
        self.edit(file, before, text + before)

    def hold(self, *meetings: Meeting) -> dict[str, object]:
        """Hold meetings after those held before, and write the templates of the next; what the program then says."""
        job = {"after": self.held, "meetings": [asdict(meeting) for meeting in meetings]}
        (self.office / "job.json").write_text(json.dumps(job), encoding="utf-8")
        command = [sys.executable, "-m", "tests.copied_office", str(self.office), str(self.office / "job.json")]
        done = subprocess.run(
            command, check=False, cwd=self.tree, capture_output=True, text=True, encoding="utf-8", timeout=120
        )
        assert done.returncode == 0, done.stderr
        self.held += len(meetings)
        return json.loads(done.stdout)

    def results(self, number: int) -> Results:
        """What the n-th meeting wrote."""
        return Results(next((self.office / "outputs").glob(f"第{number:02}期_*")))

    def book(self, number: int, begin: str) -> Workbook:
        """A workbook of the n-th meeting, by the begin of its name."""
        return load_workbook(next(self.results(number).folder.glob(f"{begin}*.xlsx")))

    def template(self, number: int) -> Workbook:
        """The first unit's template for the n-th meeting."""
        return load_workbook(next((self.office / "outputs" / f"填报表_第{number:02}期").glob(f"{UNIT}_*.xlsx")))


def same(path: Path, other: Path) -> bool:
    return other.is_file() and path.read_bytes() == other.read_bytes()


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path)


def letter_of(tab: Worksheet, title: str, row: int = HEADER) -> str:
    """The letter of the column with that title."""
    return get_column_letter([cell.value for cell in tab[row]].index(title) + 1)


def entry(tab: Worksheet, letter: str) -> tuple[str, str, str, str]:
    """What may be typed into a column of a template: the kind of check, the list, the prompt's title and text."""
    rule = next(rule for rule in tab.data_validations.dataValidation if f"{letter}{FIRST}" in rule.sqref)
    return rule.type, rule.formula1, rule.promptTitle, rule.prompt


def found(results: Results, *codes: str) -> list[tuple[object, ...]]:
    """The findings of these codes: unit, sheet, cell, severity, code."""
    titles = ("单位", "工作表", "单元格", "级别", "编号")
    return [tuple(row[title] for title in titles) for row in results.findings() if row["编号"] in codes]


def of_unit(rows: list[Row], unit: str = UNIT) -> list[Row]:
    return [row for row in rows if row["单位"] == unit]


def test_add_a_column(copy):
    line = '        column("charged", "是否收费", YES_NO, width=17, help="办理时是否向申请人收费"),\n'
    copy.add("schemas/returns/items.py", line, before='        column("remark", "备注"')
    assert copy.touched == ["schemas/returns/items.py"]

    said = copy.hold(Meeting({UNIT: {"items": {0: {"charged": "是"}, 1: {"charged": "看情况"}}}}))

    tab = copy.template(2)["事项"]
    letter = letter_of(tab, "是否收费")
    assert entry(tab, letter) == ("list", '"是,否"', "是否收费", "【选填】办理时是否向申请人收费")
    assert tab.column_dimensions[letter].width == pytest.approx(17, abs=1)
    assert "“是否收费”不在可选内容内" in tab.cell(FIRST, tab.max_column).value
    assert [tab[f"{letter}{row}"].value for row in (4, 5, 6)] == ["是", "看情况", None], "prefilled as it was sent"
    results = copy.results(1)
    assert found(results, "SX-002") == [(UNIT, "事项", f"{letter}5", "错误", "SX-002")]
    assert [row["是否收费"] for row in of_unit(results.matrix("事项"))] == ["是", "看情况", None]
    assert "| 是否收费 | 选项 |  | 是、否 | 办理时是否向申请人收费 |" in said["readme"]


RULE = """EVIDENCE_OF_NOTHING = rule(
    "RW-040",
    WARNING,
    title="没有进度却有佐证",
    problem="“完成进度”是 0%，却填了“佐证材料”{value}",
    remedy="请核对这两栏",
    example="照片",
)


"""
RAISED = """        *rows.mark((progress == 0) & rows.known["evidence"].notna(), "evidence", EVIDENCE_OF_NOTHING),
"""


def test_add_a_rule(copy):
    copy.add("pipeline/checks/work.py", RULE, before="def _tasks(desk: Desk)")
    copy.add("pipeline/checks/work.py", RAISED, before='        *rows.mark(future, "done_on", DONE_LATER)')
    assert copy.touched == ["pipeline/checks/work.py"]

    sent = {UNIT: {"tasks": {0: {"progress": 0, "done_on": None, "evidence": "照片"}}}}
    waiver = {
        "unit": UNIT,
        "rule_code": "RW-040",
        "reason": "已核",
        "approved_by": "副组长",
        "expires_on": "2023-12-31",
    }
    said = copy.hold(Meeting(sent), Meeting(sent, trial_rules=["RW-040"]), Meeting(sent, waivers=[waiver]))

    assert said["catalogue"]["RW-040"] == "没有进度却有佐证"
    assert "| RW-040 | 警示 | 没有进度却有佐证 | 请核对这两栏 |" in said["readme"]
    tasks = copy.template(4)["任务"]
    cell = f"{letter_of(tasks, '佐证材料')}{FIRST}"
    raised, tried, waived = (copy.results(number) for number in (1, 2, 3))
    assert found(raised, "RW-040") == [(UNIT, "任务", cell, "警示", "RW-040")]
    assert found(waived, "RW-040") == [(UNIT, "任务", cell, "提示", "RW-040")]
    assert [(row["规则编号"], row["豁免条数"], row["状态"]) for row in waived.ledger("豁免情况")] == [
        ("RW-040", 1, "生效")
    ]
    assert found(tried, "RW-040") == [(UNIT, "任务", cell, "提示", "RW-040")]
    status = [
        [row["处理"] for row in held.matrix("校验问题") if row["编号"] == "RW-040"] for held in (raised, tried, waived)
    ]
    assert status == [[None], ["试行"], ["豁免"]]


DIMENSION = """    ARCHIVE = (
        "档案",
        Record(
            ("archive",),
            {"已归集": State.DONE, "归集中": State.MOVING, "未归集": State.NOT_DONE, "不涉及": State.EXEMPT},
            brings=column(
                "archive",
                "档案归集",
                Choice("档案归集", ("已归集", "归集中", "未归集", "不涉及")),
                width=10,
                help="办件档案是否归集",
            ),
        ),
    )


"""
WEIGHT = """[[dimensions]]
name = "档案"
deadline = 2023-10-31
weight = 5

"""


def test_add_a_dimension(copy):
    file, plan = "schemas/dimensions.py", "schemas/plan.toml"
    copy.add(file, DIMENSION, before="#: 不适用 in every dimension")
    assert copy.touched == [file]
    open_ = Meeting({UNIT: {"items": {0: {"archive": "未归集", "planned_on": None, "reason_open": None}}}})

    copy.hold(open_)
    tracked = copy.results(1)
    stands_in_every_table(copy, 1)
    assert not found(tracked, "SX-005"), "an item may be open where nothing is scored"
    assert "档案" not in {row["项目"] for row in tracked.scores("得分明细")}
    assert plan_weights(copy, 1)["档案"] == 0
    tab = copy.template(2)["事项"]
    archive = letter_of(tab, "档案归集")
    assert f'${archive}4="未归集"' not in tab.cell(FIRST, tab.max_column).value

    copy.add(plan, WEIGHT, before="# ── 其他评分项目的权重")
    copy.edit(plan, "weight = 15\n", "weight = 10\n")  # 环节
    assert copy.touched == [file, plan]
    copy.hold(open_)
    scored = copy.results(2)
    stands_in_every_table(copy, 2)
    tab = copy.template(3)["事项"]
    cells = [f"{letter_of(tab, title)}{FIRST}" for title in ("计划完成日期", "未到位原因")]
    assert found(scored, "SX-005") == [(UNIT, "事项", cell, "错误", "SX-005") for cell in cells]
    assert f'${archive}4="未归集"' in tab.cell(FIRST, tab.max_column).value
    parts = of_unit([row for row in scored.scores("得分明细") if row["项目"] == "档案"])
    assert [(row["分子"], row["分母"], row["权重"]) for row in parts] == [(2, 3, 5)]
    assert "档案" in scored.scores("评分排名")[0]
    weights = plan_weights(copy, 2)
    assert (weights["档案"], weights["环节"], sum(weights.values())) == (5, 10, 100)


def plan_weights(copy: Copy, number: int) -> dict[str, int]:
    """The weights in 工作方案.xlsx that the n-th meeting was held by."""
    path = sorted(copy.office.glob("2023-*"))[number - 1] / "工作方案.xlsx"
    return {
        name: weight for name, _, weight in load_workbook(path)["维度权重"].iter_rows(4, max_col=3, values_only=True)
    }


def stands_in_every_table(copy: Copy, number: int) -> None:
    """档案 is in the template, filled in by the samples; in 总矩阵, on paper too; in summaries, board and charts."""
    results, template = copy.results(number), copy.template(number + 1)["事项"]
    letter = letter_of(template, "档案归集")
    assert entry(template, letter) == ("list", '"已归集,归集中,未归集,不涉及"', "档案归集", "【选填】办件档案是否归集")
    assert [template[f"{letter}{row}"].value for row in (4, 5, 6)] == ["未归集", "已归集", "已归集"]
    assert [row["档案归集"] for row in of_unit(results.matrix("事项"), UNITS[1])] == ["已归集"] * 3
    item = of_unit(results.matrix("总矩阵"))[0]
    assert item["档案"] == "未到位"
    assert item["档案灯"] in ("绿", "黄", "红") and item["档案灯理由"]
    assert "档案首次到位" in item
    matrix = copy.book(number, "1-")["总矩阵"]
    light = letter_of(matrix, "档案灯")
    assert matrix.print_area.endswith(f"${light}${matrix.max_row}")
    rows = [row for row in results.matrix("单位汇总") if row["维度"] == "档案"]
    assert [(row["单位"], row["适用"], row["到位"]) for row in rows] == [
        (UNIT, 3, 2),
        (UNITS[1], 3, 3),
        (UNITS[2], 3, 3),
    ]
    periods = [row["期次"] for row in of_unit(results.matrix("历史")) if row["维度"] == "档案"]
    assert periods == list(range(1, number + 1))
    assert str(of_unit(results.ledger("单位红黄绿"))[0]["档案"])[0] in "绿黄红"
    ledger = copy.book(number, "3-")
    data = [row[0] for row in ledger["图表数据"].iter_rows(3, values_only=True) if row[0]]
    assert (len(data), data[-1]) == (8, "档案")
    drawn = {series.cat.strRef.f for chart in ledger["首页"]._charts for series in chart.series}
    assert "图表数据!$A$3:$A$10" in {reference.replace("'", "") for reference in drawn}


LISTED = """#: 未授权事项; one row = one item.
UNAUTHORISED = Table(
    "unauthorised",
    "未授权事项",
    (unit_column(), *RED_LIST.columns[1:3], *RED_LIST.columns[-3:]),
    title="还没有授权窗口的事项",
)


"""
IN_LEDGER = """    Written(
        UNAUTHORISED,
        lambda meeting: meeting.matrix[meeting.matrix["state_authority"] == "未到位"],
        "全部事项都已授权。",
    ),
"""


def test_add_a_sheet_to_the_ledger(copy):
    file = "pipeline/write/ledger.py"
    copy.add(file, LISTED, before="def _stand_out(")
    copy.add(file, IN_LEDGER, before="    Written(WAIVERS, ")
    assert copy.touched == [file]

    none = {UNIT: {"items": {0: {"authority": "未授权"}}}}
    copy.hold(Meeting(none), Meeting())

    first, second = (copy.book(number, "3-") for number in (1, 2))
    assert first.sheetnames[first.sheetnames.index("未授权事项") - 1 :][:3] == ["预测", "未授权事项", "豁免情况"]
    tab = first["未授权事项"]
    item = of_unit(copy.results(1).matrix("事项"))[0]
    rows = copy.results(1).ledger("未授权事项")
    assert [(row["单位"], row["事项名称"]) for row in rows] == [(UNIT, item["事项名称"])]
    source = tab[f"{letter_of(tab, '来源文件')}{FIRST}"]
    assert source.hyperlink.target.startswith("来件/")
    links = [cell.hyperlink.location for row in tab.iter_rows() for cell in row if cell.hyperlink and cell != source]
    assert links == ["'首页'!A1"]
    assert second["未授权事项"]["A4"].value == "全部事项都已授权。"


KEPT = """#: 授权台阶; one row = one period, with how many items were authorised.
STEPS_OF_AUTHORITY = Table(
    "steps_of_authority",
    "授权台阶",
    (
        column("period", "期次", Kind.INTEGER, width=7),
        column("meeting", "会议日期", Kind.DATE, width=12),
        column("done", "已授权", Kind.INTEGER, width=8),
    ),
    title="历期已授权事项数",
    read_back=True,
)

"""
IN_MATRIX = """    Written(
        ledger.STEPS_OF_AUTHORITY,
        lambda meeting: meeting.steps_of_authority,
        nothing="还没有授权的事项。",
        meaning="一行一期：全区有多少事项已经授权。",
    ),
"""
COUNTED = '''    @cached_property
    def steps_of_authority(self) -> pd.DataFrame:
        """STEPS_OF_AUTHORITY; one row = one period, the present one last."""
        now = [(self.period.number, self.period.meeting, int((self.matrix["state_authority"] == "到位").sum()))]
        rows = pd.DataFrame(now, columns=["period", "meeting", "done"], dtype=object)
        return pd.concat([self.previous.tables["steps_of_authority"], rows]) if self.previous else rows

'''


def test_add_a_sheet_that_the_next_period_reads_back(copy):
    files = ["schemas/tables.py", "pipeline/write/matrix.py", "pipeline/meeting.py"]
    copy.add(files[0], KEPT, before="#: The sheets of the matrix workbook from which")
    copy.add(files[1], IN_MATRIX, before="    Written(\n        ledger.MILESTONES,")
    copy.add(files[2], COUNTED, before="    # inspections\n")
    assert copy.touched == sorted(files)

    none = {UNIT: {"items": {0: {"authority": "未授权"}}}}
    said = copy.hold(Meeting(none), Meeting())

    kept = copy.results(2).matrix("授权台阶")
    assert [(row["期次"], str(row["会议日期"]), row["已授权"]) for row in kept] == [
        (1, "2023-03-17", 8),
        (2, "2023-03-31", 9),
    ]
    assert not [line for line in said["notices"] if "改动" in line or "缺少" in line], "checksummed with the others"
    note = copy.book(2, "1-")["说明"]
    line = next(row for row in note.iter_rows() if any(cell.value == "授权台阶" for cell in row))
    assert "一行一期：全区有多少事项已经授权。" in [cell.value for cell in line]
    assert [cell.hyperlink.location for cell in line if cell.hyperlink] == ["'授权台阶'!A1"]


SHEET = '''"""培训: who of the unit was trained for the window."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.words import YES_NO

SHEET = Sheet(
    key="training",
    name="培训",
    prefix="PX",
    title="窗口人员培训情况",
    hint="一次培训一行。",
    identity=Identity(("course",)),
    columns=(
        column("course", "培训名称", Kind.NAME, required=True, width=30, help="讲了什么"),
        column("held_on", "培训日期", Kind.DATE, required=True, width=13, help="哪一天"),
        column("passed", "是否合格", YES_NO, required=True, width=10, help="是否全部合格"),
    ),
)
'''


def test_add_a_sheet_to_the_template(copy):
    listed = "schemas/returns/__init__.py"
    copy.new("schemas/returns/training.py", SHEET)
    copy.add(listed, "    training,\n", before="    waivers,\n)")
    copy.add(listed, "    training.SHEET,\n", before="    authorisations.SHEET,")
    assert copy.touched == [listed, "schemas/returns/training.py"]

    courses = {
        0: {"course": "窗口礼仪", "held_on": "2023-03-10", "passed": "是"},
        1: {"course": "平台操作", "held_on": "2023-03-11", "passed": "大概"},
        2: {"course": "档案归集", "passed": "否"},
    }
    changed = {**courses, 1: {**courses[1], "passed": "否"}, 2: {**courses[2], "held_on": "2023-03-12"}}
    said = copy.hold(Meeting({UNIT: {"training": courses}}), Meeting({UNIT: {"training": changed}}))

    template = copy.template(3)
    assert template.sheetnames[template.sheetnames.index("培训") - 1 :][:3] == ["人员", "培训", "授权"]
    tab = template["培训"]
    assert [cell.value for cell in tab[HEADER]][:3] == ["*培训名称", "*培训日期", "*是否合格"]
    assert entry(tab, "C") == ("list", '"是,否"', "是否合格", "【必填】是否全部合格")
    assert [tab[f"A{row}"].value for row in range(4, 8)] == ["窗口礼仪", "平台操作", "档案归集", None]
    wrong = [(UNIT, "培训", "C5", "错误", "PX-002"), (UNIT, "培训", "B6", "错误", "PX-001")]
    assert found(copy.results(1), "PX-001", "PX-002") == wrong
    assert found(copy.results(2), "PX-001", "PX-002") == []
    merged = copy.results(2).matrix("培训")
    assert [(row["单位"], row["培训名称"], row["是否合格"]) for row in merged] == [
        (UNIT, "窗口礼仪", "是"),
        (UNIT, "平台操作", "否"),
        (UNIT, "档案归集", "否"),
    ]
    slip = load_workbook(copy.results(2).folder / "5-督办单" / f"{UNIT}.xlsx")
    told = [[cell.value for cell in row] for sheet in slip for row in sheet.iter_rows()]
    assert any("平台操作" in row and "大概" in row and "否" in row for row in told), "what changed since"
    assert "PX 培训" in said["readme"] and "**培训**（一次培训一行。）" in said["readme"]
