"""The sheets of 工作方案.xlsx, and the way between their rows and the tables of `plan.toml`.

A sheet that is absent or empty keeps its defaults; rows of 维度权重, 亮灯规则 and 基本信息 that are left
out keep theirs; the other sheets replace the default list as a whole (contract §3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields

from schemas.columns import Kind, Sheet, column
from schemas.dimensions import Dimension
from schemas.plan import OTHER_PARTS, Office, Plan, PlanError, Thresholds
from schemas.words import HANDLING, ITEM_TYPE, YES_NO, Choice

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

SHEETS = (UNITS, GOALS, WEIGHTS, LIMITS, MILESTONES, NEGATIVE_LIST, ALIASES, BASICS, ITEMS, TRIALS)


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
        "basics": [{"name": title, "value": office[key], "note": note} for key, (title, note) in _OFFICE.items()],
    }


def _weight_rows(plan: Plan) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = [
        {"name": str(d.dimension), "deadline": d.deadline, "weight": d.weight} for d in plan.dimensions
    ]
    rows += [{"name": part, "deadline": None, "weight": plan.weights[part]} for part in OTHER_PARTS]
    return rows


def plan_tables(rows: Mapping[str, Rows], defaults: Plan) -> dict[str, object]:
    """The tables of `load_plan` that the workbook's rows replace; `rows` by Sheet.key, blanks None."""
    given = {key: [_filled(row) for row in entries] for key, entries in rows.items() if entries}
    tables: dict[str, object] = {}
    if "units" in given or "aliases" in given:
        _check_aliases(given)
        base = plan_rows(defaults)
        tables["units"] = _units(given.get("units", base["units"]), given.get("aliases", base["aliases"]))
    if "weights" in given:
        tables |= _weights(given["weights"], defaults)
    if "limits" in given:
        tables |= _limits(given["limits"], defaults)
    if "basics" in given:
        tables |= _basics(given["basics"], defaults)
    if "milestones" in given:
        tables["milestones"] = [{**row, "evidence": _EVIDENCE[str(row["evidence"])]} for row in given["milestones"]]
    if "trial_rules" in given:
        tables["trial_rules"] = [str(row["code"]) for row in given["trial_rules"]]
    return tables | {key: given[key] for key in ("goals", "negative_list", "items") if key in given}


def _filled(row: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if value is not None}


def _check_aliases(given: Mapping[str, Rows]) -> None:
    known = {row["name"] for row in given.get("units", ())}
    for row in given.get("aliases", ()):
        if known and row["unit"] not in known:
            raise PlanError(f"工作方案的“别名”表里，“{row['alias']}”的单位“{row['unit']}”不在“单位”表中。")


def _units(units: Rows, aliases: Rows) -> list[dict[str, object]]:
    def named(unit: object, ambiguous: str) -> list[str]:
        return [str(row["alias"]) for row in aliases if row["unit"] == unit and row["ambiguous"] == ambiguous]

    return [
        {
            **row,
            "credit_prefixes": [text for text in str(row.get("credit_prefixes", "")).split("、") if text],
            "aliases": named(row["name"], "否"),
            "ambiguous": named(row["name"], "是"),
        }
        for row in units
    ]


def _weights(rows: Rows, defaults: Plan) -> dict[str, object]:
    by_name = {str(row["name"]): row for row in rows}
    dimensions = [
        by_name.get(str(d.dimension), {"name": str(d.dimension), "deadline": d.deadline, "weight": d.weight})
        for d in defaults.dimensions
    ]
    parts = {part: by_name[part]["weight"] if part in by_name else defaults.weights[part] for part in OTHER_PARTS}
    return {"dimensions": dimensions, "weights": parts}


def _limits(rows: Rows, defaults: Plan) -> dict[str, object]:
    keys = {title: key for key, (title, _) in _LIMITS.items()}
    values = {**vars(defaults.thresholds), **vars(defaults.deductions)}
    values |= {keys[str(row["name"])]: row["value"] for row in rows}
    thresholds = {field.name for field in fields(Thresholds)}
    return {
        "thresholds": {key: value for key, value in values.items() if key in thresholds},
        "deductions": {key: value for key, value in values.items() if key not in thresholds},
    }


def _basics(rows: Rows, defaults: Plan) -> dict[str, object]:
    keys = {title: key for key, (title, _) in _OFFICE.items()}
    given = {keys[str(row["name"])]: str(row["value"]) for row in rows}
    office = {**asdict(defaults.office), **{key: value for key, value in given.items() if key != "start"}}
    return {"start": given.get("start", defaults.start), "office": {f.name: office[f.name] for f in fields(Office)}}
