"""What a disk refuses for a moment (a file that another program holds) and what it refuses for good (no space).

Under Windows a scanner or a sync program opens every new file for a second or two, and Excel holds
what it shows: renaming or reading then fails with a PermissionError, which is why such a call is
tried again (contract §8).
"""

import errno
from collections.abc import Callable, Iterator
from time import sleep
from typing import TypeVar

Result = TypeVar("Result")

#: Seconds between one try and the next; five in all.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.5, 2.0)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
#: ERROR_HANDLE_DISK_FULL, ERROR_DISK_FULL, ERROR_DISK_QUOTA_EXCEEDED
_FULL_ON_WINDOWS = frozenset({39, 112, 1295})


def patiently(action: Callable[[], Result]) -> Result:
    """What `action` gives, tried again for about five seconds while another program holds what it needs.

    Raises the last OSError when it is still held, and any other at once.
    """
    for pause in PAUSES:
        try:
            return action()
        except OSError as error:
            if not is_held(error):
                raise
        sleep(pause)
    return action()


def is_held(error: OSError) -> bool:
    """Whether this is how systems say that another program has the file open (or that it is not ours to touch)."""
    return isinstance(error, PermissionError) or error.errno == errno.EBUSY


def is_full(error: BaseException) -> bool:
    """Whether the error, or one that it was made of or raised after, says that the disk or the quota is full.

    Libraries wrap what the system said: xlsxwriter in an exception of its own, zipfile in a second one.
    """
    return any(isinstance(part, OSError) and _says_full(part) for part in _parts(error))


def _says_full(error: OSError) -> bool:
    return error.errno in _FULL or getattr(error, "winerror", None) in _FULL_ON_WINDOWS


def _parts(error: BaseException) -> Iterator[BaseException]:
    waiting, seen = [error], set[int]()
    while waiting:
        part = waiting.pop()
        if id(part) not in seen:
            seen.add(id(part))
            yield part
            waiting += [
                other for other in (part.__cause__, part.__context__, *part.args) if isinstance(other, BaseException)
            ]
