"""错误报告_日期.txt beside the outputs folder: what the office passes on after a mistake of the program's own.

Versions, where in the program it happened, and the names of the files that came in. Nothing of what is in them: an
exception's message may quote a cell, so that only its type is told.
"""

import platform
import traceback
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

from pipeline.memory.journal import ourselves
from pipeline.say.closing import program_version

_ROOT = Path(__file__).parents[2]


def report_fault(error: BaseException, command: str, inputs: Path, outputs: Path) -> Path:
    """Append what happened to the report of the day; returns its path. Raises OSError where it cannot be written."""
    since = ourselves()["since"]
    path = outputs.resolve().parent / f"错误报告_{since.partition(' ')[0]}.txt"
    lines = [f"时间 {since}", f"命令 {command}", *_versions(), "", *_trace(error), "", *_names(inputs), ""]
    mark = "" if path.exists() else "\ufeff"
    with path.open("ab") as report:
        report.write((mark + "".join(f"{line}\r\n" for line in lines)).encode(errors="replace"))
    return path


def _versions() -> Iterator[str]:
    yield f"版本 {program_version()}，Python {platform.python_version()}，{platform.platform()}"
    yield "、".join(sorted({f"{found.name} {found.version}" for found in distributions()}))


def _trace(error: BaseException) -> Iterator[str]:
    """File, line and function of every call, the innermost last; for what caused it likewise, before it."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _trace(before)
    yield "经过："
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        where = path.relative_to(_ROOT) if path.is_relative_to(_ROOT) else Path(*path.parts[-2:])
        yield f"  {where.as_posix()}:{frame.lineno} {frame.name}"
    yield f"  {type(error).__module__}.{type(error).__qualname__}"


def _names(inputs: Path) -> Iterator[str]:
    yield "来件（只有文件名）："
    yield from sorted(f"  {path.relative_to(inputs)}" for path in inputs.rglob("*") if path.is_file())
