import pickle

import pytest

from pipeline.intake.roster import Roster
from schemas.plan import load_plan


@pytest.fixture(scope="module")
def roster() -> Roster:
    return Roster.of(load_plan())


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("区发改委", "区发改委"),
        ("平顶山市石龙区发展和改革委员会", "区发改委"),
        ("石龙区发展和改革委员会", "区发改委"),
        ("发改局", "区发改委"),
        (" 区 发改委 ", "区发改委"),
        ("區發改委", "区发改委"),
        ("区发改委（盖章）", "区发改委"),
        ("区发改委：", "区发改委"),
        ("石龙区住建局", "区城乡建设和交通运输局"),
        ("平顶山市石龙区城管局", "区城市管理局"),
        ("河南省平顶山市石龙区民政局", "区民政局"),
        ("区新闻出版(版权)局", "区新闻出版局"),
        ("国网石龙区供电公司", "国网石龙供电公司"),
    ],
)
def test_names_that_belong_to_one_unit(roster, text, unit):
    assert roster.resolve(text).unit == unit


def test_every_name_of_the_plan_finds_its_unit(roster):
    for unit in load_plan().units:
        for name in (unit.name, unit.full_name, *unit.aliases):
            found = roster.resolve(name)
            assert found.unit == unit.name or unit.name in found.candidates, name


def test_self_reference_means_the_unit_whose_file_it_is(roster):
    assert roster.resolve("我局", own="区民政局").unit == "区民政局"
    assert roster.resolve("本单位", own="区民政局").unit == "区民政局"
    assert roster.resolve("我局").unit == ""


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("区工商局", "区市场监管局"),
        ("国土局", "区自然资源和规划局"),
        ("区卫计委", "区卫健委"),
        ("环保局", "市生态环境局石龙分局"),
    ],
)
def test_old_names_are_accepted_and_said_to_be_old(roster, text, unit):
    found = roster.resolve(text)
    assert (found.unit, found.way) == (unit, "旧称")


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("石龙分局", {"区公安局", "市生态环境局石龙分局", "区自然资源和规划局"}),
        ("社保局", {"区人社局", "区企业养老保险中心"}),
        ("石龙区社保局", {"区人社局", "区企业养老保险中心"}),
        ("城建局", {"区城乡建设和交通运输局", "区城市管理局"}),
        ("农业局", {"区农业农村和水利局", "区农业机械技术中心"}),
    ],
)
def test_a_name_of_several_units_is_for_a_person(roster, text, candidates):
    found = roster.resolve(text)
    assert found.unit == ""
    assert set(found.candidates) == candidates


@pytest.mark.parametrize(("text", "suggestion"), [("区发该委", "区发改委"), ("区民正局", "区民政局")])
def test_one_wrong_character_is_only_suggested(roster, text, suggestion):
    found = roster.resolve(text)
    assert (found.unit, found.candidates) == ("", ())
    assert suggestion in found.suggestions


@pytest.mark.parametrize("text", ["平顶山市财政局", "河南省财政厅", "区政府办", "行政审批科", "", "张三"])
def test_who_is_no_member_is_not_made_one(roster, text):
    found = roster.resolve(text)
    assert (found.unit, found.candidates) == ("", ())


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("区发改委_应进必进填报表_第03期", "区发改委"),
        ("附件2-石龙区城管局(最终版)(1)", "区城市管理局"),
        ("市公安局石龙分局填报表", "区公安局"),
        ("区城乡建设和交通运输局_退回", "区城乡建设和交通运输局"),
    ],
)
def test_a_file_name_tells_whose_it_is(roster, name, unit):
    assert roster.find_in(name).unit == unit


def test_a_file_name_with_two_units_or_an_ambiguous_one_is_for_a_person(roster):
    assert set(roster.find_in("区发改委、区财政局填报表").candidates) == {"区发改委", "区财政局"}
    assert len(roster.find_in("石龙分局填报表").candidates) == 3
    assert roster.find_in("附件2 填报表").candidates == ()
    assert roster.find_in("平顶山市财政局来函").unit == ""


def test_another_district_brings_its_own_prefixes():
    units = [{"id": "A", "name": "区财政局", "full_name": "郑州市金水区财政局", "aliases": ["财政局"]}]
    plan = load_plan({"units": units, "office": {**vars(load_plan().office), "district": "金水区"}})
    roster = Roster.of(plan)
    assert roster.resolve("郑州市金水区财政局").unit == "区财政局"
    assert roster.resolve("金水区财政局").unit == "区财政局"
    assert roster.resolve("石龙区财政局").unit == ""


def test_it_travels_to_a_worker(roster):
    assert pickle.loads(pickle.dumps(roster)).resolve("发改局").unit == "区发改委"
