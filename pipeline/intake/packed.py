"""Archives and e-mails: the files in them, taken as if they had been dropped in, one level deep (contract §4).

.zip, .7z, .eml and .msg; every other kind is said with what to do. Runs in a worker process, which bounds what no
check can foresee. What is in them counts towards the same limits as the parts of a workbook; the words of an e-mail
are no return.
"""

import hashlib
import lzma
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from pathlib import Path, PurePosixPath
from typing import IO

from pipeline.findings import ERROR, Rule, rule
from pipeline.intake import ole
from pipeline.intake.guard import MAX_BYTES, TOO_BIG, check, megabytes
from pipeline.intake.unreadable import ARCHIVE_IN_ARCHIVE, ENCRYPTED, Unreadable, damaged, odd
from pipeline.intake.zipped import (
    FOREIGN_ARCHIVE,
    MAX_ENTRIES,
    MAX_RATIO,
    MAX_UNPACKED,
    RATIO_COUNTS_FROM,
    directory,
    unpack,
)

ZIP, SEVEN_ZIP, EMAIL, OUTLOOK = "zip", "7z", "eml", "msg"

#: Catalogue code and words.
Reason = tuple[Rule, dict[str, str]]
#: Name, declared size, and the bytes, or why they are not to be had.
Part = tuple[str, int, bytes | Unreadable]

_SEVEN_ZIP_START = b"7z\xbc\xaf\x27\x1c"
_OUTLOOK_STREAM = "__properties_version1.0".encode("utf-16-le")
_HEAD_BYTES = 16 << 10
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]*:[ \t]?")
_OF_EMAIL = re.compile(
    rb"^(?:Received|Return-Path|Delivered-To|To|Cc|Bcc|Message-ID|X-Mailer):", re.IGNORECASE | re.MULTILINE
)
_FROM = re.compile(rb"^(?:From|Sender|Subject):", re.IGNORECASE | re.MULTILINE)
_PARTS_OF_OFFICE = ("xl/", "word/", "ppt/", "_rels/.rels", "docprops/", "meta-inf/manifest.xml")
_BARE_NAME = re.compile(rb'(?:file)?name="?([^"\r\n;]+)', re.IGNORECASE)
_SHORT_NAME = 0x3704  # PidTagAttachFilename, where an attachment has no long one


NO_ATTACHMENT = rule(
    "WJ-029",
    ERROR,
    title="邮件里没有附件",
    problem="邮件里没有附件，正文不作为来件",
    remedy="请把填报表作为附件报送，或直接放入来件文件夹",
    example="关于报送的邮件.eml",
)


@dataclass(frozen=True, slots=True)
class Member:
    """One file out of an archive or e-mail: where its bytes are, or why they are not kept. sha256: "" when unread."""

    name: str
    size: int
    sha256: str
    path: Path | None
    reason: Reason | None


def packed_kind(data: bytes) -> str:
    """Which of the four it is by its first bytes; "" for anything else. Raises Unreadable as `guard.check` does.

    A workbook of which parts are missing is a zip as well: it is damaged, and no archive of its parts.
    """
    if data.startswith(_SEVEN_ZIP_START):
        return SEVEN_ZIP
    if data.startswith(ole.SIGNATURE) and _OUTLOOK_STREAM in data:
        return OUTLOOK
    if _is_email(data):
        return EMAIL
    checked = check(data)
    if checked.kind != "zip":
        return ""
    if any(entry.name.casefold().startswith(_PARTS_OF_OFFICE) for entry in checked.entries):
        raise damaged("缺少部件")
    return ZIP


def _is_email(data: bytes) -> bool:
    """Headers from the first line on, of those that a saved web page (.mht) has none of."""
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf\r\n").replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    return bool(_HEADER.match(head) and _OF_EMAIL.search(head) and _FROM.search(head))


def unpack_all(task: tuple[str, Path, Path]) -> list[Member]:
    """In a worker: every file of the archive, workbooks written into a folder; task: kind, archive, folder.

    Raises Unreadable for the archive as a whole; what is wrong with one file of it is that file's reason.
    """
    kind, path, folder = task
    members: list[Member] = []
    for name, size, content in _READERS[kind](path):
        where = folder / str(len(members))
        members.append(_member(name, size, content, where))
        if len(members) > MAX_ENTRIES:
            raise odd(f"内含的文件超过 {MAX_ENTRIES} 个")
    return members


def _member(name: str, size: int, content: bytes | Unreadable, where: Path) -> Member:
    if isinstance(content, Unreadable):
        return Member(name, size, "", None, (content.rule, content.words))
    digest = hashlib.sha256(content).hexdigest()
    try:
        if packed_kind(content):
            raise Unreadable(ARCHIVE_IN_ARCHIVE)
    except Unreadable as error:
        return Member(name, len(content), digest, None, (error.rule, error.words))
    where.write_bytes(content)
    return Member(name, len(content), digest, where, None)


def _zip(path: Path) -> Iterator[Part]:
    data = path.read_bytes()
    for entry in directory(data):
        if not entry.is_folder:
            yield entry.name, entry.size, _too_big(entry.size) or _attempt_unpack(data, entry)


def _attempt_unpack(data: bytes, entry: object) -> bytes | Unreadable:
    try:
        return unpack(data, entry)  # type: ignore[arg-type]
    except Unreadable as error:
        return error


def _too_big(size: int) -> Unreadable | None:
    return Unreadable(TOO_BIG, size=megabytes(size), limit=megabytes(MAX_BYTES)) if size > MAX_BYTES else None


def _seven_zip(path: Path) -> Iterator[Part]:
    from py7zr import SevenZipFile
    from py7zr.exceptions import ArchiveError, PasswordRequired, UnsupportedCompressionMethodError
    from py7zr.io import BytesIOFactory

    try:
        with SevenZipFile(path) as archive:
            if archive.needs_password():
                raise Unreadable(ENCRYPTED, what="压缩包")
            infos = [info for info in archive.list() if info.is_file]
            sizes = {info.filename: info.uncompressed for info in infos}
            _check_totals(len(infos), sum(sizes.values()), path.stat().st_size)
            wanted = [name for name, size in sizes.items() if size <= MAX_BYTES]
            factory = BytesIOFactory(MAX_BYTES + 1)
            if wanted:
                archive.extract(targets=wanted, factory=factory)
    except PasswordRequired as error:
        raise Unreadable(ENCRYPTED, what="压缩包") from error
    except UnsupportedCompressionMethodError as error:
        raise Unreadable(FOREIGN_ARCHIVE, what="用特殊方法压缩的文件") from error
    except (ArchiveError, lzma.LZMAError, EOFError, ValueError) as error:
        raise damaged("压缩内容损坏") from error
    for name, size in sizes.items():
        product = factory.products.get(name)
        yield _plain(name), size, _too_big(size) or (product.read() if product else damaged("压缩内容损坏"))


def _check_totals(count: int, unpacked: int, packed: int) -> None:
    if count > MAX_ENTRIES:
        raise odd(f"内含 {count} 个文件，超过 {MAX_ENTRIES} 个")
    if unpacked > MAX_UNPACKED:
        raise odd(f"解开后有 {unpacked >> 20} MB，超过 {MAX_UNPACKED >> 20} MB")
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise odd(f"解开后是原大小的 {unpacked // max(packed, 1)} 倍")


def _email(path: Path) -> Iterator[Part]:
    with path.open("rb") as file:
        message = BytesParser(policy=policy.default).parse(file)
    for number, part in enumerate(_attached(message), 1):
        name = _last_name(_file_name(part)) or f"附件{number}"
        if part.get_content_maintype() == "message":
            yield name, 0, Unreadable(ARCHIVE_IN_ARCHIVE)
            continue
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        yield name, len(content), _too_big(len(content)) or content


def _attached(part: "Message[str, str]") -> "Iterator[Message[str, str]]":
    """What hangs on the e-mail; the words of its body are not meant, a forwarded e-mail is one thing."""
    if part.is_multipart() and part.get_content_maintype() == "multipart":
        for inner in part.get_payload():
            if isinstance(inner, Message):
                yield from _attached(inner)
    elif part.get_filename() or part.get_content_maintype() != "text":
        yield part


def _file_name(part: "Message[str, str]") -> str:
    """As the sender's program wrote it: in encoded words, or as bare bytes of UTF-8 or GBK, which no standard allows."""
    for header, value in part.raw_items():
        raw = value.encode("utf-8", "surrogateescape")
        bare = None if raw.isascii() else _BARE_NAME.search(raw)
        if bare and header.casefold() in ("content-disposition", "content-type"):
            return next(filter(None, (_as(bare[1], encoding) for encoding in ("utf-8", "gb18030"))), "")
    return part.get_filename() or ""


def _as(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _outlook(path: Path) -> Iterator[Part]:
    from oxmsg import Message as OutlookMessage

    file: IO[bytes]
    with path.open("rb") as file:
        attachments = OutlookMessage.load(file).attachments
    for number, attachment in enumerate(attachments, 1):
        name = attachment.file_name or attachment.properties.str_prop_value(_SHORT_NAME) or ""
        content = attachment.file_bytes
        known = _last_name(name) or f"附件{number}"
        if content is None:  # another e-mail, or a mere reference
            yield known, 0, Unreadable(ARCHIVE_IN_ARCHIVE)
        else:
            yield known, len(content), _too_big(len(content)) or content


def _plain(name: str) -> str:
    return name.replace("\\", "/")


def _last_name(name: str) -> str:
    return PurePosixPath(_plain(name.partition("\0")[0])).name


_READERS = {ZIP: _zip, SEVEN_ZIP: _seven_zip, EMAIL: _email, OUTLOOK: _outlook}
