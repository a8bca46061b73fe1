"""`yjbj close`: a meeting is over; from then on it is not run again by mistake (contract §8, §9)."""

from datetime import date
from pathlib import Path

from pipeline.memory.folders import folder_asked
from pipeline.memory.journal import log
from pipeline.memory.record import note_closed, read_record
from pipeline.memory.turns import alone_on
from pipeline.records import MisuseError


def close(meeting: date | None, outputs: Path) -> tuple[str, ...]:
    """Note in the meeting's 运行记录.json that it is over; returns the closing line.

    meeting: None for the latest. Raises MisuseError when it has no result, or none that says how it was run.
    """
    if not outputs.is_dir():
        raise MisuseError(f"找不到结果文件夹“{outputs}”，请先运行 yjbj run。")
    with alone_on(outputs):
        folder = folder_asked(meeting, outputs)
        record = read_record(folder.path)
        if record is None:
            raise MisuseError(f"“{folder.path}”里没有可读的运行记录，请先重新汇总这次会议。")
        told = f"{folder.label}（会议日期 {folder.meeting}）"
        if record.closed:
            return (f"{told}早已结束，没有改动。",)
        note_closed(folder.path)
        logged = log(outputs, f"close --meeting {folder.meeting}", folder.path)
    return (f"{told}已经结束：不会再被重新汇总（确要重新汇总的加 --anyway），此后收到的迟报来件计入下一期。", *logged)
