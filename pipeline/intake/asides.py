"""Rows under a header that are no data: totals, examples, notes, signatures, categories (contract §4).

Only what is certain is set aside; anything else is kept as a data row, where a wrong or missing cell
is reported. Every reason is a phrase that completes “第 n 行没有采用：”.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.intake.reading import NOTHING_TO_REPORT
from pipeline.intake.text import fold, means_nothing, shown, tidy
from pipeline.intake.titles import Match
from schemas.columns import Kind, Sheet

TOTAL = "合计行"
EXAMPLE = "示例行"
NOTE = "说明文字"
SIGNATURE = "落款行"
CATEGORY = "类别行"
HEADING = "标题行"
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
        """The row as one line, for the list of rows set aside."""
        return " ".join(tidy(shown(value)).replace("\n", " ") for _, value in self.cells)


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
    if sparse and isinstance(row.cells[0][1], str) and _SIGNATURE.fullmatch(words[0]):
        return SIGNATURE
    return _said_alone(row, match)


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
    own = next((match.sheet.by_name[name] for name, at in match.columns.items() if at == column), None)
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
