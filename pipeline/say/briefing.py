"""工作简报 as finished Chinese prose, in the order of the notice's biweekly briefing.

总体情况, 评比排名, 表扬, 通报, 存在问题, 下步安排. Every sentence states what the figures of this meeting
show; where a cause or an experience is needed, a marked blank stays for a person of the office.

存在问题 and 下步安排 of the 工作简报: what is red, stuck, contradicted or due, in figures.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import fmean
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge.proposals import TRANSFER
from pipeline.judge.tracking import SOLVED
from pipeline.records import Paper, PaperSection, PaperTable
from pipeline.say.phrases import BLANK_CAUSE, change_of, day, listed, share, sublisted
from pipeline.say.verdicts import criticism, is_final, praise
from schemas.dimensions import NO_APPROVALS
from schemas.figures import records
from schemas.plan import Period
from schemas.words import Change, Clearance, Escalation, Light, Receipt, Suspicion

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_LONG_OPEN = 2  # periods
BLANK_STEPS = "【请办公室补充其他安排】"


def problems(meeting: Meeting) -> Iterator[str]:
    """The paragraphs of 存在问题, one a kind of problem that the figures show; causes are left blank."""
    found = [
        *_red_units(meeting),
        *_late_tasks(meeting),
        *_backward(meeting),
        *_contradicted(meeting),
        *_suspicions(meeting),
        *_stuck_problems(meeting),
    ]
    if not found:
        yield "从本期数据看，没有红灯、逾期、倒退和久拖未决的问题。"
    yield from sublisted(found)


def _red_units(meeting: Meeting) -> Iterator[str]:
    board = meeting.unit_dimensions
    red = board[board["light"] == Light.RED]
    if len(red):
        by_dimension = [f"{dimension}{len(rows)}家" for dimension, rows in red.groupby("dimension", sort=False)]
        units = [f"{unit}（{'、'.join(rows['dimension'])}）" for unit, rows in red.groupby("unit", sort=False)]
        yield f"进驻滞后。{len(units)}家单位亮红灯（{'、'.join(by_dimension)}）：{listed(units)}。{BLANK_CAUSE}"
    long = list(dict.fromkeys(board.loc[board["escalation"] == Escalation.INTERVIEW, "unit"]))
    if long:
        yield f"久拖不改。{len(long)}家单位有维度连续三期以上红灯：{listed(long)}。{BLANK_CAUSE}"


def _late_tasks(meeting: Meeting) -> Iterator[str]:
    late = meeting.tasks[meeting.tasks["light"] == Light.RED]
    if len(late):
        units = list(dict.fromkeys(late["unit"]))
        yield f"任务逾期。{len(units)}家单位共{len(late)}项任务逾期未完成：{listed(units)}。{BLANK_CAUSE}"


def _backward(meeting: Meeting) -> Iterator[str]:
    changes = meeting.changes
    backward = changes[changes["change"] == Change.BACKWARD]
    if len(backward):
        units = list(dict.fromkeys(backward["unit"]))
        yield f"出现倒退。{len(units)}家单位有{len(backward)}项次比上期倒退：{listed(units)}。{BLANK_CAUSE}"
    gone = changes[changes["change"] == Change.GONE]
    if meeting.previous is not None and len(gone):
        units = list(dict.fromkeys(gone["unit"]))
        yield f"事项减少。{len(units)}家单位减少事项{len(gone)}项：{listed(units)}。{BLANK_CAUSE}"


def _contradicted(meeting: Meeting) -> Iterator[str]:
    rows = meeting.contradictions[meeting.contradictions["contradictory"] > 0]
    if len(rows):
        count, units = int(rows["contradictory"].sum()), rows["unit"].tolist()
        yield f"自报不实。督查发现的问题中有{count}条与单位自报相互矛盾，涉及{listed(units)}。{BLANK_CAUSE}"
    clues = meeting.proposals[meeting.proposals["kind"] == TRANSFER]
    if len(clues):
        yield f"督查发现“明进暗不进”{len(clues)}条未销号，是否移交由会议研究。"


def _suspicions(meeting: Meeting) -> Iterator[str]:
    items = meeting.matrix
    for suspicion in (Suspicion.HOLLOW_PRESENCE, Suspicion.OUTSIDE_LOOP):
        doubtful = items[items["suspicions"].fillna("").str.contains(suspicion.value, regex=False)]
        if len(doubtful):
            units = list(dict.fromkeys(doubtful["unit"]))
            yield f"{suspicion}。{len(units)}家单位的{len(doubtful)}项事项填报前后不一，有待核实：{listed(units)}。"


def _stuck_problems(meeting: Meeting) -> Iterator[str]:
    stuck = _stuck(meeting)
    if stuck:
        owners = list(dict.fromkeys(str(row["owner_unit"] or row["unit"]) for row in stuck))
        yield f"问题久拖未决。{len(stuck)}个派发问题超过两期仍未解决，责任单位：{listed(owners)}。{BLANK_CAUSE}"


def _stuck(meeting: Meeting) -> list[dict[str, object]]:
    return [
        row
        for row in records(meeting.problems)
        if row["state"] != SOLVED and int(row["periods_open"] or 0) > _LONG_OPEN
    ]


def next_steps(meeting: Meeting) -> Iterator[str]:
    """The paragraphs of 下步安排: what the figures call for, then a blank for the office."""
    yield from sublisted([*_called_for(meeting), BLANK_STEPS])


def _called_for(meeting: Meeting) -> Iterator[str]:
    silent = meeting.receipts.loc[meeting.receipts["receipt"].isin((Receipt.NEVER, Receipt.CARRIED)), "unit"].tolist()
    if silent:
        yield f"抓紧补报。{listed(silent)}尽快补报本期填报表。"
    wrong = meeting.receipts.loc[meeting.receipts["errors"].fillna(0).astype(int) > 0, "unit"].tolist()
    if wrong:
        yield f"改正填报。{listed(wrong)}按退回清单改正错误后重报。"
    yield from _deadlines(meeting)
    stuck = _stuck(meeting)
    if stuck:
        owners = list(dict.fromkeys(str(row["owner_unit"] or row["unit"]) for row in stuck))
        yield f"销号问题。{listed(owners)}对超过两期未解决的{len(stuck)}个问题逐个明确办结日期。"


def _deadlines(meeting: Meeting) -> Iterator[str]:
    """One sentence a deadline that still lies open or has passed with items not 到位."""
    board = meeting.unit_dimensions
    deadlines = dict.fromkeys(entry.deadline for entry in meeting.plan.dimensions if entry.deadline and entry.scored)
    for deadline in sorted(filter(None, deadlines)):
        rows = board[board["deadline"] == deadline]
        missing = int(rows["applicable"].sum()) - int(rows["done"].sum())
        if not missing:
            continue
        dimensions = "、".join(dict.fromkeys(rows["dimension"]))
        days = (deadline - meeting.period.meeting).days
        when = f"距时限{day(deadline)}还有{days}天" if days >= 0 else f"已逾时限{day(deadline)}{-days}天"
        yield f"对照时限。{dimensions}{when}，尚有{missing}项次未到位，有关单位按计划完成日期逐项销号。"


DRAFT = "（征求意见稿）"  # until the meeting has decided
_TABLE_ROWS = 40  # more units than this are in 评分表


def briefing(meeting: Meeting) -> Paper:
    """The whole briefing of one meeting."""
    sections = (
        PaperSection("一、总体情况", tuple(_overall(meeting)), _dimension_table(meeting)),
        PaperSection("", tuple(_no_approvals(meeting)), _no_approval_table(meeting)),
        PaperSection("二、评比排名", tuple(_ranking(meeting)), _ranking_table(meeting)),
        PaperSection("三、工作亮点与表扬", tuple(praise(meeting))),
        PaperSection("四、通报批评", tuple(criticism(meeting))),
        PaperSection("五、存在问题", tuple(problems(meeting))),
        PaperSection("六、下步安排", tuple(next_steps(meeting))),
    )
    return Paper(
        masthead=f"{meeting.plan.office.district}政务服务“应进必进”工作简报",
        issue=f"第{meeting.period.number}期（总第{meeting.period.number}期）",
        subtitle="" if is_final(meeting) else DRAFT,
        office=meeting.plan.office.name,
        issued_on=day(meeting.period.meeting),
        sections=sections,
        tail=(
            "报：区委、区政府",
            f"送：{meeting.plan.office.leader_post}，市专班办公室",
            "发：各成员单位",
            "（共印【请办公室填写】份）",
        ),
    )


def _overall(meeting: Meeting) -> Iterator[str]:
    yield _returns(meeting.period, meeting.receipts)
    yield _lights(meeting)
    if meeting.previous is not None:
        yield _moves(meeting)
    if meeting.matter_progress.total:
        yield _matters(meeting)
    if meeting.caveat:
        yield meeting.caveat


def _matters(meeting: Meeting) -> str:
    """How what the meetings before decided has been carried out."""
    stand = meeting.matter_progress
    words = (
        f"以前议定、领导批示和承诺的事项{stand.total}件，已办结{stand.closed}件，"
        f"单位自报办结待核实{stand.claimed}件，逾期{stand.overdue}件"
    )
    rows = meeting.matter_rows
    late = list(dict.fromkeys(rows.loc[rows["light"] == Light.RED, "unit"]))
    return f"{words}{f'（{listed(late)}）' if late else ''}。"


def _returns(period: Period, receipts: pd.DataFrame) -> str:
    counts = {receipt: int((receipts["receipt"] == receipt).sum()) for receipt in Receipt}
    returned = counts[Receipt.ON_TIME] + counts[Receipt.LATE] + counts[Receipt.ZERO]
    words = (
        f"截至{day(period.meeting)}（第{period.number}期双周推进会），{len(receipts)}家成员单位中有{returned}家报送了"
        f"本期填报表，其中按时{counts[Receipt.ON_TIME]}家、迟报{counts[Receipt.LATE]}家、零报告{counts[Receipt.ZERO]}家"
    )
    missing = []
    for receipt, said in ((Receipt.CARRIED, "没有报送本期填报表，沿用上期数据"), (Receipt.NEVER, "从未报送")):
        names = receipts.loc[receipts["receipt"] == receipt, "unit"].tolist()
        if names:
            missing.append(f"{len(names)}家{said}：{'、'.join(names)}")
    return "；".join([words, *missing]) + "。"


def _lights(meeting: Meeting) -> str:
    board = meeting.unit_dimensions
    counts = {light: int((board["light"] == light).sum()) for light in Light}
    words = (
        f"{meeting.matrix['unit'].nunique()}家单位在册政务服务事项{len(meeting.matrix)}项。按单位和进驻维度亮灯："
        + "、".join(f"{light}灯{counts[light]}盏" for light in (Light.GREEN, Light.YELLOW, Light.RED))
        + f"，灰灯（不适用或无事项）{counts[Light.GREY]}盏"
    )
    if meeting.previous is not None:
        before = int((meeting.previous.unit_dimensions["light"] == Light.RED).sum())
        words += f"；红灯{change_of(counts[Light.RED] - before, '盏')}"
    return f"{words}。各维度到位情况见下表。"


def _moves(meeting: Meeting) -> str:
    changes = meeting.changes["change"]
    new_items = int((meeting.matrix["change"] == Change.NEW_ITEM).sum())
    words = (
        f"与第{meeting.before.period}期相比，新增到位{int((changes == Change.NEWLY_DONE).sum())}项次，"
        f"倒退{int((changes == Change.BACKWARD).sum())}项次，新增事项{new_items}项，"
        f"减少事项{int((changes == Change.GONE).sum())}项"
    )
    moved = meeting.steps
    ahead = [step for step in moved if step.points > 0 and step.unit not in meeting.relabelled]
    ahead = sorted(ahead, key=lambda step: -step.points)[:3]
    if ahead:
        words += "；加权到位率提高最多的是" + "、".join(
            f"{step.unit}（由{share(step.before)}升到{share(step.now)}）" for step in ahead
        )
    return f"{words}。"


def _dimension_table(meeting: Meeting) -> PaperTable:
    board = meeting.unit_dimensions
    rows = []
    for dimension, of_dimension in board.groupby("dimension", sort=False):
        applicable, done = (int(of_dimension[name].sum()) for name in ("applicable", "done"))
        first = records(of_dimension.head(1))[0]
        lights = {light: str(int((of_dimension["light"] == light).sum())) for light in Light}
        rows.append(
            (
                str(dimension),
                str(applicable),
                str(done),
                share(done, applicable),
                share(first["expected"]),
                first["deadline"].isoformat() if isinstance(first["deadline"], date) else "—",
                lights[Light.GREEN],
                lights[Light.YELLOW],
                lights[Light.RED],
            )
        )
    header = ("维度", "适用", "到位", "到位率", "序时进度", "时限", "绿灯", "黄灯", "红灯")
    return PaperTable("各维度到位情况（单位：项、盏）", header, tuple(rows))


def _no_approvals(meeting: Meeting) -> Iterator[str]:
    """How many units have come to the 三个无审批, and who says so without its rows bearing it out."""
    rows = records(meeting.clearances)
    names = [one.name for one, _ in NO_APPROVALS]
    whole = [row["unit"] for row in rows if all(row[name] == Clearance.MET for name in names)]
    words = f"推动“三个无审批”，{len(rows)}家成员单位中{len(whole)}家三项全部达标"
    yield f"{words}。各项达标情况见下表。"
    doubtful = [row["unit"] for row in rows if any(row[name] == Clearance.DOUBTFUL for name in names)]
    if doubtful:
        yield f"{len(doubtful)}家单位自报达标但填报数据或督查结果不支持，列为存疑：{listed(doubtful)}。"


def _no_approval_table(meeting: Meeting) -> PaperTable:
    rows = []
    for one, _ in NO_APPROVALS:
        cells = meeting.clearances[one.name]
        counts = [int((cells == verdict).sum()) for verdict in Clearance]
        met = counts[list(Clearance).index(Clearance.MET)]
        rows.append((f"{one.title}无审批", *map(str, counts), share(met, len(cells))))
    return PaperTable("“三个无审批”达标情况（单位：家）", ("项目", *map(str, Clearance), "达标率"), tuple(rows))


def _ranking(meeting: Meeting) -> Iterator[str]:
    ranking = meeting.ranking
    ranked = [row for row in records(ranking) if row["rank"] is not None]
    if not ranked:
        yield "本期没有参评单位。"
        return
    scores = [float(row["score"]) for row in ranked]
    words = (
        f"本期{len(ranked)}家单位参评，平均得分{fmean(scores):.2f}分，最高{max(scores):.2f}分，最低{min(scores):.2f}分"
    )
    outside = [row["unit"] for row in records(ranking) if row["rank"] is None]
    if outside:
        words += f"；{listed(outside)}确认没有适用事项，不参评"
    yield f"{words}。"
    risen = [row for row in ranked if isinstance(row["rank_change"], int) and row["rank_change"] > 0]
    if risen:
        best = sorted(risen, key=lambda row: -row["rank_change"])[:3]
        yield "名次上升较多的有" + "、".join(f"{row['unit']}（上升{row['rank_change']}位）" for row in best) + "。"


def _ranking_table(meeting: Meeting) -> PaperTable:
    shown = records(meeting.ranking.head(_TABLE_ROWS))
    rows = tuple(
        (
            "—" if row["rank"] is None else str(row["rank"]),
            str(row["unit"]),
            "—" if row["rank"] is None else f"{float(row['score']):.2f}",
            _rank_change(row),
            str(row["marks"] or ""),
        )
        for row in shown
    )
    left_out = len(meeting.ranking) - len(shown)
    title = "评分排名" + (f"（前{len(shown)}名，其余{left_out}家见评分表）" if left_out else "")
    return PaperTable(title, ("名次", "单位", "得分", "比上期", "标记"), rows)


def _rank_change(row: dict[str, Any]) -> str:
    change = row["rank_change"]
    if not isinstance(change, int):
        return "—"
    return f"升{change}" if change > 0 else f"降{-change}" if change < 0 else "持平"
