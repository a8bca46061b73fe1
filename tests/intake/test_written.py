"""Whatever program wrote it, a table is read (README: 读得懂的文件)."""

import importlib.util
import shutil

import pytest

from pipeline.intake.open import open_book
from pipeline.sample import sample_returns
from pipeline.write.template import Prefill, write_template
from schemas.plan import load_plan, period_of
from tests.intake import written
from tests.office import MEETING

VALUES = {"文字", "换行", "数字", "日期"}
KEPT = [(name, writer, file) for name, kept in written.KEPT.items() for writer, file in kept]
AS_TEXT = ("xls（网页）", "csv、txt")


@pytest.mark.parametrize(("name", "writer", "file"), KEPT)
def test_no_value_of_any_writer_is_lost(name, writer, file):
    found = set(written.found((written.FOLDER / file).read_bytes()))
    assert found >= ({"文字", "换行"} if name in AS_TEXT else VALUES), writer


@pytest.mark.parametrize("file", ["libreoffice.xlsx", "libreoffice.xls", "libreoffice.ods", "exceljs.xlsx"])
def test_all_that_is_asked_for_is_found_where_the_writer_can_write_it(file):
    assert set(written.found((written.FOLDER / file).read_bytes())) == set(written.FACETS)


@pytest.mark.parametrize("file", ["sheetjs.xlsx", "sheetjs.xlsm", "sheetjs.xlsb", "sheetjs_xml.xls"])
def test_all_but_lines_through_words_is_found_in_files_of_sheetjs(file):
    assert set(written.FACETS) - set(written.found((written.FOLDER / file).read_bytes())) == {"删除线"}


@pytest.mark.parametrize("file", written.LIBRARIES)
def test_writers_that_are_installed_still_write_what_is_kept(file):
    library, make = written.LIBRARIES[file]
    if not importlib.util.find_spec(library):
        pytest.skip(f"{library} is not installed")
    assert written.found(make()) == written.found((written.FOLDER / file).read_bytes())


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
@pytest.mark.parametrize("file", ["libreoffice.xls", "libreoffice.ods"])
def test_libreoffice_still_writes_what_is_kept(file):
    fresh = written.by_libreoffice(written.LIBREOFFICE[file])
    assert written.found(fresh) == written.found((written.FOLDER / file).read_bytes())


def test_flat_and_packed_open_documents_say_the_same():
    packed, flat = (open_book((written.FOLDER / name).read_bytes()) for name in ("sheetjs.ods", "sheetjs.fods"))
    assert (packed.kind, flat.kind) == ("ods", "fods")
    assert packed.sheets == flat.sheets


def test_nothing_in_our_own_template_looks_struck_or_greyed(tmp_path):
    plan = load_plan()
    period = period_of(plan, MEETING, [])
    content = next(iter(sample_returns(plan, period, items_per_unit=5)))
    path = tmp_path / "填报表.xlsx"
    write_template(path, plan, period, content.unit, Prefill(content.cover, content.tables))
    for sheet in open_book(path.read_bytes()).sheets:
        assert (sheet.struck, sheet.greyed, sheet.comments) == (frozenset(), frozenset(), {}), sheet.name
