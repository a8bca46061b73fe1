"""Of xlsxwriter the product uses what its documentation promises, and nothing that another version may lack."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.url import Url
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

ROOT = Path(__file__).parents[1]
MODULES = sorted(ROOT.glob("pipeline/**/*.py"))
CLASSES = (xlsxwriter.Workbook, Worksheet, Chart, Format, Url, XMLwriter)
#: What we call xlsxwriter's objects → their class.
NAMES = {"raw": Worksheet, "workbook": xlsxwriter.Workbook, "_workbook": xlsxwriter.Workbook, "chart": Chart}
HELD = [name for each in (xlsxwriter.Workbook(), Worksheet(), Format(), Url("internal:A1")) for name in vars(each)]
PRIVATE = {
    name
    for name in (*HELD, *(name for each in CLASSES for name in vars(each)))
    if name.startswith("_") and not name.startswith("__")
}


def nodes(source: str, kind: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(ast.parse(source)) if isinstance(node, kind))


def called(node: ast.expr) -> str:
    """The last name of an expression: page.raw → raw."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def private_names(source: str) -> set[str]:
    """xlsxwriter's private names in a module, but for those that our own objects use of themselves."""
    used = nodes(source, ast.Attribute)
    own = {node.name for node in nodes(source, ast.FunctionDef)}
    return {
        node.attr for node in used if node.attr in PRIVATE and not (called(node.value) == "self" and node.attr in own)
    }


def undocumented(source: str) -> set[str]:
    """What is asked of xlsxwriter's objects and is none of their documented methods."""
    asked = [(NAMES.get(called(node.value)), node.attr) for node in nodes(source, ast.Attribute)]
    return {
        name
        for owner, name in asked
        if owner and (name.startswith("_") or not inspect.isfunction(getattr(owner, name, None)))
    }


def taken(source: str) -> set[str]:
    """What is imported from xlsxwriter; a class of theirs can be inherited from only when it was imported."""
    named = {alias.name for node in nodes(source, ast.Import) for alias in node.names}
    from_it = [node for node in nodes(source, ast.ImportFrom) if (node.module or "").split(".")[0] == "xlsxwriter"]
    members = {f"{node.module}.{alias.name}" for node in from_it for alias in node.names}
    return {name for name in named | members if name.split(".")[0] == "xlsxwriter"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_nothing_private_of_xlsxwriter_is_used(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not private_names(source)
    if "pipeline.intake" not in source and "intake" not in path.parts:  # where books are read, other things are raw
        assert not undocumented(source)
    assert taken(source) <= {"xlsxwriter.Workbook"}


@pytest.mark.parametrize(
    "line",
    [
        "page.raw._write_row(1)",
        "self.raw.table[1]",
        "page.raw.dim_rowmax",
        "raw.constant_memory",
        "style._get_xf_index()",
        "workbook.str_table",
        "url._relationship_link = ''",
        "from xlsxwriter.worksheet import Worksheet",
        "import xlsxwriter",
    ],
)
def test_each_way_of_using_it_is_seen(line: str) -> None:
    assert private_names(line) or undocumented(line) or taken(line) - {"xlsxwriter.Workbook"}


def test_what_is_documented_is_not_taken_for_private() -> None:
    assert not undocumented("page.raw.set_row(1, 2); self._workbook.add_format({}); chart.set_legend({})")
