"""Workbooks of ours are read quickly; anything odd about them goes the careful way."""

from io import BytesIO

import openpyxl
import pytest

from pipeline.intake.own import open_own_book
from pipeline.intake.raw import RawBook
from pipeline.intake.unreadable import Unreadable


def workbook(**cells):
    book = openpyxl.Workbook()
    book.active.title = "总矩阵"
    for address, value in cells.items():
        book.active[address] = value
    book.create_sheet("隐藏").sheet_state = "hidden"
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_sheets_by_name_with_leading_blanks_kept():
    book = open_own_book(workbook(B2="单位", B3=3, C3=0.5))
    assert book.names == ("总矩阵", "隐藏")
    assert book.rows("总矩阵") == [[None, None, None], [None, "单位", None], [None, 3, 0.5]]
    assert book.rows("没有的") is None


def test_equal_texts_are_one_object():
    rows = open_own_book(workbook(A1="已进驻", C1="未进驻", B2="已进驻")).rows("总矩阵")
    assert rows == [["已进驻", None, "未进驻"], [None, "已进驻", None]]
    assert rows[0][0] is rows[1][1]


def test_a_stray_cell_far_away_costs_nothing():
    book = open_own_book(workbook(A1="单位", XFD1048576="误触"))
    assert isinstance(book._book, RawBook)
    assert book.rows("总矩阵")[0][0] == "单位"


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", workbook(A1=1)[:-200]])
def test_what_is_no_workbook_is_said_to_be_none(data):
    with pytest.raises(Unreadable):
        open_own_book(data)
