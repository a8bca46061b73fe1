"""Notes beside the cells of an .xlsx: the old ones, and threads, whose words are in parts of their own."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from pipeline.intake.formats.cells import Places, column_number
from pipeline.intake.formats.parts import Element, Link, Parts
from pipeline.intake.raw import Comment

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_PERSONS = "xl/persons/person.xml"


def comments_by_part(parts: Parts, worksheets: Iterable[str]) -> dict[str, Places[tuple[Comment, ...]]]:
    """Worksheet part → place → its notes; of a thread its own words, not the old note that stands in for it."""
    if not parts.any_with("comment"):
        return {}
    persons = dict(_persons(parts))
    return {part: _comments(parts, parts.links(part).values(), persons) for part in worksheets}


def _comments(parts: Parts, links: Collection[Link], persons: Mapping[str, str]) -> Places[tuple[Comment, ...]]:
    found: dict[tuple[int, int], tuple[Comment, ...]] = {}
    for link in links:
        if link.kind == "comments" and link.part in parts:
            found |= _gathered(_notes(parts.tree(link.part)))
    for link in links:
        if link.kind == "threadedComment" and link.part in parts:
            found |= _gathered(_threads(parts.tree(link.part), persons))
    return found


def _gathered(comments: Iterator[tuple[str, Comment]]) -> dict[tuple[int, int], tuple[Comment, ...]]:
    by_place: dict[tuple[int, int], tuple[Comment, ...]] = {}
    for reference, comment in comments:
        match = _REFERENCE.fullmatch(reference)
        if match and comment.text:
            place = int(match[2]), column_number(match[1])
            by_place[place] = (*by_place.get(place, ()), comment)
    return by_place


def _notes(tree: Element) -> Iterator[tuple[str, Comment]]:
    authors = ["".join(author.itertext()).strip() for author in tree.iterfind("{*}authors/{*}author")]
    for note in tree.iterfind("{*}commentList/{*}comment"):
        number = note.get("authorId", "")
        known = number.isascii() and number.isdigit() and int(number) < len(authors)
        words = "".join(run.text or "" for run in note.iter("{*}t"))
        yield note.get("ref", ""), without_author(words, authors[int(number)] if known else "")


def _threads(tree: Element, persons: Mapping[str, str]) -> Iterator[tuple[str, Comment]]:
    for entry in tree.iterfind("{*}threadedComment"):
        words = "".join(part.text or "" for part in entry.iterfind("{*}text"))
        yield entry.get("ref", ""), Comment(words.strip(), persons.get(entry.get("personId", ""), ""))


def _persons(parts: Parts) -> Iterator[tuple[str, str]]:
    if _PERSONS in parts:
        for person in parts.tree(_PERSONS):
            yield person.get("id", ""), person.get("displayName", "")


def without_author(words: str, author: str) -> Comment:
    """A note whose first line is its author's name, as Excel and WPS begin each."""
    text, author = words.replace("\r\n", "\n").strip(), author.strip()
    for colon in (":", "："):
        if author and text.startswith(author + colon):
            text = text[len(author) + 1 :].strip()
    return Comment(text, author)
