"""2-评分表_第{NN}期.xlsx: ranking, every part of every score, the weights, and the proposals.

Scores are live: 得分明细 looks its weights up in 评分办法, 评分排名 sums 得分明细, so that a changed
weight changes the ranking. Only functions that Excel 2010, WPS and LibreOffice share are used. Each
formula carries the value that the program computed. Source: contract §7, §8, 2.

评分办法: the weights on which 得分明细 and 评分排名 hang, and how each part is worked out, in plain words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.write.kit.cells import Page, letter
from pipeline.write.kit.document import document, sheet_link
from pipeline.write.kit.table import Options, TableArea, area_of, text_height, write_table
from pipeline.write.kit.theme import ALARM
from pipeline.write.lists import narrowed
from pipeline.write.matrix import unit_addresses
from pipeline.write.trials import ROBUSTNESS, TRIALS, range_formula, write_robustness, write_trials
from schemas.columns import Column, Kind, Table, column
from schemas.dimensions import Dimension
from schemas.plan import Plan
from schemas.tables import (
    DECISIONS,
    DECISIONS_LOST,
    MATRIX,
    RANKING_HEAD,
    RANKING_TAIL,
    RECEIPTS,
    SCORE_PARTS,
    UNIT_SUMMARY,
)
from schemas.words import DECISION, Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

RULES_TABLE = Table(
    "score_rules",
    "评分办法",
    (
        column("part", "项目", Kind.NAME, width=26),
        column("weight", "权重", Kind.INTEGER, width=10),
        column("explanation", "怎么算", width=84),
    ),
    title="评分办法",
)
_TOTAL = 100
_OTHER_PARTS = {
    "自查": "九个问题中答案理想、且与填报和督查不矛盾的题数 ÷ 9 × 权重。",
    "任务": "已完成的任务数 ÷ 计划完成日期不晚于会议日期的任务数 × 权重；没有到期任务的不计，没有任务清单的得 0 分。",
    "报送": "按时报送占 40%（迟报减半，未报 0），数据行中没有错误的比例占 60%，两项之和 × 权重；没有一行数据的，这 60% 得 0；本期没有报送的得 0 分。",
    "进步": "前后两期都在册的事项（含漏报），比上期缩小的差距 ÷ 上期差距 × 权重；退步算 0，已没有差距的得满分，本期没有报送的得 0 分，单位第一期不计。",
}


@dataclass(frozen=True)
class RulesArea:
    """Where the weights stand, and the cells of the deduction rule, as formulas of other sheets name them."""

    weights: TableArea
    points_each: str
    points_max: str


def write_rules(page: Page, meeting: Meeting) -> RulesArea:
    """Write the weights, a line that says whether they sum to 100, the deduction rule and the score in words."""
    plan = meeting.plan
    rows = [
        {"part": part, "weight": weight, "explanation": _explain(part)} for part, weight in plan.part_weights.items()
    ]
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　黄底的数可以改，改后得分和名次随之改变"
    options = Options(number_formats={"weight": "0"}, fills={"weight": "#FFF8DC"}, landscape=False)
    area = write_table(page, RULES_TABLE, rows, note=note, options=options)
    _write_total(page, area)
    top = area.last_row + 4
    _write_deductions(page, meeting, top)
    _write_words(page, plan, top + 4)
    return RulesArea(area, f"'{RULES_TABLE.name}'!$B${top + 1}", f"'{RULES_TABLE.name}'!$B${top + 2}")


def _explain(part: str) -> str:
    if part in tuple(Dimension):
        return f"“{part}”到位的事项数 ÷（适用的事项数 + 封面计入而没有列出的事项数）× 权重；两者都没有的不计。"
    return _OTHER_PARTS[part]


def _write_total(page: Page, area: TableArea) -> None:
    """One line below the table, not in it: whoever reads the table must not take a sum for a part."""
    row = area.last_row + 2
    total = f"SUM({area.cells('weight')})"
    formula = (
        f'=IF({total}={_TOTAL},"权重合计 {_TOTAL}，符合要求。","权重合计 "&{total}&"，不是 {_TOTAL}，请调整后再用。")'
    )
    style = page.theme.style("body", bold=True)
    page.across(row, 0, 2, "", style)
    page.formula(row, 0, formula, style, f"权重合计 {_TOTAL}，符合要求。")
    alarm = page.theme.raw({"font_color": ALARM, "bg_color": "#FDE9E7"})
    rule = {"type": "formula", "criteria": f"={total}<>{_TOTAL}", "format": alarm}
    page.conditional((row, 0, row, 2), rule)


def _write_deductions(page: Page, meeting: Meeting, top: int) -> None:
    plan = meeting.plan
    most = "汇总时一个区最多扣这个数乘以它的单位数。" if meeting.members else "扣分合计不超过这个数。"
    for index, text in enumerate(("扣分规则", "分值", "说明")):
        page.put(top, index, text, page.theme.style("header"))
    rows = (
        ("每条未销号督查问题扣", plan.deductions.points_each, "核查日期不晚于会议日期、尚未销号的，每条扣这么多分。"),
        ("每个单位最多扣", plan.deductions.points_max, most),
    )
    text_style = page.theme.style("cell", text_wrap=True)
    for row, (label, points, why) in enumerate(rows, top + 1):
        page.put(row, 0, label, text_style)
        page.put(row, 1, points, page.theme.style("cell", align="center", bg_color="#FFF8DC", num_format="0"))
        page.put(row, 2, why, text_style)


def _write_words(page: Page, plan: Plan, row: int) -> None:
    lines = (
        "得分 = 100 × 各项得分之和 ÷ 计入项目的权重之和 − 扣分 + 加减分；最低 0 分、最高 100 分，四舍五入到两位小数。不适用的项目分子、分母都不计。",
        "名次按得分从高到低，同分同名次，其后顺延（1、2、2、4）。从未报送的得 0 分，排在最后；没有适用事项又经确认的零报告不参评，没有得分和名次。",
        f"适用事项不足 {plan.thresholds.small_sample} 项的标“小样本”；本期没有报送的沿用上期各表，标“沿用上期”，“报送”得 0 分。",
        "名次变化：↑ 表示比上期前进的位数，↓ 表示后退的位数。名次区间：各项权重轮流减两成、增两成（其余按比例补足 100）时最好和最差的名次，见“稳健性”。",
        "改权重后，得分、名次、名次区间、“稳健性”和“权重试算”随之改变；“进步”的分子、分母（按工作方案的权重算出）和“表扬通报建议”不随之改变，定下来后请改工作方案再汇总。",
    )
    width = sum(entry.width for entry in RULES_TABLE.columns)
    for number, line in enumerate(lines, row):
        page.height(number, text_height(line, width))
        page.across(number, 0, 2, line, page.theme.style("body", text_wrap=True))


RANKING, RULES = "评分排名", "评分办法"
_FIRST = 4  # the first data row of 评分排名
_NOT_RANKED = "不参评"
#: Parts whose numbers count rows of another sheet of the matrix than 总矩阵.
_COUNTED_ON = {"自查": "自查", "任务": "任务", "报送": RECEIPTS.name, "进步": UNIT_SUMMARY.name}
_ROOM_TO_ADD = 30  # rows below the proposals
_RISE = '"↑"0;"↓"0;"—"'


def write_scores(path: Path, meeting: Meeting) -> None:
    """Write the score workbook of one meeting."""
    title = f"评分表 {meeting.period.label}"
    author = meeting.plan.office.name
    with document(path, title=title, created=meeting.period.meeting, author=author, home=RANKING) as doc:
        names = (RANKING, SCORE_PARTS.name, RULES, DECISIONS.name, ROBUSTNESS, TRIALS, DECISIONS_LOST.name)
        ranking, parts, rules, proposals, robustness, trials, lost = (doc.sheet(name) for name in names)
        rules_area = write_rules(rules, meeting)
        parts_area = _write_parts(parts, meeting, rules_area)
        ranking_area = area_of(ranking_table(meeting), RANKING, len(meeting.ranking))
        trials_area = write_trials(trials, meeting, ranking_area, parts_area, rules_area.weights)
        _write_ranking(ranking, meeting, parts_area, rules_area, trials_area)
        _write_proposals(proposals, meeting)
        write_robustness(robustness, meeting, ranking_area, trials_area)
        _write_lost(lost, meeting)


def _note(meeting: Meeting, more: str) -> str:
    return f"{meeting.period.label}　会议日期 {meeting.period.meeting}　{more}"


def _write_parts(page: Page, meeting: Meeting, rules: RulesArea) -> TableArea:
    """得分明细: weights looked up, points worked out."""
    weight = rules.weights
    formulas: dict[str, Callable[[int], str]] = {
        "weight": lambda row: f"=SUMIF({weight.elsewhere('part')},$B{row},{weight.elsewhere('weight')})",
        "points": lambda row: f'=IF(N($D{row})=0,"",$E{row}*$C{row}/$D{row})',
    }
    options = Options(
        formulas=formulas,
        links={"part": _links_to_rows(meeting)},
        number_formats={"numerator": "General", "denominator": "General", "points": "0.00"},
        frozen=2,
        landscape=False,
    )
    note = _note(meeting, "得分 = 权重 × 分子 ÷ 分母；分子、分母空白的不适用，不计入；点项目看总矩阵中的依据")
    return write_table(page, SCORE_PARTS, meeting.score_parts, note=note, options=options)


def _links_to_rows(meeting: Meeting) -> list[str | None]:
    """For each row of 得分明细 the address of the unit's rows in the matrix that its numbers count."""
    parts = meeting.score_parts
    sheets = [_COUNTED_ON.get(part, MATRIX.name) for part in parts["part"]]
    addresses = unit_addresses(meeting, sheets)
    return [addresses[sheet].get(unit) for sheet, unit in zip(sheets, parts["unit"], strict=True)]


def ranking_table(meeting: Meeting) -> Table:
    """评分排名: one column a scoring part between the head and the tail."""
    parts = tuple(column(part, part, Kind.NUMBER, width=8) for part in meeting.plan.part_weights)
    columns = (*RANKING_HEAD, *parts, *RANKING_TAIL)
    return Table("ranking", RANKING, columns, title=f"{meeting.plan.office.district}政务服务“应进必进”评分排名")


def _write_ranking(page: Page, meeting: Meeting, parts: TableArea, rules: RulesArea, trials: TableArea) -> None:
    table, rows = ranking_table(meeting), meeting.ranking
    options = Options(
        formulas={
            **_ranking_formulas(table, list(meeting.plan.part_weights), len(rows), parts, rules),
            "deduction": _deductions(table, rules, [meeting.members.get(unit, 1) for unit in rows["unit"]]),
            "rank_range": range_formula(table, trials),
        },
        links=_links_to_parts(meeting, parts),
        number_formats={"rank_change": _RISE, "deduction": "0;-0;0", "bonus": "0.##;-0.##;0"},
        frozen=2,
        landscape=True,
    )
    told = "单位：分；点单位或得分看明细，改“评分办法”的权重，得分和名次随之改变（改后可按名次重新排序）"
    note = _note(meeting, f"{told}{'　' if meeting.caveat else ''}{meeting.caveat}")
    write_table(page, table, rows, note=note, options=options)


def _ranking_formulas(
    table: Table, part_names: list[str], count: int, parts: TableArea, rules: RulesArea
) -> dict[str, Callable[[int], str]]:
    """Column → Excel row → formula; every formula looks at its own row and at whole columns, never at a neighbour."""
    first = _FIRST
    at = {entry.name: _letters(table.columns, entry.name) for entry in table.columns}
    unit, part = parts.elsewhere("unit"), parts.elsewhere("part")
    points, weight, below = (parts.elsewhere(name) for name in ("points", "weight", "denominator"))
    last = max(first, first + count - 1)
    scores, marks = (f"${at[name]}${first}:${at[name]}${last}" for name in ("score", "marks"))
    others = f'--ISERROR(SEARCH("{_NOT_RANKED}",{marks})),--ISERROR(SEARCH("{Receipt.NEVER}",{marks}))'

    def of_part(name: str) -> Callable[[int], str]:
        own = f"{unit},${at['unit']}{{row}},{part},{at[name]}${first - 1}"
        return _formula(f'=IF(COUNTIFS({own},{below},">0")=0,"",SUMIFS({points},{own}))')

    possible = f'SUMIFS({weight},{unit},${at["unit"]}{{row}},{below},">0")'
    earned = f"SUM(${at[part_names[0]]}{{row}}:${at[part_names[-1]]}{{row}})"
    own_marks, own_score = f"${at['marks']}{{row}}", f"${at['score']}{{row}}"
    never = f'ISNUMBER(SEARCH("{Receipt.NEVER}",{own_marks}))'
    whole = f"IF({possible}=0,0,100*{earned}/MAX({possible},1))-${at['deduction']}{{row}}+N(${at['bonus']}{{row}})"
    score = f"MIN(100,MAX(0,ROUND(ROUND({whole},9),2)))"
    not_ranked = f'ISNUMBER(SEARCH("{_NOT_RANKED}",{own_marks}))'
    rank = f"1+SUMPRODUCT(--({scores}>{own_score}),{others})"
    before, now = f"${at['rank_before']}{{row}}", f"${at['rank']}{{row}}"
    return {
        **{name: of_part(name) for name in part_names},
        "score": _formula(f'=IF({not_ranked},"",IF({never},0,{score}))'),
        "rank": _formula(f'=IF({not_ranked},"",IF({never},1+SUMPRODUCT({others}),{rank}))'),
        "rank_change": _formula(f'=IF(OR({before}="",{now}=""),"",{before}-{now})'),
    }


def _deductions(table: Table, rules: RulesArea, members: list[int]) -> Callable[[int], str]:
    """扣分; a district may lose as much as all its units together."""
    found = f"${_letters(table.columns, 'open_findings')}"

    def formula(row: int) -> str:
        times = members[row - _FIRST]
        most = rules.points_max if times == 1 else f"{rules.points_max}*{times}"
        return f"=MIN({most},{rules.points_each}*N({found}{row}))"

    return formula


def _formula(pattern: str) -> Callable[[int], str]:
    return lambda row: pattern.replace("{row}", str(row))


def _letters(columns: tuple[Column, ...], name: str) -> str:
    return letter([entry.name for entry in columns].index(name))


def _links_to_parts(meeting: Meeting, area: TableArea) -> dict[str, list[str | None]]:
    """For 单位 and 得分 the address of the unit's first row in 得分明细, for each part that of its own row."""
    at: dict[tuple[str, str], str] = {}
    units, parts = (meeting.score_parts[name] for name in ("unit", "part"))
    for row, (unit, part) in enumerate(zip(units, parts, strict=True), area.first_row):
        at[unit, part] = sheet_link(area.sheet, f"A{row}")
        at.setdefault((unit, ""), at[unit, part])
    ranked = meeting.ranking["unit"].tolist()
    columns = {"unit": "", "score": "", **{part: part for part in meeting.plan.part_weights}}
    return {name: [at.get((unit, part)) for unit in ranked] for name, part in columns.items()}


def _write_proposals(page: Page, meeting: Meeting) -> None:
    """表扬通报建议: proposals with their reasons, and room for what the meeting decides."""
    table = narrowed(DECISIONS, {"reason": 66})
    note = _note(meeting, "以下由程序按评分办法提出，供会议研究，由会议决定；没有提出的单位，可在下面加一行")
    area = write_table(page, table, meeting.decisions, note=note, options=Options(landscape=True))
    if not len(meeting.decisions):
        page.put(area.first_row, 0, "本期没有表扬、通报建议。", page.theme.style("note"))
    column = list(area.letters).index("decision")
    choices: dict[str, object] = {"validate": "list", "source": list(DECISION.values), "error_type": "information"}
    page.validation((area.first_row, column, area.last_row + _ROOM_TO_ADD, column), choices)


def _write_lost(page: Page, meeting: Meeting) -> None:
    """历史批示 of this workbook, which does not circulate."""
    rows = meeting.decisions_lost
    note = _note(meeting, f"共 {len(rows)} 条")
    area = write_table(page, DECISIONS_LOST, rows, note=note, options=Options(printed="written_in", landscape=True))
    if not len(rows):
        page.put(area.first_row, 0, "没有历史批示。", page.theme.style("note"))
