"""工作简报 as a document in the official layout."""

import pytest

from pipeline.records import Paper, PaperSection
from pipeline.write.kit.privacy import Guard
from schemas.plan import load_plan
from tests.write.fakes import PERIOD, fake_briefing

docx = pytest.importorskip("docx")

from docx.oxml.ns import qn  # noqa: E402

from pipeline.write.briefing import write_briefing  # noqa: E402


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    path = tmp_path_factory.mktemp("briefing") / "工作简报_第03期.docx"
    write_briefing(path, fake_briefing(), PERIOD)
    return docx.Document(str(path))


def fonts_of(paragraph) -> list[tuple[str, float]]:
    return [(run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt) for run in paragraph.runs]


def paragraph(document, beginning: str):
    return next(p for p in document.paragraphs if p.text.startswith(beginning))


def test_the_page_is_that_of_official_papers(document):
    section = document.sections[0]
    sides = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 28, 35, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert section._sectPr.find(qn("w:docGrid")).get(qn("w:linePitch")) == "579"  # 22 lines in 225 mm


def test_head_body_and_tail_stand_in_their_order(document):
    shown = [p.text for p in document.paragraphs if p.text]
    assert shown[:2] == ["石龙区政务服务“应进必进”工作简报", "第3期（总第3期）"]
    assert shown[2] == "石龙区政务服务“应进必进”和“一证通办”工作专班办公室\t2023年4月14日"
    headings = [text for text in shown if text[1:2] == "、"]
    assert headings == ["一、总体情况", "二、评比排名", "三、表扬", "四、通报", "五、存在问题", "六、下步安排"]
    assert shown[-4:] == ["报：区委、区政府", "送：专班组长、副组长，市专班办公室", "发：各成员单位", "（共印＿＿份）"]


def test_each_level_has_its_font(document):
    assert fonts_of(document.paragraphs[0]) == [("方正小标宋简体", 22)]
    assert str(document.paragraphs[0].runs[0].font.color.rgb) == "C00000"
    assert fonts_of(paragraph(document, "一、")) == [("黑体", 16)]
    assert fonts_of(paragraph(document, "截至")) == [("仿宋_GB2312", 16)]
    assert [name for name, _ in fonts_of(paragraph(document, "（一）"))] == ["楷体_GB2312", "仿宋_GB2312"]
    assert paragraph(document, "截至").paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)


def test_the_page_number_stands_between_dashes_at_the_outer_edge(document):
    section = document.sections[0]
    for footer in (section.footer, section.even_page_footer):
        texts = "".join(
            node.text or "" for node in footer._element.iter() if node.tag in (qn("w:t"), qn("w:instrText"))
        )
        assert texts == "— PAGE —"
    assert document.settings.odd_and_even_pages_header_footer


def test_its_small_table_is_a_table(document):
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["名次", "单位", "得分"],
        ["1", "区发改委", "90.00"],
        ["2", "区教体局", "89.00"],
    ]


def test_what_a_person_must_fill_in_is_marked_and_no_mobile_number_is_printed(tmp_path):
    section = PaperSection("一、总体情况", ("原因：【请办公室补充原因】，联系13812345678。",))
    shown = Guard(load_plan()).record(Paper("简报", "第1期", "办公室", "2023年3月17日", (section,), ()))
    write_briefing(tmp_path / "b.docx", shown, PERIOD)
    runs = paragraph(docx.Document(str(tmp_path / "b.docx")), "原因").runs
    assert [(run.text, run.font.highlight_color is not None) for run in runs] == [
        ("原因：", False),
        ("【请办公室补充原因】", True),
        ("，联系138****5678。", False),
    ]


def test_the_same_text_gives_the_same_bytes(tmp_path):
    for name in ("a.docx", "b.docx"):
        write_briefing(tmp_path / name, fake_briefing(), PERIOD)
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()


def test_the_columns_of_a_small_table_share_the_sheet_by_what_they_hold():
    from pipeline.write.briefing_sheet import column_spans

    assert column_spans([("名次", "单位", "得分"), ("1", "区城乡建设和交通运输局", "74.86")], 12) == (2, 8, 2)
    assert sum(column_spans([tuple("一二三四五六七八九")], 12)) == 12


PARAGRAPH_ORDER = ["pStyle", "keepNext", "pBdr", "tabs", "snapToGrid", "spacing", "ind", "jc"]
RUN_ORDER = ["rFonts", "b", "color", "spacing", "sz", "szCs", "highlight"]


def test_properties_stand_in_the_order_that_word_demands(document):
    def check(element, order):
        names = [child.tag.rpartition("}")[2] for child in element]
        assert names == sorted(names, key=order.index)

    for element in document.element.body.iter(qn("w:pPr")):
        check(element, PARAGRAPH_ORDER)
    for element in document.element.body.iter(qn("w:rPr")):
        check(element, RUN_ORDER)
