"""Same content, same bytes: a zip package (xlsx, docx) with the clock taken out of it.

openpyxl and python-docx stamp the present time on every part and into docProps/core.xml; two runs
on the same inputs must not differ by that (contract §8).
"""

import re
import zipfile
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import IO

_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")
EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can name


def repack(package: bytes, day: date) -> bytes:
    """The package with every part in its order, dated 1980, and the document dated `day`."""
    stamp = rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode() + rb"\g<3>"
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source:
        parts = ((name, source.read(name)) for name in source.namelist())
        write_package(result, ((name, [_STAMP.sub(stamp, part) if name == _CORE else part]) for name, part in parts))
    return result.getvalue()


def write_package(target: Path | IO[bytes], parts: Iterable[tuple[str, Iterable[bytes]]]) -> None:
    """Zip parts, each given by its name and its pieces, in their order and dated 1980."""
    with zipfile.ZipFile(target, "w") as package:
        for name, pieces in parts:
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # else it tells Windows from Linux
            with package.open(entry, "w") as part:
                part.writelines(pieces)
