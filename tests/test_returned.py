"""4-退回修改: the same marked copies whether one process makes them or several."""

from dataclasses import replace

import pytest

from pipeline.write import returned
from tests.office import UNITS, Office, folder_bytes


def test_copies_made_in_workers_are_those_made_here(tmp_path, monkeypatch):
    office = Office(tmp_path)
    for unit in UNITS:
        content = office.content(unit)
        office.send(replace(content, cover={**content.cover, "item_total": 99}))
    office.hold(tmp_path / "here", workers=1)
    monkeypatch.setattr(returned, "_WORTH_WORKERS", 0)
    made = []
    monkeypatch.setattr(returned, "_mark", lambda *_: pytest.fail("all copies are made in workers"))
    monkeypatch.setattr(returned, "map_files", lambda *args, **kwargs: made.extend(_real(*args, **kwargs)) or made)
    office.hold(tmp_path / "there", workers=2)
    assert len(made) == len(UNITS)
    assert folder_bytes(tmp_path / "here") == folder_bytes(tmp_path / "there")


def test_the_screen_counts_the_copies_and_their_errors_alone(tmp_path):
    office = Office(tmp_path)
    for unit, total in zip(UNITS, (99, 98, 6, 6, 6, 6), strict=True):
        content = office.content(unit)
        signed = "否" if total == 6 and unit == UNITS[2] else "是"  # a 警示: a copy without an error
        office.send(replace(content, cover={**content.cover, "item_total": total, "signed": signed}))
    office.drop("坏了.xlsx", b"PK\x03\x04")
    outcome = office.hold()
    (line,) = [line for line in outcome.lines if line.startswith("退回修改")]
    copies = list((tmp_path / "outputs").glob("第*/4-退回修改/*_退回.xlsx"))
    assert line.startswith(f"退回修改（共 2 处错误） {len(copies)} 个：")
    assert len(copies) >= 3


_real = returned.map_files
