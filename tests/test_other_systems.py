"""The same bytes on every system, and nothing at import that only one of them has."""

import ast
import sys
import zipfile
from io import BytesIO

import pytest

from pipeline import bundle
from pipeline.sample.files import _into_zip
from pipeline.write.kit.repack import write_package
from tests.test_architecture import MODULES, ROOT, module_name

POSIX_ONLY = {"fcntl", "resource", "pwd", "grp", "termios", "pty", "tty", "posix"}
TESTS = sorted(ROOT.glob("tests/**/*.py"))


def zipped(folder):
    """What is packed here: a workbook, the bundle, an archive among the made-up returns."""
    package = BytesIO()
    write_package(package, [("xl/workbook.xml", [b"<workbook/>"]), ("docProps/core.xml", [b"<core/>"])])
    (folder / "wheels").mkdir(parents=True)
    (folder / "wheels" / "yjbj-1.0-py3-none-any.whl").write_bytes(b"wheel")
    bundle.write_zip(folder / "bundle.zip", folder / "wheels")
    (folder / "return.xlsx").write_bytes(b"return")
    _into_zip(folder / "returns.zip", folder / "return.xlsx")
    return [package.getvalue(), *((folder / name).read_bytes() for name in ("bundle.zip", "returns.zip"))]


def test_a_zip_is_the_same_on_windows(tmp_path, monkeypatch):
    here = zipped(tmp_path / "here")
    monkeypatch.setattr(sys, "platform", "win32")  # what zipfile asks
    assert zipfile.ZipInfo("x").create_system == 0
    there = zipped(tmp_path / "there")
    monkeypatch.setattr(sys, "platform", "linux")
    assert zipfile.ZipInfo("x").create_system == 3
    assert there == here
    for data in here:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            assert {(entry.create_system, entry.external_attr) for entry in archive.infolist()} == {(0, 0o600 << 16)}


def outside_of_windows(tree):
    """The imports of a module that Windows too would run: not those below `if sys.platform != "win32"`."""
    waiting = list(ast.iter_child_nodes(tree))
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0]
        elif isinstance(node, ast.If) and "win32" in ast.unparse(node.test):
            continue
        elif not isinstance(node, ast.FunctionDef):
            waiting += ast.iter_child_nodes(node)


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=str)
def test_no_import_that_windows_has_not(path):
    assert not POSIX_ONLY & set(outside_of_windows(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", MODULES, ids=module_name)
def test_texts_are_written_with_the_same_line_ends(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "write_text":
            assert "newline" in {word.arg for word in node.keywords}, f"line {node.lineno}"


def test_means_do_not_depend_on_how_python_sums():
    """3.12 sums floats more exactly than 3.11, so `sum` of scores gives a digit more or less."""
    found = []
    for path in ROOT.glob("pipeline/**/*.py"):
        source = path.read_text(encoding="utf-8")
        found += [f"{path.name}: {part}" for part in ("sum(scores", "sum(points)", ".mean()") if part in source]
    assert found == []
