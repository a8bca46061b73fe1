"""E-mails and archives as units send them, made here; a .msg is the least that Outlook would open."""

import struct
from collections.abc import Mapping
from email.message import EmailMessage
from io import BytesIO

import odd_books

_MAIL = ("From: wang@example.cn", "To: office@example.cn", "Subject: test", "MIME-Version: 1.0")


def email(attachments: Mapping[str, bytes], *, text: str = "事项编码 事项名称\n") -> bytes:
    """An e-mail with these attachments; names as Python writes them (RFC 2231)."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "wang@example.cn", "office@example.cn", "报送第06期填报表"
    message.set_content(text)
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes()


def email_naming(parameter: bytes, data: bytes) -> bytes:
    """An e-mail whose only attachment has its name in this spelling."""
    import base64

    head = [line.encode() for line in (*_MAIL, 'Content-Type: multipart/mixed; boundary="x"', "", "--x")]
    body = [b"Content-Type: text/plain", b"", b"see attachment", b"--x"]
    part = [b"Content-Type: application/octet-stream", b"Content-Transfer-Encoding: base64"]
    part += [b"Content-Disposition: attachment; " + parameter, b"", base64.encodebytes(data), b"--x--", b""]
    return b"\r\n".join([*head, *body, *part])


def seven_zip(members: Mapping[str, bytes], **options: object) -> bytes:
    """A .7z of these files."""
    from py7zr import SevenZipFile

    packed = BytesIO()
    with SevenZipFile(packed, "w", **options) as archive:  # type: ignore[arg-type]
        for name, data in members.items():
            archive.writestr(data, name)
    return packed.getvalue()


def outlook(attachments: Mapping[str, bytes]) -> bytes:
    """A .msg with these attachments."""
    storages = {
        f"__attach_version1.0_#{number:08X}": _attachment(name, data)
        for number, (name, data) in enumerate(attachments.items())
    }
    head = struct.pack("<8xLLLL8x", 0, len(storages), 0, len(storages)) + _property(0x340D, 3, 0x40000)
    return odd_books.compound({"__properties_version1.0": head, "__nameid_version1.0": {}, **storages})


def _attachment(name: str, data: bytes) -> dict[str, bytes]:
    text = name.encode("utf-16-le")
    properties = bytes(8) + _property(0x3705, 3, 1)
    properties += _property(0x3707, 0x1F, len(text) + 2) + _property(0x3701, 0x102, len(data))
    return {
        "__properties_version1.0": properties,
        "__substg1.0_3707001F": text,
        "__substg1.0_37010102": data,
    }


def _property(number: int, kind: int, value: int) -> bytes:
    return struct.pack("<HHLLL", kind, number, 6, value, 0)
