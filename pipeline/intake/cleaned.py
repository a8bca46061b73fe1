"""What cleaning one cell gives: a value, and what must be said about it."""

from dataclasses import dataclass

from pipeline.findings import Common

#: What is said of a cell, and the words that fill it besides the column's own.
Note = tuple[Common, dict[str, str]]

EMPTY = "（空白）"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The value of its column's kind; a cell that could not be read keeps its raw text.

    note: None, or what was done or is wrong: REPAIRED, INFERRED, DOUBTFUL, REFUSED, DIGITS_LOST, NO_VALUE.
    alert: None, or PRIVATE_NUMBER, SECRET: the value should not circulate (of a secret, SECRET without a word, the
    value is withheld already).
    """

    value: object
    note: Note | None = None
    alert: Note | None = None


BLANK = Cleaned(None)


def repaired(after: str, rule: str) -> Note:
    """The value was put right; a person may check it against what was typed."""
    return Common.REPAIRED, {"after": after, "rule": rule}


def doubtful(doubt: str) -> Note:
    """The value stays as it was (or is applied all the same), and a person must look."""
    return Common.DOUBTFUL, {"doubt": doubt}


def refused(doubt: str) -> Note:
    """The value cannot be used as it stands."""
    return Common.REFUSED, {"doubt": doubt}
