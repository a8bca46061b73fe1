"""The fenced blocks of the README: what it tells people to type is what `.ci/run` and the tests type.

`python tests/fenced.py 2` prints the second block.
"""

import re
import sys
from pathlib import Path

README = Path(__file__).resolve().parent.parent / "README.md"
_FENCE = re.compile(r"^```[^\n]*\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)


def fenced_blocks(text: str) -> list[str]:
    """The contents of all fenced blocks, in order."""
    return [block.rstrip("\n") for block in _FENCE.findall(text)]


if __name__ == "__main__":
    print(fenced_blocks(README.read_text(encoding="utf-8"))[int(sys.argv[1]) - 1])
