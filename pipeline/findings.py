"""Findings: what is wrong with a return, as data; the rules that word them; and how people read them.

A wrong return is a list of findings, never an exception. A rule is one symbol, declared with its words
above the function that raises it; 001–019 are alike on every sheet and are members of `Common`.
Source: contract §2 (校验问题), §4.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from enum import Enum
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import walk_packages
from typing import TYPE_CHECKING

from schemas.columns import Sheet
from schemas.plan_sheets import PREFIX as PLAN_PREFIX
from schemas.returns import OFFICE, TEMPLATE
from schemas.tables import FINDINGS
from schemas.words import Severity, Verdict

if TYPE_CHECKING:
    import pandas as pd


ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding: its wording is that of the person who filled in the form.

    code: two letters and a number; the letters are the sheet's, or WJ = files, KD = across units, KQ =
    across periods, HZ = districts in a rollup. problem, remedy: `{…}` are filled in per finding,
    `{value}` is what was found. example: what stands in the cell when it is found.
    """

    code: str
    severity: Severity
    title: str
    problem: str
    remedy: str
    example: str


_DECLARED: dict[str, Rule] = {}


def rule(code: str, severity: Severity, *, title: str, problem: str, remedy: str, example: str) -> Rule:
    """Declare a rule of its own (from 020 on for a sheet's); ValueError for a code that another one has."""
    if code in _DECLARED:
        raise ValueError(f"{code} is declared twice: {_DECLARED[code].title}, {title}")
    _DECLARED[code] = Rule(code, severity, title, problem, remedy, example)
    return _DECLARED[code]


class Common(Enum):
    """001–019, alike on every sheet: number, severity, title, problem, remedy, example.

    They derive from the column declarations: `{title}` is the column's, `{describe}` what belongs there.
    """

    MISSING = (1, ERROR, "必填未填", "“{title}”没有填写", "{describe}", "（空白）")
    NOT_IN_LIST = (
        2,
        ERROR,
        "不在可填内容之列",
        "“{title}”填的“{value}”不在可填内容之列{suggestion}",
        "{describe}",
        "许克",
    )
    WRONG_TYPE = (3, ERROR, "不是要填的类型", "“{title}”填的“{value}”认不出是{kind}", "{describe}", "2023.2.30")
    OUT_OF_RANGE = (4, ERROR, "超出范围", "“{title}”填的“{value}”超出范围", "{describe}", "150%")
    MISSING_IN_ROW = (5, ERROR, "按本行情况必填", "{condition}，但“{title}”没有填写", "{describe}", "（空白）")
    REPAIRED = (
        6,
        NOTE,
        "已规范写法",
        "“{title}”由“{value}”规范为“{after}”（{rule}）",
        "不用改；如规范得不对，请改正后重报",
        "√",
    )
    INFERRED = (7, NOTE, "日期系推断", "“{title}”填的“{value}”没有写全，按“{after}”处理", "{describe}", "7月底")
    DOUBTFUL = (
        8,
        WARNING,
        "写法存疑",
        "“{title}”填的“{value}”写法存疑：{doubt}",
        "请核对后重填。{describe}",
        "O 与 0 混写",
    )
    NO_VALUE = (9, ERROR, "单元格读不出值", "“{title}”的单元格读不出值（{fault}）", "{fault_remedy}", "#N/A")
    NO_COLUMN = (
        10,
        ERROR,
        "缺少一列",
        "“{sheet}”表里找不到“{title}”这一列",
        "请用专班办公室下发的填报表填写，不要删改表头",
        "（缺列）",
    )
    NO_SHEET = (
        11,
        ERROR,
        "缺少一张表",
        "来件里找不到“{sheet}”这张表",
        "请用专班办公室下发的填报表填写，不要删除工作表",
        "（缺表）",
    )
    UNKNOWN_COLUMN = (
        12,
        NOTE,
        "有一列不认识",
        "“{sheet}”表里的“{value}”列不在填报表之内，没有采用{suggestion}",
        "如是要填的内容，请移到相应的列",
        "进住情况",
    )
    SET_ASIDE = (
        13,
        NOTE,
        "有行没有采用",
        "第 {row} 行没有采用：{reason}",
        "不用改；如其实是数据，请改成一行一条后重报",
        "合计",
    )
    HIDDEN = (14, WARNING, "有隐藏的行或表", "{what}是隐藏的，{treatment}", "请取消隐藏，核对后重报", "隐藏行")
    REFUSED = (15, ERROR, "不能采用", "“{title}”填的“{value}”不能采用：{doubt}", "{describe}", "存成数字的 2023.1")
    DIGITS_LOST = (
        16,
        ERROR,
        "编码成了数字",
        "“{title}”存成了数字（{value}），后面的位数已经丢失，不能据此还原",
        "{describe}",
        "1.14104E+30",
    )
    NO_HEADER = (
        17,
        ERROR,
        "认不出表头",
        "“{sheet}”表里认不出表头，整张表没有采用",
        "请照专班办公室下发的填报表恢复表头后重报",
        "（表头被删）",
    )
    PRIVATE_NUMBER = (
        18,
        WARNING,
        "有个人号码",
        "“{title}”里有{kinds}（{value}）",
        "台账要发给各单位和领导，这里不能写个人的电话、身份证和银行卡号码，请删去后重报；电话只填在“联系人”表和封面的电话栏",
        "张三138****5678",
    )
    SECRET = (
        19,
        ERROR,
        "标有密级",
        "“{title}”的内容标有密级，原文已隐去，没有写入任何汇总结果",
        "涉密内容不得填在本表、不得在联网电脑上处理：请立即停止传送这个文件，按保密规定处置，改填不涉密的内容后重报",
        "机密★3年",
    )

    def __init__(self, number: int, severity: Severity, title: str, problem: str, remedy: str, example: str) -> None:
        self.number, self.severity, self.title = number, severity, title
        self.problem, self.remedy, self.example = problem, remedy, example

    def code(self, prefix: str) -> str:
        """Its code on the sheets with these two letters."""
        return f"{prefix}-{self.number:03}"

    def of(self, sheet: Sheet) -> Rule:
        """The rule as it is on one sheet."""
        return _common_rule(self, sheet.prefix)


#: The two letters of a sheet's codes → what the sheet is called; the plan's sheets share theirs.
SHEET_OF_PREFIX: Mapping[str, str] = {sheet.prefix: sheet.name for sheet in (*TEMPLATE, *OFFICE)} | {
    PLAN_PREFIX: "工作方案"
}


@cache
def _common_rule(common: Common, prefix: str) -> Rule:
    title = f"{SHEET_OF_PREFIX[prefix]}：{common.title}"
    return Rule(common.code(prefix), common.severity, title, common.problem, common.remedy, common.example)


_COMMON_OF_CODE = {common.code(prefix): common for prefix in SHEET_OF_PREFIX for common in Common}

#: Where rules are declared.
_DECLARING = ("pipeline.intake", "pipeline.checks", "pipeline.commands")


@cache
def catalogue() -> Mapping[str, Rule]:
    """Code → rule, of all rules that there are, in order of code.

    Imports every module that may declare one, so nothing that must start quickly asks for it.
    """
    for package in map(import_module, _DECLARING):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    common = [_common_rule(common, prefix) for prefix in SHEET_OF_PREFIX for common in Common]
    return {rule.code: rule for rule in sorted((*common, *_DECLARED.values()), key=lambda rule: rule.code)}


#: A line of the notes that we write beside the cells of a marked return.
OUR_COMMENT_LINE = re.compile(r"【(?:错误|警示|提示) [A-Z]{2}-\d{3}】|改法：")
#: Between the parts of a subject.
SUBJECT_JOINT = "｜"


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in what a unit sent: file, tab, cell, and whose it is."""

    unit: str = ""  # short name; "" while nobody knows whose file it is
    file: str = ""
    sheet: str = ""  # tab as in the file
    cell: str = ""  # A1 address; "" for a finding about the whole sheet or file
    row: int = 0  # Excel row; 0 when the finding is not about a data row
    table: str = ""  # Sheet.key; "" for files
    subject: str = ""  # what the row is about, e.g. 事项编码 and 事项名称, joined; for waivers by 范围


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing wrong with a return; one row of 退回清单."""

    code: str
    severity: Severity
    place: Place
    value: str  # what was found there, as text
    problem: str
    remedy: str
    after: str = ""  # for a repair: the value that was put there instead
    status: str = ""  # 豁免 / 试行, when that made it a mere 提示
    rows: tuple[int, ...] = ()  # for one that stands for many of its kind in a column: the Excel rows of all of them

    @property
    def common(self) -> Common | None:
        """Which of the findings that every sheet has it is; None for a sheet's own."""
        return _COMMON_OF_CODE.get(self.code)

    @property
    def count(self) -> int:
        """For how many it stands."""
        return len(self.rows) or 1

    @property
    def wrong_rows(self) -> tuple[int, ...]:
        """The data rows that it makes count as wrong in 报送 (contract §7)."""
        if self.severity is not Severity.ERROR:
            return ()
        return self.rows or ((self.place.row,) if self.place.row > 0 else ())

    @property
    def cells(self) -> Iterator[str]:
        """The addresses of the cells that it is about."""
        letters = self.place.cell.rstrip("0123456789")
        return (f"{letters}{row}" for row in self.rows) if self.rows else iter((self.place.cell,))


#: So many findings of one kind in one column of a file are held and told one by one; of the rest only the rows are.
HELD_SINGLY = 300
_RUNS_SHOWN = 5


class Gathered:
    """Findings of one kind in one column: the first few hundred of each file singly, the rest as one with their number.

    A return of 15,000 wrong rows has some hundred thousand findings, and nobody reads them.
    """

    def __init__(self) -> None:
        self._singly: list[Finding] = []
        self._number: Counter[str] = Counter()
        self._rest: dict[str, tuple[Finding, list[int]]] = {}

    def add(self, file: str, row: int, made: Callable[[], Finding]) -> None:
        """One more, in Excel row `row`; made: words it, and is not asked to where it is only counted."""
        self._number[file] += 1
        if self._number[file] <= HELD_SINGLY:
            self._singly.append(made())
        elif file in self._rest:
            self._rest[file][1].append(row)
        else:
            self._rest[file] = made(), [row]

    def findings(self) -> list[Finding]:
        """All of them."""
        return [*self._singly, *(_standing_for(first, rows) for first, rows in self._rest.values())]


def _standing_for(first: Finding, rows: list[int]) -> Finding:
    """One finding for all those in `rows`, at the cell of the first of them."""
    place = replace(first.place, row=0, subject="")
    where = "、".join(runs(rows)[:_RUNS_SHOWN]) + (" 等" if len(runs(rows)) > _RUNS_SHOWN else "")
    problem = f"这一列还有 {len(rows)} 处同样的问题（第 {where} 行）"
    return replace(first, place=place, value="", problem=problem, after="", rows=tuple(rows))


def runs(rows: Iterable[int]) -> list[str]:
    """Rows as people read them: [3, 5, 6, 7] → ["3", "5–7"]."""
    found: list[list[int]] = []
    for row in sorted(set(rows)):
        if found and found[-1][-1] == row - 1:
            found[-1].append(row)
        else:
            found.append([row])
    return [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in found]


def finding(rule: Rule, place: Place, value: object = "", /, **words: object) -> Finding:
    """A finding by `rule` at `place`; `value` is what was found there, `words` fill the message."""
    shown = "" if value is None else str(value)
    filled = {"value": shown, "suggestion": "", **words}
    return Finding(
        code=rule.code,
        severity=rule.severity,
        place=place,
        value=shown,
        problem=rule.problem.format(**filled),
        remedy=rule.remedy.format(**filled),
        after=str(words.get("after", "")),
    )


def subject_of(cells: Iterable[object]) -> str:
    """What a finding is about: the cells of its row's identity that are filled in, for waivers by 范围."""
    return SUBJECT_JOINT.join(cell for cell in cells if isinstance(cell, str))


UNIT_NOTE = rule(
    "FM-023",
    WARNING,
    title="单位加了批注",
    problem="单元格旁加了批注：“{value}”；批注不作为填报内容",
    remedy="请核对批注是否改变了所填内容，要改的请直接改在表里，再删去批注",
    example="其实没有进驻",
)
DATE_DOUBTED = rule(
    "WJ-063",
    NOTE,
    title="填报日期存疑",
    problem="填报日期 {value} 在报送截止（{cutoff}）以内，文件却记着最后保存于 {saved}",
    remedy="请核对实际填报的日期；只供核实，不影响得分",
    example="4 月 12 日填报，4 月 13 日保存",
)
SEVERAL_VERSIONS = rule(
    "WJ-062",
    WARNING,
    title="同一天有几个版本",
    problem="填报日期同为 {filled_on} 的来件有 {count} 份，采用了“{value}”，没有采用{others}（{ground}）",
    remedy="请核对采用的是不是要报的那一份；不是的，请从 inputs 移走它后重新运行",
    example="区司法局-最终版.xlsx",
)


def findings_frame(findings: Iterable[Finding]) -> "pd.DataFrame":
    """One row = one finding, columns of `schemas.tables.FINDINGS` plus row, table, status, after, count."""
    import pandas as pd

    rows = [
        {
            **{field.name: getattr(finding.place, field.name) for field in fields(Place)},
            "severity": str(finding.severity),
            "code": finding.code,
            "problem": finding.problem,
            "value": finding.value,
            "remedy": finding.remedy,
            "status": finding.status,
            "after": finding.after,
            "count": finding.count,
        }
        for finding in findings
    ]
    names = [*FINDINGS.names, "row", "table", "subject", "status", "after", "count"]
    return pd.DataFrame(rows, columns=names, dtype=object)


def how_many(findings: "pd.DataFrame", severity: Severity) -> int:
    """How many findings of that severity a frame of them stands for; one read back from a workbook has no count."""
    chosen = findings[findings["severity"] == severity]
    return int(chosen["count"].sum()) if "count" in chosen.columns else len(chosen)


def to_return(receipts: "pd.DataFrame", files: "pd.DataFrame", findings: "pd.DataFrame") -> dict[str, str]:
    """File → unit, of the adopted returns with an 错误, a 警示 or a repair, unit order: 4-退回修改 holds one copy of each."""
    asks = findings["severity"].isin((Severity.ERROR, Severity.WARNING)) | findings["after"].ne("")
    waiting = set(findings.loc[asks, "file"])
    sent = receipts.dropna(subset=["file"])
    adopted = set(files.loc[files["verdict"] == Verdict.ADOPTED, "file"])
    pairs = zip(sent["file"], sent["unit"], strict=True)
    return {file: unit for file, unit in pairs if file in waiting and file in adopted}


def in_order(findings: Iterable[Finding], units: Iterable[str]) -> list[Finding]:
    """Findings as every list prints them: by unit, file, sheet of the template, row, column, code.

    units: short names in plan order; a finding of no known unit comes last.
    """
    place_of_unit = {unit: place for place, unit in enumerate(units)}
    place_of_sheet = {sheet.key: place for place, sheet in enumerate((*TEMPLATE, *OFFICE))}

    def order(finding: Finding) -> tuple[object, ...]:
        place = finding.place
        match = _CELL.fullmatch(place.cell)
        column, row = (_column_number(match[1]), int(match[2])) if match else (0, place.row)
        return (
            place_of_unit.get(place.unit, len(place_of_unit)),
            place.unit,
            place.file,
            place_of_sheet.get(place.table, -1),
            place.sheet,
            row,
            column,
            finding.code,
            place.subject,
            finding.problem,
        )

    return sorted(findings, key=order)


def suggestion(text: str, candidates: Sequence[str]) -> str:
    """Which of `candidates` was probably meant, as the words a message ends with; "" when none is close.

    >>> suggestion("行政许克", ("行政许可", "公共服务"))
    '，是不是要填“行政许可”？'
    """
    close = _closest(text, tuple(candidates))
    return f"，是不是要填“{close}”？" if close else ""


@lru_cache(maxsize=4096)  # the same wrong word stands in thousands of rows
def _closest(text: str, candidates: tuple[str, ...]) -> str:
    return next(iter(get_close_matches(text, candidates, n=1, cutoff=0.5)), "")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]*)")


def group_cells(cells: Sequence[str]) -> str:
    """Addresses as people read them: F5, F6, F7, F19 → "F5:F7、F19"."""
    parsed = sorted(
        {(match[1], int(match[2])) for cell in cells if (match := _CELL.fullmatch(cell))},
        key=lambda cell: (len(cell[0]), cell),
    )
    runs: list[tuple[str, int, int]] = []
    for letters, row in parsed:
        if runs and runs[-1][0] == letters and runs[-1][2] == row - 1:
            runs[-1] = (letters, runs[-1][1], row)
        else:
            runs.append((letters, row, row))
    return "、".join(f"{c}{first}" if first == last else f"{c}{first}:{c}{last}" for c, first, last in runs)
