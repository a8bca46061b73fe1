"""A made-up run, consistent enough to be written: 33 units, a few items each, three periods.

Numbers follow from the unit's place in the plan, so that a test can say what a cell must hold:
unit i has 0 ≤ i % 4 items wanting; every eleventh unit is 未报送, the one before it 沿用上期.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta

import pandas as pd

from pipeline.findings import Finding, Place, findings_frame
from pipeline.judge.gains import Gains, Lost, Row
from pipeline.judge.remarks import no_words
from pipeline.meeting import Meeting
from pipeline.records import FrontLine, Merged, Paper, PaperSection, PaperTable, Previous
from schemas import tables as ledger
from schemas.columns import Column, Table
from schemas.dimensions import Dimension
from schemas.plan import Period, Plan, load_plan
from schemas.tables import first_done_name, light_name, reason_name, state_name
from schemas.words import Light, Severity

MEETING = date(2023, 4, 14)
PERIOD = Period(3, MEETING, MEETING - timedelta(days=2), MEETING - timedelta(days=14))
ITEM_NAMES = (
    "企业投资项目备案",
    "老年人福利补贴（高龄津贴）",
    "建设工程消防验收备案（其他建设工程）",
    "医疗机构设置审批（含港澳台，外商独资除外）及执业登记、校验、变更、注销",
    "民办学校筹设审批",
)
MOBILE = "13812345678"


def frame(columns: Table | Sequence[Column], rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Rows as a frame of a declared table; columns that a row leaves out are blank."""
    names = list(columns.names if isinstance(columns, Table) else [column.name for column in columns])
    extra = [key for row in rows[:1] for key in row if key not in names]
    return pd.DataFrame([dict(row) for row in rows], columns=[*names, *extra], dtype=object).pipe(
        lambda f: f.where(f.notna(), None)
    )


def empty(table: Table) -> pd.DataFrame:
    return frame(table, [])


def _tables(items: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """The returns' own tables: the items' codes and names, and no row in the others."""
    none = {key: empty(table) for key, table in ledger.MERGED.items()}
    return none | {"items": items[["unit", "item_code", "item_name"]]}


def fake_book(items_per_unit: int = 4, *, bare: bool = False, plan: Plan | None = None) -> Meeting:
    """A whole run; `bare`: the first one of an office, without history, inspections and lists."""
    plan = plan or load_plan()
    units = [unit.name for unit in plan.units]
    items = _items(units, items_per_unit)
    summary = _summary(plan, units, items_per_unit, bare)
    judged = {
        "matrix": items,
        "unit_dimensions": summary,
        "overall": _overall(units, summary),
        "history": _history(units, summary, bare),
        "red_list": _light_rows(ledger.RED_LIST, items, Light.RED),
        "yellow_list": _light_rows(ledger.YELLOW_LIST, items, Light.YELLOW),
        "tasks": empty(ledger.TASK_LEDGER) if bare else _tasks(units),
        "problems": empty(ledger.PROBLEM_LEDGER) if bare else _problems(units),
        "matter_rows": empty(ledger.MATTER_LEDGER) if bare else _matters(units),
        "matter_list": empty(ledger.MATTER_LEDGER) if bare else _matters(units),
        "milestones": _milestones(plan, units),
        "clearances": _clearances(units),
        "words_written": empty(ledger.WORDS),
        "decisions": _proposals(units).reindex(columns=list(ledger.DECISIONS.names)).astype(object),
        "decisions_lost": empty(ledger.DECISIONS_LOST),
        "acceptance": empty(ledger.ACCEPTANCE),
        "electronic": empty(ledger.ELECTRONIC),
        "step_modes": empty(ledger.STEP_MODES),
        "to_merge": empty(ledger.TO_MERGE),
        "leads": empty(ledger.LEADS),
        "changes": empty(ledger.CHANGES) if bare else _changes(items),
        "comparison": empty(ledger.COMPARISON) if bare else _comparison(items),
        "to_verify": empty(ledger.TO_VERIFY) if bare else _to_verify(units),
        "score_parts": _score_parts(plan, units),
        "ranking": _ranking(plan, units),
        "account": _account(plan, units),
        "to_green": _to_green(plan, units),
        "gains": _gains(units),
        "proposals": _proposals(units),
        "remarks_lost": empty(ledger.REMARKS_LOST) if bare else _remarks_lost(),
        "contradictions": empty(ledger.CONTRADICTIONS) if bare else _contradictions(units),
        "tracking": empty(ledger.TRACKING),
        "cell_changes": empty(ledger.CELL_CHANGES) if bare else _cell_changes(units),
    }
    meeting = Meeting(
        plan=plan,
        period=PERIOD,
        merged=Merged(_covers(units), _tables(items)),
        receipts=_receipts(units),
        found=(),
        inspections=empty(ledger.COMPARISON),
        files=_files(units),
        previous=None if bare else _previous(judged),
    )
    return knowing(
        meeting,
        **judged,
        unit_lights=summary,
        findings=fake_findings(units),
        summary=("第03期（会议日期 2023-04-14，报送截止 2023-04-12）", "已报送 27/33"),
        front_page=() if bare else _front_page(units),
        briefing=fake_briefing(),
    )


def knowing(meeting: Meeting, **judged: object) -> Meeting:
    """The same meeting, of which these properties are known already, whatever would follow from its rows."""
    kind = type("Known", (type(meeting),), judged)
    return kind(**{entry.name: getattr(meeting, entry.name) for entry in fields(meeting)})


def _matters(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "number": f"Y{i}",
            "source": "会议议定",
            "content": "开通统一受理",
            "unit": unit,
            "due": MEETING - timedelta(days=7),
            "state": "办理中",
            "reply": "已开通（自报已办结）" if i % 2 else None,
            "light": "黄" if i % 2 else "红",
            "reason": "待核实：单位自报已办结，专班尚未销号" if i % 2 else "逾期 7 天",
            "agreed_on": MEETING - timedelta(days=14),
        }
        for i, unit in enumerate(units[:4])
    ]
    return frame(ledger.MATTER_LEDGER, rows)


def receipt_of(i: int) -> str:
    if i % 11 == 10:
        return "未报送"
    if i % 11 == 9:
        return "沿用上期"
    if i == 20:
        return "零报告"
    return "迟报" if i % 7 == 6 else "按时"


def done_of(i: int, d: int, n: int) -> int:
    """Items of unit i that are 到位 in dimension number d, out of n."""
    return max(0, n - (i + d) % 4)


def _light(i: int, d: int, k: int, n: int) -> Light:
    if k < done_of(i, d, n):
        return Light.GREEN
    return Light.RED if (i + d + k) % 3 == 0 else Light.YELLOW


def _items(units: Sequence[str], n: int) -> pd.DataFrame:
    rows = []
    for i, unit in enumerate(units):
        for k in range(n):
            row: dict[str, object] = {
                "unit": unit,
                "item_code": f"11410404{i:010d}4000{k:09d}",
                "item_name": ITEM_NAMES[(i + k) % len(ITEM_NAMES)],
                "item_type": "行政许可",
                "suspicions": "疑似明进暗不进" if (i + k) % 9 == 0 else None,
                "change": "新增到位：事项" if (i + k) % 6 == 0 else "无变化",
                "file": f"{unit}_应进必进填报表_第03期.xlsx",
                "sheet": "事项",
                "row": 4 + k,
                "carried": "沿用上期" if receipt_of(i) == "沿用上期" else None,
            }
            for d, dimension in enumerate(Dimension):
                light = _light(i, d, k, n)
                row[state_name(dimension)] = "到位" if light is Light.GREEN else "未到位"
                row[light_name(dimension)] = str(light)
                row[first_done_name(dimension)] = date(2023, 3, 17) if light is Light.GREEN else None
                row[reason_name(dimension)] = None if light is Light.GREEN else "计划完成日期已过 9 天"
            rows.append(row)
    return frame(ledger.MATRIX, rows)


def _light_rows(table: Table, items: pd.DataFrame, light: Light) -> pd.DataFrame:
    rows = []
    for item in items.to_dict("records"):
        for dimension in Dimension:
            if item[light_name(dimension)] == light:
                rows.append(
                    {
                        **{name: item[name] for name in ("unit", "item_code", "item_name", "suspicions")},
                        **{name: item[name] for name in ("file", "sheet", "row")},
                        "dimension": str(dimension),
                        "state": item[state_name(dimension)],
                        "light": str(light),
                        "reason": f"计划完成日期已过 9 天；请联系 {MOBILE}"
                        if not rows
                        else item[reason_name(dimension)],
                        "deadline": date(2023, 7, 31),
                        "planned_on": date(2023, 4, 5),
                        "reason_open": "上级审批系统尚未开放接口，正在与市局协调",
                        "leader_note": "请分管领导亲自抓，下次会前销号。" if not rows else None,
                    }
                )
    return frame(table, rows)


def _summary(plan: Plan, units: Sequence[str], n: int, bare: bool) -> pd.DataFrame:
    rows = []
    for i, unit in enumerate(units):
        for d, entry in enumerate(plan.dimensions):
            lights = [_light(i, d, k, n) for k in range(n)]
            applicable = 0 if receipt_of(i) in ("未报送", "零报告") else n
            red, yellow = (lights.count(x) if applicable else 0 for x in (Light.RED, Light.YELLOW))
            light = Light.RED if red else Light.YELLOW if yellow else Light.GREEN
            done = done_of(i, d, n) if applicable else 0
            rows.append(
                {
                    "unit": unit,
                    "dimension": str(entry.dimension),
                    "applicable": applicable,
                    "done": done,
                    "rate": done / n if applicable else None,
                    "light": str(light if applicable else Light.GREY),
                    "reason": "有事项亮红灯" if red else "",
                    "expected": 0.28 if entry.deadline else None,
                    "rate_before": None if bare or not applicable else max(0.0, done / n - (0.25 if i % 3 else -0.25)),
                    "red_items": red,
                    "yellow_items": yellow,
                    "pending": 0,
                    "red_streak": 0 if bare or not red else 1 + i % 3,
                    "escalation": None if bare or not red else ("提醒", "督办单", "约谈建议")[i % 3],
                    "forecast_on": None if bare else date(2023, 9, 1),
                    "deadline": entry.deadline,
                    "forecast": None if bare else "按近三期进度，预计 2023-09-01 到位，晚于时限 32 天",
                }
            )
    return frame(ledger.UNIT_SUMMARY, rows)


def _overall(units: Sequence[str], summary: pd.DataFrame) -> pd.DataFrame:
    order = ["红", "黄", "绿", "灰"]
    rows = []
    for unit in units:
        lights = summary.loc[summary["unit"] == unit, "light"]
        worst = min(lights, key=order.index)
        rows.append({"unit": unit, "light": worst, "reason": f"{worst}灯 {int((lights == worst).sum())} 个维度"})
    return pd.DataFrame(rows, columns=["unit", "light", "reason"], dtype=object)


def _history(units: Sequence[str], summary: pd.DataFrame, bare: bool) -> pd.DataFrame:
    rows = []
    for number in (3,) if bare else (1, 2, 3):
        for row in summary.to_dict("records"):
            i = units.index(row["unit"])
            rows.append(
                {
                    "period": number,
                    "meeting": MEETING - timedelta(days=14 * (3 - number)),
                    **{name: row[name] for name in ("unit", "dimension", "applicable", "light")},
                    "done": max(0, int(row["done"]) - (3 - number)),
                    "rate": None if row["rate"] is None else max(0.0, row["rate"] - 0.25 * (3 - number)),
                    "score": 90.0 - i - 2 * (3 - number),
                    "rank": i + 1,
                    "receipt": receipt_of(i),
                }
            )
    return frame(ledger.HISTORY, rows)


def _tasks(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "task_number": f"RW-{t + 1}",
            "task_name": "推动审批业务系统与一体化政务服务平台对接" if t else "梳理事项清单",
            "goal": "系统对接到位" if t else "事项进驻到位",
            "measures": "每周与市局会商一次，四月底前完成接口联调",
            "owner": f"科长{MOBILE}" if not i and not t else "业务科长",
            "planned_on": date(2023, 4, 5) + timedelta(days=20 * t),
            "progress": 0.6 if t else (1.0 if i % 3 else 0.8),
            "done_on": None if t or not i % 3 else date(2023, 4, 4),
            "light": "黄" if t else ("绿" if i % 3 else "红"),
            "reason": "距时限 11 天" if t else ("按期完成" if i % 3 else "逾期 9 天"),
            "file": f"{unit}_应进必进填报表_第03期.xlsx",
            "sheet": "任务",
            "row": 4 + t,
        }
        for i, unit in enumerate(units)
        for t in range(2)
        if receipt_of(i) != "未报送"
    ]
    return frame(ledger.TASK_LEDGER, rows)


def _problems(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "problem_number": "WT-1",
            "description": "业务系统由市级统建，区级没有对接权限，窗口需二次录入",
            "problem_kind": "系统不通",
            "cause": "市级统建系统未开放接口",
            "solution": "请市局协调开放接口",
            "owner_unit": units[(i + 1) % len(units)],
            "helper_units": units[(i + 2) % len(units)],
            "solve_by": date(2023, 4, 10) + timedelta(days=i),
            "state": ("待派发", "办理中", "已解决")[i % 3],
            "light": ("红", "黄", "绿")[i % 3],
            "reason": ("逾期 4 天", "距时限 6 天", "已解决")[i % 3],
            "periods_open": 1 + i % 4,
            "file": f"{unit}_应进必进填报表_第03期.xlsx",
            "sheet": "问题",
            "row": 4,
        }
        for i, unit in enumerate(units)
        if i % 4 == 0
    ]
    return frame(ledger.PROBLEM_LEDGER, rows)


def _milestones(plan: Plan, units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "milestone": entry.name,
            "deadline": entry.deadline,
            "done_on": entry.deadline if i % 5 else None,
            "light": "绿" if i % 5 else ("灰" if entry.evidence == "office" else "红"),
            "reason": "按期完成" if i % 5 else "由办公室登记完成日期后亮灯",
        }
        for i, unit in enumerate(units)
        for entry in plan.milestones
    ]
    return frame(ledger.MILESTONES, rows)


def _clearances(units: Sequence[str]) -> pd.DataFrame:
    words = ("达标", "未达标", "存疑", "未报")
    rows = [
        {
            "unit": unit,
            "beyond_list": words[i % 4],
            "beyond_hall": words[(i + 1) % 4],
            "beyond_platform": words[(i + 2) % 4],
            "reason": "大厅之外：自查答“否”，但有 2 个事项的环节在厅外",
        }
        for i, unit in enumerate(units)
    ]
    return frame(ledger.CLEARANCES, rows)


def _changes(items: pd.DataFrame) -> pd.DataFrame:
    kinds = ("新增到位", "倒退", "新增事项", "减少事项")
    rows = [
        {
            "unit": item["unit"],
            "item_code": item["item_code"],
            "item_name": item["item_name"],
            "dimension": "事项" if k % 4 < 2 else None,
            "change": kinds[k % 4],
            "before": "推进中" if k % 4 != 1 else "到位",
            "after": "到位" if k % 4 != 1 else "推进中",
        }
        for k, item in enumerate(items.to_dict("records"))
        if k % 5 == 0
    ]
    return frame(ledger.CHANGES, rows)


def _comparison(items: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {
            "unit": item["unit"],
            "found_on": date(2023, 4, 11),
            "item_code": item["item_code"],
            "item_name": item["item_name"],
            "kind": "明进暗不进",
            "description": "窗口只收件，审核仍在原单位进行",
            "reported": "事项到位，人员到位",
            "verdict": "自报与督查相反",
            "correct_by": date(2023, 4, 30),
            "state": "未整改",
        }
        for item in items.head(2).to_dict("records")
    ]
    return frame(ledger.COMPARISON, rows)


def _contradictions(units: Sequence[str]) -> pd.DataFrame:
    return frame(ledger.CONTRADICTIONS, [{"unit": units[0], "compared": 2, "contradictory": 2, "rate": 1.0}])


def _to_verify(units: Sequence[str]) -> pd.DataFrame:
    row = {
        "unit": units[2],
        "code": "KQ-021",
        "subject": ITEM_NAMES[0],
        "finding": "上期在报的事项本期没有报，也没有在备注中说明",
        "advice": "请单位说明是取消、合并还是漏报",
    }
    return frame(ledger.TO_VERIFY, [row])


def _cell_changes(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "sheet": "事项",
            "subject": ITEM_NAMES[k],
            "title": ("事项进驻", "计划完成日期", "（整行）")[k],
            "before": ("推进中", "2023-05-31", "（无）")[k],
            "after": ("已进驻", "2023-04-30", "新增")[k],
        }
        for i, unit in enumerate(units)
        for k in range(i % 4)
    ]
    return frame(ledger.CELL_CHANGES, rows)


def _remarks_lost() -> pd.DataFrame:
    row = {
        "sheet": "红灯清单",
        "label": "区发改委 企业投资项目核准 系统",
        "leader_note": "请持续跟进",
        "written_in": "第02期",
        "key": "区发改委|企业投资项目核准|系统",
    }
    return frame(ledger.REMARKS_LOST, [row])


def _score_parts(plan: Plan, units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "part": part,
            "numerator": 3.0,
            "denominator": 4.0,
            "weight": weight,
            "points": weight * 0.75,
            "explanation": "到位 3 项，适用 4 项",
        }
        for unit in units
        for part, weight in plan.part_weights.items()
    ]
    return frame(ledger.SCORE_PARTS, rows)


def _account(plan: Plan, units: Sequence[str]) -> pd.DataFrame:
    parts = _score_parts(plan, units).to_dict("records")
    rows = [part | {"lost": part["weight"] * 0.25, "behind": "“事项”表 4 行：失分 1 行（第 7 行）"} for part in parts]
    return frame(ledger.ACCOUNT, rows)


def _to_green(plan: Plan, units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "unit": unit,
            "dimension": str(entry.dimension),
            "light": "黄",
            "now": 1,
            "next_meeting": MEETING + timedelta(days=14),
            "then": 2,
            "deadline": entry.deadline,
        }
        for unit in units
        for entry in plan.dimensions
    ]
    return frame(ledger.TO_GREEN, rows)


def _gains(units: Sequence[str]) -> Gains:
    steps = ("事项到位", "办结到期的任务", "环节到位", "人员到位", "授权到位", "系统到位", "窗口到位")
    rows = [
        {
            "unit": unit,
            "order": place,
            "part": step[:2],
            "step": step,
            "number": 2,
            "gain": 5.0 / place,
            "score": 88.0,
            "rank": 3,
            "gain_all": 10.0 / place,
            "score_all": 90.0,
            "rank_all": 1,
            "subjects": f"{ITEM_NAMES[0]}、{ITEM_NAMES[1]}",
        }
        for unit in units
        for place, step in enumerate(steps, 1)
    ]
    lost = {
        unit: [
            Lost(
                Row("items", k, ITEM_NAMES[k], f"{unit}_应进必进填报表_第03期.xlsx", "事项", 4 + k),
                "事项未到位",
                {"事项": 5.0},
            )
            for k in range(2)
        ]
        for unit in units
    }
    return Gains(frame(ledger.GAINS, rows), lost)


def _ranking(plan: Plan, units: Sequence[str]) -> pd.DataFrame:
    parts = list(plan.part_weights)
    rows = []
    for i, unit in enumerate(units):
        never = receipt_of(i) == "未报送"
        row: dict[str, object] = {
            "rank": i + 1,
            "unit": unit,
            "score": 0.0 if never else 90.0 - i,
            "rank_before": i + 2,
            "rank_change": 1,
            "deduction": 2.0 if i % 10 == 0 else 0.0,
            "marks": "未报送" if never else None,
        }
        rows.append(row | {part: plan.part_weights[part] * 0.75 for part in parts})
    head = [column.name for column in ledger.RANKING_HEAD]
    tail = [column.name for column in ledger.RANKING_TAIL]
    return pd.DataFrame(rows, columns=[*head, *parts, *tail], dtype=object)


def _proposals(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {"kind": "表扬建议", "unit": units[3], "score": 87.0, "rank": 4, "reason": "按时报送，没有红灯"},
        {"kind": "通报建议", "unit": units[10], "score": 0.0, "rank": 33, "reason": "本期未报送"},
    ]
    return frame(ledger.PROPOSALS, rows)


def _receipts(units: Sequence[str]) -> pd.DataFrame:
    rows = []
    for i, unit in enumerate(units):
        sent = receipt_of(i) in ("按时", "迟报", "零报告")
        rows.append(
            {
                "unit": unit,
                "receipt": receipt_of(i),
                "file": f"{unit}_应进必进填报表_第03期.xlsx" if sent else None,
                "filled_on": (MEETING - timedelta(days=3 if receipt_of(i) != "迟报" else 1)) if sent else None,
                "errors": i % 3 if sent else 0,
                "warnings": i % 2 if sent else 0,
                "notes": 1 if sent else 0,
                "rows_read": 24 if sent else 0,
                "rows_used": 23 if sent else 0,
                "rows_set_aside": 1 if sent else 0,
            }
        )
    return frame(ledger.RECEIPTS, rows)


def _files(units: Sequence[str]) -> pd.DataFrame:
    rows = [
        {
            "file": f"{unit}_应进必进填报表_第03期.xlsx",
            "unit": unit,
            "verdict": "采用",
            "reason": None,
            "archive": f"{unit}_应进必进填报表_第03期.xlsx",
        }
        for i, unit in enumerate(units)
        if receipt_of(i) in ("按时", "迟报", "零报告")
    ]
    rows.append({"file": "扫描件.pdf", "unit": None, "verdict": "拒收", "reason": "不是电子表格", "archive": None})
    return frame(ledger.FILES, rows)


def fake_findings(units: Sequence[str]) -> pd.DataFrame:
    found = []
    for i, unit in enumerate(units):
        file = f"{unit}_应进必进填报表_第03期.xlsx"
        for k in range(i % 3):
            place = Place(unit, file, "事项", f"H{4 + k}", 4 + k, "items")
            remedy = "请从下拉列表中选填：已进驻、推进中、未进驻"
            found.append(Finding("SX-001", Severity.ERROR, place, "", "“事项进驻”没有填写", remedy))
        if i % 2:
            place = Place(unit, file, "任务", "F5", 5, "tasks")
            problem = "计划完成日期晚于对应目标的时限 2023-10-31"
            found.append(Finding("RW-021", Severity.WARNING, place, "2023-11-30", problem, "请改到时限之内"))
        place = Place(unit, file, "事项", "H6", 6, "items")
        text = "“事项进驻”由“√”规范为“已进驻”（同义写法）"
        found.append(Finding("SX-006", Severity.NOTE, place, "√", text, "不用改；如规范得不对，请改正后重报"))
    return findings_frame(found)


def _covers(units: Sequence[str]) -> pd.DataFrame:
    return frame(ledger.COVERS, [{"unit": unit, "phone": "2536288"} for unit in units])


def _previous(now: Mapping[str, pd.DataFrame]) -> Previous:
    history = now["history"]
    before = history[history["period"] < PERIOD.number]
    return Previous(
        period=2,
        meeting=MEETING - timedelta(days=14),
        covers=empty(ledger.COVERS),
        tables={},
        matrix=empty(ledger.MATRIX),
        unit_dimensions=now["unit_dimensions"],
        history=before,
        ranking=now["ranking"][["unit", "rank", "score"]],
        findings=empty(ledger.FINDINGS),
        tracking=empty(ledger.TRACKING),
        remarks=no_words(),
    )


def _front_page(units: Sequence[str]) -> tuple[FrontLine, ...]:
    return (
        FrontLine("未报送", f"{units[10]}、{units[21]}、{units[32]}本期未报送", "报送情况", units[10]),
        FrontLine("新增红灯", f"{units[0]}：环节，3 个事项，计划完成日期已过", "红灯清单", units[0], "环节"),
        FrontLine("连续三期红灯", f"{units[2]}：人员，建议约谈", "单位红黄绿", units[2]),
        FrontLine("进步最大", f"{units[4]}：到位率提高 25 个百分点", "变化情况", units[4]),
        FrontLine("会上可问", f"{units[0]}自查称环节全部进驻，但有事项在厅外审核，何时改正？", "三个无审批", units[0]),
    )


def fake_briefing() -> Paper:
    table = PaperTable("得分前三名", ("名次", "单位", "得分"), (("1", "区发改委", "90.00"), ("2", "区教体局", "89.00")))
    long_text = (
        "截至2023年4月14日，33个成员单位应报送33个，已报送27个，报送率82%。全区政务服务事项进驻到位率63%，"
        "比上期提高8个百分点；亮红灯41处，比上期减少5处。（原因：＿＿＿＿，由办公室补写）"
    )
    headings = ("一、总体情况", "二、评比排名", "三、表扬", "四、通报", "五、存在问题", "六、下步安排")
    sections = tuple(
        PaperSection(heading, (long_text, "（一）分维度看。" + long_text), table if n == 1 else None)
        for n, heading in enumerate(headings)
    )
    return Paper(
        masthead="石龙区政务服务“应进必进”工作简报",
        issue="第3期（总第3期）",
        office="石龙区政务服务“应进必进”和“一证通办”工作专班办公室",
        issued_on="2023年4月14日",
        sections=sections,
        tail=("报：区委、区政府", "送：专班组长、副组长，市专班办公室", "发：各成员单位", "（共印＿＿份）"),
    )
