"""What lies under outputs is what was written there, or it is said: with file and period, and nobody accused."""

import json
import re
import shutil
import zipfile
from copy import copy
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from pipeline.memory import state as memory_state
from pipeline.memory.evidence import evidence
from pipeline.memory.journal import LOG_FILE
from pipeline.memory.opening import open_own
from pipeline.memory.readback import read_table
from pipeline.memory.record import read_record
from pipeline.memory.state import recall
from pipeline.write import digest
from pipeline.write.digest import DIGEST_LABEL, EDITION_LABEL, content_digest
from schemas.columns import column
from schemas.tables import HISTORY, STATE_TABLES
from tests.office import MEETING, NEXT_MEETING, Office, plan_with

THIRD = date(2023, 4, 14)


@pytest.fixture(scope="module")
def held(tmp_path_factory) -> Office:
    """Two meetings of two units; the third is being prepared."""
    office = Office(tmp_path_factory.mktemp("evidence"), plan=plan_with(2)).return_all()
    office.hold()
    office.next(NEXT_MEETING).return_all().hold()
    return office.next(THIRD).return_all()


@pytest.fixture
def office(held, tmp_path) -> Office:
    """The same, to be changed."""
    mine = copy(held)
    for folder in ("inputs", "outputs"):
        shutil.copytree(getattr(held, folder), tmp_path / folder)
        setattr(mine, folder, tmp_path / folder)
    return mine


def matrix(office: Office, meeting: date) -> Path:
    return next(office.results(meeting).folder.glob("1-总矩阵*"))


def forge(path: Path, **cells: object) -> None:
    """Overwrite cells of the first row of 历史 by title, and work the checksum out anew."""
    book = openpyxl.load_workbook(path)
    tab = book["历史"]
    header = next(row for row in tab.iter_rows() if any(cell.value == "名次" for cell in row))
    titles = {cell.value: cell.column for cell in header}
    for title, value in cells.items():
        tab.cell(header[0].row + 1, titles[title]).value = value
    book.save(path)
    note(path, {DIGEST_LABEL: content_digest(tables(path))})


def note(path: Path, facts: dict[str, str | None]) -> None:
    book = openpyxl.load_workbook(path)
    for row in book["说明"].iter_rows():
        if row[0].value in facts:
            row[1].value = facts[row[0].value]
    book.save(path)


def tables(path: Path) -> dict[str, object]:
    book = open_own(path, path.name)
    return {table.key: found.rows for table in STATE_TABLES if (found := read_table(book, table))}


def said(office: Office) -> tuple[str, ...]:
    """What a run for the third meeting would say of the two before it."""
    return (*recall(office.outputs, THIRD).notices, *evidence(office.outputs, THIRD))


def test_the_records_are_a_chain_and_what_was_written_fits(office):
    first, second = (read_record(office.results(day).folder) for day in (MEETING, NEXT_MEETING))
    assert (first.previous, second.previous) == (None, (str(MEETING), first.digest))
    assert first.outputs.keys() >= {matrix(office, MEETING).name, "4-退回修改/退回清单.xlsx"}
    assert second.state.keys() == {matrix(office, NEXT_MEETING).name}
    assert said(office) == ()


def test_a_forged_rank_is_noticed_though_its_checksum_was_worked_out_anew(office):
    for day in (MEETING, NEXT_MEETING):
        forge(matrix(office, day), 名次=1, 得分=99.5)
    assert sorted(said(office)) == [
        f"{label}的“1-总矩阵_{label}.xlsx”与运行记录所记的内容不一致，已按现在的内容沿用，请与留存的副本核对。"
        for label in ("第01期", "第02期")
    ]


def test_a_record_made_to_fit_the_forged_one_does_not_fit_the_log_nor_the_chain(office):
    path = matrix(office, MEETING)
    forge(path, 名次=1)
    record = path.with_name("运行记录.json")
    facts = json.loads(record.read_text(encoding="utf-8"))
    facts["state"] = {path.name: content_digest(tables(path))}
    facts["outputs"].pop(path.name)
    record.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    log, chain = said(office)
    assert log == f"第01期（会议日期 {MEETING}）的“运行记录.json”与运行日志所记的不一致，请与留存的副本核对。"
    assert chain.startswith(f"第02期是接着第01期（会议日期 {MEETING}）的另一份结果算的")


def test_what_people_may_do_is_no_news(office):
    """Saved again without a change, written into workbooks 2 and 3, the briefing edited, a meeting closed, a return gone."""
    for day in (MEETING, NEXT_MEETING):
        folder = office.results(day).folder
        for path in folder.glob("[123]-*.xlsx"):
            book = openpyxl.load_workbook(path)
            if path.name[0] != "1":
                book.worksheets[0]["A1"].value = "另有安排"
            book.save(path)
        next(folder.glob("*.docx")).write_bytes(b"")
        next((folder / "来件").iterdir()).unlink()
        record = folder / "运行记录.json"
        facts = json.loads(record.read_text(encoding="utf-8")) | {"closed": True}
        record.write_text(json.dumps(facts, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    assert said(office) == ()


def test_a_program_with_a_column_more_reads_an_old_period_without_a_word(office, monkeypatch):
    wider = replace(HISTORY, columns=(*HISTORY.columns[:3], column("extra", "新列"), *HISTORY.columns[3:]))
    more = tuple(wider if table is HISTORY else table for table in STATE_TABLES)
    monkeypatch.setattr(memory_state, "STATE_TABLES", more)
    monkeypatch.setattr(digest, "STATE_TABLES", more)
    assert said(office) == ()
    forge_by_hand = openpyxl.load_workbook(matrix(office, NEXT_MEETING))
    forge_by_hand["历史"].delete_cols(5)
    forge_by_hand.save(matrix(office, NEXT_MEETING))
    changed, lacking, *_ = said(office)
    assert "内容有变化" in changed and "缺少" in lacking


def test_a_matrix_of_the_first_edition_still_verifies(office):
    path = matrix(office, NEXT_MEETING)
    note(path, {EDITION_LABEL: None, DIGEST_LABEL: content_digest(tables(path), edition=1)})
    record = path.with_name("运行记录.json")
    old = {name: part for name, part in json.loads(record.read_text(encoding="utf-8")).items() if name != "state"}
    record.write_text(json.dumps(old, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (office.outputs / LOG_FILE).unlink()
    assert said(office) == ()


def test_a_meeting_that_was_run_again_no_longer_fits_the_next_one(office):
    office.next(MEETING).send(office.units[0], items=4)
    office.hold()
    office.next(THIRD)
    assert [line.split("：")[0] for line in said(office)] == [
        f"第02期是接着第01期（会议日期 {MEETING}）的另一份结果算的，与现在这一份的“运行记录.json”对不上"
    ]


def test_the_log_says_who_did_what_when(office):
    text = (office.outputs / LOG_FILE).read_bytes().decode("utf-8-sig")
    lines = text.split("\r\n")[:-1]
    digest_of = read_record(office.results(NEXT_MEETING).folder).digest
    assert re.fullmatch(
        rf"[\d-]{{10}} [\d:]{{8}}　电脑 .*　账号 .*　版本 .*　run --meeting {NEXT_MEETING}　第02期_{NEXT_MEETING} 运行记录 {digest_of}",
        lines[1],
    )
    office.templates(office.units[0])
    again = (office.outputs / LOG_FILE).read_bytes().decode("utf-8-sig")
    assert again.startswith(text) and f"templates --meeting {THIRD}" in again


def test_no_document_names_a_time_at_which_it_was_not_made(office):
    office.templates(office.units[0])
    made = [
        path for path in office.outputs.rglob("*") if path.suffix in (".xlsx", ".docx") and "来件" not in path.parts
    ]
    assert len(made) > 10
    for path in made:
        assert b"dcterms:" not in zipfile.ZipFile(path).read("docProps/core.xml").replace(b"xmlns:dcterms", b"")
