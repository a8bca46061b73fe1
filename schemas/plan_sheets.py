"""The sheets of 工作方案.xlsx, and the way between their rows and the tables of `plan.toml`.

A sheet that is absent stays as in force before; rows of 维度权重, 亮灯规则 and 基本信息 that are left out
stay; 单位变更 and 事项变动 accumulate; the other sheets replace the list as a whole, an empty one too where
a list may be empty (contract §3).
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date

from schemas.columns import Column, Kind, Sheet, column
from schemas.conditions import Filled, When
from schemas.dimensions import Dimension
from schemas.plan import OTHER_PARTS, Office, Plan, PlanError, Thresholds, Unit, load_plan
from schemas.words import HANDLING, ITEM_CHANGE, ITEM_TYPE, UNIT_CHANGE, YES_NO, Choice

FILE_NAME = "工作方案.xlsx"
PREFIX = "FA"  # of the finding codes of all its sheets

Rows = Sequence[Mapping[str, object]]

_EVIDENCE = {"办公室登记": "office", "联系人表": "contacts", "自查表": "self_check", "措施与计划": "measures"}
_LIMITS = {
    "cutoff_days": ("报送截止提前天数", "报送截止 = 会议日期前几天"),
    "warn_days": ("预警天数", "距时限多少天以内亮黄灯"),
    "behind_yellow_points": ("落后亮黄（百分点）", "落后序时超过多少个百分点亮黄灯"),
    "behind_red_points": ("落后亮红（百分点）", "落后序时超过多少个百分点亮红灯"),
    "praise_min": ("表扬最少", "每次至少表扬几个单位，不足时说明"),
    "praise_max": ("表扬最多", "每次至多表扬几个单位"),
    "criticise_max": ("通报最多", "未报送等必须通报的以外，最多再通报几个"),
    "small_sample": ("小样本界限", "适用事项少于几个标“小样本”"),
    "confirm_red": ("整改待核", "1 为开：上期红灯、本期自报到位的，先亮黄灯一期；0 为关"),
    "points_each": ("每条督查问题扣分", "每条未销号的督查问题扣几分"),
    "points_max": ("扣分上限", "督查问题最多扣几分"),
}
_OFFICE = {
    "start": ("起始日期", "序时进度从这一天算起"),
    "district": ("县区", "如 石龙区"),
    "name": ("办公室全称", "简报、督办单的落款"),
    "centre": ("行政服务中心", "填报表上的接收单位"),
    "email": ("邮箱", "报送邮箱"),
    "phone": ("联系电话", "咨询电话"),
    "leader_post": ("报送领导（职务）", "只写职务，不写姓名"),
}
_DIMENSION_OR_PART = Choice("项目", (*Dimension, *OTHER_PARTS))

UNITS = Sheet(
    key="units", name="单位", prefix=PREFIX, title="成员单位", hint="一行一家；简称就是各张表上印的名字。", blank_rows=20,
    columns=(
        column("id", "编号", Kind.NAME, required=True, width=10, help="不重复，定了不再改，如 U01"),
        column("name", "简称", Kind.NAME, required=True, width=26, help="各张表上印的名字"),
        column("full_name", "全称", Kind.NAME, width=42, help="公章上的名称"),
        column("credit_prefixes", "信用代码前缀", width=28, help="统一社会信用代码的前 8 位，多个用“、”隔开"),
    ),
)  # fmt: skip
ALIASES = Sheet(
    key="aliases", name="别名", prefix=PREFIX, title="单位别名", hint="来件里会怎样称呼它；歧义简称只提示、不自动归并。", blank_rows=60,
    columns=(
        column("alias", "别名", Kind.NAME, required=True, width=34, help="来件里出现的写法"),
        column("unit", "单位", Kind.NAME, required=True, width=26, help="“单位”表里的简称"),
        column("ambiguous", "歧义", YES_NO, required=True, width=8, help="别家也会这样自称的填“是”"),
    ),
)  # fmt: skip
GOALS = Sheet(
    key="goals", name="目标时限", prefix=PREFIX, title="目标与时限", hint="任务的计划完成日期不得晚于对应目标的时限。", blank_rows=6,
    columns=(
        column("name", "目标", Kind.NAME, required=True, width=26, help="与“任务”表的对应目标一致"),
        column("deadline", "时限", Kind.DATE, required=True, width=14, help="当日仍算按时"),
    ),
)  # fmt: skip
WEIGHTS = Sheet(
    key="weights", name="维度权重", prefix=PREFIX, title="维度与权重", hint="全部权重合计必须等于 100；权重为 0 的只跟踪、不计分。", blank_rows=0,
    columns=(
        column("name", "项目", _DIMENSION_OR_PART, required=True, width=16, help="进驻维度或其他评分项目"),
        column("deadline", "时限", Kind.DATE, width=14, help="没有时限的不填；其他评分项目不填"),
        column("weight", "权重", Kind.INTEGER, required=True, width=10, minimum=0, maximum=100, help="占 100 分中的几分"),
    ),
)  # fmt: skip
LIMITS = Sheet(
    key="limits", name="亮灯规则", prefix=PREFIX, title="亮灯、评比与扣分的界限", hint="只改“数值”一列。", blank_rows=0,
    columns=(
        column("name", "项目", Choice("界限", tuple(title for title, _ in _LIMITS.values())), required=True, width=26),
        column("value", "数值", Kind.INTEGER, required=True, width=10, minimum=0),
        column("note", "说明", width=46),
    ),
)  # fmt: skip
MILESTONES = Sheet(
    key="milestones", name="节点", prefix=PREFIX, title="工作节点", hint="完成依据说明从来件的哪里看出已经完成。", blank_rows=6,
    columns=(
        column("name", "节点", Kind.NAME, required=True, width=34),
        column("deadline", "时限", Kind.DATE, required=True, width=14, help="当日仍算按时"),
        column("evidence", "完成依据", Choice("完成依据", tuple(_EVIDENCE)), required=True, width=14, help="从哪里看出已经完成"),
        column("done", "完成日期", Kind.DATE, width=14, help="依据为“办公室登记”的，完成后填写"),
    ),
)  # fmt: skip
_LISTED_COLUMNS = (
    column("unit", "单位", Kind.NAME, required=True, width=26, help="“单位”表里的简称"),
    column("item_code", "事项编码", Kind.CODE, width=36, help="有编码的填编码"),
    column("item_name", "事项名称", Kind.NAME, required=True, width=40),
)
NEGATIVE_LIST = Sheet(
    key="negative_list", name="负面清单", prefix=PREFIX, title="经批准的不进驻负面清单", blank_rows=60,
    hint="留空时以来件填写的批准文号为准；写了以后，不在清单上的事项不予豁免。",
    columns=(*_LISTED_COLUMNS, column("approval_number", "批准文号", required=True, width=26)),
)  # fmt: skip
ITEMS = Sheet(
    key="items", name="已知事项", prefix=PREFIX, title="已知事项", hint="第一次发填报表时预填给单位核对。", blank_rows=60,
    columns=(
        *_LISTED_COLUMNS,
        column("item_type", "事项类型", ITEM_TYPE, width=14),
        column("handling", "办件类型", HANDLING, width=12),
    ),
)  # fmt: skip
TRIALS = Sheet(
    key="trial_rules", name="试行规则", prefix=PREFIX, title="试行的校验规则", hint="照常列出，但不计入评分，也不要求修改。", blank_rows=12,
    columns=(
        column("code", "规则编号", Kind.NAME, required=True, width=14, help="退回清单上的编号，如 SX-025"),
        column("note", "说明", width=46, help="为什么试行"),
    ),
)  # fmt: skip
BASICS = Sheet(
    key="basics", name="基本信息", prefix=PREFIX, title="基本信息", hint="只改“内容”一列；不写个人姓名。", blank_rows=0,
    columns=(
        column("name", "项目", Choice("基本信息", tuple(title for title, _ in _OFFICE.values())), required=True, width=20),
        column("value", "内容", required=True, width=60),
        column("note", "说明", width=30),
    ),
)  # fmt: skip

UNIT_CHANGES = Sheet(
    key="unit_changes", name="单位变更", prefix=PREFIX, title="机构改革中的单位变更", blank_rows=20,
    hint="一行一次；各期累积，不用删；单位按编号认，只改简称的可以不写。",
    columns=(
        column("effective_on", "生效日期", Kind.DATE, required=True, width=14, help="从这一天的会议起"),
        column("kind", "方式", UNIT_CHANGE, required=True, width=10, help="原单位怎么了"),
        column("before", "原单位", Kind.NAME, required_when=When("kind", ("更名", "合并", "撤销")), width=26, help="原来的简称；新设的不填"),
        column("after", "新单位", Kind.NAME, required_when=When("kind", ("更名", "合并", "新设")), width=26, help="“单位”表里的简称；撤销的不填"),
    ),
)  # fmt: skip
ITEM_CHANGES = Sheet(
    key="item_changes", name="事项变动", prefix=PREFIX, title="事项的取消、划转、合并、拆分、更名", blank_rows=60,
    hint="办公室确认过的变动，各期累积，不用删；没有填“依据”的行不起作用，其中的事项仍算漏报。",
    columns=(
        _LISTED_COLUMNS[0],
        _LISTED_COLUMNS[1],
        _LISTED_COLUMNS[2],
        column("kind", "方式", ITEM_CHANGE, required_when=Filled("basis"), width=10, help="这个事项怎么了"),
        column("receiver", "接收单位", Kind.NAME, width=26, help="划转给了哪家；有接收单位的，事项在那里接着算"),
        column("new_names", "新名称", width=40, help="多个用“、”隔开"),
        column("basis", "依据", width=40, help="文件、文号或会议；不填的行不起作用"),
        column("effective_on", "生效日期", Kind.DATE, required_when=Filled("basis"), width=14, help="从这一天的会议起"),
    ),
)  # fmt: skip

SHEETS = (
    UNITS,
    GOALS,
    WEIGHTS,
    LIMITS,
    MILESTONES,
    NEGATIVE_LIST,
    ALIASES,
    BASICS,
    ITEMS,
    TRIALS,
    UNIT_CHANGES,
    ITEM_CHANGES,
)


#: Sheets whose rows are the tables of `plan.toml` word by word.
_AS_THEY_STAND = ("goals", "negative_list", "items", "unit_changes", "item_changes")


def plan_rows(plan: Plan) -> dict[str, list[dict[str, object]]]:
    """The plan as rows of its workbook: Sheet.key → one dict a row, by Column.name."""
    office = {"start": plan.start.isoformat(), **asdict(plan.office)}
    limits = {**vars(plan.thresholds), **vars(plan.deductions)}
    evidence = {code: word for word, code in _EVIDENCE.items()}
    return {
        "units": [
            {"id": u.id, "name": u.name, "full_name": u.full_name, "credit_prefixes": "、".join(u.credit_prefixes)}
            for u in plan.units
        ],
        "aliases": [
            {"alias": alias, "unit": u.name, "ambiguous": word}
            for u in plan.units
            for word, names in (("否", u.aliases), ("是", u.ambiguous))
            for alias in names
        ],
        "goals": [asdict(goal) for goal in plan.goals],
        "weights": _weight_rows(plan),
        "limits": [{"name": title, "value": limits[key], "note": note} for key, (title, note) in _LIMITS.items()],
        "milestones": [
            {"name": m.name, "deadline": m.deadline, "evidence": evidence[m.evidence], "done": m.done}
            for m in plan.milestones
        ],
        "negative_list": [asdict(item) for item in plan.negative_list],
        "items": [asdict(item) for item in plan.items],
        "trial_rules": [{"code": code} for code in plan.trial_rules],
        "unit_changes": [asdict(change) for change in plan.unit_changes],
        "item_changes": [
            {**asdict(change), "new_names": "、".join(change.new_names) or None} for change in plan.item_changes
        ],
        "basics": [{"name": title, "value": office[key], "note": note} for key, (title, note) in _OFFICE.items()],
    }


def _weight_rows(plan: Plan) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"name": str(d.dimension), "deadline": d.deadline, "weight": d.weight} for d in plan.dimensions
    ]
    rows += [{"name": part, "deadline": None, "weight": plan.weights[part]} for part in OTHER_PARTS]
    return rows


#: Rows of these that a workbook leaves out stay as they were; the others replace the list as a whole.
_BY_NAME = ("weights", "limits", "basics")
#: What makes two rows of a list that accumulates the same one: the later word counts.
_ACCUMULATE = {
    "unit_changes": ("kind", "before", "after"),
    "item_changes": ("unit", "item_code", "item_name", "kind"),
}
_MAY_BE_EMPTY = ("aliases", "negative_list", "items", "trial_rules")
#: Where a row of a sheet names a unit.
UNIT_NAMED = {
    "aliases": ("unit",),
    "negative_list": ("unit",),
    "items": ("unit",),
    "item_changes": ("unit", "receiver"),
}


def plan_tables(
    rows: Mapping[str, Rows], base: Plan, renamed_on: date | None = None, used: Container[str] | None = None
) -> dict[str, object]:
    """All tables of `load_plan`: those of `base`, and over them the workbook's rows by Sheet.key, blanks None.

    A unit is its 编号: where its 简称 is another than in `base`, whatever names the old one follows. The old
    names are kept as a 更名 of `renamed_on` and stay aliases; None: there was no meeting yet at which they
    were used. used: the names that were, where not all of `base` are sure to have been.
    """
    given = {key: [_filled(row) for row in found] for key, found in rows.items() if found or key in _MAY_BE_EMPTY}
    known = {key: [_filled(row) for row in found] for key, found in plan_rows(base).items()}
    merged = known | {key: _over(key, known[key], found) for key, found in given.items()}
    units = merged["units"]
    renames = _renames(units, [u for u in base.units if used is None or u.name in used]) if renamed_on else []
    changes = [{"effective_on": renamed_on, "kind": "更名", "before": b, "after": a} for b, a in renames]
    merged["unit_changes"] = _over("unit_changes", merged["unit_changes"], changes)
    follow = followed(units, base.units, merged["unit_changes"])
    for key, names in UNIT_NAMED.items():
        merged[key] = [{**row, **{name: follow(row[name]) for name in names if name in row}} for row in merged[key]]
    _check_aliases(merged["aliases"] if "aliases" in given else (), units)
    for key in {"negative_list", "items"} - given.keys():  # of a unit that the office has struck out
        merged[key] = [row for row in merged[key] if row["unit"] in {unit["name"] for unit in units}]
    return _tables(merged)


def _filled(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None and value != ""}


def _over(key: str, known: Rows, given: Rows) -> list[Mapping[str, object]]:
    """The rows in force of one sheet, once a workbook has given some."""
    if key not in (*_BY_NAME, *_ACCUMULATE):
        return list(given)
    names = _ACCUMULATE.get(key, ("name",))
    rows: dict[tuple[object, ...], Mapping[str, object]] = {}
    for row in (*known, *given):
        rows[tuple(row.get(name) for name in names)] = row
    # A row of 事项变动 without 依据 changes nothing, or takes back what an earlier one changed.
    return [row for row in rows.values() if key != "item_changes" or row.get("basis")]


def _renames(units: Rows, before: Iterable[Unit]) -> list[tuple[str, str]]:
    """(old, new) of every short or full name that a unit of the same 编号 bore before and nobody bears now."""
    by_id = {unit.id: unit for unit in before}
    current = {str(row.get(name)) for row in units for name in ("name", "full_name")}
    found = []
    for row in units:
        old = by_id.get(str(row["id"]))
        if old and old.name != row["name"]:
            pairs = ((old.name, row["name"]), (old.full_name, row.get("full_name") or row["name"]))
            found += [(before, str(after)) for before, after in pairs if before != after and before not in current]
    return list(dict.fromkeys(found))


def followed(units: Rows, before: Iterable[Unit], unit_changes: Rows) -> Callable[[object], str]:
    """What a unit is called now that was called so once: by its 编号 `before`, then by 更名 and 合并."""
    current = {str(row["name"]): str(row["name"]) for row in units}
    full = {str(row["full_name"]): str(row["name"]) for row in units if row.get("full_name")}
    by_id = {str(row["id"]): str(row["name"]) for row in units}
    now = {unit.name: by_id[unit.id] for unit in before if unit.id in by_id}
    for row in unit_changes:
        if row["kind"] in ("更名", "合并"):
            now[str(row["before"])] = str(row["after"])
    now |= full | current

    def follow(name: object) -> str:
        reached, steps = str(name), 0
        while reached not in current and reached in now and steps <= len(now):
            reached, steps = now[reached], steps + 1
        return reached if reached in current else str(name)

    return follow


def _check_aliases(aliases: Rows, units: Rows) -> None:
    known = {row["name"] for row in units}
    for row in aliases:
        if row["unit"] not in known:
            raise PlanError(f"工作方案的“别名”表里，“{row['alias']}”的单位“{row['unit']}”不在“单位”表中。")


def _tables(rows: Mapping[str, Rows]) -> dict[str, object]:
    """The tables of `plan.toml` out of rows of every sheet."""
    tables: dict[str, object] = {key: rows[key] for key in _AS_THEY_STAND}
    tables["units"] = _units(rows["units"], rows["aliases"], rows["unit_changes"])
    tables["milestones"] = [{**row, "evidence": _EVIDENCE[str(row["evidence"])]} for row in rows["milestones"]]
    tables["trial_rules"] = [str(row["code"]) for row in rows["trial_rules"]]
    return tables | _weights(rows["weights"]) | _limits(rows["limits"]) | _basics(rows["basics"])


def _units(units: Rows, aliases: Rows, unit_changes: Rows) -> list[dict[str, object]]:
    names: dict[object, dict[str, list[str]]] = {row["name"]: {"否": [], "是": []} for row in units}
    for row in aliases:
        if row["unit"] in names:
            names[row["unit"]][str(row["ambiguous"])].append(str(row["alias"]))
    for former, unit in _former_names(units, aliases, unit_changes):
        names[unit]["否"].append(former)
    return [
        {
            **row,
            "credit_prefixes": [text for text in str(row.get("credit_prefixes", "")).split("、") if text],
            "aliases": names[row["name"]]["否"],
            "ambiguous": names[row["name"]]["是"],
        }
        for row in units
    ]


def _former_names(units: Rows, aliases: Rows, unit_changes: Rows) -> Iterator[tuple[str, str]]:
    """(name, unit) of every name that 更名 left behind and that is nobody's now."""
    taken = {str(row[name]) for row in units for name in ("name", "full_name") if name in row}
    taken |= {str(row["alias"]) for row in aliases if row["ambiguous"] == "否"}
    current = {row["name"] for row in units}
    follow = followed(units, (), unit_changes)
    for row in unit_changes:
        before = str(row.get("before", ""))
        if row["kind"] == "更名" and before not in taken and follow(before) in current:
            taken.add(before)
            yield before, follow(before)


def _weights(rows: Rows) -> dict[str, object]:
    by_name = {str(row["name"]): row for row in rows}
    return {
        "dimensions": [by_name[str(dimension)] for dimension in Dimension if str(dimension) in by_name],
        "weights": {part: by_name[part]["weight"] for part in OTHER_PARTS if part in by_name},
    }


def _limits(rows: Rows) -> dict[str, object]:
    keys = {title: key for key, (title, _) in _LIMITS.items()}
    values = {keys[str(row["name"])]: row["value"] for row in rows}
    thresholds = {field.name for field in fields(Thresholds)}
    return {
        "thresholds": {key: value for key, value in values.items() if key in thresholds},
        "deductions": {key: value for key, value in values.items() if key not in thresholds},
    }


def _basics(rows: Rows) -> dict[str, object]:
    keys = {title: key for key, (title, _) in _OFFICE.items()}
    values = {keys[str(row["name"])]: str(row.get("value", "")) for row in rows}
    return {"start": values["start"], "office": {field.name: values[field.name] for field in fields(Office)}}


def plan_cells(plan: Plan) -> list[dict[str, object]]:
    """The whole plan as one long table; one row = one filled cell: table, row (from 1), column, value as text.

    A table without rows is one line with row 0, so that it can be told from one that an older edition lacks.
    """
    found: list[dict[str, object]] = []
    rows = plan_rows(plan)
    for sheet in SHEETS:
        if not rows[sheet.key]:
            found.append({"table": sheet.name, "row": 0, "column": None, "value": None})
        for number, row in enumerate(rows[sheet.key], 1):
            cells = [(sheet.titles[name], value) for name, value in _filled(row).items() if name in sheet.titles]
            found += [
                {"table": sheet.name, "row": number, "column": title, "value": str(value)} for title, value in cells
            ]
    return found


def plan_of_cells(cells: Iterable[Mapping[str, object]]) -> Plan:
    """The plan that `plan_cells` was given; tables that it does not name are the shipped ones.

    Raises PlanError where a hand has spoilt it.
    """
    sheets = {sheet.name: sheet for sheet in SHEETS}
    rows: dict[str, dict[object, dict[str, object]]] = {}
    for cell in cells:
        sheet = sheets.get(str(cell["table"]))
        if sheet is None:
            continue
        held = rows.setdefault(sheet.key, {})
        column = next((one for one in sheet.columns if one.title == cell["column"]), None)
        if column:
            held.setdefault(cell["row"], {})[column.name] = _value(column, cell["value"])
    base = {key: [_filled(row) for row in found] for key, found in plan_rows(load_plan()).items()}
    known = base | {key: list(found.values()) for key, found in rows.items()}
    try:
        return load_plan(_tables(known))
    except KeyError as error:
        raise PlanError(f"工作方案缺少“{error.args[0]}”。") from error


def _value(column: Column, text: object) -> object:
    try:
        if column.kind is Kind.DATE:
            return date.fromisoformat(str(text))
        return int(str(text)) if column.kind is Kind.INTEGER else str(text)
    except ValueError as error:
        raise PlanError(f"“{column.title}”的“{text}”读不懂。") from error
