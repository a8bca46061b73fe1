import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matrix_rows import item, items_of

from pipeline.judge.identity import match_items, match_rows
from schemas.returns import BY_KEY, TABLES

NAMES = st.sampled_from(["甲", "乙", "丙", None])
CODES = st.sampled_from(["A1", "A2", None])
ROWS = st.lists(st.tuples(st.sampled_from(["甲局", "乙局"]), CODES, NAMES), max_size=8)


def frame(rows):
    return pd.DataFrame(rows, columns=["unit", "item_code", "item_name"], dtype=object)


def matched(now, before):
    return match_items(items_of(*now), items_of(*before)).before


def test_code_and_name_before_code_before_name():
    before = [item(name="甲", item_code="A1"), item(name="乙", item_code="A1"), item(name="丙")]
    assert matched(
        [item(name="乙", item_code="A1"), item(name="丙", item_code="A3"), item(name="丁", item_code="A1")], before
    ) == [1, 2, 0]


def test_a_codeless_row_takes_its_codeless_namesake_first():
    before = [item(name="甲", item_code="A1"), item(name="甲")]
    assert matched([item(name="甲"), item(name="甲", item_code="A1")], before) == [1, 0]


def test_other_units_are_other_items():
    assert matched([item("乙局", item_code="A1")], [item("甲局", item_code="A1")]) == [-1]


def test_tasks_by_name_when_they_were_renumbered_and_by_number_when_they_were_renamed():
    def tasks(*rows):
        return pd.DataFrame(
            [("甲局", *row) for row in rows], columns=["unit", "task_number", "task_name"], dtype=object
        )

    before = tasks(("1", "甲"), ("2", "乙"), ("3", "丙"))
    now = tasks(("1", "乙"), ("2", "甲"), ("3", "丙（改）"))
    assert match_rows(now, before, BY_KEY["tasks"].identity).before == [1, 0, 2]


@pytest.mark.parametrize("sheet", TABLES, ids=lambda sheet: sheet.name)
def test_an_identity_is_made_of_columns_of_its_sheet(sheet):
    identity = sheet.identity
    assert {*identity.columns, *identity.alone, *identity.label} <= set(sheet.names)
    assert identity.key
    assert set(identity.alone) <= set(identity.columns)


A_CODE = "11410404MB0A0001824000114108003"
PART_1, PART_2 = f"{A_CODE}01", f"{A_CODE}02"


def test_an_item_in_several_rows_is_one_item_before_and_after():
    whole = [item(name="甲", item_code=A_CODE)]
    parts = [item(name="甲（首次）", item_code=PART_1), item(name="甲（变更）", item_code=PART_2)]
    assert matched(parts, whole) == [0, 0]
    assert matched(whole, parts) == [0]
    assert match_items(items_of(*whole), items_of(*parts)).gone == []
    assert match_items(items_of(*parts[:1]), items_of(*parts)).gone == []
    assert matched([item("乙局", item_code=PART_1)], [item("甲局", item_code=A_CODE)]) == [-1]
    assert matched([item(name="甲（变更）", item_code=PART_2), *parts[:1]], parts) == [1, 0]


@given(ROWS, ROWS)
def test_every_row_is_paired_once_or_not_at_all(now, before):
    matching = match_items(frame(now), frame(before))
    found = [position for position in matching.before if position >= 0]
    assert len(found) == len(set(found))
    assert sorted([*found, *matching.gone]) == list(range(len(before)))
    assert all(now[here][0] == before[there][0] for here, there in matching.pairs)


@given(ROWS)
def test_a_frame_matches_itself_row_by_row(rows):
    matching = match_items(frame(rows), frame(rows))
    assert [rows[found] for found in matching.before] == rows
    assert matching.gone == []
