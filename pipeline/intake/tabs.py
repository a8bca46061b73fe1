"""What each tab of a workbook is: a sheet of the return, one of our own, an example, a hidden one (contract §4)."""

import re
from collections.abc import Sequence

from pipeline.intake.raw import RawBook, RawSheet
from pipeline.intake.text import fold, shown, tidy
from schemas.returns import HIDDEN_SHEET, TEMPLATE

#: A tab that only one of our own workbooks has → what that workbook is called.
_OWN_WORKBOOKS = {
    "总矩阵": "总矩阵",
    "评分排名": "评分表",
    "单位红黄绿": "红黄绿督办台账",
    "督办单": "督办单",
    "维度权重": "工作方案",
}
#: The first sheet of a marked copy; a copy that comes back corrected is a return like any other.
RETURN_SLIP = "退回清单"
_EXAMPLE = re.compile("示例|样例|范例|样表")
_EXPLANATION = re.compile("说明|须知|字典|选项|下拉|WpsReserved|^_", re.IGNORECASE)


def own_output(book: RawBook) -> str | None:
    """Which of the pipeline's own workbooks it is; None for anything else."""
    names = [sheet.name for sheet in book.sheets]
    for tab, workbook in _OWN_WORKBOOKS.items():
        if tab in names:
            return workbook
    known = {sheet.name for sheet in TEMPLATE}
    return RETURN_SLIP if RETURN_SLIP in names and known.isdisjoint(names) else None


def hidden_facts(book: RawBook) -> dict[str, str]:
    """Label → value of the very hidden sheet by which our own template is told again."""
    for sheet in book.sheets:
        if sheet.name == HIDDEN_SHEET:
            pairs = [row[:2] for row in sheet.rows if len(row) > 1]
            return {tidy(shown(label)): tidy(shown(value)) for label, value in pairs if label is not None}
    return {}


def is_empty(sheet: RawSheet) -> bool:
    """Whether nothing stands on the tab."""
    return not sheet.faults and all(value is None for row in sheet.rows for value in row)


def tabs_to_read(book: RawBook) -> list[RawSheet]:
    """The tabs on which tables are looked for."""
    ours = (HIDDEN_SHEET, RETURN_SLIP)
    shown_tabs = [sheet for sheet in book.sheets if sheet.visible and sheet.name not in ours]
    return [sheet for sheet in shown_tabs if not is_example(sheet.name) and not is_empty(sheet)]


def blank_tabs(book: RawBook) -> list[RawSheet]:
    """Tabs with the name of a sheet of the return on which nothing stands."""
    return [sheet for sheet in book.sheets if sheet.visible and fold(sheet.name) in _known_names() and is_empty(sheet)]


def is_example(name: str) -> bool:
    """Whether a tab's name says that it holds examples: never read, but said."""
    return bool(_EXAMPLE.search(fold(name)))


def is_explanation(name: str) -> bool:
    """Whether a tab's name says that it holds explanations or lists: not missed where no table is on it."""
    return bool(_EXPLANATION.search(fold(name)))


def hidden_tabs(book: RawBook) -> Sequence[RawSheet]:
    """Hidden tabs that hold something and are not ours."""
    return [
        sheet
        for sheet in book.sheets
        if not sheet.visible and not sheet.name.startswith("_") and sheet.name != RETURN_SLIP and not is_empty(sheet)
        and "wpsreserved" not in sheet.name.casefold()
    ]  # fmt: skip


def _known_names() -> frozenset[str]:
    return frozenset(fold(name) for sheet in TEMPLATE for name in (sheet.name, *sheet.synonyms))
