"""Opening our own workbooks of earlier periods: any failure is one Chinese sentence, never a crash."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.intake.own import OwnBook
    from pipeline.intake.unreadable import Unreadable


class PreviousUnreadable(Exception):  # noqa: N818 - it states what the previous period is
    """What an earlier period left cannot be used; `notices` say so in Chinese, one sentence each."""

    def __init__(self, *notices: str) -> None:
        super().__init__(*notices)
        self.notices = notices


def open_own(path: Path, what: str) -> "OwnBook":
    """Read a workbook that we wrote; `what` names it in the notice.

    Raises PreviousUnreadable when it is not there, locked, or not a workbook any more.
    """
    from pipeline.intake.own import open_own_book
    from pipeline.intake.unreadable import Unreadable

    try:
        return open_own_book(path.read_bytes())
    except OSError as error:
        raise PreviousUnreadable(f"{what}打不开（{error.strerror}），没有沿用。") from error
    except Unreadable as error:
        raise unreadable(what, error) from error


def unreadable(what: str, error: "Unreadable") -> PreviousUnreadable:
    """The same in Chinese, from a verdict of the reader."""
    said = error.rule.problem.format(**error.words)
    return PreviousUnreadable(f"{what}读不出来（{said}），没有沿用。")
