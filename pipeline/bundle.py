"""`python -m pipeline.bundle OUT.zip`: one zip that an office without network installs from.

Run by an engineer in a checkout. The zip holds 运行.bat, the README, empty inputs and outputs, and
`wheels/`: our own wheel, for every Python version asked for that of each dependency, and requirements.txt, which
names each by its sha256. 运行.bat installs by that list and again whenever it changed, so that a bundle unpacked over
an older one runs the newer code, and wheels left from before do no harm. pip judges environment markers by the machine it runs on, so what only the target needs (colorama and tzdata
on Windows) is found here, from the wheels' own metadata.
"""

import argparse
import email
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parent.parent
PLATFORMS = {
    "win_amd64": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    "linux_x86_64": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
}  # fmt: skip
#: What pip calls the platform; a Linux wheel may carry any of several tags.
TAGS = {
    "win_amd64": ("win_amd64",),
    "linux_x86_64": ("manylinux2014_x86_64", *(f"manylinux_2_{n}_x86_64" for n in (34, 31, 28, 27, 26, 24, 17, 12, 5))),
}
PYTHONS = ("3.11", "3.12", "3.13")
REQUIREMENTS = "requirements.txt"
_FOLDER = "应进必进"
_EXTRA = "briefing"
_STAMP = (2023, 3, 3, 0, 0, 0)  # so that two bundles of the same wheels are the same file
Download = Callable[[Sequence[str], str, str, Path], None]


def environment(platform: str, python: str) -> dict[str, str]:
    """What environment markers see on the target machine; our one extra is always wanted."""
    return {**PLATFORMS[platform], "python_version": python, "python_full_version": f"{python}.0",
            "implementation_name": "cpython", "platform_python_implementation": "CPython", "extra": ""}  # fmt: skip


def requirements_of(wheel: Path, target: dict[str, str], extras: Sequence[str] = ()) -> list[Requirement]:
    """What a wheel needs on the target, extras of its own included."""
    with zipfile.ZipFile(wheel) as archive:
        name = next(entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        declared = email.message_from_bytes(archive.read(name)).get_all("Requires-Dist") or []
    wanted = ({**target, "extra": extra} for extra in ("", *extras))
    contexts = list(wanted)
    return [need for need in map(Requirement, declared) if not need.marker or any(map(need.marker.evaluate, contexts))]


def needed(wheels: Path, target: dict[str, str], own: Path) -> set[NormalizedName]:
    """Names of `own` and of all that it needs on the target, as far as the wheels in the folder tell."""
    present = {parse_wheel_filename(path.name)[0]: path for path in sorted(wheels.glob("*.whl"))}
    found: set[NormalizedName] = set()
    waiting = [parse_wheel_filename(own.name)[0]]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        if name in present:
            extras = (_EXTRA,) if present[name].name == own.name else ()
            waiting += [canonicalize_name(need.name) for need in requirements_of(present[name], target, extras)]
    return found


def missing(wheels: Path, target: dict[str, str], own: Path) -> list[str]:
    """Names that the program needs on the target and that no wheel in the folder provides."""
    return sorted(needed(wheels, target, own) - {parse_wheel_filename(path.name)[0] for path in wheels.glob("*.whl")})


def pinned(wheels: Path, own: Path, platform: str, pythons: Sequence[str]) -> str:
    """The requirements.txt of the folder: after a line of the Python versions, each package with its wheels' sha256.

    Raises ValueError where the folder holds two versions of one package: which is meant, requirements.lock must say.
    """
    wanted = {python: needed(wheels, environment(platform, python), own) for python in pythons}
    lines = [f"# Python {' '.join(pythons)}"]
    by_name: dict[NormalizedName, list[Path]] = {}
    for path in sorted(wheels.glob("*.whl")):
        by_name.setdefault(parse_wheel_filename(path.name)[0], []).append(path)
    for name, paths in sorted(by_name.items()):
        versions = {str(parse_wheel_filename(path.name)[1]) for path in paths}
        if len(versions) > 1:
            raise ValueError(f"{name}: {', '.join(sorted(versions))}")
        needing = [python for python in pythons if name in wanted[python]]
        extra = f"[{_EXTRA}]" if paths[0].name == own.name else ""
        marker = "" if len(needing) == len(pythons) else f' ; python_version in "{" ".join(needing)}"'
        digests = "".join(f" --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}" for path in paths)
        lines.append(f"{name}{extra}=={versions.pop()}{marker}{digests}")
    return "\n".join(lines) + "\n"


def collect(wheels: Path, own: Path, platform: str, pythons: Sequence[str], download: Download) -> None:
    """Fill `wheels` (which holds `own`) until nothing is missing for any of the Python versions."""
    for python in pythons:
        target = environment(platform, python)
        direct = [str(need).partition(";")[0] for need in requirements_of(own, target, (_EXTRA,))]
        download(direct, platform, python, wheels)
        while absent := missing(wheels, target, own):
            download(absent, platform, python, wheels)


def pip_download(requirements: Sequence[str], platform: str, python: str, wheels: Path) -> None:
    """Let pip fetch wheels (never source archives) for the target, in the versions of the lock file."""
    tags = [option for tag in TAGS[platform] for option in ("--platform", tag)]
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", *tags, "--python-version", python,
         "--implementation", "cp", "--constraint", str(ROOT / "requirements.lock"), "--dest", str(wheels),
         *requirements],
        check=True,
    )  # fmt: skip


def build_own_wheel(wheels: Path) -> Path:
    """Build the project's wheel from the checkout into `wheels`."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)], check=True
    )
    return next(wheels.glob("yjbj-*.whl"))


def write_zip(out: Path, wheels: Path) -> None:
    """Pack the wheels and what the office double-clicks and reads."""
    files = [(path, f"wheels/{path.name}") for path in sorted([*wheels.glob("*.whl"), *wheels.glob("*.txt")])]
    files += [(ROOT / name, name) for name in ("运行.bat", "README.md", "CHANGELOG.md", "LICENSE")]
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("inputs/", "outputs/"):
            archive.writestr(_entry(name), b"")
        for path, name in files:
            entry = _entry(name)
            entry.compress_type = zipfile.ZIP_STORED if path.suffix == ".whl" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(f"{_FOLDER}/{name}", _STAMP)
    entry.create_system = 0  # else it tells Windows from Linux
    return entry


def bundle(out: Path, platform: str, pythons: Sequence[str], download: Download = pip_download) -> list[str]:
    """Write the bundle; returns the names of the wheels in it."""
    with tempfile.TemporaryDirectory() as folder:
        wheels = Path(folder)
        own = build_own_wheel(wheels)
        collect(wheels, own, platform, pythons, download)
        (wheels / REQUIREMENTS).write_text(pinned(wheels, own, platform, pythons), encoding="ascii", newline="\n")
        write_zip(out, wheels)
        return sorted(path.name for path in wheels.glob("*.whl"))


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.bundle", description="做一个可离线安装的压缩包。")
    parser.add_argument("out", type=Path, help="写到哪里，如 yjbj-win.zip")
    parser.add_argument("--platform", default="win_amd64", choices=PLATFORMS, help="装到什么机器上")
    parser.add_argument("--python", nargs="+", default=list(PYTHONS), metavar="版本", help="支持哪些 Python 版本")
    chosen = parser.parse_args(arguments)
    if not (ROOT / "pyproject.toml").exists():
        print("请在源代码文件夹里运行：离线包要从源代码制作。", file=sys.stderr)
        return 2
    names = bundle(chosen.out, chosen.platform, chosen.python)
    print(f"已写出 {chosen.out}：{len(names)} 个安装文件，支持 Python {'、'.join(chosen.python)}。")
    return 0


if __name__ == "__main__":
    sys.exit(main())
