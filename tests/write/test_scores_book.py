"""The score workbook: live formulas that give what the program computed, and follow a changed weight.

Four units: 甲 is best; 乙 and 丙 tie; 丁 confirmed that it has no item; 戊 never reported.
"""

from dataclasses import replace
from fractions import Fraction

import pytest
from openpyxl import load_workbook
from reading import column_values, columns_of, formulas_of, needs_office, recalculated, same_value

from pipeline.judge.robustness import rank_ranges, tried
from pipeline.judge.scores import Share, not_applicable, ranking_frame, score_parts, standings
from pipeline.write.scores import write_scores
from schemas.plan import load_plan
from schemas.tables import DECISIONS, PROPOSALS
from tests.write.fakes import empty, fake_book, frame, knowing

UNITS = ("甲局", "乙局", "丙局", "丁局", "戊局")
PLAN = load_plan({"units": [{"id": f"U{n}", "name": name} for n, name in enumerate(UNITS, 1)]})
PARTS = ("事项", "窗口", "环节", "人员", "授权", "系统", "自查", "任务", "报送", "进步")


def share(numerator: int, denominator: int) -> Share:
    return Share("", numerator, denominator)


#: 甲 20+5+15+10+10+0+5+5+10 of 95 (进步 does not apply) = 80 → 84.21; one open finding: 82.21.
#: 乙, 丙: half of everything = 50.00. 丁: only 报送 applies. 戊: 0 of 25.
SHARES = {
    "甲局": dict.fromkeys(PARTS, share(1, 1))
    | {"系统": share(0, 3), "任务": share(1, 2), "进步": not_applicable("第一期")},
    "乙局": dict.fromkeys(PARTS, share(1, 2)),
    "丙局": dict.fromkeys(PARTS, share(2, 4)),
    "丁局": dict.fromkeys(PARTS, not_applicable("没有适用事项")) | {"报送": share(1, 1)},
    "戊局": dict.fromkeys(PARTS, not_applicable("没有适用事项"))
    | {"自查": share(0, 9), "任务": share(0, 1), "报送": share(0, 1)},
}
MARKS = {"甲局": (), "乙局": ("小样本",), "丙局": (), "丁局": ("不参评",), "戊局": ("未报送",)}


@pytest.fixture(scope="module")
def run():
    shares = {(unit, part): SHARES[unit][part] for unit in UNITS for part in PARTS}
    found = standings(PLAN, shares, {"甲局": 1, "戊局": 9}, MARKS)
    tries = tried(PLAN, shares, found)
    book = fake_book()
    rows = [
        {"kind": "表扬建议", "reason": "符合表扬条件的单位只有 0 个，不足 2 个，请会议研究"},
        {"kind": "通报建议", "unit": "戊局", "score": 0.0, "rank": 4, "reason": "从未报送"},
    ]
    return knowing(
        replace(book, plan=PLAN),
        score_parts=score_parts(PLAN, shares),
        shares=shares,
        standings=found,
        ranking=ranking_frame(PLAN, found, shares, {}, rank_ranges(found, tries)).assign(
            rank_before=[2, 1, 3, None, 4], rank_change=[1, -1, 1, None, 0]
        ),
        proposals=frame(PROPOSALS, rows),
        decisions=frame(DECISIONS, rows),
    )


@pytest.fixture(scope="module")
def path(run, tmp_path_factory):
    target = tmp_path_factory.mktemp("scores") / "2-评分表_第03期.xlsx"
    write_scores(target, run)
    return target


def values(book, title):
    return column_values(book["评分排名"], title)


def test_sheets_and_titles(path):
    book = load_workbook(path)
    assert [sheet.title for sheet in book] == [
        "评分排名",
        "得分明细",
        "评分办法",
        "表扬通报建议",
        "稳健性",
        "权重试算",
        "历史批示",
    ]
    head = ["名次", "单位", "得分", "上期名次", "名次变化", "名次区间", *PARTS, "扣分", "加减分", "标记"]
    assert list(columns_of(book["评分排名"]))[: len(head)] == head
    assert list(columns_of(book["得分明细"]))[:6] == ["单位", "项目", "分子", "分母", "权重", "得分"]
    assert list(columns_of(book["评分办法"]))[:2] == ["项目", "权重"]


def test_the_cached_values_are_those_the_program_computed(path):
    book = load_workbook(path, data_only=True)
    assert values(book, "单位") == ["甲局", "乙局", "丙局", "丁局", "戊局"]
    assert values(book, "名次") == [1, 2, 2, None, 4]
    assert values(book, "得分") == [82.21, 50, 50, None, 0]
    assert values(book, "名次变化") == [1, -1, 1, None, 0]
    assert values(book, "扣分") == [2, 0, 0, 0, 10]
    assert values(book, "事项") == [20, 10, 10, None, None]
    assert values(book, "名次区间") == ["1", "2", "2", None, "4"]
    assert column_values(book["稳健性"], "事项") == [None] * 5
    # 系统 8 with 92 of 90 for the others: 80 × 92 ÷ 90 of 85 × 92 ÷ 90 + 8 → 86.18 − 2
    assert column_values(book["权重试算"], "系统减")[:3] == [84.18, 50, 50]


def test_the_weights_stand_in_one_place_and_sum_to_100(path):
    book = load_workbook(path)
    rows = [[cell.value for cell in row[:2]] for row in book["评分办法"].iter_rows(min_row=4, max_row=13)]
    assert rows == [list(entry) for entry in PLAN.part_weights.items()]
    assert book["评分办法"]["A14"].value is None
    assert book["得分明细"]["E4"].value == "=SUMIF('评分办法'!$A$4:$A$13,$B4,'评分办法'!$B$4:$B$13)"
    assert load_workbook(path, data_only=True)["评分办法"]["A15"].value == "权重合计 100，符合要求。"


def test_formulas_use_only_functions_that_every_office_has(path):
    import re

    used = {
        name for formula in formulas_of(load_workbook(path)).values() for name in re.findall(r"([A-Z.]+)\(", formula)
    }
    assert used <= {
        "IF", "OR", "MAX", "MIN", "ROUND", "SUM", "SUMIF", "SUMIFS", "COUNTIFS", "SUMPRODUCT", "N", "SEARCH", "ISNUMBER", "ISERROR", "INDEX", "MATCH", "RANK", "AND",
    }  # fmt: skip


@needs_office
def test_every_recalculated_value_is_the_cached_one(path, tmp_path):
    cached, fresh = load_workbook(path, data_only=True), recalculated(path, tmp_path)
    formulas = formulas_of(load_workbook(path))
    assert len(formulas) == 50 * 2 + 5 * (len(PARTS) + 5) + 1 + 5 * (6 + 4 * len(PARTS)) + 5 * (2 + len(PARTS))
    different = [at for at in formulas if not same_value(cached[at[0]][at[1]].value, fresh[at[0]][at[1]].value)]
    assert different == []


@needs_office
def test_a_changed_weight_changes_scores_and_ranks(path, tmp_path):
    # 事项 worth nothing, 系统 worth 90: 甲 gets 60 of 155 → 38.71 − 2, 乙 and 丙 still half of everything
    book = recalculated(path, tmp_path, {("评分办法", "B4"): 0, ("评分办法", "B9"): 90})
    assert values(book, "得分") == [float(round(Fraction(6000, 155) - 2, 2)), 50, 50, None, 0]
    assert values(book, "名次") == [3, 1, 1, None, 4]
    assert values(book, "名次变化") == [-1, 0, 2, None, 0]
    assert book["评分办法"]["A15"].value == "权重合计 160，不是 100，请调整后再用。"


@needs_office
def test_a_changed_weight_moves_the_range_of_ranks(path, tmp_path):
    # 事项 and 环节 nothing, 系统 45: 甲 has 45 of 95 → 45.37; with 36, and 64 of 55 for the others, 52.36 of 94.18 → 53.60
    book = recalculated(path, tmp_path, {("评分办法", "B4"): 0, ("评分办法", "B6"): 0, ("评分办法", "B9"): 45})
    assert values(book, "名次") == [3, 1, 1, None, 4]
    assert values(book, "名次区间") == ["1–3", "1–2", "1–2", None, "4"]
    assert column_values(book["稳健性"], "系统") == ["1／3", "2／1", "2／1", None, None]


@needs_office
def test_a_changed_deduction_rule_changes_scores(path, tmp_path):
    rules = load_workbook(path)["评分办法"]
    row = next(row for row in range(14, 30) if rules.cell(row, 1).value == "每条未销号督查问题扣")
    book = recalculated(path, tmp_path, {("评分办法", f"B{row}"): 5})
    assert values(book, "扣分") == [5, 0, 0, 0, 10]
    assert values(book, "得分")[0] == 79.21


def test_each_unit_leads_to_its_parts(path):
    book = load_workbook(path)
    assert [book["评分排名"].cell(row, 2).hyperlink.location for row in (4, 5)] == ["'得分明细'!A4", "'得分明细'!A14"]
    assert book["得分明细"]["A14"].value == "乙局"


def test_proposals_are_for_the_meeting_to_decide(path):
    sheet = load_workbook(path)["表扬通报建议"]
    assert list(columns_of(sheet)) == ["类别", "单位", "得分", "名次", "理由", "会议决定", "备注", "其他批注"]
    assert sheet["E4"].value == "符合表扬条件的单位只有 0 个，不足 2 个，请会议研究"
    assert column_values(sheet, "会议决定") == [None, None]
    assert "供会议研究" in sheet["A1"].value


def test_without_proposals_the_sheet_says_so(run, tmp_path):
    nothing = knowing(run, proposals=empty(PROPOSALS), decisions=empty(DECISIONS))
    write_scores(tmp_path / "x.xlsx", nothing)
    assert load_workbook(tmp_path / "x.xlsx")["表扬通报建议"]["A4"].value == "本期没有表扬、通报建议。"


def test_the_same_run_gives_the_same_bytes(run, path, tmp_path):
    write_scores(tmp_path / "again.xlsx", run)
    assert (tmp_path / "again.xlsx").read_bytes() == path.read_bytes()
