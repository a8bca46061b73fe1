"""`yjbj remind`: a text for each unit that is late or was returned, to paste into the work group's chat.

It names posts and never a person or a phone number; what it says is what the latest run found.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pandas as pd

from pipeline.findings import group_cells
from pipeline.judge.matters import NO_PROBLEMS, Answers, owed
from pipeline.memory.folders import earlier_meetings
from pipeline.memory.lineage import lineage, renamed_previous
from pipeline.memory.plan import plan_for
from pipeline.memory.state import read_previous
from pipeline.records import MisuseError, Previous
from pipeline.write.kit.privacy import Guard
from schemas.figures import as_day
from schemas.plan import Plan
from schemas.returns.matters import SHEET as MATTERS
from schemas.words import CONTACT_ROLE, Receipt, Severity

_TO_WHOM = "、".join(CONTACT_ROLE.values)
_MOST_PROBLEMS = 8  # a chat message that nobody scrolls through helps nobody


def remind(meeting: date | None, inputs: Path, outputs: Path) -> tuple[str, ...]:
    """One text a unit, a blank line between; the first line says how many.

    meeting: whose finished folder under `outputs` is read, None for the latest. Raises MisuseError
    when there is none.
    """
    state = _state_of(meeting, outputs)
    in_force = plan_for(inputs, outputs, state.meeting + timedelta(days=1))
    plan = in_force.plan
    state = renamed_previous(state, lineage(in_force.last, in_force.book, plan, state.meeting))
    texts = [text for unit in plan.units if (text := "\n".join(_text(unit.name, state, plan)))]
    head = f"第{state.period:02d}期（会议日期 {state.meeting}）：需要提醒的单位 {len(texts)} 家。"
    return (head, *(f"\n{text}" for text in texts))


def _state_of(meeting: date | None, outputs: Path) -> Previous:
    """What the run for this very meeting left behind: it is what the day after finds before it."""
    finished = earlier_meetings(outputs)
    if not finished or (meeting or finished[-1]) not in finished:
        which = f"会议日期 {meeting} 的结果" if meeting else "任何一期的结果"
        raise MisuseError(f"“{outputs}”里没有{which}，请先运行 yjbj run。")
    state = read_previous(outputs, (meeting or max(finished)) + timedelta(days=1))
    if state is None:
        raise MisuseError(f"“{outputs}”里这一期的结果读不出来，请重新运行 yjbj run。")
    return state


def _text(unit: str, state: Previous, plan: Plan) -> Iterator[str]:
    """The lines of one unit's text; none when there is nothing to remind it of."""
    cutoff = state.meeting - timedelta(days=plan.thresholds.cutoff_days)
    receipt = _receipt(unit, state)
    wrong = _errors(unit, state)
    if receipt in (Receipt.CARRIED, Receipt.NEVER):
        yield f"【{unit}】{_TO_WHOM}："
        yield (
            f"第{state.period:02d}期“应进必进”填报表应于 {cutoff} 前报送，至今没有收到。"
            f"请于 {state.meeting} 双周推进会前报{plan.office.centre}（邮箱 {plan.office.email}）；"
            + (
                "逾期将沿用上期情况，报送不得分。"
                if receipt == Receipt.CARRIED
                else "确无事项的，事项总数填 0 报零报告。"
            )
        )
    elif len(wrong):
        yield f"【{unit}】{_TO_WHOM}："
        yield f"第{state.period:02d}期“应进必进”填报表有 {len(wrong)} 处错误，请于 {state.meeting} 双周推进会前改好重报："
        yield from _problems(wrong, Guard(plan).text)
        yield "标注好的填报表由专班办公室另行退回，请在退回件上改。"
    if receipt not in (Receipt.CARRIED, Receipt.NEVER) and (silent := _unanswered(unit, state, plan)):
        if not len(wrong):
            yield f"【{unit}】{_TO_WHOM}："
        yield f"“督办回复”里还有 {len(silent)} 件没有答复（编号 {'、'.join(silent)}），请补填后重报。"


def _unanswered(unit: str, state: Previous, plan: Plan) -> list[str]:
    """The numbers of the matters that the unit was asked about for that meeting and left unanswered."""
    matters = state.office.get(MATTERS.key)
    if matters is None:
        return []
    asked = matters[[(day := as_day(cell)) is not None and day < state.meeting for cell in matters["agreed_on"]]]
    due = owed(asked, NO_PROBLEMS, plan, state.meeting)
    answers = Answers.of(state.tables["replies"])
    return [number for number in due.loc[due["unit"] == unit, "number"] if not answers.fresh(number, unit)]


def _receipt(unit: str, state: Previous) -> str:
    history = state.history
    mine = history[(history["unit"] == unit) & (history["period"] == state.period)]
    return str(mine["receipt"].iloc[0]) if len(mine) else Receipt.NEVER


def _errors(unit: str, state: Previous) -> pd.DataFrame:
    findings = state.findings
    return findings[(findings["unit"] == unit) & (findings["severity"] == Severity.ERROR)]


def _problems(wrong: pd.DataFrame, show: Callable[[str], str]) -> Iterator[str]:
    """Equal faults of a column in one line, with their cells; what is left over is counted."""
    groups = list(wrong.groupby(["sheet", "problem", "remedy"], sort=False))
    for number, ((sheet, problem, remedy), rows) in enumerate(groups[:_MOST_PROBLEMS], 1):
        cells = group_cells([str(cell) for cell in rows["cell"]])
        said = problem if str(problem).endswith("？") else f"{problem}。"
        yield show(f"{number}. “{sheet}”表 {cells}：{said}{remedy}。")
    if len(groups) > _MOST_PROBLEMS:
        yield f"……另有 {len(groups) - _MOST_PROBLEMS} 类，见退回清单。"
