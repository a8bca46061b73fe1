"""WJ-050 to WJ-069: whose a file is, and which version of it counts."""

from pipeline.wording import ERROR, NOTE, WARNING, Rule

RULES = (
    Rule(
        "WJ-050",
        ERROR,
        "单位不一致",
        "封面填的是{inside}，文件名却是{outside}，不能确定是哪家的来件",
        "请核实后把封面和文件名改成同一单位，再放进 inputs 重新运行",
        "区司法局.xlsx 里填着区财政局",
    ),
    Rule(
        "WJ-051",
        ERROR,
        "单位简称有歧义",
        "“{value}”可能是{candidates}，不能确定是哪家的来件",
        "请在封面写明单位规范简称，再放进 inputs 重新运行",
        "石龙分局",
    ),
    Rule(
        "WJ-052",
        ERROR,
        "认不出单位",
        "认不出是哪家单位的来件（{value}）{suggestion}",
        "请在封面写明单位规范简称；确是成员单位的别名，请补进《工作方案.xlsx》的“别名”表",
        "封面空白.xlsx",
    ),
    Rule(
        "WJ-053",
        NOTE,
        "已被替代",
        "由“{winner}”替代（{differs}）",
        "不用处理；如应采用本文件，请从 inputs 移走另一份后重新运行",
        "区司法局(1).xlsx",
    ),
    Rule(
        "WJ-054",
        NOTE,
        "不是本期来件",
        "不是{period}的来件（期次{stated}，填报日期{filled_on}）",
        "不用处理；如确是本期来件，请改正封面的期次和填报日期后重报",
        "上一期的填报表",
    ),
    Rule(
        "WJ-055",
        WARNING,
        "后报的比先报的少",
        "后报的“{value}”只有 {after_rows} 个事项，先报的“{older}”有 {before} 个；已采用后报的",
        "请核实事项是否漏填；如应采用先报的，请从 inputs 移走后报的一份后重新运行",
        "40 个事项变成 3 个",
    ),
    Rule(
        "WJ-056",
        NOTE,
        "本程序写出的工作簿",
        "这是本程序写出的“{what}”，不是来件",
        "不用处理；请从 inputs 移走",
        "3-红黄绿督办台账_第03期.xlsx",
    ),
    Rule(
        "WJ-057",
        WARNING,
        "用了别家的填报表",
        "封面填的是{unit}，但这份填报表原是发给{value}的",
        "请核实确是{unit}的情况；今后请用发给本单位的填报表",
        "在区财政局的表上改成区司法局",
    ),
    Rule(
        "WJ-058",
        WARNING,
        "单位名称写错",
        "封面填的“{value}”不是成员单位的名称；填报表和文件名都是{unit}的，已按{unit}处理",
        "请在封面写明单位规范简称",
        "区司法据",
    ),
)
