"""Remarks find their rows again: moved, renamed, from red to yellow; or they are listed apart."""

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipeline.judge.remarks import (
    Said,
    Standing,
    as_they_stand,
    attach,
    brought_back,
    no_words,
    remark_key,
    remark_label,
)
from schemas.tables import LEDGER_BOOK, PROBLEM_LEDGER, RED_LIST, TASK_LEDGER, WORDS, YELLOW_LIST

RED, YELLOW, TASKS, PROBLEMS = RED_LIST.name, YELLOW_LIST.name, TASK_LEDGER.name, PROBLEM_LEDGER.name


def red(name="事项一", dimension="环节", code=None, unit="甲局"):
    return {"unit": unit, "item_code": code, "item_name": name, "dimension": dimension}


def task(number, name, unit="甲局"):
    return {"unit": unit, "task_number": number, "task_name": name}


def frame(*rows, table=RED_LIST):
    return pd.DataFrame(rows, columns=list(table.names), dtype=object)


def remarks(*entries):
    """entries: (sheet, row, 领导批示)."""
    rows = [
        {
            "book": LEDGER_BOOK,
            "sheet": sheet,
            "label": remark_label(sheet, row),
            "leader_note": note,
            "written_in": "第01期",
            "key": remark_key(sheet, row),
        }
        for sheet, row, note in entries
    ]
    return pd.DataFrame(rows, columns=list(WORDS.names), dtype=object).pipe(
        lambda found: found.where(found.notna(), None)
    )


def attached(known, *, red_rows=(), yellow_rows=(), tasks=(), problems=()):
    frames, lost = attach(
        {
            RED: frame(*red_rows),
            YELLOW: frame(*yellow_rows),
            TASKS: frame(*tasks, table=TASK_LEDGER),
            PROBLEMS: frame(*problems, table=PROBLEM_LEDGER),
        },
        known,
    )
    return {sheet: rows["leader_note"].tolist() for sheet, rows in frames.items()}, lost["label"].tolist()


def test_beside_the_same_row_wherever_it_stands_now():
    known = remarks((RED, red(), "抓紧"), (RED, red(dimension="人员"), "限期"))
    beside, lost = attached(known, red_rows=[red("别的"), red(dimension="人员"), red()])
    assert beside[RED] == [None, "限期", "抓紧"]
    assert lost == []


def test_from_the_red_list_to_the_yellow_one():
    beside, lost = attached(remarks((RED, red(), "抓紧")), yellow_rows=[red()])
    assert (beside[YELLOW], lost) == (["抓紧"], [])


def test_a_renamed_item_is_found_by_its_code_and_a_recoded_one_by_its_name():
    known = remarks((RED, red("旧名", code="A1"), "一"), (RED, red("同名", code="B1"), "二"))
    beside, lost = attached(known, red_rows=[red("同名", code="B2"), red("新名", code="A1")])
    assert (beside[RED], lost) == (["二", "一"], [])


def test_another_dimension_is_another_row():
    beside, lost = attached(remarks((RED, red(dimension="环节"), "抓紧")), red_rows=[red(dimension="系统")])
    assert (beside[RED], lost) == ([None], ["甲局｜事项一｜环节"])


def test_tasks_by_name_when_they_were_renumbered_and_by_number_when_they_were_renamed():
    known = remarks((TASKS, task("1", "甲"), "一"), (TASKS, task("2", "乙"), "二"), (TASKS, task("3", "丙"), "三"))
    beside, lost = attached(known, tasks=[task("1", "乙"), task("2", "甲"), task("3", "丙（改）")])
    assert (beside[TASKS], lost) == (["二", "一", "三"], [])


def test_problems_by_number():
    row = {"unit": "甲局", "problem_number": "1", "description": "网络不通"}
    known = remarks((PROBLEMS, row, "请科技局办"))
    assert attached(known, problems=[{**row, "description": "网络仍不通"}])[0][PROBLEMS] == ["请科技局办"]


def test_what_has_no_row_any_more_is_listed_apart_and_goes_back_when_it_returns():
    known = remarks((RED, red(), "抓紧"), (TASKS, task("1", "甲"), "快办"))
    _, lost = attach({RED: frame(), YELLOW: frame(), TASKS: frame(table=TASK_LEDGER)}, known)
    assert lost["label"].tolist() == ["甲局｜事项一｜环节", "甲局｜1｜甲"]
    beside, still_lost = attached(lost, red_rows=[red()])
    assert (beside[RED], still_lost) == (["抓紧"], ["甲局｜1｜甲"])


def test_rows_alike_take_their_remarks_in_order():
    known = remarks((RED, red(), "一"), (RED, red(), "二"))
    assert attached(known, red_rows=[red(), red()])[0][RED] == ["一", "二"]
    assert attached(known, red_rows=[red()]) == (
        {RED: ["一"], YELLOW: [], TASKS: [], PROBLEMS: []},
        ["甲局｜事项一｜环节"],
    )


def test_nobody_wrote_anything():
    assert attached(None, red_rows=[red()]) == ({RED: [None], YELLOW: [], TASKS: [], PROBLEMS: []}, [])


def test_remarks_on_a_sheet_that_is_not_asked_for_are_kept():
    _, lost = attached(remarks(("单位红黄绿", {"unit": "甲局"}, "表扬")), red_rows=[red()])
    assert lost == ["甲局"]


def back(*, now=(), written=(), then=(), before=(), known=True):
    """What a rerun brings back; each given as (sheet, row, 领导批示) of the same rows."""
    standing = Standing(remarks(*now), remarks(*written))
    found = brought_back(standing, remarks(*then), remarks(*before), known=known)
    return found["leader_note"].tolist()


def test_what_a_person_cleared_stays_cleared_and_what_is_written_late_comes():
    def note(text):
        return ((RED, red(), text),)

    carried = {"written": note("抓紧"), "then": note("抓紧")}
    assert back(now=note("抓紧"), before=note("抓紧"), **carried) == ["抓紧"]
    assert back(now=note(None), before=note("抓紧"), **carried) == []
    assert back(now=note("限期"), before=note("抓紧"), **carried) == ["限期"]
    assert back(now=note("抓紧"), before=note("改了"), **carried) == ["改了"]
    assert back(now=note("抓紧"), before=(), **carried) == []
    assert back(now=note("限期"), before=note("改了"), **carried) == ["限期；改了"]
    assert back(before=note("晚写的")) == ["晚写的"]


def test_where_it_is_not_known_what_the_run_wrote_the_meetings_own_words_come_first():
    mine = ((RED, red("新名", code="A1"), "本期"),)
    before = ((RED, red("旧名", code="A1"), "上期"), (RED, red("只有上期"), "也要"))
    nothing = ((RED, red("新名", code="A1"), None),)
    assert back(now=mine, written=nothing, before=before, known=False) == ["本期", "也要"]


def said(text, counter, row=None):
    row = row or red()
    return Said(
        LEDGER_BOOK, RED, remark_key(RED, row), remark_label(RED, row), "第01期", {"leader_note": text}, counter=counter
    )


def test_copies_of_one_ledger_keep_both_texts():
    def stands(*sayings, written=()):
        found = as_they_stand(remarks(*written) if written else no_words(), sayings)
        return found.now["leader_note"].tolist()

    assert stands(said("同意", "a"), said("请抓紧", "b")) == ["同意；请抓紧"]
    assert stands(said("同意", "a"), said("同意，请抓紧", "b")) == ["同意，请抓紧"]
    assert stands(said("旧", "a"), said("新", "b"), written=((RED, red(), "旧"),)) == ["新"]
    assert stands(said(None, "a"), said("旧", "b"), written=((RED, red(), "旧"),)) == [None]


ROWS = st.lists(
    st.builds(red, st.sampled_from("甲乙"), st.sampled_from(["事项", "环节"]), st.sampled_from([None, "A1"])),
    max_size=6,
)


@given(ROWS, ROWS, ROWS)
def test_no_remark_is_ever_lost_or_doubled(written, red_rows, yellow_rows):
    known = remarks(*((RED, row, f"批示{number}") for number, row in enumerate(written)))
    frames, lost = attach({RED: frame(*red_rows), YELLOW: frame(*yellow_rows)}, known)
    found = [note for rows in (*frames.values(), lost) for note in rows["leader_note"] if note]
    assert sorted(found) == sorted(known["leader_note"])
