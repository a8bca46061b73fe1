"""The one exception of safe opening: it is a verdict on a file, never on the run.

Here stand the verdicts that several modules give; the others stand above the one function that gives them.
WJ-001–019: found in the bytes or by the reader; 020–029: in the folder or the zip; 030: read, but in a poor
format. Every one costs its own file and no other (contract §4).
"""

from pipeline.findings import ERROR, Rule, rule

SAVE_AGAIN = "请用 WPS 或 Excel 打开原表核对，另存为 .xlsx 后重新报送"

ENCRYPTED = rule(
    "WJ-003",
    ERROR,
    title="已加密",
    problem="{what}设有密码，打不开",
    remedy="请取消密码，保存后重新报送",
    example="设了打开密码的填报表.xlsx",
)
NO_TAB = rule(
    "WJ-011",
    ERROR,
    title="没有工作表",
    problem="文件里没有一张可读的工作表",
    remedy=SAVE_AGAIN,
    example="只有图表的工作簿",
)
UNREADABLE_TAB = rule(
    "WJ-012",
    ERROR,
    title="有一张表读不出",
    problem="“{sheet}”表读不出来，为免漏读，整个文件没有采用",
    remedy=SAVE_AGAIN,
    example="坏了一张表的填报表.xlsx",
)
ARCHIVE_IN_ARCHIVE = rule(
    "WJ-025",
    ERROR,
    title="压缩包里还有压缩包",
    problem="压缩包里的压缩包没有打开（只解一层）",
    remedy="请解压后直接报送 .xlsx",
    example="来件.zip 里的 附件.zip",
)


class Unreadable(Exception):  # noqa: N818 - it states what the file is
    """A file that is not read further, by which rule, and the words that fill it."""

    def __init__(self, rule: Rule, /, **words: str) -> None:
        super().__init__(rule.code, words)
        self.rule = rule
        self.words = words

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (self.rule, self.words)


def _again(rule: Rule, words: dict[str, str]) -> Unreadable:
    return Unreadable(rule, **words)


DAMAGED = rule(
    "WJ-004",
    ERROR,
    title="文件不完整或已损坏",
    problem="文件不完整或已损坏（{what}），打不开",
    remedy="请在本机打开原表核对，另存为 .xlsx 后重新报送；用聊天软件传送的，请等传完再转",
    example="没有传完的填报表.xlsx",
)


def damaged(what: str) -> Unreadable:
    """The bytes are not whole."""
    return Unreadable(DAMAGED, what=what)


ODD = rule(
    "WJ-008",
    ERROR,
    title="内部结构异常",
    problem="文件内部结构异常（{what}），为安全起见没有打开",
    remedy="请用专班办公室下发的填报表另填一份（内容只粘贴数值）后重新报送",
    example="解开后大得出奇的文件",
)


def odd(what: str) -> Unreadable:
    """Whole perhaps, but made to hurt or by a broken program."""
    return Unreadable(ODD, what=what)
