"""Official papers as documents: the layout of GB/T 9704, whatever the paper."""

import zipfile

import pytest

from pipeline.records import Paper, PaperSection, PaperTable
from pipeline.write.kit.official import write_papers
from pipeline.write.kit.privacy import Guard
from schemas.plan import load_plan
from tests.write.fakes import fake_briefing

docx = pytest.importorskip("docx")

from docx.oxml.ns import qn  # noqa: E402

NOTICE = Paper(
    (PaperSection("一、会议时间", ("2023年4月14日。",), to_sign=("签收人：＿＿", "签收时间：")),),
    masthead="专班办公室文件",
    issue="【请填写发文字号】",
    title="关于召开第3期推进会的通知",
    addressed="各成员单位：",
    signed=("专班办公室", "2023年4月10日"),
    tail=("（共印【请填写】份）",),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("papers") / "工作简报_第03期.docx"
    write_papers(path, (fake_briefing(), NOTICE))
    return path


@pytest.fixture(scope="module")
def document(path):
    return docx.Document(str(path))


def paragraph(document, beginning: str):
    return next(p for p in document.paragraphs if p.text.startswith(beginning))


def font_of(style) -> tuple[str, float]:
    """The Chinese font and size of a style, its own or inherited."""
    fonts = style.element.find(f".//{qn('w:rFonts')}")
    name = font_of(style.base_style)[0] if fonts is None else fonts.get(qn("w:eastAsia"))
    return name, style.font.size.pt if style.font.size else font_of(style.base_style)[1]


def test_the_page_is_that_of_official_papers(document):
    section = document.sections[0]
    sides = (section.top_margin, section.left_margin, section.bottom_margin, section.right_margin)
    assert [round(side.mm) for side in sides] == [37, 28, 35, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    grid = section._sectPr.find(qn("w:docGrid"))
    across, down = ((210 - 28 - 26) / 25.4 * 72, (297 - 37 - 35) / 25.4 * 72)
    assert int(across / (16 + int(grid.get(qn("w:charSpace"))) / 4096)) == 28
    assert int(down / (int(grid.get(qn("w:linePitch"))) / 20)) == 22


def test_head_body_and_tail_stand_in_their_order(document):
    shown = [p.text for p in document.paragraphs if p.text]
    assert shown[:2] == ["石龙区政务服务“应进必进”工作简报", "第3期（总第3期）"]
    assert shown[2] == "石龙区政务服务“应进必进”和“一证通办”工作专班办公室\t2023年4月14日"
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:3] == ["一、总体情况", "二、评比排名", "三、表扬"]
    notice = shown[shown.index("专班办公室文件") :]
    assert notice == [
        *["专班办公室文件", "【请填写发文字号】", "关于召开第3期推进会的通知", "各成员单位：", "一、会议时间"],
        *["2023年4月14日。", "签收人：＿＿", "签收时间：", "专班办公室", "2023年4月10日", "（共印【请填写】份）"],
    ]


def test_each_level_has_its_font(document):
    styles = {p.style.name: font_of(p.style) for p in document.paragraphs}
    assert styles["发文机关标志"] == ("方正小标宋简体", 22)
    assert styles["Title"] == ("方正小标宋简体", 22)
    assert styles["Heading 1"] == ("黑体", 16)
    assert styles["Body Text"] == ("仿宋_GB2312", 16)
    assert str(document.styles["发文机关标志"].font.color.rgb) == "C00000"
    lead, rest = paragraph(document, "（一）").runs
    assert lead.style.element.find(f".//{qn('w:rFonts')}").get(qn("w:eastAsia")) == "楷体_GB2312"
    assert rest._r.rPr is None  # as the body is
    assert document.styles["Normal"].paragraph_format.line_spacing.pt == pytest.approx(28.95, abs=0.05)


def test_a_second_paper_begins_on_a_page_of_its_own(document):
    assert paragraph(document, "专班办公室文件").paragraph_format.page_break_before
    assert not document.paragraphs[0].paragraph_format.page_break_before


def test_places_to_sign_are_not_parted(document):
    assert paragraph(document, "签收人").paragraph_format.keep_with_next
    assert paragraph(document, "专班办公室").style.name == "发文机关标志"
    assert paragraph(document, "2023年4月10日").paragraph_format.right_indent.pt == 64  # 成文日期右空四字


def test_the_page_number_stands_between_dashes_at_the_outer_edge(document):
    section = document.sections[0]
    for footer in (section.footer, section.even_page_footer):
        texts = "".join(
            node.text or "" for node in footer._element.iter() if node.tag in (qn("w:t"), qn("w:instrText"))
        )
        assert texts == "— PAGE —"
    assert document.settings.odd_and_even_pages_header_footer


def test_its_small_table_is_a_table_whose_header_comes_again_on_every_page(document):
    table = document.tables[0]
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["名次", "单位", "得分"],
        ["1", "区发改委", "90.00"],
        ["2", "区教体局", "89.00"],
    ]
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows] == [True, False, False]


def test_a_long_table_is_broken_between_its_rows_and_a_long_column_gives_way(tmp_path):
    rows = tuple((str(n), "事项" * 60) for n in range(40))
    write_papers(tmp_path / "a.docx", [Paper((PaperSection("", (), PaperTable("表", ("序号", "事项"), rows)),))])
    table = docx.Document(str(tmp_path / "a.docx")).tables[0]
    kept = [row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows]
    assert kept == [True, True, *[None] * 39]
    assert [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows] == [True] * 41
    assert sum(column.width.mm for column in table.columns) == pytest.approx(156, abs=1)
    assert table.columns[0].width.mm > 9  # 序号 in one line


def test_what_a_person_must_fill_in_is_marked_and_no_mobile_number_is_printed(tmp_path):
    section = PaperSection("一、总体情况", ("原因：【请办公室补充原因】，联系13812345678。",))
    shown = Guard(load_plan()).record(Paper((section,), masthead="简报"))
    write_papers(tmp_path / "b.docx", [shown])
    runs = paragraph(docx.Document(str(tmp_path / "b.docx")), "原因").runs
    assert [(run.text, run.font.highlight_color is not None) for run in runs] == [
        ("原因：", False),
        ("【请办公室补充原因】", True),
        ("，联系138****5678。", False),
    ]


def test_no_other_program_shows_in_the_file_and_the_same_text_gives_the_same_bytes(path, tmp_path):
    write_papers(tmp_path / "again.docx", (fake_briefing(), NOTICE))
    assert (tmp_path / "again.docx").read_bytes() == path.read_bytes()
    kept = docx.Document(str(path)).core_properties
    assert (kept.author, kept.created, kept.modified) == (fake_briefing().office, None, None)
    with zipfile.ZipFile(path) as package:
        assert not [name for name in package.namelist() if "thumbnail" in name or "app.xml" in name]
        assert b"python-docx" not in b"".join(map(package.read, package.namelist()))


def test_what_no_xml_may_hold_is_left_out(tmp_path):
    write_papers(tmp_path / "c.docx", [Paper((PaperSection("", ("甲\x0b乙<&>\n丙",)),))])
    assert docx.Document(str(tmp_path / "c.docx")).paragraphs[0].text == "甲乙<&> 丙"


def test_the_columns_of_a_small_table_share_the_sheet_by_what_they_hold():
    from pipeline.write.briefing_sheet import column_spans

    assert column_spans([("名次", "单位", "得分"), ("1", "区城乡建设和交通运输局", "74.86")], 12) == (2, 8, 2)
    assert sum(column_spans([tuple("一二三四五六七八九")], 12)) == 12


PARAGRAPH_ORDER = [
    "pStyle",
    "keepNext",
    "keepLines",
    "pageBreakBefore",
    "pBdr",
    "tabs",
    "snapToGrid",
    "spacing",
    "ind",
    "jc",
]
RUN_ORDER = ["rStyle", "rFonts", "b", "color", "spacing", "sz", "szCs", "highlight"]


def test_properties_stand_in_the_order_that_word_demands(document):
    def check(element, order):
        names = [child.tag.rpartition("}")[2] for child in element]
        assert names == sorted(names, key=order.index)

    for element in document.element.body.iter(qn("w:pPr")):
        check(element, PARAGRAPH_ORDER)
    for element in document.element.body.iter(qn("w:rPr")):
        check(element, RUN_ORDER)
