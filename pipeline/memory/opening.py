"""Opening our own workbooks of earlier periods: any failure is one Chinese sentence, never a crash.

What is damaged or gone is a notice, and the run goes on without it. What another program holds is
whole, only not to be had now: to go on as if there had been no such period would be wrong.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.intake.disk import is_held, patiently
from pipeline.records import MisuseError

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

    Raises as `own_bytes`, and PreviousUnreadable when it is not a workbook any more.
    """
    return opened(own_bytes(path, what), what)


def own_bytes(path: Path, what: str) -> bytes:
    """The bytes of a workbook that we wrote.

    Raises PreviousUnreadable when it is not there, MisuseError when another program holds it for more than
    some seconds (contract §9, exit codes).
    """
    try:
        return patiently(path.read_bytes)
    except OSError as error:
        if is_held(error):
            held = f"{what}正被别的程序占用，打不开；请关闭这个文件后重新运行：{path}"
            raise MisuseError(held) from error
        raise PreviousUnreadable(f"{what}打不开（{error.strerror}），没有沿用。") from error


def opened(data: bytes, what: str) -> "OwnBook":
    """The workbook of these bytes; raises PreviousUnreadable when they are none."""
    from pipeline.intake.own import open_own_book
    from pipeline.intake.unreadable import Unreadable

    try:
        return open_own_book(data)
    except Unreadable as error:
        raise unreadable(what, error) from error


def unreadable(what: str, error: "Unreadable") -> PreviousUnreadable:
    """The same in Chinese, from a verdict of the reader."""
    said = error.rule.problem.format(**error.words)
    return PreviousUnreadable(f"{what}读不出来（{said}），没有沿用。")
