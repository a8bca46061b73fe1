"""系统: the systems in which items are handled (notice 二（五）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.words import DOCKING, SYSTEM_LEVEL

SHEET = Sheet(
    key="systems",
    name="系统",
    prefix="XT",
    title="审批业务系统对接情况",
    hint="本单位办理事项用到的业务系统，一个系统一行。",
    synonyms=("系统对接", "系统清单", "业务系统", "审批系统"),
    blank_rows=12,
    identity=Identity(("system_name",)),
    columns=(
        column(
            "system_name",
            "系统名称",
            Kind.NAME,
            required=True,
            width=30,
            synonyms=("业务系统名称", "名称"),
            help="与“事项”表的办理系统一致",
        ),
        column(
            "level", "系统层级", SYSTEM_LEVEL, required=True, width=10, synonyms=("层级", "建设层级"), help="哪一级建设"
        ),
        column(
            "docking",
            "对接状态",
            DOCKING,
            required=True,
            width=10,
            synonyms=("对接情况", "是否对接"),
            help="是否对接一体化政务服务平台",
        ),
        column(
            "item_count",
            "承载事项数",
            Kind.INTEGER,
            width=12,
            minimum=0,
            synonyms=("承载事项", "事项数"),
            help="在该系统办理的事项数",
        ),
        column("dock_by", "计划对接日期", Kind.DATE, width=14, synonyms=("计划对接时间",), help="尚未对接的填写"),
        column("difficulty", "存在困难", width=36, synonyms=("困难", "存在问题"), help="需要协调解决的困难"),
    ),
)
