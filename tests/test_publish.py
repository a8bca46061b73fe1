"""A period's folder appears whole or not at all, and what it replaces is kept."""

from pathlib import Path

import pytest

from pipeline.memory.publish import keep_aside, publish

NAME = "第01期_2023-03-17"


def writing(text: str):
    def write(folder: Path) -> None:
        (folder / "结果.txt").write_text(text, encoding="utf-8")

    return write


def test_the_replaced_result_is_kept_each_time(tmp_path):
    for text in ("一", "二", "三"):
        published = publish(tmp_path, NAME, writing(text))
    assert published.folder == tmp_path / NAME
    assert (tmp_path / NAME / "结果.txt").read_text(encoding="utf-8") == "三"
    kept = sorted((tmp_path / ".replaced").iterdir())
    assert [path.name for path in kept] == [NAME, f"{NAME}-2"]
    assert [(path / "结果.txt").read_text(encoding="utf-8") for path in kept] == ["一", "二"]


def test_a_failure_leaves_the_old_result_and_nothing_half_written(tmp_path):
    publish(tmp_path, NAME, writing("一"))

    def fails(folder: Path) -> None:
        (folder / "结果.txt").write_text("半", encoding="utf-8")
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        publish(tmp_path, NAME, fails)
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert (tmp_path / NAME / "结果.txt").read_text(encoding="utf-8") == "一"


def test_what_a_run_that_was_cut_off_left_behind_is_cleared(tmp_path):
    (tmp_path / f".writing-{NAME}").mkdir()
    (tmp_path / f".writing-{NAME}" / "旧.txt").touch()
    publish(tmp_path, NAME, writing("一"))
    assert [path.name for path in (tmp_path / NAME).iterdir()] == ["结果.txt"]


def test_a_result_that_is_open_in_excel_is_not_lost(tmp_path, monkeypatch):
    publish(tmp_path, NAME, writing("一"))
    rename = Path.rename

    def locked(path: Path, target: Path) -> Path:
        if path.name == NAME:
            raise PermissionError(13, "in use")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", locked)
    published = publish(tmp_path, NAME, writing("二"))
    assert published.beside
    assert published.folder.name == f"{NAME}_新"
    assert (tmp_path / NAME / "结果.txt").read_text(encoding="utf-8") == "一"


def test_a_result_that_does_not_reconcile_is_kept_apart(tmp_path):
    aside = keep_aside(tmp_path, NAME, writing("一"))
    assert aside == tmp_path / ".unreconciled" / NAME
    assert not (tmp_path / NAME).exists()


def test_every_earlier_result_of_the_meeting_is_replaced(tmp_path):
    """One written beside an open workbook, and one under another 期次 number, are of the same meeting."""
    olds = [publish(tmp_path, name, writing("旧")).folder for name in (f"{NAME}_新", "第02期_2023-03-17")]
    publish(tmp_path, NAME, writing("新"), olds)
    assert sorted(path.name for path in tmp_path.iterdir()) == [".replaced", NAME]
    assert len(list((tmp_path / ".replaced").iterdir())) == 2
