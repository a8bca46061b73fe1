"""What is attached to an e-mail or packed in an archive is taken as if it had been dropped in, one level deep."""

import base64
import random

import mails
import odd_books
import pytest

from pipeline.intake import find, packed
from pipeline.intake.find import find_files

RETURN = odd_books.xlsx()
PLAIN = odd_books.zipped({"里面.xlsx": RETURN})


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(find, "_PAUSE_SECONDS", 0)


def received(folder, name, data):
    """Name → code of what is not opened, "" for what is; of one file in the folder."""
    (folder / name).write_bytes(data)
    return {file.name: file.finding[0].code if file.finding else "" for file in find_files(folder)}


MEMBERS = {
    "区司法局.xlsx": RETURN,
    "盖章.pdf": b"%PDF" + bytes(5000),
    "再压.zip": PLAIN,
    "督查核查表.xlsx": RETURN,
    "说明.txt": "今年没有变化".encode(),
}
EXPECTED = {
    "区司法局.xlsx": "", "盖章.pdf": "WJ-005", "再压.zip": "WJ-025", "督查核查表.xlsx": "", "说明.txt": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("来件.zip", odd_books.zipped(MEMBERS)),
        ("来件.7z", mails.seven_zip(MEMBERS)),
        ("来信.eml", mails.email(MEMBERS)),
        ("改了名.xlsx", mails.seven_zip(MEMBERS)),  # what a file is goes by its content
    ],
)
def test_every_file_in_it_is_listed_with_its_path(tmp_path, name, data):
    assert received(tmp_path, name, data) == {f"{name}/{member}": code for member, code in EXPECTED.items()}
    found = {file.name: file for file in find_files(tmp_path)}
    assert found[f"{name}/区司法局.xlsx"].content.read() == RETURN
    assert found[f"{name}/督查核查表.xlsx"].office == "督查核查表.xlsx"


def test_what_hangs_on_an_e_mail_of_outlook(tmp_path):
    book = odd_books.zipped(
        {**{k: v.encode() for k, v in odd_books.parts("").items()}, "x.bin": random.Random(7).randbytes(9000)}
    )
    assert received(
        tmp_path, "来信.msg", mails.outlook({"区司法局.xlsx": book, "图.png": b"\x89PNG" + bytes(5000)})
    ) == {
        "来信.msg/区司法局.xlsx": "",
        "来信.msg/图.png": "WJ-005",
    }
    found = {file.name: file for file in find_files(tmp_path)}
    assert found["来信.msg/区司法局.xlsx"].content.read() == book
    assert received(tmp_path, "来信.msg", mails.outlook({})) == {"来信.msg": "WJ-029"}


def test_folders_in_a_7z_stay_in_the_path_and_what_systems_leave_behind_is_left_out(tmp_path):
    members = {"三月/区司法局.xlsx": RETURN, "__MACOSX/._区司法局.xlsx": b"x", "三月/.DS_Store": b"x"}
    assert received(tmp_path, "来件.7z", mails.seven_zip(members)) == {"来件.7z/三月/区司法局.xlsx": ""}


@pytest.mark.parametrize(
    "parameter",
    [
        b'filename="=?GB2312?B?' + base64.b64encode("区司法局.xlsx".encode("gb2312")) + b'?="',
        b"filename*=gb2312''%C7%F8%CB%BE%B7%A8%BE%D6.xlsx",
        b"filename*=utf-8''%E5%8C%BA%E5%8F%B8%E6%B3%95%E5%B1%80.xlsx",
        'filename="区司法局.xlsx"'.encode("gbk"),
        'filename="区司法局.xlsx"'.encode(),
        'filename="C:\\\\桌面\\\\区司法局.xlsx"'.encode(),
    ],
)
def test_names_as_e_mail_programs_spell_them(tmp_path, parameter):
    found = received(tmp_path, "来信.eml", mails.email_naming(parameter, RETURN))
    assert found == {"来信.eml/区司法局.xlsx": ""}


def test_the_words_of_an_e_mail_are_no_return(tmp_path):
    assert received(tmp_path, "来信.eml", mails.email({}, text="事项编码,事项名称\n1,甲\n")) == {"来信.eml": "WJ-029"}


def test_a_forwarded_e_mail_is_the_second_level(tmp_path):
    import email
    from email.message import EmailMessage

    outer = EmailMessage()
    outer["From"], outer["To"], outer["Subject"] = "a@example.cn", "b@example.cn", "转发"
    outer.set_content("见附件")
    outer.add_attachment(email.message_from_bytes(mails.email(MEMBERS), policy=email.policy.default))
    assert received(tmp_path, "转发.eml", outer.as_bytes()) == {"转发.eml/附件1": "WJ-025"}


def test_what_no_library_opens_says_what_to_do(tmp_path):
    assert received(tmp_path, "来件.rar", b"Rar!\x1a\x07\x01\x00" + bytes(100)) == {"来件.rar": "WJ-006"}


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("锁.7z", mails.seven_zip({"区司法局.xlsx": RETURN}, password="x"), "WJ-003"),
        ("锁名.7z", mails.seven_zip({"区司法局.xlsx": RETURN}, password="x", header_encryption=True), "WJ-003"),
        ("断.7z", mails.seven_zip({"区司法局.xlsx": RETURN})[:-40], "WJ-004"),
        ("炸弹.7z", mails.seven_zip({"a.xlsx": bytes(70 << 20)}), "WJ-008"),
        ("空.7z", mails.seven_zip({".DS_Store": b"x"}), "WJ-026"),
        ("断.msg", mails.outlook({"区司法局.xlsx": RETURN})[:3000], "WJ-004"),
    ],
)
def test_an_archive_that_cannot_be_opened_is_one_file_with_one_reason(tmp_path, name, data, code):
    assert received(tmp_path, name, data) == {name: code}


def test_members_count_towards_the_limits(tmp_path, monkeypatch):
    path = tmp_path / "many.7z"
    path.write_bytes(mails.seven_zip({f"{number}.csv": b"1,2" for number in range(30)}))
    monkeypatch.setattr(packed, "MAX_ENTRIES", 20)
    with pytest.raises(packed.Unreadable) as said:
        packed.unpack_all((packed.SEVEN_ZIP, path, tmp_path))
    assert said.value.rule.code == "WJ-008"


@pytest.mark.parametrize("lost", ["[Content_Types].xml", "xl/workbook.xml"])
def test_a_workbook_of_which_a_part_is_missing_is_one_damaged_file(tmp_path, lost):
    parts = {
        name: data.encode() for name, data in odd_books.parts("").items() if name not in (lost, "[Content_Types].xml")
    }
    parts.pop("xl/workbook.xml", None)
    assert received(tmp_path, "区司法局.xlsx", odd_books.zipped(parts)) == {"区司法局.xlsx": "WJ-004"}
