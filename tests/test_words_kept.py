"""Whatever people write into an output stands there again: on a rerun, and in the next period (contract §8)."""

import shutil
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tests.office import NEXT_MEETING, Office, cell_of, edit, plan_with

PROPOSALS = "表扬通报建议"


def header(tab, title):
    """The header cell with this title."""
    return next(cell for row in tab.iter_rows(max_row=15) for cell in row if cell.value == title)


def retitled(tab):
    header(tab, "领导批示").value = "领导批示（5月12日）"


def own_column(tab, first, title, text):
    place = header(tab, first)
    column = tab.max_column + 1
    tab.cell(place.row, column).value = title
    tab.cell(place.row + 1, column).value = text


def write_into_ledger(path):
    book = load_workbook(path)
    tab = book["红灯清单"]
    row = header(tab, "单位").row + 1
    tab.cell(row, header(tab, "领导批示").column).value = "抓紧办"
    retitled(tab)
    own_column(tab, "单位", "区长意见", "月底前见效")
    tab.cell(row, header(tab, "理由").column).comment = Comment("已电话催办", "张三")
    tab.title = "红灯清单（已阅）"
    book.save(path)
    copy = path.with_name("领导阅后.xlsx")
    shutil.copy(path, copy)
    edit(copy, "红灯清单（已阅）", lambda tab: cell_into(tab, row, "督办意见", "副本里的意见"))


def cell_into(tab, row, title, text):
    tab.cell(row, header(tab, title).column).value = text


def decide(path, silent, added):
    def typed(tab):
        cell_of(tab, "会议决定", 单位=silent).value = "通报"
        cell_of(tab, "备注", 单位=silent).value = "限三日内报送"
        place = header(tab, "单位")
        row = next(n for n in range(place.row + 1, 200) if not tab.cell(n, place.column).value)
        for title, value in {"单位": added, "会议决定": "约谈", "备注": "会上提出"}.items():
            cell_into(tab, row, title, value)

    edit(path, PROPOSALS, typed)


def figures(held):
    return held.scores("评分排名"), [
        {name: row[name] for name in ("单位", "事项名称", "维度", "亮灯", "理由")} for row in held.ledger("红灯清单")
    ]


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """A meeting, the same again after people wrote into it, and the next one."""
    office = Office(tmp_path_factory.mktemp("words"), plan=plan_with(4))
    silent = office.units[-1]
    office.return_all(but=[silent])
    office.inspect(office.units[0], kind="体外循环")
    first = office.hold()
    before = figures(first)
    added = next(u for u in office.units if u not in {row["单位"] for row in first.scores(PROPOSALS)})
    write_into_ledger(first.path("3-"))
    decide(first.path("2-"), silent, added)
    brief = next(first.folder.rglob("*.docx"))
    paper = Document(str(brief))
    paper.add_paragraph("人写的一段")
    paper.save(str(brief))
    again = office.hold()
    office.next(NEXT_MEETING)
    return office, added, before, again, brief


def words_of(held):
    rows = held.ledger("红灯清单") + held.ledger("黄灯清单") + held.ledger("历史批示")
    return [str([row.get(t) for t in ("领导批示", "督办意见", "其他批注")]) for row in rows]


def test_words_in_the_ledger_on_a_rerun_and_in_the_next_period(kept):
    _, _, before, again, _ = kept
    said = " ".join(words_of(again))
    for text in ("抓紧办", "月底前见效", "已电话催办", "副本里的意见"):
        assert text in said
    assert figures(again) == before
    lost = [[row["原表"], row["对象"], row["其他批注"]] for row in again.ledger("历史批示")]
    assert not lost, lost


def test_decisions_and_a_row_added_by_hand(kept):
    office, added, _, again, _ = kept
    rows = {row["单位"]: row for row in again.scores(PROPOSALS) if row["会议决定"]}
    assert (rows[office.units[-1]]["会议决定"], rows[office.units[-1]]["备注"]) == ("通报", "限三日内报送")
    assert (rows[added]["会议决定"], rows[added]["备注"]) == ("约谈", "会上提出")
    papers = [path.as_posix() for path in again.folder.rglob("6-文书/**/*.docx")]
    assert any("通报" in path for path in papers)
    assert any("约谈" in path and added in path for path in papers)


def test_an_edited_document_is_kept_beside_the_new_one(kept):
    *_, brief = kept
    draft = brief.with_name(f"{brief.stem}_修改稿.docx")
    assert Document(BytesIO(draft.read_bytes())).paragraphs[-1].text == "人写的一段"
    assert Document(BytesIO(brief.read_bytes())).paragraphs[-1].text != "人写的一段"


def test_a_rerun_without_a_change_changes_nothing_and_the_next_period_has_all(kept):
    office, *_ = kept
    office.return_all(but=[office.units[-1]])
    held = office.hold()
    said = " ".join(words_of(held))
    for text in ("抓紧办", "月底前见效", "已电话催办", "副本里的意见"):
        assert text in said
    earlier = held.scores("历史批示")
    assert {(row["会议决定"], row["备注"]) for row in earlier} >= {("通报", "限三日内报送"), ("约谈", "会上提出")}
    assert not any(row["会议决定"] for row in held.scores(PROPOSALS))
    tab = next(name for name in ("红灯清单", "黄灯清单", "历史批示") if "抓紧办" in str(held.ledger(name)))
    edit(held.path("3-"), tab, lambda sheet: setattr(cell_of(sheet, "领导批示", 领导批示="抓紧办"), "value", None))
    assert "抓紧办" not in " ".join(words_of(office.hold()))
