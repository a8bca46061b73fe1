"""The demo's story: what the units do in six periods, as data. Everything the outputs show happens once.

Contract §9 (`demo`): units late, absent, wrong, one that never reports,
one that reports zero, one that improves greatly, one that stands still, inspections, waivers,
problems dispatched between units, and remarks that leaders write into the ledger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.findings import Common
from pipeline.sample import mess
from pipeline.sample.items import Nature
from pipeline.sample.mess import Form, Mess
from schemas.returns import BY_KEY

FIRST_MEETING = date(2023, 3, 17)
MEETINGS = tuple(FIRST_MEETING + timedelta(weeks=2 * number) for number in range(6))
ALWAYS = (1, 2, 3, 4, 5, 6)


@dataclass(frozen=True)
class Gait:
    """A unit's progress at the first and the last meeting, and the rest of its nature."""

    first: float
    last: float
    hollow: float = 0.0
    setback_in: int = 0  # the period in which a third of its items falls back
    blank_codes: float = 0.0
    diligent: bool = True
    copied: bool = False


#: Units that stand out; all others walk from 0.36–0.48 to 0.55–0.70.
GAITS = {
    "区发改委": Gait(0.42, 0.72),
    "区人社局": Gait(0.20, 0.93),
    "区医疗保障局": Gait(0.68, 0.90),
    "区公安局": Gait(0.10, 0.16, diligent=False),
    "区城市管理局": Gait(0.50, 0.74, setback_in=4),
    "区文化广电和旅游局": Gait(0.44, 0.70, setback_in=6),
    "区城乡建设和交通运输局": Gait(0.40, 0.66, hollow=0.12, blank_codes=0.1),
    "区残联": Gait(0.34, 0.36, diligent=False, copied=True),
    "区税务局": Gait(0.44, 0.60),
    "区市场监管局": Gait(0.60, 0.82),
    "区自然资源和规划局": Gait(0.36, 0.58, hollow=0.15),
    "区退役军人事务局": Gait(0.45, 0.80),
}
#: Items of a unit, where not the real number: no item at all, too few to compare, one more from period 6.
ITEM_COUNTS: dict[str, Callable[[int], int]] = {
    "区金融局": lambda period: 0,
    "区统计局": lambda period: 2,
    "区发改委": lambda period: 5 if period < 6 else 6,
}


@dataclass(frozen=True)
class Act:
    """What a unit does at some meetings.

    content: how it spoils the content; late: filled in on the day after the cut-off; form: its own workbook;
    name: its own file name; instead: bytes sent instead of a workbook (a key of `files.INSTEAD`);
    older: name of an older, poorer version lying beside; absent: sends nothing; zipped: in a zip.
    """

    unit: str
    periods: tuple[int, ...]
    content: Mess | None = None
    late: bool = False
    form: Form | None = None
    name: str = ""
    instead: str = ""
    older: str = ""
    absent: bool = False
    zipped: str = ""


ACTS = (
    # who does not report, or late
    Act("区档案局", ALWAYS, absent=True),
    Act("区新闻出版局", (4, 6), absent=True),
    Act("区民族宗教事务局", (1,), absent=True),
    Act("区科技局", (2, 3, 6), late=True),
    Act("区商务局", (3,), late=True),
    # what can be repaired
    Act("区文化广电和旅游局", (1, 2), content=mess.ticks),
    Act("区应急管理局", (2,), content=mess.loose_text),
    Act("区农业农村和水利局", (1,), content=mess.loose_dates),
    Act("平燃公司石龙分公司", (3,), content=mess.ditto),
    # what must be corrected
    Act("区农业农村和水利局", (2, 6), content=mess.bad_dates),
    Act("区卫健委", (2, 6), content=mess.wrong_choices),
    Act("区司法局", (4,), content=mess.blanks),
    Act("区民政局", (3, 6), content=mess.several(mess.lost_digits, mess.miscounted)),
    Act("区企业养老保险中心", (5,), content=mess.bad_codes),
    Act("区消防救援大队", (6,), content=mess.unsigned),
    Act("区财政局", (5,), content=mess.twice),
    Act("区自然资源和规划局", (2, 3, 4, 5, 6), content=mess.rosy),
    Act("区城乡建设和交通运输局", (1, 2), content=mess.no_letters),
    Act("区公安局", (4, 5, 6), content=mess.confessed),
    Act("区国源水务", (3,), content=mess.private),
    Act("国网石龙供电公司", (4, 5, 6), content=mess.no_mobile),
    # workbooks of their own
    Act("区教体局", (1,), form=Form(two_levels=True, total=True), name="附件2 教体局应进必进情况.xlsx"),
    Act("市生态环境局石龙分局", (2,), form=Form(reversed_columns=True, merged="system_name"), name="生态环境分局报表.xlsx"),
    Act("区企业养老保险中心", (3,), form=Form(by_type=True, hidden=2, total=True), name="养老保险中心（第三期）.xlsx"),
    Act("区市场监管局", (2,), form=Form(dropped=("authority",)), name="市场监管局-自制表.xlsx"),
    Act("区农业机械技术中心", (6,), form=Form(total=True), name="农机中心自制表.xlsx"),
    # files
    Act("区司法局", (2, 5), name="司法局最新（1）.xlsx"),
    Act("区财政局", (3,), older="财政局 初稿.xlsx", name="财政局 最终版 改.xlsx"),
    Act("区退役军人事务局", (2,), instead="pdf", name="退役军人事务局填报表（盖章扫描件）.pdf"),
    Act("区商务局", (6,), instead="truncated", name="商务局填报表.xlsx"),
    Act("区税务局", (6,), zipped="税务局 水务公司 来件.zip"),
    Act("区国源水务", (6,), zipped="税务局 水务公司 来件.zip"),
    # what the office must look into
    Act("区市场监管局", (5, 6), content=mess.excused),
    Act("区教体局", (6,), content=mess.renamed),
    Act("区医疗保障局", (6,), content=mess.vanished),
    Act("区税务局", (4, 5, 6), content=mess.late_plans),
    Act("区城市管理局", (6,), content=mess.split),
    Act("区残联", (6,), content=mess.backdated),
    Act("区应急管理局", (6,), content=mess.reopened),
    Act("区市场监管局", (6,), content=mess.forgotten),
)  # fmt: skip


@dataclass(frozen=True)
class Dispatch:
    """A problem that one unit reports and another must solve; solved_in 0: not yet."""

    unit: str
    number: str
    description: str
    kind: str
    owner: str
    raised_in: int
    solved_in: int
    solve_by: date
    cause: str
    solution: str


DISPATCHES = (
    Dispatch("区自然资源和规划局", "WT-11", "不动产登记缴税环节仍要到税务大厅办理", "体外循环", "区税务局", 1, 0,
             date(2023, 4, 28), "契税系统没有延伸到政务大厅", "税务窗口进驻大厅，联网核税"),
    Dispatch("区城乡建设和交通运输局", "WT-11", "供水报装与施工许可不能一窗受理", "两头受理", "区国源水务", 1, 4,
             date(2023, 4, 20), "供水企业没有派驻人员", "供水企业派员进驻综合窗口"),
    Dispatch("区市场监管局", "WT-11", "开业前消防安全检查结果不能共享", "系统不通", "区消防救援大队", 2, 0,
             date(2023, 6, 30), "消防系统为国家统建", "由专班协调上级开放接口"),
    Dispatch("区人社局", "WT-11", "养老待遇申领在两个窗口分别受理", "两头受理", "区企业养老保险中心", 3, 5,
             date(2023, 5, 15), "人社、养老窗口各自收件", "合并为一个综合窗口"),
    Dispatch("区残联", "WT-11", "残疾评定结果不能网上推送", "系统不通", "区卫健委", 1, 0,
             date(2023, 5, 31), "医院系统与残联系统不通", "统一推送格式"),
)  # fmt: skip


@dataclass(frozen=True)
class Inspected:
    """One finding of the office's inspectors on the unit's item (1-based; 0: on no item)."""

    unit: str
    item: int
    kind: str
    description: str
    found_in: int
    closed_in: int = 0
    by_name: bool = False


INSPECTED = (
    Inspected("区城乡建设和交通运输局", 1, "明进暗不进", "窗口只收件，审核仍在原科室", 3),
    Inspected("区城乡建设和交通运输局", 2, "体外循环", "申请人被要求到局机关补交材料", 4, 6),
    Inspected("区自然资源和规划局", 2, "体外循环", "决定环节在局里签批", 3, by_name=True),
    Inspected("区公安局", 3, "大厅外审批", "派出所直接办结，没有进入大厅", 3),
    Inspected("区企业养老保险中心", 1, "两头受理", "大厅与原址同时收件", 3, 5),
    Inspected("区税务局", 2, "平台外审批", "业务系统没有推送办件数据", 5),
    Inspected("国网石龙供电公司", 0, "清单外审批", "另要求提供清单之外的证明", 4),
    Inspected("区司法局", 4, "其他", "办事指南没有更新", 5, 6, by_name=True),
)


@dataclass(frozen=True)
class Waiver:
    """A waiver that the office has agreed to, from a period on."""

    unit: str
    rule_code: str
    reason: str
    expires_on: date
    from_period: int
    scope: str | None = None


WAIVERS = (
    Waiver(
        "国网石龙供电公司",
        Common.MISSING.of(BY_KEY["contacts"]).code,
        "按上级公司规定不报个人手机号，以办公电话联系",
        date(2023, 6, 30),
        4,
    ),
    Waiver(
        "区卫健委",
        Common.NOT_IN_LIST.of(BY_KEY["items"]).code,
        "人员轮岗期间暂按“基本到位”填报",
        date(2023, 5, 1),
        2,
        "医疗机构执业登记",
    ),
)
APPROVER = "专班办公室主任"


@dataclass(frozen=True)
class Note:
    """What a leader wrote into the circulated ledger of a period, beside a unit's n-th row (1-based)."""

    period: int
    sheet: str
    unit: str
    leader_note: str = ""
    supervision_note: str = ""
    next_step: str = ""
    other_note: str = ""
    row: int = 1


NOTES = (
    Note(2, "红灯清单", "区公安局", "请公安局主要负责同志本周内到大厅现场办公。", "逐项列出进驻时间"),
    Note(3, "红灯清单", "区城乡建设和交通运输局", "明进暗不进必须整改到位。", "办公室一周后复查", "审核科室整体进驻"),
    Note(3, "问题派发", "区自然资源和规划局", "", "请税务局提出联网核税方案", row=2),
    Note(4, "任务台账", "区残联", "请分管领导过问。", "", "下期会上说明"),
    Note(5, "红灯清单", "区城乡建设和交通运输局", "限期整改，整改情况报专班。", row=2),
    Note(5, "红灯清单", "区公安局", "连续亮红灯，按程序约谈。", "已发督办单"),
)


@dataclass(frozen=True)
class Agreed:
    """A matter that the office entered after a meeting; closed_in 0: not yet."""

    number: str
    source: str
    content: str
    unit: str
    agreed_in: int
    due: date
    closed_in: int = 0


AGREED = (
    Agreed("YD-01", "会议议定", "契税系统延伸到政务大厅，与不动产登记同窗办理", "区税务局", 1, date(2023, 4, 14), 4),
    Agreed("YD-02", "督办任务", "报送派驻大厅审批人员名单", "区公安局", 2, date(2023, 4, 20)),
    Agreed("YD-03", "会议议定", "供水报装进驻综合窗口", "区国源水务", 3, date(2023, 5, 10)),
    Agreed("YD-04", "表态承诺", "月底前审核科室整体进驻", "区城乡建设和交通运输局", 4, date(2023, 5, 31), 6),
)


@dataclass(frozen=True)
class Answer:
    """What a unit answers at some meetings to what it is asked for from one source."""

    unit: str
    periods: tuple[int, ...]
    source: str
    progress: str
    finished: bool
    proof: str = ""


ANSWERS = (
    Answer("区税务局", (2,), "会议议定", "已商定联网方案", finished=False),
    Answer("区税务局", (3,), "会议议定", "窗口已开通，可同窗缴税", finished=True, proof="开通通知"),
    Answer("区税务局", (3, 4), "问题派发", "税务窗口已进驻大厅，正在联网", finished=False),
    # claimed and not so: the office does not close it
    Answer("区国源水务", (4, 5), "会议议定", "已经派员进驻", finished=True),
    Answer("区城乡建设和交通运输局", (5,), "表态承诺", "审核科室已搬入大厅", finished=True, proof="进驻通知"),
    Answer("区城乡建设和交通运输局", (4, 5), "领导批示", "窗口收件和审核已合并", finished=True, proof="照片"),
)
#: (unit, period): when the office closes the matters that arose from a leader's remarks about the unit.
CLOSED_REMARKS = (("区城乡建设和交通运输局", 5),)


def nature_of(unit: str, position: int, period: int) -> Nature:
    """The nature of a unit at a meeting; position: in the plan (0-based), period: 1 to 6."""
    gait = GAITS.get(unit) or Gait(0.36 + 0.02 * (position % 7), 0.55 + 0.03 * (position % 6))
    return Nature(
        progress=gait.first + (gait.last - gait.first) * (period - 1) / 5,
        hollow=gait.hollow,
        setbacks=0.35 if gait.setback_in == period else 0.0,
        blank_codes=gait.blank_codes,
        diligent=gait.diligent,
        copied=gait.copied,
    )
