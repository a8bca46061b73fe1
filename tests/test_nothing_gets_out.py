"""Whole runs: numbers of persons in every column, file name, tab and remark, and secrets; nothing of it circulates."""

import html
import re
import zipfile
from dataclasses import replace
from io import BytesIO

import openpyxl
import pytest

from schemas.columns import Kind
from schemas.private import WITHHELD, private_numbers
from schemas.returns import TABLES
from tests.office import NEXT_MEETING, PLAN, UNITS, Office, Results, cell_of, content_of, edit

TALKATIVE, SECRETIVE = UNITS[0], UNITS[1]
CODENAME = "夜鹰工程选址"
SPELLINGS = (
    "张三13812345678",
    "138-1234-5678",
    "一三八一二三四五六七八",
    "０３７５－２５３６２９９",
    "410404 19900101 1234",
    "6222020200001234562",
    "+86（138）1234 5678转801",
)


def talkative(period):
    """A return with a number of a person in each column of each table, of the cover but for whose it is."""
    content = content_of(TALKATIVE, period)
    count = 0
    tables = {key: [dict(row) for row in rows] for key, rows in content.tables.items()}
    for sheet in TABLES:
        for column in sheet.columns:
            if not column.prefilled and tables.get(sheet.key):
                row = tables[sheet.key][count % len(tables[sheet.key])]
                keeps = f"{row.get(column.name) or '见'}，" if column.kind in (Kind.TEXT, Kind.NAME) else ""
                row[column.name] = keeps + SPELLINGS[count % len(SPELLINGS)]
                count += 1
    cover = content.cover | {"filled_by": "张三 13812345678", "remark": "身份证41040419900101123X"}
    return replace(
        content, tables=tables, cover={k: v for k, v in cover.items() if k in content.cover or k == "remark"}
    )


def secretive(period):
    """A return with marked cells: of an item, a task, and a problem that another unit has to solve."""
    content = content_of(SECRETIVE, period)
    tables = {key: [dict(row) for row in rows] for key, rows in content.tables.items()}
    tables["items"][0] |= {"item_name": f"机密★3年 {CODENAME}", "remark": f"（秘密）{CODENAME}"}
    tables["tasks"][0]["task_name"] = f"绝密级 {CODENAME}"
    problem = tables["problems"][0] if tables["problems"] else None
    if problem:
        problem |= {"description": f"★机密 {CODENAME}", "owner_unit": TALKATIVE}
    return replace(content, tables=tables)


def with_renamed_tab(path):
    """The return with a number of a person in the name of its tab 问题."""
    book = openpyxl.load_workbook(path)
    book["问题"].title = "问题13912345678"
    book.save(path)


@pytest.fixture(scope="module")
def meetings(tmp_path_factory):
    """Two meetings; before the second one a leader wrote a number beside a row of the first ledger."""
    office = Office(tmp_path_factory.mktemp("office"))
    first = hold(office)
    write_remark(first)
    return first, hold(office.next(NEXT_MEETING))


def write_remark(held):
    """The leader's words, in a copy of the ledger beside it."""
    path = held.path("3-")
    copy = path.with_stem(f"{path.stem}（批示）")
    copy.write_bytes(path.read_bytes())
    task = next(row for row in held.ledger("任务台账") if row["单位"] == UNITS[2])
    where = {title: task[title] for title in ("单位", "任务编号")}
    edit(copy, "任务台账", lambda tab: setattr(cell_of(tab, "领导批示", **where), "value", "请王五139 1234 0000 落实"))


def hold(office):
    office.return_all(but=[TALKATIVE, SECRETIVE])
    with_renamed_tab(office.send(talkative(office.period), f"{TALKATIVE}（李四13912340000）.xlsx"))
    office.send(secretive(office.period))
    return office.hold()


def texts_in(data):
    """Every text and attribute of every part of a package, pictures apart."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                part = package.read(name).decode()
                for text in re.findall(r">([^<]+)<|\"([^\"<>]+)\"", part):
                    yield name, html.unescape("".join(text))


def circulated(folder):
    slips = [path for path in (folder / "5-督办单").glob("*.xlsx") if path.stem != TALKATIVE]
    return [*folder.glob("3-*期.xlsx"), *folder.glob("*.docx"), *slips]


def test_no_number_of_a_person_is_in_what_circulates(meetings):
    for folder in (held.folder for held in meetings):
        for path in circulated(folder):
            found = [
                (path.name, part, text)
                for part, text in texts_in(path.read_bytes())
                if private_numbers(text, spared={PLAN.office.phone})
            ]
            assert found == []
            assert private_numbers(path.name) == []
        assert [path.name for path in (folder / "来件").iterdir() if private_numbers(path.name)] == []


def test_a_leaders_remark_is_carried_without_the_number(meetings):
    second = meetings[1].folder
    remarks = [
        text for path in second.glob("3-*期.xlsx") for _, text in texts_in(path.read_bytes()) if "请王五" in text
    ]
    assert remarks == ["请王五139****0000 落实"] * 2  # beside its row, and as a matter


def test_every_number_is_a_finding_at_its_cell(meetings):
    first = meetings[0]
    told = {
        (row["工作表"], row["单元格"])
        for row in first.findings()
        if row["单位"] == TALKATIVE and str(row["编号"]).endswith("-018")
    }
    tables = content_of(TALKATIVE).tables
    columns = [c for sheet in TABLES for c in sheet.columns if tables[sheet.key] and not c.prefilled]
    assert len({spot for spot in told if spot[1]}) >= sum(c.kind is not Kind.PHONE for c in columns) > 60
    assert {tab for tab, cell in told if not cell} == {None, "问题139****5678"}  # the file and the tab


def test_a_secret_is_nowhere_but_in_the_units_own_return(meetings):
    for folder in (held.folder for held in meetings):
        holders = {
            str(path.relative_to(folder))
            for path in folder.rglob("*")
            if path.is_file() and holds(path.read_bytes(), CODENAME)
        }
        own = {name for name in holders if name.startswith("来件/") and SECRETIVE in name}
        assert holders - own <= {f"4-退回修改/{SECRETIVE}_退回.xlsx"}
        assert own  # byte for byte
        assert any(WITHHELD in str(row["事项名称"]) for row in Results(folder).matrix("总矩阵"))


def holds(data, text):
    if data[:2] != b"PK":
        return text.encode() in data
    return any(text in found for _, found in texts_in(data))


def test_a_secret_is_an_error_and_the_first_thing_that_the_screen_says(meetings):
    first = meetings[0]
    marked = [row for row in first.findings() if str(row["编号"]).endswith("-019") and row["级别"] == "错误"]
    assert {row["原值"] for row in marked} == {WITHHELD}
    assert {row["单位"] for row in marked} == {SECRETIVE}
    assert first.exit_code == 1
    assert first.lines[0].startswith(f"注意：来件里有 {len(marked)} 处标有密级")
    assert f"{SECRETIVE}的“" in first.lines[0]
    assert CODENAME not in "".join(first.lines)
