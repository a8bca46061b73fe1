"""No mobile or identity number leaves in what circulates."""

import pytest

from pipeline.write.kit.privacy import for_circulation, hide_numbers
from schemas.columns import Kind, column
from tests.write.fakes import frame


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("联系人13812345678。", "联系人138****5678。"),
        ("138 1234 5678", "138****5678"),
        ("138-1234-5678，0375-2536288", "138****5678，0375-2536288"),
        ("+8613812345678", "+86138****5678"),
        ("１３８１２３４５６７８", "１３８****５６７８"),
        ("身份证410404199001011234", "身份证410404****"),
        ("2536288", "2536288"),
        ("2023-07-31", "2023-07-31"),
        ("第13812345678901号", "第13812345678901号"),
    ],
)
def test_numbers_of_persons_are_made_unusable(text, shown):
    assert hide_numbers(text) == shown


def test_codes_of_items_are_left_alone():
    columns = (column("item_code", "事项编码", Kind.CODE), column("remark", "备注"))
    hidden = for_circulation(frame(columns, [{"item_code": "13812345678", "remark": "13812345678"}]), columns)
    assert hidden.to_dict("records") == [{"item_code": "13812345678", "remark": "138****5678"}]


def test_blanks_stay_blank():
    columns = (column("remark", "备注"),)
    assert for_circulation(frame(columns, [{"remark": None}, {"remark": "甲"}]), columns)["remark"].tolist() == [
        None,
        "甲",
    ]
