"""How much room Chinese text needs: widths in half-width characters, heights in lines."""

import re
import unicodedata
from functools import cache, lru_cache
from math import ceil

#: Letters and digits that stand together: a line is never broken inside them unless they fill it alone.
_RUN = re.compile(r"[0-9A-Za-z]{9,}")


def text_width(text: str) -> int:
    """Width of the text's longest line, a Chinese character counting as two."""
    return max((sum(map(_character_width, line)) for line in text.split("\n")), default=0)


@lru_cache(1 << 16)  # reasons and names come again and again
def line_count(text: str, width: float) -> int:
    """Lines that the text fills in a cell `width` half-width characters wide; at least 1."""
    room = max(width - 1, 2)  # Excel keeps about one character of a cell for its edges
    return sum(_lines(line, room) for line in text.split("\n"))


def _lines(line: str, room: float) -> int:
    width = text_width(line)
    if width <= room:
        return 1
    return _broken_lines(line, room) if _RUN.search(line) else ceil(width / room)


def _broken_lines(line: str, room: float) -> int:
    """Lines of a text with long codes in it, filled as Excel and LibreOffice fill them."""
    lines, used, start = 1, 0.0, 0
    for run in _RUN.finditer(line):
        used += text_width(line[start : run.start()])
        lines, used = lines + int(used // room), used % room
        width, start = len(run.group()), run.end()
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        lines, used = lines + int(width // room), used + width % room
    used += text_width(line[start:])
    return lines + int(used // room)


@cache
def _character_width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
