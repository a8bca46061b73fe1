"""The rows of one table on one tab: which are data, which are set aside, and their cells cleaned.

Every row under the header that holds anything ends in exactly one of the two (contract §8).

Rows under a header that are no data: totals, examples, notes, signatures, categories (contract §4).

Only what is certain is set aside; anything else is kept as a data row, where a wrong or missing cell
is reported. Every reason is a phrase that completes “第 n 行没有采用：”.

Cells that stand for the ones above them: merged cells, 同上 and its like (contract §4).

自查: which of the nine questions a row answers, however its number is written (contract §4).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain

from pipeline.findings import ERROR, Common, Finding, Gathered, Place, finding, rule, subject_of
from pipeline.intake.beside import looks_of_rows, notes_of_unit
from pipeline.intake.clean import Cleaner
from pipeline.intake.cleaned import BLANK, EMPTY, Cleaned, Note, doubtful, refused, repaired
from pipeline.intake.formats.cells import column_letters
from pipeline.intake.headers import HINT_FORM, IGNORED, Block, Match
from pipeline.intake.raw import NO_RESULT, PICTURE, Cell, RawSheet
from pipeline.intake.reading import NOTHING_TO_REPORT, SetAside, TableReading
from pipeline.intake.sensitive import SECRET, findings_about_text, rule_of, withheld
from pipeline.intake.text import chinese_number, fold, is_blank, means_nothing, shown, tidy
from pipeline.records import Layout
from schemas.columns import Column, Kind, Sheet
from schemas.private import WITHHELD, mask
from schemas.returns.self_check import QUESTIONS
from schemas.returns.self_check import SHEET as SELF_CHECK

TOTAL = "合计行"
EXAMPLE = "示例行"
NOTE = "说明文字"
SIGNATURE = "落款行"
CATEGORY = "类别行"
HEADING = "标题行"
FOOTER = "表尾文字"
COLUMN_NUMBERS = "列号行"
REPEATED_HEADER = "重复的表头"
NEXT_TITLE = "下面一张表的标题"
ONLY_NUMBERS = "只有编号"
NO_KNOWN_COLUMN = "只在不认识的列或没有表头的列里有内容"

_ORDINAL = re.compile(r"[(（]?([0-9]{1,4}|[一二三四五六七八九十百]{1,4})[)）]?[、.．]?")
_TOTAL = re.compile(
    r"[(（【\[]?(本[页表]|以上|全部|全区|各项)?(合|小|总|共)计(数|[:：].*|[(（].*|[0-9].*|[一二三四五六七八九十百]+[项个条人件].*)?[)）】\]]?"
)
_NAMED_TOTAL = re.compile(".{1,12}(合计|小计|总计)")
_EXAMPLE = re.compile(
    r"[(（【\[“\"]?(填写|填表|填报)?(示例|样例|范例|举例|例子?)[0-9一二三]?([:：)）】\]”\"].*)?|[(（](示例|样例|例)[)）].*"
)
_NOTE = re.compile(
    r"[(（【\[※★☆·•*]*(备?注|附注|附[件表]?[0-9]*(?=[:：])|(填表|填报|填写)?(说明|须知|要求)|注意(事项)?|温馨提示)([:：0-9.、)）】\]].*|$)"
)
_ABOUT_THE_FORM = re.compile("^※|^[*★]|本表|此表|填报|填写|如实|。$")
_SIGNATURE = re.compile(
    r"[(（]?(填[报表]人|制表人?|审[核批]人?|复核人?|(单位|部门|分管|主管|主要)?(负责人|负责同志|领导)(签[字章名])?|联系人|(联系)?电话"
    r"|经办人|报送人|填[报表](单位|部门|日期|时间)|报送(单位|日期|时间)|单位(名称|负责人)?|盖章|公章|签[字章]|日期)"
    r"[(（]?(签[字章名]|盖章|公章)?[)）]?[:：].*"
)
#: The same without a colon, its words in the cells beside; or with a number right behind.
_SIGNATURE_LABEL = re.compile(
    r"(填[报表]|制表|审[核批]|复核|校对|核对|统计|录入|经办|报送)(人员?|单位|日期|时间)(签[字章名])?|(单位|部门|分管|主管|主要)(负责人|负责同志|领导)"
    r"(签[字章名])?|(单位|部门)?[(（]?(盖章|公章|印章|签章)[)）]?处?|(联系)?电话[0-9()-]*|(打印|导出|生成|统计|更新|截止|截至)(日期[:0-9年月日.-]*|时间[:0-9年月日.-]*|[:0-9年月日.-]+)"
)
#: What closes a table or stands in it for rows that are not there; it ends in nothing that names an item.
_FOOTER = re.compile(
    r"(本页|此页|本表|此表|该表)?(以下|下面|下方|此行以?下|到此|至此|表尾|此处)(均|都|全)?(为|是)?(空白|空|留空|结束|为止|完毕?|截止|无?|没有)(正文|内容|数据|事项|文字|其他内容)?"
    r"|(此页|本页|此行|本行|该行|空白)(无|没有|为)?(正文|内容|空白|留空|行|页|处)|留空|(全文|全表|表格?|填报)?(完毕?|结束|终)|end|theend|eof"
    r"|其中(:.*|[^,。]{0,12}[0-9一二三四五六七八九十]+[项个条件人]?)?|(余|其余|后)(略|同上)|[(（]?略[)）]?|等等?|\.{2,}|。{2,}|·{3,}|[-—=_*#~·]{2,}"
    r"|续表?|[(（]?(转|接|续|见)(下|上|前|后|次)[一]?(页|表|栏)[)）]?|未完(待续)?|待续|详?见附[件表页录][0-9一二三]*.{0,20}|附[件表]?[0-9一二三]*[:.].*"
    r"|[-第]*[0-9一二三四五六七八九十]+页?[,/、]?(共?[0-9一二三四五六七八九十]+页)|第[0-9一二三四五六七八九十]+页|共[0-9一二三四五六七八九十]+页"
    r"|(数据|资料|信息)?来源[:].*|(主送|抄送|抄报|发送|印发|报|送)[:].*|(分管|主管|主要)?(领导|审[核批]|单位|部门)?(意见|批示)[:].*|(打印|制表|导出|统计|更新|截[止至])(时间|日期)?[:].*"
    r"|(此处|在此|请)?(加盖|盖)(单位|部门)?(公?章|印章)(处)?|(无|没有)(其他|更多|其它)(事项|内容|数据|情况)?|(以上|上述)(内容|数据|情况)?(属实|无误|真实|全部|完整).*|特此(说明|报告|声明|承诺).*"
)
_FRAME = "-—–=_*#~·<>《》()（）[]【】〔〕\"“”' "
_BARE_DAY = re.compile("([0-9]{4})?年([0-9]{1,2})?月([0-9]{1,2})?日")
_NOTHING = re.compile(
    "((我|本)(局|委|办|中心|大队|公司|单位|部门|区|期|表|次)*)?(目前|暂|暂时|确)?(无|没有|不涉及)(任何|其他|此类|此|相关|该类|需要?)?"
    "(政务服务|行政审批|审批|依申请|进驻|报送|填报|协调|派发|解决)*(的)?(事项|项目|问题|任务|系统|人员|内容|情况|变化|授权|委托|报告|数据)?"
    "(进驻|填报|报送|需要?(进驻|填报|报送))?|零(报告|申报|事项)|0报告"
)
_CATEGORY = re.compile(
    "[一二三四五六七八九十]{1,3}[、.．].*|[(（][一二三四五六七八九十]{1,3}[)）].*|第[一二三四五六七八九十]{1,3}(部分|[章节篇]).*"
)
_COUNT = re.compile(r"[(（共]*[0-9一二三四五六七八九十]+[项个条件人]?[)）]?")
#: How a well-filled row begins that is no data all the same: totals, examples, rows of strokes.
_SUSPECT = re.compile(
    r"[\s(（【\[“\"]*([合小总共]\s*计|本[页表]|以上|全[部区]|各项|示\s*例|样\s*例|范例|举例|例|填[写表报]?[示样范例]|[/\\—-]|[暂没]?[无有]\s*$)"
)


@dataclass(frozen=True, slots=True)
class Row:
    """What a row holds within the reach of a table: (column from 0, value) of each cell that is not blank."""

    cells: Sequence[tuple[int, object]]
    merged_over: int = 1  # how many columns its first cell spans

    @property
    def text(self) -> str:
        """The row as one line, for the list of rows set aside, without what must not circulate."""
        return " ".join(tidy(withheld(value)).replace("\n", " ") for _, value in self.cells)


def reason_to_set_aside(row: Row, match: Match) -> str:
    """Why the row is no data of the table; "" when it is."""
    places = match.places
    declared = len([column for column, _ in row.cells if column in places])
    if declared == 0:
        return _said_alone(row, match) or NO_KNOWN_COLUMN
    sparse = declared * 2 <= match.required
    texts = [value for _, value in row.cells if isinstance(value, str)][:3]
    if len(row.cells) > 3 and not sparse and not any(map(_SUSPECT.match, texts)):
        return ""
    words = [fold(text) for text in texts]
    if any(_EXAMPLE.fullmatch(word) for word in words):
        return EXAMPLE
    if any(_TOTAL.fullmatch(word) for word in words[:2]) or (sparse and words and _NAMED_TOTAL.fullmatch(words[0])):
        return TOTAL
    return (_closing(row, words, match) if sparse and words else "") or _said_alone(row, match)


def _closing(row: Row, words: Sequence[str], match: Match) -> str:
    """The reason of a sparse row that signs or closes the table; "" for any other."""
    place, value = row.cells[0]
    if isinstance(value, str) and _is_signature(words[0], match.column_at(place)):
        return SIGNATURE
    alike = words if len(set(words)) == 1 else words[:1]
    return FOOTER if all(map(is_footer, alike)) else ""


def _is_signature(word: str, column: Column | None) -> bool:
    """Whether a row is signed rather than filled in; 负责人 in a column that offers it is what it says."""
    return bool(_SIGNATURE.fullmatch(word)) or (
        (not column or not column.values) and bool(_SIGNATURE_LABEL.fullmatch(word))
    )


def is_footer(word: str) -> bool:
    """Whether a folded text only closes a table: 以下空白, 此页无正文, 其中:, 第1页共2页."""
    bare = word.strip(_FRAME)
    return bool(_FOOTER.fullmatch(word) or (bare and _FOOTER.fullmatch(bare)))


def _said_alone(row: Row, match: Match) -> str:
    """The reason of a row that says one thing only, numbers before it and marks for “nothing” aside."""
    words = [(column, fold(shown(value))) for column, value in row.cells]
    said = [(column, word) for column, word in words if not _ORDINAL.fullmatch(word)]
    if not said:
        return ONLY_NUMBERS
    if all(means_nothing(word) or _NOTHING.fullmatch(word.rstrip("。.!")) for _, word in said):
        return NOTHING_TO_REPORT
    column, text = said[0]
    if len(said) == 2 and _NOTE.match(text):
        return NOTE
    if len(said) == 2 and _CATEGORY.fullmatch(text) and _COUNT.fullmatch(said[1][1]):
        return CATEGORY
    return _heading_or_note(text, row.merged_over >= 3, match, column) if len(said) == 1 else ""


def _heading_or_note(text: str, is_wide: bool, match: Match, column: int) -> str:
    own = match.column_at(column)
    if is_footer(text):
        return FOOTER
    kind = own.kind if own else None
    if _BARE_DAY.fullmatch(text) and kind is not Kind.DATE:
        return SIGNATURE
    is_sentence = text.endswith(("。", "!")) and kind is not Kind.TEXT
    if _NOTE.match(text) or is_sentence or (len(text) > 30 and (is_wide or _ABOUT_THE_FORM.search(text))):
        return NOTE
    in_its_place = own is not None and text in map(fold, own.values)
    if _CATEGORY.fullmatch(text) or (not in_its_place and _is_value_of_a_list(text, match.sheet)):
        return CATEGORY
    return HEADING if is_wide else ""


def _is_value_of_a_list(text: str, sheet: Sheet) -> bool:
    """A row that says 行政许可 and nothing else is the heading of what follows it."""
    bare = text.removesuffix("类").removesuffix("事项")
    return any(bare in map(fold, column.values) for column in sheet.columns if len(column.values) > 3)


def is_ordinal(value: object) -> bool:
    """Whether a cell only numbers its row: 3, （三）, 3."""
    return bool(_ORDINAL.fullmatch(fold(shown(value))))


def is_column_numbers(row: Row) -> bool:
    """A row right under the header that numbers its columns: 1 2 3, (1) (2) (3), A B C."""
    words = [fold(shown(value)).strip("()") for _, value in row.cells]
    if len(words) < 3:
        return False
    if all(re.fullmatch("[0-9]{1,3}", word) for word in words):
        return [int(word) for word in words] == list(range(int(words[0]), int(words[0]) + len(words)))
    return words == [chr(ord("a") + index) for index in range(len(words))]


_DITTO = frozenset(
    (
        "同上",
        "同前",
        "同上行",
        "同上条",
        "同上项",
        "同上一行",
        "〃",
        "〃〃",
        '"',
        "''",
        "´´",
        "”",
        "“",
        "‘‘",
        "’’",
        "′′",
        "″",
    )
)
_DITTO_OF_ROW = re.compile("同(第)?[0-9]+(行|项|条|号)?")
_FIRST = frozenset(mark[0] for mark in _DITTO) | {""}
_LONGEST = 6


def filled_down(
    raw: RawSheet, columns: Mapping[str, int], first_row: int, rows: Sequence[int]
) -> dict[str, dict[int, Cell]]:
    """What vertically merged cells say of the rows below their first: name → {Excel row → value}.

    Only where cells really are merged, and not where the merge runs over three columns and more:
    such a cell is a remark or a signature. rows: the Excel rows that are data.
    """
    names = {column: name for name, column in columns.items()}
    data = set(rows)
    filled: dict[str, dict[int, Cell]] = {}
    for top, left, bottom, right in raw.merges:
        if bottom == top or top < first_row or left - 1 not in names:
            continue
        if sum(column in names for column in range(left - 1, right)) > 2:
            continue
        value = raw.rows[top - 1][left - 1]
        below = [row for row in range(top + 1, bottom + 1) if row in data]
        if not is_blank(value) and below:
            filled.setdefault(names[left - 1], {}).update(dict.fromkeys(below, value))
    return filled


def is_ditto(value: object) -> bool:
    """Whether the cell only says that it is as the one above."""
    if not isinstance(value, str) or len(value) > _LONGEST or value.lstrip()[:1] not in _FIRST:
        return False
    return value.strip() in _DITTO or fold(value) in _DITTO


def is_ditto_of_row(value: object) -> bool:
    """Whether the cell says that it is as some numbered row (同1): which one, nobody can be sure."""
    return isinstance(value, str) and value[:1] == "同" and bool(_DITTO_OF_ROW.fullmatch(fold(value)))


def above(values: Sequence[Cell], at: int) -> Cell:
    """The nearest value above position `at` that says something itself; None at the top."""
    for value in reversed(values[:at]):
        if not is_blank(value) and not is_ditto(value) and not is_ditto_of_row(value):
            return value
    return None


_PUNCTUATION = "?？。.、，,：:；;"
_NUMBER_OF_QUESTION = {fold(text): str(number) for number, text in enumerate(QUESTIONS, 1)}
_NUMBERS = frozenset(_NUMBER_OF_QUESTION.values())


def number_questions(cells: dict[str, list[Cleaned]], rows: int) -> None:
    """Put 1 to 9 into the column `number`, in place; where number and question disagree, the question counts.

    Where there is no such column, nothing is said: there is no cell that was repaired.
    """
    written_down = "number" in cells
    numbers = cells.setdefault("number", [BLANK] * rows)
    questions = cells.get("question", [BLANK] * rows)
    for at, (written, question) in enumerate(zip(numbers, questions, strict=True)):
        number = _plain_number(written.value)
        asked = _NUMBER_OF_QUESTION.get(fold(str(question.value or "")).strip(_PUNCTUATION), number)
        if asked != written.value and asked:
            corrected = written_down and asked != number
            note = repaired(asked, "按自查内容对应题号") if corrected else None
            numbers[at] = Cleaned(asked, note)


def _plain_number(value: object) -> str:
    """“（一）”, “1.”, “第1题” → 1; "" for what is none of the nine."""
    text = fold(str(value or "")).strip("()第题项" + _PUNCTUATION)
    if (figures := text.lstrip("0")) in _NUMBERS:
        return figures
    number = chinese_number(text)
    return str(number) if str(number) in _NUMBERS else ""


_PICTURE_VALUE = "[图片]"
_SEVERAL_ITEMS = re.compile(
    r"等[共计]?\s*([0-9]+|[一二两三四五六七八九十几多]+|若干)\s*[项个件](事项|许可|服务)?|[1１一][.、．)）].+[2２二][.、．)）]",
    re.S,
)
_FAULT_REMEDY = {
    NO_RESULT: "请用 Excel 或 WPS 打开这个文件，保存后重新报送",
    PICTURE: "请填写文字，图片另外报送",
}


@dataclass(frozen=True)
class BlockReading:
    """One table, read. hidden: the Excel rows among them that are hidden."""

    table: TableReading
    findings: list[Finding]
    set_aside: list[SetAside]
    hidden: list[int]
    strays: dict[int, str]  # columns with content that belong to no declared column → their header


SEVERAL_ITEMS = rule(
    "SX-020",
    ERROR,
    title="一行填了几个事项",
    problem="“{title}”填的“{value}”像是几个事项合在一行",
    remedy="一行只填一个事项，请逐项分行填写",
    example="教师资格认定等5项",
)


class BlockReader:
    """Reads one block of one tab. alone: nothing else stands beside it, so its rows reach over all columns."""

    def __init__(self, raw: RawSheet, block: Block, cleaner: Cleaner, *, alone: bool) -> None:
        self.raw, self.block, self.cleaner = raw, block, cleaner
        self.sheet = block.sheet
        self.columns = block.match.columns
        width = len(raw.rows[0]) if raw.rows else 0
        first, last = (0, width - 1) if alone else block.match.span
        ignored = {head.column: head.forms for head in block.match.heads if not IGNORED.isdisjoint(head.forms)}
        self.numbering = {column for column, forms in ignored.items() if HINT_FORM not in forms}
        taken = {*ignored, *self.columns.values()}
        prefilled = {entry.name for entry in self.sheet.columns if entry.prefilled and self.sheet.only_answers}
        self.ours = {place for name, place in self.columns.items() if name in prefilled}
        self.others = [column for column in range(first, last + 1) if column not in taken]
        letters = {name: column_letters(column + 1) for name, column in self.columns.items()}
        self.layout = Layout("", raw.name, self.sheet.key, block.header_row, letters)
        self.merged_over = {(top, left - 1): right - left + 1 for top, left, _, right in raw.merges if right > left}

    def read(self) -> BlockReading:
        """The whole block."""
        kept, aside = self._sorted_rows()
        cells = self._cells(kept)
        if self.sheet.key == SELF_CHECK.key:
            number_questions(cells, len(kept))
        columns = [cells.get(name, [Cleaned(None)] * len(kept)) for name in self.sheet.names]
        rows = list(zip(*([cell.value for cell in column] for column in columns), strict=True))
        table = TableReading(self.layout, self.sheet.names, kept, rows)
        numbers = [*kept, *(entry.row for entry in aside)]
        hidden = sorted(row for row in numbers if row in self.raw.hidden_rows)
        told = [entry for entry in aside if entry.reason != ONLY_NUMBERS]
        found = [*self._findings(table, cells), *self._beside(table), *self._set_aside_findings(told)]
        return BlockReading(table, found, aside, hidden, self._strays([*kept, *(entry.row for entry in aside)]))

    # ── which rows

    def _sorted_rows(self) -> tuple[list[int], list[SetAside]]:
        kept, aside = [], []
        reach = sorted((*self.columns.values(), *self.others, *self.numbering))
        faulty = {row for row, column in self.raw.faults if column - 1 in self.columns.values()}
        for number in range(self.block.header_row + 1, self.block.last_row + 1):
            line = self.raw.rows[number - 1]
            held = [
                (column, value)
                for column in reach
                if (value := line[column]) is not None
                and (value.__class__ is not str or value[:1].isalnum() or not is_blank(value))
            ]
            if number not in faulty and all(self._is_no_entry(column, value) for column, value in held):
                continue
            row = Row(held, self.merged_over.get((number, held[0][0]), 1) if held else 1)
            reason = self._reason(number, row, number in faulty)
            if reason:
                aside.append(SetAside(self.raw.name, number, reason, row.text, self.sheet.key))
            else:
                kept.append(number)
        return self._without_next_title(kept, aside)

    def _is_no_entry(self, column: int, value: Cell) -> bool:
        """Whether a cell only numbers its row, or is one that we filled in of a sheet that is there to be answered."""
        return column in self.ours or (column in self.numbering and is_ordinal(value))

    def _reason(self, number: int, row: Row, is_faulty: bool) -> str:
        if number in self.block.repeats:
            return REPEATED_HEADER
        if number == self.block.header_row + 1 and is_column_numbers(row):
            return COLUMN_NUMBERS
        return "" if is_faulty else reason_to_set_aside(row, self.block.match)

    def _without_next_title(self, kept: list[int], aside: list[SetAside]) -> tuple[list[int], list[SetAside]]:
        """A lone text right above the header of the next table is that table's title."""
        while kept and self.block.last_row < len(self.raw.rows) and kept[-1] >= self.block.last_row - 2:
            texts = [value for value in self.raw.rows[kept[-1] - 1] if not is_blank(value)]
            if len(texts) != 1:
                break
            number = kept.pop()
            aside.append(SetAside(self.raw.name, number, NEXT_TITLE, withheld(texts[0]), self.sheet.key))
        return kept, sorted(aside, key=lambda entry: entry.row)

    def _strays(self, rows: Iterable[int]) -> dict[int, str]:
        headers = self.block.match.unknown
        filled = {
            column for row in rows for column in self.others if not is_blank(self.raw.rows[row - 1][column])
        }  # fmt: skip
        return {column: headers.get(column, "") for column in sorted(filled)}

    # ── their cells

    def _cells(self, kept: Sequence[int]) -> dict[str, list[Cleaned]]:
        down = filled_down(self.raw, self.columns, self.block.header_row + 1, kept)
        cells = {}
        for name, column in self.columns.items():
            raws = [self.raw.rows[row - 1][column] for row in kept]
            cells[name] = self._column(self.sheet.by_name[name], raws, kept, down.get(name, {}))
        for (row, column), fault in self.raw.faults.items():
            for name, place in self.columns.items():
                if place == column - 1 and row in kept:
                    cells[name][kept.index(row)] = faulty_cell(fault, self.sheet.by_name[name])
        return cells

    def _column(self, column: Column, raws: list[Cell], kept: Sequence[int], down: dict[int, Cell]) -> list[Cleaned]:
        said: dict[int, Note] = {}
        for at, row in enumerate(kept):
            if row in down and is_blank(raws[at]):
                raws[at] = down[row]
                said[at] = repaired("", "合并单元格，与上面相同")
        texts = {value for value in set(raws) if isinstance(value, str)}
        marks = {text for text in texts if is_ditto(text)}
        unclear = {text for text in texts if is_ditto_of_row(text)}
        dittos = [at for at, value in enumerate(raws) if value in marks] if marks else []
        refusals = [at for at, value in enumerate(raws) if value in unclear] if unclear else []
        for at in dittos:
            copied = above(raws, at)
            if copied is None:
                refusals.append(at)
            else:
                said[at] = repaired("", "与上面相同")
                raws[at] = copied
        cells = self.cleaner.clean(self.sheet.key, column, raws)
        for at, (common, words) in said.items():
            cells[at] = Cleaned(cells[at].value, (common, {**words, "after": shown(cells[at].value)}), cells[at].alert)
        for at in refusals:
            cells[at] = Cleaned(raws[at], refused("看不出与哪一行相同"))
        return cells

    # ── what is said about them

    def _findings(self, table: TableReading, cells: dict[str, list[Cleaned]]) -> Iterable[Finding]:
        for name, column in cells.items():
            yield from self._column_findings(table, self.sheet.by_name[name], column)
        for at, cell in enumerate(cells.get("item_name", ()) if self.sheet.key == "items" else ()):
            sound = cell.note is None or cell.note[0] is Common.REPAIRED
            if sound and isinstance(cell.value, str) and _SEVERAL_ITEMS.search(cell.value):
                place = self._place(table, at, "item_name")
                yield finding(SEVERAL_ITEMS, place, mask(cell.value), title=self.sheet.by_name["item_name"].title)
        yield from self._undeclared(table)

    def _undeclared(self, table: TableReading) -> Iterable[Finding]:
        """What must not circulate in columns that belong to no declared one, and are not taken in."""
        lost = [column for column in self.sheet.columns if column.name not in self.columns]
        phones = any(column.kind is Kind.PHONE for column in lost)  # whose header was spoilt: its numbers belong there
        for column in self.others:
            letters = column_letters(column + 1)
            title = self.block.match.unknown.get(column) or f"{letters}列"
            for row in table.row_numbers:
                place = Place(sheet=self.raw.name, cell=f"{letters}{row}", row=row, table=self.sheet.key)
                if not is_blank(value := self.raw.rows[row - 1][column]):
                    yield from findings_about_text(self.sheet, place, title, shown(value), phones=phones)

    def _beside(self, table: TableReading) -> Iterable[Finding]:
        """What its cells mean outside their values."""
        if not (self.raw.struck or self.raw.greyed or self.raw.comments):
            return
        at = {row: number for number, row in enumerate(table.row_numbers)}
        names = {column + 1: name for name, column in self.columns.items()}

        def place(row: int, name: str) -> Place:
            return self._place(table, at[row], name)

        yield from looks_of_rows(self.raw, self.sheet, self.columns, table.row_numbers, place)
        spots = {(row, column) for row, column in self.raw.comments if row in at and column in names}
        yield from notes_of_unit(self.raw, spots, lambda spot: place(spot[0], names[spot[1]]))

    def _column_findings(self, table: TableReading, column: Column, cells: Sequence[Cleaned]) -> Iterable[Finding]:
        gathered: dict[Common, Gathered] = {}
        for at, cell in enumerate(cells):
            for note in (cell.note, cell.alert):
                if note:
                    made = partial(self._cell_finding, table, at, column, note, is_alert=cell.alert is not None)
                    gathered.setdefault(note[0], Gathered()).add("", table.row_numbers[at], made)
        return chain.from_iterable(each.findings() for each in gathered.values())

    def _cell_finding(self, table: TableReading, at: int, column: Column, note: Note, *, is_alert: bool) -> Finding:
        place = self._place(table, at, column.name)
        raw = self.raw.rows[place.row - 1][self.columns[column.name]]
        return _worded(self.sheet, place, column, raw, note, is_alert=is_alert)

    def _place(self, table: TableReading, at: int, name: str) -> Place:
        subject = subject_of(table.rows[at][self.sheet.names.index(key)] for key in self.sheet.identity.columns)
        return self.layout.place("", name, table.row_numbers[at], subject)

    def _set_aside_findings(self, entries: Iterable[SetAside]) -> list[Finding]:
        gathered = Gathered()
        for entry in entries:
            gathered.add("", entry.row, partial(self._set_aside_finding, entry))
        return gathered.findings()

    def _set_aside_finding(self, entry: SetAside) -> Finding:
        place = Place(sheet=entry.sheet, row=entry.row, table=entry.table)
        return finding(Common.SET_ASIDE.of(self.sheet), place, entry.text, row=entry.row, reason=entry.reason)


def faulty_cell(fault: str, column: Column) -> Cleaned:
    """What a cell without a readable value gives: nothing, or [图片] where text is expected (contract §4)."""
    if fault == PICTURE and column.kind in (Kind.TEXT, Kind.NAME):
        return Cleaned(_PICTURE_VALUE, doubtful("单元格里是图片，须人工核验"))
    return Cleaned(
        None,
        (
            Common.NO_VALUE,
            {"fault": fault, "fault_remedy": _FAULT_REMEDY.get(fault, "请改正公式或直接填写内容后重新报送")},
        ),
    )


def cell_findings(sheet: Sheet, place: Place, column: Column, raw: object, cell: Cleaned) -> Iterable[Finding]:
    """The findings of one cleaned cell: what was done or is wrong, and what must not circulate."""
    for note in (cell.note, cell.alert):
        if note:
            yield _worded(sheet, place, column, raw, note, is_alert=cell.alert is not None)


def _worded(sheet: Sheet, place: Place, column: Column, raw: object, note: Note, *, is_alert: bool) -> Finding:
    """One of the notes of a cell; is_alert: the cell holds what must not circulate."""
    words = note[1]
    value = shown(raw) or words.get("fault", EMPTY)
    if is_alert:
        words = {key: mask(word, column.title) for key, word in words.items()}
        value = WITHHELD if note == SECRET else mask(value, column.title)
    return finding(rule_of(note, sheet), place, value, title=column.title, describe=column.describe(), **words)
