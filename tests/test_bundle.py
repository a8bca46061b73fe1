"""The offline bundle: nothing that the target needs is left behind."""

import re
import shlex
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from pipeline import bundle


def wheel(
    folder: Path, name: str, version: str = "1.0", needs: tuple[str, ...] = (), extras: tuple[str, ...] = ()
) -> Path:
    path = folder / f"{name}-{version}-py3-none-any.whl"
    metadata = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    metadata += [f"Provides-Extra: {extra}" for extra in extras]
    metadata += [f"Requires-Dist: {need}" for need in needs]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", "\n".join(metadata) + "\n\n")
    return path


@pytest.fixture
def shelf(tmp_path):
    """An index of three packages, and a `download` that fetches from it what it is asked for, no more."""
    index = tmp_path / "index"
    index.mkdir()
    wheel(index, "clicker", needs=("colour; sys_platform == 'win32'",))
    wheel(index, "colour")
    wheel(index, "docs")

    def download(requirements, platform, python, wheels):
        for requirement in requirements:
            name = requirement.split(">")[0].strip()
            found = next(index.glob(f"{name}-*.whl"))
            (wheels / found.name).write_bytes(found.read_bytes())

    return download


def own_wheel(folder: Path) -> Path:
    needs = ("clicker>=1", 'docs>=1; extra == "briefing"', 'pytest; extra == "test"')
    return wheel(folder, "yjbj", needs=needs, extras=("briefing", "test"))


@pytest.mark.parametrize(
    ("platform", "expected"),
    [("win_amd64", {"yjbj", "clicker", "docs", "colour"}), ("linux_x86_64", {"yjbj", "clicker", "docs"})],
)
def test_collects_what_the_target_needs_whatever_machine_collects(tmp_path, shelf, platform, expected):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    own = own_wheel(wheels)
    bundle.collect(wheels, own, platform, ["3.11", "3.12"], shelf)
    assert {path.name.split("-")[0] for path in wheels.glob("*.whl")} == expected
    head, *lines = bundle.pinned(wheels, own, platform, ["3.11", "3.12"]).splitlines()
    assert head == "# Python 3.11 3.12"
    assert {re.split(r"\W", line)[0] for line in lines} == expected
    assert all(re.search(r"==1\.0 --hash=sha256:[0-9a-f]{64}$", line) for line in lines)


def test_what_only_some_versions_of_python_need_is_pinned_for_them(tmp_path):
    own = wheel(tmp_path, "yjbj", needs=("backport; python_version < '3.13'",))
    wheel(tmp_path, "backport")
    pinned = bundle.pinned(tmp_path, own, "win_amd64", ["3.11", "3.12", "3.13"])
    assert re.search(r'^backport==1\.0 ; python_version in "3\.11 3\.12" --hash=', pinned, re.MULTILINE)
    wheel(tmp_path, "backport", "1.1")
    with pytest.raises(ValueError, match=r"backport: 1\.0, 1\.1"):
        bundle.pinned(tmp_path, own, "win_amd64", ["3.11"])


def of_the_bat(word: str) -> list[str]:
    """The words of the line of 运行.bat that holds `word`, for a shell of this machine, its %…% filled in."""
    lines = (bundle.ROOT / "运行.bat").read_bytes().decode("gbk").split("\r\n")
    line = next(line for line in lines if word in line and line.startswith('"%PYTHON%"'))
    line = re.split(r" >nul| \|\|", line)[0].replace("%WANTED%", "wheels/requirements.txt").replace("\\", "/")
    return shlex.split(line)[1:]


def installable(wheels: Path, version: str, says: str) -> Path:
    """A wheel of ours, without dependencies, whose program says one word."""
    path, info = wheels / f"yjbj-{version}-py3-none-any.whl", f"yjbj-{version}.dist-info"
    parts = {
        "pipeline/__init__.py": f"WORD = {says!r}\n",
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: yjbj\nVersion: {version}\nProvides-Extra: briefing\n\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    parts[f"{info}/RECORD"] = "".join(f"{name},,\n" for name in [*parts, f"{info}/RECORD"])
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return path


def test_two_bundles_one_over_the_other_run_the_newer_code(tmp_path):
    office, python = tmp_path / "应进必进", tmp_path / "env" / "bin" / "python"
    venv.create(tmp_path / "env", with_pip=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"

    def unpack(number: str, says: str) -> None:
        wheels = tmp_path / f"{number} {says}"
        wheels.mkdir()
        own = installable(wheels, number, says)
        (wheels / bundle.REQUIREMENTS).write_text(bundle.pinned(wheels, own, "linux_x86_64", [version]))
        bundle.write_zip(tmp_path / "bundle.zip", wheels)
        with zipfile.ZipFile(tmp_path / "bundle.zip") as archive:
            archive.extractall(tmp_path)

    def is_current() -> bool:
        return (
            subprocess.run([python, *of_the_bat("sys.exit")], check=False, cwd=office, capture_output=True).returncode
            == 0
        )

    for number, says in (("0.9", "old"), ("0.10", "new"), ("0.10", "mended")):
        unpack(number, says)
        assert not is_current()
        # 运行.bat removes .venv first, which is the same and takes longer
        subprocess.run([python, "-m", "pip", "uninstall", "--quiet", "--yes", "yjbj"], check=True, capture_output=True)
        subprocess.run([python, *of_the_bat("--no-index")], cwd=office, check=True)
        shutil.copy(office / "wheels" / bundle.REQUIREMENTS, tmp_path / "env" / "installed.txt")
        assert is_current()
        shown = subprocess.check_output([python, "-c", "import pipeline; print(pipeline.WORD)"], cwd=office)
        assert shown.decode().strip() == says
    assert len(list((office / "wheels").glob("yjbj-*.whl"))) == 2  # the old one lies there and does no harm


def test_the_zip_holds_what_the_office_needs_and_is_always_the_same(tmp_path):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    own_wheel(wheels)
    bundle.write_zip(tmp_path / "a.zip", wheels)
    bundle.write_zip(tmp_path / "b.zip", wheels)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        names = archive.namelist()
        assert archive.read("应进必进/运行.bat") == (bundle.ROOT / "运行.bat").read_bytes()
    assert set(names) >= {"应进必进/inputs/", "应进必进/outputs/", "应进必进/wheels/yjbj-1.0-py3-none-any.whl"}


@pytest.mark.network
def test_every_dependency_has_a_windows_wheel(tmp_path):
    names = bundle.bundle(tmp_path / "win.zip", "win_amd64", ["3.11", "3.13"])
    assert any(name.startswith("pandas-") and "cp311-win_amd64" in name for name in names)
    assert any(name.startswith("pandas-") and "cp313-win_amd64" in name for name in names)
    assert all(name.endswith(("any.whl", "win_amd64.whl")) for name in names)


@pytest.mark.network
def test_the_linux_twin_installs_without_network(tmp_path):
    python = f"{sys.version_info[0]}.{sys.version_info[1]}"
    bundle.bundle(tmp_path / "linux.zip", "linux_x86_64", [python])
    with zipfile.ZipFile(tmp_path / "linux.zip") as archive:
        archive.extractall(tmp_path)
    venv.create(tmp_path / "env", with_pip=True)
    office, binaries = tmp_path / "应进必进", tmp_path / "env" / "bin"
    subprocess.run([binaries / "python", *of_the_bat("--no-index")], cwd=office, check=True)
    shown = subprocess.run([binaries / "yjbj", "--help"], cwd=office, check=True, capture_output=True, text=True)
    assert "run" in shown.stdout
