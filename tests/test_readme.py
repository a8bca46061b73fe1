"""The README says what the program does: commands, options, codes, sheets, figures. It fails when it falls behind."""

import re
import tomllib

import click
import pytest

from pipeline.cli import main
from pipeline.findings import catalogue
from pipeline.judge.verify import SIGNS
from pipeline.write import home as chart_data
from pipeline.write import ledger as ledger_book
from pipeline.write import matrix as matrix_book
from schemas import plan_sheets
from schemas.plan import load_plan
from schemas.returns import BY_KEY, inspection, waivers
from tests import guide
from tests.fenced import README, fenced_blocks

TEXT = README.read_text(encoding="utf-8")
PLAN = load_plan()


def test_the_two_commands_stand_first():
    blocks = fenced_blocks(TEXT)
    assert blocks[0] == "pip install . && yjbj demo"
    assert blocks[1] == 'pip install ".[test]" && python -m pytest'


def test_generated_parts_are_up_to_date():
    assert guide.renewed(TEXT) == TEXT, "run `python -m tests.guide`"


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_is_explained(name):
    line = next((line for line in TEXT.splitlines() if line.startswith(f"| `yjbj {name}")), "")
    assert line, f"yjbj {name}"
    options = [option for option in main.commands[name].params if isinstance(option, click.Option)]
    for option in options:
        assert f"`{option.opts[0]}" in line, f"{name} {option.opts[0]}"


@pytest.mark.parametrize("code", catalogue())
def test_every_finding_code_is_listed(code):
    rule = catalogue()[code]
    shown = code if re.search(rf"\| {code} \|", TEXT) else f"XX-{code[3:]}"
    assert f"| {shown} | {rule.severity} | {rule.title.partition('：')[2] or rule.title} |" in TEXT


@pytest.mark.parametrize("code", sorted(SIGNS))
def test_every_sign_is_listed(code):
    assert f"| {code} | {SIGNS[code].title} |" in TEXT


def test_every_sheet_is_named():
    written = {part.table.name for part in matrix_book.PARTS} | {matrix_book.NOTE_SHEET}
    written |= set(ledger_book.SHEETS) - {chart_data.DATA}  # hidden: the charts' figures
    written |= {sheet.name for sheet in plan_sheets.SHEETS}
    filled_in = {sheet.name for sheet in BY_KEY.values()} | {inspection.FILE_NAME, waivers.FILE_NAME}
    assert not [name for name in written | filled_in if f"`{name}`" not in TEXT and f"**{name}**" not in TEXT]


def test_weights_and_deadlines_are_those_of_the_plan():
    assert "、".join(f"{part} {weight}" for part, weight in PLAN.part_weights.items()) in TEXT
    for dimension in PLAN.dimensions:
        assert dimension.deadline is None or dimension.deadline.isoformat() in TEXT
    assert f"落后超过 {PLAN.thresholds.behind_red_points} 个百分点红" in TEXT
    assert f"离时限 {PLAN.thresholds.warn_days} 天以内" in TEXT


def test_the_worked_score_adds_up():
    dimensions = 20 * 15 / 20 + 5 * 20 / 20 + 15 * 10 / 20 + 10 * 12 / 20 + 10 * 16 / 20 + 10 * 8 / 20
    report = 10 * (0.4 + 0.6 * (1 - 2 / 50))
    total = dimensions + 5 * 6 / 9 + 10 * 1 / 2 + report + 5 * 10 / 45
    assert (dimensions, round(report, 2), round(total, 2), round(total - 2, 2)) == (45.5, 9.76, 64.7, 62.7)
    for shown in ("45.50", "9.76", "64.70", "**62.70**"):
        assert shown in TEXT


def test_the_licence_of_every_dependency_is_named():
    project = tomllib.loads((README.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (README.parent / "LICENSE").read_text(encoding="utf-8").startswith(f"{project['license']} License")
    wanted = [*project["dependencies"], *project["optional-dependencies"]["cluster"]]
    named = set(re.findall(r"[\w-]+", TEXT.partition("## Licences")[2]))
    assert not [need for need in wanted if re.match(r"[\w-]+", need)[0] not in named]
