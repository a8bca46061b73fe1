"""豁免事项.xlsx: findings that the office lives with for a time, and 延期事项: later deadlines (contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.dimensions import DIMENSION_CHOICE

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
        column("scope", "范围", width=34, help="事项编码、事项名称或单元格；不填即该单位全部；疑点类的须写明事项"),
        column("reason", "理由", required=True, width=40, help="为什么豁免"),
        column("approved_by", "批准人", Kind.NAME, required=True, width=14, help="由谁批准（职务）"),
        column(
            "expires_on", "到期日", Kind.DATE, required=True, width=14, synonyms=("到期日期",), help="到期日当天仍有效"
        ),
    ),
)

DELAYS = Sheet(
    key="delays",
    name="延期事项",
    prefix="YQ",
    title="延期事项",
    hint="一行一条：经批准延期的事项在该维度的时限改为所写日期；编码和名称都不填即该单位全部事项。",
    synonyms=("延期",),
    blank_rows=60,
    optional=True,
    identity=Identity(("unit", "item_code", "item_name", "dimension")),
    columns=(
        column("unit", "单位", Kind.UNIT, required=True, width=20, help="成员单位简称"),
        column("item_code", "事项编码", Kind.CODE, width=36, synonyms=("实施编码",), help="有编码的填编码"),
        column("item_name", "事项名称", Kind.NAME, width=34, synonyms=("事项",), help="没有编码时按名称对应"),
        column(
            "dimension",
            "维度",
            DIMENSION_CHOICE,
            required=True,
            width=12,
            synonyms=("进驻维度",),
            help="哪个进驻维度延期",
        ),
        column(
            "until",
            "延至日期",
            Kind.DATE,
            required=True,
            width=14,
            synonyms=("延期至", "延至"),
            help="新的时限，当日仍算按时",
        ),
        column("reason", "客观原因", required=True, width=40, synonyms=("原因",), help="为什么延期"),
        column("approved_by", "批准人", Kind.NAME, required=True, width=14, help="由谁批准（职务）"),
    ),
)
