"""What an OLE2 compound file holds (.xls, .et, .doc and encrypted .xlsx are all that): its top-level streams."""

import struct

from pipeline.intake.unreadable import damaged

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_LAST_SECTOR = 0xFFFFFFF9
_NO_ENTRY = 0xFFFFFFFF
_ENTRY_BYTES = 128


def stream_names(data: bytes) -> list[str]:
    """Names of the streams and storages directly under the root; raises Unreadable when cut off."""
    directory = _directory(data)
    count = len(directory) // _ENTRY_BYTES
    if not count:
        raise damaged("目录缺失")
    names: list[str] = []
    waiting, seen = [_links(directory, 0)[2]], set()
    while waiting:
        number = waiting.pop()
        if number == _NO_ENTRY or number in seen or number >= count:
            continue
        seen.add(number)
        left, right, _ = _links(directory, number)
        names.append(_name(directory, number))
        waiting += [left, right]
    return sorted(names)


def _name(directory: bytes, number: int) -> str:
    entry = directory[number * _ENTRY_BYTES : (number + 1) * _ENTRY_BYTES]
    name_bytes = min(struct.unpack_from("<H", entry, 64)[0], 64)
    return entry[: max(name_bytes - 2, 0)].decode("utf-16-le", "replace")


def _links(directory: bytes, number: int) -> tuple[int, int, int]:
    """Left sibling, right sibling and child of an entry."""
    left, right, child = struct.unpack_from("<3L", directory, number * _ENTRY_BYTES + 68)
    return left, right, child


def _directory(data: bytes) -> bytes:
    if len(data) < 512:
        raise damaged("文件头不完整")
    sector_bytes = 1 << min(struct.unpack_from("<H", data, 30)[0], 12)
    sector = struct.unpack_from("<L", data, 48)[0]
    table = _sector_table(data, sector_bytes)
    parts: list[bytes] = []
    while sector < _LAST_SECTOR and len(parts) <= len(table):
        part = data[(sector + 1) * sector_bytes : (sector + 2) * sector_bytes]
        if len(part) < _ENTRY_BYTES or sector >= len(table):
            raise damaged("目录缺失，可能没有传完")
        parts.append(part)
        sector = table[sector]
    return b"".join(parts)


def _sector_table(data: bytes, sector_bytes: int) -> list[int]:
    """Sector → the next one of its chain, from the first 109 table sectors: enough for any directory met."""
    numbers: list[int] = []
    for sector in struct.unpack_from("<109L", data, 76):
        part = data[(sector + 1) * sector_bytes : (sector + 2) * sector_bytes] if sector < _LAST_SECTOR else b""
        numbers += struct.unpack_from(f"<{len(part) // 4}L", part)
    return numbers
