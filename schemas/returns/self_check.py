"""自查: the nine questions of the notice (二、目标任务（一）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import AnyOf, Both, When
from schemas.words import SELF_CHECK_ANSWER

#: The questions as the notice asks them; question n is QUESTIONS[n - 1].
QUESTIONS = (
    "行政审批职能是否向一个内设机构集中",
    "行政审批服务科室是否向政务服务大厅集中",
    "政务服务事项进驻政务服务大厅是否到位",
    "政务服务事项审批授权是否到位",
    "行政审批系统是否对接线上一体化政务服务平台",
    "事项审批环节全流程是否全方位进驻到位",
    "政务服务审批人员进驻是否到位",
    "是否存在政务服务大厅之外有审批的情况",
    "是否存在政务服务事项清单外审批的情况",
)
#: Questions 8 and 9 ask for a wrong: 否 is the good answer (contract §4).
GOOD_ANSWER = {number: "否" if number >= 8 else "是" for number in range(1, 10)}

_FORWARD = tuple(str(number) for number in range(1, 8))
_REVERSED = ("8", "9")
#: True where an answer is given and it is not the good one; 序号 is text in frames.
NOT_GOOD = AnyOf(
    (
        Both(When("number", _FORWARD), When("answer", ("否", "部分"))),
        Both(When("number", _REVERSED), When("answer", ("是", "部分"))),
    ),
    wording="自查结论不理想（1–7 题不是“是”，8–9 题不是“否”）",
)

SHEET = Sheet(
    key="self_check",
    name="自查",
    prefix="ZC",
    title="“三个无审批”自查情况",
    hint="1–7 题答“是”为好，8–9 题答“否”为好；不理想的须写明情况和整改时限。",
    printed_as="“三个无审批”自查报告",
    synonyms=("自查情况", "自查表", "自查报告"),
    blank_rows=0,
    identity=Identity(("number",), called=("number", "question"), alone=("number",)),
    columns=(
        column("number", "序号", Kind.NAME, prefilled=True, width=6, help="由专班办公室填好"),
        column(
            "question",
            "自查内容",
            Kind.NAME,
            prefilled=True,
            width=46,
            synonyms=("自查事项", "自查项目"),
            help="由专班办公室填好",
        ),
        column(
            "answer",
            "自查结论",
            SELF_CHECK_ANSWER,
            required=True,
            width=12,
            synonyms=("结论", "自查结果"),
            help="按实际情况填写",
        ),
        column(
            "explanation",
            "情况说明",
            required_when=NOT_GOOD,
            width=40,
            synonyms=("说明", "存在问题"),
            help="不理想的写明差在哪里",
        ),
        column(
            "correct_by",
            "整改时限",
            Kind.DATE,
            required_when=NOT_GOOD,
            width=14,
            synonyms=("整改期限", "整改完成时限"),
            help="何时整改到位",
        ),
    ),
)
