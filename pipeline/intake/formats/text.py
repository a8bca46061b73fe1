"""Bytes of a text file to text: by its mark, else UTF-8, else GB18030; never with a guess in it.

UTF-8 comes before what a page says of itself: GBK text hardly ever passes for UTF-8, but every UTF-8
text passes for some GBK, and pages lie.
"""

import re

from pipeline.findings import ERROR, rule
from pipeline.intake.unreadable import SAVE_AGAIN, Unreadable

_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LOST = "\ufffd"
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?([A-Za-z0-9_-]+)""", re.IGNORECASE)


UNKNOWN_ENCODING = rule(
    "WJ-013",
    ERROR,
    title="文字编码认不出",
    problem="文字编码认不出，或文字已成乱码（{what}）",
    remedy=SAVE_AGAIN,
    example="转存坏了的 .csv",
)


def decoded(data: bytes, declared: str | None = None) -> str:
    """The text of `data`; raises Unreadable when no encoding fits, or when characters were lost before."""
    text = _first_that_fits(data, declared)
    if text is None:
        raise Unreadable(UNKNOWN_ENCODING, what="不是 UTF-8，也不是 GBK")
    if _LOST in text:
        line = text.count("\n", 0, text.index(_LOST)) + 1
        raise Unreadable(UNKNOWN_ENCODING, what=f"第 {line} 行有无法还原的字")
    return text


def declared_encoding(data: bytes) -> str | None:
    """What a web page says of itself in its first lines."""
    match = _DECLARED.search(data[:2048])
    return as_superset(match[1].decode()) if match else None


def as_superset(encoding: str) -> str:
    """The encoding that is really used under a declared name: who writes GB2312 means GB18030, which holds it."""
    name = encoding.lower()
    return "gb18030" if name in {"gb2312", "gbk", "gb18030", "cp936", "x-gbk"} else name


def _first_that_fits(data: bytes, declared: str | None) -> str | None:
    encodings = [encoding for mark, encoding in _MARKS if data.startswith(mark)]
    for encoding in encodings or ["utf-8", *([declared] if declared else []), "gb18030"]:
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return None
