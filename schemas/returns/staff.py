"""人员: who works in the hall (notice 二（三）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.words import POST, YES_NO

SHEET = Sheet(
    key="staff",
    name="人员",
    prefix="RY",
    title="审批人员进驻情况",
    hint="所有涉及审批环节的人员，一人一行。",
    synonyms=("人员进驻", "人员清单", "进驻人员", "审批人员"),
    blank_rows=20,
    identity=Identity(("name", "post"), alone=("name",)),
    columns=(
        column("name", "姓名", Kind.NAME, required=True, synonyms=("人员姓名",), help="只填姓名，不填称谓"),
        column("post", "岗位", POST, required=True, width=12, synonyms=("岗位类别",), help="首席代表或所在环节"),
        column(
            "present",
            "是否进驻",
            YES_NO,
            required=True,
            width=10,
            synonyms=("进驻情况", "人员进驻"),
            help="是否在大厅办公",
        ),
        column(
            "present_since",
            "进驻日期",
            Kind.DATE,
            width=14,
            month_end=False,
            synonyms=("进驻时间",),
            help="到大厅办公的日期",
        ),
        column(
            "absent_reason",
            "未进驻原因",
            required_when=When("present", ("否",)),
            width=36,
            synonyms=("原因",),
            help="未进驻的说明原因",
        ),
    ),
)
