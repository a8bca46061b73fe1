"""The bytes of what came in, on disk: a folder of files of any size takes no memory (contract §4).

Each file is read once and kept as it was read: what is opened, marked and put into 来件 are the same bytes,
whatever becomes of the inputs folder meanwhile.
"""

import shutil
import weakref
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import mkdtemp


class Store:
    """A private folder for the time that anybody holds one of its contents; raises OSError when the disk refuses."""

    def __init__(self) -> None:
        self.folder = Path(mkdtemp(prefix="yjbj-"))
        self._number = 0
        weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)

    def keep(self, data: bytes) -> "Content":
        """Write `data` into the store."""
        self._number += 1
        path = self.folder / str(self._number)
        path.write_bytes(data)
        return Content(path, len(data), self)

    def new_folder(self) -> Path:
        """An empty folder in the store, for files that another process writes."""
        return Path(mkdtemp(dir=self.folder))


@dataclass(frozen=True)
class Content:
    """The bytes of one file: where they are, and how many. It is worth reading as long as it is held."""

    path: Path
    size: int
    _store: Store = field(repr=False, compare=False)

    def read(self) -> bytes:
        """All of it."""
        return self.path.read_bytes()
