"""督办回复 (HF): which matter or problem a row answers (contract §4)."""

from pipeline.checks.desk import Desk
from pipeline.checks.rows import first_rows
from pipeline.findings import WARNING, Finding, rule

NO_NUMBER = rule(
    "HF-030",
    WARNING,
    title="督办回复没有编号",
    problem="这一行督办回复没有编号，对不上是哪一件",
    remedy="请照专班办公室下发的填报表恢复编号；专班没有交办的，请写在“说明”里",
    example="（空白）",
)
UNKNOWN_NUMBER = rule(
    "HF-031",
    WARNING,
    title="督办回复的编号不认识",
    problem="“编号”填的“{value}”不是专班办公室交给本单位办的事",
    remedy="请照专班办公室下发的填报表恢复编号",
    example="批示-999999",
)
ANSWERED_TWICE = rule(
    "HF-032",
    WARNING,
    title="一件事答复了两次",
    problem="“{value}”与第 {first} 行答复的是同一件事，按后面的计",
    remedy="请只保留一行",
    example="批示-3F2A1C",
)


def check_replies(desk: Desk) -> list[Finding]:
    """Rows without a number, with one that nobody gave out, and of one number twice; all are kept."""
    rows = desk.rows["replies"]
    number = rows.known["number"]
    pairs = rows.known["unit"] + "\n" + number
    again = pairs.notna() & pairs.duplicated()
    unknown = number.notna() & ~number.isin(list(desk.numbers or ())) & (desk.numbers is not None)
    return [
        *rows.mark(number.isna(), "number", NO_NUMBER),
        *rows.mark(unknown, "number", UNKNOWN_NUMBER),
        *rows.mark(again, "number", ANSWERED_TWICE, first=first_rows(pairs, rows.sent["row"])),
    ]
