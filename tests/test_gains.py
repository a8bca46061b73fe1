"""提分清单 keeps its word: a step is taken in the return itself, the meeting is held again, and the score is as it said."""

from dataclasses import replace
from datetime import date
from shutil import copytree
from types import SimpleNamespace

import pytest
from openpyxl import load_workbook

from pipeline.commands.explain import explain
from pipeline.judge.units import Tally, items_to_green, unit_light
from pipeline.records import MisuseError
from pipeline.sample import Nature
from schemas.dimensions import Dimension
from schemas.words import Light
from tests.office import NEXT_MEETING, PLAN, UNITS, Office

BEGUN = [Nature(progress=0.3 + 0.05 * place, diligent=place % 2 == 0) for place in range(len(UNITS))]
INSPECTED, LATE, MISSING, UNLISTED, SILENT, PLAIN = UNITS
#: Cells that bring an item 到位.
IN_PLACE = {
    "事项到位": {"事项进驻": "已进驻"},
    "窗口到位": {"窗口进驻": "综合窗口", "窗口编号": "3"},
    "环节到位": dict.fromkeys(("受理", "审核", "决定", "送达"), "大厅"),
    "人员到位": {"人员进驻": "已进驻"},
    "授权到位": {"授权情况": "已授权"},
    "系统到位": {"系统对接": "已对接"},
}


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """Two meetings of an office where something of everything is wrong; the second as it was held, and what was sent."""
    office = Office(tmp_path_factory.mktemp("gains"))
    first = {u: office.content(u, items=8, nature=n) for u, n in zip(UNITS, BEGUN, strict=True)}
    for content in first.values():
        office.send(content)
    office.hold()
    office.next(NEXT_MEETING)
    again = {unit: replace(content, cover=office.content(unit, items=8).cover) for unit, content in first.items()}
    for unit in (INSPECTED, LATE, MISSING, UNLISTED, PLAIN):
        office.send(again[unit])
    office.form(LATE).cover(填报日期=NEXT_MEETING).change("自查", "2", 自查结论="部分", 情况说明=None).save()
    gone = next(row["item_name"] for row in first[MISSING].tables["items"] if row["item_presence"] == "已进驻")
    office.form(MISSING).remove("事项", gone).save()
    office.form(UNLISTED).cover(事项总数=9).save()
    office.inspect(INSPECTED)
    office.award(INSPECTED, 1)
    before = copytree(office.outputs, office.outputs.parent / "before")
    return SimpleNamespace(office=office, held=office.hold(), before=before, again=again, gone=gone)


def steps(held, unit):
    """What 提分清单 of workbook 1 says of a unit: step → its row, the best of each."""
    found = {}
    for row in held.matrix("提分清单"):
        if row["单位"] == unit:
            found.setdefault(row["做什么"], row)
    return found


def first_named(row):
    return str(row["是哪些"]).split("、")[0].removesuffix("等")


def held_again(told, tmp_path, **changes):
    """The second meeting once more on what lay there before it, after `changes` (unit → its return edited)."""
    office = told.office
    inputs = copytree(office.inputs, tmp_path / "inputs")
    other = Office.__new__(Office)
    other.__dict__ |= office.__dict__ | {"inputs": inputs, "outputs": copytree(told.before, tmp_path / "outputs")}
    other._own = {key: list(rows) for key, rows in office._own.items()}
    for change in changes.values():
        change(other)
    return other.hold()


def scores(held):
    return {row["单位"]: row["得分"] for row in held.scores("评分排名")}


def rank_alone(told, unit, score):
    """The rank of a unit that alone has another score."""
    return 1 + sum(other > score for name, other in scores(told.held).items() if name != unit)


def kept_word(told, held, taken):
    """Every unit has the score and the rank that 提分清单 promised for its step."""
    now = scores(held)
    for unit, step in taken.items():
        said = steps(told.held, unit)[step]
        assert (unit, step, now[unit]) == (unit, step, said["得分到"])
        assert said["每项加分"] == pytest.approx(now[unit] - scores(told.held)[unit], abs=0.001)
        assert said["名次到"] == rank_alone(told, unit, now[unit])


def in_place(told, unit, step):
    """The first item that the step names brought 到位."""
    name = first_named(steps(told.held, unit)[step])
    return lambda office: office.form(unit).change("事项", name, **IN_PLACE[step]).save()


def test_what_is_no_item(told, tmp_path):
    def one_more(office):
        row = dict(office.content(UNLISTED, items=8, nature=Nature(progress=1)).tables["items"][0])
        titles = {"item_type": "事项类型", "handling": "办件类型", "negative_list": "负面清单", "step_mode": "环节模式"}
        values = {title: row[name] for name, title in titles.items()} | {"服务领域": row.get("field")}
        cells = {title: value for own in IN_PLACE.values() for title, value in own.items()}
        kept = {
            "环节模式": "审核合一",
            "事项类型": "行政许可",
            "体外循环": "否",
            "两头受理": "否",
            "一证通办": "已实现",
        }
        office.form(UNLISTED).add("事项", 事项名称="补列的事项", **(values | cells | kept)).save()

    task = first_named(steps(told.held, PLAIN)["办结到期的任务"])
    held = held_again(
        told,
        tmp_path,
        closed=lambda o: o.inspect(INSPECTED, state="已销号", closed_on=NEXT_MEETING),
        late=lambda o: o.form(LATE).cover(填报日期=o.period.cutoff).save(),
        missing=lambda o: o.send(told.again[MISSING]),
        unlisted=one_more,
        silent=lambda o: o.send(told.again[SILENT]),
        task=lambda o: o.form(PLAIN).change("任务", task, 完成进度=1, 实际完成日期=date(2023, 3, 20)).save(),
    )
    taken = {
        INSPECTED: "督查问题销号",
        LATE: "按时报送",
        MISSING: "补报漏报的事项（照上期所填）",
        UNLISTED: "补列未列的事项（各维度到位）",
        SILENT: "按时报送（照上期所填）",
        PLAIN: "办结到期的任务",
    }
    kept_word(told, held, taken)


def test_items_answers_and_errors(told, tmp_path):
    taken = {INSPECTED: "事项到位", MISSING: "环节到位", UNLISTED: "授权到位", PLAIN: "人员到位"}
    changes = {unit: in_place(told, unit, step) for unit, step in taken.items()}
    changes[LATE] = lambda office: office.form(LATE).change("自查", "2", 情况说明="正在整改").save()
    held = held_again(told, tmp_path, **changes)
    kept_word(told, held, taken | {LATE: "更正有错误的行"})


def test_the_other_dimensions(told, tmp_path):
    taken = {INSPECTED: "窗口到位", LATE: "系统到位", MISSING: "事项到位"}
    held = held_again(told, tmp_path, **{unit: in_place(told, unit, step) for unit, step in taken.items()})
    kept_word(told, held, taken)


def test_all_of_a_kind_and_its_rank_in_the_real_ranking(told, tmp_path):
    said = steps(told.held, PLAIN)["人员到位"]
    names = [row["对象"] for row in told.held.rows(f"5-督办单/{PLAIN}", "失分明细", "对象") if row["人员"] is not None]
    assert len(names) == said["可做几项"]

    def all_in_place(office):
        form = office.form(PLAIN)
        for name in names:
            form.change("事项", name, **IN_PLACE["人员到位"])
        form.save()

    ranking = {row["单位"]: row for row in held_again(told, tmp_path, all=all_in_place).scores("评分排名")}
    assert (ranking[PLAIN]["得分"], ranking[PLAIN]["名次"]) == (said["全做得分"], said["全做名次"])


def test_the_best_stand_first_and_on_the_first_page(told):
    for unit in UNITS:
        rows = [row for row in told.held.matrix("提分清单") if row["单位"] == unit]
        gains = [row["每项加分"] for row in rows]
        assert gains == sorted(gains, reverse=True)
        page = told.held.texts(f"5-督办单/{unit}", "督办单")
        first = page.index("做什么")
        assert [text for text in page[first:] if text in {row["做什么"] for row in rows}] == [
            row["做什么"] for row in rows[:5]
        ]


def test_a_light_turns_green_with_as_many_items_as_are_said_and_not_with_fewer(told):
    entry = next(e for e in PLAN.dimensions if e.dimension is Dimension.STEP)
    early, late = date(2023, 6, 1), date(2023, 11, 9)
    for day, done, pending in ((early, 0, 0), (early, 2, 3), (early, 12, 0), (late, 5, 1), (date(2023, 10, 20), 9, 0)):
        lacking = tuple(
            (entry.deadline, is_pending, number)
            for is_pending, number in ((False, 20 - done - pending), (True, pending))
            if number
        )
        red = 20 - done if day > entry.deadline else 0
        tally = Tally(applicable=20, done=done, pending=pending, red=red, lacking=lacking)
        needed = items_to_green(tally, entry, PLAN, day)

        def light(more, tally=tally, done=done, pending=pending, day=day):
            left = max(pending - more, 0)
            red = 20 - done - more if day > entry.deadline else 0
            return unit_light(replace(tally, done=done + more, pending=left, red=red), entry, PLAN, day)[0]

        assert light(needed) is Light.GREEN
        assert needed == 0 or light(needed - 1) is not Light.GREEN


def test_explain_says_what_the_slip_says(told):
    for unit, name in ((LATE, "教体局"), (SILENT, SILENT), (UNLISTED, told.office.plan.unit_by_name[UNLISTED].id)):
        said = explain(name, None, told.office.outputs)
        lines = [line.split("　") for line in said]
        book = load_workbook(told.held.path(f"5-督办单/{unit}"))
        assert said[0] == f"{unit}　第02期（会议日期 {NEXT_MEETING}）"
        for sheet in ("得分构成", "提分清单"):
            rows = [[str(c.value) for c in row if c.value is not None] for row in book[sheet].iter_rows(min_row=3)]
            shown = [[cell for cell in line if cell != "—"] for line in lines]
            assert [row for row in rows if row and row not in shown] == []


def test_a_unit_that_is_none_and_a_meeting_without_a_result(told):
    for name, meeting in (("区天文局", None), ("石龙分局", None), (PLAIN, NEXT_MEETING.replace(year=2024))):
        with pytest.raises(MisuseError):
            explain(name, meeting, told.office.outputs)


def test_every_figure_of_the_score_is_found_behind_its_link(told):
    for unit in UNITS:
        book = load_workbook(told.held.path(f"5-督办单/{unit}"))
        sheet, lost = book["得分构成"], book["失分明细"]
        titles = {cell.value: cell.column for cell in lost[3]}
        header = next(row for row in sheet.iter_rows() if row[0].value == "项目")
        columns = [cell.column for cell in header if cell.value]
        for row in sheet.iter_rows(min_row=header[0].row + 1):
            part, _, _, numerator, denominator, points, _, behind = (row[at - 1].value for at in columns)
            if part not in titles:
                continue
            cells = [(r[titles[part] - 1].value, r) for r in lost.iter_rows(min_row=4)]
            rows = [r for value, r in cells if value is not None]
            if part in {str(d) for d in Dimension} | {"自查", "任务"}:
                number = sum(r[titles["项数"] - 1].value for r in rows)
                assert (unit, part, number) == (unit, part, int(denominator) - int(numerator))
                assert behind
            if rows:
                assert row[0].hyperlink.location == f"'失分明细'!A{rows[0][0].row}"
            else:
                assert float(points or 0) == 0, (unit, part)
            for r in rows:
                assert r[titles["来源文件"] - 1].value
                assert r[titles["来源表"] - 1].value


def test_rows_lead_on_to_the_return_in_the_folder_above(told):
    book = load_workbook(told.held.path(f"5-督办单/{PLAIN}"))
    link = next(c.hyperlink for row in book["失分明细"].iter_rows(min_row=4) for c in row if c.hyperlink)
    slips = told.held.folder / "5-督办单"
    assert (slips / link.target.split("#")[0]).resolve().is_file()
    assert link.location


def test_the_first_page_holds_lights_score_and_first_steps_and_the_lists_follow(told):
    for unit in UNITS:
        sheet = load_workbook(told.held.path(f"5-督办单/{unit}"))["督办单"]
        (last,) = (mark.id for mark in sheet.row_breaks.brk)
        text = {row: str(sheet.cell(row, 1).value or "") for row in range(1, sheet.max_row + 1)}
        where = {
            title: row
            for row, words in text.items()
            for title in ("各维度情况", "先做什么", "下次会议")
            if title in words
        }
        assert where["各维度情况"] < where["先做什么"] <= last < where["下次会议"]
        height = sum(sheet.row_dimensions[row].height or 15 for row in range(1, last + 1))
        assert height <= 842 - 72 * (sheet.page_margins.top + sheet.page_margins.bottom)


def test_a_silent_unit_is_told_for_how_long_and_whose_rows_these_are(told):
    assert "已连续 1 次会议未报送，以下沿用第01期所报的内容" in told.held.texts(f"5-督办单/{SILENT}", "督办单")


def test_what_merely_changed_stands_on_a_sheet_of_its_own(told):
    book = load_workbook(told.held.path(f"5-督办单/{LATE}"))
    assert book.sheetnames == ["督办单", "得分构成", "提分清单", "失分明细", "变化情况"]
    assert "变化情况" not in load_workbook(told.held.path(f"5-督办单/{SILENT}")).sheetnames


def hints_on(sheet, heading):
    """The lines below a heading: what is said, and where its link leads (None: nowhere)."""
    first = next(c.row for row in sheet.iter_rows() for c in row if c.value and str(c.value).startswith(heading))
    rows = [[c for c in row if c.value] for row in sheet.iter_rows(min_row=first + 1, max_row=first + 5)]
    return [(row[-1].value, row[0].hyperlink and row[0].hyperlink.location) for row in rows]


def leads_to(book, location, names):
    """Whether a link leads to a row of the book in which one of the names stands."""
    tab, _, cell = location.replace("'", "").partition("!")
    return bool({str(c.value) for c in book[tab][int(cell[1:])]} & set(names))


def test_the_marked_copy_and_the_next_template_point_at_the_same_rows(told):
    rows = [row for row in told.held.matrix("提分清单") if row["单位"] == LATE][:5]
    lost = [str(row["对象"]) for row in told.held.rows(f"5-督办单/{LATE}", "失分明细", "对象")]
    marked = load_workbook(told.held.path(f"4-退回修改/{LATE}_退回"))
    told.office.next(date(2023, 4, 14))
    template = load_workbook(next(path for path in told.office.templates(LATE) if LATE in path.name))
    for book, sheet in ((marked, marked["退回清单"]), (template, template["封面"])):
        hints = hints_on(sheet, "做什么最能提分")
        assert [text.split("（")[0] for text, _ in hints] == [row["做什么"].split("（")[0] for row in rows]
        items = [(text, where) for text, where in hints if text.split("（")[0] in IN_PLACE]
        assert items and all(leads_to(book, where, lost) for _, where in items)


def test_a_unit_with_nothing_to_do_gets_feedback(tmp_path):
    office = Office(tmp_path)
    office.return_all(but=UNITS[:1])
    content = office.content(UNITS[0], nature=Nature(progress=1))
    done = [task for task in content.tables["tasks"] if task["done_on"]]
    office.send(replace(content, tables={**content.tables, "problems": [], "tasks": done}))
    held = office.hold()
    titles = {unit: held.texts(f"5-督办单/{unit}", "督办单")[0] for unit in UNITS}
    assert titles[UNITS[0]] == "“应进必进”工作反馈单"
    assert set(titles.values()) == {"“应进必进”工作反馈单", "“应进必进”工作督办单"}
