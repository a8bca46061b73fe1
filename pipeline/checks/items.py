"""事项: what is wrong within a row of the sheet, or between two of its rows (contract §4, §5).

事项编码: how each is built (030 to 035); lost digits are said by the reader or by shape.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd

from pipeline.checks.desk import Desk
from pipeline.checks.required import check_required_when
from pipeline.checks.rows import first_rows
from pipeline.findings import ERROR, NOTE, WARNING, Finding, rule
from pipeline.judge.states import exempt_items, on_negative_list
from pipeline.judge.suspicions import joined
from schemas.dimensions import NEEDED_STEPS, STEPS, Dimension
from schemas.returns.items import NAMES_NO_LAW
from schemas.tables import state_name
from schemas.words import ITEM_TYPE, State, out_of_scope

_OPEN = (State.MOVING, State.NOT_DONE)
#: How the number of an approved document is written: 〔2023〕 or 5号.
_NUMBERED = re.compile(r"[〔［\[(（【]\s*\d{4}\s*[〕］\])）】]|[\d一二三四五六七八九十]\s*号")
_FIGURE = re.compile(r"[\d一二三四五六七八九十]")
#: Words that say there is no approval (yet).
_PENDING = re.compile("待|报批|申请|申报|审批中|办理中|研究|正在|[尚暂]|后补|补[办报]|[未无没]")


def check_items(desk: Desk) -> list[Finding]:
    """Everything about the items that neither another sheet nor another unit is needed for."""
    return [
        *_required_when(desk),
        *_out_of_scope(desk),
        *_not_on_negative_list(desk),
        *_no_approval_yet(desk),
        *_no_step(desk),
        *_needed_steps(desk),
        *_bases(desk),
        *_windows(desk),
        *_plan_dates(desk),
        *_needless_reason(desk),
        *_duplicates(desk),
    ]


def _required_when(desk: Desk) -> list[Finding]:
    """005, where a 批准文号 that does not exempt counts as none, and an undecided exemption as one."""
    rows = desk.rows["items"]
    exempt = exempt_items(rows.known, desk.plan) | desk.undecided
    approval = pd.Series("有", index=exempt.index, dtype=object).where(exempt, None)
    claim = rows.known["negative_list"].mask(desk.undecided, "是")
    return check_required_when(rows, desk.plan, rows.known.assign(negative_list=claim, approval_number=approval))


def known_open(desk: Desk) -> pd.DataFrame:
    """Whether each item is known to be open in each dimension; columns and labels as `desk.states`.

    A blank or unreadable cell does not make a dimension known to be open; that all four steps are
    无此环节 does.
    """
    open_ = desk.states.isin(_OPEN)
    for dimension in Dimension:
        if void := dimension.record.void:
            name = state_name(dimension)
            open_[name] |= void.mask(desk.known("items")) & (desk.states[name] == State.PENDING)
    return open_.mul(~desk.undecided, axis=0)


def _scored_open(desk: Desk) -> pd.DataFrame:
    scored = [state_name(entry.dimension) for entry in desk.plan.dimensions if entry.scored]
    return known_open(desk)[scored]


OUT_OF_SCOPE = rule(
    "SX-036",
    ERROR,
    title="不在填报范围",
    problem="“事项类型”填的“{value}”不是依申请办理的，不在填报范围之内",
    remedy="请删去这一行；如果类型填错了，请从下拉列表中选填",
    example="行政处罚",
)


def _out_of_scope(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    sent = rows.sent["item_type"]
    strange = sent.notna() & ~sent.isin(ITEM_TYPE.values)
    strange[strange] = sent[strange].map(lambda text: out_of_scope(str(text))).astype(bool)
    return rows.mark(strange, "item_type", OUT_OF_SCOPE)


NOT_ON_NEGATIVE_LIST = rule(
    "SX-037",
    WARNING,
    title="不在批准的负面清单上",
    problem="“负面清单”填“是”，但专班办公室批准的负面清单上没有这个事项，不予豁免",
    remedy="请改填“否”并按实际情况填报；确已批准的，请把批准文件报专班办公室",
    example="是",
)


def _not_on_negative_list(desk: Desk) -> list[Finding]:
    if not desk.plan.negative_list:
        return []
    rows = desk.rows["items"]
    claimed = (rows.known["negative_list"] == "是") & rows.known["approval_number"].notna()
    return rows.mark(claimed & ~on_negative_list(rows.known, desk.plan), "negative_list", NOT_ON_NEGATIVE_LIST)


NO_APPROVAL_YET = rule(
    "SX-046",
    WARNING,
    title="批准文号不像文号",
    problem="“批准文号”填的“{value}”看不出是已经批准的文件，而这一项按负面清单豁免了",
    remedy="已经批准的请填批准文件的文号；还没有批准的，请把“负面清单”改填“否”，并按实际情况填报",
    example="报批中",
)


def _no_approval_yet(desk: Desk) -> list[Finding]:
    """A 批准文号 such as 待批: it exempts all the same (contract §5), unless the office has its own list."""
    rows = desk.rows["items"]
    claimed = exempt_items(rows.known, desk.plan)
    if desk.plan.negative_list or not claimed.any():
        return []
    numbers = rows.known["approval_number"].where(claimed)
    doubtful = numbers.map(lambda text: isinstance(text, str) and not is_document_number(text)).astype(bool)
    return rows.mark(doubtful, "approval_number", NO_APPROVAL_YET)


def is_document_number(text: str) -> bool:
    """Whether a text can be the number of an approved document.

    >>> [is_document_number(text) for text in ("平龙政〔2023〕5号", "区政府第3次常务会议纪要", "报批中", "5月已申请")]
    [True, True, False, False]
    """
    return bool(_NUMBERED.search(text) or (_FIGURE.search(text) and not _PENDING.search(text)))


NO_STEP = rule(
    "SX-040",
    WARNING,
    title="四个环节都没有",
    problem="受理、审核、决定、送达都填了“无此环节”，无法判断环节是否进驻",
    remedy="请至少填明一个环节在哪里办理",
    example="无此环节",
)


def _no_step(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    pending = desk.states[state_name(Dimension.STEP)] == State.PENDING
    absent = (rows.known[list(STEPS)] == Dimension.STEP.record.absent).all(axis=1)
    return rows.mark(absent & pending & ~desk.undecided, "step_accept", NO_STEP)


NEEDED_STEP = rule(
    "SX-047",
    ERROR,
    title="环节模式要有的环节填了没有",
    problem="“环节模式”为“{mode}”，“{title}”却填了“{value}”，环节按待核计",
    remedy="请填明这个环节在哪里办理；确实没有这个环节的，请改“环节模式”",
    example="无此环节",
)


def _needed_steps(desk: Desk) -> list[Finding]:
    """审核 and 决定 of 一审一核, 一审两核 and 特别程序, one of the two of 审核合一, said not to exist (contract §6)."""
    rows = desk.rows["items"]
    mode = rows.known["step_mode"]
    return [
        found
        for step, lacking in NEEDED_STEPS.items()
        for found in rows.mark(lacking.mask(rows.known), step, NEEDED_STEP, mode=mode)
    ]


NO_LAW = rule(
    "SX-048",
    WARNING,
    title="环节依据没有写明依据",
    problem="“环节依据”填的“{value}”没有写明法律、法规、文件或条款",
    remedy="请写明依据的名称和条款，如《…条例》第…条；没有法律依据的，“环节模式”应为“审核合一”",
    example="工作需要",
)


def _bases(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    return rows.mark(NAMES_NO_LAW.mask(rows.known), "step_basis", NO_LAW)


PRESENT_WITHOUT_WINDOW = rule(
    "SX-041",
    WARNING,
    title="已进驻却没有窗口",
    problem="“事项进驻”填“已进驻”，但“窗口进驻”填“{value}”",
    remedy="请核对：已进驻的填明在哪类窗口；没有窗口的请改“事项进驻”",
    example="未设窗口",
)
NUMBER_WITHOUT_WINDOW = rule(
    "SX-042",
    WARNING,
    title="没有窗口却有窗口编号",
    problem="“窗口进驻”填“未设窗口”，但“窗口编号”填了“{value}”",
    remedy="请核对：有窗口的改“窗口进驻”，没有的把“窗口编号”清空",
    example="A03",
)


def _windows(desk: Desk) -> list[Finding]:
    rows, known = desk.rows["items"], desk.known("items")
    bound = (desk.states[state_name(Dimension.ITEM)] != State.EXEMPT) & ~desk.undecided
    none = (known["window_presence"] == "未设窗口") & bound
    return [
        *rows.mark(none & (known["item_presence"] == "已进驻"), "window_presence", PRESENT_WITHOUT_WINDOW),
        *rows.mark(none & known["window_number"].notna(), "window_number", NUMBER_WITHOUT_WINDOW),
    ]


LATE_PLAN = rule(
    "SX-038",
    WARNING,
    title="计划晚于时限",
    problem="“计划完成日期”{value} 晚于尚未到位的维度的时限（{deadlines}）",
    remedy="请把计划提前到时限之内；确有困难的在“未到位原因”里写明，并报“问题”表",
    example="2023-12-31",
)
PAST_PLAN = rule(
    "SX-039",
    WARNING,
    title="计划日期已过",
    problem="“计划完成日期”{value} 早于本次会议日期 {meeting}，但{dimensions}还没有到位",
    remedy="已经到位的请改填到位；没有到位的请重新确定计划完成日期",
    example="2023-03-10",
)


def _plan_dates(desk: Desk) -> list[Finding]:
    """A plan date that is past, or else after the deadline of a dimension that is open."""
    rows, open_ = desk.rows["items"], _scored_open(desk)
    planned = desk.days("items", "planned_on")
    past = desk.past("items", "planned_on") & open_.any(axis=1)
    waiting, late = {}, {}
    for entry in desk.plan.dimensions:
        if entry.scored:
            here = open_[state_name(entry.dimension)]
            waiting[str(entry.dimension)] = here & past
            deadline = pd.Timestamp(entry.deadline or pd.Timestamp.max)
            late[f"{entry.dimension} {entry.deadline}"] = here & ~past & (planned > deadline)
    dimensions, deadlines = joined(waiting), joined(late)
    return [
        *rows.mark(past, "planned_on", PAST_PLAN, meeting=desk.period.meeting, dimensions=dimensions),
        *rows.mark(deadlines != "", "planned_on", LATE_PLAN, deadlines=deadlines),
    ]


NEEDLESS_REASON = rule(
    "SX-043",
    NOTE,
    title="已到位却有未到位原因",
    problem="各维度都已到位，“未到位原因”还写着“{value}”",
    remedy="如果已经全部到位，请把“未到位原因”清空",
    example="正在协调窗口",
)


def _needless_reason(desk: Desk) -> list[Finding]:
    rows = desk.rows["items"]
    scored = [state_name(entry.dimension) for entry in desk.plan.dimensions if entry.scored]
    settled = desk.states[scored].isin((State.DONE, State.EXEMPT)).all(axis=1)
    bound = desk.states[state_name(Dimension.ITEM)] != State.EXEMPT
    return rows.mark(settled & bound & rows.known["reason_open"].notna(), "reason_open", NEEDLESS_REASON)


def _twins(desk: Desk) -> pd.Series[Any]:
    """The Excel row of the first item that is equal in every entry cell; an item without an equal has its own."""
    sent = desk.rows["items"].sent
    return sent.groupby(["unit", *desk.rows["items"].sheet.names], dropna=False, sort=False)["row"].transform("first")


EQUAL_ROW = rule(
    "SX-044",
    WARNING,
    title="重复的行",
    problem="这一行与第 {first} 行完全相同，只采用第 {first} 行",
    remedy="请删去重复的一行",
    example="（与上一行相同）",
)
SAME_ITEM = rule(
    "SX-045",
    ERROR,
    title="同一事项填了两行",
    problem="“{value}”与第 {first} 行是同一个事项，但两行内容不同",
    remedy="请核对后只保留一行；如是两个办理项，请分别填 33 位业务办理项编码，或在名称括号里写明区别",
    example="11410404MB0A0001824000114108003",
)


def _duplicates(desk: Desk) -> list[Finding]:
    """The second and later rows of one item in one unit: by code, without a code by name."""
    rows = desk.rows["items"]
    code = rows.known["item_code"]
    has_code, has_name = code.notna(), rows.known["item_name"].notna()
    key = (rows.known["unit"] + "\n" + code.where(has_code, rows.known["item_name"])).where(has_code | has_name)
    exact = desk.repeated
    again = key.notna() & key.duplicated() & ~exact
    if not (exact | again).any():
        return []
    first, twin = first_rows(key, rows.sent["row"]), _twins(desk)
    return [
        *rows.mark(exact & has_code, "item_code", EQUAL_ROW, first=twin),
        *rows.mark(exact & ~has_code & has_name, "item_name", EQUAL_ROW, first=twin),
        *rows.mark(again & desk.sound_code, "item_code", SAME_ITEM, first=first),
        *rows.mark(again & ~has_code, "item_name", SAME_ITEM, first=first),
    ]


NO_CODE = rule(
    "SX-030",
    NOTE,
    title="没有事项编码",
    problem="“事项编码”没有填写，只能按事项名称对应",
    remedy="有实施编码的请补上；确实没有的不用改",
    example="（空白）",
)
CODE_LENGTH = rule(
    "SX-031",
    WARNING,
    title="事项编码位数不对",
    problem="“事项编码”填的“{value}”是 {count} 位，应为 31 位实施编码或 33 位业务办理项编码",
    remedy="请对照政务服务事项库逐位核对后重填",
    example="11410404MB0A00018240001141",
)
CODE_CHARACTER = rule(
    "SX-032",
    WARNING,
    title="事项编码字符不对",
    problem="“事项编码”填的“{value}”第 {position} 位是“{character}”，这一位不会是这个字符",
    remedy="请对照政务服务事项库逐位核对后重填（前 18 位没有字母 I、O、S、V、Z，其后都是数字）",
    example="11410404MB0A00018240001141080O3",
)
CODE_CHECK = rule(
    "SX-033",
    WARNING,
    title="信用代码校验不过",
    problem="“事项编码”前 18 位“{credit}”的校验位不对（按前 17 位应为“{expected}”）",
    remedy="请核对本单位的统一社会信用代码，改正后重填整个编码",
    example="11410404MB0A0001834000114108003",
)
CODE_PLACEHOLDER = rule(
    "SX-034",
    WARNING,
    title="疑似占位编码",
    problem="“事项编码”填的“{value}”像是占位用的，不是真的编码",
    remedy="请填真实编码；没有编码的请留空",
    example="1111111111111111111111111111111",
)
CODE_LEVEL = rule(
    "SX-035",
    WARNING,
    title="行使层级不对",
    problem="“事项编码”第 19 位（行使层级）是“{level}”，应为 1 到 6（区级为 4，市派出机构为 3）",
    remedy="请对照政务服务事项库核对后重填",
    example="11410404MB0A0001829000114108003",
)
_RULE_OF_FAULT = {
    "length": CODE_LENGTH,
    "character": CODE_CHARACTER,
    "check": CODE_CHECK,
    "placeholder": CODE_PLACEHOLDER,
    "level": CODE_LEVEL,
}


def check_item_codes(desk: Desk) -> list[Finding]:
    """At most one finding a code; a blank one is only noted (contract §4, 事项编码)."""
    rows = desk.rows["items"]
    found = rows.mark(rows.sent["item_code"].isna(), "item_code", NO_CODE)
    faults = [(position, *fault) for position, fault in enumerate(desk.code_faults) if fault]
    for kind, fault_rule in _RULE_OF_FAULT.items():
        positions = [position for position, fault, _ in faults if fault == kind]
        words = [said for _, fault, said in faults if fault == kind]
        lists = {name: [said[name] for said in words] for name in (words[0] if words else ())}
        found += rows.mark_at(np.array(positions, dtype=int), "item_code", fault_rule, **lists)
    return found
