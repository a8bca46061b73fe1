"""封面: who reports, for which period, and how many items there are (contract §4)."""

from schemas.columns import Kind, Sheet, column
from schemas.words import YES_NO

#: 经验做法: so many characters at most.
PRACTICE_LENGTH = 300

SHEET = Sheet(
    key="cover",
    name="封面",
    prefix="FM",
    title="政务服务“应进必进”填报表",
    hint="白底格子由单位填写，灰底格子由专班办公室填好，请勿改动。",
    vertical=True,
    synonyms=("首页", "封页"),
    columns=(
        column(
            "unit",
            "填报单位",
            Kind.UNIT,
            required=True,
            prefilled=True,
            width=36,
            synonyms=("单位名称", "报送单位", "单位"),
            help="由专班办公室填好",
        ),
        column(
            "period",
            "期次",
            Kind.INTEGER,
            required=True,
            prefilled=True,
            minimum=1,
            synonyms=("期数", "报送期次"),
            help="第几次双周推进会",
        ),
        column("meeting", "会议日期", Kind.DATE, prefilled=True, synonyms=("推进会日期",), help="双周推进会召开的日期"),
        column(
            "cutoff",
            "报送截止",
            Kind.DATE,
            prefilled=True,
            synonyms=("报送截止日期", "截止日期"),
            help="最迟报送日期，当日仍算按时",
        ),
        column(
            "filled_on",
            "填报日期",
            Kind.DATE,
            required=True,
            synonyms=("填表日期", "报送日期", "填报时间"),
            help="填完本表的日期",
        ),
        column("filled_by", "填报人", Kind.NAME, required=True, synonyms=("填表人", "经办人"), help="填表人姓名"),
        column(
            "phone",
            "联系电话",
            Kind.PHONE,
            required=True,
            synonyms=("电话", "联系方式", "办公电话"),
            help="能找到填报人的电话",
        ),
        column(
            "item_total",
            "事项总数",
            Kind.INTEGER,
            required=True,
            minimum=0,
            synonyms=("事项数", "事项数量", "事项总数（项）"),
            help="“事项”表的行数；确无事项填 0，即零报告",
        ),
        column(
            "signed", "主要领导签字", YES_NO, required=True, synonyms=("领导签字",), help="纸质版是否已由主要领导签字"
        ),
        column(
            "sealed", "加盖公章", YES_NO, required=True, synonyms=("公章", "是否加盖公章"), help="纸质版是否已加盖公章"
        ),
        column("remark", "说明", synonyms=("备注", "其他说明"), width=36, help="需要向专班办公室说明的情况"),
        column(
            "practice",
            "经验做法",
            synonyms=("典型经验", "经验做法（选填）"),
            width=36,
            help=f"选填，不超过 {PRACTICE_LENGTH} 字：如受表扬，愿意向其他单位介绍的做法",
        ),
    ),
)
