"""The records of the dimensions agree with the sheets, and what is open follows the weights of the plan."""

from dataclasses import replace

import pandas as pd
import pytest

from pipeline.write.entry import hint_formula, hint_texts, hints_of
from schemas.dimensions import DIMENSION_OF_INSPECTION, QUESTION_OF_INSPECTION, Dimension, open_item
from schemas.plan import Plan, load_plan
from schemas.returns.items import SHEET
from schemas.returns.self_check import GOOD_ANSWER
from schemas.words import INSPECTION_KIND, State

PLAN = load_plan()
IN_PLACE = {column: d.record.word(State.DONE) for d in Dimension for column in d.record.columns}


def scoring(**weights: int) -> Plan:
    """The default plan with other weights, by Dimension.name."""
    return replace(
        PLAN, dimensions=tuple(replace(e, weight=weights.get(e.dimension.name, e.weight)) for e in PLAN.dimensions)
    )


def is_open(plan: Plan, **cells: str) -> bool:
    rows = pd.DataFrame(
        [IN_PLACE | {"negative_list": "否", "approval_number": None, "step_mode": "审核合一"} | cells], dtype=object
    )
    return bool(open_item(plan).mask(rows).iloc[0])


@pytest.mark.parametrize("dimension", Dimension)
def test_a_record_speaks_of_columns_values_questions_and_findings_that_there_are(dimension):
    record = dimension.record
    for name in record.columns:
        known = [*record.state_of, *filter(None, [record.absent])]
        assert sorted(SHEET.by_name[name].values) == sorted(known)
    assert set(record.inspections) <= set(INSPECTION_KIND.values)
    assert not record.admitted or SHEET.by_name[record.admitted].values == ("是", "否")
    assert record.question is None or record.question in GOOD_ANSWER


def test_each_kind_of_inspection_finding_but_the_rest_has_its_dimension_or_question():
    assert {"其他"} == set(INSPECTION_KIND.values) - set(DIMENSION_OF_INSPECTION) - set(QUESTION_OF_INSPECTION)


def test_a_dimension_is_found_by_its_title():
    assert Dimension("环节") is Dimension.STEP
    assert str(Dimension.STEP) == "环节"
    with pytest.raises(ValueError, match="档案"):
        Dimension("档案")


@pytest.mark.parametrize(
    ("cells", "weights", "expected"),
    [
        ({}, {}, False),
        ({"system_state": "对接中"}, {}, True),
        ({"system_state": "对接中"}, {"SYSTEM": 0}, False),
        ({"one_id": "推进中"}, {}, False),
        ({"one_id": "推进中"}, {"ONE_ID": 5}, True),
        ({"one_id": "不涉及"}, {"ONE_ID": 5}, False),
        ({"step_deliver": "厅外"}, {}, True),
        ({"step_deliver": "厅外"}, {"STEP": 0}, False),
        (dict.fromkeys(Dimension.STEP.record.columns, "无此环节"), {}, True),
        (dict.fromkeys(Dimension.STEP.record.columns, "无此环节"), {"STEP": 0}, False),
        ({"one_id": "推进中", "negative_list": "是", "approval_number": "一号"}, {"ONE_ID": 5}, False),
    ],
)
def test_only_what_the_plan_scores_is_open(cells, weights, expected):
    assert is_open(scoring(**weights), **cells) is expected


def test_where_nothing_is_scored_nothing_has_to_be_planned():
    plan = scoring(**{dimension.name: 0 for dimension in Dimension})
    assert open_item(plan) is None
    assert [column.title for column in SHEET.columns if column.required_when and not column.needed_when(plan)] == [
        "计划完成日期",
        "未到位原因",
    ]


def test_the_hints_of_the_template_follow_the_plan():
    cells = {name: f"${name}4" for name in SHEET.names}
    row = {**IN_PLACE, "one_id": "推进中", "system_state": "对接中", "negative_list": "否", "planned_on": None}
    rows = pd.DataFrame([row], columns=list(SHEET.names), dtype=object)
    for weights, asked in (({}, "system_state"), ({"SYSTEM": 0, "ONE_ID": 10}, "one_id"), ({"SYSTEM": 0}, "")):
        hints = [hint for hint in hints_of(SHEET, scoring(**weights), "名单") if "计划完成日期" in hint.words][:1]
        formula = hint_formula(hints, cells)
        assert {name for name in ("system_state", "one_id") if f'${name}4="' in formula} == ({asked} - {""})
        assert hint_texts(hints, rows) == ["有进驻维度尚未到位，缺“计划完成日期”；" if asked else ""]
