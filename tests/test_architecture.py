"""The house keeps its shape: imports run one way, and each library stays in its rooms."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("schemas/**/*.py")])
HOPS = ("pipeline.intake", "pipeline.checks", "pipeline.judge", "pipeline.say", "pipeline.write")
#: hop → the doors that stand open to it, all in one direction: what is said of a row by itself, the checks ask for
#: as the judgement does; texts and figures are made from what was judged; a writer sets what was said.
DOORS = {
    "pipeline.checks": (
        "pipeline.judge.states",
        "pipeline.judge.suspicions",
        "pipeline.judge.identity",
        "pipeline.judge.missing",
    ),
    "pipeline.say": ("pipeline.judge",),
    "pipeline.write": ("pipeline.say",),
    "pipeline.write.returned": ("pipeline.intake", "pipeline.say"),  # a return is read once more to be marked
}
ABOVE_THE_HOPS = ["pipeline.run", "pipeline.cli", "pipeline.memory", "pipeline.commands"]
SLOW = ("pandas", "pandera")

#: library → the modules (or packages) that may import it
ROOMS = {
    "openpyxl": ("pipeline.intake", "pipeline.write.marked", "pipeline.write.marks", "pipeline.write.returned_list"),
    "python_calamine": ("pipeline.intake",),
    "xlrd": ("pipeline.intake",),
    "lxml": ("pipeline.intake.formats", "pipeline.write.edit", "pipeline.write.purged"),
    "olefile": ("pipeline.intake.ole",),
    "msoffcrypto": ("pipeline.intake.formats.locked",),
    "py7zr": ("pipeline.intake.packed",),
    "oxmsg": ("pipeline.intake.packed",),
    "pebble": ("pipeline.intake",),
    "filelock": ("pipeline.memory.turns",),
    "xlsxwriter": ("pipeline.write",),
    "docx": ("pipeline.write",),
    "click": ("pipeline.cli",),
    "pandera": ("schemas", "pipeline.checks.shape"),
}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names: set[str] = set()
    for node in ast.walk(tree):
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
            doors = DOORS.get(name, DOORS.get(hop, ()))
            forbidden = [h for h in HOPS if h != hop] + ABOVE_THE_HOPS
            found = [other for other in imported for ban in forbidden if within(other, ban)]
            assert not [other for other in found if not any(within(other, door) for door in doors)]


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_each_library_stays_in_its_rooms(path: Path) -> None:
    name = module_name(path)
    for other in imports_of(path):
        rooms = ROOMS.get(other.split(".")[0])
        assert rooms is None or any(within(name, room) for room in rooms), f"{name} imports {other}"


@pytest.mark.parametrize("modules", [["pipeline.cli"], ["pipeline.write.returned", "pipeline.intake.read"]])
def test_what_must_start_quickly_loads_no_slow_library(modules: list[str]) -> None:
    """`--help`, and the processes that read and mark."""
    code = f"import sys, {', '.join(modules)}; print(*sorted({set(SLOW)!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not done.stdout.split()


def test_the_top_level_stays_as_it_is() -> None:
    tracked = {"pipeline", "schemas", "inputs", "outputs", "tests", "pyproject.toml", "README.md"}
    expected = tracked | {"CHANGELOG.md", "LICENSE", "requirements.lock", "运行.bat"}
    ignored = {"demo", "build", "dist"} | {path.name for path in ROOT.glob("*.egg-info")}
    present = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert present - ignored <= expected
