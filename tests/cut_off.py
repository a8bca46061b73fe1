"""A process that publishes and is killed, without notice, before its n-th call to the file system: run as a script.

`python -m tests.cut_off OUTPUTS NAME TEXT N` publishes a small folder as a command does; N = 0: to its
end, printing how many calls there are. `--watch` kills nobody, but looks before each call whether the
folder of the period is there and whole, and fails where it is not.
"""

import os
import signal
import sys
from pathlib import Path

from pipeline.memory.publish import publish
from pipeline.memory.turns import alone_on

_CALLS = ("os.", "open", "shutil.")


def content(text: str) -> dict[str, str]:
    """What a whole folder holds."""
    return {"1-总矩阵.txt": text, "5-督办单/甲局.txt": text, "运行记录.json": text}


def write(folder: Path, text: str) -> None:
    """Write it, file by file."""
    (folder / "5-督办单").mkdir()
    for name, told in content(text).items():
        (folder / name).write_text(told, encoding="utf-8")


def replace_with(outputs: Path, name: str, text: str) -> None:
    """Publish as a command does."""
    with alone_on(outputs):
        publish(outputs, name, lambda folder: write(folder, text))


def found(outputs: Path) -> str:
    """What the folder that readers believe says; "" when there is none; fails when it is not whole."""
    from pipeline.memory.folders import folders_of, period_folders  # slow, and whoever is killed needs it not

    folders = period_folders(outputs)
    if not folders:
        return ""
    folder = folders_of(outputs, folders[-1].meeting)[0].path
    held = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
        for path in folder.rglob("*")
        if path.is_file()
    }
    (text,) = set(held.values())
    assert held == content(text), f"{folder.name}: {sorted(held)}"
    return text


def main(outputs: Path, name: str, text: str, last: int, *, watch: bool) -> None:
    """Publish `text` and end, or be killed before call number `last` on something under `outputs`."""
    seen, looking = 0, False

    def before(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal seen, looking
        if looking or not event.startswith(_CALLS) or not any(str(outputs) in str(part) for part in arguments):
            return
        seen += 1
        if watch:
            looking = True
            assert found(outputs), f"nothing there before {event}{arguments}"
            looking = False
        elif seen == last:
            os.kill(os.getpid(), signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL)

    sys.addaudithook(before)
    replace_with(outputs, name, text)
    print(seen)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), watch="--watch" in sys.argv)
