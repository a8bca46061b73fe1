"""Same content, same bytes: a zip package (xlsx, docx) with the clock taken out of it.

openpyxl and python-docx stamp the present time on every part and into docProps/core.xml; two runs
on the same inputs must not differ by that (contract §8).
"""

import re
import zipfile
from datetime import date
from io import BytesIO

_CORE = "docProps/core.xml"
_STAMP = re.compile(rb"(<dcterms:(created|modified)\b[^>]*>)[^<]*(</dcterms:\2>)")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can name
_LEVEL = 6


def repack(package: bytes, day: date) -> bytes:
    """The package with every part in its order, dated 1980, and the document dated `day`."""
    result = BytesIO()
    with zipfile.ZipFile(BytesIO(package)) as source, zipfile.ZipFile(result, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name == _CORE:
                part = _STAMP.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode() + rb"\g<3>", part)
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0  # else it tells Windows from Linux
            target.writestr(entry, part, zipfile.ZIP_DEFLATED, _LEVEL)
    return result.getvalue()
