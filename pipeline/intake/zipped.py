"""The directory of a zip, read and limited before any parser sees the file; and its parts, one by one.

The limits start from figures measured on 5,168 real workbooks: at most 340
entries and 114 MiB unpacked; a single part may honestly be packed 299-fold. Only what this module
unpacked and found to be as long as declared is handed to a parser, so that no two readers of one zip
can disagree about what is in it.
"""

import re
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.findings import ERROR, rule
from pipeline.intake.unreadable import ENCRYPTED, Unreadable, damaged, odd

MAX_ENTRIES = 2_000
MAX_UNPACKED = 300 << 20
RATIO_COUNTS_FROM = 50 << 20
MAX_RATIO = 200
STORED, DEFLATED = 0, 8

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL_BYTES = 30
_UTF8_FLAG, _ENCRYPTED_FLAG = 0x800, 0x1
_UNKNOWN32 = 0xFFFFFFFF
_ODD_NAME = re.compile(r"[\x00-\x1f\x7f]|^/|^[A-Za-z]:|(?:^|/)\.\.(?:/|$)")


@dataclass(frozen=True, slots=True)
class Entry:
    """One member of a zip. `name` has forward slashes; sizes in bytes."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def is_folder(self) -> bool:
        """Whether it stands for a folder."""
        return self.name.endswith("/")


def directory(data: bytes) -> list[Entry]:
    """The members of the zip `data`, in directory order; raises Unreadable past any limit."""
    count, size, start, shift = _end_record(data)
    if count > MAX_ENTRIES:
        raise odd(f"内含 {count} 个部件，超过 {MAX_ENTRIES} 个")
    entries, position, end = [], start, start + size
    while position < end:
        entry, position = _entry_at(data, position, shift)
        entries.append(entry)
        if len(entries) > MAX_ENTRIES:
            raise odd(f"内含的部件超过 {MAX_ENTRIES} 个")
    if len(entries) != count:
        raise damaged("压缩目录与内容不符")
    _check_limits(entries)
    return entries


def unpack(data: bytes, entry: Entry) -> bytes:
    """The content of one member; raises Unreadable when it is not exactly what the directory declares."""
    if entry.flags & _ENCRYPTED_FLAG:
        raise Unreadable(ENCRYPTED, what="文件")
    packed = _packed(data, entry)
    if entry.method == STORED:
        content, whole = packed, True
    else:
        content, whole = _inflate(packed, entry.size + 1)
    if len(content) != entry.size or not whole:
        raise odd(f"部件 {entry.name} 的大小与目录不符")
    if zlib.crc32(content) != entry.crc:
        raise damaged(f"部件 {entry.name} 校验不符")
    return content


def unpack_head(data: bytes, entry: Entry, length: int) -> bytes:
    """The first `length` bytes of one member, however long it is."""
    packed = _packed(data, entry)
    return packed[:length] if entry.method == STORED else _inflate(packed, length)[0]


def _inflate(packed: bytes, limit: int) -> tuple[bytes, bool]:
    inflater = zlib.decompressobj(-15)
    try:
        return inflater.decompress(packed, limit), inflater.eof
    except zlib.error as error:
        raise damaged("压缩内容损坏") from error


def _packed(data: bytes, entry: Entry) -> bytes:
    header = data[entry.offset : entry.offset + _LOCAL_BYTES]
    if len(header) < _LOCAL_BYTES or header[:4] != b"PK\x03\x04":
        raise damaged("压缩目录与内容不符")
    name_bytes, extra_bytes = struct.unpack_from("<2H", header, 26)
    start = entry.offset + _LOCAL_BYTES + name_bytes + extra_bytes
    packed = data[start : start + entry.packed]
    if len(packed) < entry.packed:
        raise damaged("内容缺失")
    return packed


FOREIGN_ARCHIVE = rule(
    "WJ-006",
    ERROR,
    title="打不开的压缩格式",
    problem="文件是{what}，打不开",
    remedy="请解压后直接报送 .xlsx，或改用 .zip 格式压缩",
    example="填报表.rar",
)


def _end_record(data: bytes) -> tuple[int, int, int, int]:
    """Number of entries, bytes of the directory, where it starts, and by how much offsets are shifted."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + _END.size > len(data):
        raise damaged("没有压缩目录，可能没有传完")
    _, disk, _, _, count, size, start, _ = _END.unpack_from(data, at)
    if disk not in {0, 0xFFFF}:
        raise Unreadable(FOREIGN_ARCHIVE, what="分卷压缩包")
    if _UNKNOWN32 in {size, start} or count == 0xFFFF:
        at, count, size, start = _end_record_64(data, at)
    shift = at - size - start
    if shift < 0:
        raise damaged("压缩目录不完整")
    return count, size, start + shift, shift


def _end_record_64(data: bytes, end: int) -> tuple[int, int, int, int]:
    at = data.rfind(b"PK\x06\x06", max(0, end - 20 - 4096), end)
    if at < 0 or at + _END64.size > len(data):
        raise damaged("压缩目录不完整")
    _, _, _, _, _, _, _, count, size, start = _END64.unpack_from(data, at)
    return at, count, size, start


def _entry_at(data: bytes, position: int, shift: int) -> tuple[Entry, int]:
    """The directory entry at `position`, and where the next one starts."""
    if data[position : position + 4] != b"PK\x01\x02" or position + _CENTRAL.size > len(data):
        raise damaged("压缩目录不完整")
    _, _, _, flags, method, _, _, crc, packed, size, *lengths, _, _, _, offset = _CENTRAL.unpack_from(data, position)
    name_bytes, extra_bytes, comment_bytes = lengths
    name_from = position + _CENTRAL.size
    extra_from = name_from + name_bytes
    extra = data[extra_from : extra_from + extra_bytes]
    size, packed, offset = _wide(extra, size, packed, offset)
    name = _name(data[name_from:extra_from], bool(flags & _UTF8_FLAG))
    return Entry(name, flags, method, crc, packed, size, offset + shift), extra_from + extra_bytes + comment_bytes


def _wide(extra: bytes, *values: int) -> tuple[int, ...]:
    """`values` with those that did not fit 32 bits taken from the zip64 extra field."""
    position = 0
    while _UNKNOWN32 in values and position + 4 <= len(extra):
        tag, length = struct.unpack_from("<2H", extra, position)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - position - 4) // 8}Q", extra, position + 4))
            return tuple(next(wide, value) if value == _UNKNOWN32 else value for value in values)
        position += 4 + length
    return values


def _name(raw: bytes, is_utf8: bool) -> str:
    """A member's name; without the UTF-8 flag it is UTF-8 all the same (macOS) or GBK (Windows in China)."""
    for encoding in ("utf-8",) if is_utf8 else ("utf-8", "gb18030", "cp437"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace").replace("\\", "/")


def _check_limits(entries: Sequence[Entry]) -> None:
    unpacked = sum(entry.size for entry in entries)
    if unpacked > MAX_UNPACKED:
        raise odd(f"解开后有 {unpacked >> 20} MB，超过 {MAX_UNPACKED >> 20} MB")
    packed = sum(entry.packed for entry in entries)
    if unpacked > RATIO_COUNTS_FROM and unpacked > MAX_RATIO * max(packed, 1):
        raise odd(f"解开后是原大小的 {unpacked // max(packed, 1)} 倍")
    names = [entry.name.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise odd("内有同名的部件")
    for entry in entries:
        if entry.method not in {STORED, DEFLATED} and not entry.flags & _ENCRYPTED_FLAG:
            raise Unreadable(FOREIGN_ARCHIVE, what="用特殊方法压缩的文件")
        if _ODD_NAME.search(entry.name):
            raise odd(f"部件名称异常：{entry.name!r}")
    _check_overlaps(entries)


def _check_overlaps(entries: Sequence[Entry]) -> None:
    by_offset = sorted(entries, key=lambda entry: entry.offset)
    for entry, following in pairwise(by_offset):
        if entry.offset + _LOCAL_BYTES + entry.packed > following.offset:
            raise odd("部件相互重叠")
