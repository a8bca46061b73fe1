"""After a mistake of the program's own: a file to pass on, in which nothing stands of what the units wrote."""

import os

import pytest
from click.testing import CliRunner

import pipeline.run
from pipeline.cli import main
from tests.office import MEETING, Office

SECRET = "张三13800001111"


@pytest.fixture
def office(tmp_path, monkeypatch):
    def mistaken(*_, **__):
        try:
            int(SECRET)
        except ValueError as error:
            raise KeyError(SECRET) from error

    monkeypatch.setattr(pipeline.run, "write_scores", mistaken)
    return Office(tmp_path).return_all(but=("区公安局",))


def run_it(office, monkeypatch):
    monkeypatch.chdir(office.inputs.parent)
    folders = ["--inputs", os.fspath(office.inputs), "--outputs", os.fspath(office.outputs)]
    return CliRunner().invoke(main, ["run", "--meeting", str(MEETING), *folders])


def test_it_names_versions_places_and_files_and_nothing_that_is_in_them(office, monkeypatch):
    done = run_it(office, monkeypatch)
    assert done.exit_code == 2
    (report,) = office.outputs.resolve().parent.glob("错误报告_????-??-??.txt")
    assert len(done.stderr.splitlines()) == 1
    assert str(report) in done.stderr
    assert "--verbose" not in done.stderr
    text = report.read_bytes().decode("utf-8-sig")
    for word in ("命令 run", "Python 3.", "openpyxl 3.", "pipeline/run.py:", "mistaken", "ValueError", "KeyError"):
        assert word in text
    for path in office.inputs.iterdir():
        assert f"  {path.name}\r\n" in text
    assert SECRET not in text
    assert SECRET not in done.stderr


def test_a_second_fault_of_the_day_stands_below_the_first(office, monkeypatch):
    run_it(office, monkeypatch)
    run_it(office, monkeypatch)
    (report,) = office.outputs.resolve().parent.glob("错误报告_*.txt")
    assert report.read_bytes().decode("utf-8-sig").count("命令 run") == 2


def test_where_it_cannot_be_written_the_line_says_what_else_to_do(office, monkeypatch):
    def refused(*_):
        raise PermissionError

    monkeypatch.setattr("pipeline.memory.fault.report_fault", refused)
    done = run_it(office, monkeypatch)
    assert done.exit_code == 2
    assert "请加 --verbose 再运行一次" in done.stderr
