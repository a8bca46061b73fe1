"""What lies in the inputs folder: each file once, with its bytes or with the reason why not (contract §4)."""

import hashlib
import os
import socket
import sys
from pathlib import Path

import odd_books
import pytest

from pipeline.intake import find
from pipeline.intake.find import find_files
from pipeline.intake.guard import MAX_BYTES

RETURN = odd_books.xlsx()
needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="no such files there")


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(find, "_PAUSE_SECONDS", 0)


def put(folder: Path, name: str, data: bytes = RETURN) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def reasons(folder: Path) -> dict[str, str]:
    """Name → code of what is not opened, "" for what is."""
    return {file.name: file.finding[0].code if file.finding else "" for file in find_files(folder)}


def test_folders_below_are_searched_and_names_are_in_order(tmp_path):
    for name in ("区公安局.xlsx", "乡镇/区教体局.xls", "乡镇/更深/区司法局.et", "办公室/督查核查表.xlsx"):
        put(tmp_path, name)
    for name in (".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep"):
        put(tmp_path, name, b"x")
    found = find_files(tmp_path)
    assert [file.name for file in found] == sorted(
        ["区公安局.xlsx", "乡镇/区教体局.xls", "乡镇/更深/区司法局.et", "办公室/督查核查表.xlsx"]
    )
    assert {file.name: file.office for file in found if file.office} == {"办公室/督查核查表.xlsx": "督查核查表.xlsx"}
    assert all(file.content.read() == RETURN and file.finding is None for file in found)


def test_what_is_known_of_a_file(tmp_path):
    put(tmp_path, "区公安局.xlsx")
    (file,) = find_files(tmp_path)
    assert file.size == len(RETURN)
    assert file.sha256 == hashlib.sha256(RETURN).hexdigest()


@needs_posix
def test_only_regular_files_are_opened(tmp_path, monkeypatch):
    inputs = tmp_path / "inputs"
    elsewhere = put(tmp_path, "别处/区公安局.xlsx")
    inputs.mkdir()
    (inputs / "链接.xlsx").symlink_to(elsewhere)
    (inputs / "链接文件夹").symlink_to(elsewhere.parent)
    (inputs / "断了.xlsx").symlink_to("没有.xlsx")
    os.mkfifo(inputs / "管道.xlsx")
    put(inputs, "文件夹.xlsx/里面.xlsx")
    monkeypatch.chdir(inputs)
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("接口.xlsx")
    assert reasons(inputs) == {
        "链接.xlsx": "WJ-020",
        "链接文件夹": "WJ-020",
        "断了.xlsx": "WJ-020",
        "管道.xlsx": "WJ-021",
        "接口.xlsx": "WJ-021",
        "文件夹.xlsx": "WJ-022",
    }


@needs_posix
def test_what_turns_into_a_link_after_it_was_listed_is_not_followed(tmp_path):
    (tmp_path / "换了.xlsx").symlink_to(put(tmp_path, "真.xlsx"))
    data, _, reason = find._read(tmp_path / "换了.xlsx", None)
    assert (data, reason[0].code) == (None, "WJ-023")


def test_unreadable_too_big_and_foreign_files_are_registered_without_their_bytes(tmp_path, monkeypatch):
    put(tmp_path, "空.xlsx", b"")
    put(tmp_path, "扫描件.xlsx", b"%PDF-1.4")
    put(tmp_path, "没传完.xlsx", RETURN[:300])
    with (tmp_path / "巨大.xlsx").open("wb") as big:
        big.truncate(MAX_BYTES + 1)
    put(tmp_path, "无权.xlsx")
    open_it = os.open

    def guarded(path: Path, flags: int) -> int:
        if Path(path).name == "无权.xlsx":
            raise PermissionError(13, "Permission denied")
        assert Path(path).name != "~$"
        return open_it(path, flags)

    monkeypatch.setattr(find.os, "open", guarded)
    assert reasons(tmp_path) == {
        "巨大.xlsx": "WJ-002",
        "扫描件.xlsx": "WJ-005",
        "无权.xlsx": "WJ-023",
        "没传完.xlsx": "WJ-004",
        "空.xlsx": "WJ-001",
    }
    assert all(file.content is None for file in find_files(tmp_path))


def test_a_locked_file_is_kept_until_a_worker_has_tried_excels_own_key(tmp_path):
    put(tmp_path, "加密.xlsx", odd_books.compound({"EncryptedPackage": b"x"}))
    (file,) = find_files(tmp_path)
    assert (file.finding, file.content is None) == (None, False)


def test_a_file_that_is_still_being_written_waits_for_the_next_run(tmp_path, monkeypatch):
    path = put(tmp_path, "区公安局.xlsx")
    put(tmp_path, "区司法局.xlsx")
    monkeypatch.setattr(find.time, "sleep", lambda _: path.write_bytes(RETURN + b"x"))
    assert reasons(tmp_path) == {"区公安局.xlsx": "WJ-024", "区司法局.xlsx": ""}


def test_one_level_of_zip_is_unpacked(tmp_path):
    inner = {
        "里面.xlsx": RETURN,
        "局里/盖章.pdf": b"%PDF",
        "再压.zip": odd_books.zipped({"x.xlsx": RETURN}),
        "__MACOSX/._里面.xlsx": b"x",
        "~$里面.xlsx": b"x",
        "办公室/豁免事项.xlsx": RETURN,
    }
    put(tmp_path, "来件.zip", odd_books.zipped(inner))
    put(tmp_path, "空.zip", odd_books.zipped({"文件夹/": b""}))
    put(tmp_path, "名为xlsx其实是压缩包.xlsx", odd_books.zipped({"区公安局.xlsx": RETURN}))
    assert reasons(tmp_path) == {
        "来件.zip/再压.zip": "WJ-025",
        "来件.zip/办公室/豁免事项.xlsx": "",
        "来件.zip/局里/盖章.pdf": "WJ-005",
        "来件.zip/里面.xlsx": "",
        "来件.zip/~$里面.xlsx": "WJ-027",
        "名为xlsx其实是压缩包.xlsx/区公安局.xlsx": "",
        "空.zip": "WJ-026",
    }
    members = {file.name: file for file in find_files(tmp_path)}
    assert members["来件.zip/里面.xlsx"].content.read() == RETURN
    assert members["来件.zip/办公室/豁免事项.xlsx"].office == "豁免事项.xlsx"


def test_a_hostile_zip_is_one_file_with_one_reason(tmp_path):
    put(tmp_path, "炸弹.zip", odd_books.zipped({"a.xlsx": bytes(70 << 20)}))
    put(tmp_path, "爬出.zip", odd_books.zipped({"../../a.xlsx": RETURN}))
    assert reasons(tmp_path) == {"炸弹.zip": "WJ-008", "爬出.zip": "WJ-008"}


def test_a_damaged_member_harms_no_other(tmp_path):
    data = bytearray(odd_books.zipped({"甲.csv": b"1" * 50, "乙.csv": b"2,3"}, method=0))
    data[data.index(b"1" * 50) + 3] ^= 1
    put(tmp_path, "来件.zip", bytes(data))
    assert reasons(tmp_path) == {"来件.zip/甲.csv": "WJ-004", "来件.zip/乙.csv": ""}


@pytest.mark.skipif(sys.platform != "linux", reason="names are bytes here alone")
def test_names_in_gbk_or_with_line_breaks_can_be_printed(tmp_path):
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + "区公安局.xlsx".encode("gbk")))).write_bytes(RETURN)
    put(tmp_path, "换\n行.xlsx")
    put(tmp_path, "换\r行.xlsx")
    assert set(reasons(tmp_path)) == {"区公安局.xlsx", "换\ufffd行.xlsx", "换\ufffd行.xlsx（2）"}


def test_a_folder_that_is_not_there_is_the_callers_affair(tmp_path):
    with pytest.raises(OSError, match="没有"):
        find_files(tmp_path / "没有")


def test_no_name_hides_a_return(tmp_path):
    for name in (".xlsx", ".区公安局.xlsx", "~$区司法局.xlsx", ".~区财政局.xlsx", ".乡镇.icloud"):
        put(tmp_path, name)
    assert set(reasons(tmp_path).values()) == {""}
    assert len(find_files(tmp_path)) == 5


OWNER = b"\x05admin".ljust(165, b" ")


def test_what_lies_beside_a_workbook_is_named_for_what_it_is(tmp_path):
    beside = {
        "~$区公安局.xlsx": OWNER,
        ".~区公安局.xlsx": OWNER,
        ".~lock.区公安局.xlsx#": b",admin,PC,24.05.2023 09:00,file:///C:/;",
        "._区公安局.xlsx": b"\x00\x05\x16\x07" + bytes(100),
        ".区公安局.xlsx.icloud": b"bplist00\xd3\x01",
        "区司法局.xlsx": bytes(40_000),
        "区财政局.xlsx": b"",
    }
    for name, data in beside.items():
        put(tmp_path, name, data)
    put(tmp_path, ".隐藏/区审计局.xlsx")
    assert reasons(tmp_path) == {
        "~$区公安局.xlsx": "WJ-027",
        ".~区公安局.xlsx": "WJ-027",
        ".~lock.区公安局.xlsx#": "WJ-027",
        "._区公安局.xlsx": "WJ-027",
        ".区公安局.xlsx.icloud": "WJ-028",
        "区司法局.xlsx": "WJ-028",
        "区财政局.xlsx": "WJ-001",
        ".隐藏": "WJ-021",
    }
    words = {file.name: file.finding[1].get("what") for file in find_files(tmp_path)}
    assert "区公安局.xlsx" in words["~$区公安局.xlsx"]
    assert words[".区公安局.xlsx.icloud"] == "区公安局.xlsx"


def test_a_stand_in_that_the_cloud_does_not_give_out_is_not_downloaded_yet(tmp_path, monkeypatch):
    put(tmp_path, "区公安局.xlsx")
    monkeypatch.setattr(find, "_is_elsewhere", lambda status: True)
    monkeypatch.setattr(find, "_bytes_of", lambda path: (_ for _ in ()).throw(OSError("the cloud is not there")))
    assert reasons(tmp_path) == {"区公安局.xlsx": "WJ-028"}


def test_the_bytes_are_kept_as_long_as_somebody_holds_them(tmp_path):
    put(tmp_path, "区公安局.xlsx")
    (file,) = find_files(tmp_path)
    folder = file.content.path.parent
    (tmp_path / "区公安局.xlsx").unlink()
    assert file.content.read() == RETURN
    del file
    assert not folder.exists()
