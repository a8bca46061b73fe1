"""Words that people wrote into the workbooks of a meeting, put back beside their rows (contract §8).

A row is recognised by what identifies it, not by where it stands: an item by unit, code and
dimension (or by name), a task or problem by unit and number (or by name), a proposal by unit, kind and
reason, a board's row by its unit. The red and the yellow list are one scope, so that a remark follows an
item from one to the other. A remark whose row is in no list is kept in 历史批示 and goes back as soon as the
row returns.

What is to be brought back is worked out from four things: how the words stand now, how the run wrote them,
how they stood in the meeting before when that run read them, and how they stand there now. So what a person
cleared is told from what was never there, and what was written late into an earlier ledger from what was
carried out of it long ago.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from pipeline.judge.identity import match_rows
from schemas.columns import Identity
from schemas.figures import is_blank
from schemas.private import fit_to_circulate
from schemas.tables import (
    DECIDED,
    DECISIONS,
    MATTER_LEDGER,
    OTHER_NOTE,
    PROBLEM_LEDGER,
    RED_LIST,
    REMARK_NAMES,
    TASK_LEDGER,
    WORD_NAMES,
    WORDS,
    YELLOW_LIST,
)

#: Between the parts of a key; full-width, so that no cell of ours holds it.
SEPARATOR = "｜"
LEADER = REMARK_NAMES[0]


@dataclass(frozen=True)
class Scope:
    """Sheets whose rows are told apart alike."""

    name: str
    identity: Identity

    @property
    def columns(self) -> tuple[str, ...]:
        """The parts of a key, in order."""
        return self.identity.passes[0]


_LIGHTS = Scope("亮灯清单", RED_LIST.identity)
_SCOPES: dict[str, Scope] = {
    RED_LIST.name: _LIGHTS,
    YELLOW_LIST.name: _LIGHTS,
    **{
        table.name: Scope(table.name, table.identity)
        for table in (TASK_LEDGER, PROBLEM_LEDGER, MATTER_LEDGER, DECISIONS)
    },
}
#: `WORDS.as_of`: beside its row, or in 历史批示, as this run wrote it; in the period before, when this run read it.
LIVE, APART, EARLIER = "本期", "历史", "上期"


@dataclass(frozen=True)
class Said:
    """What somebody wrote beside one row, or by itself.

    texts: column that was there to be written in → text, None for a blank one; more: what was said elsewhere on the
    row, for 其他批注; counter: within which sheets rows alike are counted together.
    """

    book: str
    sheet: str
    key: str
    label: str
    written_in: str
    texts: Mapping[str, str | None]
    more: str = ""
    counter: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Book, scope and key of its row."""
        return self.book, scope_of(self.sheet).name, self.key


def scope_of(sheet: str) -> Scope:
    """How the rows of a sheet of the ledger are told apart; unknown sheets are boards, by unit."""
    return _SCOPES.get(sheet) or Scope(sheet, Identity(()))


def remark_key(sheet: str, row: Mapping[str, object]) -> str:
    """The key of a row as stored in 历史批示; row: its cells by column name."""
    return SEPARATOR.join(as_circulated(row.get(name)) for name in scope_of(sheet).columns)


def remark_label(sheet: str, row: Mapping[str, object]) -> str:
    """The same as a person reads it: a code says less than a name."""
    columns = ("unit", *scope_of(sheet).identity.label)
    return SEPARATOR.join(filter(None, (_cell(row.get(name)) for name in columns)))


def _cell(value: object) -> str:
    return "" if is_blank(value) else str(value).replace(SEPARATOR, " ").strip()


def as_circulated(value: object) -> str:
    """A part of a key as the circulated ledger shows it, where numbers of persons are hidden."""
    return fit_to_circulate(_cell(value))


def attach(
    frames: Mapping[str, pd.DataFrame], remarks: pd.DataFrame | None
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Put the words beside their rows.

    frames: sheet name (红灯清单, 黄灯清单, 任务台账, 问题派发 …) → its rows; pass all sheets of a workbook at
    once, since a row may have moved from one to another. remarks: WORDS columns, one row = one row that somebody
    wrote beside (`Memory.remarks`); None or empty: nobody wrote anything.
    Out: the same frames with the columns that people write in filled, and the words without a row.
    """
    result = {sheet: _with_blanks(frame, sheet) for sheet, frame in frames.items()}
    if remarks is None or not len(remarks):
        return result, no_words()
    lost = remarks
    for scope in dict.fromkeys(scope_of(sheet) for sheet in result):
        sheets = [sheet for sheet in result if scope_of(sheet) == scope]
        lost = _attach_scope(scope, {sheet: result[sheet] for sheet in sheets}, lost)
    return result, lost.reset_index(drop=True)


def written_names(sheet: str) -> tuple[str, ...]:
    """The columns of a sheet that people write in."""
    return tuple(entry.name for entry in DECIDED) if sheet == DECISIONS.name else REMARK_NAMES


def _with_blanks(frame: pd.DataFrame, sheet: str) -> pd.DataFrame:
    blanks = dict.fromkeys(written_names(sheet))
    return frame.assign(**blanks).astype(dict.fromkeys(blanks, object))


def no_words() -> pd.DataFrame:
    """No row of WORDS."""
    return pd.DataFrame(columns=list(WORDS.names), dtype=object)


def _attach_scope(scope: Scope, frames: Mapping[str, pd.DataFrame], remarks: pd.DataFrame) -> pd.DataFrame:
    """Fill the frames of one scope; the remarks that found no row, and those of other scopes."""
    mine = [scope_of(str(sheet)) == scope for sheet in remarks["sheet"]]
    wanted = remarks.loc[mine].reset_index(drop=True)
    if not len(wanted):
        return remarks
    slots = [(sheet, row) for sheet, frame in frames.items() for row in range(len(frame))]
    matching = match_rows(_rows_of(scope, frames), _parts(scope, wanted), scope.identity)
    for sheet, frame in frames.items():
        places = {row: found for (at, row), found in zip(slots, matching.before, strict=True) if at == sheet}
        for name in written_names(sheet):
            texts = [_cell(text) or None for text in wanted[name]]
            found = [texts[places[row]] if places[row] >= 0 else None for row in range(len(frame))]
            frame[name] = _objects(found, frame)
    others = remarks.loc[[not own for own in mine]]
    return _stacked(others, wanted.iloc[matching.gone])


def remarked_by_leader(sheet: str, rows: pd.DataFrame, remarks: pd.DataFrame | None) -> list[bool]:
    """Which rows, as `sheet` would hold them, a leader has written about (领导批示); remarks as in `attach`."""
    if remarks is None or not len(remarks) or not len(rows):
        return [False] * len(rows)
    scope = scope_of(sheet)
    mine = [
        scope_of(str(s)) == scope and bool(_cell(t)) for s, t in zip(remarks["sheet"], remarks[LEADER], strict=True)
    ]
    wanted = _parts(scope, remarks.loc[mine])
    return [found >= 0 for found in match_rows(_rows_of(scope, {sheet: rows}), wanted, scope.identity).before]


@dataclass(frozen=True)
class Standing:
    """Row by row (WORDS): `now` how words stand in the workbooks of a meeting, `written` how its run wrote them."""

    now: pd.DataFrame
    written: pd.DataFrame


def as_they_stand(written: pd.DataFrame, said: Sequence[Said]) -> Standing:
    """written: as the run wrote them (WORDS rows); said: what the workbooks and copies of them say.

    A row or column of which nothing is said stands as it was written; of what several copies say only what differs
    from that counts, all of it, and a blank only where none says something else.
    """
    rows = _numbered_rows(written)
    found: dict[tuple[str, str, str, int], list[Said]] = {}
    seen: Counter[Any] = Counter()
    for one in said:
        found.setdefault((*one.identity, seen[one.counter, one.identity]), []).append(one)
        seen[one.counter, one.identity] += 1
    now, was = [], []
    for at in dict.fromkeys([*rows, *found]):
        base = rows.get(at) or dict.fromkeys(WORDS.names)
        sayings = found.get(at, [])
        about = base if at in rows else _about(sayings[0])
        texts = {name: _said(base[name], _of(sayings, name, base[name])) for name in WORD_NAMES}
        now.append({**about, **({"written_in": sayings[0].written_in} if sayings else {}), **texts})
        was.append({**about, **{name: base[name] for name in WORD_NAMES}})
    return Standing(_frame(now), _frame(was))


def _numbered_rows(written: pd.DataFrame) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    """Rows by book, scope, key, and which of rows alike."""
    seen: Counter[Any] = Counter()
    found = {}
    for row in written.to_dict("records"):
        identity = row["book"], scope_of(str(row["sheet"])).name, str(row["key"])
        found[*identity, seen[identity]] = {str(name): None if is_blank(cell) else cell for name, cell in row.items()}
        seen[identity] += 1
    return found


def _about(said: Said) -> dict[str, Any]:
    blank = dict.fromkeys(WORDS.names)
    return blank | {"book": said.book, "sheet": said.sheet, "label": said.label, "key": said.key}


def _of(sayings: Sequence[Said], name: str, base: str | None) -> list[str | None]:
    """What each of the sayings has in one column."""
    texts = [one.texts[name] for one in sayings if name in one.texts]
    if name != OTHER_NOTE.name:
        return texts
    return [_all_of(_cell(one.texts.get(name, base)), one.more) for one in sayings]


def _said(base: str | None, texts: Sequence[str | None]) -> str | None:
    changed = [text for text in texts if not _same(text, base)]
    if not changed:
        return texts[0] if texts else base
    return _all_of(*(_cell(text) for text in changed))


def _all_of(*texts: str) -> str | None:
    """All texts as one, each unless another says all that it says."""
    together = ""
    for text in texts:
        if text not in together:
            together = text if together in text else f"{together}；{text}"
    return together or None


def _same(one: str | None, other: str | None) -> bool:
    """Whether a reader of the circulated ledger sees the same, white space apart."""
    return one == other or _seen(one) == _seen(other)


def _seen(text: str | None) -> str:
    return "".join(as_circulated(text).split())


def brought_back(
    standing: Standing, earlier_then: pd.DataFrame, earlier: pd.DataFrame, *, known: bool = True
) -> pd.DataFrame:
    """The words that a run for a meeting has to bring back; WORDS columns, one row = one row with words.

    standing: what its workbooks hold, where the run replaces one; earlier: how words stand in the meeting before,
    earlier_then: how they stood there when the replaced run read them. known: whether that, and how the replaced
    run wrote its words, is known; where not, the meeting's own words come first, and fill up from before.
    """
    frames = (standing.now, standing.written, earlier_then, earlier)
    kinds = dict.fromkeys(_kind(row) for frame in frames for row in zip(frame["book"], frame["sheet"], strict=True))
    parts = [_back_of(kind, frames, known=known) for kind in kinds]
    return pd.concat([no_words(), *parts], ignore_index=True) if parts else no_words()


def _kind(row: tuple[str, str]) -> tuple[str, Scope]:
    return row[0], scope_of(str(row[1]))


def _rows_like(kind: tuple[str, Scope], frame: pd.DataFrame) -> list[bool]:
    return [_kind(row) == kind for row in zip(frame["book"], frame["sheet"], strict=True)]


def _back_of(kind: tuple[str, Scope], frames: Sequence[pd.DataFrame], *, known: bool) -> pd.DataFrame:
    """The same of one scope of one workbook."""
    now_rows, was_rows, *_ = frames
    own_rows = _rows_like(kind, now_rows)  # of which the others are aligned with the first
    now, was = (frame.loc[own_rows].reset_index(drop=True) for frame in (now_rows, was_rows))
    then, before = (frame.loc[_rows_like(kind, frame)].reset_index(drop=True) for frame in frames[2:])
    scope = kind[1]
    keys, then_keys, before_keys = (_parts(scope, frame) for frame in (now, then, before))
    matching = match_rows(keys, before_keys, scope.identity)
    of_then = match_rows(keys, then_keys, scope.identity).before
    then_of_before = match_rows(before_keys, then_keys, scope.identity).before
    rows: list[tuple[pd.Series[Any], pd.Series[Any] | None, pd.Series[Any] | None, pd.Series[Any] | None]] = []
    for at, partner in enumerate(matching.before):
        then_at = then_of_before[partner] if partner >= 0 else of_then[at]
        rows.append((now.iloc[at], was.iloc[at], _row(then, then_at), _row(before, partner)))
    rows += [(before.iloc[at], None, _row(then, then_of_before[at]), before.iloc[at]) for at in matching.gone]
    settled = [_settled_row(*row, known=known) for row in rows]
    return _frame([row for row in settled if any(row[name] for name in WORD_NAMES)])


def _row(frame: pd.DataFrame, at: int) -> pd.Series[Any] | None:
    return frame.iloc[at] if at >= 0 else None


def _settled_row(
    now: pd.Series[Any],
    was: pd.Series[Any] | None,
    then: pd.Series[Any] | None,
    before: pd.Series[Any] | None,
    *,
    known: bool,
) -> dict[str, Any]:
    """now: the row as it is named; was None: it does not stand in the workbooks of the meeting itself."""
    row = {str(name): None if is_blank(cell) else cell for name, cell in now.items()}
    for name in WORD_NAMES:
        own = None if was is None else row[name]
        texts = [_cell(frame[name]) or None if frame is not None else None for frame in (was, then, before)]
        row[name] = _settled(own, *texts) if known else own or texts[2]
    return row


def _settled(now: str | None, was: str | None, then: str | None, before: str | None) -> str | None:
    """One cell.

    now, was: in the workbook of the meeting, as it stands and as written; before, then: the same of the meeting
    before, as it stands and as it stood when that was written.
    """
    if _same(before, then):
        return now
    if not _same(now, was):
        return _all_of(_cell(now), _cell(before))
    if _same(was, then):
        return before
    return _all_of(_cell(was), _cell(before))


def without_blanks(words: pd.DataFrame) -> pd.DataFrame:
    """The rows of WORDS that say something."""
    return words[words[list(WORD_NAMES)].notna().any(axis=1)].reset_index(drop=True)


def of_book(words: pd.DataFrame | None, book: str) -> pd.DataFrame:
    """The rows of one workbook."""
    return no_words() if words is None else words[words["book"] == book].reset_index(drop=True)


def earlier_decisions(words: pd.DataFrame, label: str) -> pd.DataFrame:
    """What was decided at another meeting is said of its proposals, not of those of this one.

    label: of that meeting's period, which becomes part of the name of the sheet.
    """
    old = words["sheet"] == DECISIONS.name
    return words.assign(sheet=words["sheet"].where(~old, f"{DECISIONS.name}（{label}）"))


def written_rows(frames: Mapping[str, pd.DataFrame], lost: pd.DataFrame, label: str, book: str) -> pd.DataFrame:
    """WORDS of what a run writes into one workbook: beside the rows of `frames`, and apart."""
    rows: list[dict[str, Any]] = []
    for sheet, frame in frames.items():
        written = frame[frame[list(written_names(sheet))].notna().any(axis=1)]
        for row in written.to_dict("records"):
            cells = {str(name): cell for name, cell in row.items()}
            about = {"sheet": sheet, "label": remark_label(sheet, cells), "key": remark_key(sheet, cells)}
            texts = {name: cells.get(name) for name in written_names(sheet)}
            rows.append({"as_of": LIVE, "book": book, **about, **texts, "written_in": label})
    return pd.concat([_frame(rows), lost.assign(as_of=APART)], ignore_index=True)


def kept_words(ledger: pd.DataFrame, scores: pd.DataFrame, earlier: pd.DataFrame) -> pd.DataFrame:
    """WORDS as they are kept for the next run, as everybody may see them."""
    rows = pd.concat([ledger, scores, earlier.assign(as_of=EARLIER)], ignore_index=True)
    return _blanks_none(rows[list(WORDS.names)])


def _frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows], columns=list(WORDS.names), dtype=object).pipe(_blanks_none)


def _blanks_none(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.astype(object).where(frame.notna(), None)


def _rows_of(scope: Scope, frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    columns: dict[str, list[object]] = {name: [] for name in scope.columns}
    for frame in frames.values():
        for name in scope.columns:
            columns[name] += [as_circulated(value) or None for value in frame[name]]
    return pd.DataFrame(columns, dtype=object)


def _parts(scope: Scope, remarks: pd.DataFrame) -> pd.DataFrame:
    """The keys of remarks taken apart again; one row = one remark."""
    width = len(scope.columns)
    split = [(str(key).split(SEPARATOR) + [""] * width)[:width] for key in remarks["key"]]
    rows = [[as_circulated(part) or None for part in parts] for parts in split]
    return pd.DataFrame(rows, columns=list(scope.columns), dtype=object)


def _objects(cells: list[str | None], frame: pd.DataFrame) -> pd.Series[Any]:
    """A column of `frame`; by itself pandas would turn it into text with NaN."""
    return pd.Series(cells, index=frame.index, dtype=object)


def _stacked(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return pd.concat(parts, ignore_index=True) if parts else no_words()
