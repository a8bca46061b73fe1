"""联系人: the《对接人员联系表》of the notice (三、方法步骤（一）; contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.words import CONTACT_ROLE

SHEET = Sheet(
    key="contacts",
    name="联系人",
    prefix="LX",
    title="对接人员联系表",
    hint="分管负责同志、具体责任人各至少一人。姓名、电话只用于本次专项工作的联络和核实，不进入台账；专项工作结束即由专班办公室清除。",
    printed_as="对接人员联系表",
    synonyms=("对接人员联系表", "联系人员", "对接人员"),
    blank_rows=8,
    identity=Identity(("role", "name"), alone=("name", "role")),
    columns=(
        column(
            "role",
            "角色",
            CONTACT_ROLE,
            required=True,
            width=16,
            synonyms=("人员角色", "人员类别"),
            help="分管负责同志或具体责任人",
        ),
        column("name", "姓名", Kind.NAME, required=True, help="只填姓名，不填称谓"),
        column("title", "职务", Kind.NAME, required=True, width=20, synonyms=("职务职级",), help="现任职务"),
        column("office_phone", "办公电话", Kind.PHONE, width=16, synonyms=("座机", "固定电话"), help="带区号"),
        column(
            "mobile",
            "手机",
            Kind.PHONE,
            required=True,
            width=16,
            synonyms=("手机号", "手机号码", "移动电话"),
            help="11 位手机号，不进入台账",
        ),
    ),
)
