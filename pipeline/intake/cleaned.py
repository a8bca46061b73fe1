"""What cleaning one cell gives: a value, and what must be said about it."""

from dataclasses import dataclass

#: Number of the finding in the common catalogue, and the words that fill it besides the column's own.
Note = tuple[str, dict[str, str]]

EMPTY = "（空白）"


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The value of its column's kind; a cell that could not be read keeps its raw text.

    note: None, or what was done or is wrong: 006 repaired, 007 date inferred, 008 doubtful, 015 not
    usable, 016 a code that lost its digits. alert: None, or 018, 019: the value should not circulate
    (of a secret, 019 without a word, the value is withheld already).
    """

    value: object
    note: Note | None = None
    alert: Note | None = None


BLANK = Cleaned(None)


def repaired(after: str, rule: str) -> Note:
    """The value was put right; a person may check it against what was typed."""
    return "006", {"after": after, "rule": rule}


def doubtful(doubt: str) -> Note:
    """The value stays as it was (or is applied all the same), and a person must look."""
    return "008", {"doubt": doubt}


def refused(doubt: str) -> Note:
    """The value cannot be used as it stands."""
    return "015", {"doubt": doubt}
