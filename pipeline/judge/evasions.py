"""需核实: what is said so that nothing need change, and proposals that hang on little (contract §6, §7, §8, 3).

Words in another order, another sentence each time, 体外循环 taken back after a leader's remark, answers that score
beside an inspection that says otherwise, a 填报日期 that the file itself does not bear out, a tie, a single weight.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from pipeline.findings import DATE_DOUBTED
from pipeline.judge.identity import match_rows, short_keys
from pipeline.judge.lights import matched_items
from pipeline.judge.remarks import remarked_by_leader
from pipeline.judge.signs import SignRow, sign, some_of
from pipeline.judge.tracking import CHANGED, TEXTS, TrackedText, open_rows, texts_of
from schemas.dimensions import QUESTION_OF_INSPECTION, Dimension
from schemas.returns import BY_KEY
from schemas.returns.items import SHEET as ITEMS
from schemas.tables import RED_LIST

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

_PHRASES = re.compile(r"[\s，,。.；;、：:！!（）()]+")
_FILLERS = re.compile("目前|正在|仍在|还在|尚在|仍然|尚未|还未|积极|进一步|抓紧|加快|继续|推进|努力|已经")
_TOKENS = re.compile(r"[0-9]+|[^\W\d_]")
CHANGED_PERIODS = 3


REWORDED = sign(
    "XS-010",
    title="文字换说法",
    finding="尚未完成而“{column}”只调换了词句，意思与上期相同，共 {count} 项：{names}",
    advice="请单位说明这一期做了什么，更新进展",
    example="上期“正在协调系统，等待上级”，本期“等待上级，正在协调系统”",
)


def reworded_texts(meeting: Meeting) -> Iterator[SignRow]:
    """Texts beside something still open that say the same as last period in another order; one sign a unit and column.

    A text that another item had last period is none: units have stock reasons that are true of many items.
    """
    for text in TEXTS:
        now, before = meeting.merged.tables[text.table], meeting.before.tables[text.table]
        identity = BY_KEY[text.table].identity
        said, said_before = texts_of(now, text), texts_of(before, text)
        still_open, units, names = (
            open_rows(meeting, text.table),
            now["unit"].tolist(),
            now[identity.label[-1]].tolist(),
        )
        found: dict[str, list[str]] = {}
        matching = meeting.matching if text.table == "items" else match_rows(now, before, identity)
        for at, was in matching.pairs:
            if still_open[at] and units[at] in meeting.comparable and same_meaning(said[at], said_before[was]):
                found.setdefault(units[at], []).append(str(names[at]))
        for unit, same in found.items():
            yield SignRow(REWORDED, unit, text.kind, {"column": text.kind, "count": len(same), "names": some_of(same)})


def same_meaning(text: str, other: str) -> bool:
    """Whether two different texts are the same phrases, or the same characters, in another order.

    Filling words do not count, figures count as they stand.

    >>> same_meaning("等上级批复，正在协调", "仍在协调；等上级批复"), same_meaning("预计 12 日", "预计 21 日")
    (True, False)
    """
    if text == other or not text or not other:
        return False
    bags = [sorted(_TOKENS.findall(_FILLERS.sub("", each))) for each in (text, other)]
    phrases = [sorted(filter(None, _PHRASES.split(each))) for each in (text, other)]
    return phrases[0] == phrases[1] or (bool(bags[0]) and bags[0] == bags[1])


NEW_SENTENCE = sign(
    "XS-011",
    title="每期换一句",
    finding="“{column}”连续 {periods} 期每期换一句，{but}",
    advice="请单位拿出进展的佐证材料，说明为什么没有动",
    example="未到位原因三期三个说法，各维度一格未动",
)


def new_sentences(meeting: Meeting) -> Iterator[SignRow]:
    """Texts that were another one at every return while nothing moved: more than half of a unit's open items."""
    columns = (meeting.tracking[name] for name in ("unit", "kind", "key", "periods"))
    followed = {(unit, kind, key): periods for unit, kind, key, periods in zip(*columns, strict=True)}
    for text, kind in CHANGED.items():
        rows = meeting.merged.covers if text.table == "cover" else meeting.merged.tables[text.table]
        listed: dict[str, list[tuple[str, int]]] = {}
        for unit, key, name, is_open in _rows_of(meeting, text, rows):
            if is_open and unit in meeting.comparable:
                listed.setdefault(unit, []).append((name, followed.get((unit, kind, key), 1)))
        for unit, found in listed.items():
            changed = [(name, periods) for name, periods in found if periods >= CHANGED_PERIODS]
            fewest = 1 if text.table == "cover" else 2
            if len(changed) >= fewest and 2 * len(changed) > len(found):
                names = some_of([name for name, _ in changed])
                but = f"进驻情况没有变化，计划完成日期一推再推或早已过去，共 {len(changed)} 项：{names}"
                words: dict[str, object] = {"column": text.kind, "periods": max(periods for _, periods in changed)}
                words["but"] = "各事项的进驻情况却没有变化" if text.table == "cover" else but
                yield SignRow(NEW_SENTENCE, unit, text.kind, words)


def _rows_of(meeting: Meeting, text: TrackedText, rows: pd.DataFrame) -> Iterator[tuple[str, str, str, bool]]:
    """(unit, key, name, whether it is still open) of every row of a watched table; a cover is one of its unit."""
    if text.table == "cover":
        for unit in rows["unit"]:
            yield str(unit), text.kind, text.kind, True
        return
    identity = BY_KEY[text.table].identity
    cells = (rows["unit"], short_keys(rows, identity), rows[identity.label[-1]], open_rows(meeting, text.table))
    for unit, key, name, is_open in zip(*cells, strict=True):
        yield str(unit), key, str(name), is_open


TAKEN_BACK = sign(
    "XS-012",
    title="批示后改口",
    finding="上期自报{what}“是”，领导批示后本期改为“否”",
    advice="请到现场核实，是改了做法还是只改了表",
    example="体外循环由“是”改为“否”，而上期台账有领导批示",
)


def taken_back(meeting: Meeting) -> Iterator[SignRow]:
    """体外循环 and 两头受理 that turned from 是 to 否 at the meeting after a leader's remark about them."""
    now, before = meeting.in_force, meeting.before.tables["items"]
    for dimension in Dimension:
        column = dimension.record.admitted
        if not column:
            continue
        said, said_before = now[column].tolist(), before[column].tolist()
        turned = [at for at, was in meeting.matching.pairs if said[at] == "否" and said_before[was] == "是"]
        rows = now.iloc[turned].assign(dimension=str(dimension))
        written = remarked_by_leader(RED_LIST.name, rows, meeting.remarks_known)
        by_matter = _matters_of_leaders(meeting, rows)
        for label, unit, name, remarked in zip(rows.index, rows["unit"], rows["item_name"], written, strict=True):
            if unit in meeting.comparable and (remarked or label in by_matter):
                yield SignRow(TAKEN_BACK, str(unit), str(name), {"what": ITEMS.titles[column]})


def _matters_of_leaders(meeting: Meeting, items: pd.DataFrame) -> frozenset[object]:
    """The items that a matter of 来源 领导批示 names, agreed on before this meeting."""
    matters = meeting.matters
    named = matters[(matters["source"] == "领导批示") & (matters["item_code"].notna() | matters["item_name"].notna())]
    return frozenset(label for labels in matched_items(named, items).values() for label in labels)


ABSENT_GONE = sign(
    "XS-017",
    title="未进驻的人员不见了",
    finding="上期填为未进驻的人员本期没有列出，共 {count} 人：{names}",
    advice="请单位说明是调离还是漏填；仍涉及审批的，下期补报",
    example="上期未进驻的审核人员，本期不在“人员”表",
)


def absent_staff_gone(meeting: Meeting) -> Iterator[SignRow]:
    """Persons who had not moved in at the last return and are listed no more; one sign a unit."""
    now, before = meeting.merged.tables["staff"], meeting.before.tables["staff"]
    gone = before.iloc[match_rows(now, before, BY_KEY["staff"].identity).gone]
    left = gone[(gone["present"] == "否") & gone["unit"].isin(list(meeting.comparable))]
    for unit, names in left.groupby("unit", sort=False)["name"]:
        yield SignRow(ABSENT_GONE, str(unit), "人员", {"count": len(names), "names": some_of(list(map(str, names)))})


FULL_MARKS = sign(
    "XS-013",
    title="自查与督查不符",
    finding="自查第 {number} 题答得好并计了分，督查却发现{kind} {count} 条，尚未销号",
    advice="请核对自查结论，并到现场复核",
    example="第 6 题答“是”，督查发现体外循环",
    asked=False,  # 自报与督查矛盾 asks already
)


def full_marks(meeting: Meeting) -> Iterator[SignRow]:
    """Good self-check answers that score although an open inspection found the contrary."""
    against = set(zip(meeting.contradicted["unit"], meeting.contradicted["number"].astype(str), strict=True))
    rows = meeting.open_inspections
    for (unit, kind), count in Counter(zip(rows["unit"], rows["kind"], strict=True)).items():
        number = QUESTION_OF_INSPECTION.get(kind)
        if number and meeting.answers.get((unit, number)) and (unit, str(number)) not in against:
            yield SignRow(FULL_MARKS, unit, f"自查第 {number} 题", {"number": number, "kind": kind, "count": count})


DOUBTFUL_DATE = sign(
    "XS-014",
    title="填报日期存疑",
    finding="{problem}",
    advice="请核对实际报送的时间；只供核实，不影响得分",
    example="填报日期 4 月 12 日，文件最后保存于 4 月 13 日，报送截止是 4 月 12 日",
)


def doubtful_dates(meeting: Meeting) -> Iterator[SignRow]:
    """Returns on time by their 填报日期 that were last saved after the cut-off."""
    for found in meeting.found:
        if found.code == DATE_DOUBTED.code and found.place.unit:
            yield SignRow(DOUBTFUL_DATE, found.place.unit, found.place.file, {"problem": found.problem})


TIED = sign(
    "XS-015",
    title="名次并列",
    finding="拟列入{kind}，但{words}",
    advice="请会议研究取舍，不要只看名次",
    example="与区财政局同分并列第 3 名",
    asked=False,
)
ON_ONE_WEIGHT = sign(
    "XS-016",
    title="名次系于一项权重",
    finding="拟列入{kind}，但{words}",
    advice="请看“稳健性”，名次差距很小，是否列入请会议研究",
    example="“人员”权重减两成即不列入",
    asked=False,
)


def hanging_on_little(meeting: Meeting) -> Iterator[SignRow]:
    """Proposals of praise and criticism that hang on a tie, or on one weight."""
    for doubt in meeting.doubts:
        yield SignRow(
            TIED if doubt.tie else ON_ONE_WEIGHT, doubt.unit, doubt.kind, {"kind": doubt.kind, "words": doubt.words}
        )


def evasions(meeting: Meeting) -> Iterator[SignRow]:
    """All signs of this module; those that compare only where there was a meeting before."""
    yield from full_marks(meeting)
    yield from doubtful_dates(meeting)
    yield from hanging_on_little(meeting)
    if meeting.previous is not None:
        yield from reworded_texts(meeting)
        yield from new_sentences(meeting)
        yield from taken_back(meeting)
        yield from absent_staff_gone(meeting)
