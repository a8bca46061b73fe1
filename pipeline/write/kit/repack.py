"""Same content, same bytes: a zip package (xlsx, docx) with the clock taken out of it.

openpyxl and python-docx stamp the present time on every part and into docProps/core.xml; two runs
on the same inputs must not differ by that, and no document claims a time at which it was not made, so
that its properties name none (contract §8). When a run was made stands in outputs/运行日志.txt.
"""

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import IO

_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"<dcterms:(created|modified)\b[^>]*>[^<]*</dcterms:\1>")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can name


def repack(package: bytes) -> bytes:
    """The package with every part in its order, dated 1980, and the document without a time."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source:
        write_package(result, ((name, [source.read(name)]) for name in source.namelist()))
    return result.getvalue()


def write_package(target: Path | IO[bytes], parts: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Zip parts, each given by its name and its pieces, in their order, dated 1980, the properties without a time."""
    with zipfile.ZipFile(target, "w") as package:
        for name, pieces in parts:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # else it tells Windows from Linux
            with package.open(entry, "w") as part:
                part.writelines([_STAMP.sub(b"", b"".join(pieces))] if name == _CORE else pieces)
