"""工作简报 as finished Chinese prose, in the order of the notice's biweekly briefing.

总体情况, 评比排名, 表扬, 通报, 存在问题, 下步安排. Every sentence states what the figures of this meeting
show; where a cause or an experience is needed, a marked blank stays for a person of the office.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from pipeline.matrix import briefing_problems
from pipeline.matrix.briefing_words import (
    BLANK_CAUSE,
    BLANK_PRACTICE,
    change_of,
    day,
    listed,
    records,
    share,
    sublisted,
    verify_first,
)
from pipeline.matrix.proposals import CRITICISE, PRAISE
from pipeline.matrix.steps import steps
from pipeline.records import Briefing, BriefingSection, BriefingTable, Judgement, Previous
from schemas.plan import Period, Plan
from schemas.vocabulary import Change, Light, Receipt

if TYPE_CHECKING:
    import pandas as pd

_TABLE_ROWS = 40  # more units than this are in 评分表


def briefing(
    plan: Plan, period: Period, receipts: "pd.DataFrame", judgement: Judgement, previous: Previous | None
) -> Briefing:
    """The whole briefing of one meeting; receipts: RECEIPTS, one row = one unit of the plan."""
    sections = (
        BriefingSection(
            "一、总体情况",
            tuple(_overall(plan, period, receipts, judgement, previous)),
            _dimension_table(judgement),
        ),
        BriefingSection("二、评比排名", tuple(_ranking(judgement)), _ranking_table(judgement)),
        BriefingSection("三、工作亮点与表扬", tuple(_praise(judgement))),
        BriefingSection("四、通报批评", tuple(_criticism(judgement))),
        BriefingSection("五、存在问题", tuple(briefing_problems.problems(plan, judgement, previous))),
        BriefingSection("六、下步安排", tuple(briefing_problems.next_steps(plan, period, receipts, judgement))),
    )
    return Briefing(
        title=f"{plan.office.district}政务服务“应进必进”工作简报",
        issue=f"第{period.number}期（总第{period.number}期）",
        office=plan.office.name,
        issued_on=day(period.meeting),
        sections=sections,
        tail=(
            "报：区委、区政府",
            f"送：{plan.office.leader_post}，市专班办公室",
            "发：各成员单位",
            "（共印【请办公室填写】份）",
        ),
    )


def _overall(
    plan: Plan, period: Period, receipts: "pd.DataFrame", judgement: Judgement, previous: Previous | None
) -> Iterator[str]:
    yield _returns(period, receipts)
    yield _lights(judgement, previous)
    if previous is not None:
        yield _moves(plan, judgement, previous)


def _returns(period: Period, receipts: "pd.DataFrame") -> str:
    counts = {receipt: int((receipts["receipt"] == receipt).sum()) for receipt in Receipt}
    returned = counts[Receipt.ON_TIME] + counts[Receipt.LATE] + counts[Receipt.ZERO]
    words = (
        f"截至{day(period.meeting)}（第{period.number}期双周推进会），{len(receipts)}家成员单位中有{returned}家报送了"
        f"本期填报表，其中按时{counts[Receipt.ON_TIME]}家、迟报{counts[Receipt.LATE]}家、零报告{counts[Receipt.ZERO]}家"
    )
    missing = []
    if counts[Receipt.CARRIED]:
        missing.append(f"{counts[Receipt.CARRIED]}家没有报送本期填报表，沿用上期数据")
    if counts[Receipt.NEVER]:
        missing.append(f"{counts[Receipt.NEVER]}家从未报送")
    return "；".join([words, *missing]) + "。"


def _lights(judgement: Judgement, previous: Previous | None) -> str:
    board = judgement.unit_dimensions
    counts = {light: int((board["light"] == light).sum()) for light in Light}
    words = (
        f"在册政务服务事项{len(judgement.items)}项。按单位和进驻维度亮灯："
        + "、".join(f"{light}灯{counts[light]}盏" for light in (Light.GREEN, Light.YELLOW, Light.RED))
        + f"，灰灯（不适用或无事项）{counts[Light.GREY]}盏"
    )
    if previous is not None:
        before = int((previous.unit_dimensions["light"] == Light.RED).sum())
        words += f"；红灯{change_of(counts[Light.RED] - before, '盏')}"
    return f"{words}。各维度到位情况见下表。"


def _moves(plan: Plan, judgement: Judgement, previous: Previous) -> str:
    changes = judgement.changes["change"]
    new_items = int((judgement.items["change"] == Change.NEW_ITEM).sum())
    words = (
        f"与第{previous.period}期相比，新增到位{int((changes == Change.NEWLY_DONE).sum())}项次，"
        f"倒退{int((changes == Change.BACKWARD).sum())}项次，新增事项{new_items}项，"
        f"减少事项{int((changes == Change.GONE).sum())}项"
    )
    moved = steps(plan, judgement, previous)
    ahead = [step for step in sorted(moved, key=lambda step: -step.points) if step.points > 0][:3]
    if ahead:
        words += "；加权到位率提高最多的是" + "、".join(
            f"{step.unit}（由{share(step.before)}升到{share(step.now)}）" for step in ahead
        )
    return f"{words}。"


def _dimension_table(judgement: Judgement) -> BriefingTable:
    board = judgement.unit_dimensions
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
    return BriefingTable("各维度到位情况（单位：项、盏）", header, tuple(rows))


def _ranking(judgement: Judgement) -> Iterator[str]:
    ranking = judgement.ranking
    ranked = [row for row in records(ranking) if row["rank"] is not None]
    if not ranked:
        yield "本期没有参评单位。"
        return
    scores = [float(row["score"]) for row in ranked]
    words = (
        f"本期{len(ranked)}家单位参评，平均得分{sum(scores) / len(scores):.2f}分，"
        f"最高{max(scores):.2f}分，最低{min(scores):.2f}分"
    )
    outside = [row["unit"] for row in records(ranking) if row["rank"] is None]
    if outside:
        words += f"；{listed(outside)}确认没有适用事项，不参评"
    yield f"{words}。"
    risen = [row for row in ranked if isinstance(row["rank_change"], int) and row["rank_change"] > 0]
    if risen:
        best = sorted(risen, key=lambda row: -row["rank_change"])[:3]
        yield "名次上升较多的有" + "、".join(f"{row['unit']}（上升{row['rank_change']}位）" for row in best) + "。"


def _ranking_table(judgement: Judgement) -> BriefingTable:
    shown = records(judgement.ranking.head(_TABLE_ROWS))
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
    left_out = len(judgement.ranking) - len(shown)
    title = "评分排名" + (f"（前{len(shown)}名，其余{left_out}家见评分表）" if left_out else "")
    return BriefingTable(title, ("名次", "单位", "得分", "比上期", "标记"), rows)


def _rank_change(row: dict[str, Any]) -> str:
    change = row["rank_change"]
    if not isinstance(change, int):
        return "—"
    return f"升{change}" if change > 0 else f"降{-change}" if change < 0 else "持平"


def _praise(judgement: Judgement) -> Iterator[str]:
    rows = records(judgement.proposals[judgement.proposals["kind"] == PRAISE])
    named = [row for row in rows if row["unit"] is not None]
    if not named:
        yield "按评比办法，本期没有单位符合表扬建议的条件。"
        return
    yield f"根据评比结果，建议对以下{len(named)}家单位予以表扬（由会议研究确定）："
    doubts = Counter(judgement.to_verify["unit"])
    yield from sublisted(
        f"{row['unit']}：{row['reason']}。经验做法：{BLANK_PRACTICE}{verify_first(doubts[row['unit']])}"
        for row in named
    )
    yield from (f"{row['reason']}。" for row in rows if row["unit"] is None)


def _criticism(judgement: Judgement) -> Iterator[str]:
    rows = records(judgement.proposals[judgement.proposals["kind"] == CRITICISE])
    if not rows:
        yield "本期没有单位列入通报建议。"
        return
    yield f"建议对以下{len(rows)}家单位予以通报（由会议研究确定）："
    yield from sublisted(f"{row['unit']}：{row['reason']}。{BLANK_CAUSE}" for row in rows)
