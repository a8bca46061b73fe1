"""How many lines a text fills, counted by hand."""

import pytest

from pipeline.write.kit.measure import line_count, text_width

CODE = "12410404MB0A0028814002014028002"  # 31 characters


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, 1),
        ("事项", 5, 1),
        ("事项进驻情况", 9, 2),  # 12 of 8 a line
        ("第一行\n第二行", 20, 2),
        (CODE, 32, 1),
        (CODE, 22, 2),  # a code alone is broken where the line ends
        (f"编码由{CODE}改为{CODE}", 36, 3),  # 6; 31 + 4; 31: no code is broken
        (f"编码由{CODE}", 31, 3),  # the words, and a code one character too long
        (f"编码由{CODE}", 38, 1),
    ],
)
def test_lines_that_a_text_fills(text, width, lines):
    assert line_count(text, width) == lines


def test_a_chinese_character_is_two_wide_and_the_longest_line_counts():
    assert text_width("一证通办 A\n事项") == 10
