"""得分构成 and 提分清单 of a unit as finished text: what its slip prints and `yjbj explain` says (contract §8.5, §9).

The figures were scored before; here each is given its words, and the rows of the return behind it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from pipeline.judge import scores
from pipeline.judge.gains import DEDUCTION
from pipeline.judge.missing import is_missing
from pipeline.say.slip import Section, short, text
from schemas.dimensions import Dimension
from schemas.figures import as_day, half_up, number_runs
from schemas.plan import Plan
from schemas.returns.inspection import BONUS
from schemas.tables import ACCOUNT, state_name
from schemas.words import State

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

Row = Mapping[Any, Any]
BONUS_PART, TOTAL = "加减分", "合计"
PROGRESS = scores.PROGRESS
#: How many steps stand on the first page.
BEST = 5


def account(meeting: Meeting) -> pd.DataFrame:
    """ACCOUNT; one row = one unit × part in plan order, then 扣分, 加减分 and the sum."""
    behind = _Behind(meeting)
    parts = list(meeting.plan.part_weights.items())
    rows: list[dict[str, object]] = []
    for standing in sorted(meeting.standings, key=lambda one: behind.places[one.unit]):
        shares = {part: meeting.shares[standing.unit, part] for part, _ in parts}
        rows += [_part_row(standing.unit, part, weight, shares[part], behind) for part, weight in parts]
        rows.append(_deduction_row(standing, meeting, behind))
        rows.append(_bonus_row(standing, behind))
        rows.append(_total_row(standing, [(shares[part].points(weight), weight) for part, weight in parts]))
    full = [dict.fromkeys(ACCOUNT.names) | row for row in rows]
    return pd.DataFrame(full, columns=list(ACCOUNT.names), dtype=object)


def _part_row(unit: str, part: str, weight: int, share: scores.Share, behind: _Behind) -> dict[str, object]:
    points = share.points(weight)
    return {
        "unit": unit,
        "part": part,
        "points": None if points is None else half_up(points),
        "weight": weight,
        **scores.written(share),
        "lost": None if points is None else half_up(weight - points),
        "explanation": share.explanation,
        "behind": behind.of(unit, part) or None,
    }


def _deduction_row(standing: scores.Standing, meeting: Meeting, behind: _Behind) -> dict[str, object]:
    each, most = meeting.plan.deductions.points_each, meeting.plan.deductions.points_max
    return {
        "unit": standing.unit,
        "part": DEDUCTION,
        "points": float(-standing.deduction),
        "lost": float(standing.deduction),
        "explanation": f"没有销号的督查问题 {standing.open_findings} 条，每条扣 {each} 分，最多 {most} 分",
        "behind": behind.inspections.get(standing.unit),
    }


def _bonus_row(standing: scores.Standing, behind: _Behind) -> dict[str, object]:
    return {
        "unit": standing.unit,
        "part": BONUS_PART,
        "points": float(standing.bonus),
        "explanation": "本次会议的加减分",
        "behind": behind.bonus.get(standing.unit),
    }


def _total_row(standing: scores.Standing, earned: Sequence[tuple[Any, int]]) -> dict[str, object]:
    applying = [(points, weight) for points, weight in earned if points is not None]
    total, weights = half_up(sum(points for points, _ in applying)), sum(weight for _, weight in applying)
    if standing.score is None or standing.never:
        words = "、".join(standing.marks)
    else:
        words = f"100×得分之和÷适用权重之和−扣分＋加减分；第 {standing.rank} 名"
    return {
        "unit": standing.unit,
        "part": TOTAL,
        "points": standing.score,
        "numerator": total,
        "denominator": weights,
        "explanation": words,
    }


class _Behind:
    """The rows of the return behind each part, in words; every frame is gone through once."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        self.places = {unit.name: place for place, unit in enumerate(meeting.plan.units)}
        items = meeting.in_force
        self._items: dict[str, list[int]] = {}
        for place, unit in enumerate(items["unit"]):
            self._items.setdefault(unit, []).append(place)
        self._rows = list(zip(items["sheet"], items["row"], is_missing(items), strict=True))
        self._states = {str(d): meeting.states[state_name(d)].tolist() for d in Dimension}
        self._own = {
            scores.SELF_CHECK: self._self_check(),
            scores.TASKS: self._tasks(),
            scores.REPORTING: self._reporting(),
            scores.PROGRESS: self._progress(),
        }
        opened = meeting.open_inspections
        self.inspections = _places(zip(opened["unit"], opened["sheet"], opened["row"], strict=True))
        self.bonus = self._bonus()

    def of(self, unit: str, part: str) -> str:
        """The rows behind a part."""
        return self._own[part].get(unit, "") if part in self._own else self._dimension(unit, part)

    def _dimension(self, unit: str, part: str) -> str:
        """“事项”表 30 行：不适用 2 行（第 5、9 行），失分 12 行，其余到位."""
        states = self._states[part]
        own = [(self._rows[place], states[place]) for place in self._items.get(unit, ())]
        listed = [(row, state) for row, state in own if not row[2]]
        exempt = [row for row, state in listed if state == State.EXEMPT]
        lost = [row for row, state in listed if state not in (State.EXEMPT, State.DONE)]
        missing = sum(row[2] and state != State.EXEMPT for row, state in own)
        words = [f"不适用 {len(exempt)} 行（{_runs(exempt)}）"] if exempt else []
        words += [f"失分 {len(lost)} 行（{_runs(lost)}）"] if lost else []
        words += [f"到位 {len(listed) - len(exempt) - len(lost)} 行"]
        words += [f"漏报 {missing} 项"] if missing else []
        unlisted = self.meeting.unlisted.get(unit, 0)
        words += [f"封面已计而未列 {unlisted} 项"] if unlisted else []
        return f"“事项”表 {len(listed)} 行：" + "，".join(words)

    def _self_check(self) -> dict[str, str]:
        rows = self.meeting.tables["self_check"]
        asked = _places(zip(rows["unit"], rows["sheet"], rows["row"], strict=True))
        lost: dict[str, list[str]] = {}
        for (unit, number), good in sorted(self.meeting.answers.items()):
            if not good or (unit, str(number)) in self.meeting.evidence:
                lost.setdefault(unit, []).append(str(number))
        return {
            unit: f"{place}；失分的是第 {'、'.join(lost[unit])} 题" if unit in lost else place
            for unit, place in asked.items()
        }

    def _tasks(self) -> dict[str, str]:
        tasks, today = self.meeting.tables["tasks"], self.meeting.period.meeting
        due = tasks[tasks["planned_on"].map(lambda day: isinstance(day, date) and day <= today).astype(bool)]
        found = _places(zip(due["unit"], due["sheet"], due["row"], strict=True))
        return {unit: f"到期的任务：{place}" for unit, place in found.items()}

    def _reporting(self) -> dict[str, str]:
        receipts, cutoff = self.meeting.receipts, self.meeting.period.cutoff
        wrong = _places((unit, sheet, row) for unit, _, sheet, row in sorted(self.meeting.wrong_rows))
        rows = scores.data_rows(self.meeting.merged)
        names = ("unit", "receipt", "filled_on")
        return {
            unit: f"封面填报日期 {text(filled_on) or '没有'}，报送截止 {cutoff}；各表数据行共 {rows[unit]} 行"
            + (f"；有错误的：{wrong[unit]}" if unit in wrong else "")
            for unit, _, filled_on in zip(*(receipts[name] for name in names), strict=True)
        }

    def _progress(self) -> dict[str, str]:
        paired = self.meeting.paired
        scored = [str(entry.dimension) for entry in self.meeting.plan.dimensions if entry.scored]
        return {
            unit: "前后两期都在册的事项，到位÷适用（上期→本期）："
            + "，".join(f"{d} {_counted(paired.then, unit, d)}→{_counted(paired.now, unit, d)}" for d in scored)
            for unit in paired.units
        }

    def _bonus(self) -> dict[str, str]:
        rows = self.meeting.books[BONUS.key]
        now = rows[rows["meeting"].map(as_day) == self.meeting.period.meeting]
        found: dict[str, list[str]] = {}
        for unit, points, reason in zip(now["unit"], now["points"], now["reason"], strict=True):
            found.setdefault(unit, []).append(f"{text(points)} 分：{text(reason)}")
        return {unit: "；".join(words) for unit, words in found.items()}


def _counted(counts: Counter[tuple[str, str, bool]], unit: str, dimension: str) -> str:
    done = counts[unit, dimension, True]
    return f"{done}/{done + counts[unit, dimension, False]}"


def _runs(rows: Iterable[Sequence[Any]]) -> str:
    return f"第 {number_runs(int(row[1]) for row in rows if row[1])} 行"


def _places(rows: Iterable[tuple[str, object, object]]) -> dict[str, str]:
    """Unit → “任务”表第 4–6、9 行, tab by tab."""
    found: dict[str, dict[str, list[int]]] = {}
    for unit, sheet, row in rows:
        if row:
            found.setdefault(unit, {}).setdefault(text(sheet), []).append(int(str(row)))
    return {
        unit: "，".join(f"“{sheet}”表第 {number_runs(numbers)} 行" for sheet, numbers in tabs.items())
        for unit, tabs in found.items()
    }


def lost_parts(plan: Plan) -> tuple[str, ...]:
    """The parts in which a row of a return can cost points; 进步 is lost at every item that is not 到位."""
    return (*(part for part in plan.part_weights if part != PROGRESS), DEDUCTION)


def lost_rows(meeting: Meeting, unit: str) -> list[dict[str, object]]:
    """失分明细 of one unit; a part that a row costs nothing in is left out."""
    return [
        {
            "subject": entry.row.subject,
            "state": entry.state,
            "number": entry.row.number,
            "file": entry.row.file,
            "sheet": entry.row.sheet,
            "row": entry.row.row,
            **entry.gains,
        }
        for entry in meeting.gains.lost.get(unit, ())
    ]


# ── sections


def figure(value: object) -> str:
    """A numerator or denominator: whole where it is."""
    if value is None:
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def points(value: object) -> str:
    """Points with two decimals."""
    return "" if value is None else f"{value:.2f}"


def gained(value: object) -> str:
    """Points that a step adds."""
    return "" if value is None else f"+{value:.2f}"


def whole(value: object) -> str:
    """A count or a rank."""
    return "" if value is None else f"{value:.0f}"


def score_section(rows: Sequence[Row]) -> Section:
    """得分构成 of one unit; rows: of ACCOUNT."""
    cells = tuple(
        (
            text(row["part"]),
            points(row["points"]),
            whole(row["weight"]),
            figure(row["numerator"]),
            figure(row["denominator"]),
            points(row["lost"]),
            text(row["explanation"]),
            text(row["behind"]),
        )
        for row in rows
    )
    header = ("项目", "得分", "权重", "分子", "分母", "失分", "怎么算", "依据")
    return Section("得分构成", header, (1, 1, 1, 1, 1, 1, 3, 3), cells, "没有得分。", centred=(0, 1, 2, 3, 4, 5))


def green_section(rows: Sequence[Row]) -> Section:
    """How many items more turn each light 绿, now and by the next meeting; rows: of TO_GREEN."""
    cells = tuple(
        (
            text(row["dimension"]),
            text(row["light"]),
            f"{whole(row['now'])} 项",
            f"{text(row['next_meeting'])} 前到位 {whole(row['then'])} 项",
            text(row["deadline"]),
            text(row["besides"]),
        )
        for row in rows
    )
    header = ("维度", "亮灯", "转绿还差", "下次会议仍是绿灯，须", "时限", "此外")
    spans = (2, 1, 1, 3, 2, 3)
    return Section("各维度转绿灯还差几项", header, spans, cells, "没有适用事项。", lights=(1,), centred=(0, 2, 3, 4))


def steps_section(rows: Sequence[Row]) -> Section:
    """提分清单 of one unit, the best first; rows: of GAINS."""
    cells = tuple(
        (
            whole(row["order"]),
            text(row["step"]),
            whole(row["number"]),
            gained(row["gain"]),
            points(row["score"]),
            whole(row["rank"]),
            gained(row["gain_all"]),
            points(row["score_all"]),
            whole(row["rank_all"]),
            text(row["subjects"]),
        )
        for row in rows
    )
    header = ("序", "做什么", "可做几项", "每项加分", "得分到", "名次到", "全做加分", "全做得分", "全做名次", "是哪些")
    note = "没有能提分的事；没有得分的单位先报送。"
    return Section(
        "提分清单（逐条重新计分，其他单位不变）",
        header,
        (1, 2, 1, 1, 1, 1, 1, 1, 1, 2),
        cells,
        note,
        centred=(0, 2, 3, 4, 5, 6, 7, 8),
    )


def hint(row: Row) -> str:
    """A step in a line, for who fills in the return; row: of GAINS."""
    each = "每项 " if (row["number"] or 0) > 1 else ""
    return (
        f"{text(row['step'])}（{whole(row['number'])} 项）：{each}{gained(row['gain'])} 分，"
        f"到 {points(row['score'])} 分、第 {whole(row['rank'])} 名；{text(row['subjects'])}"
    )


def best_section(rows: Sequence[Row]) -> Section:
    """先做什么: the best five of 提分清单, for the first page."""
    best = steps_section(rows[:BEST])
    cells = tuple((row[1], row[3], row[4], row[5], row[2], short(row[9], 26)) for row in best.rows)
    header = ("做什么", "每项加分", "得分到", "名次到", "可做几项", "是哪些")
    title = f"先做什么（最能提分的 {len(cells)} 步，全部见“提分清单”）" if cells else "先做什么"
    return Section(title, header, (4, 1, 1, 1, 1, 4), cells, best.nothing, centred=(1, 2, 3, 4))


def spoken(head: str, sections: Iterable[Section]) -> tuple[str, ...]:
    """The sections as lines for the screen: a row a line, its cells as the slip has them."""
    lines = [head]
    for section in sections:
        lines += ["", f"{section.title}" + ("" if section.rows else f"：{section.nothing}")]
        lines += ["　".join(section.header)] if section.rows else []
        lines += ["　".join(cell or "—" for cell in row) for row in section.rows]
    return tuple(lines)
