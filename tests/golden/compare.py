"""`python -m tests.golden.compare DIR_A DIR_B`: is what two versions of the program wrote the same?

Says of every file below the two folders: identical bytes, equal as text (other bytes, the same dump), or
how it differs, and what only one of them has; ends with 1 when anything differs.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from zipfile import is_zipfile

from tests.golden.dump import dump
from tests.golden.kept import difference

_DUMPED = (".xlsx", ".docx")
_TEXT = (".json", ".txt", ".csv", ".md")
_FIRST_LINES = 20

IDENTICAL, EQUAL, DIFFERS = "identical", "equal dump", "differs"


def compare(one: Path, other: Path) -> Iterator[tuple[str, str, str]]:
    """(path below the folders, verdict, what differs) of every file, in order of their paths."""
    names = {path.relative_to(top).as_posix() for top in (one, other) for path in top.rglob("*") if path.is_file()}
    for name in sorted(names):
        yield name, *_verdict(one / name, other / name)


def _verdict(one: Path, other: Path) -> tuple[str, str]:
    alone = [path for path, twin in ((one, other), (other, one)) if not twin.exists()]
    if alone:
        return DIFFERS, f"only {alone[0]}"
    if one.read_bytes() == other.read_bytes():
        return IDENTICAL, ""
    if one.suffix in _TEXT or (one.suffix in _DUMPED and is_zipfile(one) and is_zipfile(other)):
        said = difference(_text(one), _text(other), _FIRST_LINES, (str(one), str(other)))
        return (DIFFERS, said) if said else (EQUAL, "")
    return DIFFERS, f"{one.stat().st_size} and {other.stat().st_size} bytes"


def _text(path: Path) -> str:
    return dump(path) if path.suffix in _DUMPED else path.read_text(encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Print it all; 1 when anything differs, 2 when there are no two folders."""
    if len(arguments) != 2 or not all(Path(name).is_dir() for name in arguments):
        print("python -m tests.golden.compare DIR_A DIR_B", file=sys.stderr)
        return 2
    counts = dict.fromkeys((IDENTICAL, EQUAL, DIFFERS), 0)
    for name, verdict, said in compare(*map(Path, arguments)):
        counts[verdict] += 1
        print(f"{verdict:10}  {name}", *([said] if said else []), sep="\n", flush=True)
    print(", ".join(f"{number} {verdict}" for verdict, number in counts.items()))
    return int(counts[DIFFERS] > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
