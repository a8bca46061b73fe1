"""任务: the unit's own 任务清单 (notice 工作要求（一）（二）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import AtLeast
from schemas.words import TASK_GOAL

SHEET = Sheet(
    key="tasks",
    name="任务",
    prefix="RW",
    title="任务清单",
    hint="一行一项任务；计划完成日期不得晚于对应目标的时限。",
    printed_as="任务清单",
    synonyms=("任务清单", "任务表", "工作任务"),
    identity=Identity(("task_number",), called=("task_number", "task_name"), alone=("task_name", "task_number")),
    columns=(
        column(
            "task_number",
            "任务编号",
            Kind.NAME,
            required=True,
            width=10,
            synonyms=("编号",),
            help="本单位内不重复，前后期保持不变",
        ),
        column(
            "task_name",
            "任务名称",
            Kind.NAME,
            required=True,
            width=30,
            synonyms=("任务", "任务内容"),
            help="要做成什么事",
        ),
        column(
            "goal", "对应目标", TASK_GOAL, required=True, width=16, synonyms=("目标",), help="对应工作方案的哪项目标"
        ),
        column("measures", "具体措施", width=28, synonyms=("措施", "工作措施"), help="怎么做"),
        column("owner", "责任人", Kind.NAME, required=True, width=10, synonyms=("负责人",), help="对任务负责的人"),
        column(
            "planned_on",
            "计划完成日期",
            Kind.DATE,
            required=True,
            width=14,
            synonyms=("计划完成时间", "完成时限"),
            help="不晚于对应目标的时限",
        ),
        column(
            "progress",
            "完成进度",
            Kind.PERCENT,
            required=True,
            width=10,
            minimum=0,
            maximum=1,
            synonyms=("进度", "完成进度%", "完成进度（%）"),
            help="0%–100%",
        ),
        column(
            "done_on",
            "实际完成日期",
            Kind.DATE,
            width=14,
            month_end=False,
            required_when=AtLeast("progress", 1, "已到 100%"),
            synonyms=("实际完成时间", "完成日期"),
            help="完成进度到 100% 时填写",
        ),
        column("evidence", "佐证材料", width=20, synonyms=("证明材料",), help="文件名或文号"),
        column("remark", "备注", width=18, synonyms=("说明",)),
    ),
)
