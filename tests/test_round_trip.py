"""Template, filled in correctly, run: nothing is found, every row is used, and once more in the next period."""

from collections import Counter

from python_calamine import CalamineWorkbook

from pipeline.run import run
from pipeline.sample import sample_returns
from pipeline.sample.story import MEETINGS
from pipeline.settings import Settings
from pipeline.workbooks.template import Prefill, template_name, write_template
from schemas.plan import load_plan, period_of

PLAN = load_plan()


def test_correct_returns_of_two_periods_have_no_finding(tmp_path):
    for number in (1, 2):
        period = period_of(PLAN, MEETINGS[number - 1], MEETINGS)
        inputs = tmp_path / f"inputs{number}"
        inputs.mkdir()
        contents = sample_returns(PLAN, period, items_per_unit=8)
        for content in contents:
            path = inputs / template_name(content.unit, period)
            write_template(path, PLAN, period, content.unit, Prefill(content.cover, content.tables))
        outcome = run(Settings.of(period.meeting, inputs, tmp_path / "outputs", workers=2))
        assert outcome.exit_code == 0, outcome.lines
        rows = sum(len(table) for content in contents for table in content.tables.values())
        assert f"读取 {rows} 行，采用 {rows} 行，未采用 0 行" in outcome.lines
        assert "按时 33" in outcome.lines[1]
        book = CalamineWorkbook.from_path(next((tmp_path / "outputs" / period.folder).glob("1-*.xlsx")))
        lines = book.get_sheet_by_name("校验问题").to_python()
        header = next(line for line in lines if "编号" in line)
        codes = Counter(line[header.index("编号")] for line in lines[lines.index(header) + 1 :] if line[1])
        assert not codes
        matrix = book.get_sheet_by_name("总矩阵").to_python()
        assert sum(line[0] in PLAN.unit_by_name for line in matrix) == 33 * 8
