"""2-评分表_第{NN}期.xlsx: ranking, every part of every score, the weights, and the proposals.

Scores are live: 得分明细 looks its weights up in 评分办法, 评分排名 sums 得分明细, so that a changed
weight changes the ranking. Only functions that Excel 2010, WPS and LibreOffice share are used. Each
formula carries the value that the program computed. Source: contract §7, §8, 2.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.workbooks.book import Book
from pipeline.workbooks.cells import Page
from pipeline.workbooks.document import document, sheet_link
from pipeline.workbooks.matrix_parts import unit_addresses
from pipeline.workbooks.score_rules import RulesArea, write_rules
from pipeline.workbooks.table import Options, TableArea, write_table
from schemas.columns import Column, Kind, Table, column
from schemas.ledger import MATRIX, PROPOSALS, RANKING_HEAD, RANKING_TAIL, RECEIPTS, SCORE_PARTS, UNIT_SUMMARY
from schemas.vocabulary import Receipt

RANKING, RULES = "评分排名", "评分办法"
_NOT_RANKED = "不参评"
#: Parts whose numbers count rows of another sheet of the matrix than 总矩阵.
_COUNTED_ON = {"自查": "自查", "任务": "任务", "报送": RECEIPTS.name, "进步": UNIT_SUMMARY.name}
_RISE = '"↑"0;"↓"0;"—"'


def write_scores(path: Path, book: Book) -> None:
    """Write the score workbook of one meeting."""
    title = f"评分表 {book.period.label}"
    author = book.plan.office.name
    with document(path, title=title, created=book.period.meeting, author=author, home=RANKING) as doc:
        ranking, parts, rules, proposals = (doc.sheet(n) for n in (RANKING, SCORE_PARTS.name, RULES, PROPOSALS.name))
        rules_area = write_rules(rules, book)
        parts_area = _write_parts(parts, book, rules_area)
        _write_ranking(ranking, book, parts_area, rules_area)
        _write_proposals(proposals, book)


def _note(book: Book, more: str) -> str:
    return f"{book.period.label}　会议日期 {book.period.meeting}　{more}"


def _write_parts(page: Page, book: Book, rules: RulesArea) -> TableArea:
    """得分明细: weights looked up, points worked out."""
    weight = rules.weights
    formulas: dict[str, Callable[[int], str]] = {
        "weight": lambda row: f"=SUMIF({weight.elsewhere('part')},$B{row},{weight.elsewhere('weight')})",
        "points": lambda row: f'=IF(N($D{row})=0,"",$E{row}*$C{row}/$D{row})',
    }
    options = Options(
        formulas=formulas,
        links={"part": _links_to_rows(book)},
        number_formats={"numerator": "General", "denominator": "General", "points": "0.00"},
        frozen=2,
        landscape=False,
    )
    note = _note(book, "得分 = 权重 × 分子 ÷ 分母；分子、分母空白的不适用，不计入；点项目看总矩阵中的依据")
    return write_table(page, SCORE_PARTS, book.judgement.score_parts, note=note, options=options)


def _links_to_rows(book: Book) -> list[str | None]:
    """For each row of 得分明细 the address of the unit's rows in the matrix that its numbers count."""
    parts = book.judgement.score_parts
    sheets = [_COUNTED_ON.get(part, MATRIX.name) for part in parts["part"]]
    addresses = unit_addresses(book, sheets)
    return [addresses[sheet].get(unit) for sheet, unit in zip(sheets, parts["unit"], strict=True)]


def ranking_table(book: Book) -> Table:
    """评分排名: one column a scoring part between the head and the tail."""
    parts = tuple(column(part, part, Kind.NUMBER, width=8) for part in book.plan.part_weights)
    columns = (*RANKING_HEAD, *parts, *RANKING_TAIL)
    return Table("ranking", RANKING, columns, title=f"{book.plan.office.district}政务服务“应进必进”评分排名")


def _write_ranking(page: Page, book: Book, parts: TableArea, rules: RulesArea) -> None:
    table, rows = ranking_table(book), book.judgement.ranking
    options = Options(
        formulas=_ranking_formulas(table, list(book.plan.part_weights), len(rows), parts, rules),
        links=_links_to_parts(book, parts),
        number_formats={"rank_change": _RISE, "deduction": "0;-0;0"},
        frozen=2,
        landscape=True,
    )
    note = _note(book, "单位：分；点单位或得分看明细，改“评分办法”的权重，得分和名次随之改变（改后可按名次重新排序）")
    write_table(page, table, rows, note=note, options=options)


def _ranking_formulas(
    table: Table, part_names: list[str], count: int, parts: TableArea, rules: RulesArea
) -> dict[str, Callable[[int], str]]:
    """Column → Excel row → formula; every formula looks at its own row and at whole columns, never at a neighbour."""
    first = 4
    at = {entry.name: _letters(table.columns, entry.name) for entry in table.columns}
    unit, part = parts.elsewhere("unit"), parts.elsewhere("part")
    points, weight, below = (parts.elsewhere(name) for name in ("points", "weight", "denominator"))
    last = max(first, first + count - 1)
    scores, marks = (f"${at[name]}${first}:${at[name]}${last}" for name in ("score", "marks"))
    others = f'--ISERROR(SEARCH("{_NOT_RANKED}",{marks})),--ISERROR(SEARCH("{Receipt.NEVER}",{marks}))'

    def of_part(name: str) -> Callable[[int], str]:
        own = f"{unit},${at['unit']}{{row}},{part},{at[name]}${first - 1}"
        return _formula(f'=IF(COUNTIFS({own},{below},">0")=0,"",SUMIFS({points},{own}))')

    possible = f'SUMIFS({weight},{unit},${at["unit"]}{{row}},{below},">0")'
    earned = f"SUM(${at[part_names[0]]}{{row}}:${at[part_names[-1]]}{{row}})"
    own_marks, own_score = f"${at['marks']}{{row}}", f"${at['score']}{{row}}"
    never = f'ISNUMBER(SEARCH("{Receipt.NEVER}",{own_marks}))'
    score = f"MAX(0,ROUND(ROUND(100*{earned}/{possible}-${at['deduction']}{{row}},9),2))"
    rank = f"1+SUMPRODUCT(--({scores}>{own_score}),{others})"
    before, now = f"${at['rank_before']}{{row}}", f"${at['rank']}{{row}}"
    return {
        **{name: of_part(name) for name in part_names},
        "score": _formula(f"=IF(OR({never},{possible}=0),0,{score})"),
        "rank": _formula(
            f'=IF(ISNUMBER(SEARCH("{_NOT_RANKED}",{own_marks})),"",IF({never},1+SUMPRODUCT({others}),{rank}))'
        ),
        "rank_change": _formula(f'=IF(OR({before}="",{now}=""),"",{before}-{now})'),
        "deduction": _formula(f"=MIN({rules.points_max},{rules.points_each}*N(${at['open_findings']}{{row}}))"),
    }


def _formula(pattern: str) -> Callable[[int], str]:
    return lambda row: pattern.replace("{row}", str(row))


def _letters(columns: tuple[Column, ...], name: str) -> str:
    from pipeline.workbooks.table import letter

    return letter([entry.name for entry in columns].index(name))


def _links_to_parts(book: Book, area: TableArea) -> dict[str, list[str | None]]:
    """For 单位 and 得分 the address of the unit's first row in 得分明细, for each part that of its own row."""
    at: dict[tuple[str, str], str] = {}
    units, parts = (book.judgement.score_parts[name] for name in ("unit", "part"))
    for row, (unit, part) in enumerate(zip(units, parts, strict=True), area.first_row):
        at[unit, part] = sheet_link(area.sheet, f"A{row}")
        at.setdefault((unit, ""), at[unit, part])
    ranked = book.judgement.ranking["unit"].tolist()
    columns = {"unit": "", "score": "", **{part: part for part in book.plan.part_weights}}
    return {name: [at.get((unit, part)) for unit in ranked] for name, part in columns.items()}


def _write_proposals(page: Page, book: Book) -> None:
    """表扬通报建议: proposals with their reasons, and room for what the meeting decides."""
    decided = (column("decision", "会议决定", width=16), column("decided_note", "备注", width=20))
    reason = replace(PROPOSALS.columns[-1], width=66)
    table = replace(PROPOSALS, columns=(*PROPOSALS.columns[:-1], reason, *decided))
    note = _note(book, "以下由程序按评分办法提出，供会议研究，由会议决定")
    area = write_table(page, table, book.judgement.proposals, note=note, options=Options(landscape=True))
    if not len(book.judgement.proposals):
        page.put(area.first_row, 0, "本期没有表扬、通报建议。", page.theme.style("note"))
