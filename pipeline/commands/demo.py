"""`yjbj demo`: six meetings of believable returns, and the main job on each (contract §9)."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from pipeline.memory.turns import alone_on
from pipeline.records import MisuseError, Settings
from pipeline.sample.files import demo_inputs, demo_matters, demo_period, write_notes
from pipeline.sample.story import MEETINGS, NOTES
from schemas.plan import load_plan

_MARK = ".yjbj-demo"  # tells a folder that we may empty


def demo(folder: Path, say: Callable[[str], None] = lambda line: None) -> tuple[str, ...]:
    """Write inputs and outputs of six meetings into `folder`; returns the closing lines.

    A folder that an earlier demo made is replaced; any other must be empty or absent (MisuseError).
    say: called with one line as soon as a meeting is done.
    """
    from pipeline.commands.templates import asked, write_templates
    from pipeline.run import run

    _make_room(folder)
    plan = load_plan()
    for number, meeting in enumerate(MEETINGS, start=1):
        period = demo_period(plan, number)
        inputs, outputs = folder / "inputs" / period.folder, folder / "outputs"
        demo_matters(plan, inputs, number)
        demo_inputs(plan, inputs, number, *asked(Settings.of(meeting, inputs, outputs)))
        outcome = run(Settings.of(meeting, inputs, outputs))
        if not (outputs / period.folder).is_dir():
            raise MisuseError(f"{period.label}没有做成：{outcome.lines[-1]}")
        say(f"{period.label}（{meeting}）：{outcome.lines[1]}")
        notes = [note for note in NOTES if note.period == number]
        write_notes(outputs / period.folder, notes)
    write_templates(Settings.of(meeting + timedelta(weeks=2), inputs, outputs), ())
    return (
        f"六期示例已造好并逐期运行：来件在 {folder / 'inputs'}，结果在 {outputs}。",
        f"请先看 {outputs / period.folder} 里的“3-红黄绿督办台账”，从首页看起；"
        "“填报表_第07期”是按上期预填、等着发出去的填报表。",
    )


def _make_room(folder: Path) -> None:
    if folder.is_dir() and any(folder.iterdir()):
        if not (folder / _MARK).exists():
            raise MisuseError(f"文件夹“{folder}”里已有别的东西，示例没有写入；请换一个空文件夹。")
        with alone_on(folder / "outputs"):
            pass  # nobody is at work in what is about to go
        for name in ("inputs", "outputs"):
            shutil.rmtree(folder / name, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _MARK).touch()
