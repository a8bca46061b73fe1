"""The house keeps its shape: imports run one way, and each library stays in its rooms."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("schemas/**/*.py")])
HOPS = ("pipeline.intake", "pipeline.checks", "pipeline.matrix", "pipeline.workbooks")

#: library → the modules (or packages) that may import it
ROOMS = {
    "openpyxl": ("pipeline.intake", "pipeline.write.marked"),
    "python_calamine": ("pipeline.intake",),
    "xlrd": ("pipeline.intake",),
    "pebble": ("pipeline.intake",),
    "xlsxwriter": ("pipeline.workbooks",),
    "docx": ("pipeline.workbooks",),
    "click": ("pipeline.cli",),
    "pandera": ("schemas", "pipeline.checks.shape"),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path, *, at_import_time: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if at_import_time else ast.walk(tree)
    names: set[str] = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_schemas_import_nothing_of_ours_and_hops_never_import_each_other(path: Path) -> None:
    name, imported = module_name(path), imports_of(path)
    if within(name, "schemas"):
        assert not [other for other in imported if within(other, "pipeline")]
    for hop in HOPS:
        if within(name, hop):
            forbidden = [h for h in HOPS if h != hop] + ["pipeline.run", "pipeline.cli", "pipeline.memory.state"]
            assert not [other for other in imported for ban in forbidden if within(other, ban)]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_each_library_stays_in_its_rooms(path: Path) -> None:
    name = module_name(path)
    for other in imports_of(path):
        rooms = ROOMS.get(other.split(".")[0])
        assert rooms is None or any(within(name, room) for room in rooms), f"{name} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_slow_libraries_are_imported_where_used(path: Path) -> None:
    slow = {"pandas", "pandera", "numpy"}
    assert not {other.split(".")[0] for other in imports_of(path, at_import_time=True)} & slow


def test_the_top_level_stays_as_it_is() -> None:
    tracked = {"pipeline", "schemas", "inputs", "outputs", "tests", "pyproject.toml", "README.md"}
    expected = tracked | {"CHANGELOG.md", "requirements.lock", "运行.bat"}
    ignored = {"demo", "build", "dist"} | {path.name for path in ROOT.glob("*.egg-info")}
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - ignored <= expected
