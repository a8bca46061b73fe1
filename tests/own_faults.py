"""The faults that are a sheet's own, those between sheets, units and periods, and about whose file it is."""

from collections.abc import Callable
from datetime import date
from random import Random

import pandas as pd

from schemas.codes import CREDIT_CHARACTERS
from schemas.dimensions import NEEDED_STEPS, STEPS
from schemas.returns import BY_KEY, HIDDEN_SHEET
from schemas.returns.self_check import GOOD_ANSWER
from tests.faults import Fault, Found, Row, at, contradicted, entries, some
from tests.sent import HEADER_ROW, PLAN, Sent, Spot

OWN: dict[str, Fault] = {}
OFFICE_OWN: dict[str, Fault] = {}
PAST, FUTURE, LATE = date(2023, 3, 20), date(2023, 5, 1), date(2023, 12, 31)


def fault(function: Fault) -> Fault:
    """Register a fault under the first word of what it says of itself."""
    OWN[(function.__doc__ or "").split()[0].rstrip(",")] = function
    return function


def header(sent: Sent, key: str, name: str) -> Spot:
    """The header of a column, where a finding stands that no row is guilty of."""
    tab, cell = sent.spot(key, 0, name)
    return tab, f"{cell.rstrip('0123456789')}{HEADER_ROW}"


def one(
    code: str,
    key: str,
    name: str,
    value: object,
    fits: Callable[[Row], object],
    faults: dict[str, Fault] = OWN,
) -> None:
    """Register a fault of one cell: `value`, or what it makes of the row."""

    def single(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
        row = some(sent, luck, key, fits)
        if row is None:
            return None
        new = value(entries(sent, key)[row]) if callable(value) else value
        return at(code, sent.put(key, row, name, new))

    faults[f"{code} {BY_KEY[key].by_name[name].title}"] = single


def always(_: Row) -> bool:
    return True


def bound(row: Row) -> bool:
    return row["negative_list"] == "否"


def unexplained(row: Row) -> bool:
    """Whatever is strange about it, 备注 does not say why."""
    return row["remark"] is None


def is_open(row: Row) -> bool:
    """Still to be done, with a plan date."""
    return row["planned_on"] is not None


def steps_outside(row: Row) -> bool:
    return bound(row) and any(row[step] == "厅外" for step in STEPS)


def inner_open(row: Row) -> bool:
    return steps_outside(row) or row["staff_presence"] != "已进驻" or row["authority"] in ("未授权", "部分授权")


def other_check(code: str) -> str:
    return next(one for one in CREDIT_CHARACTERS if one != code[17])


# ── 封面
one("FM-030", "cover", "period", 9, always)
one("FM-031", "cover", "filled_on", date(2023, 4, 20), always)
one("FM-032", "cover", "signed", "否", always)
one("FM-033", "cover", "sealed", "否", always)
one("FM-035", "cover", "item_total", 0, always)

# ── 事项
one("SX-020", "items", "item_name", lambda row: f"{row['item_name']}等5项", always)
one("SX-030", "items", "item_code", None, always)
one("SX-031", "items", "item_code", lambda row: row["item_code"][:26], always)
one("SX-032", "items", "item_code", lambda row: row["item_code"][:29] + "A" + row["item_code"][30:], always)
one(
    "SX-033",
    "items",
    "item_code",
    lambda row: row["item_code"][:17] + other_check(row["item_code"]) + row["item_code"][18:],
    always,
)
one("SX-034", "items", "item_code", "1" * 31, always)
one("SX-035", "items", "item_code", lambda row: row["item_code"][:18] + "9" + row["item_code"][19:], always)
one("SX-036", "items", "item_type", "行政处罚", always)
one("SX-038", "items", "planned_on", LATE, is_open)
one("SX-039", "items", "planned_on", PAST, is_open)
one(
    "SX-042",
    "items",
    "window_number",
    "A01",
    lambda row: bound(row) and row["window_presence"] == "未设窗口",
)
one("SX-043", "items", "reason_open", "正在协调窗口", lambda row: bound(row) and not is_open(row))
one("SX-046", "items", "approval_number", "报批中", lambda row: row["approval_number"])
one(
    "SX-050",
    "items",
    "item_presence",
    "已进驻",
    lambda row: row["item_presence"] == "推进中" and row["window_presence"] != "未设窗口" and inner_open(row),
)
one(
    "SX-051",
    "items",
    "step_decide",
    "厅外",
    lambda row: steps_outside(row) and row["step_accept"] != "厅外" and row["step_review"] != "厅外",
)
one("SX-053", "items", "system_name", "没有登记的系统", lambda row: bound(row) and row["system_name"])


@fault
def steps_all_absent(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """SX-040 in a row that is open anyway, and SX-047 at the steps that its 环节模式 needs."""
    row = some(sent, luck, "items", steps_outside)
    if row is None:
        return None
    spots = {step: sent.put("items", row, step, "无此环节") for step in STEPS}
    rows = pd.DataFrame([entries(sent, "items")[row] | dict.fromkeys(STEPS, "无此环节")], dtype=object)
    lacking = [step for step, condition in NEEDED_STEPS.items() if condition.mask(rows).iloc[0]]
    return at("SX-040", spots[STEPS[0]]) | {found for step in lacking for found in at("SX-047", spots[step])}


@fault
def present_without_window(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """SX-041, and SX-050 where the rest is not done either."""
    row = some(sent, luck, "items", lambda row: bound(row) and row["window_presence"] == "未设窗口")
    if row is None:
        return None
    said = sent.put("items", row, "item_presence", "已进驻")
    hollow = at("SX-050", said) if inner_open(sent.rows("items")[row]) else set()
    return hollow | at("SX-041", sent.spot("items", row, "window_presence"))


@fault
def row_twice(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """SX-044 at the second of two equal rows."""
    row = luck.choice(sent.rows("items"))
    return at("SX-044", sent.spot("items", sent.append("items", row), "item_code"))  # type: ignore[arg-type]


@fault
def code_twice(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """SX-045 at the later of two rows with one code."""
    first, second = sorted(luck.sample(range(len(sent.rows("items"))), 2))
    return at("SX-045", sent.put("items", second, "item_code", sent.rows("items")[first]["item_code"]))  # type: ignore[arg-type]


@fault
def letter_gone(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """SX-052 at the item whose letter is not there."""
    row = some(sent, luck, "authorisations", always)
    if row is None:
        return None
    sent.clear("authorisations", row)
    name = sent.rows("authorisations")[row]["item_name"]
    item = next(place for place, entry in enumerate(sent.rows("items")) if entry["item_name"] == name)
    return at("SX-052", sent.spot("items", item, "authority"))


@fault
def letter_of_a_stranger(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """SQ-030 at a letter about an item that is not listed."""
    letters = sent.rows("authorisations")
    if not letters:
        return None
    values = {
        **luck.choice(letters),
        "item_code": None,
        "item_name": "没有列出的事项",
        "letter_number": "委〔2023〕999号",
    }
    return at("SQ-030", sent.spot("authorisations", sent.append("authorisations", values), "item_name"))  # type: ignore[arg-type]


# ── 授权 系统
one("SQ-031", "authorisations", "valid_until", PAST, always)
one("SQ-032", "authorisations", "signed_on", FUTURE, always)
one("SQ-033", "authorisations", "valid_until", date(2022, 1, 1), always)
one("XT-030", "systems", "item_count", lambda row: row["item_count"] + 1, always)
one("XT-031", "systems", "dock_by", PAST, lambda row: row["docking"] != "已对接")
one("XT-032", "systems", "dock_by", LATE, lambda row: row["docking"] != "已对接")

# ── 联系人 自查 人员
one("LX-031", "contacts", "mobile", "0375-2536288", always)
one("ZC-032", "self_check", "correct_by", PAST, lambda row: row["correct_by"])
one(
    "ZC-033",
    "self_check",
    "answer",
    lambda row: GOOD_ANSWER[int(row["number"])],
    lambda row: row["correct_by"] and "3" <= str(row["number"]) <= "8",
)
one("RY-031", "staff", "present_since", FUTURE, lambda row: row["present"] == "是")


@fault
def one_role_alone(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """LX-030 when both contacts have one role."""
    row = luck.randrange(2)
    sent.put("contacts", row, "role", sent.rows("contacts")[1 - row]["role"])  # type: ignore[arg-type]
    return at("LX-030", header(sent, "contacts", "role"))


@fault
def question_gone(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """ZC-030 when the row of a question was deleted."""
    sent.clear("self_check", luck.randrange(9))
    return at("ZC-030", header(sent, "self_check", "number"))


@fault
def question_of_its_own(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """ZC-031 at a question that the notice does not ask."""
    row = luck.randrange(9)
    sent.put("self_check", row, "question", "还有什么情况")
    return at("ZC-031", sent.put("self_check", row, "number", "11"))


@fault
def no_chief(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """RY-030 when nobody is 首席代表."""
    row = some(sent, luck, "staff", lambda row: row["post"] == "首席代表")
    assert row is not None
    sent.put("staff", row, "post", "受理")
    return at("RY-030", header(sent, "staff", "post"))


# ── 任务 问题
one("RW-030", "tasks", "planned_on", LATE, lambda row: row["goal"] in PLAN.goal_deadline)
one("RW-032", "tasks", "done_on", date(2023, 4, 1), lambda row: row["progress"] < 1)
one("RW-033", "tasks", "done_on", FUTURE, always)
one("WT-031", "problems", "solved_on", date(2023, 4, 1), lambda row: row["state"] != "已解决")
one("WT-032", "problems", "solved_on", FUTURE, always)


@fault
def task_number_twice(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """RW-031 at the later of two tasks with one number."""
    first, second = sorted(luck.sample(range(len(sent.rows("tasks"))), 2))
    return at("RW-031", sent.put("tasks", second, "task_number", sent.rows("tasks")[first]["task_number"]))  # type: ignore[arg-type]


@fault
def problem_number_twice(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """WT-030 at the later of two problems with one number."""
    if not sent.rows("problems"):
        return None
    values = {**luck.choice(sent.rows("problems")), "description": "另一个问题"}
    return at("WT-030", sent.spot("problems", sent.append("problems", values), "problem_number"))  # type: ignore[arg-type]


# ── between units


@fault
def code_of_another(sent: Sent, luck: Random, partner: Sent) -> set[Found]:
    """KD-001 at the code that another unit reports too."""
    code = luck.choice(partner.rows("items"))["item_code"]
    return at("KD-001", sent.put("items", luck.randrange(len(sent.rows("items"))), "item_code", code))  # type: ignore[arg-type]


@fault
def credit_of_another(sent: Sent, luck: Random, partner: Sent) -> set[Found]:
    """KD-002 at a code that begins with another unit's 统一社会信用代码."""
    row = luck.randrange(len(sent.rows("items")))
    credit = str(partner.rows("items")[0]["item_code"])[:18]
    return at("KD-002", sent.put("items", row, "item_code", credit + str(sent.rows("items")[row]["item_code"])[18:]))


@fault
def basic_code_of_another(sent: Sent, luck: Random, partner: Sent) -> set[Found]:
    """KD-003 at both units' codes."""
    row, theirs = luck.randrange(len(sent.rows("items"))), luck.randrange(len(partner.rows("items")))
    basic = str(partner.rows("items")[theirs]["item_code"])[19:]
    spot = sent.put("items", row, "item_code", str(sent.rows("items")[row]["item_code"])[:19] + basic)
    sent.put("items", row, "remark", "按新目录更正编码")
    tab, cell = partner.spot("items", theirs, "item_code")
    return at("KD-003", spot, (f"{partner.unit}：{tab}", cell))


# ── between periods
one("KQ-003", "items", "item_name", lambda row: f"{row['item_name']}（新版）", unexplained)
one("KQ-004", "items", "item_code", lambda row: row["item_code"][:25] + "888888", unexplained)
one("KQ-005", "tasks", "progress", 0.0, lambda row: 0.05 < row["progress"] < 1)


@fault
def item_gone(sent: Sent, luck: Random, _: Sent) -> set[Found]:
    """KQ-001 when an item is gone from every sheet, and the totals agree."""
    row = luck.randrange(len(sent.rows("items")))
    item = sent.rows("items")[row]
    sent.clear("items", row)
    sent.put("cover", 0, "item_total", len(sent.rows("items")) - 1)
    for place, letter in enumerate(sent.rows("authorisations")):
        if letter["item_name"] == item["item_name"]:
            sent.clear("authorisations", place)
    for place, system in enumerate(sent.rows("systems")):
        if system["system_name"] == item["system_name"]:
            sent.put("systems", place, "item_count", int(str(system["item_count"])) - 1)
    return contradicted(sent) | at("KQ-001", header(sent, "items", "item_name"))


@fault
def more_than_listed(sent: Sent, _: Random, __: Sent) -> set[Found]:
    """FM-034 when the cover counts items that no row shows."""
    total = int(str(sent.content.cover["item_total"]))
    return contradicted(sent) | at("FM-034", sent.put("cover", 0, "item_total", total + 2))


@fault
def backward(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """KQ-002 where staff that was there is there no more."""
    was_there = {row["item_name"] for row in sent.earlier.tables["items"] if row["staff_presence"] == "已进驻"}
    admitted = any(row["number"] == "7" and row["correct_by"] for row in sent.rows("self_check"))
    row = some(
        sent,
        luck,
        "items",
        lambda row: row["item_name"] in was_there and is_open(row) and row["item_presence"] != "已进驻",
    )
    if row is None or not admitted:
        return None
    return at("KQ-002", sent.put("items", row, "staff_presence", "部分进驻"))


@fault
def task_gone(sent: Sent, luck: Random, _: Sent) -> set[Found] | None:
    """KQ-006 when a task that was still open is gone."""
    open_before = {row["task_number"] for row in sent.earlier.tables["tasks"] if row["done_on"] is None}
    row = some(sent, luck, "tasks", lambda row: row["task_number"] in open_before)
    if row is None:
        return None
    sent.clear("tasks", row)
    return at("KQ-006", header(sent, "tasks", "task_number"))


# ── whose file it is, and tabs that nobody knows


@fault
def another_units_name(sent: Sent, _: Random, partner: Sent) -> set[Found]:
    """WJ-050 when cover and file name differ: the file waits for a person."""
    sent.put("cover", 0, "unit", partner.unit)
    return at("WJ-050", ("", ""))


@fault
def ambiguous_name(sent: Sent, _: Random, __: Sent) -> set[Found]:
    """WJ-051 when the name may be two units'."""
    sent.put("cover", 0, "unit", "石龙分局")
    return at("WJ-051", ("", ""))


@fault
def unknown_name(sent: Sent, _: Random, __: Sent) -> set[Found]:
    """WJ-052 when nobody has that name."""
    sent.put("cover", 0, "unit", "某某有限责任公司")
    return at("WJ-052", ("", ""))


@fault
def misspelt_name(sent: Sent, _: Random, __: Sent) -> set[Found] | None:
    """WJ-058 when all else says whose it is."""
    if len(sent.unit) < 5 or sent.unit[-1] != "局":
        return None
    sent.put("cover", 0, "unit", f"{sent.unit[:-1]}据")
    return at("WJ-058", ("", ""))


@fault
def form_of_another(sent: Sent, _: Random, partner: Sent) -> set[Found]:
    """WJ-057 when it is another unit's form in which this unit has filled in."""
    hidden = next(sheet for sheet in sent.book.sheets if sheet.name == HIDDEN_SHEET)
    line = next(row for row in hidden.rows if row[0] == "单位编号")
    line[1] = partner.content.unit.id
    return at("WJ-057", ("", ""))


@fault
def hidden_tab(sent: Sent, _: Random, __: Sent) -> set[Found]:
    """FM-014 when a tab with content is hidden."""
    sent.book.sheets.append(sent.tab("problems").__class__("底稿", False, [["事项", "数量"], ["甲", 3]]))
    return at("FM-014", ("底稿", ""))


@fault
def unknown_tab(sent: Sent, _: Random, __: Sent) -> set[Found]:
    """FM-020 when a tab is none of the form's."""
    sent.book.sheets.append(sent.tab("problems").__class__("Sheet2", True, [["通讯录"], ["甲"]]))
    return at("FM-020", ("Sheet2", ""))


# ── the office's own workbooks
one("DC-032", "inspections", "found_on", FUTURE, lambda row: row["state"] != "已销号", OFFICE_OWN)
one("DC-033", "inspections", "closed_on", date(2023, 4, 10), lambda row: row["state"] != "已销号", OFFICE_OWN)
one("DC-034", "inspections", "closed_on", PAST, lambda row: row["state"] == "已销号", OFFICE_OWN)
one("HM-031", "waivers", "rule_code", "SX-999", always, OFFICE_OWN)


def unknown_item(book: Sent, _: Random, __: Sent) -> set[Found]:
    """DC-031 at an item that the unit does not report, neither by code nor by name."""
    book.put("inspections", 0, "item_code", None)
    return at("DC-031", book.put("inspections", 0, "item_name", "没有这个事项"))


OFFICE_OWN["DC-031"] = unknown_item
