"""When a file itself says that it was last saved, and what its name says of it: which of two versions is the newer.

Never the time of copying: whoever puts the files into a folder changes that (contract §7).
"""

import re
import zipfile
import zlib
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from pathlib import PurePosixPath

from pipeline.intake.ole import SIGNATURE, last_saved_time
from pipeline.intake.text import chinese_number, fold

_PROPERTIES = ("docProps/core.xml", "meta.xml")
_SAVED = re.compile(rb"<(?:dcterms:modified|dc:date)\b[^>]*>\s*([0-9T:.+Z -]{10,40})\s*<")
_HEAD_BYTES = 1 << 16
_LOCAL = timezone(timedelta(hours=8))
_WITHDRAWN = re.compile(
    "作废|废弃|废稿|旧版|旧的|旧表|老版|草稿|草表|初稿|误发|误报|不用|勿用|停用|备份|before|draft|old", re.IGNORECASE
)
_FINAL = re.compile(
    "最终|终稿|终版|定稿|修改后|改后|修正|更正|订正|最新|新版|正式|以此为准|final|latest", re.IGNORECASE
)
_NUMBERED = re.compile(
    r"(?<![a-z])v(?:er)?\.?([0-9]{1,2}(?:\.[0-9]{1,2})?)|第?([0-9一二三四五六七八九十]{1,3})(?:稿|版|次|改)|[(（]([0-9]{1,2})[)）]"
)


def last_saved(data: bytes) -> str:
    """2023-05-24T08:10:00 in UTC, of the workbook `data`; "" where it does not say, or not as a date."""
    if data.startswith(SIGNATURE):
        saved = last_saved_time(data)
        return saved.isoformat(timespec="seconds") if saved else ""
    if not data.startswith(b"PK"):
        return ""
    found = _SAVED.search(_properties(data))
    return _in_utc(found[1].decode()) if found else ""


def _properties(data: bytes) -> bytes:
    """What a zipped workbook says of itself; b"" where that part cannot be read: nobody needs it to be read."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            name = next((name for name in _PROPERTIES if name in archive.namelist()), None)
            if name is None:
                return b""
            with archive.open(name) as part:
                return part.read(_HEAD_BYTES)
    except (zipfile.BadZipFile, zlib.error, OSError, ValueError, RuntimeError):
        return b""


def _in_utc(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return ""
    known = moment if moment.tzinfo else moment.replace(tzinfo=_LOCAL)  # OpenDocument writes the time of the place
    return known.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds")


def word_of_name(name: str) -> str:
    """The word of a file's name that says that it counts no more, or that it is the one that counts; else "".

    >>> word_of_name("区司法局-作废.xlsx"), word_of_name("区司法局（最终版）.xlsx"), word_of_name("区司法局.xlsx")
    ('作废', '最终', '')
    """
    found = _WITHDRAWN.search(_stem(name)) or _FINAL.search(_stem(name))
    return found[0] if found else ""


def standing_of_name(name: str) -> int:
    """−1 for 作废, 草稿, 旧版; 1 for 最终, 修改后, 定稿, 最新; else 0."""
    if _WITHDRAWN.search(_stem(name)):
        return -1
    return 1 if _FINAL.search(_stem(name)) else 0


def number_of_name(name: str) -> float:
    """Which version a name says that it is: V2, 第三稿, (1); 0 where it does not say.

    >>> number_of_name("区司法局v2.xlsx"), number_of_name("区司法局第三稿.xlsx"), number_of_name("区司法局(1).xlsx")
    (2.0, 3.0, 1.0)
    """
    number = 0.0
    for found in _NUMBERED.finditer(_stem(name)):
        text = found[1] or found[2] or found[3]
        number = float(text) if text.isascii() else float(chinese_number(text) or 0)
    return number


def _stem(name: str) -> str:
    return fold(PurePosixPath(name).stem)
