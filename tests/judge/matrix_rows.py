"""Small returns written as rows: everything is in place unless a test says otherwise."""

from datetime import date

import pandas as pd

from pipeline.findings import Finding, Place
from pipeline.judge.remarks import no_words
from pipeline.records import PROVENANCE, Intake, Layout, Merged, Previous
from schemas.plan import Period, Plan, load_plan
from schemas.returns import BY_KEY, OFFICE, TABLES
from schemas.tables import COVERS, FILES, FINDINGS, HISTORY, MATRIX, MILESTONES, SET_ASIDE, TRACKING, UNIT_SUMMARY
from schemas.words import Severity

UNITS = ("甲局", "乙局", "丙局", "丁局")
MEETING = date(2023, 4, 14)
PERIOD = Period(3, MEETING, date(2023, 4, 12), date(2023, 3, 31))

_IN_PLACE = {
    "item_type": "行政许可",
    "handling": "承诺件",
    "negative_list": "否",
    "item_presence": "已进驻",
    "window_presence": "综合窗口",
    "window_number": "1",
    "step_accept": "大厅",
    "step_review": "大厅",
    "step_decide": "大厅",
    "step_deliver": "线上",
    "step_mode": "审核合一",
    "staff_presence": "已进驻",
    "authority": "已授权",
    "system_state": "已对接",
    "one_id": "已实现",
    "outside_loop": "否",
    "double_acceptance": "否",
}
#: Everything still to do: the worst value of each deciding cell.
NOTHING = {
    "item_presence": "未进驻",
    "window_presence": "未设窗口",
    "step_accept": "厅外",
    "step_review": "厅外",
    "step_decide": "厅外",
    "step_deliver": "厅外",
    "staff_presence": "未进驻",
    "authority": "未授权",
    "system_state": "未对接",
    "one_id": "未实现",
}


def plan_of(*units: str, **tables: object) -> Plan:
    """The default plan with these units instead of the 33."""
    rows = [{"id": f"U{number:02d}", "name": name} for number, name in enumerate(units or UNITS, 1)]
    return load_plan({"units": rows, **tables})


def item(unit: str = "甲局", name: str = "事项一", **cells: object) -> dict[str, object]:
    """An item that is 到位 in every dimension, but for `cells`."""
    return {**_IN_PLACE, "unit": unit, "item_name": name, **cells}


def items_of(*rows: dict[str, object]) -> pd.DataFrame:
    return table("items", *rows)


def table(key: str, *rows: dict[str, object]) -> pd.DataFrame:
    """One row = one data row with provenance, numbered from Excel row 4 on in every unit."""
    sheet = BY_KEY[key]
    columns = list(dict.fromkeys((*PROVENANCE, *sheet.names)))
    counts: dict[object, int] = {}
    full = []
    for cells in rows:
        unit = cells.get("unit", "甲局")
        counts[unit] = counts.get(unit, 3) + 1
        where = {
            "unit": unit,
            "file": f"{unit}.xlsx",
            "sheet": sheet.name,
            "row": counts[unit],
            "layout": 0,
            "carried": "",
        }
        full.append(dict.fromkeys(columns) | where | cells)
    frame = pd.DataFrame(full, columns=columns, dtype=object)
    return frame.where(frame.notna(), None)


def cover(unit: str = "甲局", filled_on: object = date(2023, 4, 11), item_total: object = 1, **cells: object) -> dict:
    return {"unit": unit, "filled_on": filled_on, "item_total": item_total, "period": 3, **cells}


def covers_of(*rows: dict[str, object]) -> pd.DataFrame:
    return table("cover", *rows).assign(sha256="")


def self_check(unit: str = "甲局", **answers: str) -> list[dict[str, object]]:
    """Nine good answers, but for e.g. q5="否"; q5="" leaves question 5 blank."""
    good = {f"q{number}": "否" if number >= 8 else "是" for number in range(1, 10)} | answers
    return [{"unit": unit, "number": key[1:], "answer": answer or None} for key, answer in good.items()]


def merged_of(covers: pd.DataFrame, **rows: list[dict[str, object]]) -> Merged:
    return Merged(covers, {sheet.key: table(sheet.key, *rows.get(sheet.key, [])) for sheet in TABLES})


def intake_of(merged: Merged, **options: object) -> Intake:
    """An intake whose rows are those of `merged`, all read and all used."""
    read: dict[str, int] = {}
    for frame in merged.tables.values():
        for file in frame["file"]:
            read[file] = read.get(file, 0) + 1
    files = [{"file": file, "unit": file.removesuffix(".xlsx"), "verdict": "采用"} for file in merged.covers["file"]]
    given = {
        "covers": merged.covers,
        "tables": merged.tables,
        "office": {sheet.key: table(sheet.key) for sheet in OFFICE},
        "files": pd.DataFrame(files, columns=[*FILES.names, "late"], dtype=object),
        "set_aside": pd.DataFrame(columns=list(SET_ASIDE.names), dtype=object),
        "rows_read": read,
        "layouts": (Layout("", "", "items", 3, {}),),
        "findings": (),
    }
    return Intake(**(given | options))


def inspections_of(*rows: dict[str, object]) -> pd.DataFrame:
    """督查核查表: found on 2023-04-10 and not closed, unless a row says otherwise."""
    usual = {"found_on": date(2023, 4, 10), "unit": "甲局", "state": "未整改", "description": "现场查看"}
    return table("inspections", *(usual | row for row in rows))


def wrong_row(unit: str, key: str, row: int, severity: Severity = Severity.ERROR) -> Finding:
    place = Place(unit, f"{unit}.xlsx", BY_KEY[key].name, f"A{row}", row, key)
    return Finding("SX-001", severity, place, "", "没有填写", "请填写")


def previous_of(**frames: object) -> Previous:
    """The period of 2023-03-31; empty but for `frames`."""
    empty = {
        "covers": pd.DataFrame(columns=list(COVERS.names), dtype=object),
        "tables": {sheet.key: table(sheet.key) for sheet in TABLES},
        "matrix": pd.DataFrame(columns=list(MATRIX.names), dtype=object),
        "unit_dimensions": pd.DataFrame(columns=list(UNIT_SUMMARY.names), dtype=object),
        "history": pd.DataFrame(columns=list(HISTORY.names), dtype=object),
        "ranking": pd.DataFrame(columns=["unit", "rank", "score"], dtype=object),
        "findings": pd.DataFrame(columns=list(FINDINGS.names), dtype=object),
        "tracking": pd.DataFrame(columns=list(TRACKING.names), dtype=object),
        "remarks": no_words(),
        "milestones": pd.DataFrame(columns=list(MILESTONES.names), dtype=object),
    }
    return Previous(2, date(2023, 3, 31), **(empty | frames))
