"""Every closed list of the domain: states, lights, severities and the values a cell may hold.

Source: contract §2 (words), §4 (values a column), §5 (states). Literals in Chinese are exact.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How far an item has come in one dimension (contract §5)."""

    DONE = "到位"
    MOVING = "推进中"
    NOT_DONE = "未到位"
    EXEMPT = "不适用"
    PENDING = "待核"


class Light(StrEnum):
    """The light of an item, unit, task, problem or milestone (contract §6)."""

    RED = "红"
    YELLOW = "黄"
    GREEN = "绿"
    GREY = "灰"


#: From the worst to the best; 整体 is the first of these that occurs among the scored dimensions.
LIGHTS_WORST_FIRST = (Light.RED, Light.YELLOW, Light.GREEN, Light.GREY)


class Severity(StrEnum):
    """How grave a finding is: 错误 must be corrected, 警示 looked at, 提示 is for information."""

    ERROR = "错误"
    WARNING = "警示"
    NOTE = "提示"


class Receipt(StrEnum):
    """报送状态 of a unit in this period (contract §8)."""

    ON_TIME = "按时"
    LATE = "迟报"
    ZERO = "零报告"
    CARRIED = "沿用上期"
    NEVER = "未报送"


class Verdict(StrEnum):
    """处理 of a file that was received (contract §8)."""

    ADOPTED = "采用"
    SUPERSEDED = "已被替代"
    UNCLAIMED = "待认领"
    REJECTED = "拒收"


class Clearance(StrEnum):
    """Verdict on one of the 三个无审批 (contract §6)."""

    MET = "达标"
    FAILED = "未达标"
    DOUBTFUL = "存疑"
    UNREPORTED = "未报"


class Escalation(StrEnum):
    """督办升级 by the number of periods running with a 红 (contract §7)."""

    REMINDER = "提醒"
    SUPERVISION = "督办单"
    INTERVIEW = "约谈建议"


class Change(StrEnum):
    """本期变化 of an item (or an item in one dimension) against the period before."""

    NEWLY_DONE = "新增到位"
    BACKWARD = "倒退"
    NEW_ITEM = "新增事项"
    GONE = "减少事项"
    RENAMED = "改名"
    OTHER = "其他变化"  # a state moved, but 到位 was neither reached nor lost
    NONE = "无变化"


class UnitChangeKind(StrEnum):
    """方式 of 单位变更 (contract §3)."""

    RENAMED = "更名"
    MERGED = "合并"
    REVOKED = "撤销"
    FOUNDED = "新设"


class ItemChangeKind(StrEnum):
    """方式 of 事项变动 (contract §3)."""

    CANCELLED = "取消"
    HANDED_OVER = "划转"
    MERGED = "合并"
    SPLIT = "拆分"
    RENAMED = "更名"


class Suspicion(StrEnum):
    """疑点 computed from a return and shown beside the light (contract §6)."""

    HOLLOW_PRESENCE = "疑似明进暗不进"
    OUTSIDE_LOOP = "疑似体外循环"
    SELF_CHECK_CONTRADICTION = "自查矛盾"
    AUTHORITY_WITHOUT_LETTER = "授权缺委托书"
    SYSTEM_UNREGISTERED = "系统未登记"


@dataclass(frozen=True)
class Choice:
    """A closed list that one cell may hold.

    `synonyms` maps what people write instead to the value it safely means; what is not listed
    there is never turned into a value, only suggested (contract §4).
    """

    name: str
    values: tuple[str, ...]
    synonyms: tuple[tuple[str, str], ...] = ()

    def synonym_map(self) -> dict[str, str]:
        """Every accepted spelling (the values themselves included) → the value."""
        return {value: value for value in self.values} | dict(self.synonyms)


def _spellings(**groups: str) -> tuple[tuple[str, str], ...]:
    """`已进驻="进驻 已入驻"` → (("进驻", "已进驻"), ("已入驻", "已进驻"))."""
    return tuple((spelling, value) for value, text in groups.items() for spelling in text.split())


# “部分”“基本”“大部分” are deliberately absent: they are never read as 是.
_YES = "有 已 √ ✓ ✔ ☑ 对 Y y YES Yes yes 1 TRUE True true O 是的"
_NO = "无 未 × ✗ ✘ ✕ x X 错 N n NO No no 0 FALSE False false 没有 不是"

# “/” is 否 only where the question itself is yes or no; elsewhere it may as well mean 不适用.
YES_NO = Choice("是否", ("是", "否"), _spellings(是=_YES, 否=_NO + " /"))
SELF_CHECK_ANSWER = Choice(
    "自查结论",
    ("是", "否", "部分"),
    _spellings(是=_YES, 否=_NO, 部分="部分是 部分到位 基本 基本到位 大部分 部分存在"),
)
ITEM_TYPE = Choice(
    "事项类型",
    ("行政许可", "行政确认", "行政裁决", "行政给付", "行政奖励", "行政备案", "其他行政权力", "公共服务"),
    _spellings(
        行政许可="许可 行政許可 行政审批（许可）",
        行政确认="确认 行政確認",
        行政裁决="裁决 行政裁決",
        行政给付="给付 行政給付",
        行政奖励="奖励 行政獎勵",
        其他行政权力="其他权力 其它行政权力 其他职权 其他行政職權",
        公共服务="公共服务事项 便民服务 公共服務",
    ),
)
#: Not 依申请: an item of one of these types does not belong in a return (contract §4).
OUT_OF_SCOPE_TYPES = ("行政处罚", "行政强制", "行政征收", "行政检查")


def out_of_scope(item_type: str) -> bool:
    """Whether what stands in 事项类型 means one of the types that do not belong in a return.

    >>> [out_of_scope(text) for text in ("行政处罚", "强制", "行政征收类", "行政许可")]
    [True, True, True, False]
    """
    return any(kind in item_type or item_type == kind.removeprefix("行政") for kind in OUT_OF_SCOPE_TYPES)


SERVICE_FIELD = Choice(
    "服务领域",
    (
        "公共教育",
        "劳动就业",
        "社会保险",
        "医疗卫生",
        "养老服务",
        "社会服务",
        "住房保障",
        "文化体育",
        "残疾人服务",
        "其他",
    ),
    _spellings(公共教育="教育", 劳动就业="就业", 社会保险="社保", 医疗卫生="医疗 卫生", 养老服务="养老", 其他="其它"),
)
UNIT_CHANGE = Choice("单位变更方式", tuple(UnitChangeKind), _spellings(更名="改名", 撤销="撤消"))
ITEM_CHANGE = Choice("事项变动方式", tuple(ItemChangeKind), _spellings(更名="改名", 划转="划出 移交"))
HANDLING = Choice("办件类型", ("即办件", "承诺件"), _spellings(即办件="即办", 承诺件="承诺"))
ITEM_PRESENCE = Choice(
    "事项进驻",
    ("已进驻", "推进中", "未进驻"),
    _spellings(
        已进驻=_YES + " 是 进驻 已入驻 已到位 到位 已进厅",
        推进中="正在推进 推进 进行中",
        未进驻=_NO + " 否 未入驻 未到位 没进驻 未进厅",
    ),
)
WINDOW_PRESENCE = Choice(
    "窗口进驻",
    ("综合窗口", "专业窗口", "未设窗口"),
    _spellings(
        综合窗口="综窗 综合窗 综合受理窗口 一窗综合",
        专业窗口="专窗 部门专窗 部门窗口 专业窗",
        未设窗口="未设 无窗口 未设立窗口 没有窗口 未设置窗口",
    ),
)
STEP_PLACE = Choice(
    "环节地点",
    ("大厅", "线上", "厅外", "无此环节"),
    _spellings(
        大厅="厅内 政务大厅 政务服务大厅 大厅内 窗口 大厅窗口",
        线上="网上 网上办理 线上办理",
        厅外="大厅外 单位 原单位 局机关 本单位 局里",
        无此环节="不涉及 无环节 没有此环节",
    ),
)
STEP_MODE = Choice(
    "环节模式",
    ("审核合一", "一审一核", "一审两核", "特别程序"),
    _spellings(审核合一="合一 审核合并", 一审一核="1审1核", 一审两核="一审二核 1审2核", 特别程序="特殊程序"),
)
SPECIAL_PROCEDURE = Choice(
    "特别程序",
    ("公告", "现场勘验", "听证", "专家评审", "委员会会议决定", "其他"),
    _spellings(
        公告="公示",
        现场勘验="现场踏勘 踏勘 现场勘察 勘验",
        专家评审="专家论证",
        委员会会议决定="委员会会议 会议决定",
        其他="其它",
    ),
)
STAFF_PRESENCE = Choice(
    "人员进驻",
    ("已进驻", "部分进驻", "未进驻"),
    _spellings(
        已进驻=_YES + " 是 进驻 已入驻 已到位 到位",
        部分进驻="部分 部分到位 部分入驻",
        未进驻=_NO + " 否 未入驻 未到位 没进驻",
    ),
)
AUTHORITY_STATE = Choice(
    "授权情况",
    ("已授权", "部分授权", "未授权", "无需授权"),
    _spellings(
        已授权="是 √ ✓ ✔ 授权 已到位 到位 全部授权 充分授权",
        部分授权="部分",
        未授权="否 × ✗ ✘ 没授权 未到位 没有授权",
        无需授权="不需授权 不需要授权 不涉及 不适用",
    ),
)
SYSTEM_STATE = Choice(
    "系统对接",
    ("已对接", "统一平台", "对接中", "未对接", "无系统"),
    _spellings(
        已对接="是 √ ✓ ✔ 对接 已到位 到位 已联通",
        统一平台="一体化平台 省统一平台 统一受理平台 一体化政务服务平台",
        对接中="正在对接 推进中",
        未对接="否 × ✗ ✘ 未到位 没对接 没有对接",
        无系统="没有系统 不涉及",
    ),
)
E_USE = Choice(
    "四电应用",
    ("已应用", "未应用", "不涉及"),
    _spellings(已应用=_YES + " 是 应用", 未应用=_NO + " 否", 不涉及="不适用 无需"),
)
ONE_ID_STATE = Choice(
    "一证通办",
    ("已实现", "推进中", "未实现", "不涉及"),
    _spellings(已实现=_YES + " 是 实现", 推进中="正在推进 进行中", 未实现=_NO + " 否", 不涉及="不适用 无需"),
)
CONTACT_ROLE = Choice(
    "角色",
    ("分管负责同志", "具体责任人"),
    _spellings(分管负责同志="分管领导 分管负责人 分管同志", 具体责任人="责任人 联络员 经办人 具体工作责任人"),
)
POST = Choice(
    "岗位",
    ("首席代表", "受理", "审核", "决定", "送达"),
    _spellings(受理="受理岗", 审核="审核岗", 决定="决定岗", 送达="送达岗"),
)
SYSTEM_LEVEL = Choice(
    "系统层级", ("国家", "省", "市", "区"), _spellings(国家="国家级 国", 省="省级", 市="市级", 区="区级 县 县级 区县")
)
DOCKING = Choice(
    "对接状态",
    ("已对接", "对接中", "未对接"),
    _spellings(已对接="是 √ ✓ ✔ 对接 已到位", 对接中="正在对接 推进中", 未对接="否 × ✗ ✘ 没对接"),
)
TASK_GOAL = Choice(
    "对应目标",
    ("事项进驻到位", "环节人员进驻到位", "集中授权到位", "系统对接到位", "一证通办", "其他"),
    _spellings(
        环节人员进驻到位="环节、人员进驻到位",
        集中授权到位="集中到位授权到位 授权到位",
        系统对接到位="审批系统对接到位",
        事项进驻到位="事项到位",
        其他="其它",
    ),
)
PROBLEM_KIND = Choice(
    "问题类型",
    ("体外循环", "两头受理", "明进暗不进", "授权不到位", "系统不通", "人员不足", "依据不明", "其他"),
    _spellings(其他="其它"),
)
PROBLEM_STATE = Choice(
    "状态", ("待派发", "办理中", "已解决"), _spellings(待派发="未派发", 办理中="处理中 正在办理", 已解决="解决 已办结")
)
INSPECTION_KIND = Choice(
    "督查问题类型",
    ("明进暗不进", "体外循环", "两头受理", "大厅外审批", "清单外审批", "平台外审批", "其他"),
    _spellings(大厅外审批="大厅之外审批", 清单外审批="清单之外审批", 平台外审批="平台之外审批", 其他="其它"),
)
INSPECTION_STATE = Choice(
    "整改状态",
    ("未整改", "整改中", "已销号", "已撤销"),
    _spellings(整改中="正在整改", 已销号="销号 已整改销号", 已撤销="撤销 作废 已作废"),
)
#: What an inspection finding is that is not open any more: mended, or withdrawn by the office.
INSPECTION_OVER = ("已销号", "已撤销")
MATTER_SOURCE = Choice(
    "议定来源",
    ("会议议定", "领导批示", "表态承诺", "督办任务", "其他"),
    _spellings(会议议定="会议", 领导批示="批示", 表态承诺="表态 承诺", 督办任务="督办", 其他="其它"),
)
MATTER_STATE = Choice(
    "议定状态",
    ("办理中", "已办结", "已撤销"),
    _spellings(办理中="处理中 正在办理 未办结", 已办结="办结", 已撤销="撤销 作废 已作废"),
)
#: What the meeting decides about a proposal (表扬通报建议 of workbook 2).
DECISION = Choice(
    "会议决定",
    ("表扬", "通报", "约谈", "督办", "不采纳"),
    _spellings(
        表扬="予以表扬 同意表扬 通报表扬",
        通报="予以通报 同意通报 通报批评",
        约谈="予以约谈 同意约谈",
        督办="予以督办 同意督办",
        不采纳="不予采纳 不同意 不表扬 不通报",
    ),
)
#: What a matter is that nobody has to do any more.
MATTER_OVER = ("已办结", "已撤销")
