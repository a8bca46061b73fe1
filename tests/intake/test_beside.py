"""What a cell means outside its value: said at the cell, and the value stays as it is."""

from drawn import drawn, read

from pipeline.findings import Finding
from pipeline.intake.raw import Comment
from pipeline.judge.verify import noted_by_unit

TABLE = """
事项编码 | 事项名称 | 事项类型 | 办件类型
1 | 甲 | 行政许可 | 即办件
2 | 乙 | 行政许可 | 即办件
3 | 丙 | 行政许可 | 承诺件
4 | 丁 | 行政许可 | 承诺件
5 | 戊 | 公共服务 | 承诺件
"""
ROW_3 = frozenset((3, column) for column in range(1, 5))


def beside(**options) -> list[Finding]:
    reading = read(drawn("事项", TABLE, **options))
    assert len(reading.tables["items"][0].rows) == 5
    return [entry for entry in reading.findings if entry.code in ("FM-022", "FM-023")]


def spots(**options) -> list[tuple[str, str]]:
    return [(entry.code, entry.place.cell) for entry in beside(**options)]


def test_a_struck_row_is_said_once_at_its_name():
    (said,) = beside(struck=ROW_3)
    assert (said.place.cell, said.place.row, said.value) == ("B3", 3, "乙")
    assert "第 3 行整行划了删除线" in said.problem


def test_single_cells_struck_or_greyed_out():
    assert spots(struck=frozenset({(3, 2), (6, 3)})) == [("FM-022", "B3"), ("FM-022", "C6")]
    assert spots(greyed=frozenset({(4, 4)})) == [("FM-022", "D4")]
    assert spots(greyed=ROW_3) == [("FM-022", "B3")]


def test_a_header_that_is_grey_and_a_table_that_is_grey_all_over_say_nothing():
    assert spots(struck=frozenset({(1, 1)}), greyed=frozenset((1, column) for column in range(1, 5))) == []
    assert spots(greyed=frozenset((row, 1) for row in range(2, 7))) == []
    assert spots(greyed=frozenset((row, column) for row in (2, 4, 6) for column in range(1, 5))) == []


def test_a_note_of_the_unit_is_said_with_its_words_and_goes_to_who_verifies():
    said = beside(comments={(3, 2): (Comment("其实没有进驻"),), (1, 1): (Comment("编码待定", "张三"),)})
    assert [(entry.place.cell, entry.place.row, entry.value) for entry in said] == [
        ("B3", 3, "其实没有进驻"),
        ("A1", 0, "编码待定"),
    ]
    assert [row.words["words"] for row in noted_by_unit(_of_unit(said))] == ["其实没有进驻", "编码待定"]


def test_what_we_wrote_into_a_marked_copy_is_no_note_of_the_unit():
    ours = "【错误 SX-001】“事项名称”没有填写\n改法：请填写"
    assert beside(comments={(3, 2): (Comment(ours, "应进必进校验"),)}) == []
    (said,) = beside(comments={(3, 2): (Comment(f"已划转\n{ours}"),)})
    assert said.value == "已划转"


def test_a_note_on_the_cover():
    cover = "填报单位 | 区民政局\n填报日期 | 2023-04-12\n填报人 | 张三"
    reading = read(drawn("封面", cover, comments={(2, 2): (Comment("以电话为准"),)}), drawn("事项", TABLE), cover=None)
    assert [(e.place.sheet, e.place.cell) for e in reading.findings if e.code == "FM-023"] == [("封面", "B2")]


def _of_unit(findings: list[Finding]) -> list[Finding]:
    from dataclasses import replace

    return [replace(entry, place=replace(entry.place, unit="区民政局")) for entry in findings]
