"""运行.bat: what can be checked of it away from Windows: its bytes, its commands, its labels."""

import re
import subprocess
import sys
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
    jumps = {target for line in lines for target in re.findall(r"\b(?:goto |call :)(\w+)", line)}
    fallen_into = {"menu", "end", "ready"}  # reached from the line above
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
    assert "--no-index --find-links wheels --require-hashes -r wheels\\requirements.txt" in text
    assert '-m pip install --quiet --disable-pip-version-check ".[briefing]"' in text
    assert text.index('if exist "wheels\\requirements.txt" goto offline') < text.index('".[briefing]"')


def setting(lines, name):
    """What the first `set "NAME=…"` gives."""
    return next(line for line in lines if line.startswith(f'set "{name}=') and not line.endswith('="'))[
        len(name) + 6 : -1
    ]


def test_says_what_is_wrong_with_python_when_it_is_python(lines, tmp_path):
    def verdict(before: str) -> int:
        return subprocess.run(
            [sys.executable, "-c", before + setting(lines, "CHECK")], check=False, cwd=tmp_path
        ).returncode

    assert verdict("") == 0
    assert verdict("import sys; sys.version_info = (3, 8); ") == 13
    assert verdict("import sys; sys.maxsize = 2**31 - 1; ") == 14
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "requirements.txt").write_text("# Python 3.1 3.2\n")
    assert verdict("") == 15
    (tmp_path / "wheels" / "requirements.txt").write_text(f"# Python 3.2 {sys.version_info[0]}.{sys.version_info[1]}\n")
    assert verdict("") == 0
    for code, label, word in (
        ("13", "old_python", "太旧"),
        ("14", "short_python", "32 位"),
        ("15", "other_python", "没有适合"),
    ):
        assert f'if "%WHY%"=="{code}" goto {label}' in lines
        assert f'if "%CODE%"=="{code}" set "WHY={code}"' in lines
        assert word in "".join(lines[lines.index(f":{label}") :][:4])
    assert '%FOUND% -m venv "%VENV%" || goto no_venv' in lines


def test_asks_again_on_an_unknown_choice_and_reads_full_width_digits(lines):
    ask = lines[lines.index(":ask") : lines.index(":meeting")]
    assert ask[-3:-1] == ['echo 没有 "%CHOICE%" 这一项，请输入 1 到 5，或直接按回车。', "goto ask"]
    for digit, wide in zip("12345", "１２３４５", strict=True):
        assert ask.index(f'if "%CHOICE%"=="{wide}" set "CHOICE={digit}"') < ask.index('if "%CHOICE%"=="1" goto meeting')
        assert any(line.startswith(f'if "%CHOICE%"=="{digit}" goto ') for line in ask)


def test_what_is_typed_stands_between_quotes_after_its_own_were_taken_out(lines):
    for name in ("CHOICE", "MEETING"):
        used = [line for line in lines if f"%{name}" in line]
        assert used[0].removeprefix("if defined MEETING ") == f'set "{name}=%{name}:"=%"'
        for line in used[1:]:
            for found in re.finditer(f"%{name}", line):
                assert line[: found.start()].count('"') % 2 == 1, line


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
