"""The tables we write: matrix, summary, history, scores, ledger; the matrix ones are read back too.

Every frame that passes from one hop to the next and ends in a workbook is declared here, so that
the code that computes it, the code that writes it and the code that reads it back next period agree
on names and order. Titles are those of contract §8.
"""

from collections.abc import Sequence
from dataclasses import replace

from schemas.columns import Column, Identity, Kind, Table, column
from schemas.dimensions import NO_APPROVALS, Dimension
from schemas.returns import BY_KEY, COVER, OFFICE, TABLES, inspection
from schemas.words import DECISION, STEP_MODE


def unit_column(width: float = 24) -> Column:
    """单位, as every table of ours begins."""
    return column("unit", "单位", Kind.UNIT, width=width)


def _light(name: str = "light", title: str = "亮灯") -> Column:
    return column(name, title, Kind.NAME, width=7)


_REASON = column("reason", "理由", width=34)
#: Where a row came from: the copy in 来件/ (or 上期 for carried rows), its tab and its row.
SOURCE = (
    column("file", "来源文件", width=30),
    column("sheet", "来源表", width=10),
    column("row", "来源行", Kind.INTEGER, width=8),
)
CARRIED = column(
    "carried",
    "标记",
    Kind.NAME,
    width=10,
    help="沿用上期：本期未报送，沿用上一期的行；漏报：在册而来件没有填，保留在案",
)
#: The workbooks that people write in, as 批示 names them.
LEDGER_BOOK, SCORE_BOOK = "台账", "评分表"
#: What people write elsewhere on a row: a column of their own, a comment, another word in a cell of ours.
OTHER_NOTE = column("other_note", "其他批注", width=20, help="自己加的列、批注、改过的文字：“标题：文字”")
#: What people write into the circulated ledger; carried into the next period's by key.
REMARKS = (
    column("leader_note", "领导批示", width=20),
    column("supervision_note", "督办意见", width=20),
    column("next_step", "下步措施", width=20),
    OTHER_NOTE,
)
REMARK_NAMES = tuple(entry.name for entry in REMARKS)
#: What people write into workbook 2 after the meeting; carried likewise.
DECIDED = (
    column("decision", "会议决定", DECISION, width=16),
    column("decided_note", "备注", width=20),
    OTHER_NOTE,
)
#: Every column that people write in, whatever the workbook.
WORD_NAMES = tuple(dict.fromkeys(entry.name for entry in (*REMARKS, *DECIDED)))
REPLY = column("reply", "单位回复", width=34, help="单位在“督办回复”里的答复，办结由专班办公室核实后销号")


def state_name(dimension: Dimension) -> str:
    """Name of the matrix column holding an item's state in a dimension."""
    return f"state_{dimension.name.lower()}"


def light_name(dimension: Dimension) -> str:
    """Name of the matrix column holding an item's light in a dimension."""
    return f"light_{dimension.name.lower()}"


def reason_name(dimension: Dimension) -> str:
    """Name of the matrix column holding the reason of that light."""
    return f"reason_{dimension.name.lower()}"


def first_done_name(dimension: Dimension) -> str:
    """Name of the matrix column holding the meeting date at which the item was first 到位."""
    return f"first_done_{dimension.name.lower()}"


#: 总矩阵; one row = one item of one unit.
MATRIX = Table(
    "matrix",
    "总矩阵",
    (
        unit_column(),
        column("item_code", "事项编码", Kind.CODE, width=34),
        column("item_name", "事项名称", Kind.NAME, width=36),
        column("item_type", "事项类型", Kind.NAME, width=12),
        *(column(state_name(d), str(d), Kind.NAME, width=9) for d in Dimension),
        *(_light(light_name(d), f"{d}灯") for d in Dimension),
        *(column(first_done_name(d), f"{d}首次到位", Kind.DATE, width=12) for d in Dimension),
        column("change", "本期变化", width=22),
        column("suspicions", "疑点", width=24),
        *SOURCE,
        CARRIED,
        *(column(reason_name(d), f"{d}灯理由", width=22) for d in Dimension),
    ),
    title="政务服务事项进驻总矩阵",
    read_back=True,
)

#: The return's own tables, merged over all units, as cleaned; one row = one row of a return.
MERGED: dict[str, Table] = {
    sheet.key: Table(
        sheet.key, sheet.name, (unit_column(), *sheet.columns, *SOURCE, CARRIED), title=sheet.title, read_back=True
    )
    for sheet in TABLES
}

GIVEN_AT = column("given_at", "登记于", Kind.DATE, width=12, help="最近一次给出这条登记的会议日期")
#: The office's own entries, one table a sheet of its workbooks, by `Sheet.key`; one row = one entry that may last.
KEPT: dict[str, Table] = {
    sheet.key: Table(
        f"kept_{sheet.key}",
        inspection.FILE_NAME.removesuffix(".xlsx") if sheet is inspection.SHEET else sheet.name,
        (*sheet.columns, *SOURCE, GIVEN_AT),
        title=sheet.title,
        read_back=True,
    )
    for sheet in OFFICE
}

#: 封面 of every return in force; one row = one unit. Keeps 零报告 known for the next period.
COVERS = Table(
    "covers",
    "封面",
    (unit_column(), *COVER.columns[1:], *SOURCE, CARRIED),
    title="各单位来件封面",
    read_back=True,
)

#: 单位汇总; one row = one unit × dimension at this meeting.
UNIT_SUMMARY = Table(
    "unit_dimensions",
    "单位汇总",
    (
        unit_column(),
        column("dimension", "维度", Kind.NAME, width=10),
        column("applicable", "适用", Kind.INTEGER, width=8),
        column("done", "到位", Kind.INTEGER, width=8),
        column("rate", "到位率", Kind.PERCENT, width=9),
        _light("light", "灯"),
        _REASON,
        column("expected", "序时进度", Kind.PERCENT, width=10),
        column("rate_before", "上期到位率", Kind.PERCENT, width=11),
        column("red_items", "红灯事项", Kind.INTEGER, width=9),
        column("yellow_items", "黄灯事项", Kind.INTEGER, width=9),
        column("pending", "待核", Kind.INTEGER, width=7),
        column("red_streak", "连续红灯期数", Kind.INTEGER, width=12),
        column("escalation", "督办升级", Kind.NAME, width=11),
        column("forecast_on", "预计到位", Kind.DATE, width=12),
        column("deadline", "时限", Kind.DATE, width=12),
        column("forecast", "预测", width=28),
    ),
    title="单位汇总（单位×进驻维度）",
    read_back=True,
)

#: 历史; one row = one unit × dimension × period, the present one included.
HISTORY = Table(
    "history",
    "历史",
    (
        column("period", "期次", Kind.INTEGER, width=7),
        column("meeting", "会议日期", Kind.DATE, width=12),
        unit_column(),
        column("dimension", "维度", Kind.NAME, width=10),
        column("applicable", "适用", Kind.INTEGER, width=8),
        column("done", "到位", Kind.INTEGER, width=8),
        column("rate", "到位率", Kind.PERCENT, width=9),
        _light("light", "灯"),
        column("score", "得分", Kind.NUMBER, width=9),
        column("rank", "名次", Kind.INTEGER, width=7),
        column("receipt", "报送状态", Kind.NAME, width=10),
    ),
    title="历期情况",
    read_back=True,
)

#: 报送情况, upper table; one row = one unit.
RECEIPTS = Table(
    "receipts",
    "报送情况",
    (
        unit_column(),
        column("receipt", "报送状态", Kind.NAME, width=10),
        column("file", "来源文件", width=34),
        column("filled_on", "填报日期", Kind.DATE, width=12),
        column("errors", "错误", Kind.INTEGER, width=7),
        column("warnings", "警示", Kind.INTEGER, width=7),
        column("notes", "提示", Kind.INTEGER, width=7),
        column("rows_read", "读取行数", Kind.INTEGER, width=10),
        column("rows_used", "采用行数", Kind.INTEGER, width=10),
        column("rows_set_aside", "未采用行数", Kind.INTEGER, width=11),
    ),
    title="报送情况",
)

#: 报送情况, lower table; one row = one file received.
FILES = Table(
    "files",
    "收到的文件",
    (
        column("file", "文件", width=44),
        unit_column(),
        column("verdict", "处理", Kind.NAME, width=10),
        column("reason", "原因", width=60),
    ),
    title="收到的文件",
)

#: 未采用; one row = one non-empty row of an adopted return that is in no table, with the reason.
SET_ASIDE = Table(
    "set_aside",
    "未采用",
    (
        unit_column(),
        *SOURCE,
        column("reason", "原因", width=34),
        column("text", "原文", width=70),
    ),
    title="未采用的行",
)

#: 退回清单 and 校验问题; one row = one finding.
FINDINGS = Table(
    "findings",
    "退回清单",
    (
        unit_column(),
        column("file", "文件", width=30),
        column("sheet", "工作表", width=10),
        column("cell", "单元格", Kind.NAME, width=9),
        column("severity", "级别", Kind.NAME, width=7),
        column("code", "编号", Kind.NAME, width=9),
        column("problem", "问题", width=46),
        column("value", "原值", width=22),
        column("remedy", "怎么改", width=46),
    ),
    title="退回清单",
)

#: 得分明细; one row = one unit × scoring part. numerator ÷ denominator × weight = points.
SCORE_PARTS = Table(
    "score_parts",
    "得分明细",
    (
        unit_column(),
        column("part", "项目", Kind.NAME, width=12),
        column("numerator", "分子", Kind.NUMBER, width=12),
        column("denominator", "分母", Kind.NUMBER, width=12),
        column("weight", "权重", Kind.INTEGER, width=8),
        column("points", "得分", Kind.NUMBER, width=10),
        column("explanation", "说明", width=50),
    ),
    title="得分明细",
)

#: 得分构成; one row = one unit × scoring part, then 扣分, 加减分 and 得分.
ACCOUNT = Table(
    "account",
    "得分构成",
    (
        unit_column(),
        column("part", "项目", Kind.NAME, width=12),
        column("points", "得分", Kind.NUMBER, width=9),
        column("weight", "权重", Kind.INTEGER, width=7),
        column("numerator", "分子", Kind.NUMBER, width=9),
        column("denominator", "分母", Kind.NUMBER, width=9),
        column("lost", "失分", Kind.NUMBER, width=9),
        column("explanation", "怎么算", width=40),
        column("behind", "依据", width=60),
    ),
    title="得分构成",
)

#: 转绿还差; one row = one unit × dimension.
TO_GREEN = Table(
    "to_green",
    "转绿还差",
    (
        unit_column(),
        column("dimension", "维度", Kind.NAME, width=10),
        _light("light", "灯"),
        column("now", "还差", Kind.INTEGER, width=8, help="再到位几项，本次会议就是绿灯"),
        column("next_meeting", "下次会议", Kind.DATE, width=12),
        column("then", "届时要到位", Kind.INTEGER, width=11, help="下次会议之前再到位几项，届时才是绿灯"),
        column("deadline", "时限", Kind.DATE, width=12),
        column("besides", "此外", width=40),
    ),
    title="各维度转绿灯还差几项",
)

#: 提分清单; one row = one unit × kind of step, the best first.
GAINS = Table(
    "gains",
    "提分清单",
    (
        unit_column(),
        column("order", "序", Kind.INTEGER, width=6),
        column("part", "项目", Kind.NAME, width=10),
        column("step", "做什么", width=34),
        column("number", "可做几项", Kind.INTEGER, width=9),
        column("gain", "每项加分", Kind.NUMBER, width=9),
        column("score", "得分到", Kind.NUMBER, width=9),
        column("rank", "名次到", Kind.INTEGER, width=8),
        column("gain_all", "全做加分", Kind.NUMBER, width=9),
        column("score_all", "全做得分", Kind.NUMBER, width=9),
        column("rank_all", "全做名次", Kind.INTEGER, width=9),
        column("subjects", "是哪些", width=50),
        *SOURCE,
    ),
    title="提分清单",
    read_back=True,
)

LOST = "失分明细"


def lost_table(parts: Sequence[str]) -> Table:
    """失分明细; one row = one row of the return behind lost points, and what putting it right adds, by part."""
    return Table(
        "lost",
        LOST,
        (
            column("subject", "对象", width=34),
            column("state", "现在", width=46),
            column("number", "项数", Kind.INTEGER, width=6),
            *(column(part, part, Kind.NUMBER, width=8) for part in parts),
            replace(SOURCE[0], width=44),
            *SOURCE[1:],
        ),
        title="失分明细：每行改好后能加几分",
    )


#: 评分排名 without the part columns, which follow 名次区间 (one for each entry of Plan.part_weights).
RANKING_HEAD = (
    column("rank", "名次", Kind.INTEGER, width=7),
    unit_column(),
    column("score", "得分", Kind.NUMBER, width=9),
    column("rank_before", "上期名次", Kind.INTEGER, width=9),
    column("rank_change", "名次变化", Kind.INTEGER, width=9),
    column("rank_range", "名次区间", Kind.NAME, width=9, help="各项权重轮流增减两成时最好和最差的名次，见“稳健性”"),
)
RANKING_TAIL = (
    column("deduction", "扣分", Kind.NUMBER, width=8),
    column("bonus", "加减分", Kind.NUMBER, width=8, help="督查核查表“加减分”中本次会议的分值之和"),
    column("marks", "标记", width=26),
    column("open_findings", "未销号督查", Kind.INTEGER, width=11, help="核查日期不晚于会议日期、尚未销号的督查问题"),
)


def trial_columns(part: str) -> tuple[str, str, str, str]:
    """Column names of 权重试算 for a part: score with less and with more of its weight, rank likewise."""
    return (f"{part}减", f"{part}增", f"{part}减名次", f"{part}增名次")


#: 表扬通报建议 (and 拟移交线索); one row = one proposal. kind: 表扬建议 / 通报建议 / 拟移交线索.
PROPOSALS = Table(
    "proposals",
    "表扬通报建议",
    (
        column("kind", "类别", Kind.NAME, width=12),
        unit_column(),
        column("score", "得分", Kind.NUMBER, width=9),
        column("rank", "名次", Kind.INTEGER, width=7),
        _REASON,
    ),
    title="表扬通报建议（供会议研究）",
)

#: 表扬通报建议 as written: the proposals, and rows that people added, with what the meeting decided.
DECISIONS = Table(
    "decisions",
    "表扬通报建议",
    (*PROPOSALS.columns, *DECIDED),
    title=PROPOSALS.title,
    identity=Identity(("kind", "reason"), alone=("kind",)),
)

#: 红灯清单 / 黄灯清单; one row = one item × dimension, task, milestone or problem with that light.
LIGHT_LIST = (
    unit_column(),
    column("item_code", "事项编码", Kind.CODE, width=30),
    column("item_name", "事项名称", Kind.NAME, width=34),
    column("dimension", "维度", Kind.NAME, width=9),
    column("state", "状态", Kind.NAME, width=9),
    _light(),
    _REASON,
    column("deadline", "时限", Kind.DATE, width=12),
    *REMARKS,
    column("planned_on", "计划完成日期", Kind.DATE, width=13),
    column("reason_open", "未到位原因", width=24),
    column("suspicions", "疑点", width=20),
    *SOURCE,
)
_LIGHT_OF_ITEM = replace(BY_KEY["items"].identity, also=("dimension",))
RED_LIST = Table("red_list", "红灯清单", LIGHT_LIST, title="红灯清单", identity=_LIGHT_OF_ITEM)
YELLOW_LIST = Table("yellow_list", "黄灯清单", LIGHT_LIST, title="黄灯清单", identity=_LIGHT_OF_ITEM)

_TASK_COLUMNS = MERGED["tasks"].columns
#: 任务台账; one row = one task of a unit.
TASK_LEDGER = Table(
    "task_ledger",
    "任务台账",
    (*_TASK_COLUMNS[:-4], _light(), _REASON, *REMARKS, *_TASK_COLUMNS[-4:]),
    title="任务台账",
    identity=BY_KEY["tasks"].identity,
)
_PROBLEM_COLUMNS = MERGED["problems"].columns
#: 问题派发; one row = one problem; 单位 is who reported it, 责任单位 who must solve it.
PROBLEM_LEDGER = Table(
    "problem_ledger",
    "问题派发",
    (
        *_PROBLEM_COLUMNS[:-4],
        _light(),
        _REASON,
        *REMARKS,
        REPLY,
        column("periods_open", "已历期数", Kind.INTEGER, width=9, help="超过两期仍未解决的须突出"),
        *_PROBLEM_COLUMNS[-4:],
    ),
    title="问题派发",
    identity=BY_KEY["problems"].identity,
)

_MATTER = BY_KEY["matters"].by_name
#: 议定事项 of the ledger; one row = one matter that is open, or was closed since the meeting before.
MATTER_LEDGER = Table(
    "matter_ledger",
    "议定事项",
    (
        *(_MATTER[name] for name in ("number", "source", "content", "unit", "due", "state")),
        REPLY,
        _light(),
        _REASON,
        REMARKS[1],
        REMARKS[2],
        OTHER_NOTE,
        *(_MATTER[name] for name in ("helpers", "item_name", "dimension", "agreed_on", "closed_on", "result", "note")),
    ),
    title="议定事项落实情况",
    identity=Identity(("number",)),
)

#: What units owe an answer to; one row = one unit × open matter or problem that another unit dispatched to it.
OWED = Table(
    "owed",
    "督办回复",
    (unit_column(), *(BY_KEY["replies"].by_name[name] for name in ("number", "source", "subject", "due"))),
)

#: 节点; one row = one unit × milestone.
MILESTONES = Table(
    "milestones",
    "节点",
    (
        unit_column(),
        column("milestone", "节点", Kind.NAME, width=26),
        column("deadline", "时限", Kind.DATE, width=12),
        column("done_on", "完成日期", Kind.DATE, width=12),
        _light(),
        _REASON,
    ),
    title="工作节点",
    read_back=True,
)

#: 三个无审批; one row = one unit. Values: 达标 / 未达标 / 存疑 / 未报, reasons beside them.
CLEARANCES = Table(
    "clearances",
    "三个无审批",
    (
        unit_column(),
        *(column(one.name, one.title, Kind.NAME, width=12) for one, _ in NO_APPROVALS),
        _REASON,
    ),
    title="“三个无审批”情况",
)

#: 检查验收; one row = one unit × goal whose deadline has passed. The last three columns are signed by hand.
ACCEPTANCE = Table(
    "acceptance",
    "检查验收",
    (
        unit_column(),
        column("goal", "目标", Kind.NAME, width=18),
        column("deadline", "时限", Kind.DATE, width=12),
        column("applicable", "应到位", Kind.INTEGER, width=8, help="适用的事项 × 进驻维度，含未列的"),
        column("done", "已到位", Kind.INTEGER, width=8),
        column("verdict", "结论", Kind.NAME, width=9, help="到位、未到位、不适用、未报"),
        column("lacking", "缺什么", width=56),
        column("inspectors", "验收人签字", width=14),
        column("answered", "单位签字", width=14),
        column("checked_on", "验收日期", width=12),
    ),
    title="检查验收表",
)

#: The “四电”: column of 事项 → its title.
E_KINDS = {name: BY_KEY["items"].titles[name] for name in ("e_licence", "e_seal", "e_signature", "e_material")}

#: 四电; one row = one unit, the last one all of them.
ELECTRONIC = Table(
    "electronic",
    "四电",
    (
        unit_column(),
        *(
            one
            for name, title in E_KINDS.items()
            for one in (
                column(f"{name}_used", f"{title}已应用", Kind.INTEGER, width=10),
                column(f"{name}_unused", f"{title}未应用", Kind.INTEGER, width=10),
                column(f"{name}_rate", f"{title}应用率", Kind.PERCENT, width=10, help="已应用 ÷（已应用 + 未应用）"),
            )
        ),
        column("unsaid", "没有填的", Kind.INTEGER, width=10, help="四项中空着的格子"),
    ),
    title="“四电”应用情况",
)

#: 环节模式; one row = one unit, the last one all of them. Exempt items do not count.
STEP_MODES = Table(
    "step_modes",
    "环节模式",
    (
        unit_column(),
        column("items", "事项", Kind.INTEGER, width=8),
        *(column(f"mode_{n}", mode, Kind.INTEGER, width=10) for n, mode in enumerate(STEP_MODE.values)),
        column("unsaid", "没有填的", Kind.INTEGER, width=10),
        column("to_merge", "应改审核合一", Kind.INTEGER, width=13, help="多出的环节没有法律依据的事项"),
    ),
    title="四种标准环节模式",
)

#: 应改审核合一; one row = one item with more steps than a law bears out (notice 二（三）).
TO_MERGE = Table(
    "to_merge",
    "应改审核合一",
    (
        unit_column(),
        column("item_code", "事项编码", Kind.CODE, width=30),
        column("item_name", "事项名称", Kind.NAME, width=36),
        column("step_mode", "环节模式", Kind.NAME, width=11),
        column("step_basis", "环节依据", width=28),
        _REASON,
        *SOURCE,
    ),
    title="没有法律依据、须实现审核合一的事项",
)

#: 移交线索; one row = one 明进暗不进 that was ever listed under 拟移交线索, with what became of it.
LEADS = Table(
    "leads",
    "移交线索",
    (
        unit_column(),
        column("number", "编号", Kind.NAME, width=10, help="督查核查表里的编号"),
        column("found_on", "核查日期", Kind.DATE, width=12),
        column("item_code", "事项编码", Kind.CODE, width=30),
        column("item_name", "事项名称", Kind.NAME, width=34),
        column("description", "问题描述", width=40),
        column("listed_on", "首次列入", Kind.DATE, width=12, help="首次列入拟移交线索的会议日期"),
        column("state", "整改状态", Kind.NAME, width=10),
        column("closed_on", "销号日期", Kind.DATE, width=12),
        column("decision", "会议意见", width=30, help="2-评分表中对这家单位拟移交线索的会议决定和备注"),
        column("outcome", "去向", width=36),
    ),
    title="拟移交线索及去向",
    read_back=True,
)

#: 变化情况; one row = one change of an item × dimension (or of an item) against the period before.
CHANGES = Table(
    "changes",
    "变化情况",
    (
        unit_column(),
        column("item_code", "事项编码", Kind.CODE, width=30),
        column("item_name", "事项名称", Kind.NAME, width=34),
        column("dimension", "维度", Kind.NAME, width=9),
        column("change", "变化", Kind.NAME, width=11),
        column("before", "上期", width=14),
        column("after", "本期", width=14),
        column("remark", "备注", width=30),
    ),
    title="变化情况",
)

#: 自查与督查对照; one row = one inspection finding beside what the unit itself reported.
COMPARISON = Table(
    "comparison",
    "自查与督查对照",
    (
        unit_column(),
        column("found_on", "核查日期", Kind.DATE, width=12),
        column("item_code", "事项编码", Kind.CODE, width=30),
        column("item_name", "事项名称", Kind.NAME, width=34),
        column("kind", "问题类型", Kind.NAME, width=13),
        column("description", "督查情况", width=36),
        column("reported", "单位自报", width=26),
        column("verdict", "对照结果", Kind.NAME, width=12),
        column("correct_by", "整改时限", Kind.DATE, width=12),
        column("state", "整改状态", Kind.NAME, width=10),
    ),
    title="自查与督查对照",
)

#: 需核实; one row = one thing for the office to look at; never a penalty by itself.
TO_VERIFY = Table(
    "to_verify",
    "需核实",
    (
        unit_column(),
        column("code", "编号", Kind.NAME, width=9),
        column("subject", "对象", width=34),
        column("finding", "发现", width=54),
        column("advice", "建议怎么核", width=40),
    ),
    title="需核实",
)

#: 豁免; one row = one waiver of the office in force at this meeting.
WAIVERS = Table(
    "waivers",
    "豁免情况",
    (
        unit_column(),
        column("rule_code", "规则编号", Kind.NAME, width=12),
        column("scope", "范围", width=30),
        column("reason", "理由", width=36),
        column("approved_by", "批准人", Kind.NAME, width=14),
        column("expires_on", "到期日", Kind.DATE, width=12),
        column("hits", "豁免条数", Kind.INTEGER, width=10),
        column("state", "状态", Kind.NAME, width=10),
    ),
    title="豁免情况",
)

#: 变化情况 in a unit's slip, cell by cell; one row = one cell (or whole row) that the unit changed.
CELL_CHANGES = Table(
    "cell_changes",
    "变化情况",
    (
        unit_column(),
        column("sheet", "工作表", Kind.NAME, width=9),
        column("subject", "对象", width=34),
        column("title", "改动的列", Kind.NAME, width=14),
        column("before", "上期", width=26),
        column("after", "本期", width=26),
    ),
    title="本期来件与上期相比的变化",
)

#: 自查与督查对照, lower table; one row = one unit with an inspection finding that can be compared.
CONTRADICTIONS = Table(
    "contradictions",
    "自查与督查对照",
    (
        unit_column(),
        column("compared", "可对照问题", Kind.INTEGER, width=11),
        column("contradictory", "自报相反", Kind.INTEGER, width=10),
        column("rate", "矛盾率", Kind.PERCENT, width=9),
    ),
    title="自报与督查矛盾率",
)

#: 历史批示; one row = one remark whose row is in no list any more; kept until it is cleared here.
REMARKS_LOST = Table(
    "remarks_lost",
    "历史批示",
    (
        column("sheet", "原表", Kind.NAME, width=12),
        column("label", "对象", width=46),
        *REMARKS,
        column("written_in", "最后所在期", Kind.NAME, width=11, help="最后一次与所批的行并列的期次"),
        column("key", "标识", width=30, help="供程序在该行重新出现时放回原处，请勿改动"),
    ),
    title="历史批示（所批的行已不在清单中）",
)

#: 历史批示 in workbook 2, which does not circulate: what people wrote into it whose row is gone.
DECISIONS_LOST = Table(
    "decisions_lost",
    REMARKS_LOST.name,
    (*REMARKS_LOST.columns[:2], *DECIDED, *REMARKS_LOST.columns[-2:]),
    title="历史批示（以前各次会议的决定，和所写的行已不在表中的）",
)

#: 批示 in the matrix workbook; one row = one row beside which people's words stand, as this run wrote them, or as
#: they stood in the period before when it ran (`as_of`): by it the next run tells what a person added or cleared.
WORDS = Table(
    "words",
    "批示",
    (
        column("as_of", "何时", Kind.NAME, width=9, help="本期：本次汇总写出的；上期：汇总时上一期里的"),
        column("book", "工作簿", Kind.NAME, width=9),
        *REMARKS_LOST.columns[:2],
        *REMARKS,
        *DECIDED[:-1],
        *REMARKS_LOST.columns[-2:],
    ),
    title="汇总时已有的批示和会议决定（供程序判断人又写了什么）",
)

#: 校验问题 in the matrix workbook; 退回清单 of the next period's templates is made from it.
STATE_FINDINGS = Table("findings", "校验问题", FINDINGS.columns, title="校验问题", read_back=True)

#: 跟踪; one row = one problem, or one text beside something still open, known for two periods or more.
TRACKING = Table(
    "tracking",
    "跟踪",
    (
        unit_column(),
        column("kind", "类别", Kind.NAME, width=12),
        column("key", "对象", Kind.NAME, width=36),
        column("periods", "期数", Kind.INTEGER, width=8, help="问题已历期数，文字原样不变的期数，或每期换一句的期数"),
    ),
    title="跨期跟踪",
    read_back=True,
)

#: 工作方案 in the matrix workbook; one row = one filled cell of a table of the plan (`plan_sheets.plan_cells`).
PLAN_CELLS = Table(
    "plan",
    "工作方案",
    (
        column("table", "表", Kind.NAME, width=14),
        column("row", "行", Kind.INTEGER, width=7),
        column("column", "列", Kind.NAME, width=24),
        column("value", "值", width=60),
    ),
    title="本期所用的工作方案",
    read_back=True,
)

#: 口径变化; one row = one thing in which this meeting's plan differs from that of the meeting before.
PLAN_CHANGES = Table(
    "plan_changes",
    "口径变化",
    (
        column("table", "表", Kind.NAME, width=14),
        column("subject", "项目", width=44),
        column("before", "上期", width=30),
        column("after", "本期", width=30),
        column("remark", "说明", width=50),
    ),
    title="口径变化（与上期所用的工作方案相比）",
)

#: What 重跑差异 compares: receipts, scores, ranks, and the light of a unit in each dimension.
RECEIPT_PART, SCORE_PART, RANK_PART = "报送状态", "得分", "名次"
LIGHT_PARTS = tuple(f"{dimension}灯" for dimension in Dimension)

#: 重跑差异; one row = one figure of a unit that the last rerun with a difference changed.
RERUN = Table(
    "rerun",
    "重跑差异",
    (
        unit_column(),
        column("part", "项目", Kind.NAME, width=14),
        column("before", "原来", Kind.NAME, width=16),
        column("now", "现在", Kind.NAME, width=16),
    ),
    title="重跑差异",
)

#: Which way the tables that are read back are laid out; it rises when a program before cannot go on from them any
#: more. A table or a column that is merely added leaves it as it is. 2: the contacts stand outside the digest.
STATE_EDITION = 2

#: The sheets of the matrix workbook from which the next period continues, checksummed and read back; as they
#: are declared above.
STATE_TABLES = tuple(
    table
    for declared in list(globals().values())
    for table in (declared.values() if isinstance(declared, dict) else (declared,))
    if isinstance(table, Table) and table.read_back
)
