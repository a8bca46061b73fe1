"""运行.bat: what can be checked of it away from Windows: its bytes, its commands, its labels."""

import re
from pathlib import Path

import pytest

BAT = Path(__file__).resolve().parent.parent / "运行.bat"


@pytest.fixture(scope="module")
def lines():
    return BAT.read_bytes().decode("gbk").split("\r\n")


def test_every_line_ends_as_windows_needs():
    data = BAT.read_bytes()
    assert data.endswith(b"\r\n")
    assert data.count(b"\n") == data.count(b"\r\n") == data.count(b"\r")


def test_gbk_without_byte_order_mark_and_says_so_before_any_chinese_is_shown(lines):
    assert BAT.read_bytes().startswith(b"@echo off\r\n")
    assert lines[1] == "chcp 936 >nul"
    with pytest.raises(UnicodeDecodeError):
        BAT.read_bytes().decode("utf-8")


def test_every_label_exists_and_is_used(lines):
    labels = {line[1:] for line in lines if line.startswith(":")}
    jumps = {target for line in lines for target in re.findall(r"\bgoto (\w+)", line)}
    fallen_into = {"prepare", "menu", "end", "make", "ready"}  # reached from the line above
    assert jumps <= labels
    assert labels - jumps <= fallen_into


def test_paths_with_spaces_and_chinese_are_always_quoted(lines):
    for line in lines:
        for part in ("%PYTHON%", "%VENV%", "%CD%", "%~dp0"):
            for found in re.finditer(re.escape(part), line):
                before = line[: found.start()]
                assert before.count('"') % 2 == 1, line
    assert 'pushd "%~dp0" || goto no_folder' in lines  # pushd, unlike cd, also enters a network share


def test_no_block_in_round_brackets_that_a_path_with_one_would_break(lines):
    code = [line for line in lines if not line.startswith(("rem ", "echo ", "set /p ")) and "sys.exit" not in line]
    assert not [line for line in code if line.rstrip().endswith("(")]
    assert not any("enabledelayedexpansion" in line.lower() for line in lines)  # it would eat a ! in a path


def test_offline_from_the_wheels_folder_else_from_the_index(lines):
    text = "\n".join(lines)
    assert '--no-index --find-links wheels "yjbj[briefing]"' in text
    assert '-m pip install --quiet --disable-pip-version-check ".[briefing]"' in text
    assert text.index('if exist "wheels\\" goto offline') < text.index('".[briefing]"')
    assert 'py -3 -c "import sys; sys.exit(sys.version_info < (3, 11))"' in text


def test_runs_the_commands_the_program_has(lines):
    from pipeline.cli import main

    used = set(re.findall(r"-m pipeline (\w+)", "\n".join(lines)))
    assert used == {"run", "templates", "remind", "plan", "demo", "close"}
    assert used <= set(main.commands)
    assert any('run --meeting "%MEETING%"' in line for line in lines)


def test_opens_the_results_and_keeps_the_window(lines):
    assert 'if "%RESULT%"=="0" start "" "%CD%\\outputs"' in lines
    assert 'if "%RESULT%"=="1" start "" "%CD%\\outputs"' in lines
    ends = [number for number, line in enumerate(lines) if line.startswith("exit /b")]
    assert all("pause" in lines[number - 2 : number] for number in ends)


def test_asks_for_no_administrator(lines):
    assert not re.search(r"runas|net session|reg add|setx", "\n".join(lines), re.IGNORECASE)
