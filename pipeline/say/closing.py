"""The end of a run as a person reads it: a few Chinese lines, the exit code, and the run's record."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from pipeline.findings import SEVERAL_VERSIONS, SHEET_OF_PREFIX, Common, how_many, to_return
from pipeline.records import Previous, Published, Replaced
from schemas.plan import Period, Plan
from schemas.tables import LIGHT_PARTS, RANK_PART, RECEIPT_PART, RERUN, SCORE_PART, STATE_EDITION
from schemas.words import Receipt, Severity, Verdict

_LISTED = 12  # names in one line before “等”
_SECRET_CODES = [Common.SECRET.code(prefix) for prefix in SHEET_OF_PREFIX]


@dataclass(frozen=True)
class Outcome:
    """What a command ends with: its exit code (contract §9) and the lines it prints; details are for --verbose."""

    exit_code: int
    lines: tuple[str, ...]
    details: tuple[str, ...] = ()


def own_faults(doing: str, files: Iterable[str]) -> tuple[str, ...]:
    """A line for each file over which this program failed; doing: 读, 标注."""
    return tuple(
        f"程序{doing}“{file}”时出错，不是文件的问题；请把文件和加 --verbose 运行所显示的内容发给工程师。"
        for file in files
    )


def program_version() -> str:
    """The installed version; “开发版” in a checkout that was never installed."""
    try:
        return version("yjbj")
    except PackageNotFoundError:
        return "开发版"


def summary(
    period: Period, receipts: pd.DataFrame, files: pd.DataFrame, findings: pd.DataFrame, notices: tuple[str, ...]
) -> tuple[str, ...]:
    """The facts of the run, one a line: who returned, what waits for whom, and whether rows add up."""
    by_status = {status: _units(receipts, receipts["receipt"] == status) for status in Receipt}
    returned = [u for s in (Receipt.ON_TIME, Receipt.LATE, Receipt.ZERO) for u in by_status[s]]
    waiting = to_return(receipts, files, findings)
    unused = files[files["verdict"].isin((Verdict.UNCLAIMED, Verdict.REJECTED))]
    read, used, aside = (int(receipts[name].sum()) for name in ("rows_read", "rows_used", "rows_set_aside"))
    errors = how_many(findings[findings["file"].isin(list(waiting))], Severity.ERROR)
    lines = [
        f"{period.label}（会议日期 {period.meeting}，报送截止 {period.cutoff}）",
        f"已报送 {len(returned)}/{len(receipts)}：按时 {len(by_status[Receipt.ON_TIME])}、"
        f"迟报 {len(by_status[Receipt.LATE])}、零报告 {len(by_status[Receipt.ZERO])}",
        _named("沿用上期", by_status[Receipt.CARRIED]),
        _named("未报送", by_status[Receipt.NEVER]),
        _named(f"退回修改（共 {errors} 处错误）", list(waiting.values())),
        _named("没有采用的文件", [f"{row.file}（{row.verdict}）" for row in unused.itertuples()]),
        *(f"版本存疑：{said}" for said in findings.loc[findings["code"] == SEVERAL_VERSIONS.code, "problem"]),
        f"读取 {read} 行，采用 {used} 行，未采用 {aside} 行",
    ]
    return (*(line for line in lines if line), *notices)


def secret_lines(findings: pd.DataFrame) -> tuple[str, ...]:
    """What stands first on the screen: whose files hold cells marked 绝密, 机密 or 秘密, and what to do; mostly ()."""
    marked = findings[findings["code"].isin(_SECRET_CODES) & findings["severity"].eq(Severity.ERROR)]
    if not len(marked):
        return ()
    counts = Counter(zip(marked["unit"], marked["file"], strict=True))
    named = "、".join(f"{unit or '单位不明'}的“{file}” {count} 处" for (unit, file), count in counts.items())
    return (
        f"注意：来件里有 {len(marked)} 处标有密级（绝密、机密、秘密）：{named}。原文已隐去，没有写入汇总结果。"
        "请立即断开本机网络，不要再转发、打印这些文件；报告本单位保密工作机构，由其处置本机上的原件"
        "（来件文件夹、“来件”和“4-退回修改”里的副本）；再请该单位改填不涉密的内容后重报。",
    )


def _units(receipts: pd.DataFrame, chosen: pd.Series[bool]) -> list[str]:
    return [str(unit) for unit in receipts.loc[chosen, "unit"]]


def _named(what: str, names: list[str]) -> str:
    if not names:
        return ""
    listed = "、".join(names[:_LISTED]) + ("等" if len(names) > _LISTED else "")
    return f"{what} {len(names)} 个：{listed}"


def where(published: Published) -> tuple[str, ...]:
    """Where the workbooks are, and why they are not where they belong."""
    if published.unchanged:
        return (f"结果与上次相同，文件夹没有改动：{published.folder}",)
    found = f"结果在：{published.folder}"
    gone = published.let_go
    if not published.beside:
        let_go = f".replaced 里只留每次会议最近五次的旧结果，已删去 {len(gone)} 份更早的：{'、'.join(gone)}"
        return (found, let_go) if gone else (found,)
    return found, "原来的结果正被 Excel 或 WPS 打开，没有替换；请关闭后重新运行，或直接使用上面这个文件夹。"


def next_steps(published: Published, complete: bool, later: Sequence[date] = ()) -> tuple[str, ...]:
    """Where the workbooks are and what to do with them; complete: no 错误 waits for anyone.

    later: meetings after this one that have results; they went on from what has now been replaced.
    """
    lines = list(where(published))
    if later and not published.unchanged:
        named = "、".join(str(day) for day in later)
        lines.append(f"后面的会议（{named}）是接着本次会议原来的情况算的，请按日期先后逐次重新运行。")
    if not complete:
        lines.append("下一步：把“4-退回修改”里的工作簿发回有关单位改正，改好后放进 inputs 重新运行。")
    lines.append("会前请看“3-红黄绿督办台账”的首页；各单位要办的事在“5-督办单”。")
    return tuple(lines)


def exit_code(receipts: pd.DataFrame, files: pd.DataFrame, findings: pd.DataFrame) -> int:
    """0 when every unit returned and nothing waits for a person, else 1 (contract §9)."""
    missing = receipts["receipt"].isin((Receipt.CARRIED, Receipt.NEVER)).any()
    unused = files["verdict"].isin((Verdict.UNCLAIMED, Verdict.REJECTED)).any()
    errors = (findings["severity"] == Severity.ERROR).any()
    return int(bool(missing or unused or errors))


def taken_over(files: pd.DataFrame) -> tuple[str, ...]:
    """What was used that does not lie in inputs but was kept by the run before, in one line; nothing for nothing."""
    kept = files[files["kept"].astype(bool) & files["verdict"].eq(Verdict.ADOPTED)]
    if not len(kept):
        return ()
    units, books = int(kept["unit"].ne("").sum()), kept.loc[kept["unit"].eq(""), "file"].tolist()
    counted = (f"{units} 家的来件" if units else "", f"专班办公室的{'、'.join(books)}" if books else "")
    return (
        f"inputs 里没有、沿用本次会议上一次汇总所用的：{'，'.join(part for part in counted if part)}"
        "（在结果文件夹的“来件”里；不该再用的，从那里删去后重新运行）",
    )


_SAID_TOGETHER = {"报送状态和得分": (RECEIPT_PART, SCORE_PART), "名次": (RANK_PART,), "亮灯": LIGHT_PARTS}


def what_changed(replaced: Replaced | None, differences: pd.DataFrame) -> tuple[str, ...]:
    """What a rerun changed against the run that it replaces, in three lines at most; differences: RERUN."""
    if replaced is None:
        return ()
    if replaced.doubt:
        return (f"没有和上一次汇总比较：{replaced.doubt}",)
    if not len(differences):
        return ("与上一次汇总相比，得分、名次、亮灯和报送状态都没有变。",)
    lines = []
    for what, parts in _SAID_TOGETHER.items():
        rows = differences[differences["part"].isin(parts)]
        if len(rows):
            shown = [_as_changed(*row) for row in rows.itertuples(index=False, name=None)]
            more = f"等 {len(shown)} 处，见 1-总矩阵 的“{RERUN.name}”" if len(shown) > _LISTED else ""
            lines.append(f"与上一次汇总相比，{what}变了：{'、'.join(shown[:_LISTED])}{more}")
    return tuple(lines)


def _as_changed(unit: str, part: str, before: str, now: str) -> str:
    return f"{unit}{part if part in LIGHT_PARTS else ''} {before}→{now}"


#: In 运行记录.json, noted after the run: the meeting is over; what `yjbj purge` removed. They stand outside its digest.
CLOSED, PURGED = "closed", "purged"


def run_record(
    plan: Plan,
    period: Period,
    files: pd.DataFrame,
    receipts: pd.DataFrame,
    findings: pd.DataFrame,
    outputs: Mapping[str, str],
    closed: bool = False,
    states: Mapping[str, str] | None = None,
    previous: Previous | None = None,
) -> str:
    """运行记录.json: version, plan digest, each input's name, sha256, unit, verdict and counts.

    outputs: path in the folder → sha256 of everything that was written, but for the record itself; by it the
    next run knows what a person has edited or put there. closed: a rerun of a meeting that is over leaves it so.
    states: matrix workbook → digest of what the next period reads back of it. previous: what the run went on from;
    its record's digest makes the records a chain.
    """
    record = {
        "version": program_version(),
        "plan": plan.digest,
        "period": period.number,
        "meeting": period.meeting.isoformat(),
        "cutoff": period.cutoff.isoformat(),
        "inputs": _inputs(files, receipts),
        "counts": {
            "received": len(files),
            "adopted": int((files["verdict"] == Verdict.ADOPTED).sum()),
            "errors": how_many(findings, Severity.ERROR),
            "warnings": how_many(findings, Severity.WARNING),
            "notes": how_many(findings, Severity.NOTE),
        },
        "schema": STATE_EDITION,
        "state": dict(states or {}),
        "previous": _link(previous),
        "outputs": dict(outputs),
        **({CLOSED: True} if closed else {}),
    }
    return record_text(record)


def _inputs(files: pd.DataFrame, receipts: pd.DataFrame) -> list[dict[str, object]]:
    """Every file received: name, sha256, unit, verdict, and the counts of an adopted one."""
    by_file = receipts.dropna(subset=["file"]).set_index("file")
    cells = (files[name].tolist() for name in ("file", "sha256", "unit", "verdict", "reason"))
    return [
        {
            "name": file,
            "sha256": digest,
            "unit": unit or "",
            "verdict": verdict,
            "reason": reason or "",
            "counts": _counts(by_file, file) if verdict == Verdict.ADOPTED else {},
        }
        for file, digest, unit, verdict, reason in zip(*cells, strict=True)
    ]


def _link(previous: Previous | None) -> dict[str, object] | None:
    if previous is None:
        return None
    return {"period": previous.period, "meeting": previous.meeting.isoformat(), "sha256": previous.record}


def record_text(record: Mapping[str, object]) -> str:
    """The record as it stands in 运行记录.json."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=False) + "\n"


def _counts(by_file: pd.DataFrame, file: str) -> dict[str, int]:
    names = ("errors", "warnings", "notes", "rows_read", "rows_used", "rows_set_aside")
    return {name: int(str(by_file.at[file, name])) for name in names} if file in by_file.index else {}
