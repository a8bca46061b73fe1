"""问题: what stands in the way, and whose it is to solve (notice 工作要求（二）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.words import PROBLEM_KIND, PROBLEM_STATE

SHEET = Sheet(
    key="problems",
    name="问题",
    prefix="WT",
    title="问题清单",
    hint="责任单位可以是任何成员单位，专班办公室据此派发。",
    synonyms=("问题清单", "问题表", "存在问题"),
    blank_rows=20,
    identity=Identity(
        ("problem_number",), called=("problem_number", "description"), alone=("description", "problem_number")
    ),
    columns=(
        column(
            "problem_number",
            "问题编号",
            Kind.NAME,
            required=True,
            width=10,
            synonyms=("编号",),
            help="本单位内不重复，前后期保持不变",
        ),
        column(
            "description",
            "问题描述",
            required=True,
            width=34,
            synonyms=("问题", "问题内容", "存在问题"),
            help="是什么问题",
        ),
        column(
            "problem_kind", "问题类型", PROBLEM_KIND, required=True, width=12, synonyms=("类型",), help="选最接近的一类"
        ),
        column("cause", "原因分析", width=26, synonyms=("原因",), help="为什么"),
        column("solution", "解决方案", width=26, synonyms=("解决措施", "解决办法"), help="怎么解决"),
        column(
            "owner_unit",
            "责任单位",
            Kind.UNIT,
            required=True,
            width=20,
            synonyms=("牵头单位",),
            help="由哪个成员单位解决",
        ),
        column("helper_units", "协办单位", width=20, synonyms=("配合单位",), help="需要配合的单位，多个用“、”隔开"),
        column(
            "solve_by",
            "解决时限",
            Kind.DATE,
            required=True,
            width=14,
            synonyms=("解决期限", "完成时限"),
            help="最迟何时解决",
        ),
        column(
            "state",
            "状态",
            PROBLEM_STATE,
            required=True,
            width=10,
            synonyms=("问题状态", "解决状态"),
            help="待派发、办理中或已解决",
        ),
        column(
            "solved_on",
            "解决日期",
            Kind.DATE,
            width=14,
            month_end=False,
            required_when=When("state", ("已解决",)),
            synonyms=("实际解决日期",),
            help="已解决的填写",
        ),
    ),
)
