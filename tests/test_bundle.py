"""The offline bundle: nothing that the target needs is left behind."""

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
    bundle.collect(wheels, own_wheel(wheels), platform, ["3.11", "3.12"], shelf)
    assert {path.name.split("-")[0] for path in wheels.glob("*.whl")} == expected


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
    offline = [
        binaries / "pip",
        "install",
        "--quiet",
        "--isolated",
        "--no-index",
        "--find-links",
        "wheels",
        "yjbj[briefing]",
    ]
    subprocess.run(offline, cwd=office, check=True)
    shown = subprocess.run([binaries / "yjbj", "--help"], cwd=office, check=True, capture_output=True, text=True)
    assert "run" in shown.stdout
