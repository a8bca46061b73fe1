"""督查核查表.xlsx: what the office's own inspectors found (notice 二（五）督导检查; contract §4), and 加减分.

Findings last from meeting to meeting until they are 已销号 or 已撤销; points count at one meeting alone.
"""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.words import INSPECTION_KIND, INSPECTION_STATE

FILE_NAME = "督查核查表.xlsx"

SHEET = Sheet(
    key="inspections",
    name="督查核查",
    prefix="DC",
    title="督查核查表",
    hint="专班办公室督查发现的问题，一行一条；登记一次即可，“已销号”或“已撤销”之前每期都计入亮灯和扣分，不用重填。",
    synonyms=("督查核查表", "督查", "核查表"),
    blank_rows=100,
    identity=Identity(("unit", "item_code", "item_name", "kind", "found_on")),
    columns=(
        column("number", "编号", Kind.NAME, width=10, help="办公室自己编的号，选填；有编号的按编号对应前后期"),
        column(
            "found_on",
            "核查日期",
            Kind.DATE,
            required=True,
            width=14,
            month_end=False,
            synonyms=("督查日期", "检查日期"),
            help="到现场核查的日期",
        ),
        column(
            "unit",
            "单位",
            Kind.UNIT,
            required=True,
            width=20,
            synonyms=("被查单位", "责任单位"),
            help="被核查的成员单位",
        ),
        column("item_code", "事项编码", Kind.CODE, width=36, synonyms=("实施编码",), help="有编码的填编码"),
        column("item_name", "事项名称", Kind.NAME, width=34, synonyms=("事项",), help="没有编码时按名称对应"),
        column("kind", "问题类型", INSPECTION_KIND, required=True, width=14, synonyms=("类型",), help="选最接近的一类"),
        column("description", "问题描述", required=True, width=40, synonyms=("问题",), help="核查到的情况"),
        column(
            "correct_by",
            "整改时限",
            Kind.DATE,
            required=True,
            width=14,
            synonyms=("整改期限",),
            help="最迟何时整改到位",
        ),
        column(
            "state",
            "整改状态",
            INSPECTION_STATE,
            required=True,
            width=10,
            synonyms=("状态",),
            help="未整改、整改中、已销号；登记错了的选已撤销",
        ),
        column(
            "closed_on",
            "销号日期",
            Kind.DATE,
            width=14,
            month_end=False,
            required_when=When("state", ("已销号",)),
            help="已销号的填写",
        ),
    ),
)

BONUS = Sheet(
    key="bonus",
    name="加减分",
    prefix="JF",
    title="加减分",
    hint="一行一次：只计入所写会议日期那一次会议的得分；同一单位有几行的相加。",
    synonyms=("加分减分", "加分扣分"),
    blank_rows=60,
    optional=True,
    identity=Identity(("unit", "meeting")),
    columns=(
        column("meeting", "会议日期", Kind.DATE, required=True, width=14, month_end=False, help="计入哪一次会议"),
        column("unit", "单位", Kind.UNIT, required=True, width=20, help="成员单位简称"),
        column(
            "points",
            "分值",
            Kind.NUMBER,
            required=True,
            width=10,
            synonyms=("加减分值", "加减分"),
            minimum=-10,
            maximum=10,
            help="加分填正数，减分填负数，−10 到 10",
        ),
        column("reason", "理由", required=True, width=40, help="为什么加减分"),
        column("approved_by", "批准人", Kind.NAME, required=True, width=14, help="由谁批准（职务）"),
    ),
)
