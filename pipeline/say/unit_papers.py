"""What a unit signs and files: 自查报告, 事项委托清单 with its 事项委托书, 检查验收表, from the rows in force.

Source: notice 二（一） (自查情况 with signature and seal), 二（四） (形成事项委托清单，签订事项委托书), 三（四） and 四（三）
(检查验收 at the deadlines).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pipeline.judge.duties import LACKING, REACHED
from pipeline.records import Paper, PaperSection, PaperTable
from pipeline.say.phrases import day, listed, numeral
from schemas.figures import as_day, records
from schemas.returns.self_check import GOOD_ANSWER

if TYPE_CHECKING:
    import pandas as pd

    from pipeline.meeting import Meeting

_DAY = "　　　年　　月　　日"
_SEAL = "（加盖公章）"
_LINE = "＿＿＿＿＿"


def _by_unit(meeting: Meeting, key: str) -> dict[str, list[dict[str, Any]]]:
    """Unit → its rows of a table, in plan order; units without a row are absent."""
    rows: pd.DataFrame = meeting.tables[key]
    found: dict[str, list[dict[str, Any]]] = {unit.name: [] for unit in meeting.plan.units}
    for row in records(rows):
        found.setdefault(str(row["unit"]), []).append(row)
    return {unit: of_unit for unit, of_unit in found.items() if of_unit}


def _text(cell: object) -> str:
    shown = as_day(cell)
    return shown.isoformat() if shown else "" if cell is None else str(cell)


def _full_name(meeting: Meeting, unit: str) -> str:
    known = meeting.plan.unit_by_name.get(unit)
    return known.full_name if known else unit


# ── 自查报告


def self_check_reports(meeting: Meeting) -> Mapping[str, tuple[Paper, ...]]:
    """Unit → its report: how it stands, the nine answers, what it mends by when, signature and seal."""
    answered = {
        unit: rows
        for unit, rows in _by_unit(meeting, "self_check").items()
        if any(row["answer"] is not None for row in rows)
    }
    return {unit: (_report(meeting, unit, rows),) for unit, rows in answered.items()}


def _report(meeting: Meeting, unit: str, rows: list[dict[str, Any]]) -> Paper:
    bad = [row for row in rows if row["answer"] and row["answer"] != GOOD_ANSWER.get(_number(row))]
    unanswered = sum(row["answer"] is None for row in rows)
    overall = (
        f"按照工作专班部署，我单位对照九个方面逐项自查，填报九题中{len(rows) - len(bad) - unanswered}题达到要求，"
        f"{len(bad)}题尚未达到" + (f"，{unanswered}题没有作答" if unanswered else "") + "，结果如下。"
    )
    sections = (
        PaperSection("一、自查结果", (overall,), _answers(rows)),
        PaperSection("二、存在问题和整改时限", tuple(_to_mend(row, n) for n, row in enumerate(bad, 1)) or ("无。",)),
        PaperSection("", to_sign=(f"主要领导（签字）：{_LINE}　单位{_SEAL}", f"报告日期：{_DAY}")),
    )
    return Paper(
        sections,
        title="全面落实“三个无审批”自查报告",
        subtitle=f"{_full_name(meeting, unit)}（{meeting.period.label}）",
        office=meeting.plan.office.name,
        addressed=f"{meeting.plan.office.centre}：",
    )


def _number(row: Mapping[str, Any]) -> int:
    return int(row["number"]) if str(row["number"]).isdigit() else 0


def _answers(rows: list[dict[str, Any]]) -> PaperTable:
    shown = tuple(
        (_text(row["number"]), _text(row["question"]), _text(row["answer"]) or "未答", _text(row["explanation"]))
        for row in rows
    )
    return PaperTable("自查情况", ("序号", "自查内容", "结论", "情况说明"), shown)


def _to_mend(row: Mapping[str, Any], place: int) -> str:
    until = as_day(row["correct_by"])
    when = f"整改时限：{day(until)}" if until else "整改时限：【请填写】"
    what = (_text(row["explanation"]) or "【请填写情况说明】").rstrip("。；")
    return f"（{numeral(place)}）{_text(row['question'])}。自查结论为“{row['answer']}”：{what}。{when}。"


# ── 事项委托清单, 事项委托书


def authorisation_letters(meeting: Meeting) -> Mapping[str, tuple[Paper, ...]]:
    """Unit → its 事项委托清单 and one 事项委托书 for each 委托书编号, each from a new page on."""
    return {unit: _letters(meeting, unit, rows) for unit, rows in _by_unit(meeting, "authorisations").items()}


def _letters(meeting: Meeting, unit: str, rows: list[dict[str, Any]]) -> tuple[Paper, ...]:
    by_letter: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_letter.setdefault((_text(row["letter_number"]), _text(row["delegate"])), []).append(row)
    letters = (_letter(meeting, unit, *key, of_letter) for key, of_letter in by_letter.items())
    return (_schedule(meeting, unit, rows), *letters)


def _schedule(meeting: Meeting, unit: str, rows: list[dict[str, Any]]) -> Paper:
    header = ("序号", "事项名称", "授权内容", "被授权人", "委托书编号", "有效期至")
    names = ("item_name", "content", "delegate", "letter_number", "valid_until")
    shown = tuple(
        (str(number), *(_text(row[name]) or ("长期" if name == "valid_until" else "") for name in names))
        for number, row in enumerate(rows, 1)
    )
    signed = (f"主要领导（签字）：{_LINE}　单位{_SEAL}", f"日期：{_DAY}")
    section = PaperSection("", (), PaperTable(f"{len(rows)}项", header, shown), signed)
    subtitle = f"{_full_name(meeting, unit)}（{meeting.period.label}）"
    return Paper((section,), title="事项委托清单", subtitle=subtitle, office=meeting.plan.office.name)


def _letter(meeting: Meeting, unit: str, number: str, delegate: str, rows: list[dict[str, Any]]) -> Paper:
    """One 事项委托书: who entrusts whom with what, for how long, and places to sign."""
    signed, until = as_day(rows[0]["signed_on"]), as_day(rows[0]["valid_until"])
    term = f"自{day(signed)}起" if signed else "自签订之日起"
    term += f"至{day(until)}止" if until else "长期有效"
    header = ("序号", "事项名称", "授权内容")
    shown = tuple((str(n), _text(row["item_name"]), _text(row["content"])) for n, row in enumerate(rows, 1))
    body = (
        f"委托单位：{_full_name(meeting, unit)}",
        f"受委托人：{delegate or '【请填写】'}（驻{meeting.plan.office.centre}窗口）",
        f"委托单位将下列政务服务事项委托受委托人在{meeting.plan.office.centre}窗口办理，受委托人在委托范围内行使职权、"
        "承担窗口第一责任人职责，委托单位对办理结果承担法律责任。",
    )
    copies = f"委托期限：{term}。本委托书一式三份，委托单位、受委托人、{meeting.plan.office.centre}各执一份。"
    to_sign = (
        f"委托单位{_SEAL}：　主要负责人（签字）：{_LINE}",
        f"受委托人（签字）：{_LINE}",
        f"签订日期：{day(signed) if signed else _DAY}",
    )
    sections = (
        PaperSection("", body, PaperTable("委托事项", header, shown)),
        PaperSection("", (copies,), to_sign=to_sign),
    )
    return Paper(
        sections, title="事项委托书", subtitle=f"编号：{number or '【请填写】'}", office=meeting.plan.office.name
    )


# ── 检查验收表


def acceptance_forms(meeting: Meeting) -> Mapping[str, tuple[Paper, ...]]:
    """One form for each goal whose deadline has passed: every unit, reached or not, what is missing, places to sign."""
    rows = records(meeting.acceptance)
    goals = dict.fromkeys(str(row["goal"]) for row in rows)
    forms = tuple(_form(meeting, goal, [row for row in rows if row["goal"] == goal]) for goal in goals)
    return {"": forms} if forms else {}


def _form(meeting: Meeting, goal: str, rows: list[dict[str, Any]]) -> Paper:
    deadline = as_day(rows[0]["deadline"])
    lacking = [str(row["unit"]) for row in rows if row["verdict"] == LACKING]
    reached = sum(row["verdict"] == REACHED for row in rows)
    words = (
        f"时限{day(deadline) if deadline else ''}。按截至{day(meeting.period.meeting)}的填报和督查，{len(rows)}家单位中"
    )
    words += f"{reached}家到位，{len(lacking)}家未到位" + (f"：{listed(lacking)}。" if lacking else "。")
    header = ("单位", "应到位", "已到位", "结论", "缺什么", "单位签字")
    shown = tuple(
        (
            *(_text(row[name]) for name in ("unit", "applicable", "done", "verdict")),
            _text(row["lacking"]) or "—",
            "　　　　",
        )
        for row in rows
    )
    signed = (
        f"验收组成员（签字）：{_LINE}　{_LINE}　{_LINE}",
        f"验收结论：{_LINE}{_LINE}{_LINE}{_LINE}",
        f"专班办公室{_SEAL}　验收日期：{_DAY.strip()}",
    )
    sections = (PaperSection("", (words,), PaperTable("各单位情况（单位：项次）", header, shown), signed),)
    return Paper(
        sections,
        title="检查验收表",
        subtitle=f"目标：{goal}（{meeting.period.label}）",
        office=meeting.plan.office.name,
    )
