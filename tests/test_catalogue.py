"""The catalogue of findings: complete, well worded, each rule one symbol, and every rule of the checks has its test."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from pipeline.findings import SHEET_OF_PREFIX, Common, Place, catalogue, finding, rule
from pipeline.judge.verify import SIGNS
from schemas.returns import BY_KEY
from schemas.words import Severity

ROOT = Path(__file__).parents[1]
RULES = catalogue()
PREFIXES = {*SHEET_OF_PREFIX, "WJ", "KD", "KQ", "HZ"}
TREES = {
    path: ast.parse(path.read_text(encoding="utf-8"))
    for folder in ("pipeline", "schemas")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
CODE, HALF_CODE = re.compile(r"[A-Z]{2}-\d{3}"), re.compile(r"-?\d{3}")


def declarations() -> Iterator[tuple[Path, str, str]]:
    """File, symbol and code of every `NAME = rule("XX-nnn", …)` at the top of a module, and of every sign."""
    for path, tree in TREES.items():
        for node in tree.body:
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                called = node.value.func
                if isinstance(called, ast.Name) and called.id in {"rule", "sign"}:
                    yield path, node.targets[0].id, node.value.args[0].value


DECLARED = list(declarations())
OF_CHECKS = [code for path, _, code in DECLARED if path.parent.name == "checks"]


def words_of(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("code", RULES)
def test_every_rule_is_complete(code):
    rule = RULES[code]
    assert code == rule.code
    assert CODE.fullmatch(code)
    assert code[:2] in PREFIXES
    assert isinstance(rule.severity, Severity)
    assert rule.title and rule.problem and rule.remedy and rule.example
    assert not rule.problem.endswith("。") and not rule.remedy.endswith("。"), "a cell in a list, not a paragraph"


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_message_can_be_filled_in(rule):
    words = words_of(rule.problem) | words_of(rule.remedy)
    assert all(word.isidentifier() for word in words)
    made = finding(rule, Place(), rule.example, **dict.fromkeys(words - {"value"}, "甲"))
    assert "{" not in made.problem + made.remedy
    assert (made.code, made.severity, made.value) == (rule.code, rule.severity, rule.example)


def test_the_catalogue_holds_what_is_declared_and_001_to_019_of_every_sheet_in_order_of_code():
    common = {f"{prefix}-{number:03}" for prefix in SHEET_OF_PREFIX for number in range(1, 20)}
    own = {code for _, _, code in DECLARED} - set(SIGNS)
    assert list(RULES) == sorted(common | own)
    assert not common & own


def test_a_code_is_declared_once():
    with pytest.raises(ValueError, match="SX-038"):
        rule("SX-038", Severity.NOTE, title="甲", problem="乙", remedy="丙", example="丁")


def test_a_finding_knows_which_of_the_common_ones_it_is():
    said = finding(Common.DOUBTFUL.of(BY_KEY["items"]), Place(), title="甲", doubt="乙", describe="丙")
    assert (said.code, said.common) == ("SX-008", Common.DOUBTFUL)
    own = finding(RULES["WJ-008"], Place(), what="甲")
    assert own.common is None, "WJ is no sheet"


def test_every_code_is_written_once_where_it_is_declared():
    strings = Counter(
        node.value
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    )
    assert strings == Counter(code for _, _, code in DECLARED)


def test_no_string_is_half_a_code():
    """Neither the number of one without its letters, nor letters and a number put together."""
    halves = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.value}"
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and is_half(node.value)
    ]
    assert halves == []


def is_half(text: str) -> bool:
    return bool(HALF_CODE.fullmatch(text)) and int(text.removeprefix("-")) < 100


def test_every_symbol_is_used():
    used = {
        name
        for tree in TREES.values()
        for node in ast.walk(tree)
        for name in ([node.id] if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) else ())
    }
    assert [name for _, name, _ in DECLARED if name not in used] == []
    symbols = Counter(name for _, name, _ in DECLARED)
    assert [name for name, count in symbols.items() if count > 1] == [], "a search for a symbol finds one rule"


def test_every_common_finding_is_used():
    used = {
        node.attr
        for tree in TREES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Common"
    }
    assert used >= set(Common.__members__)


@pytest.mark.parametrize("code", OF_CHECKS)
def test_every_rule_of_the_checks_has_a_test(code):
    tests = Path(__file__).parent.joinpath("checks").glob("test_*.py")
    assert any(f'"{code}"' in path.read_text(encoding="utf-8") for path in tests)
