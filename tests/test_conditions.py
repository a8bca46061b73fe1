"""Conditions of a row: one declaration gives mask, formula and words."""

import pandas as pd
import pytest

from schemas.conditions import AllBut, AnyOf, AtLeast, Both, Filled, When
from schemas.dimensions import STEPS, Dimension
from schemas.plan import load_plan
from schemas.returns import BY_KEY

PLAN = load_plan()
ROWS = pd.DataFrame({"a": ["是", "否", None, "脏"], "b": [1, 0.5, None, "脏"]}, dtype=object)
CELLS, TITLES = {"a": "A4", "b": "B4"}, {"a": "甲", "b": "乙"}
YES, FULL = When("a", ("是",)), AtLeast("b", 1, "已到 100%")


@pytest.mark.parametrize(
    ("condition", "mask", "formula", "words"),
    [
        (YES, [1, 0, 0, 0], 'A4="是"', "“甲”为“是”"),
        (When("a", ("是", "否")), [1, 1, 0, 0], 'OR(A4="是",A4="否")', "“甲”为“是”或“否”"),
        (Filled("a"), [1, 1, 0, 1], 'A4<>""', "已填“甲”"),
        (FULL, [1, 0, 0, 0], "AND(ISNUMBER(B4),B4>=1)", "“乙”已到 100%"),
        (Both(YES, FULL), [1, 0, 0, 0], 'AND(A4="是",AND(ISNUMBER(B4),B4>=1))', "“甲”为“是”，且“乙”已到 100%"),
        (AnyOf((YES, Filled("b"))), [1, 1, 0, 1], 'OR(A4="是",B4<>"")', "“甲”为“是”，或已填“乙”"),
        (AllBut(Filled("a"), YES), [0, 1, 0, 1], 'AND(A4<>"",NOT(A4="是"))', "已填“甲”（“甲”为“是”除外）"),
    ],
)
def test_a_condition_in_its_three_forms(condition, mask, formula, words):
    assert condition.mask(ROWS).tolist() == [bool(value) for value in mask]
    assert condition.formula(CELLS) == formula
    assert condition.words(TITLES) == words


def test_every_condition_names_columns_of_its_own_sheet():
    for sheet in BY_KEY.values():
        cells = {name: f"{name}!" for name in sheet.names}
        for column in sheet.columns:
            if column.required_when:
                assert column.needed_when(PLAN).formula(cells)
                assert column.required_when.words(sheet.titles)


def test_no_step_at_all():
    rows = pd.DataFrame([["无此环节"] * 4, ["无此环节"] * 3 + ["大厅"], ["无此环节"] * 3 + [None]], columns=list(STEPS))
    rows["step_mode"] = None
    assert Dimension.STEP.record.void.mask(rows).tolist() == [True, False, False]
