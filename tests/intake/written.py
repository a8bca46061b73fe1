"""One small table in every format by every writer at hand, and what the readers find in it.

The writers that the program itself needs write afresh each time. The others are stood for by files under
`written/`, which `python -m tests.intake.written` renews with those that are installed (xlwt, odfpy,
pyexcelerate, LibreOffice) and `written/make.js` with those of npm (SheetJS 0.18.5, ExcelJS 4.4).
"""

import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pipeline.intake.open import POOR_KINDS, open_book
from pipeline.intake.raw import RawBook, RawSheet

FOLDER = Path(__file__).parent / "written"
HEADINGS = ("事项名称", "编码", "数量", "比例", "日期", "是否", "任务", "月份", "公式", "错误", "说明")
ROWS: tuple[tuple[Any, ...], ...] = (
    ("取水许可", "0011410", 5, 0.45, date(2023, 7, 31), True, 12, date(2023, 5, 1), None, None, "第一行\n第二行"),
    ("教师资格", "114104001", 2536288.5, 1, date(2023, 10, 31), False, 3, date(2023, 12, 1), None, None, 'a<b&c "x"'),
)
DAY, FIXED, MONTH = 'yyyy"年"m"月"d"日"', '"RW-"00', 'yyyy"年"m"月"'
FORMATS = {5: DAY, 7: FIXED, 8: MONTH}  # by column, as Excel counts
NOTE, AUTHOR = "其实没有进驻", "张三"

#: What is asked of each file → whether it was found; the last are those that only some formats can hold.
FACETS: Mapping[str, Callable[[RawBook, RawSheet], bool]] = {
    "文字": lambda _, sheet: [sheet.rows[1][0], sheet.rows[1][1]] == ["取水许可", "0011410"],
    "换行": lambda _, sheet: sheet.rows[1][10] == "第一行\n第二行",
    "数字": lambda _, sheet: [sheet.rows[1][2], sheet.rows[2][2], sheet.rows[1][3]] == [5, 2536288.5, 0.45],
    "日期": lambda _, sheet: sheet.rows[1][4] == date(2023, 7, 31),
    "编号格式": lambda _, sheet: [row[6] for row in sheet.rows[1:3]] == ["RW-12", "RW-03"],
    "只显示年月": lambda _, sheet: sheet.rows[1][7] == "2023年5月",
    "公式结果": lambda _, sheet: sheet.rows[1][8] == 7,
    "错误值": lambda _, sheet: sheet.faults == {(2, 10): "#N/A"},
    "合并": lambda _, sheet: sheet.merges == [(5, 1, 6, 2)],
    "隐藏行": lambda _, sheet: sheet.hidden_rows == {7},
    "隐藏表": lambda book, _: [each.visible for each in book.sheets] == [True, False],
    "删除线": lambda _, sheet: (3, 1) in sheet.struck,
    "批注": lambda _, sheet: [note.text for note in sheet.comments.get((1, 1), ())] == [NOTE],
}
_OF_TEXT_FILES = ("文字", "换行")
_VALUES = ("文字", "换行", "数字", "日期")

#: Format → the writers whose file of that format is kept in `written/`, as (writer, file).
KEPT: Mapping[str, tuple[tuple[str, str], ...]] = {
    "xlsx": (
        ("LibreOffice", "libreoffice.xlsx"),
        ("SheetJS", "sheetjs.xlsx"),
        ("ExcelJS", "exceljs.xlsx"),
        ("其他", "pyexcelerate.xlsx"),
    ),
    "xlsm": (("SheetJS", "sheetjs.xlsm"),),
    "xlsb": (("SheetJS", "sheetjs.xlsb"),),
    "xls（97–2003）": (("LibreOffice", "libreoffice.xls"), ("SheetJS", "sheetjs.xls"), ("其他", "xlwt.xls")),
    "xls（Excel 2003 XML）": (("SheetJS", "sheetjs_xml.xls"),),
    "xls（网页）": (("LibreOffice", "libreoffice_html.xls"), ("SheetJS", "sheetjs_html.xls")),
    "ods": (("LibreOffice", "libreoffice.ods"), ("SheetJS", "sheetjs.ods"), ("其他", "odfpy.ods")),
    "fods": (("SheetJS", "sheetjs.fods"),),
    "csv、txt": (("LibreOffice", "libreoffice.csv"), ("SheetJS", "sheetjs.txt")),
}
WRITERS = ("openpyxl", "XlsxWriter", "pandas", "LibreOffice", "SheetJS", "ExcelJS", "其他")


def found(data: bytes) -> list[str]:
    """What of the table is found in a file; a file of mere text is asked for its text only."""
    book = open_book(data)
    asked = _OF_TEXT_FILES if book.kind in POOR_KINDS and book.kind != "xml" else tuple(FACETS)
    return [name for name in asked if FACETS[name](book, book.sheets[0])]


def by_format_and_writer() -> dict[str, dict[str, list[str]]]:
    """Format → writer → what is found."""
    files = {name: dict(kept) for name, kept in KEPT.items()}
    table = {
        name: {writer: found((FOLDER / file).read_bytes()) for writer, file in kept.items()}
        for name, kept in files.items()
    }
    table["xlsx"] |= {
        "openpyxl": found(by_openpyxl()),
        "XlsxWriter": found(by_xlsxwriter()),
        "pandas": found(by_pandas()),
    }
    return table


def guide() -> str:
    """The table for people: “全部”, or what that writer does not put into such a file (of xlwt: what .xls cannot tell)."""
    lines = ["| 格式 | " + " | ".join(WRITERS) + " |", "| --- |" + " --- |" * len(WRITERS)]
    for name, by_writer in by_format_and_writer().items():
        cells = [_words(by_writer[writer]) if writer in by_writer else "—" for writer in WRITERS]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(
        [
            *lines,
            "",
            f"“全部”即：{'、'.join(FACETS)}。“无”的，是这个软件写不进这种文件里的；“只有值”即{'、'.join(_VALUES)}；"
            "“读作文字”的，日期、数字照看到的读（WJ-030）；“—”是没有试过。WPS 的 .et 就是 .xls（97–2003）。"
            "“其他”是 PyExcelerate、xlwt、odfpy。",
        ]
    )


def _words(names: list[str]) -> str:
    if len(names) <= len(_OF_TEXT_FILES):
        return "读作文字"
    lost = [name for name in FACETS if name not in names]
    if set(_VALUES) <= set(names) and len(lost) > len(_VALUES):
        return "只有值"
    return f"无{'、'.join(lost)}" if lost else "全部"


def by_openpyxl() -> bytes:
    """The table as openpyxl writes it: formulas without a result."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    book = openpyxl.Workbook()
    sheet = book.active
    for row in (HEADINGS, *ROWS):
        sheet.append(row)
    for column, code in FORMATS.items():
        for row in (2, 3):
            sheet.cell(row, column).number_format = code
    sheet["J2"], sheet["A5"], sheet["A7"] = "#N/A", "合并", "藏"
    sheet.merge_cells("A5:B6")
    sheet.row_dimensions[7].hidden = True
    sheet["A1"].comment, sheet["A3"].font = Comment(NOTE, AUTHOR), Font(strike=True)
    book.create_sheet("旧").sheet_state = "hidden"
    return _saved(book.save)


def by_xlsxwriter() -> bytes:
    """The table as XlsxWriter writes it."""
    import xlsxwriter

    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet, old = book.add_worksheet("事项"), book.add_worksheet("旧")
    formats = {column - 1: book.add_format({"num_format": code}) for column, code in FORMATS.items()}
    for row, values in enumerate((HEADINGS, *ROWS)):
        for column, value in enumerate(values):
            sheet.write(row, column, value, formats.get(column) if row else None)
    sheet.write("A3", ROWS[1][0], book.add_format({"font_strikeout": True}))
    sheet.write_formula("I2", "=C2+2", None, 7)
    sheet.write_formula("J2", "=NA()", None, "#N/A")
    sheet.merge_range("A5:B6", "合并")
    sheet.write("A7", "藏")
    sheet.set_row(6, None, None, {"hidden": True})
    sheet.write_comment("A1", NOTE, {"author": AUTHOR})
    old.hide()
    book.close()
    return buffer.getvalue()


def by_pandas() -> bytes:
    """The values alone, as pandas writes them."""
    import pandas as pd

    frame = pd.DataFrame(list(ROWS), columns=list(HEADINGS))
    return _saved(lambda buffer: frame.to_excel(buffer, sheet_name="事项", index=False))


def by_xlwt() -> bytes:
    """An .xls of the old kind; the formula has no result."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("事项")
    for row, values in enumerate((HEADINGS, *ROWS)):
        for column, value in enumerate(values):
            if value is not None:
                style = xlwt.XFStyle()
                style.num_format_str = FORMATS.get(column + 1, "General") if row else "General"
                style.font.struck_out = (row, column) == (2, 0)
                sheet.write(row, column, value, style)
    sheet.write_merge(4, 5, 0, 1, "合并")
    sheet.write(6, 0, "藏")
    sheet.row(6).hidden = True
    book.add_sheet("旧").visibility = 1
    return _saved(book.save)


def by_odfpy() -> bytes:
    """Plain values in an .ods."""
    from odf.opendocument import OpenDocumentSpreadsheet
    from odf.table import Table, TableCell, TableRow
    from odf.text import P

    document = OpenDocumentSpreadsheet()
    table = Table(name="事项")
    document.spreadsheet.addElement(table)
    for values in (HEADINGS, *ROWS):
        row = TableRow()
        table.addElement(row)
        for value in values:
            kind = {bool: "boolean", int: "float", float: "float", date: "date"}.get(type(value), "string")
            name = {"boolean": "booleanvalue", "float": "value", "date": "datevalue"}.get(kind, "stringvalue")
            cell = TableCell() if value is None else TableCell(valuetype=kind, **{name: str(value)})
            cell.addElement(P(text="" if value is None else str(value)))
            row.addElement(cell)
    return _saved(document.save)


def by_pyexcelerate() -> bytes:
    """Values and days; its styles are no well-formed XML where a format has quotes, so none has."""
    from pyexcelerate import Format, Style, Workbook

    book = Workbook()
    days = [[datetime(*value.timetuple()[:3]) if isinstance(value, date) else value for value in row] for row in ROWS]
    sheet = book.new_sheet("事项", data=[list(HEADINGS), *days])
    for row in (2, 3):
        sheet.set_cell_style(row, 5, Style(format=Format("yyyy-mm-dd")))
    return _saved(book.save)


def by_libreoffice(filter_: str) -> bytes:
    """What LibreOffice makes of XlsxWriter's file; filter_: such as `xls:MS Excel 97`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "table.xlsx").write_bytes(by_xlsxwriter())
        home = f"-env:UserInstallation={(folder / 'home').as_uri()}"
        command = [
            "soffice",
            home,
            "--headless",
            "--convert-to",
            filter_,
            "--outdir",
            folder / "out",
            folder / "table.xlsx",
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        (made,) = (folder / "out").iterdir()
        return made.read_bytes()


LIBREOFFICE = {
    "libreoffice.xlsx": "xlsx:Calc MS Excel 2007 XML",
    "libreoffice.xls": "xls:MS Excel 97",
    "libreoffice.ods": "ods:calc8",
    "libreoffice.csv": "csv:Text - txt - csv (StarCalc):44,34,UTF8",
    "libreoffice_html.xls": "html:HTML (StarCalc)",
}
LIBRARIES = {
    "xlwt.xls": ("xlwt", by_xlwt),
    "odfpy.ods": ("odf", by_odfpy),
    "pyexcelerate.xlsx": ("pyexcelerate", by_pyexcelerate),
}


def _saved(save: Callable[[Any], object]) -> bytes:
    buffer = io.BytesIO()
    save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Renew the kept files of those writers that are installed."""
    import importlib.util

    for name, (library, make) in LIBRARIES.items():
        if importlib.util.find_spec(library):
            (FOLDER / name).write_bytes(make())
    if shutil.which("soffice"):
        for name, filter_ in LIBREOFFICE.items():
            (FOLDER / name).write_bytes(by_libreoffice(filter_))


if __name__ == "__main__":
    sys.exit(main())
