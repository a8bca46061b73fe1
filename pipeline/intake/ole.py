"""What an OLE2 compound file holds (.xls, .et, .doc and encrypted .xlsx are all that): its top-level streams."""

import struct
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO

from olefile import OleFileIO

from pipeline.intake.unreadable import damaged

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def stream(data: bytes, names: Sequence[str]) -> bytes:
    """The content of the first stream under the root that has one of these names (small letters)."""
    try:
        with OleFileIO(BytesIO(data)) as compound:
            kids = {kid.name.lower(): kid.name for kid in reversed(compound.root.kids)}
            return bytes(compound.openstream(next(kids[name] for name in names if name in kids)).read())
    except (OSError, AttributeError, RecursionError) as error:
        raise damaged("目录缺失，可能没有传完") from error


def stream_names(data: bytes) -> list[str]:
    """Names of the streams and storages directly under the root; raises Unreadable when cut off."""
    try:
        with OleFileIO(BytesIO(data)) as compound:
            return sorted(kid.name for kid in compound.root.kids)
    except (OSError, AttributeError, RecursionError) as error:
        raise damaged("目录缺失，可能没有传完") from error


def last_saved_time(data: bytes) -> datetime | None:
    """When the file says that it was last saved (UTC); None where it does not say, or damages what it says."""
    try:
        with OleFileIO(BytesIO(data)) as compound:
            saved = compound.get_metadata().last_saved_time
    except (OSError, AttributeError, RecursionError, ValueError, IndexError, OverflowError, struct.error):
        return None
    return saved if isinstance(saved, datetime) else None
