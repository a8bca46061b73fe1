"""The wording of what is wrong with the workbooks that districts send up (HZ, `yjbj rollup`)."""

from pipeline.wording import ERROR, WARNING, Rule

RULES = (
    Rule(
        "HZ-001",
        ERROR,
        "读不出来",
        "{reason}",
        "请该区核对后重新报送整个期次文件夹",
        "打不开的 1-总矩阵_第03期.xlsx",
    ),
    Rule(
        "HZ-002",
        ERROR,
        "没有总矩阵",
        "“{value}”里没有找到 1-总矩阵 工作簿",
        "请核对路径；应是一个期次文件夹（第NN期_日期），或其中的 1-总矩阵 工作簿",
        "石龙区/第03期_2023-04-14",
    ),
    Rule("HZ-003", WARNING, "有疑问", "{reason}", "请该区核对；没有改动过的请从原件重新报送", "校验码不符"),
    Rule(
        "HZ-004",
        WARNING,
        "期次不同",
        "会议日期是 {value}，而汇总以 {meeting} 为准",
        "请该区报送 {meeting} 这一期的结果",
        "2023-03-31",
    ),
    Rule(
        "HZ-005",
        WARNING,
        "评分口径不同",
        "该区的时限、权重或亮灯界限与汇总所用的不同，其单位的灯按自己的口径亮",
        "请统一工作方案后重新报送",
        "（口径校验码不同）",
    ),
    Rule(
        "HZ-006",
        ERROR,
        "同名",
        "与“{other}”同为{value}，没有采用",
        "同一区只报一份；不是同一区的，请在各自工作方案的“专班办公室”里写明区名后重新汇总",
        "石龙区",
    ),
)
