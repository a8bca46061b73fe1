"""A period's folder is what is in it, whatever it is called and wherever it was put."""

import json
import shutil
from datetime import date

import pytest

from pipeline.memory.folders import about, numbers_held, periods_in, replaced_by
from schemas.plan import period_of
from tests.judge.matrix_rows import cover, covers_of, item, merged_of
from tests.loop import APRIL_14, MARCH_17, MARCH_31, PLAN, hold
from tests.office import Office

PLAIN = "第01期_2023-03-17"


def sent():
    return merged_of(covers_of(cover("甲局")), items=[item()])


@pytest.fixture
def outputs(tmp_path):
    hold(tmp_path, MARCH_17, sent())
    return tmp_path


def shown(outputs):
    return {folder.path.relative_to(outputs).as_posix() for folder in periods_in(outputs).counted}


@pytest.mark.parametrize(
    "name", [f"{PLAIN}（定稿）", f"定稿 {PLAIN}", "2023年/第01期_2023-03-17", "三月第一次会", f"{PLAIN} - 副本"]
)
def test_a_renamed_or_moved_folder_is_the_period(outputs, name):
    (outputs / name).parent.mkdir(exist_ok=True)
    (outputs / PLAIN).rename(outputs / name)
    assert numbers_held(outputs) == {MARCH_17: 1}
    assert shown(outputs) == {name}
    assert about(periods_in(outputs), outputs) == ()
    assert hold(outputs, MARCH_31, sent()).previous.meeting == MARCH_17


def test_what_was_replaced_is_no_period(outputs):
    shutil.copytree(outputs / PLAIN, outputs / ".replaced" / PLAIN)
    assert shown(outputs) == {PLAIN}
    assert about(periods_in(outputs), outputs) == ()


def test_of_two_for_one_meeting_the_one_named_plainly_counts(outputs):
    shutil.copytree(outputs / PLAIN, outputs / f"{PLAIN}（定稿）")
    shutil.copytree(outputs / PLAIN, outputs / "2023年" / PLAIN)
    assert shown(outputs) == {PLAIN}
    (line,) = about(periods_in(outputs), outputs)
    assert line.startswith(f"第01期（会议日期 2023-03-17）有 3 个文件夹：采用“{PLAIN}”（名称规范）")
    assert replaced_by(outputs, MARCH_17) == [outputs / PLAIN]


def test_what_the_program_wrote_beside_a_held_folder_counts_over_it(outputs):
    shutil.copytree(outputs / PLAIN, outputs / f"{PLAIN}_新")
    shutil.copytree(outputs / PLAIN, outputs / f"{PLAIN}_新-2")
    assert shown(outputs) == {f"{PLAIN}_新-2"}
    assert "被占用时另存的，最新" in about(periods_in(outputs), outputs)[0]


def test_a_copy_under_another_meetings_name_is_what_is_in_it(tmp_path):
    office = Office(tmp_path).return_all()
    office.hold()
    shutil.copytree(office.outputs / PLAIN, office.outputs / "第02期_2023-03-31")
    assert numbers_held(office.outputs) == {MARCH_17: 1}
    office.next(MARCH_31).return_all()
    held = office.hold()
    assert held.folder.name == "第02期_2023-03-31"
    assert {row["期次"] for row in held.matrix("历史")} == {1, 2}
    assert (office.outputs / ".replaced" / "第02期_2023-03-31").is_dir()


@pytest.mark.parametrize("name", ["第04期_2023-02-30", "旧/更旧/第04期_2023-02-28"])
def test_what_looks_like_a_period_and_is_none_is_said(outputs, name):
    (outputs / name).mkdir(parents=True)
    (outputs / "填报表_第02期").mkdir()
    (line,) = about(periods_in(outputs), outputs)
    assert name in line


def test_a_number_is_that_of_the_latest_earlier_meeting_and_one(outputs):
    folder = outputs / "第05期_2023-03-24"
    folder.mkdir()
    record = {"period": 5, "meeting": "2023-03-24"}
    (folder / "运行记录.json").write_text(json.dumps(record), encoding="utf-8")
    held = numbers_held(outputs)
    assert period_of(PLAN, MARCH_31, held).number == 6
    assert period_of(PLAN, MARCH_17, held).number == 1
    assert period_of(PLAN, date(2023, 3, 20), held).number == 2
    assert period_of(PLAN, MARCH_31, held | {MARCH_31: 9, APRIL_14: 10}).number == 9
