"""`python -m tests.golden`: write the texts of the small run anew, after a change of an output that is meant."""

from pathlib import Path
from tempfile import TemporaryDirectory

from tests.golden.kept import KEPT, write_kept
from tests.golden.story import dumps

if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        changed = write_kept(dict(dumps(Path(folder))))
    print(f"{KEPT}: {len(changed)} changed", *changed, sep="\n  ")
