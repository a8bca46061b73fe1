"""评分办法: the weights on which 得分明细 and 评分排名 hang, and how each part is worked out, in plain words."""

from dataclasses import dataclass

from pipeline.workbooks.book import Book
from pipeline.workbooks.cells import Page
from pipeline.workbooks.table import Options, TableArea, text_height, write_table
from pipeline.workbooks.theme import ALARM
from schemas.columns import Kind, Table, column
from schemas.plan import Plan
from schemas.vocabulary import Dimension

RULES = Table(
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
    "报送": "按时报送占 40%（迟报减半，未报 0），数据行中没有错误的比例占 60%，两项之和 × 权重；本期没有报送的得 0 分。",
    "进步": "比上期缩小的差距 ÷ 上期差距 × 权重；退步算 0，已没有差距的得满分，单位第一期不计。",
}


@dataclass(frozen=True)
class RulesArea:
    """Where the weights stand, and the cells of the deduction rule, as formulas of other sheets name them."""

    weights: TableArea
    points_each: str
    points_max: str


def write_rules(page: Page, book: Book) -> RulesArea:
    """Write the weights, a line that says whether they sum to 100, the deduction rule and the score in words."""
    plan = book.plan
    rows = [
        {"part": part, "weight": weight, "explanation": _explain(part)} for part, weight in plan.part_weights.items()
    ]
    note = f"{book.period.label}　会议日期 {book.period.meeting}　黄底的数可以改，改后得分和名次随之改变"
    area = write_table(page, RULES, rows, note=note, options=Options(landscape=False))
    open_cell = page.theme.style("cell", align="center", bg_color="#FFF8DC", num_format="0")
    for row, entry in enumerate(rows, area.first_row):
        page.put(row, 1, entry["weight"], open_cell)
    _write_total(page, area)
    top = area.last_row + 4
    _write_deductions(page, plan, top)
    _write_words(page, plan, top + 4)
    return RulesArea(area, f"'{RULES.name}'!$B${top + 1}", f"'{RULES.name}'!$B${top + 2}")


def _explain(part: str) -> str:
    if part in tuple(Dimension):
        return f"“{part}”到位的事项数 ÷ 适用的事项数 × 权重；没有适用事项的不计。"
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


def _write_deductions(page: Page, plan: Plan, top: int) -> None:
    for index, text in enumerate(("扣分规则", "分值", "说明")):
        page.put(top, index, text, page.theme.style("header"))
    rows = (
        ("每条未销号督查问题扣", plan.deductions.points_each, "核查日期不晚于会议日期、尚未销号的，每条扣这么多分。"),
        ("每个单位最多扣", plan.deductions.points_max, "扣分合计不超过这个数。"),
    )
    text_style = page.theme.style("cell", text_wrap=True)
    for row, (label, points, why) in enumerate(rows, top + 1):
        page.put(row, 0, label, text_style)
        page.put(row, 1, points, page.theme.style("cell", align="center", bg_color="#FFF8DC", num_format="0"))
        page.put(row, 2, why, text_style)


def _write_words(page: Page, plan: Plan, row: int) -> None:
    lines = (
        "得分 = 100 × 各项得分之和 ÷ 计入项目的权重之和 − 扣分；最低 0 分，四舍五入到两位小数。不适用的项目分子、分母都不计。",
        "名次按得分从高到低，同分同名次，其后顺延（1、2、2、4）。从未报送的得 0 分，排在最后；经确认的零报告不参评。",
        f"适用事项不足 {plan.thresholds.small_sample} 项的标“小样本”；本期没有报送的沿用上期各表，标“沿用上期”，“报送”得 0 分。",
        "名次变化：↑ 表示比上期前进的位数，↓ 表示后退的位数。表扬、通报建议只供会议研究。",
    )
    width = sum(entry.width for entry in RULES.columns)
    for number, line in enumerate(lines, row):
        page.height(number, text_height(line, width))
        page.across(number, 0, 2, line, page.theme.style("body", text_wrap=True))
