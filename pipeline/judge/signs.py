"""The catalogue of 需核实: signs of a report made to look better than the work. Code → wording.

They are for the office to look at and never cost a unit anything by themselves (notice 三、（四）).
`{…}` are filled in per sign; the thresholds stand beside the code that applies them.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """One kind of thing to verify."""

    code: str
    title: str
    finding: str
    advice: str
    example: str


SIGNS: dict[str, Sign] = {
    sign.code: sign
    for sign in (
        Sign(
            "XS-001",
            "事项不见了",
            "上期在列的事项本期不见了，{mention}",
            "请单位说明减少的依据；没有依据的，下期补报",
            "上期的“企业投资项目备案”本期没有，备注里也没有提到",
        ),
        Sign(
            "XS-002",
            "转入负面清单",
            "上期不在负面清单，本期填为负面清单事项（批准文号：{number}），专班办公室的负面清单上没有它",
            "请核对批准文件；确已批准的，补入工作方案的负面清单",
            "负面清单由“否”改为“是”",
        ),
        Sign(
            "XS-003",
            "不适用明显多于其他单位",
            "“不适用”占 {share}，其他单位的中位数是 {usual}，高出 {points} 个百分点",
            "请抽查填“无需授权”“无系统”和负面清单的事项是否属实",
            "60% 对 10%",
        ),
        Sign(
            "XS-004",
            "不适用比上期明显增加",
            "“不适用”由上期的 {before} 增到 {share}，增加 {points} 个百分点",
            "请核对本期新改为“不适用”的事项",
            "5% 增到 30%",
        ),
        Sign(
            "XS-005",
            "一项拆成多项",
            "本期新增 {count} 项与上期“{family}”名称或基本编码相近的事项：{names}",
            "请对照权责清单，看是否把一个事项拆开报送",
            "“食品经营许可”拆成新办、变更、延续三项",
        ),
        Sign(
            "XS-006",
            "完成日期早于上期所报",
            "{what}填 {done_on}，早于上期来件的填报日期 {filled_on}，而上期来件仍报{before}",
            "请核对完成时间和佐证材料",
            "4 月 1 日的来件报 60%，本期填 3 月 20 日完成",
        ),
        Sign(
            "XS-007",
            "文字照抄",
            "尚未完成而“{column}”连续 {periods} 期一字未改，共 {count} 项：{names}",
            "请单位说明这几期做了什么，更新进展",
            "未到位原因连续三期都是“正在协调”",
        ),
        Sign(
            "XS-008",
            "问题状态倒退",
            "问题状态由上期的“{before}”退回“{after}”：{description}",
            "请问责任单位：问题是否真的解决过",
            "已解决 → 办理中",
        ),
        Sign(
            "XS-009",
            "未解决的问题不见了",
            "上期{before}的问题本期不见了：{description}",
            "请单位说明是否已经解决；没有解决的，下期补报",
            "上期办理中的问题本期没有",
        ),
        Sign(
            "XS-020",
            "单位的批注",
            "单元格旁的批注写着：“{words}”",
            "请向单位核实：批注与所填内容不一致的，以核实的为准",
            "事项进驻填“已进驻”，批注写“其实没有进驻”",
        ),
    )
}
