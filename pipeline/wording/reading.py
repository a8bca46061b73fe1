"""Said while a return is read: FM-020 to FM-023 about its tabs and about what cells mean outside their values, SX-020 about a row of 事项."""

from pipeline.wording import ERROR, WARNING, Rule

RULES = (
    Rule(
        "FM-020",
        WARNING,
        "有一张表不认识",
        "“{value}”这张表不在填报表之内，没有采用",
        "如有要报的内容，请移到填报表相应的表里",
        "Sheet2",
    ),
    Rule(
        "FM-021",
        ERROR,
        "一个文件里有几家单位",
        "“{sheet}”表里有“{value}”的内容（{count} 行），不是本来件的单位“{unit}”，没有采用",
        "一家单位报一个文件：请由“{value}”另行报送，或改正单位名称",
        "区财政局",
    ),
    Rule(
        "FM-022",
        WARNING,
        "划线或涂灰",
        "“{title}”填的“{value}”{what}，仍照所填内容采用",
        "已经取消、划转的请删去该行并在备注里写明；仍然有效的请去掉删除线或灰色后重报",
        "划了删除线的一行",
    ),
    Rule(
        "FM-023",
        WARNING,
        "单位加了批注",
        "单元格旁加了批注：“{value}”；批注不作为填报内容",
        "请核对批注是否改变了所填内容，要改的请直接改在表里，再删去批注",
        "其实没有进驻",
    ),
    Rule(
        "SX-020",
        ERROR,
        "一行填了几个事项",
        "“{title}”填的“{value}”像是几个事项合在一行",
        "一行只填一个事项，请逐项分行填写",
        "教师资格认定等5项",
    ),
)
