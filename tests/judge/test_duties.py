"""What the notice asks for beside lights and scores: 检查验收, 四电, 四种环节模式, 移交线索."""

from datetime import date

import pytest

from pipeline.judge.duties import TOTAL
from schemas.plan import period_of
from tests.office import Office, content_of, plan_with

PLAN = plan_with(4)
GOOD, BAD, SILENT, OTHER = (unit.name for unit in PLAN.units)
MEETING = date(2023, 8, 11)  # after the deadline of the first goal, before that of the others
PERIOD = period_of(PLAN, MEETING, [])


def rows(held, sheet: str, unit: str = "") -> list[dict[str, object]]:
    return [row for row in held.ledger(sheet) if not unit or row["单位"] == unit]


@pytest.fixture(scope="module")
def office(tmp_path_factory) -> Office:
    office = Office(tmp_path_factory.mktemp("duties"), period=PERIOD, plan=PLAN)
    office.return_all(but=[SILENT])
    items = [row["item_name"] for row in content_of(BAD, PERIOD, plan=PLAN).tables["items"]]
    form = office.form(BAD)
    form.change("事项", items[0], 事项进驻="未进驻", 电子证照="未应用", 计划完成日期=date(2023, 8, 30), 未到位原因="难")
    form.change("事项", items[1], 环节模式="一审两核", 环节依据="工作需要", 电子证照="已应用")
    form.change("事项", items[2], 环节模式="一审一核", 环节依据=None, 电子证照="不涉及")
    form.save()
    office.inspect(OTHER, kind="明进暗不进", number="1")
    return office


@pytest.fixture(scope="module")
def held(office):
    return office.hold()


def test_a_goal_is_accepted_once_its_deadline_has_passed(held):
    assert {row["目标"] for row in rows(held, "检查验收")} == {"事项进驻到位"}
    said = {row["单位"]: (row["结论"], row["缺什么"]) for row in rows(held, "检查验收")}
    assert said[GOOD] == ("到位", None)
    assert said[BAD][0] == "未到位"
    assert said[BAD][1].startswith("事项 1 项未到位（")
    assert said[SILENT] == ("未报", "从未报送")
    assert said[OTHER] == ("未到位", "督查明进暗不进 1 条未销号")


def test_the_four_electronic_things_are_summed_over_the_units(held):
    of_bad, total = rows(held, "四电", BAD)[0], rows(held, "四电", TOTAL)[0]
    assert of_bad["电子证照未应用"] >= 1
    for title in ("电子证照已应用", "电子印章未应用", "电子材料已应用"):
        assert total[title] == sum(row[title] for row in rows(held, "四电") if row["单位"] != TOTAL)


def test_steps_that_no_law_bears_out_must_become_one(held):
    named = {(row["环节模式"], row["理由"]) for row in rows(held, "应改审核合一", BAD)}
    assert named == {("一审两核", "环节依据没有写明法律、法规或文件"), ("一审一核", "没有环节依据")}
    modes = rows(held, "环节模式", BAD)[0]
    assert modes["应改审核合一"] == 2
    assert modes["事项"] == sum(modes[mode] for mode in ("审核合一", "一审一核", "一审两核", "特别程序", "没有填的"))


def test_a_lead_is_followed_until_it_is_closed_and_after(office, held):
    (lead,) = held.matrix("移交线索")
    assert (lead["单位"], lead["首次列入"], lead["去向"][:4]) == (OTHER, MEETING, "尚未销号")
    later = date(2023, 8, 25)
    office.next(later)
    office.return_all()
    office.forget()
    office.inspect(OTHER, kind="明进暗不进", number="1", state="已销号", closed_on=date(2023, 8, 20))
    (lead,) = office.hold().matrix("移交线索")
    assert (lead["首次列入"], lead["整改状态"]) == (MEETING, "已销号")
    assert lead["去向"] == "已销号（2023-08-20），不再列入"
