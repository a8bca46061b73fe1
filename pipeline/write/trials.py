"""稳健性 and 权重试算 of 2-评分表: the ranks with one weight a fifth less or more, by formula (contract §7, §8, 2).

权重试算 works every score out anew from the points in 评分排名 and the weights in 评分办法; 稳健性 and the
column 名次区间 read the ranks off it, so that they follow a changed weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pipeline.write.kit.cells import Page
from pipeline.write.kit.table import Options, TableArea, area_of, write_table
from schemas.columns import Kind, Table, column
from schemas.tables import trial_columns, unit_column
from schemas.words import Receipt

if TYPE_CHECKING:
    from pipeline.meeting import Meeting

ROBUSTNESS, TRIALS = "稳健性", "权重试算"
_NOT_RANKED = "不参评"
Formula = Callable[[int], str]


def trials_table(parts: Sequence[str]) -> Table:
    """权重试算: a unit's sums, then scores and ranks of every trial."""
    scores = (column(name, name, Kind.NUMBER, width=8) for which in (0, 1) for name in _names(parts, which))
    ranks = (column(name, name, Kind.INTEGER, width=8) for which in (2, 3) for name in _names(parts, which))
    head = (
        unit_column(),
        column("place", "排名行", Kind.INTEGER, width=8),
        column("points", "得分合计", Kind.NUMBER, width=10),
        column("weights", "计入权重", Kind.INTEGER, width=10),
        column("extra", "加减扣分", Kind.NUMBER, width=10),
        column("best", "最好名次", Kind.INTEGER, width=10),
        column("worst", "最差名次", Kind.INTEGER, width=10),
    )
    return Table("trials", TRIALS, (*head, *scores, *ranks), title="权重试算（各项权重轮流减两成、增两成）")


def _names(parts: Sequence[str], which: int) -> list[str]:
    return [trial_columns(part)[which] for part in parts]


def robustness_table(parts: Sequence[str]) -> Table:
    """稳健性: rank and 名次区间 of a unit, then a column a part."""
    head = (
        column("rank", "名次", Kind.INTEGER, width=7),
        unit_column(),
        column("rank_range", "名次区间", Kind.NAME, width=10),
    )
    columns = (*head, *(column(part, part, Kind.NAME, width=9) for part in parts))
    return Table("robustness", ROBUSTNESS, columns, title="名次的稳健性")


def write_trials(page: Page, meeting: Meeting, ranking: TableArea, parts: TableArea, weights: TableArea) -> TableArea:
    """Write 权重试算; ranking, parts, weights: where 评分排名, 得分明细 and 评分办法 stand."""
    names = list(meeting.plan.part_weights)
    table, rows = trials_table(names), meeting.trial_rows
    own = area_of(table, TRIALS, len(rows))
    formulas = _sums(own, ranking, parts, names) | _ranks(own, ranking, names)
    for row, part in enumerate(names, weights.first_row):
        weight = f"'{weights.sheet}'!${weights.letters['weight']}${row}"
        for which, times in enumerate(("0.8", f"MIN(1.2,100/MAX({weight},1))")):
            formulas[trial_columns(part)[which]] = _score(own, _of_unit(ranking, part), weight, times)
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　某项权重减、增两成，其余各项按比例补足 100，逐一重算得分和名次"
    options = Options(formulas=formulas, number_formats={"points": "0.00", "extra": "0.##;-0.##;0"}, printed="worst")
    return write_table(page, table, rows, note=note, options=options)


def _of_unit(ranking: TableArea, name: str) -> str:
    """The cell of 评分排名 in a column and the unit's row; {place}: where in it the unit stands."""
    return f"INDEX({ranking.elsewhere(name)},{{place}})"


def _filled(pattern: str, own: TableArea) -> Formula:
    names = ("unit", "place", "points", "weights", "extra", "best", "worst")
    cells = {name: f"${own.letters[name]}" for name in names}
    return lambda row: pattern.format(**{name: f"{cell}{row}" for name, cell in cells.items()}, row=row)


def _sums(own: TableArea, ranking: TableArea, parts: TableArea, names: Sequence[str]) -> dict[str, Formula]:
    units = ranking.elsewhere("unit")
    first, last = (ranking.letters[name] for name in (names[0], names[-1]))
    earned = f"'{ranking.sheet}'!${first}${ranking.first_row}:${last}${max(ranking.first_row, ranking.last_row)}"
    marks = _of_unit(ranking, "marks")
    out = f'OR(ISNUMBER(SEARCH("{_NOT_RANKED}",{marks})),ISNUMBER(SEARCH("{Receipt.NEVER}",{marks})))'
    unit, weight, below = (parts.elsewhere(name) for name in ("unit", "weight", "denominator"))
    extra = f"N({_of_unit(ranking, 'bonus')})-N({_of_unit(ranking, 'deduction')})"
    patterns = {
        "place": f"=MATCH({{unit}},{units},0)",
        "points": f'=IF({out},"",SUM(INDEX({earned},{{place}},0)))',
        "weights": f'=SUMIFS({weight},{unit},{{unit}},{below},">0")',
        "extra": f'=IF({{points}}="","",{extra})',
    }
    return {name: _filled(pattern, own) for name, pattern in patterns.items()}


def _score(own: TableArea, points: str, weight: str, times: str) -> Formula:
    """A part's weight times `times`, all others scaled so that the sum stays 100; only the ratio of the two counts."""
    part, rest = (
        f"IF({weight}<100,{cell},1)" for cell in (f"{times}*(100-{weight})", f"ROUND(100-{times}*{weight},9)")
    )
    earned = f"({rest}*{{points}}+({part}-{rest})*N({points}))"
    possible = f'({rest}*{{weights}}+({part}-{rest})*IF({points}="",0,{weight}))'
    share = f"IF({possible}=0,0,100*{earned}/{possible})"
    return _filled(f'=IF({{points}}="","",MIN(100,MAX(0,ROUND(ROUND({share}+{{extra}},9),2))))', own)


def _ranks(own: TableArea, ranking: TableArea, parts: Sequence[str]) -> dict[str, Formula]:
    patterns = {}
    for part in parts:
        for score, rank in zip(trial_columns(part)[:2], trial_columns(part)[2:], strict=True):
            cell = f"${own.letters[score]}{{row}}"
            patterns[rank] = f'=IF({cell}="","",RANK({cell},{own.cells(score)}))'
    first, last = trial_columns(parts[0])[2], trial_columns(parts[-1])[3]
    reached = f"${own.letters[first]}{{row}}:${own.letters[last]}{{row}}"
    rank = _of_unit(ranking, "rank")
    patterns |= {
        name: f'=IF({rank}="","",{which}({rank},{reached}))' for name, which in (("best", "MIN"), ("worst", "MAX"))
    }
    return {name: _filled(pattern, own) for name, pattern in patterns.items()}


def _by_row(pattern: str) -> Formula:
    return lambda row: pattern.format(row=row)


def range_formula(ranking: Table, trials: TableArea) -> Formula:
    """名次区间 of 评分排名: 5–8, or 5 where both are the same."""
    unit, rank = (f"${area_of(ranking, '', 0).letters[name]}{{row}}" for name in ("unit", "rank"))
    place = f"MATCH({unit},{trials.elsewhere('unit')},0)"
    best, worst = (f"INDEX({trials.elsewhere(name)},{place})" for name in ("best", "worst"))
    pattern = f'=IF({rank}="","",IF({best}={worst},{best}&"",{best}&"–"&{worst}))'
    return _by_row(pattern)


def write_robustness(page: Page, meeting: Meeting, ranking: TableArea, trials: TableArea) -> None:
    """Write 稳健性."""
    parts = list(meeting.plan.part_weights)
    table = robustness_table(parts)
    unit, rank = (f"${area_of(table, '', 0).letters[name]}{{row}}" for name in ("unit", "rank"))

    def looked_up(area: TableArea, name: str) -> str:
        return f"INDEX({area.elsewhere(name)},MATCH({unit},{area.elsewhere('unit')},0))"

    patterns = {name: f"={looked_up(ranking, name)}" for name in ("rank", "rank_range")}
    for part in parts:
        less, more = (looked_up(trials, name) for name in trial_columns(part)[2:])
        patterns[part] = f'=IF({less}="","",IF(AND({less}={rank},{more}={rank}),"",{less}&"／"&{more}))'
    formulas = {name: _by_row(pattern) for name, pattern in patterns.items()}
    note = f"{meeting.period.label}　会议日期 {meeting.period.meeting}　每格为该项权重减两成／增两成时的名次，空白的名次不变"
    write_table(
        page, table, meeting.robustness_rows, note=note, options=Options(formulas=formulas, frozen=2, landscape=True)
    )
