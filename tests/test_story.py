"""The demo's story holds together, and the same story gives the same bytes."""

import zipfile

from pipeline.findings import catalogue
from pipeline.sample import mess, story
from pipeline.sample.files import demo_inputs, demo_return
from schemas.plan import load_plan
from schemas.words import INSPECTION_KIND, PROBLEM_KIND

PLAN = load_plan()


def test_everyone_in_the_story_is_a_member():
    names = {act.unit for act in story.ACTS} | set(story.GAITS) | set(story.ITEM_COUNTS)
    names |= {entry.unit for entry in (*story.INSPECTED, *story.WAIVERS, *story.NOTES, *story.DISPATCHES)}
    names |= {entry.owner for entry in story.DISPATCHES}
    assert names <= set(PLAN.unit_by_name)


def test_the_story_keeps_to_the_lists():
    assert {entry.kind for entry in story.INSPECTED} <= set(INSPECTION_KIND.values)
    assert {entry.kind for entry in story.DISPATCHES} <= set(PROBLEM_KIND.values)
    assert {entry.rule_code for entry in story.WAIVERS} <= set(catalogue())


def test_what_is_inspected_exists():
    for entry in story.INSPECTED:
        items = demo_return(PLAN, entry.found_in, PLAN.unit_by_name[entry.unit]).tables["items"]
        assert entry.item <= len(items)


def test_one_improves_greatly_and_one_stands_still():
    def share(unit, number):
        items = demo_return(PLAN, number, PLAN.unit_by_name[unit]).tables["items"]
        return sum(item["item_presence"] == "已进驻" for item in items) / len(items)

    assert share("区人社局", 1) < 0.3
    assert share("区人社局", 6) > 0.9
    assert share("区公安局", 6) < 0.1


def test_some_items_fall_back_once():
    unit = PLAN.unit_by_name["区城市管理局"]
    done = [[item["item_presence"] == "已进驻" for item in demo_return(PLAN, n, unit).tables["items"]] for n in (3, 4)]
    assert any(before and not after for before, after in zip(*done, strict=True))


def test_the_inputs_of_a_meeting_are_always_the_same(tmp_path):
    for folder in ("a", "b"):
        demo_inputs(PLAN, tmp_path / folder, 6)
    first, second = (
        {
            path.name: (path.read_bytes(), path.stat().st_mtime)
            for path in (tmp_path / folder).rglob("*")
            if path.is_file()
        }
        for folder in ("a", "b")
    )
    assert first == second
    assert "督查核查表.xlsx" in first
    assert "豁免事项.xlsx" in first
    assert "区气象局应进必进.xlsx" in first
    assert not any(name.startswith("区档案局") for name in first)
    with zipfile.ZipFile(tmp_path / "a" / "税务局 水务公司 来件.zip") as archive:
        assert [name.split("_")[0] for name in archive.namelist()] == ["区税务局", "区国源水务"]


def test_nobodys_identity_number_has_a_right_check_digit():
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(digit) * weight for digit, weight in zip(mess.NOBODYS_ID[:17], weights, strict=True))
    assert mess.NOBODYS_ID[17] == "10X98765432"[total % 11]
