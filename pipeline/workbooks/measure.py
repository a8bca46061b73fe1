"""How much room Chinese text needs: widths in half-width characters, heights in lines."""

import unicodedata
from math import ceil


def text_width(text: str) -> int:
    """Width of the text's longest line, a Chinese character counting as two."""
    return max((sum(_character_width(character) for character in line) for line in text.split("\n")), default=0)


def line_count(text: str, width: float) -> int:
    """Lines that the text fills in a cell `width` half-width characters wide; at least 1."""
    room = max(width - 1, 2)  # Excel keeps about one character of a cell for its edges
    return sum(max(1, ceil(text_width(line) / room)) for line in text.split("\n"))


def _character_width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1
