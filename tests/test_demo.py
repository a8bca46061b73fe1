"""`yjbj demo`: by the sixth meeting everything that the contract names in §8 can be seen."""

import json
from collections import Counter

import pytest
from click.testing import CliRunner
from python_calamine import CalamineWorkbook

from pipeline.cli import main
from pipeline.judge.verify import SIGNS
from pipeline.sample.story import MEETINGS
from tests.office import Results

LAST = f"第06期_{MEETINGS[-1]}"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("示 例") / "demo"
    result = CliRunner().invoke(main, ["demo", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def rows(demo):
    """(number of the workbook, sheet) → its rows under the header, as dictionaries by title."""
    books = {path.name[0]: CalamineWorkbook.from_path(path) for path in (demo / "outputs" / LAST).glob("[123]-*.xlsx")}

    def read(book, sheet, first_title="单位"):
        lines = books[book].get_sheet_by_name(sheet).to_python()
        header = next(number for number, line in enumerate(lines) if first_title in line)
        return [dict(zip(lines[header], line, strict=True)) for line in lines[header + 1 :]]

    return read


def test_six_periods_each_with_all_workbooks(demo):
    folders = sorted(path.name for path in (demo / "outputs").iterdir() if not path.name.startswith("."))
    periods = [f"第{number:02d}期_{meeting}" for number, meeting in enumerate(MEETINGS, start=1)]
    assert folders == sorted(["填报表_第07期", "运行日志.txt", *periods])
    assert len(list((demo / "outputs" / "填报表_第07期").glob("*_应进必进填报表_第07期.xlsx"))) == 33
    for number, folder in enumerate(periods, start=1):
        names = {path.name for path in (demo / "outputs" / folder).iterdir()}
        assert names >= {
            f"1-总矩阵_第{number:02d}期.xlsx",
            f"2-评分表_第{number:02d}期.xlsx",
            f"3-红黄绿督办台账_第{number:02d}期.xlsx",
            "4-退回修改",
            "5-督办单",
            "来件",
            "运行记录.json",
        }


def test_on_time_late_zero_carried_and_never(rows):
    status = {row["单位"]: row["报送状态"] for row in rows("3", "报送情况")[:33]}
    assert Counter(status.values()) == {"按时": 28, "迟报": 1, "零报告": 1, "沿用上期": 2, "未报送": 1}
    assert [status[unit] for unit in ("区科技局", "区金融局", "区新闻出版局", "区档案局")] == [
        "迟报",
        "零报告",
        "沿用上期",
        "未报送",
    ]


def test_every_verdict_on_a_file(demo):
    record = json.loads((demo / "outputs" / LAST / "运行记录.json").read_text(encoding="utf-8"))
    verdicts = Counter(entry["verdict"] for entry in record["inputs"])
    assert verdicts["已被替代"] == 2  # a file of the period before, and a copy of another
    assert verdicts["待认领"] == 2  # a stranger, and a name that could be three units'
    assert verdicts["拒收"] == 2  # a transfer that broke off, and what Excel leaves while a workbook is open
    assert verdicts["采用"] >= 30


def test_one_climbs_and_one_stands_still(rows):
    ranking = {row["单位"]: row for row in rows("2", "评分排名", "名次")}
    assert ranking["区人社局"]["名次"] <= 3
    assert ranking["区公安局"]["名次"] == 31
    assert ranking["区档案局"]["名次"] == 32
    assert ranking["区金融局"]["标记"].startswith("不参评")
    assert "小样本" in ranking["区统计局"]["标记"]
    forecast = [row for row in rows("3", "预测") if row["单位"] == "区公安局"]
    assert max(row["连续红灯期数"] for row in forecast if row["连续红灯期数"] != "") >= 3
    assert "约谈建议" in {row["督办升级"] for row in forecast}


def test_praise_criticism_and_a_lead_for_the_discipline_commission(rows):
    kinds = Counter(row["类别"] for row in rows("2", "表扬通报建议", "类别"))
    assert 2 <= kinds["表扬建议"] <= 3
    assert kinds["通报建议"] >= 4
    assert kinds["拟移交线索"] >= 1


def test_lights_suspicions_and_changes(rows):
    matrix = rows("1", "总矩阵")
    assert {row["事项灯"] for row in matrix} == {"绿", "黄", "红", "灰"}
    suspicions = {word for row in matrix for word in str(row["疑点"]).split("、") if word}
    assert {"疑似明进暗不进", "疑似体外循环"} <= suspicions
    changes = {row["变化"] for row in rows("3", "变化情况")}
    assert {"新增到位", "倒退", "新增事项", "减少事项", "改名"} <= changes


def test_problems_go_to_other_units_and_remarks_come_back(rows):
    problems = [row for row in rows("3", "问题派发") if row["责任单位"] not in ("", row["单位"])]
    assert {row["责任单位"] for row in problems} >= {"区税务局", "区国源水务", "区卫健委"}
    assert {row["状态"] for row in problems} == {"办理中", "已解决"}
    tax = next(row for row in problems if row["责任单位"] == "区税务局")
    assert tax["督办意见"] == "请税务局提出联网核税方案"
    assert any(row["领导批示"] == "连续亮红灯，按程序约谈。" for row in rows("3", "红灯清单"))
    assert any(row["领导批示"].startswith("限期整改") for row in rows("3", "历史批示", "原表"))


def test_inspections_waivers_and_what_to_look_into(rows):
    verdicts = {row["对照结果"] for row in rows("3", "自查与督查对照") if row.get("问题类型")}
    assert {"相互矛盾", "一致", "已销号"} <= verdicts
    assert {row["状态"] for row in rows("3", "豁免情况")} == {"生效", "已到期"}
    assert len(rows("3", "需核实")) >= 3


#: What the demo's units do not do: their words are honest, they write no notes, none of them is 撤销. Seen here, it were a false alarm.
NOT_TOLD = {"XS-010", "XS-011", "XS-012", "XS-013", "XS-014", "XS-017", "XS-020", "XS-030"}


def test_every_sign_to_look_into_is_seen_once(demo):
    seen = {}
    for number, folder in enumerate(sorted((demo / "outputs").glob("第*")), start=1):
        for row in Results(folder).ledger("需核实"):
            seen.setdefault(row["编号"], {}).setdefault(row["单位"], number)
    assert seen.keys() == SIGNS.keys() - NOT_TOLD
    assert seen["XS-005"] == {"区城市管理局": 6}
    assert seen["XS-006"]["区残联"] == 6
    assert (seen["XS-008"], seen["XS-009"]) == ({"区应急管理局": 6}, {"区市场监管局": 6})


def test_repairs_errors_and_rows_set_aside(rows):
    severities = Counter(row["级别"] for row in rows("1", "校验问题"))
    assert min(severities[severity] for severity in ("错误", "警示", "提示")) >= 5
    assert any("合计" in row["原文"] for row in rows("1", "未采用"))


def test_a_demo_never_overwrites_what_is_not_a_demo(tmp_path):
    (tmp_path / "重要.txt").write_text("x", encoding="utf-8")
    result = CliRunner().invoke(main, ["demo", str(tmp_path)])
    assert result.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["重要.txt"]
