"""同上期 and its like: last period's text, said as a repair; or a question where there is none."""

import pytest
import returned as r

from pipeline.judge.as_before import says_as_before, with_last_texts

SAYING = (
    "同上期", "同上次", "见上期", "不变", "无变化", "没有变化。", "（同上期）", "与上期一致", "同上一期内容", "内容同上期", "同上周期",
    "详见上期", "按上期", "未变", "暂无变化", "保持不变", "仍旧不变", "较上期无变化", "本期无变动", "同 上 期", "沿用上期内容", "照旧",
)  # fmt: skip
NOT_SAYING = (
    "上期已报，本期补充",
    "无",
    "变化较大",
    "不变更登记",
    "同意",
    "见附件",
    "无变化的事项 3 项",
    "上期",
    "",
    None,
    3,
)


@pytest.mark.parametrize("text", SAYING)
def test_what_says_that_it_is_as_before(text):
    assert says_as_before(text)


@pytest.mark.parametrize("text", NOT_SAYING)
def test_what_says_something_itself(text):
    assert not says_as_before(text)


def filled(now, before=None):
    intake = r.intake(now)
    return with_last_texts(intake, r.before(before) if before else None)


def test_the_text_of_last_period_is_taken_and_said():
    intake = filled(r.returned(事项="备注\n同上期"), r.returned(事项="备注\n等待省厅批复"))
    assert intake.tables["items"]["remark"].tolist() == ["等待省厅批复"]
    (said,) = intake.findings
    assert (said.code, said.value, said.after) == ("SX-006", "同上期", "等待省厅批复")
    assert r.where(intake, said) == "备注4"
    assert (said.place.unit, said.place.row) == (r.UNIT, r.FIRST_ROW)


@pytest.mark.parametrize("last", [None, "备注\n-", "备注\n同上期"])
def test_where_there_is_none_it_is_asked_for(last):
    intake = filled(r.returned(事项="备注\n无变化"), r.returned(事项=last) if last else None)
    assert intake.tables["items"]["remark"].tolist() == ["无变化"]
    assert [said.code for said in intake.findings] == ["SX-008"]


def test_where_it_must_be_filled_in_the_cell_cannot_be_used():
    intake = filled(r.returned(人员="姓名|岗位|是否进驻|未进驻原因\n甲|首席代表|否|同上期"))
    assert [(said.code, r.where(intake, said)) for said in intake.findings] == [("RY-015", "未进驻原因4")]


def test_the_row_is_found_again_by_its_code():
    now = r.returned(事项="事项名称|备注\n企业项目备案|见上期")
    assert filled(now, r.returned(事项="备注\n等待批复")).tables["items"]["remark"].tolist() == ["等待批复"]


def test_the_cover_too():
    intake = filled(r.returned(封面="说明\n同上期"), r.returned(封面="说明\n三个事项待省厅批复"))
    assert intake.covers["remark"].tolist() == ["三个事项待省厅批复"]
    assert [said.code for said in intake.findings] == ["FM-006"]
