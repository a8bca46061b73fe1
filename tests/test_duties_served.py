"""Each duty of the notice has a line in the README, and what the line names is made."""

import re

from pipeline.say.papers import KINDS
from pipeline.write import ledger, matrix
from schemas.returns import OFFICE_BOOKS
from tests.fenced import README
from tests.write.fakes import fake_book, knowing

#: The notice's own words, cut to what tells one duty from another.
DUTIES = (
    "任务清单", "督办", "派发至相关单位", "双周推进会", "工作简报", "表扬", "典型经验介绍", "通报批评", "表态发言", "主要领导签字并加盖公章",
    "三个无审批", "进驻到位", "四种标准环节模式", "审核合一", "事项委托清单", "事项委托书", "授权到位", "系统对接到位", "《对接人员联系表》",
    "逐项研究进驻措施", "四电", "督导检查", "检查验收", "移交区纪委监委",
)  # fmt: skip

MEETINGS_OWN = [kind for kind in KINDS if kind.name in ("会议通知", "通报", "会议纪要")]


def lines() -> list[list[str]]:
    part = README.read_text(encoding="utf-8").partition("\n## 通知的每项要求\n")[2].partition("\n## ")[0]
    return [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| ")][2:]


def test_every_duty_has_a_line() -> None:
    said = "".join(line[0] for line in lines())
    assert not [duty for duty in DUTIES if duty not in said]


def test_what_a_line_names_is_made() -> None:
    made = {kind.name for kind in KINDS} | set(ledger.SHEETS) | {part.table.name for part in matrix.PARTS}
    made |= {"1-总矩阵", "2-评分表", "5-督办单", "评分排名", "表扬通报建议", *(book.file_name for book in OFFICE_BOOKS)}
    named = {name for line in lines() for name in re.findall("`([^`]+)`", line[1])}
    assert named
    assert not named - made


def test_decisions_bring_the_papers_of_the_meeting() -> None:
    before = fake_book()
    rows = before.proposals
    said = rows.assign(
        decision=[{"表扬建议": "表扬", "通报建议": "通报"}.get(kind) for kind in rows["kind"]], decided_note=None
    )
    after = {"通报", "会议纪要"}
    assert not after & {kind.name for kind in MEETINGS_OWN if kind.made(before)}
    assert after <= {kind.name for kind in MEETINGS_OWN if kind.made(knowing(before, decisions=said))}
