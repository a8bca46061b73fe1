"""What a cell of 单位红黄绿 says."""

import pytest

from pipeline.say.headline import cell_text


def record(light="红", done=3, applicable=5, rate=0.6, before=None):
    return {"light": light, "done": done, "applicable": applicable, "rate": rate, "rate_before": before}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (record(), "红 3/5 60%"),
        (record(before=0.5), "红 3/5 60% ↑"),
        (record(before=0.7), "红 3/5 60% ↓"),
        (record(before=0.6), "红 3/5 60% →"),
        (record(before=0.1 + 0.2, rate=0.3), "红 3/5 30% →"),
        (record("灰", 0, 0, None), "灰 无适用事项"),
        (record("黄", 199, 200, 0.995), "黄 199/200 99%"),
        (record("绿", 5, 5, 1.0), "绿 5/5 100%"),
    ],
)
def test_light_count_rate_and_trend(given, text):
    assert cell_text(given) == text
