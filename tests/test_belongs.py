"""Another district's papers, or another version's results: refused in one line, and nothing is written."""

import json
import shutil
from copy import copy
from dataclasses import replace

import openpyxl
import pytest

from pipeline.records import MisuseError
from pipeline.write.digest import EDITION_LABEL
from tests.office import MEETING, NEXT_MEETING, Office, folder_bytes, plan_with
from tests.test_evidence import note


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Office:
    office = Office(tmp_path_factory.mktemp("belongs"), plan=plan_with(1)).return_all()
    office.hold()
    return office.next(NEXT_MEETING).return_all()


@pytest.fixture
def office(held, tmp_path) -> Office:
    mine = copy(held)
    for folder in ("inputs", "outputs"):
        setattr(mine, folder, shutil.copytree(getattr(held, folder), tmp_path / folder))
    return mine


def refused(office: Office, said: str) -> None:
    """Both the run and the templates are, in one line, and nothing is written."""
    before = folder_bytes(office.outputs)
    for act in (office.hold, office.templates):
        with pytest.raises(MisuseError, match=said) as refusal:
            act()
        assert "\n" not in str(refusal.value)
    assert folder_bytes(office.outputs) == before


def test_the_plan_of_another_district(office):
    office.adopt(replace(office.plan, office=replace(office.plan.office, district="新华区")))
    refused(office, "工作方案是新华区的，结果文件夹里的第01期.*却是石龙区的")
    assert office.hold(anyway=True).folder.is_dir()  # a district that was renamed


@pytest.mark.parametrize("where", ["matrix", "record"])
def test_a_last_period_of_a_later_edition(office, where):
    folder = office.results(MEETING).folder
    if where == "matrix":
        note(next(folder.glob("1-*")), {EDITION_LABEL: "99", "程序版本": "9.0"})
    else:
        record = folder / "运行记录.json"
        facts = json.loads(record.read_text(encoding="utf-8")) | {"schema": 99, "version": "9.0"}
        record.write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
    refused(office, rf"第01期（会议日期 {MEETING}）是本程序的另一版本（9.0）写出的")


def test_a_last_period_of_another_version_without_the_sheets_that_are_needed(office):
    path = next(office.results(MEETING).folder.glob("1-*"))
    note(path, {"程序版本": "9.0"})
    book = openpyxl.load_workbook(path)
    book["总矩阵"].title = "矩阵"
    book.save(path)
    refused(office, "另一版本（9.0）写出的")


def test_a_damaged_one_is_passed_over_as_ever(office):
    next(office.results(MEETING).folder.glob("1-*")).write_bytes(b"PK")
    assert any("以前各期的总矩阵都读不出来" in line for line in office.hold(anyway=True).lines)
