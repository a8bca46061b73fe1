"""The one exception of safe opening: it is a verdict on a file, never on the run."""


class Unreadable(Exception):  # noqa: N818 - it states what the file is
    """A file that is not read further; `code` and `words` go to the catalogue (WJ-001–030)."""

    def __init__(self, code: str, **words: str) -> None:
        super().__init__(code, words)
        self.code = code
        self.words = words

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.code, self.words)


def _again(code: str, words: dict[str, str]) -> Unreadable:
    return Unreadable(code, **words)


def damaged(what: str) -> Unreadable:
    """WJ-004: the bytes are not whole."""
    return Unreadable("WJ-004", what=what)


def odd(what: str) -> Unreadable:
    """WJ-008: whole perhaps, but made to hurt or by a broken program."""
    return Unreadable("WJ-008", what=what)
