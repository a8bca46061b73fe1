"""What a return must not hold: numbers of persons, and words that mark secret or internal matter.

What is one is told by `schemas.private`, which writing uses too; here it becomes a note for a finding.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from pipeline.findings import NOTE, Common, Finding, Place, Rule, finding
from pipeline.intake.cleaned import Note
from pipeline.intake.text import shown
from schemas.columns import Column, Kind, Sheet
from schemas.private import WITHHELD, NumberKind, fit_to_circulate, is_secret, mask, private_numbers

#: A mark of secrecy: what stands in the cell is withheld.
SECRET: Note = (Common.SECRET, {})
_MENTIONED = re.compile(
    "绝密|机密|秘密(?=[★☆级件])|国家秘密|涉密|不得外传|严禁外传|注意保密|仅供内部|[（(]内部[）)]|内部(?:资料|文件|材料|使用|掌握|信息)"
)
_PHONES = (NumberKind.MOBILE, NumberKind.LANDLINE)


def alert_about(text: str, column: Column) -> Note | None:
    """What must be said of the text of a cell, the gravest first; None for nearly every cell."""
    if is_secret(text):
        return SECRET
    allowed = _PHONES if column.kind is Kind.PHONE else ()
    kinds = _kinds(text, column.title, allowed)
    if kinds:
        return Common.PRIVATE_NUMBER, {"kinds": kinds}
    found = _MENTIONED.search(text)
    return (Common.SECRET, {"word": found[0]}) if found else None


def rule_of(note: Note, sheet: Sheet) -> Rule:
    """The rule that words a note on a sheet; that of a mere word (涉密, 内部 …) is milder than that of the mark."""
    common, words = note
    rule = common.of(sheet)
    if "word" not in words:
        return rule
    return replace(
        rule,
        severity=NOTE,
        problem="“{title}”里有“{word}”字样",
        remedy="请核对：涉密和内部内容不得填在本表；只是说明原因的，不用改",
    )


def withheld(value: object, about: str = "") -> str:
    """A cell as it may be shown in a list: nothing of a secret, and no number of a person."""
    return fit_to_circulate(shown(value), about)


def findings_about_text(
    sheet: Sheet, place: Place, title: str, text: str, *, phones: bool = False
) -> Iterator[Finding]:
    """What must be said of a text that is no cell of a declared column: a name of a file or a tab, a column more.

    phones: telephone numbers may stand there.
    """
    if is_secret(text):
        yield finding(Common.SECRET.of(sheet), place, WITHHELD, title=title)
    elif kinds := _kinds(text, title, _PHONES if phones else ()):
        yield finding(Common.PRIVATE_NUMBER.of(sheet), place, mask(text, title), title=title, kinds=kinds)


def _kinds(text: str, about: str, allowed: tuple[NumberKind, ...] = ()) -> str:
    """The kinds of numbers in a text as they are told, those allowed there left out."""
    found = private_numbers(text, about)
    return "、".join(dict.fromkeys(str(one.kind) for one in found if one.kind not in allowed)) if found else ""
