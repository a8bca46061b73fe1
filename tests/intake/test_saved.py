"""When a file says that it was last saved."""

from datetime import datetime
from io import BytesIO

import odd_books
import pytest
from openpyxl import Workbook

from pipeline.intake.saved import last_saved, number_of_name, standing_of_name


def test_an_xlsx_says_it_in_utc():
    book, packed = Workbook(), BytesIO()
    book.properties.modified = datetime(2023, 5, 24, 8, 10)
    book.save(packed)
    assert last_saved(packed.getvalue())[:10] >= "2023-05-24"  # openpyxl writes the moment at which it saves


CORE = "<cp:coreProperties><dcterms:modified xsi:type='dcterms:W3CDTF'>{}</dcterms:modified></cp:coreProperties>"


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("docProps/core.xml", CORE.format("2023-05-24T08:10:00Z"), "2023-05-24T08:10:00"),
        ("docProps/core.xml", CORE.format("2023-05-24T08:10:00+08:00"), "2023-05-24T00:10:00"),
        ("docProps/core.xml", CORE.format("2023-05-24"), "2023-05-23T16:00:00"),
        ("docProps/core.xml", CORE.format("9999-99-99T00:00:00Z"), ""),
        (
            "meta.xml",
            "<office:meta><dc:date>2023-05-24T08:10:00.123456789</dc:date></office:meta>",
            "2023-05-24T00:10:00",
        ),
        ("docProps/app.xml", "<Properties/>", ""),
    ],
)
def test_what_the_properties_say(name, text, expected):
    assert last_saved(odd_books.zipped({name: text.encode()})) == expected


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a,b", odd_books.compound({"Workbook": b"x"})])
def test_what_says_nothing_is_no_fault(data):
    assert last_saved(data) == ""


@pytest.mark.parametrize(
    ("name", "standing", "number"),
    [
        ("区司法局_填报表_第06期.xlsx", 0, 0),  # a period is no version
        ("区司法局（作废）.xlsx", -1, 0),
        ("终稿/区司法局.xlsx", 0, 0),  # a folder's name is no word of the file
        ("区司法局 定稿 V2.1.xlsx", 1, 2.1),
        ("区司法局第二稿.xlsx", 0, 2),
        ("区司法局(3).xlsx", 0, 3),
    ],
)
def test_what_a_name_says(name, standing, number):
    assert (standing_of_name(name), number_of_name(name)) == (standing, number)
