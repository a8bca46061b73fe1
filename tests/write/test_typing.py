"""The template as a person meets it: a macro types a row into it in LibreOffice and notes 填报提示 after each cell."""

import subprocess
from xml.sax.saxutils import escape

import pytest

from pipeline.write.template import write_template
from schemas.returns import BY_KEY
from tests.office import PERIOD, PLAN
from tests.write.reading import needs_office

ITEMS = BY_KEY["items"]
ROW = {
    **{"item_name": "企业投资项目备案", "item_type": "行政许可", "handling": "承诺件", "negative_list": "否"},
    **{"item_presence": "已进驻", "window_presence": "综合窗口", "window_number": "A01"},
    **{
        "step_accept": "大厅",
        "step_review": "大厅",
        "step_decide": "厅外",
        "step_deliver": "大厅",
        "step_mode": "审核合一",
    },
    **{"staff_presence": "已进驻", "authority": "已授权", "system_state": "已对接"},
    **{"outside_loop": "否", "double_acceptance": "否", "planned_on": "2023-06-30", "reason_open": "正在改造窗口"},
}
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Module1"
 script:language="StarBasic">{}</script:module>"""


def macro(template: str, log: str) -> str:
    """Basic that types ROW into the first free row and writes the hint down after each cell."""
    hint = len(ITEMS.columns)
    typed = [
        f'sheet.getCellByPosition({ITEMS.names.index(name)}, 3).FormulaLocal = "{value}"\n'
        f"Print #1, sheet.getCellByPosition({hint}, 3).String"
        for name, value in ROW.items()
    ]
    return "\n".join(
        (
            "Sub Main",
            "Dim args(0) As New com.sun.star.beans.PropertyValue",
            'args(0).Name = "Hidden" : args(0).Value = True',
            f'book = StarDesktop.loadComponentFromURL("{template}", "_blank", 0, args())',
            f'sheet = book.Sheets.getByName("{ITEMS.name}")',
            f'Open "{log}" For Output As #1',
            f"Print #1, sheet.isProtected() & sheet.getCellByPosition({hint}, 2).CellProtection.IsLocked",
            f"Print #1, sheet.getCellByPosition({hint}, 3).String",
            *typed,
            "Close #1",
            "book.close(True)",
            "StarDesktop.terminate()",
            "End Sub",
        )
    )


@pytest.fixture(scope="module")
def hints(tmp_path_factory) -> list[str]:
    folder = tmp_path_factory.mktemp("typing")
    write_template(folder / "template.xlsx", PLAN, PERIOD, PLAN.units[0])
    office = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run([*office, "--terminate_after_init"], check=True, capture_output=True, timeout=120)
    module = folder / "profile/user/basic/Standard/Module1.xba"  # the first start makes an empty one
    module.write_text(_MODULE.format(escape(macro((folder / "template.xlsx").as_uri(), str(folder / "log.txt")))))
    subprocess.run([*office, "macro:///Standard.Module1.Main"], check=True, capture_output=True, timeout=120)
    return (folder / "log.txt").read_text(encoding="utf-8").splitlines()


@needs_office
def test_the_sheet_is_protected_and_its_headers_locked(hints):
    assert hints[0] == "TrueTrue"


@needs_office
def test_the_hint_says_what_is_missing_and_goes_blank_when_all_is_there(hints):
    said = dict(zip(("", *ROW), hints[1:], strict=True))
    assert said[""] == ""
    assert said["item_name"].startswith("缺“事项类型”；缺“办件类型”；缺“负面清单”；缺“事项进驻”")
    assert said["item_type"].startswith("缺“办件类型”；")
    assert "缺“窗口编号”" in said["window_presence"] and "缺“窗口编号”" not in said["window_number"]
    assert "计划完成日期" not in said["step_review"]
    assert "有进驻维度尚未到位，缺“计划完成日期”" in said["step_decide"]
    assert said["planned_on"] == "有进驻维度尚未到位，缺“未到位原因”；"
    assert said["reason_open"] == ""
