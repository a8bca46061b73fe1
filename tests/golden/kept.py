"""The texts that are kept in `texts/`: read, written, and told from what a run gives today."""

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from itertools import islice
from pathlib import Path

KEPT = Path(__file__).parent / "texts"
_WORTH_READING = 60
_HALF_A_LINE = 200


def read_kept() -> dict[str, str]:
    """Name → text."""
    paths = sorted(KEPT.rglob("*.txt"))
    return {path.relative_to(KEPT).with_suffix("").as_posix(): path.read_text(encoding="utf-8") for path in paths}


def write_kept(texts: Mapping[str, str]) -> list[str]:
    """Make these the kept texts; returns the names of those that are new, gone or other than before."""
    before = read_kept()
    for name in before.keys() - texts.keys():
        _path(name).unlink()
    for name, text in texts.items():
        _path(name).parent.mkdir(parents=True, exist_ok=True)
        _path(name).write_text(text, encoding="utf-8", newline="\n")
    return sorted(name for name in before.keys() | texts.keys() if before.get(name) != texts.get(name))


def difference(before: str, now: str, lines: int = _WORTH_READING, names: tuple[str, str] = ("kept", "now")) -> str:
    """The first lines of a unified diff; "" when there is none. Each says on which sheet it stands."""
    found = unified_diff(_placed(before), _placed(now), *names, n=0, lineterm="")
    return "\n".join(map(_cut, islice((line for line in found if not line.startswith("@@")), lines)))


def _cut(line: str) -> str:
    return line if len(line) <= 2 * _HALF_A_LINE else f"{line[:_HALF_A_LINE]} … {line[-_HALF_A_LINE:]}"


def _placed(text: str) -> list[str]:
    return list(_with_sheet(text.splitlines()))


def _with_sheet(lines: list[str]) -> Iterator[str]:
    sheet = ""
    for line in lines:
        if line.startswith("## "):
            sheet = f"{line[3:].rpartition(' ')[0]}: "
        yield f"{sheet}{line}"


def _path(name: str) -> Path:
    return KEPT / f"{name}.txt"
