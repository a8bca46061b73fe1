"""The catalogue of findings: complete, well worded, and every rule of the checks has its test."""

import re
from pathlib import Path
from string import Formatter

import pytest

from pipeline.catalogue import RULES, finding
from pipeline.findings import Place
from pipeline.wording import across, items, returns
from schemas.plan_sheets import PREFIX as PLAN_PREFIX
from schemas.returns import OFFICE, TEMPLATE
from schemas.words import Severity

PREFIXES = {sheet.prefix for sheet in (*TEMPLATE, *OFFICE)} | {PLAN_PREFIX, "WJ", "KD", "KQ", "HZ"}
OF_CHECKS = (*returns.RULES, *items.RULES, *across.RULES)


def words_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_is_complete(rule):
    assert re.fullmatch(r"[A-Z]{2}-\d{3}", rule.code)
    assert rule.code[:2] in PREFIXES
    assert isinstance(rule.severity, Severity)
    assert rule.title and rule.problem and rule.remedy and rule.example
    assert not rule.problem.endswith("。") and not rule.remedy.endswith("。"), "a cell in a list, not a paragraph"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_message_can_be_filled_in(rule):
    words = words_of(rule.problem) | words_of(rule.remedy)
    assert all(word.isidentifier() for word in words)
    made = finding(rule.code, Place(), rule.example, **dict.fromkeys(words - {"value"}, "甲"))
    assert "{" not in made.problem + made.remedy
    assert made.severity is rule.severity
    assert made.value == rule.example


def test_no_code_is_given_twice():
    codes = [rule.code for rule in OF_CHECKS]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("rule", OF_CHECKS, ids=lambda rule: rule.code)
def test_every_rule_of_the_checks_has_a_test(rule):
    tests = Path(__file__).parent.joinpath("checks").glob("test_*.py")
    assert any(f'"{rule.code}"' in path.read_text(encoding="utf-8") for path in tests)
