"""schemas/contract.md says what the program does: sections, sheets, columns, commands, codes, closed lists."""

import importlib
import pkgutil
import re
import tomllib
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import click
import pytest
from python_calamine import CalamineWorkbook

import pipeline
import schemas
from pipeline.cli import main
from pipeline.commands.templates import write_templates
from pipeline.findings import catalogue
from pipeline.judge.verify import SIGNS
from pipeline.records import Settings
from pipeline.write.office import write_plan_book
from schemas import dimensions
from schemas import words as vocabulary
from schemas.columns import Kind, Sheet, Table, column
from schemas.returns import ROW_HINT, TABLES, TEMPLATE
from tests.office import MEETING, NEXT_MEETING, PLAN, Office

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "schemas" / "contract.md").read_text(encoding="utf-8")
SOURCES = sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("schemas/**/*.py"), *ROOT.glob("tests/**/*.py")])
_BELOW = "↳ "  # a second table on the sheet of the row above
_PAGE = "（页面）"
#: Written, but no table of ours: lists of long dropdowns, and what `_模板` holds.
_HIDDEN = {"_名单", "_模板"}

_TITLES_OF_RETURN = {sheet.name: sheet.titles.values() for sheet in TABLES}
_TITLES_OF_RETURN |= {"任务台账": _TITLES_OF_RETURN["任务"], "问题派发": _TITLES_OF_RETURN["问题"]}

Line = tuple[str, str]  # sheet (or ↳ table) and what stands in its column 列


def parts(pattern: str) -> dict[str, str]:
    """Number of a heading → the text below it."""
    found = re.split(pattern, TEXT, flags=re.MULTILINE)[1:]
    return dict(zip(found[::2], found[1::2], strict=True))


SECTIONS = parts(r"^## (\d) .*$")
PARAGRAPHS = parts(r"^###? (\d(?:\.\d)?) .*$")


def lines_of(text: str) -> list[Line]:
    """The sheets of the tables whose titles are 工作表 … 列, in order; several names in one cell are as many sheets."""
    found: list[Line] = []
    titles: list[str] = []
    for row in text.splitlines():
        cells = [cell.strip() for cell in row.strip("|").split(" | ")] if row.startswith("|") else []
        if "工作表" in cells and "列" in cells:
            titles = cells
        elif not cells:
            titles = []
        elif titles and not set(row) <= set("|-"):
            name, told = (cells[titles.index(title)] for title in ("工作表", "列"))
            names = [name] if name.startswith(_BELOW) else name.split()
            found += [(one, told) for one in names]
    return found


def titles_of(line: Line) -> list[str]:
    """The titles that a line of the contract promises, in order."""
    groups = {
        "维度": list(dimensions.Dimension),
        "本表各列": list(_TITLES_OF_RETURN.get(line[0], ())),
        "评分项目": list(PLAN.part_weights),
    }
    titles: list[str] = []
    for told in line[1].split("、"):
        group = re.fullmatch(r"\{(.+?)\}(.*)", told)
        titles += [f"{each}{group[2]}" for each in groups[group[1]]] if group else [told]
    return titles


ALL_LINES = lines_of(TEXT)


def modules() -> Iterator[ModuleType]:
    for package in (pipeline, schemas):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith("__main__"):
                yield importlib.import_module(found.name)


def declared() -> list[Table | Sheet]:
    """Every table and sheet that stands by itself, or in a tuple or mapping, in a module of the product."""
    found: dict[int, Table | Sheet] = {}
    for module in modules():
        for value in vars(module).values():
            for each in _within(value):
                if isinstance(each, Table | Sheet) and each.columns:  # a page of prose has none
                    found[id(each)] = each
    return list(found.values())


def _within(value: object) -> Iterable[object]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, tuple | list) else (value,)


def unsaid(tables: Iterable[Table | Sheet]) -> list[str]:
    """Those that no line of the contract names with all their columns in their order."""
    return [table.name for table in tables if not any(_told(table, line) for line in ALL_LINES)]


def _told(table: Table | Sheet, line: Line) -> bool:
    if line[0].removeprefix(_BELOW) != table.name or line[1].startswith(_PAGE):
        return False
    promised = iter([title.removeprefix("*") for title in titles_of(line)])
    return all(any(title == found for found in promised) for title in table.titles.values())


def test_the_sections_are_the_nine():
    assert "".join(SECTIONS) == "123456789"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_paragraph_that_the_code_names_is_there(path):
    named = re.findall(r"§(\d+)(?:,\s+(\d)\b)?", path.read_text(encoding="utf-8"))
    assert not [place for place in named if place[0] not in SECTIONS]
    assert not [place for place in named if place[1] and ".".join(place) not in PARAGRAPHS]


def test_every_table_that_we_declare_is_told_with_its_columns():
    assert unsaid(declared()) == []


def test_a_sheet_or_column_more_is_missed():
    known = next(table for table in declared() if table.name == "节点" and isinstance(table, Table))
    more = Table(known.key, known.name, (*known.columns, column("extra", "新列", Kind.TEXT)))
    assert unsaid([Table("extra", "新表", known.columns), more, known]) == ["新表", "节点"]


@pytest.fixture(scope="module")
def written(tmp_path_factory) -> dict[str, dict[str, list[list[object]]]]:
    """Paragraph of the contract → sheets of a workbook that it is about, as they were written: name → cells."""
    folder = tmp_path_factory.mktemp("contract")
    office = Office(folder)
    office.agree(PLAN.units[0].name, "Y1")
    office.return_all().hold()
    write_templates(Settings(NEXT_MEETING, folder / "inputs", folder / "outputs", 1), ())
    write_plan_book(folder / "工作方案.xlsx", PLAN)
    period, blank = folder / "outputs" / f"第01期_{MEETING}", folder / "outputs" / "填报表_第02期"
    unit = PLAN.units[0].name
    books = {
        **{"8.1": next(period.glob("1-*")), "8.2": next(period.glob("2-*")), "8.3": next(period.glob("3-*"))},
        **{"8.4": period / "4-退回修改" / "退回清单.xlsx", "8.5": period / "5-督办单" / f"{unit}.xlsx"},
        **{"3": folder / "工作方案.xlsx", "4.1": next(blank.glob(f"{unit}_*"))},
        **{f"4.2 {name}": blank / f"{name}.xlsx" for name in ("督查核查表", "豁免事项")},
    }
    return {place: _cells(path) for place, path in books.items()}


def _cells(path: Path) -> dict[str, list[list[object]]]:
    book = CalamineWorkbook.from_path(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


@pytest.mark.parametrize("place", ["3", "4.1", "8.1", "8.2", "8.3", "8.4", "8.5"])
def test_sheets_stand_in_the_order_of_the_contract(written, place):
    promised = [name for name, _ in lines_of(PARAGRAPHS[place]) if not name.startswith(_BELOW)]
    promised = [name for name in promised if name not in ("索引", *(["变化情况"] if place == "8.5" else []))]
    assert [name for name in written[place] if name not in _HIDDEN] == promised


@pytest.mark.parametrize("place", ["3", "4.1", "4.2 督查核查表", "4.2 豁免事项", "8.1", "8.2", "8.3", "8.4"])
def test_the_third_row_of_a_sheet_holds_the_titles_of_the_contract(written, place):
    entry = not place.startswith("8")
    for line in lines_of(PARAGRAPHS[place.split()[0]]):
        if line[0] in written[place] and line[0] != "封面" and not line[1].startswith(_PAGE):
            header = [cell for cell in written[place][line[0]][2] if cell != ""]
            assert header == [*titles_of(line), *([ROW_HINT] if entry else [])], line[0]


def test_the_cover_has_the_labels_of_the_contract(written):
    labels = [row[0] for row in written["4.1"]["封面"]]
    told = titles_of(next(line for line in lines_of(PARAGRAPHS["4.1"]) if line[0] == "封面"))
    assert labels[2 : 2 + len(told)] == told


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_command_and_option_is_told(name):
    line = next((line for line in SECTIONS["9"].splitlines() if line.startswith(f"| `yjbj {name}")), "")
    options = [option for option in main.commands[name].params if isinstance(option, click.Option)]
    assert line and not [option.opts[0] for option in options if f"`{option.opts[0]}`" not in line]


def test_every_prefix_of_findings_and_signs_is_told():
    told = set(re.findall(r"\b[A-Z]{2}\b", PARAGRAPHS["4.4"]))
    assert {code[:2] for code in (*catalogue(), *SIGNS)} <= told


def test_the_codes_that_all_sheets_share_are_told_with_their_severity():
    prefix = TEMPLATE[0].prefix
    shared = [rule for code, rule in catalogue().items() if code[:2] == prefix and int(code[3:]) < 20]
    for rule in shared:
        assert f"{rule.code[3:]} {rule.title.partition('：')[2]} ({rule.severity})" in PARAGRAPHS["4.4"]


def is_told(values: Iterable[str], text: str) -> bool:
    """Whether the text has this very list: the values in their order, none before and none after them."""
    return re.search(rf"(?<![、\w]){'、'.join(values)}(?![、\w])", text) is not None


CHOICES = [
    value for value in (*vars(vocabulary).values(), *vars(dimensions).values()) if isinstance(value, vocabulary.Choice)
]
WORDS = [
    value
    for value in (*vars(vocabulary).values(), *vars(dimensions).values())
    if isinstance(value, type) and issubclass(value, StrEnum) and value is not StrEnum
]


@pytest.mark.parametrize("choice", CHOICES, ids=lambda choice: choice.name)
def test_every_closed_list_is_told_exactly(choice):
    assert is_told(choice.values, PARAGRAPHS["4.1"])


def test_a_value_more_is_missed():
    assert is_told(("是", "否", "部分"), PARAGRAPHS["4.1"])
    assert not is_told(("是", "否", "部分", "不详"), PARAGRAPHS["4.1"])
    assert not is_told(("推进中", "未到位", "不适用"), SECTIONS["2"])


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_list_of_our_own_words_is_told_exactly(words):
    assert is_told(words, SECTIONS["2"])


def test_the_contract_is_installed_with_the_schemas():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "*.md" in settings["tool"]["setuptools"]["package-data"]["schemas"]
