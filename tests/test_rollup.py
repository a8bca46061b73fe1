"""汇总上报: districts judged as units are, traced to their workbooks, what cannot be read named."""

from dataclasses import replace
from shutil import copytree

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook

from pipeline.cli import main
from pipeline.write.rollup import DISTRICT_UNITS
from tests.office import MEETING, NEXT_MEETING, NEXT_PERIOD, PERIOD, PLAN, UNITS, Office, folder_bytes, plan_with

RESULT = f"汇总_第01期_{MEETING}"


def district(folder, name, *, but=(), period=PERIOD, **plan):
    """A district of six units that has held a meeting; its outputs folder."""
    plan = plan_with(office=replace(PLAN.office, district=name), **plan)
    office = Office(folder / name, period, plan).return_all(but=but)
    office.hold(anyway=True)  # in whatever period it is
    return office.outputs


@pytest.fixture(scope="module")
def districts(tmp_path_factory):
    folder = tmp_path_factory.mktemp("districts")
    return {name: district(folder, name, but=[UNITS[0]] if name == "乙区" else ()) for name in ("甲区", "乙区")}


def rolled_up(outputs, *named):
    result = CliRunner().invoke(main, ["rollup", *map(str, named), "--outputs", str(outputs), "--inputs", "没有"])
    return result.exit_code, result.stdout.splitlines(), result.stderr.splitlines()


def rows(path, sheet, titles_row=3):
    table = list(load_workbook(path, data_only=True)[sheet].iter_rows(values_only=True))
    return [dict(zip(table[titles_row - 1], row, strict=True)) for row in table[titles_row:]]


def test_counts_of_the_units_add_up_to_those_of_the_district(districts, tmp_path):
    code, said, _ = rolled_up(tmp_path, *districts.values())
    assert code == 0
    assert said[0] == f"第01期（会议日期 {MEETING}）汇总 2 个区、12 个单位、66 个事项"
    result = tmp_path / RESULT
    units = rows(result / "1-各区单位汇总_第01期.xlsx", DISTRICT_UNITS.name)
    board = {row["单位"]: row for row in rows(result / "3-红黄绿督办台账_第01期.xlsx", "单位红黄绿")}
    for name, items in (("甲区", 36), ("乙区", 30)):
        of_items = [row for row in units if row["区"] == name and row["维度"] == "事项"]
        done = sum(row["到位"] for row in of_items)
        assert sum(row["适用"] for row in of_items) == items
        assert f" {done}/{items} " in board[name]["事项"]
    ranking = rows(result / "2-评分表_第01期.xlsx", "评分排名")
    assert {row["单位"] for row in ranking} == {"甲区", "乙区"}


def test_what_a_district_has_and_lacks_is_summed_and_said(districts, tmp_path):
    """丙区: seven open findings cost 14 of at most 60; its units' covers count two items that no row shows."""
    office = Office(tmp_path / "丙区", PERIOD, plan_with(office=replace(PLAN.office, district="丙区"))).return_all()
    office.form(UNITS[1]).cover(事项总数=7).save()
    office.form(UNITS[2]).cover(事项总数=7).save()
    for number in range(7):
        office.inspect(UNITS[number % 3], item=number // 3, kind="明进暗不进")
    office.hold()
    rolled_up(tmp_path / "out", districts["甲区"], office.outputs)
    result = tmp_path / "out" / RESULT
    parts = rows(result / "2-评分表_第01期.xlsx", "得分明细")
    (items,) = (row for row in parts if (row["单位"], row["项目"]) == ("丙区", "事项"))
    assert items["分母"] == 36 + 2
    ranking = {row["单位"]: row for row in rows(result / "2-评分表_第01期.xlsx", "评分排名")}
    assert (ranking["丙区"]["扣分"], ranking["甲区"]["扣分"]) == (14, 0)
    formula = load_workbook(result / "2-评分表_第01期.xlsx")["评分排名"]
    assert "*6," in formula.cell(ranking["丙区"]["名次"] + 3, 17).value  # ten for each of its six units
    home = load_workbook(result / "3-红黄绿督办台账_第01期.xlsx")["首页"]
    texts = [str(cell) for row in home.iter_rows(values_only=True) for cell in row if cell is not None]
    assert {"丙区　未列 2 项", "丙区　没有销号的督查问题 7 条"} <= set(texts)
    assert any(text.startswith("各区单位红灯 ") and text.endswith("：丙区") for text in texts)
    assert any(text.startswith("丙区　事项：") for text in texts)
    assert not [text for text in texts if "没有需要" in text]
    proposals = rows(result / "2-评分表_第01期.xlsx", "表扬通报建议")
    assert "丙区" not in [row["单位"] for row in proposals if row["类别"] == "表扬建议"]


def test_each_row_leads_to_the_districts_own_workbook(districts, tmp_path):
    rolled_up(tmp_path, *districts.values())
    result = tmp_path / RESULT
    sheet = load_workbook(result / "1-各区单位汇总_第01期.xlsx")[DISTRICT_UNITS.name]
    titles = [cell.value for cell in sheet[3]]
    file, row = (titles.index(title) for title in ("来源文件", "来源行"))
    for cells in list(sheet.iter_rows(min_row=4))[::20]:
        copy = load_workbook(result / "来件" / cells[file].value)["单位汇总"]
        assert cells[file].hyperlink.target.startswith("来件/")
        assert [c.value for c in copy[cells[row].value]][:5] == [c.value for c in cells[1:6]]


def test_the_same_districts_give_the_same_bytes_in_any_order(districts, tmp_path):
    rolled_up(tmp_path / "a", *districts.values())
    rolled_up(tmp_path / "b", *reversed(districts.values()))
    assert folder_bytes(tmp_path / "a") == folder_bytes(tmp_path / "b")


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(districts, tmp_path):
    broken = tmp_path / "丙区" / f"第01期_{MEETING}"
    broken.mkdir(parents=True)
    (broken / "1-总矩阵_第01期.xlsx").write_bytes(b"PK\x03\x04")
    code, said, _ = rolled_up(tmp_path / "out", districts["甲区"], broken, tmp_path / "没有这个文件夹")
    assert code == 1
    assert [line.split("：")[0] for line in said[1:3]] == [
        f"错误 HZ-001 {broken}",
        f"错误 HZ-002 {tmp_path / '没有这个文件夹'}",
    ]
    assert "汇总 1 个区" in said[0]


def test_nothing_to_roll_up_is_misuse(tmp_path):
    code, said, complaint = rolled_up(tmp_path / "out", tmp_path / "没有")
    assert (code, said, len(complaint)) == (2, [], 1)
    assert "HZ-" not in complaint[0]
    assert not (tmp_path / "out").exists()


def test_another_period_another_yardstick_an_edited_workbook_and_a_second_of_that_name(districts, tmp_path):
    other_weights = {**PLAN.weights, "自查": 6, "任务": 9}
    strict = district(tmp_path, "丙区", weights=other_weights)
    later = district(tmp_path, "丁区", period=NEXT_PERIOD)
    twin = district(tmp_path / "又一处", "甲区")
    edited = next(later.glob("*/1-*"))
    book = load_workbook(edited)
    book["单位汇总"]["E4"] = 1
    book.save(edited)
    code, said, _ = rolled_up(tmp_path / "out", *districts.values(), strict, later, twin)
    assert code == 1
    assert "汇总 4 个区" in said[0]
    found = {tuple(line.split("：")[0].split()[1:]) for line in said[1:-1]}
    assert {("HZ-005", "丙区"), ("HZ-004", "丁区"), ("HZ-003", "丁区")} <= found
    assert [code for code, *_ in sorted(found)].count("HZ-006") == 1


def test_the_next_rollup_remembers_the_one_before(districts, tmp_path):
    names = sorted(districts)
    rolled_up(tmp_path, *districts.values())
    before = {row["单位"]: row for row in rows(tmp_path / RESULT / "2-评分表_第01期.xlsx", "评分排名")}
    for name, outputs in districts.items():
        copytree(outputs, tmp_path / name / "outputs")
    later = {name: district(tmp_path, name, period=NEXT_PERIOD) for name in names}
    again = f"汇总_第02期_{NEXT_MEETING}"
    rolled_up(tmp_path, *later.values())
    ranking = rows(tmp_path / again / "2-评分表_第02期.xlsx", "评分排名")
    assert {row["单位"]: row["上期名次"] for row in ranking} == {name: before[name]["名次"] for name in names}
    board = rows(tmp_path / again / "3-红黄绿督办台账_第02期.xlsx", "单位红黄绿")
    trends = {row["单位"]: row["近三期到位率"] for row in board if row["单位"] in names}
    assert all(trend.count("%") == 2 for trend in trends.values()), trends
    history = rows(tmp_path / again / "1-各区单位汇总_第02期.xlsx", "历史")
    assert {(row["单位"], row["会议日期"].date()) for row in history} == {
        (name, day) for name in names for day in (MEETING, NEXT_MEETING)
    }


def test_a_rollup_that_cannot_be_read_back_is_said_and_passed_over(districts, tmp_path):
    rolled_up(tmp_path, *districts.values())
    (tmp_path / RESULT / "1-各区单位汇总_第01期.xlsx").write_bytes(b"PK\x03\x04")
    later = district(tmp_path, "甲区", period=NEXT_PERIOD)
    _, said, _ = rolled_up(tmp_path, later)
    assert any("第01期汇总的“1-各区单位汇总_第01期.xlsx”" in line and "没有沿用" in line for line in said)
    (ranked,) = rows(tmp_path / f"汇总_第01期_{NEXT_MEETING}" / "2-评分表_第01期.xlsx", "评分排名")
    assert ranked["上期名次"] is None


def test_a_history_without_a_usable_row_is_said_and_passed_over(districts, tmp_path):
    rolled_up(tmp_path, *districts.values())
    path = tmp_path / RESULT / "1-各区单位汇总_第01期.xlsx"
    book = load_workbook(path)
    for row in range(4, book["历史"].max_row + 1):
        book["历史"].cell(row, 2).value = "2023/4/14"
    book.save(path)
    later = district(tmp_path, "甲区", period=NEXT_PERIOD)
    code, said, _ = rolled_up(tmp_path, later)
    assert code == 0
    assert any("1-各区单位汇总_第01期.xlsx”的“历史”表" in line for line in said)


def test_a_rollup_run_again_replaces_what_stood_beside_it(districts, tmp_path):
    rolled_up(tmp_path, *districts.values())
    (tmp_path / RESULT).rename(tmp_path / f"{RESULT}_新")  # as after a run while the first was open in Excel
    rolled_up(tmp_path, *districts.values())
    assert [path.name for path in tmp_path.glob("汇总_*")] == [RESULT]
