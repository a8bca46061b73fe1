"""What a file is goes by its bytes, and what would hurt a parser never reaches one (contract §4)."""

import random
import struct
import time
import zipfile
import zlib

import odd_books
import pytest

from pipeline.findings import Place, catalogue, finding
from pipeline.intake.guard import MAX_BYTES, check
from pipeline.intake.open import open_book
from pipeline.intake.unreadable import Unreadable, damaged
from tests.intake.written import FOLDER


def refused(data: bytes) -> tuple[str, str]:
    """Code and words of the verdict, once they have been worded for people."""
    with pytest.raises(Unreadable) as caught:
        check(data)
    worded = finding(caught.value.rule, Place(file="来件"), **caught.value.words)
    assert worded.problem and worded.remedy and "{" not in worded.problem
    return caught.value.rule.code, worded.problem


# ── what it is


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (odd_books.xlsx(), "xlsx"),
        (odd_books.xlsx_with(lambda _, text: text.replace("spreadsheetml.sheet.main", "x").replace("application/vnd.openxmlformats-officedocument.x", "application/vnd.ms-excel.sheet.macroEnabled.main")), "xlsm"),
        (odd_books.xlsx_with(lambda _, text: text.replace("<Override", '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/><Override')), "xlsx"),
        (odd_books.xlsx_with(lambda name, text: None if name == "[Content_Types].xml" else text), "xlsx"),
        (odd_books.xlsb({0: {0: 1.0}}), "xlsb"),
        (odd_books.compound({"EncryptionInfo": b"x", "EncryptedPackage": b"y"}), "locked"),
        (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "x"><html/>', "html"),
        (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"/>', "fods"),
        (odd_books.ods("<table:table-row/>"), "ods"),
        (odd_books.old_xls({(0, 0): "一"}), "xls"),
        (b"\x09\x08\x08\x00\x00\x05\x05\x00", "xls"),
        ("单位,事项\n".encode("gbk"), "csv"),
        ("单位,事项\n".encode("utf-16"), "csv"),
        (b"BM,1\nMZ,2\n", "csv"),
        (b"  <TABLE border=1><tr><td>1</table>", "html"),
        (b"<!DOCTYPE html PUBLIC><html></html>", "html"),
        (b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "xml"),
        (odd_books.zipped({"区公安局.xlsx": "x"}), "zip"),
    ],
)  # fmt: skip
def test_kind_by_content(data, kind):
    assert check(data).kind == kind


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        (b"", "WJ-001", "空的"),
        (b"%PDF-1.7 ...", "WJ-005", "PDF"),
        (b"\xff\xd8\xff\xe0 JFIF", "WJ-005", "图片"),
        (b"\x89PNG\r\n\x1a\n", "WJ-005", "图片"),
        (b"RIFF\x00\x00\x00\x00WEBP", "WJ-005", "图片"),
        (b"BM\x00\x00\x00\x00", "WJ-005", "图片"),
        (b"{\\rtf1 ...}", "WJ-005", "Word"),
        (odd_books.compound({"WordDocument": b"x", "1Table": b"y"}), "WJ-005", "Word"),
        (odd_books.compound({"PowerPoint Document": b"x"}), "WJ-005", "演示"),
        (odd_books.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<x/>"}), "WJ-005", "Word"),
        (odd_books.zipped({"OFD.xml": "<x/>"}), "WJ-005", "OFD"),
        (odd_books.zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "WJ-005", "文字"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\nE", "WJ-005", "SYLK"),
        (b'TABLE\r\n0,1\r\n"x"\r\n', "WJ-005", "DIF"),
        (odd_books.zipped({"Index/Document.iwa": "x", "preview.jpg": "x"}), "WJ-005", "Numbers"),
        (
            odd_books.zipped(
                {
                    "[Content_Types].xml": '<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>',
                    "word/document.xml": "<x/>",
                    "word/embeddings/1.xlsx": "x",
                }
            ),
            "WJ-005",
            "Word",
        ),
        (b"Rar!\x1a\x07\x01\x00", "WJ-006", "rar"),
        (b"7z\xbc\xaf\x27\x1c", "WJ-006", "7z"),
        (b"\x14#e\x00\x00\x01 sealed by the office's own software", "WJ-007", "认不出"),
        (b"MZ\x90\x00", "WJ-007", "认不出"),
        (b"<svg></svg>", "WJ-005", "XML"),
    ],
)
def test_what_is_no_workbook_is_named(data, code, said):
    verdict, problem = refused(data)
    assert verdict == code
    assert said in problem


def test_too_big_is_not_even_looked_at():
    assert refused(b"%PDF" + bytes(MAX_BYTES))[0] == "WJ-002"


# ── what is cut off or mangled


@pytest.mark.parametrize(
    "whole",
    [
        odd_books.xlsx(),
        odd_books.old_xls({(0, 0): "一"}),
        odd_books.xlsb({0: {0: 1.0, 1: "一"}}),
        odd_books.ods('<table:table-row><table:table-cell office:value-type="float" office:value="1"/></table:table-row>'),
        (FOLDER / "sheetjs.xlsb").read_bytes(),
    ],
    ids=["xlsx", "xls", "xlsb", "ods", "sheetjs xlsb"],
)  # fmt: skip
def test_files_cut_off_anywhere_or_with_flipped_bits_raise_nothing_but_unreadable(whole):
    chance = random.Random(2023)
    for length in {*range(8, min(600, len(whole)), 37), *(chance.randrange(8, len(whole)) for _ in range(60))}:
        with pytest.raises(Unreadable):
            open_book(whole[:length])
    for _ in range(150):
        mangled = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            mangled[chance.randrange(len(mangled))] ^= 1 << chance.randrange(8)
        try:
            open_book(bytes(mangled))
        except Unreadable as verdict:
            assert verdict.rule in catalogue().values()


def test_encrypted_members_are_said_to_be():
    data = bytearray(odd_books.xlsx())
    directory = data.index(b"PK\x01\x02")
    while directory >= 0:
        data[directory + 8] |= 1
        directory = data.find(b"PK\x01\x02", directory + 4)
    assert refused(bytes(data))[0] == "WJ-003"


# ── zips made to hurt


def declaring(data: bytes, size: int) -> bytes:
    """The zip with every member said to be `size` bytes when unpacked."""
    changed, at = bytearray(data), data.find(b"PK\x01\x02")
    while at >= 0:
        changed[at + 24 : at + 28] = struct.pack("<L", size)
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(changed)


def test_limits_of_the_zip_directory():
    assert "2000" in refused(odd_books.zipped({f"{number}.xml": "" for number in range(2001)}))[1]
    assert "倍" in refused(declaring(odd_books.zipped({"xl/workbook.xml": "1"}), 51 << 20))[1]
    six = odd_books.zipped({f"{number}.bin": "1" for number in range(6)})
    assert "300 MB" in refused(declaring(six, 51 << 20))[1]


def test_a_million_members_are_refused_without_reading_them():
    one = odd_books.zipped({"a": ""})
    member = one[one.index(b"PK\x01\x02") : one.rindex(b"PK\x05\x06")]
    began = time.monotonic()
    assert "2000" in refused(b"PK\x03\x04" + member * 1_000_000)[1]
    assert time.monotonic() - began < 2


def test_a_directory_that_hides_a_member_is_found_out():
    two = bytearray(odd_books.zipped({"a.xlsx": "1", "b.xlsx": "2"}))
    two[two.rindex(b"PK\x05\x06") + 10] = 3
    assert "不符" in refused(bytes(two))[1]


def test_a_part_that_is_honestly_packed_300_fold_is_no_bomb():
    part = f"<row>{' ' * 1_000_000}</row>"
    assert (
        check(odd_books.zipped({"[Content_Types].xml": odd_books.parts("")["[Content_Types].xml"], "x.xml": part})).kind
        == "xlsx"
    )


def test_a_directory_that_lies_about_the_size_is_found_out():
    content = odd_books.parts("")
    content["xl/styles.xml"] += " " * 5_000_000
    honest = odd_books.zipped(content)
    claimed = struct.pack("<L", len(content["xl/styles.xml"].encode()))
    assert honest.count(claimed) == 2
    with pytest.raises(Unreadable) as caught:
        open_book(honest.replace(claimed, struct.pack("<L", 400)))
    assert (caught.value.rule.code, "大小" in caught.value.words["what"]) == ("WJ-008", True)


def test_a_wrong_checksum_is_found_out():
    data = bytearray(odd_books.zipped(odd_books.parts(""), zipfile.ZIP_STORED))
    data[data.index(b"sheetData")] ^= 1
    with pytest.raises(Unreadable) as caught:
        open_book(bytes(data))
    assert caught.value.rule.code == "WJ-004"


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_odd_and_overlapping_members():
    twice = odd_books.zipped({"a.xml": "1", "A.XML": "2"})
    assert "同名" in refused(twice)[1]
    assert "名称异常" in refused(odd_books.zipped({"../../x.xlsx": "1"}))[1]
    two = odd_books.zipped({"a.xml": "11111", "b.xml": "22222"}, zipfile.ZIP_STORED)
    second = two.rindex(b"PK\x01\x02")
    overlapping = two[: second + 42] + struct.pack("<L", 0) + two[second + 46 :]
    assert "重叠" in refused(overlapping)[1]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_unusual_methods_are_refused(method):
    assert refused(odd_books.zipped({"a.xlsx": "x" * 100}, method))[0] == "WJ-006"


def test_names_in_gbk_are_read_right():
    buffer = odd_books.zipped({"aaaaaaaa.xlsx": "x"})
    (entry,) = check(buffer.replace(b"aaaaaaaa", "区公安局".encode("gbk"))).entries
    assert entry.name == "区公安局.xlsx"


def test_every_verdict_on_a_file_can_be_worded():
    for rule in (rule for code, rule in catalogue().items() if "WJ-001" <= code < "WJ-050"):
        fields = {"what": "甲", "size": "61 MB", "limit": "50 MB", "sheet": "事项", "cell": "XFE1", "seconds": "60"}
        worded = finding(rule, Place(file="来件.xlsx"), **fields)
        assert worded.problem and worded.remedy and rule.example


def test_unreadable_travels_between_processes():
    import pickle

    again = pickle.loads(pickle.dumps(damaged("内容缺失")))
    assert (again.rule.code, again.words) == ("WJ-004", {"what": "内容缺失"})


def test_zip64_fields_are_understood():
    """Some programs write the wide size fields for small files too."""
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive, archive.open("取水.csv", "w", force_zip64=True) as member:
        member.write("事项,1".encode())
    (entry,) = check(buffer.getvalue()).entries
    assert (entry.name, entry.size, entry.crc) == ("取水.csv", 8, zlib.crc32("事项,1".encode()))
