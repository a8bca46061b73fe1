"""The date of the meeting: as people type it, and not against what the returns say of themselves."""

from datetime import date

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.intake.wrong_date import Voice, doubt
from pipeline.records import meeting_date
from pipeline.sample import mess
from schemas.plan import Period
from tests.office import (
    MEETING,
    NEXT_MEETING,
    NEXT_PERIOD,
    UNITS,
    Office,
    content_of,
    folder_bytes,
    held,
    returned,
    send,
)

APRIL_14 = date(2023, 4, 14)


@pytest.mark.parametrize(
    "typed",
    [
        "2023-04-14", "2023-4-14", "2023/4/14", "2023.4.14", "20230414", "2023年4月14日", "2023年04月14号", "2023年4月14",
        "２０２３－０４－１４", "２０２３年４月１４日", "2023／4／14", "2023．4．14", "2023。4。14", "2023—4—14", "2023–04–14",
        " 2023-04-14 ", "2023 年 4 月 14 日", "\u30002023- 04 -14", "2023-04-14日", "20230414号", "\ufeff2023-04-14\u200b",
    ],
)  # fmt: skip
def test_a_date_as_people_type_it(typed):
    assert meeting_date(typed) == APRIL_14


@pytest.mark.parametrize(
    "typed",
    [
        "", "日", "今天", "四月十四", "4月14日", "2023-04", "2023年4月", "23-04-14", "2023-02-30", "2023-13-01", "2023414",
        "14/4/2023", "2023-04-14 09:30", "2023-04-14至15日", "99999999", "٢٠٢٣-٠٤-١٤", "0023-04-14", "2023--04-14",
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [["run"], ["templates"], ["remind"], ["check", "a.xlsx"]])
def test_anything_else_is_one_line(typed, command):
    result = CliRunner().invoke(main, [*command, "--meeting", typed])
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"“{typed}”不是日期，请写成 2023-04-14 的样子。\n"


# ── the clauses, by what each unit's return states

THIS = Period(3, APRIL_14, date(2023, 4, 12), date(2023, 3, 31))
BEFORE, AFTER = date(2023, 3, 31), date(2023, 4, 28)
HELD = [MEETING, BEFORE]
right = Voice(adopted=True, meeting=APRIL_14, number=3)
homemade = Voice(adopted=True, meeting=None, number=None)
old = Voice(adopted=False, meeting=BEFORE, number=2)
other = Voice(adopted=True, meeting=AFTER, number=3)
sent_early = Voice(adopted=False, meeting=AFTER, number=4)


@pytest.mark.parametrize(
    "voices",
    [
        [],
        [right] * 6,
        [homemade] * 6,
        [right] * 5 + [old],
        [right] * 5 + [other],
        [right] * 3 + [other] * 3,
        [right, other, Voice(adopted=True, meeting=BEFORE, number=3)],
        [right] + [old] * 30,  # the first return among those of a fortnight ago
        [homemade] + [old] * 30,
        [homemade] * 20 + [other],
        [right] * 3 + [Voice(adopted=True, meeting=APRIL_14, number=2)] * 3,
    ],
)
def test_the_date_may_be_right(voices):
    assert doubt(voices, THIS, HELD) is None


@pytest.mark.parametrize(
    ("voices", "named"),
    [
        ([old], "2023-03-31"),
        ([old] * 30, "2023-03-31"),
        ([sent_early] * 2 + [old], "2023-04-28"),
        ([Voice(adopted=False, meeting=None, number=2)], "第02期"),
        ([Voice(adopted=False, meeting=None, number=None)], "更早的填报日期"),
    ],
)
def test_no_return_of_this_period_and_some_of_another(voices, named):
    assert (
        f"来件没有一份是第03期（会议日期 2023-04-14）的，写的是{'会议日期 ' * named.startswith('2')}{named}："
        in str(doubt(voices, THIS, HELD))
    )


@pytest.mark.parametrize(
    ("voices", "votes"),
    [
        ([other], 1),
        ([other] * 6, 6),
        ([other] * 4 + [right] * 3, 4),
        ([other] * 3 + [homemade] * 3, 3),
        ([right] * 3 + [sent_early] * 30, 30),  # the meeting before is run again by mistake
    ],
)
def test_returns_name_another_date(voices, votes):
    assert f"有 {votes} 份来件写的会议日期是 2023-04-28，不是 2023-04-14" in str(doubt(voices, THIS, HELD))


def test_adopted_returns_that_name_the_meeting_before_count(tmp_path):
    """Corrected after the meeting and run without its date: else today would become a meeting of its own."""
    corrected = Voice(adopted=True, meeting=BEFORE, number=2)
    assert "请加 --meeting 2023-03-31 重新运行" in str(doubt([corrected] * 6, THIS, HELD))


def test_this_date_with_another_number():
    first = Period(1, APRIL_14, date(2023, 4, 12))
    said = str(doubt([right] * 4 + [homemade] * 3, first, []))
    assert "会议日期 2023-04-14、第03期，按 outputs 里已有的结果却是第01期" in said


# ── as the command gives them


def run_on(meeting, inputs, outputs, *more):
    arguments = ["run", "--meeting", str(meeting), "--inputs", str(inputs), "--outputs", str(outputs), *more]
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("typed", ["2023-03-16", "2023-03-18", "2023-04-14"])
def test_a_wrong_date_writes_nothing_unless_anyway(tmp_path, typed):
    inputs = returned(tmp_path / "in")
    result = run_on(typed, inputs, tmp_path / "out")
    assert (result.exit_code, result.stdout) == (2, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"有 6 份来件写的会议日期是 {MEETING}，不是 {typed}：日期大概写错了，")
    assert not (tmp_path / "out").exists()
    assert run_on(typed, inputs, tmp_path / "out", "--anyway").exit_code in (0, 1)
    assert (tmp_path / "out" / f"第01期_{typed}").is_dir()


def test_the_date_of_the_hidden_sheet_counts_where_the_cover_has_none(tmp_path):
    inputs = Office(tmp_path / "in").inputs
    for unit in UNITS:
        send(inputs, mess.cover(content_of(unit), meeting=None))
    assert str(MEETING) in run_on("2023-03-16", inputs, tmp_path / "out").stderr


def test_last_periods_returns_alone_are_not_this_periods(tmp_path):
    inputs, outputs = returned(tmp_path / "in"), tmp_path / "out"
    held(inputs, outputs)
    before = folder_bytes(outputs)
    result = run_on(NEXT_MEETING, inputs, outputs)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"来件没有一份是第02期（会议日期 {NEXT_MEETING}）的，写的是会议日期 {MEETING}：")
    assert folder_bytes(outputs) == before
    send(inputs, content_of(UNITS[0], NEXT_PERIOD), NEXT_PERIOD)
    assert run_on(NEXT_MEETING, inputs, outputs).exit_code == 1  # the others are carried over
    assert run_on(MEETING, inputs, outputs).exit_code in (0, 1)  # and the first meeting can be run again


def test_earlier_results_that_are_missing_are_missed(tmp_path):
    inputs = returned(tmp_path / "in", period=NEXT_PERIOD)
    result = run_on(NEXT_MEETING, inputs, tmp_path / "out")
    assert result.exit_code == 2
    assert "第02期，按 outputs 里已有的结果却是第01期" in result.stderr
    assert run_on(NEXT_MEETING, inputs, tmp_path / "out", "--anyway").exit_code == 0


def test_an_office_without_returns_may_begin(tmp_path):
    assert run_on(MEETING, Office(tmp_path / "in").inputs, tmp_path / "out").exit_code == 1
