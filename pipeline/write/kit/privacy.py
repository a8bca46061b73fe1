"""Numbers that must not circulate: mobile and identity numbers, wherever a person typed them.

The ledger goes to leaders and to every unit; it holds no mobile number (contract §8, 3), not even
one written into 备注 or 责任人. Codes of items are left alone: their digits are not a person's.
"""

import re
from typing import TYPE_CHECKING

from schemas.columns import Column, Kind

if TYPE_CHECKING:
    import pandas as pd


_MOBILE = re.compile(r"(?<!\d)((?:\+?86[-— ]?)?[1１][3-9３-９]\d)([-— ]?)\d{4}[-— ]?(\d{4})(?!\d)")
_IDENTITY = re.compile(
    r"(?<![0-9A-Za-z])([1-9]\d{5})(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[0-9Xx](?![0-9A-Za-z])"
)
_LEFT_ALONE = (Kind.CODE, Kind.DATE, Kind.INTEGER, Kind.NUMBER, Kind.PERCENT)


def hide_numbers(text: str) -> str:
    """The text with mobile and identity numbers made unusable: 138****5678.

    >>> hide_numbers("联系人 13812345678")
    '联系人 138****5678'
    """
    if len(text) < 11:
        return text
    return _MOBILE.sub(r"\1****\3", _IDENTITY.sub(r"\1****", text))


def for_circulation(frame: "pd.DataFrame", columns: tuple[Column, ...]) -> "pd.DataFrame":
    """A copy of the frame (one row = anything) with such numbers hidden in all columns of text."""
    import pandas as pd

    names = [entry.name for entry in columns if entry.kind not in _LEFT_ALONE and entry.name in frame]
    hidden = {
        name: pd.Series([_hide_in_cell(value) for value in frame[name]], frame.index, dtype=object) for name in names
    }
    return frame.assign(**hidden)


def _hide_in_cell(value: object) -> object:
    return hide_numbers(value) if isinstance(value, str) else value
