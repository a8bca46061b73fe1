"""The one catalogue of findings: code → severity, wording and example. Nothing else words a finding.

Codes are the sheet's two letters and a number: 001–019 are alike on every sheet and derive from the
column declarations, from 020 on they are the sheet's own. WJ = files, KD = across units, KQ = across
periods, HZ = districts in a rollup. Wording is that of the person who filled in the form; `{…}` are filled in per finding.
"""

from pipeline.findings import Finding, Place
from pipeline.wording import ERROR, NOTE, WARNING, Rule, across, items, returns
from pipeline.wording.claims import RULES as CLAIMS
from pipeline.wording.districts import RULES as DISTRICTS
from pipeline.wording.files import FILES
from pipeline.wording.reading import RULES as READING
from schemas.plan_sheets import PREFIX as PLAN_PREFIX
from schemas.returns import OFFICE, TEMPLATE
from schemas.words import Severity

#: number → severity, title, problem, remedy, example; `{title}` is the column's, `{describe}` what belongs there.
_COMMON: dict[str, tuple[Severity, str, str, str, str]] = {
    "001": (ERROR, "必填未填", "“{title}”没有填写", "{describe}", "（空白）"),
    "002": (ERROR, "不在可填内容之列", "“{title}”填的“{value}”不在可填内容之列{suggestion}", "{describe}", "许克"),
    "003": (ERROR, "不是要填的类型", "“{title}”填的“{value}”认不出是{kind}", "{describe}", "2023.2.30"),
    "004": (ERROR, "超出范围", "“{title}”填的“{value}”超出范围", "{describe}", "150%"),
    "005": (ERROR, "按本行情况必填", "{condition}，但“{title}”没有填写", "{describe}", "（空白）"),
    "006": (
        NOTE,
        "已规范写法",
        "“{title}”由“{value}”规范为“{after}”（{rule}）",
        "不用改；如规范得不对，请改正后重报",
        "√",
    ),
    "007": (NOTE, "日期系推断", "“{title}”填的“{value}”没有写全，按“{after}”处理", "{describe}", "7月底"),
    "008": (WARNING, "写法存疑", "“{title}”填的“{value}”写法存疑：{doubt}", "请核对后重填。{describe}", "O 与 0 混写"),
    "009": (ERROR, "单元格读不出值", "“{title}”的单元格读不出值（{fault}）", "{fault_remedy}", "#N/A"),
    "010": (
        ERROR,
        "缺少一列",
        "“{sheet}”表里找不到“{title}”这一列",
        "请用专班办公室下发的填报表填写，不要删改表头",
        "（缺列）",
    ),
    "011": (
        ERROR,
        "缺少一张表",
        "来件里找不到“{sheet}”这张表",
        "请用专班办公室下发的填报表填写，不要删除工作表",
        "（缺表）",
    ),
    "012": (
        NOTE,
        "有一列不认识",
        "“{sheet}”表里的“{value}”列不在填报表之内，没有采用{suggestion}",
        "如是要填的内容，请移到相应的列",
        "进住情况",
    ),
    "013": (
        NOTE,
        "有行没有采用",
        "第 {row} 行没有采用：{reason}",
        "不用改；如其实是数据，请改成一行一条后重报",
        "合计",
    ),
    "014": (WARNING, "有隐藏的行或表", "{what}是隐藏的，{treatment}", "请取消隐藏，核对后重报", "隐藏行"),
    "015": (ERROR, "不能采用", "“{title}”填的“{value}”不能采用：{doubt}", "{describe}", "存成数字的 2023.1"),
    "016": (
        ERROR,
        "编码成了数字",
        "“{title}”存成了数字（{value}），后面的位数已经丢失，不能据此还原",
        "{describe}",
        "1.14104E+30",
    ),
    "017": (
        ERROR,
        "认不出表头",
        "“{sheet}”表里认不出表头，整张表没有采用",
        "请照专班办公室下发的填报表恢复表头后重报",
        "（表头被删）",
    ),
    "018": (
        WARNING,
        "有个人号码",
        "“{title}”里有{kinds}（{value}）",
        "台账要发给各单位和领导，这里不能写个人的电话、身份证和银行卡号码，请删去后重报；电话只填在“联系人”表和封面的电话栏",
        "张三138****5678",
    ),
    "019": (
        ERROR,
        "标有密级",
        "“{title}”的内容标有密级，原文已隐去，没有写入任何汇总结果",
        "涉密内容不得填在本表、不得在联网电脑上处理：请立即停止传送这个文件，按保密规定处置，改填不涉密的内容后重报",
        "机密★3年",
    ),
}
#: A finding 019 about a mere word: severity, problem and remedy are milder, and nothing is withheld.
_MENTIONED = (
    NOTE,
    "“{title}”里有“{word}”字样",
    "请核对：涉密和内部内容不得填在本表；只是说明原因的，不用改",
)


def _common_rules() -> dict[str, Rule]:
    names = {sheet.prefix: sheet.name for sheet in (*TEMPLATE, *OFFICE)} | {PLAN_PREFIX: "工作方案"}
    rules = {}
    for prefix, name in names.items():
        for number, (severity, title, problem, remedy, example) in _COMMON.items():
            code = f"{prefix}-{number}"
            rules[code] = Rule(code, severity, f"{name}：{title}", problem, remedy, example)
    return rules


_OWN: tuple[Rule, ...] = (*FILES, *CLAIMS, *READING, *returns.RULES, *items.RULES, *across.RULES, *DISTRICTS)

RULES: dict[str, Rule] = _common_rules() | {rule.code: rule for rule in _OWN}


def finding(code: str, place: Place, value: object = "", **words: object) -> Finding:
    """Word the finding `code` at `place`; `value` is what was found there, `words` fill the message."""
    rule = RULES[code]
    return _worded(code, (rule.severity, rule.problem, rule.remedy), place, value, words)


def mention(code: str, place: Place, value: object = "", **words: object) -> Finding:
    """The same for a cell in which there is but a word such as 涉密 or 内部: a 提示 under the code of the mark."""
    return _worded(code, _MENTIONED, place, value, words)


def _worded(
    code: str, wording: tuple[Severity, str, str], place: Place, value: object, words: dict[str, object]
) -> Finding:
    severity, problem, remedy = wording
    shown = "" if value is None else str(value)
    filled = {"value": shown, "suggestion": "", **words}
    return Finding(
        code=code,
        severity=severity,
        place=place,
        value=shown,
        problem=problem.format(**filled),
        remedy=remedy.format(**filled),
        after=str(words.get("after", "")),
    )
