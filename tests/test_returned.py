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


_real = returned.map_files
