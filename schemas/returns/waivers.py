"""豁免事项: findings that the office has agreed to live with for a time (contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column

FILE_NAME = "豁免事项.xlsx"

SHEET = Sheet(
    key="waivers",
    name="豁免事项",
    prefix="HM",
    title="豁免事项",
    hint="一行一条：某单位的某条校验规则，在到期日（含）之前降为提示，并列入台账。",
    synonyms=("豁免", "豁免清单"),
    blank_rows=60,
    identity=Identity(("unit", "rule_code", "scope")),
    columns=(
        column("unit", "单位", Kind.UNIT, required=True, width=20, help="成员单位简称"),
        column(
            "rule_code",
            "规则编号",
            Kind.NAME,
            required=True,
            width=14,
            synonyms=("编号",),
            help="退回清单上的编号，如 SX-001",
        ),
        column("scope", "范围", width=34, help="事项编码、事项名称或单元格；不填即该单位全部"),
        column("reason", "理由", required=True, width=40, help="为什么豁免"),
        column("approved_by", "批准人", Kind.NAME, required=True, width=14, help="由谁批准（职务）"),
        column(
            "expires_on", "到期日", Kind.DATE, required=True, width=14, synonyms=("到期日期",), help="到期日当天仍有效"
        ),
    ),
)
