"""The biweekly loop through real workbooks: what one meeting writes, the next one reads back."""

import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.memory.state import PreviousUnreadable, earlier_meetings, read_previous, recall, returns_seen
from pipeline.write.digest import content_digest
from schemas.dimensions import Dimension
from schemas.tables import STATE_TABLES, first_done_name
from tests.judge.matrix_rows import NOTHING, cover, covers_of, item, merged_of, self_check
from tests.loop import APRIL_14, APRIL_28, MARCH_17, MARCH_31, PLAN, hold
from tests.office import cell_of, edit
from tests.write.reading import needs_office, saved_by_office

RED, LOST = "红灯清单", "历史批示"


def sent(*items, units=("甲局",), **tables):
    return merged_of(covers_of(*map(cover, units)), items=list(items), **tables)


def stuck(name="事项一", **cells):
    """An item that is 红 in 环节, since its unit admits 体外循环."""
    return item(name=name, **{**NOTHING, "outside_loop": "是", "planned_on": date(2023, 7, 1)} | cells)


def matrix_file(outputs, label):
    return next(outputs.glob(f"{label}_*/1-总矩阵_{label}.xlsx"))


def ledger_file(outputs, label):
    return next(outputs.glob(f"{label}_*/3-红黄绿督办台账_{label}.xlsx"))


def remark(outputs, label, text, sheet=RED, title="领导批示", **where):
    edit(ledger_file(outputs, label), sheet, lambda tab: setattr(cell_of(tab, title, **where), "value", text))


# ── which meetings there were


def test_only_the_folders_of_periods_count(tmp_path):
    for name in (
        "第01期_2023-03-17",
        "第02期_2023-03-31",
        ".replaced/第03期_2023-04-14",
        "填报表_第02期",
        "第04期_2023-02-30",
    ):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "第05期_2023-05-12").write_text("a file")
    assert earlier_meetings(tmp_path) == [MARCH_17, MARCH_31]
    assert earlier_meetings(tmp_path / "nowhere") == []


def test_without_an_earlier_period_there_is_none(tmp_path):
    assert read_previous(tmp_path, MARCH_17) is None
    memory = recall(tmp_path, MARCH_17)
    assert (memory.previous, memory.notices, len(memory.remarks)) == (None, (), 0)


# ── what comes back


def test_everything_comes_back_as_it_was_judged(tmp_path):
    judged = hold(
        tmp_path,
        MARCH_17,
        sent(
            item(item_code="A1", remark="=1+1"),
            stuck("事项二", reason_open="等\n上级"),
            item("乙局", planned_on="明年"),
            units=("甲局", "乙局"),
            self_check=self_check(),
            tasks=[
                {
                    "unit": "甲局",
                    "task_number": "1",
                    "task_name": "清单",
                    "progress": 0.35,
                    "planned_on": date(2023, 4, 30),
                }
            ],
            problems=[
                {"unit": "甲局", "problem_number": "1", "description": "网络", "owner_unit": "乙局", "state": "办理中"}
            ],
        ),
    )
    previous = recall(tmp_path, MARCH_31).previous
    assert previous.notices == ()
    assert (previous.period, previous.meeting) == (1, MARCH_17)
    for name in ("matrix", "history", "unit_dimensions", "milestones", "tracking"):
        back = getattr(previous, name)
        pd.testing.assert_frame_equal(back, _blank_as_none(getattr(judged, name)), check_dtype=False)
    items = previous.tables["items"]
    assert items["remark"].tolist() == ["=1+1", None, None]
    assert items["reason_open"].tolist() == [None, "等\n上级", None]
    assert items["planned_on"].tolist() == [None, date(2023, 7, 1), "明年"]
    assert previous.tables["tasks"][["progress", "planned_on"]].to_numpy().tolist() == [[0.35, date(2023, 4, 30)]]
    assert previous.covers[["unit", "item_total", "filled_on", "carried"]].to_numpy().tolist() == [
        ["甲局", 1, date(2023, 4, 11), ""],
        ["乙局", 1, date(2023, 4, 11), ""],
    ]
    assert previous.ranking["unit"].tolist() == ["甲局", "乙局", "丙局", "丁局"]


def _blank_as_none(frame):
    return frame.astype(object).where(frame.notna() & (frame != ""), None)


def test_first_done_and_changes_over_three_meetings(tmp_path):
    done = first_done_name(Dimension.ITEM)
    hold(tmp_path, MARCH_17, sent(item(item_presence="推进中")))
    second = hold(tmp_path, MARCH_31, sent(item()))
    third = hold(tmp_path, APRIL_14, sent(item(item_presence="未进驻"), item(name="事项二")))
    assert second.matrix[["change", done]].to_numpy().tolist() == [["新增到位：事项", MARCH_31]]
    assert third.matrix[["change", done]].to_numpy().tolist() == [["倒退：事项", MARCH_31], ["新增事项", APRIL_14]]


def test_a_unit_that_sent_nothing_keeps_its_rows(tmp_path):
    hold(tmp_path, MARCH_17, sent(item(), item("乙局"), units=("甲局", "乙局")))
    second = hold(tmp_path, MARCH_31, sent(item()))
    assert second.matrix[["unit", "carried", "change"]].to_numpy().tolist() == [
        ["甲局", "", "无变化"],
        ["乙局", "沿用上期", "无变化"],
    ]
    third = hold(tmp_path, APRIL_14, sent(item()))
    assert third.matrix["carried"].tolist() == ["", "沿用上期"]
    assert third.matrix["file"].tolist() == ["甲局.xlsx", "乙局.xlsx"]


def test_reds_run_up_to_an_interview(tmp_path):
    escalations = []
    for meeting in (MARCH_17, MARCH_31, APRIL_14):
        board = hold(tmp_path, meeting, sent(stuck())).unit_dimensions
        row = board[(board["unit"] == "甲局") & (board["dimension"] == "环节")]
        escalations += row["escalation"].tolist()
    assert escalations == ["提醒", "督办单", "约谈建议"]


def test_a_problem_and_a_text_grow_old(tmp_path):
    problem = {"unit": "甲局", "problem_number": "1", "description": "网络", "owner_unit": "乙局", "state": "办理中"}
    for meeting in (MARCH_17, MARCH_31, APRIL_14):
        judged = hold(tmp_path, meeting, sent(stuck(reason_open="正在协调"), problems=[problem]))
    assert judged.problems["periods_open"].tolist() == [3]
    assert judged.to_verify["code"].tolist() == ["XS-007"]


def test_running_an_earlier_date_again_sees_only_what_was_before_it(tmp_path):
    hold(tmp_path, MARCH_17, sent(item(item_presence="推进中")))
    before = hold(tmp_path, MARCH_31, sent(item()))
    hold(tmp_path, APRIL_14, sent(item(item_presence="未进驻")))
    assert recall(tmp_path, MARCH_31).previous.meeting == MARCH_17
    again = hold(tmp_path, MARCH_31, sent(item()))
    pd.testing.assert_frame_equal(again.matrix, before.matrix)
    pd.testing.assert_frame_equal(again.history, before.history)


def test_a_skipped_fortnight_is_no_gap(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    judged = hold(tmp_path, APRIL_28, sent(stuck()))
    assert judged.history["period"].unique().tolist() == [1, 2]
    assert judged.unit_dimensions["red_streak"].max() == 2


RETURNS = {
    MARCH_17: sent(stuck(), item("乙局"), units=("甲局", "乙局")),
    MARCH_31: sent(stuck(reason_open="等")),
    APRIL_14: sent(item(remark="好了"), item("乙局"), units=("甲局", "乙局")),
}
WRONG = sent(item(name="填错了", item_presence="未进驻"), item("丙局"), units=("甲局", "丙局"))


@pytest.fixture(scope="module")
def in_one_go(tmp_path_factory):
    """Outputs of three meetings, each run once."""
    outputs = tmp_path_factory.mktemp("一次")
    for meeting, rows in RETURNS.items():
        hold(outputs, meeting, rows)
    return outputs


@settings(max_examples=5, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(list(RETURNS)), st.booleans()), min_size=1, max_size=4))
def test_whatever_was_run_in_between_changes_no_byte(in_one_go, runs):
    """runs: meetings held before, in any order, with the right returns or with wrong ones."""
    with TemporaryDirectory() as folder:
        for meeting, right in runs:
            hold(Path(folder), meeting, RETURNS[meeting] if right else WRONG)
        for meeting, rows in RETURNS.items():
            hold(Path(folder), meeting, rows)
        for path in sorted(in_one_go.glob("*/*.xlsx")):
            assert path.read_bytes() == (Path(folder) / path.relative_to(in_one_go)).read_bytes(), path.name


# ── damaged, edited, split


def test_a_workbook_changed_by_hand_is_used_and_said_so(tmp_path):
    hold(tmp_path, MARCH_17, sent(item()))
    path = matrix_file(tmp_path, "第01期")
    edit(path, "总矩阵", lambda tab: setattr(cell_of(tab, "事项", 单位="甲局"), "value", "推进中"))
    previous = recall(tmp_path, MARCH_31).previous
    assert previous.matrix["state_item"].tolist() == ["推进中"]
    assert previous.notices == (f"第01期的“{path.name}”写出以后内容有变化（校验码不符），已按现在的内容沿用，请核对。",)


def test_opened_and_saved_without_a_change_is_no_change(tmp_path):
    hold(
        tmp_path,
        MARCH_17,
        sent(item(remark="  两头有空格 \n第二行"), item("乙局", planned_on=date(2023, 7, 1)), units=("甲局", "乙局")),
    )
    edit(matrix_file(tmp_path, "第01期"), "总矩阵", lambda tab: None)
    assert recall(tmp_path, MARCH_31).notices == ()


@needs_office
def test_another_program_may_open_and_save_them(tmp_path):
    outputs = tmp_path / "outputs"
    tasks = [
        {"unit": "甲局", "task_number": "1", "task_name": "清单", "progress": 0.35, "planned_on": date(2023, 4, 1)}
    ]
    hold(outputs, MARCH_17, sent(item(remark="=1+1"), stuck("乙", reason_open="等\n上级"), tasks=tasks))
    remark(outputs, "第01期", "盯住", 事项名称="乙", 维度="环节")
    written = matrix_file(outputs, "第01期"), ledger_file(outputs, "第01期")
    before = recall(outputs, MARCH_31)
    for path, saved in zip(written, saved_by_office(tmp_path, *written), strict=True):
        shutil.copy(saved, path)
    after = recall(outputs, MARCH_31)
    assert after.notices == ()
    pd.testing.assert_frame_equal(after.remarks, before.remarks)
    for name in ("matrix", "history", "unit_dimensions", "milestones"):
        pd.testing.assert_frame_equal(getattr(after.previous, name), getattr(before.previous, name))
    for key, rows in before.previous.tables.items():
        pd.testing.assert_frame_equal(after.previous.tables[key], rows)


def test_columns_may_be_moved_but_not_lost(tmp_path):
    hold(tmp_path, MARCH_17, sent(item(remark="说过")))
    path = matrix_file(tmp_path, "第01期")
    edit(path, "事项", lambda tab: tab.insert_rows(1, 3))
    edit(path, "事项", lambda tab: tab.insert_cols(2))
    assert recall(tmp_path, MARCH_31).previous.tables["items"]["remark"].tolist() == ["说过"]
    edit(path, "事项", lambda tab: tab.delete_cols(cell_of(tab, "备注", 单位="甲局").column))
    previous = recall(tmp_path, MARCH_31).previous
    assert previous.tables["items"]["remark"].tolist() == [None]
    assert any("缺少备注" in notice for notice in previous.notices)


def test_a_damaged_period_is_passed_over_and_named(tmp_path):
    hold(tmp_path, MARCH_17, sent(item()))
    hold(tmp_path, MARCH_31, sent(item()))
    matrix_file(tmp_path, "第02期").write_bytes(b"PK\x03\x04 half a workbook")
    previous = recall(tmp_path, APRIL_14).previous
    assert previous.meeting == MARCH_17
    assert len(previous.notices) == 1
    assert previous.notices[0].startswith("第02期的“1-总矩阵_第02期.xlsx”读不出来（")


def test_when_nothing_can_be_read_the_run_starts_anew_and_says_so(tmp_path):
    hold(tmp_path, MARCH_17, sent(item()))
    matrix_file(tmp_path, "第01期").unlink()
    with pytest.raises(PreviousUnreadable):
        read_previous(tmp_path, MARCH_31)
    memory = recall(tmp_path, MARCH_31)
    assert memory.previous is None
    assert memory.notices == (
        "第01期（2023-03-17）的文件夹里没有总矩阵，没有沿用这一期。",
        "以前各期的总矩阵都读不出来，本期按首期计算，进步、首次到位等无从比较。",
    )


def test_a_workbook_without_its_main_sheet_is_no_state(tmp_path):
    hold(tmp_path, MARCH_17, sent(item()))
    path = matrix_file(tmp_path, "第01期")
    book = openpyxl.load_workbook(path)
    del book["总矩阵"]
    book.save(path)
    assert recall(tmp_path, MARCH_31).notices[0] == "第01期的总矩阵里没有“总矩阵”表，没有沿用这一期。"


def test_spoilt_history_rows_are_named_and_left_out(tmp_path):
    hold(tmp_path, MARCH_17, sent(item()))
    path = matrix_file(tmp_path, "第01期")
    edit(path, "历史", lambda tab: setattr(cell_of(tab, "适用", 单位="甲局", 维度="事项"), "value", "一"))
    previous = recall(tmp_path, MARCH_31).previous
    assert len(previous.history) == 4 * 7 - 1
    assert any("有 1 行的数字或日期读不懂" in notice for notice in previous.notices)


def test_a_matrix_in_several_workbooks_is_put_together(tmp_path):
    hold(tmp_path / "甲", MARCH_17, sent(item("甲局")))
    hold(tmp_path / "乙", MARCH_17, sent(item("乙局"), units=("乙局",)))
    folder = tmp_path / "outputs" / "第01期_2023-03-17"
    folder.mkdir(parents=True)
    for number, source in enumerate(("甲", "乙"), 1):
        shutil.copy(matrix_file(tmp_path / source, "第01期"), folder / f"1-总矩阵_第01期_{number}.xlsx")
    previous = recall(tmp_path / "outputs", MARCH_31).previous
    assert previous.matrix["unit"].tolist() == ["甲局", "乙局"]
    assert [notice for notice in previous.notices if "总矩阵" in notice] == []


def test_what_was_written_beside_an_open_folder_is_the_newer(tmp_path):
    hold(tmp_path, MARCH_17, sent(item(item_presence="推进中")))
    old = tmp_path / "第01期_2023-03-17"
    old.rename(tmp_path / "away")
    hold(tmp_path, MARCH_17, sent(item()))
    old.rename(tmp_path / "第01期_2023-03-17_新")
    (tmp_path / "away").rename(old)
    assert recall(tmp_path, MARCH_31).previous.matrix["state_item"].tolist() == ["到位"]
    assert earlier_meetings(tmp_path) == [MARCH_17]


# ── the checksum


def test_the_checksum_goes_by_what_cells_show():
    names = list(STATE_TABLES[0].names)

    def digest(**cells):
        row = dict.fromkeys(names) | {"unit": "甲局"} | cells
        return content_digest({"matrix": pd.DataFrame([row], columns=names, dtype=object)})

    assert digest(item_name="甲") == digest(item_name="甲 ", item_code="", row=None)
    assert digest(row=3) == digest(row=3.0)
    assert digest(item_name="甲") != digest(item_code="甲")
    assert digest(item_name="甲") != digest(item_name="乙")
    assert digest(first_done_item=date(2023, 3, 17)) == digest(first_done_item="2023-03-17")
    none = {"matrix": pd.DataFrame(columns=names)}
    assert content_digest(none) == content_digest({**none, "unknown": pd.DataFrame()})
    assert content_digest(none) != content_digest({})  # a sheet that is taken away is a change


# ── returns used before


def record(outputs, folder, *inputs):
    path = outputs / folder
    (path / "来件").mkdir(parents=True)
    (path / "运行记录.json").write_text(json.dumps({"inputs": list(inputs)}), encoding="utf-8")


def test_returns_used_at_earlier_meetings(tmp_path):
    adopted = {"sha256": "a", "unit": "甲局", "verdict": "采用"}
    record(tmp_path, "第01期_2023-03-17", adopted, {"sha256": "b", "unit": "乙局", "verdict": "已被替代"})
    record(tmp_path, "第02期_2023-03-31", adopted, {"sha256": "c", "unit": "", "verdict": "采用"})
    record(tmp_path, "第03期_2023-04-14", {"sha256": "d", "unit": "丁局", "verdict": "采用"})
    assert returns_seen(tmp_path, APRIL_14) == {"a": "第01期"}
    assert returns_seen(tmp_path, MARCH_17) == {}


def test_a_damaged_record_is_replaced_by_the_copies_themselves(tmp_path):
    record(tmp_path, "第01期_2023-03-17")
    (tmp_path / "第01期_2023-03-17/运行记录.json").write_text("{", encoding="utf-8")
    (tmp_path / "第01期_2023-03-17/来件/甲局.xlsx").write_bytes(b"")
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert returns_seen(tmp_path, MARCH_31) == {empty: "第01期"}


# ── remarks


def notes(judged, sheet="red_list"):
    return getattr(judged, sheet)["leader_note"].tolist()


def test_a_remark_comes_back_beside_its_row(tmp_path):
    tasks = [{"unit": "甲局", "task_number": "1", "task_name": "清单", "progress": 0.1, "planned_on": date(2023, 4, 1)}]
    hold(tmp_path, MARCH_17, sent(stuck("甲"), stuck("乙"), tasks=tasks))
    remark(tmp_path, "第01期", "月底前办好", 事项名称="乙", 维度="环节")
    remark(tmp_path, "第01期", "请乙局配合", sheet="任务台账", title="下步措施", 任务编号="1")
    judged = hold(tmp_path, MARCH_31, sent(stuck("丙"), stuck("乙"), stuck("甲"), tasks=tasks))
    assert notes(judged) == [None, "月底前办好", None]
    assert judged.tasks["next_step"].tolist() == ["请乙局配合"]
    assert not len(judged.remarks_lost)


#: Without 整改待核, which keeps a 红 that is gone as a 黄 for one meeting.
AT_ONCE = replace(PLAN, thresholds=replace(PLAN.thresholds, confirm_red=0))


def test_a_remark_whose_row_turned_green_is_kept_apart_until_it_is_red_again(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    second = hold(tmp_path, MARCH_31, sent(item()), plan=AT_ONCE)
    third = hold(tmp_path, APRIL_14, sent(item()), plan=AT_ONCE)
    for judged in (second, third):
        assert judged.remarks_lost[["sheet", "label", "leader_note", "written_in"]].to_numpy().tolist() == [
            [RED, "甲局｜事项一｜环节", "盯住", "第01期"]
        ]
    fourth = hold(tmp_path, APRIL_28, sent(stuck()))
    assert notes(fourth)[-1] == "盯住"  # whole-unit rows stand before
    assert not len(fourth.remarks_lost)


def test_a_remark_cleared_in_the_old_list_is_gone(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    hold(tmp_path, MARCH_31, sent(item()), plan=AT_ONCE)
    path = ledger_file(tmp_path, "第02期")
    edit(
        path, LOST, lambda tab: [setattr(c, "value", None) for row in tab.iter_rows() for c in row if c.value == "盯住"]
    )
    assert not len(hold(tmp_path, APRIL_14, sent(item()), plan=AT_ONCE).remarks_lost)


def test_a_remark_cleared_before_a_rerun_stays_cleared(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    assert notes(hold(tmp_path, MARCH_31, sent(stuck()))) == ["盯住"]
    remark(tmp_path, "第02期", None, 维度="环节")
    assert notes(hold(tmp_path, APRIL_14, sent(stuck()))) == [None]
    assert notes(hold(tmp_path, MARCH_31, sent(stuck()))) == [None]


def test_running_a_first_meeting_again_keeps_what_was_written(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    assert notes(hold(tmp_path, MARCH_17, sent(item(name="别的"), stuck()))) == ["盯住"]


def test_a_rerun_takes_its_own_ledger_first_and_fills_up_from_the_one_before(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck("甲"), stuck("乙")))
    hold(tmp_path, MARCH_31, sent(stuck("甲"), stuck("乙")))
    remark(tmp_path, "第02期", "本期的话", 事项名称="甲", 维度="环节")
    remark(tmp_path, "第01期", "上期的话", 事项名称="甲", 维度="环节")
    remark(tmp_path, "第01期", "后补的话", 事项名称="乙", 维度="环节")
    assert notes(hold(tmp_path, MARCH_31, sent(stuck("甲"), stuck("乙")))) == ["本期的话；上期的话", "后补的话"]


def test_a_renamed_item_keeps_its_remark(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck("旧名", item_code="A1")))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    assert notes(hold(tmp_path, MARCH_31, sent(stuck("新名", item_code="A1")))) == ["盯住"]


def test_a_copy_of_the_ledger_is_read_too(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    path = ledger_file(tmp_path, "第01期")
    copy = path.with_name("3-红黄绿督办台账_第01期 - 副本.xlsx")
    shutil.copy(path, copy)
    edit(copy, RED, lambda tab: setattr(cell_of(tab, "督办意见", 维度="环节"), "value", "已约谈"))
    judged = hold(tmp_path, MARCH_31, sent(stuck()))
    assert judged.red_list["supervision_note"].tolist() == ["已约谈"]


def test_a_ledger_that_cannot_be_read_is_named_and_the_one_before_it_counts(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    remark(tmp_path, "第01期", "盯住", 维度="环节")
    hold(tmp_path, MARCH_31, sent(stuck()))
    ledger_file(tmp_path, "第02期").write_bytes(b"")
    memory = recall(tmp_path, APRIL_14)
    assert memory.remarks["leader_note"].tolist() == ["盯住"]
    assert len(memory.notices) == 1
    assert memory.previous.meeting == MARCH_31


def test_nothing_under_outputs_is_touched(tmp_path):
    hold(tmp_path, MARCH_17, sent(stuck()))
    before = {path: path.read_bytes() for path in sorted(Path(tmp_path).rglob("*.xlsx"))}
    recall(tmp_path, MARCH_31)
    assert {path: path.read_bytes() for path in sorted(Path(tmp_path).rglob("*")) if path.is_file()} == before
