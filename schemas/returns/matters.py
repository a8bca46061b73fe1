"""议定事项.xlsx: what a meeting, a leader or the office decided and somebody must do by a date (contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.dimensions import DIMENSION_CHOICE
from schemas.words import MATTER_SOURCE, MATTER_STATE

FILE_NAME = "议定事项.xlsx"
#: How the numbers of matters begin that arise by themselves: from a leader's remark, from a decision.
REMARK_PREFIX = "批示-"
DECIDED_PREFIX = {"通报": "表态-", "约谈": "约谈-", "督办": "督办-"}


def arose(number: object) -> bool:
    """Whether a matter of this number arose by itself, and was not entered by the office."""
    return isinstance(number, str) and number.startswith((REMARK_PREFIX, *DECIDED_PREFIX.values()))


SHEET = Sheet(
    key="matters",
    name="议定事项",
    prefix="YD",
    title="议定事项",
    hint="会议议定、领导批示等要办的事，一行一件；登记一次即可，“已办结”或“已撤销”之前每期都跟踪，不用重填。",
    synonyms=("议定",),
    blank_rows=100,
    identity=Identity(("number",), called=("content",)),
    columns=(
        column("number", "编号", Kind.NAME, required=True, width=12, help="办公室自己编的号，前后期保持不变"),
        column("agreed_on", "议定日期", Kind.DATE, required=True, width=14, month_end=False, help="哪天议定的"),
        column("source", "来源", MATTER_SOURCE, required=True, width=12, help="从哪里来的"),
        column("content", "议定内容", required=True, width=44, synonyms=("内容",), help="要办成什么事"),
        column("unit", "责任单位", Kind.UNIT, required=True, width=20, synonyms=("单位",), help="由哪个成员单位办"),
        column("helpers", "协办单位", width=24, help="需要配合的单位，多个用“、”隔开"),
        column("item_code", "事项编码", Kind.CODE, width=36, synonyms=("实施编码",), help="涉及某个事项的填编码"),
        column("item_name", "事项名称", Kind.NAME, width=34, synonyms=("事项",), help="没有编码时按名称对应"),
        column("dimension", "维度", DIMENSION_CHOICE, width=12, synonyms=("进驻维度",), help="涉及某个进驻维度的选填"),
        column(
            "due",
            "完成时限",
            Kind.DATE,
            required=True,
            width=14,
            synonyms=("办理时限", "时限"),
            help="最迟何时办结，当日仍算按时",
        ),
        column("state", "状态", MATTER_STATE, required=True, width=10, help="办理中、已办结或已撤销，由办公室填"),
        column(
            "closed_on",
            "办结日期",
            Kind.DATE,
            width=14,
            month_end=False,
            required_when=When("state", ("已办结",)),
            help="已办结的填写",
        ),
        column("result", "办理结果", width=34, help="办成了什么"),
        column("note", "备注", width=24),
    ),
)
