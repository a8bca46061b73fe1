"""The parts of the README that are made: the column guide, the list of finding codes, what files are read.

`python -m tests.guide` writes them into README.md; `--check` only says whether they are up to date.
"""

import re
import sys
from collections.abc import Callable, Iterable, Sequence

from pipeline.findings import SHEET_OF_PREFIX, Common, catalogue
from pipeline.judge.verify import SIGNS
from schemas.returns import BY_KEY
from tests.fenced import README
from tests.intake import written


def table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in line) + " |" for line in lines
    )


def column_guide() -> str:
    """One table a sheet, a row a column."""
    parts = []
    for sheet in BY_KEY.values():
        guide = sheet.guide()
        parts += [f"**{sheet.name}**（{sheet.hint}）", table(list(guide[0]), [list(entry.values()) for entry in guide])]
    return "\n\n".join(parts)


def finding_codes() -> str:
    """The codes that every sheet has, once; then each sheet's own."""
    prefixes = "、".join(f"{prefix} {name}" for prefix, name in SHEET_OF_PREFIX.items())
    common = {common.code(prefix) for common in Common for prefix in SHEET_OF_PREFIX}
    own = [rule for rule in catalogue().values() if rule.code not in common]
    signs = [(code, sign.title, _blanked(sign.advice)) for code, sign in sorted(SIGNS.items())]
    return "\n\n".join(
        [
            f"编号前两个字母是表：{prefixes}；WJ 文件，KD 各单位之间，KQ 前后期之间，HZ 汇总上报。",
            "001–019 各表通用（XX 代表上面的字母）：",
            table(
                ("编号", "级别", "是什么", "例"),
                [(common.code("XX"), str(common.severity), common.title, common.example) for common in Common],
            ),
            "各表自己的（…是当时填进去的内容）：",
            table(
                ("编号", "级别", "是什么", "怎么改"),
                [(rule.code, str(rule.severity), rule.title, _blanked(rule.remedy)) for rule in own],
            ),
            "需核实（只提请办公室看一看，从不扣分）：",
            table(("编号", "是什么", "建议怎么核"), signs),
        ]
    )


def _blanked(wording: str) -> str:
    """The wording with … for what a finding fills in."""
    return re.sub(r"\{\w+\}", "…", wording)


PARTS: dict[str, Callable[[], str]] = {
    "填报表各列": column_guide,
    "校验编号": finding_codes,
    "读得懂的文件": written.guide,
}


def renewed(text: str) -> str:
    """The README with every generated part as the declarations have it now."""
    for name, make in PARTS.items():
        begin, end = f"<!-- {name}：由 python -m tests.guide 生成，请勿手改 -->", f"<!-- {name}完 -->"
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        if not pattern.search(text):
            raise ValueError(f"README.md has no place for {name}: {begin} … {end}")
        made = f"{begin}\n\n{make()}\n\n{end}"
        text = pattern.sub(lambda _, made=made: made, text)
    return text


def main(arguments: Sequence[str]) -> int:
    """0 when the README is (now) up to date."""
    text = README.read_text(encoding="utf-8")
    fresh = renewed(text)
    if "--check" in arguments:
        if fresh != text:
            print("README.md is out of date: run `python -m tests.guide`", file=sys.stderr)
        return int(fresh != text)
    README.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
