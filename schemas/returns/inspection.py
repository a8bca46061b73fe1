"""督查核查表: what the office's own inspectors found (notice 二（五）督导检查; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.words import INSPECTION_KIND, INSPECTION_STATE

FILE_NAME = "督查核查表.xlsx"

SHEET = Sheet(
    key="inspections",
    name="督查核查",
    prefix="DC",
    title="督查核查表",
    hint="专班办公室督查发现的问题，一行一条；“已销号”之前每期都计入亮灯和扣分。",
    synonyms=("督查核查表", "督查", "核查表"),
    blank_rows=100,
    identity=Identity(("unit", "item_code", "item_name", "kind", "found_on")),
    columns=(
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
            help="未整改、整改中或已销号",
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
