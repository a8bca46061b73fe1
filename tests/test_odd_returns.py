"""One meeting at which every unit sends something odd: what a good clerk would make of each.

The kinds stand for others, which the tests of their hops hold (tests/intake); here each goes from the
file to the sheet that is circulated.
"""

from copy import copy
from datetime import date, datetime
from email.message import EmailMessage
from io import BytesIO

import openpyxl
import pytest
from openpyxl.styles import Font

from tests.office import MEETING, NEXT_MEETING, Office, plan_with

PLAN = plan_with(9)
(BUDGET, NOTE, MAIL, MONTH, VERSIONS, STRUCK, FOOTER, NUMBER, BLANK) = (unit.name for unit in PLAN.units)
PHONE = "13812345678"
STATES_OF_A_CELL = ("事项", "窗口", "环节", "人员", "授权", "系统")


def red_item(office: Office, unit: str) -> None:
    office.form(unit).change("事项", office.content(unit).tables["items"][0]["item_name"], 体外循环="是").save()


@pytest.fixture(scope="module")
def meetings(tmp_path_factory):
    office = Office(tmp_path_factory.mktemp("odd"), plan=PLAN).return_all()
    red_item(office, NOTE)
    first = office.hold()
    assert office.period.meeting == MEETING
    office.next(NEXT_MEETING)
    send_odd_ones(office)
    return first, office.hold(), office


def send_odd_ones(office: Office) -> None:
    office.drop(f"{BUDGET}经费预算表.xlsx", workbook([["科目", "金额"], ["办公费", 1200], ["会议费", 300]]))
    office.drop(f"{NOTE}情况说明.txt", "我局情况良好，无新增事项。".encode())
    office.drop(f"{MAIL}.eml", mail_with(office.send(MAIL).read_bytes()))
    (office.inputs / office.form(MAIL).path.name).unlink()
    months(office)
    for name, items in (("定稿", 4), ("作废", 6)):
        office.send(VERSIONS, f"{VERSIONS}-{name}.xlsx", items=items)
    strike(office)
    form = office.form(FOOTER)
    form.add("事项", 事项名称="以下空白").save()
    office.form(NUMBER).save(name=f"{NUMBER}联系人{PHONE}.xlsx")
    office.form(NUMBER).path.unlink()
    office.drop(f"{BLANK}_填报表.xlsx", office.templates(BLANK)[0].read_bytes())


def workbook(rows: list[list[object]]) -> bytes:
    book, written = openpyxl.Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(written)
    return written.getvalue()


def mail_with(attached: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = "报送", "a@example.com", "b@example.com"
    message.set_content("请查收")
    message.add_attachment(attached, maintype="application", subtype="octet-stream", filename=f"{MAIL}填报表.xlsx")
    return message.as_bytes()


def months(office: Office) -> None:
    """A task's date that shows the month alone, and another one's in which the same is text."""
    form = office.form(MONTH)
    tab = form.book["任务"]
    column = next(cell.column for cell in tab[3] if cell.value == "*计划完成日期")
    tab.cell(4, column).value, tab.cell(5, column).value = datetime(2023, 5, 1), "2023年5月"
    form.change("任务", str(tab.cell(6, 1).value), 完成进度="大概")
    tab.cell(4, column).number_format = 'yyyy"年"m"月"'
    form.save()


def strike(office: Office) -> None:
    form = office.form(STRUCK)
    for cell in form.book["事项"][4]:
        font = copy(cell.font)
        cell.font = Font(name=font.name, size=font.size, strike=True)
    form.save()


def files_of(held, unit: str) -> dict[str, dict]:
    return {name: line for name, line in held.files().items() if unit in name}


def receipt(held, unit: str) -> dict:
    return next(row for row in held.matrix("报送情况") if row["单位"] == unit)


@pytest.mark.parametrize(
    ("unit", "said"), [(BUDGET, "没有填报表的任何一张表"), (NOTE, "没有填报表的任何一张表"), (BLANK, "空白填报表")]
)
def test_what_is_no_return_displaces_nothing(meetings, unit, said):
    first, second, _ = meetings
    (line,) = files_of(second, unit).values()
    assert (line["处理"], said in line["原因"] or line["原因"]) == ("拒收", True)
    assert receipt(second, unit)["报送状态"] == "沿用上期"
    before, after = ([r for r in held.matrix("总矩阵") if r["单位"] == unit] for held in (first, second))
    assert [[row[title] for title in STATES_OF_A_CELL] for row in after] == [
        [row[title] for title in STATES_OF_A_CELL] for row in before
    ]


def test_a_note_takes_no_red_away(meetings):
    for held in meetings[:2]:
        assert [row["维度"] for row in held.ledger("红灯清单") if row["单位"] == NOTE and row["事项编码"]] == ["环节"]
    proposals = [row["类别"] for row in meetings[1].scores("表扬通报建议") if row["单位"] == NOTE]
    assert any("通报" in str(kind) for kind in proposals)


def test_what_an_email_brings_is_taken_with_its_path(meetings):
    second = meetings[1]
    assert receipt(second, MAIL)["报送状态"] == "按时"
    assert receipt(second, MAIL)["来源文件"] == f"{MAIL}.eml/{MAIL}填报表.xlsx"


def test_a_month_is_the_same_as_a_date_and_as_text(meetings):
    second = meetings[1]
    tasks = [row for row in second.matrix("任务") if row["单位"] == MONTH][:2]
    assert [row["计划完成日期"] for row in tasks] == [date(2023, 5, 31)] * 2
    told = [row["单元格"] for row in second.findings() if row["单位"] == MONTH and row["工作表"] == "任务"]
    assert {"F4", "F5"} <= set(told)


def test_of_two_versions_of_a_day_the_final_one_counts_and_it_is_said(meetings):
    second = meetings[1]
    verdicts = {name: line["处理"] for name, line in files_of(second, VERSIONS).items()}
    assert verdicts == {f"{VERSIONS}-定稿.xlsx": "采用", f"{VERSIONS}-作废.xlsx": "已被替代"}
    assert receipt(second, VERSIONS)["警示"] > 0
    assert any(VERSIONS in line and "作废" in line for line in second.lines)


def test_a_struck_row_is_read_and_said(meetings):
    second, office = meetings[1:]
    name = office.content(STRUCK).tables["items"][0]["item_name"]
    assert name in [row["事项名称"] for row in second.matrix("总矩阵") if row["单位"] == STRUCK]
    struck = [row for row in second.findings() if row["单位"] == STRUCK and "删除线" in row["问题"]]
    assert [(row["工作表"], row["级别"]) for row in struck] == [("事项", "警示")]


def test_a_footer_is_no_item(meetings):
    second = meetings[1]
    assert "以下空白" not in [row["事项名称"] for row in second.matrix("总矩阵")]
    assert receipt(second, FOOTER)["错误"] == 0


def test_a_number_in_a_file_name_is_not_circulated(meetings):
    second = meetings[1]
    assert receipt(second, NUMBER)["报送状态"] == "按时"
    book = openpyxl.load_workbook(second.path("3-"), read_only=True)
    assert not any(
        PHONE in str(value) for sheet in book for row in sheet.iter_rows(values_only=True) for value in row if value
    )


def test_the_screen_counts_what_lies_in_the_folder(meetings):
    second = meetings[1]
    copies = [*(second.folder / "4-退回修改").glob("*_退回.xlsx")]
    (line,) = [line for line in second.lines if line.startswith("退回修改（")]
    listed = sum(int(receipt(second, path.stem.removesuffix("_退回"))["错误"]) for path in copies)
    assert listed > 0
    assert line.startswith(f"退回修改（共 {listed} 处错误） {len(copies)} 个")
