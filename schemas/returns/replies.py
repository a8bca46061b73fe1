"""督办回复: what a unit answers to the matters and problems that were sent to it (contract §4)."""

from schemas.columns import Identity, Kind, Sheet, column
from schemas.conditions import When
from schemas.words import YES_NO

SHEET = Sheet(
    key="replies",
    name="督办回复",
    prefix="HF",
    title="督办回复",
    hint="每行是交给本单位办的一件事，灰底格子由专班办公室填好；请逐件答复办理进展，办结由专班办公室核实后销号。",
    synonyms=("督办回复表", "督办事项回复"),
    blank_rows=0,
    optional=True,
    only_answers=True,
    identity=Identity(("number",), called=("subject",)),
    columns=(
        column("number", "编号", Kind.NAME, width=18, prefilled=True, help="由专班办公室填好"),
        column("source", "来源", Kind.NAME, width=12, prefilled=True, help="由专班办公室填好"),
        column("subject", "事由", width=48, prefilled=True, help="由专班办公室填好"),
        column("due", "时限", Kind.DATE, width=13, prefilled=True, help="由专班办公室填好"),
        column("progress", "办理进展", required=True, width=44, synonyms=("进展情况",), help="这段时间做了什么"),
        column("finished", "是否办结", YES_NO, required=True, width=11, help="自报办结的，由专班办公室核实后销号"),
        column(
            "expected_on",
            "预计办结日期",
            Kind.DATE,
            width=15,
            required_when=When("finished", ("否",)),
            help="还没有办结的，预计哪天办结",
        ),
        column("proof", "佐证材料", width=28, help="文件名或文号"),
    ),
)
